"""Kubernetes: who am I? Asked of the server that the kubeconfig names."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify.asking import shown, why
from leakhunt.verify.reasons import Absent, Unfit
from leakhunt.verify.transport import Request

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_SERVER = re.compile(r"server[\"']?:\s{0,4}[\"']?(https?://[A-Za-z0-9_.\[\]:-]{1,260})")
_PATH = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_REVIEW = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}


def contacts(case: Case) -> list[Target]:
    """Return the server of the cluster."""
    return [_request(case).target]


def ask(case: Case, session: Session) -> Verdict:
    """Ask for the user that the token belongs to."""
    answer = session.send(_request(case))
    found = answer.json if isinstance(answer.json, dict) else {}
    status = found.get("status")
    user = status.get("userInfo", {}) if isinstance(status, dict) else {}
    name = shown(str(user.get("username", "")), case.hidden) if isinstance(user, dict) else ""
    if answer.status in (200, 201) and name and name != "system:anonymous":
        return Verdict(State.ACTIVE, f"the cluster accepts it for {name}", details={"user": name})
    if answer.status == 401 and found.get("kind") == "Status":
        return Verdict(State.INACTIVE, "the cluster refuses it")
    return Verdict(State.UNKNOWN, why(answer))


def _request(case: Case) -> Request:
    servers = set(_SERVER.findall(case.around))
    if len(servers) > 1 and not case.endpoint:
        raise Unfit("several clusters stand beside it; [verify.endpoints] can name its own")
    base = case.endpoint or next(iter(servers), "")
    if not base:
        raise Absent("server: [verify.endpoints] can name it")
    sent = {"Authorization": f"Bearer {case.secret}", "Content-Type": "application/json"}
    body = json.dumps(_REVIEW).encode()
    return Request("POST", base.rstrip("/") + _PATH, sent, body, pinned=bool(case.endpoint))
