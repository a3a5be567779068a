"""From files to the port graph, in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure import graph, reading
from leakhunt.exposure.near import Given

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.model import Graph
    from leakhunt.model import Finding


def survey(files: Iterable[tuple[str, bytes]], secrets: Sequence[Finding] = ()) -> Graph:
    """Read files and join what they say about ports.

    Args:
        files: path, as it is to be shown, and content of each; any order.
        secrets: findings of secrets in the same files, for tokens.

    Returns:
        The same graph for the same files.
    """
    known = dict(files)
    found = (reading.read(path, content, Given(known)) for path, content in known.items())
    return graph.build([item for item in found if item is not None], secrets)
