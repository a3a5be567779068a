"""The project's own files, for tests that install it."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
_BUILT = ("pyproject.toml", "README.md", "LICENSE", "leakhunt", "signatures")


def copy_project(to: Path, *further: str) -> None:
    """Copy what an installation is built from, as a clone would have it."""
    for name in (*_BUILT, *further):
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.so", "*.pyd")
            shutil.copytree(ROOT / name, to / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, to / name)
