"""Calls that say what an assignment says: setters, command-line options, tests for equality."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.facts.model import Assignment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.model import Call, Form, Value

SETTERS = {
    *("put", "putIfAbsent", "set", "setProperty", "setenv", "define", "insert", "setItem", "of"),
    *(
        "setattr",
        "addHeader",
        "setHeader",
        "header",
        "append",
        "setdefault",
        "setAttribute",
        "putString",
    ),
    *("setRequestHeader", "entry", "Setenv", "Set", "Add", "SetDefault", "put_env", "setString"),
    *(
        "add_header",
        "set_var",
        "SetEnvironmentVariable",
        "set_header",
        "insert_header",
        "config_set",
        "setValue",
        "addParameter",
        "option",
        "curl_easy_setopt",
        "curl_setopt",
        "setopt",
        "setOption",
    ),
}
"""Functions whose first argument names what the second becomes; also for several pairs in turn."""

COPIES = {"strcpy", "strncpy", "strlcpy", "wcscpy", "lstrcpy"}
"""Functions that copy their second argument into their first."""

EQUALS = {
    *("equals", "equalsIgnoreCase", "isEqualToString", "Equals", "strcmp", "strcasecmp", "strncmp"),
    *("compare_digest", "hash_equals", "contentEquals", "eql", "timingSafeEqual", "localeCompare"),
}
"""Functions that compare what they are called on with their argument, or two arguments."""


class _Option(NamedTuple):
    """Where a function that declares an option has its name and its default."""

    name: int
    default: int | None
    receiver: str = ""


OPTIONS = {
    "add_argument": _Option(0, None),
    "add_option": _Option(0, None),
    "option": _Option(0, 2),
    "Option": _Option(0, None),
    "requiredOption": _Option(0, 2),
    "String": _Option(0, 1, r"(?i)(^|\.)\w*flags?(set)?$|^fs$"),
    "StringP": _Option(0, 2),
    "StringVar": _Option(1, 2, r"(?i)flags?(set)?$|^fs$"),
    "StringVarP": _Option(1, 3),
    "DEFINE_string": _Option(0, 1),
}
"""Functions that declare a command-line option; a keyword `default` counts for all."""

_SECTIONED = {
    *("set", "setattr", "put", "setString", "setProperty", "curl_easy_setopt", "curl_setopt"),
    *("setopt", "setOption", "put_env"),
}
"""Setters that may have a section or an object before the name."""
_GIVEN = {"literal", "template", "choice", "call"}
_DEFAULTS = {"default", "default_value", "defaultValue", "DefaultValue"}
_FLAG = lazy.pattern(r"(?:.*?(?:^|[\s,]))??--?([A-Za-z][\w.-]*)", re.DOTALL)


_SETS = lazy.pattern(
    r"(?:[sS]et|[pP]ut|[aA]dd|[wW]ith)_?(?:String|Extra|Value|Property|Parameter|Param|Option|"
    r"Setting|Config|Secret|Credential|Variable|Env|Header|Field|Data|Attribute|Arg|Key|text|"
    r"string|value|property|param|option|setting|config|secret|env|header|field)\w{0,12}"
)
"""Other functions that take a name and its value."""


def _first(call: Call) -> str | None:
    return call.arguments[0][1].text if call.arguments else None


def settings(call: Call, receiver: Value | None = None) -> Iterator[Assignment]:
    """Yield what a call says about a name and its value.

    Args:
        call: any call.
        receiver: the text that it is called on, if it is called on one.

    Yields:
        Facts of the form `pair`, `option`, `comparison` or, for shells, `argument`; the path is
        the name alone.
    """
    declares = call.name == "option" and (_first(call) or "-").startswith("-")
    if (call.name in SETTERS and not declares) or _sets(call):
        yield from _pairs(call)
    if call.name in COPIES:
        yield from _copied(call)
    if call.name in OPTIONS:
        yield from _option(call, OPTIONS[call.name])
    if call.name in EQUALS:
        yield from _equal(call, receiver)
    yield from _named(call)
    for keyword, value in call.arguments:
        if keyword and value.kind not in {"boolean", "unknown"}:
            yield _fact(keyword, value, "argument", value.start, value.end)


def _fact(name: str, value: Value, form: Form, start: int, end: int, sign: str = "=") -> Assignment:
    return Assignment(name, (name,), value, start, end, sign, form)


def _named(call: Call) -> Iterator[Assignment]:
    """Arguments called name and value."""
    named = {keyword.lower(): value for keyword, value in call.arguments if keyword}
    name, value = named.get("name") or named.get("key"), named.get("value")
    if name and value and name.kind == "literal" and name.text and len(name.text) <= 200:
        start, end = min(name.start, value.start), max(name.end, value.end)
        yield _fact(name.text, value, "pair", start, end, "")


def _pairs(call: Call) -> Iterator[Assignment]:
    values = [value for keyword, value in call.arguments if keyword is None]
    if len(values) < 2 or (len(values) % 2 and len(values) != 3):
        return
    if len(values) == 3 and call.name in _SECTIONED:
        values = values[1:]  # a section or an object goes first
    for key, value in zip(values[: len(values) & ~1 : 2], values[1::2], strict=False):
        name = key.text if key.kind in {"literal", "constant"} or _is_constant(key) else None
        if name and len(name) <= 200 and value.kind in _GIVEN:
            yield _fact(name, value, "pair", key.start, value.end, "")


def _sets(call: Call) -> bool:
    """Say whether a function sets what its first argument names: `SetString("name", "value")`."""
    return (
        len(call.arguments) == 2
        and _SETS.fullmatch(call.name) is not None
        and call.arguments[0][1].kind == "literal"
    )


def _is_constant(key: Value) -> bool:
    """Say whether it is a name that stands for a key: `Context.SECURITY_CREDENTIALS`."""
    return key.kind == "reference" and (key.text or "").rpartition(".")[2].isupper()


def _copied(call: Call) -> Iterator[Assignment]:
    values = [value for _, value in call.arguments]
    if len(values) > 1 and values[0].kind == "reference" and values[1].kind in _GIVEN:
        path = tuple((values[0].text or "").split("."))
        yield Assignment(path[-1], path, values[1], values[0].start, call.end, "=", "assignment")


def _option(call: Call, option: _Option) -> Iterator[Assignment]:
    if option.receiver and not re.search(option.receiver, call.receiver):
        return
    positional = [value for keyword, value in call.arguments if keyword is None]
    value = next((value for keyword, value in call.arguments if keyword in _DEFAULTS), None)
    if value is None and option.default is not None and len(positional) > option.default:
        value = positional[option.default]
    names = positional[option.name :]
    texts = [item.text for item in names if item.kind == "literal" and item.text]
    if value is None or not texts or value.kind not in _GIVEN:
        return
    flags = [match[1] for text in texts for match in [_FLAG.match(text)] if match]
    long = next(filter(None, map(_long, texts)), None)
    name = long or (flags or texts)[0]
    yield _fact(name.replace("-", "_"), value, "option", call.start, call.end, "")


def _long(text: str) -> str | None:
    """The long name in a text such as `-p, --password <word>`."""
    match = re.search(r"--([A-Za-z][\w.-]*)", text)
    return match[1] if match else None


def _equal(call: Call, receiver: Value | None) -> Iterator[Assignment]:
    values = [value for _, value in call.arguments]
    values += [receiver] if receiver else []
    names = [value for value in values if value.kind in {"reference", "call"} and value.text]
    texts = [value for value in values if value.kind in {"literal", "template"}]
    if len(texts) != 1:
        return
    dotted = names[0].text if names else call.receiver
    if dotted:
        path = tuple(dotted.split("."))
        yield Assignment(path[-1], path, texts[0], call.start, call.end, "==", "comparison")
