"""Encodings of whole texts, byte by byte: base64 and hex, on one line or on many."""

from __future__ import annotations

import binascii
import bisect
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.engine.decode.pieces import Mark, Piece

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

LONGEST = 256 * 1024
"""Bytes to both sides of a hit that one encoded text may go on."""
LEAST = 12
"""Printable bytes in a row that are worth a look."""

_BREAK = (
    rb"(?:(?:\\r)?\\n|[ \t]{0,8}(?:[\"'`][ \t]?(?:\+|\.\.?|&|,|\\)?)?[ \t]{0,2}\\?"
    rb"\r?\n[ \t>#*]{0,80}(?:[+.&] )?[\"'`]?)"
)
"""Between two lines of one encoded text: indented, commented, quoted, concatenated or in JSON."""
_BREAKS = lazy.pattern(_BREAK)
_SIGN = lazy.pattern(rb"(?:\\{1,2}x|0[xX])\Z")
_TEXT = lazy.pattern(rb"[\t\n\r\x20-\x7e]{%d,}" % LEAST)


class Code(NamedTuple):
    """One way to write bytes in letters."""

    name: str
    group: int
    """Letters of the smallest whole group, ..."""
    makes: int
    """... and the bytes that it stands for."""
    letters: bytes
    block: re.Pattern[bytes]
    """A whole encoded text, with its line breaks."""
    line: re.Pattern[bytes]
    """What of it is encoded: groups of letters."""
    whole: re.Pattern[bytes]
    """A line of an encoded text, with what surrounds it."""
    undo: Callable[[bytes], bytes]


_URL = bytes.maketrans(b"-_", b"+/")


def _base64(text: bytes) -> bytes:
    text = text.translate(_URL)
    rest = len(text) % 4
    if rest == 1:
        text = text[:-1]
    elif rest:
        text += b"=" * (4 - rest)
    return binascii.a2b_base64(text)


def _hex(text: bytes) -> bytes:
    return binascii.a2b_hex(text[: len(text) & ~1])


def _block(letter: bytes, least: int) -> re.Pattern[bytes]:
    return lazy.pattern(
        rb"%b{%d,}(?:%b%b{16,})*(?:%b%b+)?" % (letter, least, _BREAK, letter, _BREAK, letter)
    )


_PADDING = lazy.pattern(rb"(?:=|%3[dD]|\\u003[dD]){0,2}")


def _whole(letter: bytes) -> re.Pattern[bytes]:
    return lazy.pattern(
        rb"[ \t>#*]{0,80}(?:[+.&] )?[\"'`]?%b{16,}(?:\\r)?(?:\\n)?"
        rb"[\"'`]?[ \t]?(?:\+|\.\.?|&|,|\\)?[ \t\r]{0,4}" % letter
    )


_LINE64 = lazy.pattern(rb"[A-Za-z0-9+/_-]+")
_LINE16 = lazy.pattern(rb"[0-9A-Fa-f]+")
_INDENT = b" \t\r\n>#*+.&\"'`"
_CLOSING = b" \t\r\"'`+.,&\\"
_B64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_HEX = b"0123456789abcdefABCDEF"

BASE64 = Code(
    "base64",
    4,
    3,
    _B64,
    _block(rb"[A-Za-z0-9+/_-]", 16),
    _LINE64,
    _whole(rb"[A-Za-z0-9+/_-]"),
    _base64,
)
HEX = Code("hex", 2, 1, _HEX, _block(rb"[0-9A-Fa-f]", 16), _LINE16, _whole(rb"[0-9A-Fa-f]"), _hex)


def _first(line: tuple[int, int]) -> int:
    return line[0]


def _second(line: tuple[int, int]) -> int:
    return line[1]


class Run(NamedTuple):
    """The letters of one encoded text without what is between its lines."""

    text: bytes
    lines: list[tuple[int, int]]
    """Where each line starts: in `text`, and in what was scanned."""
    end: int
    """Where the text ends, with its padding."""

    def stop(self, last: int) -> int:
        """Return where a stretch ends of which this is the last letter."""
        return self.end if last == len(self.text) - 1 else self.source(last) + 1

    def source(self, at: int) -> int:
        """Return where a letter of the text lies in what was scanned."""
        inside, source = self.lines[bisect.bisect_right(self.lines, at, key=_first) - 1]
        return source + at - inside

    def within(self, at: int) -> int:
        """Return where a letter of what was scanned lies in the text."""
        inside, source = self.lines[bisect.bisect_right(self.lines, at, key=_second) - 1]
        return inside + at - source


def runs(code: Code, data: bytes, starts: Sequence[int]) -> Iterator[tuple[Run, list[int]]]:
    """Yield the encoded texts around hits, each with where the hits start in it.

    Args:
        code: how they are encoded.
        data: what was scanned.
        starts: where hits start, ascending.
    """
    at = 0
    while at < len(starts):
        first = starts[at]
        at += 1
        high = min(len(data), first + LONGEST)
        for block in code.block.finditer(data, _start(code, data, first), high):
            if block.end() > first:
                if block.start() <= first:
                    split = _split(code, data, block.start(), block.end())
                    run = next((run for run in split if first < run.end), None)
                    if run is not None and run.lines[0][1] <= first:
                        last = bisect.bisect_left(starts, run.end, at)
                        yield run, [run.within(start) for start in starts[at - 1 : last]]
                        at = last
                break


def _start(code: Code, data: bytes, first: int) -> int:
    """Return where to look for the start of the encoded text that holds a hit."""
    low = max(0, first - LONGEST)
    start = low + len(data[low:first].rstrip(code.letters + b"\\nr"))
    while start > low:
        newline = data.rfind(b"\n", low, start)
        if newline < 0 or data[newline:start].strip(_INDENT):
            break
        above = data.rfind(b"\n", low, newline) + 1
        if not code.whole.fullmatch(data, max(above, low), newline):
            # What ends this line may still be the first of the text.
            line = data[max(above, low) : newline].rstrip(_CLOSING)
            return max(above, low) + len(line.rstrip(code.letters))
        start = max(above, low)
    return start


def _split(code: Code, data: bytes, start: int, end: int) -> list[Run]:
    """Split a block where a line is longer than the one before: there another text starts."""
    lines: list[tuple[int, int]] = []
    groups = [lines]
    at = start
    while at < end:
        line = code.line.match(data, at, end)
        if line is None:
            gap = _BREAKS.match(data, at, end)
            if gap is None:
                break
            at = gap.end()
            continue
        if len(lines) > 1 and at + lines[-1][1] - lines[-1][0] < line.end():
            lines = []
            groups.append(lines)
        lines.append(line.span())
        at = line.end()
    return [_run(code, data, group) for group in groups]


def _run(code: Code, data: bytes, spans: list[tuple[int, int]]) -> Run:
    text = [data[low:high] for low, high in spans]
    lines = []
    size = 0
    for low, high in spans:
        lines.append((size, low))
        size += high - low
    end = spans[-1][1]
    if code is BASE64:
        end += len(_PADDING.match(data, end)[0])  # type: ignore[index]
    return Run(b"".join(text), lines, end)


def texts(code: Code, data: bytes, starts: Sequence[int]) -> list[Piece]:
    """Return the printable texts that are encoded where hits start."""
    pieces: list[Piece] = []
    for run, places in runs(code, data, starts):
        phases: dict[int, list[int]] = {}
        for at in places:
            phases.setdefault(at % code.group, []).append(at)
        for phase, hits in sorted(phases.items()):
            decoded = code.undo(run.text[phase:])
            wanted = [(at - phase) // code.group * code.makes for at in hits]
            pieces += _stretches(code, data, run, phase, decoded, wanted)
    return pieces


def _stretches(
    code: Code, data: bytes, run: Run, phase: int, decoded: bytes, wanted: list[int]
) -> Iterator[Piece]:
    """Yield what of a decoded text is printable and holds a hit."""
    at = 0
    for found in _TEXT.finditer(decoded):
        while at < len(wanted) and wanted[at] < found.start():
            at += 1
        if at < len(wanted) and wanted[at] < found.end():
            text = decoded[found.start() : found.end()]
            made = piece(code, run, phase, text, found.start())
            yield _signed(made, data) if code is HEX else made


def piece(code: Code, run: Run, phase: int, data: bytes, first: int) -> Piece:
    """Return a decoded text with the way back.

    Args:
        code: how it is encoded.
        run: the letters.
        phase: how many of them come before the first group.
        data: what is kept of the decoded bytes, ...
        first: ... and its offset in all of them.
    """
    begin, last = extent(code, run, phase, first, first + len(data))
    marks = [Mark(0, run.source(begin), code.group, code.makes)]
    for inside, source in run.lines:
        if begin < inside <= last:
            at = -((phase - inside) * code.makes // code.group) - first
            if marks[-1].at < at < len(data):
                marks.append(Mark(at, source, code.group, code.makes))
    return Piece(run.source(begin), run.stop(last), data, lambda: marks, code.name)


def _signed(made: Piece, data: bytes) -> Piece:
    """Take in the sign of hexadecimal digits: else what they say would seem to begin before."""
    sign = _SIGN.search(data, max(0, made.start - 3), made.start)
    return made._replace(start=sign.start()) if sign else made


def extent(code: Code, run: Run, phase: int, low: int, high: int) -> tuple[int, int]:
    """Return the first and the last letter that decoded bytes `low` to `high` were made from."""
    last = phase - (-high * code.group // code.makes) - 1
    return phase + low * code.group // code.makes, min(last, len(run.text) - 1)
