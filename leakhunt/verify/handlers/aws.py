"""AWS: who am I? One signed request to STS, which needs no right and changes nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
import urllib.parse
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify.asking import elsewhere, shown, why
from leakhunt.verify.reasons import Absent
from leakhunt.verify.transport import Request

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session
    from leakhunt.verify.transport import Answer

HOST = "https://sts.amazonaws.com"
_BODY = b"Action=GetCallerIdentity&Version=2011-06-15"
_REGION, _SERVICE = "us-east-1", "sts"
_CANARIES = frozenset(
    [
        "044858866125",
        "052310077262",
        "171436882533",
        "251535659677",
        "266735846894",
        "344043088457",
        "351906852752",
        "390477818340",
        "426127672474",
        "427150556519",
        "439872796651",
        "445142720921",
        "465867158099",
        "534261010715",
        "595918472158",
        "637958123769",
        "693412236332",
        "717712589309",
        "730335385048",
        "732624840810",
        "735421457923",
        "819147034852",
        "893192397702",
        "959235150393",
        "982842642351",
        "992382622183",
    ]
)
"""Accounts whose keys are bait: whoever uses one raises an alarm at once (canarytokens.org)."""
_UNKNOWN = "InvalidClientTokenId"
_REGIONAL = re.compile(r"sts(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?")


def account(key_id: str) -> str:
    """Return the number of the account that a key belongs to; nothing for an old form.

    Args:
        key_id: `AKIA…` or `ASIA…`; the number lies in what follows, in base32.
    """
    try:
        data = base64.b32decode(key_id[4:20])
    except ValueError:
        return ""
    # Keys from before 2019 hold no number, and say so in their first bit.
    if len(data) < 6 or not data[0] & 0x80:
        return ""
    number = int.from_bytes(data[:6], "big") & 0x7FFFFFFFFF80
    return f"{number >> 7:012}"


def contacts(case: Case) -> list[Target]:
    """Return STS, or nobody for bait."""
    if account(case.secret) in _CANARIES:
        return []
    return [_request(case).target]


def ask(case: Case, session: Session) -> Verdict:
    """Ask who the key belongs to."""
    number = account(case.secret)
    details = {"account": number} if number else {}
    if number in _CANARIES:
        said = f"it is bait (account {number} of canary tokens): asking would raise the alarm"
        return Verdict(State.UNKNOWN, said, details=details)
    answer = session.send(_request(case))
    if answer.status == 200 and (arn := _field(answer, "Arn")):
        details["account"] = _field(answer, "Account") or number
        details["user"] = shown(arn, case.hidden)
        return Verdict(State.ACTIVE, f"AWS accepts it for {details['user']}", details=details)
    code = _field(answer, "Code")
    if code == "ExpiredToken":
        return Verdict(State.INACTIVE, "its session has expired", details=details)
    if code == _UNKNOWN and not case.endpoint:
        # China and GovCloud have keys of the same form, and nobody else knows those.
        said = elsewhere(case.spec, urllib.parse.urlsplit(HOST).netloc)
        return Verdict(State.UNKNOWN, said, details=details)
    if code == _UNKNOWN:
        said = "AWS does not know it, or it is deactivated"
        return Verdict(State.INACTIVE, said, details=details)
    if code == "SignatureDoesNotMatch":
        said = "AWS knows the key, but the secret that stands beside it belongs to another"
        return Verdict(State.UNKNOWN, said, details=details)
    return Verdict(State.UNKNOWN, why(answer), details=details)


def _field(answer: Answer, name: str) -> str:
    found = re.search(rf"<{name}>([^<]{{1,300}})</{name}>", answer.text)
    return found[1] if found else ""


def _request(case: Case) -> Request:
    secret = case.parts.get("secret access key")
    if not secret:
        raise Absent("secret access key")
    token = urllib.parse.unquote(case.parts.get("session token", ""))
    if case.secret.startswith("ASIA") and not token:
        raise Absent("session token")
    url = (case.endpoint or HOST).rstrip("/") + "/"
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = Request("POST", url).target
    plain = target.port in (80, 443)
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "host": target.host if plain else str(target),
        "x-amz-date": moment,
    }
    if token:
        headers["x-amz-security-token"] = token
    path = urllib.parse.urlsplit(url).path
    regional = _REGIONAL.fullmatch(target.host)
    scope = f"{moment[:8]}/{regional[1] if regional else _REGION}/{_SERVICE}/aws4_request"
    headers["authorization"] = _signature((case.secret, secret), headers, path, scope)
    sent = {name.title(): value for name, value in headers.items()}
    return Request("POST", url, sent, _BODY)


def _signature(pair: tuple[str, str], headers: dict[str, str], path: str, scope: str) -> str:
    """Return the header of a request signed after version 4."""
    key, secret = pair
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    body = hashlib.sha256(_BODY).hexdigest()
    canonical = f"POST\n{path}\n\n{lines}\n{names}\n{body}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signing = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        signing = hmac.new(signing, part.encode(), "sha256").digest()
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{digest}"
    proof = hmac.new(signing, text.encode(), "sha256").hexdigest()
    return f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={proof}"
