"""The inventory file: what it may say, and how faults are told."""

from __future__ import annotations

import contextlib
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.errors import ConfigError
from leakhunt.exposure.inventory.model import Intent, Opening, Variant
from leakhunt.exposure.inventory.openings import openings
from leakhunt.exposure.inventory.reading import KEYS, read
from leakhunt.exposure.inventory.writing import entry_of, guessed, text, written
from leakhunt.exposure.model import Auth, Reach, Scope, Token
from leakhunt.model import Location
from tests.exposure.inventory.made import at, graph, listener, published, service

FULL = """\
version = 1

[[service]]
name = "db"
port = 5432
exposure = "internal"
protocol = "tcp"
inside = 5433
bind = "10.0.0.5"
environments = { dev = 15432 }
image = "postgres:16"
program = "postgres"
auth = "static-token"
allow = ["10.0.0.0/8"]
tokens = ["0123abcd"]
behind = "pgbouncer"
owner = "data"
reason = "reports read from it"
expires = 2027-01-31
elsewhere = true

[[service]]
name = "rtp"
port = 8000
last = 8010
exposure = "public"
protocol = "udp"
"""


def test_every_key_is_read() -> None:
    db, rtp = read("p.toml", FULL).entries
    assert (db.exposure, db.auth, db.expires) == (Intent.INTERNAL, Auth.STATIC_TOKEN, "2027-01-31")
    assert (db.environments, db.allow, db.tokens) == (
        {"dev": 15432},
        ("10.0.0.0/8",),
        ("0123abcd",),
    )
    assert (db.line, rtp.line) == (3, 22)
    assert rtp.ports == frozenset(range(8000, 8011))
    assert db.ports == {5432, 15432}
    assert tomllib.loads(FULL)["service"][0].keys() | {"last"} == KEYS.keys()


def changed(line: int, new: str) -> str:
    lines = FULL.splitlines()
    lines[line - 1] = new
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("version = 1\n[[service]\n", 2, "not valid TOML"),
        ("", 1, "the version of the format is missing or unknown"),
        ("\n\nversion = 2\n", 3, "the version of the format is missing or unknown"),
        ("version = 1\nservices = 1\n", 2, "unknown key 'services'"),
        ("version = 1\nservice = 3\n", 2, "'service' is no list of tables"),
        (changed(4, 'nme = "db"'), 4, "unknown key 'nme'"),
        (changed(4, ""), 3, "'name' is missing"),
        (changed(5, ""), 3, "'port' of 'db' is missing"),
        (changed(6, ""), 3, "'exposure' of 'db' is missing"),
        (changed(4, "name = 3"), 4, "'name' is not a text"),
        (changed(4, 'name = " "'), 4, "'name' is empty"),
        (changed(5, 'port = "5432"'), 5, "'port' of 'db' is not a whole number"),
        (changed(5, "port = true"), 5, "'port' of 'db' is not a whole number"),
        (changed(5, "port = 0"), 5, "'port' of 'db' is 0"),
        (changed(5, "port = 70000"), 5, "'port' of 'db' is 70000"),
        (changed(6, 'exposure = "secret"'), 6, "'exposure' is 'secret'"),
        (changed(7, 'protocol = "ftp"'), 7, "'protocol' is 'ftp'"),
        (changed(8, "inside = -1"), 8, "'inside' of 'db' is -1"),
        (changed(9, 'bind = "not an address!"'), 9, "'bind' of 'db' is 'not an address!'"),
        (changed(10, "environments = { dev = 0 }"), 10, "'environments.dev' of 'db' is 0"),
        (changed(10, 'environments = "dev"'), 10, "'environments' of 'db' is not a table"),
        (changed(10, 'environments = { dev = "1" }'), 10, "'environments' of 'db' is not a table"),
        (changed(13, 'auth = "magic"'), 13, "'auth' is 'magic'"),
        (changed(14, 'allow = ["10.0.0.0/40"]'), 14, "'10.0.0.0/40', which is no network"),
        (changed(14, 'allow = "10.0.0.0/8"'), 14, "'allow' of 'db' is not a list of texts"),
        (changed(15, "tokens = [1]"), 15, "'tokens' of 'db' is not a list of texts"),
        (changed(19, 'expires = "2027-01-31"'), 19, "'expires' of 'db' is not a day"),
        (changed(19, "expires = 2027-01-31T00:00:00"), 19, "'expires' of 'db' is not a day"),
        (changed(20, "elsewhere = 1"), 20, "'elsewhere' of 'db' is not true or false"),
        (changed(25, "last = 7000"), 25, "'last' of 'rtp' is before 'port'"),
        (changed(25, "lsat = 7000"), 25, "unknown key 'lsat'"),
        (
            'version = 1\n[[service]]\nname = "a"\nport = 1\nexposure = "internal"\n'
            'bind = "0.0.0.0"\n',
            6,
            "'a' is internal and is to be bound to every interface",
        ),
        (
            'version = 1\n[[service]]\nname = "a"\nport = 1\nexposure = "public"\n'
            '[[service]]\nname = "a"\nexposure = "public"\nport = 1\n',
            9,
            "port 1 of 'a' is declared twice, already in line 2",
        ),
    ],
)
def test_faults_are_told_with_file_and_line(text: str, line: int, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read("p.toml", text)
    assert caught.value.message.startswith(f"p.toml:{line}: ")
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_close_key_is_proposed() -> None:
    with pytest.raises(ConfigError) as caught:
        read("p.toml", changed(6, 'expsure = "internal"'))
    assert caught.value.hint == "did you mean exposure?"


def test_every_interface_needs_a_reason() -> None:
    entry = 'version = 1\n[[service]]\nname = "a"\nport = 1\nexposure = "internal"\n'
    entry += 'bind = "0.0.0.0"\nreason = "a firewall of the cloud lets in the office only"\n'
    (one,) = read("p.toml", entry).entries
    assert one.reason


@given(st.text(max_size=120))
def test_no_text_is_too_odd(odd: str) -> None:
    for start in ("", "version = 1\n", "version = 1\n[[service]]\n"):
        with contextlib.suppress(ConfigError):
            read("p.toml", start + odd)


# --- Writing

NAMES = st.text(min_size=1, max_size=20).filter(lambda name: bool(name.strip()))
PORTS = st.integers(1, 65535)
TEXTS = st.text(max_size=20)


@given(TEXTS)
def test_a_text_is_written_so_that_it_is_read_again(value: str) -> None:
    assert tomllib.loads(f"a = {text(value)}")["a"] == value


@given(
    st.lists(
        st.tuples(NAMES, PORTS, st.sampled_from(list(Reach)), st.integers(0, 5), TEXTS, TEXTS),
        max_size=5,
    )
)
def test_what_is_written_is_read_again(rows: list[tuple[str, int, Reach, int, str, str]]) -> None:
    found = [
        Opening(
            name,
            port,
            "tcp",
            (Variant("", port, "", Scope.WILDCARD, reach, Location(path, 1), "x"),),
            tier=tier,
            image=image,
        )
        for name, port, reach, tier, image, path in rows
    ]
    first = written(found)
    entries = read("p.toml", first).entries
    assert {(one.name, one.port) for one in entries} == {(row[0], row[1]) for row in rows}
    if len(entries) == len(rows):
        assert written(reversed(found)) == first


def test_an_inventory_is_written_for_people() -> None:
    token = Token("ab12", "postgres-url", "URL", "db", 5432, at(".env"), "its address")
    found = openings(
        graph(
            service(
                "db",
                published(15432, 5432, path="compose.dev.yaml", environment="dev"),
                published(5432, 5432, path="compose.yaml", image="postgres:16"),
                known="postgres",
                tier=1,
                auth=Auth.STATIC_TOKEN,
                tokens=(token,),
            ),
            service("app", listener(8000, contained=True)),
            service("cache", listener(6379, "127.0.0.1", path="redis.conf"), known="redis", tier=0),
        )
    )
    text_ = written(found)
    head, *services = text_.split("\n\n# ")
    assert head.startswith("# leakhunt-ports.toml: ")
    assert services[-1] == (
        "postgres, opened by compose.yaml, compose.dev.yaml\n"
        "[[service]]\n"
        'name = "db"\n'
        "port = 5432\n"
        'exposure = "internal"  # but open to everybody, see `leakhunt ports check`\n'
        'image = "postgres:16"\n'
        'auth = "static-token"\n'
        'tokens = ["ab12"]\n'
        "environments = { dev = 15432 }\n"
    )
    app, cache, db = read("p.toml", text_).entries
    assert (app.exposure, cache.exposure, db.exposure) == (
        Intent.CONTAINED,
        Intent.LOOPBACK,
        Intent.INTERNAL,
    )


@pytest.mark.parametrize(
    ("reach", "tier", "intent"),
    [
        (Reach.CONTAINED, 0, Intent.CONTAINED),
        (Reach.LOCAL, 5, Intent.LOOPBACK),
        (Reach.LIMITED, 4, Intent.INTERNAL),
        (Reach.UNKNOWN, 4, Intent.INTERNAL),
        (Reach.OPEN, 0, Intent.INTERNAL),
        (Reach.OPEN, 3, Intent.INTERNAL),
        (Reach.OPEN, 4, Intent.PUBLIC),
        (Reach.OPEN, 5, Intent.PUBLIC),
    ],
)
def test_what_is_meant_is_guessed(reach: Reach, tier: int, intent: Intent) -> None:
    variant = Variant("", 80, "0.0.0.0", Scope.WILDCARD, reach, at("a"), "x")
    opening = Opening("a", 80, "tcp", (variant,), tier=tier)
    assert guessed(opening)[0] is intent
    assert entry_of(opening).exposure is intent
    assert read("p.toml", written([opening])).entries[0].exposure is intent


def test_a_path_cannot_end_the_comment_that_it_stands_in() -> None:
    path = 'a\n[[service]]\nname = "b"'
    text_ = written(openings(graph(service("a", listener(80, path=path)))))
    assert len(read("p.toml", text_).entries) == 1
