"""From a value as written to the text that the program gets.

Literal, constant, attribute, concatenation and template, default of the environment, default of a
command-line option, and names from another file if a loader is given.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Import, Value
from leakhunt.facts.origins import Origins
from leakhunt.facts.resolved import (
    ENVIRONMENT,
    Resolved,
    default_of,
    missing,
    unique,
    within_quotes,
)
from leakhunt.facts.scopes import Scopes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leakhunt.facts.model import Assignment, Call, Facts
    from leakhunt.facts.scopes import Span

    Load = Callable[[Import], Iterable["Other"]]
    Path = tuple[str, ...]
    Seen = frozenset[tuple[int, int]]

STEPS = 16
"""References followed from one value."""
FILE = 4
"""Steps that another file counts for: no value is looked for in more than four."""
MOST = 400
"""Values looked at for one value."""
LONGEST = 100_000
"""Characters of a resolved text."""

_OWN = lazy.pattern(r"(?i)^config$")
"""What looks like the environment, and is a name that files give to objects of their own."""
_OPTIONS = lazy.pattern(r"(?i)^(?:args?|opts?|options?|flags?|params?|argv|namespace|ns|cli)$")
"""What the parsed command line is usually called."""
_SELF = {"self", "this", "cls", "Self", "static", "@"}
_CONVERTS = {
    *(
        "int",
        "str",
        "Number",
        "parseInt",
        "String",
        "intval",
        "strval",
        "strconv.Atoi",
        "strconv.Itoa",
    ),
    *("Integer.parseInt", "Integer.valueOf", "int.Parse", "Convert.ToInt32", "Number.parseInt"),
}
"""Functions that give back the same number or text in another form."""
_PARSES = {"parse_args", "parse_known_args", "parseArgs"}
"""Functions that give back the options of the command line."""
ANY = "*"
"""As the first word of an option: it is an attribute of something that nothing else is known of."""
_HEADS = (("module", "exports"), ("exports",), ("default",))
"""What stands before a name that a file of a script exports."""
_END = 1 << 62
"""Behind everything in a file."""


class Other:
    """Another file, to which an import leads.

    Args:
        facts: what it says.
        load: returns the files that its own imports may mean.
    """

    def __init__(self, facts: Facts, load: Load | None = None) -> None:
        self.facts = facts
        self._load = load

    @functools.cached_property
    def resolver(self) -> Resolver:
        """A resolver of its values."""
        return Resolver(self.facts, self._load)


class Resolver:
    """Resolves values of one file.

    Args:
        facts: the facts of the file.
        load: returns the files that an import may mean, likeliest first; without it imports are
            not followed. The name that is looked for is the only one of that import.
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
        self._origins = Origins(facts)
        self._answers: dict[tuple[Path, Path], Resolved | None] = {}
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

    def _resolve(self, value: Value, steps: int, seen: Seen) -> Resolved:
        self._left -= 1
        if self._left < 0 or steps > STEPS:
            return missing(value)
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
        return missing(value)

    def _joined(self, value: Value, steps: int, seen: Seen) -> Resolved:
        found = [self._resolve(part, steps + 1, seen) for part in value.parts]
        plain = all(part.kind == "literal" for part in value.parts)
        level = "concatenation" if plain or not within_quotes(value) else "template"
        texts = [part.text for part in found]
        inner = [name for part in found for name in part.levels if name != "literal"]
        text = None if None in texts else "".join(part or "" for part in texts)
        if text is not None and len(text) > LONGEST:
            text = None
        return Resolved(
            text,
            tuple(piece for part in found if part.source is None for piece in part.pieces),
            unique([level, *inner]),
            unique(name for part in found for name in part.unknown),
        )

    def _chosen(self, parts: Sequence[Value], steps: int, seen: Seen) -> Resolved:
        """The first of several that is known; an environment's default is one."""
        unknown: list[str] = []
        for part in parts:
            found = self._resolve(part, steps + 1, seen)
            unknown += found.unknown
            if found.text:
                asked = [item.text or "" for item in parts if item is not part]
                outside = self.facts.language == "bash" or any(map(ENVIRONMENT.search, asked))
                level = "environment" if outside else "choice"
                levels = (level, *(name for name in found.levels if name != "literal"))
                return Resolved(found.text, found.pieces, levels, unique(unknown), found.source)
        return Resolved(None, (), ("choice",), unique(unknown))

    def _called(self, value: Value, call: Call, steps: int, seen: Seen) -> Resolved:
        option = self._options.get((call.start, call.end))
        if option is not None:
            return self._via("option", self._resolve(option.value, steps + 1, seen))
        default = default_of(call)
        if default is not None:
            return self._via("environment", self._resolve(default, steps + 1, seen))
        if call.full_name in _CONVERTS and call.arguments:
            return self._resolve(call.arguments[0][1], steps + 1, seen)
        for fact in () if call.arguments else self._returns.get(call.name, ()):
            place = (fact.value.start, fact.value.end)
            if place not in seen:
                return self._via("constant", self._resolve(fact.value, steps + 1, seen | {place}))
        return missing(value)

    def _followed(self, value: Value, steps: int, seen: Seen) -> Resolved:
        path = tuple((value.text or "").split("."))
        return self._at(path, value.start, steps, seen) or missing(value)

    def _at(self, path: Path, offset: int, steps: int, seen: Seen) -> Resolved | None:
        """What a name stands for where it is used."""
        fact = self._find(path, offset)
        if fact is not None:
            place = (fact.value.start, fact.value.end)
            if place in seen:
                return None
            found = self._resolve(fact.value, steps + 1, seen | {place})
            level = "option" if fact.form == "option" else "attribute" if path[1:] else "constant"
            return self._via(level, found)
        if steps > STEPS:
            return None
        found_there = self._member(path, offset, steps, seen)
        return found_there or self._imported(path, offset, steps)

    def _member(self, path: Path, offset: int, steps: int, seen: Seen) -> Resolved | None:
        """What something has that a name leads to: an instance, another name, what was called."""
        for count in range(len(path) - 1, 0, -1):
            fact = self._find(path[:count], offset)
            value = fact.value if fact is not None else None
            if value is None or value.kind not in {"call", "reference"}:
                continue
            place = (value.start, value.end)
            if place in seen or not value.text:
                return None
            words = tuple(value.text.split("."))
            if value.kind == "call":
                return self._made(words, path[count:], value.start, steps + 1, seen | {place})
            return self._at((*words, *path[count:]), value.start, steps + 1, seen | {place})
        return self._made(path[:-1], path[-1:], offset, steps, seen) if path[1:] else None

    def _made(
        self, words: Path, path: Path, offset: int, steps: int, seen: Seen
    ) -> Resolved | None:
        """What an instance of a class has, or what a function gives back."""
        if steps > STEPS:
            return None
        name = words[-1]
        fact = self._find(("args" if name in _PARSES else name, *path), offset)
        if fact is None:
            told = (f for f in self._names.get(path[-1], ()) if f.form == "pair")
            fact = next((f for f in told if name in f.path[:-1] and f.path[:1] == (name,)), None)
        if fact is not None and (fact.value.start, fact.value.end) not in seen:
            seen |= {(fact.value.start, fact.value.end)}
            level = "option" if fact.form == "option" else "attribute"
            return self._via(level, self._resolve(fact.value, steps + 1, seen))
        for given in self._returns.get(name, ())[:1]:
            place = (given.value.start, given.value.end)
            if given.value.kind == "call" and given.value.text and place not in seen:
                inner = tuple(given.value.text.split("."))
                return self._made(inner, path, given.value.start, steps + 1, seen | {place})
        return self._imported(words, offset, steps, path)

    def _find(self, path: tuple[str, ...], offset: int) -> Assignment | None:
        """The assignment that holds where a name is used.

        The path has to end like that of the assignment. Of several the one counts that shares
        the innermost function, then one without more names around it, then the last one before
        the use, then the first one behind it.
        """
        if path[1:] and ENVIRONMENT.search(".".join(path[:-1])) and not _OWN.search(path[-2]):
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
            return self.facts.language != "bash" and (
                option or len(wanted) == 1 or fact.path[0] == ANY
            )
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

    def _imported(self, path: Path, offset: int, steps: int, member: Path = ()) -> Resolved | None:
        """A name from another file, or what is made there has: `from a import X`, `a.X`."""
        if self._load is None or steps + FILE > STEPS:
            return None
        for item, rest in self._origins.places(path, offset):
            wanted = Import(item.module, rest[:1], item.alias, item.start, item.end)
            for other in self._load(wanted) if rest else ():
                found = other.resolver._asked(rest, member, steps + FILE)
                if found is not None:
                    levels = ("import", *(level for level in found.levels if level != "literal"))
                    return dataclasses.replace(
                        found, levels=levels, source=item, file=found.file or other.facts
                    )
        return None

    def _asked(self, path: Path, member: Path, steps: int) -> Resolved | None:
        """What another file gets of this one.

        Who asks the same again while it is looked for, or after it was not found, gets nothing.
        """
        key = (path, member)
        if key not in self._answers:
            self._answers[key] = None
            self._answers[key] = (
                self._made(path, member, _END, steps, frozenset())
                if member
                else self._exported(path, steps)
            )
        return self._answers[key]

    def _exported(self, path: Path, steps: int) -> Resolved | None:
        """What another file gets of this one under a name."""
        self._left = MOST
        for head in _HEADS:
            wanted = (*head, *path)
            for fact in self._names.get(path[-1], ()):
                if fact.path == wanted:
                    return self._resolve(fact.value, steps + 1, frozenset())
        for head in _HEADS:
            for fact in self._names.get(head[-1], ()):
                if fact.path == head and fact.value.kind == "reference" and fact.value.text:
                    whole = (*fact.value.text.split("."), *path)
                    return self._at(whole, fact.value.start, steps + 1, frozenset())
        found = self._find(path, _END)
        if found is None:
            exported = (f for f in self._names.get(path[-1], ()) if f.path == path)
            found = next((f for f in exported if f.form == "pair"), None)
        if found is not None:
            return self._resolve(found.value, steps + 1, frozenset())
        return self._at(path, _END, steps + 1, frozenset())

    def _via(self, level: str, found: Resolved) -> Resolved:
        levels = (level, *(name for name in found.levels if name != "literal"))
        return dataclasses.replace(found, levels=levels)


def resolve(facts: Facts, value: Value, load: Load | None = None) -> Resolved:
    """Resolve one value; for many of one file make a `Resolver`.

    Args:
        facts: the facts of the file.
        value: a value of it.
        load: returns the files that an import may mean.

    Returns:
        Its text as far as the source gives it away.
    """
    return Resolver(facts, load).resolve(value)
