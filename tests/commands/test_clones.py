"""Repositories cloned from an address: how, with whose credentials, and what never runs."""

from __future__ import annotations

import base64
import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from leakhunt.git.command import first_meaningful
from tests import tokens
from tests.git.repo import Repo
from tests.run import leakhunt, process

SHARED, OTHER = tokens.github(1), tokens.github(3)


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    Repo.init(tmp_path / "clones/two").commit(c=SHARED)
    return tmp_path / "clones"


@pytest.fixture
def served(clones: Path) -> Iterator[str]:
    """The address of a server that shows the clones to whoever logs in as ada."""
    allowed = "Basic " + base64.b64encode(f"ada:{OTHER}".encode()).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            if self.headers.get("Authorization") != allowed:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="clones"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path, _, query = self.path.partition("?")
            about = {
                "GIT_PROJECT_ROOT": str(clones),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            }
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = subprocess.run(
                ["git", "http-backend"],
                input=sent,
                env=os.environ | about,
                capture_output=True,
                check=True,
            ).stdout
            head, _, body = said.partition(b"\r\n\r\n")
            self.send_response(200)
            for line in head.decode().splitlines():
                self.send_header(*line.split(": ", 1))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_gits_own_helpers_log_in_and_nobody_is_asked(
    served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("audit", f"{served}/two/.git", "-f", "json")
    settings = tmp_path / "gitconfig"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    settings.write_text("")
    alone = leakhunt(*command, cwd=tmp_path)
    assert alone.code == 2
    assert "git clone failed" in alone.json["repositories"][0]["failed"]
    settings.write_text(
        f'[credential]\nhelper = "!f() {{ echo username=ada; echo password={OTHER}; }}; f"\n'
    )
    done = leakhunt(*command, cwd=tmp_path)
    assert (done.code, len(done.json["findings"])) == (1, 1)
    assert OTHER not in done.out + done.err


def test_a_url_is_cloned_and_the_clone_removed(
    clones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    url = (clones / "two").as_uri()
    done = leakhunt("audit", url, url + "x", "-f", "json", cwd=tmp_path)
    assert done.code == 2
    good, bad = done.json["repositories"]
    assert good["findings"] == 1
    assert "git clone failed" in bad["failed"]
    assert done.json["findings"][0]["locations"][0]["repository"] == good["name"]
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("user", ["x:{}", "{}", "oauth2:{}"])
def test_an_address_with_a_password_is_refused_without_a_word_of_it(
    user: str, tmp_path: Path
) -> None:
    url = f"https://{user.format(OTHER)}@git.example/a/b.git"
    (tmp_path / "list").write_text(url)
    for args in ((url,), ("--repos", "list")):
        said = leakhunt("audit", *args, cwd=tmp_path)
        assert said.code == 2
        assert OTHER not in said.out + said.err
        assert "password" in said.err


@pytest.mark.parametrize(
    "address",
    [
        "https://user:{}/x@git.example/a.git",
        "https://git.example/a.git?private_token={}",
        "https://git.example/a.git#{}",
        "ftp://user:{}@git.example/a.git",
        "user:{}@git.example:a.git",
        "ext::https://user:{}@git.example/a",
        "{}\0",
    ],
)
def test_an_address_of_another_kind_is_refused_without_a_word_of_it(
    address: str, tmp_path: Path
) -> None:
    (tmp_path / "list").write_text(address.format(OTHER))
    said = leakhunt("audit", "--repos", "list", cwd=tmp_path)
    assert said.code == 2
    assert OTHER not in said.out + said.err
    assert said.err.startswith("leakhunt: list:1: ")
    assert "hint: https://host/path" in said.err


@pytest.mark.parametrize(
    "address", ["--upload-pack=touch ran", "-oProxyCommand=x@host:a", "ssh://-oProxyCommand=x/a"]
)
def test_an_address_is_no_option(address: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(address)
    said = leakhunt("audit", "--repos", "list", "-f", "json", cwd=tmp_path)
    assert said.code == 2
    assert said.json["problems"][0]["kind"] == "repository-failed"
    assert not (tmp_path / "ran").exists()


def test_git_says_no_password_that_the_user_configured(tmp_path: Path) -> None:
    said = f"Cloning\nfatal: unable to access 'https://x:{OTHER}@git.example/a/': no"
    assert first_meaningful(said) == "unable to access 'https://git.example/a/': no"


def test_nothing_that_is_cloned_runs(clones: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    template = tmp_path / "template/hooks"
    template.mkdir(parents=True)
    hook = template / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    settings = tmp_path / "gitconfig"
    settings.write_text(
        f"[init]\ntemplateDir = {template.parent}\n[core]\nhooksPath = {template}\n"
    )
    evil = f"ext::sh -c touch% {ran}"
    done = process(
        *("audit", (clones / "two").as_uri(), evil, "-f", "json"),
        cwd=tmp_path,
        GIT_CONFIG_GLOBAL=str(settings),
    )
    assert done.code == 2
    assert not ran.exists()
