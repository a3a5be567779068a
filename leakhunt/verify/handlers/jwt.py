"""JSON Web Tokens: did a key of the issuer sign it? Only an issuer that is allowed is asked."""

from __future__ import annotations

import hashlib
import hmac
import urllib.parse
from typing import TYPE_CHECKING, Any

from leakhunt.model import State, Verdict
from leakhunt.verify import tokens
from leakhunt.verify.asking import why
from leakhunt.verify.templates import Absent
from leakhunt.verify.transport import Request

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_DIGESTS = {
    "RS256": ("sha256", "3031300d060960864801650304020105000420"),
    "RS384": ("sha384", "3041300d060960864801650304020205000430"),
    "RS512": ("sha512", "3051300d060960864801650304020305000440"),
}


def contacts(case: Case) -> list[Target]:
    """Return the issuer that the token names."""
    return [_request(case, "/.well-known/openid-configuration").target]


def ask(case: Case, session: Session) -> Verdict:
    """Fetch the issuer's keys and hold the signature against them."""
    found = tokens.parts(case.secret)
    if found is None:
        raise ValueError("it is no token")
    header, claims = found
    if header.get("alg") not in _DIGESTS:
        return Verdict(State.UNKNOWN, f"signatures with {header.get('alg')!s:.10} are not checked")
    request = _request(case, "/.well-known/openid-configuration")
    answer = session.send(request)
    place = answer.json.get("jwks_uri") if isinstance(answer.json, dict) else None
    if answer.status != 200 or not isinstance(place, str):
        return Verdict(State.UNKNOWN, why(answer))
    keys = Request("GET", place, pinned=False)
    if keys.target.host != request.target.host:
        return Verdict(State.UNKNOWN, "the issuer keeps its keys with somebody else")
    answer = session.send(keys)
    listed = answer.json.get("keys") if isinstance(answer.json, dict) else None
    if answer.status != 200 or not isinstance(listed, list):
        return Verdict(State.UNKNOWN, why(answer))
    return _judged(case.secret, header, claims, listed)


def _judged(text: str, header: dict[str, Any], claims: dict[str, Any], keys: list[Any]) -> Verdict:
    wanted = header.get("kid")
    candidates = [
        key
        for key in keys
        if isinstance(key, dict) and key.get("kty") == "RSA" and key.get("kid", wanted) == wanted
    ]
    if not candidates:
        said = "the key that signed it is no longer among those of its issuer"
        return Verdict(State.INACTIVE, said)
    if not any(_signed(text, str(header["alg"]), key) for key in candidates):
        return Verdict(State.INACTIVE, "its issuer never signed it")
    ends = tokens.moment(claims, "exp")
    said = f"its issuer signed it, and it is good until {ends.date() if ends else 'it is revoked'}"
    return Verdict(State.ACTIVE, said)


def _signed(text: str, algorithm: str, key: dict[str, Any]) -> bool:
    """Check a signature after PKCS #1 v1.5."""
    name, prefix = _DIGESTS[algorithm]
    signed, _, signature = text.rpartition(".")
    try:
        modulus = int.from_bytes(tokens.decoded(str(key["n"])), "big")
        exponent = int.from_bytes(tokens.decoded(str(key["e"])), "big")
        proof = tokens.decoded(signature)
    except (KeyError, ValueError):
        return False
    size = (modulus.bit_length() + 7) // 8
    if not 128 <= size <= 1024 or len(proof) != size or exponent > 1 << 32:
        return False
    digest = bytes.fromhex(prefix) + hashlib.new(name, signed.encode()).digest()
    padded = b"\0\x01" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
    opened = pow(int.from_bytes(proof, "big"), exponent, modulus).to_bytes(size, "big")
    return hmac.compare_digest(opened, padded)


def _request(case: Case, path: str) -> Request:
    found = tokens.parts(case.secret)
    issuer = case.endpoint or (found[1].get("iss") if found else None)
    if not isinstance(issuer, str) or not issuer.startswith(("https://", "http://")):
        raise Absent("address of its issuer")
    if urllib.parse.urlsplit(issuer).username:
        raise ValueError("the address of its issuer is none")
    return Request("GET", issuer.rstrip("/") + path, pinned=bool(case.endpoint))
