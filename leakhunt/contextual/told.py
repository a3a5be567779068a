"""What people tell each other in prose: what a password is, with what to log in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual import labelled, stand_ins
from leakhunt.contextual.turns import Turn
from leakhunt.contextual.values import FAIR, STRONG, look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.contextual.candidates import Candidate

_WORD = (
    r"(?:pass(?:word|wd|phrase|code|wort)|\bpwd?|kennwort|contrase\S{1,2}a|mot de passe|senha|"
    r"\bpsk|\bpin(?:[ -]?(?:code|number))?|secret|token|(?:api|access|secret|license)[ _-]?key)"
)
_ABOUT = (
    r"(?:[ ](?:par[ ]d\S{1,2}faut|por[ ]defecto|by[ ]default|predefinita))?"
    r"(?:[ ](?:for|to|of|on|f\S{1,2}r|para)[ ][^\n:=`\"'*]{1,40})?"
)
_IS = (
    r"(?:[ ](?:is|was|are|ist|war|es|est|changed[ ]to|set[ ]to)(?:[ ](?:now|still|just|again))?:?)"
)
_FOR = r"(?:[ ](?:for|to|of|on|at)[ ][^\n:=`\"'*/]{1,40}?)?[ ](?:is|are)"
_OPENS, _CLOSES = r"(?:\*{1,2}|[\"'`]|\xe2\x80[\x98\x9c])", r"(?:\*{1,2}|[\"'`]|\xe2\x80[\x99\x9d])"
_BOTH = (
    r"(?:\b(?:user(?:name)?|login|e-?mail|account)[ ]?(?:/|and|&|\+|,)[ ]?(?:pass(?:word)?|pwd?|"
    r"pw)|"
    r"\b(?:log(?:ged)?[ ]?in|sign[ ]?in|credentials?|creds|logins?|accounts?|connect)\b(?![.]\w))"
)
_SURELY = (
    r"(?:password|passwd|passphrase|passcode|passwort|\bpwd?|kennwort|psk|"
    r"(?:mot[ ]de[ ]passe|contrase\S{1,2}a|senha)(?:[ ](?:par[ ]d\S{1,2}faut|por[ ]defecto))?)"
)
GATES = (
    rf"(?i){_SURELY}[ ](?:is|was|are|ist|war|es|est|changed[ ]to|set[ ]to):?[ ]"
    r"(?:(?:now|still|just|again)[ ])?[*\"'`]{0,2}[^\s\"'`*<$%{(]{5}",
    r"(?i)password[ ](?:for|to|of|on)[ ][^\n:=`\"'*]{1,40}[ ](?:is|was)[ :]",
    r"(?i)(?:token|secret|key)[ ](?:(?:for|to|of|on)[ ][^\n:=`\"'*]{1,40}[ ])?(?:is|was):?[ ]"
    r"[*\"'`]{0,2}[\w+/=-]{16}",
    # a network without wires asks for eight characters, at least
    r"(?i)\b(?:wi-?fi|wlan|ssid)\b[^\n=`]{0,40}(?:\bkey|schl\S{1,2}ssel)(?:[ ]?:)?[ ][*`]{0,2}"
    r"[^\s`*<>(){}$]{8}",
    r"(?i)\w@[\w.-]{1,60},?[ ](?:sudo[ ])?pw[ :]{1,2}(?:ist?[ ])?[^\s\"'`*<>(){}$]{5}",
    rf"(?i){_SURELY}[ ]{{1,2}}(?:\*{{1,2}}|`{{1,2}})[^\s\"'`*<$%{{(]{{4}}",
    r"(?i)(?:token|secret|key)[ ](?:\*{1,2}|`)[\w+/=-]{16}",
    r"(?i)(?:token|secret|password|api[ _-]?key)[ ][\w+/=-]{20}",
    rf"(?i){_BOTH}[^\n\"'`*_/]{{0,40}}{_OPENS}[^\s`\"'*/]{{2,40}}{_CLOSES}?[ ]?[/:][ ]?{_OPENS}?"
    r"[^\s`\"'*]{4}",
    rf"(?i)\b(?:login|log[ ]in|credentials?|creds|accounts?|pass(?:word)?)(?:[*_]{{0,2}}:|{_FOR})"
    r"[*_ ]{1,4}[\w.@+-]{2,40}[ ]?/[ ]?[^\s\"'`*<>|/]{5}",
    r"(?i)(?:\b(?:with|using|and)|[,/])[ ](?:the[ ])?(?:passwor[dt]|kennwort|pwd?)[ ]"
    r"[^\s\"'`*<>|/$%{(]{5}",
    r"(?i)\bpin(?:[ -]?(?:code|number))?[*_]{0,2}(?:[ ]is|:|[ ]=)[*_]{0,2}[ ]{1,2}[`*\"]{0,2}\d{4}",
    *labelled.GATES,
)
"""Expressions for the first pass, none of which reaches into another line."""
LEAST = (
    rb" (?:is|was|are|ist|war|es|est|to)[ :]",
    rb" [*`]",
    rb"(?:token|secret|password|api[ _-]?key) [\w+/=-]{20}",
    rb"(?:log(?:ged)?[ ]?in|sign[ ]?in|credentials?|creds|logins?|accounts?|connect)\b",
    rb"(?:user(?:name)?|login|e-?mail|account)[ ]?(?:/|and|&|\+|,)[ ]?p",
    rb"pass(?:word)?[*_]{0,2}:",
    rb"(?:with|using|and|,|/)[ ](?:the[ ])?(?:passwor[dt]|kennwort|pwd?)[ ]",
    rb"\bpin(?:[ -]?(?:code|number))?[*_]{0,2}(?:[ ]is|:|[ ]=)",
    rb"\b(?:wi-?fi|wlan|ssid)\b.*(?:key|ssel)",
    rb"\w@[\w.-]{1,60},?[ ](?:sudo[ ])?pw[ :]",
    *labelled.LEAST,
)
"""What a line has at least, without regard to case, see `sieve`."""
_MARKED = (
    rb"(?P<mark>\*{1,2}|`{1,2}|[\"']|\xe2\x80[\x98\x9c])(?P<secret>[^\s\"'`*<>|]{4,120})"
    rb"(?:(?P=mark)|\xe2\x80[\x99\x9d])"
)
_BARE = (
    rb"(?P<bare>[^\s\"'`*<>|(){}$%][^\s\"'`*<>|(){}]{3,120}?)(?=[.,;:!?)\"'`]{0,3}(?:\s|$|[\"'`]))"
)
_SAID = lazy.pattern(
    (
        rf"(?i)(?<![a-z0-9])(?<!public key )(?P<name>{_WORD}){_ABOUT}[*_]{{0,2}}{_IS}[ ]{{1,2}}"
    ).encode()
    + rb"(?:"
    + _MARKED
    + rb"|"
    + _BARE
    + rb")"
)
_BESIDE = lazy.pattern(
    rf"(?i)(?<![a-z0-9])(?P<name>{_WORD})[ ]{{1,2}}".encode() + rb"(?=[*`])" + _MARKED
)
_DRAWN = lazy.pattern(
    rb"(?i)(?<![a-z0-9_.\"'-])(?<![:=] )"
    rb"(?P<name>(?:access |auth |bearer |api )?token|secret|password|api[ _-]?key) "
    rb"(?P<secret>(?=[\w+/=-]*\d)[\w+/=-]{20,200})(?=[.,;:!?)\"'`\\]{0,3}(?:\s|n?[\"'`]|$))"
)
"""What no word is, behind the name: "connected with token 4f1c...". Headers say it otherwise."""
_MAY_BE_DRAWN = lazy.pattern(rb"(?:token|secret|password|key) [\w+/=-]{20}")
"""For a line in lower case."""
_PAIR = lazy.pattern(
    (
        rf"(?i)(?P<both>{_BOTH})[^\n\"'`*_/]{{0,40}}?(?P<q>{_OPENS})"
        rf"[^\s`\"'*/:(){{}}#$]{{2,40}}(?:{_CLOSES}[ ]?[/:][ ]?"
        rf"(?P<other>{_OPENS})|:(?!:))"
    ).encode()
    + rb"(?P<secret>(?!--)[^\s\"'`*<>|/(){}#$]{4,120}?)(?:\*{1,2}|[\"'`]|\xe2\x80[\x99\x9d])"
)
_RIGHT_AWAY = lazy.pattern(rb"[ :]{1,2}(?:(?:with|as|using|is|are|via)[ :]{1,2})?")
"""Nothing stands between what says that somebody signs in and the two with which."""
_LISTED = lazy.pattern(rb"[ ]?/[ ]?(?:\*{1,2}|[\"'`])")
_MARKED_USER = lazy.pattern(
    rb"(?i)\b(?:user(?:name)?|login|account|e-?mail|log[ ]?in(?:[ ]as|[ ]with)?)[ :]{1,3}"
    rb"(?:\*{1,2}|[\"'`])[^\s\"'`*]{2,60}(?:\*{1,2}|[\"'`])[^\n\"'`*]{1,24}\Z"
)
"""A user that is marked as one, before the password that is."""
_PIN = lazy.pattern(
    rb"(?i)(?<![a-z0-9_.-])(?P<name>pin)(?:[ -]?(?:code|number))?[*_]{0,2}(?:[ ]is|:|[ ]=)[*_]{0,2}"
    rb"[ ]{1,2}[`*\"]{0,2}(?P<secret>\d{4,10})(?![\w.,:/-]|[ ]?(?:m?[AV]h?|m?Wh?|[kmc]?m|[kM]?B)\b)"
)
_SLASHED = lazy.pattern(
    rb"(?i)(?:\b(?:(?:login|credentials?|creds)"
    + _FOR.encode()
    + rb"|(?:login|log[ ]in|credentials?|creds|accounts?|user(?:name)?[ ]?/[ "
    rb"]?pass(?:word)?)[*_]{0,2}:)"
    rb"[*_ ]{1,4}[\w.@+-]{2,40}[ ]?/[ ]?|(?:\b(?:with|using|and)|[,/])[ ](?:the[ ])?"
    rb"(?:passwor[dt]|kennwort|pwd?)[ ])"
    rb"(?P<secret>[^\s\"'`*<>|/]{5,120}?)(?=[.,;:!?)\"']{0,3}(?:\s|$|[\"']))"
)
_WIRELESS = lazy.pattern(
    rb"(?i)\b(?:wi-?fi|wlan|ssid)\b[^\n=`]{0,40}?(?:\bkey|schl\S{1,2}ssel)(?P<colon>[ ]?:)?[ ]"
    rb"(?P<mark>[*`]{0,2})"
    rb"(?P<secret>[^\s`*<>(){}$]{8,63}?)(?=[*`]|[.,;]?\s*$)"
)
"""The key of a network, which ends its line, or is marked."""
_AT_HOST = lazy.pattern(
    rb"(?i)\w@[\w.-]{1,60},?[ ](?:sudo[ ])?pw[ :]{1,2}"
    rb"(?:ist?[ ])?(?P<secret>[^\s\"'`*<>(){}$]{5,80}?)(?=[.,;]?\s*$)"
)
"""Who signs in where, and with what, as the end of a line."""
_EMPHASIS = lazy.pattern(rb"\*{1,2}[A-Za-z]+(?:-[A-Za-z]+)*\*{1,2},?[ ]{1,2}[A-Za-z(]")
"""A word that is stressed, within a sentence: "the token is **required** for"."""
_ATTRIBUTE = lazy.pattern(rb"(?=.*[a-z][A-Z])[A-Za-z]+(?:\.[A-Za-z]+)+")
"""A part of something in code, which has humps: `panel.tabIndex`."""
_SETS = lazy.pattern(rb"(?i)[\w.-]{0,40}(?:pass|pwd|pw|secret|token|key)[a-z]{0,8}=")
"""A setting with a name of its own: set your password in **db_password=...**."""
_USER = lazy.pattern(rb"(?i)(?:admin\w*|root|user\w*|guest|demo|test\w*|operator|super\w*):\Z")
_MEASURE = lazy.pattern(
    r"(?i)(?:[a-z]+-)?(?:(?:base|sha|md|utf|aes|rfc|oauth|ipv?|https?|v|x|s|tls|pbkdf|pkcs|hs|rs|"
    r"es)"
    r"[-#]?\d+|\d+(?:bits?|bytes?|chars?|characters?|digits?|days?|hours?|min\w*|sec\w*|years?|"
    r"times?|th|st|nd|rd|kb?|x)?)(?:[-_/.]\w+)*"
)
"""How long, how encoded, by which standard."""
_LABELLED = lazy.pattern(
    rb"(?i)[\s>*#|+\d.-]{0,12}(?:[A-Z][\w-]{0,16}:[ ])?"
    rb"(?:(?:[a-z]\w{0,16}[ ]){0,2}(?:user\w{0,8}|login|benutzer\w{0,8}|usuario|identifiant|"
    rb"utilisateur|account)[ ]?[:= ][ ]?[\w.@+-]{2,40}[ ]?[,;/|]?[ ])?"
    rb"(?:[a-z(][\w()'-]*[ ]){0,5}[*_`]{0,2}(?:"
    + _WORD.encode()
    + rb"|clave)[*_`]{0,2}[ ]?[:=][*_`]{0,2}[ ]{0,4}[`\"'*_]{0,2}\Z"
)
"""A label that begins a line, or stands behind who signs in."""
_PROSE = {*("md", "mdx", "markdown", "rst", "adoc", "asciidoc", "textile", "rdoc", "txt", "log")}
"""Suffixes of what is written for people."""
_WRITTEN = lazy.pattern(
    r"(?i)[\d_-]*(?:change_?logs?|changes|release_?notes|readme|news|history|todo|install|"
    r"upgrading|"
    r"contributing|authors|credits|faq|gitlog)"
)
"""What goes without `.txt`."""
_DRIVER = lazy.pattern(rb"(?i)\b(?:dbi|jdbc|odbc|mysql|pgsql|sqlite|sqlsrv|oci|firebird):\Z")
_PASSES = lazy.pattern(rb"(?i)(?<![\w.-])pass(?:es|ed|ing)?[ ]{1,2}[\"'`]\Z")
"""What is done with an argument: `pass "struct date_mode" by value`."""
_GOES_ON = lazy.pattern(rb"[,;]?[ ]{1,2}[a-z]{2,}")
"""Behind a word comes the next one."""
_SENTENCE = lazy.pattern(rb"[ *#\d.-]{0,24}[A-Z][a-z]+ [^`:$\n]*\Z")
"""A line begins like a sentence, and names no command before a value."""
_ENDED = lazy.pattern(rb"[`\"'*_]{0,2}[ ]{0,2}(?:[.,;)|].{0,60})?\r?(?:\n|\Z)")
_CELL = lazy.pattern(rb"[`*]{0,2}[ ]{0,40}(?:\||\r?\n|\Z)")
_LEAST = (
    (_SAID, lazy.pattern(rb" (?:is|was|are|ist|war|es|est|to)[ :]")),
    (_BESIDE, lazy.pattern(rb" [*`]")),
)
"""What a line in lower case must have at least: that is much cheaper to look for."""


def told(line: bytes, low: int) -> Iterator[Turn]:
    """Yield what a line tells.

    Args:
        line: a line.
        low: where names are looked for first.
    """
    lower = line.lower()
    for pattern, least in _LEAST:
        for match in pattern.finditer(line, low) if least.search(lower) else ():
            name = match["name"].decode("utf-8", "replace")
            if match.lastgroup == "bare":
                if _is_telling(match["bare"]):
                    yield Turn("told", name, " ", *match.span("bare"))
            elif not (
                _EMPHASIS.match(line, match.start("mark"))
                or _ATTRIBUTE.fullmatch(match["secret"])
                or _SETS.match(match["secret"])
            ):
                beside = _MARKED_USER.search(line, 0, match.start()) and not stand_ins.usual(
                    match["secret"].decode("utf-8", "replace").lower(), "placeholder"
                )
                yield Turn("told", name, "=" if beside else "`", *match.span("secret"))
    for match in _PAIR.finditer(line, low):
        if _LISTED.match(line, match.end()):
            continue  # one of several: `aria-expanded` / `aria-haspopup` / `aria-controls`
        scope = match["other"] is None and match["secret"].replace(b":", b"").isalpha()
        if _DRIVER.search(line, 0, match.start("secret")):
            continue  # what to connect to: connect("DBI:mysql:database=shop;host=db")
        if (
            scope
            and b"ass" not in match["both"]
            and not _USER.search(line[: match.start("secret")])
        ):
            continue  # `sts:AssumeRole`, `connections:read`
        surely = b"ass" in match["both"] or match["both"][-2:-1] == b"p"
        surely = surely or _RIGHT_AWAY.fullmatch(line, match.end("both"), match.start("q"))
        sign = "=" if surely else "`"
        yield Turn("told", "password", sign, *match.span("secret"))
    for match in _SLASHED.finditer(line, low):
        if _is_telling(match["secret"]):
            yield Turn("told", "password", " ", *match.span("secret"))
    for match in (*_WIRELESS.finditer(line, low), *_AT_HOST.finditer(line, low)):
        surely = "mark" not in match.groupdict() or match["colon"] or match["mark"]
        if surely or not match["secret"].isalpha():
            yield Turn("told", "password", "=" if surely else "`", *match.span("secret"))
    for match in _DRAWN.finditer(line, low) if _MAY_BE_DRAWN.search(lower) else ():
        if look(match["secret"].decode()).strength == STRONG:
            yield Turn("told", match["name"].decode(), "", *match.span("secret"))
    for match in _PIN.finditer(line, low):
        yield Turn("pin", "", " ", *match.span("secret"))
    yield from labelled.labelled(line, low)


def _is_telling(value: bytes) -> bool:
    """Say whether it is no word of the sentence, although it stands in it as one does."""
    text = value.decode("utf-8", "replace")
    if _MEASURE.fullmatch(text) or "," in text:
        return False
    return look(text).strength >= FAIR and any(map(str.isdigit, text))


def is_prose(file: str) -> bool:
    """Say whether a file is prose: what its examples say is no surer for being parsed.

    Args:
        file: its name.
    """
    return file.rpartition(".")[2].lower() in _PROSE or is_written(file)


def is_written(file: str) -> bool:
    """Say whether a file without a suffix is called like one that people write for people.

    Args:
        file: its name, without folders.
    """
    return _WRITTEN.fullmatch(file) is not None


def is_spoken(candidate: Candidate, data: bytes) -> bool:
    """Say whether a value in prose is a word of its sentence: `pass "code" on`, `the --pass flag`.

    Args:
        candidate: the value.
        data: the text.
    """
    kind, start, plain = candidate.kind, candidate.start, candidate.look in {"word", "words"}
    first = data.rfind(b"\n", max(0, start - 300), start) + 1
    if kind == "apart":
        said = candidate.look == "phrase" or data.startswith(b"-", start)
        return plain or (said and _PASSES.search(data, first, start) is not None)
    if kind == "instead":
        return plain and candidate.sign == " "  # `the login name and password prompts`
    if kind == "bare":  # who changed a commit says so: `[pw: redo code and tests]`
        bracket = data[first : first + 1] == b"["
        return plain and bracket and _GOES_ON.match(data, candidate.end) is not None
    if kind not in {"command", "option"} or not (plain or candidate.look == "default"):
        return False
    return _SENTENCE.match(data, first, start) is not None


def is_label(data: bytes, start: int, end: int) -> bool:
    """Say whether a value stands behind a label that has its line for itself, outside of code.

    Args:
        data: the text of a file.
        start: of the value, in bytes.
        end: of the value.
    """
    first = data.rfind(b"\n", max(0, start - 120), start) + 1
    if data.startswith(b"|", first) and _CELL.match(data, end):
        return True  # the head of its column is the label
    if not _LABELLED.match(data[first:start]) or not _ENDED.match(data, end):
        return False
    return data.count(b"```", 0, first) % 2 == 0 and not data.startswith(b"    ", first)


def weight(strength: int, kind: str, sign: str) -> int:
    """Return what a telling weighs: whoever writes it means it.

    Args:
        strength: of the value, see `values.Look`.
        kind: of the value.
        sign: a quote if the value is marked as one; nothing if nobody says what it is.
    """
    if strength == STRONG:
        return 8 if sign else 7
    if strength == FAIR:
        return 6
    if not strength or kind == "default":
        return 0
    return 6 if sign == "=" or (kind in {"words", "phrase"} and sign == "`") else 0
