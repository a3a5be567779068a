"""Reading trees: in C where the extension was built, in Python elsewhere."""

from __future__ import annotations

import contextlib
import os
from array import array
from typing import TYPE_CHECKING

from leakhunt.git.packs import pure_changes, pure_forest, pure_order, pure_trees
from leakhunt.git.packs.inflate import decompress, inflate
from leakhunt.git.packs.native import PURE
from leakhunt.git.packs.tree import HELD

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.git.packs.pure_changes import changes
    from leakhunt.git.packs.pure_forest import (
        arrange,
        child,
        fitting,
        rows,
        shifted,
        trace,
        under,
    )
    from leakhunt.git.packs.pure_order import order, stirring
    from leakhunt.git.packs.pure_trees import entries, gather, number
    from leakhunt.git.packs.table import Pack

    walk_folders: Callable[[Pack, list[int], int], tuple[bytes, bytes, list[int]]] | None
    """See `_walk_folders` in `git/packs/folders.py`; None where the extension was not built."""
else:
    walk_folders = None
    entries, gather, number = pure_trees.entries, pure_trees.gather, pure_trees.number
    arrange, child, fitting = pure_forest.arrange, pure_forest.child, pure_forest.fitting
    changes = pure_changes.changes
    rows, shifted = pure_forest.rows, pure_forest.shifted
    trace, under = pure_forest.trace, pure_forest.under
    order, stirring = pure_order.order, pure_order.stirring
    if os.environ.get(PURE) != "1":
        with contextlib.suppress(ImportError):
            from leakhunt.git.packs._trees import (
                arrange,
                changes,
                child,
                entries,
                fitting,
                gather,
                number,
                order,
                rows,
                shifted,
                stirring,
                trace,
                under,
            )
            from leakhunt.git.packs._trees import walk_folders as _walk

            def walk_folders(
                pack: Pack, roots: list[int], width: int
            ) -> tuple[bytes, bytes, list[int]]:
                """Walk the delta trees under some roots."""
                starts = array("I", roots).tobytes()
                added, removed, failed = _walk(
                    *pack.columns, decompress, inflate, starts, width, HELD
                )
                return added, removed, array("I", failed).tolist()


__all__ = [
    "arrange",
    "changes",
    "child",
    "entries",
    "fitting",
    "gather",
    "number",
    "order",
    "rows",
    "shifted",
    "stirring",
    "trace",
    "under",
    "walk_folders",
]
