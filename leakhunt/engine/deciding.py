"""Which files decide what was left open: HEAD's where it has them, and few of the others.

What stands at HEAD is decided as a scan of HEAD's files decides it, so that both say the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from leakhunt.contextual.places import kinds
from leakhunt.contextual.values import FAIR, look

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leakhunt.engine.by_name import Decision
    from leakhunt.model import Confidence, Match, Secret

READ = 3
"""Files that are read for one secret, at most, unless it is a word."""

Key = tuple["Secret", str | None]


def best(paths: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the path of each git object under which most counts: none of a test or a sample.

    Args:
        paths: all of each, those of HEAD first.
    """
    return {
        oid: min(some, key=lambda path: len(kinds(path))) if len(some) > 1 else some[0]
        for oid, some in paths.items()
    }


def key(match: Match, paths: Mapping[str, str]) -> Key:
    """Return what is decided together: a secret, and of a word the path, too."""
    return match.secret, paths.get(match.blob.id, "") if _is_word(match.secret) else None


def wanted(
    groups: Mapping[Secret, Sequence[Match]], paths: Mapping[str, str], head: Collection[str]
) -> dict[str, list[Match]]:
    """Choose what is read: of words a version for each path, the same one for many words.

    Args:
        groups: what is open.
        paths: of the files.
        head: those of them that are at HEAD.
    """
    wanted: dict[str, list[Match]] = defaultdict(list)
    words: dict[str, dict[str, dict[Secret, list[Match]]]] = defaultdict(lambda: defaultdict(dict))
    for secret, matches in groups.items():
        if not _is_word(secret):
            for match in _representatives(matches, paths, head):
                wanted[match.blob.id].append(match)
            continue
        for match in matches:
            words[paths.get(match.blob.id, "")][match.blob.id].setdefault(secret, []).append(match)
    for versions in words.values():
        done: set[Secret] = set()
        for oid in sorted(versions, key=lambda oid: (oid not in head, -len(versions[oid]), oid)):
            for secret in versions[oid].keys() - done:
                wanted[oid] += versions[oid][secret]
            done.update(versions[oid])
    return {oid: matches for oid, matches in wanted.items() if matches}


def agreed(said: Sequence[tuple[bool, Decision]], least: Confidence) -> Decision:
    """Return what several files say of one secret: as sure as the surest, by HEAD's name for it.

    Args:
        said: whether a file of HEAD says it, and what.
        least: what is less sure is not listed, so its name does not count before others.
    """
    surest = max((one for _, one in said), key=lambda one: one.confidence.rank)
    named = min(
        (
            (not (newest and one.confidence.rank >= least.rank), -one.confidence.rank, one)
            for newest, one in said
        ),
        key=lambda item: (*item[:2], item[2].signature),
    )[2]
    return named._replace(confidence=surest.confidence, open=surest.open)


def _is_word(secret: Secret) -> bool:
    """Say whether a value is so common that it says nothing about another file."""
    return look(secret.reveal().decode("utf-8", "replace")).strength < FAIR


def _representatives(
    matches: Sequence[Match], paths: Mapping[str, str], head: Collection[str]
) -> list[Match]:
    """Choose a match for some paths, those outside of tests first; the same in whatever order."""

    def place(match: Match) -> tuple[bool, str, int]:
        return match.blob.id not in head, match.blob.id, match.offset

    first: dict[str, Match] = {}
    for match in matches:
        path = paths.get(match.blob.id, "")
        known = first.get(path)
        if known is None or place(match) < place(known):
            first[path] = match

    def order(path: str) -> tuple[bool, int, bool, str]:
        # Without a path nothing is known but the line.
        return not path, len(kinds(path)), first[path].blob.id not in head, path

    return [first[path] for path in _varied(sorted(first, key=order))[:READ]]


def _varied(paths: Sequence[str]) -> list[str]:
    """Put one path of each folder and suffix before the others: files of one kind say the same."""
    seen: set[tuple[str, str]] = set()
    early: list[str] = []
    late: list[str] = []
    for path in paths:
        folder, _, name = path.rpartition("/")
        alike = folder, name.rpartition(".")[2]
        (late if alike in seen else early).append(path)
        seen.add(alike)
    return early + late
