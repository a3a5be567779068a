"""Verdicts that need nobody's answer: what is expired, forged, or printed in documents."""

from __future__ import annotations

import dataclasses
import datetime
import re
import urllib.parse
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import der, tokens

if TYPE_CHECKING:
    from leakhunt.model import Finding

_DISMISSED = {
    "bad-checksum": "its checksum is wrong, so the provider never issued it",
    "public-key": "it is printed in the vendor's documentation",
}
_WORD = re.compile(r"[^\s\"'<>\0]+")
_ENDS = re.compile(r"(?:^|[?&=])se=([0-9TZ:%A-Fa-f.-]{8,40})")


def judged(finding: Finding, now: datetime.datetime) -> Finding:
    """Give a finding the verdict that it carries in itself.

    Args:
        finding: one that has a verdict keeps it.
        now: the time.
    """
    if finding.kind != "secret" or finding.verdict.state is not State.UNCHECKED:
        return finding
    verdict = _verdict(finding, now)
    return dataclasses.replace(finding, verdict=verdict) if verdict else finding


def dismissed(finding: Finding) -> Finding:
    """Give what was dismissed as no secret the verdict that follows from it."""
    said = _DISMISSED.get(finding.suppression.kind if finding.suppression else "")
    if not said or finding.verdict.state is not State.UNCHECKED:
        return finding
    return dataclasses.replace(finding, verdict=Verdict(State.INACTIVE, said))


def _verdict(finding: Finding, now: datetime.datetime) -> Verdict | None:
    text = finding.secret.reveal().decode("utf-8", "replace")
    if (token := tokens.parts(text)) is not None:
        return _token(*token, now)
    if "-----BEGIN " in text:
        return _key(finding, text, now)
    if finding.signature == "azure-sas-token" and (ends := _ENDS.search(_address(finding))):
        return _signed_address(urllib.parse.unquote(ends[1]), now)
    return None


def _address(finding: Finding) -> str:
    """Return the address or the connection string that a signature is a part of."""
    around = finding.around.reveal().decode("utf-8", "replace") if finding.around else ""
    secret = finding.secret.reveal().decode("utf-8", "replace")
    return next((word for word in _WORD.findall(around) if secret in word), "")


def _token(header: dict[str, object], claims: dict[str, object], now: datetime.datetime) -> Verdict:
    details = tokens.details(header, claims)
    ends = tokens.moment(claims, "exp")
    if ends is not None and ends <= now:
        return Verdict(State.INACTIVE, f"it expired on {ends.date()}", details=details)
    return Verdict(State.UNCHECKED, details=details)


def _key(finding: Finding, text: str, now: datetime.datetime) -> Verdict | None:
    """Say of a key whose certificate lies beside it when that ends."""
    if finding.around is None:
        return None
    keys = [der.public_part(label, data) for label, data in der.pem(text)]
    beside = finding.around.reveal().decode("utf-8", "replace")
    for label, data in der.pem(beside):
        if label != "CERTIFICATE":
            continue
        try:
            found = der.certificate(data)
        except ValueError:
            continue
        if not any(found.fits(public) for public in keys):
            continue
        details = {
            "certificate": "matches",
            "expires": found.ends.date().isoformat(),
            "lifetime": tokens.lasting(found.ends - found.starts),
        }
        if found.ends <= now:
            said = f"the certificate beside it expired on {found.ends.date()}"
            return Verdict(State.INACTIVE, said, details=details)
        return Verdict(State.UNCHECKED, details=details)
    return None


def _signed_address(text: str, now: datetime.datetime) -> Verdict | None:
    try:
        ends = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    ends = ends if ends.tzinfo else ends.replace(tzinfo=datetime.UTC)
    details = {"expires": ends.date().isoformat()}
    if ends <= now:
        return Verdict(State.INACTIVE, f"it expired on {ends.date()}", details=details)
    return Verdict(State.UNCHECKED, details=details)
