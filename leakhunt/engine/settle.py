"""Decides what was left open because only a line was seen, and joins what is one secret.

In history a blob has no path while it is scanned. What a line gave away there is a candidate
until a file is read that holds it: one or a few for each secret, however many versions have it.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from leakhunt.catalogue import by_name
from leakhunt.model import Confidence, Match, Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from leakhunt.engine.by_name import ByName
    from leakhunt.engine.workers import GitFile
    from leakhunt.model import Signature

Files = Callable[[Sequence[str]], Mapping[str, "GitFile"]]
"""Reads git objects by their ids; what cannot be read is left out."""
READ = 3
"""Files that are read for one secret, at most."""


class Settling:
    """Decides for one scan.

    Args:
        names: what finds secrets by their names.
        signatures: all that were looked for.
        files: reads git objects by their ids; those that cannot be read are left out.
    """

    def __init__(
        self,
        names: ByName,
        signatures: Sequence[Signature],
        files: Files,
    ) -> None:
        self._names = names
        self._signatures = signatures
        self._files = files

    def settled(self, matches: Sequence[Match]) -> list[Match]:
        """Return the matches that stay, in the same order, with one signature for each secret."""
        ours = {self._signatures[number].id for number in by_name(self._signatures)}
        if not any(match.signature in ours for match in matches):
            return list(matches)
        open_: dict[Secret, list[Match]] = defaultdict(list)
        for match in matches:
            if match.open:
                open_[match.secret].append(match)
        decided = self._decided(open_)
        after = (_decision(match, decided) for match in matches)
        kept = [match for match in after if match is not None]
        return list(self._joined(kept, ours))

    def _decided(
        self, groups: Mapping[Secret, Sequence[Match]]
    ) -> dict[Secret, tuple[str, Confidence]]:
        """Return signature and confidence of what is a leak."""
        chosen = {secret: _representatives(matches) for secret, matches in groups.items()}
        wanted: dict[str, list[Match]] = defaultdict(list)
        for matches in chosen.values():
            for match in matches:
                wanted[match.blob.id].append(match)
        files = self._files(sorted(wanted)) if wanted else {}
        found: dict[Secret, tuple[str, Confidence]] = {}
        for oid in sorted(wanted):
            file = files.get(oid)
            if file is None:
                continue
            for match, signature, confidence in self._names.decided(
                file.path, file.content, wanted[oid]
            ):
                known = found.get(match.secret)
                if known is None or confidence.rank > known[1].rank:
                    found[match.secret] = signature, confidence
        return found

    def _joined(self, matches: Sequence[Match], ours: Collection[str]) -> Iterator[Match]:
        """Give each secret one signature: one with a pattern goes first, then the surest."""
        by_pattern: dict[Secret, Match] = {}
        by_words: dict[Secret, tuple[int, str]] = {}
        for match in matches:
            if match.signature not in ours:
                by_pattern.setdefault(match.secret, match)
            else:
                rank = -(match.confidence or Confidence.MEDIUM).rank, match.signature
                by_words[match.secret] = min(rank, by_words.get(match.secret, rank))
        for match in matches:
            if match.signature not in ours:
                yield match
            elif known := by_pattern.get(match.secret):
                yield dataclasses.replace(
                    match, signature=known.signature, parts=known.parts, dismissed=known.dismissed
                )
            elif by_words[match.secret][1] != match.signature:
                yield dataclasses.replace(match, signature=by_words[match.secret][1])
            else:
                yield match


def _representatives(matches: Sequence[Match]) -> list[Match]:
    """Choose a few matches, the same ones whatever the order in which they were found."""
    first: dict[str, Match] = {}
    for match in matches:
        known = first.get(match.blob.id)
        if known is None or match.offset < known.offset:
            first[match.blob.id] = match
    return [first[oid] for oid in sorted(first)[:READ]]


def _decision(match: Match, decided: Mapping[Secret, tuple[str, Confidence]]) -> Match | None:
    """Return what a match is now, or None if it is no leak."""
    if not match.open:
        return match
    decision = decided.get(match.secret)
    if decision is None:
        return None
    return dataclasses.replace(match, signature=decision[0], confidence=decision[1], open=False)
