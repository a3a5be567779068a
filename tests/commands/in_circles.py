"""leakhunt, with grammars that turn in a circle, or crash, over certain words."""

from __future__ import annotations

import collections
import ctypes
import itertools
import os
from typing import Any

from leakhunt.engine import pool
from leakhunt.facts import aside, syntax
from leakhunt.sources import files

_parse = syntax.parse


def parse(rules: Any, content: bytes, *more: Any, **named: Any) -> Any:
    """Parse, or never come back: no signal handler and no thread gets a turn in these."""
    if b"CIRCLE = 1" in content:
        collections.deque(itertools.repeat(0), 0)
    if b"CRASH = 1" in content:
        ctypes.string_at(0)
    return _parse(rules, content, *more, **named)


syntax.parse = parse  # type: ignore[assignment]
files._FEW_FILES, files._BATCH_FILES = 0, 2
if os.environ["HOW"] == "fresh":
    pool.FORK = aside.FORK = False

if __name__ == "__main__":
    from leakhunt.cli import main

    main()
