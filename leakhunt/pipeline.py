"""The sentence, on one screen.

Sources yield blobs. The engine reads a blob into matches. Matches group into findings. Findings
are suppressed, verified, reported.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from leakhunt import patience
from leakhunt.catalogue import by_id
from leakhunt.engine.pool import scan_batches
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.workers import Scanned
from leakhunt.fingerprint import fingerprint
from leakhunt.globs import name_matches
from leakhunt.model import (
    Confidence,
    Finding,
    Match,
    Problem,
    Report,
    Secret,
    Signature,
    Suppression,
)

if TYPE_CHECKING:
    from leakhunt.engine.scan import Engine
    from leakhunt.sources.base import Source, Whereabouts
    from leakhunt.suppress.comments import Comment

_DISMISSED = {
    "public-key": "printed in the vendor's documentation",
    "bad-checksum": "its checksum is wrong, so the provider never issued it",
}

Progress = Callable[[Scanned, int], None]
"""Told of each result and of how many bytes there are in all (0: nobody knows)."""


Judge = Callable[
    [Sequence[object], Sequence[Finding]],
    tuple[list[Finding], list[Problem], "list[Comment]"],
]
"""Makes findings of what was observed in files, and of the secrets that lie there; says what
could not be read, and which comments stand in files that only it has read."""


Suppress = Callable[
    [Sequence[Finding], Sequence[Match], "Sequence[Comment]"], tuple[list[Finding], list[Problem]]
]
"""Suppresses findings, by comments and what else was said; says what of that is wrong."""


def run(
    source: Source,
    engine: Engine,
    *,
    jobs: int,
    least: Confidence = Confidence.LOW,
    progress: Progress | None = None,
    judge: Judge | None = None,
    suppress: Suppress | None = None,
) -> Report:
    """Scan a source from end to end.

    Args:
        source: what to scan.
        engine: what to look for.
        jobs: how many processes scan.
        least: findings that are less sure are counted and left out.
        progress: told how far it is.
        judge: called with what the engine's observer saw.
        suppress: called with what was found and which comments there are, even if there is nothing.

    Raises:
        LeakhuntError: the source cannot be read at all, or a worker process died.
    """
    started = time.monotonic()
    known = _concluded(source, engine)
    scanned = known or _scanned(source, engine, jobs, progress)
    settled = matches = scanned.matches
    signatures = by_id(engine.settings.signatures) if matches else {}
    groups, unsure = sure_enough(group(matches), signatures, least)
    if any(match.span == UNPLACED for match in matches):
        matches, groups = _with_lines(matches, groups, source, scanned, engine.settings.honor)
    whereabouts = source.locate(groups)
    if known is None:
        _conclude(source, engine, dataclasses.replace(scanned, matches=settled))
    findings = [
        finding
        for key, matches in groups.items()
        if (finding := _finding(key, matches, signatures, whereabouts[key])) is not None
    ]
    findings += _judged(judge, findings, scanned)
    findings = _suppressed(suppress, findings, matches, scanned)
    findings.sort(key=_order)
    return Report(
        target=source.target,
        findings=tuple(f for f in findings if f.suppression is None),
        suppressed=tuple(f for f in findings if f.suppression is not None),
        problems=_sorted_problems(scanned.problems + source.problems() + patience.taken()),
        scanned=dict(sorted((scanned.counts + source.counts()).items())),
        signatures=engine.settings.signatures,
        unsure=unsure,
        put_off=any(match.open for match in matches),
        seconds=time.monotonic() - started,
    )


def _scanned(source: Source, engine: Engine, jobs: int, progress: Progress | None) -> Scanned:
    """Scan all that a source yields, and decide what stays."""
    scanned = Scanned()
    for result in scan_batches(engine, source.batches(), jobs):
        scanned.add(result)
        for words in result.told:
            source.hear(words)
        if progress:
            progress(result, source.total)
    # Sources differ in the order in which they come upon git objects, and so do packs.
    scanned.matches.sort(key=_at)
    scanned.matches = sorted(engine.settled(scanned.matches, source, jobs), key=_at)
    return scanned


def _concluded(source: Source, engine: Engine) -> Scanned | None:
    """Return what came of an earlier scan of the same, if the source knows it."""
    if source.keeper is None:
        return None
    from leakhunt.engine.concluding import about, read

    data = source.keeper.concluded(about(engine.settings))
    return read(data, source.keeper, engine) if data else None


def _conclude(source: Source, engine: Engine, scanned: Scanned) -> None:
    """Have the source keep what came of a scan."""
    if source.keeper is None or patience.gave_up():
        return
    from leakhunt.engine.concluding import about, lasts, written

    if not scanned.observed and lasts(scanned, source.problems()):
        scanned = dataclasses.replace(scanned, counts=scanned.counts + source.counts())
        data = written(scanned, engine.settings.signatures)
        if data is not None:
            source.keeper.conclude(about(engine.settings), data)


def _with_lines(
    matches: Sequence[Match],
    groups: dict[str, list[Match]],
    source: Source,
    scanned: Scanned,
    honor: tuple[str, ...],
) -> tuple[list[Match], dict[str, list[Match]]]:
    """Find the lines of what is told; and take in the comments beside it."""
    from leakhunt.engine.placing import placed

    found, comments, gone = placed(matches, source.shown(groups), source, honor)
    scanned.comments += comments
    scanned.problems += gone
    here = {id(matches[number]): match for number, match in found.items()}
    return (
        [here.get(id(match), match) for match in matches],
        {key: [here.get(id(match), match) for match in some] for key, some in groups.items()},
    )


def _judged(judge: Judge | None, secrets: list[Finding], scanned: Scanned) -> list[Finding]:
    if judge is None:
        return []
    judged, unread, comments = judge(scanned.observed, secrets)
    scanned.problems += unread
    scanned.comments += comments
    return judged


def _suppressed(
    suppress: Suppress | None, findings: list[Finding], matches: Sequence[Match], scanned: Scanned
) -> list[Finding]:
    if suppress is None:
        return findings
    findings, told = suppress(findings, matches, scanned.comments)
    scanned.problems += told
    return findings


def _at(match: Match) -> tuple[str, str, str, int]:
    return match.blob.id, match.blob.field, match.blob.member, match.offset


def group(matches: Sequence[Match]) -> dict[str, list[Match]]:
    """Put the matches of one secret under one signature together, by fingerprint."""
    pairs: dict[tuple[str, Secret], list[Match]] = {}
    for match in matches:
        # A file that is found by where it lies has no secret but itself.
        name = (
            match.secret
            if len(match.secret)
            else Secret(match.blob.within(match.blob.path).encode("utf-8", "surrogateescape"))
        )
        pairs.setdefault((match.signature, name), []).append(match)
    return {fingerprint(signature, name): group for (signature, name), group in pairs.items()}


def sure_enough(
    groups: dict[str, list[Match]], signatures: Mapping[str, Signature], least: Confidence
) -> tuple[dict[str, list[Match]], int]:
    """Leave out what is not sure enough, and count it."""
    kept = {
        key: matches
        for key, matches in groups.items()
        if _surest(matches, signatures[matches[0].signature]).rank >= least.rank
    }
    return kept, len(groups) - len(kept)


def _surest(matches: Sequence[Match], signature: Signature) -> Confidence:
    """Return how sure a finding is: as sure as the surest of its matches."""
    sure = (match.confidence or signature.confidence for match in matches)
    return max(sure, key=lambda confidence: confidence.rank)


def _finding(
    key: str,
    matches: Sequence[Match],
    signatures: Mapping[str, Signature],
    whereabouts: Whereabouts,
) -> Finding | None:
    """Build a finding, or None if no place has a name that the signature asks for."""
    first = matches[0]
    signature = signatures[first.signature]
    locations = whereabouts.locations
    if signature.file:
        locations = tuple(
            place
            for place in locations
            if place.path and name_matches(signature.file, place.path.rpartition("!")[2])
        )
        if not locations:
            return None
    if signature.rule is not None:
        from leakhunt.engine.rules import here

        locations = tuple(place for place in locations if here(place, matches, signature.rule))
        if not locations:
            return None
    suppression = whereabouts.suppression
    if first.dismissed:
        suppression = Suppression(first.dismissed, _DISMISSED[first.dismissed])
    parts = {name: secret for match in reversed(matches) for name, secret in match.parts}
    return Finding(
        id=key[:12],
        signature=signature.id,
        kind="secret",
        severity=signature.severity,
        confidence=_surest(matches, signature),
        title=signature.title,
        secret=first.secret,
        fingerprint=key,
        locations=locations,
        decoded=min((m.blob.containers + m.decoded for m in matches), key=len),
        parts=tuple(sorted(parts.items())),
        around=first.around,
        suppression=suppression,
        properties=whereabouts.properties,
    )


def _order(finding: Finding) -> tuple[int, int, str, tuple[str, int, int], str]:
    """Worst first, then by signature and place."""
    place = finding.locations[0] if finding.locations else None
    where = (place.path or "", place.line or 0, place.column or 0) if place else ("", 0, 0)
    rank = -finding.severity.rank, -finding.confidence.rank
    return (*rank, finding.signature, where, finding.fingerprint)


def _sorted_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=dataclasses.astuple))
