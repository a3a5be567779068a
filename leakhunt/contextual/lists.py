"""Several values in one line: those of several names, and those of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.parts import NAMED, TEXT
from leakhunt.contextual.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

_MADE = r"(?:new(?:[ ][\w<>\[\]]{1,20}|\[\])[ ]?|\[\]string)?"
"""How some languages say that a list follows: new String[] {, new[] {, []string{."""
GATES = (
    # user, password = "...", "..."
    rf"(?i)(?:{NAMED}|(?:\b|_)pass|\bpw|key)\w{{0,12}}(?:,[ ]?[$@]?\w{{1,24}}){{0,3}}[)\]}}]?"
    r"[ ]{0,2}:?=[ ]{0,2}(?:(?:(?:std::)?make_(?:pair|tuple)|array|tuple|[Pp]air)?[(\[{])?"
    r"[\"'][^\"'\n]{0,40}[\"'](?:,[ ]?|[ ](?:to|->)[ ])[\"']",
    # my ($user, $pw) = qw(...);
    rf"(?i)\$\w{{0,24}}(?:{NAMED}|pass|pw)\w{{0,12}}\)[ ]{{0,2}}=[ ]{{0,2}}qw[(/\[{{]",
    # tokens = ["...", "..."]
    # users = {"alice": "...", "bob": "..."}, accounts = [("alice", "...")]
    rf"(?i)(?:users|accounts|logins|credentials|creds)[\w\"'\]]{{0,12}}(?:[ ]?:[ ]?[\w<>,&\[\]() "
    rf"]{{1,30}})?"
    rf"[ ]?(?:=>|:=|[:=])[ ]?[^\n\"']{{0,40}}[\[({{][ ]?[\"']?[\w.@-]{{2,30}}[\"']?\]?"
    rf"(?:,|:|[ ]?=>?|[ ](?:to|->))"
    rf"[ ]?{TEXT}",
    # declare -A passwords=( [web]="..." )
    r"\b(?:declare|typeset|local)[ ]-A[ ]\w{0,24}(?i:pw|pass\w{0,8}|passw\w{0,8}|secrets?|"
    r"creds)=\([ ]?\[",
    r"(?i)\bkeys[\"']?[ ]?(?::|:?=|=>)[ ]?\[[\"'][\w+/=-]{16}",
    # what PHP has serialized: s:8:"password";s:6:"..."
    rf"(?i){NAMED}\w{{0,12}}\\{{0,2}}\";s:\d{{1,3}}:\\{{0,2}}\"[^\s\"\\]{{3}}",
    # an option as Windows has them: /password:...
    rf"(?i)[ \t]/\w{{0,24}}(?:{NAMED}|pass)\w{{0,8}}:[^\s\"'`/$%<{{*]{{4}}",
    rf"(?i){NAMED}s[\"']?[ ]?(?::|:?=|=>)[ ]{{0,40}}{_MADE}[\[({{][ ]?{TEXT}",
)
"""Expressions for the first pass, none of which reaches into another line."""
LEAST = (
    rb"[\w.],[ ]?[$@]?[\w.]{1,40}[)\]}]?[ ]{0,2}:?=[ ]{0,2}(?:[\w.:]{0,20}[(\[{])?[\"']",
    rb"\)[ ]{0,2}=[ ]{0,2}qw",
    rb"(?:users|accounts|logins|credentials|creds|[ ]-a[ ]\w+=\()",
    rb"(?:passwords|secrets|tokens|keys|codes)[\"']?[ ]?(?::|:?=|=>)",
    rb"\";s:",
    rb"[ \t]/[a-z]\w{1,40}:",
)
"""What a line has at least, without regard to case, see `sieve`."""
_NAMES = lazy.pattern(
    rb"^[ \t]{0,40}(?:(?:my|our|let|var|local|const|val|auto|def)[ ])?(?:list)?[(\[{]?"
    rb"(?P<names>(?:[$@]?[\w.]{1,40},[ ]?){1,5}[$@]?[\w.]{1,40})[)\]}]?[ ]{0,2}:?=[ ]{0,2}"
    rb"(?:(?:(?:std::)?make_(?:pair|tuple)|array|tuple|[Pp]air)?[(\[{])?(?=[\"'])"
)
_WORDS = lazy.pattern(
    rb"\((?P<names>[ ]?\$\w{1,40}(?:,[ ]?\$\w{1,40}){1,5})[ ]?\)[ ]{0,2}=[ ]{0,2}"
    rb"qw[(/\[{](?P<values>[^()/\[\]{}\n]{4,200})[)/\]}]"
)
_WORD = lazy.pattern(rb"\S+")
_LIST = lazy.pattern(
    rb"(?i)(?<!\w)(?P<name>\w{0,40}(?:passwords|secrets|tokens|keys|"
    rb"(?:recovery|backup|scratch)_?codes))[\"']?[ ]?"
    rb"(?::|:?=|=>)[ ]{0,40}" + _MADE.encode() + rb"[\[({](?=[ ]?[\"'])"
)
_HOLDER = lazy.pattern(
    rb"(?i)(?<![a-z])(?:users|accounts|logins|credentials|creds)(?-i:(?![a-z]))"
    rb"[\w\"'\]]{0,12}(?:[ ]?:[ ]?[\w<>,&\[\]()"
    rb" ]{1,30})?"
    rb"[ ]?(?:=>|:=|[:=])[ ]?[^\n\"']{0,40}(?=[\[({])"
)
_MAPPED = lazy.pattern(
    rb"\b(?:declare|typeset|local)[ ]-A[ ]\w{0,24}(?i:pw|pass\w{0,8}|secrets?|creds)=(?=\([ ]?\[)"
)
"""What a shell keeps by name."""
_SURELY = lazy.pattern(rb"(?i)logins|creds|credentials")
"""Where nothing but passwords stands behind the users, so that words are passwords, too."""
_NESTED = lazy.pattern(rb"[\[({]")
_MEMBER = lazy.pattern(
    rb"(?:(?:\([ ]?|(?<=\")[ ])\[(?=[\"']?\w+[\"']?\]=)|[\[({,])[ ]?[\"']?(?P<name>[\w.@-]{2,40})"
    rb"[\"']?\]?"
    rb"(?P<sign>,|:|[ ]?=>?|[ ](?:to|->)(?=[ ]))[ ]?"
    rb"(?P<q>[\"'])(?P<secret>[^\s\"']{4,100})(?P=q)(?=[ ]?[,)\]}]|[ ]\[)"
)
_FIELDS = lazy.pattern(
    r"(?i)(?:first|last|full|display|nick|user)?_?name|user|login|e?-?mail|type|id|key|role|group|"
    r"url|host|path|title|label|text|table|model|class|file|desc\w*|status|state|scope|phone|uu?id|"
    r"avatar|image|icon|lang\w*|locale|version|domain|realm|database|db|method|action|default|"
    r"schema|endpoint|created\w*|updated\w*|address|city|priv\w*|grants?|permissions?|groups|"
    r"roles|redirect|shell|home|state|country|company|source|provider|cn|dn|ou|tags?|"
    r"(?:\w{1,20}_)?algo(?:rithm)?"
)
"""What is below `users` and is no user."""
_SERIALIZED = lazy.pattern(
    rb"s:\d{1,3}:\\{0,2}\"(?P<name>[\w.-]{2,60})\\{0,2}\";"
    rb"s:\d{1,4}:\\{0,2}\"(?P<secret>[^\"\\\n]{3,300})\\{0,2}\";"
)
_SLASHED = lazy.pattern(
    rb"(?<=[ \t])/(?P<name>[A-Za-z]\w{1,40}):(?P<secret>[^\s\"'`,;|&<>()\[\]{}$%*]{4,200})"
    rb"(?=[\s\"'`|&]|$)"
)
_LITERAL = lazy.pattern(
    rb"[ ]?(?P<q>[\"'])(?P<secret>(?:(?!(?P=q))[^\n\\]|\\.){0,300})(?P=q)"
    rb"(?:[ ]?(?:,|[)\]}]|;|$)|[ ](?:(?:to|->)[ ])?(?=[\"']))"
)
_MOST = 32
"""Elements of a list that are looked at."""


def several(line: bytes, low: int) -> Iterator[Turn]:
    """Yield the values of a line that has several.

    Args:
        line: a line.
        low: where names are looked for first.
    """
    if not low and (match := _NAMES.match(line)):
        names = [name.strip(b" $@").decode("utf-8", "replace") for name in match[1].split(b",")]
        values = _literals(line, match.end(), len(names))
        if len(values) == len(names):
            for name, (start, end) in zip(names, values, strict=True):
                yield Turn("each", name, "=", start, end)
    yield from _worded(line) if b"qw" in line else ()
    for mark, pattern in ((b'";s:', _SERIALIZED), (b" /", _SLASHED)):
        for match in pattern.finditer(line, low) if mark in line else ():
            name = match["name"].decode("utf-8", "replace")
            yield Turn("several", name, "=", *match.span("secret"))
    for holder in (*_HOLDER.finditer(line, low), *_MAPPED.finditer(line, low)):
        for member in _MEMBER.finditer(line, holder.end(), holder.end() + 600):
            first = member.start() == holder.end() and not _NESTED.search(holder[0])
            flat = first or member[0][:1] == b","
            if flat and member["sign"] == b"," and not _SURELY.match(holder[0]):
                continue  # accounts = ["...", "..."]: names of them, side by side
            mapped = b" -A " in holder[0]  # its keys are whose they are: [db]="..."
            if mapped or not is_field(member["name"].decode("utf-8", "replace")):
                alone = member[0][:1] in (b"(", b"[")
                kind = "pair" if alone and _SURELY.match(holder[0]) else "member"
                yield Turn(kind, "", "=", *member.span("secret"))
    for match in _LIST.finditer(line, low):
        for start, end in _literals(line, match.end(), _MOST):
            yield Turn("several", match["name"].decode("utf-8", "replace"), "=", start, end)


def _worded(line: bytes) -> Iterator[Turn]:
    """The words of Perl that several variables are given: `my ($user, $pw) = qw(...)`."""
    for match in _WORDS.finditer(line):
        names = [name.strip(b" $").decode() for name in match["names"].split(b",")]
        values = list(_WORD.finditer(line, *match.span("values")))
        if len(values) == len(names):
            for name, value in zip(names, values, strict=True):
                yield Turn("each", name, "=", *value.span())


def is_field(name: str) -> bool:
    """Say whether what is below `users` is something about a user, and no user."""
    return _FIELDS.fullmatch(name) is not None


def _literals(line: bytes, at: int, most: int) -> list[tuple[int, int]]:
    """Where texts are that follow one another, with nothing between them but commas."""
    found: list[tuple[int, int]] = []
    while len(found) < most and (value := _LITERAL.match(line, at)):
        found.append(value.span("secret"))
        at = value.end()
    return found
