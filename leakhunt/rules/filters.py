"""The expressions in which betterleaks says what is no finding: `entropy(finding["secret"]) < 3`.

Only what filters need is read; the rest (validation) is neither read nor run. An expression
becomes nested tuples, whose first item says what they are: see `engine/filters.py`, which
computes them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt.rules.expressions import written
from leakhunt.rules.syntax import ExpressionError, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.model import Expression

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<raw>r\"\"\".*?\"\"\"|`[^`]*`)
  | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<name>[A-Za-z_]\w*)
  | (?P<sign>\?\?|\?\.|\.\?|\|\||&&|[=!<>]=|[-+*/%<>!?:;,.()\[\]=])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_BINDS: tuple[dict[str, str], ...] = (
    {"||": "or", "or": "or"},
    {"&&": "and", "and": "and"},
    {
        **{sign: sign for sign in ("==", "!=", "<", "<=", ">", ">=", "in", "contains")},
        **{sign: sign for sign in ("startsWith", "endsWith", "matches")},
    },
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "%": "%"},
)
"""Signs between two values, the loosest first."""
_PLAIN = {
    *("containsAny", "entropy", "failsTokenEfficiency", "tokenRatio", "get", "len", "max", "min"),
    *("lower", "upper", "trim", "hasPrefix", "hasSuffix", "contains", "startsWith", "endsWith"),
}
"""What may be called, beside what takes an expression."""
_CONSTANTS = {"true": True, "false": False, "nil": None, "null": None}
_DEEPEST = 60
GUESSED = {"failsTokenEfficiency", "tokenRatio"}
"""What counts the tokens of a language model, which leakhunt does not have."""


class FilterError(ValueError):
    """A filter says what leakhunt does not understand."""


class _Token(NamedTuple):
    kind: str
    text: str


def read(text: str) -> Expression:
    """Read a filter.

    Args:
        text: as it stands in the file.

    Raises:
        FilterError: it says what leakhunt does not understand.
    """
    reader = _Reader(_tokens(text))
    found = reader.whole()
    if reader.next.kind != "end":
        raise FilterError(f"'{reader.next.text}' is not expected there")
    return found


def names(expression: Expression) -> set[str]:
    """Return the names of what an expression looks at and calls."""
    if not isinstance(expression, tuple) or not expression:
        return set()
    found = {str(expression[1])} if expression[0] in {"name", "call"} else set()
    return found.union(*(names(part) for part in expression[1:]))


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise FilterError(f"'{text[at]}' is not understood")
        if match.lastgroup != "space":
            found.append(_Token(match.lastgroup, match[0]))
        at = match.end()
    return found


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = [*tokens, _Token("end", "the end")]
        self._at = 0
        self._depth = 0
        self._known = {"finding", "attributes", "filter"}

    @property
    def next(self) -> _Token:
        return self._tokens[self._at]

    def whole(self) -> Expression:
        """Read names that are given to values, and the value itself."""
        if not self._takes("let"):
            return self._choice()
        return self._named("=", ";", self.whole)

    def _named(self, is_: str, then: str, body: Callable[[], Expression]) -> Expression:
        """Read a name that is given to a value, and where it holds."""
        name = self._take()
        if name.kind != "name" or name.text in self._known:
            raise FilterError(f"'{name.text}' cannot be a name, or is one already")
        self._must(is_)
        value = self._choice()
        self._must(then)
        self._known.add(name.text)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError("it is nested too deep")
        found = ("let", name.text, value, body())
        self._depth -= 1
        self._known.discard(name.text)
        return found

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, text: str) -> bool:
        there = self.next.kind in {"sign", "name"} and self.next.text == text
        self._at += there
        return there

    def _must(self, text: str) -> None:
        if not self._takes(text):
            raise FilterError(f"'{text}' is expected before '{self.next.text}'")

    def _choice(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError("it is nested too deep")
        found = self._either(0)
        if self._takes("?"):
            then = self._choice()
            self._must(":")
            found = ("if", found, then, self._choice())
        self._depth -= 1
        return found

    def _either(self, level: int) -> Expression:
        if level == len(_BINDS):
            return self._signed()
        found = self._either(level + 1)
        while True:
            denied = level == 2 and self._takes("not")
            sign = _BINDS[level].get(self.next.text) if self.next.kind in {"sign", "name"} else None
            if sign is None:
                return found
            self._take()
            other = self._either(level + 1)
            if sign == "matches":
                found = ("matches", found, _pattern([other]))
            else:
                found = (sign, found, other)
            found = ("not", found) if denied else found

    def _signed(self) -> Expression:
        if self._takes("!") or self._takes("not"):
            return ("not", self._signed())
        if self._takes("-"):
            return ("-", ("value", 0), self._signed())
        found = self._of(self._single())
        return ("??", found, self._signed()) if self._takes("??") else found

    def _of(self, found: Expression) -> Expression:
        """Read what follows a value: a part of it, or what a method of it is given."""
        while True:
            if self._takes("["):
                found = self._part(found)
            elif self._takes(".") or self._takes("?.") or self._takes(".?"):
                name = self._take().text
                if name == "orValue" and self._takes("("):
                    found = ("??", found, self._choice())
                    self._must(")")
                elif self._takes("("):
                    whole = found == ("name", "filter")
                    found = _call(name, self._list(")") if whole else [found, *self._list(")")])
                else:
                    found = ("index", found, ("value", name.encode()))
            else:
                return found

    def _part(self, of: Expression) -> Expression:
        self._takes("?")
        first = None if self.next.text == ":" else self._choice()
        if not self._takes(":"):
            self._must("]")
            return ("index", of, first)
        last = None if self.next.text == "]" else self._choice()
        self._must("]")
        return ("slice", of, first, last)

    def _single(self) -> Expression:
        token = self._take()
        if token.kind == "number":
            return ("value", float(token.text) if "." in token.text else int(token.text))
        if token.kind in {"raw", "text"}:
            return ("value", _text(token).encode())
        if token.text == "(":
            found = self.whole()
            self._must(")")
            return found
        if token.text == "[":
            return ("list", *self._list("]"))
        if token.kind != "name":
            raise FilterError(f"'{token.text}' is not expected there")
        if token.text in _CONSTANTS:
            return ("value", _CONSTANTS[token.text])
        if token.text == "cel" and self._takes("."):
            return self._bound()
        if self._takes("("):
            return _call(token.text, self._list(")"))
        if token.text not in self._known:
            raise FilterError(f"leakhunt does not know '{token.text}'")
        return ("name", token.text)

    def _bound(self) -> Expression:
        """Read `cel.bind(name, value, where it holds)`, an older way to write `let`."""
        if not (self._takes("bind") and self._takes("(")):
            raise FilterError("of 'cel' leakhunt knows 'cel.bind' only")
        found = self._named(",", ",", self._choice)
        self._must(")")
        return found

    def _list(self, closes: str) -> list[Expression]:
        found: list[Expression] = []
        while not self._takes(closes):
            found.append(self._choice())
            if self.next.text != closes:
                self._must(",")
        return found


def _text(token: _Token) -> str:
    if token.kind == "raw":
        return token.text[1:-1] if token.text[0] == "`" else token.text[4:-3]

    def undone(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[3])

    return _ESCAPE.sub(undone, token.text[1:-1])


def _call(name: str, given: list[Expression]) -> Expression:
    if name in {"matchesAny", "findMatch"} and len(given) == 2:
        patterns = given[1][1:] if given[1][0] == "list" else (given[1],)
        return ("matches" if name == "matchesAny" else "found", given[0], _pattern([*patterns]))
    if name not in _PLAIN:
        if name == "setConfidence":
            raise FilterError("betterleaks of July 2026 has no 'setConfidence' either")
        raise FilterError(f"leakhunt does not know '{name}'")
    return ("call", name, *given)


def _pattern(texts: list[Any]) -> str:
    """Return one expression for several, each of which is written out."""
    found = []
    for text in texts:
        if text[0] != "value" or not isinstance(text[1], bytes):
            raise FilterError("an expression is not written out")
        try:
            found.append(f"(?:{written(parse(text[1].decode()))})")
        except ExpressionError as fault:
            raise FilterError(f"one of its expressions cannot be read: {fault}") from None
    return "|".join(found)
