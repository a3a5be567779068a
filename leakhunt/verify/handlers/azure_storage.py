"""Azure Storage: a list of one container, signed with the key of the account."""

from __future__ import annotations

import base64
import binascii
import email.utils
import hmac
import re
import urllib.parse
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify.asking import why
from leakhunt.verify.reasons import Absent, Unfit
from leakhunt.verify.transport import Request

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_ACCOUNT = re.compile(
    r"(?:AccountName=|(?i:storage_?account(?:_?name)?)[\"']?\s{0,3}[=:]\s{0,3}[\"']?)([a-z0-9]{3,24})\b"
    r"|\b([a-z0-9]{3,24})\.(?:blob|file|queue|table|dfs)\.core\.windows\.net"
)
_VERSION = "2021-08-06"


def contacts(case: Case) -> list[Target]:
    """Return the blob service of the account that stands beside the key."""
    return [_request(case).target]


def ask(case: Case, session: Session) -> Verdict:
    """Ask for the containers, one of them."""
    account = _account(case)
    answer = session.send(_request(case))
    code = answer.headers.get("x-ms-error-code", "")
    if answer.status == 200 and "EnumerationResults" in answer.text:
        details = {"account": account}
        return Verdict(State.ACTIVE, f"Azure accepts it for {account}", details=details)
    if answer.status == 403 and code == "AuthenticationFailed":
        return Verdict(State.INACTIVE, f"Azure refuses it for {account}")
    if answer.status == 403 and code in ("KeyBasedAuthenticationNotPermitted", "AccountIsDisabled"):
        return Verdict(State.INACTIVE, f"{account} takes no keys ({code})")
    return Verdict(State.UNKNOWN, why(answer))


def _account(case: Case) -> str:
    line = case.before.rpartition("\n")[2] + case.after.partition("\n")[0]
    for text in (line, case.around):
        found = {one[1] or one[2] for one in _ACCOUNT.finditer(text)}
        if len(found) > 1:
            raise Unfit("several accounts stand beside it")
        if found:
            return found.pop()
    raise Absent("name of the account")


def _request(case: Case) -> Request:
    account = _account(case)
    base = (case.endpoint or f"https://{account}.blob.core.windows.net").rstrip("/")
    date = email.utils.formatdate(usegmt=True)
    # An emulator has the account in the path, too: the whole path is signed.
    path = urllib.parse.urlsplit(base).path
    resource = f"/{account}{path}/\ncomp:list\nmaxresults:1"
    headers = f"x-ms-date:{date}\nx-ms-version:{_VERSION}\n"
    text = "GET" + "\n" * 12 + headers + resource
    try:
        key = base64.b64decode(case.secret, validate=True)
    except binascii.Error:
        raise Unfit("it is no base64") from None
    proof = base64.b64encode(hmac.new(key, text.encode(), "sha256").digest()).decode()
    sent = {
        "x-ms-date": date,
        "x-ms-version": _VERSION,
        "Authorization": f"SharedKey {account}:{proof}",
        "Accept": "application/xml",
    }
    return Request("GET", f"{base}/?comp=list&maxresults=1", sent)
