"""The generic matcher of configuration: rows of the form `setting` over the settings of a file."""

from __future__ import annotations

import fnmatch
import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy, numbers
from leakhunt.exposure import addresses, directives, rows, special
from leakhunt.exposure.model import Auth, Given, Listener, Scope
from leakhunt.exposure.surroundings import setting_of
from leakhunt.globs import expand, name_matches
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.exposure.places import Places
    from leakhunt.exposure.rows import Row
    from leakhunt.facts.model import Facts, Value

_SPLIT = lazy.pattern(r"[,;\s]+")
_SECTIONS = {"frontend", "backend", "listen", "global", "defaults", "program"}
"""Words that begin a section of HAProxy, which no sign ends."""
_OFF = {"false", "no", "off", "0", "none", "disabled", "reject", ""}
_ON = {"true", "yes", "on", "1", "enabled"}


_VARIABLES = lazy.pattern(
    r"(?i)(?:^|/)(?:[\w.-]*\.)?(?:env|flaskenv|dotenv)(?:[.-][\w.-]*)?$|(?:^|/)env\."
)


class Item(NamedTuple):
    """One setting, whatever format it comes from.

    Attributes:
        path: its words in small letters, outermost first.
        values: text and place of each of its values.
        block: what settings that belong together share.
        given: how it is given.
    """

    path: tuple[str, ...]
    values: tuple[tuple[str, int, int], ...]
    block: object
    given: Given = Given.LITERAL

    @property
    def name(self) -> str:
        """The last word."""
        return self.path[-1]


class _Glob(NamedTuple):
    """One glob of a row, and what has to stand in a path that it matches."""

    core: str
    text: str
    row: int


@functools.cache
def _globs() -> dict[str, tuple[_Glob, ...]]:
    """All globs of rows, by the ending that they ask for; those that leave it open under each."""
    found: dict[str, list[_Glob]] = {"": []}
    for number, row in enumerate(_settings()):
        for glob in (part for text in row.files for part in expand(text)):
            pieces = re.split(r"[*?]|\[[^\]]*\]", glob.lower())
            ending = _ending(pieces[-1]) if "." in pieces[-1] else ""
            found.setdefault(ending, []).append(_Glob(max(pieces, key=len), glob, number))
    return {ending: (*some, *(found[""] if ending else ())) for ending, some in found.items()}


def _ending(name: str) -> str:
    return name[name.rfind(".") :] if "." in name else ""


@functools.lru_cache(4096)
def rows_of(path: str) -> tuple[Row, ...]:
    """Return the rows whose files a path may be."""
    low, known = path.replace("\\", "/").lower(), _globs()
    last = low.rfind("/")
    tail = low[low.rfind("/", 0, last) + 1 :] if last >= 0 else low
    globs = known.get(_ending(low[last + 1 :]), known[""])
    # Most paths hold no core, and are none of a row's files.
    near = [one for one in globs if one.core in tail]
    rows = {one.row for one in near if name_matches(one.text, path)}
    return tuple(_settings()[number] for number in sorted(rows))


@functools.cache
def _settings() -> tuple[Row, ...]:
    return tuple(row for row in rows.load() if row.form == "setting")


def listeners(places: Places, facts: Facts) -> Iterator[Listener]:
    """Find what a configuration file opens.

    Args:
        places: the places of the file.
        facts: what its reader says.
    """
    known = rows_of(places.path)
    if not known:
        return
    items = {
        "directives": lambda: list(of_directives(places.content)),
        "facts": lambda: list(of_facts(facts)),
    }
    made: dict[str, list[Item]] = {}
    for row in known:
        form = "directives" if row.shape == "directives" else "facts"
        if form not in made:
            made[form] = items[form]()
        yield from _of_row(places, row, made[form])


def of_facts(facts: Facts) -> Iterator[Item]:
    """Settings as the readers of formats give them."""
    for fact in facts.assignments:
        told = _told(fact.value)
        if told is None:
            continue
        text, given = told
        path = tuple(word.lower() for word in fact.path)
        yield Item(path, ((text, fact.value.start, fact.value.end),), path[:-1], given)


def of_directives(content: bytes) -> Iterator[Item]:
    """Directives as settings."""
    section = 0
    for one in directives.read(content):
        heads = tuple(head.split(" ")[0].lower() for head in one.path)
        values = tuple((word.text, word.start, word.end) for word in one.words)
        if one.name in _SECTIONS and not one.path:
            section = one.start
        block = (one.block, section) if not one.path else one.block
        yield Item((*heads, one.name), values, block)


def _told(value: Value) -> tuple[str, Given] | None:
    if value.kind in {"literal", "number", "boolean", "constant"}:
        return value.text or "", Given.LITERAL
    if value.kind == "null":
        return "", Given.EMPTY
    if value.kind == "template":
        parts = [_told(part) for part in value.parts]
        given = Given.DEFAULT if any(p and p[1] is Given.DEFAULT for p in parts) else Given.LITERAL
        return "".join(part[0] if part else "${}" for part in parts), given
    if value.kind == "choice":
        for part in value.parts:
            told = _told(part)
            if told is not None and part.kind != "reference":
                return told[0], Given.DEFAULT
    return None


def _of_row(places: Places, row: Row, items: Sequence[Item]) -> Iterator[Listener]:
    if row.only == "variable" and not _VARIABLES.search(places.path):
        return
    wanted = [tuple(path.lower().split(".")) for path in row.paths]
    if row.needs and not any(item.name in row.needs for item in items):
        return
    for item in items:
        if not any(_fits(item.path, path) for path in wanted):
            continue
        siblings = [other for other in items if other.block == item.block]
        if any(_holds(text, siblings) for text in row.unless):
            continue
        if row.requires and not any(_holds(text, items) for text in row.requires):
            continue
        found = _address(row, item, siblings, items)
        if found is not None:
            yield _listener(places, row, item, found, items)


def _fits(path: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    if wanted[0] == "^":
        return path == wanted[1:]
    return len(path) >= len(wanted) and all(
        own == want or ("*" in want and fnmatch.fnmatchcase(own, want))
        for own, want in zip(path[-len(wanted) :], wanted, strict=True)
    )


def _holds(text: str, items: Sequence[Item]) -> bool:
    """Whether a setting is there: `name`, or `name=value` with that value."""
    name, sign, value = text.lower().partition("=")
    for item in items:
        if item.name != name.rpartition(".")[2] or not ".".join(item.path).endswith(name):
            continue
        if not sign:
            return True
        texts = [one.lower().strip("'\"") for one, _, _ in item.values]
        if value in texts or (value == "" and (not texts or texts == [""])):
            return True
    return False


class _Found(NamedTuple):
    host: str
    scope: Scope
    port: int | None
    start: int
    end: int
    given: Given


def _address(
    row: Row, item: Item, siblings: Sequence[Item], items: Sequence[Item]
) -> _Found | None:
    """Of all addresses that a setting gives the widest."""
    found: list[_Found] = []
    port = _port(row, siblings, items)
    if row.only in special.SPECIAL:
        told = special.SPECIAL[row.only](item.values, siblings, items)
        if told is None:
            return None
        host, number, start, end = told
        scope = addresses.scope_of(host) if host else Scope.WILDCARD
        return _Found(host, scope, port if number is None else number, start, end, item.given)
    taken = item.values[:1] if row.only == "first" else item.values
    for text, start, end in taken:
        parts = (
            [text]
            if row.only == "whole"
            else [p for p in _SPLIT.split(text.strip("[] ")) if p] or [""]
        )
        for part in parts:
            one = _part(row, part.strip("'\""), port, start, end, item.given)
            if one is not None:
                found.append(one)
    if not item.values and row.empty not in {"unknown", "none"}:
        found.append(_Found("", Scope(row.empty), port, 0, 0, Given.EMPTY))
    return next((one for one in found if one.scope is Scope.WILDCARD), found[0] if found else None)


def _part(
    row: Row, text: str, port: int | None, start: int, end: int, given: Given
) -> _Found | None:
    if row.positional == "flag":
        if text.lower() in _ON:
            return _Found("", Scope.WILDCARD, port, start, end, given)
        return None
    if not text:
        if row.empty in {"none", "unknown"}:
            return None
        return _Found("", Scope(row.empty), port, start, end, Given.EMPTY)
    if row.only == "variable" and not special.is_address(text):
        return None
    if row.only == "fpm" and text.startswith("$"):
        return None
    text = text.removeprefix("-") if row.positional == "host" else text
    if row.positional == "host":
        if "${}" in text:
            return _Found(text, Scope.UNKNOWN, port, start, end, given)
        return _Found(text, addresses.scope_of(text), port, start, end, given)
    address = addresses.split(text)
    number = address.port if address.port is not None else port
    if address.host is None:
        if row.omitted in {"none", "unknown"}:
            return None
        return _Found("", Scope(row.omitted), number, start, end, given)
    if not address.host:
        if row.empty in {"none", "unknown"}:
            return None
        return _Found("", Scope(row.empty), number, start, end, given)
    scope = Scope.UNKNOWN if "${}" in address.host else addresses.scope_of(address.host)
    return _Found(address.host, scope, number, start, end, given)


def _port(row: Row, siblings: Sequence[Item], items: Sequence[Item]) -> int | None:
    for name in row.port:
        low = name.lower()
        for group in (siblings, items):
            for other in group:
                if other.name == low and other.values:
                    number = numbers.whole(other.values[0][0])
                    if number is not None:
                        return number if number < 65536 else None
    return row.default_port if row.default_port >= 0 else None


def _listener(
    places: Places, row: Row, item: Item, found: _Found, items: Sequence[Item]
) -> Listener:
    auth = Auth.UNKNOWN
    if any(_holds(text, items) for text in row.unauth):
        auth = Auth.NONE
    elif any(_holds(text, items) for text in row.auth):
        auth = Auth.STATIC_TOKEN
    debug = row.debugger or any(_holds(text, items) for text in row.debug)
    default = found.given is Given.DEFAULT
    return Listener(
        signature=row.id,
        api=row.api,
        where=places.at(found.start, found.end),
        host=found.host,
        scope=found.scope,
        given=found.given,
        port=found.port,
        protocol=row.protocol,
        known=row.known,
        contained=row.contained,
        debug=debug,
        auth=auth,
        setting=setting_of(places.path),
        confidence=Confidence.MEDIUM if default else Confidence(row.confidence),
    )
