"""Turns of phrase of functions: what they return, and what they are handed."""

from __future__ import annotations

from leakhunt.contextual import clients
from leakhunt.contextual.parts import NAMED, TEXT, VALUE

_CIPHERS = (
    r"(?:\w{0,20}(?:aes|hmac|cipher|fernet|secretbox|blowfish|chacha20)\w{0,12}"
    r"(?:(?:\.|::?|->)(?:new|init|create\w{0,8}|from_?\w{1,12}|set_?key|key))?|"
    r"\w{0,12}(?:crypto?|signer)\w{0,8}(?:\.|::?|->)(?:sign|verify|h?mac|encrypt|decrypt)\w{0,8})\("
)
_ONE_TIME = (
    r"(?:otp|authenticator|2fa|tfa|two_?factor|one_?time_?pass|g_?auth|base_?32|b32_?decode|"
    r"decode_?32|verify_?key|\bauthorize)"
)

TAKES = {"jwt": "jwt secret", "hmac": "hmac secret", "rememberme": "session secret"}
"""What those take who say no more than what they make."""
ROWS: tuple[tuple[str, bytes, str, str], ...] = (
    *clients.ROWS,
    # what a shell of Windows makes secure, although it stands there
    (
        "spoke",
        rb"securestring",
        r"(?i)ConvertTo-SecureString[ ](?:-\w{1,12}[ ]){0,3}[\"'][^\s\"'$]{3}",
        r"(?i)ConvertTo-SecureString(?P<sign>[ ])(?:-\w{1,12}[ ]){0,3}(?P<q>[\"'])"
        r"(?P<secret>[^\n\"'$]{3,200})(?P=q)(?P<name>)",
    ),
    (
        "spoke",
        rb"\| ?convertto-securestring",
        r"(?i)[\"'][^\s\"'$]{4,80}[\"'][ ]?\|[ ]?ConvertTo-SecureString",
        r"(?i)(?P<q>[\"'])(?P<secret>[^\s\"'$]{4,100})(?P=q)(?P<sign>[ ]?\|)[ ]?"
        r"ConvertTo-SecureString(?P<name>)",
    ),
    # what is written into the registry of Windows: reg add ... /v ApiSecret /d ...
    (
        "instead",
        rb"[ \t]/d[ \t]",
        rf"(?i)[ \t]/v[ \t]{{1,4}}\"?\w{{0,24}}(?:{NAMED}|pass|pwd)\w{{0,12}}\"?[ \t][^\n]{{0,40}}"
        r"/d[ \t]{1,4}\"?[^\s\"$%]{4}",
        r"(?i)[ \t]/v[ \t]{1,4}\"?(?P<name>\w{2,60})\"?(?P<sign>[ \t])(?:[^\n]{0,40}[ \t])?"
        r"/d[ \t]{1,4}\"?(?P<secret>[^\s\"$%]{4,200})",
    ),
    # what a proxy puts into a request: proxy_set_header X-Api-Key ...
    (
        "instead",
        rb"header",
        rf"(?i)header\w{{0,4}}[ \t]{{1,4}}(?:set[ ]|add[ ])?\"?[\w-]{{0,24}}(?:{NAMED}|-auth)"
        r"[\w-]{0,12}\"?[ \t]{1,8}\"?[\w+/=.-]{16}",
        r"(?i)header\w{0,4}[ \t]{1,4}(?:set[ ]|add[ ])?\"?(?P<name>[\w-]{2,60})\"?"
        r"(?P<sign>[ \t]){1,8}"
        r"(?P<q>\"?)(?P<secret>[\w+/=.-]{16,200})(?P=q)(?=[\s;]|\Z)",
    ),
    # what a manifest hands to a library: android:name="...API_KEY" android:value="..."
    (
        "instead",
        rb"android:value=",
        rf"(?i){NAMED}\w{{0,12}}\"[ \t]{{1,4}}android:value=\"[\w+/=.:-]{{8}}",
        r"(?i)android:name=\"[\w.-]{0,80}?(?P<name>[\w-]{2,60})\"[ \t]{1,4}android:value"
        r"(?P<sign>=)\"(?P<secret>[\w+/=.:-]{8,200})\"",
    ),
    # shells and scripts that assign without a sign: set -x API_TOKEN ..., set thePassword to "..."
    (
        "instead",
        rb"\bset (?:-|\w+ (?:to )?\S)",
        rf"(?i)\bset[ ](?:(?:-[a-z]{{1,4}}[ ]){{1,2}}\w{{0,24}}(?:{NAMED}|_key|pass)\w{{0,12}}"
        rf"[ ][\"']?[\w!#%&*+./@^~-]{{6}}|\w{{0,24}}(?:{NAMED}|pass)\w{{0,12}}[ ]to[ ]"
        r"\"[^\s\"]{4})",
        r"(?i)\bset[ ](?:(?:-[a-z]{1,4}[ ]){1,2})?(?P<name>\w{2,60})(?P<sign>[ ])(?:to[ ](?=\"))?"
        r"(?P<q>[\"']?)(?P<secret>[^\s\"'$(]{4,200})(?P=q)(?=\s|\Z)"
        r"(?![ ](?:[a-z]{2,}[ ]){0,3}[a-z]{2,}[.,])",  # the rest of a sentence
    ),
    # the default of a parameter of Bicep: param adminPassword string = '...'
    (
        "instead",
        rb"\bparam ",
        rf"(?i)\bparam[ ]\w{{0,40}}{NAMED}\w{{0,12}}[ ]string[ ]=[ ]'[^\s']{{4}}",
        r"(?i)\bparam[ ](?P<name>\w{2,60})[ ]string[ ](?P<sign>=)[ ]'(?P<secret>[^\s'$]{4,200})'",
    ),
    (
        "instead",
        rb"<string name=",
        r"(?i)<string[ ]name=\"\w{0,40}_key\"[^<>\n]{0,60}>[\w-]{20}",
        r"(?i)<string[ ]name=\"(?P<name>\w{2,60})\"[^<>\n]{0,60}(?P<sign>>)"
        r"(?P<secret>[\w-]{20,200})</",
    ),
    (
        "instead",
        rb"\bpic\b.*\bvalue ",
        rf"(?i){NAMED}[\w-]{{0,12}}[ ]{{1,8}}PIC[ ][^\n\"']{{1,30}}[ ]VALUE[ ][\"'][^\s\"']{{4}}",
        r"(?i)(?<![\w-])(?P<name>[\w-]{2,60})[ ]{1,8}PIC[ ][^\n\"']{1,30}[ ]VALUE(?P<sign>[ ])"
        + VALUE,
    ),
    # where, who, and with what: new Client("https://...", "qa", "...")
    (
        "maybe",
        rb"\([\"']https?://",
        r"(?i)(?:client|api|session|connect\w{0,4}|service|login|open)\([\"']https?://[^\"'\s]{4,120}[\"'],"
        r"[ ]?[\"'][\w.@+-]{2,40}[\"'],[ ]?[\"'][^\s\"']{5}",
        r"(?i)(?:client|api|session|connect\w{0,4}|service|login|open)(?P<sign>\()[\"']https?://"
        r"[^\"'\s]{4,120}[\"'],[ ]?[\"'](?P<name>)[\w.@+-]{2,40}[\"'],[ ]?(?P<q>[\"'])"
        r"(?P<secret>[^\s\"'/]{5,80})(?P=q)[ ]?[,)]",
    ),
    # what a server proves with who owns its name: dns <provider> <token>
    (
        "instead",
        rb"\bdns[ \t]",
        r"(?:^|[ \t{])dns[ \t]{1,4}[a-z]\w{2,24}[ \t]{1,4}[\w-]{24}",
        r"(?:^|[ \t{])dns[ \t]{1,4}[a-z]\w{2,24}(?P<sign>[ \t])[ \t]{0,3}(?P<secret>[\w-]{24,100})"
        r"(?=[ \t}\r]|$)(?P<name>)",
    ),
    # what is typed into the field of a page: get("#password").type("...")
    (
        "spoke",
        rb"passw(?:or)?[dt][^\n]{0,24}(?:\.|->)(?:type|fill|send_?keys|set|val)",
        r"(?i)passw(?:or)?[dt][\w\]]{0,12}(?:[\"'`][\"'\]]{0,3}[)\]])?(?:\.|->)(?:(?:type|fill|send_?keys|"
        r"set)_?(?:value|text)?\(|val\(|value[ ]?=[ ]?)[\"'`][^\s\"'`$]{4}",
        r"(?i)passw(?:or)?[dt](?!_?(?:label|hint|error))[\w\]]{0,12}(?:[\"'`][\"'\]]{0,3}[)\]])?"
        r"(?:\.|->)(?P<sign>(?:type|fill|send_?keys|set)_?(?:value|text)?\(|val\(|value[ ]?=[ ]?)"
        r"(?P<q>[\"'`])(?P<secret>[^\n\"'`$]{4,100})(?P=q)(?P<name>)",
    ),
    # a line of .netrc: machine ... login ... password ...
    (
        "spoke",
        rb"login \S+ password ",
        r"\blogin[ ][^\s\"']{1,40}[ ]password[ ][^\s\"'$<{]{4}",
        # a sentence: "failed to login with password after"
        r"\blogin[ ](?!(?:with|and|or|by|using|via|name|for|in|without|requires?|to|as)[ ])"
        r"[^\s\"']{1,40}[ ]password(?P<sign>[ ])(?P<secret>[^\s\"'$<{]{4,100})(?P<name>)",
    ),
    # the key of a database in a file: PRAGMA key = '...'
    (
        "spoke",
        rb"pragma (?:re)?key",
        r"(?i)\bPRAGMA[ ](?:re)?key[ ]?=[ ]?\\?[\"'][^\s\"'$%{]{4}",
        r"(?i)\bPRAGMA[ ](?:re)?key[ ]?(?P<sign>=)[ ]?\\?[\"'](?P<secret>[^\s\"'$%{\\]{4,200})"
        r"\\?[\"'](?P<name>)",
    ),
    # what a property or a function has: Password { get; set; } = "...", token() { return "..."
    (
        "instead",
        rb"\} = | \\\\ ",
        rf"(?i)(?:{NAMED}|(?:master|symmetric|shared|cipher|crypto)key)\w{{0,16}}"
        rf"(?:[ ]\{{[^{{}}\n]{{0,40}}\}}[ ]=[ ]|[ ]\\\\[ ]){TEXT}",
        r"(?i)(?<!\w)(?P<name>\w{2,60})(?P<sign>[ ]\{[^{}\n]{0,40}\}[ ]=[ ]|[ ]\\\\[ ])" + VALUE,
    ),
    (
        "instead",
        rb"\(\)",
        rf"(?i){NAMED}\w{{0,16}}\(\)(?:[ ]->[ ]&'\w{{1,12}})?[^\n\"'`]{{1,30}}{TEXT}",
        r"(?i)(?<!\w)(?:get_?)?(?P<name>\w{2,60})"
        rf"(?P<sign>\(\)(?:[ ]->[ ]&'\w{{1,12}}[ ]\w{{1,8}}[ ]\{{[ ]|[^\n\"'`]{{0,24}}"
        rf"(?:return|=>|->|=)[ ])){VALUE}",
    ),
    (
        "instead",
        rb"=> ?[\"'`]",
        rf"(?i){NAMED}\w{{0,16}}[ ]=[ ](?:async[ ])?\([^\n()]{{0,40}}\)"
        r"(?:[ ]?:[ ]?\w{1,16})?[ ]=>[ ]?" + TEXT,
        r"(?i)(?<!\w)(?:get_?)?(?P<name>\w{2,60})(?P<sign>[ ]=[ ](?:async[ ])?\([^\n()]{0,40}\)"
        rf"(?:[ ]?:[ ]?\w{{1,16}})?[ ]=>[ ]?){VALUE}",
    ),
    # a command of redis and its argument: redisCommand(c, "AUTH %s", "...")
    (
        "spoke",
        rb"[\"']auth %",
        r"[\"'](?:AUTH|auth)[ ]%[sb][\"'],[ ]?[\"'][^\s\"'%]{4}",
        r"[\"'](?:AUTH|auth)[ ]%[sb][\"'](?P<sign>,)[ ]?[\"']"
        r"(?P<secret>[^\s\"'%]{4,100})[\"'](?P<name>)",
    ),
    # who signs in to a directory, and with what: bind("cn=reader,dc=org", "...")
    (
        "maybe",
        rb"[\"'](?:cn|uid)=",
        r"(?i)[\"'](?:cn|uid)=[^\"'\n]{3,100}[\"'],[ ]?[\"'][^\s\"'=]{4}",
        r"(?i)[\"'](?:cn|uid)=[^\"'\n]{3,100}[\"'](?P<sign>,)[ ]?(?P<q>[\"'])"
        r"(?P<secret>[^\s\"'=,]{4,100})(?P=q)(?P<name>)",
    ),
    # SQL in a text: SET PASSWORD FOR 'app'@'%' = '...'
    (
        "instead",
        rb"set password for ",
        r"(?i)\bset[ ]password[ ]for[ ][^\n=]{3,60}=[ ]?(?:password\()?['\"][^\s'\"]{4}",
        r"(?i)\bset[ ](?P<name>password)[ ]for[ ][^\n=]{3,60}(?P<sign>=)[ ]?(?:password\()?"
        r"(?P<q>['\"])(?P<secret>[^\s'\"]{4,100})(?P=q)",
    ),
    # what Oracle is connected with: connect("scott/...@host:1521/XE")
    (
        "spoke",
        rb"connect\([\"']",
        r"(?i)ora\w{0,6}\.connect\([\"'][\w.-]{1,30}/[^\s@/\"']{3,60}@",
        r"(?i)ora\w{0,6}\.connect(?P<sign>\()[\"'][\w.-]{1,30}/(?P<secret>[^\s@/\"'{}$%]{3,60})@"
        r"(?P<name>)",
    ),
    # a cookie in a log or a capture: set-cookie: session=...
    (
        "cookie",
        rb"cookie: ",
        r"(?i)\bcookie:[ ][^\n\"']{0,60}(?:sess\w{0,12}|sid|token|jwt|auth\w{0,8})=[\w%.+/-]{16}",
        r"(?i)\b(?P<name>)cookie(?P<sign>:)[ ][^\n\"']{0,60}?"
        r"\b\w{0,12}(?:sess\w{0,12}|sid|token|jwt|auth\w{0,8})=(?P<secret>[\w%.+/-]{16,400})",
    ),
    (
        "spoke",
        rb"nickserv",
        r"(?i)nickserv[ ]:?identify[ ]",
        r"(?i)\bnickserv[ ]:?identify(?P<sign>[ ])(?:\w+[ ](?=[^\s\"'])"
        r")?(?P<secret>[^\s\"'%$\\{<]{4,100})(?P<name>)",
    ),
    # what makes or checks one-time passwords takes their seed: tfa.verify("...", code)
    (
        "seed",
        rb"otp|authenticator|2fa|tfa|two_?factor|one_?time|g_?auth|base_?32|b32_?decode|decode_?32|"
        rb"verify_?key|authorize",
        rf"(?i){_ONE_TIME}[\w.>:$()!-]{{0,48}}\((?:[\w.$]{{1,40}},[ ]?)?[\"'](?-i:[A-Z2-7]{{16}})",
        rf"(?i){_ONE_TIME}[\w.>:$()!-]{{0,48}}?(?P<sign>\()(?:[\w.$]{{1,40}},[ ]?)?(?P<q>[\"'])"
        r"(?P<secret>(?-i:(?=[A-Z]*[2-7])[A-Z2-7]{16,64})={0,6})(?P=q)(?P<name>)",
    ),
    # what signs in Lua is handed the key first: jwt:verify("...", token)
    (
        "call",
        rb"(?:jwt|hmac):(?:verify|sign|new)\(",
        r"\b(?:jwt|hmac):(?:verify|sign|new)\([ ]?[\"'][^\s\"'][^\"'\n]{5}",
        r"\b(?P<name>jwt|hmac):(?:verify|sign|new)(?P<sign>\()[ ]?(?P<q>[\"'])"
        r"(?P<secret>(?:(?!(?P=q))[^\n\\]){6,200})(?P=q)",
    ),
    # what remembers who signed in: rememberMe().key("...")
    (
        "call",
        rb"remember_?me.*\bkey\(",
        r"(?i)remember_?me[^\n\"']{0,60}\bkey\([\"'][^\s\"']{6}",
        r"(?i)(?P<name>remember_?me)[^\n\"']{0,60}?\bkey(?P<sign>\()(?P<q>[\"'])"
        r"(?P<secret>[^\s\"']{6,200})(?P=q)",
    ),
    # the password of a user who is made here: .password(encoder.encode("..."))
    (
        "call",
        rb"password\(.*encode\([\"']",
        r"(?i)\.(?:set_?)?password\([\w.]{0,40}(?:\(\))?\.encode\([\"'][^\s\"']{4}",
        r"(?i)\.(?P<name>(?:set_?)?password)\([\w.]{0,40}(?:\(\))?\.encode(?P<sign>\()(?P<q>[\"'])"
        r"(?P<secret>(?!\d+[\"'])[^\s\"']{4,100})(?P=q)",
    ),
    # a text that is made one of its library: setPassword(QString("..."))
    (
        "call",
        rb"(?:password|passphrase|secret|token|key)\(\W?[\w:]{1,24}\(",
        r"(?i)\bset_?\w{0,16}(?:password|passphrase|secret|token|api_?key)\("
        r"(?:QString(?:Literal)?|QLatin1String|QByteArray|(?:std::)?string|wxT|_T|TEXT|SecretStr)"
        r"\([\"'][^\s\"']{4}",
        r"(?i)\b(?P<name>set_?\w{0,16}(?:password|passphrase|secret|token|api_?key))(?P<sign>\()"
        r"(?:QString(?:Literal)?|QLatin1String|QByteArray|(?:std::)?string|wxT|_T|TEXT|SecretStr)"
        r"\((?P<q>[\"'])(?P<secret>[^\s\"']{4,200})(?P=q)",
    ),
    # what makes a cipher takes its key: aes:new("..."), HmacKey.from_bytes("...")
    (
        "handed",
        rb"(?:aes|hmac|cipher|fernet|secretbox|blowfish|chacha20|crypt|signer)[\w.:>-]{0,24}\(",
        rf"(?i){_CIPHERS}[^\n()\"'`]{{0,40}}(?:\w{{1,20}}\()?b?[\"'][\w+/=!@#%^&*-]{{16}}",
        rf"(?i)(?<!\w){_CIPHERS}[^\n()\"'`]{{0,40}}(?:\w{{1,20}}\()?b?(?P<q>[\"'])"
        r"(?P<secret>[\w+/=!@#%^&*-]{16,88})(?P=q)(?P<name>)(?P<sign>)",
    ),
)
"""As those of `turns`."""
