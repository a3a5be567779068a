"""`leakhunt ports` on a project of containers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from leakhunt.exposure.inventory.model import FILE
from leakhunt.exposure.live import look
from leakhunt.exposure.live.model import Forward, Host, Process, Socket
from tests.run import leakhunt

COMPOSE = """\
services:
  web:
    image: nginx:1.27
    ports:
      - "8080:80"
  app:
    build: ./app
    ports:
      - "127.0.0.1:8000:8000"
  redis:
    image: redis:7
    ports:
      - "6379:6379"
  db:
    image: postgres:16
    ports:
      - "127.0.0.1:5432:5432"
"""
DEV = """\
services:
  db:
    ports:
      - "5433:5432"
"""
PASSWORD = "hk83Zxq91LmP" + "wVt2"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "compose.dev.yaml").write_text(DEV)
    return tmp_path


def test_each_port_is_shown_once(shop: Path) -> None:
    result = leakhunt("ports", "show", cwd=shop)
    rows = {line.split()[0]: line.split()[1:] for line in result.out.splitlines()[1:5]}
    assert rows["app"][:3] == ["8000", "127.0.0.1", "local"]
    assert rows["db"][:6] == ["5432", "(5433", "in", "dev)", "*", "open"]
    assert rows["db"][-2:] == ["compose.dev.yaml:4,", "compose.yaml:17"]
    assert rows["redis"][:4] == ["6379", "*", "open", "redis"]
    assert rows["web"][:3] == ["8080:80", "*", "open"]


def test_what_is_open_to_everybody_fails_the_check(shop: Path) -> None:
    assert leakhunt("ports", "init", cwd=shop).code == 0
    entries = {one["name"]: one for one in tomllib.loads((shop / FILE).read_text())["service"]}
    assert {name: one["exposure"] for name, one in entries.items()} == {
        "app": "loopback",
        "db": "internal",
        "redis": "internal",
        "web": "public",
    }
    assert entries["db"]["environments"] == {"dev": 5433}
    (db, redis) = leakhunt("ports", "check", "-f", "json", cwd=shop).json["faults"]
    assert (db["kind"], db["path"], db["line"]) == ("wider", "compose.dev.yaml", 4)
    assert (redis["name"], redis["path"], redis["line"]) == ("redis", "compose.yaml", 13)
    (shop / "compose.yaml").write_text(COMPOSE.replace('"6379:', '"127.0.0.1:6379:'))
    (shop / "compose.dev.yaml").unlink()
    assert leakhunt("ports", "check", cwd=shop).code == 0


def test_tokens_are_told_by_their_fingerprints(shop: Path) -> None:
    (shop / ".env").write_text(f"POSTGRES_PASSWORD={PASSWORD}\n")
    result = leakhunt("ports", "show", "--tokens", "-f", "json", cwd=shop)
    (db,) = [one for one in result.json["services"] if one["name"] == "db"]
    (token,) = db["tokens"]
    assert (token["path"], token["line"]) == (".env", 1)
    written = leakhunt("ports", "init", "--tokens", "-o", "-", cwd=shop)
    assert f'tokens = ["{token["fingerprint"]}"]' in written.out
    assert PASSWORD not in result.out + written.out


def test_live_joins_containers(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(
        (
            Socket("tcp", "0.0.0.0", 8080, owners=(Process(1, "docker-proxy"),)),
            Socket("tcp", "127.0.0.1", 8000, owners=(Process(2, "docker-proxy"),)),
        ),
        (
            Forward("tcp", "0.0.0.0", 8080, "docker", "80", "shop-web-1", "web"),
            Forward("tcp", "127.0.0.1", 8000, "docker", "8000", "shop-app-1", "app"),
            Forward("tcp", "0.0.0.0", 6379, "docker", "6379", "shop-redis-1", "redis"),
        ),
    )
    monkeypatch.setattr(look, "look", lambda: host)
    leakhunt("ports", "init", cwd=shop)
    result = leakhunt("ports", "live", "--check", "-f", "json", cwd=shop)
    states = {one["name"]: one["live"]["state"] for one in result.json["services"]}
    assert result.code == 1
    assert states == {
        "app": "live_loopback",
        "db": "not_listening",
        "redis": "nat_published",
        "web": "live_wildcard",
    }
    faults = {one["name"]: one.get("fault") for one in result.json["services"]}
    assert faults == {"app": None, "db": "down", "redis": "wider", "web": None}
    owners = {one["name"]: one["live"]["owner"] for one in result.json["services"]}
    assert owners == {"app": "matched", "db": "unknown", "redis": "matched", "web": "matched"}


def test_verify_of_a_published_port(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = Process(7, "redis-server", "/usr/bin/redis-server")
    host = Host((Socket("tcp", "0.0.0.0", 6379, owners=(process,)),))
    monkeypatch.setattr(look, "look", lambda: host)
    monkeypatch.setattr("leakhunt.exposure.live.confirm.confirmed", lambda *_: None)
    command = ("scan", "-j1", "--select", "exposure-compose-ports", "-f", "json", "--verify", ".")
    found = leakhunt(*command, cwd=shop).json["findings"]
    by_port = {one["properties"]["published_port"]: one for one in found}
    assert by_port[6379]["verdict"]["state"] == "active"
    assert by_port[6379]["severity"] == "critical"
    assert by_port[5433]["verdict"]["state"] == "inactive"
    assert by_port[5433]["severity"] == "medium"


def test_a_port_that_the_system_chooses_is_no_port_to_watch(tmp_path: Path) -> None:
    text = "services:\n  cache:\n    image: redis:7\n    ports: ['6379']\n"
    (tmp_path / "compose.yaml").write_text(text)
    shown = leakhunt("ports", "show", cwd=tmp_path).out
    assert "No file opens a port." in shown
    assert "compose.yaml:4: a random port for 6379 of cache" in shown
    found = leakhunt("scan", "--select", "exposure", "-f", "json", cwd=tmp_path).json["findings"]
    assert [one["severity"] for one in found] == ["critical"]
    assert "a random port for 6379" in found[0]["title"]
