"""One JSON object a line: the findings, then a summary. See docs/json-format.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from leakhunt.outputs.document import closing, finding

if TYPE_CHECKING:
    from leakhunt.model import Report
    from leakhunt.outputs.options import OutputOptions


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write a line for each finding and a last line `{"summary": …}`.

    A file without that last line is cut off.

    Args:
        report: what was found.
        stream: where to write.
        options: of which `reveal` and `show_suppressed` matter; suppressed findings carry the
            key `suppression`.
    """
    listed = report.findings + (report.suppressed if options.show_suppressed else ())
    for item in listed:
        stream.write(json.dumps(finding(item, options.reveal), allow_nan=False) + "\n")
    stream.write(json.dumps({"summary": closing(report)}, allow_nan=False) + "\n")
