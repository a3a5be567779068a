"""Where the first pass sees that a line may give a secret away by its name."""

from __future__ import annotations

from leakhunt.contextual import (
    arrays,
    formats,
    held,
    inserts,
    keys,
    known,
    lists,
    quotes,
    told,
    turns,
)
from leakhunt.contextual.directives import NETWORK, PLACED, SQL, USER

NAMES = (
    r"(?:passw|pass_?phr|passcode|requirepass|masterauth|authtok|pwd|secret|token|credential|"
    r"(?:db|user|root|admin|ftp|smtp|mail|sql|ldap|wifi|login|web|imap|proxy|http|pg|ssh|mqtt|"
    r"redis|"
    r"mongo|rsync|sudo|vpn|key|cert|store|api|router)pass|"
    r"authorization|mot_?de_?passe|geheim|wachtwoord|salasana|adgangskode|losenord|passord|jelszo|"
    r"sifre|mnemonic|totp|(?:cipher|crypto|encryption)_?seed|erlang_?cookie|"
    r"(?:snmp|session)[_. -]?community|community_?string|encryption[_. -]primary_key|"
    r"(?:api|access|private|auth|enc|sec|xtea|rc4|mfa|2fa|otp|"
    r"encrypt(?:ion)?|sign(?:ing)?|master|account|shared|storage|"
    r"session|crypt|"
    r"cookie|hmac|aes|jwt|app|client|consumer|service|license|deploy|webhook|server|root|cipher|"
    r"crypto|subscription)[_. -]?key)"
)
CODES = r"(?:(?:recovery|backup|scratch|emergency|rescue)[_-]?codes?)"
"""What recovers an account: in a gate of its own, as in those of all names it slows them all."""
_SHORT = (
    r"pass|pw(?:ord)?|salt(?:_?value)?|pepper|psk|creds?|seed|mdp|clave|senha|"
    r"contrase\S{1,2}a|kennwort|haslo|"
    r"heslo|parol|mima"
)
SHORT = rf"(?:{_SHORT}|auth)"
_BEGINS = rf"(?:\b|_)(?:{_SHORT}|auth[_.-])\d?"
"""Short names with more behind them. `author` and the like, which are met wherever there are any,
alone slowed the first pass by a tenth."""
FOREIGN = (
    r"(?:mdp|clave|senha|contrase\S{1,2}a|kennwort|haslo|heslo|parola|mima|lozinka|jeton|miyao|"
    r"ch(?:av|iav)e_?(?:api|secret|acess)|cle_?(?:api|secr)|schluessel)"
)
"""Words of other languages, which stand anywhere in a name: mdp_bdd, nutzerKennwort."""
HUMPS = r"(?:[a-z0-9](?:[Pp]ass|Pw|Psw|Creds?|Pepper|Salt|Psk|PSK)|\wPSW|[a-z0-9_]psw)"
"""The last word of a name in camel case, with a letter before it: `bindPass`; and what is glued to
another word, `vcpass`, `DBPSW`, which as a part of any name would make the first pass slow."""
_TAIL = r"[\w.-]{0,16}"
_ALIGNED = r"[ \t]{0,40}"
"""Space with which values, or signs, are put below each other."""
_CLOSED = rf"[\"'\])}}]{{0,3}}{_ALIGNED}"
_SIGN = rf"(?:=>|->|<-|[!:=,(|?>/~]){{1,3}}{_ALIGNED}"

LOGGING = (
    r"\b_?log(?:ger)?(?:->|[.:]{1,2})\w{1,24}|\b(?:logrus|slog|zap|tracing|Timber|Trace)"
    r"[.:]{1,2}\w{1,16}|"
    r"\bconsole\.\w{1,8}|\bfmt\.F?[pP]rint\w{0,3}|"
    r"\b(?:System\.out|System\.err|Debug|Console|logging|winston)\.\w{1,12}|"
    r"\bp?print(?:f|ln|_r)?(?:[ ]STDERR)?|\beprintln|\bputs|\becho|\bWrite-\w{1,8}|\berror_log|"
    r"\bvar_dump|\bNSLog|\bsyslog|\bos_log|\bdbg|\b(?:info|debug|warn|error|trace)!|\bIO\.inspect|"
    r"\bsys\.std(?:err|out)\.write|\$std(?:err|out)\.\w{1,8}|\bngx\.log|\bSerial\.print\w{0,2}|"
    r"\bfprintf\(std(?:err|out),|\bstd::c(?:out|err|log)|\bqDebug\(\)|\b(?:debug|warn|say|logger)"
)
"""Calls that write into a log or to the screen."""
_ADDRESSES = (
    r"[\w.-]:[^\s:@/\"'`<>\\{}$%]{3,80}@(?:tcp|unix)\(",
    r"(?i)[a-z0-9]://(?:[^\s:/\"'`<>\\{}$]{0,60}|\$\{\w{1,40}\}):[^\s@/\"'`<>\\{}]{3,80}@"
    r"(?:[\w\[]|\$?\{|%s|[\"'][ ]?[+.]|/\w{1,40}\?)",
    r"@(?:tcp|unix|udp)\(",
    r"jdbc:oracle:\w{2,8}:\w{1,40}/",
    r"(?i)://[\w./-]{0,80}hooks?[\w./-]{0,60}/[\w-]{16}",
    # (in two: as one it would take ten times as long)
    r"(?i)://[\w./-]{0,60}/(?:ping|heartbeat|push|triggers?|notify|incoming|inbound)/"
    r"[\w./-]{0,30}[\w-]{16}",
    r"(?i)://[\w./-]{0,60}(?:ping|heartbeat)\.[\w.-]{2,40}/[\w./-]{0,30}[\w-]{16}",
    r"(?i)://[\w./-]{0,80}hooks?/[\w./-]{0,40}\?(?:access_token|token|key|code)=[\w%+/-]{16}",
    r"(?i)://[^\s\"'<>]{8,120}[?&](?:signature|sig|x-amz-signature)=[\w%+/-]{24}",
    r"(?i)://[\w./-]{3,80}/(?:private|secret)-[0-9a-f]{24}",
)
"""Addresses that hold a secret."""
_LOGGED = (
    r"(?:passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|session_?key|"
    r"credentials?|pwd)"
)
_USUAL = (
    r"(?:passw|passphr|passcode|pwd|secret|token|credential|"
    r"(?:api|access|auth|private|sign(?:ing)?|encryption)[_-]?key)"
)
"""The usual ones: where functions begin, all of them would slow the first pass by an eighth, and
where one of several is asked for, by a twentieth."""
ELSEWHERE = (
    # the name is the last of its line; its value is in the next, below it or in brackets:
    # "name": "DB_PASSWORD", password:, [passwords], "secrets": {, or the head of a table
    rf"(?i){NAMES}[\w.-]{{0,12}}[\"'\]]{{0,2}}[ \t]?[:=,|]?[ \t]?[|>{{\[(&-]{{0,3}}[ \t\r]{{0,2}}$",
    # the head of a table
    rf"(?i){NAMES}\w{{0,12}}[\"']? ?[;,\t|] ?[\"']?\w{{2,24}}[\"']? ?(?:[;,\t|]|$)",
    # the same, of a short name: host,user,pass
    r"(?i)\w[\"']?[;,\t|][\"']?(?:pass|kennwort|contrasena|senha|mdp)[\"']?"
    r"(?:[;,\t|][\"']?\w{2,24}[\"']?(?:[;,\t|]|\r?$)|[ \t\r]{0,2}$)",
    # the name is an element, the value the next one
    rf"(?i)<(?:key|(?:param-|entry-|property)?name|entry-key|string|t[hd]|dt|strong|b)"
    rf">[^<\n]{{0,60}}{NAMES}[^<\n]{{0,16}}</",
    # a comment says what is in the next line
    r"(?i)^[ \t]{0,8}(?:\#|//|--|;|<!--|/?\*)[ \t][^\n]{0,60}(?:passw(?:or)?d|passphrase|pwd|"
    r"token|secret|"
    r"(?:api|access)[ _-]?key)(?:[ ](?:for|of|to|used|here|below|from|in|on)[ ][^\n]{0,60})?[ "
    r"\t:.]{0,4}"
    r"(?:-->|\*/)?[ \t\r]{0,4}$",
    # a function, which returns its value in the next line
    rf"(?i){NAMES}\w{{0,12}}[ ]?\([^\n()\"']{{0,60}}\)(?:[^\n\"'`;()]|'static|"
    r"\(string,[ ]error\)){0,24}\{"
    r"[ \t\r]{0,2}$",
    rf"(?i)(?:{NAMES}\w{{0,12}}[ ]=[ ](?:async[ ])?\([^\n()\"']{{0,40}}\)[^\n\"'`;()]{{0,24}}=>"
    r"[ ]\{|"
    rf"\b(?:string[ ]|char[ ]?\*|function[ ])\w{{0,24}}{NAMES}\w{{0,12}}\([^\n()\"']{{0,60}}\)"
    r"(?:[ ]?:[ ]?\??string)?)[ \t\r]{0,2}$",
    rf"(?i)\bdefp?[ ](?:self\.)?\w{{0,24}}{_USUAL}\w{{0,12}}(?:\([^\n()\"']{{0,60}}\))?"
    r"(?:[ ]->[ ]str|[ ]do)?:?[ \t\r]{0,2}$",
    # what is sent to who asks for a password
    r"(?i)\bexpect\b[^\n]{0,60}assword[^\n]{0,20}$",
    # columns in SQL
    rf"(?i)\b(?:insert|copy|replace)[ \t][^\n]{{1,80}}\([^\n)]{{0,200}}{NAMES}",
    r"(?i)^[ \t]{0,8}[`\"\[]?\w{0,24}(?:passw|pwd|secret|token|api_?key|salt)\w{0,16}[`\"\]]?"
    r"[ \t]{1,8}(?:n?varchar|n?text|character|char|varbinary|bytea)\b",
    # the name of its group makes it one: "Jwt": { "Key": "..." }
    r"(?i)[\"'. \t]key[\"']?[ \t]?[:=][ \t]?(?:[\"']?[\w+/=-]{16}|[\"'](?:this|my|the)[ ]\w)",
)
"""What names a secret whose value stands elsewhere in the file."""
_OWN = r"(?:\([^()\n\"'`]{0,40}\))?(?:[ ]?:[ ]?\w{1,16})?"
ASKED = (
    rf"(?i)(?:{_USUAL}|\b(?:pw|pass))\w{{0,12}}{_OWN}[ ]?:?=>?[ ](?:(?:when|match|switch|case)\b|"
    r"[^\n\"'`;=(]{1,40}[ ](?:match|switch)[ ]?(?:\{|\r?$))"
)
"""One of several, by what is asked: password = when (env) {"""
DEFAULT = r"\bdefault_value[ ]?=[ ]?\"[^\s\"]{4}"
"""The default of an option, before its name."""
DEFINES = r"(?:explicit|def|func|fun|fn|function|class|record|public|private|protected|static|void)"
"""How functions begin, in many languages."""
_AROUND = (
    r"(?:[ ]?:[ ]?[\w.<>\[\]]{1,16})?[ \t]{0,4}"
    r"(?:=[ \t]{0,4}(?:await[ ]|new[ ])?[\w.:]{1,24}(?:\(\)\.\w{1,12})?\("
    r"(?:default=)?|(?:by[ ]lazy[ ])?\{[ ]?)[\"'][^\s\"']{3}"
)
QUESTION = (
    r"(?:passwor[dt]|passphrase|kennwort|contrase\S{1,2}a|senha)\b[^\n?]{0,60}\?[\"'}\],\r ]{0,6}$"
)
"""What somebody asks for who has forgotten it."""
GATES = (
    *ELSEWHERE,
    ASKED,
    DEFAULT,
    rf"(?i){QUESTION}",
    # a function that takes a secret
    rf"(?i){DEFINES}[ ][^\n\"'`;=]{{1,80}}\([^\n\"'`;()]{{0,160}}"
    r"(?:passw|passphr|pwd|secret|token|credential|api_?key)",
    *_ADDRESSES,
    rf"(?i)^[ \t]{{0,8}}(?:set[ \t]{{1,4}})?{NETWORK}[ \t]{{1,4}}\"?[\w!#%&*+./@^~-]",
    *SQL,
    *PLACED,
    USER,
    # a name for the value, in YAML: password: &pw ...
    rf"(?i){NAMES}{_TAIL}: ?(?:&[\w-]{{1,30}}|!!str) [\"']?[^\s\"']",
    # the default of what is not set: ${DB_PASSWORD:...}
    rf"(?i){NAMES}{_TAIL}{_CLOSED}[:=][ \t]{{0,4}}[\"']?\$\{{[\w.]{{1,40}}:?[-=:]"
    r"[^\s{}$\"'?+]{3}",
    # a log or print call, and the name of a secret in it
    rf"(?i)(?:{LOGGING})[!( \t][^\n]{{0,64}}{_LOGGED}",
    # a function that is known, or a header
    *known.gates(),
    *turns.GATES,
    *lists.GATES,
    *inserts.GATES,
    *keys.GATES,
    *quotes.GATES,
    *held.GATES,
    *formats.GATES,
    *arrays.GATES,
    *told.GATES,
    r"(?i)\b(?:bearer|basic)[ \t]{1,2}[\w+/=.~-]{16}",
    r"(?i)\bbasic\\?[ ][\w+/]{7,14}=",
    rf"(?i){NAMES}{_TAIL}(?:[\\\"'\])}}]{{0,4}}|[\"'][ ]\])(?:[ \t]?:[ \t]?[\w&<>?\[\]; ']{{1,16}}|"
    rf"\[\w{{0,4}}\](?:[ ]PROGMEM)?)?{_ALIGNED}{_SIGN}(?:\[\](?:byte|string)|\w{{2,8}}!)?"
    rf"[\w@&$*{{(\[\\]{{0,3}}[\"'`](?:[\"']{{2}}|[\"']\.join)?[^\s\"'`]{{2}}",
    rf"(?i){NAMES}{_TAIL}{_CLOSED}[:=]{_ALIGNED}(?:\{{noop\}})?[\w!#%&*+./@^~-]{{4}}",
    # what a service starts with may be shorter
    r"PASS(?:WORD|WD)?(?:=|:[ ])[\w!#%&*+./@^~-]{3}[ \t\r]{0,2}$",
    rf"(?i)(?:\b|_){SHORT}\d?\\?(?:\[\w{{0,4}}\]|[ ]?:[ ]?[a-z]\w{{1,15}})?{_CLOSED}{_SIGN}"
    rf"(?:\[\]byte)?[\w@&$*{{(\\]{{0,3}}[\"'`][^\s\"'`]{{2}}",
    rf"(?i)(?:\b|_){SHORT}\d?[:=][ \t]{{0,2}}[\w!#%&*+./@^~-]{{4}}",
    # settings that put space around the sign, and nothing behind the value
    r"(?i)^[ \t]{0,8}(?:\w{1,24}[ _.-])?(?:pass|pw|psk|senha|clave|kennwort)[ \t]{1,16}=[ \t]{0,16}"
    r"[\w!#%&*+./@^~-]{4,60}[ \t\r]{0,2}$",
    rf"(?i){FOREIGN}\w{{0,14}}(?:\[\w{{0,4}}\]|[ ]?:[ ]?\w{{1,16}})?{_CLOSED}{_SIGN}"
    rf"[\w@&$*{{(\\]{{0,3}}[\"'`][^\s\"'`]{{3}}",
    rf"(?i){FOREIGN}[\w-]{{0,14}}(?:[:=][ \t]{{0,2}}|[ >][\"']?)[\w!#%&*+./@^~-]{{4}}",
    rf"{HUMPS}\d?{_CLOSED}(?::[ ]?\w{{1,16}}[ ]{{0,2}})?{_SIGN}(?:\[\]byte)?[\w@&$*{{(\\]{{0,3}}"
    r"[\"'`][^\s\"'`]{2}",
    rf"{HUMPS}\d?[:=][ \t]{{0,2}}[\w!#%&*+./@^~-]{{4}}",
    # a pointer of another type: session.community = (u_char *)"..."
    rf"(?i){NAMES}{_TAIL}[ ]?=[ ]?\((?:const[ ])?[\w: ]{{1,24}}\*{{1,2}}\)[ ]?\"[^\s\"]{{2}}",
    # what a schema takes if nothing is given: SECRET: z.string().default("...")
    rf"(?i){NAMES}{_TAIL}[\"']?:[ ]\w[\w.]{{0,16}}\([^\n\"'`]{{0,80}}(?:default|catch|fallback)"
    r"(?:\(|:)[ ]?[\"'`][^\s\"'`]{3}",
    rf"(?i){NAMES}\w{{0,16}}>[^<\s$@{{]{{4}}",
    rf"(?i)<(?:\w{{1,20}}[_.-])?{SHORT}\d?>[^<\s$@{{]{{4}}",
    r"(?i)--?[\w-]{0,16}(?:passw|pass|token|secret|key|pwd)[\w-]{0,8}[ =][\"']?[^\s\"'$<{-]{4}",
    r"(?i)\bbearer[\"']?[ ]?[:=][ ]?[\"'][\w.-]{20}",
    r"(?i)(?:\b|_)(?:2fa|mfa|otp)[\"']?[ \t]?[:=][ \t]?[\"']?(?-i:[A-Z2-7]{16})",
    rf"(?i){CODES}\w{{0,8}}[\"'\])]{{0,3}}[ \t]{{0,8}}(?:=>|:?=|:)[ \t]{{0,8}}[\[({{]{{0,2}}[\"'`]?"
    r"[a-z\d]{4}",
    r"(?i)(?:remember_?me|customer)[_.-]?key[\"']?[ \t]{0,40}[=:][ \t]{0,8}[\"']?[\w!+/-]{6}",
    r"(?i)seed\w{0,8}[\"'\])]{0,3}[ \t]{0,4}(?:=>|:=|[:=])[ \t]{0,4}[\"'`]?(?-i:[A-Z2-7]{16})",
    r"(?i)(?:otp|mfa|2fa|tfa|oath|authenticator)_?(?:seed|secret)\w{0,8}[\"'\])]{0,3}[ \t]?"
    r"(?:=>|[:=])[ \t]?[\"']?[0-9a-f]{32}",
    # any other key, of which the value does not read like a name
    r"(?i)key(?:_?(?:hex|b64|base64|bytes)(?:_?\d)?)?[\"'\])]{0,3}[ \t]{0,4}(?:=>|:=|"
    r"[:=,(])[ \t]{0,4}(?:\[\]byte\(|b)?[\"'`]?"
    r"[a-z+/_-]{0,20}\d[\w+/=-]{3}",
    # a macro: #define AIO_KEY "..."
    r"(?i)#define[ \t]{1,4}\w{1,24}key[ \t]{1,10}\"[\w+/=-]{16}",
    # a directive: nothing but a name, space and a value
    r"(?i)^[ \t]{0,8}(?:ENV[ \t]{1,4}\w{0,24}(?:PASS|TOKEN|SECRET|KEY)\w{0,8}|requirepass|"
    r"masterauth|rootpw|bindpw|"
    r"(?:enable|username)[ \t][^\n]{0,24}(?:password|secret)(?:[ \t]{1,2}\d)?|"
    r"(?:\w{1,24}[_-])?(?:password|secret))"
    r"[ \t]{1,8}[^\s\"'=:$<({]{4}",
    # declared with its type behind the name: const apiToken string = "..."
    rf"(?i)(?:{NAMES}|(?:\b|_){SHORT}|key)\w{{0,12}}[ ](?:string|\[\]byte)[ ]=[ ]"
    r"(?:\[\]byte\()?[\"`][^\s\"`]{3}",
    # quoted, and only space between: #define, SQL, directives
    rf"(?i)(?:(?:{NAMES}|{_BEGINS}){_TAIL}|(?:\b|_)auth)[ \t]{{1,10}}@?[\"'][^\s\"']{{3}}",
    # quotes within a text of SQL are doubled: EXECUTE 'ALTER USER x PASSWORD ''...''';
    rf"(?i)(?:{NAMES}{_TAIL}|identified[ ]by)[ \t]{{0,2}}=?[ \t]{{0,2}}''[\w!@#%^*][^\s']{{2}}",
    # a call around the value, or braces: wxT("..."), kApiKey{"..."}
    # (in two: as one it would take twenty times as long)
    rf"(?i){NAMES}{_TAIL}{_AROUND}",
    rf"(?i)(?:{_BEGINS}{_TAIL}|(?:\b|_)auth){_AROUND}",
    rf"(?i){NAMES}{_TAIL}:[ \t]{{1,4}}[\w. ]{{0,30}}(?:hash|crypt|"
    rf"encode)\w{{0,12}}\([\"'][^\s\"']{{3}}",
    rf"(?i)(?:{NAMES}|(?:\b|_){SHORT}){_TAIL}\(Some\([\"'][^\s\"']{{3}}",
    # another attribute between: name="password" value="...", "key": "password", "value": "..."
    rf"(?i){NAMES}{_TAIL}[\"'][^<>\"'\n]{{0,16}}"
    rf"[ \t\"'](?:value|(?:default|initial)Value)[\"']?[ \t]?(?:=>|[=:])[ \t]?"
    rf"\{{?[\"'][^\s\"']{{3}}",
    rf"(?i)(?:name|id|key)=[\"']\w{{0,12}}{SHORT}\d?[\"'][^<>\"'\n]{{0,16}}[ \t]value=[\"']"
    rf"[^\s\"']{{3}}",
    rf"(?i){NAMES}{_TAIL}[\"'](?:[ \t]\w{{1,16}}=[\"']\w{{1,16}}[\"'])?>[^\s<$]{{3}}",
    # the default of an option
    rf"(?i){NAMES}{_TAIL}[\"'][^\n]{{0,40}}default(?:_?value)?(?:[ ]?[=:][ ]?|"
    rf"\()b?[\"'][^\s\"']{{3}}",
    r"(?i)\b(?:identified(?:[ \t]{1,2}with[ \t]{1,2}\S{1,24})?[ \t]{1,2}by|"
    r"with[ \t]{1,2}(?:encrypted[ \t]{1,2})?password|"
    r"set[ \t]{1,2}password)[^\n'\"]{0,16}['\"][^\s'\"]{2}",
)
"""Expressions for the first pass, none of which reaches into another line."""
BEFORE = 160
"""Bytes before the end of a gate that are looked at, if the line begins earlier."""
BEHIND = 480
"""Bytes behind the end of a gate that are looked at, if the line ends later."""
HALF = 400
"""Bytes of a line that is one half of a pair: a name, and its value in the next line."""
NEAR = BEHIND + HALF + 2
"""Bytes to either side of the end of a gate within which lie its line, the one before and the one
behind it, as far as they are looked at."""
FURTHER = BEHIND + arrays.OPENING + arrays.LONGEST
"""Bytes behind the end of a gate within which a key is read that is written byte by byte."""
