"""Who wrote a commit or a tag, and when."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.git import refs
from leakhunt.git.objects import Unreadable, describe_objects, read_objects, split
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakhunt.git.repository import Repository

_SIGNED = lazy.pattern(rb"^(author|tagger) (.*?) ?(-?\d+) ([+-]\d+)$", re.MULTILINE)
_ENCODING = lazy.pattern(rb"^encoding (\S+)$", re.MULTILINE)


@record(frozen=True, slots=True)
class Authored:
    """Who and when. Empty strings where the object is damaged or says nothing."""

    who: str
    """`Name <mail>`."""
    date: str
    """ISO 8601 with the author's own offset."""


@record(frozen=True, slots=True)
class Tagged:
    """An annotated tag."""

    who: str
    date: str
    ref: str | None
    """The full name of the ref that points at it, or None: it was deleted or moved."""


def describe_commits(repository: Repository, oids: Iterable[str]) -> dict[str, Authored]:
    """Return who wrote commits or annotated tags, and when.

    Args:
        repository: where they are.
        oids: their ids; one that cannot be read is left out of the answer.

    Raises:
        GitError: git failed.
    """
    found: dict[str, Authored] = {}
    infos, _ = describe_objects(repository, sorted(set(oids)))
    for run in split(info for info in infos if info.kind in {"commit", "tag"}):
        for item in read_objects(repository, run):
            if not isinstance(item, Unreadable):
                found[item[0].oid] = _authored(bytes(item[1]))
    return found


def describe_tags(repository: Repository, oids: Iterable[str]) -> dict[str, Tagged]:
    """Return who made annotated tags, when, and what they are called.

    Args:
        repository: where they are.
        oids: ids of tag objects; one that cannot be read is left out of the answer.

    Raises:
        GitError: git failed.
    """
    names = {ref.oid: ref.name for ref in reversed(refs.references(repository, "refs/tags"))}
    return {
        oid: Tagged(made.who, made.date, names.get(oid))
        for oid, made in describe_commits(repository, oids).items()
    }


def _authored(content: bytes) -> Authored:
    header = content.partition(b"\n\n")[0]
    signed = _SIGNED.search(header)
    if signed is None:
        return Authored("", "")
    encoding = _ENCODING.search(header)
    who = _decode(signed[2], encoding[1].decode("ascii", "replace") if encoding else "utf-8")
    return Authored(who, _iso(int(signed[3]), signed[4].decode()))


def _decode(name: bytes, encoding: str) -> str:
    """Read a name as the commit says it is written, or as people once wrote names."""
    for attempt in (encoding, "utf-8"):
        try:
            return name.decode(attempt)
        except (LookupError, UnicodeDecodeError):
            continue
    return name.decode("latin-1")


def _iso(seconds: int, offset: str) -> str:
    """Write a time of git's as ISO 8601; offsets that no place on earth has become UTC."""
    sign = -1 if offset.startswith("-") else 1
    number = int(offset[1:])
    minutes = sign * (number // 100 * 60 + number % 100)
    if abs(minutes) >= 24 * 60:
        minutes = 0
    zone = datetime.timezone(datetime.timedelta(minutes=minutes))
    try:
        return datetime.datetime.fromtimestamp(seconds, zone).isoformat()
    except (OverflowError, OSError, ValueError):
        return ""
