"""Reading trees: in C where the extension was built, in Python elsewhere."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from leakhunt.git.packs import pure_trees
from leakhunt.git.packs.native import PURE

if TYPE_CHECKING:
    from leakhunt.git.packs.pure_trees import (
        arrange,
        child,
        entries,
        gather,
        number,
        rows,
        trace,
    )
else:
    arrange, child, entries = pure_trees.arrange, pure_trees.child, pure_trees.entries
    gather, number, rows = pure_trees.gather, pure_trees.number, pure_trees.rows
    trace = pure_trees.trace
    if os.environ.get(PURE) != "1":
        with contextlib.suppress(ImportError):
            from leakhunt.git.packs._trees import (
                arrange,
                child,
                entries,
                gather,
                number,
                rows,
                trace,
            )

__all__ = ["arrange", "child", "entries", "gather", "number", "rows", "trace"]
