"""Markdown, reStructuredText and AsciiDoc: each listing as its language, the rest as prose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import embedded, prose, recognise
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.languages import INTERPRETERS, SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.facts.model import Facts

_FENCE = lazy.pattern(
    rb"^(?P<margin>[ \t>]*)(?P<fence>`{3,}|~{3,})[ \t]*(?:\{?\.?)(?P<info>[\w+#.-]*)[^\n`]*\n"
    rb"(?P<body>(?:(?![ \t>]*(?P=fence))[^\n]*\n)*+)(?:[ \t>]*(?P=fence)|\Z)",
    re.MULTILINE,
)
_FRONT = lazy.pattern(
    rb"\A(?:\xef\xbb\xbf)?(?P<mark>---|\+\+\+)[ \t]*\r?\n(?P<body>[\s\S]*?\n)(?P=mark)"
)
_DIRECTIVE = lazy.pattern(
    rb"^(?P<margin>[ \t]*)(?:\.\.[ \t]+(?:code-block|code|sourcecode|parsed-literal)::[ \t]*"
    rb"(?P<info>[\w+#.-]*)[^\n]*|(?!\.\.[ \t])[^\n]*::[ \t]*\r?)\n"
    rb"(?:[ \t]+:[\w-]+:[^\n]*\n)*(?:[ \t]*\r?\n)+"
    rb"(?P<body>(?:(?P=margin)[ \t]+\S[^\n]*(?:\n|\Z)|[ \t]*\r?\n)++)",
    re.MULTILINE,
)
_ASCII = lazy.pattern(
    rb"^(?:\[(?:source|listing)?,?[ ]*(?P<info>[\w+#.-]*)[^\]\n]*\][ \t]*\r?\n)?"
    rb"(?P<fence>-{4,}|\.{4,})[ \t]*\r?\n(?P<body>(?:(?!(?P=fence))[^\n]*\n)*+)(?P=fence)",
    re.MULTILINE,
)
_PROMPT = lazy.pattern(
    rb"^[ \t]*(?:\[?[\w.-]*@?[\w.-]*(?:[: ][~\w/.-]*)?\]?[ ]?)?[$#%>](?=[ ])", re.MULTILINE
)
_SESSION = lazy.pattern(rb"^[ \t]*[$][ ]", re.MULTILINE)
_LISTINGS = {"markdown": (_FENCE,), "rst": (_DIRECTIVE, _FENCE), "asciidoc": (_ASCII, _FENCE)}
_INFO: dict[str, str] = {
    "console": "console",
    "shell-session": "console",
    "sh-session": "console",
    "bash-session": "console",
    "terminal": "console",
    "session": "console",
    "shell": "bash",
    "shellscript": "bash",
    "fish": "bash",
    "golang": "go",
    "csharp": "csharp",
    "c#": "csharp",
    "objective-c": "objc",
    "objectivec": "objc",
    "terraform": "hcl",
    "docker": "dockerfile",
    "compose": "yaml",
    "dotenv": "env",
    "cfg": "ini",
    "conf": "conf",
    "nginx": "directives",
    "apache": "directives",
    "apacheconf": "directives",
    "html": "html",
    "jsx": "javascript",
    "typescriptreact": "tsx",
    "bat": "text",
    "diff": "text",
}


def language(info: str, text: bytes) -> str:
    """Return what a listing is written in.

    Args:
        info: what stands at its head.
        text: its text.
    """
    info = info.lower()
    found = _INFO.get(info) or recognise.SUFFIXES.get(info) or SUFFIXES.get(info)
    found = found or INTERPRETERS.get(info) or (info if info in SUFFIXES.values() else "")
    if found in {"", "conf"} or info in {"text", "txt", "plain"}:
        if _SESSION.search(text[:4096]):
            return "console"
        found = recognise.of_text("", text)
    if found == "bash" and _SESSION.search(text[:4096]):
        return "console"
    return found


def read(name: str, content: bytes, depth: int, near: Sequence[tuple[int, int]] = ()) -> Facts:
    """Read a text with listings.

    Args:
        name: `markdown`, `rst` or `asciidoc`.
        content: the whole file.
        depth: in how many other texts it lies.
        near: the stretches of which the listings are wanted, in order; none: all of them.

    Returns:
        The facts of its listings, of its front matter, and of names and values in its prose.
    """
    sheet = Sheet(name, content, depth)
    position = 0
    front = _FRONT.match(content[:40_000])
    if front:
        sheet.embed("yaml" if front["mark"] == b"---" else "toml", *front.span("body"))
        position = front.end()
    for match in _listings(name, content, position):
        prose.fill(sheet, position, match.start("body"))
        if not near or _touches(near, *match.span("body")):
            _listing(sheet, match)
        position = match.end("body")
    prose.fill(sheet, position, len(content))
    return sheet.facts()


def _touches(near: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(low < end and start < high for low, high in near)


def _listings(name: str, content: bytes, position: int) -> Iterator[re.Match[bytes]]:
    found = [match for pattern in _LISTINGS[name] for match in pattern.finditer(content, position)]
    for match in sorted(found, key=lambda item: (item.start(), -item.end())):
        if match.start() >= position and match.end("body") > match.start("body"):
            yield match
            position = match.end("body")


def _listing(sheet: Sheet, match: re.Match[bytes]) -> None:
    content = sheet.content
    start, end = match.span("body")
    spans = [
        (line.start(1), line.end(1))
        for line in re.compile(rb"([^\r\n]*)\r?(?:\n|\Z)").finditer(content, start, end)
        if line.end() > line.start()
    ]
    margins = [
        len(content[first:last]) - len(content[first:last].lstrip(b" \t>"))
        for first, last in spans
        if content[first:last].strip()
    ]
    cut = min(margins, default=0)
    spans = [(min(first + cut, last), last) for first, last in spans]
    text, place = embedded.lines(content, spans)
    found = language((match["info"] or b"").decode("latin-1"), text)
    if found == "console":
        _session(sheet, text, place)
    elif not found or not sheet.embed_text(found, text, place):
        prose.fill(sheet, start, end)


def _session(sheet: Sheet, text: bytes, place: embedded.Place) -> None:
    """Commands behind prompts, and what they answer."""
    commands, answers = [], []
    continued = False
    for line in text.split(b"\n"):
        prompt = _PROMPT.match(line)
        blank = b" " * len(line)
        if prompt or continued:
            cut = prompt.end() if prompt else 0
            commands.append(b" " * cut + line[cut:])
            answers.append(blank)
            continued = line.rstrip().endswith(b"\\")
        else:
            commands.append(blank)
            answers.append(line)
    sheet.embed_text("bash", b"\n".join(commands), place)
    inner = Sheet("text", b"\n".join(answers), sheet.depth + 1)
    prose.fill(inner, 0, len(text))
    sheet.take(embedded.placed(inner.facts(), place, sheet.content))
