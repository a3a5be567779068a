"""What the user chose about the shape of a report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

from leakhunt.model import Severity
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.model import Finding, Location

Lines: TypeAlias = "tuple[tuple[int, str], ...]"
"""Numbers of lines and what stands in them."""
Key: TypeAlias = "tuple[str, str, str, int, int]"


@record(frozen=True, slots=True)
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
    provenance: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """`repository`, `revision` and `branch` of what was scanned, as far as is known."""
    least: Severity = Severity.MEDIUM
    """The least severity of an exposure that formats for people show; others are counted."""
    exit_code: int | None = None
    """What the process will exit with, where the caller knows it already."""
    advice: tuple[str, ...] = ()
    """What to do now, a paragraph each: told to people, and only if there are findings."""
    contexts: Mapping[Key, Lines] = dataclasses.field(default_factory=dict)
    """The lines around findings, masked; see `context_key`."""


def context_key(finding: Finding, place: Location) -> Key:
    """Return what the lines around a place are kept under.

    It is the same before and after the reports of several repositories are put together.
    """
    where = f"{place.blob or ''} {place.path}"
    return finding.fingerprint, place.repository or "", where, place.line or 0, place.column or 0
