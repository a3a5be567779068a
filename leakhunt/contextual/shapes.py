"""Where a single line may give a secret away: a name, a sign, a value.

The gates say where to look; the expressions here say what is the name and what is the value.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual import (
    astray,
    calls,
    formats,
    inserts,
    keys,
    lists,
    quotes,
    sieve,
    told,
    turns,
)
from leakhunt.contextual.addresses import addresses
from leakhunt.contextual.commands import commands, might_run
from leakhunt.contextual.directives import directives
from leakhunt.contextual.gates import CODES, FOREIGN, NAMES, SHORT
from leakhunt.contextual.values import NONE, look
from leakhunt.facts.names import PROVIDED
from leakhunt.facts.options import VALUES

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from leakhunt.contextual.sieve import Sifted


OPTION = "--"
"""The sign between an option and its value in a list of arguments."""


class Shape(NamedTuple):
    """A name and a value in a line. Offsets are bytes within it."""

    kind: str
    """`quoted`, `bare`, `apart`, `element`, `option`, `sql`, `directive`, `call`, `maybe` (a call
    that may be another one), `header`, `basic`, `command`, `login`, `link`, `dsn`, or that of a
    turn."""
    name: str
    sign: str
    start: int
    """Where the value starts."""
    end: int


_WORDS = lazy.pattern(
    rb"(?:"
    + NAMES.encode()
    + rb"|"
    + FOREIGN.encode()
    + rb"|"
    + CODES.encode()
    + rb"|(?<![A-Za-z])"
    + SHORT.encode()
    + rb"(?![a-z])|"
    rb"identified|(?<!com)(?<!by)pass(?![a-z])|psw(?![a-z])|key(?![a-z])|(?<![a-z])(?:otp|mfa|bearer)(?![a-z]))"
)
"""For a line in lower case: without regard to case it takes four times as long."""
_HUMPS = lazy.pattern(rb"(?<=[a-z0-9])(?:Pass|Pw|Creds?|Pepper|Salt|Seed|Psk|PSK)(?![a-z])")
"""Those that are told only by their capital: `bindPass`."""
_REST = rb"(?i)[\w.\xc3-\xc5\x80-\xbf-]{0,48}"
"""Letters of the languages of Europe are two bytes."""
_Q = rb"(?P<q>\\{0,3}(?:\"{3}|'{3}|''(?=[\w!@#%^*])|[\"'`])|&quot;)"
_QUOTED = lazy.pattern(
    _REST + rb"(?P<closed>[\"'][ ]\]|[\\\"'\]`)}]{0,5})"
    rb"(?:[ \t]?:[ \t]?+(?P<type>(?!')[\w&<>?\[\]'. |;]{1,40}?)|\[\w{0,4}\](?:[ ]PROGMEM)?|"
    rb"[ ](?:string|\[\]byte)(?=[ ]=))?[ \t]{0,40}"
    rb"(?P<sign>=>|:=|\?\?=?|\|\|=?|//=|===?|!==?|~=|<-|->|=|:|,|\(|>)[ \t]{0,40}"
    rb"(?:&[\w-]{1,30}[ \t]{1,4}|\[\](?:byte\(|string\{)|\w{2,8}!\(|"
    rb"\((?:const[ ])?[\w: ]{1,24}\*{1,2}\)[ ]?|"
    rb"[(@$&*{\[]{0,2}[A-Za-z]{0,4}[(]?)"
    + _Q + rb"(?P<secret>(?:(?!(?P=q))(?:\\.|[^\n\x00\\])){2,400}?)(?P=q)"
)  # fmt: skip
_BARE = lazy.pattern(
    _REST + rb"(?P<closed>[\"'\])]{0,3})(?P<sign>[ \t]{0,40}(?:=>|:=|:(?=[ \t])|=)[ \t]{0,40}"
    rb"(?:&[\w-]{1,30}[ \t]{1,4}|!!str[ \t]{1,4}|\[(?=[\w+/=.-]{16,200}\]))?)(?:\{noop\})?"
    rb"(?P<secret>[^\s\"'`,;(){}\[\]<>$=:|&][^\s\"'`;(){}\[\]<>]{2,300}|"
    rb"\$\{[\w.]{1,60}:?[-=:][^{}$\s\"'`]{3,200}\})(?=[\s\"'`,;&)}\]<\\]|$)"
)
_BETWEEN = (
    # quoted, and only space between: #define, SQL, directives
    rb"(?:[ \t]{1,2}with[ \t]{1,2}\S{1,40})?(?:[ \t]{1,2}by)?[ \t]{1,10}",
    # a call around the value, or braces
    rb"(?:[ ]?:[ ]?[\w.<>\[\]]{1,16})?[ \t]{0,4}"
    rb"(?:=[ \t]{0,4}(?:await[ ]|new[ ])?[\w.:]{1,24}(?:\(\)\.\w{1,12})?\("
    rb"(?:default=)?|(?:by[ ]lazy[ ])?\{)[ \t]{0,4}",
    # hashed at once: password: await hash("...")
    rb":[ \t]{1,4}(?:await[ ])?[\w.]{0,24}(?:[hH]ash|[cC]rypt|[eE]ncode)\w{0,12}\([ \t]{0,2}",
    # what a schema takes if nothing is given: SECRET: z.string().default("...")
    rb"[\"']?:[ ]\w[\w.]{0,16}\([^\n\"'`]{0,80}(?:default|catch|fallback)(?:\(|:)[ ]?",
    # another attribute between
    rb"[\"'][^<>\"'\n]{0,16}[ \t\"'](?:value|(?:default|initial)Value)[\"']?[ \t]?(?:=>|[=:])"
    rb"[ \t]?\{?",
    # the default of an option
    rb"[\"'][^\n]{0,40}?[dD]efault(?:_value|Value)?(?:[ ]?[=:][ ]?|\()b?",
)
_APART = lazy.pattern(
    _REST + rb"(?P<closed>)(?P<sign>" + rb"|".join(_BETWEEN) + rb")"
    rb"@?(?P<q>''(?=[\w!@#%^*])|[\"'])(?P<secret>[^\"'\n]{3,300})(?P=q)"
)
_ELEMENT = lazy.pattern(
    _REST + rb"(?P<closed>)(?P<sign>(?:[\"'](?:[ \t]\w{1,16}=[\"']\w{1,16}[\"'])?)?>)"
    # none of an expression: (?P<secret>[a-z]{20})</
    rb"(?!\[[^\]\n]{1,40}\][{*+?])(?P<secret>[^<>\n]{3,300})</"
)
_OPTION = lazy.pattern(
    _REST + rb"(?P<closed>)(?P<sign>[ \t])"
    rb"(?P<secret>[^\s\"'$<>`{(,;|&)\[\]=:-][^\s\"'`<>,;|)\[\]]{2,200})(?=[\s\"'`,;|)\]]|$)"
)
_HEADER = lazy.pattern(
    rb"(?i)(?P<closed>bearer|basic)(?P<sign>[ \t]{1,2}|\\[ ])"
    rb"(?P<secret>[\w+/=.~-]{16,800}|[\w+/]{7,14}={1,2}|(?<=(?i:basic)[ ])[\w+/]{12})(?![\w+/=.~-])"
)
_KINDS = (
    ("apart", _APART),
    ("quoted", _QUOTED),
    ("bare", _BARE),
    ("element", _ELEMENT),
    ("option", _OPTION),
)
_NAMED = frozenset(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-$\xc3\xc4\xc5"
).union(range(0x80, 0xC0))
_FIRST = lazy.pattern(rb"^[.\-$\d]+")


def shapes(
    line: bytes, low: int = 0, high: int | None = None, sifted: Sifted | None = None
) -> list[Shape]:
    """Return the names and values of a line that may be secrets.

    Args:
        line: a line, or a part of a long one.
        low: where names are looked for first.
        high: where names end that are looked for.
        sifted: what it may say, if that is known.
    """
    found: dict[int, Shape] = {}
    maybe: dict[int, Shape] = {}
    last = len(line) if high is None else high
    may = sieve.may(sifted)
    for passed in calls.arguments(line, low, last) if may(sieve.CALLS) else ():
        kind, where = ("maybe", maybe) if passed.loose else ("call", found)
        where[passed.start] = Shape(kind, passed.what, "(", passed.start, passed.end)
    kinds = _kinds(line)
    for word in _words(line, low, last, sifted) if kinds else ():
        for kind, pattern in kinds:
            match = pattern.match(line, word)
            if match:
                shape = _shape(kind, line, match)
                if shape is not None:
                    found.setdefault(shape.start, shape)
                    break
    for item in addresses(line, low):
        what = "password" if item.kind == "login" else "secret address"
        found.setdefault(item.start, Shape(item.kind, what, item.sign, item.start, item.end))
    if might_run(line):
        for run in commands(line):
            name = run.path[-1] if run.path[-1] in VALUES else ".".join(run.path[-2:])
            found[run.start] = Shape("command", name, " ", run.start, run.end)
    for header in _HEADER.finditer(line, low) if may(sieve.HEADER) else ():
        start, end = header.span("secret")
        if header["closed"].lower() == b"bearer" and end - start >= _LEAST_BEARER:
            found.setdefault(start, Shape("header", "authorization", " ", start, end))
        elif login(header["secret"]):
            found[start] = Shape("basic", "authorization", " ", start, end)
    again: list[Shape] = []
    for turn in _turns(line, low, last, sifted):
        if turn.kind == "pair" and _INDEXED.search(turn.sign):
            continue
        if turn.kind == "yields" and astray.is_begun(line, turn.end):
            continue
        if turn.sign == " " and astray.is_remarked(line, turn.name, turn.start, turn.end):
            continue
        before = found.get(turn.start)
        vague = turn.name == turns.SEED or (
            before is not None
            and _VAGUE.search(before.name) is not None
            and turn.name == "password"
        )
        if before is not None and before.sign == "to" and turn.kind == "member":
            found[turn.start] = Shape(*turn)  # of a map in Kotlin: "lena" to "..."
        elif turn.kind == "each":  # of several names each has a value of its own
            found[turn.start] = Shape("several", *turn[1:])
        elif turn.kind in {"hashed", "turned", "call"} or vague or _is_got(turn, before):
            found[turn.start] = Shape(*turn)
        elif turn.kind == "lone" and turn.start in found:
            again.append(Shape(*turn))
        found.setdefault(turn.start, Shape(*turn))
    for said in directives(line) if not low and may(sieve.DIRECTIVE) else ():
        before = found.get(said.start)
        if before is None or said.kind == "sql" or _SAYS_LESS.search(before.name):
            found[said.start] = Shape(said.kind, said.name, " ", said.start, said.end)
    found = maybe | found
    return [*(found[start] for start in sorted(found)), *again]


def _is_got(turn: turns.Turn, before: Shape | None) -> bool:
    """Say whether a function gets what it gives back: `function Get-Secret { return '...' }`."""
    return turn.kind == "yields" and before is not None and before.name.lower().startswith("get-")


def _words(line: bytes, low: int, last: int, sifted: Sifted | None) -> Iterator[int]:
    """Yield where the words of names begin."""
    lower = line.lower()
    if sifted is None or low:  # a word may begin before that, and hold another one
        starts = [word.start() for word in _WORDS.finditer(lower, low, last)]
        starts += [word.start() for word in _HUMPS.finditer(line, low, last)]
        yield from sorted(starts)
        return
    end = 0
    for start in sifted.words:
        if start >= end and (
            found := _WORDS.match(lower, start, last)
            # Most of those that are parts of other words have no capital there.
            or (line[start] != lower[start] and _HUMPS.match(line, start, last))
        ):
            yield start
            end = found.end()


def _kinds(line: bytes) -> list[tuple[str, re.Pattern[bytes]]]:
    """Return the kinds that a line may have at all: most have no quotes, or no element."""
    quoted = b'"' in line or b"'" in line
    signed = b"=" in line or b":" in line
    return [
        (kind, pattern)
        for kind, pattern in _KINDS
        if (
            quoted or b"`" in line or b"&quot;" in line
            if kind == "quoted"
            else quoted
            if kind == "apart"
            else signed
            if kind == "bare"
            else b"</" in line
            if kind == "element"
            else b"-" in line
        )
    ]


def _turns(line: bytes, low: int, last: int, sifted: Sifted | None) -> Iterator[turns.Turn]:
    may = sieve.may(sifted)
    if may(sieve.INSERTS):
        yield from inserts.inserted(line, low)
    yield from turns.turns(line, low, sifted.turns if sifted else None)
    if may(sieve.LISTS):
        yield from lists.several(line, low)
    if may(sieve.KEYS):
        yield from keys.keys(line, low, last)
    if may(sieve.QUOTES):
        yield from quotes.quoted(line, low)
    if may(sieve.FORMATS):
        yield from formats.put_in(line, low)
    if may(sieve.TOLD):
        yield from told.told(line, low)


def _is_word(value: bytes) -> bool:
    """Say whether a value could be the name of a variable, without digits."""
    return value.replace(b"_", b"a").isalpha()


def login(encoded: bytes) -> str:
    """Return the password of a `user:password` in base64, or nothing.

    Args:
        encoded: what may be one.
    """
    try:
        user, _, password = binascii.a2b_base64(encoded).decode().partition(":")
    except ValueError:
        return ""
    return password if user.isprintable() and look(password).strength > NONE else ""


def _shape(kind: str, line: bytes, match: re.Match[bytes]) -> Shape | None:
    start, end = match.span("secret")
    first = match.start()
    while first and line[first - 1] in _NAMED:
        first -= 1
    if line[first - 1 : first] == b"\\" and line[first : first + 1] in _ESCAPES:
        first += 1  # the end of the line before, in a text that holds several
    if kind == "bare":
        end -= len(line[start:end]) - len(line[start:end].rstrip(b",."))
        if line[first - 2 : first] == b"**" and line[end - 2 : end] == b"**":
            end -= 2  # all of it is stressed: **db_password=...**
        if more := _NEXT.search(line, start, end) or _ESCAPED.search(line, start + 1, end):
            end = more.start()
            if line[end : end + 1] == b"\\" and b"=" in match["sign"] and _is_word(line[start:end]):
                return None  # a variable: a notebook holds its code line by line
    if astray.is_none(kind, line, match, first, (start, end)):
        return None
    if kind == "quoted" and (sent := _SENT.search(line, start, end)) and sent.end() == end:
        end = sent.start()
    if line[start - 2 : start + 1] == b'R"(' and line[end - 1 : end] == b")":
        start, end = start + 1, end - 1
    if match["secret"].startswith(b"${") and (inner := _DEFAULT.fullmatch(match["secret"])):
        start, end = start + inner.start(1), start + inner.end(1)
    name = _FIRST.sub(b"", line[first : match.start("closed")])
    sign = match["sign"].decode("latin-1")
    if sign == "=" and name.startswith(b"data-"):
        name = name[5:]  # of the attributes of a tag
    if sign == "(" and _MACRO.match(line):
        sign = "="
    if (
        sign == ","
        and line[first : first + 2] == b"--"
        and not _DECLARED.search(line, max(0, first - 120), first)
    ):
        sign = OPTION
    if (
        kind == "quoted"
        and sign in _GIVES
        and (
            _BYTES_BEFORE.search(line, match.end("sign"), match.start("q"))
            or _BYTES_BEHIND.match(line, end)
        )
    ):
        sign = "bytes"
    if kind == "bare" and sign.strip() == "=":
        before = line[max(0, first - 200) : first]
        if before[-1:] in b";?& " and _COMPANY.search(before + line[end : end + 200]):
            kind = "dsn"
    elif kind == "quoted" and sign == "=" and _is_in_string(line, first, end):
        kind = "dsn"
    if name.lower() == b"identified":
        if astray.is_said(line, first, end):
            return None
        kind = "sql"
    return Shape(kind, name.decode("utf-8", "replace"), sign, start, end)


def _is_in_string(line: bytes, first: int, end: int) -> bool:
    """Say whether it is a part of a connection string that has quotes in it: "...;pwd='...'"."""
    if line[first - 1 : first] not in {b";", b'"'} or line[end : end + 1] != b"'":
        return False
    if line[end + 1 : end + 2] not in {b";", b'"'} or not line.count(b'"', 0, first) % 2:
        return False
    around = line[max(0, first - 200) : first] + line[end : end + 200]
    return _COMPANY.search(around) is not None


_SENT = lazy.pattern(rb"(?<=[^\\])(?:\\[rn]){1,2}\Z")
"""The end of the line that a program sends: "...\\n"."""
_INDEXED = lazy.pattern(r"\([\w.]+\[\Z")
"""The key of a setting, not its value, stands behind it."""
_VAGUE = lazy.pattern(r"(?i)(?:^key|^auth|\.(?:(?:set|type)?text|value|stringvalue))\Z")
"""Names that say nothing of what they hold."""
_LEAST_BEARER = 16
"""Characters of a token; a user and a password in base64 may be shorter."""
_SAYS_LESS = lazy.pattern(r"(?i)(?:key|secret)\Z")
"""Ends of names under which a machine should have made the value; a router takes any."""
_MACRO = lazy.pattern(rb"[ \t]{0,8}#[ \t]{0,4}define[ \t]{1,8}\w{1,60}[ \t]{1,8}\(")
_DECLARED = lazy.pattern(
    rb"(?i)(?:opt(?:ion)?s?|arg(?:ument)?s?|param(?:eter)?s?|flags?|switch(?:es)?)\w{0,12}"
    rb"(?:\.\w{1,16})?[ ]?\([^()]{0,80}\Z"
)
"""Options are declared in this line, not given: what follows the name says something about it."""
_GIVES = {"=", ":=", ":"}
_BYTES_BEFORE = lazy.pattern(rb"\[\]byte\(|(?<![\w])[*&]?b\Z")
_BYTES_BEHIND = lazy.pattern(
    rb"[\"'`]\)?\.(?:get_?[bB]ytes|to(?:Byte|Char)Array|as_bytes|encode\(|bytes\b|utf8\b|data\(using)"
)
"""A text that is made bytes at once: what is a name stays a text."""
_DEFAULT = lazy.pattern(
    rb"\$\{(?!" + PROVIDED.encode() + rb")(?![a-z]+(?:-[a-z]+)+\})[\w.]+"
    rb"(?::[-=]|:(?![-=?+])|[-=])([^{}$]+)\}"
)
"""What a shell, or Spring, takes if a variable is not set; but ${db-root-password} is one name."""
_ESCAPED = lazy.pattern(rb"(?:\\{1,4}r)?\\{1,4}n(?:\Z|[A-Za-z][\w.-]{0,40}[:=])")
"""The end of a line in a text that holds several: YAML in SQL."""
_ESCAPES = {b"n", b"r", b"t"}
_NEXT = lazy.pattern(rb"(?:&(?:amp;)?|[,;])[A-Za-z][\w.]*=")
"""The next of several in the query of an address."""
_COMPANY = lazy.pattern(
    rb"(?i)\b(?:server|data source|address|addr|host|hostname|user|user id|uid|username|login|"
    rb"database|dbname|db|driver|port|name|login_user|priv|state|initial catalog|"
    rb"account\w*|endpoint)\s{0,2}="
)
"""What stands beside a password in a connection string."""
