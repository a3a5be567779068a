"""Where a name of a file may come from: its imports, and the package that it belongs to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Import

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.model import Facts

    Path = tuple[str, ...]

_STEPS = lazy.pattern(r"[./\\:]+")
_INCLUDES = {"c", "cpp", "objc", "php", "ruby"}
"""Languages in which an import without names brings all that the other file names."""
_MEMBERS = {"java", "kotlin", "scala", "groovy", "csharp", "rust", "php"}
"""Languages in which an import without names may mean one thing of another file, or a package."""
_PACKAGES = {"go", "java", "kotlin", "scala", "groovy", "csharp"}
"""Languages in which the files of a folder see each other without an import."""
_SCRIPTS = {"javascript", "typescript", "tsx"}
_ALL = {"", "*"}
MOST = 30
"""Imports of everything that are asked for one name."""


class Origins:
    """Knows the imports of one file.

    Args:
        facts: the facts of the file.
    """

    def __init__(self, facts: Facts) -> None:
        self._language = facts.language
        self._named: dict[str, tuple[Import, str | None]] = {}
        self._whole: list[Import] = []
        for item in facts.imports:
            for name in item.names or (None,):
                if name in _ALL or (name is None and self._language in _INCLUDES | _MEMBERS):
                    self._whole.append(dataclasses.replace(item, names=()))
                if name not in _ALL:
                    name, _, renamed = (name or "").partition(".as.")  # of Rust
                    own = item.alias or renamed or name or _STEPS.split(item.module)[-1]
                    self._named[own] = (item, name or None)
        self._required = {
            call.start: call.arguments[0][1].text or ""
            for call in (facts.calls if self._language in _SCRIPTS else ())
            if call.name == "require" and not call.receiver and call.arguments
        }

    def places(self, path: Path, offset: int) -> Iterator[tuple[Import, Path]]:
        """Yield where a name may come from, and what it is called there.

        Args:
            path: its words.
            offset: where it is used, in bytes.

        Yields:
            Imports, and the words of the name in the file that they lead to. The module of an
            import is empty for the package that the file belongs to.
        """
        if path[0] == "require":
            if offset in self._required and path[1:]:
                yield Import(self._required[offset], (), None, offset, offset), path[1:]
            return
        item, name = self._named.get(path[0], (None, None))
        if item is not None:
            yield from self._of(item, name, path)
            if name or self._language not in _INCLUDES | _MEMBERS:
                return
        if self._language in _PACKAGES:
            yield Import("", (), None, 0, 0), path
        if self._language == "rust" and path[1:]:
            yield Import(path[0], (), None, 0, 0), path[1:]
        for whole in self._whole[:MOST]:
            yield whole, path

    def _of(self, item: Import, name: str | None, path: Path) -> Iterator[tuple[Import, Path]]:
        yield item, (name, *path[1:]) if name else path[1:]
        if name:
            dot = "" if item.module.endswith(".") else "."
            yield Import(f"{item.module}{dot}{name}", (), None, item.start, item.end), path[1:]
        elif self._language in _MEMBERS:
            own = _STEPS.split(item.module)[-1]
            yield item, (own, *path[1:])
