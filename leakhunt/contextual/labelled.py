"""What a label, a slash or a sentence in another language says in prose: `пароль: ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.turns import Turn
from leakhunt.contextual.values import FAIR, look

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOREIGN = (
    r"(?:[Mm]ot[ ]de[ ]passe|[Pp]alavra[ -]passe|"
    r"Пароль|пароль|ПАРОЛЬ|密码|密碼|口令|パスワード|비밀번호|"
    r"[Hh]asło|[Ll]ösenord|Şifre|şifre|[Kk]ata[ ]sandi|[Mm]ật[ ]khẩu)"
)
"""Words for a password that no name in code is made of: those are in the signature."""
_SIGN = r"(?:(?:[ ]|\xc2\xa0){0,2}:|\xef\xbc\x9a)[*_]{0,2}[ ]{0,2}"
_WORD = (
    r"(?:pass(?:word|wd|phrase|code|wor[dt])|\bpwd?|kennwort|contrase\S{1,2}a|mot[ ]de[ ]passe|"
    r"senha|пароль)"
)
_OF = r"[ ](?:for|to|of|on|f\S{1,2}r|para|pour|del?|d[aou]|des|для|от|к)[ ][^\n:=`\"'*]{1,40}"
_ARE = r"(?:is|was|ist|war|lautet|es|est|é)"
_PHRASE = r"(?:pass[ ]?phrase|password|passwort|kennwort|mot[ ]de[ ]passe)"
_ADMIN = r"(?:(?:db|sys|sql|web|app|site|super)?admin|administrator|root|superuser|postgres)"
GATES = (
    rf"{_FOREIGN}[^\n:=\"'`]{{0,40}}(?::|\xef\xbc\x9a)[*_]{{0,2}}[ ]{{0,2}}[`*]{{0,2}}"
    r"[\w!#%&*+./@^~-]{4}",
    r"(?i)(?:passwor[dt]|passphrase|kennwort|\bpwd?|passe|contrase\S{1,2}a|senha|пароль)[ ]"
    r"(?:for|to|of|on|f\S{1,2}r|para|pour|d\w{1,2}|для|от|к)[ ][^\n:=`\"'*]{1,40}[ ]"
    r"(?:is|was|ist|lautet|es|est|é)[ :]{1,2}[`*\"]{0,2}[\w!#%&*+./@^~-]{4}",
    r"(?i)(?:password|passwort|kennwort|passe|contrase\S{1,2}a|senha)[ ](?:lautet|é)[ ]"
    r"[`*\"]{0,2}[\w!#%&*+./@^~-]{4}",
    r"(?i)(?:phrase|password|passwort|kennwort|passe)(?:[ ][\w-]{1,16}){0,5}:?[ ]{1,2}[\"`]"
    r"[\w'-]{1,24}[ ][\w'-]",
    r"(?i)\((?:the[ ])?(?:password|passwort|kennwort|pwd?)[ ][^\s\"'`*<>|/$%{(]{5}",
    r"(?:admin|Admin|root|administrator|Administrator|superuser|postgres)`?[ ]?/[ ]?`?"
    r"[^\s\"'`*<>|/]{6}[^\n/]{0,60}$",
)
"""Expressions for the first pass, none of which reaches into another line."""
LEAST = (
    _FOREIGN.encode(),
    rb"(?:pass|pwd?|kennwort|contrase|senha|\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c)"
    rb".* (?:is|was|ist|war|lautet|es|est|\xc3\xa9)[ :]",
    rb"\((?:the[ ])?(?:password|passwort|kennwort|pwd?)[ ]",
    rb"(?:phrase|password|passwort|kennwort|passe).*[\"`][\w'-]{1,24}[ ]",
    rb"(?:admin|root|administrator|superuser|postgres)`?[ ]?/[ ]?[^\s]{6}",
)
"""What a line has at least, without regard to case, see `sieve`."""
_ENDS = rb"(?=[.,;:!?)\"'`*|]{0,3}(?:\s|$|[\"'`]))"
_VALUE = (
    rb"[`*\"]{0,2}(?P<secret>[^\s\"'`*<>|(){}$%\x80-\xff][^\s\"'`*<>|(){}\x80-\xff]{3,80}?)" + _ENDS
)
_LABEL = lazy.pattern(rf"{_FOREIGN}(?:{_OF})?{_SIGN}".encode() + _VALUE)
_SAID = lazy.pattern(
    rf"(?i)(?<![a-z0-9]){_WORD}(?:(?:{_OF})[ ]{_ARE}|[ ](?:lautet|é)):?[ ]{{1,2}}".encode() + _VALUE
)
_QUOTED = lazy.pattern(
    rf"(?i)\b(?P<name>{_PHRASE})(?:{_OF})?(?:[ ]{_ARE})?:?[ ]{{1,2}}(?P<q>[\"`])".encode()
    + rb"(?P<secret>[\w'-]{1,24}(?:[ ][\w'-]{1,24}){1,7})(?P=q)"
)
"""Several words in quotes."""
_ASIDE = lazy.pattern(
    rb"(?i)\((?:the[ ])?(?:password|passwort|kennwort|pwd?)[ ]"
    rb"(?P<secret>[^\s\"'`*<>|/(){}$%]{5,80}?)[.]?\)"
)
"""What stands in brackets behind what it opens."""
_SLASHED = lazy.pattern(
    rf"(?i)(?:\b(?:login|log[ ]in)[ ]|(?<!\w):[ ]|[\w`*]:[ ]|\(|^[ ]{{0,4}}[*-][ ]){_ADMIN}"
    rf"[ ]?/[ ]?".encode()
    + rb"(?P<secret>[^\s\"'`*<>|/(){}$%\\]{6,60}?)(?=[.,;)]?(?:[ ]?\(|\s*$|[ ]\w))"
)
_BESIDE = lazy.pattern(rf"(?i)`{_ADMIN}`[ ]?/[ ]?`".encode() + rb"(?P<secret>[^\s`/]{6,60})`")


_SIGNS_IN = lazy.pattern(
    rb"(?i)\b(?:log[ ]?in|sign[ ]?in|credentials?|creds|access|user|account)s?\b"
)
"""What says that a name and a word behind a slash are who signs in, and with what."""


def labelled(line: bytes, low: int) -> Iterator[Turn]:
    """Yield what a line says in one of these ways.

    Args:
        line: a line.
        low: where names are looked for first.
    """
    for pattern in (_LABEL, _SAID):
        for match in pattern.finditer(line, low):
            if _is_mixed(match["secret"]):
                yield Turn("told", "password", " ", *match.span("secret"))
    for pattern in (_ASIDE, _SLASHED, _BESIDE):
        for match in pattern.finditer(line, low):
            sure = pattern is _ASIDE or _SIGNS_IN.search(line, 0, match.start("secret"))
            if _is_chosen(match["secret"], hard=not sure):
                yield Turn("told", "password", " ", *match.span("secret"))
    for match in _QUOTED.finditer(line, low):
        yield Turn("told", "passphrase", "`", *match.span("secret"))


def _is_mixed(value: bytes) -> bool:
    """Say whether it is no word of the sentence."""
    text = value.decode("utf-8", "replace")
    return "," not in text and any(map(str.isdigit, text)) and look(text).strength >= FAIR


def _is_chosen(value: bytes, *, hard: bool) -> bool:
    """Say whether it is a password and not the next folder of a path: `admin/page2`."""
    text = value.decode("utf-8", "replace")
    signs = any(sign in "!@#$%^&*+=?~" for sign in text)
    if hard and not signs:
        return False  # nobody says that somebody signs in: it may be a part of a site
    kinds = sum(any(map(test, text)) for test in (str.isupper, str.islower, str.isdigit))
    return "." not in text and kinds + signs >= 3 and _is_mixed(value)
