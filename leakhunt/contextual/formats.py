"""Addresses whose password is put in: `"redis://:%s@host" % "..."`, `"scheme://user:" + "..."`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINED = r"[ ]?(?:\+|\.{1,2}|&|<>|~|\|\|)[ ]?"
GATES = (
    r":(?:%[sv]|\{\d?\})@",
    r"(?i)(?:password|passwd|pwd)=[\"']?(?:%[sv]|\{\d?\})",
    r"[\"'][ ]?(?:\+|\.{1,2}|&|<>|~|\|\|)[ ]?[\"']@[\w]",
    rf"(?i)(?:password|passwd|pwd)=[\"'](?:{_JOINED}|\)\.append\()[\"'][^\s\"']{{3}}",
    r":\$?\{(?:\w{1,24}\()?[\"'][^\s\"'{}]{3,80}[\"']\)?\}@",
)
"""Expressions for the first pass, none of which reaches into another line."""
LEAST = (
    rb":[\"'][ ]?[+.&<~|]",
    rb"(?:password|passwd|pwd)=[\"']",
    rb"\{(?:\w{1,24}\()?[\"']",
    rb"%[sv]|\{\d?\}",
)
"""What a line has at least, without regard to case, see `sieve`."""
_OPEN = lazy.pattern(rb"%[sv]|\{\d?\}")
_PUT = lazy.pattern(
    rb"(?i)(?:://[^\s\"'/@]{0,40}:|%s:(?=%[sv]@(?:tcp|unix)\()|(?:password|passwd|pwd)=[\"']?)"
    rb"(?P<hole>%[sv]|\{\d?\})"
)
_ARGUMENTS = lazy.pattern(
    rb"[^\"'\n]{0,160}(?P<q>[\"'])[ ]?(?:%[ ]?\(?|\.format\(|,)[ ]?"
    rb"(?:[\w.]{0,24}(?:quote|escape|encode)\w{0,12}\((?=[\"']))?"
)
_ARGUMENT = lazy.pattern(
    rb"[ ]?(?:\"(?P<a>[^\"\n]{0,200})\"|'(?P<b>[^'\n]{0,200})'|[^,()\"'\n]{1,80}(?:\([^()"
    rb"\n]{0,60}\))?)[ ]?"
)
_CHAIN = lazy.pattern(
    rf"(?i)(?:[a-z]://[^\s:@/\"']{{0,40}}|[\"'][\w.-]{{1,40}}):[\"']{_JOINED}(?P<q>[\"'])".encode()
    + rb"(?P<secret>[^\s\"']{3,120})(?P=q)"
    + rf"{_JOINED}[\"']@".encode()
)
_BEHIND = lazy.pattern(
    rf"(?i)(?:password|passwd|pwd)=[\"'](?:{_JOINED}|\)\.append\()(?P<q>[\"'])".encode()
    + rb"(?P<secret>[^\s\"'=]{3,120})(?P=q)"
)
_WITHIN = lazy.pattern(
    rb"://[^\s:@/\"']{0,40}:\$?\{(?:\w{1,24}\()?(?P<q>[\"'])(?P<secret>[^\s\"'{}]{3,80})(?P=q)\)?\}@"
)


def put_in(line: bytes, low: int) -> Iterator[Turn]:
    """Yield the passwords that a line puts into an address or a connection string.

    Args:
        line: a line.
        low: where addresses begin that are looked at.
    """
    for pattern in (_CHAIN, _BEHIND, _WITHIN):
        for match in pattern.finditer(line, low):
            yield Turn("login", "password", "@", *match.span("secret"))
    for put in _PUT.finditer(line, low):
        opened = max(line.rfind(b'"', 0, put.start()), line.rfind(b"'", 0, put.start())) + 1
        number = len(_OPEN.findall(line, opened, put.start("hole")))
        behind = _ARGUMENTS.match(line, put.end())
        if behind is None:
            continue
        at = behind.end()
        for place in range(number + 1):
            argument = _ARGUMENT.match(line, at)
            if argument is None:
                break
            at = argument.end()
            if place == number and argument.lastgroup:
                yield Turn("login", "password", "@", *argument.span(argument.lastgroup))
            if line[at : at + 1] != b",":
                break
            at += 1
