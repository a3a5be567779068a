"""The folder that all repositories of an audit lie in: told once, and left out of their names."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.audits import Audit
    from leakhunt.model import Finding, Report


def briefly(report: Report) -> Report:
    """Return a report for people with the folder in `below`, if it is one of several repositories.

    Args:
        report: of whatever; others stay as they are.
    """
    if not getattr(report, "repositories", ()):
        return report
    audit = cast("Audit", report)
    below = _shared([one.name for one in audit.repositories])
    if not below:
        return report
    problems = (
        dataclasses.replace(one, where=one.where.removeprefix(below)) for one in audit.problems
    )
    trend = audit.trend
    if trend is not None:
        gone = (
            dataclasses.replace(one, where=one.where.removeprefix(below)) for one in trend.fixed
        )
        trend = dataclasses.replace(trend, fixed=tuple(gone))
    return dataclasses.replace(
        audit,
        below=below,
        trend=trend,
        problems=tuple(problems),
        findings=_brief(audit.findings, below),
        suppressed=_brief(audit.suppressed, below),
        repositories=tuple(
            dataclasses.replace(one, name=one.name.removeprefix(below))
            for one in audit.repositories
        ),
    )


def _shared(names: Sequence[str]) -> str:
    """Return the folder, with a slash at its end; empty if there is none but the root."""
    if len(names) < 2:
        return ""
    parents = [name.split("/")[:-1] for name in names]
    same = itertools.takewhile(lambda level: len(set(level)) == 1, zip(*parents, strict=False))
    below = "".join(f"{level[0]}/" for level in same)
    return below if len(below) > 1 and not below.endswith("://") else ""


def _brief(findings: Sequence[Finding], below: str) -> tuple[Finding, ...]:
    return tuple(
        dataclasses.replace(
            finding,
            locations=tuple(
                dataclasses.replace(place, repository=(place.repository or "").removeprefix(below))
                for place in finding.locations
            ),
        )
        for finding in findings
    )
