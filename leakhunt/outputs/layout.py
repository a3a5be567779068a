"""Styled text wrapped into lines, with colours for a terminal or without for a pipe.

Wrapping is done here, once, so that both look the same and a pipe does not pay for rich.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, TextIO

from leakhunt import lazy
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = lazy.pattern(r" +|[^ ]+")

Piece = tuple[str, str]
"""Text and the rich style that it has in a terminal."""


@record(frozen=True, slots=True)
class Row:
    """A paragraph: it starts after its label and keeps that indent on every line."""

    pieces: tuple[Piece, ...] = ()
    label: str = ""
    label_style: str = ""
    indent: int = 0
    """Where the text stands; the label stands before it, flush left at `label_at`."""
    label_at: int = 0


def row(*pieces: str | Piece, indent: int = 0) -> Row:
    """Return a paragraph without a label."""
    return Row(_pieces(pieces), indent=indent)


def labelled(
    label: str, *pieces: str | Piece, at: int = 0, indent: int = 0, style: str = "dim"
) -> Row:
    """Return a paragraph with a label that hangs to its left.

    Args:
        label: what stands at the column `at`; it moves the text on if it is too long.
        pieces: the text.
        at: the column of the label.
        indent: the column of the text.
        style: how the label looks.
    """
    return Row(_pieces(pieces), label, style, indent, at)


def render(rows: Iterable[Row], stream: TextIO, width: int, styled: bool) -> None:
    """Write paragraphs to the stream.

    Args:
        rows: what to write.
        stream: where to write; what its encoding lacks is written as an escape.
        width: columns to wrap at; a single word that is longer is left whole, so that paths
            and addresses can be copied and searched for.
        styled: write colours.
    """
    lines = (line for paragraph in rows for line in _lines(paragraph, width))
    text = _styled(lines) if styled else _plain(lines)
    stream.write(_encodable(text, getattr(stream, "encoding", None) or "utf-8"))


def cells(text: str) -> int:
    """Return how many columns a terminal gives to printable text."""
    if text.isascii():
        return len(text)
    return sum(_cell(char) for char in text)


def _encodable(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.replace("─", "-").replace("…", "...")
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _cell(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _pieces(pieces: Iterable[str | Piece]) -> tuple[Piece, ...]:
    made = (piece if isinstance(piece, tuple) else (piece, "") for piece in pieces)
    return tuple(piece for piece in made if piece[0])


def _lines(paragraph: Row, width: int) -> Iterator[list[Piece]]:
    lead: list[Piece] = []
    indent = paragraph.indent
    if paragraph.label:
        gap = max(indent - paragraph.label_at - cells(paragraph.label), 1)
        lead = [
            (" " * paragraph.label_at, ""),
            (paragraph.label, paragraph.label_style),
            (" " * gap, ""),
        ]
    first = max(indent, _width(lead))
    for at, line in enumerate(_wrap(paragraph.pieces, width - indent, width - first)):
        yield [*(lead if lead and at == 0 else [(" " * indent, "")]), *line]


def _wrap(pieces: tuple[Piece, ...], width: int, first: int) -> Iterator[list[Piece]]:
    line: list[Piece] = []
    left = first
    for space, word in _words(pieces):
        gap, long = _width(space), _width(word)
        if line and gap + long > left:
            yield line
            line, left, gap, space = [], width, 0, []
        line += (*space, *word)
        left -= gap + long
    yield line


def _words(pieces: tuple[Piece, ...]) -> Iterator[tuple[list[Piece], list[Piece]]]:
    """Yield words with the spaces before each; either may change style inside."""
    space, word = list[Piece](), list[Piece]()
    for text, style in pieces:
        for part in _WORDS.findall(text):
            if not part.startswith(" "):
                word.append((part, style))
                continue
            if word:
                yield space, word
                space, word = [], []
            space.append((part, style))
    if word:
        yield space, word


def _width(pieces: Iterable[Piece]) -> int:
    return sum(cells(text) for text, _ in pieces)


def _plain(lines: Iterable[list[Piece]]) -> str:
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def _styled(lines: Iterable[list[Piece]]) -> str:
    import io

    from rich.console import Console
    from rich.text import Text

    written = io.StringIO()
    # rich looks at the environment for what the terminal can do, never at this stream.
    console = Console(file=written, force_terminal=True, no_color=False, legacy_windows=False)
    for line in lines:
        text = Text()
        for part, style in line:
            text.append(part, style or None)
        text.rstrip()
        console.print(text, soft_wrap=True, highlight=False)
    return written.getvalue()
