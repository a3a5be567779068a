"""Command lines to words, with their places: from shells, and from lists in configuration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LONGEST = 20_000
"""Bytes of a command line that are read."""
MOST = 400
"""Words of a command."""

_TOKEN = lazy.pattern(
    rb"""(?P<space>(?:[ \t\r,]|\\\r?\n)+)
  | (?P<comment>(?<![^\s;|&(])\#[^\n]*)
  | (?P<operator>\|\||&&|;;?|\||&(?!>)|\n|(?<![\w$])\((?!\))|\))
  | (?P<redirect>\d?(?:>>?|<<?<?)(?:&\d?-?)?)
  | (?P<word>(?:
        "(?:[^"\\]|\\[\s\S])*"
      | '[^']*'
      | \\[\s\S]
      | \$\{(?:[^{}]|\{[^{}]*\})*\} | \$\((?:[^()]|\([^()]*\))*\) | \{\{.*?\}\}
      | [^\s"'\\|&;<>()]
      | \((?=\)) | \)
    )+)
  | .""",
    re.VERBOSE,
)
_PIECE = lazy.pattern(
    r"""(?s)\$\{(?P<name>\w+)(?::?[-=](?P<default>[^{}]*))?[^{}]*\}
  | \$(?P<bare>\w+) | \$\((?P<command>.*?)\) | (?P<template>\{\{.*?\}\})""",
    re.VERBOSE,
)
_ASSIGNMENT = lazy.pattern(r"(?s)([A-Za-z_]\w*)=(.*)")
_STARTERS = (
    "sudo exec nohup time env nice ionice setsid stdbuf watch npx bunx pnpx uvx command "
    "builtin dumb-init tini catchsegv xvfb-run winpty doppler dotenv cross-env with- "
    "contenv proxychains proxychains4 chpst doas entr strace ltrace valgrind gdb numactl "
    "taskset then do else if while until ! { unbuffer coverage concurrently yarn pnpm bun "
    "start cmd call @ ddtrace-run opentelemetry-instrument newrelic-admin scl direnv op "
    "kernprof scalene py-spy memray viztracer "
)
_WRAPPERS: dict[str, int] = {
    **dict.fromkeys(_STARTERS.split(), 0),
    **dict.fromkeys(("timeout", "gosu", "su-exec", "setpriv", "runuser", "chroot", "flock"), 1),
}
"""Programs that run what follows; and how many words of theirs come before it."""
_RUNNERS = {
    *("poetry", "pipenv", "uv", "hatch", "pdm", "rye", "pixi", "conda", "mamba", "bundle", "rbenv"),
    *("npm", "bun", "coverage", "nvm", "asdf", "mise", "dotnet", "rush", "infisical"),
}
_RUN = {"run", "exec", "x", "run-program"}
_INTERPRETER = lazy.pattern(
    r"^(?:python|pypy|ruby|node|perl|php|deno|bun|tsx|ts-node)\d*(?:\.\d+)*w?$"
)
_SHELLS = {"sh", "bash", "zsh", "ash", "dash", "ksh"}


class Word(NamedTuple):
    """A word of a command line.

    Attributes:
        text: what the program gets, with `${}` for what is not known.
        start: where it stands, in bytes.
        end: where it ends.
    """

    text: str
    start: int
    end: int


class Command(NamedTuple):
    """A program and its words.

    Attributes:
        program: its name, without its folder; of `python -m x` it is `x`.
        words: what follows it.
        environment: what is set for it alone, in order.
        start: where it begins.
        end: where it ends.
        path: how the program is written.
    """

    program: str
    words: tuple[Word, ...]
    environment: tuple[tuple[str, Word], ...]
    start: int
    end: int
    path: str = ""


Lookup = "Callable[[str], str | None]"


def commands(
    content: bytes,
    start: int,
    end: int,
    lookup: Callable[[str], str | None],
    *,
    listed: bool = False,
) -> Iterator[Command]:
    """Yield the commands of a text.

    Args:
        content: a file.
        start: where in it the text begins.
        end: where it ends.
        lookup: returns the value of a variable, or None.
        listed: the text is one list of words, of JSON or YAML.
    """
    current: list[Word] = []
    skip = False
    for match in _TOKEN.finditer(content, start, min(end, start + LONGEST)):
        kind = match.lastgroup
        if kind == "word":
            if skip:
                skip = False
                continue
            word = _word(match, lookup, listed)
            if word is not None and len(current) < MOST:
                current.append(word)
        elif kind == "redirect":
            skip = not match[0].endswith((b"-", b"&1", b"&2"))
        elif kind == "operator" and not listed:
            yield from _made(current, content, lookup)
            current = []
    yield from _made(current, content, lookup)


def _word(match: re.Match[bytes], lookup: Callable[[str], str | None], listed: bool) -> Word | None:
    raw = match[0]
    start, end = match.span()
    if listed:
        inner = raw.strip(b"[],")
        start += raw.find(inner) if inner else 0
        end, raw = start + len(inner), inner
        if raw in (b"", b"-"):
            return None
    text = raw.decode("utf-8", "replace")
    return Word(expand(_unquoted(text), lookup), start, end)


def _unquoted(text: str) -> str:
    if "'" not in text and '"' not in text and "\\" not in text:
        return text

    def piece(match: re.Match[str]) -> str:
        found = match[0]
        if found[0] == "'":
            return found[1:-1]
        if found[0] == '"':
            return re.sub(r'\\(["\\$`])', r"\1", found[1:-1])
        return found[1:].lstrip("\n")

    return re.sub(r"""(?s)'[^']*'|"(?:[^"\\]|\\.)*"|\\.""", piece, text)


def expand(text: str, lookup: Callable[[str], str | None]) -> str:
    """Put in the values of variables: their own, else the default that stands beside them."""
    if "$" not in text and "{{" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        name = match["name"] or match["bare"]
        known = lookup(name) if name else None
        if known is not None:
            return known
        return match["default"] or "${}"

    return _PIECE.sub(value, text)


def made(words: Sequence[Word], content: bytes) -> Iterator[Command]:
    """Make commands of words that are known one by one.

    Args:
        words: the program and its arguments.
        content: the file they stand in.
    """
    yield from _made(words, content, lambda _: None)


def _made(
    words: Sequence[Word], content: bytes, lookup: Callable[[str], str | None]
) -> Iterator[Command]:
    """Make a command of words: without what only starts it."""
    environment: list[tuple[str, Word]] = []
    at = 0
    while at < len(words):
        word = words[at]
        assigned = _ASSIGNMENT.fullmatch(word.text)
        if assigned:
            gap = len(assigned[1]) + 1
            environment.append((assigned[1], Word(assigned[2], word.start + gap, word.end)))
        elif (name := _name(word.text)) in {
            "export",
            "set",
            "setenv",
            "declare",
            "readonly",
            "local",
        }:
            pass
        elif name in _RUNNERS and at + 1 < len(words) and words[at + 1].text in _RUN:
            at += 1
        elif name in _WRAPPERS and at + 1 < len(words):
            at += _WRAPPERS[name]
            while at + 1 < len(words) and words[at + 1].text.startswith("-"):
                at += 1
        elif word.text in {"--", "-"}:
            pass
        else:
            break
        at += 1
    rest = words[at:]
    if not rest:
        if environment:
            first = environment[0][1]
            yield Command("", (), tuple(environment), first.start, environment[-1][1].end)
        return
    yield from _started(rest, tuple(environment), content, lookup)


def _started(
    words: Sequence[Word],
    environment: tuple[tuple[str, Word], ...],
    content: bytes,
    lookup: Callable[[str], str | None],
) -> Iterator[Command]:
    name, rest = _name(words[0].text), words[1:]
    start, end = words[0].start, words[-1].end
    if name in _SHELLS or name == "su":
        flag = next((n for n, w in enumerate(rest) if re.fullmatch(r"-\w*c", w.text)), None)
        if flag is not None and flag + 1 < len(rest):
            inner = rest[flag + 1]
            quoted = content[inner.start : inner.start + 1] in (b'"', b"'")
            for command in commands(content, inner.start + quoted, inner.end - quoted, lookup):
                yield command._replace(environment=(*environment, *command.environment))
            return
        if rest and rest[0].text.endswith(".sh"):
            name, rest = _name(rest[0].text), rest[1:]
    elif _INTERPRETER.match(name):
        yield Command(name, tuple(rest), environment, start, end, words[0].text)
        module = next((n for n, w in enumerate(rest) if w.text == "-m"), None)
        script = next((n for n, w in enumerate(rest) if not w.text.startswith("-")), None)
        if module is not None and module + 1 < len(rest) and (script is None or module < script):
            name, rest = rest[module + 1].text, rest[module + 2 :]
        elif script is not None and "=" not in rest[script].text:
            name, rest = _name(rest[script].text), rest[script + 1 :]
        else:
            return
    yield Command(name, tuple(rest), environment, start, end, words[0].text)


def _name(text: str) -> str:
    name = text.replace("\\", "/").rpartition("/")[2]
    return name.removesuffix(".exe").removesuffix(".cmd").removesuffix(".bat")
