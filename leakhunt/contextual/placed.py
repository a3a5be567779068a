"""Texts that their place makes a secret: the branches of a choice, arguments where passwords go."""

from __future__ import annotations

import functools
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual.gates import ASKED, DEFAULT, DEFINES, NAMES
from leakhunt.contextual.stated import Stated
from leakhunt.contextual.values import look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.contextual.names import Names
    from leakhunt.facts.model import Call, Facts, Value

MOST = 20_000
"""Facts and calls of a file that are looked at."""
_DEFINED = lazy.pattern(
    rf"\b{DEFINES}[ ](?:[^\n\"'`;=()]{{0,80}}[ *&])?".encode()
    + rb"(?P<name>[A-Za-z_]\w{1,60})(?:<[\w, ]{1,40}>)?[ ]?\((?P<takes>[^()]{4,400})[\n)]"
)
_HANDED = lazy.pattern(rb"(?<!\w)(\w{2,61})\((?=[^\n]{0,200}?[\"'])")
_ASKED = lazy.pattern(ASKED.removeprefix("(?i)").encode())
"""For a line in lower case."""
_DEFAULT = lazy.pattern(DEFAULT.encode())
_TAKES = lazy.pattern(rf"(?i){NAMES}".encode())
_RECEIVER = lazy.pattern(rb"(?:&(?:mut )?)?(?:self|cls|this)\b")
_CLASS = lazy.pattern(rb"\b(?:class|struct|impl)[ ](?P<name>[A-Za-z_]\w{1,60})")
_MAKES = {b"__init__", b"initialize", b"constructor"}
"""What a constructor is called where it is not called like its class."""
_NEW = "new"
_WORD = lazy.pattern(rb"[A-Za-z_]\w*")
_LABELS = lazy.pattern(
    r"(?i)assert|expect|trans|label|mess|msg|titl|text|desc|log|print|replace|match|contain|colum|"
    r"field|index|alias|rename|map\b|regist|rule|error|warn|info|debug|trace|help|hint|valid|"
    r"swagger|\A(?:t|tr|_+|i18n|lang|get)\Z"
)
"""Parts of the names of functions that say something about what they are handed by name."""
SETS = "=>"
"""The sign between the two where a call sets a property, so that a word is a value as well."""
_SETS = lazy.pattern(
    r"(?i)\A(?:(?:set|add|put|with|system)_?)?(?:[a-z]+_?)?(?:propert(?:y|ies)|default|option|"
    r"env(?:ironment)?"
    r"|setting|config)\Z"
)
_SETTING = lazy.pattern(r"[A-Z][A-Z0-9_]+|[\w-]+(?:[._-][\w-]+)+")
"""How settings are called: DB_PASSWORD, test.password."""


class Taking(NamedTuple):
    """Where a function of a file takes a secret."""

    number: int
    """Among its arguments, from 0."""
    name: str
    """What the argument is called there."""


def takes(line: bytes, data: bytes) -> bool:
    """Say whether only the code around a line tells of a secret: one of several that are asked for.

    Or a function that takes one begins there, and is handed a text somewhere.

    Args:
        line: without its end.
        data: the text of the file.
    """
    if _ASKED.search(line.lower()) or _DEFAULT.search(line):
        return True
    defined = _DEFINED.search(line)
    if defined is None or not _TAKES.search(defined["takes"]):
        return False
    name = defined["name"]
    if name in _MAKES:
        return True  # the name of the class stands further up
    return _handed(data)[name] > _HANDED.findall(line).count(name)


@functools.lru_cache(2)
def _handed(data: bytes) -> Counter[bytes]:
    """How often each name of a file stands before a bracket with a text behind it."""
    return Counter(_HANDED.findall(data))


def placed(read: Facts, data: bytes, names: Names) -> Iterator[Stated]:
    """Yield the texts of a file whose place says that they are secrets.

    Args:
        read: what the file says.
        data: the file.
        names: tells which names are those of secrets.
    """
    yield from _branches(read, names)
    taking = _taking(data, names)
    for call in read.calls[:MOST]:
        given = [value for keyword, value in call.arguments if keyword is None]
        name = call.name
        if name == _NEW:
            name = call.receiver.rpartition(".")[2]
        for place in taking.get(name, {}):
            if place.number < len(given) and given[place.number].kind == "literal":
                yield _stated(given[place.number], (place.name,), "argument")
        if len(given) == len(call.arguments) == 2 and not _LABELS.search(call.name):
            yield from _set(call, given, names)


def _stated(value: Value, path: tuple[str, ...], form: str) -> Stated:
    return Stated(path, value.text or "", value.start, value.end, "=", form)


def _branches(read: Facts, names: Names) -> Iterator[Stated]:
    """All texts that a secret may become, by what is asked before; and those that go before it."""
    for fact in read.assignments[:MOST]:
        if fact.value.kind == "literal" and fact.value.end < fact.start and fact.form == "field":
            known = names.of_path(fact.path)
            if known is not None and known.sure and not fact.value.decoded:
                yield _stated(fact.value, fact.path, fact.form)
        if fact.value.kind != "choice" or fact.form in {"comparison", "return"}:
            continue
        known = names.of_path(fact.path)
        if known is not None and known.sure:
            parts = [part for part in fact.value.parts if part.kind == "literal" and part.text]
            drawn = any(map(_is_drawn, parts))
            for part in parts:
                if not part.decoded:
                    said = _stated(part, fact.path, fact.form)
                    yield said._replace(sign=SETS) if drawn else said


def _is_drawn(part: Value) -> bool:
    """Say whether a branch is surely a secret, so that the others are no names of anything."""
    seen = look(part.text or "", "password")
    return seen.kind in {"mixed", "random"} and any(map(str.isdigit, part.text or ""))


def _set(call: Call, given: list[Value], names: Names) -> Iterator[Stated]:
    """What a call gives a setting: systemProperty 'test.password', '...'."""
    key, value = given
    if value.kind != "literal" or value.decoded or not key.text or len(key.text) > MOST:
        return
    constant = key.kind in {"reference", "constant"} and key.text.rpartition(".")[2].isupper()
    # What follows an option that is declared describes it.
    sets = _SETS.search(call.name) is not None and not key.text.startswith("-")
    if not constant and (key.kind != "literal" or not (sets or _SETTING.fullmatch(key.text))):
        return
    path = tuple(key.text.split("."))
    known = names.of_path(path)
    if known is not None and known.sure:
        yield _stated(value, path, "pair")._replace(sign=SETS if sets else "=")


def _taking(data: bytes, names: Names) -> dict[str, dict[Taking, None]]:
    """The functions of a file that take secrets, by name; each place once, as they come."""
    found: dict[str, dict[Taking, None]] = {}
    for defined in _DEFINED.finditer(data):
        if not _TAKES.search(defined["takes"]):
            continue
        name = defined["name"]
        if name in _MAKES:
            classes = list(_CLASS.finditer(data, max(0, defined.start() - 4_000), defined.start()))
            if not classes:
                continue
            name = classes[-1]["name"]
        parameters = [part.strip() for part in defined["takes"].split(b",")]
        if _RECEIVER.match(parameters[0]):
            del parameters[0]
        for number, parameter in enumerate(parameters):
            for word in _WORD.findall(parameter.partition(b"=")[0]):
                own = word.decode()
                known = names.look_up(own)
                if known is not None and known.sure and own.lower() != "token":
                    found.setdefault(name.decode(), {})[Taking(number, own)] = None
                    break
    return found
