"""Reading trees: in C where the extension was built, in Python elsewhere."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from leakhunt.git.packs import pure_forest, pure_trees
from leakhunt.git.packs.native import PURE

if TYPE_CHECKING:
    from leakhunt.git.packs.pure_forest import arrange, child, fitting, rows, trace
    from leakhunt.git.packs.pure_trees import entries, gather, number
else:
    entries, gather, number = pure_trees.entries, pure_trees.gather, pure_trees.number
    arrange, child, fitting = pure_forest.arrange, pure_forest.child, pure_forest.fitting
    rows, trace = pure_forest.rows, pure_forest.trace
    if os.environ.get(PURE) != "1":
        with contextlib.suppress(ImportError):
            from leakhunt.git.packs._trees import (
                arrange,
                child,
                entries,
                fitting,
                gather,
                number,
                rows,
                trace,
            )

__all__ = ["arrange", "child", "entries", "fitting", "gather", "number", "rows", "trace"]
