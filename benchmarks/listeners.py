"""Reads the labelled cases of exposed services in `tests/exposure/corpus/`.

A file holds cases of one language or format. Lines before the first heading are a comment.

    ==== slug path/of/the/file.py       a case, and what its file is called
    ---- other/file.py                  another file of the same case

What follows is the text of that file. Labels stand at the end of lines and are no part of it:

    «+critical 6379»    a port is opened or published here: severity and port that are right
    «+? ?»              the same; severity or port is open to debate, or not to be known
    «-loopback»         nothing of low severity or above may be reported here, and why not
    «?»                 one about which people differ: it does not count

A line without a label is a negative, too.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "exposure" / "corpus"
SEVERITIES = ("info", "low", "medium", "high", "critical")
NEGATIVES = frozenset(
    {
        "ci",
        "client",
        "comment",
        "comparison",
        "data",
        "denied",
        "egress",
        "internal",
        "loopback",
        "not-a-socket",
        "private",
        "prose",
        "socket",
        "version",
    }
)
"""Why nothing is to be reported."""
_HEADING = re.compile(r"(?m)^==== +(?P<slug>[a-z0-9-]+) +(?P<path>\S+)\n")
_FILE = re.compile(r"(?m)^---- +(?P<path>\S+)\n")
_LABEL = re.compile(r" *«(?P<text>[^»]*)»$")
_TEXT = re.compile(
    r"\+(?P<severity>\?|" + "|".join(SEVERITIES) + r")(?: (?P<port>\?|\d+))?|-(?P<why>[a-z-]+)|\?"
)


class CorpusError(Exception):
    """A file does not have the form that this module describes."""


@dataclasses.dataclass(frozen=True)
class Label:
    """What is right for one line.

    Attributes:
        path: the file within its case.
        line: counted from 1.
        sign: `+`, `-` or `?`.
        severity: what a positive has to be; empty if that is open.
        port: its port; None if that is open.
        why: of a negative the reason.
    """

    path: str
    line: int
    sign: str
    severity: str = ""
    port: int | None = None
    why: str = ""


@dataclasses.dataclass(frozen=True)
class Case:
    """Files that belong together, and what is right for their lines.

    Attributes:
        id: `python/flask-wildcard`.
        files: path and text, without the labels.
        labels: in order.
    """

    id: str
    files: tuple[tuple[str, str], ...]
    labels: tuple[Label, ...]

    @property
    def language(self) -> str:
        """The language or format that it belongs to."""
        return self.id.partition("/")[0]

    def at(self, path: str, line: int) -> Label | None:
        """Return the label of a line, or None."""
        return next((one for one in self.labels if (one.path, one.line) == (path, line)), None)


def cases(folder: Path = FOLDER) -> list[Case]:
    """Return all cases, sorted by id.

    Raises:
        CorpusError: a file does not have the right form.
    """
    found = [case for file in sorted(folder.glob("*.txt")) for case in of_file(file)]
    ids = [case.id for case in found]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise CorpusError(f"{twice[0]} is there twice")
    return sorted(found, key=lambda case: case.id)


def of_file(file: Path) -> Iterator[Case]:
    """Yield the cases of one file.

    Raises:
        CorpusError: it does not have the right form.
    """
    text = file.read_text("utf-8")
    headings = list(_HEADING.finditer(text))
    if not headings:
        raise CorpusError(f"{file.name} has no case")
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        yield _case(f"{file.stem}/{heading['slug']}", heading["path"], text[heading.end() : end])


def _case(name: str, path: str, body: str) -> Case:
    parts = _FILE.split(body)
    paths = [path, *parts[1::2]]
    files, labels = [], []
    for one, text in zip(paths, parts[::2], strict=True):
        lines = []
        for number, line in enumerate(text.rstrip("\n").split("\n"), 1):
            found = _LABEL.search(line)
            lines.append(line[: found.start()] if found else line)
            if found:
                labels.append(_label(name, one, number, found["text"]))
        files.append((one, "\n".join(lines) + "\n"))
    return Case(name, tuple(files), tuple(labels))


def _label(name: str, path: str, line: int, text: str) -> Label:
    found = _TEXT.fullmatch(text)
    if found is None:
        raise CorpusError(f"{name}:{line}: no label: {text!r}")
    if found["why"] and found["why"] not in NEGATIVES:
        raise CorpusError(f"{name}:{line}: no reason: {found['why']!r}")
    severity = (found["severity"] or "").replace("?", "")
    port = int(found["port"]) if (found["port"] or "?") != "?" else None
    return Label(path, line, text[0], severity, port, found["why"] or "")
