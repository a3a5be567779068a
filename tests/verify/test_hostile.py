"""Servers that are up to no good, and files that are: a verdict comes of it, and nothing leaks."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
from collections.abc import Callable
from typing import Any

import pytest

from leakhunt.model import State, Verdict
from leakhunt.verify import asking, network, tokens, urls
from leakhunt.verify.asking import LONGEST_DETAIL
from leakhunt.verify.cases import Case
from leakhunt.verify.policy import Policy, Target
from leakhunt.verify.reasons import Absent, Refused, Unfit, Unreachable
from leakhunt.verify.session import Session, Throttled, contacts, unknown
from leakhunt.verify.settings import read
from leakhunt.verify.spec import Spec
from tests.verify.servers import Asked, raw, web
from tests.verify.test_databases import PASSWORD, ask, case

SERVERS = ("amqp", "ftp", "ldap", "mongodb", "mysql", "postgresql", "redis", "smtp")


def sends(data: bytes) -> Callable[[socket.socket], None]:
    """A server that says this at once, whatever it is asked."""

    def talk(line: socket.socket) -> None:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        while line.recv(1000):
            pass

    return talk


BROKEN = {
    "amqp": b"\x01\0\0\0\0\0\x04\0\x0a\0\x0a\xce\x01\0\0\0\0\0\x04\0\x0a\0\x32\xce",
    "ftp": "\u2460\u2461\u2462 hello\r\n".encode(),
    "ldap": b"\x30\x82\xff\xff",
    "mongodb": struct.pack("<iiiiiB", 26, 1, 1, 2013, 0, 0) + b"\xff\xff\xff\x7f\x03",
    "mysql": b"\x03\0\0\0\x0a80",
    "postgresql": b"R\0\0\0\x05\0",
    "redis": b"\xff" * 20,
    "smtp": b"220 \xb2\r\n250-x\r\n250 AUTH PLAIN\r\n\xb2\xb3\xb9 ok\r\n",
}


@pytest.mark.parametrize("handler", SERVERS)
def test_messages_that_are_cut_short_are_no_crash(handler: str) -> None:
    with raw(sends(BROKEN[handler])) as port:
        found = ask(case(handler, f"{handler}://ada:{PASSWORD}@127.0.0.1:{port}/x"), timeout=2)
    assert found.state is State.UNKNOWN
    assert PASSWORD not in found.reason
    assert "invalid literal" not in found.reason


@pytest.mark.parametrize("handler", SERVERS)
def test_noise_is_no_crash(handler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    asked = case(handler, f"{handler}://ada:{PASSWORD}@127.0.0.1:9/x")
    session = Session(Policy(read({"allow": ["127.0.0.1"], "timeout": 2})))
    for _ in range(40):
        ours, theirs = socket.socketpair()
        with theirs:
            theirs.sendall(chance.randbytes(chance.randrange(300)))
            theirs.shutdown(socket.SHUT_WR)
            monkeypatch.setattr(session.network, "connect", lambda *_, line=ours, **__: line)
            monkeypatch.setattr(session.network, "plain_text", lambda *_: True)
            assert session.verdict(asked).state is State.UNKNOWN


@pytest.mark.parametrize(
    "told",
    [
        "\u00b2",
        "9" * 5000,
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "-1",
        "soon",
    ],
)
def test_a_pause_that_is_none_is_none(told: str) -> None:
    with web(lambda _: (429, {"Retry-After": told}, "")) as asked:
        there = Case(Spec("p", "https://x", "kubernetes"), PASSWORD, {}, endpoint=at(asked))
        session = Session(Policy(read({"allow": ["127.0.0.1"]})))
        with pytest.raises(Throttled) as raised:
            session.verdict(there)
    assert raised.value.patience >= 0
    assert "429" in raised.value.verdict.reason


def at(asked: Asked) -> str:
    return f"http://127.0.0.1:{asked.port}"


@pytest.mark.parametrize(
    "head",
    [
        b"X: y\r\n" * 10_000,
        b"X: " + b"y" * 100_000 + b"\r\n",
        b"Content-Length: -5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
    ],
    ids=["many", "long", "negative", "chunked", "gzip"],
)
def test_headers_without_measure_say_nothing(head: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\x1f\x8b\x08" + b"\0" * 1000
    with raw(sends(answer)) as port:
        there = f"http://127.0.0.1:{port}"
        spec = Spec("p", "https://x", "kubernetes")
        found = Session(Policy(read({"allow": ["127.0.0.1"], "timeout": 3}))).verdict(
            Case(spec, PASSWORD, {}, endpoint=there)
        )
    assert found.state is State.UNKNOWN


ESCAPES = "\x1b[31mred\x1b]0;title\x07\r\n\u202e\u200b<script>"


def test_what_a_server_says_is_shown_harmlessly() -> None:
    body = {"status": {"userInfo": {"username": ESCAPES + "x" * 1000}}}
    with web(lambda _: (201, {}, body)) as asked:
        found = Session(Policy(read({"allow": ["127.0.0.1"]}))).verdict(
            Case(Spec("p", "https://x", "kubernetes"), PASSWORD, {}, endpoint=at(asked))
        )
    assert found.state is State.ACTIVE
    for text in (found.reason, *found.details.values()):
        assert text.isprintable()
    assert len(found.details["user"]) <= LONGEST_DETAIL + 1


def test_a_server_that_repeats_the_secret_is_not_quoted() -> None:
    body = {"status": {"userInfo": {"username": f"user {PASSWORD}"}}}
    with web(lambda _: (201, {}, body)) as asked:
        found = Session(Policy(read({"allow": ["127.0.0.1"]}))).verdict(
            Case(Spec("p", "https://x", "kubernetes"), PASSWORD, {}, endpoint=at(asked))
        )
    assert PASSWORD not in repr(found)


def test_a_password_that_is_the_user_too_is_not_told() -> None:
    with raw(lambda line: line.sendall(b"+OK\r\n")) as port:
        spec = Spec("p", "https://x", "redis")
        found = ask(Case(spec, PASSWORD, {}, f"redis://{PASSWORD}:", f"@127.0.0.1:{port}"))
    assert found.state is State.ACTIVE
    assert PASSWORD not in repr(found)


def test_a_password_is_not_told_as_it_is_sent_either() -> None:
    odd = "k3q9%40zt7w1m5x"
    asked = case("redis", f"redis://:{odd}@h/", odd)
    told = asking.told_safely(Verdict(State.UNKNOWN, "it says k3q9@zt7w1m5x"), asked)
    assert "k3q9" not in told.reason


@pytest.mark.parametrize("error", [ValueError(PASSWORD), KeyError(PASSWORD), TypeError(PASSWORD)])
def test_what_a_library_says_is_not_told(error: Exception) -> None:
    assert PASSWORD not in unknown(error, "db.example.com").reason
    assert "db.example.com could not be asked" in unknown(error, "db.example.com").reason


@pytest.mark.parametrize("after", ["@h//[x", "@h/[::1", "@[::1/x", "@h:\u2460/x", "@h:99999/x"])
def test_an_address_that_is_none_is_no_crash(after: str) -> None:
    for handler in ("postgresql", "server"):
        spec = Spec("p", "https://x", handler)
        asked = Case(spec, PASSWORD, {}, "DB='postgres://u:", after)
        urls.beside_it(asked)
        assert asked.key
        with contextlib.suppress(Absent, Refused, Unfit):
            contacts(asked)


def test_anonymous_logins_are_not_asked_about() -> None:
    with pytest.raises(Unfit, match="any password"):
        contacts(case("ftp", f"ftp://anonymous:{PASSWORD}@h/"))


def postgresql(*codes: int) -> Callable[[socket.socket], None]:
    """A server that goes through these steps of a login."""

    def talk(line: socket.socket) -> None:
        line.recv(1000)
        for code in codes:
            line.sendall(b"R" + struct.pack("!II", 8, code))
            if code == 3:
                line.recv(1000)

    return talk


def test_a_server_that_asks_for_no_password_says_nothing_about_it() -> None:
    for codes, state in (((0,), State.UNKNOWN), ((3, 0), State.ACTIVE)):
        with raw(postgresql(*codes)) as port:
            found = ask(case("postgresql", f"postgres://ada:{PASSWORD}@127.0.0.1:{port}/x"))
        assert found.state is state, found
    with raw(sends(b"E\0\0\0\x0cC3D000\0\0")) as port:
        found = ask(case("postgresql", f"postgres://ada:{PASSWORD}@127.0.0.1:{port}/x"))
    assert (found.state, "no password" in found.reason) == (State.UNKNOWN, True)


def token(issuer: str) -> str:
    parts = ({"alg": "RS256", "kid": "1"}, {"iss": issuer})
    return ".".join(tokens.encoded(repr(one).replace("'", '"').encode()) for one in parts) + ".AAAA"


@pytest.mark.parametrize(
    "place",
    [
        "https://127.0.0.1:{port}/keys",
        "http://localhost:{port}/keys",
        "ftp://127.0.0.1/keys",
        "http://[x",
        "http://127.0.0.1:99999/",
    ],
)
def test_keys_of_an_issuer_come_from_itself(place: str) -> None:
    def answer(asked: Asked) -> Any:
        return 200, {}, {"jwks_uri": place.format(port=asked.port)}

    with web(answer) as asked:
        spec = Spec("jwt", "https://x", "jwt")
        found = Session(Policy(read({"allow": ["127.0.0.1", "localhost"]}))).verdict(
            Case(spec, token(at(asked)), {})
        )
    assert found.state is State.UNKNOWN
    assert asked.paths == ["/.well-known/openid-configuration"]


def test_keys_of_a_named_issuer_need_no_further_leave() -> None:
    answers = [{"jwks_uri": ""}, {"keys": []}]

    def answer(asked: Asked) -> Any:
        answers[0] = {"jwks_uri": f"{at(asked)}/keys"}
        return 200, {}, answers[len(asked.requests) - 1]

    with web(answer) as asked:
        spec = Spec("jwt", "https://x", "jwt")
        policy = Policy(read({"allow": [f"127.0.0.1:{asked.port}"]}))
        found = Session(policy).verdict(Case(spec, token("https://x"), {}, endpoint=at(asked)))
    assert asked.paths == ["/.well-known/openid-configuration", "/keys"]
    assert found.state is State.INACTIVE


@pytest.mark.parametrize(
    ("issuer", "told"),
    [
        ("https://login.example/realms/a", "https://login.example/realms/a"),
        (f"https://u:{PASSWORD}@login.example/a", "https://login.example/a"),
        (f"https://a@b:{PASSWORD}@login.example/a?b@c", "https://login.example/a"),
        (f"https://login.example/a?key={PASSWORD}#x", "https://login.example/a"),
        ("https://\x1b[31m.example/", "https:// [31m.example/"),
        ("x" * 900, "x" * 200),
    ],
)
def test_an_issuer_is_told_without_its_secrets(issuer: str, told: str) -> None:
    assert tokens.details({"alg": "RS256"}, {"iss": issuer})["issuer"] == told


def test_an_issuer_without_end_is_none() -> None:
    with pytest.raises(Unfit, match="address of its issuer is none"):
        contacts(Case(Spec("jwt", "https://x", "jwt"), token("https://" + "a." * 900), {}))


@pytest.mark.parametrize(("count", "answers", "tried"), [(2, 1, 2), (3, 2, 3), (100, 99, 20)])
def test_addresses_without_anybody_share_the_time(
    monkeypatch: pytest.MonkeyPatch, count: int, answers: int, tried: int
) -> None:
    now, asked = [0.0], []

    def connection(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(address[0])
        if len(asked) > answers:
            return socket.socket()
        now[0] += timeout
        raise TimeoutError

    monkeypatch.setattr(network.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(network.socket, "create_connection", connection)
    addresses = [f"1.1.1.{at}" for at in range(1, count + 1)]
    policy = Policy(read({"timeout": 10}), lambda *_: addresses)
    target = Target("api.example.com", 443, pinned=True)
    try:
        network.Network(policy).connect(target).close()
    except Unreachable:
        assert tried < count
    assert len(asked) == tried
    assert now[0] <= 10.01
