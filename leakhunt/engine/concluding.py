"""What came of a whole scan, as long as a repository stays as it was. No secret is kept.

Of each match it is kept where it lies. Its secret is read again: out of one of the objects that
hold it, or, where it was encoded or lies in a container, a commit or a tag, by scanning one of
these. If that gives anything else than what is expected, all is scanned.
"""

from __future__ import annotations

import dataclasses
import marshal
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt.catalogue import by_id
from leakhunt.engine import text
from leakhunt.engine.overlaps import Beside
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.workers import Scanned, scan_batch
from leakhunt.model import Blob, Confidence, Match, Problem, Secret, Span
from leakhunt.store.traces import trace_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Protocol

    from leakhunt.engine.batches import Batch
    from leakhunt.engine.scan import Engine, Settings
    from leakhunt.model import Signature
    from leakhunt.suppress.comments import Comment

    class Objects(Protocol):
        """Reads git objects."""

        def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
            """Return what is in some."""

        def batch_of(self, oids: Sequence[str]) -> Batch:
            """Return what has some scanned."""


_LARGEST = 8 * 1024 * 1024
"""Bytes of an object that is read to have a secret again."""

_LASTING = {"missing-objects", "shallow", "limit"}
"""Kinds of gaps that are there again as long as a repository stays as it is."""

_Place = tuple[object, ...]


class _Row(NamedTuple):
    """A match. What stands for a secret is its number."""

    blob: tuple[Any, ...]
    span: tuple[int, ...]
    offset: int
    decoded: tuple[str, ...]
    signature: str
    dismissed: str
    allowances: tuple[int, ...]
    confidence: str
    open: bool
    secret: int
    length: int
    parts: tuple[tuple[str, int], ...]
    plain: bool
    """Its secret stands at its offset in the blob."""
    around: tuple[int, str, int, int]
    """If it is the first of its finding, and what is around it is wanted: bytes before it, in which
    object, at which offset, bytes in all; no object: what is around the match itself."""

    @property
    def place(self) -> _Place:
        """What tells it from other matches, whatever its signature is."""
        return *self.blob, self.offset, self.decoded, self.length


class _Gone(Exception):  # noqa: N818 (never shown: all is scanned)
    """Something is not as it was expected."""


def about(settings: Settings) -> str:
    """Return what decides what comes of a scan, beside what a source is told anyway."""
    return f"{settings.least} {settings.honor}"


def lasts(scanned: Scanned, others: Iterable[Problem]) -> bool:
    """Say whether nothing went wrong that may go well the next time.

    Args:
        scanned: what came of a scan.
        others: what its source could not read.
    """
    known = set(scanned.lasting)
    gaps = [one for one in (*scanned.problems, *others) if one.gap and one not in known]
    return all(problem.kind in _LASTING for problem in gaps)


def written(scanned: Scanned, signatures: Sequence[Signature]) -> bytes | None:
    """Return what is kept.

    Args:
        scanned: what came of a scan.
        signatures: what was looked for.

    Returns:
        None if it could not be read again.
    """
    named = by_id(signatures)
    numbers: dict[Secret, int] = {}
    told: set[tuple[str, Secret]] = set()
    rows = []
    for match in scanned.matches:
        if match.mention or match.pointer:
            return None
        trace = trace_of(dataclasses.replace(match, parts=()) if match.parts else match)
        plain = trace is not None and match.blob.size <= _LARGEST
        beside = 0, "", 0, 0
        if match.around is not None and (match.signature, match.secret) not in told:
            reach = _reach(match, named[match.signature].around)
            if reach < 0:
                return None
            beside = reach, "", 0, len(match.around)
            if isinstance(match.around, Beside):
                beside = reach, match.around.oid, match.around.offset, len(match.around)
            elif plain:
                beside = reach, match.blob.id, match.offset, len(match.around)
        told.add((match.signature, match.secret))
        rows.append(
            _Row(
                _blob(match.blob),
                # The lines of these are found as those of what is open, with comments beside them.
                _span(UNPLACED if plain else match.span),
                match.offset,
                match.decoded,
                match.signature,
                match.dismissed,
                match.allowances,
                match.confidence.value if match.confidence else "",
                match.open,
                numbers.setdefault(match.secret, len(numbers)),
                len(match.secret),
                tuple((name, numbers.setdefault(part, len(numbers))) for name, part in match.parts),
                plain,
                beside,
            )
        )
    inside = {row.blob[0] for row in rows if not row.plain}
    remarked = sorted({one.blob for one in scanned.comments if one.blob in inside})
    problems = [dataclasses.astuple(problem) for problem in scanned.problems]
    return marshal.dumps((list(map(tuple, rows)), dict(scanned.counts), problems, remarked))


def _blob(blob: Blob) -> tuple[Any, ...]:
    # There are many, and `dataclasses.astuple` copies whatever it meets.
    return blob.id, blob.size, blob.kind, blob.path, blob.field, blob.member, blob.containers


def _span(span: Span) -> tuple[int, ...]:
    return span.line, span.column, span.end_line, span.end_column


def _reach(match: Match, said: int) -> int:
    """Return how many bytes on either side of a match are around it, or -1.

    Its signature says it, but that may be another one by now, see `engine/settle.py`.
    """
    assert match.around is not None
    held, secret = match.around.reveal(), match.secret.reveal()
    places = [said, (len(held) - len(secret)) // 2]  # the latter unless the file ends there
    at = held.find(secret)
    while at >= 0:
        places += [at] if at % 100 == 0 else []
        at = held.find(secret, at + 1)
    fitting = (one for one in places if one > 0 and held[one : one + len(secret)] == secret)
    return next(fitting, -1)


def read(data: bytes, objects: Objects, engine: Engine) -> Scanned | None:
    """Return what was kept, with the secrets.

    Args:
        data: what :func:`written` gave.
        objects: those of the same repository, unchanged since.
        engine: looks for the same.

    Returns:
        None if something in it is not as it was.
    """
    kept, counts, problems, remarked = marshal.loads(data)  # noqa: S302 (only we can have written it)
    rows = [_Row(*row) for row in kept]
    try:
        matches, comments = _matches(rows, remarked, objects, engine)
    except _Gone:
        return None
    told = [Problem(*one) for one in problems]
    return Scanned(matches, told, counts=Counter(counts), comments=comments)


def _matches(
    rows: Sequence[_Row], remarked: Sequence[str], objects: Objects, engine: Engine
) -> tuple[list[Match], list[Comment]]:
    named = by_id(engine.settings.signatures)
    secrets: dict[int, Secret] = {}
    plain: dict[int, _Row] = {}
    others: dict[object, _Row] = {}
    for row in rows:
        if row.plain:
            plain.setdefault(row.secret, row)
        else:
            others.setdefault(row.secret, row)
        if row.parts and not (row.open or named[row.signature].context):
            others.setdefault(row.parts, row)
    again = [row for key, row in others.items() if row.length and key not in plain]
    again += (row for row in rows if row.around[0] and not row.around[1])
    wanted = {row.blob[0] for row in plain.values()}
    wanted |= {row.around[1] for row in rows if row.around[1]}
    held = objects.contents_of(wanted, _LARGEST)
    if held.keys() != wanted:
        raise _Gone
    for number, row in plain.items():
        secrets[number] = _cut(held[row.blob[0]], row)
    oids = {row.blob[0] for row in again}.union(remarked)
    result = scan_batch(engine, objects.batch_of(sorted(oids)))
    found: dict[_Place, Match] = {}
    beside: dict[tuple[_Place, int], Secret] = {}
    for match in result.matches:
        place = *_blob(match.blob), match.offset, match.decoded, len(match.secret)
        if match.parts or place not in found:
            found[place] = match
        if match.around is not None:
            beside[place, len(match.around)] = match.around
    for row in again:
        _learn(row, found, secrets)
    return [_match(row, secrets, held, beside) for row in rows], result.comments


def _learn(row: _Row, found: Mapping[_Place, Match], secrets: dict[int, Secret]) -> None:
    """Take the secrets of a row from what was scanned again."""
    match = found.get(row.place)
    if match is None:
        raise _Gone
    secrets.setdefault(row.secret, match.secret)
    parts = dict(match.parts)
    for name, number in row.parts:
        if name in parts:
            secrets.setdefault(number, parts[name])


def _cut(content: bytes, row: _Row) -> Secret:
    secret = content[row.offset : row.offset + row.length]
    if len(secret) != row.length:
        raise _Gone
    return Secret(secret)


def _match(
    row: _Row,
    secrets: Mapping[int, Secret],
    held: Mapping[str, bytes],
    beside: Mapping[tuple[_Place, int], Secret],
) -> Match:
    try:
        secret = secrets[row.secret] if row.length else Secret(b"")
        parts = tuple((name, secrets[number]) for name, number in row.parts)
    except KeyError:
        raise _Gone from None
    return Match(
        signature=row.signature,
        secret=secret,
        blob=Blob(*row.blob),
        span=Span(*row.span),
        offset=row.offset,
        decoded=row.decoded,
        parts=parts,
        dismissed=row.dismissed,
        allowances=row.allowances,
        confidence=Confidence(row.confidence) if row.confidence else None,
        open=row.open,
        around=_around(row, held, beside) if row.around[0] else None,
    )


def _around(
    row: _Row, held: Mapping[str, bytes], beside: Mapping[tuple[_Place, int], Secret]
) -> Secret:
    reach, oid, offset, size = row.around
    if oid:
        data = held[oid]
        if not text.plain(data):
            data = text.recode(data, text.encoding(data[: text.SNIFF]) or "utf-8")
        before = data[max(0, offset - reach) : offset].rjust(reach, b"\0")
        around: Secret | None = Secret(before + data[offset : offset + size - reach])
    else:
        around = beside.get((row.place, size))
    if around is None or len(around) != size:
        raise _Gone
    return around
