"""Which code runs in a container: code below a Dockerfile."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.model import Found

DOCKERFILE = "dockerfile"
"""The form of the mention that says that a file is a Dockerfile."""


def placed(files: Sequence[Found]) -> list[Found]:
    """Mark listeners in code as contained where a Dockerfile lies beside or above their file.

    Args:
        files: what all files say.

    Returns:
        The same, in the same order.
    """
    folders = set(_folders(files))
    return [_placed(file, folders) for file in files] if folders else list(files)


def _folders(files: Iterable[Found]) -> Iterable[str]:
    for file in files:
        if any(item.form == DOCKERFILE for item in file.mentions):
            folder = file.path.rpartition("/")[0]
            yield folder
            if folder.rpartition("/")[2].lower() in {"docker", "build", "deploy", "containers"}:
                yield folder.rpartition("/")[0]


def _placed(file: Found, folders: set[str]) -> Found:
    above = _above(file.path)
    folder = next((name for name in above if name in folders), None)
    if folder is None or not file.listeners:
        return file
    note = f"a Dockerfile lies in {folder or 'the top folder'}, so it probably runs in a container"
    return dataclasses.replace(
        file,
        listeners=tuple(
            item
            if item.contained or item.owner
            else dataclasses.replace(item, contained=True, notes=(*item.notes, note))
            for item in file.listeners
        ),
    )


def _above(path: str) -> list[str]:
    """The folders that a file lies in, innermost first; the last is the top, an empty text."""
    found = []
    while path:
        path = path.rpartition("/")[0]
        found.append(path)
    return found
