"""Databases of hyperscan that were compiled when the package was built.

Compiling them takes seconds, most of a first run. They hold for the signatures that come with
leakhunt and the code that reads them, and for one version of hyperscan. Whether this machine's CPU
can do what that of the builder could hyperscan itself checks when it reads one. Where anything is
different they count for nothing, and are compiled as if they were not there.
"""

from __future__ import annotations

import functools
import hashlib
import marshal
import os
import zlib
from typing import TYPE_CHECKING

from leakhunt.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "databases.bin"
"""The file, in the folder of the signatures."""
_MAGIC = b"leakhunt-databases-1\n"
_DIGEST = 32

Databases = dict[str, tuple[str, bytes]]
"""By what they are for: what changes when the expressions do, and the database, compressed."""


def read(kind: str, said: str, version: str) -> bytes | None:
    """Return a database, or None if it is not there, is damaged or is for something else.

    Args:
        kind: what it is for.
        said: what changes when its expressions do.
        version: of hyperscan.
    """
    of, data = _held(_folder(), version).get(kind, ("", b""))
    if of != said or not data:
        return None
    try:
        return zlib.decompress(data)
    except zlib.error:
        return None


def write(place: str, state: bytes, version: str, made: Mapping[str, tuple[str, bytes]]) -> None:
    """Write databases.

    Args:
        place: the folder to write them to.
        state: see `prepared.state_of`.
        version: of hyperscan.
        made: by what they are for, what changes when their expressions do, and the database.

    Raises:
        OSError: they cannot be written.
    """
    packed = {kind: (said, zlib.compress(data)) for kind, (said, data) in sorted(made.items())}
    data = marshal.dumps(packed, 4)
    with open(f"{place}/{NAME}", "wb") as file:  # noqa: PTH123 (pathlib is loaded late)
        file.write(_head(state, version, data) + data)


@functools.cache
def _held(folder: str, version: str) -> Databases:
    try:
        with open(f"{folder}/{NAME}", "rb") as file:  # noqa: PTH123
            content = file.read()
        made, start = prepared(folder), len(_MAGIC) + _DIGEST
        if made is None or content[:start] != _head(made.state, version, content[start:]):
            return {}
        held: Databases = marshal.loads(content[start:])  # noqa: S302 (it lies beside our code)
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return held


def _folder() -> str:
    """Return the folder of the signatures that come with leakhunt, see `signatures.py`."""
    package = os.path.dirname(__file__)  # noqa: PTH120
    inside = f"{package}/signature_data"
    return inside if os.path.isdir(inside) else f"{os.path.dirname(package)}/signatures"  # noqa: PTH112, PTH120


def _head(state: bytes, version: str, data: bytes) -> bytes:
    said = hashlib.blake2b(digest_size=_DIGEST)
    for part in (state, version.encode(), data):
        said.update(len(part).to_bytes(8, "big") + part)
    return _MAGIC + said.digest()
