"""Files of commands with a word before them: crontabs, Procfiles, Makefiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.embedded import straight
from leakhunt.facts.formats.sheet import Sheet

if TYPE_CHECKING:
    from leakhunt.facts.model import Facts

_CRON = lazy.pattern(
    rb"^[ \t]*(?:(?P<name>[A-Za-z_]\w{0,100})[ \t]*=[ \t]*"
    rb"(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|(?P<bare>[^\r\n]*))"
    rb"|(?:@\w+|(?:[\d*/,\-A-Za-z?LW#]+[ \t]+){4}[\d*/,\-A-Za-z?LW#]+)[ \t]+(?P<command>[^\r\n]+))",
    re.MULTILINE,
)
_PROC = lazy.pattern(rb"^(?P<name>[\w-]{1,100})[ \t]*:[ \t]*(?P<command>[^\r\n]+)", re.MULTILINE)
_MAKE = lazy.pattern(
    rb"^(?:(?P<recipe>(?:\t(?:[^\\\n]|\\\r?\n|\\)*+(?:\n|\Z))+)"
    rb"|[ ]*(?:(?:export|override|private)[ ]+)*(?P<name>[\w.\-/%]{1,100})[ \t]*"
    rb"(?P<sign>[:?+!]{0,3}=)[ \t]*(?P<value>(?:[^\\\r\n#]|\\\r?\n|\\|(?<=\S)#)*+)"
    rb"(?:#(?P<comment>[^\r\n]*))?"
    rb"|(?P<target>[\w.\-/%]{1,100})[ \t]*::?[ \t]*(?:export[ \t]+)?(?P<own>[A-Za-z_]\w{0,100})"
    rb"[ \t]*[:?+]?=[ \t]*(?P<text>[^\r\n#]*))",
    re.MULTILINE,
)
_SIGNS = lazy.pattern(rb"(?m)(?<![^\t\n])[@+-]+|\$\$|\$\([^()\n]{0,200}\)")


def read_crontab(language: str, content: bytes, depth: int) -> Facts:
    """Read a crontab: variables, and the commands behind five fields.

    Args:
        language: `crontab`.
        content: the whole file.
        depth: in how many other texts it lies.
    """
    sheet = Sheet(language, content, depth)
    for match in _CRON.finditer(content):
        if match["command"]:
            sheet.embed("bash", *match.span("command"))
            continue
        kind = next(kind for kind in ("double", "single", "bare") if match[kind] is not None)
        start, end = match.span(kind)
        end = start + len(content[start:end].rstrip())
        if end > start:
            name = match["name"].decode("utf-8", "replace")
            sheet.add((name,), scalars.text(content, start, end), match.start("name"))
    return sheet.facts()


def read_procfile(language: str, content: bytes, depth: int) -> Facts:
    """Read a Procfile: a name, and its command.

    Args:
        language: `procfile`.
        content: the whole file.
        depth: in how many other texts it lies.
    """
    sheet = Sheet(language, content, depth)
    for match in _PROC.finditer(content):
        name = match["name"].decode("utf-8", "replace")
        sheet.embed("bash", *match.span("command"), (name,))
    return sheet.facts()


def read_makefile(language: str, content: bytes, depth: int) -> Facts:
    """Read a Makefile: variables, and the commands of its rules.

    Args:
        language: `makefile`.
        content: the whole file.
        depth: in how many other texts it lies.
    """
    sheet = Sheet(language, content, depth)
    for match in _MAKE.finditer(content):
        if match["recipe"]:
            start, end = match.span("recipe")
            text = _SIGNS.sub(_as_shell, match["recipe"])
            sheet.embed_text("bash", text, straight(start, end - start))
            continue
        kind, own = ("value", "name") if match["name"] else ("text", "own")
        start, end = match.span(kind)
        end = start + len(content[start:end].rstrip())
        if end > start:
            name = match[own].decode("utf-8", "replace")
            sign = (match["sign"] or b"=").decode("latin-1")
            comment = (match["comment"] or b"").decode("utf-8", "replace").strip()
            path = (match["target"].decode("utf-8", "replace"), name) if kind == "text" else (name,)
            quote = content[start : start + 1]
            if quote in (b'"', b"'") and content[end - 1 : end] == quote and end - start > 1:
                start, end = start + 1, end - 1
            value = scalars.text(content, start, end)
            sheet.add(path, value, match.start(own), match.end(kind), sign, comment)
    return sheet.facts()


def _as_shell(match: re.Match[bytes]) -> bytes:
    """Signs of make as something of the same length that a shell reads."""
    found = match[0]
    if found == b"$$":
        return b" $"
    if found[:2] == b"$(":
        inner = found[2:-1]
        return b"${" + (inner if re.fullmatch(rb"\w+", inner) else b"_" * len(inner)) + b"}"
    return b" " * len(found)
