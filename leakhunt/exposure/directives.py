"""Files of directives, a line or a statement each: name and words, and the blocks around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = lazy.pattern(
    rb"""(?P<space>[ \t\r]+|\\\r?\n)
  | (?P<comment>(?<![^\s{};])\#[^\n]*|(?m:^[ \t]*;[^\n]*))
  | "(?P<double>(?:[^"\\\n]|\\.)*)"
  | '(?P<single>[^'\n]*)'
  | (?P<end>\n|;)
  | (?P<open>\{(?=\s|$|\#))
  | (?P<close>\})
  | <(?P<tag>/?[A-Za-z][^<>\n]*)>
  | (?P<bare>(?:\$\{[^{}\n]*\}|\{[^\s{}]+\}|[^\s;{}"'])+)
  | .""",
    re.VERBOSE,
)


class Word(NamedTuple):
    """A word with its place in bytes."""

    text: str
    start: int
    end: int


class Directive(NamedTuple):
    """A line or a statement.

    Attributes:
        path: the heads of the blocks around it, outermost first.
        name: its first word, in small letters.
        words: the others.
        start: where it begins.
        block: a number that all directives of one block share.
    """

    path: tuple[str, ...]
    name: str
    words: tuple[Word, ...]
    start: int
    block: int


def read(content: bytes) -> Iterator[Directive]:
    """Yield the directives of a file, in order; blocks are directives, too."""
    words: list[Word] = []
    path: list[str] = []
    blocks = [0]
    number = 0
    for match in _TOKEN.finditer(content):
        kind = match.lastgroup
        if kind in {"bare", "double", "single"}:
            text = match[kind].decode("utf-8", "replace")
            words.append(Word(text, *match.span(kind)))
        elif kind == "tag":
            tag = match["tag"].decode("utf-8", "replace")
            if tag.startswith("/"):
                path, blocks = path[:-1], blocks[:-1] or [0]
            else:
                number += 1
                at = match.start("tag")
                given = [
                    Word(m[0].strip("\"'"), at + m.start(), at + m.end())
                    for m in re.finditer(r"\S+", tag)
                ]
                yield Directive(tuple(path), given[0].text.lower(), tuple(given[1:]), at, number)
                path.append(tag)
                blocks.append(number)
        elif kind in {"end", "open", "close"}:
            if words:
                first = words[0].text.lower().rstrip("=:")
                rest = tuple(word for word in words[1:] if word.text not in {"=", ":"})
                yield Directive(tuple(path), first, rest, words[0].start, blocks[-1])
            if kind == "open":
                number += 1
                path.append(" ".join(word.text for word in words[:4]))
                blocks.append(number)
            elif kind == "close" and path:
                path, blocks = path[:-1], blocks[:-1] or [0]
            words = []
    if words:
        rest = tuple(word for word in words[1:] if word.text not in {"=", ":"})
        yield Directive(
            tuple(path), words[0].text.lower().rstrip("=:"), rest, words[0].start, blocks[-1]
        )
