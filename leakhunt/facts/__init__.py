"""What code and configuration say: which name has which value, which call gets which arguments."""

from leakhunt.facts.model import Assignment, Call, Facts, Import, Value

__all__ = ["Assignment", "Call", "Facts", "Import", "Value", "read"]


def read(path: str, content: bytes, near: tuple[tuple[int, int], ...] = ()) -> Facts:
    """Read the facts of one file; see :func:`leakhunt.facts.reading.read`.

    Args:
        path: the path of the file, for its name and suffix only.
        content: all of it.
        near: see there.
    """
    # A commit in which nothing has to be parsed loads none of what parses.
    from leakhunt.facts import reading

    return reading.read(path, content, near)
