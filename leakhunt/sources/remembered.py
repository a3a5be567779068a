"""The object database of a repository of which earlier scans remember what was clean.

What was clean is counted, and not read. Of what was not, it is known where in it something was
found: it is read, and not scanned. A pack that was scanned before is not even opened: what else
there is in it is left to git. In a new pack, what an old one held is known by its id, if the pack
is what its checksum says.
"""

from __future__ import annotations

import marshal
from collections import Counter
from typing import TYPE_CHECKING, Any

from leakhunt.git.objects import BATCH_OBJECTS, ObjectInfo, describe_objects
from leakhunt.git.packs.state import pack_state
from leakhunt.git.packs.survey import Outside, Packs, id_width, loose_files, pack_files
from leakhunt.git.packs.table import OddPack, Pack
from leakhunt.sources.objects import object_batches
from leakhunt.sources.packs import GitBatch, PackBatch, SharedPacks, forget
from leakhunt.sources.packs import share as keep_open
from leakhunt.sources.shares import Kept, Share, packed, scannable, split, unpacked
from leakhunt.sources.traced import TracedBatch
from leakhunt.store import facts
from leakhunt.store.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leakhunt.engine.batches import Batch
    from leakhunt.git.objects import Unreadable
    from leakhunt.git.repository import Repository
    from leakhunt.store.ledger import Held
    from leakhunt.store.memory import Memory

_PACK, _LOOSE = "pack ", "loose"
"""Rows: one for each pack, one for everything else."""
_MANY = 8192
"""So many objects of a pack are not left to git."""
_LooseFile = tuple[int, int, int, int]
"""Inode, size, and when it was changed: what shows that a file is another one."""


class Unsuitable(Exception):  # noqa: N818 (never shown: the repository is read as without a store)
    """Something about the repository is odd: nothing is taken from the store, nor kept."""


class Remembered:
    """Like `PackedObjects`, but what is known to be clean is counted and not read.

    Args:
        repo: the repository; its packs can be read directly.
        memory: what is known.

    Raises:
        Unsuitable: it has to be read without.
        GitError: git failed to list what is not in a pack.
    """

    def __init__(self, repo: Repository, memory: Memory) -> None:
        self._repo = repo
        self._memory = memory
        self._width = id_width(repo)
        self._saved = False
        self.counts: Counter[str] = Counter()
        """What is not scanned again."""
        self.unreadable: list[Unreadable] = []
        self._rows = memory.rows()
        names = [name for name in self._rows if name.startswith(_PACK)]
        self._kept = {
            name.removeprefix(_PACK): Kept(*marshal.loads(self._rows[name]))  # noqa: S302 (ours)
            for name in names
        }
        first = not self._rows
        paths, plain = pack_files(repo)
        if not plain:
            raise Unsuitable
        self._shares = [self._share(path) for path in paths]
        self._shares.sort(key=lambda share: (share.count, share.name))
        self._leave_out()
        self._loose: dict[str, tuple[_LooseFile, int, int]] = {}
        self._files: dict[str, _LooseFile] = {}
        self._folders: set[str] = set()
        """Loose trees that are new."""
        known = self._known_loose()
        for share in self._shares:
            if share.pack is not None:
                self._recognise(share, share.pack, known)
            self.counts += share.counts
        self._outside = self._look_outside(known)
        opened = [share.pack for share in self._shares if share.pack is not None]
        packs = Packs(tuple(opened), plain=True)
        self._key = keep_open(packs)
        self._tasks = [(task, share) for share in self._shares for task in share.tasks()]
        beside = Outside(self._outside, sorted(self._folders), [])
        self.shared = SharedPacks(packs, self._key, beside) if first else None
        """All that there is, where nothing is known yet."""

    @property
    def total(self) -> int:
        """A guess at the bytes of what is scanned."""
        packed = sum(task.size for task, _ in self._tasks)
        return packed + sum(info.size for info in self._outside)

    def batches(self) -> Iterator[Batch]:
        """Yield the work, the largest shares first."""
        yield from object_batches(self._repo, self._outside, _LOOSE)
        for share in self._shares:
            if share.pack is None:
                names = sorted(oid.hex() for oid in share.rest)
                for low in range(0, len(names), BATCH_OBJECTS):
                    some = tuple(names[low : low + BATCH_OBJECTS])
                    yield GitBatch(self._repo, some, share.name)
            if share.held:
                held = tuple((oid.hex(), one) for oid, one in share.held.items())
                yield TracedBatch(self._repo, held)
        telling = self.shared is not None
        for task, share in sorted(self._tasks, key=lambda item: -item[0].work):
            span = share.name, task.low, task.high
            yield PackBatch(self._repo, self._key, *span, share.name, share.needed, telling)

    def save(self) -> None:
        """Keep what was learnt; later calls do nothing."""
        if self._saved:
            return
        self._saved = True
        rows = {}
        for share in self._shares:
            row = self._row(share)
            if row is not None:
                rows[_PACK + share.name] = marshal.dumps(tuple(row))
        loose = marshal.dumps(self._new_loose())
        if loose != self._rows.get(_LOOSE, marshal.dumps({})):
            rows[_LOOSE] = loose
        there = {_PACK + share.name for share in self._shares}
        gone = [name for name in self._rows if name.startswith(_PACK) and name not in there]
        self._memory.keep(rows, gone)

    def close(self) -> None:
        """Keep what was learnt so far, and forget the packs."""
        self.save()
        forget(self._key)

    def _share(self, path: Path) -> Share:
        """Look up a pack, and open it if it is new, or has changed."""
        state = pack_state(path, self._width)
        if state is None:
            raise Unsuitable
        share = Share(path, state, self._width)
        kept = self._kept.get(path.name)
        if kept is not None:
            same = kept.content == state.content
            if not same or (kept.times != state.times and not share.whole):
                # Not what was scanned: nothing of it counts.
                del self._kept[path.name]
            elif len(kept.rest) <= _MANY * self._width:
                share.take(kept)
                return share
        try:
            share.pack = Pack(path, self._width)
        except OddPack:
            raise Unsuitable from None
        if 0 in bytes(share.pack.kind):
            raise Unsuitable
        share.count = share.pack.count
        return share

    def _leave_out(self) -> None:
        """Count and scan each object once: where it lies in several packs, in the smallest."""
        seen: set[bytes] = set()
        for number, share in enumerate(self._shares, 1):
            more = number < len(self._shares)
            if share.pack is None:
                inside = share.leave_out(seen)
                if more:
                    seen |= inside
                continue
            if seen:
                share.pack.leave_out(seen)
            if more:
                seen |= share.pack.oids()

    def _recognise(self, share: Share, pack: Pack, loose: dict[bytes, bytes]) -> None:
        """Find the objects of a new pack that are known from elsewhere."""
        if not (self._kept or loose) or not share.whole:
            return
        oids = pack.oids_of(scannable(pack))
        found = {oid: record for oid, record in loose.items() if oid in oids}
        held: dict[bytes, Held] = {}
        for kept in self._kept.values():
            some = Facts(kept.records, self._width).among(oids)
            found |= {record[: self._width]: record for record in some}
            held |= {oid: one for oid, one in unpacked(kept.held).items() if oid in oids}
        share.recognise(pack, found, held)

    def _known_loose(self) -> dict[bytes, bytes]:
        """Return the facts about loose objects, as far as their files did not change."""
        for oid, entry in loose_files(self._repo):
            try:
                s = entry.stat()
            except OSError:
                continue
            self._files[oid] = s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns
        row = self._rows.get(_LOOSE)
        known = {}
        for oid, (file, what, size) in (marshal.loads(row) if row else {}).items():  # noqa: S302
            # One that is gone is in a pack now, or nowhere.
            if self._files.get(oid, file) != file:
                continue
            known[bytes.fromhex(oid)] = facts.record(bytes.fromhex(oid), what, size)
            if oid in self._files:
                self._loose[oid] = file, what, size
        return known

    def _look_outside(self, known: dict[bytes, bytes]) -> list[ObjectInfo]:
        """Count the loose objects that are known, and return the others, trees left out.

        Raises:
            Unsuitable: one cannot be read; a pack that was not opened may have it, too.
        """
        only = {bytes.fromhex(oid) for oid in self._files}
        for share in self._shares:
            if share.pack is not None:
                only = {oid for oid in only if not share.pack.has(oid.hex())}
            elif share.kept is not None and only:
                inside = {record[: self._width] for record in share.known.among(only)}
                only -= inside | share.traced.keys()
                only -= set(split(share.kept.rest, self._width))
        self._loose = {oid: f for oid, f in self._loose.items() if bytes.fromhex(oid) in only}
        here = [known[bytes.fromhex(oid)] for oid in self._loose]
        self.counts += Facts.of(here, self._width).counts()
        new = sorted(oid.hex() for oid in only if oid.hex() not in self._loose)
        if not new:
            return []
        objects, unreadable = describe_objects(self._repo, new)
        if unreadable:
            raise Unsuitable
        self._folders = set(new).difference(info.oid for info in objects)
        for oid in self._folders:
            self._loose[oid] = self._files[oid], facts.TREE, 0
        return objects

    def _new_loose(self) -> dict[str, Any]:
        """Return what is kept of loose objects."""
        found = dict(self._loose)
        step = self._width + len(facts.record(b"", 0, 0))
        for record in split(self._memory.learnt(_LOOSE).records, step):
            oid, what, size = facts.read(record, self._width)
            if oid.hex() in self._files:
                found[oid.hex()] = self._files[oid.hex()], what, size
        return dict(sorted(found.items()))

    def _row(self, share: Share) -> Kept | None:
        """Return what is to be kept of a pack, or None if that is kept, or it has changed."""
        _, records, fresh = self._memory.learnt(share.name)
        kept, state = share.kept, share.state
        if kept is not None and not (records or fresh) and kept.times == state.times:
            return None
        # Of a damaged pack nothing is kept: git may have had an object from another place.
        if (kept is None and not share.whole) or pack_state(share.path, self._width) != state:
            return None
        step = self._width + len(facts.record(b"", 0, 0))
        known = Facts.of([*share.known, *split(records, step)], self._width)
        held = {**share.traced, **fresh}
        if kept is not None:
            everything = share.known.oids() | held.keys() | set(split(kept.rest, self._width))
        else:
            assert share.pack is not None
            everything = share.pack.oids_of(scannable(share.pack, everywhere=True))
        rest = b"".join(sorted(everything - known.oids() - held.keys()))
        return Kept(state.content, state.times, share.count, rest, known.records, packed(held))
