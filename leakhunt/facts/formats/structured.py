"""YAML and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.facts.formats import block, documents
from leakhunt.facts.formats.flow import Flow
from leakhunt.facts.formats.sheet import Sheet

if TYPE_CHECKING:
    from leakhunt.facts.model import Facts


def read_yaml(language: str, content: bytes, depth: int) -> Facts:
    """Read a YAML file; templates and broken lines do not keep the others from being read.

    Args:
        language: `yaml`.
        content: the whole file.
        depth: in how many other texts it lies.
    """
    sheet = Sheet(language, content, depth)
    documents.each(sheet, block.documents(content))
    return sheet.facts()


def read_json(language: str, content: bytes, depth: int) -> Facts:
    """Read JSON, with comments, trailing commas, single quotes, or one value a line.

    Args:
        language: `json`.
        content: the whole file.
        depth: in how many other texts it lies.
    """
    sheet = Sheet(language, content, depth)
    found, _ = Flow(content).read(0, len(content), ())
    documents.each(sheet, found)
    return sheet.facts()
