"""Which hosts would be contacted, and why, without contacting any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.model import State
from leakhunt.records import record
from leakhunt.verify.cases import cases
from leakhunt.verify.reasons import Absent, Refused, Unfit
from leakhunt.verify.session import contacts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakhunt.model import Finding, Signature
    from leakhunt.verify.policy import Policy


@record(frozen=True, slots=True)
class Planned:
    """One host, or what would not be asked about.

    Attributes:
        host: with its port; empty if nobody would be contacted.
        credentials: how many distinct ones.
        signatures: their ids, sorted.
        refused: why it would not be contacted, or empty.
    """

    host: str
    credentials: int
    signatures: tuple[str, ...]
    refused: str = ""


def planned(
    findings: Sequence[Finding], signatures: Mapping[str, Signature], policy: Policy
) -> list[Planned]:
    """Return who would be contacted about findings, and what would not be asked about.

    Names are not looked up: what their addresses would be is not known yet.
    """
    rows: dict[tuple[str, str], tuple[set[tuple[str, ...]], set[str]]] = {}

    def note(host: str, refused: str, key: tuple[str, ...], signature: str) -> None:
        keys, ids = rows.setdefault((refused, host), (set(), set()))
        keys.add(key)
        ids.add(signature)

    found = cases(findings, signatures, policy.settings.endpoints)
    for finding, case in zip(findings, found, strict=True):
        if finding.kind != "secret":
            continue
        if finding.verdict.state is not State.UNCHECKED:
            note("", "known without asking", (finding.fingerprint,), finding.signature)
            continue
        if case is None:
            why = "there is no verification for it"
            note("", why, (finding.fingerprint,), finding.signature)
            continue
        try:
            targets = contacts(case)
        except (Absent, Unfit, Refused) as error:
            why = f"it takes the {error}" if isinstance(error, Absent) else str(error)
            note("", why, case.key, finding.signature)
            continue
        if not targets:
            note("", "known without asking", case.key, finding.signature)
        for target in targets:
            note(str(target), policy.doubt(target), case.key, finding.signature)
    return [
        Planned(host, len(keys), tuple(sorted(ids)), refused)
        for (refused, host), (keys, ids) in sorted(rows.items())
    ]
