"""JSON Web Tokens: did a key of the issuer sign it? Only an issuer that is allowed is asked."""

from __future__ import annotations

import dataclasses
import urllib.parse
from typing import TYPE_CHECKING, Any

from leakhunt.model import State, Verdict
from leakhunt.verify import signed, tokens
from leakhunt.verify.asking import why
from leakhunt.verify.reasons import Absent, Unfit
from leakhunt.verify.transport import Request

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session


_LONGEST = 500
"""Characters of an address; more is none."""


def contacts(case: Case) -> list[Target]:
    """Return the issuer that the token names."""
    return [_request(case, "/.well-known/openid-configuration").target]


def ask(case: Case, session: Session) -> Verdict:
    """Fetch the issuer's keys and hold the signature against them."""
    found = tokens.parts(case.secret)
    if found is None:
        raise Unfit("it is no token")
    header, claims = found
    if header.get("alg") not in signed.ALGORITHMS:
        return Verdict(State.UNKNOWN, f"signatures with {header.get('alg')!s:.10} are not checked")
    if missing := signed.missing(str(header["alg"])):
        return Verdict(State.UNKNOWN, missing)
    request = _request(case, "/.well-known/openid-configuration")
    answer = session.send(request)
    place = answer.json.get("jwks_uri") if isinstance(answer.json, dict) else None
    if answer.status != 200 or not isinstance(place, str):
        return Verdict(State.UNKNOWN, why(answer))
    keys = _keys(place, request)
    if keys is None:
        return Verdict(State.UNKNOWN, "the issuer keeps its keys with somebody else")
    answer = session.send(keys)
    listed = answer.json.get("keys") if isinstance(answer.json, dict) else None
    if answer.status != 200 or not isinstance(listed, list):
        return Verdict(State.UNKNOWN, why(answer))
    return _judged(case.secret, header, claims, listed)


def _keys(address: str, issuer: Request) -> Request | None:
    """Return how the keys are fetched, if it is the issuer that has them, as safely as itself."""
    theirs, ours = urllib.parse.urlsplit(address), urllib.parse.urlsplit(issuer.url)
    if (theirs.scheme, theirs.hostname) != (ours.scheme, ours.hostname):
        return None
    found = Request("GET", address)
    return dataclasses.replace(found, pinned=issuer.pinned and found.target == issuer.target)


def _judged(text: str, header: dict[str, Any], claims: dict[str, Any], keys: list[Any]) -> Verdict:
    wanted, algorithm = header.get("kid"), str(header["alg"])
    candidates = [
        key
        for key in keys
        if isinstance(key, dict)
        and key.get("kty") == signed.ALGORITHMS[algorithm]
        and key.get("kid", wanted) == wanted
    ]
    if not candidates:
        said = "the key that signed it is no longer among those of its issuer"
        return Verdict(State.INACTIVE, said)
    if not any(signed.by(text, algorithm, key) for key in candidates):
        return Verdict(State.INACTIVE, "its issuer never signed it")
    ends = tokens.moment(claims, "exp")
    said = f"its issuer signed it, and it is good until {ends.date() if ends else 'it is revoked'}"
    return Verdict(State.ACTIVE, said)


def _request(case: Case, path: str) -> Request:
    found = tokens.parts(case.secret)
    issuer = case.endpoint or (found[1].get("iss") if found else None)
    if not isinstance(issuer, str) or not issuer.startswith(("https://", "http://")):
        raise Absent("address of its issuer")
    if len(issuer) > _LONGEST or urllib.parse.urlsplit(issuer).username:
        raise Unfit("the address of its issuer is none")
    return Request("GET", issuer.rstrip("/") + path, pinned=bool(case.endpoint))
