"""What code and configuration say: which name has which value, which call gets which arguments."""

from leakhunt.facts.model import Assignment, Call, Facts, Import, Value

__all__ = ["LIMIT", "Assignment", "Call", "Facts", "Import", "Value", "read"]

LIMIT = 2_000_000
"""Bytes of a file that is parsed; a larger one is read line by line."""


def read(
    path: str, content: bytes, near: tuple[tuple[int, int], ...] = (), *, part: bool = False
) -> Facts:
    """Read the facts of one file; see :func:`leakhunt.facts.reading.read`.

    Args:
        path: the path of the file, for its name and suffix only.
        content: all of it.
        near: see there.
        part: it is whole lines of a file that is too large to parse.
    """
    # A commit in which nothing has to be parsed loads none of what parses.
    from leakhunt.facts import reading

    return reading.read(path, content, near, part=part)
