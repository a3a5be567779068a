"""What simple messages in JSON say: read in C where that was built, else not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

PURE = "LEAKHUNT_PURE"
"""Environment variable: with `1` the extension is not used."""

compiled = False
"""Whether the extension is in use."""

DISCORD, SLACK = 0, 1


class Simple(NamedTuple):
    """How messages are read whose texts nearly always stand in the same few places."""

    style: int
    known: tuple[bytes, ...]
    """Keys of a message that hold nothing that anybody said."""
    inner: tuple[bytes, ...]
    """The same for what lies deeper."""


def simple(style: int, known: Collection[str], inner: Collection[str]) -> Simple:
    """Return how messages of a style are read."""
    return Simple(
        style,
        tuple(sorted(key.encode() for key in known)),
        tuple(sorted(key.encode() for key in inner)),
    )


def said(
    text: str,
    letter: int,
    byte: int,
    target: int,
    style: int,
    known: tuple[bytes, ...],
    inner: tuple[bytes, ...],
) -> tuple[bytes, bytes, int, int]:
    """Read the simple messages that follow a place: here none.

    Args:
        text: JSON.
        letter: an index in it, ...
        byte: ... and the same place in its UTF-8.
        target: the index where the first message starts, not before `letter`.
        style: `DISCORD` or `SLACK`.
        known: keys of a message that are left out.
        inner: keys of what lies deeper that are left out.

    Returns:
        What the messages say, one after the other; for each, three numbers of 64 bits: the end of
        what it says, and start and end of itself; and the place behind the last one.
    """
    del text, letter, byte, style, known, inner
    return b"", b"", target, 0


if not TYPE_CHECKING and os.environ.get(PURE) != "1":
    try:
        from leakhunt.chat._said import said
    except ImportError:
        pass
    else:
        compiled = True

__all__ = ["DISCORD", "PURE", "SLACK", "Simple", "compiled", "said", "simple"]
