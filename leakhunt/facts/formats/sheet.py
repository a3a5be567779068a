"""Where a reader of a format gathers what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import embedded
from leakhunt.facts.model import Assignment, Facts, Value
from leakhunt.facts.names import MOST

if TYPE_CHECKING:
    from leakhunt.facts.formats.embedded import Place
    from leakhunt.facts.model import Call, Form

LONGEST_WORD = 200
"""Characters of one word of a path that are kept."""
_APART = lazy.pattern(r"[.:/\[\]]+")


def words(key: str) -> tuple[str, ...]:
    """Split a key into words: `spring.datasource.password`, `//registry.example/:_authToken`.

    Args:
        key: a key as the program sees it.

    Returns:
        Its words, outermost first; a key with blanks is one word.
    """
    key = key.strip()[: LONGEST_WORD * 4]
    if key.isidentifier() or not _APART.search(key):
        return (key[:LONGEST_WORD],) if key else ()
    if " " in key:
        return (key[:LONGEST_WORD],)
    return tuple(word[:LONGEST_WORD] for word in _APART.split(key) if word)


class Sheet:
    """The facts of one file, while it is read.

    Args:
        language: the name of the format.
        content: the whole file.
        depth: in how many other texts this one lies.
    """

    def __init__(self, language: str, content: bytes, depth: int = 0) -> None:
        self.language = language
        self.content = content
        self.depth = depth
        self.assignments: list[Assignment] = []
        self.calls: list[Call] = []
        self.problems: list[str] = []

    def add(
        self,
        path: tuple[str, ...],
        value: Value,
        start: int,
        end: int = -1,
        operator: str = "=",
        comment: str = "",
        form: Form = "setting",
    ) -> None:
        """Note a name and its value; one without a name is none.

        Args:
            path: all words, outermost first.
            value: the value.
            start: where the name begins.
            end: where the whole ends; the end of the value if it is not given.
            operator: the sign between the two.
            comment: what a comment on the line says.
            form: what kind of fact it is.
        """
        if path:
            path = path[-MOST:]
            start = min(start, value.start)
            end = max(end, value.end)
            self.assignments.append(
                Assignment(path[-1], path, value, start, end, operator, form, comment)
            )

    def take(self, facts: Facts, prefix: tuple[str, ...] = ()) -> None:
        """Note the facts of a part of the file, their offsets being those of the file.

        Args:
            facts: what its reader found.
            prefix: words that go before each path.
        """
        self.calls += facts.calls
        for fact in facts.assignments:
            if not prefix:
                self.assignments.append(fact)
                continue
            path = (*prefix, *fact.path)[-MOST:]
            self.assignments.append(
                Assignment(
                    fact.name,
                    path,
                    fact.value,
                    fact.start,
                    fact.end,
                    fact.operator,
                    fact.form,
                    fact.comment,
                )
            )

    def embed(
        self,
        language: str,
        start: int,
        end: int,
        prefix: tuple[str, ...] = (),
    ) -> bool:
        """Read a stretch of the file in another language.

        Args:
            language: what it is written in.
            start: where it begins.
            end: where it ends.
            prefix: words that go before each path.

        Returns:
            Whether there is a reader and it is not too deep.
        """
        place = embedded.straight(start, end - start)
        return self.embed_text(language, self.content[start:end], place, prefix)

    def embed_text(
        self, language: str, text: bytes, place: Place, prefix: tuple[str, ...] = ()
    ) -> bool:
        """Read a text of the file whose escapes or margins are undone.

        Args:
            language: what it is written in.
            text: the text.
            place: where its bytes lie in the file.
            prefix: words that go before each path.

        Returns:
            Whether there is a reader and it is not too deep.
        """
        facts = embedded.read(language, text, self.depth + 1)
        if facts is None:
            return False
        self.take(embedded.placed(facts, place, self.content), prefix)
        return True

    def facts(self) -> Facts:
        """Return all that was noted, by offset, each fact once."""
        found = {(f.value.start, f.value.end, f.start, f.name): f for f in self.assignments}
        calls = {(call.start, call.end, call.name): call for call in self.calls}
        return Facts(
            self.language,
            tuple(sorted(found.values(), key=_order)),
            tuple(sorted(calls.values(), key=lambda c: (c.start, -c.end, c.name))),
            problems=tuple(dict.fromkeys(self.problems)),
        )


def _order(fact: Assignment) -> tuple[int, int, int, str, str]:
    return fact.start, fact.value.start, fact.end, fact.form, fact.name
