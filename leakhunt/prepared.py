"""What follows from the files of a package alone, made when the package was built.

Parsing four hundred signature files and picking what the first pass looks for takes longer than all
else that a first run does, and comes to the same everywhere. It lies beside the signatures, with a
digest of all that it follows from: where that is not what lies here, it counts for nothing.
"""

from __future__ import annotations

import functools
import hashlib
import marshal
import os
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "prepared.bin"
"""The file, in the folder of the signatures."""
_MAGIC = b"leakhunt-prepared-1\n"
_DIGEST = 32
_CODE = ("", "contextual", "engine", "engine/decode", "facts", "rules", "verify")
"""Folders of modules that decide what is made."""
_FORM = 4
"""The form of `marshal`, which every Python from 3.11 on reads."""


class Prepared(NamedTuple):
    """What was made."""

    signatures: tuple[tuple[Any, ...], ...]
    """Of each the fields, as plain values; where it stands is told from the folder on."""
    gates: dict[bytes, tuple[str, ...]]
    """What the first pass looks for, by a digest of what that follows from."""
    texts: dict[str, tuple[tuple[bytes, ...], ...]]
    """Of gates of secrets by their names, what stands in whatever they match."""
    state: bytes = b""
    """What changes when anything does that it follows from."""


@functools.cache
def prepared(folder: str) -> Prepared | None:
    """Return what was made of a folder of signatures, or None if that is not known.

    Args:
        folder: of the signatures that come with leakhunt.
    """
    try:
        with open(f"{folder}/{NAME}", "rb") as file:  # noqa: PTH123 (pathlib is loaded late)
            content = file.read()
        data = content[len(_MAGIC) + _DIGEST :]
        if content[: len(_MAGIC) + _DIGEST] != _MAGIC + hashlib.sha256(data).digest():
            return None
        # It lies beside code that is trusted.
        state, signatures, gates, texts = marshal.loads(data)  # noqa: S302
        return Prepared(signatures, gates, texts, state) if state == state_of(folder) else None
    except (OSError, EOFError, ValueError, TypeError):
        return None


def write(folder: str, place: str, made: Prepared) -> None:
    """Write what was made.

    Args:
        folder: of the signatures that it was made of.
        place: the folder to write it to.
        made: it.

    Raises:
        OSError: it cannot be written.
    """
    plain = made.signatures, made.gates, made.texts
    data = marshal.dumps((state_of(folder), *cast("Any", plain)), _FORM)
    with open(f"{place}/{NAME}", "wb") as file:  # noqa: PTH123
        file.write(_MAGIC + hashlib.sha256(data).digest() + data)


def state_of(folder: str) -> bytes:
    """Return what changes when a signature file does, or a module that decides what is made.

    Args:
        folder: of the signatures.

    Raises:
        OSError: a file cannot be read.
    """
    package = os.path.dirname(__file__)  # noqa: PTH120
    said = hashlib.blake2b(digest_size=32)
    folders = [(folder, name) for name in sorted(_folders(folder))]
    for top, name in (*folders, *((package, name) for name in _CODE)):
        for file in sorted(os.listdir(f"{top}/{name}")):  # noqa: PTH208
            if file.endswith((".toml", ".py")) and not file.startswith("__init__"):
                with open(f"{top}/{name}/{file}", "rb", buffering=0) as stream:  # noqa: PTH123
                    content = stream.readall()
                said.update(f"{name}/{file} {len(content)}\n".encode())
                said.update(content)
    return said.digest()


def _folders(folder: str) -> Iterator[str]:
    yield ""
    with os.scandir(folder) as entries:
        yield from (entry.name for entry in entries if entry.is_dir())
