"""What sources hand to the engine: batches of blobs, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from leakhunt.model import Blob, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from leakhunt.chat.base import Beside
    from leakhunt.engine.carried import Known
    from leakhunt.engine.scan import Opener, Scan
    from leakhunt.engine.versions import Sight, Version
    from leakhunt.store.ledger import Learnt
    from leakhunt.store.traces import Trace


class Item(NamedTuple):
    """A blob and its content: bytes valid until the next item, or how to open a large one."""

    blob: Blob
    content: bytes | memoryview | Opener
    named: bool = False
    """The user named it: it is scanned even if it is binary."""
    beside: Beside | str = ""
    """What lies around it, or where it lies on disk: for chat exports."""
    within: str = ""
    """The folder out of which nothing leads that it says; empty: nothing else is opened."""


class Said(NamedTuple):
    """What a person wrote into a commit or tag."""

    oid: str
    kind: str
    message: bytes
    identity: bytes

    def items(self) -> tuple[Item, Item]:
        """Return both parts, each as a blob."""
        return (
            Item(Blob(self.oid, len(self.message), self.kind, field="message"), self.message),
            Item(Blob(self.oid, len(self.identity), self.kind, field="identity"), self.identity),
        )


class Traced(NamedTuple):
    """A blob of which it is known what it holds, and its content or the secrets themselves."""

    blob: Blob
    content: bytes
    traces: tuple[Trace, ...]
    secrets: tuple[bytes, ...] = ()
    """Of each trace; then there is no content."""


class Told(NamedTuple):
    """What a batch has to say to the source that it came from."""

    data: bytes


class Eyes(Protocol):
    """What does the scanning in a walk over many objects at once."""

    sight: Sight

    def judge(self, version: Version, suspects: bytes, moved: bytes, known: Known | None) -> None:
        """Scan a version of which all hits are known; see `Engine.scan_suspects`."""

    def take(self, item: Version) -> None:
        """Scan one that is no plain text, or a container, or very short."""

    def hear(self, said: Said) -> None:
        """Scan what a person wrote: something was seen in it."""

    def count(self, **counts: int) -> None:
        """Add what was scanned and held nothing."""

    def note(self, objects: Iterable[tuple[bytes, str, int]]) -> None:
        """Take note which objects these were, by id, kind and bytes that were scanned."""


class Many(NamedTuple):
    """Objects that can be scanned many at once, or one by one."""

    walk: Callable[[Eyes], None]
    each: Callable[[], Iterable[Item | Said | Version | Problem]]
    """Does the same one by one."""


class Batch(Protocol):
    """A share of the work that can be sent to another process."""

    def read(self) -> Iterator[Item | Said | Version | Traced | Problem | Told | Many]:
        """Yield the content, what could not be read, and what the source wants to know.

        A version is one of a blob in git.
        """


class Ledger(Protocol):
    """Notes what came of blobs. A batch that wants one has `ledger`, its name, not None."""

    def note(self, blob: Blob, scan: Scan) -> None:
        """Take in what came of a blob."""

    def quiet(self, objects: Iterable[tuple[bytes, str, int]]) -> None:
        """Take in many that were clean, by id, kind and bytes that were scanned."""

    def empty(self, blob: Blob, counts: Mapping[str, int]) -> None:
        """Take note of a container in which nothing was found, and of what is counted for it."""

    def spoil(self, blob: Blob) -> None:
        """Take back whatever is noted about a blob: a part of it could not be scanned."""

    def learnt(self) -> Learnt:
        """Return what is noted."""
