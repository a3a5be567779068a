"""TOML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import documents, scalars
from leakhunt.facts.formats.entries import Entry, below
from leakhunt.facts.formats.flow import Flow
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.quoting import unescape

if TYPE_CHECKING:
    from leakhunt.facts.formats.entries import Path
    from leakhunt.facts.model import Facts

_KEY = rb"""(?:"(?:[^"\\\n]|\\.){0,300}+"|'[^'\n]{0,300}+'|[\w-]{1,300}+)"""
_LINE = lazy.pattern(
    rb"^[ \t]*+(?:\[(?P<list>\[)?[ \t]*(?P<table>"
    + _KEY
    + rb"(?:[ \t]*\.[ \t]*"
    + _KEY
    + rb"){0,30}+)[ \t]*\]|(?P<name>"
    + _KEY
    + rb"(?:[ \t]*\.[ \t]*"
    + _KEY
    + rb"){0,30}+)[ \t]*=[ \t]*(?:"
    rb'"""(?:\r?\n)?(?P<triple>(?:[^"\\]|\\[\s\S]|"(?!""))*+)"""'
    rb"|'''(?:\r?\n)?(?P<raw>(?:[^']|'(?!''))*+)'''"
    rb'|"(?P<double>(?:[^"\\\r\n]|\\.)*+)"'
    rb"|'(?P<single>[^'\r\n]*+)'"
    rb"|(?P<open>[\[{])"
    rb"|(?P<bare>[^\s#][^\r\n#]*)))(?:[ \t]*#(?P<comment>[^\r\n]*))?",
    re.MULTILINE,
)
_PART = lazy.pattern(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|([\w-]+)")
LONGEST_FLOW = 50_000
"""Bytes of a list or a table in brackets."""
_STYLES = {"triple": "drop", "raw": "raw", "double": "drop", "single": "raw"}
MOST_BROKEN = 20
"""Lists and tables in brackets without an end, before no more are looked for."""


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read a TOML file; a broken line does not keep the others from being read.

    Args:
        language: `toml`.
        content: the whole file.
        depth: in how many other texts it lies.
    """
    sheet = Sheet(language, content, depth)
    documents.fill(sheet, _entries(content))
    return sheet.facts()


def _entries(content: bytes) -> list[Entry]:
    flow = Flow(content, single="raw")
    out: list[Entry] = []
    table: Path = ()
    position = broken = 0
    while match := _LINE.search(content, position):
        position = match.end()
        if match["table"]:
            table = _below((), match["table"])
            if match["list"]:
                flow.count += 1
                table = below(table, flow.count)
            continue
        path = _below(table, match["name"])
        start = match.start("name")
        comment = (match["comment"] or b"").decode("utf-8", "replace").strip()
        if match["open"]:
            if broken < MOST_BROKEN:
                limit = min(len(content), match.start("open") + LONGEST_FLOW)
                found, stop = flow.read(match.start("open"), limit, path, one=True)
                broken += stop < 0
                if stop < 0:  # take what its first line holds
                    end = content.find(b"\n", match.start("open"))
                    found, stop = flow.read(match.start("open"), max(end, match.end()), path)
                out += (entry._replace(operator="=") for item in found for entry in item)
                position = max(position, stop)
            continue
        kind = next((kind for kind in _STYLES if match[kind] is not None), "bare")
        first, last = match.span(kind)
        if kind == "bare":
            last = first + len(match["bare"].rstrip())
            value = scalars.bare(content, first, last)
        else:
            value = scalars.text(content, first, last, _STYLES[kind])
        style = "bare" if kind == "bare" else "quoted" if _STYLES[kind] == "drop" else "single"
        out.append(Entry(path, start, value, "=", comment, "", style))
    return out


def _below(path: Path, key: bytes) -> Path:
    for double, single, plain in _PART.findall(key.decode("utf-8", "replace")):
        path = below(path, unescape(double.encode(), "drop") if double else single or plain)
    return path
