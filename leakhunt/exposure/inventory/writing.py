"""An inventory as text: commented, sorted, and the same for the same ports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt.exposure.addresses import scope_of
from leakhunt.exposure.inventory.model import FILE, RANKS, Entry, Intent, Opening
from leakhunt.exposure.inventory.reading import VERSION
from leakhunt.exposure.model import Auth, Reach, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.model import Location

HEAD = f"""\
# {FILE}: which ports this project opens, and for whom.
#
# exposure   contained: within its container network only    loopback: this machine only
#            internal: private networks or an allow-list     public: everybody
# reason     why a port is open wider than its exposure; expires: until when that holds
#
# `leakhunt ports check` holds this file against the repository, and
# `leakhunt ports live --check` against the sockets of a host.

version = {VERSION}
"""
PUBLIC_TIER = 5
UNKNOWN_TIER = 4
PLACES = 3
"""How many places of a port are named."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def written(found: Iterable[Opening]) -> str:
    """Write an inventory of ports that were found.

    What is meant is guessed: an internal service that is open to everybody is declared internal,
    so that `leakhunt ports check` says so.

    Args:
        found: one for each port of a service.
    """
    pieces = [HEAD]
    names: set[tuple[str, int, str]] = set()
    for opening in sorted(found, key=lambda one: (one.service, one.port, one.protocol)):
        key = (opening.service, opening.port, opening.protocol)
        if key not in names:
            names.add(key)
            pieces.append("\n".join(_service(opening)) + "\n")
    return "\n".join(pieces)


def guessed(opening: Opening) -> tuple[Intent, str]:
    """Guess for whom a port is meant.

    Returns:
        The guess, and a remark where it deserves a look, or nothing.
    """
    reach = opening.reach
    if reach is Reach.CONTAINED:
        return Intent.CONTAINED, ""
    if reach is Reach.LOCAL:
        return Intent.LOOPBACK, ""
    if reach is Reach.LIMITED:
        return Intent.INTERNAL, ""
    if reach is Reach.UNKNOWN:
        return Intent.INTERNAL, "a guess: the files do not give its address away"
    if opening.tier >= PUBLIC_TIER:
        return Intent.PUBLIC, ""
    if opening.tier >= UNKNOWN_TIER:
        return Intent.PUBLIC, "a guess: nothing says whether everybody may reach it"
    return Intent.INTERNAL, "but open to everybody, see `leakhunt ports check`"


def entry_of(opening: Opening) -> Entry:
    """Return the entry that `written` writes for a port."""
    intent, _ = guessed(opening)
    widest = opening.widest
    wide = scope_of(widest.bind) in (Scope.WILDCARD, Scope.PUBLIC) if widest.bind else True
    keeps = widest.bind if intent is Intent.PUBLIC or not wide else ""
    return Entry(
        opening.service,
        opening.port,
        intent,
        last=opening.last,
        protocol=opening.protocol,
        inside=opening.inside,
        bind=keeps if scope_of(keeps or "*") is not Scope.UNKNOWN else "",
        environments=opening.environments,
        image=opening.image,
        program=opening.program,
        auth=opening.auth,
        allow=widest.allow if RANKS.get(widest.reach) == RANKS[Reach.LIMITED] else (),
        tokens=tuple(dict.fromkeys(sorted(token.fingerprint for token in opening.tokens))),
        behind=opening.behind,
    )


def _service(opening: Opening) -> Iterator[str]:
    entry, (_, remark) = entry_of(opening), guessed(opening)
    for line in _places(opening):
        yield f"# {line}"
    yield "[[service]]"
    yield f"name = {text(entry.name)}"
    yield f"port = {entry.port}"
    if entry.last:
        yield f"last = {entry.last}"
    if entry.protocol != "tcp":
        yield f"protocol = {text(entry.protocol)}"
    if entry.inside:
        yield f"inside = {entry.inside}"
    said = f"exposure = {text(entry.exposure)}"
    yield f"{said}  # {remark}" if remark else said
    for key in ("bind", "image", "program", "behind"):
        if value := getattr(entry, key):
            yield f"{key} = {text(value)}"
    if entry.auth is not Auth.UNKNOWN:
        yield f"auth = {text(entry.auth)}"
    for key, values in (("allow", entry.allow), ("tokens", entry.tokens)):
        if values:
            yield f"{key} = [{', '.join(map(text, values))}]"
    if entry.environments:
        pairs = (f"{_key(name)} = {port}" for name, port in entry.environments.items())
        yield f"environments = {{ {', '.join(pairs)} }}"


def _places(opening: Opening) -> Iterator[str]:
    """Yield where a port is opened, without lines: those would change with every edit."""
    kinds = [part for part in (opening.known, f"opened by {_by(opening)}") if part]
    yield _harmless(", ".join(kinds))


def _by(opening: Opening) -> str:
    paths = list(dict.fromkeys(_path(one.where) for one in opening.variants))
    more = f" and {len(paths) - PLACES} more" if len(paths) > PLACES else ""
    return ", ".join(paths[:PLACES]) + more


def _path(where: Location) -> str:
    return where.path or "?"


def _harmless(comment: str) -> str:
    """Return a text that cannot end the comment that it stands in."""
    return "".join(char if char.isprintable() else "?" for char in comment)


def text(value: str) -> str:
    """Return a basic string of TOML."""
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"  # a byte that was not UTF-8; TOML has no way to write it
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else text(name)
