"""Where the files of a module may lie, as each language looks for them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure.near import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.exposure.near import Near

UP = 6
"""Folders above a file in which its imports may start."""

_SCRIPTS = ("javascript", "typescript", "tsx")
_ENDINGS = (".ts", ".js", ".tsx", ".mjs", ".cjs", ".jsx", ".mts")
_MODULE = lazy.pattern(rb"(?m)^module\s+\"?([^\s\"]+)")
_ROOTS = ("", "include", "src")
"""Folders in which headers lie."""
_LIBRARIES = ("lib", "app", "src")
"""Folders from which names of Ruby and PHP start."""


def _upwards(path: str) -> list[str]:
    """The folder of a file and those above it, the nearest first."""
    folder = posixpath.dirname(path)
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)][:UP]


def packages(near: Near, path: str, language: str, module: str) -> Iterator[str]:
    """Yield the folders all files of which a module may mean.

    Args:
        near: the files around the one that imports.
        path: that file.
        language: its language.
        module: as it is written; empty for the package of the file itself.
    """
    if language == "go":
        folder = _of_go(near, path, module)
        if folder is not None:
            yield "" if folder == "." else folder
    elif language == "kotlin":
        own = posixpath.dirname(path)
        yield from [own] if not module else (base for base in _below_root(path, module))
        if "." in module:
            yield from _below_root(path, module.rpartition(".")[0])


def _of_go(near: Near, path: str, module: str) -> str | None:
    if not module:
        return posixpath.dirname(path)
    for top in _upwards(path):
        content = near.read(posixpath.join(top, "go.mod"))
        found = _MODULE.search(content) if content else None
        if found:
            own = found[1].decode("utf-8", "replace")
            if module != own and not module.startswith(own + "/"):
                return None
            return posixpath.normpath(posixpath.join(top, module[len(own) + 1 :]))
    return None


def files(path: str, language: str, module: str, wanted: str) -> Iterator[str]:
    """Yield where the file of a module may lie, likeliest first.

    Args:
        path: the file that imports.
        language: its language.
        module: as it is written; empty for the package of the file itself.
        wanted: the name that is looked for there.
    """
    find = _FILES.get(language)
    return find(path, module, wanted) if find is not None else iter(())


def _python(path: str, module: str, _wanted: str) -> Iterator[str]:
    """From this folder up, or from where the dots lead."""
    dots = len(module) - len(module.lstrip("."))
    words = module.strip(".").replace(".", "/")
    if dots:
        up = posixpath.join(posixpath.dirname(path), *[".."] * (dots - 1))
        folders = [posixpath.normpath(up)]
    else:
        folders = _upwards(path)
    for one in folders:
        base = posixpath.normpath(posixpath.join(one, words or "__init__"))
        yield f"{base}.py"
        yield f"{base}/__init__.py"


def _script(path: str, module: str, _wanted: str) -> Iterator[str]:
    if module.startswith("."):
        base = beside(path, module)
    elif module[:2] in {"@/", "~/"}:
        # An alias of the folder of sources, as bundlers are set up.
        head = path.partition("src/")
        base = f"{head[0]}src/{module[2:]}" if head[1] else module[2:]
    else:
        return
    yield base
    stem = re.sub(r"\.[mc]?js$", "", base)
    yield from (stem + ending for ending in _ENDINGS)
    yield from (f"{base}/index{ending}" for ending in _ENDINGS[:3])


def _below_root(path: str, module: str) -> Iterator[str]:
    """Where a package of Java lies: its first word is a folder above the file that imports it."""
    words = module.split(".")
    parts = path.split("/")[:-1]
    if words[0] in parts:
        root = parts[: parts.index(words[0])]
        yield "/".join([*root, *words])
        for own, other in (("java", "kotlin"), ("kotlin", "java")):
            if root[-1:] == [own]:
                yield "/".join([*root[:-1], other, *words])


def _java(path: str, module: str, wanted: str) -> Iterator[str]:
    """The class that a module names or holds, or one of the same package."""
    bases = list(_below_root(path, module)) if module else []
    if wanted:
        bases += [f"{base}/{wanted}" for base in bases]
    if not module:
        bases = [posixpath.join(posixpath.dirname(path), wanted)]
    for base in bases:
        yield from (base + ending for ending in (".java", ".kt", ".scala", ".groovy"))
    if module.count(".") > 1:
        above = _below_root(path, module.rpartition(".")[0])  # the class of a static import
        yield from (base + ending for base in above for ending in (".java", ".kt", ".scala"))


def _csharp(path: str, module: str, wanted: str) -> Iterator[str]:
    """A class lies in a file of its name: in this folder, or in one called like its namespace."""
    words = module.split(".") if module else []
    tails = ["/".join(words[at:]) for at in range(len(words))] if words else [""]
    for top in _upwards(path)[: 4 if words else 3]:
        yield from (posixpath.join(top, tail, f"{wanted}.cs") for tail in tails)
        yield from (posixpath.join(top, f"{tail}.cs") for tail in tails if tail)


def _rust(path: str, module: str, _wanted: str) -> Iterator[str]:
    words = [word for word in module.split("::") if word]
    folder, name = posixpath.split(path)
    here = folder if name in {"main.rs", "lib.rs", "mod.rs"} else path.removesuffix(".rs")
    if words[:1] == ["crate"]:
        head = path.partition("src/")
        here, words = (head[0] + "src" if head[1] else folder), words[1:]
    while words[:1] == ["super"]:
        here, words = posixpath.dirname(here), words[1:]
    words = [word for word in words if word not in {"self", "*"}]
    for count in (len(words), len(words) - 1):
        if count > 0:
            base = posixpath.join(here, *words[:count])
            yield f"{base}.rs"
            yield f"{base}/mod.rs"


def _ruby(path: str, module: str, _wanted: str) -> Iterator[str]:
    stem = module.removesuffix(".rb")
    yield f"{beside(path, stem)}.rb"
    if not stem.startswith("."):
        for top in _upwards(path):
            yield from (posixpath.join(top, folder, f"{stem}.rb") for folder in _LIBRARIES)


def _php(path: str, module: str, wanted: str) -> Iterator[str]:
    """A file that is named, behind `__DIR__` too; or a class, by the words of its namespace."""
    if module.endswith(".php"):
        named = re.split(r"[\"']", module)[-1].lstrip("/")
        yield beside(path, named)
        yield from (posixpath.join(top, named) for top in _upwards(path)[1:])
        return
    words = module.split("\\")
    for top in _upwards(path):
        for at in range(min(len(words), 3)):
            tail = "/".join(words[at:])
            yield posixpath.join(top, f"{tail}.php")
            yield from (posixpath.join(top, folder, f"{tail}.php") for folder in _LIBRARIES)
    yield beside(path, f"{wanted}.php")


def _header(path: str, module: str, _wanted: str) -> Iterator[str]:
    for top in _upwards(path):
        yield from (posixpath.normpath(posixpath.join(top, root, module)) for root in _ROOTS)


_FILES: dict[str, Callable[[str, str, str], Iterator[str]]] = {
    "python": _python,
    **dict.fromkeys(_SCRIPTS, _script),
    **dict.fromkeys(("java", "kotlin", "scala", "groovy"), _java),
    "csharp": _csharp,
    "rust": _rust,
    "ruby": _ruby,
    "php": _php,
    **dict.fromkeys(("c", "cpp", "objc"), _header),
}
FIRST = {"python", *_SCRIPTS, "c", "cpp", "objc", "ruby"}
"""Languages in which only the first file that is there counts."""
KNOWN = {*_FILES, "go"}
"""Languages whose imports are followed."""
