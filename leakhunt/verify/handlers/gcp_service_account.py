"""Google service accounts: a token for the key, which is thrown away."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import der, tokens
from leakhunt.verify.asking import why
from leakhunt.verify.reasons import Absent
from leakhunt.verify.transport import Request

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

HOST = "https://oauth2.googleapis.com"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only"
_GRANT = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
_DEAD = ("invalid jwt signature", "account not found", "account disabled", "invalid_grant: account")


def contacts(case: Case) -> list[Target]:
    """Return Google's token server."""
    return [_request(case).target]


def ask(case: Case, session: Session) -> Verdict:
    """Trade a signed assertion for a token."""
    answer = session.send(_request(case))
    found = answer.json if isinstance(answer.json, dict) else {}
    account = case.parts.get("client email", "")
    details = {"account": account, "project": account.partition("@")[2].partition(".")[0]}
    if answer.status == 200 and "access_token" in found:
        return Verdict(State.ACTIVE, f"Google accepts it for {account}", details=details)
    said = str(found.get("error_description", "")).lower()
    refused = found.get("error") in ("invalid_grant", "disabled_client", "invalid_client")
    if answer.status in (400, 401) and refused and any(text in said for text in _DEAD):
        return Verdict(State.INACTIVE, "Google refuses it", details=details)
    if answer.status == 401 and found.get("error") == "disabled_client":
        return Verdict(State.INACTIVE, "its account is disabled", details=details)
    return Verdict(State.UNKNOWN, why(answer))


def _request(case: Case) -> Request:
    account = case.parts.get("client email")
    if not account:
        raise Absent("client email")
    url = (case.endpoint or HOST).rstrip("/") + "/token"
    now = int(time.time())
    claims = {"iss": account, "scope": _SCOPE, "aud": f"{HOST}/token", "iat": now, "exp": now + 300}
    head = {"alg": "RS256", "typ": "JWT"}
    if key_id := case.parts.get("key id"):
        head["kid"] = key_id
    assertion = signed(head, claims, case.secret)
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    return Request("POST", url, sent, (_GRANT + assertion).encode())


def signed(head: dict[str, str], claims: dict[str, object], key: str) -> str:
    """Return a JSON Web Token signed with RS256.

    Args:
        head: its header.
        claims: what it says.
        key: an RSA private key in PEM.

    Raises:
        ValueError: the key is none.
    """
    text = ".".join(tokens.encoded(json.dumps(part).encode()) for part in (head, claims))
    return f"{text}.{tokens.encoded(der.rsa(key).sign(text.encode()))}"
