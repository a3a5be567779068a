"""Scans batches: what a process does that scans, be it the only one or one of several."""

from __future__ import annotations

import dataclasses
import weakref
from collections import Counter
from typing import TYPE_CHECKING

from leakhunt import patience
from leakhunt.archives.magic import kind
from leakhunt.catalogue import by_id
from leakhunt.engine.batches import Batch, Item, Ledger, Many, Said, Told, Traced
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.scan import Engine, Scan
from leakhunt.errors import LeakhuntError, reason
from leakhunt.model import Blob, Match, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from leakhunt.engine.carried import Known
    from leakhunt.engine.versions import Sight, Version
    from leakhunt.model import Signature
    from leakhunt.store.ledger import Learnt
    from leakhunt.suppress.comments import Comment


@dataclasses.dataclass(slots=True)
class Scanned:
    """What came of scanning some batches."""

    matches: list[Match] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    lasting: list[Problem] = dataclasses.field(default_factory=list)
    """Those of the problems that follow from the content of a git object alone."""
    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    told: list[bytes] = dataclasses.field(default_factory=list)
    """What is for the source."""
    observed: list[object] = dataclasses.field(default_factory=list)
    """What the observer of files had to say."""
    comments: list[Comment] = dataclasses.field(default_factory=list)
    """Those that may allow what stands beside them."""
    learnt: list[Learnt] = dataclasses.field(default_factory=list)
    """What a store keeps. Not added up: whoever wants it takes it."""
    derived: dict[tuple[str, str | bytes], bytes] = dataclasses.field(default_factory=dict)
    """What a process of its own had to make, see `leakhunt.derived.taken`. Not added up, either."""

    def add(self, other: Scanned) -> None:
        """Take in what another batch gave."""
        self.matches += other.matches
        self.problems += other.problems
        self.lasting += other.lasting
        self.counts += other.counts
        self.observed += other.observed
        self.comments += other.comments


_TOGETHER = 256
"""So many commits are scanned as one text: most hold nothing."""
_HELD = 1024 * 1024
"""Bytes of commits that may wait to be scanned together."""
_COUNTED = {
    "file": "files",
    "stdin": "files",
    "staged": "staged",
    "blob": "blobs",
    "commit": "commits",
    "tag": "tags",
}


_COMMENTED = frozenset(("file", "stdin", "staged"))
"""What may hold comments that mean nothing any more, which is worth a word."""
_MARK = b"leakhunt:allow"
_BARREN = 20_000
"""Members of containers of which it is remembered that they hold nothing."""
_barren: weakref.WeakKeyDictionary[Engine, dict[bytes, Counter[str]]] = weakref.WeakKeyDictionary()
"""What is counted of such, by a digest of them."""


def scan_batch(engine: Engine, batch: Batch) -> Scanned:
    """Scan one batch."""
    name: str | None = getattr(batch, "ledger", None)
    ledger = None if name is None else _ledger(name)
    taking = _Taking(engine, ledger)
    for item in batch.read():
        if not isinstance(item, Many):
            taking.take(item)
        elif engine.sight is not None:
            taking.sight = engine.sight
            item.walk(taking)
        else:
            for one in item.each():
                taking.take(one)
    result = taking.finish()
    if ledger is not None:
        result.learnt.append(ledger.learnt())
    return result


class _Taking:
    """Takes what a batch yields."""

    sight: Sight

    def __init__(self, engine: Engine, ledger: Ledger | None) -> None:
        self._engine = engine
        self._ledger = ledger
        self._result = Scanned()
        self._blobs = self._bytes = self._held = 0
        self._said: list[Said] = []
        self._signatures: Mapping[str, Signature] = {}

    def take(self, item: Item | Said | Version | Traced | Problem | Told) -> None:
        """Scan it, or keep it until there are more of its kind."""
        result = self._result
        if isinstance(item, Problem):
            result.problems.append(item)
        elif isinstance(item, Told):
            result.told.append(item.data)
        elif isinstance(item, Item):
            _open_item(self._engine, item, result, self._ledger)
        elif isinstance(item, Traced):
            self._retrace(item)
        elif isinstance(item, Said):
            self._said.append(item)
            self._held += len(item.message) + len(item.identity)
            if len(self._said) == _TOGETHER or self._held > _HELD:
                self._hear()
        elif kind(item.content) and self._engine.settings.containers:
            _open_item(self._engine, Item(item.blob(), item.content), result, self._ledger)
        else:
            self._scan_version(item)

    def judge(self, version: Version, suspects: bytes, moved: bytes, known: Known | None) -> None:
        """Scan a version of which all hits are known."""
        try:
            scan = self._engine.scan_suspects(version, suspects, moved, known)
        except (OSError, LeakhuntError) as error:
            _failed(self._result, version.blob(), error, self._ledger)
            return
        self._add(version, scan)

    def hear(self, said: Said) -> None:
        """Scan what a person wrote: something was seen in it."""
        for item in said.items():
            _scan_item(self._engine, item, self._result, self._ledger)

    def count(self, **counts: int) -> None:
        """Add what was scanned and held nothing."""
        self._result.counts += Counter(counts)

    def note(self, objects: Iterable[tuple[bytes, str, int]]) -> None:
        """Take note which objects these were, by id, kind and bytes that were scanned."""
        if self._ledger is not None:
            self._ledger.quiet(objects)

    def finish(self) -> Scanned:
        """Return what came of all."""
        self._hear()
        self.count(blobs=self._blobs, bytes=self._bytes)
        self._result.problems += patience.taken()
        return self._result

    def _hear(self) -> None:
        _scan_said(self._engine, self._said, self._result, self._ledger)
        self._said, self._held = [], 0

    def _retrace(self, item: Traced) -> None:
        from leakhunt.engine.retracing import retraced

        self._signatures = self._signatures or by_id(self._engine.settings.signatures)
        self._result.matches += retraced(item, self._signatures)
        self.count(blobs=1, bytes=item.blob.size)

    def _scan_version(self, version: Version) -> None:
        try:
            scan = self._engine.scan_version(version)
        except (OSError, LeakhuntError) as error:
            _failed(self._result, version.blob(), error, self._ledger)
            return
        self._add(version, scan)

    def _add(self, version: Version, scan: Scan | None) -> None:
        if self._ledger is not None:
            blob = version.blob()
            self._ledger.note(blob, scan or Scan([], [], blob.size))
        if scan is None:
            self._blobs += 1
            self._bytes += len(version.content)
        else:
            _take(self._result, scan, "blobs")
            if scan.matches and scan.matches[0].span != UNPLACED:
                item = Item(version.blob(), version.content)
                _note(self._result, item, scan, self._engine.settings.honor)


def _ledger(name: str) -> Ledger:
    from leakhunt.store import ledger

    return ledger.Ledger(name)


def _open_item(engine: Engine, item: Item, result: Scanned, ledger: Ledger | None) -> None:
    """Scan an item, or of a container what lies in it."""
    from leakhunt.engine.containers import Opened, container, inside

    _see(engine, item.blob, result)
    if not engine.settings.containers or (found := container(item)) is None:
        _scan_item(engine, item, result, ledger)
        return
    alone = Scanned()
    try:
        for part in inside(item, found, binary=engine.settings.binary):
            if isinstance(part, Problem):
                alone.problems.append(part)
                alone.lasting += [part] if item.blob.kind == "blob" else ()
            elif isinstance(part, Opened):
                alone.counts[part.what] += 1
            else:
                _see(engine, part.blob, alone)
                _scan_member(engine, part, alone)
    except (OSError, LeakhuntError) as error:
        _failed(alone, item.blob, error, None)
    result.add(alone)
    if ledger is not None:
        if alone == Scanned(counts=alone.counts) and not patience.gave_up():
            ledger.empty(item.blob, alone.counts)
        else:
            ledger.spoil(item.blob)


def _scan_member(engine: Engine, item: Item, result: Scanned) -> None:
    """Scan what lies in a container, unless the same lay in another one and held nothing.

    History is full of archives that differ in little.
    """
    import hashlib

    content = item.content
    plain = engine.settings.observer is None and item.blob.kind == "blob"
    if not plain or not isinstance(content, bytes):
        _scan_item(engine, item, result, None)
        return
    about = item.blob.member, item.blob.field, item.blob.containers, item.named
    digest = hashlib.blake2b(repr(about).encode(), digest_size=16)
    digest.update(content)
    key = digest.digest()
    barren = _barren.setdefault(engine, {})
    counts = barren.get(key)
    if counts is None:
        alone = Scanned()
        _scan_item(engine, item, alone, None)
        if alone == Scanned(counts=alone.counts) and len(barren) < _BARREN:
            barren[key] = alone.counts
        result.add(alone)
    else:
        result.counts += counts


def _see(engine: Engine, blob: Blob, result: Scanned) -> None:
    """Look at where a file lies, whatever is in it."""
    if engine.by_path:
        from leakhunt.engine.lying import at_path

        result.matches += at_path(engine.by_path, blob)


def _scan_item(engine: Engine, item: Item, result: Scanned, ledger: Ledger | None) -> None:
    blob = item.blob
    try:
        export = _scan_export(engine, item, result) if ledger is None else None
        scan = export or engine.scan(blob, item.content, binary=item.named)
        if export is None and ledger is None and not scan.binary:
            scan = _read_json(engine, item, scan)
    except (OSError, LeakhuntError) as error:
        _failed(result, blob, error, ledger)
    else:
        if ledger is not None:
            ledger.note(blob, scan)
        counted = "members" if blob.containers else _COUNTED[blob.kind]
        _take(result, scan, "" if blob.field == "identity" else counted)
        seen: Collection[object] = ()
        if engine.settings.observer is not None and not scan.binary:
            from leakhunt.engine.observing import observed

            seen = observed(engine.settings.observer, item)
            result.observed += seen
        if (scan.matches or blob.kind in _COMMENTED) and export is None:
            honor = engine.settings.honor if scan.matches or seen else ()
            held = isinstance(item.content, (bytes, memoryview)) and _MARK in bytes(item.content)
            if scan.matches or honor or held:
                _note(result, item, scan, honor)


def _note(result: Scanned, item: Item, scan: Scan, honor: tuple[str, ...]) -> None:
    from leakhunt.engine.remarks import comments

    result.comments += comments(item.blob, item.content, scan, honor)


def _scan_export(engine: Engine, item: Item, result: Scanned) -> Scan | None:
    """Return what came of a chat export, or None if the item is none."""
    if item.blob.kind not in ("file", "stdin") or not engine.settings.chats:
        return None
    from leakhunt.chat.sniff import HEAD, promising

    if isinstance(item.content, (bytes, memoryview)) and not promising(
        bytes(item.content[:HEAD]), item.blob.member or item.blob.path
    ):
        return None
    from leakhunt.engine.conversations import scan_export

    found = scan_export(engine, item, lambda file: _open_item(engine, file, result, None))
    if found is None:
        return None
    scan, messages = found
    result.counts["conversations"] += 1
    result.counts["messages"] += messages
    return scan


def _read_json(engine: Engine, item: Item, scan: Scan) -> Scan:
    """Return what came of a file, and if it is JSON with escapes, of what its strings say."""
    if item.blob.kind not in ("file", "stdin") or item.blob.field:
        return scan
    from leakhunt.chat.sniff import escaped_json

    if isinstance(item.content, (bytes, memoryview)) and not (
        escaped_json(item.content, found=bool(scan.matches))
    ):
        return scan
    from leakhunt.engine.strings import read_strings

    return read_strings(engine, item, scan)


def _scan_said(engine: Engine, said: list[Said], result: Scanned, ledger: Ledger | None) -> None:
    """Scan commits and tags together, and again one by one where there may be something."""
    if not said:
        return
    both = engine.promising([part for one in said for part in (one.message, one.identity)])
    promising = {at // 2 for at in both}
    for at, one in enumerate(said):
        if at in promising or ledger is not None:
            for item in one.items():
                _scan_item(engine, item, result, ledger)
        else:
            result.counts[_COUNTED[one.kind]] += 1
            result.counts["bytes"] += len(one.message)


def _failed(
    result: Scanned, blob: Blob, error: OSError | LeakhuntError, ledger: Ledger | None
) -> None:
    result.problems.append(Problem("unreadable", blob.path or blob.id, reason(error)))
    if ledger is not None:
        ledger.spoil(blob)


def _take(result: Scanned, scan: Scan, counted: str) -> None:
    """Add what came of one scan, counted as what it is."""
    result.matches += scan.matches
    result.problems += scan.problems
    if scan.binary:
        result.counts["skipped_binary"] += 1
    elif counted:
        result.counts[counted] += 1
        result.counts["bytes"] += scan.size
