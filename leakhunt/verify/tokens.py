"""JSON Web Tokens as they lie there: when they were made, when they end, by whom."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
from typing import Any

from leakhunt.verify.reasons import Unfit

_FORM = re.compile(r"[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*")


def parts(text: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return header and claims of a token, or None if it is none."""
    if not _FORM.fullmatch(text):
        return None
    head, body, _ = text.split(".")
    found = _json(head), _json(body)
    if not all(isinstance(one, dict) for one in found) or "alg" not in found[0]:
        return None
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(decoded(text))
    except (ValueError, RecursionError):
        return None


def decoded(text: str) -> bytes:
    """Undo base64url without padding.

    Raises:
        ValueError: it is none.
    """
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise Unfit("it is no base64") from None


def encoded(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def address(issuer: str) -> str:
    """Return who made a token as it may be told: an issuer can hold a password, too."""
    plain = re.sub(r"//[^/?#]*@", "//", issuer).partition("?")[0].partition("#")[0]
    return "".join(sign if sign.isprintable() else " " for sign in plain)[:200]


def moment(claims: dict[str, Any], name: str) -> datetime.datetime | None:
    """Return a time that a token claims, or None."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.datetime.fromtimestamp(value, tz=datetime.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def details(header: dict[str, Any], claims: dict[str, Any]) -> dict[str, str]:
    """Return what a token says about itself: algorithm, issuer, lifetime, expiry."""
    found = {"algorithm": str(header.get("alg", ""))[:20]}
    if isinstance(claims.get("iss"), str):
        found["issuer"] = address(claims["iss"])
    made, ends = moment(claims, "iat"), moment(claims, "exp")
    if made:
        found["issued"] = made.date().isoformat()
    found["expires"] = ends.date().isoformat() if ends else "never"
    if made and ends and ends > made:
        found["lifetime"] = lasting(ends - made)
    return found


def lasting(span: datetime.timedelta) -> str:
    """Return `10 years`, `45 days` or `15 minutes`."""
    seconds = int(span.total_seconds())
    for size, noun in ((31_536_000, "year"), (86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {noun}{'s' if count != 1 else ''}"
    return f"{seconds} seconds"
