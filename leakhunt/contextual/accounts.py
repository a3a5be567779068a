"""Whether a word that anybody might use is the password of an account, by what stands around it.

`postgres` is a stand-in in most places. Beside the user and the host of a database it is the
password with which that database runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual import astray, commanded, owners, stand_ins, started
from leakhunt.contextual.judge import DOUBTED, STEP, USUAL
from leakhunt.contextual.owners import is_counted, is_named, is_of_account
from leakhunt.contextual.places import MESSAGE, kinds_at
from leakhunt.contextual.stated import KEPT
from leakhunt.contextual.values import WEAK
from leakhunt.contextual.written import is_beside_account, is_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakhunt.contextual.candidates import Candidate

_REACH = 480
"""Bytes before and behind, at most."""
_SHOWN = {"test", "docs", "sample", "ci"}
"""Files in which a varied `password` is found, too, with less weight."""
_STATED = {"assignment", "field", "pair", "argument", "setting", ""}
_APART = {"test", "locale", "schema", "made"}
_JOINTS = lazy.pattern(r"[-_]")
_SIGNS = lazy.pattern(r"(?i)jwt|session|cookie|oauth|hmac|token|(?:^|[^a-z])auth")
_SETTINGS = lazy.pattern(r"(?i)app_?settings")
"""What holds the secret of an application of .NET."""
_SIGNER_FILE = lazy.pattern(r"(?i)jwt|oauth|(?<![a-z])auth|token|session|security|credential")
"""The name of a file in which what is just called secret signs."""
_CLIENT = lazy.pattern(rb"(?i)(?:client|jwt|session|cookie)\w{0,24}[ ]{0,2}\(")
"""A call in the same line of which it is the secret."""
_PASSED = lazy.pattern(
    rb"[\"'](?!(?i:user(?:[_-]?name)?|name|e-?mail|login)[\"'])[\w.@+-]{2,60}[\"'],[ ]?[\"']?\Z"
)
"""The text before it in a call: a user."""
_SIGNS_IN = lazy.pattern(
    rb"(?i)(?:sign_?in|log_?in|authenticate)\w{0,24}(?:\.\w{1,24})?\((?:\{|\w{1,16}=)[^(){}\n]{0,80}"
    rb"(?:\r?\n[^(){}\n]{0,80}){0,3}\Z"
)
"""A call that signs in, up to what it is handed by a name."""
_CREATES = lazy.pattern(
    rb"(?i)(?:(?:create|add|register|insert|seed|make)_?(?:super|admin|staff)?_?(?:user|account|admin)|"
    rb"\buser(?:\.objects)?\.create)\w{0,24}!?\([^()\n]{0,100}(?:\r?\n[^()\n]{0,100}){0,3}\Z"
)
"""A call that makes an account, up to what it is handed by a name."""
_HERE = lazy.pattern(rb"(?i)localhost|host=my|127\.0\.0\.1|\(local")
"""The host of a database that nobody else reaches."""
_RULED = lazy.pattern(rb"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*\W).{10,40}")
"""What rules for passwords allow: an image starts with it as it stands."""
_ENOUGH = {("sambaNTPassword",), ("sambaLMPassword",)}
"""Hashes that are as good as the password: with them one signs in."""
_OWN_HOST = lazy.pattern(rb"(?i)\blocalhost\b|\b127\.\d+\.\d+\.\d+")
_FORM = lazy.pattern(rb"(?i)[\"'](?:user(?:[_-]?name)?|login)[\"'],[ ]?[\"']?\Z")
"""The names of what a call takes, where its values would be."""
_ALTERS = lazy.pattern(
    rb"(?i)\b(?:create|alter)[ ](?:user|role|login)[ ][^\n;]{1,80}password[ ]{0,2}=?[ ]{0,2}N?'\Z"
)
"""SQL: the password of a user."""
_PARSED = lazy.pattern(
    rb"(?i)(?:parse|loads?|decode|unmarshal|from_?(?:str|json)\w{0,8})"
    rb"\((?:\[\]byte\()?[br]?[\"'`]\{[^\n]{0,200}\Z"
)
"""A call that takes JSON, up to a value in it."""
_DIGEST = lazy.pattern(rb"(?i)(?:sha\d*|md5|hash\w*|digest|crypt\w*)[^\n]*\Z")
"""A name that says that its value is one."""
_DEMANDS = lazy.pattern(rb"(?i)change(?!d)|your|my[-_]password\Z")
"""What wants to be replaced, and often is not."""
_REMARK = lazy.pattern(rb"[ \t]*(?:[#;]|//|--(?![\w-])|<!--)")
_BACKED = 2
_CHARS = lazy.pattern(rb"[\"']\.(?:toCharArray|getBytes|as_bytes|encode)\b")
"""What makes a text what opens something."""
_IN_BLOCK = lazy.pattern(rb"[ \t|]*[A-Za-z][\w.-]{0,60}[\"']?[ \t]*[:=][ \t]*[\"']?")
_SHOWS = lazy.pattern(r"(?i)doc|example|usage|help|descr|sample|expect|test|mess|prompt|templ")
"""What a text is called that somebody is to read."""
_WORDS = {"word", "words"}
_FETCHED = lazy.pattern(rb"(?:^|[\s\"'{-])secretKey[\"']?:[ ]?[\"']?\Z")
_FROM = lazy.pattern(rb"[\"']?,?[ \t]*\r?\n[^\n]{0,60}remoteRef\b")
"""The lines of an ExternalSecret: the key of a secret, and what is fetched for it."""


def weigh(
    candidate: Candidate,
    data: bytes,
    kinds: frozenset[str],
    form: str,
    path: Sequence[str],
    *,
    code: bool,
    file: str = "",
) -> int:
    """Weigh a candidate again, now that its file is known.

    Args:
        candidate: what a line says.
        data: the text of the file.
        kinds: what the file is, see `places.kinds`.
        form: how the file holds it, see `judge.level`.
        path: the dotted name, as far as it is known.
        code: whether the file is code, in which a text has quotes.
        file: its path.

    Returns:
        The weight; 0 of a mere word.
    """
    settled = _settled(candidate, data, kinds, form, path, file)
    if settled is not None:
        return settled
    if candidate.look not in USUAL:
        plain = not code and candidate.look in _WORDS and astray.is_shown(data, candidate.start)
        raised = _raised(candidate, data, form, path, code=code)
        return candidate.weight + raised - (STEP if plain else 0)
    named, at = file.rpartition("/")[2], (candidate.start, candidate.end)
    kept = _is_login(candidate) or candidate.kind == "dsn" or started.is_set_for(data, at[0])
    stated = form in _STATED or kept or commanded.is_typed(candidate, data, form)
    if candidate.look == "nested" and not _signs(candidate, data, path, named, code=code):
        return 0
    value = data[slice(*at)]
    if candidate.look in {"careless", "nested"}:
        # What is called like what holds it is its name: `rls: { key: "rls" }`.
        member = code and form == "assignment"
        own = _is_name(value, path, member=member) or astray.is_shown(data, at[0])
        shown = not (kinds - _SHOWN if stand_ins.is_varied(value) else kinds)
        return candidate.weight if (stated or form == "parameter") and shown and not own else 0
    embedded = form == "embedded" and candidate.kind == "quoted" and not kinds & _APART
    if embedded and candidate.sign.strip() == "=" and is_beside_account(data, *at, quoted=code):
        return candidate.weight + _BACKED + 1
    backed = (
        (not code and (is_variable(data, *at) or is_of_account(path, value)))
        or (not code and file != "" and _is_run(candidate, data, named))
        or (_DEMANDS.match(value) is not None and started.starts(path, file, data, at[0]))
        or (code and is_named(candidate, data, path))
        or _is_backed(candidate, data, code=code)
    )
    backed = backed and (code or not _is_remarked(data, at[0]))
    if candidate.look == "default":
        if named == MESSAGE:
            return 0
        looked_up = candidate.kind == "apart" and "(" in candidate.sign  # get("password")
        if not backed or not stated or looked_up or kinds & _APART:
            return 0
        demands = None if _is_read(candidate, data) else _DEMANDS.match(value)
        used = started.starts(path, file, data, at[0]) or started.opens_keys(data, at[0])
        yours = demands and demands[0].lower() == b"your" and not _RULED.fullmatch(value)
        if demands and (yours or not used):
            return candidate.weight
        if candidate.kind == "call" and _FORM.search(data, max(0, at[0] - 80), at[0]):
            return 0
    return candidate.weight + _BACKED if backed else candidate.weight


def _is_name(value: bytes, path: Sequence[str], *, member: bool) -> bool:
    """Say whether a value is called like what holds it, or is that of a member of a class."""
    said = value.decode("utf-8", "replace")
    return said in path[:-1] or (member and len(path) > 1 and said == path[-1].lower())


def _is_read(candidate: Candidate, data: bytes) -> bool:
    """Say whether a text is made characters or bytes at once, and so is what opens something."""
    return candidate.sign == "bytes" or _CHARS.match(data, candidate.end) is not None


def _is_remarked(data: bytes, start: int) -> bool:
    """Say whether it stands in a comment of settings: what to write there, and not what is used."""
    return _REMARK.match(data, data.rfind(b"\n", max(0, start - _REACH), start) + 1) is not None


def _settled(
    candidate: Candidate,
    data: bytes,
    kinds: frozenset[str],
    form: str,
    path: Sequence[str],
    file: str,
) -> int | None:
    """Return the weight if no more than its place decides, or None."""
    start, end = candidate.start, candidate.end
    if _FETCHED.search(data, max(0, start - 80), start) and (
        _FROM.match(data, end, end + _REACH) or b"remoteRef" in data[max(0, start - 240) : start]
    ):
        return 0  # where an operator puts what it fetches
    local = candidate.kind == "login" and candidate.sign == "local"
    named = file.rpartition("/")[2]
    if local and (started.is_settings(named) or started.starts(path, file, data, start)):
        return max(candidate.weight + _BACKED, DOUBTED + 1)
    if local and started.is_environment(named):
        return candidate.weight + _BACKED  # an application connects with it as it stands
    run = form == "option" and not kinds & _APART and not _is_remarked(data, start)
    if run and candidate.look == "default" and commanded.is_changed(path, data[start:end]):
        return candidate.weight + _BACKED
    if candidate.look == started.LOOK and candidate.kind in {"sql", "directive"}:
        return candidate.weight  # who runs this makes it the password
    if candidate.look == started.LOOK:
        runs = form in _STATED or candidate.kind == "command"
        return candidate.weight if runs and started.starts(path, file, data, start) else 0
    return None


def _is_run(candidate: Candidate, data: bytes, file: str) -> bool:
    """Say whether it is of a command that runs: a message shows what somebody tried at home."""
    if candidate.kind != "command":
        return False
    if file != MESSAGE:
        return True
    first = data.rfind(b"\n", max(0, candidate.start - _REACH), candidate.start) + 1
    return _OWN_HOST.search(data, first, candidate.start) is None


def _raised(
    candidate: Candidate,
    data: bytes,
    form: str,
    path: Sequence[str],
    *,
    code: bool,
) -> int:
    """Return how much surer a value is because what stands around it says whose it is."""
    at = candidate.start, candidate.end
    if candidate.look == "hash":
        # A machine made it, and nothing else is kept under such a name: no digest of it.
        owned = (
            path[-1:] in _ENOUGH
            or candidate.sign == KEPT
            or is_variable(data, *at)
            or is_of_account(path, data[slice(*at)])
            or any(map(owners.PEOPLE.search, path[:-1]))
        )
        digest = _DIGEST.search(data, max(0, at[0] - 80), at[0])
        return _BACKED if owned and form in _STATED and not digest else 0
    if form not in {"embedded", "comparison"} or candidate.strength > WEAK:
        return 0
    if (
        form == "comparison"
        and candidate.look == "words"
        and path
        and owners.PASSWORD.search(path[-1])
    ):
        return 1  # nothing but a password is compared with: password == "rusty-nail"
    if form == "embedded" and _PARSED.search(data, max(0, at[0] - 240), at[0]):
        return 1  # settings, which code holds as a text
    quoted = code and not (form == "embedded" and _is_in_block(data, at[0], path))
    return 1 if is_variable(data, *at) or is_beside_account(data, *at, quoted=quoted) else 0


def _is_in_block(data: bytes, start: int, path: Sequence[str]) -> bool:
    """Say whether it is a setting of several that code holds as one text, and shows nobody."""
    if not path or any(map(_SHOWS.search, path)):
        return False
    first = data.rfind(b"\n", max(0, start - _REACH), start) + 1
    return _IN_BLOCK.fullmatch(data, first, start) is not None


def telling(
    candidates: Iterable[Candidate], data: bytes, about: frozenset[str], *, code: bool
) -> Iterator[Candidate]:
    """Leave out what nothing comes of: for that a file need not be parsed.

    Args:
        candidates: what lines say.
        data: the text of the file.
        about: what the file is.
        code: whether it is code.
    """
    for item in candidates:
        if not is_nothing(item, data, about, code=code):
            yield item


def is_nothing(candidate: Candidate, data: bytes, kinds: frozenset[str], *, code: bool) -> bool:
    """Say whether nothing comes of a candidate however its file holds it, see `weigh`.

    Args:
        candidate: what a line says.
        data: the text of the file.
        kinds: what the file is.
        code: whether the file is code.
    """
    if "docs" in kinds:
        return False
    kinds = kinds_at(kinds, data, candidate.start)
    if candidate.look == started.LOOK:
        return code
    if candidate.look in {"careless", "nested"}:
        varied = stand_ins.is_varied(data[candidate.start : candidate.end])
        return bool(kinds - _SHOWN if varied else kinds)
    if candidate.look != "default":
        return False
    if kinds & _APART:
        return True
    value = data[candidate.start : candidate.end]
    if not code or is_counted(value) or _DEMANDS.match(value):
        return False
    return not _is_backed(candidate, data, code=code)


def _is_backed(candidate: Candidate, data: bytes, *, code: bool) -> bool:
    """Say whether the text around a candidate says whose it is."""
    at = candidate.start, candidate.end
    return (
        _is_login(candidate)
        or candidate.sign in {KEPT, "bytes"}  # what is made bytes at once is used: .toCharArray()
        or candidate.kind in {"directive", "sql"}
        or started.is_console(data, at[0])
        or _is_second(candidate, data)
        or started.is_set_for(data, at[0])
        or started.opens_keys(data, at[0])
        or _is_signed_in_with(data, *at)
        or (candidate.kind == "dsn" and not _HERE.search(data, max(0, at[0] - 200), at[0]))
        or _ALTERS.search(data, max(0, at[0] - 120), at[0]) is not None
        or (
            candidate.kind == "call" and _PASSED.search(data, max(0, at[0] - 80), at[0]) is not None
        )
        or is_beside_account(data, *at, quoted=code)
    )


def _is_signed_in_with(data: bytes, start: int, end: int) -> bool:
    """Say whether a call is handed a value that signs in, or makes an account.

    `password` itself is for show.
    """
    low = max(0, start - 240)
    return data[start:end].lower() != b"password" and (
        _SIGNS_IN.search(data, low, start) is not None
        or _CREATES.search(data, low, start) is not None
    )


def _is_second(candidate: Candidate, data: bytes) -> bool:
    """Say whether it is the second of two, of which the first is written out as who signs in."""
    start = candidate.start
    return (
        candidate.kind == "pair"
        and data[start : candidate.end].lower() not in commanded.WORDS
        and _PASSED.search(data, max(0, start - 80), start) is not None
    )


def _is_login(candidate: Candidate) -> bool:
    return candidate.kind == "login" and candidate.sign != "local"


def _signs(
    candidate: Candidate, data: bytes, path: Sequence[str], file: str, *, code: bool
) -> bool:
    """Say whether what is just called secret, or key, is that of what signs."""
    value = data[candidate.start : candidate.end].decode("utf-8", "replace")
    if _is_of_signer(path, value):
        return True
    if path[-1].lower() != "secret" if path else not candidate.setter:
        return False
    start = candidate.start
    if not code:
        return bool(path) and path[-1].isupper() and b"-" not in data[start : candidate.end]
    line = data.rfind(b"\n", max(0, start - _REACH), start) + 1
    return bool(_SIGNER_FILE.search(file) or _CLIENT.search(data, max(line, start - 160), start))


def _is_of_signer(path: Sequence[str], value: str) -> bool:
    """Say whether it is the secret of what signs: `jwt.secret`."""
    own = _JOINTS.sub("", path[-1]).lower() if path else ""
    if value in path[:-1]:
        return False  # the key of what is kept: key = "client_secret" in resource "client_secret"
    if own not in {"secret", "key", "signingkey", "signkey", "token", "jwtkey"}:
        return False
    if own == "jwtkey" or any(_SIGNS.search(part) for part in path[:-1]):
        return True
    return own in {"secret", "token"} and any(map(_SETTINGS.fullmatch, path[:-1]))
