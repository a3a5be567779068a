"""Turns of phrase by place: what stands behind a user in a call, what a function gives back."""

from __future__ import annotations

from leakhunt.contextual.parts import NAMED, TEXT, VALUE

_USER = r"@?[\"'][\w.@+\\-]{2,60}[\"'],[ ]?"
"""A text that may be a user, and the comma behind it."""
_SIGNS_IN = (
    r"log_?[io]n|sign_?in|authenticate|authoriz|credentials?|user_?auth|user(?:name)?_?(?:pw|pass)|"
    r"\bauth_|\bauth(?:user|with|basic|plain)|(?:create|add)_?(?:user|account)|:basic,"
)
_CALL = rf"(?:(?:{_SIGNS_IN})\w{{0,12}}(?:[ ]\w{{1,20}})?[ ]?|\bauth)"
"""Who signs in. `auth` at the beginning of any name would be met wherever there are authors, which
alone slowed the first pass by a tenth."""
_CONNECTS = r"(?:connect|client|session|dial|database|ftp|ssh|imap|driver|login)"
"""Shorter and more frequent words would slow the first pass."""
_UNSET = r"(?:(?:[\"']?\d{1,5}[\"']?|nil|none|null),[ ]?){0,4}"
"""Ports, and what is left out: connect("host", 5432, nil, nil, "user", "...")."""
_PASSED = (
    r"@?(?P<q>[\"'])(?!(?-i:[a-z]+(?:[-_.][a-z]+)*[-_.]?\d{1,2})[\"'])"
    r"(?P<secret>[^\s\"'/<>{}$%]{5,80})(?P=q)[ ]?(?=[,)\]}]|$)"
)
"""A text that may be a password, and no name of one of several: `realm2`."""
_LONG_NAMED = rf"(?:{NAMED}|_pass)"
_PARAMETERS = r"(?:[ ]?\([^()\n\"'`]{0,60}\))?"
_BODY = (
    r"(?:(?:[ ]=[ ](?:async[ ])?function[ ]?\([^()\n]{0,40}\))?"
    r"[^\n\"'`;(){}=]{0,24}\{[ ]?(?:return[ (]|echo[ ]|print[ ]|printf[ ](?:'%s(?:\\n)?'[ ])?)?|"
    r",[ ]do:[ ]|"
    r"[^\n\"'`;(){}=]{0,24}[ ]=[ ])"
)
_FUNCTION = (
    r"(?:\bchar[ ]?\*[ ]?|\bexports\.|"
    r"\b(?:sub|function|fn|fun|func|def|defp|String|str|string)[ ]{1,2}|"
    r"^[ \t]{0,8}(?:-[ ]?\(NSString[ ]?\*\))?(?=\w{2,60}(?:\(\))?[ ]?\{))"
)
_ASKS = rf"(?:{NAMED}|\bpw|\bpass)\w{{0,16}}(?:[ ]?:[ ]?\w{{1,12}})?[ ]?:?=[ ]?"
_IF = (
    r"(?:[^\n\"'`;?]{1,60}(?:[\"'][^\"'\n]{0,24}[\"'][^\n\"'`;?]{0,8})?[ ]\?|"
    r"if[ ]?\([^\n;]{1,60}?\)(?:[ ]\{)?|if[ ][^\n;{}\"'`]{1,60}(?:[ ]\{|,[ ]do:)|"
    r"[^\n\"'`;]{1,40}[ ]and)[ ]"
)
_ELSE = r"(?::|else|(?:\}[ ])?else[ ]?\{|or)"

ROWS: tuple[tuple[str, bytes, str, str], ...] = (
    # who signs in, and with what: client.signIn("kiosk", "..."), Credentials c("ci", "...")
    (
        "maybe",
        rb"(?:log_?[io]n|sign_?in|auth|cred|user(?:name)?_?pa?[sw]|(?:create|add)_?(?:user|acc)|"
        rb":basic,).*[\"'],",
        rf"(?i){_CALL}[( ][^\n\"'`;()]{{0,40}}{_USER}{TEXT}",
        rf"(?i){_CALL}(?P<sign>[( ])[^\n\"'`;()]{{0,40}}(?P<name>){_USER}{_PASSED}",
    ),
    # where, who, and with what: connect("bastion", 22, "deploy", "...")
    (
        "maybe",
        rb"(?:connect|client|session|open|dial|d(?:ata)?b(?:ase)?|pool|server|ftp|ssh|smtp|imap|"
        rb"driver|transport|login)\w*(?:\.\w+)?\(.*[\"'],",
        rf"(?i){_CONNECTS}\w{{0,16}}(?:\.\w{{1,16}})?\([\"'][^\"'\n\s]{{2,100}}[\"'],[ ]?{_UNSET}"
        rf"{_USER}(?:[\"'][\w.-]{{1,40}}[\"'],[ ]?)?{TEXT}",
        rf"(?i){_CONNECTS}\w{{0,16}}(?:\.\w{{1,16}})?(?P<sign>\()[\"'][^\"'\n\s]{{2,100}}[\"'],"
        rf"[ ]?{_UNSET}(?P<name>){_USER}(?:[\"'][\w.-]{{1,40}}[\"'],[ ]?)?"
        rf"(?=@?[\"'][^\"'\n]{{0,60}}\d){_PASSED}",
    ),
    # the last argument of what takes a password: ssh_userauth_password(session, NULL, "...")
    (
        "maybe",
        rb"pass(?:wd|word|phrase)\w*\([^\"']+,",
        rf"(?i)pass(?:wd|word|phrase)\w{{0,20}}\((?:[^\n\"'`;(){{}},]{{1,40}},[ ]?){{1,3}}{TEXT}",
        r"(?i)(?<![a-z])(?:set|use|with|auth\w*|\w{2,24}_)?_?pass(?:wd|word|phrase)"
        r"(?!_?(?:field|hint|label|error|policy|input|box|check|valid|strength|rule|reset))"
        rf"\w{{0,20}}(?P<sign>\()(?P<name>)(?:[^\n\"'`;(){{}},]{{1,40}},[ ]?){{1,3}}{_PASSED}",
    ),
    # what is made bytes: key, err := hex.DecodeString("...")
    (
        "instead",
        rb"key, ?(?:_|err) ?:?= ",
        r"(?i)key,[ ]?(?:_|err)[ ]:?=[ ][\w.]{2,40}\([\"`][\w+/=-]{16}",
        r"(?i)(?<!\w)(?P<name>\w{0,40}key),[ ]?(?:_|err)[ ](?P<sign>:?=)[ ][\w.]{2,40}\("
        r"(?P<q>[\"`])(?P<secret>[\w+/=-]{16,200})(?P=q)",
    ),
    # what is hashed in a database: crypt('...', gen_salt('bf'))
    (
        "spoke",
        rb"crypt\('[^']+', ?gen_salt",
        r"(?i)\bcrypt\('[^'\n]{4,80}',[ ]?gen_salt\(",
        r"(?i)\bcrypt(?P<sign>\()'(?P<secret>[^'\n]{4,80})',[ ]?gen_salt\((?P<name>)",
    ),
    # what is put behind a scheme: snprintf(h, n, "Authorization: Bearer %s", "...")
    (
        "bearer",
        rb"bearer ?(?:[\"'] ?[+.<]|,)",
        r"(?i)bearer(?:[ ]?[\"'][ ]?(?:\+|\.{1,2}|<>)|,)[ ]?@?[\"'][\w.+/=-]{16}",
        r"(?i)bearer(?P<name>)(?P<sign>[ ]?[\"'][ ]?(?:\+|\.{1,2}|<>)|,)[ ]?@?(?P<q>[\"'])"
        r"(?P<secret>[\w.+/=-]{16,400})(?P=q)",
    ),
    (
        "bearer",
        rb"bearer (?:%|\{)",
        r"(?i)bearer[ ](?:%[sv@]|\{\d?\})[\"'][^\n\"']{0,12}@?[\"'][\w.+/=-]{16}",
        r"(?i)bearer[ ](?:%[sv@]|\{\d?\})[\"'](?P<name>)[ ]?(?P<sign>,?)[^\n\"']{0,12}@?"
        r"(?P<q>[\"'])(?P<secret>[\w.+/=-]{16,400})(?P=q)",
    ),
    # what is written into a field for passwords: passwordField.text = "..."
    (
        "maybe",
        rb"passw(?:or)?d\w*\.(?:text|value|stringvalue)",
        r"(?i)passw(?:or)?d\w{0,12}\.(?:text|value|stringvalue)[ ]?={1,3}[ ]?@?[\"'][^\s\"']{5}",
        r"(?i)passw(?:or)?d(?:field|input|edit\w{0,8}|box|text\w{0,8}|txt|_)?\.(?P<name>)"
        r"(?:text|value|stringvalue)[ ]?(?P<sign>={1,3})[ ]?@?(?P<q>[\"'])"
        r"(?P<secret>[^\s\"'<>{}$%]{5,80})(?P=q)",
    ),
    # a user and a password, put behind the scheme once they are encoded: "Basic " + b64("u:...")
    (
        "pair",
        rb"basic ?[\"'] ?(?:\+|\.|<>|,)",
        r"(?i)\bbasic[ ]?[\"'][ ]?(?:\+|\.{1,2}|<>|,)[ ]?[\w.:]{2,40}\([\"'`]"
        r"[\w.@+-]{1,40}:[^\s\"'`/]{4}",
        r"(?i)\bbasic[ ]?[\"'][ ]?(?P<sign>\+|\.{1,2}|<>|,)[ ]?[\w.:]{2,40}\([\"'`][\w.@+-]{1,40}:"
        r"(?P<secret>[^\s\"'`/][^\s\"'`]{3,100})[\"'`](?P<name>)",
    ),
    # as clients for HTTP take both, before they are encoded: Authorization: Basic me:...
    (
        "spoke",
        rb"authorization: basic [\w.@+-]+:",
        r"(?i)authorization:[ ]basic[ ][\w.@+-]{1,40}:[^\s\"'`<{$]{4}",
        r"(?i)authorization:[ ]basic(?P<sign>[ ])[\w.@+-]{1,40}:(?P<secret>[^\s\"'`<{$]{4,100})"
        r"[ \t\r]*$"
        r"(?P<name>)",
    ),
    # what is put into a keychain: kSecValueData as String: "...".data(using: .utf8)!
    (
        "spoke",
        rb"ksecvaluedata",
        r"\bkSecValueData(?:[ ]as[ ]String)?[ ]?[:,\]][^\n\"]{0,16}\"[^\s\"]{4}",
        r"\bkSecValueData(?:[ ]as[ ]String)?[ ]?(?P<sign>[:,\]])[^\n\"]{0,16}"
        r"\"(?P<secret>[^\s\"]{4,100})\"(?P<name>)",
    ),
    # how a modem joins a network: AT+CWJAP="house","..."
    (
        "spoke",
        rb"at\+cwjap",
        r"\bAT\+CWJAP(?:_\w{3})?=\\?\"[^\"\\\n]{1,32}\\?\",\\?\"[^\s\"\\]{8}",
        r"\bAT\+CWJAP(?:_\w{3})?=\\?\"[^\"\\\n]{1,32}\\?\"(?P<sign>,)"
        r"\\?\"(?P<secret>[^\s\"\\%]{8,63})\\?\"(?P<name>)",
    ),
    # what a command is given that is put together: "echo %s | sudo -S reboot", "..."
    (
        "spoke",
        rb"%s[^\n]{0,8}\| ?sudo -s",
        r"%s[^\n\"]{0,8}\|[ ]?sudo[ ]-S\b[^\n\"]{0,60}\"(?:,|[ ]%)[ ]?\(?[\"'][^\s\"']{4}",
        r"%s[^\n\"]{0,8}\|[ ]?sudo[ ]-S\b[^\n\"]{0,60}\"(?P<sign>,|[ ]%)"
        r"[ ]?\(?" + VALUE + r"(?P<name>)",
    ),
    # who a command signs in, and with what: /usr/bin/sync -u backup -p ...; of mysql -p asks for it
    (
        "spoke",
        rb"[ ]-u[ ]\S+[ ]-p[ ]",
        r"[ ]-u[ ][\w.@-]{1,40}[ ]-p[ ][^\s:=\"'`$<>{}()\[\],;|&/-][^\s:\"'`$<>{}]{3}",
        r"(?:^[ \t]*(?:(?:[-$>#*]|RUN|sudo)[ ])*|[;&|(=]{1,2}[ ]?(?:sudo[ ])?)(?:[\w.$~-]*/)*"
        r"(?!mysql|mariadb|psql|pg_|docker|podman|ssh)[a-z][\w.-]{0,40}"
        r"(?:[ ]--?\w[\w-]{0,20}(?:[ =][^\s-]\S{0,40})?){0,4}"
        r"[ ]-u[ ](?:root|admin|administrator|[\w.@-]{1,40}(?=[ ]-p[ ]\S*\d))[ ]-p(?P<sign>[ ])"
        r"(?P<secret>(?=\S*[A-Za-z])[^\s:=\"'`$<>{}()\[\],;|&/-][^\s:\"'`$<>{}]{3,80})(?=\s|$)"
        r"(?P<name>)",
    ),
    # the address that posts into a channel of Teams, in two texts
    (
        "bearer",
        rb"/incomingwebhook/",
        r"/IncomingWebhook/[0-9a-f]{32}",
        r"/IncomingWebhook(?P<name>)(?P<sign>/)(?P<secret>[0-9a-f]{32,64})",
    ),
    # both are compared: u == 'ops' && p == '...'
    (
        "maybe",
        rb"[\"'][ ](?:&&|and)[ ]p(?:w|ass\w*)?[ ]?===?",
        r"\bu(?:ser\w{0,8})?[ ]?===?[ ]?[\"'][\w.@-]{1,40}[\"'][ ](?:&&|and)[ ]p(?:w|"
        r"ass\w{0,8})?[ ]?===?[ ]?"
        r"[\"'][^\s\"']{4}",
        r"\bu(?:ser\w{0,8})?[ ]?===?[ ]?[\"'][\w.@-]{1,40}[\"'][ ](?:&&|and)[ ]p(?:w|"
        r"ass\w{0,8})?[ ]?"
        r"(?P<sign>===?)[ ]?(?P<name>)" + VALUE,
    ),
    # what is typed unlocks: if (strcmp(input, "...") == 0) unlock();
    (
        "maybe",
        rb"(?:unlock|grant)\w*\(",
        r"(?:cmp\([^\n\"']{1,40},|[!=]==?)[ ]?@?[\"'][^\s\"']{5,60}[\"'][^\n\"']{0,24}(?:unlock|"
        r"grant)\w{0,12}\(",
        r"(?:cmp\([^\n\"']{1,40},|[!=]==?)[ ]?(?P<name>)@?(?P<q>[\"'])(?P<secret>(?=[^\"']*\W|"
        r"[^\"']*\d)[^\s\"']{5,60})"
        r"(?P=q)(?P<sign>[^\n\"']{0,24})(?:unlock|grant)\w{0,12}\(",
    ),
    # who calls a service and its key follow one another, as Twilio writes them: ("AC...", "...")
    (
        "instead",
        rb"[\"']ac\w*[\"'], ?[\"'][0-9a-f]{32}[\"']",
        r"[\"']AC\w{1,32}[\"'],[ ]?[\"'][0-9a-f]{32}[\"']",
        r"[\"']AC\w{1,32}[\"'](?P<sign>,)[ ]?[\"'](?P<secret>[0-9a-f]{32})[\"'](?P<name>)",
    ),
    # the default of an argument, and its name behind it in the same line: clap
    (
        "turned",
        rb"default_value ?= ?\"",
        r"\bdefault_value[ ]?=[ ]?\"[^\s\"]{4}[^\n\"]{0,80}\)\][ ]?(?:pub[ ])?\w{0,24}(?i:passw|"
        r"pass\b|token|secret)",
        r"\bdefault_value[ ]?(?P<sign>=)[ ]?\"(?P<secret>[^\s\"]{4,100})\"[^\n\"]{0,80}\)\]"
        r"[ ]?(?:pub[ ])?(?P<name>[a-z]\w{2,40})"
        r"[ ]?:",
    ),
    # what a shell hands over as if it were a file: --password-file=<(echo '...')
    (
        "spoke",
        rb"pass\w*[-_]?file[ =]<\(",
        r"(?i)pass\w{0,8}[-_]?file[ =]<\((?:echo|printf)[ ][^\n()]{0,12}[\"'][^\s\"'$]{4}",
        r"(?i)pass\w{0,8}[-_]?file[ =]<\((?:echo|printf)(?P<sign>[ ])[^\n()]{0,12}?(?P<q>[\"'])"
        r"(?P<secret>[^\s\"'$%]{4,100})(?P=q)[ ]?\)(?P<name>)",
    ),
    # what WildFly signs in with: <credential-reference clear-text="..."/>
    (
        "spoke",
        rb"clear-text=",
        r"\bclear-text=\"[^\s\"$]{4}",
        r"\bclear-text(?P<sign>=)\"(?P<secret>[^\s\"$]{4,100})\"(?P<name>)",
    ),
    # what a program says to redis, word by word: ["AUTH", "..."]
    (
        "spoke",
        rb"[\"']auth[\"'],",
        r"[\[({,][ ]?[\"']AUTH[\"'],[ ]?[\"'][^\s\"'/]{5}[^\s\"'/]{0,60}[\"'][ ]?[\])}]",
        r"[\[({,][ ]?[\"']AUTH[\"'](?P<sign>,)[ ]?(?P<q>[\"'])"
        r"(?P<secret>[^\s\"'/]{5,66})(?P=q)[ ]?[\])}](?P<name>)",
    ),
    # what a script tells a server of files: user nightly ...
    (
        "maybe",
        rb"^[ \t]*(?:quote )?user[ \t]+[\w.@-]+[ \t]",
        r"(?i)^[ \t]{0,8}user[ \t]{1,2}[\w.@-]{2,40}[ \t]{1,2}[^\s\"'`$=:;/<({\[]{5,40}"
        r"[ \t\r]{0,2}$",
        r"(?i)^[ \t]{0,8}user(?P<sign>[ \t])[ \t]?(?P<name>)[\w.@-]{2,40}[ \t]{1,2}"
        r"(?P<secret>(?=\S*\d)[^\s\"'`$=:;/<({\[]{5,40})[ \t\r]{0,2}$",
    ),
    # what a function gives back in its own line: sub password { return '...' }
    (
        "yields",
        rb"(?:\{ ?(?:return|echo|printf?(?: '%s(?:\\\\n)?')?)?|do:|=) ?[ (]?@?[\"']",
        rf"(?i){_LONG_NAMED}\w{{0,16}}{_PARAMETERS}{_BODY}{TEXT}",
        rf"(?i){_FUNCTION}(?:get[_-]?)?(?P<name>[a-z][\w-]{{1,60}}){_PARAMETERS}(?P<sign>{_BODY})"
        rf"{VALUE}",
    ),
    # either of two: pw = prod ? "..." : "..."
    (
        "maybe",
        rb"(?:\?|\bif\b.*(?:\)|\{|do:)|and) @?[\"']",
        rf"(?i){_ASKS}{_IF}{TEXT}",
        rf"(?i)(?<![\w.>-])(?P<name>[\w.$>-]{{2,60}}?)(?:[ ]?:[ ]?\w{{1,12}})?[ ]?:?=[ ]?"
        rf"(?P<sign>{_IF}){VALUE}(?=,?[ ]{_ELSE})",
    ),
    (
        "maybe",
        rb"(?:\?|\bif\b|and) .*(?::|else|else ?\{|or) @?[\"']",
        rf"(?i){_ASKS}{_IF}@?[\"'][^\"'\n]{{0,60}}[\"'],?[ ]{_ELSE}:?[ ]{TEXT}",
        rf"(?i)(?<![\w.>-])(?P<name>[\w.$>-]{{2,60}}?)(?:[ ]?:[ ]?\w{{1,12}})?[ ]?:?=[ ]?"
        rf"(?P<sign>{_IF})@?[\"'][^\"'\n]{{0,60}}[\"'],?[ ]{_ELSE}:?[ ]{VALUE}",
    ),
)
"""As those of `turns`. Whether it is a password is told by its place, so a mere word is none."""
