"""Whether a file is worth a closer look: asked of every file, so it imports nothing else."""

from __future__ import annotations

import re

HEAD = 8192
"""Bytes that decide."""

_PROMISING = re.compile(
    rb"""\s*(?:\xef\xbb\xbf)?\s*(?:
      [\[{] (?s:.){0,8000}? "(?:ts|guild|channel_id)"\s*:
    )""",
    re.VERBOSE,
)


def promising(head: bytes, path: str) -> bool:
    """Say whether a file may be a chat export.

    Args:
        head: its first bytes.
        path: its name.
    """
    return _PROMISING.match(head) is not None
