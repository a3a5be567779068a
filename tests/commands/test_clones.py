"""Repositories cloned from an address: how, with whose credentials, and what never runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from leakhunt.git.command import first_meaningful
from tests import tokens
from tests.git.repo import Repo
from tests.git.served import Served, serving
from tests.run import leakhunt, process

SHARED, OTHER = tokens.github(1), tokens.github(3)


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    Repo.init(tmp_path / "clones/two").commit(c=SHARED)
    return tmp_path / "clones"


@pytest.fixture(params=["http", "https"])
def served(request: pytest.FixtureRequest, clones: Path, tmp_path: Path) -> Iterator[Served]:
    """A server that shows the clones to whoever logs in as ada."""
    with serving(clones, f"ada:{OTHER}", tmp_path if request.param == "https" else None) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own configuration of git, empty at first."""
    file = tmp_path / "gitconfig"
    file.write_text("")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))
    return file


def test_gits_own_helpers_log_in_and_nobody_is_asked(
    served: Served, settings: Path, tmp_path: Path
) -> None:
    command = ("audit", f"{served.address}/two/.git", "-f", "json")
    settings.write_text(served.trust)
    alone = leakhunt(*command, cwd=tmp_path)
    assert alone.code == 2
    said = alone.json["repositories"][0]["failed"]
    assert "git clone failed" in said
    assert "could not read Username" in said
    settings.write_text(served.settings("ada", OTHER))
    done = leakhunt(*command, cwd=tmp_path)
    assert (done.code, len(done.json["findings"])) == (1, 1)
    assert OTHER not in done.out + done.err
    settings.write_text(served.settings("ada", SHARED))
    wrong = leakhunt(*command, cwd=tmp_path)
    assert "Authentication failed" in wrong.json["repositories"][0]["failed"]
    assert SHARED not in wrong.out + wrong.err


def test_a_server_that_nobody_vouches_for_is_told_nothing(
    clones: Path, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(clones, f"ada:{OTHER}", tmp_path) as server:
        command = ("audit", f"{server.address}/two/.git", "-f", "json")
        settings.write_text(server.settings("ada", OTHER).replace(server.trust, ""))
        strange = leakhunt(*command, cwd=tmp_path)
        assert (strange.code, server.asked) == (2, [])
        assert "certificate" in strange.json["repositories"][0]["failed"]
        monkeypatch.setenv("GIT_SSL_CAINFO", str(server.authority))
        known = leakhunt(*command, cwd=tmp_path)
    assert (known.code, len(known.json["findings"])) == (1, 1)


def test_a_list_of_addresses_is_cloned_and_no_report_knows_who_logged_in(
    clones: Path, settings: Path, tmp_path: Path
) -> None:
    Repo.init(clones / "three").commit(c=tokens.github(5))
    forms = ("json", "jsonl", "sarif", "html", "markdown", "csv")
    with serving(clones, f"ada:{OTHER}", tmp_path) as server:
        settings.write_text(server.settings("ada", OTHER))
        addresses = [f"{server.address}/{name}/.git" for name in ("two", "three", "none")]
        (tmp_path / "list").write_text("# ours\n" + "\n".join(addresses) + "\n")
        reports = [f"--report={form}={tmp_path / form}" for form in forms]
        done = leakhunt("audit", "--repos", "list", *reports, cwd=tmp_path)
        assert done.code == 2
        assert len(server.asked) == 2
    for said in (done.out + done.err, *((tmp_path / form).read_text("utf-8") for form in forms)):
        assert all(name in said for name in ("two", "three"))
        for secret in (OTHER, SHARED, tokens.github(5)):
            assert secret not in said
    report = json.loads((tmp_path / "json").read_text("utf-8"))
    assert len(report["findings"]) == 2
    assert [one["findings"] for one in report["repositories"]] == [1, 1, 0]


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
