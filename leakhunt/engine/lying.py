"""Files that are found by where they lie, whatever is in them: `*.p12`.

Such a match has an empty secret: the file itself is what leaks, and its path is its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from leakhunt.engine.confirm import Candidate
from leakhunt.engine.rules import allowed, matches
from leakhunt.model import Blob, Match, Secret, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leakhunt.model import Signature

_TOP = Span(1, 1, 1, 1)


class Files(Protocol):
    """Tells which git objects are files under which paths."""

    def lying(self, wanted: Callable[[str], bool]) -> Mapping[str, Sequence[str]]:
        """Return the git objects with those of their paths that are wanted."""


def at_path(signatures: Sequence[Signature], blob: Blob) -> Iterator[Match]:
    """Yield what the path of a file gives away.

    Args:
        signatures: from :func:`leakhunt.catalogue.by_path`.
        blob: the file.
    """
    if blob.kind != "file" or not blob.path:
        return  # git objects may lie at several paths
    for signature in signatures:
        match = _match(signature, blob, blob.within(blob.path))
        if match is not None:
            yield match


def in_git(signatures: Sequence[Signature], files: Files) -> list[Match]:
    """Return what the paths of git objects give away, in history and in the index.

    Args:
        signatures: from :func:`leakhunt.catalogue.by_path`.
        files: tells which objects are files.
    """
    rules = [(signature, signature.rule.path) for signature in signatures if signature.rule]

    def wanted(path: str) -> bool:
        return any(matches(expression, path) for _, expression in rules)

    found = []
    for oid, paths in sorted(files.lying(wanted).items()):
        for signature, said in rules:
            # All its paths are told with the first of them.
            path = next((path for path in sorted(paths) if matches(said, path)), None)
            if path is not None:
                found.append(_match(signature, Blob(oid, 0, "blob", path), ""))
    return [match for match in found if match is not None]


def _match(signature: Signature, blob: Blob, path: str) -> Match | None:
    """Return a match, unless it is refused wherever the blob lies.

    Args:
        signature: what finds it.
        blob: the file.
        path: its only path; empty where it has others.
    """
    assert signature.rule is not None
    if signature.rule.hidden or (path and not matches(signature.rule.path, path)):
        return None
    allowances = allowed(b"", Candidate(signature, 0, 0), signature.rule, path)
    if allowances is None:
        return None
    return Match(signature.id, Secret(b""), blob, _TOP, 0, allowances=allowances)
