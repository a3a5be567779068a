"""Hostile and broken files, and where things stand in good ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.exposure import argv, gate, ports, reading
from leakhunt.exposure.model import Scope, Setting
from leakhunt.exposure.rows import load as load_rows
from leakhunt.exposure.settings import rows_of
from leakhunt.exposure.surroundings import environment_of, setting_of
from leakhunt.globs import name_matches

PATHS = ("a.py", "a.js", "a.go", "A.java", "a.c", "a.rs", "a.sh", "Dockerfile", "compose.yml")
PATHS += ("k.yaml", "values.yaml", "main.tf", "redis.conf", "nginx.conf", "package.json", ".env")
PIECES = st.sampled_from(
    (
        *("services:", "ports:", "-", "[", "]", "{", "}", '"', "'", "0.0.0.0", "::", "127.0.0.1"),
        *("6379:6379", "listen", "bind(", "app.run(", "host=", "\n", "kind: Service", "<<: *a"),
        *("type: LoadBalancer", "resource", "ingress", "cidr_blocks", "=", "&a", "docker run -p"),
        *("|", "\\", "$", "${X:-0}", "{{", "}}", "#"),
    )
)


@given(st.sampled_from(PATHS), st.lists(PIECES, max_size=60).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_nothing_is_raised(path: str, text: str) -> None:
    content = text.encode()
    gate.promising(path, content)
    found = reading.read(path, content)
    assert found == reading.read(path, content)
    for item in found.listeners if found else ():
        assert 1 <= (item.where.line or 0) <= text.count("\n") + 1


@given(st.sampled_from(PATHS), st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_will_do(path: str, content: bytes) -> None:
    reading.read(path, content)
    gate.promising(path, content)


def test_places_count_code_points() -> None:
    text = 'from flask import Flask\napp = Flask("ä")\nx = "äö"; app.run(host="0.0.0.0")\n'
    found = reading.read("a.py", text.encode())
    assert found is not None
    (one,) = found.listeners
    assert text.splitlines()[2][one.where.column - 1 : one.where.end_column - 1] == "0.0.0.0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", ("", 0, None, 80, "tcp")),
        ("8080:80", ("", 8080, None, 80, "tcp")),
        ("8080:80/udp", ("", 8080, None, 80, "udp")),
        ("127.0.0.1:8080:80", ("127.0.0.1", 8080, None, 80, "tcp")),
        ("127.0.0.1::80", ("127.0.0.1", 0, None, 80, "tcp")),
        ("[::1]:8080:80", ("::1", 8080, None, 80, "tcp")),
        ("0.0.0.0:3000-3005:3000-3005", ("0.0.0.0", 3000, 3005, 3000, "tcp")),
        ("${}:80", ("", None, None, 80, "tcp")),
        ("${}:8080:80", ("${}", 8080, None, 80, "tcp")),
        ("8080:${}", ("", 8080, None, None, "tcp")),
    ],
)
def test_short_ports(text: str, expected: tuple[object, ...]) -> None:
    port = ports.short(text)
    assert port is not None
    assert (port.host, port.outer, port.last, port.inner, port.protocol) == expected


@pytest.mark.parametrize("text", ["", "a", "a:b", "80:a", "1:2:3:4", "http://x"])
def test_no_ports(text: str) -> None:
    assert ports.short(text) is None


def programs(text: str) -> list[tuple[str, list[str]]]:
    content = text.encode()
    found = argv.commands(content, 0, len(content), {"H": "0.0.0.0"}.get)
    return [(one.program, [word.text for word in one.words]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b c", [("a", ["b", "c"])]),
        ("sudo -E a b", [("a", ["b"])]),
        ("A=1 B=2 a b", [("a", ["b"])]),
        ("a; b | c && d & e", [("a", []), ("b", []), ("c", []), ("d", []), ("e", [])]),
        ("a 'b c' \"d e\"", [("a", ["b c", "d e"])]),
        ("a \\\n  b", [("a", ["b"])]),
        ("a # b", [("a", [])]),
        ("a > x 2>&1 b", [("a", ["b"])]),
        ("sh -c 'a b; c'", [("a", ["b"]), ("c", [])]),
        ("exec /usr/bin/a b", [("a", ["b"])]),
        ("a --host $H ${P:-80} ${Q}", [("a", ["--host", "0.0.0.0", "80", "${}"])]),
        ("poetry run a b", [("a", ["b"])]),
        ("python -m a b", [("python", ["-m", "a", "b"]), ("a", ["b"])]),
        ("python a.py b", [("python", ["a.py", "b"]), ("a.py", ["b"])]),
        ("timeout 5 a b", [("a", ["b"])]),
        ("export A=1", [("", [])]),
    ],
)
def test_command_lines(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert programs(text) == expected


@pytest.mark.parametrize(
    ("path", "setting"),
    [
        ("src/app.py", Setting.PRODUCT),
        ("tests/a.py", Setting.TEST),
        ("a/b_test.go", Setting.TEST),
        ("src/test_a.py", Setting.TEST),
        ("src/a.spec.ts", Setting.TEST),
        ("src/FooTest.java", Setting.TEST),
        ("examples/a.py", Setting.EXAMPLE),
        ("docs/a.sh", Setting.EXAMPLE),
        (".env.example", Setting.EXAMPLE),
        ("deps/x/test.sh", Setting.TEST),
        ("src/latest.py", Setting.PRODUCT),
        ("src/latest/a.py", Setting.PRODUCT),
        ("contest/a.py", Setting.PRODUCT),
        ("docker-compose.staging.yml", Setting.PRODUCT),
    ],
)
def test_surroundings(path: str, setting: Setting) -> None:
    assert setting_of(path) is setting


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        (".env.production", "prod"),
        ("docker-compose.dev.yml", "dev"),
        ("envs/staging/values.yaml", "staging"),
        ("values-prd.yaml", "prod"),
        ("compose.yml", ""),
    ],
)
def test_environments(path: str, environment: str) -> None:
    assert environment_of(path) == environment


def test_an_unknown_host_is_no_wildcard() -> None:
    found = reading.read(
        "compose.yml", b'services:\n  a:\n    image: redis\n    ports: ["${H}:1:1"]\n'
    )
    assert found is not None
    assert [one.scope for one in found.publications] == [Scope.UNKNOWN]


def test_schemas_beside_a_service_are_passed_over_and_lines_stay() -> None:
    schema = "apiVersion: v1\nkind: CustomResourceDefinition\nspec:\n  args: [--host=0.0.0.0]\n"
    service = "kind: Service\nmetadata: {name: redis}\nspec:\n  type: NodePort\n"
    text = f"---\n{schema}---\n{service}  ports: [{{port: 6379}}]\n--- # next\n{schema}"
    found = reading.read("all.yaml", text.encode())
    assert found is not None
    assert [one.where.line for one in found.publications] == [11]
    assert found.listeners == ()


def test_directives_count_however_many_there_are() -> None:
    many = b"rename-command A B\n" * 25_000
    found = reading.read("redis.conf", many + b"bind 0.0.0.0\n")
    assert found is not None
    assert [(one.host, one.where.line) for one in found.listeners] == [("0.0.0.0", 25_001)]


def test_a_browser_that_strangers_may_control() -> None:
    python = 'b = p.chromium.launch(args=["--remote-debugging-address=0.0.0.0"])\n'
    selenium = 'options.add_argument("--remote-debugging-address=0.0.0.0")\n'
    for text in (python, selenium):
        found = reading.read("a.py", text.encode())
        assert found is not None
        assert [one.known for one in found.listeners] == ["cdp"]
    near = python.replace("0.0.0.0", "127.0.0.1")
    found = reading.read("a.py", near.encode())
    assert found is None or not any(one.scope.value == "wildcard" for one in found.listeners)


PATH = st.lists(
    st.sampled_from(
        (
            *(
                "redis",
                ".conf",
                "nginx",
                ".d",
                "config",
                "/",
                "\\",
                "a.",
                "yml",
                "postgresql",
                "INI",
            ),
            *("values", ".yaml", "elasticsearch", "application", "-prod", ".env", "my.cnf", "etcd"),
        )
    ),
    max_size=6,
).map("".join)


@given(PATH)
@settings(deadline=None)
def test_rows_of_a_path_are_those_of_which_a_glob_matches(path: str) -> None:
    rows = [row for row in load_rows() if row.form == "setting"]
    expected = [row for row in rows if any(name_matches(glob, path) for glob in row.files)]
    assert list(rows_of(path)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a: &a {x: 1, <<: [a]}\nb: {<<: *a, c: *a}\n",
        "a: &a\n  b: &b\n    c: *a\nd: *b\n",
        "x0: &x0 {k: 1}\n"
        + "".join(f"x{n}: &x{n} {{a: *x{n - 1}, b: *x{n - 1}}}\n" for n in range(1, 60)),
        "x0: &x0\n  k: 1\n"
        + "".join(f"x{n}: &x{n}\n  a: *x{n - 1}\n  b: *x{n - 1}\n" for n in range(1, 60)),
    ],
)
def test_aliases_without_end_leave_all_else_read(text: str) -> None:
    service = 'services:\n  r:\n    image: redis\n    ports: ["6379:6379"]\n'
    for path in ("compose.yml", "values.yaml"):
        found = reading.read(path, (service + text).encode())
        if path == "compose.yml":
            assert found is not None
            assert [one.port for one in found.publications] == [6379]
