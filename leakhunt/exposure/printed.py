"""Secrets that are printed where a server starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure.model import Mention, Scope, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.exposure.model import Listener
    from leakhunt.exposure.places import Places
    from leakhunt.facts.model import Call, Facts, Value

NEAR = 12
"""Lines between the print and what listens."""

_PRINTS = {
    *("print", "log", "info", "debug", "warn", "warning", "error", "printf", "Println", "Printf"),
    *(
        "puts",
        "echo",
        "WriteLine",
        "println",
        "LogInformation",
        "Infof",
        "Info",
        "Debugf",
        "notice",
    ),
}
_SECRET = lazy.pattern(
    r"(?i)(?:^|[._])(?:\w*_)?(?:token|secret|passwo?r?d|passphrase|api_?key|auth_?key)$|Token$|ApiKey$|Password$"
)
_HARMLESS = lazy.pattern(
    r"(?i)^(?:len|mask\w*|redact\w*|hash\w*|bool|type|fingerprint\w*|\w*mask(?:ed)?)$"
)


def read(places: Places, facts: Facts, opened: Sequence[Listener]) -> Iterator[Mention]:
    """Yield the secrets that are printed near what listens beyond this machine.

    Args:
        places: the places of the file.
        facts: what it says.
        opened: what it opens.
    """
    lines = [
        (item.where.line or 0, item.port)
        for item in opened
        if item.scope is Scope.WILDCARD and item.setting is Setting.PRODUCT
    ]
    if not lines:
        return
    for call in facts.calls:
        if call.name not in _PRINTS:
            continue
        name = next((found for _, value in call.arguments for found in _names(value, 3)), "")
        if not name:
            continue
        where = places.at(call.start, call.end)
        near = [port for line, port in lines if abs(line - (where.line or 0)) <= NEAR]
        if near:
            yield Mention("printed-secret", name, "", near[0], where)


def _names(value: Value, depth: int) -> Iterator[str]:
    """The references in a value that are called like a secret."""
    if depth == 0:
        return
    if value.kind == "reference" and value.text and _SECRET.search(value.text):
        yield value.text
    for part in value.parts:
        yield from _names(part, depth - 1)
    call: Call | None = value.call
    if call is not None and not _HARMLESS.match(call.name):
        for _, argument in call.arguments:
            yield from _names(argument, depth - 1)
