"""What a call or a list makes of a text in it: often no longer the value of the name outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.values import FAIR, STRONG

if TYPE_CHECKING:
    from leakhunt.contextual.covering import Cover
    from leakhunt.contextual.names import Names

_PASSES = frozenset(
    """
    arc atob b64decode b64encode base64 base64decode base64encode bcrypt box btoa buffer byte
    bytearray bytes char concat const converttosecurestring cow crypt cstring decode
    decodebase64 decodestring default define encode encodebase64 encodetostring encodeutf8
    encrypt export freeze from frombase64 frombase64string fromhex fromhexstring fromslice
    fromstr fromstring generatepasswordhash genericarray getbytes hash hashed hashpw hashsync
    hex hex2bin initwithstring intern into join just l literal make makepassword md5 new
    newbuffer newreader newstring nsstring of ofnullable ok optional pack parsehex passwordhash
    pointer protected ptr pure put putenv qbytearray qstring quote raw rc ref secret secretstr
    secretstring securestring sensitive set setenv sha1 sha256 sha512 some str string stringptr
    stringwithstring stringwithutf8string strip t text tobytes tochararray toowned
    tosecurestring tostring toutf8 trim unhex unhexlify unicode utf8 utf8bytes val value valueof
    values withdefault wxt
    """.split()  # noqa: SIM905 (a word a line would fill the file)
)
"""Calls that hand a text on, as it is or in another form."""
_CONVERTS = lazy.pattern(
    r"(?i)(?:set|with|use|using|put|add|change|update)(?-i:[A-Z_])|"
    r".*(?:base(?:32|58|64)|b64|hex|utf_?-?8|bytes|hash|sha\d|md5|digest|encod|decod|pars|crypt|"
    r"equal|return|send_?keys|type\Z|fill\Z|format|printf)"
)
"""Calls that set something, or make the same in another form of it."""
_LOOKS_UP = lazy.pattern(
    r"(?i)_*(?:(?:get|read|load|fetch|find|look_?up|lookup|resolve|open|query|select|ask|prompt|input|"
    r"require|import|retrieve|translate|trans|label|column|access|sops|add_?parameter|"
    r"from_?(?:name|vault|secret|store|env)|secrets?_?manager)(?-i:(?![a-z]))|get(?:secret|env|pass)|"
    r"from(?:vault|secret)|(?:remove|trim)_?(?:prefix|suffix)|(?:starts|ends)_?with|has_?(?:prefix|suffix)|"
    r"(?:last_?)?index_?of|includes?\Z|contains?\Z|replace\w*|split|(?!use_?ref\Z)\w*ref\Z|\w*(?:vault|key(?:ring|chain))|t\Z|__?\Z)"
)
"""Calls that take the name of something."""
_UNSEALS = lazy.pattern(r"(?i)\w*(?:decrypt|unseal|decipher|unwrap_?key)")
"""Calls that take what is encrypted."""
_QUOTED = lazy.pattern(rb"[\"']([^\"'\n]{0,80})[\"'][ ]?[,)\]}]")
_IDENTIFIER = lazy.pattern(rb"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_OPENS = (b"(", b"[", b"{")
_ROW = lazy.pattern(rb"[^\n()\[\]{}]*+[)\]}]?")
_LINE = 600
"""Bytes of a line that are looked at on each side."""
_FEW, _MANY_MORE = 3, 6
"""Texts beside one from which on it may be one of a list, and surely is."""
_MANY = lazy.pattern(r"(?i)(?:passwords|passphrases|passcodes|passwds|pwds)\Z")
"""A list with such a name holds what people choose."""


def is_value(strength: int, cover: Cover, names: Names) -> bool:
    """Say whether a literal may be what the name outside of its list or its call says.

    Args:
        strength: how much it looks like a secret.
        cover: the literal, and what it is a part of.
        names: tells which names are those of secrets.
    """
    for outer in reversed(cover.outer):
        if outer.call is None:
            continue
        known = names.look_up(outer.call.name)
        if known is not None and known.sure:
            break  # what is around it says no more
        if not _hands_on(outer.call.name, strength):
            return False
        if strength < STRONG and _says_about(outer.call.name, names):
            return False
    listed = any(outer.parts > 1 for outer in cover.outer)
    return strength >= FAIR or not listed or any(_MANY.search(fact.name) for fact in cover.facts)


def _says_about(name: str, names: Names) -> bool:
    """Say whether a call is handed something about a secret: `passwordStrength("medium")`."""
    return (
        names.says_about(name)
        and re.sub(r"[\W_]", "", name).lower() not in _PASSES
        and not _CONVERTS.match(name)
    )


def _hands_on(name: str, strength: int) -> bool:
    """Say whether a call may hand on a text as a value: what is surely a secret, any may."""
    if _UNSEALS.match(name):
        return False
    if strength == STRONG or re.sub(r"[\W_]", "", name).lower() in _PASSES:
        return True
    if _LOOKS_UP.match(name):
        return False
    return strength == FAIR or _CONVERTS.match(name) is not None


def is_enumerated(data: bytes, start: int, end: int) -> bool:
    """Say whether a quoted text is one of many in a line, and no pair of a name and its value.

    Args:
        data: the text.
        start: of what is in the quotes, in bytes.
        end: of it.
    """
    first = data.rfind(b"\n", max(0, start - _LINE), start) + 1
    opened = max(data.rfind(sign, max(first, start - _LINE), start) for sign in _OPENS)
    before = _QUOTED.findall(data, max(first, opened, start - _LINE), start - 1)
    row = _ROW.match(data, end + 1, end + _LINE)
    behind = _QUOTED.findall(row[0]) if row else []
    if before and before[-1].startswith(b"-"):
        return False  # the words of a command
    beside = before + behind
    if len(beside) < _FEW:
        return False
    # A name and a value follow one another; among pairs a value is the second of two.
    paired = len(before) % 2 == 1 and len(behind) % 2 == 0
    return not paired or len(beside) >= _MANY_MORE or all(map(_IDENTIFIER.fullmatch, beside))
