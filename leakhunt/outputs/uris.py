"""Paths as the URIs that SARIF wants."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import quote

from leakhunt import lazy

if TYPE_CHECKING:
    from leakhunt.model import Location
    from leakhunt.outputs.options import OutputOptions

_NOTHING = lazy.pattern("[\ud800-\udc7f\udd00-\udfff]")


def artifact_uri(place: Location, options: OutputOptions) -> str:
    """Return a relative, percent-encoded URI that GitHub and others accept; never empty.

    A place without a path (a commit or tag message, an author's name, standard input) needs
    one too: one result without a location makes GitHub refuse the whole file, and an absolute
    URI with a scheme that it does not know does the same. Such places get
    `.git/commits/<id>/message`. It says what it is, differs for every commit, and can never be
    mistaken for a file of the repository, because git tracks nothing under `.git`; nor does
    such a file exist there that a reader could open by accident.

    Args:
        place: where something was found.
        options: where the scanned root lies in its repository.
    """
    of = f"{place.repository.strip('/')}/" if place.repository else ""
    if place.path:
        return _encoded(of + in_repository(place.path, options)) or "%2E"
    field = place.field or "message"
    if place.commit:
        return _encoded(f"{of}.git/commits/{place.commit}/{field}")
    if place.ref:
        return _encoded(f"{of}.git/{place.ref}/{field}")
    if place.blob:
        return _encoded(f"{of}.git/blobs/{place.blob}")
    return "stdin"


def of_repository(name: str) -> str:
    """Return the folder that a repository is, where there are several."""
    return _encoded(f"{name.strip('/')}/")


def in_repository(path: str, options: OutputOptions) -> str:
    """Return a path relative to the repository, without `.`, `..` or a slash at its start."""
    if path.startswith("/"):
        inside = options.top and path.startswith(options.top.rstrip("/") + "/")
        whole = path[len(options.top.rstrip("/")) :] if inside else path
    else:
        whole = posixpath.join("/", options.root, path)
    return posixpath.normpath(whole).lstrip("/")


def _encoded(path: str) -> str:
    # File names that are not UTF-8 come as surrogate escapes and go out as their bytes; other
    # surrogates stand for nothing.
    return quote(_NOTHING.sub("?", path).encode("utf-8", "surrogateescape"), safe="/")
