"""What an import means: the facts of the files that it may name, if they lie near."""

from __future__ import annotations

import functools
import posixpath
import re
from typing import TYPE_CHECKING

from leakhunt import facts, lazy
from leakhunt.exposure import defaults, modules
from leakhunt.facts.resolve import Other

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.exposure.near import Near
    from leakhunt.facts.model import Facts, Import

MOST = 400
"""Other files that are handed out for one file: a net of them is not worth more."""
PACKAGE = 20
"""Files of a package that are read for one name."""

_PASSES = {
    "python": lazy.pattern(rb"\bimport[ \t]*\(?\s*\*"),
    "javascript": lazy.pattern(rb"\bexport[ \t]+\*|\bmodule\.exports\s*=\s*require\b"),
    "c": lazy.pattern(rb"(?m)^[ \t]*#[ \t]*include[ \t]*[\"<]"),
    "ruby": lazy.pattern(rb"\brequire"),
    "php": lazy.pattern(rb"\b(?:require|include)"),
    "rust": lazy.pattern(rb"\bpub[ \t]+use\b[^;\n]*\*"),
}
"""What shows that a file passes on names that it does not hold itself."""
_PASSES |= dict.fromkeys(("typescript", "tsx"), _PASSES["javascript"])
_PASSES["cpp"] = _PASSES["c"]
_BLOCK = rb"^(?:var|const)[ \t]*\((?:\n(?!\))[^\n]*){0,400}?\n\t"
_TOPS = {
    # What names something at the top of a file, for the name.
    "go": (
        rb"(?m)(?:" + _BLOCK + rb"|^(?:var|const)[ \t]+)(?:\w+,[ \t]*)*%(name)s\b[^\n:=(]*="
        rb"|^func[ \t]+%(name)s[ \t]*\(",
        ".go",
        "_test.go",
    ),
    "kotlin": (rb"\b(?:va[lr]|fun|object|class)[ \t]+%(name)s\b", ".kt", "Test.kt"),
}
"""Of languages whose files see what the others of their folder name: that, and which files."""


def loader(path: str, language: str, near: Near) -> Callable[[Import], Iterator[Other]] | None:
    """Return what gives the files that an import may mean, or None if the language has none.

    Args:
        path: the file that imports.
        language: its language.
        near: the files around it.
    """
    return _Files(near).loader(path, language) if language in modules.KNOWN else None


class _Files:
    """The files that one file leads to, each read once."""

    def __init__(self, near: Near) -> None:
        self._near = near
        self._known: dict[str, Other] = {}
        self._named: dict[tuple[str, str, str], list[Other]] = {}
        self._left = MOST

    def loader(self, path: str, language: str) -> Callable[[Import], Iterator[Other]]:
        """Return what gives the files that an import of one may mean."""

        def load(item: Import) -> Iterator[Other]:
            wanted = item.names[0] if item.names else ""
            for other in self._meant(path, language, item.module, wanted):
                self._left -= 1
                if self._left < 0:
                    return
                yield other

        return load

    def _meant(self, path: str, language: str, module: str, wanted: str) -> Iterator[Other]:
        for folder in modules.packages(self._near, path, language, module):
            key = (folder, language, wanted)
            if key not in self._named:
                self._named[key] = list(self._package(*key))
            yield from self._named[key]
        for candidate in modules.files(path, language, module, wanted):
            content = self._near.read(candidate) if candidate != path else None
            if content is None:
                continue
            passes = _PASSES.get(language)
            if wanted.encode() in content or (passes is not None and passes.search(content)):
                yield self._other(candidate, content)
            if language in modules.FIRST:
                return

    def _package(self, folder: str, language: str, wanted: str) -> Iterator[Other]:
        """Files of a folder, of those that name something at their tops."""
        expression, ending, test = _TOPS[language]
        word = re.escape(wanted).encode()
        named = re.compile(expression % {b"name": word})
        names = [
            name
            for name in self._near.names(folder)
            if name.endswith(ending) and not name.endswith(test)
        ]
        for name in names[:PACKAGE]:
            path = posixpath.join(folder, name)
            content = self._near.read(path)
            if content is not None and word in content and named.search(content):
                yield self._other(path, content)

    def _other(self, path: str, content: bytes) -> Other:
        known = self._known.get(path)
        if known is None:
            read = _read(path, content)
            load = self.loader(path, read.language) if read.language in modules.KNOWN else None
            known = self._known[path] = Other(read, load)
        return known


@functools.lru_cache(64)
def _read(path: str, content: bytes) -> Facts:
    return defaults.added(facts.read(path, content), content)
