"""Notebooks: cells as their language, outputs as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.facts.formats import documents, embedded
from leakhunt.facts.formats.embedded import Place
from leakhunt.facts.formats.flow import Flow
from leakhunt.facts.formats.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.facts.formats.entries import Entry, Path
    from leakhunt.facts.model import Facts

KERNELS = {
    "python": "python",
    "python3": "python",
    "ipython": "python",
    "sql": "sql",
    "bash": "bash",
    "javascript": "javascript",
    "typescript": "typescript",
    "scala": "scala",
    "ruby": "ruby",
    "go": "go",
    "powershell": "powershell",
    "c#": "csharp",
    "java": "java",
    "kotlin": "kotlin",
    "perl": "perl",
    "rust": "rust",
}
"""Language of a notebook, as its metadata say, to ours."""
_MAGIC = {b"%%bash": "bash", b"%%sh": "bash", b"%%sql": "sql", b"%%javascript": "javascript"}


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read a notebook.

    Args:
        language: `ipynb`.
        content: the whole file.
        depth: in how many other texts it lies.

    Returns:
        The facts of its cells, of the lines of its outputs, and of everything else as JSON.
    """
    sheet = Sheet(language, content, depth)
    found, _ = Flow(content).read(0, len(content), ())
    for entries in found:
        kernel = _kernel(entries)
        kinds = {
            entry.path[:-1]: entry.value.text for entry in entries if _ends(entry, "cell_type")
        }
        texts: dict[Path, list[Entry]] = {}
        rest = []
        for entry in entries:
            where = _text(entry.path)
            if where:
                texts.setdefault(where, []).append(entry)
            else:
                rest.append(entry)
        documents.fill(sheet, rest)
        for where, pieces in texts.items():
            if where[-1] in {"source", "input"}:
                cell = kinds.get(where[:-1], "code")
                _cell(sheet, pieces, kernel if cell == "code" else "markdown")
            else:
                _read(sheet, "text", *_joined(content, pieces))
    return sheet.facts()


def _ends(entry: Entry, key: str) -> bool:
    return bool(entry.path) and entry.path[-1] == key


def _kernel(entries: Sequence[Entry]) -> str:
    for entry in entries:
        if entry.path[-2:] in {("language_info", "name"), ("kernelspec", "language")}:
            known = KERNELS.get((entry.value.text or "").lower())
            if known:
                return known
    return "python"


def _text(path: Path) -> Path:
    """The path of the text that a string is a line of, or nothing."""
    own = path[:-1] if path and isinstance(path[-1], int) else path
    if "cells" in own and own[-1:] and own[-1] in {"source", "input"} and "outputs" not in own:
        return own
    if "outputs" in own and (own[-1] in {"text", "traceback"} or str(own[-1]).startswith("text/")):
        return own
    return ()


def _joined(content: bytes, pieces: Sequence[Entry]) -> tuple[bytes, Place]:
    """The lines of a text, put together, and where they lie."""
    out: list[bytes] = []
    places: list[tuple[int, int, int, int]] = []
    size = 0
    for entry in pieces:
        text, place = embedded.unescaped(content, entry.value.start, entry.value.end)
        places += ((own + size, *rest) for own, *rest in place.pieces)  # type: ignore[misc]
        out.append(text)
        size += len(text)
    return b"".join(out), Place(places)


def _cell(sheet: Sheet, pieces: Sequence[Entry], language: str) -> None:
    text, place = _joined(sheet.content, pieces)
    first = text.split(None, 1)[0] if text.strip() else b""
    if language == "python":
        if first in _MAGIC:
            language = _MAGIC[first]
            text = text.replace(first, b"#" + b" " * (len(first) - 1), 1)
        else:
            text = _without_magic(sheet, text, place)
    if not sheet.embed_text(language, text, place):
        _read(sheet, "text", text, place)


def _without_magic(sheet: Sheet, text: bytes, place: Place) -> bytes:
    """Turn lines that are commands of the notebook into comments, and read them as commands."""
    lines = text.split(b"\n")
    position = 0
    for count, line in enumerate(lines):
        sign = line.lstrip()[:1]
        if sign in (b"!", b"%"):
            margin = len(line) - len(line.lstrip())
            lines[count] = line[:margin] + b"#" + line[margin + 1 :]
            script = b" " * (position + margin + 1) + line[margin + 1 :].removeprefix(b"env ")
            if sign == b"!" or line.lstrip().startswith(b"%env "):
                skip = len(line) - margin - 1 - (len(script) - position - margin - 1)
                script = b" " * skip + script
                sheet.embed_text("bash", script, place)
        position += len(line) + 1
    return b"\n".join(lines)


def _read(sheet: Sheet, language: str, text: bytes, place: Place) -> None:
    from leakhunt.facts import lines

    sheet.take(embedded.placed(lines.read(language, text), place, sheet.content))
