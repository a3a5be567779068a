"""Logs: pairs and JSON anywhere in a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import documents, scalars
from leakhunt.facts.formats.flow import Flow
from leakhunt.facts.formats.sheet import Sheet, words

if TYPE_CHECKING:
    from leakhunt.facts.model import Facts

_PAIR = lazy.pattern(
    rb"""(?<![\w.\-/])(?P<quoted>["']?)(?P<name>[A-Za-z_][\w.\-\[\]]{0,80}+)(?P=quoted)
    (?P<sign>[ ]?=>?[ ]?|:[ ]?(?!//)(?=\S)|[ ]:[ ])
    (?:"(?P<double>(?:[^"\\\n]|\\.)*+)"|'(?P<single>(?:[^'\\\n]|\\.)*+)'
      |(?P<bare>(?:(?:Bearer|Basic|Token|Digest)[ ])?[^\s"'{}\[\](),;&|<>]++))""",
    re.VERBOSE,
)
_OBJECT = lazy.pattern(rb"\{\s*\\?\"[^\n]*")
_COMMAND = lazy.pattern(rb"^(?:[\w@.:~/\[\]-]*[$#]|\++)[ ]+(?P<command>[a-z][^\n]*)", re.MULTILINE)


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read a log.

    Args:
        language: `log`.
        content: the whole file.
        depth: in how many other texts it lies.

    Returns:
        Its pairs, what JSON in its lines says, and the commands that it repeats.
    """
    sheet = Sheet(language, content, depth)
    flow = Flow(content)
    inside = []
    for match in _OBJECT.finditer(content):
        found, stop = flow.read(match.start(), match.end(), (), one=False)
        documents.each(sheet, found)
        inside.append((match.start(), stop))
    seen = {fact.value.start for fact in sheet.assignments}
    for match in _PAIR.finditer(content):
        kind = next(kind for kind in ("double", "single", "bare") if match[kind] is not None)
        start, end = match.span(kind)
        if start in seen or end <= start:
            continue
        value = scalars.text(content, start, end, "raw" if kind == "bare" else "keep")
        name = words(match["name"].decode("utf-8", "replace"))
        sign = match["sign"].decode().strip()
        sheet.add(name, value, match.start("name"), -1, sign, "", "pair")
    for match in _COMMAND.finditer(content):
        sheet.embed("bash", *match.span("command"))
    return sheet.facts()
