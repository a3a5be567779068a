"""The inventory against the files, and one moment against another."""

from __future__ import annotations

import datetime
import io
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.errors import SourceError
from leakhunt.exposure.inventory import documents
from leakhunt.exposure.inventory.changes import ORDER as CHANGES
from leakhunt.exposure.inventory.changes import compare
from leakhunt.exposure.inventory.checking import MEANINGS, ORDER, check, restricted
from leakhunt.exposure.inventory.matching import matched
from leakhunt.exposure.inventory.model import RANKS, Entry, Fault, Intent, Inventory, Survey
from leakhunt.exposure.inventory.openings import openings, product
from leakhunt.exposure.inventory.reading import read
from leakhunt.exposure.inventory.state import Moment, Open, Port, load, moment, opened
from leakhunt.exposure.inventory.writing import written
from leakhunt.exposure.live.model import Process, Socket, Width
from leakhunt.exposure.model import Listener, Publication, Reach, Scope, Service
from tests.exposure.inventory.made import graph, listener, published, service

TODAY = datetime.date(2026, 6, 1)


def faults(toml: str, *services: Service) -> list[Fault]:
    inventory = read("leakhunt-ports.toml", f"version = 1\n{toml}")
    return check(inventory, product(openings(graph(*services))), TODAY)


def entry(name: str, port: int, exposure: str, more: str = "") -> str:
    return f'[[service]]\nname = "{name}"\nport = {port}\nexposure = "{exposure}"\n{more}\n'


DB = service("db", published(5432, line=9))
NEAR = service("db", published(5432, host="127.0.0.1", line=9))


def test_what_agrees_has_no_faults() -> None:
    assert faults(entry("db", 5432, "public"), DB) == []
    assert faults(entry("db", 5432, "loopback"), NEAR) == []
    assert faults("") == []


def test_narrower_than_declared_is_no_fault() -> None:
    assert faults(entry("db", 5432, "public"), NEAR) == []


def test_an_internal_port_that_is_open_to_everybody() -> None:
    (one,) = faults(entry("db", 5432, "internal"), DB)
    assert (one.kind, one.service, one.port) == ("wider", "db", 5432)
    assert (one.path, one.line) == ("compose.yaml", 9)
    assert one.message == "port 5432 of 'db' is internal, and open to everybody"
    assert "127.0.0.1" in one.advice


@pytest.mark.parametrize(
    ("intent", "opening"),
    list(itertools.product(Intent, ["contained", "127.0.0.1", "10.0.0.5", ""])),
)
def test_wider_is_told_whenever_it_is_wider(intent: Intent, opening: str) -> None:
    item = listener(80, contained=True) if opening == "contained" else published(80, host=opening)
    found = faults(entry("a", 80, intent), service("a", item))
    rank = ["contained", "127.0.0.1", "10.0.0.5", ""].index(opening)
    assert [one.kind for one in found] == (["wider"] if rank > intent.rank else [])


def test_a_wide_bind_with_a_reason_is_accepted() -> None:
    more = 'bind = "0.0.0.0"\nreason = "the cloud lets in the office only"'
    assert faults(entry("db", 5432, "internal", more), DB) == []


@pytest.mark.parametrize(("bind", "kinds"), [("127.0.0.1", ["wider"]), ("10.0.0.5", [])])
def test_a_narrow_bind_is_a_limit(bind: str, kinds: list[str]) -> None:
    here = service("db", published(5432, host="10.0.0.5"))
    found = faults(entry("db", 5432, "public", f'bind = "{bind}"'), here)
    assert [one.kind for one in found] == kinds


def test_what_is_not_declared() -> None:
    (one,) = faults("", DB)
    assert (one.kind, one.path, one.line) == ("undeclared", "compose.yaml", 9)
    assert "open to everybody and not in the inventory" in one.message


def test_what_no_file_opens_any_more() -> None:
    (one,) = faults(entry("old", 99, "public"))
    assert (one.kind, one.path, one.line) == ("stale", "leakhunt-ports.toml", 2)
    assert faults(entry("old", 99, "public", "elsewhere = true")) == []


def test_a_port_that_has_moved_is_one_fault() -> None:
    (one,) = faults(entry("db", 5433, "public"), DB)
    assert (one.kind, one.advice) == ("moved", "write port = 5432")


def test_a_port_that_is_published_elsewhere_now_has_moved() -> None:
    here = service("db", published(15432, 5432), published(9187, 9187))
    toml = entry("db", 5432, "public") + entry("db", 9187, "public")
    assert [(one.kind, one.port) for one in faults(toml, here)] == [("moved", 5432)]


def test_a_service_with_another_name_is_one_fault() -> None:
    (one,) = faults(entry("postgres", 5432, "public"), DB)
    assert (one.kind, one.advice) == ("renamed", 'write name = "db"')


def test_two_ports_of_one_name_are_not_mistaken_for_each_other() -> None:
    both = service("db", published(1), published(2))
    found = faults(entry("db", 3, "public"), both)
    assert sorted(one.kind for one in found) == ["stale", "undeclared", "undeclared"]


def test_environments_that_drift_apart() -> None:
    here = service(
        "db",
        published(15432, 5432, environment="dev", host="127.0.0.1"),
        published(5432, 5432, environment="prod"),
    )
    found = faults(entry("db", 5432, "public"), here)
    assert [one.message for one in found] == [
        "port 5432 of 'db' is open to everybody in prod and to its own machine in dev",
        "'db' is on port 15432 in dev, the inventory says 5432",
    ]
    assert {one.kind for one in found} == {"drift"}
    told = faults(entry("db", 5432, "public", "environments = { dev = 15432 }"), here)
    assert len(told) == 1
    more = 'environments = { dev = 15432 }\nreason = "reports of partners"'
    assert faults(entry("db", 5432, "public", more), here) == []


def test_one_number_for_a_public_and_an_internal_port() -> None:
    toml = entry("web", 8080, "public") + entry("admin", 8080, "internal", "elsewhere = true")
    (one,) = faults(toml, service("web", published(8080)))
    assert (one.kind, one.line) == ("shared", 7)
    assert one.message == "port 8080 is public for 'web' and internal for 'admin'"


def test_what_is_said_of_a_number_is_said_once() -> None:
    toml = "".join(
        entry(name, 8000, exposure, "last = 8010\nelsewhere = true")
        for name, exposure in (("a", "public"), ("b", "internal"), ("c", "loopback"))
    )
    (one,) = faults(toml)
    assert one.message == "port 8000 is public for 'a' and internal for 'b' and 'c'"


@pytest.mark.parametrize("other", ["public", "contained"])
def test_one_number_for_two_public_or_contained_ports_is_fine(other: str) -> None:
    toml = entry("web", 80, "public") + entry("b", 80, other, "elsewhere = true")
    assert faults(toml, service("web", published(80))) == []


def test_networks_that_are_let_in() -> None:
    here = service("db", published(5432, allow=("10.1.0.0/16", "192.168.0.0/16", "lan")))
    found = faults(entry("db", 5432, "internal", 'allow = ["10.0.0.0/8", "::/0"]'), here)
    assert [one.message for one in found] == ["port 5432 of 'db' lets in 192.168.0.0/16, lan too"]
    assert faults(entry("db", 5432, "internal"), here) == []


def test_what_has_expired() -> None:
    toml = entry("db", 5432, "public", 'reason = "a trial"\nexpires = 2026-05-31')
    (one,) = faults(toml, DB)
    assert one.message == "what is said of 'db' was good until 2026-05-31: a trial"
    assert faults(toml.replace("05-31", "06-01"), DB) == []


def test_worst_first_and_every_kind_is_explained() -> None:
    toml = entry("old", 99, "public") + entry("db", 5432, "internal")
    found = faults(toml, DB, service("new", published(7)))
    assert [one.kind for one in found] == ["wider", "undeclared", "stale"]
    assert set(ORDER) == MEANINGS.keys()


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(1, 5),
            st.sampled_from(["", "127.0.0.1", "10.0.0.5", "contained"]),
            st.integers(1, 5),
            st.sampled_from(["", "", "dev", "prod"]),
        ),
        max_size=6,
    )
)
def test_what_init_writes_only_lacks_what_is_too_wide(
    rows: list[tuple[str, int, str, int, str]],
) -> None:
    services: dict[str, list[Listener | Publication]] = {}
    for name, port, host, inside, environment in rows:
        services.setdefault(name, []).append(
            listener(port, contained=True)
            if host == "contained"
            else published(port, inside, host, environment=environment)
        )
    made = [service(name, *items) for name, items in services.items()]
    found = openings(graph(*made))
    inventory = read("p.toml", written(found))
    kinds = {one.kind for one in check(inventory, found, TODAY)}
    assert kinds <= {"wider", "shared", "drift"}
    wide = any(one.reach is Reach.OPEN and one.tier < 4 for one in found)
    assert ("wider" in kinds) == wide


def test_each_entry_and_each_port_is_used_once() -> None:
    found = openings(graph(service("a", published(1), published(2)), service("b", published(1))))
    entries = [Entry(name, 1, Intent.PUBLIC) for name in ("b", "a", "c")]
    pairs = matched(entries, found)
    assert len(pairs) == 4
    assert {(e and e.name, o and (o.service, o.port)) for e, o in pairs} == {
        ("a", ("a", 1)),
        ("b", ("b", 1)),
        ("c", None),
        (None, ("a", 2)),
    }


def test_an_inventory_can_be_restricted() -> None:
    inventory = Inventory("p", (Entry("a", 1, Intent.PUBLIC), Entry("b", 2, Intent.PUBLIC)))
    assert restricted(inventory, ()) is inventory
    assert [one.name for one in restricted(inventory, ["b"]).entries] == ["b"]


# --- Moments


def ports(*rows: tuple[str, int, Reach, str]) -> Moment:
    return Moment(tuple(Port(name, port, "tcp", reach, bind) for name, port, reach, bind in rows))


def test_what_opened_and_closed() -> None:
    before = ports(
        ("a", 1, Reach.LOCAL, "127.0.0.1"), ("b", 2, Reach.OPEN, ""), ("c", 3, Reach.OPEN, "")
    )
    after = ports(
        ("a", 1, Reach.OPEN, "0.0.0.0"), ("b", 2, Reach.LOCAL, "::1"), ("d", 4, Reach.OPEN, "")
    )
    found = compare(before, after)
    assert [(one.kind, one.service, one.before, one.after) for one in found] == [
        ("opened", "d", "", "open"),
        ("wider", "a", "127.0.0.1 (local)", "0.0.0.0 (open)"),
        ("narrower", "b", "open", "::1 (local)"),
        ("closed", "c", "open", ""),
    ]
    assert compare(after, after) == []


def test_another_address_of_the_same_reach_is_a_change() -> None:
    (one,) = compare(ports(("a", 1, Reach.OPEN, "")), ports(("a", 1, Reach.OPEN, "0.0.0.0")))
    assert (one.kind, one.before, one.after) == ("changed", "open", "0.0.0.0 (open)")


ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 4), st.sampled_from(list(Reach)), st.just("")),
    max_size=5,
    unique_by=lambda row: row[:2],
)


@given(ROWS, ROWS)
def test_a_comparison_turns_around(
    one: list[tuple[str, int, Reach, str]], other: list[tuple[str, int, Reach, str]]
) -> None:
    there, back = compare(ports(*one), ports(*other)), compare(ports(*other), ports(*one))
    assert len(there) == len(back)
    kinds = {"opened": "closed", "closed": "opened"}
    assert sorted((kinds.get(c.kind, ""), c.service, c.port) for c in there) == sorted(
        (c.kind if c.kind in kinds else "", c.service, c.port) for c in back
    )
    assert {change.kind for change in there} <= set(CHANGES)


def test_sockets_are_compared_by_port() -> None:
    old = (
        Open(1, "tcp", Width.LOOPBACK, "127.0.0.1:1", "a"),
        Open(2, "tcp", Width.WILDCARD, "[::]:2", "b"),
        Open(3, "tcp", Width.WILDCARD, "[::]:3", "c"),
    )
    new = (
        Open(1, "tcp", Width.WILDCARD, "0.0.0.0:1", "a"),
        Open(2, "tcp", Width.WILDCARD, "[::]:2", "x"),
        Open(4, "tcp", Width.WILDCARD, "[::]:4"),
    )
    found = compare(Moment((), old), Moment((), new))
    assert [(one.kind, one.port, one.after) for one in found] == [
        ("opened", 4, "[::]:4"),
        ("wider", 1, "0.0.0.0:1 by a"),
        ("changed", 2, "[::]:2 by x"),
        ("closed", 3, ""),
    ]
    assert {one.service for one in found} == {"this host"}
    assert compare(Moment((), old), Moment(())) == []


def test_of_several_sockets_the_widest_is_kept() -> None:
    sockets = [
        Socket("tcp", "127.0.0.1", 80),
        Socket("tcp", "0.0.0.0", 80, owners=(Process(1, "nginx"),)),
        Socket("udp", "0.0.0.0", 53),
        Socket("unix", "/run/a", 0),
    ]
    assert opened(sockets) == (Open(80, "tcp", Width.WILDCARD, "0.0.0.0:80", "nginx"),)


def test_what_is_saved_is_read_again() -> None:
    found = openings(graph(DB, service("app", listener(80, contained=True))))
    sockets = (Socket("tcp", "::", 5432, owners=(Process(7, "postgres"),)),)
    document = documents.of_survey(Survey(".", tuple(found)))
    assert load("a.json", json.dumps(document)) == moment(found)
    document |= {"kind": "live", "sockets": [documents.of_socket(one) for one in sockets]}
    assert load("a.json", json.dumps(document)) == moment(found, sockets)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n,", "a.json:2: not valid JSON"),
        ("[]", "a.json:1: no saved ports"),
        ('{"schema": 1, "findings": []}', "a.json:1: no saved ports"),
        ('{"schema": 2, "kind": "ports"}', "a.json:1: saved in an unknown schema"),
        ('{"schema": 1, "kind": "ports"}', "a.json:1: saved ports that cannot be read"),
        (
            '{"schema": 1, "kind": "ports", "services": [{"reach": "x"}]}',
            "a.json:1: saved ports that cannot be read",
        ),
        (
            '{"schema": 1, "kind": "live", "services": [], "sockets": [{"port": 1}]}',
            "a.json:1: saved ports that cannot be read",
        ),
    ],
)
def test_what_was_not_saved_by_us_is_refused(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        load("a.json", text)
    assert caught.value.message == message
    assert caught.value.hint


def test_documents_are_json() -> None:
    found = openings(graph(DB))
    survey = Survey(".", tuple(found), 1, (("a", listener(None)),))
    document = documents.of_survey(survey)
    assert json.load(io.StringIO(json.dumps(document))) == document
    assert document["services"][0]["opened_by"][0]["path"] == "compose.yaml"
    assert "last" not in document["services"][0]
    assert document["services"][0]["contained"] is True
    assert document["without_number"][0]["line"] == 1
    assert set(RANKS) == set(Reach) - {Reach.UNKNOWN}
    assert document["services"][0]["scope"] == Scope.WILDCARD
