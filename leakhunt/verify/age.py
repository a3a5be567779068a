"""How long a secret has been out, and what follows from that."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING

from leakhunt.model import Severity, State

if TYPE_CHECKING:
    from leakhunt.model import Finding

_LEVELS = list(Severity)


def dated(finding: Finding, now: datetime.datetime) -> Finding:
    """Tell in `age_days` how long ago a secret was first committed or said.

    Args:
        finding: as it was found; without a date it stays as it is.
        now: the time.
    """
    if finding.kind != "secret":
        return finding
    dates = [text for place in finding.locations for text in (place.date, place.time) if text]
    first = min(filter(None, map(_moment, dates)), default=None)
    if first is None:
        return finding
    days = max((now - first).days, 0)
    return dataclasses.replace(finding, properties={**finding.properties, "age_days": days})


def _moment(text: str) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def worse(finding: Finding, most: int) -> Finding:
    """Raise the severity of what was not rotated for too long by one level.

    Args:
        finding: with its age.
        most: days; 0 is never.
    """
    days = finding.properties.get("age_days")
    if not most or not isinstance(days, int) or days <= most:
        return finding
    if finding.verdict.state is State.INACTIVE or finding.severity is Severity.CRITICAL:
        return finding
    reason = f"not rotated for {days} days, more than the {most} of max_age: a level worse"
    return dataclasses.replace(
        finding,
        severity=_LEVELS[finding.severity.rank + 1],
        reasons=(*finding.reasons, reason),
    )
