"""Command lines: which option or argument of a program is a credential."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Assignment, Value
from leakhunt.facts.options import OPTIONS, PIPED, SHELLS, WORDS, WRAPPERS, Option
from leakhunt.facts.slices import behind, head, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.facts.model import Call

MOST_WORDS = 400
"""Words of a command that are read."""
_HANDED = 40
"""Bytes behind a command in which a text is handed to it."""

_LONG = lazy.pattern(r"(?:--|/)?(?P<name>[A-Za-z][\w.-]{0,80})")
_ONE_DASH = lazy.pattern(
    r"(?i)-(?P<name>\w{0,20}(?:pass(?:word|wd|phrase|wort)?|pwd|secret|token|api_?key|credential)\w{0,12})"
)
_NO_VALUE = lazy.pattern(
    r"(?i)(?:no-.*|.*-(?:stdin|file|prompt|from-env|env|path|fd)|global|local|system|verbose|quiet"
    r"|force|yes|debug|dry-run|all|recursive|help|version|batch|rm|detach|privileged|interactive|tty)"
)
_HEADER = lazy.pattern(r"([A-Za-z][\w-]{0,80}):[ \t]{0,8}")
_PAIR = lazy.pattern(r"([\w.\-\[\]/:\"'\\]{1,200})=")
_PIPE = lazy.pattern(rb"[ \t\"']{0,8}\|[ \t]{0,8}([^|;&\n]{1,400})")
_HERE = lazy.pattern(
    rb"[ \t]{0,8}<<<[ \t]{0,8}(?P<q>[\"']?)(?P<text>[^\n]{1,400}?)(?P=q)(?=[\s;|&)]|$)"
)
_SOURCE_WORD = lazy.pattern(rb"[^\s;|&()\"']+")
_PRINTED = lazy.pattern(r"[\"']?([A-Za-z_][\w.-]{0,80})[\"']?(=|:)[ ]?(?!/)(?=\S)")
_KEYWORD = lazy.pattern(r"(?:--?)?([A-Za-z_][\w.-]{0,80})=")


def call(words: Sequence[Value], content: bytes, name: str = "") -> Call | None:
    """Make a command of its words.

    Args:
        words: program and arguments.
        content: the file.
        name: the program, if it is not the first word.

    Returns:
        The command, or None without words.
    """
    from leakhunt.facts.model import Call

    words = words[:MOST_WORDS]
    if not words:
        return None
    start, end = words[0].start, max(words[-1].end, words[0].start + 1)
    if not name:
        name, words = head(words[0]) or "?", words[1:]
    arguments: list[tuple[str | None, Value]] = []
    for word in words:
        match = _KEYWORD.match(head(word))
        if match:
            arguments.append((match[1], behind(content, word, match[0])))
        else:
            arguments.append((None, word))
    return Call(name, "", tuple(arguments), start, min(end, len(content)))


def options(calls: Sequence[Call], content: bytes) -> Iterator[Assignment]:
    """Yield what the options and arguments of commands say.

    Args:
        calls: the commands of a file, in its order.
        content: the file.

    Yields:
        Facts of the form `option`; their path is program, option and name.
    """
    for item in calls:
        yield from _Command(item, content).facts()
        if item.name in {"echo", "printf"}:
            yield from _piped(item, content)
        elif b"<<<" in content[item.end - 1 : item.end + _HANDED]:
            yield from _here(item, content)


def scripts(calls: Sequence[Call], content: bytes) -> Iterator[Value]:
    """Yield the texts that commands run as commands: `sh -c '...'`, `ssh host '...'`.

    Args:
        calls: the commands of a file.
        content: the file.
    """
    for item in calls:
        words = [(None, Value("literal", item.name, item.start, item.start)), *item.arguments]
        shell = False
        for _, value in words[:MOST_WORDS]:
            text = head(value)
            if shell and value.kind == "literal" and re.search(r"\s", text):
                yield value
            shell = shell or _program(text) in SHELLS


def _program(word: str) -> str:
    name = re.split(r"[/\\]", word)[-1].lower().removesuffix(".exe")
    return (
        re.sub(r"(?<=[a-z])-?\d+(?:\.\d+)*$", "", name)
        if name not in OPTIONS and name not in WORDS
        else name
    )


def _source_name(item: Call, content: bytes) -> str:
    """The name of a program as the file has it: `redis-cli`, and not only its last word."""
    if item.receiver:
        for match in _SOURCE_WORD.finditer(content, item.start, item.start + 400):
            if match[0].endswith(item.name.encode()):
                return match[0].decode("utf-8", "replace")
    return item.name


def _fits(pattern: tuple[str, ...], texts: list[str]) -> bool:
    return all(
        sign[0] == "*" or (sign == text.lower() if sign[0] != "<" else text[:1] != "\\")
        for sign, text in zip(pattern, texts, strict=True)
    )


class _Command:
    """One command."""

    def __init__(self, item: Call, content: bytes) -> None:
        self.content = content
        self.arguments = item.arguments[:MOST_WORDS]
        self.start = item.start
        self.program = _program(_source_name(item, content))
        self.table: dict[str, Option] = OPTIONS.get(self.program, {})
        self.words: list[Value] = []

    def facts(self) -> Iterator[Assignment]:
        """Yield what its options and arguments say."""
        skip = -1
        for count, (keyword, value) in enumerate(self.arguments):
            if count == skip:
                continue
            if keyword is not None:
                yield from self._keyword(keyword, value)
                continue
            text = head(value)
            if self._switches(text):
                continue
            after = self.arguments[count + 1] if count + 1 < len(self.arguments) else None
            used, facts = self._word(value, text, after)
            yield from facts
            if used:
                skip = count + 1
        yield from self._positions()
        if self.program in {"echo", "printf"}:
            yield from self._printed()

    def _printed(self) -> Iterator[Assignment]:
        """What is printed is often written into a file: `echo "password=x" > .env`."""
        for word in self.words[:MOST_WORDS]:
            match = _PRINTED.match(head(word))
            if match:
                rest = behind(self.content, word, match[0])
                yield from self._fact((match[1],), rest, word.start, match[2])

    def _switches(self, text: str) -> bool:
        """Whether a word is the program that another one starts."""
        name = _program(text) if text[:1] not in "-" else ""
        if self.program in WRAPPERS and (name in OPTIONS or name in WORDS):
            self.program, self.table, self.words = name, OPTIONS.get(name, {}), []
            return True
        return False

    def _keyword(self, keyword: str, value: Value) -> Iterator[Assignment]:
        """An option with its value behind an equals sign."""
        for flag in (f"--{keyword}", f"-{keyword}"):
            option = self.table.get(flag)
            if option:
                yield from self._meant(option.name, flag, value, value.start)
                return
        if not _NO_VALUE.fullmatch(keyword):
            start = max(self.start, value.start - len(keyword) - 3)
            yield from self._fact((keyword,), value, start, "=")

    def _word(
        self, value: Value, text: str, after: tuple[str | None, Value] | None
    ) -> tuple[bool, Iterator[Assignment]]:
        """Whether the next word belongs to this one, and what the two say."""
        follows = after is not None and after[0] is None
        option = self.table.get(text)
        if option and option.apart:
            if not after:
                return False, iter(())
            if after[0] is not None:
                pairs = self._named(option.name, text, after[0], after[1])
                return option.name in {"pair", "pairs"}, pairs
            return True, self._meant(option.name, text, after[1], value.start)
        for flag in (text[:2], text[:3], text[: text.find(":") + 1]):
            option = self.table.get(flag)
            if option and option.joined and len(text) >= len(flag) and value.end > value.start + 2:
                rest = behind(self.content, value, flag)
                if rest.text or rest.kind == "reference":
                    return False, self._meant(option.name, flag, rest, value.start)
        generic = _ONE_DASH.fullmatch(text)
        if generic is None and text[:2] == "--":
            generic = _LONG.fullmatch(text)
        if generic is None:
            if text[:1] != "-" and not (self.program in _SLASHED and text[:1] == "/"):
                if not self.words and (own := OPTIONS.get(f"{self.program} {text.lower()}")):
                    self.table = {**self.table, **own}
                self.words.append(value)
            return False, iter(())
        if not after or not follows or head(after[1])[:1] == "-" or after[1].end <= after[1].start:
            return False, iter(())
        if _NO_VALUE.fullmatch(generic["name"]):
            return False, iter(())
        return True, self._fact((generic["name"],), after[1], value.start, "")

    def _positions(self) -> Iterator[Assignment]:
        """Arguments that mean something by their position."""
        if self.program in _BATCH and not any(_BATCHED.match(head(v)) for _, v in self.arguments):
            return
        texts = [head(word) for word in self.words]
        for pattern in WORDS.get(self.program, ()):
            # Words before may be values of options that are not known.
            last = len(texts) - len(pattern) if pattern[0][0] not in "<*" else 0
            for first in range(min(last, 9) + 1):
                own = texts[first : first + len(pattern)]
                if len(own) == len(pattern) and _fits(pattern, own):
                    yield from self._positioned(pattern, self.words[first:])
                    break

    def _positioned(self, pattern: tuple[str, ...], words: list[Value]) -> Iterator[Assignment]:
        name: tuple[str, ...] = ()
        for sign, word in zip(pattern, words, strict=False):
            if sign == "<name>":
                name = tuple(re.findall(r"[\w-]+", head(word)))
                if self.program == "git" and len(name) < 2:
                    return  # each of its settings belongs to a section
            elif sign == "<value>":
                yield from self._fact(name, word, word.start, "")
            elif sign == "<user/password>":
                if head(word)[:1] != "/":  # nobody: sqlplus /nolog, sqlplus / as sysdba
                    yield from self._meant("user/password", "", word, word.start)
            elif sign[0] == "<":
                yield from self._fact((sign[1:-1],), word, word.start, "")

    def _meant(self, name: str, flag: str, value: Value, start: int) -> Iterator[Assignment]:
        """What the value of a known option says."""
        sign = name[4:5] if name.startswith("user") else ""
        if sign:
            halves = split(self.content, value, sign)
            yield from self._fact((flag, "user"), halves[0] if halves else value, start, "")
            if halves:
                rest = halves[1]
                if sign == "/" and (cut := split(self.content, rest, "@")):
                    rest = cut[0]
                yield from self._fact((flag, "password"), rest, start, sign)
        elif name == "header":
            match = _HEADER.match(head(value))
            if match:
                rest = behind(self.content, value, match[0])
                yield from self._fact((flag, match[1]), rest, start, ":")
        elif name in {"pair", "pairs"}:
            yield from self._pairs(name, flag, value, start)
        elif name == "source":
            if head(value).startswith("pass:"):
                rest = behind(self.content, value, "pass:")
                yield from self._fact((flag, "password"), rest, start, ":")
        elif name != "script":
            yield from self._fact((flag, name), value, start, "")

    def _pairs(self, kind: str, flag: str, value: Value, start: int) -> Iterator[Assignment]:
        rest: Value | None = value
        for _ in range(MOST_WORDS):
            match = _PAIR.match(head(rest)) if rest else None
            if not rest or not match:
                return
            rest = behind(self.content, rest, match[0])
            own, value, rest = rest, rest, None
            if kind == "pairs":
                signs = [sign for sign in ", " if sign in (own.text or "")]
                for sign in signs[:1]:
                    value, rest = split(self.content, own, sign) or (own, None)
            name = tuple(word for word in re.split(r"[.\[\]\"'\\]+", match[1]) if word)
            yield from self._fact((flag, *name), value, start, "=")

    def _named(self, kind: str, flag: str, name: str, value: Value) -> Iterator[Assignment]:
        """Pairs of which the first is already cut in two."""
        if kind not in {"pair", "pairs"}:
            return
        rest: Value | None = None
        if kind == "pairs" and (halves := split(self.content, value, ",")):
            value, rest = halves
        yield from self._fact((flag, *name.split(".")), value, value.start - 1, "=")
        if rest:
            yield from self._pairs(kind, flag, rest, rest.start)

    def _fact(
        self, words: tuple[str, ...], value: Value, start: int, sign: str
    ) -> Iterator[Assignment]:
        if not words or (not value.text and value.kind in {"literal", "template"}):
            return
        path = [self.program, *words]
        if len(path) == 3 and path[1].lstrip("-") == path[2]:
            del path[1]
        first = min(start, value.start)
        yield Assignment(path[-1], tuple(path), value, first, value.end, sign, "option")


def _piped(item: Call, content: bytes) -> Iterator[Assignment]:
    """What `echo` hands to a program that reads a password from its input."""
    match = _PIPE.match(content, item.end)
    given = [v for k, v in item.arguments if k is None and head(v)[:1] != "-"]
    if item.name == "printf" and len(given) > 1 and "%" in head(given[0]):
        del given[0]  # how the others are printed
    if match is None or not given:
        return
    words = match[1].decode("utf-8", "replace").split()
    programs = [_program(word) for word in words]
    program = next((name for name in reversed(programs) if name in PIPED), "")
    if program and (program in _ASKS or any(map(_is_stdin, words))):
        command = _Command(item, content)
        command.program = program
        for value in given if item.name == "printf" else given[:1]:
            # Some programs ask twice: echo -e "...\\n..." | smbpasswd
            twice = split(content, value, "\\n") or split(content, value, "\n")
            once = twice[0] if twice and PIPED[program] == "password" else value
            yield from command._meant(PIPED[program], "<", once, item.start)


def _here(item: Call, content: bytes) -> Iterator[Assignment]:
    """The text that a program gets as its input: `sudo -S <<< "..."`."""
    match = _HERE.search(content, max(item.start, item.end - 1), item.end + 400)
    name = _program(_source_name(item, content))
    words = [head(value) for _, value in item.arguments]
    program = next((word for word in (name, *words) if word in PIPED), "")
    if match and program and (program in _ASKS or any(map(_is_stdin, words))):
        value = Value("literal", match["text"].decode("utf-8", "replace"), *match.span("text"))
        command = _Command(item, content)
        command.program = program
        yield from command._meant(PIPED[program], "<", value, item.start)


def _is_stdin(word: str) -> bool:
    return word in {"-S", "--with-token"} or word.endswith("stdin") or "passphrase-fd" in word


_SLASHED = {"net"}
"""A program of Windows, whose options begin with a slash."""
_BATCH = {"htpasswd"}
"""Programs that take a password from their command line only with an option, and else ask."""
_BATCHED = lazy.pattern(r"-\w*b|--batch")
_ASKS = {"chpasswd", "vncpasswd", "kinit", "smbpasswd", "passwd", "cryptsetup"}
"""Programs that read a password from their input without an option."""
