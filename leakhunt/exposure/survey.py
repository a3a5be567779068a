"""From files to the port graph, in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure import graph, reading

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
    found = (reading.read(path, content) for path, content in files)
    return graph.build([item for item in found if item is not None], secrets)
