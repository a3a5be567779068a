"""What is left out by default, and why: counted, shown, and switched off by one option."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.globs import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

_FOLDERS = """
    node_modules bower_components jspm_packages .venv site-packages dist-packages
    __pypackages__ .tox .nox .eggs vendor/bundle .bundle/cache Pods Carthage/Build
    .gradle/caches .m2/repository .yarn/cache .yarn/unplugged .pnpm-store .cargo/registry
    .nuget/packages .terraform/providers .terraform/modules .dart_tool .pub-cache
    __pycache__ .mypy_cache .ruff_cache .pytest_cache .next/cache .parcel-cache
"""
_LOCK_FILES = """
    package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb
    composer.lock Gemfile.lock gems.locked poetry.lock pdm.lock uv.lock Pipfile.lock
    pixi.lock conda-lock.yml Cargo.lock go.sum go.work.sum mix.lock rebar.lock pubspec.lock
    Podfile.lock Cartfile.resolved Package.resolved packages.lock.json paket.lock
    gradle.lockfile flake.lock deno.lock .terraform.lock.hcl Chart.lock stack.yaml.lock
    cabal.project.freeze MODULE.bazel.lock
"""
_MEDIA = """
    png jpg jpeg gif bmp ico icns webp avif heic tif tiff psd xcf raw cur
    mp3 mp4 m4a m4v wav ogg oga ogv opus flac aac avi mkv mov webm wmv mpg mpeg
    ttf otf woff woff2 eot pfb
"""


def _any(words: str) -> str:
    return "|".join(map(re.escape, words.split()))


_DEFAULTS = lazy.pattern(
    rf"(?P<dependencies>(?:^|/)(?:{_any(_FOLDERS)})/)"
    rf"|(?P<lockfiles>(?:^|/)(?:{_any(_LOCK_FILES)})$)"
    rf"|(?P<media>\.(?:{_any(_MEDIA)})$)",
    re.IGNORECASE,
)


class Exclusions:
    """Decides which paths are left out.

    Args:
        defaults: whether installed dependencies, lock files and media are left out.
        globs: further ones, from the user; they match a whole path or a whole file name.
    """

    def __init__(self, *, defaults: bool = True, globs: Sequence[str] = ()) -> None:
        self.settings = repr((defaults, tuple(globs)))
        """What tells these from others."""
        self._defaults = _DEFAULTS if defaults else None
        self._globs = [compiled(glob) for glob in globs]
        self._folders = [compiled(glob.rstrip("/") + "/*") for glob in globs]

    def reason_within(self, path: str) -> str | None:
        """Return why a path or the container that it lies in is left out, or None."""
        outer, mark, inner = path.partition("!")
        if not mark:
            return self.reason(path)
        return self.reason(path) or self.reason(outer) or self.reason(inner)

    def reason(self, path: str, parent: int = 0) -> str | None:
        """Return why a path is left out, or None.

        Args:
            path: relative to the scanned root, with `/`; a folder ends in `/`.
            parent: where in it the name of its folder starts, or the `/` before, if that folder
                is known not to be left out.

        Returns:
            `dependencies`, `lockfiles`, `media` or `excluded`.
        """
        if self._defaults and (found := self._defaults.search(path, parent)):
            return found.lastgroup
        if self._globs:
            name = path.rstrip("/").rpartition("/")[2]
            plain = path.rstrip("/")
            if any(g.match(plain) or g.match(name) for g in self._globs) or any(
                f.match(path) for f in self._folders
            ):
                return "excluded"
        return None
