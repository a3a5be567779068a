"""What became of a value: its text, what that is made of, and what is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Value
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakhunt.facts.model import Call, Facts, Import, Kind

ENVIRONMENT = lazy.pattern(
    r"(?:^|[._])(?:get_?env\w*|env(?:iron(?:ment)?)?(?:[._]\w+(?:\.\w+)*)?|getenvironmentvariable"
    r"|getproperty|lookup_?env|(?:config|conf|settings|props|properties|prefs)\.get\w*|config|fetch_env)$|(?:^|\.)env\w*(?:\.|$)",
    re.IGNORECASE,
)
"""Functions that look into the environment or something like it."""
_DEFAULTS = {"default", "default_value", "defaultvalue", "fallback"}
_OTHERWISE = {
    *("unwrap_or", "getOrElse", "orElse", "or_else", "unwrap_or_else", "orDefault", "getOrDefault"),
    *("fetch", "valueOr", "value_or", "or", "GetValueOrDefault"),
}
"""Methods whose argument takes the place of what is missing."""


@record(frozen=True, slots=True)
class Resolved:
    """What the resolver found.

    Attributes:
        text: the whole text, or None if a part of it is not known.
        pieces: the literals that it is made of, in order. Those with a `source` lie in that
            other file, and their offsets count there.
        levels: how it was found, outermost first: `literal`, `constant`, `attribute`,
            `concatenation`, `template`, `environment`, `option`, `choice`, `import`.
        unknown: dotted names that could not be followed; `?` for what has none.
        source: the import that leads to the file where the pieces lie; None if it is this one.
        file: the facts of that file.
    """

    text: str | None
    pieces: tuple[Value, ...]
    levels: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    source: Import | None = None
    file: Facts | None = None

    def value(self) -> Value:
        """Return the text as a value: `literal`, or `constant` if it was reached by a name."""
        if self.text is None or not self.pieces:
            return Value("unknown", None, 0, 0)
        kind: Kind = "literal" if self.levels == ("literal",) else "constant"
        return Value(kind, self.text, self.pieces[0].start, self.pieces[-1].end, self.pieces)


def default_of(call: Call) -> Value | None:
    """Return the argument that takes the place of what the environment does not have, or None.

    Args:
        call: a look-up.
    """
    for keyword, value in call.arguments:
        if keyword and keyword.lower() in _DEFAULTS:
            return value
    positional = [value for keyword, value in call.arguments if keyword is None]
    if ENVIRONMENT.search(call.full_name) and len(positional) >= 2:
        return positional[1]
    if call.name in _OTHERWISE and positional:
        return positional[-1]
    return None


def within_quotes(value: Value) -> bool:
    """Say whether a template is one literal with placeholders, not several with signs between.

    Args:
        value: a template.
    """
    return all(
        left.end == right.start for left, right in zip(value.parts, value.parts[1:], strict=False)
    )


def missing(value: Value) -> Resolved:
    """Return what there is to say of a value that cannot be followed.

    Args:
        value: it.
    """
    return Resolved(None, (), (), (value.text or "?",) if value.kind != "literal" else ("?",))


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return names without repetition, in order.

    Args:
        names: any.
    """
    return tuple(dict.fromkeys(names))
