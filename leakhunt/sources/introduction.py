"""Of what a range of commits holds, only what it brought in counts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from leakhunt.git.introduced import introduced
from leakhunt.sources.holding import holding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.git.reachability import Reachability
    from leakhunt.git.repository import Repository
    from leakhunt.model import Secret


def introduced_paths(
    repo: Repository,
    reachability: Reachability,
    blobs: Mapping[str, frozenset[str]],
    secrets: Mapping[str, Secret],
) -> dict[str, frozenset[bytes]]:
    """Say at which paths the commits of a scope introduced each secret.

    A commit that edits, moves or renames a file which already held the secret introduces
    nothing. Versions from before the scope were not scanned, so they are read here: those few
    that could hold a secret which was found.

    Args:
        repo: the repository.
        reachability: the listing of the scope.
        blobs: for each secret, under any key, the blobs that hold it.
        secrets: the secrets, under the same keys.

    Returns:
        For each key its paths; none if the secret was there before.
    """
    candidates = introduced(repo, reachability, blobs)
    wanted: dict[str, set[Secret]] = defaultdict(set)
    for key, found in candidates.items():
        for candidate in found:
            for oid in candidate.before:
                wanted[oid].add(secrets[key])
    held = holding(repo, wanted) if wanted else {}
    return {
        key: frozenset(
            candidate.path
            for candidate in found
            if not any(secrets[key] in held.get(oid, ()) for oid in candidate.before)
        )
        for key, found in candidates.items()
    }
