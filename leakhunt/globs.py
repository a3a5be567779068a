"""Globs with alternatives in braces, for names and paths."""

from __future__ import annotations

import fnmatch
import functools
import itertools
import re
from typing import TYPE_CHECKING

from leakhunt.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST = 1000
"""So many globs may one with braces stand for."""


def expand(glob: str) -> list[str]:
    """Return the globs that a glob with `{a,b}` stands for (braces do not nest).

    Raises:
        UsageError: it stands for more than `MOST`, which a hostile configuration may ask for.
    """
    found = list(itertools.islice(_expanded(glob), MOST + 1))
    if len(found) > MOST:
        raise UsageError(
            f"{glob[:40]}…: its braces stand for more than {MOST:,} names", "write fewer of them"
        )
    return found


def _expanded(glob: str) -> Iterator[str]:
    found = re.search(r"\{([^{}]*)\}", glob)
    if not found:
        yield glob
        return
    before, after = glob[: found.start()], glob[found.end() :]
    for part in found.group(1).split(","):
        yield from _expanded(before + part + after)


@functools.lru_cache(maxsize=1024)
def compiled(glob: str) -> re.Pattern[str]:
    """Return a pattern for the whole of a string, case-insensitive; `*` crosses `/`."""
    return re.compile("|".join(fnmatch.translate(part) for part in expand(glob)), re.IGNORECASE)


def name_matches(glob: str, path: str) -> bool:
    """Say whether the last part of a path, or its last two parts, match a glob.

    Two parts count only if the glob holds a slash, as in `.docker/config.json`.
    """
    depth = glob.count("/") + 1
    name = "/".join(path.replace("\\", "/").split("/")[-depth:])
    return compiled(glob).match(name) is not None
