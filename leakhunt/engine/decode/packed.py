"""What is not text at once when decoded: compressed data, archives and UTF-16."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leakhunt import lazy
from leakhunt.engine.decode.pieces import Mark, Piece, one
from leakhunt.engine.decode.runs import BASE64, HEX, extent, runs

LARGEST = 16 * 1024 * 1024
"""Bytes that one of them may unpack to; what is behind is not scanned."""
_MAGIC = lazy.pattern(
    rb"(?<![A-Za-z0-9+/_-])(?:H4sI|UEsDB|/Td6WFo|Qlpo[MNO]|KLUv|e(?:J[w-z]|N[o-r]))"
    rb"|(?P<hex>1f8b08|1F8B08|504b0304|504B0304)"
)
_WIDE = lazy.pattern(rb"(?:[\t\n\r\x20-\x7e]\0){8,}")

Unpack = Callable[[bytes, int], tuple[str, bytes] | None]
"""Unpacks the start of some bytes, up to a number of them: its name and the text, or None."""


def packed(data: bytes, ends: Sequence[int], unpack: Unpack) -> list[Piece]:
    """Return the texts that are compressed and encoded where hits end.

    Args:
        data: what was scanned.
        ends: where the first pass saw a magic number and some more.
        unpack: undoes the compression.
    """
    pieces = []
    reached = -1
    for end in ends:
        *_, found = (None, *_MAGIC.finditer(data, max(0, end - 40), end))
        if found is None or found.start() < reached:
            continue
        code = HEX if found["hex"] else BASE64
        for run, (at, *_) in runs(code, data, [found.start()]):
            reached = run.end
            unpacked = unpack(code.undo(run.text[at:]), LARGEST)
            if unpacked is not None:
                name, text = unpacked
                marks = one(Mark(0, found.start(), 0))
                pieces.append(Piece(found.start(), run.end, text, marks, f"{code.name}>{name}"))
    return pieces


def wide(data: bytes, ends: Sequence[int]) -> list[Piece]:
    """Return the UTF-16 texts that are in base64 where hits end, as PowerShell takes commands.

    Args:
        data: what was scanned.
        ends: where the first pass saw 24 letters that fit.
    """
    pieces = []
    for run, places in runs(BASE64, data, [end - 24 for end in ends]):
        for phase in sorted({at % 4 for at in places}):
            decoded = BASE64.undo(run.text[phase:])
            for found in _WIDE.finditer(decoded):
                begin, last = extent(BASE64, run, phase, found.start(), found.end())
                start, end = run.source(begin), run.stop(last)
                # Nearly: where it is broken into lines, the line breaks are spread over it.
                mark = Mark(0, start, end - start, len(found[0]) // 2)
                pieces.append(Piece(start, end, found[0][::2], one(mark), "base64>utf-16-le"))
    return pieces
