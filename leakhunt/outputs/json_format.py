"""The whole report as one JSON document: docs/json-format.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from leakhunt.outputs.document import document

if TYPE_CHECKING:
    from leakhunt.model import Report
    from leakhunt.outputs.options import OutputOptions


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write one indented JSON object.

    The output is ASCII: control and direction characters stay harmless when it is shown, and
    it survives any encoding of the stream.

    Args:
        report: what was found.
        stream: where to write.
        options: of which `reveal` matters.
    """
    json.dump(document(report, options.reveal), stream, indent=2, allow_nan=False)
    stream.write("\n")
