"""What the user chose about the shape of a report."""

from __future__ import annotations

import dataclasses

from leakhunt.model import Severity


@dataclasses.dataclass(frozen=True, slots=True)
class OutputOptions:
    """Choices that every format understands or ignores; none changes what was found."""

    reveal: bool = False
    """Show secrets in full. Formats that are made to be uploaded never do."""
    color: bool | None = None
    """Force or forbid colours; None asks the stream and the environment."""
    width: int | None = None
    """Columns to wrap at; None asks the terminal, and takes 80 where there is none."""
    show_suppressed: bool = False
    """List suppressed findings too, in the formats that only count them otherwise."""
    root: str = ""
    """Where the scanned root lies in its repository, `/` between the parts.

    Put before paths in the formats whose readers resolve paths against the repository.
    """
    top: str = ""
    """The top of the repository, for absolute paths below it."""
    web: str = ""
    """Where the repository can be read on the web, to which `/commit/<id>` is added; or empty."""
    category: str = "leakhunt/"
    """SARIF's `automationDetails.id`: keeps the alerts of two kinds of scan apart."""
    least: Severity = Severity.MEDIUM
    """The least severity of an exposure that formats for people show; others are counted."""
    exit_code: int | None = None
    """What the process will exit with, where the caller knows it already."""
    advice: tuple[str, ...] = ()
    """What to do now, a paragraph each: told to people, and only if there are findings."""
