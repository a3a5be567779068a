"""The rules of a SARIF run: one for each signature that has results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunt.model import Finding, Severity, Signature
from leakhunt.outputs.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.1",
}
"""GitHub's bands: critical over 9.0, high from 7.0, medium from 4.0, low from 0.1."""
_CWE = {"secret": "external/cwe/cwe-798", "exposure": "external/cwe/cwe-1327"}
"""Hard-coded credentials; binding to an unrestricted address."""
_ADVICE = "Revoke the credential, replace it, and keep the new one out of the repository."
_LONGEST = 1024
"""What GitHub takes of a description; of a name it takes 255."""


def rules_of(findings: Iterable[Finding], signatures: Iterable[Signature]) -> list[Any]:
    """Return a rule for each signature of the findings, in the order in which they come.

    Args:
        findings: those that become results.
        signatures: those that were looked for; a finding of another gets a plain rule.

    Returns:
        `sarif_om.ReportingDescriptor` objects with different ids, which GitHub insists on.
    """
    known = {signature.id: signature for signature in signatures}
    firsts: dict[str, Finding] = {}
    for finding in findings:
        firsts.setdefault(finding.signature, finding)
    return [_rule(finding, known.get(name)) for name, finding in firsts.items()]


def _rule(finding: Finding, signature: Signature | None) -> Any:
    import sarif_om

    severity = signature.severity if signature else finding.severity
    confidence = signature.confidence if signature else finding.confidence
    title = printable(signature.title if signature else finding.title) or finding.signature
    advice = printable(signature.remediation if signature else "") or _ADVICE
    references = [printable(link) for link in signature.references] if signature else []
    links = [link for link in references if link.startswith(("https://", "http://"))]
    return sarif_om.ReportingDescriptor(
        id=finding.signature,
        name=_name(title, finding.signature),
        short_description=sarif_om.MultiformatMessageString(text=_sentence(title)),
        full_description=sarif_om.MultiformatMessageString(
            text=_sentence(f"{title}: {_WHY.get(finding.kind, _WHY['secret'])}")
        ),
        help=sarif_om.MultiformatMessageString(
            text="\n".join((advice, *references)), markdown=_markdown(advice, links)
        ),
        help_uri=links[0] if links else None,
        default_configuration=sarif_om.ReportingConfiguration(level=LEVELS[severity]),
        properties={
            "tags": ["security", _CWE.get(finding.kind, _CWE["secret"])],
            "precision": confidence.value,
            "security-severity": _SCORES[severity],
        },
    )


_WHY = {
    "secret": "whoever can read this content, or its history, can use the credential",
    "exposure": "whoever can reach the machine can reach the service",
}


def _markdown(advice: str, links: list[str]) -> str:
    return "\n".join((advice, *(["", *(f"- <{link}>" for link in links)] if links else [])))


def _name(title: str, signature: str) -> str | None:
    """Return `AwsAccessKey` for `AWS access key`; a name must not be the same as the id."""
    parts = "".join(char if char.isalnum() else " " for char in title).split()
    parts = [part.capitalize() if part.isupper() else part[:1].upper() + part[1:] for part in parts]
    name = "".join(parts)[:255]
    return name if name and name.casefold() != signature.casefold() else None


def _sentence(text: str) -> str:
    return text[: _LONGEST - 1].rstrip(". ") + "."
