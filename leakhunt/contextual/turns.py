"""Turns of phrase in source code that put a secret elsewhere than behind its name and a sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual import functions
from leakhunt.contextual.parts import NAMED, TEXT, VALUE
from leakhunt.facts.names import PROVIDED

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

_NAME = r"(?<![\w.$>-])(?P<name>[\w.$>-]{2,60}?)"
_SCHEME = r"(?:token|api-?key|key|jwt|bot)"
_MISSING = (
    r"(?:\.(?:unwrap_or\w{0,8}|or_?[eE]lse\w{0,4}|getOrElse|get_or|or)\("
    r"(?:\|_?\w{0,4}\|[ ]?|\(\)[ ]?->[ ]?)?|or\b|to\b|\{|\|\||//|\?:|\?\?)"
)
_EQUALS = (
    r"(?:\.(?:as_str\(\)[ ]==|equals\w{0,10}\(|Equals\(|contentEquals\(|eql\?\(|compare(?:To)?\()|"
    r"[ ](?:-?[ci]?eq|-?[ci]?ne|isEqual(?:ToString)?:)[ ]?)"
)
_COMPARE = r"(?:str\w{0,6}cmp|hash_equals|compare_digest|equals)"
_HEADER = r"(?:search)?for(?:HTTPHeaderField|Key|Field)?:"
_ENCODE = (
    r"(?:(?:btoa|[bB]ase64[\w.:>-]{0,24}|b64encode|encode64|[gG]etBytes|EncodeToString)"
    r"\([^\n\"'`;]{0,24}|(?:CURLOPT_(?:PROXY)?USERPWD|:basic|USERPWD|userpwd|"
    r"[bB]asic[_-]?[aA]uth|\bauth)[\"'\]]?[ ]?(?:,|=>?|:)[ ]?)"
)
_BOTH = r"[\"'`][\w.@+-]{1,40}:(?:[\"'`][ ]?\+[ ]?[\"'`])?"
_NO_SCOPE = (  # what somebody may do, what sees to it, a class: `orders:line:edit`, `a.b.c:D`
    r"(?![\"'`](?:(?:[a-z][a-z_-]*:){2,}(?:[a-z][a-z_-]*|\*)[\"'`]|(?:[a-z_]+\.){2,}[a-z_]+:[A-Z]|"
    r"(?:authorize|can|role|permission|throttle|scopes?|ability|guard|auth(?!:(?=[^\"'`]*[A-Z])[^\"'`]*\d)|data):))"
)
_ENCODED = r"\)?\.(?:data\(using|getBytes|toByteArray|encode|toString\([\"']base64)"
_ACCOUNT = r"(?:admin|root|administrator|superuser|guest)"
_CODE = r"(?:alarm|door|gate|unlock|sim|security|parental|voicemail)"
_PIN = rf"(?:(?:(?:\b|_)[pP]in|[a-z]Pin|PIN)(?:_?[cC]ode|_CODE)?|\b{_CODE}_?(?:[cC]ode|[pP]in))"
_TYPED = r"[\"'\])]{0,2}[ ]{0,2}(?:=>|:=|={1,3}|:)[ ]{0,2}[\"']"
_TYPED_IN = rf"(?:(?:\bpin|_pin|\b{_CODE})_?(?:code|pin)[ ]?|(?-i:(?:^|[ _])PIN))"
_HASHES = r"(?i)(?:md5|sha(?:1|256|384|512)?|hash|digest|hexdigest|sum256)[\w.]{0,12}"
_LAST = r"(?:\belse|[ ]:|\|\||\?\?|\?:|\bor|//)"

_ROWS: tuple[tuple[str, bytes, str, str], ...] = (
    *functions.ROWS,
    # protocols of one line: AUTH ..., PASS ..., identify ...
    (
        "spoke",
        rb"[\"'](?:auth|pass) ",
        r"[\"'](?:AUTH|PASS|auth|pass)[ ][^\s\"'%$\\{<(]{5}",
        # a mere word is one where it is sent only: "pass phrase" is none, nor AUTH OKAY, AUTH LOGIN
        r"(?:(?i:send\w*|write\w*|puts|raw|command|cmd|execute|call|do|query)\(b?[\"'](?:AUTH|PASS)|"
        r"(?<!class=)[\"'](?:AUTH|PASS|auth|pass)(?![ ][A-Za-z]+[\"'\\]))(?P<sign>[ ])"
        r"(?P<secret>(?![A-Z]+[\"'\\])[^\s\"'%$\\{<(]{5,100})(?:[\"']|\\[rn])(?P<name>)",
    ),
    (
        "spoke",
        rb"assword[^\n]{0,24}send",
        r"assword[^\n]{0,24}send(?:_user|line)?[ (](?:--[ ])?[\"'{][^\s$\"'}]{4}",
        r"(?i)assword[^\n]{0,24}?send(?:_user|line)?(?P<sign>[ (])(?:--[ ])?[\"'{]"
        r"(?P<secret>[^\s$\"'}\\]{4,100})(?P<name>)",
    ),
    # letter by letter: foreach (char c in "...") secure.AppendChar(c)
    (
        "spoke",
        rb"\.appendchar\(",
        r"\.AppendChar\(",
        r"\bin(?P<sign>[ ])\"(?P<secret>[^\"\n]{4,100})\"[^\n]{0,60}\.AppendChar\((?P<name>)",
    ),
    # what a visitor sends is compared: $_GET['key'] !== '...'
    (
        "compared",
        rb"(?:get|post|request|cookie|server|params|query|args|form(?:value)?|headers?)\W{1,3}\w{0,12}"
        rb"(?:key|code|hash|auth|pin|pw|pass|secret|token)",
        r"(?i)(?:_(?:GET|POST|REQUEST|COOKIE|SERVER)|params|query|args|form(?:value)?|headers?)"
        r"\W{1,3}\w{0,12}(?:key|code|hash|auth|"
        r"pin|pw|pass(?:wor)?d?|secret|token)[\"'\])]{0,3}[ ]?[!=]={1,2}[ ]?[\"'][^\s\"']{5}",
        r"(?i)(?:_(?:GET|POST|REQUEST|COOKIE|SERVER)|params|query|args|form(?:value)?|headers?)"
        r"\W{1,3}\w{0,12}(?:key|code|hash|auth|"
        r"pin|pw|pass(?:wor)?d?|secret|token)[\"'\])]{0,3}[ ]?(?P<sign>[!=]={1,2})[ ]?(?P<q>[\"'])"
        r"(?P<secret>(?:(?!(?P=q))[^\n\\]){5,200})(?P=q)(?P<name>)",
    ),
    # a row of names and values: VALUES ('smtp_password', '...')
    (
        "turned",
        rb"values|^[ \t]*\(|\),[ ]?\(",
        r"(?i)(?:values[ ]?|^[ \t]{0,8}|\),[ ]?)\((?:\d{1,9},[ ]?)?'[\w/.-]{1,40}[_/.](?:password|"
        r"passwd|pass|pwd|secret(?:_key)?|token|api_?key)',[ ]?'[^'\s]{5}",
        r"(?i)(?:values[ ]?|^[ \t]{0,8}|\),[ ]?)\((?:\d{1,9},[ ]?)?'(?P<name>[\w/.-]{1,40}[_/.]"
        r"(?:password|passwd|pass|pwd|secret(?:_key)?|token|api_?key))'"
        r"(?P<sign>,)[ ]?'(?P<secret>[^'\s]{5,200})'",
    ),
    (
        "turned",
        rb"\bset\b.*\bwhere\b",
        r"(?i)\bset[ ][^\n=]{0,30}val\w{0,6}[`\"\]]?[ ]?=[ ]?N?'[^'\s]{5,80}'[ ]where[ ][^\n]{0,30}"
        rf"=[ ]?N?'\w{{0,24}}(?:{NAMED}|pass)",
        r"(?i)\bset[ ][^\n=]{0,30}val\w{0,6}[`\"\]]?[ ]?=[ ]?N?'(?P<secret>[^'\s]{5,200})'[ ]"
        r"where[ ][^\n]{0,30}(?P<sign>=)[ ]?N?'(?P<name>\w{2,60})'",
    ),
    # DECLARE @pw NVARCHAR(50) = N'...'
    (
        "instead",
        rb"@\w+ (?:as )?n?(?:var)?char",
        r"(?i)@\w{0,24}(?:passw|pass|pwd|pw|secret|token)\w{0,12}[ ](?:as[ ])?n?(?:var)?char"
        r"(?:\(\w{1,5}\))?[ ]?=[ ]?N?'[^'\s]{4}",
        r"(?i)@(?P<name>\w{2,60})[ ](?:as[ ])?n?(?:var)?char(?:\(\w{1,5}\))?[ ]?(?P<sign>=)[ ]?"
        r"N?'(?P<secret>[^'\s]{4,200})'",
    ),
    # what Consul and Nomad talk to each other with: encrypt = "..."
    (
        "instead",
        rb"encrypt",
        r"(?i)(?:^|[ \t\"'_{])encrypt[\"']?[ ]{0,8}[=:][ ]{0,8}[\"'][\w+/]{22,43}={1,2}[\"']",
        r"(?i)(?:^|[ \t\"'_{])encrypt[\"']?[ ]{0,8}(?P<sign>[=:])[ ]{0,8}[\"']"
        r"(?P<secret>[\w+/]{22,43}={1,2})[\"'](?P<name>)",
    ),
    # cookies of a session
    (
        "cookie",
        rb"cookie",
        r"(?i)cookies?[\"'\]]{0,3}[ ]?(?:[:=,]|=>)[^\n]{0,24}[\"'][^\"'\n]{0,60}"
        r"(?:sess\w{0,12}|sid|token|jwt|auth\w{0,8})(?:=|[\"'][ ]?(?::|=>)[ ]?[\"'])[\w%.+/-]{16}",
        r"(?i)(?:set-)?(?P<name>)cookies?[\"'\]]{0,3}[ ]?(?P<sign>[:=,]|=>)[^\n]{0,24}?[\"']"
        r"[^\"'\n]{0,60}?\b\w{0,12}(?:sess\w{0,12}|sid|token|jwt|auth\w{0,8})"
        r"(?:=|[\"'][ ]?(?::|=>)[ ]?[\"'])(?P<secret>[\w%.+/-]{16,400})",
    ),
    # the key of a service in the query of an address
    (
        "instead",
        rb"[?&](?:app|auth|hapikey|subscription)",
        r"(?i)[?&](?:app_?id|app_?key|app_?code|auth|hapikey|subscription-key)=[\w-]{24}",
        r"(?i)[?&](?P<name>)(?:app_?id|app_?key|app_?code|auth|hapikey|subscription-key)(?P<sign>=)"
        r"(?P<secret>[\w-]{24,100})(?![\w-])",
    ),
    # the default of what is not set: env::var("X").unwrap_or("..."), $ENV{X} || "..."
    (
        "instead",
        rb"[\"'\])}] ?(?:[.{|/?]|or\b|to\b)",
        rf"(?i)(?:{NAMED}|[_.-]pass|[_.-]key)[\w.-]{{0,16}}[\"'\])}}]{{1,5}}[ ]?{_MISSING}[ ]?"
        + TEXT,
        rf"(?i){_NAME}[\"'\])}}]{{1,5}}[ ]?(?P<sign>{_MISSING})[ ]?{VALUE}",
    ),
    # compared in words: password.equals("..."), $password eq "..."
    (
        "compared",
        rb" -?[ci]?(?:eq|ne) ?@?[\"']|isequal|as_str\(\) ==|equals|eql\?\(|compare(?:to)?\(",
        rf"(?i)(?:{NAMED}|\bpass|\bpw)\w{{0,16}}[\"'\])}}]{{0,3}}{_EQUALS}{TEXT}",
        rf"(?i){_NAME}[\"'\])}}]{{0,3}}(?P<sign>{_EQUALS}){VALUE}",
    ),
    # const [password, setPassword] = useState("...")
    (
        "turned",
        rb"usestate",
        r"useState(?:<\w{1,16}>)?\([\"'`][^\"'`\s]{4}",
        r"\[(?P<name>\w{2,60})(?:,[ ]?set\w{2,60})?\](?P<sign>[ ]=[ ])(?:React\.)?useState"
        rf"(?:<\w{{1,16}}>)?\({VALUE}",
    ),
    # the value first: [request setValue:@"..." forHTTPHeaderField:@"X-Token"]
    (
        "turned",
        rb"for(?:httpheaderfield|key|field)?:",
        rf"(?i)[\"'],?[ ]{{0,2}}{_HEADER}[ ]{{0,2}}[@\w( )\"-]{{0,24}}"
        rf"(?:{NAMED}|kSecValueData|authorization|api)",
        rf"(?i)(?<![\w\"']){VALUE}(?P<sign>),?[ ]{{0,2}}{_HEADER}"
        r"[ ]{0,2}(?:\([\w ]{1,20}\))?@?[\"']?(?P<name>[\w.-]{2,60})",
    ),
    # the value first: "..." == password, "...".equals(password)
    (
        "turned",
        rb"[\"'] {0,2}(?:\.equals|[=!]=)",
        rf"(?i){TEXT}[^\n\"']{{0,60}}[\"'][ ]{{0,2}}(?:\.equals\w{{0,10}}\(|[=!]==?)[ ]{{0,2}}"
        rf"[\w.$>-]{{0,40}}(?:{NAMED}|\bpw\b|\bpass\b)",
        rf"(?i){VALUE}[ ]{{0,2}}(?P<sign>\.equals\w{{0,10}}\(|[=!]==?)[ ]{{0,2}}"
        r"(?P<name>[\w.$>\[\]'-]{2,60})",
    ),
    # the value first: strcmp("...", password)
    (
        "compared",
        rb"(?:cmp|hash_equals|compare_digest|equals)\(",
        rf"(?i){_COMPARE}\([ ]?{TEXT}[^\n\"']{{0,40}}[\"'],[ ]?[\w.$>-]{{0,40}}{NAMED}",
        rf"(?i){_COMPARE}\([ ]?{VALUE}(?P<sign>,)[ ]?(?P<name>[\w.$>\[\]'-]{{2,60}})",
    ),
    # the tag of a field: Password string `default:"..."`
    (
        "instead",
        rb"default:",
        rf"(?i){NAMED}\w{{0,16}}[ ]{{1,8}}string[ ]{{1,8}}`[^`\n]{{0,60}}default:\"",
        r"(?<!\w)(?P<name>\w{2,60})[ ]{1,8}string[ ]{1,8}`[^`\n]{0,60}[dD]efault(?P<sign>:)\""
        r"(?P<secret>[^\"\n]{3,100})\"",
    ),
    # quotes within quotes: buildConfigField("String", "API_KEY", "\"...\"")
    (
        "instead",
        rb"[\"'], ?[\"']\\?[\"']",
        rf"(?i)[\"']\w{{0,24}}(?:{NAMED}|_key)\w{{0,16}}[\"'],[ ]?[\"']\\?[\"']",
        r"[\"'](?P<name>\w{2,60})[\"'](?P<sign>,)[ ]?[\"']\\?[\"'](?P<secret>[^\"'\\\n]{3,300})"
        r"\\?[\"']{2}",
    ),
    # typed into a form: page.fill("#password", "..."), fill_in "Password", with: "..."
    (
        "turned",
        rb"(?:type|fill|setvalue|addvalue|fill_in|fillin)(?:async)?[( ]",
        r"(?i)\b(?:type|fill|setValue|addValue|fill_in|"
        r"fillIn)(?:Async)?[( ][\"'`][^,\n]{0,40}(?:passw|[\"'`=#.]pass[\]\"'`])[^,\n]{0,16}"
        r"[\"'`],[ ]?(?:with:[ ])?[\"'][^\s\"']{4}",
        r"(?i)\b(?:type|fill|setValue|addValue|fill_in|fillIn)(?:Async)?[( ][\"'`][^,\n]{0,40}?"
        r"(?P<name>passw(?:or)?d|(?<=[\"'`=#.])pass(?=[\]\"'`]))[^,\n]{0,16}?[\"'`](?P<sign>,)[ ]?"
        r"(?:with:[ ])?" + VALUE,
    ),
    # StringVarP(&password, "password", "p", "...", "help")
    (
        "instead",
        rb"\.string",
        rf"(?i)\"[\w-]{{0,24}}{NAMED}[\w-]{{0,16}}\",[ ]?\"\w?\",[ ]?\"",
        r"\.String(?:Var)?P\((?:&[\w.]+,[ ])?\"(?P<name>[\w.-]{2,60})\"(?P<sign>,)[ ]\"\w?\",[ ]"
        + VALUE,
    ),
    # "Authorization": "Token ..."
    (
        "instead",
        rb"authorization",
        rf"(?i)authorization[\"'\]]{{0,2}}[ ]?(?:[:,=]|=>)[ ]?[\"']{_SCHEME}[ ][\w=\"]{{8}}",
        r"(?i)(?P<name>authorization)[\"'\]]{0,2}[ ]?(?P<sign>[:,=]|=>)[ ]?[\"']"
        rf"{_SCHEME}[ ](?:token=\\?\"?)?(?P<secret>[\w.+/=-]{{12,300}})",
    ),
    # hashed with what stands beside it: md5("..." . $password)
    (
        "salted",
        rb"(?:md5|sha\d{0,3}|hash|digest)",
        rf"{_HASHES}\([^\n\"']{{0,24}}"
        r"[\"'][^\s\"'%]{5,80}[\"'][ ]?[.+][ ]?[$\w.]{0,24}(?:pass|pw|user|mail)",
        rf"{_HASHES}\([^\n\"']{{0,24}}"
        r"(?P<q>[\"'])(?P<secret>[^\s\"'%]{5,80})(?P=q)[ ]?(?P<sign>[.+])[ ]?[$\w.]{0,24}"
        r"(?:pass|pw|user|mail)(?P<name>)",
    ),
    (
        "salted",
        rb"(?:md5|sha\d{0,3}|hash|digest)",
        rf"{_HASHES}\([$\w.]{{0,40}}"
        r"(?:pass|pw)\w{0,12}[ ]?[.+][ ]?[\"'][^\s\"'%]{5,80}[\"']",
        rf"{_HASHES}\([$\w.]{{0,40}}"
        r"(?:pass|pw)\w{0,12}[ ]?(?P<sign>[.+])[ ]?(?P<q>[\"'])(?P<secret>[^\s\"'%]{5,80})"
        r"(?P=q)(?P<name>)",
    ),
    # a default in a placeholder: ${db.password:...}
    (
        "default",
        rb"\$\{",
        rf"(?i)\$\{{[\w.:-]{{0,40}}(?:{NAMED}|[_.-]pass)[\w.-]{{0,16}}(?::[^}}\s$\"'?+]|,[ ]?[\"'])"
        r"[^}\s$\"'?+]{3}",
        rf"(?i)\$\{{(?!{PROVIDED})(?P<name>[\w.-]{{2,60}})(?P<sign>:[-=]?|,[ ]?[\"'])"
        r"(?P<secret>(?![?+-])[^{}\s$\"'`]{3,200})[\"']?\}",
    ),
    # user and password in one text, or in a tuple: auth=("user", "...")
    (
        "pair",
        rb"btoa|64|getbytes|encodetostring|userpwd|basic|auth",
        rf"{_ENCODE}{_BOTH}[^\s\"'`/]{{4}}",
        rf"(?P<sign>{_ENCODE}){_NO_SCOPE}{_BOTH}(?P<secret>[^\s\"'`/][^\s\"'`]{{2,100}})[\"'`]"
        r"(?P<name>)",
    ),
    (
        "spoken",
        rb"\.(?:data\(using|getbytes|tobytearray|encode|tostring\([\"']base64)",
        rf"{_BOTH}[^\s\"'`/]{{4,40}}[\"'`]{_ENCODED}",
        rf"{_BOTH}(?P<secret>[^\s\"'`/][^\s\"'`]{{2,100}})[\"'`](?P<name>)(?P<sign>{_ENCODED})",
    ),
    (
        "pair",
        rb"auth|cred",
        r"(?i)(?:auth|creds?|credentials)[\"']?[ ]?(?:=|:|=>)[ ]?[(\[][ ]?[\"'][^\"'\n]{1,40}[\"']"
        r",[ ]?[\"'][^\s\"']{4}",
        r"(?i)(?:auth|creds?|credentials)[\"']?[ ]?(?P<sign>=>|=|:)[ ]?[(\[][ ]?(?P<name>)[\"']"
        r"[^\"'\n]{1,40}[\"'],[ ]?" + VALUE,
    ),
    # hashed at once
    (
        "hashed",
        rb"\.sha(?:256|512)\(",
        r"[\"']\.Sha(?:256|512)\(\)",
        rf"\bSecret(?P<sign>\(){VALUE}\.Sha(?:256|512)\(\)(?P<name>)",
    ),
    # a number to be typed in
    (
        "pin",
        rb"pin|(?:alarm|door|gate|unlock|sim|security|parental|voicemail)_?code",
        rf"{_PIN}{_TYPED}\d{{4,10}}[\"']",
        rf"(?<![A-Z])(?:{_PIN})(?P<name>)(?P<sign>){_TYPED}(?P<secret>\d{{4,10}})[\"']",
    ),
    (
        "pin",
        rb"(?:pin|alarm|door|gate|unlock|sim)_?(?:code|pin)|pin[=:]",
        rf"(?i){_TYPED_IN}[:=][ ]?\d{{4,10}}[ \t\r]{{0,4}}$",
        rf"(?i){_TYPED_IN}(?P<name>)(?P<sign>[:=])[ ]?(?P<secret>\d{{4,10}})[ \t\r]{{0,4}}$",
    ),
    # an account and its password
    (
        "account",
        rb"admin|root|superuser|guest",
        rf"(?i)\b{_ACCOUNT}[\"']?[ ]{{0,2}}(?:=>|[:,])[ ]{{0,2}}[\"'][^\s\"'/]{{5}}",
        rf"(?i)(?<![\w.-])(?:(?P<opens>[(\[{{])(?=[\"']))?[\"']?{_ACCOUNT}[\"']?[ ]{{0,2}}"
        r"(?P<sign>=>|:|,(?(opens)|X))[ ]{0,2}(?P<q>[\"'])(?P<secret>[^\s\"'/]{5,100})(?P=q)"
        r"(?(opens)[)\]},])(?P<name>)",
    ),
    # the last of several: password = ask() if asked else "..."
    (
        "instead",
        rb"\belse\b| : |\|\||\?\?|\?:|\bor\b|//",
        rf"(?i){NAMED}\w{{0,16}}(?:[ ]?:[ ]?\w{{1,12}})?[ ]?:?=[ ][^\n\"'`;]{{1,60}}{_LAST}[ "
        rf"]{TEXT}",
        rf"(?i)(?<![\w.$>-])(?P<name>[\w.$>-]{{2,60}})(?:[ ]?:[ ]?\w{{1,12}})?[ ]?:?=[ ]"
        rf"[^\n\"'`;]{{1,60}}?"
        rf"(?P<sign>{_LAST}[ ]){VALUE}[)\]]?[ ]?(?:;|,|$)",
    ),
)
"""Kind, what a line in lower case must have at least (much cheaper to look for), expression
of the first pass, expression that tells name, sign and value apart."""
GATES = (
    *(gate for _, _, gate, _ in _ROWS),
    # the name of an account's key is long: fs.azure.account.key.<name>.dfs.core.windows.net
    r"account\.key\.[\w.-]{1,60}[\"'](?:,|[ ]?[:=]>?)[ ]?[\"']",
)
"""Expressions for the first pass, none of which reaches into another line."""
LEAST = tuple(least for _, least, _, _ in _ROWS)
"""What a line has at least, without regard to case, by row, see `sieve`."""
_TURNS = tuple(
    (kind, lazy.pattern(least), lazy.pattern(pattern.encode())) for kind, least, _, pattern in _ROWS
)
_SPOKEN_OF = lazy.pattern(rb"(?i)base64|basic|auth|login|cred|user")
SEED = "totp secret"
_CALLED = {"salted": "secret salt", "seed": SEED}
_DRAWN = lazy.pattern(rb"(?i)\w(?:key|token|secret)\W|\W(?:key|token|secret)\W")
_LONG = 20
"""Characters of what a machine drew, at least."""
_UNNAMED = frozenset((":", "=", ",", "=>"))


class Turn(NamedTuple):
    """A value, and what it is called. Offsets are bytes of the line."""

    kind: str
    """`turned`, `instead`, `several`, `default`, `pair`, `account`, `hashed`, `pin`, `lone` (no
    more than key)."""
    name: str
    """Empty for what has none."""
    sign: str
    start: int
    end: int


def turns(line: bytes, low: int, rows: Iterable[int] | None = None) -> Iterator[Turn]:
    """Yield what a line says in one of these ways.

    Args:
        line: a line.
        low: where names are looked for first.
        rows: numbers of those of which the line has the least, in order, if that is known.
    """
    lower = line.lower()
    for kind, least, pattern in _TURNS if rows is None else map(_TURNS.__getitem__, rows):
        known = rows is not None or least.search(lower)
        for match in pattern.finditer(line, low) if known else ():
            if kind != "spoken" or _SPOKEN_OF.search(line):
                yield _turn("pair" if kind == "spoken" else kind, match)


def _compared(match: re.Match[bytes]) -> str:
    """Return what a visitor sends: what a machine drew, or a password."""
    return "token" if len(match["secret"]) >= _LONG and _DRAWN.search(match[0]) else "password"


def _turn(kind: str, match: re.Match[bytes]) -> Turn:
    start, end = match.span("secret")
    name, sign = match["name"].decode("utf-8", "replace"), match["sign"].decode("latin-1")
    if kind == "compared":
        kind, sign, name = "turned", "==", name or _compared(match)
    elif kind == "turned":
        sign = "==" if "==" in sign or "!=" in sign or "(" in sign else ":"
        name = "password" if "kSecValueData" in name else name
    elif "encrypt" in match[0].decode("latin-1").lower() and not name:
        name = "encryption key"
    elif kind == "call":
        name = functions.TAKES.get(name.lower().replace("_", ""), name)
    elif kind in _CALLED:
        kind, name = "instead", _CALLED[kind]
    elif kind == "maybe":
        name = name or "password"
    elif kind == "instead" and not name and match[0].lstrip(b" \t{").startswith(b"dns"):
        name = "api token"
    elif kind in {"spoke", "bearer"}:
        kind, name = "instead", "token" if kind == "bearer" else "password"
    elif kind == "cookie":
        kind, name, sign = "instead", "token", "cookie"
    elif not name and sign in _UNNAMED and kind == "instead":
        name = "token"
    return Turn(kind, name.lstrip("$"), sign, start, end)
