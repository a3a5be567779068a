"""`leakhunt signatures`: list, show, and check on right and wrong files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.run import Result, leakhunt

GOOD = r"""
[provider]
name = "Acme"
references = ["https://acme.example/docs"]
remediation = "Revoke it."

[[signature]]
id = "acme-token"
title = "Acme token"
severity = "high"
confidence = "high"
pattern = '\b(?P<secret>acme_[a-z0-9]{20})\b'
examples = ["acm\u0065_k3jd8s0qm4xz7w1p9vbn", "x acm\u0065_q8w2mz5xk1p7vb4nd0sj"]

counterexamples = ["acme_short"]
"""
LINE = {key: number for number, key in enumerate(GOOD.splitlines(), 1)}


def line(start: str) -> int:
    return next(number for text, number in LINE.items() if text.startswith(start))


def check(folder: Path, text: str, *args: str) -> Result:
    (folder / "ours").mkdir(exist_ok=True)
    (folder / "ours/acme.toml").write_text(text)
    return leakhunt("signatures", "check", "ours", *args, cwd=folder)


# List and show


def test_list_prints_one_signature_a_line(tmp_path: Path) -> None:
    result = leakhunt("signatures", "list", cwd=tmp_path)
    lines = result.out.splitlines()
    assert result.code == 0
    assert len(lines) >= 250
    ids = [text.split()[0] for text in lines]
    assert ids == sorted(set(ids))
    assert "github-pat" in ids


def test_list_chooses(tmp_path: Path) -> None:
    chosen = leakhunt("signatures", "list", "--select", "github-*", cwd=tmp_path).out
    assert all(text.startswith("github-") for text in chosen.splitlines())
    left = leakhunt(
        "signatures", "list", "--select", "github-*", "--ignore", "github-pat", cwd=tmp_path
    ).out
    assert set(chosen.splitlines()) - set(left.splitlines()) == {
        text for text in chosen.splitlines() if text.startswith("github-pat ")
    }
    critical = leakhunt("signatures", "list", "--min-severity", "critical", cwd=tmp_path).out
    assert {text.split()[1] for text in critical.splitlines()} == {"critical"}
    assert leakhunt("signatures", "list", "--select", "nothing", cwd=tmp_path).code == 2


def test_show_prints_what_is_known(tmp_path: Path) -> None:
    result = leakhunt("signatures", "show", "github-pat", cwd=tmp_path)
    assert result.code == 0
    for name in ("provider", "severity", "pattern", "checksum", "remediation", "reference"):
        assert f"  {name}:" in result.out
    assert "github.toml:" in result.out


def test_show_suggests_what_may_be_meant(tmp_path: Path) -> None:
    result = leakhunt("signatures", "show", "githb-pat", cwd=tmp_path)
    assert result.code == 2
    assert "githb-pat: no signature has this id" in result.err
    assert "did you mean github-pat" in result.err
    assert "signatures list" in leakhunt("signatures", "show", "%", cwd=tmp_path).err


def test_own_signatures_are_listed_and_shown(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(GOOD)
    for arguments in (("list",), ("show", "acme-token")):
        result = leakhunt("signatures", *arguments, "--signatures", "acme.toml", cwd=tmp_path)
        assert "acme-token" in result.out
        assert "github-pat" in result.out or arguments[0] == "show"


# Check


def test_all_that_come_with_leakhunt_hold(tmp_path: Path) -> None:
    result = leakhunt("signatures", "check", cwd=tmp_path)
    assert result.code == 0, result.out
    assert "all hold" in result.out


def test_own_signatures_hold(tmp_path: Path) -> None:
    result = check(tmp_path, GOOD)
    assert (result.code, result.err) == (0, "")
    assert result.out == "1 signature, 2 examples, 1 counterexample: all hold\n"


@pytest.mark.parametrize(
    ("old", "new", "key", "message", "hint"),
    [
        ("title =", "titel =", "title", "unknown key 'titel'", "known are: id, title"),
        ('"Acme"', '"Acme"\nrule = 1', "references", "unknown key 'rule'", "known are: name"),
        ("[provider]", "[vendor]", "", "unknown key 'vendor'", "one [provider]"),
        ('"Acme token"', "3", "title", "'title' must be of type str", "fix"),
        ("counterexamples =", "#", "[[signature]]", "'counterexamples' is missing", "every"),
        ('"high"\nconf', '"awful"\nconf', "severity", "'awful' is no severity", "info, low"),
        ("?P<secret>", "?P<token>", "pattern", "no group 'secret'", "write (?P<secret>...)"),
        ('"acme-token"', '"Acme_Token"', "id", "bad id 'Acme_Token'", "lower-case words"),
        ('remediation = "Revoke it."', "", "[[signature]]", "'remediation'", "give both"),
        ("severity", "near = ['Acme']\nseverity", "severity", "near word 'Acme'", "lower case"),
        ("severity", "span = 0\nseverity", "severity", "span 0 is out of range", "65536"),
        ("counterexamples = [", "counterexamples = ]", "counter", "not valid TOML", "toml.io"),
    ],
)
def test_a_file_that_cannot_be_loaded(
    tmp_path: Path, old: str, new: str, key: str, message: str, hint: str
) -> None:
    assert GOOD.count(old) == 1
    result = check(tmp_path, GOOD.replace(old, new))
    assert (result.code, result.out) == (2, "")
    where = Path("ours/acme.toml")
    number = line(key) if key else 1
    assert f"leakhunt: {where}:{number}: " in result.err
    assert message in result.err
    assert "hint: " in result.err
    assert hint in result.err


def test_an_id_that_is_there_twice(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours/another.toml").write_text("\n" + GOOD)
    result = check(tmp_path, GOOD)
    assert result.code == 2
    assert "another.toml:8: duplicate id 'acme-token', already in ours/acme.toml:7" in result.err
    assert "hint: " in result.err


def test_a_pattern_that_only_hyperscan_refuses(tmp_path: Path) -> None:
    recursive = GOOD.replace("[a-z0-9]{20}", "(?P<x>[a-z0-9]{10})(?&x)")
    result = check(tmp_path, recursive)
    assert result.code == 2
    assert "ours/acme.toml:7: the pattern of 'acme-token' cannot be compiled" in result.err
    assert "'gate'" in result.err
    gated = recursive.replace("severity", "gate = 'acme_[a-z0-9]{20}'\nseverity", 1)
    assert check(tmp_path, gated).code == 0


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("{20})", "{20}", ["pattern: missing )"]),
        ("{20})", "+)", ["unbounded: bound every repeat", "noisy: counterexample 1 is found"]),
        ("acme_[", "akme_[", ["missing: example 1 is not found: the pattern does not match"]),
        ("k3jd8s0qm4xz7w1p9vbn", "a" * 20, ["missing: example 1 is not found: the pattern matc"]),
        (', "x acm\\u0065_q8w2mz5xk1p7vb4nd0sj"', "", ["missing: there are fewer than two"]),
        ("acme_short", "acm\\u0065_b7w2mz5xk1p7vb4nd0sj", ["noisy: counterexample 1 is found"]),
        ("{20}", "{20,600}", ["span: matches up to 605 bytes, span is 512"]),
        ("severity", "checksum = 'no'\nseverity", ["name: there is no checksum 'no'"]),
        ("severity", "structure = 'no'\nseverity", ["name: there is no structure 'no'"]),
    ],
)
def test_a_signature_that_does_not_hold(
    tmp_path: Path, old: str, new: str, faults: list[str]
) -> None:
    assert old in GOOD
    result = check(tmp_path, GOOD.replace(old, new, 1))
    assert (result.code, result.err) == (1, "")
    for fault in faults:
        assert f"ours/acme.toml:7: acme-token: {fault}" in result.out, result.out
    assert "fault" in result.out.splitlines()[-1]


def test_a_token_in_clear(tmp_path: Path) -> None:
    result = check(tmp_path, GOOD.replace("acm\\u0065_k", "acme" + "_k"))
    assert result.code == 1
    assert "bare: the file itself matches 'acme-token'" in result.out


def test_check_of_some(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("[[sig") :].replace("acme-token", "acme-other").replace("{20}", "{9}")
    assert check(tmp_path, GOOD + second).code == 1
    one = check(tmp_path, GOOD + second, "--select", "acme-token")
    assert (one.code, one.out.split(",")[0]) == (0, "1 signature")


def test_there_is_nothing_to_check(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "nowhere"):
        result = leakhunt("signatures", "check", name, cwd=tmp_path)
        assert result.code == 2
        assert name in result.err
        assert "hint: " in result.err


def test_an_unknown_check_is_an_error_before_anything_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(GOOD.replace("severity", "checksum = 'no'\nseverity"))
    result = leakhunt("scan", "--signatures", "acme.toml", cwd=tmp_path)
    assert result.code == 2
    assert "acme.toml:7: there is no checksum 'no'" in result.err
    assert "known: " in result.err


def test_a_reader_that_stops_early_is_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m leakhunt signatures list | head -1",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""
