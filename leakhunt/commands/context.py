"""The lines around findings, for the web page: read when it is made, and masked three times over.

By the places that the engine finds secrets at, however unsure, in the whole text; by the values of
all secrets of the report; and by what looks like a key or a password to nobody but a careful
reader. What cannot be masked with certainty is not shown.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import stat
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.model import MASK, Blob
from leakhunt.outputs.options import Key, Lines, context_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leakhunt.commands.options import Options
    from leakhunt.engine.scan import Engine
    from leakhunt.git.repository import Repository
    from leakhunt.model import Finding, Location, Match, Report

AROUND = 2
"""Lines before and after a finding."""
_WIDEST = 200
"""Characters of a line that are shown."""
_BEFORE = 80
"""Of which so many stand before the finding."""
_MOST = 3_000
"""Findings that get lines, the worst first."""
_LARGE = 4 * 1024 * 1024
"""Bytes of the largest text that is read again."""
_RUN = re.compile(r"[\w+/=-]{12,}", re.ASCII)
_PARTS = re.compile(r"[/_=-]+")
_SPOKEN = re.compile(r"[A-Za-z]{1,24}[0-9]{0,3}|[0-9]{0,4}")
_RANDOM = 2.8
"""Bits of entropy for each character."""


def contexts(
    report: Report, options: Options, repo: Repository | None, root: str = ""
) -> dict[Key, Lines]:
    """Return the lines around the findings of one repository or folder.

    Args:
        report: with its secrets.
        options: what was looked for.
        repo: where git objects are.
        root: where relative paths start.
    """
    wanted: dict[str, list[tuple[Finding, Location]]] = {}
    for finding, place in _wanted(report):
        wanted.setdefault(place.blob or f"path:{place.path}", []).append((finding, place))
    if not wanted:
        return {}
    from leakhunt.commands.choosing import load_signatures
    from leakhunt.engine.scan import Engine, Settings
    from leakhunt.outputs.redact import masker

    engine = Engine(Settings(load_signatures(options), use_cache=options.use_cache))
    known = masker(report)
    found: dict[Key, Lines] = {}
    for name, content in _texts(wanted, repo, root):
        places = wanted[name]
        text = _Masked(engine, places[0][1].path or "", content)
        for finding, place in places:
            shown = text.around(place, finding.secret.masked if len(finding.secret) else "")
            found[context_key(finding, place)] = tuple((at, known(line)) for at, line in shown)
    return found


def _wanted(report: Report) -> Iterator[tuple[Finding, Location]]:
    from leakhunt.outputs import wording

    for finding in wording.by_severity(report.findings)[:_MOST]:
        place = wording.primary(finding)
        # What lies in a container, or was said in a chat, has no lines of its own.
        if place.path and place.line and not place.chat and "!" not in place.path:
            yield finding, place


def _texts(
    wanted: Iterable[str], repo: Repository | None, root: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the contents of files and git objects, as far as they can be had, one at a time."""
    for name in wanted:
        if name.startswith("path:"):
            with contextlib.suppress(OSError, ValueError):
                yield name, _read(Path(root, name.removeprefix("path:")))
    if repo is None:
        return
    from leakhunt.git.objects import Unreadable, describe_objects, read_objects

    objects, _ = describe_objects(repo, [one for one in wanted if not one.startswith("path:")])
    for item in read_objects(repo, [one for one in objects if one.size <= _LARGE]):
        if not isinstance(item, Unreadable):
            yield item[0].oid, bytes(item[1])


def _read(path: Path) -> bytes:
    """Read a file of moderate size, and nothing that is none.

    Raises:
        OSError: it is not there, or no file.
    """
    from leakhunt.sources.reading import FLAGS

    descriptor = os.open(path, FLAGS | getattr(os, "O_NOFOLLOW", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGE:
            raise OSError
        return file.read(_LARGE)


class _Masked:
    """A text in which every secret is covered.

    Args:
        engine: finds them.
        path: what the text is called.
        content: its bytes.
    """

    def __init__(self, engine: Engine, path: str, content: bytes) -> None:
        from leakhunt.engine.text import SNIFF, encoding, recode

        kind = encoding(content[:SNIFF])
        self._lines: list[str] = []
        if kind is None:
            return
        if kind != "utf-8":
            content = recode(content, kind)
        # As the engine counts: lines end with a newline and nothing else.
        self._lines = content.decode("utf-8", "replace").removesuffix("\n").split("\n")
        self._matches = engine.scan(
            Blob(f"path:{path}", len(content), "file", path), content
        ).matches

    def around(self, place: Location, masked: str) -> Iterator[tuple[int, str]]:
        """Yield the lines around a place, its own secret as it is shown elsewhere.

        Args:
            place: of a finding.
            masked: its secret; empty if it has none, as an exposed service, whose own text is
                what people have to see.
        """
        first, last = place.line or 1, place.end_line or place.line or 1
        if first > len(self._lines):
            return
        spans = list(_spans(self._matches))
        own = (first, place.column or 1, last, place.end_column or (place.column or 1))
        covered = _covered(spans, own if masked else None)
        for at in range(max(1, first - AROUND), min(len(self._lines), first + AROUND) + 1):
            if first < at <= last:
                continue  # the rest of a secret of several lines
            column = (place.column or 1) - 1 if at == first else 0
            yield at, _shown(self._lines[at - 1], column, covered.get(at, []), masked)


def _spans(matches: Iterable[Match]) -> Iterator[tuple[int, int, int, int]]:
    for match in matches:
        span = match.span
        yield span.line, span.column, span.end_line, span.end_column


def _covered(
    spans: Iterable[tuple[int, int, int, int]], own: tuple[int, int, int, int] | None
) -> Mapping[int, list[tuple[int, int, bool]]]:
    """Return by line which columns are covered (from 0, end exclusive), and whether it is ours."""
    covered: dict[int, list[tuple[int, int, bool]]] = {}
    for first, column, last, end in [*spans, *([own] if own else [])]:
        mine = (first, column, last, end) == own
        for at in range(first, last + 1):
            start = column - 1 if at == first else 0
            stop = end - 1 if at == last else 1 << 30
            covered.setdefault(at, []).append((start, stop, mine and at == first))
    return covered


def _shown(line: str, column: int, covered: list[tuple[int, int, bool]], masked: str) -> str:
    """Return a line with what is covered masked, cut to what people read."""
    pieces: list[str] = []
    done = focus = 0
    mine = next((start for start, _, own in covered if own), -1)
    for start, stop in _joined(covered):
        start, stop = min(start, len(line)), min(stop, len(line))
        pieces.append(_careful(line[done:start]))
        if start <= column < max(stop, start + 1):
            focus = sum(map(len, pieces))
        pieces.append(masked if start == mine and stop > start else MASK)
        done = stop
    pieces.append(_careful(line[done:].rstrip("\r")))
    text = "".join(pieces).replace("\t", "    ")
    if len(text) <= _WIDEST:
        return text
    at = max(0, min(focus - _BEFORE, len(text) - _WIDEST))
    return ("…" if at else "") + text[at : at + _WIDEST] + ("…" if at + _WIDEST < len(text) else "")


def _joined(covered: Iterable[tuple[int, int, bool]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, stop, _ in sorted(covered):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(stop, joined[-1][1])
        else:
            joined.append((start, stop))
    return joined


def _careful(text: str) -> str:
    """Mask what looks as if a machine had made it."""
    return _RUN.sub(lambda run: MASK if _random(run[0]) else run[0], text)


def _random(text: str) -> bool:
    if all(_SPOKEN.fullmatch(part) for part in _PARTS.split(text)):
        return False
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return bits >= _RANDOM
