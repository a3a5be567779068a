"""What most exports in JSON have in common: lists of messages, and facts about them around."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt.chat.base import Export, Format, Message, Piece
from leakhunt.chat.jsons import Elements, escaped
from leakhunt.chat.leaves import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from leakhunt.chat.base import Marks, Path
    from leakhunt.chat.jsons import Element
    from leakhunt.model import Mention

_KEPT = 100
"""Parts that an object may have to be remembered as a fact about a channel."""


class Record(NamedTuple):
    """A message as its export writes it, and what is known of where it stands."""

    value: dict[str, Any]
    path: Path
    around: Mapping[Path, Any]
    """Facts by their paths: names of channels, and the like."""
    export: Export
    shape: str
    """The name of the format."""

    def above(self, *keys: str) -> Any:
        """Return the nearest fact of one of some names, from the message upwards, or None."""
        for end in range(len(self.path), -1, -1):
            for key in keys:
                found = self.around.get((*self.path[:end], key))
                if found is not None:
                    return found
        return None


class Shape(NamedTuple):
    """How one format writes messages in JSON."""

    name: str
    claims: Callable[[str, str], bool]
    opened: Collection[Path]
    """What is too large to be read at once."""
    tell: Callable[[Record], Mention]
    pieces: Callable[[dict[str, Any]], list[Piece]]
    within: Callable[[Element], Iterable[tuple[str, dict[str, Any]]]] | None = None
    """Which messages a part has, each with its pointer; by default itself, if it is an object."""
    dull: Callable[[str], bool] | None = None
    counts: Callable[[str], bool] | None = None
    """Says of the pointer of a message in its part whether it is one; by default all are."""


def form(shape: Shape) -> Format:
    """Return the format that is written like this."""
    return Format(shape.name, shape.claims, functools.partial(read, shape))


def read(shape: Shape, export: Export) -> Iterator[Message]:
    """Yield the messages of an export, and what is said beside them as if it were some."""
    around: dict[Path, Any] = {}
    for element in Elements(export.text, shape.opened, export.wrong, lines=True):
        value = element.value
        found: Iterable[tuple[str, dict[str, Any]]] = ()
        if isinstance(value, dict) and (not element.path or isinstance(element.path[-1], int)):
            found = shape.within(element) if shape.within else [("", value)]
        some = False
        for base, one in found:
            record = Record(one, element.path, around, export, shape.name)
            yield Message(
                element.window,
                element.start,
                element.end,
                [p._replace(pointer=base + p.pointer) for p in shape.pieces(one)]
                if base
                else shape.pieces(one),
                functools.partial(shape.tell, record),
                element.path,
                shape.dull,
                base,
                counts=(bool(base) or not some) and (shape.counts is None or shape.counts(base)),
            )
            some = True
        if some:
            continue
        if not isinstance(value, dict | list) or len(value) < _KEPT:
            around[element.path] = value
        pieces: list[Piece] = []
        leaves(value, "", pieces)
        if pieces:
            nothing = Record({}, element.path, around, export, shape.name)
            yield Message(
                element.window,
                element.start,
                element.end,
                pieces,
                functools.partial(shape.tell, nothing),
                element.path,
                shape.dull,
                counts=False,
            )


def said(
    value: dict[str, Any],
    first: Iterable[str],
    skip: Collection[str],
    clean: Callable[[str], tuple[str, Marks]] | None = None,
) -> list[Piece]:
    """Return the strings of a message.

    Args:
        value: the message.
        first: keys of what people wrote, in order.
        skip: keys whose values no person wrote; all others follow.
        clean: what to undo.
    """
    pieces: list[Piece] = []
    for key in first:
        if inner := value.get(key):
            leaves(inner, f"/{escaped(key)}", pieces, skip=skip, clean=clean)
    for key in sorted(value.keys() - set(first)):
        if key not in skip and value[key]:
            leaves(value[key], f"/{escaped(key)}", pieces, skip=skip, clean=clean)
    return pieces


def text_of(value: Any, *path: str) -> str | None:
    """Return what lies at the end of a path of keys, as text; None if there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, str):
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None
