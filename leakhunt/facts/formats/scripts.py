"""Shell scripts: what the grammar finds, and what the options of programs mean."""

from __future__ import annotations

from leakhunt.facts import aside, commands
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.model import Facts


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read a script.

    Args:
        language: `bash`.
        content: the whole script.
        depth: in how many other texts it lies.

    Returns:
        Its facts, with those of its command lines and of scripts in their arguments.
    """
    facts = aside.read(language, content)
    sheet = Sheet(language, content, depth)
    places = {(fact.value.start, fact.value.end) for fact in facts.assignments}
    for fact in commands.options(facts.calls, content):
        if (fact.value.start, fact.value.end) not in places:
            sheet.assignments.append(fact)
    for value in commands.scripts(facts.calls, content):
        if content[value.start : value.end] == (value.text or "").encode():
            sheet.embed(language, value.start, value.end)
    if not sheet.assignments and not sheet.calls:
        return facts
    sheet.assignments += facts.assignments
    sheet.calls += facts.calls
    found = sheet.facts()
    return Facts(
        language, found.assignments, found.calls, facts.imports, facts.scopes, facts.problems
    )
