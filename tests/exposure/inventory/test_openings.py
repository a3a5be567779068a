"""From listeners and publications to ports."""

from __future__ import annotations

import pytest

from leakhunt.exposure.inventory.openings import numberless, openings, product
from leakhunt.exposure.model import Reach, Setting, Token
from tests.exposure.inventory.made import at, graph, listener, published, service


def test_what_is_published_is_the_port_and_what_listens_is_inside() -> None:
    both = service("app", listener(80, contained=True), published(8080, 80, image="app:1"))
    (one,) = openings(graph(both))
    assert (one.port, one.inside, one.reach, one.contained) == (8080, 80, Reach.OPEN, True)
    assert [variant.by for variant in one.variants] == ["compose-ports", "flask.Flask.run"]
    assert one.image == "app:1"


def test_a_container_that_nobody_publishes_is_contained() -> None:
    (one,) = openings(graph(service("app", listener(80, contained=True))))
    assert (one.port, one.inside, one.reach) == (80, 0, Reach.CONTAINED)


def test_the_widest_counts() -> None:
    near, wide = published(5432, host="127.0.0.1", line=3), published(5432, line=9)
    (one,) = openings(graph(service("db", near, wide)))
    assert one.reach is Reach.OPEN
    assert one.widest.where.line == 9


@pytest.mark.parametrize(
    ("host", "allow", "reach"),
    [
        ("", (), Reach.OPEN),
        ("", ("10.0.0.0/8",), Reach.LIMITED),
        ("10.0.0.5", (), Reach.LIMITED),
        ("127.0.0.1", (), Reach.LOCAL),
        ("${HOST}", (), Reach.UNKNOWN),
    ],
)
def test_how_far_a_publication_reaches(host: str, allow: tuple[str, ...], reach: Reach) -> None:
    (one,) = openings(graph(service("db", published(1, host=host, allow=allow))))
    assert one.reach is reach


def test_ports_of_environments_are_one_port() -> None:
    found = openings(
        graph(
            service(
                "db",
                published(15432, 5432, path="compose.dev.yaml", environment="dev"),
                published(5432, 5432, path="compose.prod.yaml", environment="prod"),
            )
        )
    )
    (one,) = found
    assert (one.port, one.environments) == (5432, {"dev": 15432})
    assert one.ports == {5432, 15432}


def test_a_port_without_environment_is_the_main_one() -> None:
    base, dev = published(80), published(81, 80, environment="dev")
    (one,) = openings(graph(service("web", dev, base)))
    assert (one.port, one.environments) == (80, {"dev": 81})


def test_one_inner_port_may_be_published_twice() -> None:
    here = service("web", published(8080, 80), published(8081, 80), listener(80, contained=True))
    found = openings(graph(here))
    assert [(one.port, one.inside) for one in found] == [(8080, 80), (8081, 80)]


def test_one_number_outside_and_inside_is_one_port() -> None:
    here = service("web", published(8080, 80), listener(8080, contained=True))
    (one,) = openings(graph(here))
    assert (one.port, one.reach) == (8080, Reach.OPEN)
    assert len(one.variants) == 2


def test_protocols_are_kept_apart() -> None:
    found = openings(graph(service("dns", published(53), published(53, protocol="udp"))))
    assert [(one.port, one.protocol) for one in found] == [(53, "tcp"), (53, "udp")]


def test_a_range_is_one_port() -> None:
    (one,) = openings(graph(service("rtp", published(8000, 8000, last=8010))))
    assert (one.port, one.last, len(one.ports)) == (8000, 8010, 11)


def test_what_a_test_opens_makes_the_product_no_wider() -> None:
    items = listener(80, "127.0.0.1"), listener(80, path="tests/a.py", setting=Setting.TEST)
    (one,) = openings(graph(service("app", *items)))
    assert (one.reach, one.setting) == (Reach.LOCAL, Setting.PRODUCT)


def test_what_only_tests_and_examples_open_is_left_out() -> None:
    found = openings(
        graph(
            service("a", listener(1, setting=Setting.TEST)),
            service("b", listener(2)),
            service("c", listener(3, setting=Setting.EXAMPLE)),
        )
    )
    assert [one.service for one in product(found)] == ["b"]


def test_ports_that_the_system_chooses_are_none() -> None:
    assert openings(graph(service("a", listener(0), listener(None), published(None)))) == []


def test_listeners_without_a_number_are_told() -> None:
    test = listener(None, line=9, setting=Setting.TEST)
    made = graph(service("a", listener(None, line=7), listener(80), test))
    assert [one.where.line for _, one in numberless(made)] == [7, 9]
    found = numberless(made, everything=False)
    assert [(name, one.where.line) for name, one in found] == [("a", 7)]


def test_tokens_go_with_their_port() -> None:
    tokens = tuple(
        Token(name, "postgres-url", "", "db", port, at(".env"), "it stands in its address")
        for name, port in (("aa", 5432), ("bb", 9999), ("cc", None))
    )
    (one,) = openings(graph(service("db", published(15432, 5432), tokens=tokens)))
    assert [token.fingerprint for token in one.tokens] == ["aa", "cc"]


def test_the_order_of_services_does_not_matter() -> None:
    services = [service(name, published(port)) for name, port in (("b", 2), ("a", 9), ("a2", 1))]
    assert openings(graph(*services)) == openings(graph(*reversed(services)))
