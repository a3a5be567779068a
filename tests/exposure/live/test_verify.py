"""Findings against the sockets of a host."""

from __future__ import annotations

import pytest

from leakhunt.exposure.live.model import Forward, Host, Process, Socket
from leakhunt.exposure.live.verify import verified
from leakhunt.model import Confidence, Finding, Secret, Severity, State

REDIS = Process(7, "redis-server", "/usr/bin/redis-server", "/", ("redis-server", "--pass", "x9"))
PYTHON = Process(8, "python3", "/usr/bin/python3", "/srv/app")


def finding(severity: Severity = Severity.HIGH, **properties: str | int | bool) -> Finding:
    given: dict[str, str | int | bool] = {"reach": "open", "port": 6379, "protocol": "tcp"}
    return Finding(
        "id",
        "exposure-x",
        "exposure",
        severity,
        Confidence.HIGH,
        "Redis listens on every interface",
        Secret(b""),
        "fingerprint",
        (),
        properties=given | properties,
        reasons=("it is Redis",),
    )


def host(address: str, *owners: Process, port: int = 6379) -> Host:
    return Host((Socket("tcp", address, port, owners=owners),))


@pytest.mark.parametrize(
    ("there", "state", "severity", "said"),
    [
        (
            host("0.0.0.0", REDIS),
            State.ACTIVE,
            Severity.CRITICAL,
            "every interface by redis-server",
        ),
        (host("::", REDIS), State.ACTIVE, Severity.CRITICAL, "interface by redis-server"),
        (host("0.0.0.0"), State.ACTIVE, Severity.HIGH, "by whom is not known"),
        (host("10.0.0.5", REDIS), State.ACTIVE, Severity.HIGH, "open on 10.0.0.5:6379"),
        (host("127.0.0.1", REDIS), State.INACTIVE, Severity.MEDIUM, "open on loopback only"),
        (host("0.0.0.0", PYTHON), State.UNKNOWN, Severity.HIGH, "which is another program"),
        (host("0.0.0.0", port=1), State.INACTIVE, Severity.MEDIUM, "nothing listens on port 6379"),
        (Host((), blind=("it is dark",)), State.UNKNOWN, Severity.HIGH, "not known: it is dark"),
    ],
)
def test_the_severity_follows_what_listens(
    there: Host, state: State, severity: Severity, said: str
) -> None:
    (one,) = verified([finding()], there, moment="2026-01-01T00:00:00+00:00")
    assert (one.verdict.state, one.severity) == (state, severity)
    assert said in one.verdict.reason
    assert one.verdict.checked_at == "2026-01-01T00:00:00+00:00"
    assert one.reasons == ("it is Redis",)
    assert "x9" not in repr(one)


@pytest.mark.parametrize(
    ("severity", "there", "after"),
    [
        (Severity.CRITICAL, host("0.0.0.0", REDIS), Severity.CRITICAL),
        (Severity.INFO, Host(()), Severity.INFO),
    ],
)
def test_the_severity_stays_within_its_scale(
    severity: Severity, there: Host, after: Severity
) -> None:
    assert verified([finding(severity)], there)[0].severity is after


def test_what_is_published_is_looked_for_by_its_outer_port() -> None:
    published = finding(form="compose-ports", port=6379, published_port=16379, service="redis")
    (one,) = verified([published], host("0.0.0.0", REDIS, port=16379))
    assert (one.verdict.state, one.severity) == (State.ACTIVE, Severity.CRITICAL)
    forward = Forward("tcp", "0.0.0.0", 16379, "docker", "6379", "x-redis-1", "redis")
    (handed_on,) = verified([published], Host((), (forward,)))
    assert (handed_on.verdict.state, handed_on.severity) == (State.ACTIVE, Severity.CRITICAL)


def test_a_published_port_may_be_open_unseen() -> None:
    published = finding(form="compose-ports", published_port=6379)
    dark = Host((), containers_unknown="no docker answers", translation_unknown="root only")
    (one,) = verified([published], dark)
    assert (one.verdict.state, one.severity) == (State.UNKNOWN, Severity.HIGH)


@pytest.mark.parametrize(
    "untouched",
    [
        finding(reach="contained"),
        finding(port=0),
        finding(form="compose-ports"),
        finding(port=""),
    ],
)
def test_what_has_no_port_on_a_host_is_left_as_it_is(untouched: Finding) -> None:
    assert verified([untouched], host("0.0.0.0", REDIS)) == [untouched]


def test_the_folder_of_the_project_tells_its_own_processes() -> None:
    own = finding(port=8000)
    there = Host((Socket("tcp", "0.0.0.0", 8000, owners=(PYTHON,)),))
    (one,) = verified([own], there, folder="/srv/app")
    (other,) = verified([own], there, folder="/srv/else")
    assert (one.severity, other.severity) == (Severity.CRITICAL, Severity.HIGH)
    assert other.verdict.reason.endswith("by python3, perhaps another program")
