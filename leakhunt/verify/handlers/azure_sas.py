"""Azure shared access signatures: does the address that holds one still open?"""

from __future__ import annotations

import datetime
import re
import urllib.parse
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify.asking import why
from leakhunt.verify.reasons import Absent
from leakhunt.verify.transport import Request

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_URL = re.compile(
    r"https://([a-z0-9]{3,24}\.(?:blob|file|dfs|queue|table)\.core\.windows\.net)(/[^\s\"'<>\\]{0,1000})"
)
_LIVE = (
    "AuthorizationPermissionMismatch",
    "AuthorizationResourceTypeMismatch",
    "AuthorizationServiceMismatch",
    "AuthorizationSourceIPMismatch",
    "BlobNotFound",
    "ContainerNotFound",
    "ResourceNotFound",
)
"""Told only to those whose signature is right."""


def contacts(case: Case) -> list[Target]:
    """Return the host of the address."""
    return [_request(case).target]


def ask(case: Case, session: Session) -> Verdict:
    """Ask for the head of what the address names; nothing of it is read."""
    request = _request(case)
    answer = session.send(request)
    code = answer.headers.get("x-ms-error-code", "")
    said = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.url).query))
    rights = said.get("sp", "")
    details = {"rights": rights} if rights else {}
    if (answer.status in (200, 206) and "x-ms-request-id" in answer.headers) or code in _LIVE:
        return Verdict(State.ACTIVE, "Azure accepts it", details=details)
    if answer.status == 403 and code == "AuthenticationFailed":
        if _begins_later(said.get("st", "")):
            return Verdict(State.UNKNOWN, "it is good only from a later time on", details=details)
        return Verdict(State.INACTIVE, "Azure refuses it")
    return Verdict(State.UNKNOWN, why(answer))


def _begins_later(start: str) -> bool:
    """Say whether a signature is not good yet: Azure refuses it like a forged one until then."""
    try:
        begins = datetime.datetime.fromisoformat(start)
    except ValueError:
        return False
    now = datetime.datetime.now(datetime.UTC)
    return (begins if begins.tzinfo else begins.replace(tzinfo=datetime.UTC)) > now


def _request(case: Case) -> Request:
    for found in _URL.finditer(case.around.replace("&amp;", "&")):
        if case.secret in found[2]:
            base = case.endpoint.rstrip("/") if case.endpoint else f"https://{found[1]}"
            return Request("HEAD", base + found[2])
    raise Absent("address that it belongs to")
