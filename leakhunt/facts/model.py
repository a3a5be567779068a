"""The types of facts: records that nobody changes.

All positions are byte offsets into the content that was read; an end is exclusive.
"""

from __future__ import annotations

from typing import Literal

from leakhunt.records import record

Kind = Literal[
    "literal",
    "constant",
    "reference",
    "call",
    "template",
    "choice",
    "collection",
    "number",
    "boolean",
    "null",
    "encrypted",
    "unknown",
]
"""What a value is.

`literal`: one quoted (or, in a shell or a format, bare) text. `constant`: a reference that the
resolver followed to a text. `reference`: a name, an attribute, a look-up without a default.
`call`: a call. `template`: pieces put together, by interpolation or concatenation. `choice`: the
first of several that is there, so the last is the default. `collection`: a list. `encrypted`:
text that only a key opens. The others are what they say.
"""

Form = Literal[
    "assignment",
    "field",
    "pair",
    "argument",
    "parameter",
    "comparison",
    "option",
    "return",
    "setting",
]
"""Where a name meets its value.

`field`: of a class or a struct. `pair`: of a map, an object, a dictionary. `argument`: a keyword
argument. `parameter`: the default of one. `comparison`: a name compared with a text. `option`: the
default of a command-line option. `return`: what a function of that name gives back. `setting`: of
a configuration format.
"""


@record(frozen=True, slots=True)
class Value:
    """A value as the source writes it.

    Attributes:
        kind: what it is.
        text: what the program sees, escapes undone; of a template with `${name}` for what is
            not known; of a reference or a call its dotted name; of a number its digits; else None.
        start: where the content begins, behind the opening quote.
        end: where it ends, before the closing quote.
        parts: pieces of a template, alternatives of a choice, elements of a collection, the text
            that a call is made on.
        call: the call, of a value that is one; its arguments are there and not in `parts`, so
            that who walks both meets each of them once.
        decoded: how the text comes from the bytes between start and end, where it is more than
            undoing escapes: `base64`; else empty.
    """

    kind: Kind
    text: str | None
    start: int
    end: int
    parts: tuple[Value, ...] = ()
    call: Call | None = None
    decoded: str = ""


@record(frozen=True, slots=True)
class Call:
    """A call of a function, or a command of a shell.

    Attributes:
        name: its last word: `connect`.
        receiver: the words before it, dotted: `self.db`; empty if there are none.
        arguments: keyword, or None, and value of each.
        start: where the call begins.
        end: where it ends.
    """

    name: str
    receiver: str
    arguments: tuple[tuple[str | None, Value], ...]
    start: int
    end: int

    @property
    def full_name(self) -> str:
        """Receiver and name, dotted."""
        return f"{self.receiver}.{self.name}" if self.receiver else self.name


@record(frozen=True, slots=True)
class Assignment:
    """A name that gets, has or is compared with a value.

    Attributes:
        name: the last word.
        path: all words around it, outermost first; the last is `name`.
        value: its value.
        start: where the name begins.
        end: where the whole ends.
        operator: the sign between name and value, empty if there is none.
        form: where the two meet.
        comment: the comment on the same line, where a format has some.
    """

    name: str
    path: tuple[str, ...]
    value: Value
    start: int
    end: int
    operator: str = "="
    form: Form = "assignment"
    comment: str = ""


@record(frozen=True, slots=True)
class Import:
    """Names that come from another file.

    Attributes:
        module: where from, as the source writes it, without quotes.
        names: what is imported; empty if it is the module itself.
        alias: the name it goes by here, if that is another one.
        start: where the import begins.
        end: where it ends.
    """

    module: str
    names: tuple[str, ...]
    alias: str | None
    start: int
    end: int


@record(frozen=True, slots=True)
class Facts:
    """All facts of one file, each kind sorted by offset.

    Attributes:
        language: how it was read: the name of a language or a format; `text` if by lines alone.
        assignments: names and values, settings too.
        calls: calls and commands.
        imports: names from elsewhere.
        scopes: start and end of each function, outermost first: where local names hold.
        problems: what could not be read, each a sentence.
    """

    language: str
    assignments: tuple[Assignment, ...] = ()
    calls: tuple[Call, ...] = ()
    imports: tuple[Import, ...] = ()
    scopes: tuple[tuple[int, int], ...] = ()
    problems: tuple[str, ...] = ()
