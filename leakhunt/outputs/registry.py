"""Every output format by name, and the one function through which reports are written."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from leakhunt.errors import UsageError

if TYPE_CHECKING:
    from leakhunt.model import Report
    from leakhunt.outputs.options import OutputOptions


class Format(Protocol):
    """What a format module offers: one function."""

    def write(self, report: Report, stream: TextIO, options: OutputOptions) -> None:
        """Write the report to the stream.

        Args:
            report: a report without secrets outside `Secret`, as `registry.write` passes it.
            stream: an open text stream; it is neither closed nor flushed.
            options: the user's choices.
        """


FORMATS: dict[str, str] = {
    "terminal": "leakhunt.outputs.terminal",
    "json": "leakhunt.outputs.json_format",
    "jsonl": "leakhunt.outputs.jsonl_format",
    "sarif": "leakhunt.outputs.sarif",
    "sarif-github": "leakhunt.outputs.sarif_github",
    "gitlab": "leakhunt.outputs.gitlab",
    "github": "leakhunt.outputs.github",
    "csv": "leakhunt.outputs.csv_format",
    "html": "leakhunt.outputs.html_format",
    "markdown": "leakhunt.outputs.markdown_format",
}
"""Name on the command line to module; imported only when it is asked for."""

if TYPE_CHECKING:
    from leakhunt.outputs import (
        csv_format,
        github,
        gitlab,
        html_format,
        json_format,
        jsonl_format,
        markdown_format,
        sarif,
        sarif_github,
        terminal,
    )

    # The late import hides the modules from the type checker; this line shows them to it.
    _CHECKED: tuple[Format, ...] = (
        *(terminal, json_format, jsonl_format, sarif, sarif_github, gitlab, github, csv_format),
        html_format,
        markdown_format,
    )


def load(name: str) -> Format:
    """Return the format module of that name.

    Raises:
        UsageError: there is no such format.
    """
    if name not in FORMATS:
        raise UsageError(
            f"there is no output format {name!r}", f"choose one of: {', '.join(FORMATS)}"
        )
    return cast("Format", importlib.import_module(FORMATS[name]))


def write(name: str, report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write a report in the named format.

    Unless the user asked to see secrets, every text of the report that contains one (a file
    may be named after a token) is masked here, before any format sees it.

    Args:
        name: a key of `FORMATS`.
        report: what was found.
        stream: an open text stream; it is neither closed nor flushed.
        options: the user's choices.

    Raises:
        UsageError: there is no such format.
    """
    from leakhunt.outputs.redact import redacted

    module = load(name)
    module.write(report if options.reveal else redacted(report), stream, options)
