"""Where a single line may give a secret away: a name, a sign, a value.

The gates say where to look; the expressions here say what is the name and what is the value.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from leakhunt.contextual.gates import NAMES, SHORT


class Shape(NamedTuple):
    """A name and a value in a line. Offsets are bytes within it."""

    kind: str
    """`quoted`, `bare`, `apart`, `element`, `option`, `sql`."""
    name: str
    sign: str
    start: int
    """Where the value starts."""
    end: int


_WORD = rb"(?:" + NAMES.encode() + rb"|(?<![A-Za-z])" + SHORT.encode() + rb"(?![a-z]))"
_Q = rb"(?P<q>\\{0,3}(?:\"{3}|'{3}|[\"'`])|&quot;)"
_QUOTED = re.compile(
    rb"(?i)" + _WORD + rb"[\w.-]{0,40}(?P<closed>[\\\"'\]`)]{0,5})"
    rb"(?:[ \t]?:[ \t]?(?P<type>[\w&<>?\[\]'. |]{1,40}?)|\[\w{0,4}\])?[ \t]{0,8}"
    rb"(?P<sign>=>|:=|\?\?=?|\|\|=?|===?|!==?|<-|->|=|:|,|\(|>)[ \t]{0,8}(?:\[\]byte\(|"
    rb"[(@$&*\[]{0,2}[A-Za-z]{0,3}[(]?)"
    + _Q + rb"(?P<secret>(?:(?!(?P=q))[^\n\x00])(?:\\.|(?!(?P=q))[^\n\x00]){1,400}?)(?P=q)"
)  # fmt: skip
_BARE = re.compile(
    rb"(?i)" + _WORD + rb"[\w.-]{0,40}(?P<closed>[\"'\])]{0,3})"
    rb"(?P<sign>[ \t]{0,8}(?:=>|:=|:(?!:)|=)[ \t]{0,8})"
    rb"(?P<secret>[^\s\"'`,;(){}\[\]<>$=:|&][^\s\"'`;(){}\[\]<>]{2,300})(?=[\s\"'`,;&)}\]]|$)"
)
_ELEMENT = re.compile(
    rb"(?i)<(?P<name>[\w.:-]{0,40}" + _WORD + rb"[\w.-]{0,24})>(?P<secret>[^<>\n]{3,300})</"
)
_OPTION = re.compile(
    rb"(?i)(?<![\w-])(?P<name>--?[\w-]{0,24}(?:passw|pass|token|secret|key|"
    rb"pwd)[\w-]{0,16})(?P<sign>[ =])"
    rb"(?P<q>[\"']?)(?P<secret>[^\s\"'$<>`{(,;|&)\[\]][^\s\"'`<>,;|"
    rb")\[\]]{2,200})(?P=q)(?=[\s\"'`,;|)\]]|$)"
)
_SQL = re.compile(
    rb"(?i)\b(?P<name>identified(?:\s+with\s+\S{1,40})?\s+by|"
    rb"(?:with\s+)?(?:encrypted\s+)?password)\s{1,4}"
    rb"(?P<q>['\"])(?P<secret>[^'\"\n]{2,200})(?P=q)"
)
_BETWEEN = (
    # quoted, and only space between: #define, SQL, directives
    rb"[ \t]{1,10}",
    # a call around the value, or braces
    rb"[ \t]{0,4}(?:=[ \t]{0,4}[\w.:]{1,24}\(|\{)[ \t]{0,4}",
    # another attribute between
    rb"[\"'][^<>\"'\n]{0,16}[ \t\"]value\"?[ \t]?[=:][ \t]?",
    # the default of an option
    rb"[\"'][^\n]{0,40}?default=b?",
)
_APART = re.compile(
    rb"(?i)" + _WORD + rb"[\w.-]{0,40}(?P<closed>)(?P<sign>" + rb"|".join(_BETWEEN) + rb")"
    rb"(?P<q>[\"'])(?P<secret>[^\"'\n]{3,300})(?P=q)"
)
_ATTRIBUTE = re.compile(
    rb"(?i)" + _WORD + rb"[\w.-]{0,40}(?P<closed>)[\"'](?:[ \t]\w{1,16}=[\"']\w{1,16}[\"'])?>"
    rb"(?P<secret>[^<>\n]{3,300})</"
)
_NAMED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-$")
_FIRST = re.compile(rb"^[.\-$\d]+")


def shapes(line: bytes) -> list[Shape]:
    """Return the names and values of a line that may be secrets.

    Args:
        line: a line, or a part of a long one.
    """
    found: dict[int, Shape] = {}
    for match in _QUOTED.finditer(line):
        _add(found, "quoted", line, match)
    for match in _BARE.finditer(line):
        _add(found, "bare", line, match)
    for match in _APART.finditer(line):
        _add(found, "apart", line, match)
    if b"</" in line:
        for match in _ATTRIBUTE.finditer(line):
            _add(found, "element", line, match)
        for match in _ELEMENT.finditer(line):
            _add(found, "element", line, match)
    if b"-" in line:
        for match in _OPTION.finditer(line):
            _add(found, "option", line, match)
    if b"'" in line or b'"' in line:
        for match in _SQL.finditer(line):
            _add(found, "sql", line, match)
    return [found[start] for start in sorted(found)]


def _add(found: dict[int, Shape], kind: str, line: bytes, match: re.Match[bytes]) -> None:
    start, end = match.span("secret")
    if kind == "element" and not line[start:end].strip():
        return
    if match.re is not _ELEMENT and kind not in {"option", "sql"}:
        name_end = match.start("closed")
        name_start = match.start()
        while name_start and line[name_start - 1] in _NAMED:
            name_start -= 1
        name = _FIRST.sub(b"", line[name_start:name_end])
    else:
        name = match["name"]
    sign = (match.groupdict().get("sign") or b"").decode("latin-1")
    shape = Shape(kind, name.decode("utf-8", "replace"), sign, start, end)
    found.setdefault(start, shape)
