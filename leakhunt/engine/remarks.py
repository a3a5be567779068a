"""The comments of a text that may allow what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.engine.text import SNIFF, encoding, recode
from leakhunt.suppress.comments import comments_in

if TYPE_CHECKING:
    from leakhunt.engine.scan import Opener, Scan
    from leakhunt.model import Blob
    from leakhunt.suppress.comments import Comment

_MARK = b"leakhunt:allow"


def comments(
    blob: Blob, content: bytes | memoryview | Opener, scan: Scan, honor: tuple[str, ...]
) -> list[Comment]:
    """Return the comments of a text that may allow something. What is streamed has none.

    Args:
        blob: what the text is.
        content: its bytes.
        scan: what came of it.
        honor: comments of other tools that count.
    """
    if blob.field or not isinstance(content, (bytes, memoryview)):
        return []
    if not isinstance(content, bytes):
        content = bytes(content)
    if scan.matches and (kind := encoding(content[:SNIFF])) not in (None, "utf-8"):
        content = recode(content, kind)
    return comments_in(blob, content, honor) if honor or _MARK in content else []
