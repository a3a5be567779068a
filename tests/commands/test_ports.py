"""`leakhunt ports` as users meet it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from leakhunt.exposure.inventory.model import FILE
from leakhunt.exposure.live import look
from leakhunt.exposure.live.model import Host, Process, Socket
from tests.exposure.live.servers import (
    LINUX,
    awaited,
    free_port,
    needs,
    opener,
    serving,
    started,
)
from tests.repo import Repo
from tests.run import leakhunt

SERVER = """\
import http.server
http.server.HTTPServer(("{host}", {port}), None).serve_forever()
"""


def server(folder: Path, host: str = "0.0.0.0", port: int = 8765, name: str = "app.py") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(SERVER.format(host=host, port=port))


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    """A host on which one port is open to everybody, in place of this one."""
    process = Process(42, "python3", "/usr/bin/python3", "/", ("python3", "--password", "s3cr3t"))
    made = Host((Socket("tcp", "0.0.0.0", 8765, owners=(process,)), Socket("tcp", "::1", 9)))
    monkeypatch.setattr(look, "look", lambda: made)
    return made


# --- show


def test_show_lists_ports_with_file_and_line(tmp_path: Path) -> None:
    server(tmp_path)
    server(tmp_path, "127.0.0.1", 9, "near.py")
    result = leakhunt("ports", "show", cwd=tmp_path)
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].split() == ["SERVICE", "PORT", "BIND", "REACH", "OPENED", "BY"]
    assert lines[1].split()[1:] == ["8765", "0.0.0.0", "open", "app.py:2"]
    assert lines[2].split()[1:] == ["9", "127.0.0.1", "local", "near.py:2"]
    assert "2 ports of 2 services: 1 open and 1 local." in result.out


def test_show_of_nothing(tmp_path: Path) -> None:
    result = leakhunt("ports", "show", cwd=tmp_path)
    assert (result.code, result.out) == (0, "No file opens a port.\n")


def test_tests_and_examples_are_left_out_and_counted(tmp_path: Path) -> None:
    server(tmp_path, name="tests/test_a.py")
    result = leakhunt("ports", "show", cwd=tmp_path)
    assert "Left out    1 port in tests and examples: --all lists them." in result.out
    everything = leakhunt("ports", "show", "--all", cwd=tmp_path)
    assert "tests/test_a.py:2" in everything.out


def test_show_as_json(tmp_path: Path) -> None:
    server(tmp_path)
    result = leakhunt("ports", "show", "-f", "json", cwd=tmp_path)
    (one,) = result.json["services"]
    assert (one["port"], one["reach"], one["bind"]) == (8765, "open", "0.0.0.0")
    assert (one["opened_by"][0]["path"], one["opened_by"][0]["line"]) == ("app.py", 2)
    saved = leakhunt("ports", "show", "-f", "json", "-o", "a.json", cwd=tmp_path)
    assert (saved.code, saved.out) == (0, "")
    assert json.loads((tmp_path / "a.json").read_text()) == result.json


def test_show_works_on_one_file(tmp_path: Path) -> None:
    server(tmp_path)
    server(tmp_path, name="b.py", port=9)
    result = leakhunt("ports", "show", "-f", "json", tmp_path / "b.py", cwd=tmp_path)
    assert [one["port"] for one in result.json["services"]] == [9]


def test_a_bare_repository_is_read_at_its_head(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    server(repo.path, port=1)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "one")
    server(repo.path, port=2)
    repo.git("commit", "-q", "-a", "-m", "two")
    bare = tmp_path / "bare.git"
    repo.git("clone", "-q", "--bare", str(repo.path), str(bare))
    result = leakhunt("ports", "show", "-f", "json", bare, cwd=tmp_path)
    assert [one["port"] for one in result.json["services"]] == [2]
    checked = leakhunt("ports", "check", bare, cwd=tmp_path)
    assert checked.code == 2
    assert f"there is no {FILE}" in checked.err


@pytest.mark.parametrize("path", ["missing", "empty.git"])
def test_what_cannot_be_read_is_said(path: str, tmp_path: Path) -> None:
    Repo(tmp_path / "empty.git", "--bare")
    result = leakhunt("ports", "show", path, cwd=tmp_path)
    assert result.code == 2
    assert result.err.startswith(("leakhunt: missing: no such file", "leakhunt: 'HEAD' is no"))
    assert "Traceback" not in result.err


def test_names_with_escapes_are_shown_as_text(tmp_path: Path) -> None:
    server(tmp_path, name="a\x1b[31m.py")
    result = leakhunt("ports", "show", cwd=tmp_path)
    assert "\x1b" not in result.out
    assert r"a\x1b[31m.py:2" in result.out


# --- init


def test_init_writes_an_inventory_that_check_accepts(tmp_path: Path) -> None:
    server(tmp_path)
    server(tmp_path, "127.0.0.1", 9, "near.py")
    result = leakhunt("ports", "init", cwd=tmp_path)
    assert result.code == 0
    assert re.search(rf"Wrote \S*{FILE}: 2 ports of 2 services\.", result.out)
    first = (tmp_path / FILE).read_bytes()
    entries = tomllib.loads(first.decode())["service"]
    assert {(one["port"], one["exposure"]) for one in entries} == {
        (8765, "public"),
        (9, "loopback"),
    }
    assert leakhunt("ports", "check", cwd=tmp_path).code == 0
    assert leakhunt("ports", "init", "--force", cwd=tmp_path).code == 0
    assert (tmp_path / FILE).read_bytes() == first


def test_init_replaces_nothing_unasked(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("precious")
    result = leakhunt("ports", "init", cwd=tmp_path)
    assert result.code == 2
    assert "there is one already" in result.err
    assert (tmp_path / FILE).read_text() == "precious"


def test_init_can_write_to_standard_output(tmp_path: Path) -> None:
    server(tmp_path)
    result = leakhunt("ports", "init", "-o", "-", cwd=tmp_path)
    assert tomllib.loads(result.out)["service"][0]["port"] == 8765
    assert not (tmp_path / FILE).exists()


def test_init_tells_what_is_open_to_everybody(tmp_path: Path) -> None:
    redis = 'services:\n  redis:\n    image: redis\n    ports: ["6379:6379"]\n'
    (tmp_path / "compose.yml").write_text(redis)
    result = leakhunt("ports", "init", cwd=tmp_path)
    assert "(6379): it is open to everybody." in result.out
    assert leakhunt("ports", "check", cwd=tmp_path).code == 1


# --- check


def declare(folder: Path, *entries: str) -> None:
    services = "".join(f"\n[[service]]\n{entry}\n" for entry in entries)
    (folder / FILE).write_text(f"version = 1\n{services}")


def test_check_tells_what_differs(tmp_path: Path) -> None:
    server(tmp_path)
    declare(tmp_path, 'name = "old"\nport = 1\nexposure = "public"')
    result = leakhunt("ports", "check", cwd=tmp_path)
    assert result.code == 1
    assert "app.py:2\n    port 8765 of" in result.out
    assert f"{FILE}:3\n    no file opens port 1 of 'old' any more" in result.out
    assert "2 differences: 1 undeclared and 1 stale" in result.out


def test_check_for_programs_and_for_ci(tmp_path: Path) -> None:
    server(tmp_path)
    declare(tmp_path)
    (one,) = leakhunt("ports", "check", "-f", "json", cwd=tmp_path).json["faults"]
    assert (one["kind"], one["path"], one["line"]) == ("undeclared", "app.py", 2)
    result = leakhunt("ports", "check", "-f", "github", cwd=tmp_path)
    assert result.code == 1
    assert result.out.startswith("::error file=app.py,line=2,title=leakhunt ports%3A undeclared::")


def test_check_says_nothing_of_tests_even_with_all(tmp_path: Path) -> None:
    server(tmp_path, name="tests/test_a.py")
    declare(tmp_path)
    assert leakhunt("ports", "check", "--all", cwd=tmp_path).code == 0


def test_a_broken_inventory_is_told_with_its_line(tmp_path: Path) -> None:
    declare(tmp_path, 'name = "a"\nport = 1\nexposure = "pubic"')
    for command in ("show", "check", "live"):
        result = leakhunt("ports", command, cwd=tmp_path)
        assert result.code == 2
        assert result.err.splitlines()[0] == f"leakhunt: {FILE}:6: 'exposure' is 'pubic'"
    (tmp_path / FILE).write_bytes(b"version = 1\n\xff")
    result = leakhunt("ports", "check", cwd=tmp_path)
    assert result.err.startswith(f"leakhunt: {FILE}:2: not UTF-8")


def test_another_inventory_can_be_named(tmp_path: Path) -> None:
    server(tmp_path, "127.0.0.1")
    (tmp_path / "i.toml").write_text(
        'version = 1\n[[service]]\nname = "app.py"\nport = 8765\nexposure = "loopback"\n'
    )
    assert leakhunt("ports", "check", "--inventory", "i.toml", cwd=tmp_path).code in (0, 1)
    missing = leakhunt("ports", "check", "--inventory", "no.toml", cwd=tmp_path)
    assert (missing.code, "no.toml" in missing.err) == (2, True)


# --- diff


def test_diff_since_a_commit(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    server(repo.path, "127.0.0.1")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "one")
    assert leakhunt("ports", "diff", "--since", "HEAD", cwd=repo.path).code == 0
    server(repo.path, "0.0.0.0")
    server(repo.path, port=9, name="new.py")
    result = leakhunt("ports", "diff", "--since", "HEAD", cwd=repo.path)
    assert result.code == 1
    assert re.search(r"\+ opened +\S+ +9 +0\.0\.0\.0 \(open\) +new\.py:2", result.out)
    assert "127.0.0.1 (local) -> 0.0.0.0 (open)" in result.out
    assert "Since HEAD: 1 opened and 1 wider." in result.out


def test_diff_since_a_save(tmp_path: Path) -> None:
    server(tmp_path)
    leakhunt("ports", "show", "-f", "json", "-o", "a.json", cwd=tmp_path)
    assert leakhunt("ports", "diff", "--saved", "a.json", cwd=tmp_path).code == 0
    (tmp_path / "app.py").unlink()
    result = leakhunt("ports", "diff", "--saved", "a.json", "-f", "json", cwd=tmp_path)
    assert (result.code, [one["kind"] for one in result.json["changes"]]) == (1, ["closed"])


def test_diff_of_sockets(tmp_path: Path, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    server(tmp_path)
    saved = leakhunt("ports", "live", "-f", "json", "-o", "a.json", cwd=tmp_path)
    assert saved.code == 0
    assert leakhunt("ports", "diff", "--saved", "a.json", cwd=tmp_path).code == 0
    monkeypatch.setattr(look, "look", lambda: Host((Socket("tcp", "0.0.0.0", 9),)))
    result = leakhunt("ports", "diff", "--saved", "a.json", cwd=tmp_path)
    assert result.code == 1
    assert "Since a.json: 1 wider and 1 closed." in result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nothing to compare with"),
        (("--since", "a", "--saved", "b"), "nothing to compare with, or too much"),
        (("--saved", "no.json"), "no.json: No such file"),
        (("--since", "nowhere"), "'nowhere' is no commit"),
        (("--since", "--output=x"), "is no"),
    ],
)
def test_diff_with_nothing(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.commit("a", "a")
    result = leakhunt("ports", "diff", *arguments, cwd=repo.path)
    assert result.code == 2
    assert message in result.err


# --- live


def test_live_joins_files_and_sockets(tmp_path: Path, host: Host) -> None:
    server(tmp_path)
    server(tmp_path, "127.0.0.1", 77, "near.py")
    result = leakhunt("ports", "live", cwd=tmp_path)
    assert result.code == 0
    assert re.search(r"8765 +0\.0\.0\.0 +every interface \(0\.0\.0\.0:8765\) +ok", result.out)
    assert re.search(r"77 +127\.0\.0\.1 +nothing +DOWN", result.out)
    assert "2 ports found in files: 1 up and 1 down." in result.out
    assert "python3 (42)" in result.out


def test_the_command_lines_of_processes_are_not_shown(tmp_path: Path, host: Host) -> None:
    server(tmp_path)
    for shape in ("terminal", "json"):
        result = leakhunt("ports", "live", "--undeclared", "-f", shape, cwd=tmp_path)
        assert "s3cr3t" not in result.out + result.err


def test_live_lists_what_nobody_declares(tmp_path: Path, host: Host) -> None:
    few = leakhunt("ports", "live", cwd=tmp_path)
    assert "2 other sockets of this host: --undeclared lists them." in few.out
    result = leakhunt("ports", "live", "--undeclared", cwd=tmp_path)
    assert "declared nowhere:" in result.out
    assert "[::1]:9" in result.out


@pytest.mark.parametrize(
    ("exposure", "port", "code"),
    [("public", 8765, 0), ("internal", 8765, 1), ("loopback", 8765, 1), ("public", 8766, 1)],
)
def test_live_check_is_a_monitor(
    exposure: str, port: int, code: int, tmp_path: Path, host: Host
) -> None:
    declare(tmp_path, f'name = "a"\nport = {port}\nexposure = "{exposure}"\nelsewhere = true')
    assert leakhunt("ports", "live", "--check", cwd=tmp_path).code == code
    assert leakhunt("ports", "live", cwd=tmp_path).code == 0


def test_live_check_needs_an_inventory(tmp_path: Path, host: Host) -> None:
    result = leakhunt("ports", "live", "--check", cwd=tmp_path)
    assert (result.code, f"there is no {FILE}" in result.err) == (2, True)


def test_what_is_not_known_is_no_good_news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "look", lambda: Host((), blind=("it is dark",)))
    declare(tmp_path, 'name = "a"\nport = 1\nexposure = "public"')
    result = leakhunt("ports", "live", "--check", cwd=tmp_path)
    assert (result.code, "it is dark" in result.out) == (2, True)
    assert leakhunt("ports", "live", "--check", "--allow-gaps", cwd=tmp_path).code == 0


def test_live_can_watch_one_service(tmp_path: Path, host: Host) -> None:
    declare(
        tmp_path,
        'name = "up"\nport = 8765\nexposure = "public"',
        'name = "down"\nport = 1\nexposure = "public"\nenvironments = { dev = 9 }',
    )
    watched = ("ports", "live", "--check", "--service")
    assert leakhunt(*watched, "up", cwd=tmp_path).code == 0
    assert leakhunt(*watched, "down", cwd=tmp_path).code == 1
    assert leakhunt(*watched, "down", "--environment", "dev", cwd=tmp_path).code == 0
    result = leakhunt(*watched, "upp", cwd=tmp_path)
    assert result.code == 2
    assert "--service upp: there is no such service\nhint: did you mean up?" in result.err


@LINUX
@pytest.mark.parametrize(("bind", "code"), [("127.0.0.1", 0), ("0.0.0.0", 1)])
def test_live_check_of_a_real_process(bind: str, code: int, tmp_path: Path) -> None:
    with serving(opener(bind), cwd=tmp_path) as (pid, port):
        declare(tmp_path, f'name = "a"\nport = {port}\nexposure = "loopback"\nelsewhere = true')
        result = leakhunt("ports", "live", "--check", "--confirm", cwd=tmp_path)
        document = leakhunt("ports", "live", "-f", "json", cwd=tmp_path).json
    assert result.code == code
    assert "confirmed" in result.out
    (one,) = document["services"]
    assert one["live"]["sockets"][0]["processes"][0]["pid"] == pid
    assert one["live"]["owner"] == "matched"
    assert leakhunt("ports", "live", "--check", cwd=tmp_path).code == 1


@LINUX
@needs("redis-server")
def test_live_check_of_a_real_database(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "redis.conf").write_text(f"bind 127.0.0.1\nport {port}\n")
    assert leakhunt("ports", "init", cwd=tmp_path).code == 0
    check = ("ports", "live", "--check", "--confirm")
    assert leakhunt(*check, cwd=tmp_path).code == 1  # it is down
    command = ["redis-server", "--port", str(port), "--save", "", "--bind"]
    for bind, code, said in (("127.0.0.1", 0, " ok "), ("0.0.0.0", 1, "WIDER")):
        with started([*command, bind], cwd=tmp_path) as process:
            awaited(process, port)
            result = leakhunt(*check, cwd=tmp_path)
        assert result.code == code, result.out
        row = next(line for line in result.out.splitlines() if f" {port} " in line)
        assert said in row
        assert f"redis-server ({process.pid})" in row
        assert row.endswith("confirmed")


# --- --verify


@LINUX
@pytest.mark.parametrize(
    ("bind", "state", "severity"),
    [
        ("0.0.0.0", "active", "medium"),
        ("127.0.0.1", "inactive", "info"),
        (None, "inactive", "info"),
    ],
)
def test_verify_judges_by_what_listens(
    bind: str | None, state: str, severity: str, tmp_path: Path
) -> None:
    port = free_port()
    server(tmp_path, port=port)
    command = ("scan", "-j1", "--select", "exposure", "--min-severity", "info", "-f", "json", ".")
    (plain,) = leakhunt(*command, cwd=tmp_path).json["findings"]
    assert (plain["severity"], plain["verdict"]["state"]) == ("low", "unchecked")
    if bind is None:
        (one,) = leakhunt(*command, "--verify", cwd=tmp_path).json["findings"]
    else:
        with serving(opener(bind, port=port), cwd=tmp_path):
            (one,) = leakhunt(*command, "--verify", cwd=tmp_path).json["findings"]
    assert (one["verdict"]["state"], one["severity"]) == (state, severity)
    assert str(port) in one["verdict"]["reason"]
    assert one["fingerprint"] == plain["fingerprint"]
