"""`leakhunt scan` on real files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import tokens
from tests.run import leakhunt, process, report

TOKEN = tokens.github(1)


def test_a_finding_has_its_place_and_is_masked(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(f'# héllo\nkey = "é", "{TOKEN}"\n')
    result = report("scan", cwd=tmp_path)
    assert result.code == 1
    (finding,) = result.json["findings"]
    assert finding["signature"] == "github-pat"
    assert finding["secret"] == "ghp_********"
    assert finding["locations"] == [
        {"path": "app.py", "line": 2, "column": 13, "end_line": 2, "end_column": 13 + len(TOKEN)}
    ]
    assert TOKEN not in result.out + result.err
    assert result.json["scanned"]["files"] == 1


def test_clean_is_zero_and_says_how_much_was_scanned(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing here\n")
    result = leakhunt("scan", cwd=tmp_path)
    assert result.code == 0
    assert "1 file" in result.out


def test_reveal_shows_the_secret(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(TOKEN)
    assert TOKEN in leakhunt("scan", "--reveal", cwd=tmp_path).out


def test_two_secrets_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"{tokens.github(1)},{tokens.github(2)}")
    assert len(report("scan", cwd=tmp_path).json["findings"]) == 2


def test_one_secret_in_many_files_is_one_finding(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}").write_text(TOKEN)
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert [place["path"] for place in finding["locations"]] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.ps1").write_text(f"line\r\n$t = '{TOKEN}'\r\n", encoding=encoding)
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    (place,) = finding["locations"]
    assert (place["line"], place["column"]) == (2, 7)
    assert finding["decoded"][0].startswith(encoding[:6])


def test_binary_is_counted_unless_named_or_asked_for(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"\x7fELF\0\0\1" + TOKEN.encode() + b"\0")
    (tmp_path / "y").write_text("y")
    result = report("scan", cwd=tmp_path)
    assert result.code == 0
    assert result.json["scanned"]["skipped"]["binary"] == 1
    assert report("scan", "x.bin", cwd=tmp_path).ids == ["github-pat"]
    assert report("scan", "--binary", cwd=tmp_path).ids == ["github-pat"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("node_modules/x/a.js", "dependencies"),
        ("lib/.venv/a.py", "dependencies"),
        ("package-lock.json", "lockfiles"),
        ("img/logo.PNG", "media"),
    ],
)
def test_default_exclusions_are_counted_and_can_be_switched_off(
    tmp_path: Path, path: str, reason: str
) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(TOKEN)
    (tmp_path / "a").write_text("a")
    result = report("scan", cwd=tmp_path)
    assert result.json["findings"] == []
    assert result.json["scanned"]["skipped"][reason] == 1
    assert report("scan", "--no-default-excludes", cwd=tmp_path).ids == ["github-pat"]
    assert report("scan", path, cwd=tmp_path).ids == ["github-pat"], "named files are scanned"


@pytest.mark.parametrize("glob", ["conf/secret.txt", "secret.txt", "*.txt", "conf", "conf/", "c*"])
def test_own_exclusions(tmp_path: Path, glob: str) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/secret.txt").write_text(TOKEN)
    (tmp_path / "a").write_text("a")
    result = report("scan", "--exclude", glob, cwd=tmp_path)
    assert (result.code, result.json["scanned"]["skipped"]["excluded"]) == (0, 1)


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/secret").write_text(TOKEN)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a").write_text("a")
    (tmp_path / "in/link").symlink_to(tmp_path / "out")
    (tmp_path / "in/file").symlink_to(tmp_path / "out/secret")
    (tmp_path / "in/loop").symlink_to(".")
    result = report("scan", "in", cwd=tmp_path)
    assert (result.code, result.json["scanned"]["skipped"]["symlinks"]) == (0, 3)
    assert report("scan", "in/file", cwd=tmp_path).ids == ["github-pat"]


def test_a_pipe_in_a_folder_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "a").write_text(TOKEN)
    assert report("scan", cwd=tmp_path).json["scanned"]["skipped"]["special"] == 1


def test_a_git_configuration_is_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(f"url = https://x:{TOKEN}@github.com/a/b\n")
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert finding["locations"][0]["path"] == ".git/config"


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9\n.txt")).write_text(TOKEN)
    result = report("scan", cwd=tmp_path)
    assert result.ids == ["github-pat"]
    assert leakhunt("scan", cwd=tmp_path).code == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_files_are_a_problem_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "locked").write_text(TOKEN)
    (tmp_path / "locked").chmod(0)
    (tmp_path / "a").write_text("a")
    assert report("scan", cwd=tmp_path).code == 2
    assert report("scan", "--allow-gaps", cwd=tmp_path).code == 0


def test_nothing_scanned_is_not_clean(tmp_path: Path) -> None:
    result = leakhunt("scan", cwd=tmp_path)
    assert result.code == 2
    assert "nothing was scanned" in result.out


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    result = leakhunt("scan", "nowhere", cwd=tmp_path)
    assert result.code == 2
    assert "nowhere: no such file or folder" in result.err


@pytest.mark.parametrize("command", ["scan", "history", "audit", "ports show", "baseline create"])
def test_an_address_is_no_path_and_what_it_holds_is_not_said(command: str, tmp_path: Path) -> None:
    named = "other://user:" + tokens.github(1) + "@example.com/a"
    result = leakhunt(*command.split(), named, cwd=tmp_path)
    assert result.code == 2
    assert tokens.github(1) not in result.out + result.err
    assert "address" in result.err


def test_standard_input(tmp_path: Path) -> None:
    result = report("scan", "-", cwd=tmp_path, stdin=f"a\n{TOKEN}".encode())
    assert result.json["findings"][0]["locations"][0]["line"] == 2
    assert report("scan", "-", cwd=tmp_path, stdin=b"a").code == 0


def test_large_standard_input_is_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakhunt.sources.files.LARGE", 1000)
    text = "line of text\n" * 100_000 + f"id={tokens.aws_id(3)}\n" + "more\n" * 100_000
    text += f"aws_secret_access_key = {tokens.aws_secret(3)}\n"
    result = report("scan", "-", cwd=tmp_path, stdin=text.encode())
    (finding,) = result.json["findings"]
    assert finding["locations"][0]["line"] == 100_001
    assert result.json["scanned"]["bytes"] == len(text)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("distance", [0, 3, 5000])
def test_aws_halves_are_one_finding_at_any_distance(
    tmp_path: Path, order: int, distance: int
) -> None:
    halves = [f"key_id: {tokens.aws_id(5)}\n", f"secret: {tokens.aws_secret(5)}\n"][::order]
    (tmp_path / "a").write_text(("filler line\n" * distance).join(halves))
    result = leakhunt("scan", "--reveal", "-f", "json", "-j", "1", cwd=tmp_path)
    (finding,) = result.json["findings"]
    assert finding["signature"] == "aws-access-token"
    assert tokens.aws_secret(5) in result.out


def test_each_half_alone_is_found(tmp_path: Path) -> None:
    (tmp_path / "id").write_text(f"AWS_ACCESS_KEY_ID={tokens.aws_id(6)}\n")
    (tmp_path / "secret").write_text(f"AWS_SECRET_ACCESS_KEY={tokens.aws_secret(6)}\n")
    assert len(report("scan", cwd=tmp_path).json["findings"]) == 2


@pytest.mark.parametrize("size", [1600, 16 * 1024])
@pytest.mark.parametrize("form", ["plain", "crlf", "escaped", "indented"])
def test_private_keys_match_whole(tmp_path: Path, size: int, form: str) -> None:
    key = tokens.pem(8, size)
    text = {
        "plain": key,
        "crlf": key.replace("\n", "\r\n"),
        "escaped": '{"key": "' + key.replace("\n", "\\n") + '\\n"}',
        "indented": "key: |\n" + "\n".join("    " + line for line in key.split("\n")),
    }[form]
    (tmp_path / "k").write_text(text, newline="")
    result = leakhunt("scan", "--reveal", "-f", "json", "-j", "1", cwd=tmp_path)
    (finding,) = result.json["findings"]
    assert finding["signature"] == "private-key"
    assert finding["secret"].rstrip().endswith("PRIVATE KEY-----")
    assert len(finding["secret"]) >= size


def test_public_test_keys_are_shown_as_such(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("AWS_ACCESS_KEY_ID=" + "AKIA" + "IOSFODNN7EXAMPLE\n")
    result = report("scan", cwd=tmp_path)
    assert (result.code, result.json["findings"]) == (0, [])
    (public,) = result.json["suppressed"]
    assert public["suppression"]["kind"] == "public-key"


def test_a_wrong_checksum_is_shown_as_such(tmp_path: Path) -> None:
    last = "0" if TOKEN[-1] != "0" else "1"
    (tmp_path / "a").write_text(f"{TOKEN[:-1]}{last}\n")
    result = report("scan", cwd=tmp_path)
    assert (result.code, result.json["findings"]) == (0, [])
    (forged,) = result.json["suppressed"]
    assert forged["suppression"]["kind"] == "bad-checksum"


def test_one_job_and_many_give_the_same_bytes(tmp_path: Path) -> None:
    for number in range(600):
        (tmp_path / f"{number:03}").write_text(tokens.github(number) if number % 7 == 0 else "x")
    one, two = (
        leakhunt("scan", "-f", "json", "-j", jobs, cwd=tmp_path).json for jobs in ("1", "2")
    )
    for document in (one, two):
        document.pop("seconds", None)
        document["scanned"].pop("seconds", None)
    assert one == two
    assert len(one["findings"]) == 86


def test_select_ignore_and_severity(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"{TOKEN}\nid={tokens.aws_id(1)}\n")
    assert report("scan", "--select", "github-*", cwd=tmp_path).ids == ["github-pat"]
    assert report("scan", "--ignore", "github-pat", cwd=tmp_path).ids == ["aws-access-token"]
    assert report("scan", "--select", "GitHub", cwd=tmp_path).ids == ["github-pat"]
    unknown = leakhunt("scan", "--ignore", "githb-pat", cwd=tmp_path)
    assert unknown.code == 2
    assert "githb-pat" in unknown.err


def test_fail_on(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(TOKEN)
    assert report("scan", "--fail-on", "critical", cwd=tmp_path).code in (0, 1)
    assert report("scan", "--fail-on", "low", cwd=tmp_path).code == 1


def test_the_output_file_is_private_and_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(TOKEN)
    result = leakhunt("scan", "a", "-f", "sarif", "-o", "r.sarif", cwd=tmp_path)
    assert (result.code, result.out) == (1, "")
    assert (tmp_path / "r.sarif").stat().st_mode & 0o777 == 0o600
    failed = leakhunt("scan", "a", "-o", "no/such/place", cwd=tmp_path)
    assert failed.code == 2
    assert "no/such/place" in failed.err


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number}").write_text(tokens.github(number))
    import subprocess
    import sys

    done = subprocess.run(
        f"{sys.executable} -m leakhunt scan -j1 | head -1",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(TOKEN)
    result = process("scan", cwd=tmp_path)
    assert result.code == 1
    assert "\x1b" not in result.out, "no colours in a pipe"
    assert result.err == "", "no progress in a pipe"
