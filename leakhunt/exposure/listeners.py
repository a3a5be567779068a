"""The generic matcher: rows of `signatures/exposure/` over the facts of one file."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.exposure import addresses, environment, shapes
from leakhunt.exposure.imports import loader
from leakhunt.exposure.model import Given, Listener, Scope
from leakhunt.exposure.names import Names, within
from leakhunt.exposure.patterns import BY_NAME, Pattern, patterns, settings
from leakhunt.exposure.specs import Picker
from leakhunt.exposure.surroundings import setting_of
from leakhunt.exposure.values import Reader, partly_unknown
from leakhunt.globs import name_matches
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.places import Places
    from leakhunt.exposure.rows import Row
    from leakhunt.facts.model import Assignment, Call, Facts, Value

_FUNCTION = lazy.pattern(rb"(?s)(?:async\b\s*)?(?:function\b|lambda\b|func\b|fn\b|.{0,120}?=>)")
_CALLBACK = lazy.pattern(
    r"(?i)(?:^|\.)(?:cb|done|next|resolve|on[A-Z_]\w*|\w*(?:callback|listener|handler|ready|started"
    r"|start|listening|resolve|fn|func|message|log|info|up))$"
)
NEAR = 2000
"""Bytes between the parts of an address that belong together."""
_WITH_SOCKET = lazy.pattern(rb"\bwith[ \t]+[\w.]*socket\([^\n]*STREAM")
_CLASS = lazy.pattern(
    rb"(?m)^[ \t]*class[ \t]+(?P<name>\w{1,80})[ \t]*\((?P<bases>[\w.,\s]{1,300})\)\s*:"
)
_OTHER_FAMILIES = lazy.pattern(rb"AF_(?:UNIX|BLUETOOTH|NETLINK|PACKET|CAN|VSOCK|LOCAL|ALG|TIPC)")


class _Address(NamedTuple):
    """What a call or a setting says about where it listens."""

    host: str
    scope: Scope
    given: Given
    port: int | None
    start: int
    end: int
    origin: int = -1
    """Where the text of the host stands, if that is known and in this file."""


def listeners(places: Places, facts: Facts) -> Iterator[Listener]:
    """Find what code opens.

    Args:
        places: the places of the file, with its content.
        facts: what it says.

    Yields:
        Every listener whose API a row knows, also those that are on loopback.
    """
    yield from _Matcher(places, facts).all()


def _bases(content: bytes) -> dict[str, list[str]]:
    """The classes of a file of Python, and what they are derived from."""
    return {
        found["name"].decode(): re.findall(r"[\w.]+(?=\s*(?:,|$))", found["bases"].decode())
        for found in _CLASS.finditer(content)
    }


class _Matcher:
    def __init__(self, places: Places, facts: Facts) -> None:
        self.path = places.path
        self.content = places.content
        self.facts = facts
        self.reader = Reader(
            facts, places.content, loader(places.path, facts.language, places.near)
        )
        self.names = Names(facts, self.reader.resolver)
        self.picker = Picker(self.reader)
        self.places = places
        self.called = {call.name for call in facts.calls}
        self.bases = _bases(places.content) if facts.language == "python" else {}

    def all(self) -> Iterator[Listener]:
        """Yield what is opened; no default of an option if what opens the port uses it."""
        found = list(self._all())
        used = [address.origin for item, address in found if not item.declared]
        for item, address in found:
            if not item.declared or not any(address.start <= at < address.end for at in used):
                yield item

    def _all(self) -> Iterator[tuple[Listener, _Address]]:
        seen: set[tuple[int, int]] = set()
        by_name = patterns(self.facts.language)
        for call in map(self._base, self.facts.calls):
            known = by_name.get(self.names.last(call))
            if known:
                row = self._row(call, known)
                if row and (call.start, call.end) not in seen:
                    seen.add((call.start, call.end))
                    yield from self._of_call(row, call)
        by_word = settings(self.facts.language)
        for fact in self.facts.assignments:
            name = fact.name.rpartition(".")[2]
            if name in by_word and fact.form not in {"comparison", "return", "parameter"}:
                yield from self._of_setting(fact, by_word[name])

    # --- Calls

    def _base(self, call: Call) -> Call:
        """A call of a class of this file as one of the class that it is derived from."""
        base = None if call.receiver else self.bases.get(call.name)
        if not base:
            return call
        receiver, _, name = base[-1].rpartition(".")  # what opens a port stands behind the mixins
        return dataclasses.replace(call, name=name, receiver=receiver)

    def _row(self, call: Call, known: tuple[Pattern, ...]) -> Row | None:
        """The row that a call belongs to: of several one that names it in full."""
        full, sure = self.names.full(call)
        loose: Row | None = None
        exact: Row | None = None
        for row, expression, prefix in known:
            if expression is None:
                if loose is None and exact is None and self._loosely(row, call, full, sure):
                    loose = row
            elif expression.fullmatch(full) and self._possible(row, call):
                whole = not prefix or (not sure and self.names.imports_any((prefix, prefix + ".*")))
                if whole and (exact is None or row.only):
                    exact = row
        return exact or loose

    def _possible(self, row: Row, call: Call | None) -> bool:
        if row.files and not any(name_matches(glob, self.path) for glob in row.files):
            return False
        if row.requires and not self.names.imports_any(row.requires):
            return False
        if row.needs and not self.called.intersection(row.needs):
            return False
        return call is None or not row.only or shapes.SHAPES[row.only](self.reader, call)

    def _loosely(self, row: Row, call: Call, full: str, sure: bool) -> bool:
        strict = sure and self.facts.language in BY_NAME
        if strict and not any(within(full, name) for name in row.imports):
            return False
        if not self._possible(row, call):
            return False
        if row.imports and not (
            self.names.imports_any(row.imports) or any(within(full, one) for one in row.imports)
        ):
            return False
        if row.receivers and not re.search(row.receivers, call.receiver):
            return False
        if row.shape in shapes.SHAPES:
            return shapes.SHAPES[row.shape](self.reader, call)
        return not row.shape or shapes.matches(self.reader, call, row.shape)

    def _of_call(self, row: Row, call: Call) -> Iterator[tuple[Listener, _Address]]:
        if any(keyword in row.unless for keyword, _ in call.arguments) or any(
            self.picker.pick(call, f"0.{name}") is not None for name in row.unless
        ):
            return
        protocol = row.protocol
        if protocol == "socket":
            made = self._made(call)
            if _OTHER_FAMILIES.search(made) or self._tries(call):
                return
            protocol = "udp" if re.search(rb"(?i)DGRAM|udp", made) else "tcp"
        found = self._address(row, call)
        if found is None or (protocol == "udp" and not found.port):
            return
        yield self._listener(row, found, protocol, call), found

    def _tries(self, call: Call) -> bool:
        """Whether a socket is closed again at once: it only tries whether a port is free."""
        before = self.content[max(0, call.start - 300) : call.start]
        return "listen" not in self.called and bool(_WITH_SOCKET.search(before))

    def _made(self, call: Call) -> bytes:
        """The source of the call that made what a call is made on."""
        words = call.receiver.split(".")
        for fact in reversed(self.facts.assignments):
            if fact.start < call.start and fact.name == words[-1] and fact.value.kind == "call":
                return self.content[fact.value.start : fact.value.end]
        return self.content[call.start : call.start + 200].partition(call.name.encode())[0]

    def _address(self, row: Row, call: Call) -> _Address | None:
        port = self._port(row, call)
        found = [
            self._of_address(row, value)
            for spec in row.address
            if (value := self.picker.pick(call, spec)) is not None
        ]
        found += [
            self._of_host(row, value, port)
            for spec in row.host
            if (value := self._host(call, spec)) is not None
        ]
        if found:
            said = [one for one in found if one is not None]
            told = [one for one in said if one.scope is not Scope.UNKNOWN]
            return told[0] if told else None if len(said) < len(found) else found[0]
        if port is None and self._is_path(row, call):
            return None
        if self._spread(call):
            return _Address("", Scope.UNKNOWN, Given.OMITTED, port, call.start, call.end)
        return self._scoped(row, row.omitted, "", Given.OMITTED, port, call.start, call.end)

    def _host(self, call: Call, spec: str) -> Value | None:
        """What stands where a host may stand, if it is no function to call later."""
        value = self.picker.pick(call, spec)
        if value is None or not spec.isdigit():
            return value
        if value.kind == "unknown":
            source = self.content[value.start : min(value.end, value.start + 200)]
            return None if _FUNCTION.match(source) else value
        later = value.kind == "reference" and _CALLBACK.search(value.text or "")
        return None if later and self.reader.text(value).text is None else value

    def _is_path(self, row: Row, call: Call) -> bool:
        """Whether a path stands where a port may stand: a socket, not a port."""
        values = (self.picker.pick(call, spec) for spec in row.port)
        texts = (self.reader.text(value).text for value in values if value is not None)
        return any(addresses.scope_of(text) is Scope.SOCKET for text in texts if text)

    def _spread(self, call: Call) -> bool:
        """Whether arguments come from a list or an object that is spread out here."""
        starts = (value.start for _, value in call.arguments)
        return any(
            self.content[at : at + 3] == b"..." or self.content[at : at + 1] == b"*"
            for at in starts
        )

    def _port(self, row: Row, call: Call) -> int | None:
        picked = (self.picker.pick(call, spec) for spec in row.port)
        values = [value for value in picked if value is not None]
        if not values:
            return row.default_port if row.default_port >= 0 else None
        ports = map(self.reader.port, values)
        return next((port for port in ports if port is not None), None)

    def _of_address(self, row: Row, value: Value) -> _Address | None:
        """`host:port` in one text, or both in a pair or an object."""
        several = self.reader.texts(value)
        pair = None if several else self.reader.endpoint(value)
        if pair is not None:
            host, port = pair
            number = self.reader.port(port) if port is not None else None
            if host is None or self.reader.is_any(host):
                given = Given.OMITTED if host is None else Given.LITERAL
                scope = row.omitted if host is None else "wildcard"
                return self._scoped(row, scope, "", given, number, value.start, value.end)
            return self._of_host(row, host, number)
        found: list[_Address | None] = []
        for told in several or [self.reader.text(value)]:
            if told.text is None:
                found.append(_Address("", Scope.UNKNOWN, told.given, None, value.start, value.end))
                continue
            texts = re.split(r"[;,]\s*", told.text) if "://" in told.text else [told.text]
            said = (self._of_text(row, text, told.given, value) for text in texts)
            found += [item and item._replace(origin=told.origin) for item in said]
        open_ones = [item for item in found if item and item.scope is Scope.WILDCARD]
        return (open_ones or found)[0]

    def _of_text(self, row: Row, text: str, given: Given, value: Value) -> _Address | None:
        start, end = value.start, value.end
        if not text:
            empty = row.null if row.null and given is Given.EMPTY else row.empty
            return self._scoped(row, empty, "", Given.EMPTY, None, start, end)
        address = addresses.split(text)
        port = address.port
        if port is None and address.scheme in {"http", "https"} and not partly_unknown(text):
            port = 443 if address.scheme == "https" else 80
        if address.host is None:
            return self._scoped(row, row.omitted, "", given, port, start, end)
        if not address.host:
            return self._scoped(row, row.empty, "", given, port, start, end)
        if partly_unknown(address.host):
            return _Address(address.host, Scope.UNKNOWN, given, port, start, end)
        return _Address(address.host, addresses.scope_of(address.host), given, port, start, end)

    def _of_host(self, row: Row, value: Value, port: int | None) -> _Address | None:
        if self.reader.is_any(value):
            return _Address("", Scope.WILDCARD, Given.LITERAL, port, value.start, value.end)
        told = self.reader.text(value)
        start, end = (told.start, told.end) if told.start >= 0 else (value.start, value.end)
        if told.text is None:
            return _Address("", Scope.UNKNOWN, told.given, port, start, end)
        if told.text == "false" and value.kind == "boolean":
            return _Address("false", Scope.LOOPBACK, told.given, port, start, end)
        if told.text == "":
            scope = row.null if row.null and told.given is Given.EMPTY else row.empty
            return self._scoped(row, scope, "", Given.EMPTY, port, start, end)
        if told.text == "true" and value.kind == "boolean":
            return _Address("true", Scope.WILDCARD, told.given, port, start, end)
        address = addresses.split(told.text)
        if port is None and address.port is not None and address.host:
            port = address.port
        host = address.host or told.text
        scope = Scope.UNKNOWN if partly_unknown(told.text) else addresses.scope_of(host)
        return _Address(host, scope, told.given, port, start, end, told.origin)

    def _scoped(
        self, row: Row, scope: str, host: str, given: Given, port: int | None, start: int, end: int
    ) -> _Address | None:
        return None if scope == "none" else _Address(host, Scope(scope), given, port, start, end)

    # --- Settings in code

    def _of_setting(
        self, fact: Assignment, known: tuple[tuple[Row, tuple[str, ...]], ...]
    ) -> Iterator[tuple[Listener, _Address]]:
        names = list(self.names.type_at(fact.path))
        for row, words in known:
            if not self._possible(row, None) or ".".join(words) not in names:
                continue
            if row.imports and not self.names.imports_any(row.imports):
                continue
            if row.address:
                found = self._of_address(row, fact.value)
            else:
                found = self._of_host(row, fact.value, self._sibling_port(row, fact))
            if found is not None:
                if row.protocol == "udp" and not found.port:
                    continue
                yield self._listener(row, found, row.protocol, None), found
                return

    def _sibling_port(self, row: Row, fact: Assignment) -> int | None:
        """The port that is set beside a host: the same path but for its last word."""
        for name in row.port:
            for other in self.facts.assignments:
                if other.name == name and other.path[:-1] == fact.path[:-1]:
                    return self.reader.port(other.value)
        for name in row.port:
            beside = [f for f in self.facts.assignments if f.name == name and f.path[1:]]
            for other in beside:
                if other.path[0] == fact.path[0] and abs(other.start - fact.start) < NEAR:
                    return self.reader.port(other.value)
        return row.default_port if row.default_port >= 0 else None

    def _listener(self, row: Row, found: _Address, protocol: str, call: Call | None) -> Listener:
        debug = row.debugger or (
            call is not None and any(self.picker.is_true(call, spec) for spec in row.debug)
        )
        confidence = Confidence(row.confidence)
        notes = []
        if found.given is Given.DEFAULT:
            notes.append("the address is a default that an option or the environment overrides")
            confidence = min(confidence, Confidence.MEDIUM, key=lambda level: level.rank)
        return Listener(
            signature=row.id,
            api=row.api,
            where=self.places.at(found.start, found.end),
            host=found.host,
            scope=found.scope,
            given=found.given,
            port=found.port,
            protocol=protocol,
            known=row.known,
            contained=row.contained,
            debug=debug,
            setting=setting_of(self.path),
            confidence=confidence,
            own=True,
            declared=row.declares,
            notes=tuple(notes),
            variables=environment.of_call(self.picker, self.reader.resolver, row, call),
        )
