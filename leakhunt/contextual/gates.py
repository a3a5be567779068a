"""Where the first pass sees that a line may give a secret away by its name."""

from __future__ import annotations

NAMES = (
    r"(?:passw|passphr|passcode|pwd|secret|token|credential|"
    r"(?:api|access|private|auth|encrypt(?:ion)?|sign(?:ing)?|master|account|shared|storage|"
    r"session|"
    r"cookie|hmac|aes|jwt|app|client|consumer|service|license|deploy|webhook|server|root|cipher|"
    r"crypto|subscription)[_. -]?key)"
)
SHORT = (
    r"(?:pass|pw|auth|salt|psk|creds?|seed|mdp|clave|senha|contrase\S{1,2}a|kennwort|haslo|"
    r"heslo|parola)"
)
_TAIL = r"[\w.-]{0,16}"
_CLOSED = r"[\"'\])]{0,3}[ \t]{0,4}"
_SIGN = r"(?:=>|[:=,(|?>]){1,2}[ \t]{0,4}"

GATES = (
    rf"(?i){NAMES}{_TAIL}[\\\"'\])]{{0,4}}(?:[ \t]?:[ \t]?[\w&<>?\[\]]{{1,12}}|"
    rf"\[\])?[ \t]{{0,8}}{_SIGN}(?:\[\]byte)?[\w@&$*(\\]{{0,3}}[\"'`][^\s\"'`]{{2}}",
    rf"(?i){NAMES}{_TAIL}{_CLOSED}[:=][ \t]{{0,4}}[\w!#%&*+./@^~-]{{4}}",
    rf"(?i)(?:\b|_){SHORT}\d?{_CLOSED}{_SIGN}[\w@&$*(\\]{{0,3}}[\"'`][^\s\"'`]{{2}}",
    rf"(?i)(?:\b|_){SHORT}\d?[:=][ \t]{{0,2}}[\w!#%&*+./@^~-]{{4}}",
    rf"(?i){NAMES}\w{{0,16}}>[^<\s$@{{]{{4}}",
    r"(?i)--?[\w-]{0,16}(?:passw|pass|token|secret|key|pwd)[\w-]{0,8}[ =][\"']?[^\s\"'$<{-]{4}",
    # quoted, and only space between: #define, SQL, directives
    rf"(?i)(?:{NAMES}|(?:\b|_){SHORT}\d?){_TAIL}[ \t]{{1,10}}[\"'][^\s\"']{{3}}",
    # a call around the value, or braces: wxT("..."), kApiKey{"..."}
    rf"(?i){NAMES}{_TAIL}[ \t]{{0,4}}(?:=[ \t]{{0,4}}[\w.:]{{1,24}}\(|\{{)[\"'][^\s\"']{{3}}",
    # another attribute between: name="password" value="...", "key": "password", "value": "..."
    rf"(?i){NAMES}{_TAIL}[\"'][^<>\"'\n]{{0,16}}[ \t\"]value\"?[ \t]?[=:][ \t]?[\"'][^\s\"']{{3}}",
    rf"(?i){NAMES}{_TAIL}[\"'](?:[ \t]\w{{1,16}}=[\"']\w{{1,16}}[\"'])?>[^\s<$]{{3}}",
    # the default of an option
    rf"(?i){NAMES}{_TAIL}[\"'][^\n]{{0,40}}default=b?[\"'][^\s\"']{{3}}",
    r"(?i)\b(?:identified(?:[ \t]{1,2}with[ \t]{1,2}\S{1,24})?[ \t]{1,2}by|"
    r"with[ \t]{1,2}(?:encrypted[ \t]{1,2})?password|"
    r"set[ \t]{1,2}password)[^\n'\"]{0,16}['\"][^\s'\"]{2}",
)
"""Expressions for the first pass, none of which reaches into another line."""
BEFORE = 160
"""Bytes before the end of a gate that are looked at, if the line begins earlier."""
BEHIND = 480
"""Bytes behind the end of a gate that are looked at, if the line ends later."""
