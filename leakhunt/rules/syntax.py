"""Reads the regular expressions of Go (RE2), whose syntax is not that of Python.

All flags are resolved here, so that what comes out means the same everywhere.
"""

from __future__ import annotations

import functools
import sys
import unicodedata

from leakhunt import numbers
from leakhunt.rules.nodes import (
    TOP,
    Chars,
    Choice,
    Condition,
    Group,
    Node,
    Ranges,
    Repeat,
    Row,
    folded,
    inverted,
    merged,
)

_REPEATS = 1000
"""More of the same is refused by RE2, too."""
_DEEP = 100
_PERL = {
    "d": ((48, 57),),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "s": ((9, 10), (12, 13), (32, 32)),
}
_POSIX: dict[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": _PERL["d"],
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": _PERL["w"],
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
_ESCAPES = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_CONDITIONS = {"A": r"\A", "z": r"\Z", "b": r"\b", "B": r"\B"}


class ExpressionError(ValueError):
    """The expression is not one that Go knows, or not one that leakhunt can express."""


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: with what is wrong.
    """
    reader = _Reader(text)
    node = reader.choice()
    if reader.at < len(text):
        raise ExpressionError("there is a ) without a (")
    return node


@functools.cache
def _category(name: str) -> Ranges:
    """Return the code points of a general category such as `L` or `Lu`."""
    points = (i for i in range(TOP + 1) if unicodedata.category(chr(i)).startswith(name))
    found = merged([(i, i) for i in points])
    if not found or len(name) > 2:
        raise ExpressionError(f"leakhunt does not know \\p{{{name}}}")
    return found


class _Reader:
    """Reads from left to right; the flags are those that hold at this place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.flags: frozenset[str] = frozenset()
        self.depth = 0

    def ahead(self, text: str) -> bool:
        """Step over a text if it comes next."""
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def next(self) -> str:
        if self.at >= len(self.text):
            raise ExpressionError("it ends too soon")
        self.at += 1
        return self.text[self.at - 1]

    def choice(self) -> Node:
        flags = self.flags
        self.depth += 1
        if self.depth > _DEEP:
            raise ExpressionError("its groups are nested too deeply")
        items = [self.row()]
        while self.ahead("|"):
            items.append(self.row())
        self.flags = flags
        self.depth -= 1
        return items[0] if len(items) == 1 else Choice(tuple(items))

    def row(self) -> Node:
        items: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            if self.ahead(r"\Q"):
                # The quotation ends with the expression if nothing ends it before.
                quoted, mark, _ = self.text[self.at :].partition(r"\E")
                items += map(self.char, map(ord, quoted))
                self.at += len(quoted) + len(mark)
            elif (item := self.item()) is not None:
                items.append(item)
            items[-1:] = [self.repeated(item) for item in items[-1:]]
        return items[0] if len(items) == 1 else Row(tuple(items))

    def char(self, point: int) -> Node:
        return Chars(self.folded(((point, point),)))

    def item(self) -> Node | None:
        char = self.next()
        if char == "(":
            return self.group()
        if char == "[":
            return Chars(self.set())
        if char == ".":
            return Chars(((0, TOP),) if "s" in self.flags else ((0, 9), (11, TOP)))
        if char == "^":
            return Condition("(?m:^)" if "m" in self.flags else r"\A")
        if char == "$":
            return Condition("(?m:$)" if "m" in self.flags else r"\Z")
        if char in "*+?":
            raise ExpressionError(f"there is nothing before {char} to repeat")
        if char != "\\":
            return self.char(ord(char))
        if self.at < len(self.text) and self.text[self.at] in _CONDITIONS:
            return Condition(_CONDITIONS[self.next()])
        if self.ahead("C"):
            raise ExpressionError(r"leakhunt does not know \C")
        ranges = self.escape()
        if isinstance(ranges, int):
            return self.char(ranges)
        return Chars(ranges)

    def group(self) -> Node | None:
        before = self.flags
        captures = True
        if self.ahead("?P<") or self.ahead("?<"):
            name, mark, _ = self.text[self.at :].partition(">")
            if not mark or not name.isidentifier():
                raise ExpressionError("look-behind and names of this form are unknown to Go")
            self.at += len(name) + 1
        elif self.ahead("?"):
            captures = False
            if self.set_flags():
                return None
        item = self.choice()
        if not self.ahead(")"):
            raise ExpressionError("a ) is missing")
        self.flags = before
        return Group(item) if captures else Row((item,))

    def set_flags(self) -> bool:
        """Read `(?i)` and `(?i:`; say whether it was the first."""
        on, flags = True, set(self.flags)
        while (char := self.next()) not in ":)":
            if char == "-":
                on = False
            elif char in "imsU":
                (flags.add if on else flags.discard)(char)
            else:
                raise ExpressionError(f"Go does not know (?{char}")
        self.flags = frozenset(flags)
        return char == ")"

    def repeated(self, item: Node) -> Node:
        while (found := self.counts()) is not None:
            least, most = found
            lazy = self.ahead("?") != ("U" in self.flags)
            item = Repeat(item, least, most, lazy)
        return item

    def counts(self) -> tuple[int, int] | None:
        for sign, found in (("*", (0, -1)), ("+", (1, -1)), ("?", (0, 1))):
            if self.ahead(sign):
                return found
        if self.text[self.at : self.at + 1] != "{":
            return None
        inside, mark, _ = self.text[self.at + 1 :].partition("}")
        first, comma, last = inside.partition(",")
        digits = first + last
        if not mark or not first or not (digits.isascii() and digits.isdecimal()):
            return None  # a brace that means itself
        least = _count(first)
        most = least if not comma else _count(last) if last else -1
        if max(least, most) > _REPEATS or (0 <= most < least):
            raise ExpressionError(f"the repeat {{{inside}}} is impossible")
        self.at += len(inside) + 2
        return least, most

    def escape(self) -> int | Ranges:
        """Read what follows a backslash: a code point, or a class."""
        char = self.next()
        if char.lower() in _PERL:
            return _PERL[char] if char in _PERL else inverted(_PERL[char.lower()])
        if char in "pP":
            name = self.next()
            if name == "{":
                name, mark, _ = self.text[self.at :].partition("}")
                self.at += len(name) + len(mark)
            negated = (char == "P") != name.startswith("^")
            found = self.folded(_category(name.removeprefix("^")))
            return inverted(found) if negated else found
        if char == "x":
            return self.hexadecimal()
        if char in "01234567":
            digits = char
            while len(digits) < 3 and self.text[self.at : self.at + 1] in set("01234567"):
                digits += self.next()
            if char != "0" and len(digits) == 1:
                raise ExpressionError(f"Go does not know \\{char}")
            return int(digits, 8)
        if char in _ESCAPES:
            return _ESCAPES[char]
        if char.isascii() and (char.isalnum()):
            raise ExpressionError(f"Go does not know \\{char}")
        return ord(char)

    def hexadecimal(self) -> int:
        if self.ahead("{"):
            digits, _, _ = self.text[self.at :].partition("}")
            self.at += len(digits) + 1
        else:
            digits = self.next() + self.next()
        try:
            point = int(digits, 16)
        except ValueError:
            point = TOP + 1
        if point > min(TOP, sys.maxunicode):
            raise ExpressionError(f"\\x{{{digits}}} is no character")
        return point

    def set(self) -> Ranges:
        """Read a class up to and with its bracket."""
        negated = self.ahead("^")
        ranges: list[tuple[int, int]] = []
        first = True
        while first or self.text[self.at : self.at + 1] != "]":
            first = False
            if self.ahead("[:"):
                name, mark, _ = self.text[self.at :].partition(":]")
                other = name.startswith("^")
                known = _POSIX.get(name.removeprefix("^"))
                if not mark or known is None:
                    raise ExpressionError(f"Go does not know [:{name[:20]}:]")
                self.at += len(name) + 2
                ranges += inverted(known) if other else self.folded(known)
                continue
            low = self.member()
            if not isinstance(low, int):
                ranges += low
                continue
            high: int | Ranges = low
            if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 :][:1] != "]":
                self.at += 1
                high = self.member()
            if not isinstance(high, int) or high < low:
                raise ExpressionError("a range in a class goes backwards")
            ranges += self.folded(((low, high),))
        self.at += 1
        found = merged(ranges)
        return inverted(found) if negated else found

    def folded(self, ranges: Ranges) -> Ranges:
        return folded(ranges) if "i" in self.flags else ranges

    def member(self) -> int | Ranges:
        char = self.next()
        return self.escape() if char == "\\" else ord(char)


def _count(digits: str) -> int:
    """Return a number of repeats; what is too long to be read is too many."""
    number = numbers.whole(digits)
    return _REPEATS + 1 if number is None else number
