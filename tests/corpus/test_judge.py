"""The same rule for all scanners: what hits, what is a false alarm, what does not count."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from pathlib import Path

import pytest

from benchmarks import corpus, judge, quality, scanners
from benchmarks.__main__ import main
from benchmarks.measure import Command
from benchmarks.scanners import Found, Scanner

TEXT = """\
user = "anna"
password = "«+password|hush-hush»"
url = "postgres://anna:«+connection-string|tulip7»@db/x"
label = "«-translation|Password»"
public = "«?token|#hex32»"
print(«+logged-secret|password»)
joined = ["«+token=abcdef|abc", "def»"]
"""
CASE = corpus.build("python/sample", "a.py", TEXT)


def verdict(*found: Found) -> judge.Verdict:
    return judge.judge([CASE], {CASE.id: list(found)})[0]


def at(line: int, *values: str) -> Found:
    return Found("a.py", line, line, values)


@pytest.mark.parametrize(
    ("found", "hit"),
    [
        (at(2, "hush-hush"), {0}),
        (at(3, "hush-hush"), {0}),
        (at(2, '"hush-hush"'), {0}),
        (at(3, "postgres://anna:tulip7@db/x"), {1}),
        (at(2, "hus"), {0}),
        (at(2), {0}),
        (at(7, "abcdef"), {5}),
        (at(7, "abc"), {5}),
        (at(6, "whatever"), {4}),
        (Found("a.py", 2, 2, digests=(hashlib.sha1(b"hush-hush").hexdigest(),)), {0}),
        (Found("a.py", 3, 3, digests=(hashlib.sha1(b"hush-hush").hexdigest(),)), {0, 1}),
        (Found("a.py", 1, 4, ("tulip7",)), {1}),
    ],
)
def test_what_hits(found: Found, hit: set[int]) -> None:
    one = verdict(found)
    assert one.hit == hit
    assert one.alarms == {}


@pytest.mark.parametrize(
    ("found", "alarms"),
    [
        (at(1, "anna"), {1: "-"}),
        (at(4, "Password"), {4: "translation"}),
        (at(4), {4: "translation"}),
        (at(2, "another value"), {2: "-"}),
        (at(7, "hush-hush"), {7: "-"}),
        (at(4, "hus"), {4: "translation"}),
    ],
)
def test_what_is_a_false_alarm(found: Found, alarms: dict[int, str]) -> None:
    one = verdict(found)
    assert one.hit == set()
    assert one.alarms == alarms


def test_what_does_not_count() -> None:
    (excused,) = [label.value for label in CASE.labels if label.sign == "?"]
    assert verdict(at(5)).alarms == {}
    assert verdict(at(5, excused)).alarms == {}
    assert verdict(at(5, "anna")).alarms == {5: "-"}


def test_alarms_on_one_line_count_once_and_hits_too() -> None:
    one = verdict(at(4, "Password"), at(4, "label"), at(2, "hush-hush"), at(2, "hush-hush"))
    tally = judge.tally([one])
    assert (tally.expected, tally.hit, tally.alarms) == (4, 1, 1)
    assert (tally.recall, tally.precision) == (0.25, 0.5)
    assert judge.tally([one], but=frozenset({"logged-secret"})).expected == 3


def test_counts_by_category() -> None:
    one = verdict(at(4, "Password"), at(2, "hush-hush"), at(1, "anna"))
    assert judge.alarms([one]) == {"-": (0, 1), "translation": (1, 1)}
    assert judge.recalls([one])["password"].recall == 1
    assert judge.recalls([one])["connection-string"].recall == 0


def test_nothing_found_is_no_division_by_zero() -> None:
    empty = judge.Tally(0, 0, 0)
    assert (empty.recall, empty.precision) == (1, 1)
    assert judge.Tally(1, 0, 0).f1 == 0


# --- Reports of scanners


def test_reports_are_read() -> None:
    leakhunt = {
        "findings": [
            {
                "secret": "s",
                "confidence": "low",
                "locations": [{"path": "a", "line": 2, "end_line": 3}, {"path": "b", "line": 1}],
            }
        ]
    }
    assert list(scanners.from_leakhunt(json.dumps(leakhunt))) == [
        Found("a", 2, 3, ("s",), low=True),
        Found("b", 1, 1, ("s",), low=True),
    ]
    kingfisher = {"findings": [{"finding": {"path": "a", "line": 2, "snippet": "x\ny"}}]}
    assert list(scanners.from_kingfisher(json.dumps(kingfisher))) == [Found("a", 2, 3, ("x\ny",))]
    secrets = {"results": {"a": [{"line_number": 4, "hashed_secret": "ff"}]}}
    assert list(scanners.from_detect_secrets(json.dumps(secrets))) == [
        Found("a", 4, 4, digests=("ff",))
    ]
    row = {"path": "a", "line_num": 5, "value": "v"}
    rows = [{"line_data_list": [row, {**row, "line_num": 6, "value": None}]}]
    assert list(scanners.from_credsweeper(json.dumps(rows))) == [Found("a", 5, 6, ("v",))]


# --- The whole


FAKE = """
import json, pathlib, sys
folder, report = sys.argv[1:]
rows = []
for file in sorted(pathlib.Path(folder).rglob("*.py")):
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if "hush-hush" in line:
            place = {"path": str(file), "line": number}
            rows.append({"secret": "hush-hush", "confidence": "high", "locations": [place]})
pathlib.Path(report).write_text(json.dumps({"findings": rows}))
"""


def fake(program: str = FAKE, name: str = "fake") -> Scanner:
    def command(path: str, folder: Path, file: Path) -> Command:
        return Command([path, "-c", program, str(folder), str(file)])

    return Scanner(name, sys.executable, command, scanners.from_leakhunt)


def test_a_scanner_is_run_and_judged(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "r").mkdir()
    missing = Scanner("gone", "no-such-scanner", fake().command, scanners.from_leakhunt)
    broken = fake("import sys; sys.exit(3)", "broken")
    chosen = [fake(), missing, broken]
    one, two, three = quality.measure([CASE], chosen, tmp_path / "c", tmp_path / "r")
    assert judge.tally(one.verdicts).hit == 1
    assert two.note == "not installed"
    assert "broken ended with 3" in three.note
    part = CASE.part
    row = next(row for row in quality.whole([one]) if row[1] == part)
    assert row[:5] == ["fake", part, "4", "1", "0.250"]
    assert any("not installed" in row for row in quality.whole([one, two]))
    assert quality.document([one])[0]["parts"][part]["whole"]["hit"] == 1
    for table in (quality.by_category, quality.by_negative, quality.by_language):
        assert len(table([one], part)) > 1


def test_misses_are_listed_for_the_parts_that_may_be_looked_at() -> None:
    cases = {case.part: case for case in corpus.written()[:80] if case.labels}
    cases["held-out"] = dataclasses.replace(cases["dev"], id="unread_code/one")
    result = quality.Result(fake(), judge.judge(cases.values(), {}))
    listed = "\n".join(quality.misses(result))
    assert cases["dev"].id in listed
    assert cases["opened"].id in listed
    assert cases["held-out"].id not in listed


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quality", "--tool", "no-such"]) == 2
    assert "no scanner is called no-such" in capsys.readouterr().err
    (tmp_path / "x").write_text("x")
    assert main(["quality", "--tool", "leakhunt", "--keep", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_only_what_was_written_by_hand_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanners, "SCANNERS", [fake()])
    options = argparse.Namespace(tool=None, by_hand=True, keep=tmp_path / "cases")
    (tmp_path / "s").mkdir()
    (result,) = quality.run(options, tmp_path / "s")
    assert len(result.verdicts) == len(corpus.written())
    assert not any(one.case.variant for one in result.verdicts)
    assert (tmp_path / "cases/c0001").is_dir()
