"""What is just called key: the value has to say more than the name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.contextual.names import Names

_KEYED = r"(?:\b[kK]ey|\bKEY)(?:_?(?:[bB]ytes|BYTES|[hH]ex|HEX|[sS]tr(?:ing)?|STR(?:ING)?))?"
_CLOSED = r"(?:\[\w{0,4}\])?[\"'\])]{0,3}(?:[ ]?:[ ]?[\w&<>?\[\]; ]{1,12})?"
_GIVEN = (
    r"(?:=>|:=|[:=(,])[ \t]{0,8}"
    r"(?P<on>(?:new[ ])?[\w.@&*:\[\]]{0,40}\(?(?:[\w.: ]{1,24}\(|'H\*',[ ]?)?[@*b]{0,2})"
)
_VALUE = r"[\"'](?P<secret>[\w!#%&*+./=?@^~-]{16,88})[\"']"
GATES = (re.sub(r"\?P<\w+>", "?:", rf"{_KEYED}{_CLOSED}[ \t]{{0,8}}{_GIVEN}{_VALUE}"),)
"""The expression for the first pass, which does not reach into another line."""
LEAST = (rb"\bkey",)
"""What a line has at least, without regard to case, see `sieve`."""
_NAMES = lazy.pattern(_KEYED.encode())
_KEY = lazy.pattern(
    rf"(?P<closed>{_CLOSED})[ \t]{{0,8}}(?P<sign>(?==>|:=|[:=(,])){_GIVEN}{_VALUE}".encode()
)
_BYTES = lazy.pattern(rb"(?i)bytes?\b|\bb$")
_QUOTED = lazy.pattern(rb"[\"']")
_NAMED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$-")
_LONGEST = 80
_NAMED_BEFORE = lazy.pattern(
    rb"(?P<name>[\w.$>-]{1,60})[\"'\]]{0,3}[ \t]{0,8}(?:=>|:=|[:=,])[ \t]{0,8}[\"'`]?\Z"
)
_MANY = 8
"""Different keys in one file from which on they are ids."""
_PART = lazy.pattern(rb"[a-z]+(?:-[a-z]+)+")
"""What pages call a part of them: `key: "menu-of-styles"`."""
_METHOD = lazy.pattern(rb",[ ]?value:[ ]?(?:async[ ])?(?:function|\()")
"""What a compiler makes of classes: `{key: "render", value: function () {}}`."""
_WAYS = lazy.pattern(rb"(?i)(?<=key)_?(?:bytes|hex|str(?:ing)?)$")
_PIECES = lazy.pattern(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def rows(places: Iterable[tuple[int, int]], data: bytes, names: Names) -> set[int]:
    """Return where values begin that tell the rows of a table apart, and open nothing.

    Nobody has so many keys side by side that are called no more than that.

    Args:
        places: of keys, in bytes.
        data: the text of their file.
        names: tells which names are those of secrets.
    """
    found: dict[int, bytes] = {}
    for start, end in places:
        match = _NAMED_BEFORE.search(data, max(0, start - _LONGEST), start)
        name = match and names.look_up(match["name"].decode("utf-8", "replace"))
        if name and name.word in {"key", "keys"}:
            found[start] = data[start:end]
    return set(found) if len(set(found.values())) >= _MANY else set()


def keys(line: bytes, low: int, high: int) -> Iterator[Turn]:
    """Yield what is called key and no more in a stretch of a line, and is as long as one.

    Args:
        line: a line.
        low: where names are looked for first.
        high: where names end that are looked for.
    """
    for word in _NAMES.finditer(line, low, high):
        match = _KEY.match(line, word.end())
        if match is None:
            continue
        if line[match.start("sign") :][:1] == b"," and not _QUOTED.search(match["closed"]):
            continue
        given = line[match.start("sign") :][:2]
        if given[:1] == b":" and given != b":=" and _PART.fullmatch(match["secret"]):
            continue
        if _METHOD.match(line, match.end()):
            continue
        first = word.start()
        while first and line[first - 1] in _NAMED and word.end() - first < _LONGEST:
            first -= 1
        name = line[first : word.end()]
        sign = "bytes" if _BYTES.search(match["on"]) else "="
        # Of a cipher: rijndael.Key = Encoding.UTF8.GetBytes("...")
        own = name.rpartition(b".")[2] if sign == "bytes" else name
        if len(_PIECES.findall(_WAYS.sub(b"", own))) > 1 or line[first - 1 : first] == b"-":
            continue
        yield Turn("lone", name.decode("utf-8", "replace"), sign, *match.span("secret"))
