"""The generic matcher of command lines: rows of `commands.toml` over the words of a command."""

from __future__ import annotations

import fnmatch
import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.exposure import addresses, rows, services
from leakhunt.exposure.forwards import SPECIAL
from leakhunt.exposure.model import Auth, Given, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.argv import Command, Word
    from leakhunt.exposure.rows import Row

_ADDRESS = lazy.pattern(r"^(?:[\w.*-]*|\[[0-9a-fA-F:.]*\]|\$\{\}):(?:\d+|\$\{\})$|^\d{1,5}$")
_HOST_ONLY = lazy.pattern(r"^(?:\d+\.\d+\.\d+\.\d+|\[?::\]?|\*|localhost)$")


class Opened(NamedTuple):
    """What a command opens.

    Attributes:
        row: the row that knows it.
        host: the address as written.
        scope: what it means.
        given: how it is given.
        port: the port, or None.
        start: where the address stands, or the command.
        end: where that ends.
        known: the class of the program, or empty.
        auth: what it asks for, as far as the command says.
        debug: a debug mode is on.
    """

    row: Row
    host: str
    scope: Scope
    given: Given
    port: int | None
    start: int
    end: int
    known: str = ""
    auth: Auth = Auth.UNKNOWN
    debug: bool = False


@functools.cache
def _rows() -> tuple[tuple[Row, ...], dict[str, tuple[Row, ...]]]:
    """Rows for any program or for patterns of names, and rows by the name of a program."""
    own: dict[str, list[Row]] = {}
    free: list[Row] = []
    for row in rows.load():
        if row.form != "command":
            continue
        for program in row.programs:
            if "*" in program:
                free.append(row)
            else:
                own.setdefault(program, []).append(row)
    return tuple(dict.fromkeys(free)), {name: tuple(found) for name, found in own.items()}


@functools.cache
def _by_variable() -> dict[str, tuple[Row, ...]]:
    """Rows by the variables of the environment that tell them where to listen."""
    found: dict[str, list[Row]] = {}
    for row in rows.load():
        for name in row.environment_address if row.form == "command" else ():
            found.setdefault(name, []).append(row)
    return {name: tuple(items) for name, items in found.items()}


def single_words() -> frozenset[str]:
    """Return the programs that open a port without being told anything."""
    return frozenset(
        program
        for row in rows.load()
        if row.form == "command" and row.omitted == "wildcard"
        for program in row.programs
        if "*" not in program and (not row.sub or _free(row, program))
    )


def _free(row: Row, program: str) -> bool:
    """Whether all words that the row asks for belong to other programs."""
    owners = {entry.partition(":")[0] for entry in row.sub if ":" in entry}
    return bool(owners & set(row.programs)) and program not in owners


def opened(command: Command) -> Iterator[Opened]:
    """Yield what a command opens, also on loopback; one for each row that knows it.

    Args:
        command: a program and its words.
    """
    free, own = _rows()
    named = own.get(command.program, ())
    for variable, _ in command.environment:
        named = (*named, *(row for row in _by_variable().get(variable, ()) if row not in named))
    found = False
    script = next((word.text for word in command.words if not word.text.startswith("-")), "")
    for row in named:
        if (item := _of_row(row, command)) is not None:
            found = True
            yield item
    for row in free:
        generic = row.special == "generic"
        if generic and (found or named or not command.program):
            continue
        if generic and script.rpartition("/")[2] in own:
            continue  # python main.py --listen: that is told of the script
        if not any(fnmatch.fnmatchcase(command.program, glob) for glob in row.programs):
            continue
        if (item := _of_row(row, command)) is not None:
            yield item


def _of_row(row: Row, command: Command) -> Opened | None:
    if row.special in SPECIAL:
        told = SPECIAL[row.special](command)
        if told is None:
            return None
        host, port, word = told
        return _judged(row, command, host, port, word.start, word.end)
    if command.program in row.clients or not _sub(row, command):
        return None
    words = _Words(row, command)
    if any(words.has(flag) for flag in row.unless):
        return None
    return words.address()


def _sub(row: Row, command: Command) -> bool:
    """Whether the command is the one of its program that the row means."""
    plain = [word.text for word in command.words if not word.text.startswith("-")]
    if any(text in row.not_sub for text in plain[:2]):
        return False
    if not row.sub:
        return True
    own = [entry.partition(":") for entry in row.sub]
    wanted = {entry[2] for entry in own if entry[0] == command.program and entry[1]}
    wanted |= {entry for entry in row.sub if entry.partition(":")[0] not in row.programs}
    return not wanted or bool(wanted.intersection(plain[:4]))


class _Words:
    """The words of a command as a row reads them."""

    def __init__(self, row: Row, command: Command) -> None:
        self.row = row
        self.command = command
        self.words = command.words
        if row.environment_options:
            given = [v for name, v in command.environment if name in row.environment_options]
            self.words = (*self.words, *(w for value in given for w in _split(value)))
        self.used: set[int] = set()

    def has(self, flag: str) -> bool:
        """Whether a flag is there: `-s`, `--auth=none`, `-localhost=no` as two words too."""
        name, sign, value = flag.partition("=")
        for at, word in enumerate(self.words):
            if word.text == flag:
                return True
            if not sign and word.text.startswith(name + "="):
                return word.text.partition("=")[2].lower() not in {"false", "0", "no", "off"}
            if (
                sign
                and word.text == name
                and [w.text for w in self.words[at + 1 : at + 2]] == [value]
            ):
                return True
        return False

    def value(self, flags: tuple[str, ...]) -> Iterator[Word]:
        """Yield the values of flags, in the order of the words."""
        for at, word in enumerate(self.words):
            name, sign, rest = word.text.partition("=")
            if name in flags and sign:
                gap = len(name.encode()) + 1
                self.used.add(at)
                yield _unquoted_place(word, rest, gap)
            elif word.text in flags:
                self.used.add(at)
                following = self.words[at + 1] if at + 1 < len(self.words) else None
                if following is not None and self._follows(word.text, following.text):
                    self.used.add(at + 1)
                    yield following
                    continue
                if word.text in self.row.optional:
                    yield word._replace(text="0.0.0.0")  # noqa: S104 (what the option means)
            elif short := next((f for f in flags if len(f) == 2 and word.text.startswith(f)), ""):
                rest = word.text.removeprefix(short)
                if rest and (re.match(r"[\d.:*\[\]]", rest) or "://" in rest):
                    yield word._replace(text=rest)

    def _follows(self, flag: str, text: str) -> bool:
        """Whether a word is the value of the flag before it."""
        if text.startswith("-"):
            return False
        return flag not in self.row.optional or _looks(text)

    def port(self) -> int | None:
        """The port that a flag, or a word by its place, gives."""
        for word in self.value(self.row.port):
            found = re.match(r"\d{1,9}", word.text)
            if found and int(found[0]) < 65536:
                return int(found[0])
        if self.row.positional in {"port", "forward"}:
            for word in self._positional():
                found = re.match(r"(\d{1,5})(?::\d+)?$", word.text)
                if found and int(found[1]) < 65536:
                    return int(found[1])
        for entry in self.row.default_ports:
            program, _, port = entry.partition("=")
            if program == self.command.program:
                return int(port)
        return self.row.default_port if self.row.default_port >= 0 else None

    def _positional(self) -> Iterator[Word]:
        for at, word in enumerate(self.words):
            if at not in self.used and not word.text.startswith("-"):
                yield word

    def address(self) -> Opened | None:
        """Say where the command listens."""
        row, command = self.row, self.command
        found: list[Opened] = []
        for name, word in command.environment:
            if name in row.environment_address:
                found += self._address(word)
        for word in self.value(row.address):
            found += self._address(word)
        for word in self.value(row.host):
            if word.text in {"", "''", '""'}:
                found += self._given(row.empty, word)
                continue
            for part in re.split(r"[,\s]+", word.text):
                found += self._address(word._replace(text=part), host=True)
        found += self._assigned()
        if row.positional == "address":
            for word in self._positional():
                if _ADDRESS.match(word.text) or _HOST_ONLY.match(word.text):
                    found += self._address(word)
                    break
        if found:
            return _widest(found)
        place = command.start, command.end
        if any(self.has(flag) for flag in row.flags):
            return _judged(row, command, "", self.port(), *place, scope=Scope.WILDCARD, words=self)
        names = {name for name, _ in command.environment}
        omitted = "wildcard" if names.intersection(row.environment) else row.omitted
        if omitted in {"none", "unknown"} or not command.program:
            return None
        return _judged(
            row,
            command,
            "",
            self.port(),
            *place,
            scope=Scope(omitted),
            given=Given.OMITTED,
            words=self,
        )

    def _assigned(self) -> Iterator[Opened]:
        """`-c listen_addresses=*`, `-E network.host=x`, `-Enetwork.host=x`."""
        for word in self.words:
            text = re.sub(r"^(?:-[a-zA-Z]|--)(?=\w)", "", word.text)
            name, sign, value = text.partition("=")
            if sign and name in self.row.assignments:
                for part in re.split(r"[,\s]+", value.strip("'\"")):
                    yield from self._address(word._replace(text=part), host=True)

    def _address(self, word: Word, *, host: bool = False) -> list[Opened]:
        row = self.row
        text = word.text.strip("'\"")
        texts = [part for part in re.split(r"[,;]\s*", text) if part] or [text]
        found: list[Opened] = []
        for part in texts:
            parsed = addresses.split(part)
            if parsed.host is None and host and addresses.scope_of(part) is not Scope.UNKNOWN:
                parsed = addresses.Address(part, None)
            if parsed.host is None:
                found += self._given(row.omitted, word, parsed.port)
            elif not parsed.host:
                found += self._given(row.empty, word, parsed.port)
            elif "${}" in parsed.host:
                found += self._given("unknown", word, parsed.port)
            else:
                port = parsed.port if parsed.port is not None else self.port()
                scope = addresses.scope_of(parsed.host)
                found.append(
                    _judged(
                        row,
                        self.command,
                        parsed.host,
                        port,
                        word.start,
                        word.end,
                        scope=scope,
                        words=self,
                    )
                )
        return found

    def _given(self, scope: str, word: Word, port: int | None = None) -> list[Opened]:
        if scope == "none":
            return []
        port = port if port is not None else self.port()
        made = _judged(
            self.row,
            self.command,
            "",
            port,
            word.start,
            word.end,
            scope=Scope(scope),
            given=Given.EMPTY,
            words=self,
        )
        return [made]


def _judged(
    row: Row,
    command: Command,
    host: str,
    port: int | None,
    start: int,
    end: int,
    *,
    scope: Scope | None = None,
    given: Given = Given.LITERAL,
    words: _Words | None = None,
) -> Opened:
    known = row.known
    kind = services.of_program(command.program)
    if kind is not None and (row.program_known or row.special == "generic"):
        known = kind.name
        if port is None and kind.ports and row.program_known:
            port = kind.ports[0]
    auth = Auth.UNKNOWN
    debug = row.always_debug or row.debugger
    if words is not None:
        if any(words.has(flag) for flag in row.unauth):
            auth = Auth.NONE
        elif any(words.has(flag) for flag in row.auth):
            auth = Auth.STATIC_TOKEN
        debug = debug or any(words.has(flag) for flag in row.debug)
        on = {name for name, value in command.environment if value.text not in {"0", "false", ""}}
        debug = debug or bool(on.intersection(row.debug_environment))
    if scope is None:
        scope = addresses.scope_of(host) if host else Scope(row.empty)
    return Opened(row, host, scope, given, port, start, end, known, auth, debug)


def _widest(found: list[Opened]) -> Opened:
    return next((item for item in found if item.scope is Scope.WILDCARD), found[0])


def _looks(text: str) -> bool:
    """Whether a word behind an option that needs no value is one."""
    return bool(_ADDRESS.match(text) or _HOST_ONLY.match(text)) and not text.isdigit()


def _unquoted_place(word: Word, rest: str, gap: int) -> Word:
    return word._replace(text=rest, start=min(word.start + gap, word.end))


def _split(value: Word) -> list[Word]:
    return [value._replace(text=text.strip("'\"")) for text in value.text.split()]
