"""What a call is called in full: receivers followed to the import or the constructor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.model import Call, Facts
    from leakhunt.facts.resolve import Resolver

DEPTH = 5
"""Constructors followed from one receiver."""

_VERSION = lazy.pattern(r"^v[0-9]+$")
_SELF = {"self", "this", "cls", "Self", "static", "@", "new"}
_SAME = {"await", "new", "then", "async"}
"""Words in a receiver that change nothing."""


class Names:
    """Knows what names of one file mean.

    Args:
        facts: the facts of the file.
        resolver: a resolver of them.
    """

    def __init__(self, facts: Facts, resolver: Resolver) -> None:
        self.facts = facts
        self._resolver = resolver
        self._imports: dict[str, str] = {}
        self.modules: set[str] = set()
        for item in facts.imports:
            module = _dotted(item.module)
            self.modules.add(module)
            for name in item.names:
                self._imports[item.alias or name.rpartition(".")[2]] = f"{module}.{name}"
                self.modules.add(f"{module}.{name}")
            if not item.names and facts.language == "python" and not item.alias:
                self._imports[_first(module)] = _first(module)
            elif not item.names:
                own = item.alias or _own(item.module)
                self._imports[own] = module
                if facts.language == "go" and not item.alias and "-" in own:
                    # A package of Go is called without what its folder is decorated with.
                    self._imports[own.removeprefix("go-").removesuffix("-go")] = module
        self._known: dict[tuple[str, int], tuple[str, bool]] = {}
        self._requires = {
            call.start: call.arguments[0][1].text or ""
            for call in facts.calls
            if call.name == "require" and not call.receiver and call.arguments
        }

    def imports_any(self, prefixes: tuple[str, ...]) -> bool:
        """Say whether the file imports one of some modules, or from one of them."""
        return any(within(module, prefix) for prefix in prefixes for module in self.modules)

    def last(self, call: Call) -> str:
        """Return the last word of a call's full name: of a constructor that of its class."""
        if call.name == "new" and call.receiver:
            return call.receiver.rpartition(".")[2]
        module = "" if call.receiver else self._imports.get(call.name, "")
        return module.rpartition(".")[2] or call.name

    def full(self, call: Call) -> tuple[str, bool]:
        """Return the full name of a call, and whether its first word is known.

        It is known if an import says what it is; a name from a file of one's own is none.
        """
        words = [word for word in call.receiver.split(".") if word] + [call.name]
        if words[0] == "require" and call.start in self._requires and words[1:]:
            return ".".join([_dotted(self._requires[call.start]), *words[1:]]), True
        return self._full(words, call.start, 0)

    def _full(self, words: list[str], offset: int, depth: int) -> tuple[str, bool]:
        words = [word for at, word in enumerate(words) if word not in _SAME or at + 1 == len(words)]
        for count in range(len(words) - 1, 0, -1):
            base = self._defined(words[:count], offset, depth)
            if base is not None:
                return ".".join([base[0], *words[count:]]), base[1]
        first = words[0] if words[0] not in _SELF else ""
        if first in self._imports:
            module = self._imports[first]
            return ".".join([module, *words[1:]]), not _relative(module)
        return ".".join(word for word in words if word not in _SELF), False

    def _defined(self, words: list[str], offset: int, depth: int) -> tuple[str, bool] | None:
        """The full name of the call that a name was assigned from."""
        name = ".".join(words)
        if depth > DEPTH or name in self._imports:
            return None
        key = (name, offset)
        if key in self._known:
            return self._known[key]
        fact = self._resolver.definition(Value("reference", name, offset, offset))
        if fact is None:
            return None
        self._known[key] = (name, False)  # should it lead back here
        if fact.value.kind == "call" and fact.value.call:
            call = fact.value.call
            if call.name in {"require"} and call.arguments:
                return None
            own = [word for word in call.receiver.split(".") if word] + [call.name]
            returned = self._resolver.returned(call)
            if returned is not None and returned.kind == "reference":
                found = self._full((returned.text or "").split("."), returned.start, depth + 1)
            elif returned is not None and returned.kind == "call" and returned.call:
                inner = [word for word in returned.call.receiver.split(".") if word]
                found = self._full([*inner, returned.call.name], returned.start, depth + 1)
            else:
                found = self._full(own, call.start, depth + 1)
            if own[0] == "require" and call.start in self._requires:
                found = (".".join([_dotted(self._requires[call.start]), *own[1:]]), True)
        elif fact.value.kind == "unknown" and fact.value.start in self._requires:
            found = (_dotted(self._requires[fact.value.start]), True)  # `require("fastify")()`
        elif fact.value.kind == "reference" and fact.value.text and fact.value.text != name:
            found = self._full(fact.value.text.split("."), fact.value.start, depth + 1)
        else:
            self._known.pop(key)
            return None
        self._known[key] = found
        return found

    def symbol(self, value: Value) -> str:
        """Return the full name of what a reference refers to."""
        return self._full((value.text or "").split("."), value.start, DEPTH)[0]

    def type_at(self, path: tuple[str, ...]) -> Iterator[str]:
        """Yield full names for the ends of a path, longest last: `Addr`, `net/http.Server.Addr`."""
        for count in range(1, len(path) + 1):
            words = path[-count:]
            yield ".".join(words)
            if words[0] in self._imports:
                yield ".".join([self._imports[words[0]], *words[1:]])


def _dotted(module: str) -> str:
    return re.sub(r"::|\\", ".", module).strip(".\"'") if not module.startswith(".") else module


def _own(module: str) -> str:
    """The name that a module goes by if it is given no other."""
    words = [word for word in re.split(r"[/\\]|::", module.strip("\"'")) if word]
    if len(words) > 1 and _VERSION.match(words[-1]):
        words.pop()
    last = words[-1] if words else module
    if "/" in module or "\\" in module or "::" in module:
        return re.sub(r"\.(?:js|ts|mjs|h|hpp|v\d+)$", "", last)
    return last.rpartition(".")[2] if last.count(".") and last[0].islower() else last


def _first(module: str) -> str:
    return module.partition(".")[0]


def _relative(module: str) -> bool:
    return module.startswith((".", "/", "@/", "~/"))


def within(module: str, prefix: str) -> bool:
    """Say whether a name is another one or lies in it."""
    return module == prefix or module.startswith((prefix + ".", prefix + "/", prefix + "-"))
