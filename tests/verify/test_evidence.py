"""What was looked up in documentation, and that a refusal by one of many hosts kills nobody."""

from __future__ import annotations

import datetime
import json
import re
import urllib.parse
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from leakhunt.model import Signature, State
from leakhunt.verify import asking, conditions
from leakhunt.verify.cases import Case
from leakhunt.verify.evidence import SAYS, read
from leakhunt.verify.handlers import aws
from leakhunt.verify.session import Session
from leakhunt.verify.spec import SERVER, Spec, of
from leakhunt.verify.transport import Answer, Request
from tests import tokens as made_up
from tests.run import leakhunt

GOOD = {"date": "2026-11-22", "page": "https://acme.example/docs", "says": ["dead", "request"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date": "yesterday"}, "no date"),
        ({"date": 20261122}, "no date"),
        ({"page": "acme.example"}, "no address"),
        ({"says": []}, "a list of request, live, dead"),
        ({"says": ["alive"]}, "a list of request, live, dead"),
        ({"who": "me"}, "a table of date, says, and page or server"),
        ({"server": "redis-server 7"}, "page or server"),
    ],
)
def test_what_is_wrong_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read({**GOOD, **change})


def test_what_was_found_is_told_in_order() -> None:
    (one,) = read(GOOD)
    assert one.told == "request, dead"


def test_a_real_server_counts_too() -> None:
    (one,) = read({"date": "2026-11-22", "server": "redis-server 7", "says": ["live"]})
    assert one.where == "at redis-server 7"
    with pytest.raises(ValueError, match="no name"):
        read({"date": "2026-11-22", "server": " ", "says": ["live"]})


def test_several_pages_are_told_one_by_one() -> None:
    assert [one.page for one in read([GOOD, {**GOOD, "page": "https://acme.example/errors"}])] == [
        "https://acme.example/docs",
        "https://acme.example/errors",
    ]
    with pytest.raises(ValueError, match="is empty"):
        read([])


def test_all_were_looked_up_and_of_at_least_120_how_to_ask(builtin: tuple[Signature, ...]) -> None:
    found = [of(one.verification) for one in builtin if one.verification]
    assert all(one.evidence for one in found)
    assert sum("request" in one.looked_up for one in found) >= 120
    seen = [look for one in found for look in one.evidence]
    assert all(set(one.says) <= set(SAYS) and one.date <= _tomorrow() for one in seen)


def test_a_signature_shows_what_was_looked_up(tmp_path: Path) -> None:
    shown = leakhunt("signatures", "show", "digitalocean-pat", cwd=tmp_path).out
    assert re.search(r"looked up: +2\d{3}-\d\d-\d\d: request, live, dead, https://", shown)
    shown = leakhunt("signatures", "show", "redis-uri", cwd=tmp_path).out
    assert re.search(r"looked up: +2\d{3}-\d\d-\d\d: request, live, dead, at redis-server", shown)
    shown = leakhunt("signatures", "show", "github-pat", cwd=tmp_path).out
    assert shown.count("looked up: ") == 2


def _tomorrow() -> str:
    return max("2026-11-23", (datetime.date.today() + datetime.timedelta(days=1)).isoformat())


def verdict(builtin: tuple[Signature, ...], signature: str, status: int, body: Any) -> State:
    """What an answer of the provider's own host means."""
    (found,) = (one for one in builtin if one.id == signature)
    answer = Answer(status, {"content-type": "application/json"}, json.dumps(body).encode())
    return asking.verdict(of(found.verification), answer).state


@pytest.mark.parametrize(
    ("signature", "status", "body", "state"),
    [
        # Enterprise servers hand out tokens of the same form.
        ("github-pat", 401, {"message": "Bad credentials"}, State.UNKNOWN),
        ("slack-bot-token", 200, {"ok": False, "error": "invalid_auth"}, State.UNKNOWN),
        ("slack-bot-token", 200, {"ok": False, "error": "token_revoked"}, State.INACTIVE),
        ("slack-bot-token", 200, {"ok": False, "error": "not_authed"}, State.UNKNOWN),
        # Others run it for governments, or for Europe.
        ("figma-personal-access-token", 403, {"err": "Invalid token"}, State.UNKNOWN),
        ("figma-personal-access-token", 403, {"err": "Token expired"}, State.INACTIVE),
        ("sendgrid-api-token", 401, {}, State.UNKNOWN),
        # What is bound to addresses is refused with the same status.
        (
            "stripe-access-token",
            401,
            {"error": {"message": "The API key provided does not allow requests from your IP"}},
            State.UNKNOWN,
        ),
        (
            "stripe-access-token",
            401,
            {"error": {"message": "Invalid API Key provided: sk_live_****"}},
            State.INACTIVE,
        ),
        (
            "anthropic-api-key",
            403,
            {
                "error": {
                    "type": "permission_error",
                    "message": "Your IP address isn't in this organization's allowed range.",
                }
            },
            State.ACTIVE,
        ),
        ("paystack-secret-key", 401, {"message": "Your IP address is not allowed"}, State.UNKNOWN),
        ("upcloud-api-token", 401, {"type": "AUTHENTICATION_FAILED"}, State.UNKNOWN),
        # "Attempted API Key is for the incorrect Twilio Region"
        ("twilio-auth-token", 401, {"code": 20003}, State.UNKNOWN),
        # The user has to log in once; then the token goes on.
        (
            "facebook-access-token",
            400,
            {"error": {"code": 190, "error_subcode": 459}},
            State.UNKNOWN,
        ),
        (
            "facebook-access-token",
            400,
            {"error": {"code": 190, "error_subcode": 463}},
            State.INACTIVE,
        ),
        ("facebook-access-token", 401, {"error": {"code": 190}}, State.INACTIVE),
        # A bad response alone: the secret is right. Of a bad secret both are told, in any order.
        (
            "recaptcha-secret-key",
            200,
            {"error-codes": ["invalid-input-response", "invalid-input-secret"]},
            State.INACTIVE,
        ),
        ("recaptcha-secret-key", 200, {"error-codes": ["invalid-input-response"]}, State.ACTIVE),
        ("hcaptcha-secret-key", 200, {"error-codes": ["invalid-input-secret"]}, State.INACTIVE),
        (
            "cloudflare-turnstile-secret-key",
            200,
            {"error-codes": ["invalid-input-response", "invalid-input-secret"]},
            State.INACTIVE,
        ),
        # It may not enter a workspace, or its permissions or address are not enough.
        ("clickup-personal-api-token", 401, {"ECODE": "OAUTH_027"}, State.UNKNOWN),
        ("clickup-personal-api-token", 401, {"ECODE": "OAUTH_025"}, State.INACTIVE),
        (
            "mercury-production-api-token",
            401,
            {"errors": {"errorCode": "ipNotWhitelisted"}},
            State.UNKNOWN,
        ),
        (
            "openweather-api-key",
            401,
            {"cod": 401, "message": "Invalid API key."},
            State.UNKNOWN,
        ),
        ("runpod-api-key", 401, {"message": "Unauthorized"}, State.UNKNOWN),
        ("postman-api-token", 401, {"error": {"name": "AuthenticationError"}}, State.UNKNOWN),
        # "apiKey is valid but …"
        ("opsgenie-api-key", 403, {"requestId": "1", "message": "no"}, State.ACTIVE),
        ("pagerduty-api-key", 403, {"error": {"code": 2010, "message": "no"}}, State.ACTIVE),
        ("cockroachlabs-cloud-api-key", 403, {"code": 7, "message": "no"}, State.ACTIVE),
        ("cockroachlabs-cloud-api-key", 403, {"message": "blocked"}, State.UNKNOWN),
        ("apify-api-token", 403, {"error": {"type": "insufficient-permissions"}}, State.ACTIVE),
    ],
)
def test_what_the_documentation_tells_apart(
    builtin: tuple[Signature, ...], signature: str, status: int, body: Any, state: State
) -> None:
    assert verdict(builtin, signature, status, body) is state


@pytest.mark.parametrize(
    ("challenge", "state"),
    [
        ({}, State.INACTIVE),
        ({"www-authenticate": "Bearer"}, State.INACTIVE),
        ({"www-authenticate": "IPAddress"}, State.UNKNOWN),
    ],
)
def test_a_token_of_npm_that_is_bound_to_addresses_is_not_declared_dead(
    builtin: tuple[Signature, ...], challenge: dict[str, str], state: State
) -> None:
    (found,) = (one for one in builtin if one.id == "npm-access-token")
    answer = Answer(401, {"content-type": "application/json", **challenge}, b"{}")
    assert asking.verdict(of(found.verification), answer).state is state


def sts(code: str, endpoint: str = "") -> tuple[State, Request]:
    """Ask about a key of AWS, and be told that."""
    sent: list[Request] = []

    def send(request: Request) -> Answer:
        sent.append(request)
        return Answer(403, {}, f"<Error><Code>{code}</Code></Error>".encode())

    parts = {"secret access key": made_up.aws_secret(3)}
    spec = Spec("aws", "https://x", "aws")
    case = Case(spec, made_up.aws_id(3), parts, endpoint=endpoint)
    found = aws.ask(case, cast("Session", SimpleNamespace(send=send)))
    return found.state, sent[0]


@pytest.mark.parametrize(
    ("code", "endpoint", "state"),
    [
        ("InvalidClientTokenId", "", State.UNKNOWN),
        ("InvalidClientTokenId", "https://sts.amazonaws.com", State.INACTIVE),
        ("InvalidClientTokenId", "https://sts.cn-north-1.amazonaws.com.cn", State.INACTIVE),
        ("ExpiredToken", "", State.INACTIVE),
    ],
)
def test_keys_of_other_partitions_are_not_declared_dead(
    code: str, endpoint: str, state: State
) -> None:
    assert sts(code, endpoint)[0] is state


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        ("", "us-east-1"),
        ("https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("https://sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("https://sts-fips.us-gov-east-1.amazonaws.com/", "us-gov-east-1"),
        ("https://aws.corp.example:8443", "us-east-1"),
    ],
)
def test_a_request_is_signed_for_the_region_that_is_asked(endpoint: str, region: str) -> None:
    _, request = sts("X", endpoint)
    host = urllib.parse.urlsplit(endpoint or aws.HOST).netloc
    assert (request.headers["Host"], f"/{region}/sts/aws4_request" in _signed(request)) == (
        host,
        True,
    )


def _signed(request: Request) -> str:
    return request.headers["Authorization"]


def test_a_refusal_without_words_counts_only_where_documentation_says_what_it_means(
    builtin: tuple[Signature, ...],
) -> None:
    for one in builtin:
        spec = of(one.verification) if one.verification else None
        if spec is None or not any(condition.bare for condition in spec.inactive):
            continue
        # What others run, too, counts only where the configuration names the host.
        named = spec.instances and "request" in spec.looked_up
        # Before a server of one's own there is often a proxy that asks for a password, too.
        own = spec.url.startswith(SERVER)
        assert "dead" in spec.looked_up or (named and not own), one.id


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "text/html; charset=utf-8"}, "Blocked"),
        ({}, "\n <!DOCTYPE html><title>Sign in</title>"),
        ({}, "<html><h1>401 Authorization Required</h1></html>"),
    ],
)
def test_a_page_of_a_gateway_is_no_refusal(headers: dict[str, str], body: str) -> None:
    (refused,) = conditions.read({"status": [401]})
    assert not refused.holds(Answer(401, headers, body.encode()))
    assert refused.holds(Answer(401, {}, b""))
    assert refused.holds(Answer(401, {"content-type": "application/json"}, b"{}"))
    (bound,) = conditions.read({"status": [401], "headers": {"WWW-Authenticate": "!ipaddress"}})
    assert not bound.holds(Answer(401, headers, body.encode()))
    (said,) = conditions.read({"status": [401], "text": ["authorization required"]})
    assert said.holds(Answer(401, {}, b"<html><h1>401 Authorization Required</h1></html>"))
