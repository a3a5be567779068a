"""What options of a program are if nobody gives them, where facts alone do not say it.

Facts know the texts that options default to, by the name of the option. Ports are numbers, flags of
Go are written to variables, and libraries of settings are asked for a name.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Assignment, Value
from leakhunt.facts.resolve import ANY

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from leakhunt.facts.model import Call, Facts

_DECLARES = {"add_argument", "add_option", "option", "Option", "requiredOption"}
_FLAGS = lazy.pattern(r"(?i)(?:^|\.)\w*flags?(?:set)?$|^fs$|^kingpin$")
_VARIABLE = lazy.pattern(r"^(?:String|Int|Uint|Uint16|Int32|Int64)Var(P?)$")
_MADE = lazy.pattern(r"^(?:String|Int|Uint|Uint16|Int32|Int64)(P?)$")
_ASKED = lazy.pattern(r"^(?:Get)?(?:String|Int|Uint|Uint16|Int32|Int64)$")
_LONG = lazy.pattern(r"--([A-Za-z][\w-]*)")
_GIVEN = {"literal", "number", "template"}


_FIELD = (
    rb"\s*(?:@\w+(?:\([^()]*\))?\s*)*"
    rb"(?:(?:private|protected|public|internal|final|static|lateinit|va[lr])\s+)*"
)
_NAMED = rb"(?:[\w<>?.]+\s+)?(?P<name>\w+)"
_TAGS: dict[str, tuple[re.Pattern[bytes], ...]] = {
    "go": (
        lazy.pattern(
            rb"(?m)^[ \t]*(?P<name>\w+)[ \t]+[\w.*\[\]]+[ \t]+`[^`\n]{0,300}?"
            rb"\b(?:(?:envDefault|default|env-default):\"|default=)(?P<value>[^\",`\n]+)"
        ),
    ),
    "rust": (
        lazy.pattern(
            rb"#\[(?:arg|clap|structopt)\([^\]]{0,300}?default_value(?:_t)?\s*=\s*"
            rb"(?P<value>[^\s,)\]]+)[^\]]{0,300}\]\s*(?:(?:#\[[^\]]*\]|///[^\n]*)\s*)*"
            rb"(?:pub(?:\([^)]*\))?\s+)?(?P<name>\w+)\s*:"
        ),
    ),
    "java": (
        lazy.pattern(
            rb"@(?:\w+\.)*Value\(\s*(?:value\s*=\s*)?\"\\?\$\{[\w.-]*:(?P<value>[^}\"]*)\}\"\s*\)"
            + _FIELD
            + _NAMED
        ),
        lazy.pattern(
            rb"@\w+\([^()]{0,300}?\bdefaultValue\s*=\s*\"(?P<value>[^\"]*)\"[^()]{0,300}\)"
            + _FIELD
            + _NAMED
        ),
    ),
    "csharp": (
        lazy.pattern(
            rb"\[Option\([^\]]{0,300}?\bDefault(?:Value)?\s*=\s*(?P<value>[^\s,)\]]+)[^\]]{0,300}\]"
            + _FIELD
            + _NAMED
        ),
    ),
}
"""Fields whose default stands beside them: in a tag, an attribute, an annotation."""
_TAGS["kotlin"] = _TAGS["java"]


def added(facts: Facts, content: bytes) -> Facts:
    """Return facts with the defaults of options that are numbers or stand where facts do not look.

    Args:
        facts: those of one file.
        content: that file.
    """
    more = [fact for call in facts.calls for fact in _of_call(call)]
    for tag in _TAGS.get(facts.language, ()):
        more += (_of_tag(found) for found in tag.finditer(content))
    if not more:
        return facts
    return dataclasses.replace(facts, assignments=(*more, *facts.assignments))


def _of_call(call: Call) -> Iterator[Assignment]:
    positional = [value for keyword, value in call.arguments if keyword is None]
    if call.name in _DECLARES and positional:
        value = next((value for keyword, value in call.arguments if keyword == "default"), None)
        value = value or (positional[2] if len(positional) == 3 else None)
        texts = [one.text or "" for one in positional if one.kind == "literal"]
        names = [_LONG.search(text) for text in texts]
        bare = texts[0] if call.name == "add_argument" and texts and texts[0].isidentifier() else ""
        name = next((match[1] for match in names if match), bare)
        if value is not None and value.kind == "number" and name:
            yield _fact((name.replace("-", "_"),), value, option=True)
        return
    written = _VARIABLE.match(call.name)
    if written and _FLAGS.search(call.receiver) and len(positional) > 2 + bool(written[1]):
        target, default = positional[0], positional[2 + bool(written[1])]
        if target.kind == "reference" and target.text and default.kind in _GIVEN:
            yield _fact(tuple(target.text.split(".")), default, option=False)


def _of_tag(found: re.Match[bytes]) -> Assignment:
    start, end = found.span("value")
    text = found["value"].decode("utf-8", "replace")
    if text[:1] == '"' == text[-1:] and text[1:]:
        start, end, text = start + 1, end - 1, text[1:-1]
    name = found["name"].decode("utf-8", "replace")
    value = Value("number" if text.isdigit() else "literal", text, start, end)
    return Assignment(name, (ANY, name), value, 0, 0, "=", "option")


def _fact(path: tuple[str, ...], value: Value, *, option: bool) -> Assignment:
    """An assignment at the top of the file, where every function sees it."""
    if option:
        return Assignment(path[-1], path, value, 0, 0, "=", "option")
    given = Value("reference", f"flag.{path[-1]}", value.start, value.start)
    either = Value("choice", None, value.start, value.end, (given, value))
    return Assignment(path[-1], path, either, 0, 0, "=", "field" if path[1:] else "assignment")


def by_name(facts: Facts) -> dict[str, Value]:
    """Return the defaults of what is looked up by its name: viper, cobra, urfave/cli.

    Args:
        facts: those of one file.
    """
    found: dict[str, Value] = {}
    for call in facts.calls:
        given = [value for _, value in call.arguments]
        made = _MADE.match(call.name)
        at = 1 if call.name == "SetDefault" else 0
        if made and _FLAGS.search(call.receiver):
            at = 1 + bool(made[1])
        if at and len(given) > at and given[0].text and given[at].kind in _GIVEN:
            found.setdefault(given[0].text, given[at])
    name = ""
    around: tuple[str, ...] = ()
    for fact in facts.assignments:
        if fact.form != "pair" or not fact.path[-2:-1] or not fact.path[-2].endswith("Flag"):
            continue
        if fact.name == "Name":
            name, around = fact.value.text or "", fact.path[:-1]
        elif fact.name == "Value" and name and fact.path[:-1] == around:
            found.setdefault(name, fact.value)
    return found


def asks(call: Call) -> str:
    """Return the name that a call looks up: `viper.GetString("addr")`; or an empty text."""
    if len(call.arguments) != 1 or not call.receiver or not _ASKED.match(call.name):
        return ""
    first = call.arguments[0][1]
    return (first.text or "") if first.kind == "literal" else ""
