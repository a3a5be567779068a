"""What stands where a secret would: placeholders, templates, references, names, types, paths."""

from __future__ import annotations

import itertools
import re

from leakhunt import lazy
from leakhunt.contextual.translated import is_translation
from leakhunt.contextual.vocabulary import WORDS, is_elsewhere

_MARKS = lazy.pattern(
    r"(?i)example|^(?:auto)?replace[a-z_]{2,40}$|changeme(?!(?=[a-z]*\d+[a-z]+\d)\w{8})|placeholder|redacted|"
    r"(?<![a-z])change[-_ ](?:me|this|it|now)(?![a-z])|^changeit\W*$|"
    r"replace[-_ ]?(?:me|this|with)|(?<![a-z])your[-_ ]|^your(?=[A-Z])|insert[-_ ]|<[^>]*>|dummy|"
    r"^your[a-z]{0,16}(?:password|pass|token|key)$|^some[-_\s](?:[a-z0-9]+[-_\s]){1,4}(?:secret|password|token|key)\W*$|"
    r"^\[[a-z][\w -]*\]$|"
    r"^(?:\w{2,20} ?/ ?)?\([a-z][\w ,-]*[ -][\w ,.-]*\)$|^auto[-_ ]?gen(?:erated)?$|"
    r"(?<![a-z])(?:not[-_ ]?|un)used(?![a-z])|"
    r"foobar|not[-_]?(?:a[-_]?)?(?:real|secret)|(?<![a-z])fake|donotuse|do[-_]not[-_]use|deadbeef|"
    r"lorem|xxxx|[-_]xxx+$|\*\*\*|\.\.\.|…|todo|fixme|"
    r"^(?:super|top|very|my|some|the|test|dummy|mock|a)[-_ ]?"
    r"(?:secret|password|token|key)\W*\d{0,3}$|"
    r"^s[e3]cr[e3]t\W*$|^p[a@][s5$]{2}w[o0]rd\W*\d{0,3}\W*$|"
    r"(?:secret|password|token|key)[-_ ]?(?:here|value|goes)|for[-_ ]?testing|"
    r"(?<![a-z])test[-_]?(?:key|token|secret|pass|pw)|[a-z]{4}_?goes_?here|some[-_ ]?thing"
)
_TEMPLATE = lazy.pattern(
    r"\$\{|^(?:%2[34])?%7B[\w.%-]+%7D$|\{\{|\}\}|^\[\w+\(|\$`?\(|\$\[|<%|%>|%\(|#\{|@\{|\{%|\[\[|\]\]|%[A-Za-z_.]{3,}%|"
    r"^\\{0,4}\$[A-Za-z_]\w*$|^\.[A-Z]\w*(?:\.[A-Za-z]\w*)+$|"
    r"^\{[\w.:-]*\}|\{\w+(?::[\w.,<>#%]{1,8})?\}|^%[-\w.]+%?$|^%(?:\d\$)?[sdvq@]|"
    r"^@[\w.-]+@$|^:[a-z_]+$|^__\w+__$|\\\(|^!\w+ |^\$\$|^&\w+;?$|^\$\w+[./:\[]|\$[A-Z_]{3,}|"
    r"^\$\w+(?:->)?\{['\"]?\$?\w+['\"]?\}|^\$\w+\\{1,2}\$?[A-Za-z][\w.-]*$|\$[a-z]{4,}(?:[A-Z][a-z]{2,}|_[a-z]{2,})+$|^/\$[A-Za-z_]\w*$|"
    r"^\$__\w+\{|^%env\(|^@[A-Z][A-Za-z]*(?:\.[A-Z][A-Za-z]*)+$|%\{|^![A-Za-z]\w*_\w*!$|\{\.[a-z]\w*[.\[}]|^@[a-z]\w*(?:\.\w+)+\(.*\)$|^#[A-Z][A-Z0-9_]+$|&lt;.*&gt;|^[A-Za-z][\w.]{0,30}\([A-Z][A-Z0-9_]*\)$|"
    r"^[A-Za-z]\w{0,30}\([A-Za-z]\w{0,30}\)(?:[.+:][A-Za-z]\w{0,30}\([A-Za-z]\w{0,30}\)){1,5}$|"
    r"^(?i:(?:get|lookup_?)?(?:env|var|secrets?|vault|ssm|ref|file|lookup|param(?:eter)?|config|op|sops|"
    r"keyring|resolve|credentials?))\([^()]*\)$"
)
_QUOTED = lazy.pattern(r"(?!(?:%2[34])?%7B)(?=.*%...)(?:[^%${}<>]|%[0-9A-F]{2}){2,}")
"""Signs as an address writes them: every `%` begins one."""
_SEALED = lazy.pattern(
    r"(?:ENC[\[(]|ENC [\w+/]{16}|EJ\[\d:|\{cipher\}|vault:v\d+:|\$ANSIBLE_VAULT;|DEC::|CIPHER\[|"
    r"c3NoLXJzYS|c3NoLWVkMjU1MTkg|ZWNkc2Etc2hhMi1u|U2FsdGVkX1|eyJpdiI6I|AQAAANCMnd8|\d\.[\w+/]{22}==\||\[enc:\w+:|A35D[0-9A-F]{16}|"
    r"\{(?!AQAAABAAA)(?=[a-z+/]*[\dA-Z])[\w+/]{16,400}={0,2}\}\Z|"
    r"AQIAA\w\wmAAAApAAA|AQICAH|CiQA|01000000d08c9ddf|age1[0-9a-z]{40}|v1:[\w+/=-]{16}:[\w+/=-]{8}|"
    r"eyJ[\w-]+(?:\.[\w-]*){4}\Z|[\w+/]+={0,2}--[\w+/]{12,24}={0,2}--[\w+/]{20,24}={0,2}\Z|"
    r"(?:MFwwDQYJKoZI|MIG\wMA0GCSqGSIb3DQEB|MII[BC]\wjANBgkqhkiG9w0B|MFkwEwYHKoZIzj0C|MHYwEAYHKoZIzj0C|MIGbMBAGByqGSM49|MCowBQYDK2V[uw]A)|"
    r"(?i:aws|gcp)?kms:|(?i:crypt|enc|encrypted|cipher|sealed|secure|aes(?:256)?):[\w+/=-]{16}|"
    r"(?i:[\w-]{0,12}(?:sha-?\d{1,3}|md5|blake\w{0,4})[:=]{1,2}[0-9a-f]{32,128}\Z)|"
    r"(?i:sha-?(?:256|384|512))[:=-][\w+/]{42,86}={0,2}\Z)"
)
"""Encrypted for those who have a key (of Windows: DPAPI, SIMPLEBLOB; of Bitwarden, IIS, WinSCP with
a master password, Maven); digests; public keys (RFC 5280)."""
_KNOWN_PERSON = "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIi"
"""The subject of the token that everybody copies from jwt.io."""
_DATABASE = lazy.pattern(
    r"(?i)(?:idx|fk|pk|uniq|uq|ix|index)_\w+|n?(?:var)?char2?\(\d+.*|xsd?:[a-z]\w*|[a-z]{2,10}_|"
    r"\$[1-6][abxy]?\$(?:\d\d\$|rounds=\d+\$)?"
)
"""The name of an index, a type; and what only begins a value: whsec_, $2a$10$."""
_SHORTCUT = lazy.pattern(
    r"(?i)(?:(?:ctrl|control|cmd|command|alt|shift|meta|mod|super|option)[+-])+"
    r"(?:\w|f\d{1,2}|enter|return|esc|tab|space|delete|backspace|insert|home|end|up|down|left|right)"
)
_SELECTOR = lazy.pattern(
    r"[#.][a-z]+(?:-[a-z]+)*|#[A-Za-z]+(?:_[a-z]+)+|[#.][a-z]+(?:[A-Z][a-z]+)+|#[a-z0-9]+(?:-[a-z0-9]+){2,}|"
    r"[#.][a-z][\w-]*[ ]?\{[^{}]*\}|[\w.#-]*\[[\w-]+[~^$*|]?=.*\]"
)
"""What CSS calls an element, and how it says what it looks like."""
_RUN = lazy.pattern(r"(.)\1{4,}|(..)\2{3,}|(...)\3{2,}|(?i:(?:abcd|1234|4321|qwer|asdf|zxcv){3,})")
_SEQUENCE = lazy.pattern(
    r"(?i)12345|23456|34567|45678|98765|87654|76543|abcde|bcdef|cdefg|defgh|efghi|fghij|ghijk|hijkl|ijklm|jklmn|klmno|lmnop|qwert|asdfg|zxcvb|a1b2c3|"
    r"1a2b3c|1q2w3e|abc123|123abc|xyz789|0123"
)
_PATH = lazy.pattern(
    r"@?(?:~|\.{1,2})?/[\w.@~+-]+(?:/[\w.@~+-]*)*|[A-Za-z]:\\.*|\\{2,4}\w.*|"
    r"(?:[\w.@-]+/)+(?:[\w.@-]+\.\w{1,5}|\*{1,2}(?:/\*)?(?:\.\w{1,5})?)|[a-z]\w{0,30}/[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]{3,}(?:[_-][a-z]+)*/[a-z]{3,}(?:[_-][a-z]+)*|"
    r"[\w.-]+(?:/[a-z][\w.-]*){2,}|[\w.-]+\.(?:ya?ml|json|pem|key|crt|cer|p12|pfx|jks|txt|env|ps1|bat|"
    r"conf|cfg|ini|toml|py|js|ts|rb|go|java|php|sh|html?|xml|css|png|svg|md|gpg|asc|pub|vault|csv)"
)
_URL = lazy.pattern(
    r"(?i)[a-z][a-z0-9+.-]*:(?:\\?/){2}\S*|www\.\S+|mailto:\S+|"
    r"(?:[\w-]+\.)+(?:com|org|net|io|dev|local|"
    r"internal)(?:[:/]\S*)?|arn:aws\S*|urn:\S+|vault:\S+|ssm:\S+|secret:\S+|op:\S+|op://.+|sm:\S+|"
    r"kms:\S+|enc:\S+|file:\S+|exec:\S+|env:\S+|(?:workspace|npm|link|portal|patch|catalog):\S*|"
    r"(?:(?:aws-?)?ssm|awssm|akv|keyring|credstash|secret_?-?ref|from_?-?secret|infisical|k8s|"
    r"cerberus|hashivault|doppler|bws|conjur|chamber|gcp-?sm|sm|(?:azure)?key-?vault|"
    r"secrets?-?manager|parameterstore|vals|lpass|env_var|lookup|consul|etcd)[:!]\S+|"
    r"@microsoft\.keyvault\(\S+|projects/[\w-]+/secrets/\S+|"
    r"(?:secrets?|kv|vault|credentials)/[\w./-]+|[a-z][\w.-]*(?:/[a-z][\w.-]*)+#\w[\w.-]*|"
    r"#(?:/[\w~.$-]+)+|[a-z][\w-]*(?:\.[\w-]+)+:[\w.-]+:[\w.$-]+"
)
_NETWORK = lazy.pattern(
    r"(?i)(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?:/\d{1,3})?|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|"
    r"(?=[0-9a-f]*:)(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{0,4}::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{0,4}(?:/\d{1,3})?"
)
"""An address of IPv6 (RFC 4291), or of a card."""
_EMAIL = lazy.pattern(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CODE = lazy.pattern(
    r"[A-Za-z_$][\w$]*(?:(?:\??\.|::|->)[A-Za-z_$][\w$]*)+(?:\(.*)?|[\w.$:>-]+\(.*\)?[;,]?|"
    r"[\w$]+\[.*\]?|\(.*|.*\)|.*\{|.*;|[=<>!|&+*].*|.*[|]{2}.*|\w+=[^=\s]\S*"
)
_ACCOUNT = lazy.pattern(r"[A-Za-z][\w.-]*\\{1,2}[A-Za-z][\w.-]*\$?")
"""Who in which domain: intern\\svc_vm."""
_CHAIN = lazy.pattern(r"[\w$-]*[A-Za-z_$][\w$-]*(?:(?:\.|::|->)[\w$-]+)+")
_NUMBERED = lazy.pattern(r"\.\d")
"""No attribute begins with a digit."""
_HOLDERS = frozenset(
    """
account app args argv attrs auth body client conf config cfg configuration context creds
credentials ctx data db dto each element entity env environment event form github input inputs
item job local locals login matrix meta model module msg needs node obj object opts options os
params parent payload process profile props provider query record req request res resource
response result row runner secrets self server service session settings spec state steps sys
system this user values var vars window
""".split()  # noqa: SIM905 (a word a line would fill the file)
)
"""What an attribute is of: `config.password`."""
_SHOWN = frozenset("title label text hint placeholder message description error caption".split())  # noqa: SIM905
"""The last word of the key of a translation."""
_NAME = lazy.pattern(r"[A-Za-z_$][\w$-]*")
_SNAKE = lazy.pattern(
    r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+|[a-z]+(?:[A-Z][a-z]+)+\d?|"
    r"(?:[A-Z][a-z]+){2,}\d?"
)
_SENTENCE = 5
"""Words from which on it is a sentence, and no name."""
_SECRETIVE = lazy.pattern(
    r"(?i)passw|(?<![a-z])pass(?![a-z])|pwd|passphrase|secret|token|(?<![a-z])key(?![a-z])|"
    r"api_?key|cred(?:ential)?s?(?![a-z])|(?<![a-z])auth(?![a-z])"
)
_SPELT = lazy.pattern(r"[a-z][0134][a-z]{2}")
"""A digit for a letter within a word, as in `gu3st`: so nothing but a password is spelt."""
_SPELLING = str.maketrans("01345", "oleas")
_LISTED = lazy.pattern(
    r"[A-Z][A-Z0-9_-]+(?:[,; ]{1,2}[A-Z][A-Z0-9_-]+)+|[a-z_/]+#[a-z_]+[?!]?|"
    r"[A-Z][A-Z0-9_]{2,}=[^=\s].*|@{1,2}[a-z]+(?:_[a-z]+)+|[A-Za-z_$][\w.$]*\((?:'[^']*')?\)|"
    r"[a-z][a-z_-]*(?::(?:[a-z][a-z_-]*|\*)){2,}|[A-Z][A-Za-z]+(?::[A-Z][A-Za-z]+)+|"
    r"(?:[\w\\]*[a-z])?Controller@[a-z]\w*|[A-Z]{3,24}(?:PASS|PASSWD|PWD)|[a-z]+(?:[_.:-][a-z]+)+[_.:-]v\d{1,2}"
)
"""Names of several things; a method, its call, or that of a controller: UserController@show; what
somebody is allowed: orders:line:edit; a setting of .NET: Login:ClientSecret; in capitals what is to
be put there: NEWROOTPASS; one with its version: app_tab_id_v1."""
_RULE = lazy.pattern(
    r"(?:\w+(?::[\w.,]+)?\|)+(?:\w+(?::[\w.,]+)?)?|(?:min|max|size|between):[\d,]+|"
    r"(?:required|prohibited|exclude|accepted|missing|present)_\w+:[\w.,]+"
)
"""Validation: required|string|max:255."""
_COMMAND = lazy.pattern(r"[a-z][\w./-]+ --?[A-Za-z][\w=-]*(?: .*)?")
"""A program and its options."""
_JOINING = lazy.pattern(
    r"\.\.[ ]?[A-Za-z_][\w.]*(?:\(\w*\))?[ ]?\.\.\Z|"
    r"[\"']?[.+][ ]?(?:\$\w|[A-Za-z_]\w*\(|[A-Za-z_][\w.]*[ ]?[.+]\Z|[a-z],[a-z][\w.]*\()|"
    r"\)[.,;]\s?\w+\(|,[A-Za-z]\w*=\Z|@\w*\(\Z"
)
"""Code between two texts that it joins: `" + name + "`; or between two arguments."""
_LAST_WORD = lazy.pattern(r"[A-Za-z][a-z]{2,15}[.]|(?:&(?:quot|apos|amp|nbsp|lt|gt|#\d{2,3});)+")
"""The last of a sentence, `with password only.`; nothing but signs, as HTML writes them."""
_ESCAPE = lazy.pattern(
    r"\\(?:[nrt0]|x[0-9a-f]{2}|u[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5})|%l{1,2}[dusx]|%[.*\d]*[sdfx](?![0-9a-zA-Z])|"
    r"^\.[*+]|^[?]?\(\[\^|\(\?[=!:<]|\[\^?(?:[a-z]-[a-z]|[A-Z]-[A-Z]|0-9)[\w\]]|\\[dsw][+*?]"
)
"""An escape, a place for a value, what a regular expression consists of."""
_METHOD = lazy.pattern(
    r"(?i)aws4-[a-z-]{4,20}sha256|(?:hmac[_-]?)?(?:sha[-_]?\d{1,3}(?::\d{1,3})?|md[45]|bcrypt|scrypt|argon2\w{0,2}|pbkdf2\w*|crypt|blake2\w?|"
    r"(?:sha|md5)\d*[_-]crypt|utf[-_]?(?:8|16|32)|ascii|latin[-_]?1|iso-8859-\d+|base(?:32|58|64)(?:url)?|"
    r"(?:ssh|sk-ssh|sk-ecdsa|ecdsa)-(?:rsa|dss|ed25519|sha2)[\w@.-]{0,30}|ua-\d{4,10}-\d{1,4}|[hrep]s(?:256|384|512)|eddsa|ed25519|ed448|x25519|secp\d{3}[kr]1|aes-?\d{3}(?:-\w{3})?|rsa(?:-\w+)?|(?:digest|cram|scram)-(?:md5|sha-?\d+)|ntlm|mschap(?:v2)?|peap|eap-?(?:tls|ttls|gtc|md5)|gssapi|kerberos|xoauth2?|surrogate\w*|plain(?:text)?|same-origin|include|omit|"
    r"(?:convert(?:to|from)|get|read|set|invoke)-[a-z]{4,40}|"
    r"(?-i:(?:New|Import|Select|Write|Test|Invoke|Get)-[A-Z][A-Za-z]{2,40}))"
)
"""Algorithms and encodings; what a browser does with credentials; whose visits are counted."""
_FLAG = lazy.pattern(
    r"--?[a-z]{2,20}=\S+|--[a-z][a-z\d-]+(?:=.*)?|-[a-z]{0,12}(?:pass(?:word)?|pwd?|token|key)"
)
"""An option of a command: --ask-vault-pass, -dbpass, -value=..."""
_DATE = lazy.pattern(
    r"[a-z][\w-]*:\d+(?:\.\d+){1,3}|[~≈]?\d{1,3}(?:,\d{3})+(?:[-\u2013]\d{1,3}(?:,\d{3})+)?\+?|"
    r"\d{4}-\d\d-\d\d(?:[T ][\d:.Z+-]*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|"
    r"(?:[~^]|[<>=]{1,2} ?)?v?\d+(?:\.\d+){1,3}"
    r"(?:[-=+]\w+(?:[.-]\w+){0,3}|(?:a|b|rc|\.?dev|\.?post)\d{1,3})?|"
    r"\d+(?:\.\d+)?(?:px|em|rem|ms|s|m|h|d|%|kb|mb|gb|kib|mib)"
)
_CLOCK = lazy.pattern(
    r"(?=.*(?:yy|HH|hh|dd))(?:(?:y{2,4}|M{1,4}|d{1,4}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|f{1,7}|S{1,3}|"
    r"tt|z{1,3}|Z|a|T)[-/.: ,+_]{0,2}){3,}|(?:%[aAbBdHIjmMpSyYzZ][-/.:,TZ_]?){2,}\d{0,6}Z?"
)
"""How a date is written: yyyy-MM-dd HH:mm:ss, %H:%M:%S."""
_COLOR = lazy.pattern(r"#(?:[0-9a-fA-F]{3}){1,2}")
_TYPE = lazy.pattern(
    r"[A-Za-z][\w.]*(?:<.*>|\[\]|\?|\*)|(?:list|dict|map|set|array|option|optional|union|struct|"
    r"func|vec|string|char|varchar|text|bytes?|int\d*|u\d+|bool|boolean|float\d*|str|any|object|"
    r"unknown|untyped|never|void|number|symbol|date|self)\b.*",
    re.IGNORECASE,
)
_WORD = lazy.pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_JOINED = lazy.pattern(r"^[A-Z](?=\w*[@!#$%&*])[\w@!#$%&*]{7,}$|[a-z][@#$%&*][a-z]+\d")
"""A sign within words that holds them apart no better than nothing: Hello@123."""
_PLAIN = lazy.pattern(r"[\w@$!#%^&*+?.()-]{3,40}")
_COUNTED = lazy.pattern(
    r"(?i)[a-z@_.-]{0,12}(?:\d{5,10}|(?:\d{3}){2,4})(?:[!@#$.]{0,2}|[A-Za-z]{1,8})|(?:abc|qwer|asdf|zxc)"
    r"[\w.-]{0,10}[!@#$.]{0,2}|"
    r"(?:1q2w3e|q1w2e3|1qaz2wsx|a1b2c3)\w{0,6}"
)
"""What fingers type: 123456, admin123456, abc123, 1q2w3e4r."""
_SAME = lazy.pattern(r"(\d)\1{3,9}")
"""One key of the keyboard, some times: 888888."""
_LEET = lazy.pattern(r"(?i)p[a@4][s5$]{2}[@_-]?w?[o0@]?r?d?\W?\d{0,4}\W{0,2}")
_VARIED = lazy.pattern(
    r"(?=.*[a-z])(?=.*[A-Z])(?=.*[!@#$%^&*+?()\d])(?!.*[A-Za-z]\([^!])[A-Za-z][\w@$!#%^&*+?.()-]{7,39}"
)
"""Words as rules for passwords want them: some!Password, Strong(!)Password, My_Password1."""
_SIGN = lazy.pattern(r"[^A-Za-z0-9]")
_UNDONE = lazy.pattern(r"(?i)todo|fixme|xxxx")
_SERVICE = lazy.pattern(
    r"(?i)(?:(?:my|the|super|test|db|admin|root|user|dev|prod|local|docker|app|web|api|some|very|"
    r"top|mysql|mariadb|postgres|mongo|redis|rabbit(?:mq)?)[-_]?){0,3}(?:pass|passwd|password|pwd|pw|"
    r"secret|s[e3]cr[e3]t|sekret|test|testing|tester|postgres(?:ql)?|mysql|mongo(?:db)?|redis|admin|"
    r"root|demo|user|guest|master|default|login|welcome|letmein|private|public|dev|development|"
    r"docker|changeit|dbpass|userpass|dummy|sample|example|change[-_]?me|changethis|foobar(?:ed)?|"
    r"hello|server|service|database|system|account|session|cookie|strong|weak)"
    r"[-_]?(?:key|pass|passwd|password|pw|pwd|user)?[-_]?\d{0,4}[!@#$]?"
)
"""Words with which services run: postgres, secret, testpass1."""


def reason(text: str, name: str) -> str:
    """Say why a value is no secret, or nothing if it may be one.

    Args:
        text: the value.
        name: the words of its name, joined by spaces.
    """
    stripped = text.strip()
    if len(stripped) < 3 or len(stripped) > 500 or len(set(stripped)) < 3:
        return "short"
    if not stripped.isprintable():
        return "binary"
    if _TEMPLATE.search(stripped) and not _QUOTED.fullmatch(stripped):
        return "template"
    if len(stripped) < 200 and _MARKS.search(stripped):
        return "placeholder"
    if _JOINING.match(stripped) or _LAST_WORD.fullmatch(stripped):
        return "text"
    if _LISTED.fullmatch(stripped):
        return "name"
    if _RULE.fullmatch(stripped) or _COMMAND.fullmatch(stripped) or _ESCAPE.search(stripped):
        return "text"
    if _RUN.search(stripped) or (_SEQUENCE.search(stripped) and len(stripped) < 24):
        return "sequence"
    if _SEALED.match(stripped) or _KNOWN_PERSON in stripped:
        return "sealed"
    if _SHORTCUT.fullmatch(stripped) or _DATABASE.fullmatch(stripped):
        return "name"
    if _METHOD.fullmatch(stripped) or _FLAG.fullmatch(stripped) or _SELECTOR.fullmatch(stripped):
        return "method"
    if _NETWORK.fullmatch(stripped):
        return "address"
    if _URL.fullmatch(stripped) or _EMAIL.fullmatch(stripped):
        return "address"
    if _PATH.fullmatch(stripped) and not _looks_encoded(stripped):
        return "path"
    if any(form.fullmatch(stripped) for form in (_DATE, _CLOCK, _COLOR)):
        return "number"
    if is_translation(stripped):
        return "translation"
    if is_reference(stripped) or _ACCOUNT.fullmatch(stripped) or is_elsewhere(stripped):
        return "reference"
    return _named(stripped, name)


def is_marked(text: str) -> bool:
    """Say whether a value asks to be replaced: `Your-Password1`, `Change-Me1`."""
    return _MARKS.search(text) is not None or _UNDONE.search(text) is not None


def is_spelt(text: str) -> bool:
    """Say whether a digit stands for a letter within a word: `gu3st-pass`; not in `s3cret`.

    Args:
        text: the value.
    """
    plain = text.lower().translate(_SPELLING)
    said = any(word in plain for word in ("secret", "passw"))
    return not said and text.isascii() and _SPELT.search(text.lower()) is not None


def is_reference(text: str) -> bool:
    """Say whether dotted words mean an attribute, a key or a class, and are no text."""
    if not _CHAIN.fullmatch(text):
        return False
    first, *others = re.split(r"\.|::|->", text)
    last = others[-1]
    return (
        first.lower() in _HOLDERS
        or last.lower().rstrip("0123456789") in _SHOWN
        or (_SECRETIVE.search(last) is not None and not _SPELT.search(text))
        or ("_" in text and not any(map(str.isdigit, text)))
        or (first in {"com", "org", "net", "io", "java", "javax"} and len(others) > 1)
        or (len(others) > 1 and last[:1].isupper() and first.islower() and last.isalpha())
    )


def is_dotted(text: str) -> bool:
    """Say whether a bare value is words with dots between: an attribute in code, else a text."""
    if "->" in text or "::" in text or _NUMBERED.search(text):
        return False
    return _CHAIN.fullmatch(text) is not None


def _named(text: str, name: str) -> str:
    letters = [word.lower() for word in _WORD.findall(text)]
    digits = sum(map(str.isdigit, text))
    own = name.split()
    if digits and len(text) >= 8 and _JOINED.search(text):
        return ""  # as rules for passwords want it
    if (
        letters
        and all(word in WORDS or word in own for word in letters)
        and (
            digits < 3
            or (text.isalnum() and "".join(letters) in {"password", "secret", "test", "pass"})
        )
    ):
        return "placeholder"
    if not digits and "".join(letters) in WORDS:
        return "placeholder"
    if _SNAKE.fullmatch(text) and (
        (len(letters) < _SENTENCE and _SECRETIVE.search(text) and digits < 2)
        or (text.isupper() and "_" in text)
    ):
        return "name"
    if not digits and _NAME.fullmatch(text) and _SECRETIVE.search(text):
        return "name"
    return ""


def usual(text: str, reason_: str) -> str:
    """Say what stands in for a password but is one in places: `root`, `123456`, `p@ssw0rd`.

    Args:
        text: the value.
        reason_: why it would be no secret.

    Returns:
        `usual` if many people choose it, `default` if it is a mere word, or nothing.
    """
    if not _PLAIN.fullmatch(text):
        return ""
    if reason_ == "short":
        return "usual" if _SAME.fullmatch(text) else ""
    if reason_ == "sequence":
        # A count at its end does not make it another sort of password: Pass!12345.
        if _VARIED.fullmatch(text) and _SIGN.search(text):
            return "careless"
        return "usual" if _COUNTED.fullmatch(text) else ""
    if reason_ == "placeholder" and _LEET.fullmatch(text) and not text.isalpha():
        varied = len(text) >= 8 and text != text.lower() and any(map(str.isdigit, text))
        return "careless" if varied else "usual"
    if reason_ == "placeholder" and (
        (_VARIED.fullmatch(text) and not _UNDONE.search(text)) or text == "CHANGEME"
    ):
        return "default"
    if reason_ == "name" and text.startswith("_"):
        return ""  # a field of a class
    spoken = text[1:] if reason_ == "name" and text.isalpha() else text  # Rootpasswort
    if reason_ not in {"placeholder", "name"} or spoken != spoken.lower():
        return ""
    return "default" if reason_ == "name" or _SERVICE.fullmatch(text) else ""


def is_varied(value: bytes) -> bool:
    """Say whether a value is the word itself, as rules for passwords want it: P@ssw0rd1."""
    return not value.isalpha() and _LEET.fullmatch(value.decode("utf-8", "replace")) is not None


def is_code(text: str) -> bool:
    """Say whether an unquoted value is an expression: a call, an attribute, an operation."""
    return _CODE.fullmatch(text) is not None or _TYPE.fullmatch(text) is not None


def climbs(text: str) -> bool:
    """Say whether most characters follow one another: `0123456789abcdef`, twice or more."""
    if len(text) < 12:
        return False
    pairs = sum(
        ord(after) - ord(before) == 1 or before + after in {"9a", "9A", "90"}
        for before, after in itertools.pairwise(text)
    )
    return pairs > 0.7 * len(text)


def _looks_encoded(text: str) -> bool:
    """Base64 has slashes, too."""
    return (
        len(text) >= 24
        and any(map(str.isdigit, text))
        and any(map(str.isupper, text))
        and "." not in text
        and not text.startswith("\\\\")
    )
