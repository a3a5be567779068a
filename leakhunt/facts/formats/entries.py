"""What readers of nested formats hand over: the scalars of a document, each with its way down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from leakhunt.facts.formats.embedded import Place
    from leakhunt.facts.model import Value

    Path = tuple[str | int, ...]

LONGEST_PATH = 24
"""Keys and numbers of a path that are kept, the last ones."""


class Entry(NamedTuple):
    """A scalar of a document.

    Attributes:
        path: keys, and a number that is unique in the file for each element of a list.
        start: where its key begins, or the scalar if it has none.
        value: its value.
        operator: the sign between key and value.
        comment: the comment on its line.
        tag: what the document says of its type: `!vault`.
        style: `bare`, `quoted`, `single` or `block`.
        text: of a block, its text without margins, and where that lies.
    """

    path: Path
    start: int
    value: Value
    operator: str = ":"
    comment: str = ""
    tag: str = ""
    style: str = "bare"
    text: tuple[bytes, Place] | None = None


def below(path: Path, key: str | int) -> Path:
    """Return a path with one more step."""
    return (*path, key)[-LONGEST_PATH:]
