"""What a history leaves aside, because nobody asked for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakhunt.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.git.repository import Repository


def submodules_of(repo: Repository) -> Iterator[Problem]:
    """Say that submodules have a history of their own; no gap.

    Args:
        repo: a repository.
    """
    top = repo.work_tree
    if top and os.path.isfile(os.path.join(top, ".gitmodules")):  # noqa: PTH113, PTH118
        from leakhunt.git.index import submodules

        if found := submodules(repo):
            many = "1 submodule is" if len(found) == 1 else f"{len(found):,} submodules are"
            said = f"{many} not scanned here: each has a history of its own"
            yield Problem("submodules", repo.path, said, gap=False)
