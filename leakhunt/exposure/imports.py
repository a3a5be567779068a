"""What an import means: the facts of the file that it names, if that lies near."""

from __future__ import annotations

import dataclasses
import functools
import posixpath
import re
from typing import TYPE_CHECKING

from leakhunt import facts
from leakhunt.exposure.near import beside
from leakhunt.facts.model import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.exposure.near import Near
    from leakhunt.facts.model import Import

PACKAGE = 20
"""Files of a package of Go that are read."""
UP = 6
"""Folders above a file in which its imports may start."""

_SCRIPTS = {"javascript", "typescript", "tsx"}
_ENDINGS = (".ts", ".js", ".tsx", ".mjs", ".cjs", ".jsx", ".mts")
_MODULE = re.compile(rb"(?m)^module\s+\"?([^\s\"]+)")


def loader(path: str, language: str, near: Near) -> Callable[[Import], Facts | None] | None:
    """Return what gives the facts of imported files, or None if the language has none.

    Args:
        path: the file that imports.
        language: its language.
        near: the files around it.
    """
    if language == "python":
        return lambda item: _first(near, _python(path, item.module), _wanted(item))
    if language in _SCRIPTS:
        return lambda item: _first(near, _script(path, item.module), _wanted(item))
    if language == "go":
        return lambda item: _package(near, _folder(near, path, item.module), _wanted(item))
    return None


def _wanted(item: Import) -> bytes:
    """The name that is looked for: a file that does not hold it need not be parsed."""
    return item.names[0].encode() if item.names else b""


def _first(near: Near, candidates: Iterator[str], wanted: bytes) -> Facts | None:
    for candidate in candidates:
        content = near.read(candidate)
        if content is not None:
            return _read(candidate, content) if wanted in content else None
    return None


@functools.lru_cache(64)
def _read(path: str, content: bytes) -> Facts:
    return facts.read(path, content)


def _python(path: str, module: str) -> Iterator[str]:
    """Where a module may lie: from this folder up, or from where the dots lead."""
    dots = len(module) - len(module.lstrip("."))
    words = module.strip(".").replace(".", "/")
    folder = posixpath.dirname(path)
    if dots:
        folders = [posixpath.normpath(posixpath.join(folder, *[".."] * (dots - 1)))]
    else:
        parts = folder.split("/") if folder else []
        folders = ["/".join(parts[:count]) for count in range(len(parts), -1, -1)][:UP]
    for one in folders:
        base = posixpath.normpath(posixpath.join(one, words or "__init__"))
        yield f"{base}.py"
        yield f"{base}/__init__.py"


def _script(path: str, module: str) -> Iterator[str]:
    if not module.startswith("."):
        if module[:2] not in {"@/", "~/"}:
            return
        # An alias of the folder of sources, as bundlers are set up.
        head = path.partition("src/")
        bases = [f"{head[0]}src/{module[2:]}" if head[1] else module[2:]]
    else:
        bases = [beside(path, module)]
    for base in bases:
        yield base
        stem = re.sub(r"\.[mc]?js$", "", base)
        yield from (stem + ending for ending in _ENDINGS)
        yield from (f"{base}/index{ending}" for ending in _ENDINGS[:3])


def _folder(near: Near, path: str, module: str) -> str | None:
    """The folder of a package; an empty module is the package of the file itself."""
    folder = posixpath.dirname(path)
    if not module:
        return folder
    parts = folder.split("/") if folder else []
    for count in range(len(parts), -1, -1):
        top = "/".join(parts[:count])
        content = near.read(posixpath.join(top, "go.mod"))
        found = _MODULE.search(content) if content else None
        if found:
            own = found[1].decode("utf-8", "replace")
            if module != own and not module.startswith(own + "/"):
                return None
            return posixpath.normpath(posixpath.join(top, module[len(own) + 1 :]))
    return None


def _package(near: Near, folder: str | None, wanted: bytes) -> Facts | None:
    """What the files of a package say at their tops, of those that name something there."""
    if folder is None:
        return None
    folder = "" if folder == "." else folder
    names = [
        name
        for name in near.names(folder)
        if name.endswith(".go") and not name.endswith("_test.go")
    ]
    found = []
    head = rb"(?:\w+,[ \t]*)*%s\b[^\n:=(]*=" % re.escape(wanted)
    named = re.compile(rb"(?m)^(?:\t|(?:var|const)[ \t(]+)" + head)
    for name in names[:PACKAGE]:
        path = posixpath.join(folder, name)
        content = near.read(path)
        told = content is not None and named.search(content)
        read = _read(path, content) if content is not None and told else None
        for fact in read.assignments if read is not None else ():
            inside = any(start < fact.start < end for start, end in read.scopes)  # type: ignore[union-attr]
            if not inside:
                found.append(dataclasses.replace(fact))
    return Facts("go", tuple(found)) if found else None
