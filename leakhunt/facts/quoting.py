"""Quotes and escapes: where the content of a literal lies, and what the program sees of it."""

from __future__ import annotations

import functools
import re

from leakhunt import lazy
from leakhunt.records import record

_Q = "(?P<q>\"\"\"|'''|\"|')"
_TEXT_BLOCK = r"(?P<q>\"\"\")[ \t]*(?:\r?\n)?"
_MIRROR = {"(": ")", "[": "]", "{": "}", "<": ">"}

_C = (
    (r'(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(', "raw"),
    (r"@?(?:u8|[uUL])?(?P<q>[\"'])", "drop"),
)
_SCRIPT = ((r"(?P<q>[\"'`])", "drop"),)

RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "python": (
        (rf"(?i:[ft]r|r[ft]){_Q}", "raw+braces"),
        (rf"(?i:b?r|rb|ur){_Q}", "raw"),
        (rf"(?i:[ft]){_Q}", "keep+braces"),
        (rf"(?i:[bu])?{_Q}", "keep"),
    ),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "go": ((r"(?P<q>`)", "raw"), (r"(?P<q>[\"'])", "drop")),
    "java": ((_TEXT_BLOCK, "drop"), (r"(?P<q>[\"'])", "drop")),
    "kotlin": ((r"\$*(?P<q>\"\"\")", "raw"), (r"\$*(?P<q>[\"'])", "drop")),
    "csharp": (
        (r"(?:\$@|@\$)(?P<q>\")", "doubled+braces"),
        (r"@(?P<q>\")", "doubled"),
        (r"\$*(?P<q>\"{3,})[ \t]*(?:\r?\n)?", "raw"),
        (r"\$(?P<q>\")", "drop+braces"),
        (r"(?P<q>[\"'])", "drop"),
    ),
    "c": _C,
    "cpp": _C,
    "objc": _C,
    "rust": ((r"[bc]?r(?P<hashes>#*)\"", "raw"), (r"[bc]?(?P<q>[\"'])", "drop")),
    "ruby": (
        (r"%[qwis](?P<mirror>[^\w\s])", "single"),
        (r"%[QWIxr]?(?P<mirror>[^\w\s])", "drop"),
        (r":?(?P<q>')", "single"),
        (r":?(?P<q>[\"`])", "drop"),
    ),
    "php": ((r"[bB]?(?P<q>[\"`])", "keep"), (r"[bB]?(?P<q>')", "single")),
    "swift": (
        (r"(?P<left>#+)(?P<q>\"\"\"|\")(?:(?<=\"\"\")[ \t]*\r?\n)?", "raw"),
        (_TEXT_BLOCK, "drop"),
        (r"(?P<q>\")", "drop"),
    ),
    "scala": ((r"(?P<q>\"\"\")", "raw"), (r"(?P<q>[\"'])", "drop")),
    "bash": ((r"\$(?P<q>')", "drop"), (r"(?P<q>')", "raw"), (r"\$?(?P<q>\")", "bash")),
    "powershell": (
        (r"@(?P<here>\")[ \t]*\r?\n", "backtick"),
        (r"@(?P<here>')[ \t]*\r?\n", "raw"),
        (r"(?P<q>\")", "backtick"),
        (r"(?P<q>')", "doubled"),
    ),
    "perl": (
        (r"q\s*(?P<mirror>[^\w\s])", "single"),
        (r"(?:qq|qx|qw)\s*(?P<mirror>[^\w\s])", "drop"),
        (r"(?P<q>')", "single"),
        (r"(?P<q>[\"`])", "drop"),
    ),
    "lua": ((r"\[(?P<level>=*)\[(?:\r?\n)?", "raw"), (r"(?P<q>[\"'])", "drop")),
    "groovy": (
        (r"(?P<q>\"\"\"|''')(?:\\\r?\n)?", "drop"),
        (r"(?P<q>[\"'])", "drop"),
        (r"(?P<q>/)", "raw"),
    ),
    "elixir": (
        (r"~[A-Z]+(?P<q>\"\"\"|''')[ \t]*\r?\n", "raw"),
        (r"~[a-z](?P<q>\"\"\"|''')[ \t]*\r?\n", "drop"),
        (r"~[A-Z]+(?P<mirror>[^\w\s])", "raw"),
        (r"~[a-z](?P<mirror>[^\w\s])", "drop"),
        (r":?(?P<q>\"\"\"|''')[ \t]*\r?\n", "drop"),
        (r":?(?P<q>[\"'])", "drop"),
    ),
    "sql": (
        (r"[eE](?P<q>')", "drop"),
        (r"[nNbBxX]?(?P<q>['\"`])", "doubled"),
        (r"(?P<q>\$\w*\$)", "raw"),
    ),
    "text": ((r"(?P<q>[\"'`])", "keep"),),
}
"""Language: what can open a literal, and which escapes hold inside; the first that fits counts.

Escapes are `drop` (as in C; of an unknown one the character stays), `keep` (of an unknown one the
backslash stays too), `single` (only of the quote and the backslash), `raw`, `doubled` (only of the
quote, by doubling it), `bash`, `backtick`; and `+braces` where a doubled brace is one.
"""

_ESCAPE = lazy.pattern(
    r"\\(?:x\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{1,2})|u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})"
    r"|U([0-9a-fA-F]{8})|([0-7]{1,3})|(\r?\n)|(.))",
    re.DOTALL,
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_PLAIN = frozenset("\\\"'`/$#")
_BACKTICK = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@record(frozen=True, slots=True)
class Quotes:
    """How one literal is quoted.

    Attributes:
        opening: bytes before the content.
        closing: bytes behind it.
        style: which escapes hold.
    """

    opening: int
    closing: int
    style: str


@functools.cache
def _rules(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((lazy.pattern(pattern), style) for pattern, style in RULES[language])


def quotes(language: str, source: bytes) -> Quotes | None:
    """Say how a literal is quoted.

    Args:
        language: a key of `RULES`.
        source: the literal with its quotes; the closing one may be missing.

    Returns:
        The widths of its quotes and its escapes, or None if it has no quotes.
    """
    head = source[:80].decode("latin-1")
    for pattern, style in _rules(language):
        match = pattern.match(head)
        if match:
            opening = match.end()
            closing = _closing(match).encode("latin-1")
            rest = source[opening:]
            if rest.endswith(closing):
                return Quotes(opening, len(closing), _with_quote(style, closing))
            if b"@" in closing and rest.endswith(closing[-2:]):  # CRLF before a here-string ends
                return Quotes(opening, 2, style)
            tail = rest.rstrip()
            if tail.endswith(closing):
                return Quotes(opening, len(closing) + len(rest) - len(tail), style)
            return Quotes(opening, 0, style)
    return None


def _with_quote(style: str, closing: bytes) -> str:
    """Escapes by doubling or of the quote alone depend on which quote it is."""
    return f"{style}:{closing[-1:].decode('latin-1')}" if style[:2] in {"do", "si"} else style


def _closing(match: re.Match[str]) -> str:
    found = match.groupdict()
    if "mirror" in found:
        return _MIRROR.get(found["mirror"], found["mirror"])
    if "delimiter" in found:
        return f'){found["delimiter"]}"'
    if "hashes" in found:
        return f'"{found["hashes"]}'
    if "level" in found:
        return f"]{found['level']}]"
    if "here" in found:
        return f"\n{found['here']}@"
    return found["q"] + found.get("left", "")


def unescape(source: bytes, style: str) -> str:
    """Undo the escapes of a piece of a literal.

    Args:
        source: the bytes between quotes, or between a quote and a placeholder.
        style: as `Quotes.style` has it.

    Returns:
        What the program sees. Broken UTF-8 and lone surrogates become U+FFFD, so that the text
        can always be encoded.
    """
    text = source.decode("utf-8", "replace")
    if style == "raw":
        return text
    style, _, quote = style.partition(":")
    style, _, braces = style.partition("+")
    if style in {"drop", "keep"} and "\\" in text:
        text = _without_surrogates(_ESCAPE.sub(lambda m: _escape(m, style == "keep"), text))
    elif style == "single" and "\\" in text:
        text = re.sub(r"\\([\\" + re.escape(quote or "'") + "])", r"\1", text)
    elif style == "doubled" and quote:
        text = text.replace(quote * 2, quote)
    elif style == "bash" and "\\" in text:
        text = re.sub(r"\\([$`\"\\])|\\\n", r"\1", text)
    elif style == "backtick":
        text = re.sub(r"`(.)|\"(\")", _backtick, text)
    if braces:
        text = text.replace("{{", "{").replace("}}", "}")
    return text


def _escape(match: re.Match[str], keep: bool) -> str:
    digits = match[1] or match[2] or match[3] or match[4] or match[5]
    if digits:
        number = int(digits, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    if match[6]:
        return chr(int(match[6], 8))
    if match[7]:
        return ""
    char = match[8]
    if char in _SIMPLE:
        return _SIMPLE[char]
    return match[0] if keep and char not in _PLAIN else char


def _backtick(match: re.Match[str]) -> str:
    return match[2] or _BACKTICK.get(match[1], match[1])


def _without_surrogates(text: str) -> str:
    """Join surrogate pairs; replace lone ones."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
