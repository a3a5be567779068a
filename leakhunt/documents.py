"""What others wrote for us: read, or refused in a sentence, in time and memory that can be told."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 256 * 1024 * 1024
"""Bytes of a file that are read at once."""

# tomllib takes quadratic time for keys of many parts.
_FAR = (
    r"(?:(?<![\w-])[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
    r"(?:\.[ \t]*+(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+){100}"
)
_DEEP = "it nests too deep"


class Unreadable(ValueError):  # noqa: N818 (what a text is)
    """A text is no TOML, or no JSON, or none that a person would write.

    Args:
        line: which line, from 1.
        message: what is wrong with it.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def text_of(path: Path, most: int = LARGEST) -> str:
    """Return the text of a file.

    Args:
        path: where it is.
        most: bytes that it may have.

    Raises:
        OSError: it cannot be read, or has more.
        UnicodeDecodeError: it is no UTF-8.
    """
    if path.stat().st_size > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return path.read_text("utf-8")


def of_toml(text: str) -> dict[str, Any]:
    """Read TOML.

    Args:
        text: all of a file.

    Raises:
        Unreadable: it is none.
    """
    import tomllib

    if far := re.search(_FAR, text):
        raise Unreadable(text.count("\n", 0, far.start()) + 1, "a key has too many parts")
    last = text.count("\n") + 1
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = re.search(r"at line (\d+)", str(error))
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise Unreadable(int(said[1]) if said else last, message) from None
    except RecursionError:
        raise Unreadable(last, _DEEP) from None
    except ValueError:
        raise Unreadable(last, "a number in it is too long") from None


def of_json(text: str | bytes) -> Any:
    """Read JSON.

    Args:
        text: all of a file.

    Raises:
        Unreadable: it is none.
    """
    import json

    try:
        return json.loads(text)
    except RecursionError:
        raise Unreadable(1, _DEEP) from None
    except ValueError as error:
        raise Unreadable(getattr(error, "lineno", 1), "not valid JSON") from None
