"""The hot loops: in C where the extension was built, in Python elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakhunt.git.packs import pure, pure_compare, pure_layout

PURE = "LEAKHUNT_PURE"
"""Environment variable: with `1` the extension is not used."""

compiled = False
"""Whether the extension is in use."""

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from leakhunt.git.packs.pure import apply
    from leakhunt.git.packs.pure_compare import fresh, inherit
    from leakhunt.git.packs.pure_layout import layout, roots, shares

    walk_versions: Callable[..., Any] | None
    """See `git/packs/bulk.py`; None where the extension was not built."""
    lines: Callable[[bytes], object] | None
    """Makes what `walk_versions` remembers lines in, likewise."""
else:
    walk_versions = lines = None
    apply, layout = pure.apply, pure_layout.layout
    roots, shares = pure_layout.roots, pure_layout.shares
    fresh, inherit = pure_compare.fresh, pure_compare.inherit
    if os.environ.get(PURE) != "1":
        try:
            from leakhunt.git.packs._delta import (
                apply,
                fresh,
                inherit,
                layout,
                lines,
                roots,
                shares,
                walk_versions,
            )
        except ImportError:
            pass
        else:
            compiled = True

__all__ = [
    "apply",
    "compiled",
    "fresh",
    "inherit",
    "layout",
    "lines",
    "roots",
    "shares",
    "walk_versions",
]
