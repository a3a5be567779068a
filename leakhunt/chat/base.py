"""What readers of all formats share: the shape of a message, and what surrounds an export."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leakhunt.chat.jsons import Lot
    from leakhunt.chat.text import Text, Window
    from leakhunt.model import Mention

SEPARATOR = "\n\x1e\n"
"""Stands between the messages of a conversation: no editor writes it, so signatures may ask."""

Mark = tuple[int, int]
"""An offset in what people saw, and the offset in the source that it comes from."""
Marks = tuple[Mark, ...]
"""Ascending; between two of them both sides advance alike."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


Path = tuple[str | int, ...]
"""The keys and numbers that lead to a value of JSON."""


class Piece(NamedTuple):
    """A stretch of what people saw, and where it comes from."""

    text: str
    pointer: str = ""
    """The string of the record that it stands in, as a JSON pointer ..."""
    at: int = -1
    """... or, where the export is no JSON, its index in the window."""
    marks: Marks | Callable[[], Marks] = ()
    """From the text to the string or the window; none if nothing was changed."""
    glue: str = "\n"
    """What stands between the piece before and this one."""


class Message(NamedTuple):
    """One record of an export, nearly always a message."""

    window: Window
    start: int
    """Where it lies in the window ..."""
    end: int
    """... and where it ends."""
    pieces: Sequence[Piece]
    tell: Callable[[], Mention]
    """Says who wrote it, when and where; asked only if something was found."""
    path: Path | None = None
    """Of the record, from the top of the file; None where the export is no JSON."""
    dull: Callable[[str], bool] | None = None
    """Says of a pointer within the record whether it is an id, a hash or an address that a
    program made up."""
    base: str = ""
    """Where in the record the message is, if the record holds several: a JSON pointer."""
    counts: bool = True
    """Whether it is a message, and not what the export says beside them."""


class Beside(Protocol):
    """What lies in the same export."""

    def read(self, path: str) -> bytes | None:
        """Return a file near the one that is read, or None.

        Args:
            path: from the folder of the file, with `/`; may start with `../`.
        """

    def memo(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what was made before under a key, or make it."""


class Nothing:
    """There is nothing beside it."""

    def read(self, path: str) -> bytes | None:
        """Return None."""
        return None

    def memo(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what is made."""
        return make()


@dataclasses.dataclass(slots=True)
class Export:
    """A file of an export."""

    name: str
    """Its path in the export, with `/`."""
    text: Text
    beside: Beside
    wrong: list[str] = dataclasses.field(default_factory=list)
    """What of it could not be read as a conversation."""
    attached: list[tuple[str, bytes]] = dataclasses.field(default_factory=list)
    """Names and contents of files that messages hold, until somebody takes them."""

    @property
    def folder(self) -> str:
        """The name of the folder that it lies in, or empty."""
        return self.name.rpartition("/")[0].rpartition("/")[2]


class Format(NamedTuple):
    """A format of exports."""

    name: str
    claims: Callable[[str, str], bool]
    """Says from the first 8 KiB and the path whether a file is of this format."""
    read: Callable[[Export], Iterator[Message | Lot]]
    """Yields its messages."""
