"""What an audit knows beyond what other reports do. Imports nothing but the model."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.model import Report
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
class Gone:
    """A finding of an earlier audit that is open no more."""

    id: str
    signature: str
    severity: str
    title: str
    where: str  # repository, path and line, as they were reported
    first: str  # the day of the audit that saw it first
    why: str
    """`accepted`, `inactive` or `not-found`."""


@record(frozen=True, slots=True)
class Point:
    """An audit in numbers."""

    time: str  # ISO 8601
    open: int
    new: int
    fixed: int
    reopened: int


@record(frozen=True, slots=True)
class Trend:
    """What has changed since the last audit. Findings by their id."""

    since: str
    """When that was, ISO 8601; empty if there was none."""
    version: str  # of the leakhunt that did it
    new: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    left_head: tuple[str, ...] = ()  # gone from HEAD and files, but not from history
    fixed: tuple[Gone, ...] = ()
    unseen: int = 0
    """Not found, where not everything was scanned: they count as open."""
    ageing: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """How many have been open for how long since an audit saw them first."""
    points: tuple[Point, ...] = ()
    """This and earlier audits, the oldest first."""


@record(frozen=True, slots=True)
class Audit(Report):
    """A report for the person who answers for what it covers."""

    repositories: tuple[Audited, ...] = ()
    """Where several were audited."""
    trend: Trend | None = None
    below: str = ""
    """The folder that all of them lie in, where their names leave it out; with a slash."""


def audit(report: Report) -> Audit:
    """Return a report as one of an audit."""
    fields = {field.name: getattr(report, field.name) for field in dataclasses.fields(Report)}
    return Audit(**fields)
