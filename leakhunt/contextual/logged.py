"""Log and print calls that are handed a variable with the name of a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual.gates import LOGGING

if TYPE_CHECKING:
    from leakhunt.contextual.names import Names

_CALL = lazy.pattern(rf"(?i)(?:{LOGGING})(?P<opens>[!(\s])".encode())
LEAST = (f"(?:{LOGGING})[!(\\s]".encode(),)
"""What a line has at least, without regard to case, see `sieve`."""
_COMMENT = lazy.pattern(rb"\s*(?://|#(?!\{)|\*|--\s|/\*|<!--|;|%|\"\"\")")
_BEHIND = lazy.pattern(rb"(?:\A|[\s;})])(?://|#)\s")
"""A comment that begins behind code."""
_QUOTED = lazy.pattern(
    rb"[fsrub$@]{0,2}\"(?:\\.|[^\"\\\n])*\"|[fsrub$@]{0,2}'(?:\\.|[^'\\\n])*'|"
    rb"`(?:\\.|[^`\\\n])*`|\xe2\x80[\x98\x9c](?:(?!\xe2\x80[\x99\x9d])[^\n])*\xe2\x80[\x99\x9d]"
)
_HOLE = lazy.pattern(
    rb"(?<!\\)(?:[$#]?\{([^{}\"']{1,60})\}|[$\\]\(([^()]{1,60})\)|(?<!`)\$(\w[\w>-]{1,40}))"
)
_NAME = lazy.pattern(rb"[A-Za-z_$@:][\w$]*(?:(?:\.|->|::|\[[:'\"]?)[\w$]+['\"]?\]?)*")
_WRAPPED = lazy.pattern(
    rb"(?i)(?:len|bool(?:ean)?|type|typeof|size|count|mask\w*|redact\w*|hash\w*|sha\d*|md5|isset|empty|"
    rb"is_\w+|has_?\w*|defined|sanitize\w*|obfuscate\w*|truncate|hide\w*|scrub\w*|filter\w*|strlen|"
    rb"encrypt\w*|!|not|if|unless|while|\?)[\s(]*\Z|"
    rb"(?:extract|valid(?:ate)?|verify|check|compare|find|parse)\w*\(\s*\Z|Object\.keys\(\Z|"
    rb"\w{2,}_?(?:expir\w*|claims?|subject|issuer|user|username|email|id|type|length)"
    rb"(?:_?(?:from|of|in|by)_?\w*)?\(\s*\Z|"
    rb"(?i:hash\w*|sha\d*|md5|hmac\w*|strlen|password_hash)\([^()]{0,60},\s?\Z|\A#\Z"
)
_AFTER = lazy.pattern(
    rb":(?=[\s\w,})]|\Z)(?!:)|\s*(?:\(|\[|&?\.(?:length|size|len|type|kind|name|id|count|present|blank|empty|is|has)|"
    rb"[!=]=|\?|"
    rb"is\b|!==|&&|<(?!<)|>|\.\w+\(|(?:if|else|unless)\b|"
    rb"(?:length|hash|substring\w+|has(?:Pre|Suf)fix|isEqual\w*)[:\]])"
)
"""What follows a name where not its value is shown; in Objective-C: `[token length]`."""
_PIPED = lazy.pattern(rb"[\"'\w}] ?(?:\|(?!\|)|<<<|>>? ?[\w./$\"~-])|//\s")
"""The output goes elsewhere; or a comment begins."""
_CUT = lazy.pattern(rb"\[:\d{1,2}\]\Z")
"""Of a value only its beginning is shown, so that it can be told from others: `token[:8]`."""
_LONGEST = 200
_GETTER = lazy.pattern(rb"(?<![a-z])get_?(?=[A-Z_])(?=\w+\Z)", re.IGNORECASE)
_CONSTANT = lazy.pattern(rb"\bR\.string\.|(?i:headers?)\.[A-Z_]+\Z")
"""A text of an Android app; the name of a header."""
_STREAM = lazy.pattern(rb"(?i)(?<!stdout)(?<!stderr)(?<!kernel)(?<!out)(?<!err)\.\Z")
_PUTS = lazy.pattern(rb"(?:puts|printf?)\b")
"""What writes into a file: f.puts."""
_HANDLE = lazy.pattern(
    rb"(?:print|printf|say)[ ]+(?:\{[ ]?\$(?!std)\w+[ ]?\}|\$(?!std)\w+|(?!STD)[A-Z]{2,20})"
    rb"[ ]+[\"'$@]"
)
"""What Perl writes to a file or a socket: print $socket "..."."""
_CALLED = lazy.pattern(rb"\(\)")
_MEASURED = lazy.pattern(
    rb"\(\)(?:\.\w+\(\))*\.(?:length|size|isEmpty|hashCode|isBlank|count|getClass)\b"
)
_LOOKED_UP = lazy.pattern(
    rb"(?:environ(?:\.get)?|getenv|ENV(?:\.fetch)?|process\.env|Getenv|get_env|\w*headers)"
    rb"[\[(]\s?[\"'](\w[\w-]{1,60})[\"']"
)
"""What is looked up by a name in quotes."""
_MODEST = lazy.pattern(rb"(?i)debug|warn|say|logger")
"""Words that a sentence has, too."""
_MORE = lazy.pattern(r"(?i)(?:.*[._>])?(?:session|encryption)_?key")
"""Keys that are called like what is none when they are given a text."""
_NO_LOG = lazy.pattern(
    rb"(?i:write-(?:only|once|back|through|protect\w*))\b|"
    rb"console\.(?!(?:log|error|warn|info|debug|trace|dir|table|group|assert)\b)|printf[ ]+-v[ ]|"
    rb"log(?:ger)?\.New[A-Z]"
)
"""A file, a method of something else, what makes a log; in a shell what sets a variable."""
_HANDED_ON = lazy.pattern(
    rb"::add-mask::|##vso\[task\.setvariable |"
    rb"(?i:[(\s\"'](?:masked|redacted|obfuscated)[)\s:\"'])"
)
"""What is said to be hidden; what hides a value in the log of a pipeline, or hands it on."""
_PAGE = lazy.pattern(rb"<\?(?:php)?\s{0,4}\Z")
"""What follows is written into a page, which no log is."""
_ANSWER = lazy.pattern(rb"(?:echo|print)[ (]{1,2}json_encode\(")
"""How PHP answers the client."""
_TAKEN = lazy.pattern(
    rb"(?:echo[ ]+-\w*n\w*|printf[ ]+[\"']?%s[\"']?)[ ]+(?P<q>\"?)\$\{?\w+\}?(?P=q)(?:[\s;]|\Z)|"
    rb"(?i:write-output)[ ]+\$[\w.]+[ \t;}\r]*\Z|echo[ ]+[\"']export[ ]\w+="
)
"""Nothing but a value, without an end of line; what a function of PowerShell returns; what is
written to be run. Another program takes it."""
_PROGRAM = lazy.pattern(
    rb"\b[gm]?awk\b[^\n]{0,40}'|\bwrite(?:ln)?\([\"']\Z|credential\.[^\n]{1,80}\bhelper\b"
)
"""A program in another language begins, or code that is written into a file; or a program that is
asked by git what to sign in with."""
_NAMED = lazy.pattern(
    rb"(?i)(?<![a-z])(?:(?:(?:file|path|folder|directory)|(?P<what>secret))[ :]{1,2}\\?[\"']\\?|"
    rb"(?:file(?:name)?|path|folder|dir(?:ectory)?|name)=|"
    rb"(?:missing|no such|undefined|unset)(?:[ ](?!with|because)[a-z]+){1,4}[ :=]{1,2}[\"']?)\Z"
)
"""Behind these stands what something is called, in quotes: "skipping secret '$secret'"; what it is
in: "file=$secret"; or what there is none of: "missing secret: $secret"."""
_LACKING = lazy.pattern(
    rb"(?i)\\?[\"'][ ](?:(?:does|do|did|is|was|could|can)(?:[ ]not|n't)[ ](?:be[ ])?"
    rb"(?:exist|found|known|defined|available|recogni[sz]ed)|"
    rb"(?:not[ ]found|missing|already[ ]exists|exists)\b)"
)
"""What has a name, in quotes, exists or not: "Credential '$it' does not exist"."""
_STATE = lazy.pattern(
    rb"(?i)(?::|[ ]is|[ ]=)?[ ]\(?(?:missing|loaded|not[ ](?:set|found|configured|defined|loaded|"
    rb"present|required)|(?:is[ ])?(?:un)?(?:set|configured|defined)|present|exists|found|required|"
    rb"optional|ok|generated)\b"
)
"""What is said of one of several that are called secret: `${secret}: not set`."""
_ONE = {b"secret", b"secrets"}
_WHETHER = lazy.pattern(rb"\$\(if[ ]?\([ ]?(?:-not[ ]|!)?\Z")
"""PowerShell: whether there is one, `$(if ($token) { 'set' })`."""
_ASKED = lazy.pattern(
    r"(?:\A|[._>])(?:is|has|supports?|needs?|should|can|requires?|missing|valid|invalid|num|count|"
    r"total|max|min)(?:_(?=\w)|(?=[A-Z]))"
)
"""How the name of an answer, or of a number, begins: `supports_auth_plain`, `hasToken`."""
_OF_FILE = lazy.pattern(
    rb"(?i)\b(?:load|read|us|open|pars|import|writ|sav|stor|copy|cop|add|check|look|find)"
    rb"(?:e|es|s|ing|ed|ied|ten)?\b[^\n\"']{0,40}\bkey\b|"
    rb"\bkey\b[^\n\"']{0,24}\b(?:file|path|from|found|exists?|missing|written|saved|stored)\b"
)
"""What is said of a file in which a private key is, by whose path it is called."""
_SIGILS = {b'"', b"'", b"$", b"@"}
_FOLDER = {"PWD", "OLDPWD", "pwd", "Dir.pwd", "Pathname.pwd", "FileUtils.pwd"}
"""Where a shell or a program is, what else they may mean elsewhere."""


_RETURNED = lazy.pattern(
    rb"(?:echo|printf)[ ]+(?:-[ne]+[ ]+|[\"']%s(?:\\n)?[\"'][ ]+)?(?P<q>\"?)"
    rb"(?:[A-Z][\w-]{2,24}: (?:\w{3,8} )?)?\$\{?\w+\}?(?:[,: ]\$\{?\w+\}?)*+(?P=q)"
    rb"[\s;]*+(?:return\b[^\n]*+\s*+)?\}"
)
"""Nothing but a variable, or a header with one, is printed, and the function ends."""
_CLOSES = lazy.pattern(
    rb"(?m)^(?P<indent>[ \t]*)(?P<end>\}|\)|done\b)[ \t]*"
    rb"(?P<away>1?>>?[ ]?(?!&|/dev/(?:stdout|stderr|tty))|\|[ ]?(?!\||tee\b))?"
)
"""The end of a group of commands or of a function, and where to what they print goes."""
_FUNCTION = lazy.pattern(rb"(?m)^[ \t]*(?:function[ ])?(?P<name>[A-Za-z_][\w-]*)[ ]?(?:\(\))?\s?\{")
_GROUP = 4_000
"""Bytes of a group or a function behind a command in it, at most, and before it."""


_VAGUE = {"key", "seed", "seeds"}
"""Names that say too little of what is logged: the seed of a run is to be known."""


class Logged(NamedTuple):
    """A call that gives a secret away to whoever reads the log. Offsets are bytes of the line."""

    start: int
    end: int
    name: str


def logged(line: bytes, names: Names) -> Logged | None:
    """Return the call in a line that logs a secret, or None.

    Args:
        line: a line.
        names: tells which names are those of secrets.
    """
    call = _CALL.search(line)
    if call is None or _COMMENT.match(line) or _BEHIND.search(line, 0, call.start()):
        return None
    if _MODEST.fullmatch(line, call.start(), call.start("opens")) and (
        call["opens"] != b"(" and line[call.end() : call.end() + 1] not in _SIGILS
    ):
        return None
    if line[call.start() - 1 : call.start()] == b"`" or _HANDED_ON.search(line):
        return None  # what it prints is taken, or hidden from there on
    if _ANSWER.match(line, call.start()) or _TAKEN.match(line, call.start()):
        return None
    if _PROGRAM.search(line, 0, call.start()):
        return None
    if _PAGE.search(line, 0, call.start()) or _is_said(line, call):
        return None
    if _STREAM.search(line, max(0, call.start() - 40), call.start()) and _PUTS.match(
        line, call.start()
    ):
        return None
    if _HANDLE.match(line, call.start()):
        return None
    if _NO_LOG.match(line, call.start()) or line.endswith(b"<(", 0, call.start()):
        return None
    end = _end(line, call.end()) if call["opens"] == b"(" else len(line)
    if b"|" in line[end:] or _PIPED.search(line, call.end()):
        return None  # handed to another program
    if line[end - 1 : end + 1] == b")." and b"(" in line[end:]:
        end = len(line)  # log.Info().Str("token", token)
    end = min(end, call.start() + _LONGEST)
    macro = call["opens"] == b"!" or line[call.start("opens") - 1 : call.start("opens")] == b"!"
    named = line[call.start() : call.start("opens")].lower() == b"echo"
    for name in _references(line, call.end(), end, macro, sigils=named):
        if _ASKED.search(name):
            continue
        found = None if name in _FOLDER else names.look_up(name)
        if found is not None and found.word == "private key" and _OF_FILE.search(line, call.end()):
            continue
        if (found is not None and found.sure and found.word not in _VAGUE) or _MORE.fullmatch(name):
            return Logged(call.start(), end, name)
    return None


def is_taken(data: bytes, start: int) -> bool:
    """Say whether a file or a program takes what a command of a shell prints, by its group.

    Args:
        data: the script.
        start: where the command begins, in bytes.
    """
    if _RETURNED.match(data, start):
        return True  # a function gives back what it prints
    indent = start - data.rfind(b"\n", 0, start) - 1
    for closing in _CLOSES.finditer(data, start, start + _GROUP):
        if len(closing["indent"]) >= indent:
            continue  # of a group beside the command
        if closing["away"]:
            return True
        indent = len(closing["indent"])
        if not indent:
            return closing["end"] == b"}" and _is_asked(data, start)
    return False


def _is_asked(data: bytes, start: int) -> bool:
    """Say whether what the function around a place prints is taken where it is called."""
    functions = list(_FUNCTION.finditer(data, max(0, start - _GROUP), start))
    if not functions:
        return False
    name = re.escape(functions[-1]["name"])
    asked = rb"(?:\$\([ ]?|`)%b\b|(?m:^)[ \t]*%b[^\n|]*\|[ ]?(?!\|)" % (name, name)
    return re.search(asked, data) is not None


def _is_said(line: bytes, call: re.Match[bytes]) -> bool:
    """Say whether a text merely speaks of it: "I will print tokens"."""
    if call["opens"] == b"(" or line[call.end() : call.end() + 1] in _SIGILS:
        return False
    at = call.start()
    return line[at : at + 5].lower() == b"print" and any(
        quoted.start() < at < quoted.end() for quoted in _QUOTED.finditer(line)
    )


def _end(line: bytes, start: int) -> int:
    """Where the parenthesis closes that opens before an offset, quotes left aside."""
    depth, at = 1, start
    while at < len(line):
        if quoted := _QUOTED.match(line, at):
            at = quoted.end()
            continue
        depth += {40: 1, 41: -1}.get(line[at], 0)
        at += 1
        if not depth:
            return at
    return len(line)


def _references(line: bytes, start: int, end: int, macro: bool, *, sigils: bool) -> list[str]:
    """The names that are handed over: outside of quotes, and in the placeholders within them.

    With `sigils`, only what begins like a variable of a shell or of PHP; the rest are words.
    """
    found = [match[1].decode() for match in _LOOKED_UP.finditer(line, start, end)]
    outside = bytearray(line[start:end])
    for quoted in _QUOTED.finditer(line, start, end):
        outside[quoted.start() - start : quoted.end() - start] = b" " * len(quoted[0])
        formatted = (
            macro
            or b"$(" in quoted[0]
            or quoted[0][:1] in b"fFs$@`"
            or b"${" in quoted[0]
            or b"#{" in quoted[0]
            or b"\\(" in quoted[0]
        )
        for hole in _HOLE.finditer(quoted[0]):
            inner = next(filter(None, hole.groups()))
            if (called := _NAMED.search(quoted[0], 0, hole.start())) and (
                not called["what"] or inner.lower().endswith(b"secret")
            ):
                continue
            if _LACKING.match(quoted[0], hole.end()) or _WHETHER.search(quoted[0], 0, hole.start()):
                continue
            if inner in _ONE and _STATE.match(quoted[0], hole.end()):
                continue
            if formatted or (hole[3] and b'"' in quoted[0][:3]):
                found += _plain(inner)
    # A text may go on in the next line.
    rest, _, cut = bytes(outside).partition(b'"')[0].partition(b"`")
    found += _plain(rest, sigils=sigils)
    for hole in _HOLE.finditer(cut):  # of a text that is longer than what is read of a call
        found += _plain(next(filter(None, hole.groups())))
    return found


def _plain(text: bytes, *, sigils: bool = False) -> list[str]:
    found = []
    for match in _NAME.finditer(text):
        name = match[0]
        if sigils and not (name.startswith(b"$") or b"::" in name or b"->" in name):
            continue
        if _CONSTANT.search(name) or _CUT.search(name):
            continue
        apart = text[max(0, match.start() - 1) : match.start()] in {b"/", b"\\"}
        if apart or _WRAPPED.search(text, 0, match.start()):
            continue
        if _AFTER.match(text, match.end()):
            if _MEASURED.match(text, match.end()):
                continue  # getToken().length()
            if not (_CALLED.match(text, match.end()) and _GETTER.search(name)):
                continue
            name = _GETTER.sub(b"", name)  # user.getPassword()
        found.append(name.decode("utf-8", "replace").strip("$@:'\"]"))
    return found
