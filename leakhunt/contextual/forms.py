"""How a file holds what a line gave away, and whether the value is that of the name."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual import judge, within
from leakhunt.contextual.addresses import WEB
from leakhunt.contextual.covering import CODE
from leakhunt.contextual.logged import is_taken
from leakhunt.contextual.names import words
from leakhunt.contextual.shapes import OPTION
from leakhunt.contextual.values import FAIR, STRONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.contextual.candidates import Candidate
    from leakhunt.contextual.covering import Cover
    from leakhunt.contextual.names import Names
    from leakhunt.facts.model import Assignment

_PROGRAMS = CODE | {"bash", "powershell"}
_PLAIN = {"text", "prose"}
PROSE = {"markdown", "rst", "asciidoc", "prose", "html", "log"}
_SPOKEN = {"bash", "powershell", "ruby", "groovy"}
"""Languages whose commands take their arguments without parentheses."""
_BRACED = {
    *("c", "cpp", "csharp", "go", "groovy", "java", "javascript", "kotlin", "objc", "php", "rust"),
    *("scala", "swift", "tsx", "typescript"),
}
"""Languages in which a comment is told from what is not read: macros, tags, broken code."""
_PUT_IN = lazy.pattern(rb"(?:\$@?|@\$|\b[fs])[\"']{1,3}\Z")
"""A text begins into which values are put."""
_BLOCK = 4_000
"""Bytes before a value in which the comment opens that it stands in."""
_COMMENT = lazy.pattern(rb"[ \t]*(?:/?\*|[^\"'`\n]*//)")
_REMARK = lazy.pattern(
    rb"[ \t]*(?:(?:\*|#|--)[ ]|#(?=\w{1,40}[ ]?[:=]))|[^\"'`\n]*(?://|[ \t]#[ ]|/\*|<!--)[ ]"
)
_SIGNS_IN = lazy.pattern(rb"(?i)\b(?:user(?:name)?|login|account|admin|root)\b")
_TURNS = {
    *("call", "maybe", "turned", "instead", "several", "default", "pair", "account", "hashed"),
    *("pin", "lone", "member", "handed", "yields"),
}
"""Shapes that say more than a name and a sign do."""
_VARIABLE = lazy.pattern(rb"[A-Z][A-Z0-9_]{2,60}=")
_GIVES = {"=", ":=", "<-"}
_RUN = {"command", "login", "link", "dsn", "basic"}
_ACCOUNTS = lazy.pattern(
    r"(?i)user|account|login|credential|\bcreds?\b|auth|passw|member|people|(?-i:\bADMIN\Z)"
)
CRYPTO = lazy.pattern(
    rb"(?i)\b(?:aes|cipher|fernet|hmac|jwt|jws|encrypt|decrypt|symmetric|signing|secretbox|"
    rb"sha256)|crypt(?:o|er|ion)|SecurityKey|JsonWebToken"
)
"""What a file is about in which something is just called key."""
_KEPT = lazy.pattern(
    r"(?i)\b(?:aes|jwt|jws|hmac|api_?keys?)|crypt|cipher|sign(?:ing|er)|secret|api_?key"
)
"""Names around something that is just called key."""
_SYNTAX = lazy.pattern(
    rb"okeniz|[Ll]exer|[Ss]yntax|[Gg]rammar|\bAST\b|J[Ss][Oo][Nn](?:Reader|Parser|Token)|"
    rb"\b[Pp]arsing\b|"
    rb"[aA]utocomplet|[nN]ext_?[tT]oken|[pP]arse_?[tT]oken|\.tokens\b|"
    # of OAuth a token has a type as well, RFC 6749
    rb"[tT]oken_?[tT]ype(?![\"'\]]{0,2}(?:[ ]?:[ ]?[Ss]tring)?[ ]?[:=]>?[ ]?[\"'](?i:bearer|"
    rb"basic|jwt|mac))|"
    # what is read so is data: of arguments, addresses, numbers
    rb"(?<!be )(?<!JSON\.)(?<!Date\.)(?<!url\.)(?<!Utf8\.)(?<!urllib\.)[Pp]arse[rd]?\b"
    rb"(?<!argparse)(?<!arg_parser)(?!\.add_(?:argument|option)|_args)"
)
"""What a file is about in which a token is a word."""
_AUTH = lazy.pattern(rb"(?i)\b(?:bearer|oauth2?|jwt|authorization|client_?secret)\b")
"""What a file is about in which a token is one with which somebody signs in."""
_VECTORS = lazy.pattern(rb"(?i)test[ _-]?vector|self[ _-]?test|\bNIST\b|\bFIPS[ -]?\d|known.answer")
_PRINTS = lazy.pattern(rb"(?i)(?:echo|print)\b")
_HEADERS = lazy.pattern(rb"(?i)\bheader\(\s{0,8}[\"']|\becho \$this->element\(")
"""A script of PHP that sends headers, or is put together of elements, answers a browser."""
_ABOUT = 500_000
"""Bytes of a file that show what it is about."""
_ARGUMENT = lazy.pattern(rb"[(,]\s*\w+ ?= ?\Z")
"""What stands before the value of an argument that has a name."""
_BEHIND = lazy.pattern(rb"[(,][ ]?[a-z]\w*(?:\.\w+)*,[ ]?[\"']\Z")
_POSTAL = lazy.pattern(rb"(?i)(?<![a-z])(?:city|district|country|street|village|address_?line)")
"""What stands in addresses beside a PIN code, as India calls it."""
_TYPED = lazy.pattern(rb"\w[ ]?:[ ]?(?P<type>\w{1,40})[ ]{0,2}=[ ]{0,2}[\"'`]\Z")
"""A type, between a name and its value."""
PASSED = 160
"""Bytes before a value in which its name and what is before that stand."""
_GIVEN = lazy.pattern(r"(?i)\b_?(?:post|get|request|req|params?|body|form|input|args?|query)\b")
"""Where a program keeps what people entered."""
_SHOWING = {
    *("icon", "icons", "label", "labels", "title", "titles", "caption", "captions", "message"),
    *("messages", "error", "errors", "tooltip", "tooltips", "hint", "hints", "placeholder"),
    *("placeholders", "description", "descriptions", "translation", "translations", "class"),
    *("classes", "style", "styles", "color", "colors", "colour", "colours", "selector"),
    *("selectors", "route", "routes", "column", "columns", "cols", "alias", "aliases", "glyphs"),
    *("validators", "rules", "formats", "mapping", "mappings", "renames", "permissions", "scopes"),
}
"""Last words of the names of what says how things look, or what they are called elsewhere."""


class Forms:
    """Tells it for one file.

    Args:
        names: tells which names are those of secrets.
        keys: the numbers of the signatures of keys.
        data: the text of the file.
    """

    def __init__(self, names: Names, keys: set[int], data: bytes) -> None:
        self._names = names
        self._keys = keys
        self._data = data
        self._top = data[:_ABOUT]

    # What a file is about is asked of few candidates, and takes longer than all the rest.

    @functools.cached_property
    def _crypto(self) -> bool:
        return CRYPTO.search(self._top) is not None

    @functools.cached_property
    def _syntax(self) -> bool:
        return _SYNTAX.search(self._top) is not None and _AUTH.search(self._top) is None

    @functools.cached_property
    def _vectors(self) -> bool:
        return _VECTORS.search(self._top) is not None

    @functools.cached_property
    def _answers(self) -> bool:
        return _HEADERS.search(self._top) is not None

    def form(
        self, candidate: Candidate, cover: Cover | None, at: tuple[int, int], language: str
    ) -> str | None:
        """Return how the file holds a candidate, or None if the value is not that of the name.

        Args:
            candidate: what a line gave away.
            cover: the literal around it, if there is one.
            at: where it stands in the part of the file that was read.
            language: of the file.
        """
        kind, code = candidate.kind, language in CODE
        if kind == "logged":
            if language == "bash" and is_taken(self._data, candidate.start):
                return None  # nobody sees it
            if language == "php" and _PRINTS.match(self._data, candidate.start) and self._answers:
                return None
            parsing = candidate.sign.lower().endswith(("token", "tokens")) and self._syntax
            return "argument" if language in _PROGRAMS and not parsing else None
        if kind == "directive":
            return None if code or language in PROSE else "setting"
        if language == "bash" and self._data[candidate.start - 1 : candidate.start] == b"`":
            return None  # a command, of which the output is the value
        if candidate.signature in self._keys and self._vectors:
            return None
        if kind == "bytes":
            return "assignment" if code else None
        weak = candidate.strength < FAIR
        if language == "html" and kind == "bare" and weak and candidate.sign.strip() == ":":
            return None  # a script, in which it is a name
        if kind in _TURNS:
            return self._turned(candidate, cover, language)
        if kind == "told":
            return _heard(candidate, cover, code)
        if kind == "dsn" and weak and cover is None and self._is_argument(candidate.start):
            return None
        if kind in _RUN:
            held = cover is not None or self._is_in_text(candidate, language)
            return _of_run(candidate, language, held=held)
        if kind == "paired":
            return self._paired(candidate, cover, language)
        bare = cover is None and kind == "bare" and not weak
        if bare and language == "php" and self._is_page(candidate.start):
            return ""
        if cover is None:
            return self._bare(candidate, language, code=code)
        if any(fact.value.kind == "encrypted" for fact in cover.facts):
            return None
        if cover.start < at[0] - 1 or cover.end > at[1] + 1:
            if kind == "sql":
                return "argument"
            loose = judge.is_loose(candidate.sign)
            if not loose and _VARIABLE.fullmatch(self._data, *_before(candidate, cover, at)):
                return "argument"  # all of the text is a name and its value: "DB_PASSWORD=..."
            return None if loose and candidate.strength < STRONG else "embedded"
        if (code and kind in {"bare", "dotted"}) or (kind == "bare" and language == "powershell"):
            return None
        return self._covered(candidate, cover, language)

    def _bare(self, candidate: Candidate, language: str, *, code: bool) -> str | None:
        """Return it for what no literal is around."""
        before = max(0, candidate.start - 4), candidate.start
        value = self._data[candidate.start : candidate.end]
        if code and b"{" in value and _PUT_IN.search(self._data, *before):
            return None
        loose = candidate.sign.strip() == "," and candidate.strength < STRONG
        if loose and within.is_enumerated(self._data, candidate.start, candidate.end):
            return None
        drawn = candidate.strength == STRONG
        if code and candidate.kind == "bare" and (drawn or candidate.look == "mixed"):
            return self._remarked(candidate, language)
        form = _uncovered(candidate, code)
        if form != "inside":
            return form
        if candidate.kind == "option" and self._is_in_text(candidate, language):
            return "embedded"
        told = candidate.kind in {"apart", "quoted"} and not judge.is_loose(candidate.sign)
        return "argument" if told and self._is_unread(candidate, language) else form

    def _is_unread(self, candidate: Candidate, language: str) -> bool:
        """Say whether it stands in a macro, a tag or broken code, and in no comment."""
        if language not in _BRACED:
            return False
        at = candidate.start
        first = self._data.rfind(b"\n", 0, at) + 1
        if _COMMENT.match(self._data, first, at):
            return False
        if language == "php" and self._is_page(at):
            return False
        return not self._is_in_block(at, language)

    def _is_in_text(self, candidate: Candidate, language: str) -> bool:
        """Say whether it stands in a text of what is not read as code: sh "ship --password ..."."""
        first = self._data.rfind(b"\n", 0, candidate.start) + 1
        before = self._data[max(first, candidate.start - PASSED) : candidate.start]
        quoted = any(before.count(quote) % 2 for quote in (b'"', b"'", b"`"))
        return quoted and self._is_unread(candidate, language)

    def _is_in_block(self, at: int, language: str) -> bool:
        """Say whether it stands in a comment of several lines."""
        low = max(0, at - _BLOCK)
        opens = self._data.rfind(b"/*", low, at) if language in _BRACED else -1
        return opens > self._data.rfind(b"*/", low, at)

    def _remarked(self, candidate: Candidate, language: str) -> str | None:
        """Return it for what a comment tells: with what a user signs in, if it names one."""
        first = self._data.rfind(b"\n", max(0, candidate.start - PASSED), candidate.start) + 1
        block = candidate.strength == STRONG and self._is_in_block(candidate.start, language)
        if not block and not _REMARK.match(self._data, first, candidate.start):
            return None
        named = _SIGNS_IN.search(self._data, first, candidate.start)
        return "argument" if named else "inside"

    def _is_next(self, candidate: Candidate) -> bool:
        """Say whether it is the argument behind a variable: `client(cred, "eu-central")`."""
        if candidate.sign.strip() != "," or candidate.strength == STRONG:
            return False
        low = max(0, candidate.start - PASSED)
        return _BEHIND.search(self._data, low, candidate.start) is not None

    def _is_type(self, facts: Sequence[Assignment], at: int) -> bool:
        """Say whether what is read as the name of a value is its type."""
        before = _TYPED.search(self._data, max(0, at - PASSED), at)
        return before is not None and any(
            fact.path[-1:] and fact.path[-1].encode() == before["type"] for fact in facts
        )

    def _is_page(self, at: int) -> bool:
        """Say whether what stands there in PHP is text of a page."""
        return self._data.rfind(b"<?", 0, at) <= self._data.rfind(b"?>", 0, at)

    def _is_argument(self, at: int) -> bool:
        """Say whether a variable is passed on there: `connect(user=user, password=password)`."""
        return _ARGUMENT.search(self._data, max(0, at - PASSED), at) is not None

    def _turned(self, candidate: Candidate, cover: Cover | None, language: str) -> str | None:
        """Return it for what more than a name and a sign gives away."""
        if cover and any(fact.value.kind == "encrypted" for fact in cover.facts):
            return None
        paths = [" ".join(fact.path) for fact in cover.facts] if cover else []
        if candidate.kind == "account" and not any(map(_ACCOUNTS.search, paths)):
            return None
        low, high = max(0, candidate.start - PASSED), candidate.start + PASSED
        if candidate.kind == "pin" and _POSTAL.search(self._data, low, high):
            return None
        if candidate.kind == "lone" and not (
            (language in CODE and (self._crypto or "byte" in candidate.sign))
            or any(map(_KEPT.search, paths))
        ):
            return None
        if language in CODE and not cover:
            # Of what stands in a macro or a statement nothing is read; these say enough.
            said = candidate.kind == "member" or candidate.sign == " "
            return "argument" if said or self._is_unread(candidate, language) else "inside"
        return "comparison" if candidate.sign == "==" else "argument"

    def _paired(self, candidate: Candidate, cover: Cover | None, language: str) -> str | None:
        """Return it for a value in the line below its name."""
        code = language in CODE
        if candidate.sign == "return":
            returned = cover is not None and any(fact.form == "return" for fact in cover.facts)
            last = cover is None and language in {"ruby", "elixir", "scala", "rust"}
            return "argument" if returned or last else None
        if candidate.sign == "?":
            return None if code else ""
        if cover is None:
            return "" if language in _PLAIN and candidate.strength >= FAIR else None
        if any(fact.value.kind == "encrypted" for fact in cover.facts):
            return None
        if candidate.sign == "#":
            # The value has a name of its own: only what is surely one is that of the comment.
            return "argument" if candidate.strength == STRONG or not code else None
        if candidate.sign == ":" and candidate.strength >= FAIR and _is_told_apart(cover):
            return "pair"
        return self._covered(candidate, cover, "")

    def _covered(self, candidate: Candidate, cover: Cover, language: str) -> str | None:
        """Return it for what is a literal of its own."""
        if candidate.kind == "apart" and ("alue" in candidate.sign or "efault" in candidate.sign):
            return "argument"  # of another attribute than the one that names it
        own = [fact for fact in cover.facts if fact.value.start == cover.start]
        for fact in own:
            if self._names.of_path(fact.path):
                if fact.form == "pair" and candidate.strength < STRONG and _is_of_show(fact.path):
                    return None
                given = fact.form == "comparison" and _GIVEN.search(" ".join(fact.path))
                return "argument" if given else fact.form
        if candidate.sign == OPTION:
            return "option"
        if candidate.strength == STRONG and any(fact.form == "comparison" for fact in own):
            # What is looked up by its name is compared: header.Get("X-Token") != "..."
            sent = any(_GIVEN.search(" ".join(fact.path)) for fact in own)
            return "argument" if sent else "comparison"
        if self._is_next(candidate):
            return None
        apart = candidate.sign.strip() == ","
        if not apart and not within.is_value(candidate.strength, cover, self._names):
            return None
        if language == "bash" and not candidate.sign.strip() and candidate.look != "random":
            said = self._data[candidate.start : candidate.end]
            if b" " in said:
                return None  # what a function says: log_pass "Sending it"
        if candidate.sign.strip() in {"(", ""}:
            return "argument" if candidate.setter or language in _SPOKEN else None
        around = [fact for fact in cover.facts if fact.value.start != cover.start]
        if judge.is_loose(candidate.sign):
            # The default of what is not set belongs to its name; the next of a list does not.
            if any(fact.value.kind in {"call", "choice"} for fact in around):
                return "argument" if candidate.strength >= FAIR else None
            return "inside" if candidate.strength >= FAIR and not cover.facts else None
        if around:
            return around[0].form
        if own and language == "text" and candidate.sign.strip() in _GIVES:
            return ""  # a sign in the name led astray: g:password = "..."
        if own and candidate.sign.strip() in _GIVES and self._is_type(own, candidate.start):
            return "assignment"  # where a field stands in no class: apiToken: string = "..."
        return None if own else "argument"


def _is_told_apart(cover: Cover) -> bool:
    """Say whether a literal is the value of what the line above names: `'value' => '...'`."""
    own = (fact.path for fact in cover.facts if fact.value.start == cover.start and fact.path)
    return any(path[-1].lower() == "value" for path in own)


def _is_of_show(path: Sequence[str]) -> bool:
    """Say whether a value is in what says how each thing looks or is called: `icons.password`."""
    return len(path) > 1 and not _SHOWING.isdisjoint(words(path[-2])[-1:])


def _before(candidate: Candidate, cover: Cover, at: tuple[int, int]) -> tuple[int, int]:
    """Where in the file the part of a literal is that stands before a value at its end."""
    first = candidate.start - (at[0] - cover.start)
    return first, candidate.start if cover.end <= at[1] + 1 else first


def _of_run(candidate: Candidate, language: str, *, held: bool) -> str | None:
    """Return it for what a command or an address holds, `held` by a text."""
    if candidate.kind == "login" and candidate.sign == WEB:
        shows = language in CODE or language in PROSE - {"log", "prose"}
        return None if shows else "setting"
    return "option" if held or language not in CODE else "inside"


def _heard(candidate: Candidate, cover: Cover | None, code: bool) -> str | None:
    """Return it for what is told in a sentence: in prose, in a comment, in a message."""
    if cover is None:
        return "inside" if code else ""
    if candidate.strength < FAIR or any(fact.value.kind == "encrypted" for fact in cover.facts):
        return None
    return "embedded"


def _uncovered(candidate: Candidate, code: bool) -> str | None:
    loose = judge.is_loose(candidate.sign)
    if candidate.kind == "dotted":
        return None
    if code and (candidate.kind == "bare" or (loose and candidate.strength < STRONG)):
        return None
    if code:
        return "inside"
    return None if loose and candidate.strength < FAIR else ""
