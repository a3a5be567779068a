"""Which containers there are, and what lies in them, however deep."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from leakhunt.archives.base import (
    DEPTH,
    HEAD,
    LAYERS,
    Budget,
    Member,
    Opener,
    OverBudgetError,
    Trouble,
    file_of,
)
from leakhunt.archives.magic import kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Inner(NamedTuple):
    """Something to scan that lies in a container."""

    name: str
    """Its path in there; `!` stands between the containers."""
    kinds: tuple[str, ...]
    """What was opened to get there, outermost first."""
    content: bytes | Opener | None
    size: int


def inside(
    found: str,
    content: bytes | Opener,
    size: int,
    is_text: Callable[[bytes], bool],
    total: int = 0,
    named: Callable[[str], bool] = lambda name: True,
) -> Iterator[Inner | Trouble]:
    """Yield everything that a container holds, nested containers opened.

    Args:
        found: what it is, by `kind`.
        content: its bytes, or how to open it.
        size: how many.
        is_text: says of the first bytes of a member whether it is to be scanned.
        total: how much it may unpack to; decided by its size if zero.
        named: says of the name of a member that is no container whether it is wanted.

    Yields:
        What is to be scanned, and what could not be opened.
    """
    budget = Budget(size, lambda head: is_text(head) or kind(head) is not None, total, named)
    try:
        yield from _walk(found, content, "", (), budget)
    except OverBudgetError as error:
        yield Trouble("", f"not all of it was scanned: {error}", "limit")


def _walk(
    found: str, content: bytes | Opener, name: str, kinds: tuple[str, ...], budget: Budget
) -> Iterator[Inner | Trouble]:
    from leakhunt.archives.streams import STREAMS

    kinds = (*kinds, found)
    nested = sum(step not in STREAMS for step in kinds)
    if nested > DEPTH or len(kinds) > LAYERS:
        yield Trouble(name, "it lies in too many containers and was not opened", "limit")
        return
    with file_of(content, budget) as file:
        for member in _members(found, file, budget):
            inner = "!".join(part for part in (name, member.name) if part)
            if isinstance(member, Trouble):
                yield member._replace(name=inner)
                continue
            if member.content is None:
                yield Inner(inner, kinds, None, member.size)
                continue
            below = kind(_head(member.content))
            if below is not None:
                yield from _walk(below, member.content, inner, kinds, budget)
            else:
                yield Inner(inner, kinds, member.content, member.size)


def _members(found: str, file: BinaryIO, budget: Budget) -> Iterator[Member | Trouble]:
    if found == "zip":
        from leakhunt.archives.zips import zipped

        return zipped(file, budget)
    if found == "tar":
        from leakhunt.archives.tars import tarred

        return tarred(file, budget)
    if found == "sqlite":
        from leakhunt.archives.databases import tables

        return tables(file, budget)
    if found == "pdf":
        from leakhunt.archives.pdfs import pages

        return pages(file, budget)
    from leakhunt.archives.streams import compressed

    return compressed(found, file, budget)


def _head(content: bytes | Opener) -> bytes:
    if isinstance(content, bytes):
        return content[:HEAD]
    with content() as stream:
        return stream.read(HEAD)
