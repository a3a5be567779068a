"""The strings of a JSON value, for all that has no reader of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from leakhunt.chat.base import Piece, words
from leakhunt.chat.jsons import escaped

if TYPE_CHECKING:
    from leakhunt.chat.base import Marks

DEPTH = 400
"""Deeper strings are found only as they stand in the file."""

LABELS = words("title name label")
"""What stands below one of these is a name for the `value` behind it, as in fields of bots."""

Clean = Callable[[str], "tuple[str, Marks]"]


def leaves(
    value: Any,
    pointer: str,
    pieces: list[Piece],
    *,
    skip: Collection[str] = (),
    clean: Clean | None = None,
    depth: int = 0,
    glue: str = "\n",
) -> None:
    """Add the strings of a value, in order.

    Args:
        value: of the record, or of a part of it.
        pointer: of the value, within the record.
        pieces: where to add them.
        skip: keys whose values are left out, at any depth.
        clean: what to undo in each.
        depth: how deep the value lies.
        glue: what stands before it, if it is a string.
    """
    if isinstance(value, str):
        if value:
            text, marks = clean(value) if clean else (value, ())
            pieces.append(Piece(text, pointer, -1, marks, glue))
        return
    if depth > DEPTH:
        return
    if isinstance(value, dict):
        labelled = False
        for key, inner in value.items():
            if key not in skip and isinstance(inner, str | dict | list):
                below = f"{pointer}/{escaped(key)}"
                said = ": " if labelled and key == "value" else "\n"
                leaves(inner, below, pieces, skip=skip, clean=clean, depth=depth + 1, glue=said)
                if inner or not isinstance(inner, str):
                    labelled = key in LABELS and isinstance(inner, str)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if isinstance(inner, str | dict | list):
                below = f"{pointer}/{number}"
                leaves(inner, below, pieces, skip=skip, clean=clean, depth=depth + 1)
