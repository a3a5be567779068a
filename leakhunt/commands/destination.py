"""Where a report goes."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from leakhunt.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO


@contextlib.contextmanager
def destination(output: str | None, *, private: bool = True) -> Iterator[TextIO]:
    """Open the output: a file is replaced whole or not at all, and private to the user.

    Args:
        output: a path; `-` or None for standard output.
        private: whether only its owner may read it, or whoever may read other files of theirs.

    Yields:
        Where to write.

    Raises:
        SourceError: it cannot be written.
    """
    if output is None or output == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    from pathlib import Path

    target = Path(output)
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            yield stream
        return
    # What is scanned may lie here, with a link of every name that can be guessed.
    temporary = target.with_name(f".{target.name}.{os.urandom(8).hex()}")
    try:
        descriptor = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666
        )
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:  # noqa: PTH123
            yield stream
        temporary.replace(target)
    except OSError as error:
        raise SourceError(
            f"{output}: cannot be written: {error.strerror}", "choose another --output"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
