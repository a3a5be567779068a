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
_LOOKS_UP = lazy.pattern(
    r"(?i)_*(?:get|read|load|fetch|find|look|resolve|open|query|select|ask|prompt|input|require|"
    r"import|retrieve|trans|label|column|t\Z)"
)
"""Calls that take the name of something."""
_MANY = lazy.pattern(r"(?i)(?:passwords|passphrases|passcodes|passwds|pwds)\Z")
"""A list with such a name holds what people choose."""


def _is_listed(cover: Cover) -> bool:
    """Say whether a literal is one of several in a list: that is often one of names.

    Args:
        cover: the literal, and what it is a part of.
    """
    return any(
        outer.value.kind == "collection" and len(outer.value.parts) > 1 for outer in cover.outer
    )


def _hands_on(cover: Cover, names: Names) -> bool | None:
    """Say whether the call that a literal stands in hands it on as a value.

    Args:
        cover: the literal, and what it is a part of.
        names: tells which names are those of secrets.

    Returns:
        None if nobody knows, False if the literal is the name of what is looked up.
    """
    for outer in cover.outer:
        if not outer.passed or outer.value.call is None:
            continue
        name = outer.value.call.name
        if re.sub(r"[\W_]", "", name).lower() not in _PASSES:
            known = names.look_up(name)
            if known is None or not known.sure:
                return False if _LOOKS_UP.match(name) else None
    return True


def is_value(strength: int, cover: Cover, names: Names) -> bool:
    """Say whether a literal may be what the name outside of its list or its call says.

    Args:
        strength: how much it looks like a secret.
        cover: the literal, and what it is a part of.
        names: tells which names are those of secrets.
    """
    if strength == STRONG:
        return True
    handed = _hands_on(cover, names)
    if strength == FAIR:
        return handed is not False
    listed = _is_listed(cover) and not any(_MANY.search(fact.name) for fact in cover.facts)
    return bool(handed) and not listed
