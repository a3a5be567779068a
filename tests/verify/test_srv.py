"""Servers that DNS names: a name server on loopback answers, and strangers are refused."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from leakhunt.model import State
from leakhunt.verify import srv
from leakhunt.verify.policy import Policy
from leakhunt.verify.reasons import Refused, Unreachable
from leakhunt.verify.session import Session
from leakhunt.verify.settings import read
from tests.verify.servers import raw
from tests.verify.test_databases import PASSWORD, ask, case
from tests.verify.test_protocols import mongodb

pytest.importorskip("dns")

import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset


@contextlib.contextmanager
def names(records: dict[tuple[str, str], list[str]]) -> Iterator[list[str]]:
    """Answer as a name server; the names that were asked for."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    data, who = server.recvfrom(2000)
                except OSError:
                    continue
                query = dns.message.from_wire(data)
                (question,) = query.question
                name = question.name.to_text(omit_final_dot=True)
                kind = dns.rdatatype.to_text(question.rdtype)
                asked.append(name)
                answer = dns.message.make_response(query)
                if found := records.get((name, kind)):
                    answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
                server.sendto(answer.to_wire(), who)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], server.getsockname()[1]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(srv, "resolver", lambda: made)
            try:
                yield asked
            finally:
                over.set()
                thread.join()


SRV = ("_mongodb._tcp.c.acme.test", "SRV")


def test_servers_come_in_their_order_with_their_options() -> None:
    rows = ["20 0 27018 b.acme.test.", "10 0 27017 a.acme.test."]
    with names({SRV: rows, ("c.acme.test", "TXT"): ['"authSource=admin&replicaSet=r"']}):
        found, told = srv.servers("mongodb", "c.acme.test", 5)
    assert found == [("a.acme.test", 27017), ("b.acme.test", 27018)]
    assert told == "authSource=admin&replicaSet=r"


@pytest.mark.parametrize(
    "server", ["evil.test.", "acme.test.evil.test.", "127.0.0.1.", "xacme.test."]
)
def test_servers_of_strangers_are_refused(server: str) -> None:
    with names({SRV: [f"1 1 27017 {server}"]}), pytest.raises(Refused, match="another domain"):
        srv.servers("mongodb", "c.acme.test", 5)


def test_a_name_without_servers_cannot_be_asked() -> None:
    with names({}), pytest.raises(Unreachable, match="not known here"):
        srv.servers("mongodb", "c.acme.test", 5)


def test_nobody_is_looked_up_who_is_not_allowed() -> None:
    with names({SRV: ["1 1 27017 a.acme.test."]}) as asked:
        found = ask(case("mongodb", f"mongodb+srv://ada:{PASSWORD}@c.acme.test/x"), "10.0.0.0/8")
    assert (found.state, asked) == (State.UNKNOWN, [])
    assert "allow does not name it" in found.reason


def test_a_cluster_is_logged_into(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw(mongodb("SCRAM-SHA-256")) as port:
        records = {SRV: [f"1 1 {port} a.acme.test."], ("c.acme.test", "TXT"): ['"authSource=shop"']}
        known = socket.getaddrinfo

        def local(host: str, *rest: Any, **named: Any) -> Any:
            return known("127.0.0.1" if host.endswith(".acme.test") else host, *rest, **named)

        monkeypatch.setattr(socket, "getaddrinfo", local)
        url = f"mongodb+srv://ada:{PASSWORD}@c.acme.test/x?tls=false"
        with names(records):
            found = ask(case("mongodb", url), "*.acme.test", "127.0.0.1")
            assert found.state is State.ACTIVE, found
            wrong = ask(
                case("mongodb", url.replace(PASSWORD, "wrong-1"), "wrong-1"),
                "*.acme.test",
                "127.0.0.1",
            )
            assert wrong.state is State.INACTIVE
            # The name is allowed, its server is not.
            other = ask(case("mongodb", url), "c.acme.test")
            assert (other.state, "allow" in other.reason) == (State.UNKNOWN, True), other


def test_dns_cannot_switch_tls_off() -> None:
    said: list[bytes] = []

    def talk(line: socket.socket) -> None:
        said.append(line.recv(1000))

    with raw(talk) as port:
        records = {
            SRV: [f"1 1 {port} a.acme.test."],
            ("c.acme.test", "TXT"): ['"tls=false&ssl=false&authSource=shop"'],
        }
        asked = case("mongodb", f"mongodb+srv://ada:{PASSWORD}@c.acme.test/x")
        judge = Policy(read({"allow": ["*.acme.test"]}), lambda *_: ["127.0.0.1"])
        with names(records):
            found = Session(judge).verdict(asked)
    assert found.state is State.UNKNOWN
    assert [data[:2] for data in said] == [b"\x16\x03"]  # the first bytes of TLS


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(srv, "installed", lambda: False)
    found = ask(case("mongodb", f"mongodb+srv://ada:{PASSWORD}@c.acme.test/x"), "*.acme.test")
    assert (found.state, "leakhunt[mongodb]" in found.reason) == (State.UNKNOWN, True)
