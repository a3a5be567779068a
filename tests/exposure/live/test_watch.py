"""Declared ports against the sockets of a host."""

from __future__ import annotations

import dataclasses

import pytest

from leakhunt.exposure.inventory.model import Entry, Intent, Inventory, Survey
from leakhunt.exposure.inventory.openings import openings
from leakhunt.exposure.live.model import Forward, Host, Process, Socket, Width
from leakhunt.exposure.live.watch import Watched, undeclared, watch
from leakhunt.exposure.model import Listener, Publication
from tests.exposure.inventory.made import graph, listener, published, service

REDIS = Process(7, "redis-server", "/usr/bin/redis-server")
PYTHON = Process(8, "python3", "/usr/bin/python3.11", "/srv/app")


def socket(address: str, port: int = 6379, *owners: Process) -> Socket:
    return Socket("tcp", address, port, owners=owners)


def survey(*entries: Entry, opened: tuple[Listener | Publication, ...] = ()) -> Survey:
    found = openings(graph(service("redis", *opened, known="redis", tier=0))) if opened else []
    return Survey(".", tuple(found), inventory=Inventory("p", entries) if entries else None)


def entry(intent: Intent, **more: object) -> Entry:
    return dataclasses.replace(Entry("redis", 6379, intent), **more)  # type: ignore[arg-type]


def only(found: Survey, host: Host) -> Watched:
    (one,) = watch(found, host)
    return one


@pytest.mark.parametrize(
    ("intent", "address", "fault"),
    [
        (Intent.PUBLIC, "0.0.0.0", ""),
        (Intent.PUBLIC, "127.0.0.1", ""),
        (Intent.INTERNAL, "0.0.0.0", "wider"),
        (Intent.INTERNAL, "::", "wider"),
        (Intent.INTERNAL, "10.0.0.5", ""),
        (Intent.INTERNAL, "127.0.0.1", ""),
        (Intent.LOOPBACK, "10.0.0.5", "wider"),
        (Intent.LOOPBACK, "0.0.0.0", "wider"),
        (Intent.LOOPBACK, "::1", ""),
        (Intent.LOOPBACK, "", "down"),
        (Intent.PUBLIC, "", "down"),
        (Intent.CONTAINED, "", ""),
        (Intent.CONTAINED, "0.0.0.0", ""),
    ],
)
def test_down_and_wider(intent: Intent, address: str, fault: str) -> None:
    host = Host((socket(address),) if address else ())
    assert only(survey(entry(intent)), host).fault == fault


def test_a_container_that_publishes_what_it_should_not() -> None:
    here = survey(entry(Intent.CONTAINED), opened=(listener(6379, contained=True),))
    forward = Forward("tcp", "0.0.0.0", 6379, "docker", "6379", "x-redis-1", "redis")
    assert only(here, Host((), (forward,))).fault == "wider"
    stranger = dataclasses.replace(forward, service="other")
    assert only(here, Host((), (stranger,))).fault == ""


@pytest.mark.parametrize(("address", "fault"), [("127.0.0.1", ""), ("0.0.0.0", "wider")])
def test_what_is_handed_on_is_as_wide_as_its_address(address: str, fault: str) -> None:
    forward = Forward("tcp", address, 6379, "docker", "6379", "x-redis-1", "redis")
    assert only(survey(entry(Intent.LOOPBACK)), Host((), (forward,))).fault == fault


def test_what_cannot_be_seen_is_neither_up_nor_down() -> None:
    one = only(survey(entry(Intent.PUBLIC)), Host((), blind=("no right to look",)))
    assert (one.fault, one.unknown) == ("", True)
    assert not only(survey(entry(Intent.CONTAINED)), Host((), blind=("x",))).unknown


def test_a_declared_bind_is_the_limit() -> None:
    wide = Host((socket("0.0.0.0"),))
    assert only(survey(entry(Intent.PUBLIC, bind="127.0.0.1")), wide).fault == "wider"
    reason = entry(Intent.INTERNAL, bind="0.0.0.0", reason="a firewall")
    assert only(survey(reason), wide).fault == ""


@pytest.mark.parametrize(
    ("program", "intent", "address", "fault"),
    [
        ("redis-server", Intent.LOOPBACK, "127.0.0.1", "stranger"),
        ("", Intent.LOOPBACK, "127.0.0.1", ""),
        ("", Intent.LOOPBACK, "0.0.0.0", "stranger"),
        ("python3", Intent.LOOPBACK, "0.0.0.0", "wider"),
    ],
)
def test_another_program_on_the_port(
    program: str, intent: Intent, address: str, fault: str
) -> None:
    here = survey(entry(intent, program=program), opened=(listener(6379, "127.0.0.1"),))
    assert only(here, Host((socket(address, 6379, PYTHON),))).fault == fault


def test_programs_are_known_from_the_catalogue() -> None:
    here = survey(opened=(listener(6379, "127.0.0.1"),))
    assert only(here, Host((socket("127.0.0.1", 6379, REDIS),))).seen.ownership == "matched"


def test_what_runs_from_the_folder_of_the_project_is_its_own() -> None:
    here = survey(opened=(listener(6379, "127.0.0.1"),))
    (one,) = watch(here, Host((socket("127.0.0.1", 6379, PYTHON),)), folder="/srv/app")
    assert one.seen.ownership == "matched"


def test_without_an_inventory_the_files_say_what_is_expected() -> None:
    here = survey(opened=(listener(6379, "127.0.0.1"),))
    assert only(here, Host((socket("127.0.0.1"),))).fault == ""
    assert only(here, Host((socket("::"),))).fault == "wider"
    assert only(here, Host(())).fault == "down"


def test_with_an_inventory_only_what_it_declares_is_looked_for() -> None:
    here = survey(entry(Intent.PUBLIC), opened=(listener(6379), listener(8000)))
    assert [one.port for one in watch(here, Host(()))] == [6379]


def test_an_environment_has_ports_of_its_own() -> None:
    here = survey(entry(Intent.PUBLIC, environments={"dev": 16379}))
    assert [one.port for one in watch(here, Host(()), environment="dev")] == [16379]
    assert [one.port for one in watch(here, Host(()), environment="prod")] == [6379]


def test_of_a_range_one_open_port_is_enough() -> None:
    here = survey(Entry("rtp", 8000, Intent.PUBLIC, last=8010))
    assert only(here, host := Host((socket("0.0.0.0", 8007),))).fault == ""
    assert only(here, host).port == 8007
    assert only(here, Host((socket("0.0.0.0", 8011),))).fault == "down"


def test_a_program_of_the_same_kind_outside_is_not_that_of_a_container() -> None:
    here = survey(entry(Intent.CONTAINED), opened=(listener(6379, contained=True),))
    assert only(here, Host((socket("0.0.0.0", 6379, REDIS),))).fault == ""


def test_what_an_entry_alone_says_tells_its_program() -> None:
    here = survey(entry(Intent.LOOPBACK, image="redis:7", elsewhere=True))
    assert only(here, Host((socket("127.0.0.1", 6379, REDIS),))).seen.ownership == "matched"


def test_services_can_be_chosen() -> None:
    here = survey(entry(Intent.PUBLIC), Entry("db", 5432, Intent.PUBLIC))
    assert [one.service for one in watch(here, Host(()), names=("db",))] == ["db"]


def test_a_published_port_of_a_container_is_unknown_without_docker() -> None:
    here = survey(opened=(published(6379, image="redis:7"),))
    host = Host((), containers_unknown="no docker answers", translation_unknown="root only")
    assert only(here, host).unknown


def test_what_nobody_declares_is_listed_widest_first() -> None:
    here = survey(entry(Intent.PUBLIC))
    found = undeclared(
        here,
        Host(
            (
                socket("127.0.0.1", 1),
                socket("0.0.0.0", 2),
                socket("0.0.0.0", 6379),
                Socket("udp", "0.0.0.0", 3),
                Socket("unix", "/run/a", 0),
            )
        ),
    )
    assert [(one.port, one.width) for one in found] == [(2, Width.WILDCARD), (1, Width.LOOPBACK)]
