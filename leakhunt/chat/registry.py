"""All formats, and which one a file is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.chat.discord import DISCORD
from leakhunt.chat.slack import SLACK

if TYPE_CHECKING:
    from leakhunt.chat.base import Format

FORMATS: tuple[Format, ...] = (DISCORD, SLACK)
"""In the order in which they are asked: the surest first."""


def recognised(head: str, path: str) -> Format | None:
    """Return the format of a file, or None.

    Args:
        head: the first 8 KiB of it.
        path: its name, with the folders of the export.
    """
    head = head.removeprefix("\ufeff")
    for one in FORMATS:
        if one.claims(head, path):
            return one
    return None
