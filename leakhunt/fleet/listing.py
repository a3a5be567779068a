"""Which repositories: a list, a folder of clones, addresses to clone from."""

from __future__ import annotations

import dataclasses
import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.errors import SourceError, UsageError
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ADDRESS = re.compile(r"(?i)(?P<scheme>https?|ssh|git|file)://(?P<rest>.+)")
_SHORT = re.compile(r"[\w.-]+@[\w.-]+:(?!//)[^\s]+")
"""`git@host:path`, as ssh is written for short."""
_LOGIN = re.compile(r"[^/:@\[]*:(?!\d*/)[^@]*@")
"""A user and a password, in which a slash may stand."""
_REST = re.compile(r"[?#]")
_ODD = re.compile(r"[\w+.-]*::|[\w+.-]+://|[^/\s]*:[^/\s]*@")
"""What looks like an address, of no kind that is cloned."""
_SUFFIX = re.compile(r"(?:/|\.git|/\.git)+$")


@record(frozen=True, slots=True)
class Entry:
    """A repository that was asked for.

    Attributes:
        name: what the report calls it; no two have the same.
        place: an absolute path, or the address to clone it from.
        remote: whether it is cloned.
    """

    name: str
    place: str
    remote: bool = False


def _exists(path: str | Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 (a name that is too long is none, and no error)


def is_address(text: str) -> bool:
    """Say whether a text is an address to clone from and no path."""
    return bool(_ADDRESS.fullmatch(text) or (_SHORT.fullmatch(text) and not _exists(text)))


def entries(named: Iterable[str], lists: Iterable[str] = ()) -> list[Entry]:
    """Return every repository that was asked for, once.

    Args:
        named: paths and addresses.
        lists: files with one of these a line, or folders of clones.

    Raises:
        UsageError: an address holds a password, or nothing was named.
        SourceError: a list cannot be read.
    """
    found = [_entry(text, Path.cwd(), text) for text in named]
    for place in lists:
        found += _below(place) if Path(place).is_dir() else _in_file(place)
    unique: dict[str, Entry] = {}
    for one in found:
        unique.setdefault(one.place, one)
    if not unique:
        raise UsageError("no repository is named", "write paths or addresses, one a line")
    return _named_apart(list(unique.values()))


def _in_file(place: str) -> Iterator[Entry]:
    import sys

    try:
        text = sys.stdin.read() if place == "-" else Path(place).read_text("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{place}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SourceError(f"{place}: not UTF-8", "name one repository a line") from None
    base = Path.cwd() if place == "-" else Path(place).resolve().parent
    for at, line in enumerate(text.splitlines(), 1):
        written = line.split("#", 1)[0].strip() if line.lstrip()[:1] == "#" else line
        written = re.sub(r"\s+#.*", "", written).strip()
        if written:
            yield _entry(written, base, f"{place}:{at}")


def _entry(written: str, base: Path, where: str) -> Entry:
    if not is_address(written):
        if "\0" in written or (_ODD.match(written) and not _exists(Path(base, written))):
            raise _told("this is neither a path nor an address that is known", written, where)
        # Of a user whom nobody knows there is no home: it stays as it is, and is not found.
        path = Path(base, os.path.expanduser(written))  # noqa: PTH111
        return Entry(_SUFFIX.sub("", written) or written, os.path.abspath(path))  # noqa: PTH100
    address = _ADDRESS.fullmatch(written)
    who, sign, rest = (address["rest"] if address else written).rpartition("@")
    web = address is not None and address["scheme"][0] in "hH"
    if (sign and "/" not in who and (web or ":" in who)) or _LOGIN.match(who + sign):
        raise _told("there is a password or user in this address", written, where)
    if web and _REST.search(rest):
        raise _told("there is more than host and path in this address", written, where)
    name = _SUFFIX.sub("", rest if sign and "/" not in who else written.partition("://")[2])
    return Entry(name or written, written, remote=True)


def _told(message: str, written: str, where: str) -> UsageError:
    """Return what is wrong with an address, which itself may hold a secret."""
    place = where if where != written else "a repository"
    hint = (
        "https://host/path, ssh://host/path or git@host:path: git's own credential helpers log in"
    )
    return UsageError(f"{place}: {message}", hint)


def _below(top: str) -> Iterator[Entry]:
    """Yield the repositories of a folder, bare ones too; what lies in one is a part of it."""
    root = os.path.abspath(top)  # noqa: PTH100 (links are kept as they are written)
    for folder, names, files in os.walk(root, onerror=_unreadable):
        names.sort()
        bare = "HEAD" in files and {"objects", "refs"} <= set(names)
        if ".git" in names or ".git" in files or bare:
            names.clear()
            name = os.path.relpath(folder, root)
            yield Entry(Path(root).name if name == "." else _SUFFIX.sub("", name), folder)


def _unreadable(error: OSError) -> None:
    raise SourceError(f"{error.filename}: cannot be listed: {error.strerror}") from error


def _named_apart(found: list[Entry]) -> list[Entry]:
    """Give those of the same name their whole place as their name."""
    names = Counter(one.name for one in found)
    twice = {name for name, count in names.items() if count > 1}
    return [dataclasses.replace(one, name=one.place) if one.name in twice else one for one in found]


def has_clones(folder: str) -> bool:
    """Say whether repositories lie below a folder."""
    try:
        return next(_below(folder), None) is not None
    except SourceError:
        return False


def size(entry: Entry) -> int:
    """Return the bytes of a repository's packs, which say how long it will take; 0 if unknown."""
    if entry.remote:
        return 0
    total = 0
    for start in (entry.place, f"{entry.place}/.git"):
        try:
            with os.scandir(f"{start}/objects/pack") as files:
                total += sum(file.stat().st_size for file in files if file.name.endswith(".pack"))
        except OSError:
            continue
    return total
