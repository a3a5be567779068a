import dataclasses
import io
import re

import pytest

from leakhunt import audits
from leakhunt.model import Location, Problem, Secret, State, Verdict
from leakhunt.outputs import registry, wording
from leakhunt.outputs.layout import cells
from leakhunt.outputs.options import OutputOptions

from . import samples
from .helpers import written
from .samples import AWS, GITHUB, finding, old, place


def with_findings(*found, **more):
    return dataclasses.replace(samples.clean(), findings=found, **more)


@pytest.mark.parametrize("width", [80, 120])
def test_lines_fit(width):
    text = written("terminal", samples.realistic(), width=width, show_suppressed=True)
    wide = [line.strip() for line in text.splitlines() if cells(line) > width]
    assert not [line for line in wide if " " in line]


def test_a_finding_in_full():
    found = finding(
        AWS,
        samples.value("AKIA", 20),
        old("a.tf"),
        *(old(f"env-{n}.tf") for n in range(7)),
        old("main.tf", at_head=True),
        parts=(("secret-access-key", samples.value("wJal", 40)),),
        decoded=("base64", "gzip"),
        verdict=Verdict(State.ACTIVE, "answers as deploy"),
        properties={"blobs": 4, "commits": 12, "paths": 9},
    )
    commit, others = (found.locations[0].commit or "")[:10], found.locations[1:]
    hashes = [(other.commit or "")[:10] for other in others]
    text = written("terminal", with_findings(found, signatures=(AWS,)))
    assert text.startswith(
        f"""\
 CRITICAL  AWS access key  aws-access-key

  AKIA********  {found.id}  active
    a.tf:12:17
    since 2021-03-04 by Dana Petrova <dana@shop.example> in commit {commit}
    still at HEAD, in 9 paths, 12 commits and 4 blobs
    answers as deploy
    with its secret-access-key wJal********
    decoded from base64, then gzip
    also main.tf:12:17  at HEAD
         env-0.tf:12:17  in {hashes[0]}
         env-1.tf:12:17  in {hashes[1]}
         env-2.tf:12:17  in {hashes[2]}
         env-3.tf:12:17  in {hashes[3]}
         … and 3 more

  Fix: Revoke the key in the settings of aws, create a new one, and look in the
       log of accesses for what the old one was used for since the day it was
       committed.
       https://docs.aws.example/keys

"""
    )


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        (place("a.py", 3, 4), "    a.py:3:4\n"),
        (Location(path="a.py"), "    a.py\n"),
        (
            place(None, 3, 4, commit="c" * 40, field="message"),
            "    commit cccccccccc message:3:4\n",
        ),
        (place(None, 3, 4, commit="c" * 40, field="author"), "    commit cccccccccc author:3:4\n"),
        (place(None, 1, 1, ref="refs/tags/v1", field="tagger"), "    refs/tags/v1 tagger:1:1\n"),
        (place(None, 1, 2), "    standard input:1:2\n"),
        (place(None, 1, 2, blob="e" * 40), "    blob eeeeeeeeee:1:2\n"),
        (place("x\n\x1b[2J.py", 1, 2), "    x\\n\\x1b[2J.py:1:2\n"),
        (place("a", 1, 1, ref="refs/stash", commit="c" * 40), "in commit cccccccccc on refs/stash"),
    ],
)
def test_places(location, shown):
    assert shown in written("terminal", with_findings(finding(GITHUB, Secret(b"x"), location)))


@pytest.mark.parametrize(
    ("locations", "properties", "shown"),
    [
        ([old("a", at_head=True)], {}, "still at HEAD"),
        ([old("a"), old("b", at_head=True)], {"removed_commit": "d" * 40}, "still at HEAD"),
        (
            [old("a")],
            {"removed_commit": "d" * 40, "removed_date": "2023-08-01T10:00:00Z"},
            "removed in dddddddddd on 2023-08-01",
        ),
        ([old("a")], {"removed_commit": "d" * 40}, "removed in dddddddddd\n"),
        ([old("a")], {}, "no longer at HEAD"),
    ],
)
def test_what_became_of_it(locations, properties, shown):
    found = finding(GITHUB, Secret(b"x"), *locations, properties=properties)
    assert shown in written("terminal", with_findings(found))


def test_files_have_no_history():
    text = written("terminal", with_findings(finding(GITHUB, Secret(b"x"), place("a"))))
    assert "HEAD" not in text
    assert "since 20" not in text


def test_a_finding_without_places_does_not_break():
    assert GITHUB.title in written("terminal", with_findings(finding(GITHUB, Secret(b"x"))))


def test_worst_first_and_grouped():
    text = written("terminal", samples.realistic())
    heads = re.findall(r"^ ([A-Z]+)  .*?  ([a-z-]+)(?:  (\d) findings)?$", text, re.MULTILINE)
    assert heads == [
        ("CRITICAL", "aws-access-key", "2"),
        ("CRITICAL", "github-pat", "2"),
        ("HIGH", "slack-bot-token", "2"),
        ("HIGH", "stripe-live-key", "3"),
        ("MEDIUM", "jwt", "2"),
        ("LOW", "generic-password", "3"),
        ("INFO", "discord-webhook", ""),
    ]
    assert text.count("Fix:") == 7


def test_summary(monkeypatch):
    kinds = ("public-key", "excluded-path", "inline", "unreachable")
    monkeypatch.setattr(wording, "SUPPRESSIONS", {kind: f"what {kind} is" for kind in kinds[:3]})
    text = written("terminal", samples.realistic())
    assert text[text.index("─\n") + 2 :] == (
        """\
15 findings: 4 critical, 5 high, 2 medium, 3 low and 1 info
Verdicts     1 active, 1 inactive, 1 unknown
Scanned      12,041 blobs (38.2 MB), 3,120 commits and 3,120 messages in 0.84 s
             (45 MB/s)
Skipped      40 binary, 2 too large
Suppressed   4 public-key: what public-key is
             1 excluded-path: what excluded-path is
             1 inline: what inline is
             1 unreachable
             --show-suppressed lists them
Problems     timeout: assets/app.min.js: a signature took longer than 2 s
             shallow: the clone is shallow: fetch with --unshallow
             Because of this, not everything was scanned.
"""
    )


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (samples.clean(), "No findings\nScanned      312 files (4.1 MB) in 0.20 s\n"),
        (samples.clean(files=0), "Nothing was scanned\n"),
        (
            samples.clean(files=3, skipped_binary=2),
            "No findings\nScanned      3 files (0 B) in 0.20 s\nSkipped      2 binary\n",
        ),
        (
            samples.clean(commits=1, bytes=10, tags=2),
            "No findings\nScanned      1 commit (10 B) and 2 tags in 0.20 s\n",
        ),
    ],
)
def test_a_clean_result_says_how_much_was_scanned(report, text):
    assert written("terminal", report) == text


def test_advice_closes_a_report_with_findings():
    advice = ("Rotate it first.", "Then rewrite the history.")
    text = written("terminal", samples.realistic(), advice=advice)
    lines = "Next         Rotate it first.\n             Then rewrite the history.\n"
    assert text.endswith(lines)
    assert "Rotate" not in written("terminal", samples.clean(), advice=advice)


def test_a_gap_is_not_clean():
    gap = dataclasses.replace(samples.clean(), problems=(Problem("unreadable", "a", "denied"),) * 2)
    text = written("terminal", gap)
    assert text.startswith("No findings, but not everything could be scanned\n")
    assert text.endswith("Because of these 2, not everything was scanned.\n")


def test_suppressed_findings_on_request():
    text = written("terminal", samples.realistic(), show_suppressed=True)
    assert "suppressed (inline): test key, see #12" in text
    assert "--show-suppressed" not in text
    assert len(text) > len(written("terminal", samples.realistic()))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "color", "environment", "colored"),
    [
        (Terminal(), None, {}, True),
        (Terminal(), False, {}, False),
        (Terminal(), None, {"NO_COLOR": "1"}, False),
        (Terminal(), None, {"TERM": "dumb"}, False),
        (io.StringIO(), None, {"FORCE_COLOR": "1"}, False),
        (io.StringIO(), True, {"NO_COLOR": "1"}, True),
    ],
)
def test_colours(stream, color, environment, colored, monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    registry.write("terminal", samples.realistic(), stream, OutputOptions(color=color))
    assert ("\x1b[" in stream.getvalue()) is colored


def test_many_problems_do_not_push_the_rest_off_the_screen():
    many = [Problem("stale", f"n{n}", "allows nothing", gap=False) for n in range(30)]
    gap = Problem("unreadable", "secret.env", "denied")
    report = audits.audit(dataclasses.replace(samples.clean(), problems=(*many, gap)))
    assert written("terminal", report).count("allows nothing") == 30
    several = dataclasses.replace(report, repositories=(audits.Audited("shop"),))
    text = written("terminal", several)
    assert text.count("allows nothing") == 19
    assert "unreadable: secret.env: denied" in text, "what was not scanned is told first"
    assert "and 11 more; -f json lists all" in text
    assert "Because of this, not everything was scanned" in text


def test_what_failed_as_a_whole_is_told_once():
    failed = (audits.Audited("shop", gaps=1, failed="no such folder"),)
    problem = Problem("repository-failed", "shop", "no such folder")
    report = audits.audit(dataclasses.replace(samples.clean(), problems=(problem,)))
    text = written("terminal", dataclasses.replace(report, repositories=failed))
    assert text.count("no such folder") == 1
    assert "Because of this, not everything was scanned" in text
