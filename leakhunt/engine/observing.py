"""Files of a folder are shown to whoever wants to read more out of them than secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from leakhunt.engine.batches import Item


class Observer(Protocol):
    """Looks at files of a folder while they are at hand. It can be sent to another process."""

    def observe(self, path: str, content: bytes | memoryview) -> object | None:
        """Return what there is to say about a file, or None. Never raises."""


def observed(observer: Observer, item: Item) -> list[object]:
    """Return what an observer says of an item: only of a file that lies in a folder as it is."""
    blob, content = item.blob, item.content
    if blob.kind != "file" or blob.containers or not isinstance(content, (bytes, memoryview)):
        return []
    seen = observer.observe(blob.path, content)
    return [] if seen is None else [seen]
