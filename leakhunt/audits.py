"""What an audit knows beyond what other reports do. Imports nothing but the model."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.model import Report

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Audited:
    """A repository of an audit, and how far it was looked at."""

    name: str
    scanned: Mapping[str, int] = dataclasses.field(default_factory=dict)
    findings: int = 0
    gaps: int = 0  # problems because of which something was not scanned
    failed: str = ""  # why nothing is known of it
    seconds: float = 0.0
    web: str = ""  # where it can be read on the web
    again: bool = False  # an earlier run, which was interrupted, had scanned it


@dataclasses.dataclass(frozen=True, slots=True)
class Audit(Report):
    """A report for the person who answers for what it covers."""

    repositories: tuple[Audited, ...] = ()
    """Where several were audited."""


def audit(report: Report) -> Audit:
    """Return a report as one of an audit."""
    fields = {field.name: getattr(report, field.name) for field in dataclasses.fields(Report)}
    return Audit(**fields)
