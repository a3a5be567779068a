"""Lines that name a secret whose value stands elsewhere in the file: below, or in a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual.gates import ELSEWHERE, HALF, NAMES, QUESTION

if TYPE_CHECKING:
    import re

_SAID = [said.removeprefix("(?i)") for said in ELSEWHERE]
_STARTS = tuple(said for said in _SAID if said.startswith("^"))
_TAILS = tuple(said.removeprefix(NAMES) for said in _SAID if said.startswith(NAMES))
_OTHERS = tuple(said for said in _SAID if not said.startswith(("^", NAMES)))
_NEEDED = (
    (b"pass", b"kennwort", b"contrasena", b"senha", b"mdp"),
    (b"<",),
    (b"=>", b"string ", b"char"),
    (b"def",),
    (b"assword",),
    (b"(",),
    (b"key",),
)
"""What a line needs for each of the others, one of it."""
_START = lazy.pattern("|".join(f"(?:{said})" for said in _STARTS).encode())
_NAMED = lazy.pattern(f"{NAMES}(?:{'|'.join(_TAILS)})".encode())
_REST = tuple(
    (needed, lazy.pattern(said.encode())) for needed, said in zip(_NEEDED, _OTHERS, strict=True)
)
"""For a line in lower case, which takes a quarter of the time. The names, of which there are many,
are looked for once and not with each of their tails."""
_NAME = lazy.pattern(
    rb"(?i)[ \t]{0,40}(?:-[ \t]{1,4})?[\[{ ]{0,6}[\"']?(?:name|key|variable|field|parameterkey)"
    rb"[\"']?[ \t]{0,8}(?:=>|[:=])[ \t]{0,4}[\"']?(?P<name>[\w.-]{3,80})[\"']?,?[ \t\r]{0,4}\Z"
)
_VALUE = lazy.pattern(
    rb"(?i)[ \t]{0,40}[\"']?(?:value|parametervalue|defaultvalue|default)[\"']?[ \t]{0,8}"
    rb"(?:=>|[:=])[ \t]{0,4}(?P<q>[\"']?)(?P<value>[^\s\"'][^\n\"']{2,200}?)(?P=q)"
    rb"[ \t}\],]{0,6}\r?\Z"
)
_KEY_ELEMENT = lazy.pattern(
    rb"(?i)[ \t]{0,60}<(?P<tag>key|name|param-name|entry-key|propertyname|string)>[ \t]{0,4}"
    rb"(?P<name>[\w. -]{3,80}?)[ \t]{0,4}</(?P=tag)>[ \t\r]{0,4}\Z"
)
_ELEMENT = lazy.pattern(
    rb"(?i)[ \t]{0,60}<(?P<tag>value|string|param-value|entry-value|propertyvalue)>"
    rb"(?P<value>[^<>\n]{3,300})</(?P=tag)>[ \t\r]{0,4}\Z"
)
_OPENED = lazy.pattern(
    rb"(?:[^\n]{0,200}[\s.\"'(,$@:>])?(?P<name>[A-Za-z_][\w.-]{1,60})[\"'\])}]{0,3}"
    rb"(?:[ ]?:[ ]?[\w<>?\[\]]{1,20})?[ \t]{0,4}(?:=>|:=|[:=])[ \t]{0,4}[({]?[ \t]{0,2}\\?[ "
    rb"\t\r]{0,4}\Z"
)
"""A name and a sign; the value is broken into the next line."""
_TEXT = lazy.pattern(
    rb"[ \t]{0,80}[@brfu&]{0,2}(?P<q>\"|')(?P<value>[^\"'\n]{3,300})(?P=q)[)}\s]{0,4}[;,]?[ "
    rb"\t\r]{0,4}\Z"
)
_COMMENT = lazy.pattern(
    rb"(?i)[ \t]{0,40}(?:\#|//|--|;|<!--|\*|/\*)[ \t]{0,4}[^\n]{0,60}?"
    rb"(?<![a-z_.-])(?P<name>password|passphrase|passwd|pwd|token|secret|api[ _-]?key|access[ "
    rb"_-]?key)"
    rb"(?:[ ](?:for|of|to|used|here|below|from|in|on)\b[^\n]{0,60})?[ \t:.]{0,4}(?:-->|\*/)?[ "
    rb"\t\r]{0,4}\Z"
)
_ANY = lazy.pattern(
    rb"[ \t]{0,60}(?:(?:export|const|let|var|val|static|final|private|public|string|String|char|"
    rb"set|my|"
    rb"local)[ \t]{1,2}\*?){0,4}[\"']?[$@]?[\w.-]{1,60}[\"']?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,4}"
    rb"(?P<q>[\"']?)(?P<value>[^\s\"'(){}<>$;,]{6,200})(?P=q)[;,]?[ \t\r]{0,4}\Z"
)
_EXPECTED = lazy.pattern(rb"(?i)[^\n]{0,120}expect\b[^\n]{0,60}assword[^\n]{0,20}\Z(?P<name>)")
_SENT = lazy.pattern(
    rb"[ \t]{0,40}(?:\w{1,12}\.)?send(?:line|_user)?[ (](?:--[ ])?(?P<q>[\"'{])"
    rb"(?P<value>[^\s$\"'}\\][^\n\"'}\\]{3,100})(?:\\[rn])?[\"'}][)\s;]{0,4}\Z"
)
_RETURNS = lazy.pattern(
    rb"(?i)(?:[ \t]{0,40}defp?[ ](?:self\.)?|[^\n\"'`#=.]{0,100}[ *]|(?=[^\n]*\{))"
    rb"(?:(?:get|fetch|load|read|default)_?)?(?P<name>[a-z]\w{2,60})"
    rb"(?:(?:[ ]=[ ](?:async[ ])?|[ ])?\([^\n()\"'`]{0,80}\)"
    rb"(?:[^\n\"'`;()]|'(?=static )){0,30}?)?"
    rb"(?:[{:]|[ ]do)?[ \t\r]{0,4}\Z"
)
"""A function begins."""
_DECLARES = lazy.pattern(
    rb"(?i)[ \t]{0,40}(?:(?:(?:public|private|static|override|lazy|internal)[ ]){0,3}"
    rb"(?:sub|var|function)[ ]|-[ ]?\(NSString[ ]?\*\)[ ]?)(?:get_?)?(?P<name>[a-z]\w{2,60})"
    rb"(?:[ ]?:[ ]?[\w?]{1,16})?[ ]?\{[ \t\r]{0,4}\Z"
)
"""One without parentheses, or what is worked out when it is asked for."""
_RETURNED = lazy.pattern(
    rb"[ \t]{1,80}(?:return\b[ (]{1,2})?[@brfu]{0,2}(?P<q>[\"'`])(?P<value>[^\"'`\n]{5,300})(?P=q)"
    rb"(?:\.freeze)?\)?;?[ \t\r]{0,4}\Z"
)
_SPOKE = (
    rb"(?:[^\n\"]{0,24}\b\d{1,2}:\d\d\b[^\n\"]{0,60}?[:>][ \t]{1,4}|"
    rb"[^\n]{0,160}\"(?:text|message|content|body)\":[ ]?\")"
)
"""A line of a conversation, up to what is said: when, by whom."""
_ASKS = lazy.pattern(rb"(?i)" + _SPOKE + rb"(?P<name>)[^\n]{0,160}" + QUESTION.encode())
_ANSWERED = lazy.pattern(
    _SPOKE + rb"(?P<q>[`*]{0,2})(?![@#:(/-]|https?:)"
    rb"(?P<value>(?=[^\s\"]*[\W\d_])[^\s\"'`*<>{}?,]{5,80}(?<![.!:;)]))(?P=q)"
    rb"[\"}\], \t\r]{0,6}\Z"
)
"""Nothing but one word, which is none of a language."""
_BRACKET = lazy.pattern(rb"[ \t]{0,40}\{[ \t\r]{0,4}\n")
_PAIRS = (
    ("stated", _EXPECTED, _SENT),
    ("stated", _NAME, _VALUE),
    ("stated", _KEY_ELEMENT, _ELEMENT),
    ("stated", _OPENED, _TEXT),
    ("returned", _RETURNS, _RETURNED),
    ("returned", _DECLARES, _RETURNED),
    ("annotated", _COMMENT, _ANY),
    ("answered", _ASKS, _ANSWERED),
)
"""How the two belong together, the line with the name, and the one with the value."""
_QUOTED = rb"^[ \t]{0,80}(?:return\b[ (]{1,2})?[@brfu&]{0,2}[\"'`]"
_LEAST = (
    ((_EXPECTED,), rb"expect\b.*assword"),
    ((_SENT,), rb"^[ \t]{0,40}(?:\w{1,12}\.)?send(?:line|_user)?[ (]"),
    (
        (_NAME,),
        rb"^[ \t]{0,40}(?:-[ \t]{1,4})?[\[{ ]{0,6}[\"']?(?:name|key|variable|field|parameterkey)"
        rb"[\"' \t:=]",
    ),
    ((_VALUE,), rb"^[ \t]{0,40}[\"']?(?:value|parametervalue|defaultvalue|default)[\"' \t:=]"),
    (
        (_KEY_ELEMENT, _ELEMENT),
        rb"^[ \t]{0,60}<(?:key|name|param-name|entry-key|propertyname|string|value|param-value|"
        rb"entry-value|propertyvalue)>",
    ),
    ((_OPENED,), rb"(?:=>|[:=])[ \t]{0,4}[({]?[ \t]{0,2}\\?[ \t\r]{0,4}$"),
    ((_TEXT, _RETURNED), _QUOTED),
    ((_COMMENT,), rb"^[ \t]{0,40}(?:#|//|--|;|<!--|\*|/\*)"),
    (
        (_ANY,),
        rb"^[^(){}<>;,]*(?:=>|[:=])[ \t]{0,4}[\"']?[^\s\"'(){}<>$;,]{6,}[\"']?[;,]?[ \t\r]{0,4}$",
    ),
    ((_RETURNS,), rb"^[^\"'`]*$"),
    ((_RETURNS,), rb"&'static"),
    ((_DECLARES,), rb"\{[ \t\r]{0,4}$"),
    ((_ASKS,), rb"\?[\"'}\],\r ]{0,6}$"),
)
LEAST = tuple(least for _, least in _LEAST)
"""What a line has at least to be a half, without regard to case, see `sieve`."""


def _needed(half: re.Pattern[bytes]) -> frozenset[int]:
    """Return the numbers of the least, one of which a line has that is this half."""
    return frozenset(number for number, (halves, _) in enumerate(_LEAST) if half in halves)


_NEED = tuple((_needed(names), _needed(values)) for _, names, values in _PAIRS)


Halves = tuple[tuple[int, bool], ...]
"""Ways to belong together, by their number, and whether the line is the one with the name."""


class Pair(NamedTuple):
    """A name, and its value in the next line. Offsets are bytes of the text."""

    kind: str
    """`stated`, `returned` by a function, `answered` in a conversation, or `annotated`: a comment
    tells of the next line."""
    name: str
    start: int
    end: int


def is_hint(line: bytes) -> bool:
    """Say whether a line names a secret that only who reads the whole file can find.

    Args:
        line: without its end.
    """
    low = line.lower()
    if _START.match(low) or _NAMED.search(low):
        return True
    return any(
        said.search(low) is not None
        for needed, said in _REST
        if any(word in low for word in needed)
    )


def halves(line: bytes, least: frozenset[int] | None = None) -> Halves:
    """Return how a line may be half of a pair, the first or the second: :func:`pair` asks for it.

    Args:
        line: without its end.
        least: numbers of :data:`LEAST` that it has, if that is known.
    """
    if len(line) > HALF:
        return ()
    found: list[tuple[int, bool]] = []
    for number, (kind, names, values) in enumerate(_PAIRS):
        named, valued = _NEED[number]
        if (least is None or not named.isdisjoint(least)) and names.match(line):
            found.append((number, True))
        # No gate ends in an answer: it is looked for behind its question.
        elif (
            (least is None or not valued.isdisjoint(least))
            and kind != "answered"
            and values.match(line)
        ):
            found.append((number, False))
    return tuple(found)


def _below(data: bytes, at: int) -> int:
    """Return where the next line starts that is more than the bracket of a function."""
    opened = _BRACKET.match(data, at)
    return opened.end() if opened else at


def pair(data: bytes, start: int, stop: int, ways: Halves) -> Pair | None:
    """Return the pair that such a half belongs to, or None if the other one is missing.

    Args:
        data: the text.
        start: where the line starts.
        stop: where it ends.
        ways: how it may be half of one, see :func:`halves`.
    """
    below = _below(data, stop + 1)
    end = data.find(b"\n", below, below + HALF)
    end = len(data) if end < 0 else end
    before = data.rfind(b"\n", max(0, start - 1 - HALF), max(0, start - 1)) + 1
    for number, first in ways:
        kind, names, values = _PAIRS[number]
        # The other half first: mostly it is missing.
        if first:
            found = values.match(data, below, end)
            named = names.match(data, start, stop) if found else None
        else:
            named = names.match(data, before, max(before, start - 1))
            found = values.match(data, start, stop) if named else None
        if named is not None and found is not None:
            return Pair(kind, named["name"].decode() or "password", *found.span("value"))
    return None
