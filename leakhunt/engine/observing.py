"""Files of a folder are shown to whoever wants to read more out of them than secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from leakhunt.engine import text

if TYPE_CHECKING:
    from leakhunt.engine.batches import Item


class Observer(Protocol):
    """Looks at files of a folder while they are at hand. It can be sent to another process."""

    def observe(
        self, path: str, content: bytes | memoryview, near: str = "", within: str = ""
    ) -> object | None:
        """Return what there is to say about a file in UTF-8, or None. Never raises.

        Args:
            path: how it is shown.
            content: all of it.
            near: where it lies on disk.
            within: the folder whose files may be opened because of what it says.
        """

    def unread(self, path: str, size: int) -> object | None:
        """Return what there is to say about a file that is too large to be held, or None."""


def observed(observer: Observer, item: Item) -> list[object]:
    """Return what an observer says of an item: only of a file that lies in a folder as it is."""
    blob, content = item.blob, item.content
    if blob.kind != "file" or blob.containers:
        return []
    if isinstance(content, (bytes, memoryview)):
        encoding = text.encoding(bytes(content[: text.SNIFF]))
        if encoding is not None and encoding != "utf-8":
            content = text.recode(bytes(content), encoding)
        near = item.beside if isinstance(item.beside, str) else ""
        seen = observer.observe(blob.path, content, near, item.within)
    else:
        seen = observer.unread(blob.path, blob.size)
    return [] if seen is None else [seen]
