"""A batch of blobs of which it is known what they hold: they are not scanned, and few are read."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

from leakhunt.engine.batches import Traced
from leakhunt.git.objects import ObjectInfo, Unreadable, read_objects
from leakhunt.model import Blob, Problem
from leakhunt.records import record
from leakhunt.sources.packs import missing
from leakhunt.store.ledger import Held
from leakhunt.store.traces import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leakhunt.git.repository import Repository

_Secrets = dict[tuple[bytes, int, int], bytes]
"""Secrets by the object and the offset at which they were met first, and their length."""


def packed(held: Mapping[bytes, Held]) -> bytes:
    """Return what objects hold as bytes, in the order in which they were read."""
    return marshal.dumps(
        [(oid, one.size, list(map(tuple, one.traces))) for oid, one in held.items()]
    )


NOTHING = packed({})


def unpacked(held: bytes) -> dict[bytes, Held]:
    """Undo :func:`packed`."""
    rows = marshal.loads(held)  # noqa: S302 (only we can have written it)
    return {oid: Held(size, tuple(Trace(*one) for one in some)) for oid, size, some in rows}


@record(frozen=True, slots=True)
class TracedBatch:
    """Blobs that hold something. Those that hold only what others hold as well are not read."""

    repo: Repository
    held: bytes
    """See :func:`packed`."""

    def read(self) -> Iterator[Traced | Problem]:
        """Yield each blob, or why it cannot be read."""
        held = {oid.hex(): one for oid, one in unpacked(self.held).items()}
        secrets: _Secrets = {}
        yield from self._read(
            [oid for oid, one in held.items() if _stands(one, held)], held, secrets
        )
        left = []
        for oid, one in held.items():
            if _stands(one, held):
                continue
            said = [secrets.get((*trace.like, trace.length)) for trace in one.traces if trace.like]
            if None in said:
                left.append(oid)
            else:
                known = tuple(secret for secret in said if secret is not None)
                yield Traced(Blob(oid, one.size, "blob"), b"", one.traces, known)
        yield from self._read(left, held, secrets)

    def _read(
        self, oids: Iterable[str], held: Mapping[str, Held], secrets: _Secrets
    ) -> Iterator[Traced | Problem]:
        wanted = [ObjectInfo(oid, "blob", held[oid].size) for oid in oids]
        for answer in read_objects(self.repo, wanted):
            if isinstance(answer, Unreadable):
                yield missing(answer)
                continue
            info, content = answer
            traces = held[info.oid].traces
            name = bytes.fromhex(info.oid)
            for trace in traces:
                end = trace.offset + trace.length
                secrets[name, trace.offset, trace.length] = bytes(content[trace.offset : end])
            yield Traced(Blob(info.oid, info.size, "blob"), bytes(content), traces)


def _stands(one: Held, held: Mapping[str, Held]) -> bool:
    """Whether a blob has to be read: something stands only in it, or what is around it counts."""
    return any(
        trace.around or trace.like is None or trace.like[0].hex() not in held
        for trace in one.traces
    )
