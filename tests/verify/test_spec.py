"""`[[verification]]`: what is refused, what it asks, what the answers mean, and the replay."""

from __future__ import annotations

import json
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

from leakhunt.model import Signature, State
from leakhunt.verify import asking, templates
from leakhunt.verify.reasons import Absent, Refused
from leakhunt.verify.spec import of, read
from leakhunt.verify.transport import Answer
from tests.run import leakhunt

GOOD: dict[str, Any] = {
    "signatures": ["acme"],
    "provider": "acme",
    "reference": "https://acme.example/docs",
    "url": "https://api.acme.example/me",
    "headers": {"Authorization": "Bearer ${secret}"},
    "active": {"json": {"id": "*"}},
    "inactive": {"status": [401]},
    "live": {"json": {"id": 1}},
    "dead": {"status": 401},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reference": ""}, "'reference' is missing"),
        ({"urls": "x"}, "unknown key 'urls'"),
        ({"url": "http://api.acme.example"}, "must start with https://"),
        ({"url": "https://${secret}/me"}, "the host is open"),
        ({"url": "https://${secret}.com/me"}, "the host is open"),
        ({"url": "https://user@api.acme.example/"}, "has a user"),
        ({"method": "DELETE"}, "no method that only reads"),
        ({"method": "PUT"}, "no method that only reads"),
        ({"headers": {"X": "${nope(secret)}"}}, "no function 'nope'"),
        ({"headers": {"X": "${basic(secret)}"}}, "takes 2 values"),
        ({"headers": {"X": "${secret"}}, "without an end"),
        ({"headers": {"X": "${secret secret)}"}}, "behind its end"),
        ({"headers": {"X": 3}}, "table of texts"),
        ({"active": {"status": [200]}}, "more than status 200"),
        ({"active": []}, "'active' is missing"),
        ({"inactive": {"status": [403]}}, "not sure"),
        ({"inactive": {"status": [404]}}, "not sure"),
        ({"inactive": {"status": [200], "json": {"error": "*"}}}, "could be both"),
        ({"inactive": {"status": [200], "text": ["no"]}}, "could be both"),
        ({"active": {"stats": [200]}}, "'stats' is no condition"),
        ({"active": {"status": ["200"]}}, "list of numbers"),
        ({"live": None}, "'live' must be a table"),
        ({"dead": {"code": 3}}, "none of status"),
        ({"handler": "aws"}, "both 'handler' and a request"),
    ],
)
def test_what_is_wrong_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=r"(?s).*") as error:
        read(GOOD | change)
    assert said in str(error.value)


def test_what_is_right_is_not() -> None:
    assert read(GOOD).needs == ()
    read(GOOD | {"inactive": {"json": {"id": "!"}}})
    read(GOOD | {"active": {"json": {"ok": True}}, "inactive": {"json": {"ok": False}}})
    read(GOOD | {"url": "https://${server}/me"})
    read(GOOD | {"url": "https://${last(secret, '-')}.api.acme.example/me"})
    read(GOOD | {"url": "https://${host}/me", "hosts": ["*.acme.example"]})


def request(change: dict[str, Any], secret: str = "s", endpoint: str = "", **parts: str) -> Any:
    return asking.request(read(GOOD | change), {"secret": secret, **parts}, endpoint)


HOSTILE = "a/../b?x=1&y#z @\"'%\\{}é"


def test_a_secret_stays_in_its_place() -> None:
    url = request(
        {"headers": {}, "url": "https://api.acme.example/k/${secret}?q=${secret}"}, HOSTILE
    ).url
    assert url.startswith("https://api.acme.example/k/a%2F..%2Fb%3Fx%3D1%26y%23z%20%40")
    body = request({"headers": {}, "method": "POST", "json": {"key": "${secret}"}}, HOSTILE).body
    assert json.loads(body) == {"key": HOSTILE}
    form = request(
        {"headers": {}, "method": "POST", "form": {"key": "${secret}"}}, HOSTILE
    ).body.decode()
    assert urllib.parse.parse_qs(form) == {"key": [HOSTILE]}
    for bad in ("a\r\nX: y", "a\0", "é"):
        with pytest.raises(ValueError, match="header"):
            request({}, bad)


@pytest.mark.parametrize(
    "host", ["evil.example/", "evil.example@", "a b", "", "evil.example?", "-a"]
)
def test_what_is_found_cannot_move_the_host(host: str) -> None:
    with pytest.raises(ValueError, match="no name of a host"):
        request({"url": "https://${shop}.acme.example/me"}, shop=host)


def test_a_whole_host_has_to_be_one_of_those_that_are_named() -> None:
    change = {"url": "https://${host}/me", "hosts": ["*.acme.example"]}
    assert request(change, host="eu.acme.example").target.host == "eu.acme.example"
    for host in ("acme.example.evil.example", "10.0.0.5", "acme.example"):
        with pytest.raises(Refused):
            request(change, host=host)


def test_an_endpoint_replaces_scheme_and_host() -> None:
    url = request({}, endpoint="http://10.0.0.5:8080/api/v3/").url
    assert url == "http://10.0.0.5:8080/api/v3/me"


def test_functions() -> None:
    def value(text: str) -> str:
        names = {"secret": "key-us6", "client id": "me", **templates.given()}
        return templates.filled(text, names, str)

    assert value("${basic(client id, secret)}") == "bWU6a2V5LXVzNg=="
    assert (
        value("${last(secret, '-')}/${before(secret, '-')}/${after(secret, '-')}") == "us6/key/us6"
    )
    assert value("${join('a', lower('B'), secret)}") == "abkey-us6"
    said = "${hmac_sha256('key', 'The quick brown fox jumps over the lazy dog')}"
    assert value(said).startswith("f7bc83f430538424b13298e6aa6fb143")
    assert value("${now}").isdigit()
    with pytest.raises(Absent, match="client secret"):
        value("${client secret}")


def verdict(change: dict[str, Any], status: int, body: str, **headers: str) -> Any:
    answer = Answer(status, headers, body.encode())
    return asking.verdict(read(GOOD | change), answer, ("s3cret",))


@pytest.mark.parametrize(
    ("expected", "body", "holds"),
    [
        ("*", '{"a": 0}', True),
        ("*", '{"a": null}', False),
        ("*", "{}", False),
        ("*", "[]", False),
        ("*", "nonsense", False),
        ("[]", '{"a": []}', True),
        ("[]", '{"a": {}}', False),
        ("{}", '{"a": {}}', True),
        (True, '{"a": true}', True),
        (True, '{"a": 1}', False),
        (1, '{"a": true}', False),
        ("~Key", '{"a": "bad key"}', True),
        ("~Key", '{"a": 3}', False),
        (["x", "y"], '{"a": "y"}', True),
        (["x", "y"], '{"a": "z"}', False),
    ],
)
def test_conditions_on_json(expected: Any, body: str, holds: bool) -> None:
    found = verdict({"active": {"json": {"a": expected}}}, 200, body)
    assert (found.state is State.ACTIVE) is holds


def test_what_is_told_is_short_and_holds_no_secret() -> None:
    change = {"report": {"a": "a", "b": "b", "c": "c", "d": "d", "h": "header:X-H"}}
    body = '{"id": 1, "a": "x\\u001b[31m\\ny", "b": "is s3cret", "c": ["r", "w"], "d": [{}, {}]}'
    found = verdict(change, 200, body, **{"x-h": "z" * 999})
    assert found.details == {"a": "x [31m y", "c": "r, w", "d": "2", "h": "z" * 200 + "…"}


def test_other_instances_are_not_declared_dead() -> None:
    sure = {"status": [401], "json": {"error": "revoked"}, "sure": True}
    change = {"instances": True, "inactive": [{"status": [401]}, sure]}
    assert "verify.endpoints" in verdict(change, 401, "{}").reason
    assert verdict(change, 401, '{"error": "revoked"}').state is State.INACTIVE
    spec = read(GOOD | change)
    asked = asking.verdict(spec, Answer(401, {}, b"{}"), (), "https://x.example")
    assert asked.state is State.INACTIVE


# --- Those that come with leakhunt


def test_at_least_120_signatures_have_a_request(builtin: tuple[Signature, ...]) -> None:
    specs = [of(one.verification) for one in builtin if one.verification]
    assert sum(bool(spec.url) for spec in specs) >= 250
    assert sum(bool(spec.handler) for spec in specs) >= 20
    assert all(spec.reference.startswith("https://") for spec in specs)


def test_every_request_can_be_made_of_what_is_found(builtin: tuple[Signature, ...]) -> None:
    for one in builtin:
        if one.verification:
            parts = {part.name for part in one.parts} | {"server"}
            assert set(of(one.verification).needs) <= parts, one.id


OWN = """
[provider]
name = "Acme"
remediation = "r"
references = ["https://acme.example"]

[[signature]]
id = "acme"
title = "Acme key"
severity = "high"
confidence = "high"
pattern = '''\\\\b(?P<secret>acme_[a-z0-9]{20})\\\\b'''
examples = ["k = ac\\u006De_k3q9zt7w1m5x8v2b4n6c", "k: ac\\u006De_7f2k9d4s1a6g8h3j5l0q"]
counterexamples = ["ac\\u006De_short"]

[[verification]]
signatures = ["acme"]
reference = "https://acme.example/docs"
url = "https://api.acme.example/me"
headers = { Authorization = "Bearer ${secret}" }
active = { json = { id = "*" } }
inactive = { status = [401] }
report = { user = "name" }
live = { json = { id = 1, name = "ada" } }
dead = { status = 401 }
""".replace("\\\\", "\\")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", "1 verification: all hold"),
        ("json = { id = 1,", "json = { key = 1,", "'live' counts as unknown, not as active"),
        ("dead = { status = 401", "dead = { status = 404", "'dead' counts as unknown"),
        ('user = "name"', 'user = "nam"', "does not tell user"),
        ("Bearer ${secret}", "Bearer ${id}", "takes 'id', which is no part"),
    ],
)
def test_the_replay_finds_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "acme.toml").write_text(OWN.replace(old, new, 1) if old else OWN)
    result = leakhunt("signatures", "check", "acme.toml", cwd=tmp_path)
    assert said in result.out
    assert result.code == bool(old)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('signatures = ["acme"]', 'signatures = ["acne"]', "no signature 'acne'"),
        ('signatures = ["acme"]', "", "names no signature"),
        ("reference", "referense", "unknown key 'referense'"),
        ("https://api", "http://api", "https://"),
    ],
)
def test_a_wrong_verification_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    (tmp_path / "acme.toml").write_text(new.join(OWN.rsplit(old, 1)))
    result = leakhunt("scan", "--signatures", "acme.toml", cwd=tmp_path)
    assert result.code == 2
    assert (
        "acme.toml:16: verification" in result.err or "acme.toml:16: a verification" in result.err
    )
    assert said in result.err
