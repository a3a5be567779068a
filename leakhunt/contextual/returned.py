"""Texts that functions give back that are called like a secret, by what they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual.names import words
from leakhunt.contextual.placed import SETS
from leakhunt.contextual.stated import Stated
from leakhunt.contextual.typed import CHOSEN
from leakhunt.contextual.values import look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.contextual.names import Names
    from leakhunt.facts.model import Facts

MOST = 20_000
"""Facts of a file that are looked at."""
_NEAR = 900
"""Bytes behind the head of a function in which its texts stand."""
_USUAL = (
    rb"(?:passw|pass_?phr|passcode|pwd|secret|token|credential|pass(?-i:(?=[A-Z_(]|for\b))|"
    rb"(?:api|access|private|auth|sign(?:ing)?|encryption)_?key)"
)
_HEAD = lazy.pattern(
    rb"(?i)(?:[^\n\"'`;=#]{0,100}?\b(?:def|defp|function|func|fun|fn|sub|string|char|static|public|"
    rb"private|protected|str)\b[^\n\"'`;=]{0,60}?" + _USUAL + rb"\w{0,16}[ ]?\(|"
    rb"[ \t]{0,40}(?:async[ ])?\w{0,40}" + _USUAL + rb"\w{0,16}\([^\n()\"'`]{0,80}\)"
    rb"[^\n\"'`;()=]{0,24}\{[ \t\r]{0,4}\Z|"
    rb"[^\n\"'`;=#]{0,60}?" + _USUAL + rb"\w{0,16}(?:[ ]=|:)[ ](?:async[ ])?(?:\w{1,24}|"
    rb"(?:function[ ]?)?\([^\n()\"'`]{0,80}\)(?:[ ]?:[ ]?\w{1,16})?)[ ](?:=>[ ])?\{[ \t\r]{0,4}\Z)"
)
"""A function begins."""
_GIVES = lazy.pattern(
    rb"(?:\breturn[ (]|->|=>|\bthen[ ]|(?m:^)[ \t]*)[ ]?@?(?P<q>[\"'])(?=[^\"'\n]{0,60}[\W\d_])"
    rb"[^\s\"'/]{5,80}(?P=q)|"
    # of a map, in which it is looked up
    rb"\breturn[ (]{1,2}[\w<>, \[\]]{0,40}[{\[(]{1,2}\s{0,40}[\"']?[\w.-]{1,40}[\"']?[ ]?"
    rb"(?:=>|[:=])[ ]?[\"'](?=[^\"'\n]{0,60}\d)[^\s\"'/]{5,80}[\"']"
)
"""What is given back, which looks like no word."""
_FETCHES = lazy.pattern(
    r"\A(?:(?i:get|fetch|load|read|find|default|lookup|look_up|resolve|obtain|retrieve|pick|choose)_|"
    r"(?:[Gg]et|[Ff]etch|[Ll]oad|[Rr]ead|[Ff]ind|[Dd]efault|[Ll]ookup|[Rr]esolve|[Oo]btain|"
    r"[Rr]etrieve|[Pp]ick|[Cc]hoose)(?=[A-Z]))"
)
"""What a function does that gives it back."""
_NAME = lazy.pattern(r"[a-z]+\d{0,2}(?:[-_.:/][a-z0-9]{1,12}){1,3}")
_MANY = 4
"""Digits that no name of a thing has."""
_JOINTS = lazy.pattern(r"[\W_]")
_SHELL = lazy.pattern(
    rb"(?m)^[ \t]{0,8}(?:function[ ])?(?P<name>[A-Za-z]\w{2,60})[ ]?\(\)[ ]?\{[ \t\r]{0,4}\n"
    rb"(?P<body>(?:(?![ \t]{0,8}\})[^\n]{0,400}\n){1,60}+)"
)
"""A function of a shell, up to the bracket that closes it."""
_PRINTED = lazy.pattern(
    rb"(?m)(?:^|\))[ \t]{0,40}(?:echo|printf[ ][\"']?%s(?:\\n)?[\"']?)[ ](?P<q>[\"']?)"
    rb"(?P<value>[^\s\"'$`\\;|&<>()]{4,80})(?P=q)[ \t\r]{0,4}(?:;;|$)"
)
"""What it gives back."""
_VERBS = {
    *("ask", "prompt", "mask", "format", "parse", "decode", "encode", "handle", "on", "to", "from"),
    *("save", "store", "set", "put", "send", "test", "print", "log", "describe", "render", "is"),
    *("compare", "assert", "expect", "should", "hash", "sign", "login", "rotate", "revoke"),
    *("toggle", "type", "input", "enter", "submit", "translate", "obfuscate", "redact", "strip"),
}
"""What else is done with a secret than to give it back."""


class _Text(NamedTuple):
    """A text that is given back. Offsets are bytes."""

    text: str
    start: int
    end: int


def gives(line: bytes, data: bytes, start: int) -> bool:
    """Say whether a function that may give a secret back begins in a line, with texts behind it.

    Args:
        line: without its end.
        data: the text of the file.
        start: where the line starts.
    """
    if _HEAD.match(line) is None:
        return False
    stop = start + len(line)
    return _GIVES.search(data, stop, stop + _NEAR) is not None


def returned(read: Facts, names: Names) -> Iterator[Stated]:
    """Yield what functions of a file give back whose name is that of a secret.

    A word is one as well where another text of the same function is surely a password.

    Args:
        read: what the file says.
        names: tells which names are those of secrets.
    """
    given: dict[tuple[str, ...], list[_Text]] = {}
    for fact in read.assignments[:MOST]:
        if fact.form == "return" and fact.path:
            parts = fact.value.parts if fact.value.kind == "choice" else (fact.value,)
            given.setdefault(fact.path, []).extend(
                _Text(part.text, part.start, part.end)
                for part in parts
                if part.kind == "literal" and part.text and not part.decoded
            )
    for path, texts in given.items():
        yield from _given(path, texts, names)


def printed(data: bytes, names: Names) -> Iterator[Stated]:
    """Yield what functions of a shell give back whose name is that of a secret.

    Args:
        data: the script.
        names: tells which names are those of secrets.
    """
    for function in _SHELL.finditer(data):
        body = _PRINTED.finditer(data, *function.span("body"))
        texts = [_Text(item["value"].decode("latin-1"), *item.span("value")) for item in body]
        if texts:
            yield from _given((function["name"].decode(),), texts, names)


def _given(path: tuple[str, ...], texts: Sequence[_Text], names: Names) -> Iterator[Stated]:
    """Those of the texts that a function gives back that are secrets, by its name."""
    own = _FETCHES.sub("", path[-1], count=1) or path[-1]
    known = names.look_up(own)
    if known is None or not known.sure or not _VERBS.isdisjoint(words(own)[:1]):
        return
    drawn = known.word in CHOSEN and any(_is_drawn(item.text) for item in texts)
    for item in texts:
        if drawn or not _is_called(item.text, known.word):
            yield Stated((own,), *item, SETS if drawn else "=", "return")


def _is_drawn(text: str) -> bool:
    """Say whether a text is what a person takes for a password and for nothing else."""
    seen = look(text, "password")
    mixed = seen.kind in {"mixed", "random"} and any(map(str.isdigit, text))
    return mixed and not _is_name(text)


def _is_name(text: str) -> bool:
    """Say whether a text is small words and few digits, joined by signs."""
    return _NAME.fullmatch(text) is not None and sum(map(str.isdigit, text)) < _MANY


def _is_called(text: str, own: str) -> bool:
    """Say whether a text is rather the name of something: `h1-title`, `X-Api-Key-v1`."""
    return _is_name(text) or own.replace(" ", "") in _JOINTS.sub("", text).lower()
