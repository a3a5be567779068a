"""Formats of one pair a line: .env, properties, INI and its many cousins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.sheet import Sheet, words
from leakhunt.facts.model import Value

if TYPE_CHECKING:
    from leakhunt.facts.model import Facts

LONGEST_NAME = 300
"""Bytes of a name."""

_QUOTED = rb"""(?:
    \"\"\"(?P<triple>(?:[^\"]|\"(?!\"\"))*+)\"\"\"
  | "(?P<double>(?:[^"\\]|\\[\s\S])*+)"
  | '(?P<single>[^']*+)'
  | `(?P<back>[^`]*+)`
)(?=(?P<rest>[ \t]*[;,]?(?:[ \t]*[#;][^\n]*|[ \t]*//[^\n]*)?)\r?$)"""
_BARE = rb"(?P<bare>[^\r\n]*+)"
_SECTION = rb"[ \t]*\[\[?(?P<section>[^\]\r\n]{1,300})\][^\r\n]*+"


def _pattern(
    before: bytes, name: bytes, sign: bytes, *, sections: bool = False
) -> re.Pattern[bytes]:
    section = _SECTION + rb"|" if sections else b""
    return re.compile(
        rb"^(?:" + section + rb"[ \t]*" + before + rb"(?P<name>" + name + rb")"
        rb"[ \t]*(?P<sign>" + sign + rb")[ \t]*(?:" + _QUOTED + rb"|" + _BARE + rb"))",
        re.MULTILINE | re.VERBOSE,
    )


class Dialect(NamedTuple):
    """How one of these formats writes a pair.

    Attributes:
        pattern: catches a section, or name, sign and value.
        escapes: the escapes of a value without quotes.
        comments: what begins a comment behind a blank, or nothing.
        typed: whether values without quotes are numbers and booleans.
        dollars: whether `$NAME` is a placeholder.
    """

    pattern: re.Pattern[bytes]
    escapes: str = "raw"
    comments: bytes = b"#;"
    typed: bool = False
    dollars: bool = False


_INI = Dialect(
    _pattern(
        rb"",
        rb"//[^\s=]{1,300}+|\"[^\"\r\n]{1,300}+\"|[^\s=:\#;\[\]{}\"'<>!,(/][^=:\r\n\[\]{}\"'<>]{0,300}?",
        rb"\+?=|:(?!//)|:?=",
        sections=True,
    ),
    typed=True,
)
DIALECTS: dict[str, Dialect] = {
    "env": Dialect(
        _pattern(
            rb"(?:(?:export|set|setx|setenv|declare|ENV)[ \t]+(?:-\w+[ \t]+)?)?",
            rb"[A-Za-z_][\w.\-]{0,300}+",
            rb"[:?+]?=|:(?=[ \t])",
            sections=True,
        ),
        comments=b"#",
        dollars=True,
    ),
    "properties": Dialect(
        lazy.pattern(
            rb"^(?:\[(?P<section>[^\]\r\n]{1,300})\]"
            rb"|[ \t]*(?P<name>(?![#!\[])(?:[^\s=:\\]|\\.){1,300}+)"
            rb"(?P<sign>[ \t]*[=:]|[ \t]++)[ \t]*"
            rb"(?P<bare>(?:[^\\\r\n]|\\(?:\r\n|[\s\S]))*+))",
            re.MULTILINE,
        ),
        escapes="drop",
        comments=b"",
    ),
    "ini": _INI,
    "systemd": Dialect(
        lazy.pattern(
            rb"^(?:" + _SECTION + rb"|(?P<name>[A-Za-z][\w-]{0,100}+)[ \t]*(?P<sign>=)[ \t]*"
            rb"(?P<bare>(?:[^\\\r\n]|\\(?:\r\n|[\s\S]))*+))",
            re.MULTILINE,
        ),
        comments=b"",
    ),
}
_CONTINUED = lazy.pattern(rb"\\\r?\n[ \t]*")
_SECTION_WORD = lazy.pattern(r"\"([^\"]*)\"|'([^']*)'|([^\s\"']+)")
_STYLES = {"triple": "keep", "double": "keep", "single": "raw", "back": "raw"}


def read(language: str, content: bytes) -> Facts:
    """Read the pairs of a file.

    Args:
        language: a key of `DIALECTS`; any other is read as INI.
        content: the whole file.

    Returns:
        Its settings; the section is the beginning of their path.
    """
    return read_nesting(language, content, 0)


def read_nesting(language: str, content: bytes, depth: int) -> Facts:
    """Read the pairs of a file whose values may be command lines.

    Args:
        language: as for `read`; `systemd` too.
        content: the whole file.
        depth: in how many other texts it lies.

    Returns:
        As `read`.
    """
    sheet = Sheet(language, content, depth)
    fill(sheet, DIALECTS.get(language, _INI), 0, len(content))
    return sheet.facts()


def fill(sheet: Sheet, dialect: Dialect, start: int, end: int) -> None:
    """Note the pairs of a stretch of a file.

    Args:
        sheet: where they go.
        dialect: how they are written.
        start: where the stretch begins.
        end: where it ends.
    """
    content = sheet.content
    section: tuple[str, ...] = ()
    for match in dialect.pattern.finditer(content, start, end):
        if match["name"] is None:
            if match["section"]:
                section = section_words(match["section"])
            continue
        name = match["name"].decode("utf-8", "replace").strip()
        value, comment = value_of(content, match, dialect)
        if value is None:
            continue
        own = words(name.strip('"').replace("\\", ""))
        sign = match["sign"].strip().decode("latin-1")
        begin = match.start("name")
        if " " in name and _hosts(sheet, section, name, begin, match.end("bare")):
            continue
        if sheet.language == "systemd" and _of_unit(sheet, section, name, value):
            continue
        sheet.add((*section, *own), value, begin, match.end(), sign, comment)


_HOST = lazy.pattern(r"[\w.\-\[\]:]+(?:[ \t]+[\w.]+=\S*)*[ \t]+[\w.]+")
_HOST_PAIR = lazy.pattern(
    rb"""(?<=[ \t])(?P<name>[A-Za-z_][\w.]{0,200})="""
    rb"""(?:"(?P<double>[^"\n]*+)"|'(?P<single>[^'\n]*+)'|(?P<bare>[^\s]++))"""
)


def _hosts(sheet: Sheet, section: tuple[str, ...], name: str, start: int, end: int) -> bool:
    """Read a line of an Ansible inventory, a host with its variables; say whether it is one."""
    content = sheet.content
    found = list(_HOST_PAIR.finditer(content, start, max(start, end)))
    if not found or not _HOST.fullmatch(name) or content[found[0].end("name") - 1] == 32:
        return False
    host = name.split()[0][:200]
    for match in found:
        kind = match.lastgroup or "bare"
        value = scalars.text(content, *match.span(kind))
        own = match["name"].decode("utf-8", "replace")
        sheet.add((*section, host, own), value, match.start("name"), match.end())
    return True


_UNIT_WORD = lazy.pattern(
    rb"""[ \t\r\n\\]*+(?:"(?P<double>(?:[^"\\]|\\.)*+)"|'(?P<single>[^']*+)'"""
    rb"""|(?P<bare>[^\s"'=]+=(?:"[^"\n]*+"|'[^'\n]*+')|[^\s"']++)|["'])"""
)


def _of_unit(sheet: Sheet, section: tuple[str, ...], name: str, value: Value) -> bool:
    """Read what systemd means with a setting; say whether that is all."""
    start, end = value.start, value.end
    content = sheet.content
    if name.startswith("Exec"):
        skip = len(content[start:end]) - len(content[start:end].lstrip(b"@-:+!| "))
        return sheet.embed("bash", start + skip, end, (*section, name))
    if name != "Environment":
        return False
    before = sheet.assignments[:]
    for word in _UNIT_WORD.finditer(
        content, start - (content[start - 1 : start] in b"\"'"), end + 1
    ):
        kind = word.lastgroup or "bare"
        first, last = word.span(kind)
        own, sign, _ = content[first:last].partition(b"=")
        if sign:
            first += len(own) + 1
            quote = content[first : first + 1]
            if (
                kind == "bare"
                and quote in (b'"', b"'")
                and content[first + 1 : last].endswith(quote)
            ):
                first, last = first + 1, last - 1
            text = scalars.text(content, first, last, "keep")
            path = (*section, name, own.decode("utf-8", "replace"))
            sheet.add(path, text, word.start(kind), last)
    return len(sheet.assignments) > len(before)


def section_words(source: bytes) -> tuple[str, ...]:
    """Return the words of a section: `[remote "origin"]`, `[database:main]`."""
    text = source.decode("utf-8", "replace")
    found = [next(filter(None, m.groups()), "") for m in _SECTION_WORD.finditer(text)]
    return tuple(word for item in found for word in words(item))


def value_of(content: bytes, match: re.Match[bytes], dialect: Dialect) -> tuple[Value | None, str]:
    """Return the value that a pattern caught, and the comment behind it.

    Args:
        content: the whole file.
        match: with a group `bare` and perhaps those of quoted texts.
        dialect: how values are written.

    Returns:
        None as value if there is none.
    """
    groups = match.groupdict()
    for kind, style in _STYLES.items():
        if groups.get(kind) is not None:
            start, end = match.span(kind)
            dollars = dialect.dollars and kind != "single"
            comment = (match["rest"] or b"").decode("utf-8", "replace").strip(" \t\r#;,/")
            return scalars.text(content, start, end, style, dollars=dollars), comment
    start, end = match.span("bare")
    comment = ""
    source = content[start:end]
    for sign in dialect.comments:
        at = source.find(bytes([32, sign]))
        at = source.find(bytes([9, sign])) if at < 0 else at
        if at >= 0 or source[:1] == bytes([sign]):
            at = max(at, 0)
            comment = source[at + 1 :].decode("utf-8", "replace").strip(" \t#;") + comment
            source = source[:at]
    end = start + len(source.rstrip())
    if start == end:
        return None, comment
    return _bare(content, start, end, dialect), comment


def _bare(content: bytes, start: int, end: int, dialect: Dialect) -> Value:
    if dialect.escapes != "raw" and b"\\" in content[start:end]:
        source = content[start:end]
        if b"\\\n" in source or b"\\\r" in source:
            joined = _CONTINUED.sub(b"", source)
            return Value(
                "literal", scalars.literal(joined, 0, len(joined), "drop").text, start, end
            )
        return scalars.text(content, start, end, dialect.escapes, dollars=dialect.dollars)
    if dialect.typed:
        return scalars.bare(content, start, end, dollars=dialect.dollars)
    return scalars.text(content, start, end, dollars=dialect.dollars)
