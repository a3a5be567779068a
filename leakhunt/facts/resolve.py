"""From a value as written to the text that the program gets.

Literal, constant, attribute, concatenation and template, default of the environment, default of a
command-line option, and names from another file if a loader is given.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Import, Value
from leakhunt.facts.scopes import Scopes
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leakhunt.facts.model import Assignment, Call, Facts, Kind
    from leakhunt.facts.scopes import Span

    Load = Callable[[Import], Facts | None]

STEPS = 12
"""References followed from one value."""
MOST = 400
"""Values looked at for one value."""
LONGEST = 100_000
"""Characters of a resolved text."""

_ENVIRONMENT = lazy.pattern(
    r"(?:^|[._])(?:get_?env\w*|env(?:iron(?:ment)?)?(?:[._]\w+(?:\.\w+)*)?|getenvironmentvariable"
    r"|getproperty|lookup_?env|(?:config|conf|settings|props|properties|prefs)\.get\w*|config|fetch_env)$|(?:^|\.)env\w*(?:\.|$)",
    re.IGNORECASE,
)
"""Functions that look into the environment or something like it."""
_STEPS = lazy.pattern(r"[./\\:]+")
_OWN = lazy.pattern(r"(?i)^config$")
"""What looks like the environment, and is a name that files give to objects of their own."""
_DEFAULTS = {"default", "default_value", "defaultvalue", "fallback"}
_OTHERWISE = {
    *("unwrap_or", "getOrElse", "orElse", "or_else", "unwrap_or_else", "orDefault", "getOrDefault"),
    *("fetch", "valueOr", "value_or", "or", "GetValueOrDefault"),
}
"""Methods whose argument takes the place of what is missing."""
_OPTIONS = lazy.pattern(r"(?i)^(?:args?|opts?|options?|flags?|params?|argv|namespace|ns|cli)$")
"""What the parsed command line is usually called."""
_SELF = {"self", "this", "cls", "Self", "static", "@"}


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
    """

    text: str | None
    pieces: tuple[Value, ...]
    levels: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    source: Import | None = None

    def value(self) -> Value:
        """Return the text as a value: `literal`, or `constant` if it was reached by a name."""
        if self.text is None or not self.pieces:
            return Value("unknown", None, 0, 0)
        kind: Kind = "literal" if self.levels == ("literal",) else "constant"
        return Value(kind, self.text, self.pieces[0].start, self.pieces[-1].end, self.pieces)


class Resolver:
    """Resolves values of one file.

    Args:
        facts: the facts of the file.
        load: returns the facts of the file that an import means, or None; without it imports
            are not followed. The name that is looked for is the only one of that import.
    """

    def __init__(self, facts: Facts, load: Load | None = None) -> None:
        self.facts = facts
        self._load = load
        self._names: dict[str, list[Assignment]] = {}
        self._returns: dict[str, list[Assignment]] = {}
        self._options: dict[tuple[int, int], Assignment] = {}
        for fact in facts.assignments:
            if fact.form == "return":
                self._returns.setdefault(fact.name, []).append(fact)
            if fact.form == "option":
                self._options[fact.start, fact.end] = fact
            if fact.form not in {"comparison", "argument", "return"}:
                self._names.setdefault(fact.name, []).append(fact)
        self._imports: dict[str, tuple[Import, str | None]] = {}
        for item in facts.imports:
            for name in item.names or (None,):
                own = item.alias or name or _STEPS.split(item.module)[-1]
                self._imports[own] = (item, name)
        self._left = MOST
        self._scopes = Scopes(facts.scopes)
        self._scoped: dict[str, dict[Span | None, list[Assignment]]] = {}

    def resolve(self, value: Value) -> Resolved:
        """Return the text of a value as far as the source gives it away.

        Args:
            value: a value of this file.

        Returns:
            The text if it is known as a whole, else the known pieces and what is missing.
        """
        self._left = MOST
        return self._resolve(value, 0, frozenset())

    def definition(self, value: Value) -> Assignment | None:
        """Return the assignment that a reference means, or None.

        Args:
            value: a value of this file; only a reference can mean one.
        """
        if value.kind != "reference" or not value.text:
            return None
        return self._find(tuple(value.text.split(".")), value.start)

    def returned(self, call: Call) -> Value | None:
        """Return what a function of this file returns, if it returns one thing only.

        Args:
            call: a call of it, on nothing.
        """
        found = self._returns.get(call.name, ()) if not call.receiver else ()
        return found[0].value if len(found) == 1 else None

    def _resolve(self, value: Value, steps: int, seen: frozenset[tuple[int, int]]) -> Resolved:
        self._left -= 1
        if self._left < 0 or steps > STEPS:
            return _missing(value)
        if value.kind == "literal" and value.text is not None:
            return Resolved(value.text, (value,), ("literal",))
        if value.kind in {"number", "constant"} and value.text is not None:
            return Resolved(value.text, (value,), (value.kind,))
        if value.kind == "template":
            return self._joined(value, steps, seen)
        if value.kind == "choice":
            return self._chosen(value.parts, steps, seen)
        if value.kind == "call" and value.call:
            return self._called(value, value.call, steps, seen)
        if value.kind == "reference" and value.text:
            return self._followed(value, steps, seen)
        return _missing(value)

    def _joined(self, value: Value, steps: int, seen: frozenset[tuple[int, int]]) -> Resolved:
        found = [self._resolve(part, steps + 1, seen) for part in value.parts]
        plain = all(part.kind == "literal" for part in value.parts)
        level = "concatenation" if plain or not _within_quotes(value) else "template"
        texts = [part.text for part in found]
        inner = [name for part in found for name in part.levels if name != "literal"]
        text = None if None in texts else "".join(part or "" for part in texts)
        if text is not None and len(text) > LONGEST:
            text = None
        return Resolved(
            text,
            tuple(piece for part in found if part.source is None for piece in part.pieces),
            _unique([level, *inner]),
            _unique(name for part in found for name in part.unknown),
        )

    def _chosen(
        self, parts: Sequence[Value], steps: int, seen: frozenset[tuple[int, int]]
    ) -> Resolved:
        """The first of several that is known; an environment's default is one."""
        unknown: list[str] = []
        for part in parts:
            found = self._resolve(part, steps + 1, seen)
            unknown += found.unknown
            if found.text:
                asked = [item.text or "" for item in parts if item is not part]
                outside = self.facts.language == "bash" or any(map(_ENVIRONMENT.search, asked))
                level = "environment" if outside else "choice"
                levels = (level, *(name for name in found.levels if name != "literal"))
                return Resolved(found.text, found.pieces, levels, _unique(unknown), found.source)
        return Resolved(None, (), ("choice",), _unique(unknown))

    def _called(
        self, value: Value, call: Call, steps: int, seen: frozenset[tuple[int, int]]
    ) -> Resolved:
        option = self._options.get((call.start, call.end))
        if option is not None:
            return self._via("option", self._resolve(option.value, steps + 1, seen))
        default = default_of(call)
        if default is not None:
            return self._via("environment", self._resolve(default, steps + 1, seen))
        for fact in () if call.arguments else self._returns.get(call.name, ()):
            place = (fact.value.start, fact.value.end)
            if place not in seen:
                return self._via("constant", self._resolve(fact.value, steps + 1, seen | {place}))
        return _missing(value)

    def _followed(self, value: Value, steps: int, seen: frozenset[tuple[int, int]]) -> Resolved:
        path = tuple((value.text or "").split("."))
        fact = self._find(path, value.start)
        if fact is not None:
            place = (fact.value.start, fact.value.end)
            if place in seen:
                return _missing(value)
            found = self._resolve(fact.value, steps + 1, seen | {place})
            level = "option" if fact.form == "option" else "attribute" if path[1:] else "constant"
            return self._via(level, found)
        made = self._of_instance(path, value.start)
        if made is not None and (made.value.start, made.value.end) not in seen:
            place = (made.value.start, made.value.end)
            return self._via("attribute", self._resolve(made.value, steps + 1, seen | {place}))
        return self._imported(path, steps) or _missing(value)

    def _of_instance(self, path: tuple[str, ...], offset: int) -> Assignment | None:
        """What a class of this file says of an attribute of its instance."""
        if not path[1:]:
            return None
        fact = self._find(path[:-1], offset)
        call = fact.value.call if fact is not None else None
        return self._find((call.name, path[-1]), offset) if call else None

    def _find(self, path: tuple[str, ...], offset: int) -> Assignment | None:
        """The assignment that holds where a name is used.

        The path has to end like that of the assignment. Of several the one counts that shares
        the innermost function, then one without more names around it, then the last one before
        the use, then the first one behind it.
        """
        if path[1:] and _ENVIRONMENT.search(".".join(path[:-1])) and not _OWN.search(path[-2]):
            return None
        wanted = path[1:] if path[0] in _SELF and path[1:] else path
        option = len(path) == 2 and bool(_OPTIONS.match(path[0]))
        best: tuple[tuple[int, bool, bool, int], Assignment] | None = None
        plain = path[-1].replace("-", "_")
        name = plain if plain in self._names else path[-1]
        for fact in self._reachable(name, offset, anywhere=path[0] in _SELF):
            if fact.value.start <= offset < fact.value.end or not self._fits(fact, wanted, option):
                continue
            scope = next(self._scopes.around(fact.start), None)
            behind = fact.start > offset
            distance = -fact.start if behind else fact.start
            exact = len(fact.path) == len(wanted)
            rank = (scope[0] + 1 if scope else 0, exact, not behind, distance)
            if best is None or rank > best[0]:
                best = (rank, fact)
        return best[1] if best else None

    def _fits(self, fact: Assignment, wanted: tuple[str, ...], option: bool) -> bool:
        if fact.form == "option":
            # In a shell it is what a command is given, which no name leads to.
            return self.facts.language != "bash" and (option or len(wanted) == 1)
        own = tuple(word for word in fact.path if word not in _SELF)
        if len(wanted) == 1:
            # A bare name means a variable or a parameter, not an entry of some map.
            return fact.form in {"assignment", "parameter", "field", "setting"}
        return own[-len(wanted) :] == wanted

    def _reachable(self, name: str, offset: int, *, anywhere: bool) -> Iterable[Assignment]:
        """The assignments to a name that may hold at an offset, by the functions they are in."""
        scoped = self._scoped.get(name)
        if scoped is None:
            scoped = self._scoped[name] = {}
            for fact in self._names.get(name, ()):
                scoped.setdefault(next(self._scopes.around(fact.start), None), []).append(fact)
        if anywhere:
            return self._names.get(name, ())
        around = (scoped.get(scope, ()) for scope in self._scopes.around(offset))
        return itertools.chain(scoped.get(None, ()), *around)

    def _imported(self, path: tuple[str, ...], steps: int) -> Resolved | None:
        """A name from another file: `from a import X`, or `import a` and `a.X`."""
        if self._load is None:
            return None
        for item, rest in self._places(path):
            wanted = Import(item.module, rest[:1], item.alias, item.start, item.end)
            facts = self._load(wanted) if rest else None
            found = Resolver(facts)._exported(rest, steps) if facts is not None else None
            if found is not None:
                levels = ("import", *(level for level in found.levels if level != "literal"))
                return Resolved(found.text, found.pieces, levels, found.unknown, item)
        return None

    def _places(self, path: tuple[str, ...]) -> Iterator[tuple[Import, tuple[str, ...]]]:
        """Where a name may come from: an import, and what it is called there."""
        item, name = self._imports.get(path[0], (None, None))
        if item is None:
            if self.facts.language == "go":
                yield Import("", (), None, 0, 0), path  # another file of the same package
            return
        yield item, (name, *path[1:]) if name else path[1:]
        if name:
            dot = "" if item.module.endswith(".") else "."
            yield Import(f"{item.module}{dot}{name}", (), None, item.start, item.end), path[1:]

    def _exported(self, path: tuple[str, ...], steps: int) -> Resolved | None:
        """What another file gets of this one under a name."""
        end = 1 << 62
        for head in (("module", "exports"), ("exports",), ("default",)):
            wanted = (*head, *path)
            for fact in self._names.get(path[-1], ()):
                if fact.path == wanted:
                    return self._resolve(fact.value, steps + 1, frozenset())
        found = self._find(path, end) or self._of_instance(path, end)
        if found is None:
            exported = (f for f in self._names.get(path[-1], ()) if f.path == path)
            found = next((f for f in exported if f.form == "pair"), None)
        return self._resolve(found.value, steps + 1, frozenset()) if found else None

    def _via(self, level: str, found: Resolved) -> Resolved:
        levels = (level, *(name for name in found.levels if name != "literal"))
        return Resolved(found.text, found.pieces, levels, found.unknown, found.source)


def resolve(facts: Facts, value: Value, load: Load | None = None) -> Resolved:
    """Resolve one value; for many of one file make a `Resolver`.

    Args:
        facts: the facts of the file.
        value: a value of it.
        load: returns the facts of the file that an import means, or None.

    Returns:
        Its text as far as the source gives it away.
    """
    return Resolver(facts, load).resolve(value)


def default_of(call: Call) -> Value | None:
    """Return the argument that takes the place of what the environment does not have, or None.

    Args:
        call: a look-up.
    """
    for keyword, value in call.arguments:
        if keyword and keyword.lower() in _DEFAULTS:
            return value
    positional = [value for keyword, value in call.arguments if keyword is None]
    if _ENVIRONMENT.search(call.full_name) and len(positional) >= 2:
        return positional[1]
    if call.name in _OTHERWISE and positional:
        return positional[-1]
    return None


def _within_quotes(value: Value) -> bool:
    """A template is one literal with placeholders, a concatenation several with signs between."""
    return all(
        left.end == right.start for left, right in zip(value.parts, value.parts[1:], strict=False)
    )


def _missing(value: Value) -> Resolved:
    return Resolved(None, (), (), (value.text or "?",) if value.kind != "literal" else ("?",))


def _unique(names: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
