"""Tests of inner structure: what cannot be a JWT, a key or a chosen password is dropped.

Each function takes the whole secret and says whether it is built as it should be.
"""

from __future__ import annotations

import base64
import binascii
import urllib.parse
from typing import TYPE_CHECKING

import regex

from leakhunt.engine import late

if TYPE_CHECKING:
    from collections.abc import Callable


def _decode(text: bytes) -> bytes | None:
    """Decode base64 or base64url with or without padding, or return None."""
    try:
        return base64.b64decode(
            text.translate(bytes.maketrans(b"-_", b"+/")) + b"=" * (-len(text) % 4), validate=True
        )
    except (binascii.Error, ValueError):
        return None


# --- JSON Web Tokens


def jwt(secret: bytes) -> bool:
    """A JSON header with `alg` and a JSON payload. Source: RFC 7519, RFC 7515."""
    return _claims(secret) is not None


def _claims(secret: bytes) -> tuple[dict[str, object], dict[str, object]] | None:
    """Return header and payload, or None if it is not a JWT."""
    import json

    parts = secret.split(b".")
    if len(parts) < 2:
        return None
    header, payload = _decode(parts[0]), _decode(parts[1])
    try:
        head, body = json.loads(header or b""), json.loads(payload or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(head, dict) or "alg" not in head or not isinstance(body, dict):
        return None
    return head, body


_SIGNATURE_BYTES = {
    "HS256": (32,),
    "HS384": (48,),
    "HS512": (64,),
    "ES256": (64,),
    "ES256K": (64,),
    "ES384": (96,),
    "ES512": (132,),
    "EdDSA": (64, 114),
}
"""Source: RFC 7518 section 3, RFC 8037, RFC 8812. RSA signatures are as long as the key."""
_RSA_BYTES = (128, 256, 384, 512, 1024)
_TIMES = {"iat", "nbf", "exp"}


def jwt_signed(secret: bytes) -> bool:
    """A JWT whose signature is as long as its `alg` demands, and which is no textbook example."""
    claims = _claims(secret)
    signature = _decode(secret.split(b".")[-1])
    if claims is None or not signature or secret.count(b".") != 2:
        return False
    header, payload = claims
    algorithm = str(header["alg"])
    expected = _SIGNATURE_BYTES.get(algorithm)
    if algorithm[:2] in ("RS", "PS"):
        expected = _RSA_BYTES
    if expected is not None and len(signature) not in expected:
        return False
    # `1234567890` and `John Doe` are the payload that jwt.io shows, `joe` issues RFC 7519's.
    return (
        bool(payload)
        and payload.get("sub") != "1234567890"
        and payload.get("name") not in ("John Doe", "Jane Doe")
        and payload.get("iss") not in ("joe", "test")
        and not payload.keys() <= _TIMES | {"foo", "bar", "some", "hello", "a", "b", "test"}
    )


def jwt_base64(secret: bytes) -> bool:
    """A JWT that was encoded in base64 once more."""
    return jwt_signed((_decode(secret) or b"").strip())


# --- private keys

_ESCAPED_BREAK = late.pattern(
    rb"\\+(?:[nrt]|u000[ad]|x0[ad])|&#(?:10|13|x[aAdD]);|<br */?>|%0[AaDd]"
)
_PEM_HEADER = late.pattern(rb"(?m)^[^\w\n]*[A-Z][A-Za-z-]{2,40}: [^\n]*$")
_JOINT = late.pattern(rb"[\"'`][^\"'`]{0,80}[\"'`]")
"""From the end of one string to the start of the next, as the body itself starts in one."""
_LETTERS = late.pattern(rb"[A-Za-z0-9+/]+")
_CUT = late.pattern(rb"\.\.\.|\xe2\x80\xa6|\[snip|<snip|([A-Za-z0-9])\1{15}")
"""Something was left out for print, or never there."""
_LONG = 300
"""Bytes of a body from which on it need not parse: damaged keys are leaked keys, too."""
_ENCRYPTED_PKCS8 = b"ENCRYPTED PRIVATE KEY"


def _pem_body(secret: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Return label, header lines and decoded body of a PEM block in any wrapping, or None.

    Bodies keep what they were pasted into: the escapes, quotes and `+` of a language, the
    indentation of YAML, the `>` of a quotation, the `+` of a patch.
    """
    found = regex.search(rb"-BEGIN ([A-Z0-9 ]{0,40}?KEY(?: BLOCK)?)-", secret)
    if found is None:
        return None
    body = secret[found.end() :].lstrip(b"-").rpartition(b"-----END")[0]
    body = _JOINT.sub(b"\n", _ESCAPED_BREAK.sub(b"\n", body).replace(b"\r", b"\n"))
    if _CUT.search(body):
        return None
    headers = b"\n".join(_PEM_HEADER.findall(body))
    lines = [line.strip() for line in _PEM_HEADER.sub(b"", body).split(b"\n")]
    lines = [line for line in lines if line]
    if len(lines) > 2 and all(line.startswith(b"+") for line in lines[:-1]):
        lines = [line.removeprefix(b"+") for line in lines]
    text = b"\n".join(line for line in lines if not regex.fullmatch(rb"\W*=[\w+/]{4}\W*", line))
    runs = _LETTERS.findall(text)
    size = sum(map(len, runs))
    # Code that only names the two delimiters has many short words between them.
    if size < 43 or sum(len(run) for run in runs if len(run) >= 16) < 0.8 * size:
        return None
    letters = b"".join(runs)
    if b"ABCDEFGHIJKLMNOP" in letters or b"abcdefghijklmnop" in letters:
        return None  # invented: a machine writes no alphabet
    return found.group(1), headers, _decode(letters[: len(letters) // 4 * 4]) or b""


def _is_der(data: bytes) -> bool:
    """A DER sequence about as long as it says: a key that was shortened for print is none."""
    if len(data) < 32 or data[0] != 0x30:
        return False
    size, start = data[1], 2
    if size > 0x80:
        count = size & 0x7F
        if count > 3:
            return False
        size, start = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
    return 0.8 * size <= len(data) - start <= size + 64


_OPENSSH = b"openssh-key-v1\0"


def _key_kind(secret: bytes) -> str:
    """Return `plain`, `encrypted` or, if it is no private key, an empty text."""
    parts = _pem_body(secret)
    if parts is None:
        return ""
    label, headers, data = parts
    if b"PGP" in label:
        # Tag 5 is a secret key, 7 a secret subkey, in the old and the new packet format.
        return "plain" if data[:1] and data[0] & 0x80 and len(data) >= 64 else ""
    if b"OPENSSH" in label:
        if not data.startswith(_OPENSSH):
            return "plain" if len(data) >= _LONG else ""
        if len(data) < 128:
            return ""
        return "plain" if data[len(_OPENSSH) :].startswith(b"\0\0\0\4none") else "encrypted"
    if b"SSH2" in label or b"ENCRYPTED" in headers:
        return "encrypted" if len(data) >= 48 else ""
    if not _is_der(data) and len(data) < _LONG:
        return ""
    return "encrypted" if label.endswith(_ENCRYPTED_PKCS8) else "plain"


def pem(secret: bytes) -> bool:
    """A private key in a PEM block, not encrypted. Source: RFC 7468, RFC 1421, RFC 4880.

    A short body must decode to what its label says, so shortened and invented keys are none.
    OpenSSH's format: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
    """
    return _key_kind(secret) == "plain"


def pem_encrypted(secret: bytes) -> bool:
    """A private key in a PEM block under a passphrase. Source: as for `pem`."""
    return _key_kind(secret) == "encrypted"


def pem_base64(secret: bytes) -> bool:
    """A private key in a PEM block that was encoded in base64 once more."""
    return _key_kind(_decode(secret) or b"") == "plain"


# --- passwords

_WORD = late.pattern(
    r"(?:pass(?:word|wd|wort|wrd|phrase|code|w)?|pa?wd?|passord|contrasena|mdp|psw|secrets?|sekret|"
    r"secure|token|keys?|cred(?:ential)?s?|auth|user(?:name|id)?|usr|login|account|acct|"
    r"adm(?:in(?:istrator)?)?|root|toor|guest|test(?:ing|er|s|user)?|demo|samples?|examples?|"
    r"dummy|fake|mock|default|initial|foo(?:bar|baz|bared)?|bar|baz|qu+x|hello|world|welcome|"
    r"chang(?:e|ed)?|changeit|me|my|mine|your?s?|ours?|their|the|this|that|is|it|an?|some|any|"
    r"one|two|new|old|very|super|strong|weak|long|short|simple|random|generated|here|goes|not|"
    r"no|so|real(?:ly)?|good|bad|wrong|right|invalid|valid|ultra|mega|top|safe|unsafe|insecure|"
    r"db|database|datastore|sql|mysql|mariadb|postgres(?:ql)?|pg|pgsql|redis|mongo(?:db)?|"
    r"rabbit(?:mq)?|mq|amqp|oracle|mssql|sa|sys|system|tiger|scott|docker|kube|k8s|dev|"
    r"develop(?:er|ment)?|prod(?:uction)?|stag(?:e|ing)|local|localhost|hosts?|hostname|server|"
    r"service|client|cluster|node|apps?|application|api|web|www|site|proxy|https?|ftp|sftp|smtp|"
    r"imap|e?mail|wordpress|wp|laravel|django|rails|ruby|symfony|drupal|magento|homestead|vagrant|"
    r"ansible|puppet|chef|jenkins|kafka|airflow|celery|minio|elastic(?:search)?|kibana|keycloak|"
    r"grafana|postfix|ldap|neoj|neo|tomcat|both|must|manager|influx(?:db)?|clickhouse|cassandra|zabbix|nagios|sonar|nexus|"
    r"gitlab|github|gitea|git|repo|registry|ssh|ssl|tls|jwt|android|keystore|store|string|value|"
    r"text|null|none|nil|true|false|undefined|empty|blank|redacted|hidden|mask(?:ed)?|removed|deleted|"
    r"sensitive|"
    r"omitted|censored|placeholder|todo|tbd|insert|replace|enter|put|set|with|to|of|for|and|or|"
    r"in|on|by|from|as|be|qwert(?:y|yuiop)?|qwertz|letmein|hunter|iloveyou|monkey|dragon|shadow|"
    r"sunshine|abcd?|abcdef|xyz|asdf(?:gh)?(?:jkl)?|zxcv(?:bnm)?|qaz|wsx|edc|a+|x+|z+|te?mp|"
    r"public|private|internal|external|primary|secondary|master|slave|main|backup|replica|name|"
    r"type|field|param|encrypt(?:ed)?|encoded|hash(?:ed)?|plain|clear|correct|horse|battery|"
    r"staple|swordfish|open|sesame|opensesame|trustno|troubador|bob|bobby|alice|eve|joe|jane|"
    r"john|doe|smith|max|mustermann|owner|company|domain|org|com|net|remote|bind|reader|writer|"
    r"readonly|read|write|rw|ro|only|session|cookie|shared|common|global|base|data|info|http|"
    r"ubuntu|debian|centos|fedora|alpine|linux|windows|do|dont|does|never|use|share|tell|anyone|"
    r"keyboard|cat|kitten|broken|forgery|salt)+"
)
_PHRASE = late.pattern(r"[a-z]{1,15}|[a-z]+(?:[-_.][a-z]+){1,2}")
"""A word or three; 16 letters are an application password, and four words a passphrase."""
_FOLD = str.maketrans("0134578@$!", "oieastbasi")
_IDENTIFIER = late.pattern(r"[$&]?[A-Za-z_][A-Za-z_.\->:]*")
_NAMES_A_SECRET = late.pattern(r"(?i:pass|pwd|secret|token|cred)|(?:[a-z]Key|_key|_KEY)$")
_STAND_IN = late.pattern(
    r"\{[^}]*\}|^\{[A-Za-z_][\w.]*[\[(]|<[^>]*>?|\[[^\]]*\]|\$[({]|@@|\.\.\.|\u2026|%\(|^\.[*+]|"
    r"&lt;|^(?:\$+[A-Za-z_]\w*\W?.*|%[a-z]|%\w+%|:[A-Za-z_]+|![\w./-]+|&[a-z_]+|__\w+__|[A-Z]+(?:_[A-Z0-9]+)+|"
    r"[\w.:>-]+[(\[].*|[A-Za-z_][A-Za-z_.>-]*[);]+|[A-Za-z_][\w.-]{2,}=[\w./-]+|x-oauth-basic|"
    r"(?:(?:\.\.?|~)/|/[\w.-]+/)[\w./-]*|[*.#xX?_-]+|\W+|AQAAANCMnd8[\w+/=]*)$"
)
"""What stands where a password would, and what Windows encrypted for one account (DPAPI)."""
_CONSTANT = late.pattern(rb"[A-Z]+(?:_[A-Z0-9]+)+")
"""What is to be replaced, and no base64: DB_PASSWORD."""
_QUOT = late.pattern(r"&(?:quot|apos|#39);")
_RUN = late.pattern(r"(.)\1{4,}")
_KEYBOARD = late.pattern(r"(?i)12345|23456|98765|54321|abcde|qwert|asdfg|1qaz")


def password(secret: bytes) -> bool:
    """A password that somebody chose: no template, no name of one, no default or sample word.

    `P4ssw0rd!`, `my-db-password`, `${DB_PASS}`, `config.password`, `port=22` and `root123` are
    none, nor are up to three words in lower case. In a URL `%40` counts as what it stands for.
    """
    text = urllib.parse.unquote(secret.decode("utf-8", "replace")).strip()
    text = _QUOT.sub('"', text)
    if len(text) < 6 or len(set(text)) < 4 or _STAND_IN.search(text):
        return False
    if _IDENTIFIER.fullmatch(text) and _NAMES_A_SECRET.search(text):
        return False
    if _PHRASE.fullmatch(text):
        return False
    if _RUN.search(text) or (_KEYBOARD.search(text) and len(text) < 16):
        return False
    lower = text.lower()
    letters = "".join(filter(str.isalpha, lower))
    if len(letters) < 2 and len(text) < 20:
        return False
    folded = "".join(filter(str.isalpha, regex.sub(r"[\d\W_]+$", "", lower).translate(_FOLD)))
    return not any(
        len(word) >= 0.5 * len(text) and _WORD.fullmatch(word) for word in (letters, folded)
    )


def password_base64(secret: bytes) -> bool:
    """Base64 of a chosen password or of binary data, as in a Kubernetes Secret."""
    data = _decode(secret)
    if data is None or len(data) < 6 or _CONSTANT.fullmatch(secret):
        return False
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return len(data) >= 12
    return (text.isprintable() or "\n" in text) and password(data)


def basic_auth(secret: bytes) -> bool:
    """Base64 of `user:password` with a chosen password, or with a token as the user.

    Source: RFC 7617.
    """
    data = _decode(secret)
    try:
        text = (data or b"").decode().strip()
    except UnicodeDecodeError:
        return False
    user, colon, word = text.partition(":")
    if not colon or not text.isprintable():
        return False
    if word in ("", "x-oauth-basic", "X", "x"):
        user, word = word, user
        has_digit = any(character.isdigit() for character in word)
        return len(word) >= 16 and has_digit and password(word.encode())
    return user != word and password(word.encode())


_CISCO = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"


def cisco_7(secret: bytes) -> bool:
    """Cisco's type 7: an offset, then the password xor a known text, in hexadecimal.

    The text is public since 1995. `094F471A1A0A` is `cisco`.
    """
    try:
        offset, data = int(secret[:2]), bytes.fromhex(secret[2:].decode())
    except ValueError:
        return False
    plain = bytes(c ^ _CISCO[(offset + i) % len(_CISCO)] for i, c in enumerate(data))
    return offset < len(_CISCO) and len(plain) >= 3 and all(32 <= c < 127 for c in plain)


_JUNIPER = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_JUNIPER_ALPHABET = "".join(_JUNIPER)
_JUNIPER_WEIGHTS = (
    (1, 4, 32),
    (1, 16, 32),
    (1, 8, 32),
    (1, 64),
    (1, 32),
    (1, 4, 16, 128),
    (1, 32, 64),
)


def juniper_9(secret: bytes) -> bool:
    """Juniper's `$9$`: reversible, in the steps that Crypt::Juniper on CPAN describes.

    `LbHX-wg4Z` after the prefix is `lc`.
    """
    text = secret.decode("ascii", "replace").removeprefix("$9$")
    if not text or not set(text) <= set(_JUNIPER_ALPHABET):
        return False
    family = next(i for i, letters in enumerate(_JUNIPER) if text[0] in letters)
    previous, rest = text[0], text[1 + 3 - family :]
    plain = 0
    while rest:
        weights = _JUNIPER_WEIGHTS[plain % len(_JUNIPER_WEIGHTS)]
        nibble, rest = rest[: len(weights)], rest[len(weights) :]
        if len(nibble) != len(weights):
            return False
        code = 0
        for letter, weight in zip(nibble, weights, strict=True):
            gap = _JUNIPER_ALPHABET.index(letter) - _JUNIPER_ALPHABET.index(previous)
            code += (gap % len(_JUNIPER_ALPHABET) - 1) * weight
            previous = letter
        if not 32 <= code % 256 < 127:
            return False
        plain += 1
    return plain >= 2


STRUCTURES: dict[str, Callable[[bytes], bool]] = {
    "basic-auth": basic_auth,
    "cisco-7": cisco_7,
    "juniper-9": juniper_9,
    "jwt": jwt,
    "jwt-base64": jwt_base64,
    "jwt-signed": jwt_signed,
    "password": password,
    "password-base64": password_base64,
    "pem": pem,
    "pem-encrypted": pem_encrypted,
    "pem-base64": pem_base64,
}
