"""Lines and columns of matches whose offsets alone are known: where a place of them is told."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from leakhunt.engine.position import UNPLACED, Positions
from leakhunt.model import Problem
from leakhunt.records import replaced

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Protocol

    from leakhunt.model import Match
    from leakhunt.suppress.comments import Comment

    class _Objects(Protocol):
        def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]: ...


def placed(
    matches: Sequence[Match], shown: Collection[str], objects: _Objects, honor: tuple[str, ...]
) -> tuple[dict[int, Match], list[Comment], list[Problem]]:
    """Find the lines of matches.

    Args:
        matches: all of a scan.
        shown: the git objects of which a place is told; the others need no lines.
        objects: reads them.
        honor: comments of other tools that count.

    Returns:
        The matches with their lines, by the number of each in `matches`; the comments in what
        was read; and which objects could not be read any more.
    """
    from leakhunt.engine.settle import portions
    from leakhunt.suppress.comments import comments_in

    wanted: dict[str, list[int]] = defaultdict(list)
    for number, match in enumerate(matches):
        if match.span == UNPLACED and match.blob.id in shown:
            wanted[match.blob.id].append(number)
    found: dict[int, Match] = {}
    comments: list[Comment] = []
    for oids in portions({oid: matches[some[0]].blob.size for oid, some in wanted.items()}):
        contents = objects.contents_of(oids, max(matches[wanted[oid][0]].blob.size for oid in oids))
        for oid, data in sorted(contents.items()):
            positions = Positions(data)
            for number in sorted(wanted[oid], key=lambda number: matches[number].offset):
                match = matches[number]
                start, end = match.offset, match.offset + len(match.secret)
                found[number] = replaced(match, span=positions.span(start, end))
            comments += comments_in(matches[wanted[oid][0]].blob, data, honor)
            del wanted[oid]
    return found, comments, [_gone(oid) for oid in sorted(wanted)]


def _gone(oid: str) -> Problem:
    said = f"git object {oid[:12]} went away while it was scanned: its findings have no lines"
    return Problem("missing-objects", oid, said)
