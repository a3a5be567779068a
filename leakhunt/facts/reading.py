"""The entry: a path and its content to facts."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from leakhunt import patience
from leakhunt.facts import LIMIT, aside, lines
from leakhunt.facts.formats.readers import FLAT, LISTING, NESTING
from leakhunt.facts.languages import has_quotes, language_of
from leakhunt.facts.sealing import sealed
from leakhunt.facts.syntax import GRAMMARS

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.facts.model import Facts

    Reader = Callable[[str, bytes], Facts]


def _outermost(language: str, content: bytes) -> Facts:
    return NESTING[language](language, content, 0)


READERS: dict[str, Reader] = {
    **dict.fromkeys(GRAMMARS, aside.read),
    **dict.fromkeys(NESTING, _outermost),
    **FLAT,
}
"""Language or format to its reader, which gets that name and the content."""


def read(
    path: str, content: bytes, near: tuple[tuple[int, int], ...] = (), *, part: bool = False
) -> Facts:
    """Read the facts of one file.

    The same arguments give the same facts, and nothing is raised, whatever the bytes. What takes
    too long is given up: see `leakhunt.patience`.

    Args:
        path: the path of the file, for its name and suffix only; nothing is opened.
        content: all of it, as UTF-8; broken sequences do no harm.
        near: the stretches whose facts are wanted, in order; none: all of it. Of code those of
            other places are left out, and names of constants are not followed there; of prose
            other listings are.
        part: it is whole lines of a file that is too large to parse, so it is read like that.

    Returns:
        Its facts. A file in an unknown language is read line by line.
    """
    return _read(path, content, near, part)


@functools.lru_cache(2)
def _read(path: str, content: bytes, near: tuple[tuple[int, int], ...], part: bool) -> Facts:
    """The same file is read for secrets by name, and for what it opens, in turn."""
    found = sealed(_facts(path, content, near, part), content)
    for reason in aside.noted():
        patience.give_up(path, reason)
    return found


def _facts(path: str, content: bytes, near: tuple[tuple[int, int], ...], part: bool) -> Facts:
    name = language_of(path, content)
    reader = READERS.get(name)
    if reader is None:
        return lines.read(name, content, quoted=has_quotes(path))
    if part or len(content) > LIMIT:
        return lines.read(name, content, ("too large to parse, read line by line",))
    if near and reader is aside.read:
        return aside.read(name, content, near)
    if near and name in LISTING:
        return NESTING[name](name, content, 0, near)
    return reader(name, content)
