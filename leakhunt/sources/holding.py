"""Which of some git objects hold which secrets: plain containment, encodings undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.engine import text
from leakhunt.git.objects import LARGE, Unreadable, describe_objects, read_objects

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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
    objects, _ = describe_objects(repo, wanted)
    found = {}
    for answer in read_objects(repo, [info for info in objects if info.size <= LARGE]):
        if isinstance(answer, Unreadable):
            continue
        info, view = answer
        content = bytes(view)
        encoding = text.encoding(content[: text.SNIFF])
        if encoding not in (None, "utf-8"):
            content = text.recode(content, encoding)
        found[info.oid] = frozenset(s for s in wanted[info.oid] if s.reveal() in content)
    return found
