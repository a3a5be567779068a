"""Values whose name is that of what holds them: a collection of users or tokens, or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.inserts import dumped
from leakhunt.contextual.kept import kept
from leakhunt.contextual.lists import is_field
from leakhunt.contextual.stated import Stated
from leakhunt.contextual.values import look
from leakhunt.facts.formats.pieces import Piece as Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.contextual.names import Names
    from leakhunt.facts.formats.pieces import Rows as Rows
    from leakhunt.facts.model import Assignment, Facts, Value

_USERS = lazy.pattern(
    r"(?i)(?:\w*_)?(?:users|accounts|logins|user_?passwords|basic_?auth(?:_users)?)"
)
_SURELY = lazy.pattern(
    r"(?i)(?!(?:failed|bad|max|min|last|recent|concurrent|successful|unique|total)_)"
    r"(?:\w*_)?(?:logins|user_?passwords|basic_?auth(?:_users)?)"
)
"""Where nothing but passwords stands behind the users, so that words are passwords, too: also in
`basicAuth({ users: { ... } })`."""
_TOKENS = lazy.pattern(r"(?i)\w*(?:passwords|tokens|secrets|api_?keys|access_?keys|passphrases)")
_PASSWORDS = lazy.pattern(r"(?i)\w*(?:passwords|passphrases|passcodes|passwds|pwds)")
_PUTS = {"put", "set", "add", "insert", "emplace", "store", "Add", "TryAdd", "Put", "setdefault"}
"""How what collects pairs takes one: passwords.put("ops", "...")."""
_PUT = lazy.pattern(
    rb"(?:passwords|passphrases|tokens|secrets|api_?keys|access_?keys)(?:\.|->)"
    rb"(?:put|set|add|tryadd|insert|emplace|store|setdefault)\([\"'][^\"'\n]{1,60}[\"'],[ ]?[\"']"
)
_CALLED_LIKE = lazy.pattern(
    r"(?i)(?:db|database|pg|postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|rabbit(?:mq)?|smtp|imap|ldap|"
    r"mail|ftp|sftp|admin|root)"
)
"""A service or an account, by whose name nothing but its password is kept in a Secret."""
_ELSEWHERE = lazy.pattern(r"[\w.-]+:\d{2,5}|[\w-]+(?:\.[\w-]+)+|.*[/@\s].*|(?i:true|false|\d+)")
"""Where a service is, and whether."""
_BUILDERS = {
    *("Map", "of", "ofEntries", "entry", "entries", "List", "Set", "asList", "Arrays", "mapOf"),
    *("listOf", "setOf", "dict", "list", "new", "HashMap", "Object", "freeze", "fromList", "vec"),
    *("from", "array", "hash", "Dictionary", "string", "String", "str"),
}
"""Parts of a path that only build the collection."""
_NAMES = (
    r"(?:\b|_|[a-z])(?:users|accounts|logins|user_?passwords|passwords|tokens|secrets|api_?keys|"
    r"access_?keys)"
)
_LOGINS = lazy.pattern(r"(?i)(?:\w*_)?(?:auth|creds?|credentials|login)")
"""Two texts of such a name are a user and a password."""
GATES = (
    # a call whose arguments stand below each other
    r"(?i)\b(?:login|authenticate|(?:pymysql|mysqldb|cx_oracle|oracledb|ssh|client|ftp\w{0,8})\.connect|"
    r"getconnection|mysqli(?:_connect)?|pdo|plainauth|networkcredential|passwordauthentication|"
    r"(?:set)?_?basic_?auth|http(?:basic|digest|proxy)auth|create_?user|usernamepassword\w{1,16}|"
    r"secretkeyspec|aes\.new|fernet|createcipheriv|createhmac|hmac256|jwt\.(?:sign|encode|verify)|"
    r"simple_bind(?:_s)?)\(\{?[ \t\r]{0,2}$",
    r"(?i)(?:\b|_)(?:auth|creds?|credentials)[\"'\]]{0,2}[ ]?(?:=>|:=|[:=])[ ]?[(\[][ \t\r]{0,2}$",
    rf"(?i){_NAMES}[\"'\]]{{0,2}}(?:[ ]?:[ ]?[\w<>,\[\] ]{{1,30}})?[ \t]?(?:=>|:=|[:=])[ \t]?"
    r"[\w.<>\[\], ]{0,40}[({\[]{0,2}[ \t\r]{0,2}$",
    r"(?i)\bchpasswd:",
    # those of several users: creds = {
    r"(?i)(?:\b|_)(?:creds|credentials)[\"'\]]{0,2}(?:[ ]?:[ ]?[\w<>,\[\] ]{1,30})?[ \t]?:?=[ \t]?"
    r"[\w.<>\[\], ]{0,40}[({\[]{1,2}[ \t\r]{0,2}$",
    # numbers to be typed in: pins = {"door": "..."
    r"(?i)(?:(?:\b|_)pins|(?:user|door|access|card|staff|alarm)pins|pin_?codes)[\"'\]]{0,2}[ \t]?"
    r"(?:=>|:=|[:=])[ \t]?[\w.<>\[\], ]{0,40}\{(?:[ \t\r]{0,2}$|"
    r"[ ]?[\"']?[\w.-]{1,40}[\"']?[ ]?(?::|=>)[ ]?[\"']?\d{4})",
    # codes that recover an account, below each other
    r"(?i)(?:recovery|backup|scratch)_?codes[\"'\]]{0,2}[ \t]?(?:=>|:=|[:=])[ \t]?"
    r"[\w.<>\[\], ]{0,40}[({\[]{0,2}[ \t\r]{0,2}$",
    # what signs cookies, one after another
    r"(?i)\bcookie_?session\(\{|\bapp\.keys[ ]?=[ ]?\[",
)
"""Expressions for the first pass: where such a collection, or such a call, begins."""
_HOLDS = lazy.pattern("|".join(f"(?:{gate})" for gate in GATES).replace("(?i)", "").encode())
"""For a line in lower case."""
_CALLED = lazy.pattern(r"[a-z]+\d{0,2}(?:[-_.:/][a-z0-9]{1,12}){1,4}|\S*://\S*|[\d.:]+")
"""What things are called, say a region, and where they are."""
_LOGIN = lazy.pattern(
    r"(?m)^[ \t]*(?P<user>[\w.-]{1,40}):(?P<password>[^\s:$*!][^\s:]{2,80})[ \t\r]*$"
)
_STEM = lazy.pattern(
    r"(?i)(?P<stem>[\w.-]*?)(?:\.(?:txt|secret|pass|token|pw|passwd|password|key))?(?:\.(?:prod|"
    r"dev|local))?"
)
_FLAT = 2
"""Parts of the path of what a Secret of Kubernetes holds."""
_CREDENTIALS = lazy.pattern(r"(?i)(?:get_?)?(?:\w*_)?(?:creds|credentials)")
_RECORD = lazy.pattern(
    r"(?i)(?:\w{1,20}_)?(?:region|zone|project|tenant|bucket|account|server|port|issuer|audience|"
    r"space|team|workspace|org\w*|client|app\w*|service|driver|dialect|engine|socket|charset|ssl|"
    r"secure|stage|date|expir\w*|cert\w*|auth\w*|provider|registry|subscription|profile|filter)"
)
"""What is said of one account: so its credentials are no map of users."""
_ASKED = lazy.pattern(
    r"(?i:(?:get_?)?(?P<what>\w*?(?:password|passphrase|secret|token|credential|api_?key))s?)"
    r"(?:_(?:for|of|by)(?:_\w+)?|(?:For|Of|By)(?:[A-Z]\w*)?)"
)
"""A function that gives back one of several: secrets_for(env), passwordOf(user)."""
_PINS = lazy.pattern(
    r"(?i)(?:\w*_)?pins|(?:user|door|access|card|staff|alarm)pins|(?:\w*_)?pin_?codes"
)
_PIN = lazy.pattern(r"\d{4,10}")
PIN = "pin"
"""The sign between a door and the number that opens it."""
_RING = lazy.pattern(r"(?i)cookie_?session\.keys|app\.keys")
"""Keys that sign cookies, the newest first."""
_CODES = lazy.pattern(r"(?i)\w*(?:recovery|backup|scratch)_?codes")
_COLUMNS = 4
"""Texts of a row in which the second is a password, at most."""
_KIND = lazy.pattern(r"(?i)[^.]\.(secret|token|passwd|password)(?:\.(?:prod|dev|local))?\Z")
"""The suffix of a file that says what it holds: `admin.password`."""
_FOLDERS = lazy.pattern(r"[/\\!]")
_LINE = lazy.pattern(rb"\s{0,8}(?P<value>[!-~]{4,300})\s{0,8}")


def holds(line: bytes) -> bool:
    """Say whether a collection of users or secrets begins in a line.

    Args:
        line: without its end.
    """
    low = line.lower()
    return _HOLDS.search(low) is not None or _PUT.search(low) is not None


def held(read: Facts, data: bytes, names: Names) -> Iterator[Stated]:
    """Yield the passwords of users, and what is a secret because of the collection it is in.

    Args:
        read: what the file says.
        data: the file.
        names: tells which names say something about a secret, and are none.
    """
    surely = _alike(read)
    yield from _by_user(read, names)
    named: set[tuple[str, ...]] | None = None
    for fact in read.assignments:
        if fact.value.kind in {"collection", "call"} and fact.path:
            yield from _paired(fact) if fact.value.kind == "collection" else _mapped(fact)
            yield from _ring(fact)
            yield from _codes(fact)
            continue
        if len(fact.path) < 2 or fact.value.kind != "literal" or not fact.value.text:
            continue
        text, start, end = fact.value.text, fact.value.start, fact.value.end
        if fact.path[-1] == "list" and fact.path[-2] == "chpasswd":
            yield from _logins(text, data, start, end)
            continue
        if fact.path[0] == "stringData" and len(fact.path) == _FLAT:
            if _CALLED_LIKE.fullmatch(fact.path[1]) and not _ELSEWHERE.fullmatch(text):
                yield Stated((fact.path[1], "password"), text, start, end, "=", fact.form)
            continue
        parts = [part for part in fact.path[:-1] if part not in _BUILDERS]
        if not parts or fact.value.decoded:
            continue
        if names.is_about(fact.path[-1]):
            continue
        if _USERS.fullmatch(parts[-1]) and not is_field(fact.path[-1]):
            named = _with_password(read, names) if named is None else named
            if fact.path[:-1] in named and names.of_path(fact.path[-1:]) is None:
                continue
            sure = fact.form in {"pair", "setting"} and (
                any(map(_SURELY.fullmatch, parts[-2:])) or fact.path[:-1] in surely
            )
            sign = "=" if sure else ":"
            yield Stated((parts[-1], "password"), text, start, end, sign, fact.form)
        elif _TOKENS.fullmatch(holder := _holder(parts)):
            sign = "=" if fact.path[:-1] in surely and " " not in text else ":"
            yield Stated((holder.rstrip("sS"),), text, start, end, sign, fact.form)
        elif fact.form == "pair" and (asked := _ASKED.fullmatch(parts[-1])):
            yield Stated((asked["what"],), text, start, end, ":", fact.form)


def _by_user(read: Facts, names: Names) -> Iterator[Stated]:
    """Passwords and numbers by whom or what they are for: `creds = {"ops": "..."}`."""
    found: dict[tuple[str, ...], list[Assignment]] = {}
    for fact in read.assignments:
        if len(fact.path) > 1 and fact.form in {"pair", "setting"}:
            own = fact.path[-2]
            if _CREDENTIALS.fullmatch(own) or _PINS.fullmatch(own):
                found.setdefault(fact.path[:-1], []).append(fact)
    for path, facts in found.items():
        pins = _PINS.fullmatch(path[-1]) is not None
        if not all(_is_entry(fact, names, pins=pins) for fact in facts):
            continue
        for fact in facts:
            value = fact.value
            if value.text:
                sign = PIN if pins else "="
                yield Stated((path[-1], "password"), value.text, *_place(value), sign, fact.form)


def _place(value: Value) -> tuple[int, int]:
    return value.start, value.end


def _is_entry(fact: Assignment, names: Names, *, pins: bool) -> bool:
    """Say whether a pair may be a user and a password, or a door and its number."""
    key, value = fact.path[-1], fact.value
    if value.kind not in {"literal", "number"} or not value.text or value.decoded:
        return False
    if pins:
        return _PIN.fullmatch(value.text) is not None
    if is_field(key) or _RECORD.fullmatch(key) or names.is_about(key):
        return False
    return names.of_path((key,)) is None and _is_drawn(value) and not _CALLED.fullmatch(value.text)


def _ring(fact: Assignment) -> Iterator[Stated]:
    """The keys of a list that signs cookies: `app.keys = ["...", "..."]`."""
    if _RING.fullmatch(".".join(fact.path[-2:])):
        for part in fact.value.parts:
            if part.kind == "literal" and part.text and not part.decoded:
                yield Stated(("session_secret",), part.text, *_place(part), "=", fact.form)


def _codes(fact: Assignment) -> Iterator[Stated]:
    """Those of a list that recover an account: `backup_codes = ["...", "..."]`."""
    if _CODES.fullmatch(fact.path[-1]):
        for part in fact.value.parts:
            if part.kind == "literal" and part.text and not part.decoded:
                yield Stated((fact.path[-1],), part.text, *_place(part), "=", fact.form)


def _with_password(read: Facts, names: Names) -> set[tuple[str, ...]]:
    """Return where users stand of whom one has a password that is called so."""
    return {
        fact.path[:-1]
        for fact in read.assignments
        if len(fact.path) > 1 and names.of_path(fact.path[-1:]) is not None
    }


def _alike(read: Facts) -> set[tuple[str, ...]]:
    """Where users stand of whom one has what is no word: the others have passwords, too."""
    found: set[tuple[str, ...]] = set()
    for fact in read.assignments:
        if len(fact.path) < 2 or fact.value.kind != "literal" or not fact.value.text:
            continue
        holder = _holder([part for part in fact.path[:-1] if part not in _BUILDERS])
        if not _USERS.fullmatch(holder) and not _PASSWORDS.fullmatch(holder):
            continue
        if not is_field(fact.path[-1]) and _is_drawn(fact.value):
            found.add(fact.path[:-1])
    return found


def _holder(parts: Sequence[str]) -> str:
    """Return what a pair is put into: its collection, or that of which a method takes it."""
    into = len(parts) > 1 and parts[-1] in _PUTS and _TOKENS.fullmatch(parts[-2])
    return parts[-2] if into else parts[-1] if parts else ""


def _is_drawn(value: Value) -> bool:
    """Say whether a text is what a person takes for a password and for nothing else."""
    text = value.text or ""
    seen = look(text, "password")
    if not any(map(str.islower, text)):
        return False  # who somebody is in a chat or a directory
    return seen.kind == "random" or (seen.kind == "mixed" and any(map(str.isdigit, text)))


def _paired(fact: Assignment) -> Iterator[Stated]:
    """The passwords of tuples: `auth = ("user", "...")`, `users = [("user", "..."), ...]`."""
    parts = fact.value.parts
    logins = [parts] if any(map(_LOGINS.fullmatch, fact.path[-2:])) else []
    sign = ":"
    if _USERS.fullmatch(fact.path[-1]) or logins:
        rows = [part.parts for part in parts if part.kind == "collection"]
        logins += rows
        if any(len(row) == 2 and row[1].kind == "literal" and _is_drawn(row[1]) for row in rows):
            sign = "="
    for login in logins:
        texts = [part for part in login if part.kind == "literal" and part.text]
        if len(texts) != len(login) or not 2 <= len(texts) <= _COLUMNS:
            continue
        text, said = texts[1].text, texts[1]
        if text and not said.decoded:
            yield Stated((fact.path[-1], "password"), text, said.start, said.end, sign, fact.form)


def _mapped(fact: Assignment) -> Iterator[Stated]:
    """The values of a map that is made of pairs: `passwords = new Map([["ops", "..."], ...])`."""
    given = fact.value.call.arguments if fact.value.call else ()
    if len(given) != 1 or not _TOKENS.fullmatch(fact.path[-1]):
        return
    rows = [row.parts for row in given[0][1].parts if len(row.parts) == 2]
    values = [row[1] for row in rows if {part.kind for part in row} == {"literal"}]
    chosen = _PASSWORDS.fullmatch(fact.path[-1]) and any(map(_is_drawn, values))
    for value in values:
        if value.text and not value.decoded:
            sign = "=" if chosen and " " not in value.text else ":"
            own = fact.path[-1].rstrip("sS")
            yield Stated((own,), value.text, value.start, value.end, sign, fact.form)


def _logins(text: str, data: bytes, start: int, end: int) -> Iterator[Stated]:
    """A user and a password in each line of a block, whose indentation the text has lost."""
    for login in _LOGIN.finditer(text):
        at = data.find(login["user"].encode() + b":" + login["password"].encode(), start, end)
        if at >= 0:
            first = at + len(login["user"].encode()) + 1
            last = first + len(login["password"].encode())
            yield Stated(("chpasswd", "password"), login["password"], first, last, "=", "setting")


def whole(path: str, data: bytes, language: str) -> Iterator[Stated]:
    """Yield what only all of a file says: it holds nothing else, or its top names columns.

    Args:
        path: of the file.
        data: all of it.
        language: of the file.
    """
    yield from lone(path, data)
    yield from kept(path, data)
    if language == "sql":
        yield from dumped(data)


TABLES = {"csv", "sql", "tsv"}
"""Formats whose values have their names in another line, however far away."""


def rows_of(language: str, names: Names) -> Rows:
    """Return what reads the columns for secrets of a table or a dump, however large.

    Args:
        language: one of `TABLES`.
        names: what secrets are called.
    """
    from leakhunt.facts.formats import dumps, tables

    if language != "sql":
        return tables.Table(language, lambda column: names.of_path((column,)) is not None)
    return dumps.Dump(lambda *path: names.of_path(path) is not None)


def lone(path: str, data: bytes) -> Iterator[Stated]:
    """Yield what a file holds that is called like a secret, and holds nothing else.

    Args:
        path: of the file.
        data: all of it.
    """
    name = _FOLDERS.split(path)[-1]
    line = _LINE.fullmatch(data)
    if line is None or name.lower().endswith((".pub", ".crt", ".pem")):
        return
    stem = _STEM.fullmatch(name)
    if stem is not None:
        text = line["value"].decode("ascii")
        own = stem["stem"].strip(".") or name.strip(".")
        named = _KIND.search(name)
        words = (own, named[1].lower()) if named else (own,)
        yield Stated(words, text, *line.span("value"), "=", "setting")
