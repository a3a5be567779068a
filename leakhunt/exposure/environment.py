"""Which variable of the environment a value in code comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakhunt.exposure.rows import Row
    from leakhunt.exposure.specs import Picker
    from leakhunt.facts.model import Call, Value
    from leakhunt.facts.resolve import Resolver

DEPTH = 6
"""References followed from one value."""

_LOOKS = lazy.pattern(
    r"(?i)(?:^|\.)(?:get_?env\w*|lookup_?env|environ\.get|env\.(?:var|fetch|get)|fetch_env"
    r"|(?:get)?environmentvariable|env|config)$"
)
_HOLDS = lazy.pattern(r"(?:^|\.)(?:environ|process\.env|env|ENV|_ENV)$")


def variable_of(resolver: Resolver, value: Value, depth: int = DEPTH) -> str:
    """Return the variable that a value comes from, or an empty text.

    Args:
        resolver: of the file of the value.
        value: a host, a port or an address.
        depth: how many more references are followed.
    """
    if depth <= 0:
        return ""
    if value.kind == "reference" and value.text:
        holder, _, name = value.text.rpartition(".")
        if _HOLDS.search(holder):
            return name
        fact = resolver.definition(value)
        if fact is not None:
            return variable_of(resolver, fact.value, depth - 1)
        return _of_settings(resolver, value)
    if value.kind == "call" and value.call:
        given = [argument for _, argument in value.call.arguments]
        if given and _LOOKS.search(value.call.full_name) and given[0].kind == "literal":
            return given[0].text or ""
        return variable_of(resolver, given[0], depth - 1) if len(given) == 1 else ""
    if value.kind in {"choice", "template"}:
        found = (variable_of(resolver, part, depth - 1) for part in value.parts)
        return next(filter(None, found), "")
    return ""


def _of_settings(resolver: Resolver, value: Value) -> str:
    """The variable that fills an attribute of pydantic's settings: it is called like that."""
    if resolver.facts.language != "python" or "." not in (value.text or ""):
        return ""
    resolved = resolver.resolve(value)
    facts = resolved.file or resolver.facts
    if "attribute" not in resolved.levels or not any(
        "BaseSettings" in item.names for item in facts.imports
    ):
        return ""
    prefixes = (fact.value.text for fact in facts.assignments if fact.name == "env_prefix")
    return f"{next(prefixes, None) or ''}{(value.text or '').rpartition('.')[2]}".upper()


def of_call(picker: Picker, resolver: Resolver, row: Row, call: Call | None) -> tuple[str, str]:
    """Return the variables that give a call its host and its port; empty where none does.

    Args:
        picker: picks values out of calls of the same file.
        resolver: of the same file.
        row: the row that knows the call.
        call: None if it is none.
    """
    if call is None:
        return "", ""

    def first(specs: Iterable[str]) -> str:
        values = (picker.pick(call, spec) for spec in specs)
        return next(filter(None, (variable_of(resolver, one) for one in values if one)), "")

    return first((*row.host, *row.address)), first(row.port)
