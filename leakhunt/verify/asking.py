"""One credential, one request: from a spec to a verdict."""

from __future__ import annotations

import dataclasses
import fnmatch
import json
import re
import urllib.parse
from typing import TYPE_CHECKING, Any

from leakhunt.model import State, Verdict
from leakhunt.verify import templates
from leakhunt.verify.conditions import at
from leakhunt.verify.reasons import Refused
from leakhunt.verify.transport import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.verify.cases import Case
    from leakhunt.verify.spec import Spec

LONGEST_DETAIL = 200
"""Characters of one thing that is told of a live credential."""
_ELSEWHERE = (
    "{host} does not know it, which says nothing about other instances and regions: "
    "[verify.endpoints] can say which is the right one, as {provider}"
)
_PARTS = re.compile(r"(https://)([^/?#]*)(.*)", re.DOTALL)


def request(spec: Spec, names: Mapping[str, str], endpoint: str = "") -> Request:
    """Fill in a request.

    Args:
        spec: of the signature.
        names: `secret` and the parts.
        endpoint: a base URL that replaces scheme and host, or empty.

    Raises:
        Absent: a part is missing.
        ValueError: a value does not fit its place.
        Refused: the host that was found is none of those that the signature names.
    """
    names = {**templates.given(), **names}
    scheme, host, rest = _PARTS.fullmatch(spec.url).groups()  # type: ignore[union-attr]
    path = templates.filled(rest, names, templates.in_url)
    if endpoint:
        base = endpoint.rstrip("/")
    else:
        host = templates.filled(host, names, templates.in_host)
        bare = host.partition(":")[0].lower()
        if spec.hosts and not any(fnmatch.fnmatchcase(bare, glob) for glob in spec.hosts):
            raise Refused("it is none of the hosts that the signature names")
        base = scheme + host
    headers = {
        name: templates.filled(text, names, templates.in_header) for name, text in spec.headers
    }
    body = b""
    if spec.payload is not None:
        text = templates.filled(json.dumps(spec.payload), names, templates.in_json)
        body = text.encode()
        headers.setdefault("Content-Type", "application/json")
    elif spec.form:
        values = {key: templates.filled(text, names, str) for key, text in spec.form}
        body = urllib.parse.urlencode(values).encode()
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    elif spec.body:
        body = templates.filled(spec.body, names, str).encode()
    return Request(spec.method, base + path, headers, body)


def verdict(
    spec: Spec, answer: Answer, hidden: tuple[str, ...] = (), endpoint: str = ""
) -> Verdict:
    """Say what an answer means.

    Args:
        spec: of the signature.
        answer: what came back.
        hidden: texts that must not be told on.
        endpoint: whom the configuration says to ask, or empty: the provider's own host.
    """
    live = any(condition.holds(answer) for condition in spec.active)
    dead = [condition for condition in spec.inactive if condition.holds(answer)]
    if live and not dead:
        details = told(spec, answer, hidden)
        return Verdict(State.ACTIVE, _sentence(details), details=details)
    if dead and not live:
        if spec.instances and not endpoint and not any(condition.sure for condition in dead):
            return Verdict(State.UNKNOWN, elsewhere(spec))
        return Verdict(State.INACTIVE, "the provider refuses it")
    return Verdict(State.UNKNOWN, why(answer))


def elsewhere(spec: Spec, host: str = "") -> str:
    """Say that a refusal by the provider's own host says nothing about a credential.

    Args:
        spec: of the signature.
        host: who refused, where the URL does not say so.
    """
    found = _PARTS.fullmatch(spec.url)
    host = host or (found[2] if found and "${" not in found[2] else "the provider's own host")
    return _ELSEWHERE.format(host=host, provider=spec.provider)


def why(answer: Answer) -> str:
    """Say why an answer says nothing about the credential."""
    status = answer.status
    if status == 429:
        return "the provider answers that there were too many requests (429)"
    if status >= 500:
        return f"the provider failed ({status})"
    if 300 <= status < 400:
        return f"the provider sends elsewhere ({status}), which is not followed"
    if answer.page:
        return f"a page for people answers, as somebody in between would send it ({status})"
    return f"the provider answers in a way that says neither ({status})"


def _sentence(details: Mapping[str, str]) -> str:
    said = ", ".join(f"{name} {value}" for name, value in details.items())
    return f"the provider accepts it{': ' + said if said else ''}"


def told(spec: Spec, answer: Answer, hidden: tuple[str, ...]) -> dict[str, str]:
    """Return what the answer says about a live credential: account, user, scopes, expiry."""
    found = {}
    for name, path in spec.report:
        if path.startswith("header:"):
            text = answer.headers.get(path[7:].strip().lower(), "")
        else:
            text = _text(at(answer.json, path))
        if detail := shown(text, hidden):
            found[name] = detail
    return found


def shown(text: str, hidden: tuple[str, ...], most: int = LONGEST_DETAIL) -> str:
    """Return a text of an answer as it may be told on: short, on one line, without secrets.

    Args:
        text: of the answer.
        hidden: secrets; a text that holds one is dropped.
        most: characters that are kept.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if any(len(one) >= 4 and one in text for one in hidden):
        return ""
    return text if len(text) <= most else text[:most] + "…"


def told_safely(verdict: Verdict, case: Case) -> Verdict:
    """Return a verdict with nothing in it that may not be shown, whoever wrote its words.

    Args:
        verdict: whose reason and details may hold what a server, or a scanned file, says.
        case: what was asked about.
    """
    details = {name: shown(text, case.kept) for name, text in verdict.details.items()}
    reason = shown(verdict.reason, case.kept, 500) or "its reason would repeat the secret"
    details = {name: text for name, text in details.items() if text}
    return dataclasses.replace(verdict, reason=reason if verdict.reason else "", details=details)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        if all(isinstance(one, str | int) for one in value):
            return ", ".join(map(str, value))
        return str(len(value))
    return ""
