"""Which of some git objects hold which secrets: plain containment, encodings undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.engine import text
from leakhunt.git.objects import LARGE, Unreadable, describe_objects, read_objects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from leakhunt.git.repository import Repository
    from leakhunt.model import Secret


def holding(
    repo: Repository, wanted: Mapping[str, Collection[Secret]]
) -> dict[str, frozenset[Secret]]:
    """Say which secrets stand in which objects.

    Args:
        repo: where the objects are.
        wanted: object id to the secrets to look for in it.

    Returns:
        Object id to those that it holds. Objects that cannot be read hold nothing.
    """
    found = {}
    for oid, content in contents(repo, wanted):
        encoding = text.encoding(content[: text.SNIFF])
        if encoding not in (None, "utf-8"):
            content = text.recode(content, encoding)
        found[oid] = frozenset(s for s in wanted[oid] if s.reveal() in content)
    return found


def contents(
    repo: Repository, oids: Collection[str], most: int = LARGE
) -> Iterator[tuple[str, bytes]]:
    """Yield the contents of objects of so many bytes at most; others are left out."""
    objects, _ = describe_objects(repo, oids)
    for answer in read_objects(repo, [info for info in objects if info.size <= most]):
        if not isinstance(answer, Unreadable):
            info, view = answer
            yield info.oid, bytes(view)
