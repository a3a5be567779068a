"""Texts of configuration formats to values: placeholders, references, numbers, encrypted texts."""

from __future__ import annotations

import re

from leakhunt import lazy
from leakhunt.facts.model import Value
from leakhunt.facts.names import PROVIDED
from leakhunt.facts.quoting import unescape

DEPTH = 4
"""How deep a default may hold another placeholder."""

_PLACEHOLDER = lazy.pattern(
    rb"""\$\{\{(?P<github>.{0,500}?)\}\}"""
    rb"""|\{\{(?P<braces>.{0,500}?)\}\}"""
    rb"""|<%=?(?P<erb>.{0,500}?)%>"""
    rb"""|\$\{(?P<dollar>(?:[^{}]|\{[^{}]{0,500}\}){1,500})\}"""
    rb"""|\#\{(?P<hash>[^{}]{1,200})\}\#?"""
    rb"""|\$\((?P<round>[^()]{1,200})\)"""
    rb"""|%\((?P<percent>[\w.]{1,100})\)s"""
    rb"""|@(?P<at>[A-Za-z][\w.]{1,100})@"""
    rb"""|\{%.{0,500}?%\}""",
    re.DOTALL,
)
_MAY = lazy.pattern(rb"[{(]|<%|@")
_PLAIN_DOLLAR = lazy.pattern(rb"(?<![\\$])\$(?P<dollar>[A-Z_][A-Z\d_]{1,100})(?![a-z])")
"""Small letters are more often a part of a password."""
_ONLY_DOLLAR = lazy.pattern(rb"\$([A-Za-z_]\w{0,100})")
_MAY_BE_ENCRYPTED = lazy.pattern(rb"\$ANSIBLE|ENC|\{|-----|vault:|AQ|eyJ|EJ\[")
_ENCRYPTED = lazy.pattern(
    rb"""\s*(?:\$ANSIBLE_VAULT;|ENC\[|ENC\(.{4,}\)\s*\Z|\{cipher\}|\{[A-Za-z0-9+/]{20,}={0,2}\}\s*\Z"""
    rb"""|-----BEGIN\ (?:PGP\ MESSAGE|AGE\ ENCRYPTED\ FILE)|vault:v\d+:|DEC::|EJ\[\d)""",
    re.DOTALL,
)
_WORD = lazy.pattern(
    rb"(?P<boolean>(?i:true|false|yes|no|on|off))|(?P<null>(?i:null|nil)|~)"
    rb"|(?P<number>[-+]?(?:0[xob][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?))"
)
_DEFAULT = lazy.pattern(
    rb"""(?:\bdefault\b\s{0,9}\(?\s{0,9}|\|\|\s{0,9}|\?\?\s{0,9}|:default\s{0,9}"""
    rb"""|\bfetch\b[^,"']{0,9}["'][^"']{0,99}["'][^"']{0,9}|\bor\s{1,9}|\?:\s{0,9})"""
    rb"""(?:"(?P<double>[^"\n]{0,300})"|'(?P<single>[^'\n]{0,300})')"""
)
_NAME = lazy.pattern(r"[A-Za-z_][\w-]*(?:(?:\.|::)[A-Za-z_][\w-]*|\[[\"']?[\w.-]+[\"']?\])*")
_QUOTED_NAME = lazy.pattern(r"[\"']([A-Za-z_][\w./-]*)[\"']")
_LOOKS_UP = {"env", "lookup", "getenv", "query", "include", "required", "env.fetch", "env_var"}
_EXPANSION = lazy.pattern(
    rb"(?s)(?!" + PROVIDED.encode() + rb")(?![a-z]+(?:-[a-z]+)+\Z)"
    rb"(?P<name>[\w.\-\[\]]{1,200})(?P<sign>:?[-=?+]|:)(?P<default>.*)"
)


def encrypted(source: bytes) -> bool:
    """Say whether a text is one that only a key opens."""
    return bool(_MAY_BE_ENCRYPTED.search(source, 0, 64) and _ENCRYPTED.match(source))


def literal(content: bytes, start: int, end: int, style: str = "raw") -> Value:
    """Return a text as it is, without looking for placeholders."""
    return Value("literal", unescape(content[start:end], style), start, end)


def text(
    content: bytes, start: int, end: int, style: str = "raw", *, dollars: bool = False
) -> Value:
    """Return the value of a text.

    Args:
        content: the whole file.
        start: where the text begins, behind its quote.
        end: where it ends, before its quote.
        style: its escapes, as `quoting.Quotes.style` has them.
        dollars: whether `$NAME` is a placeholder too.

    Returns:
        A literal; or a reference, a choice or a template where it has placeholders; or
        `encrypted`.
    """
    source = content[start:end]
    if encrypted(source):
        return Value("encrypted", None, start, end)
    if not _MAY.search(source) and not (dollars and b"$" in source):
        return Value("literal", unescape(source, style), start, end)
    return _filled(content, start, end, style, dollars, 0)


def bare(content: bytes, start: int, end: int, *, dollars: bool = False) -> Value:
    """Return the value of a text without quotes, in a format that has numbers and booleans.

    Args:
        content: the whole file.
        start: where the text begins.
        end: where it ends.
        dollars: whether `$NAME` is a placeholder too.

    Returns:
        As `text`, or a number, a boolean, null.
    """
    if end - start < 80 and (match := _WORD.fullmatch(content, start, end)):
        word = content[start:end].decode("latin-1")
        if match["number"]:
            return Value("number", word, start, end)
        if match["boolean"]:
            return Value("boolean", word.lower(), start, end)
        return Value("null", None, start, end)
    return text(content, start, end, dollars=dollars)


def shown(source: bytes) -> str | None:
    """Return what a placeholder refers to: a dotted name, or None.

    Args:
        source: the placeholder, with or without its brackets.
    """
    inner = source.decode("utf-8", "replace").strip("${}<>%=#()@- \t\r\n")
    match = _NAME.search(inner)
    if match is None:
        return None
    if match[0].lower() in _LOOKS_UP:
        quoted = [name for name in _QUOTED_NAME.findall(inner) if name != "env"]
        if quoted:
            return f"env.{quoted[0]}" if "env" in inner.lower() else str(quoted[0])
    return re.sub(r"\[[\"']?([\w.-]+)[\"']?\]|::", lambda m: f".{m[1] or ''}", match[0])


def _filled(content: bytes, start: int, end: int, style: str, dollars: bool, depth: int) -> Value:
    parts: list[Value] = []
    position = start
    for first, last, part in _placeholders(content, start, end, style, dollars, depth):
        if first < position:
            continue
        if first > position:
            piece = unescape(content[position:first], style)
            parts.append(Value("literal", piece, position, first))
        parts.append(part)
        position = last
    if position < end or not parts:
        parts.append(Value("literal", unescape(content[position:end], style), position, end))
    if len(parts) == 1:
        return parts[0]
    joined = "".join(
        (part.text or "") if part.kind == "literal" else f"${{{part.text or ''}}}" for part in parts
    )
    return Value("template", joined, start, end, tuple(parts))


def _placeholders(
    content: bytes, start: int, end: int, style: str, dollars: bool, depth: int
) -> list[tuple[int, int, Value]]:
    found = [
        (*match.span(), _value(content, match, style, dollars, depth))
        for match in _PLACEHOLDER.finditer(content, start, end)
    ]
    if dollars and (whole := _ONLY_DOLLAR.fullmatch(content, start, end)):
        name = whole[1].decode("utf-8", "replace")
        return [(start, end, Value("reference", name, start, end))]
    if dollars:
        for match in _PLAIN_DOLLAR.finditer(content, start, end):
            name = match["dollar"].decode("utf-8", "replace")
            found.append((*match.span(), Value("reference", name, *match.span())))
        found.sort(key=lambda item: (item[0], -item[1]))
    return found[:500]


def _value(content: bytes, match: re.Match[bytes], style: str, dollars: bool, depth: int) -> Value:
    start, end = match.span()
    kind = match.lastgroup
    if kind is None:
        return Value("unknown", None, start, end)
    reference = Value("reference", shown(match[kind]), start, end)
    first, last = match.span(kind)
    default = None
    if kind == "dollar":
        expansion = _EXPANSION.fullmatch(content, first, last)
        if expansion is None:
            return reference
        name = expansion["name"].decode("utf-8", "replace")
        reference = Value("reference", name, start, end)
        begin = expansion.start("default")
        if begin < last and expansion["sign"].strip(b":") in {b"-", b"=", b""} and depth < DEPTH:
            default = _filled(content, begin, last, style, dollars, depth + 1)
    elif kind in {"braces", "erb", "github"}:
        found = _DEFAULT.search(content, first, last)
        if found and found.lastgroup and found[found.lastgroup]:
            default = literal(content, *found.span(found.lastgroup))
    if default is None:
        return reference
    return Value("choice", None, start, end, (reference, default))
