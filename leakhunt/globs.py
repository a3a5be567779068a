"""Globs with alternatives in braces, for names and paths."""

from __future__ import annotations

import fnmatch
import functools
import re


def expand(glob: str) -> list[str]:
    """Return the globs that a glob with `{a,b}` stands for (braces do not nest)."""
    found = re.search(r"\{([^{}]*)\}", glob)
    if not found:
        return [glob]
    before, after = glob[: found.start()], glob[found.end() :]
    return [full for part in found.group(1).split(",") for full in expand(before + part + after)]


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
