"""`[[verification]]` of a signature file: what to ask, and what the answers mean."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from typing import TYPE_CHECKING, Any

from leakhunt.records import record
from leakhunt.verify import conditions, templates
from leakhunt.verify import evidence as evidences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.verify.conditions import Condition
    from leakhunt.verify.evidence import Evidence

ANSWERS = ("live", "dead", "limited", "broken", "nonsense")
"""The recorded answers: of a live and a dead credential, too many requests, a server that fails,
and something that was not expected."""
SERVER = "https://${server}"
"""How the address of something begins that everybody runs for themselves: `[verify.endpoints]`
says where it is."""
_TEXTS = ("reference", "handler", "url", "method", "body", "note")
_TABLES = ("headers", "form", "report", *ANSWERS)
_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_SURE = frozenset({401})
"""Statuses that say by themselves that a credential is dead; others come from firewalls, too."""


@record(frozen=True, slots=True)
class Spec:
    """How a credential is verified.

    Attributes:
        provider: the name of the file, for endpoints.
        reference: where the provider describes the request.
        handler: a module in `leakhunt/verify/handlers/`, or empty: one request.
        url: with `${...}`, as are `headers`, `body`, `form` and `payload`.
        hosts: globs of which the host must match one, where a part of it is found.
        payload: the body as JSON.
        report: what to tell of a live one, from a name to a path or `header:Name`.
        answers: recorded ones, by their names in `ANSWERS`.
        instances: others run it, too, so that the provider's own host does not know them all:
            its refusal means nothing unless the condition is `sure` or the endpoint was given.
        inactive: empty where a refusal can have other reasons, too, than a dead credential.
        evidence: what of it was looked up in documentation; empty where nobody did.
    """

    provider: str
    reference: str
    handler: str = ""
    url: str = ""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    form: tuple[tuple[str, str], ...] = ()
    payload: Any = None
    hosts: tuple[str, ...] = ()
    active: tuple[Condition, ...] = ()
    inactive: tuple[Condition, ...] = ()
    report: tuple[tuple[str, str], ...] = ()
    answers: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    instances: bool = False
    evidence: tuple[Evidence, ...] = ()

    @property
    def looked_up(self) -> frozenset[str]:
        """What stands in any of the pages that were read, of `evidence.SAYS`."""
        return frozenset(said for one in self.evidence for said in one.says)

    @property
    def needs(self) -> tuple[str, ...]:
        """The parts that it takes, besides the secret; sorted."""
        texts = [self.url, self.body, json.dumps(self.payload)]
        texts += [value for _, value in (*self.headers, *self.form)]
        found = set().union(*(templates.names_in(text) for text in texts))
        return tuple(sorted(found - {"secret"} - templates.GIVEN))


@functools.cache
def of(text: str) -> Spec:
    """Return the spec that `Signature.verification` holds."""
    return read(json.loads(text))


def read(table: Mapping[str, Any]) -> Spec:
    """Check a table and make a spec of it.

    Args:
        table: a `[[verification]]`, with the name of its file as `provider`.

    Raises:
        ValueError: the message says what is wrong.
    """
    others = (
        "signatures",
        "provider",
        "hosts",
        "json",
        "instances",
        "active",
        "inactive",
        "evidence",
    )
    known = (*_TEXTS, *_TABLES, *others)
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"unknown key '{key}'; known: {', '.join(known)}")
        if key in _TEXTS and not isinstance(value, str):
            raise ValueError(f"'{key}' must be a text")
        if key in _TABLES and not isinstance(value, dict):
            raise ValueError(f"'{key}' must be a table")
        if key in ("headers", "form", "report") and not all(
            isinstance(one, str) for one in value.values()
        ):
            raise ValueError(f"'{key}' must be a table of texts")
    if not table.get("reference"):
        raise ValueError("'reference' is missing: where the provider describes it")
    spec = Spec(
        provider=str(table.get("provider", "")),
        reference=table["reference"],
        handler=table.get("handler", ""),
        url=table.get("url", ""),
        method=table.get("method", "GET"),
        headers=tuple(table.get("headers", {}).items()),
        body=table.get("body", ""),
        form=tuple(table.get("form", {}).items()),
        payload=table.get("json"),
        hosts=tuple(table.get("hosts", ())),
        active=conditions.read(table["active"]) if "active" in table else (),
        inactive=conditions.read(table["inactive"]) if "inactive" in table else (),
        report=tuple(table.get("report", {}).items()),
        instances=bool(table.get("instances")),
        evidence=evidences.read(table["evidence"]) if "evidence" in table else (),
        answers={name: table[name] for name in ANSWERS if name in table},
    )
    _check(spec)
    return spec


def _check(spec: Spec) -> None:
    """Refuse what could not be told apart, or could be sent elsewhere."""
    if spec.handler:
        if spec.url or spec.active:
            raise ValueError("both 'handler' and a request: give one of them")
        return
    if not spec.url.startswith("https://"):
        raise ValueError("'url' must start with https://")
    if spec.method not in _METHODS:
        raise ValueError(f"'{spec.method}' is no method that only reads: {', '.join(_METHODS)}")
    _ = spec.needs
    host = re.split(r"[/?#]", spec.url.removeprefix("https://"), maxsplit=1)[0]
    if (
        "${" in host
        and spec.url[: len(SERVER)] != SERVER
        and not (spec.hosts or re.search(r"\}\.[a-z0-9-]+\.[a-z0-9.-]*[a-z]$", host))
    ):
        raise ValueError("the host is open: write its end into 'url', or name 'hosts'")
    if "@" in re.sub(r"\$\{[^{}]*\}", "", host):
        raise ValueError("the host of 'url' has a user")
    if not spec.active:
        raise ValueError("'active' is missing: how a live credential is answered")
    for one in spec.active:
        if one.bare and 200 in one.status:
            raise ValueError("'active' needs more than status 200, which any page can have")
        for other in spec.inactive:
            if not one.excludes(other):
                raise ValueError("an answer could be both 'active' and 'inactive'")
    for one in spec.inactive:
        if one.bare and not set(one.status) <= _SURE:
            raise ValueError("'inactive' by this status alone is not sure: say what else it is")
    for name in ("live", "dead"):
        if name not in spec.answers:
            raise ValueError(f"the recorded answer '{name}' is missing")
    for name, answer in spec.answers.items():
        if not set(answer) <= {"status", "headers", "body", "json"}:
            raise ValueError(f"'{name}' has a key that is none of status, headers, body, json")
