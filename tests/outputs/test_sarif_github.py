"""What GitHub accepts and what it refuses, as far as it is known; and what it should not get."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from leakhunt.git.provenance import public
from leakhunt.model import Finding, Problem, Secret, Suppression
from leakhunt.outputs import sarif_github
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt

from . import samples
from .helpers import written
from .samples import AWS, GITHUB, finding, old, place
from .test_sarif import OURS, TOOL, check, validated


def of(*findings: Finding, **more: Any) -> dict[str, Any]:
    report = dataclasses.replace(samples.clean(), findings=findings, **more)
    document: dict[str, Any] = json.loads(written("sarif-github", report))
    within_limits(document)
    return document


def test_exposures_that_nobody_is_shown_are_no_alerts(tmp_path: Path) -> None:
    ports = "".join(f"  s{n}:\n    image: nginx\n    ports: ['{n}:80']\n" for n in (8080, 8081))
    (tmp_path / "compose.yaml").write_text(f"services:\n{ports}")
    everything = leakhunt("scan", "-f", "sarif", cwd=tmp_path).json["runs"][0]["results"]
    levels = {result["properties"]["severity"] for result in everything}
    assert levels <= {"low", "info"}
    done = leakhunt("scan", "-f", "sarif-github", cwd=tmp_path).json
    within_limits(done)
    assert done["runs"][0]["results"] == []
    (note,) = done["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert f"{len(everything)} exposures" in note["message"]["text"]
    shown = leakhunt("scan", "-f", "sarif-github", "--min-severity", "info", cwd=tmp_path).json
    assert len(shown["runs"][0]["results"]) == len(everything)


def within_limits(document: dict[str, Any]) -> None:
    """Assert what is known to make GitHub refuse a file, or to show less of it."""
    check(document)
    (run,) = document["runs"]
    assert len(gzip.compress(json.dumps(document).encode())) <= 10_000_000
    assert len(run["results"]) <= 5_000
    driver = run["tool"]["driver"]
    assert driver["name"]
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"])
    for rule in driver["rules"]:
        assert 0 < len(rule.get("name", "x")) <= 255
        for key in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[key]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        tags = rule["properties"]["tags"]
        assert len(set(tags)) == len(tags) <= 10
        assert "security" in tags
        score = rule["properties"]["security-severity"]
        assert isinstance(score, str)
        assert 0.1 <= float(score) <= 10
        assert rule["properties"]["precision"] in {"very-high", "high", "medium", "low"}
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"error", "warning", "note"}
        assert "rank" not in result
        assert result.get("kind", "fail") == "fail"
        assert "suppressions" not in result
        assert len(result["locations"]) == 1
        assert len(result.get("relatedLocations", ())) < 100
        assert re.fullmatch(
            r"[0-9a-f]+:\d+", result["partialFingerprints"]["primaryLocationLineHash"]
        )
        for where in result["locations"]:
            uri = where["physicalLocation"]["artifactLocation"]["uri"]
            assert uri
            assert not re.match(r"/|\.\./|\./|[a-z]+:", uri)
            region = where["physicalLocation"]["region"]
            assert all(number >= 1 for number in region.values())


@pytest.mark.parametrize("make", [samples.realistic, samples.hostile, samples.clean])
def test_samples_are_within_the_limits(make: Any) -> None:
    within_limits(json.loads(written("sarif-github", make(), show_suppressed=True)))


@pytest.mark.skipif(not TOOL, reason="Sarif.Multitool is not installed")
@pytest.mark.parametrize("make", [samples.realistic, samples.hostile, samples.clean])
def test_the_validator_of_others_agrees(make: Any, tmp_path: Path) -> None:
    assert validated(written("sarif-github", make(), exit_code=1), tmp_path) == []


def test_what_the_checkout_does_not_hold_is_counted() -> None:
    said = dataclasses.replace(place("export.json"), chat="slack", channel="#general")
    gone = finding(GITHUB, Secret(b"a"), old("gone.py"))
    both = finding(GITHUB, Secret(b"b"), old("a.py"), old("a.py", 2022, at_head=True))
    chat = finding(GITHUB, Secret(b"c"), said)
    suppressed = finding(AWS, Secret(b"d"), place("d"), suppression=Suppression("inline", "x"))
    (run,) = of(gone, both, chat, suppressed=(suppressed,))["runs"]
    (result,) = run["results"]
    assert "relatedLocations" not in result
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "2 findings left out: not in the files of the checkout"
    assert run["invocations"][0]["executionSuccessful"] is True


def test_the_file_of_an_archive_stands_for_what_is_in_it() -> None:
    (run,) = of(finding(GITHUB, Secret(b"a"), place("a.zip!b/c.py")))["runs"]
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "a.zip"
    assert physical["region"] == {"startLine": 1, "endLine": 1}


def many(count: int) -> list[Finding]:
    return [
        finding(
            GITHUB if number % 3 else AWS,
            Secret(f"secret {number}".encode()),
            place(f"folder {number % 97}/file{number}.py"),
        )
        for number in range(count)
    ]


def test_twenty_five_thousand_findings() -> None:
    (run,) = of(*many(25_000))["runs"]
    assert len(run["results"]) == 5_000
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("20,000 findings of the lowest severity")
    severities = [result["properties"]["severity"] for result in run["results"]]
    assert severities == sorted(severities)


def test_a_file_that_is_too_large_gets_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif_github, "BYTES", 4_000)
    (run,) = of(*many(100))["runs"]
    assert 0 < len(run["results"]) < 100


def test_problems_are_told() -> None:
    (run,) = of(problems=(Problem("unreadable", "a", "gone"),))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    OURS.validate(of())


def test_of_a_real_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    one, two = tokens.github(1), tokens.github(2)
    repo.commit("a.py", f"x = 1\nkey = '{one}'; other = '{two}'\n")
    repo.git("remote", "add", "origin", "https://user:pass@example.org/o/r.git")
    for command in ("scan", "history", "audit"):
        done = leakhunt(command, "-f", "sarif-github", cwd=tmp_path)
        assert done.code == 1
        assert one not in done.out
        within_limits(done.json)
        (run,) = done.json["runs"]
        assert [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]] == [
            run["results"][0]["partialFingerprints"]["primaryLocationLineHash"]
        ] * 2
        (told,) = run["versionControlProvenance"]
        assert told == {
            "repositoryUri": "https://example.org/o/r",
            "revisionId": repo.head,
            "branch": "main",
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://github.com/o/r.git", "https://github.com/o/r"),
        ("https://me:secret@host.example:8443/o/r", "https://host.example/o/r"),
        ("git@github.com:o/r.git", "https://github.com/o/r"),
        ("ssh://git@host.example:2222/o/r.git", "https://host.example/o/r"),
        ("git@ssh.dev.azure.com:v3/o/my%20p/r", "https://dev.azure.com/o/my%20p/_git/r"),
        ("o@vs-ssh.visualstudio.com:v3/o/p/r", "https://dev.azure.com/o/p/_git/r"),
        ("https://o@dev.azure.com/o/p/_git/r", "https://dev.azure.com/o/p/_git/r"),
        ("../r", ""),
        ("", ""),
        ("https://host.example/o/r?token=x", ""),
    ],
)
def test_the_address_of_a_remote_tells_no_credentials(remote: str, url: str) -> None:
    assert public(remote) == url
