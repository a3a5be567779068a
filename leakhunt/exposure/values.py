"""From the values in a file to addresses and ports, as far as the source gives them away."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.exposure import addresses, defaults
from leakhunt.exposure.model import Given
from leakhunt.facts.resolve import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.model import Assignment, Call, Facts, Value
    from leakhunt.facts.resolve import Load
    from leakhunt.facts.resolved import Resolved

DEPTH = 8
"""References followed to a list, an object or a call."""
LONGEST = 2000
"""Bytes of an object in which names that stand alone are looked for."""
_SCRIPTS = {"javascript", "typescript", "tsx"}
_BLOCK = lazy.pattern(rb"[\"']?\s*\)\s*\{\s*[\"']?([\w.:*]+)[\"']?\s*\}")
"""What Ruby's `fetch` gives if there is nothing."""

_WRAPS = {
    *("int", "str", "Number", "parseInt", "Integer", "String", "htons", "htonl", "inet_addr"),
    *("inet_aton", "getByName", "Parse", "ParseIP", "ParseAddr", "MustParseAddr", "make_address"),
    *(
        "from_string",
        "ip_address",
        "IPv4Address",
        "IPv6Address",
        "Atoi",
        "Itoa",
        "Uint16",
        "uint16",
    ),
    *("to_i", "to_s", "parse", "unwrap", "expect", "V4", "V6", "from_str", "valueOf", "ParseInt"),
    *("ToString", "address_v4", "address_v6", "Some", "make_address_v4", "IPAddress", "Port"),
    *("Host", "toInt", "intval", "strval", "parse_host", "QHostAddress", "gethostbyname", "int32"),
    *("get_ip_address", "to_string", "clone", "Int", "fromString", "of", "text_type", "c_str"),
    *("into", "as_str", "to_owned", "IpAddr", "InetAddress", "ip", "u16", "cast", "some", "from"),
    *("normalizePort", "toNumber", "Float", "parse_port", "to_socket_addrs"),
}
"""Functions whose only argument, or what they are called on, is the same address or port."""
_DECLARED = {
    *("typer.Option", "typer.Argument", "Option", "Argument", "Field", "pydantic.Field", "Unicode"),
    *("traitlets.Unicode", "traitlets.Int", "Query", "Param"),
}
"""Functions whose first argument is the value that something has if nobody gives one."""
_JOINS = {"JoinHostPort", "joinHostPort"}
_ENDPOINTS = {
    *(
        "InetSocketAddress",
        "IPEndPoint",
        "endpoint",
        "Endpoint",
        "TCPAddr",
        "UDPAddr",
        "SocketAddr",
    ),
    *("SocketAddrV4", "SocketAddrV6", "AddrPortFrom", "createUnresolved", "ServerAddress"),
}
"""Functions that make one of host and port, in this order, or of a port alone."""
_ANY_CALLS = {"v4", "v6", "any"}
_OWN_TEXT = lazy.pattern(rb"\s*(?:b|r|u)?\"([^\"\\\n]{0,200})\"\s*\.")
_CLOSURE = lazy.pattern(
    rb"\|\w*\|\s*\{?\s*(?:String::from\(\s*)?(?:\"([^\"\\\n]{0,200})\"|(\d{1,5})\b)"
)
"""What Rust's `unwrap_or_else` gives if there is nothing."""
_BARE = lazy.pattern(rb"(?<=[{,])\s*+(?P<name>[A-Za-z_$][\w$]*+)(?=\s*+[,}])|[\[\](){}]")
"""An entry of an object that is a name alone, and brackets."""
_IN_BRACKETS = lazy.pattern(rb"[({]\s*\"([^\"\\\n]{0,200})\"\s*[)}]")
"""What C++ writes behind the name of a variable to make it."""
_PLACEHOLDER = lazy.pattern(r"\$\{[^{}]*\}|\x00")
_PROPERTY = lazy.pattern(r"\$\{([^:{}]*):([^{}]*)\}")
"""Of Spring and shells: a name and its default."""
_OVERRIDABLE = {"environment", "option", "choice"}


class Told(NamedTuple):
    """What the source says about a value.

    Attributes:
        text: as the program gets it, with `${}` for what is not known; None if nothing is.
        given: how it is given.
        start: where it stands, in bytes; -1 if nowhere.
        end: where that ends.
        origin: where the first literal of the text stands, if that is in this file; else -1.
    """

    text: str | None
    given: Given = Given.LITERAL
    start: int = -1
    end: int = -1
    origin: int = -1


class Reader:
    """Reads addresses and ports out of the values of one file.

    Args:
        facts: the facts of the file.
        content: the file.
        load: gives the facts of imported files; without it they are not known.
    """

    def __init__(self, facts: Facts, content: bytes, load: Load | None = None) -> None:
        self.facts = defaults.added(facts, content)
        self.content = content
        self.resolver = Resolver(self.facts, load)
        self._defaults: dict[str, Value] | None = None
        self._starts = [fact.start for fact in self.facts.assignments]

    # --- Structure

    def follow(self, value: Value, depth: int = DEPTH) -> Value:
        """Follow references to the value that they mean."""
        while value.kind == "reference" and depth > 0:
            fact = self.resolver.definition(value)
            if fact is None or fact.value.start == value.start:
                return value
            value, depth = fact.value, depth - 1
        return value

    def pairs(self, start: int, end: int) -> Iterator[Assignment]:
        """Yield the facts that begin in a stretch of the file, in order."""
        for at in range(bisect.bisect_left(self._starts, start), len(self._starts)):
            fact = self.facts.assignments[at]
            if fact.start >= end:
                return
            yield fact

    def entry(self, value: Value, path: tuple[str, ...]) -> Value | None:
        """Return what an object has under a path of keys: of several the outermost."""
        value = self.follow(value)
        if value.kind not in {"collection", "unknown", "call"}:
            return None
        best: Assignment | None = None
        for fact in self.pairs(value.start, value.end):
            own = fact.form in {"pair", "field", "argument"} and fact.path[-len(path) :] == path
            if own and (best is None or len(fact.path) < len(best.path)):
                best = fact
        return best.value if best else self._shorthand(value, path[-1])

    def _shorthand(self, value: Value, name: str) -> Value | None:
        """What an object of a script has under the name of a variable: `{ port, host }`."""
        if self.facts.language not in _SCRIPTS or value.kind != "collection":
            return None
        end, depth = min(value.end, value.start + LONGEST), 0
        for match in _BARE.finditer(self.content, value.start, end):
            if match["name"] is None:
                depth += 1 if match[0] in b"{[(" else -1
            elif depth <= 1 and match["name"] == name.encode():
                return type(value)("reference", name, *match.span("name"))
        return None

    def element(self, value: Value, at: int) -> Value | None:
        """Return an element of a list or tuple."""
        parts = self.follow(value).parts
        return parts[at] if -len(parts) <= at < len(parts) else None

    # --- Text

    def text(self, value: Value, depth: int = DEPTH) -> Told:
        """Return a value as text: an address, a host, anything."""
        start, end = value.start, value.end
        if depth <= 0:
            return Told(None)
        if value.kind in {"literal", "number", "constant"}:
            text = value.text
            if text is None and value.kind == "number":
                text = self.content[start : min(end, start + 20)].decode("utf-8", "replace")
            return self._with_default(Told(text, Given.LITERAL, start, end))
        if value.kind == "null":
            return Told("", Given.EMPTY, start, end)
        if value.kind == "boolean":
            true = (value.text or "").lower() in {"true", "1"}
            return Told("true" if true else "false", Given.LITERAL, start, end)
        if value.kind == "template":
            parts = [self.text(part, depth - 1) for part in value.parts]
            given = next(
                (part.given for part in parts if part.given is Given.DEFAULT), parts[0].given
            )
            joined = "".join("${}" if part.text is None else part.text for part in parts)
            return Told(joined, given, start, end)
        if value.kind == "collection":
            return self._octets(value)
        if value.kind == "choice":
            return self._choice(value, depth)
        if value.kind == "call" and value.call:
            return self._call(value, value.call, depth)
        if value.kind == "reference":
            return self._reference(value, depth)
        if value.kind == "unknown" and (found := _IN_BRACKETS.fullmatch(self.content, start, end)):
            text = found[1].decode("utf-8", "replace")
            return Told(text, Given.LITERAL, found.start(1), found.end(1))
        return Told(None, Given.LITERAL, start, end)

    def _with_default(self, told: Told) -> Told:
        found = _PROPERTY.fullmatch(told.text or "")
        return told._replace(text=found[2], given=Given.DEFAULT) if found else told

    def _octets(self, value: Value) -> Told:
        numbers = [part.text or "" for part in value.parts if part.kind == "number"]
        if len(numbers) != len(value.parts) or len(numbers) not in {4, 8, 16}:
            return Told(None, Given.LITERAL, value.start, value.end)
        if len(numbers) == 4:
            return Told(".".join(numbers), Given.LITERAL, value.start, value.end)
        text = "::" if not any(number.strip("0x") for number in numbers) else None
        return Told(text, Given.LITERAL, value.start, value.end)

    def _choice(self, value: Value, depth: int) -> Told:
        for part in value.parts:
            told = self.text(part, depth - 1)
            if told.text:
                given = Given.LITERAL if part is value.parts[0] else Given.DEFAULT
                return told._replace(given=given)
        return Told(None, Given.DEFAULT, value.start, value.end)

    def _reference(self, value: Value, depth: int) -> Told:
        name = value.text or ""
        if addresses.symbol_scope(name) is not None:
            return Told(name, Given.LITERAL, value.start, value.end)
        if name in {"undefined", "None", "nil", "null", "nullptr", "NULL"}:
            return Told("", Given.EMPTY, value.start, value.end)
        resolved = self.resolver.resolve(value)
        if resolved.text is not None:
            default = _OVERRIDABLE & set(resolved.levels)
            given = Given.DEFAULT if default else Given.LITERAL
            origin = _origin(resolved)
            return self._with_default(Told(resolved.text, given, value.start, value.end, origin))
        meant = self.follow(value, 1)
        if meant is value:
            return Told(None, Given.LITERAL, value.start, value.end)
        return self.text(meant, depth - 1)._replace(start=value.start, end=value.end)

    def _call(self, value: Value, call: Call, depth: int) -> Told:
        given = [argument for _, argument in call.arguments]
        if call.name in _JOINS and len(given) == 2:
            host, port = self.text(given[0], depth - 1), self.text(given[1], depth - 1)
            if host.text is None:
                return Told(None, host.given, value.start, value.end)
            text = f"[{host.text}]" if ":" in host.text else host.text
            return Told(f"{text}:{port.text or '${}'}", host.given, value.start, value.end)
        if addresses.symbol_scope(call.full_name) is not None:
            return Told(call.full_name, Given.LITERAL, value.start, value.end)
        if call.name in {"new", "IPv4"} and len(given) in {4, 8}:
            return self._octets(value_of(value, tuple(given)))
        if len(given) == 1 and call.name == "fetch":
            if block := _BLOCK.match(self.content, given[0].end):
                return Told(block[1].decode(), Given.DEFAULT, value.start, value.end)
            return Told(None, Given.DEFAULT, value.start, value.end)
        if len(given) == 1 and call.name == "unwrap_or_else":
            found = _CLOSURE.match(self.content, given[0].start, given[0].end)
            inside = (found[1] or found[2] or b"").decode("utf-8", "replace") if found else None
            return Told(inside, Given.DEFAULT, value.start, value.end)
        resolved = self.resolver.resolve(value)
        if resolved.text is not None:
            source = Given.DEFAULT if _OVERRIDABLE & set(resolved.levels) else Given.LITERAL
            return Told(resolved.text, source, value.start, value.end, _origin(resolved))
        declared = self._declared(call)
        if declared is not None:
            told = self.text(declared, depth - 1)
            return told._replace(given=Given.DEFAULT, start=value.start, end=value.end)
        if call.name in _WRAPS and given:
            return self.text(given[0], depth - 1)
        if call.name in _WRAPS and (own := _OWN_TEXT.match(self.content, call.start)):
            return Told(own[1].decode("utf-8", "replace"), Given.LITERAL, *own.span(1))
        return Told(None, Given.LITERAL, value.start, value.end)

    def _declared(self, call: Call) -> Value | None:
        """The default that a call declares, or that what it looks up was declared with."""
        if call.full_name in _DECLARED:
            return next((value for keyword, value in call.arguments if keyword is None), None)
        if name := defaults.asks(call):
            if self._defaults is None:
                self._defaults = defaults.by_name(self.facts)
            return self._defaults.get(name)
        return None

    def texts(self, value: Value) -> list[Told]:
        """Return the elements of a list of addresses; nothing if it is none."""
        parts = self.follow(value).parts
        if value.kind in {"template", "choice"} or self.follow(value).kind != "collection":
            return []
        told = [self.text(part) for part in parts]
        texts = [item.text or "" for item in told]
        return told if texts and all(":" in text or "." in text for text in texts) else []

    # --- Ports and endpoints

    def port(self, value: Value) -> int | None:
        """Return a value as the number of a port, or None."""
        text = self.text(value).text
        if text is None:
            return None
        found = re.fullmatch(
            r"\s*(?:(?:tcp|ssl):|:)?(\d{1,3}(?:[_']?\d){0,4})(?:[uUlLi]\w*)?\s*", text
        )
        number = int(re.sub(r"[_']", "", found[1])) if found else -1
        return number if 0 <= number < 65536 else None

    def endpoint(self, value: Value) -> tuple[Value | None, Value | None] | None:
        """Return host and port of what holds both; None if the value holds no such pair.

        Pairs and tuples, `new InetSocketAddress(host, port)`, `tcp::endpoint(tcp::v4(), port)`,
        `&net.TCPAddr{IP: ..., Port: ...}`, `SocketAddr::from(([0, 0, 0, 0], port))`.
        """
        value = self.follow(value)
        if value.kind == "call" and value.call:
            call = value.call
            given = [argument for _, argument in call.arguments]
            if call.name == "from" and len(given) == 1:
                return self.endpoint(given[0])
            if call.name in _ENDPOINTS or (call.name == "new" and _is_endpoint(call.receiver)):
                return _pair(given)
            if call.name in _WRAPS and len(given) == 1:
                return self.endpoint(given[0])
            return None
        if value.kind != "collection":
            return None
        if value.parts:
            return _pair(list(value.parts)) if len(value.parts) <= 3 else None
        host = self.entry(value, ("IP",)) or self.entry(value, ("host",))
        port = self.entry(value, ("Port",)) or self.entry(value, ("port",))
        return (host, port) if host or port else None

    def is_any(self, value: Value) -> bool:
        """Say whether a value is a protocol that stands for all its addresses: `tcp::v4()`."""
        call = self.follow(value).call
        return bool(call and call.name in _ANY_CALLS and call.receiver)


def value_of(value: Value, parts: tuple[Value, ...]) -> Value:
    """Return a list of some values at the place of another value."""
    return type(value)("collection", None, value.start, value.end, parts)


def _origin(resolved: Resolved) -> int:
    return resolved.pieces[0].start if resolved.pieces and resolved.source is None else -1


def partly_unknown(text: str) -> bool:
    """Say whether a text holds something that is not known."""
    return bool(_PLACEHOLDER.search(text))


def _is_endpoint(receiver: str) -> bool:
    return receiver.rpartition(".")[2] in _ENDPOINTS


def _pair(given: list[Value]) -> tuple[Value | None, Value | None] | None:
    if len(given) == 1:
        return None, given[0]
    return (given[0], given[1]) if given else None
