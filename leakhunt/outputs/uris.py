"""Paths as the URIs that SARIF wants."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from leakhunt.model import Location

_NOTHING = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def artifact_uri(place: Location, root: str) -> str:
    """Return a relative, percent-encoded URI that GitHub and others accept; never empty.

    A place without a path (a commit or tag message, an author's name, standard input) needs
    one too: one result without a location makes GitHub refuse the whole file, and an absolute
    URI with a scheme that it does not know does the same. Such places get
    `.git/commits/<id>/message`. It says what it is, differs for every commit, and can never be
    mistaken for a file of the repository, because git tracks nothing under `.git`; nor does
    such a file exist there that a reader could open by accident.

    Args:
        place: where something was found.
        root: the scanned root relative to the repository, or empty.
    """
    if place.path:
        return _encoded(in_repository(place.path, root)) or "%2E"
    field = place.field or "message"
    if place.commit:
        return _encoded(f".git/commits/{place.commit}/{field}")
    if place.ref:
        return _encoded(f".git/{place.ref}/{field}")
    return "stdin"


def in_repository(path: str, root: str) -> str:
    """Return a path relative to the repository, without `.`, `..` or a slash at its start."""
    whole = posixpath.normpath(posixpath.join("/", root, path.lstrip("/")))
    return whole.lstrip("/")


def _encoded(path: str) -> str:
    # File names that are not UTF-8 come as surrogate escapes and go out as their bytes; other
    # surrogates stand for nothing.
    return quote(_NOTHING.sub("?", path).encode("utf-8", "surrogateescape"), safe="/")
