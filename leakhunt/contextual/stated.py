"""Names and values as a file states them: in two lines, in a column, on a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.model import Facts, Value

KEPT = "kept"
"""What stands between the two where only the file tells that they belong together, see `kept`."""
_WRITTEN = lazy.pattern(rb"\\u00[4-7][0-9a-fA-F]|\\x[4-7][0-9a-fA-F]")
"""A letter as an escape: what is decoded is looked at elsewhere."""
_FORMS = {"setting", "pair", "option", "assignment", "field", "argument"}


class Stated(NamedTuple):
    """A text that a file gives a name. Offsets are bytes."""

    path: tuple[str, ...]
    """All words of the name, outermost first."""
    text: str
    start: int
    end: int
    sign: str
    """What stands between the two."""
    form: str
    """See `facts.model.Form`."""


def stated(read: Facts, data: bytes) -> Iterator[Stated]:
    """Yield the texts that have a name in a file.

    Args:
        read: what the file says.
        data: the file.
    """
    for fact in read.assignments:
        if fact.form not in _FORMS:
            continue
        value = _literal(fact.value)
        if value is None or not value.text or value.decoded:
            continue
        if not _WRITTEN.search(data, value.start, value.end):
            yield Stated(fact.path, value.text, value.start, value.end, fact.operator, fact.form)


def _literal(value: Value) -> Value | None:
    """The text of a value, or the default that is taken if nothing else is there."""
    if value.kind in {"literal", "number"}:
        return value
    if value.kind == "choice" and value.parts:
        return _literal(value.parts[-1])
    return None
