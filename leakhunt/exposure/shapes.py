"""What the arguments of a call have to look like, where its name alone says too little."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import addresses
from leakhunt.exposure.model import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.exposure.values import Reader
    from leakhunt.facts.model import Call, Value

_PORT_NAME = lazy.pattern(r"(?i)port\b|port$|_port|^p$|^PORT")
_FLAG = lazy.pattern(
    r"(?i)(?:^|[-_.])(?:listen|bind|web|http|https|metrics|health|probe|grpc|admin|debug|pprof|api"
    r"|rpc|telemetry)?[-_.]?(?:listen|bind)[-_.]?(?:addr|address|host|ip|on)?$"
    r"|(?:^|[-_.])(?:listen|bind|web|http|https|metrics|health|healthz|probe|grpc|admin|debug|pprof"
    r"|rpc|telemetry)[-_.]?(?:addr|address|host)$"
)
_ADDRESS = lazy.pattern(r"^[\w.*\[\]:-]*:\d+$|^0\.0\.0\.0$|^::$")


def first_positional(call: Call) -> Value | None:
    """Return the first argument without a keyword, or None."""
    return next((value for keyword, value in call.arguments if keyword is None), None)


def matches(reader: Reader, call: Call, expression: str) -> bool:
    """Say whether the text of the first argument matches an expression."""
    first = first_positional(call)
    if first is None:
        return False
    text = first.text if first.kind == "literal" else reader.text(first).text
    return text is not None and bool(re.search(expression, text))


def port(reader: Reader, call: Call) -> bool:
    """Say whether the first argument is a port, or an object that holds one."""
    first = first_positional(call)
    if first is None:
        return False
    if first.kind in {"literal", "number"}:
        return reader.port(first) is not None
    if first.kind == "choice":
        return any(_named(part) or reader.port(part) is not None for part in first.parts)
    if first.kind == "collection":
        return reader.entry(first, ("port",)) is not None
    return _named(first) or reader.port(first) is not None


def _named(value: Value) -> bool:
    if value.call and value.call.arguments:
        return any(_named(argument) for _, argument in value.call.arguments)
    return bool(value.text and _PORT_NAME.search(value.text))


def object_port(reader: Reader, call: Call) -> bool:
    """Say whether the first argument is an object with a port, and without a server."""
    first = first_positional(call)
    return (
        first is not None
        and reader.entry(first, ("port",)) is not None
        and reader.entry(first, ("server",)) is None
    )


def number(reader: Reader, call: Call) -> bool:
    """Say whether the first argument is the number of a port."""
    first = first_positional(call)
    return (
        first is not None
        and (first.kind == "number" or _named(first))
        and (reader.port(first) is not None or first.kind == "reference")
    )


def second_nil(reader: Reader, call: Call) -> bool:
    """Say whether the second argument is nil, or the default multiplexer of `net/http`."""
    if len(call.arguments) < 2:
        return False
    second = call.arguments[1][1]
    return second.kind == "null" or (second.text or "").endswith("DefaultServeMux")


def address_flag(reader: Reader, call: Call) -> bool:
    """Say whether a command-line option declares where to listen."""
    texts = [value.text or "" for _, value in call.arguments if value.kind == "literal"]
    return bool(texts and any(map(_FLAG.search, texts[:2])) and any(map(_ADDRESS.match, texts[:3])))


def some_argument(reader: Reader, call: Call) -> bool:
    """Say whether there is any argument at all."""
    return bool(call.arguments)


def endpoint(reader: Reader, call: Call) -> bool:
    """Say whether one of the first two arguments holds host and port."""
    values = [value for _, value in call.arguments[:2]]
    return any(reader.endpoint(value) is not None for value in values)


def not_endpoint(reader: Reader, call: Call) -> bool:
    """Say whether the only argument is a port."""
    return len(call.arguments) == 1 and not endpoint(reader, call)


def some_address(reader: Reader, call: Call) -> bool:
    """Say whether one of the first arguments is an address, by what it says."""
    for _, value in call.arguments[:3]:
        text = reader.text(value).text
        if not text:
            continue
        if addresses.split(text).scheme or re.search(r"[.:*]", text):
            host = addresses.split(text).host or ""
            if addresses.scope_of(host or text) is not Scope.UNKNOWN and host != "":
                return True
        elif text.lower() == "localhost":
            return True
    return False


def wildcard_default(reader: Reader, call: Call) -> bool:
    """Say whether the default of `${name:default}` is an address."""
    text = first_positional(call)
    told = reader.text(text).text if text is not None else None
    return bool(told) and addresses.scope_of(told or "") is not Scope.NAMED


def wildcard_argument(reader: Reader, call: Call) -> bool:
    """Say whether an argument is a text that stands for every interface."""
    texts = [value.text or "" for _, value in call.arguments if value.kind == "literal"]
    return any(addresses.scope_of(text) is Scope.WILDCARD for text in texts)


def any_endpoint(reader: Reader, call: Call) -> bool:
    """Say whether the first argument is a protocol that stands for all its addresses."""
    first = first_positional(call)
    return first is not None and reader.is_any(first) and len(call.arguments) == 2


def tcp_endpoint(reader: Reader, call: Call) -> bool:
    """Say whether the last argument describes a port of TCP without an interface."""
    text = reader.text(call.arguments[-1][1]).text if call.arguments else None
    return text is not None and bool(re.match(r"(?:tcp|ssl)6?:", text)) and "interface=" not in text


def alone(reader: Reader, call: Call) -> bool:
    """Say whether there is one argument and no more."""
    return len(call.arguments) == 1


def lets_others_in(reader: Reader, call: Call) -> bool:
    """Say whether an argument is a flag that lets other machines in."""
    texts = [value.text or "" for _, value in call.arguments if value.kind == "literal"]
    return any(text.endswith("AllowOthers") for text in texts)


def runs_server(reader: Reader, call: Call) -> bool:
    """Say whether the first argument is the function that opens the port."""
    first = first_positional(call)
    return first is not None and (first.text or "").rpartition(".")[2] == "tcp_server"


SHAPES: dict[str, Callable[[Reader, Call], bool]] = {
    "port": port,
    "object-port": object_port,
    "number": number,
    "second-nil": second_nil,
    "address-flag": address_flag,
    "some-argument": some_argument,
    "endpoint": endpoint,
    "not-endpoint": not_endpoint,
    "some-address": some_address,
    "wildcard-default": wildcard_default,
    "wildcard-argument": wildcard_argument,
    "any-endpoint": any_endpoint,
    "tcp-endpoint": tcp_endpoint,
    "alone": alone,
    "runs-server": runs_server,
    "lets-others-in": lets_others_in,
}
"""Names of shapes to the functions that tell them."""
