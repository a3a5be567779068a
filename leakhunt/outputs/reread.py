"""From a report as plain data back to its types; secrets stay as they were written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from leakhunt.model import (
    Confidence,
    Finding,
    Location,
    Problem,
    Secret,
    Severity,
    State,
    Suppression,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS = frozenset(field.name for field in dataclasses.fields(Location))


class Hidden(Secret):
    """A secret of which only the masked form is left: it came out of a report."""

    __slots__ = ("_shown",)

    def __init__(self, shown: str) -> None:
        super().__init__(b"")
        self._shown = shown

    @property
    def masked(self) -> str:
        """The form in which it was written."""
        return self._shown

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and self._shown == other._shown

    def __hash__(self) -> int:
        return hash(self._shown)

    def __len__(self) -> int:
        return len(self._shown)


def finding(item: Mapping[str, Any]) -> Finding:
    """Return a finding as a JSON report lists it.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is none.
    """
    places = [
        Location(**{key: value for key, value in place.items() if key in _FIELDS})
        for place in item.get("locations", [])
    ]
    properties = {
        str(key): value
        for key, value in item.get("properties", {}).items()
        if isinstance(value, str | int | bool)
    }
    told = item.get("verdict", {})
    why = item.get("suppression")
    return Finding(
        id=str(item["id"]),
        signature=str(item["signature"]),
        kind=str(item["kind"]),
        severity=Severity(item["severity"]),
        confidence=Confidence(item["confidence"]),
        title=str(item["title"]),
        secret=_secret(item),
        fingerprint=str(item["fingerprint"]),
        locations=tuple(places),
        decoded=tuple(map(str, item.get("decoded", []))),
        parts=tuple((str(part["name"]), _secret(part)) for part in item.get("parts", [])),
        verdict=Verdict(
            State(told.get("state", "unchecked")),
            str(told.get("reason", "")),
            str(told.get("checked_at", "")),
            {str(key): str(value) for key, value in told.get("details", {}).items()},
        ),
        suppression=Suppression(str(why["kind"]), str(why["reason"])) if why else None,
        properties=properties,
        reasons=tuple(map(str, item.get("reasons", []))),
    )


def problem(item: Mapping[str, Any]) -> Problem:
    """Return a problem as a JSON report lists it."""
    return Problem(
        str(item["kind"]), str(item["where"]), str(item["message"]), gap=bool(item.get("gap", True))
    )


def counts(scanned: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of what was looked at, those of what was skipped with `skipped_`."""
    skipped = scanned.get("skipped", {})
    named = {f"skipped_{reason}": int(count) for reason, count in skipped.items()}
    return {key: int(count) for key, count in scanned.items() if key != "skipped"} | named


def _secret(item: Mapping[str, Any]) -> Secret:
    return Hidden(str(item["secret"])) if item.get("secret") else Secret(b"")
