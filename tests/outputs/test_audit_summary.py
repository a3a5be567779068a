"""What an audit comes down to: in the terminal, in Markdown, in JSON."""

from __future__ import annotations

import dataclasses
import html
import json
import re

from leakhunt import audits
from leakhunt.model import Confidence, Finding, Problem, Severity, State, Verdict
from leakhunt.outputs.audit_rows import rows
from leakhunt.outputs.summary import summary

from . import samples
from .helpers import written
from .samples import GITHUB, finding, place

DANA, BOB = "Dana <dana@shop.example>", "Bob <bob@shop.example>"


def secret(name: str, *places: object, **changes: object) -> Finding:
    made = finding(GITHUB, samples.value(f"ghp_{name}_", 40), *places)
    return dataclasses.replace(made, **changes)


def audited(*findings: Finding, **more: object) -> audits.Audit:
    made = dataclasses.replace(samples.clean(), findings=findings, signatures=(GITHUB,))
    return dataclasses.replace(audits.audit(made), **more)


OLD = secret(
    "old",
    place("a", 1, date="2011-01-01T00:00:00Z", author=BOB, at_head=False, commit="1" * 40),
    severity=Severity.MEDIUM,
)
HERE = secret("here", place("b", 2, date="2020-01-01T00:00:00Z", author=DANA, at_head=True))
LIVE = secret(
    "live",
    place("c", 3, date="2019-01-01T00:00:00Z", author=DANA, at_head=False, commit="2" * 40),
    severity=Severity.LOW,
    verdict=Verdict(State.ACTIVE, "it answers", "2026-01-01T00:00:00Z"),
)
DEAD = secret(
    "dead",
    place("d", 4, date="2001-01-01T00:00:00Z", author=DANA, at_head=True),
    verdict=Verdict(State.INACTIVE, "expired"),
)


def test_what_matters_comes_first() -> None:
    told = summary(audited(OLD, HERE, LIVE, DEAD))
    assert told.first == (LIVE, HERE, OLD), "live ones, then severe ones, and no dead ones"
    assert told.oldest == (OLD, LIVE, HERE)
    assert told.live == (LIVE,)
    assert (told.present, told.past) == (2, 2)
    assert told.people == ((DANA, 2), (BOB, 1))
    assert told.asked
    assert not summary(audited(OLD, DEAD)).asked, "that it has expired was asked of nobody"


def test_of_two_alike_the_one_at_head_and_the_younger_come_first() -> None:
    young = secret("young", place("e", date="2024-01-01T00:00:00Z", at_head=True))
    gone = secret("gone", place("f", date="2025-01-01T00:00:00Z", at_head=False))
    unsure = dataclasses.replace(HERE, confidence=Confidence.LOW)
    told = summary(audited(gone, unsure, HERE, young))
    assert told.first == (young, HERE, gone, unsure)


def test_the_terminal_says_it() -> None:
    text = " ".join(written("terminal", audited(OLD, HERE, LIVE)).split())
    assert "Live 1 credential; they stand first below" in text
    assert "At HEAD 1 secret at HEAD or in files" in text
    assert "In history 2 secrets no longer at HEAD" in text
    assert "Oldest 2011-01-01" in text
    assert f"Ask {DANA} (2) and {BOB} (1)" in text
    other = written("terminal", dataclasses.replace(samples.clean(), findings=(OLD,)))
    assert "Rotate first" not in other, "only audits say that"


def test_what_was_not_covered_is_told() -> None:
    some = (
        audits.Audited("shop", {"commits": 3}, findings=1),
        audits.Audited("till", {"commits": 3}, gaps=2),
        audits.Audited("gone\x1b[2J", gaps=1, failed="no such\nfolder"),
        audits.Audited("fine", {"commits": 3}),
    )
    told = [said for label, said in rows(audited(repositories=some)) if label != "Live"]
    assert told == [
        "4 repositories, 1 without a finding, 1 of which a part could not be scanned, "
        "1 that could not be scanned at all",
        "gone\\x1b[2J: no such\\nfolder",
    ]


def test_json_names_them() -> None:
    told = json.loads(written("json", audited(OLD, HERE, LIVE)))["audit"]
    assert told["rotate_first"] == [LIVE.id, HERE.id, OLD.id]
    assert told["people"][0] == {"author": DANA, "findings": 2}
    assert "audit" not in json.loads(written("json", samples.clean()))


EVIL = (
    "](javascript:alert(1)) <img src=x> ![x](https://evil.example/p.png) @team #1 `a` | **b**\n# H"
)


def test_nothing_that_was_scanned_becomes_markdown() -> None:
    evil = secret("evil", place(EVIL, author=EVIL, ref=EVIL, commit="3" * 40, repository=EVIL))
    report = audited(
        evil,
        target=EVIL,
        repositories=(audits.Audited(EVIL, failed=EVIL), audits.Audited(EVIL, web=EVIL)),
        problems=samples.clean().problems,
    )
    text = written("markdown", report)
    for line in text.splitlines():
        plain = re.sub(
            r"^(#{1,3} | *- | +\d+\. |\|)|\*\*(\w[\w ]*|.*)\*\*|^<https://[^>]*>$", "", line
        )
        assert not re.search(r"[<>\[\]`@!]|https?:|javascript:", plain), line
    assert "\n# H" not in text.replace("# leakhunt", "")


def test_the_markdown_page_is_whole() -> None:
    text = written("markdown", audited(OLD, HERE, LIVE))
    for one in (OLD, HERE, LIVE):
        assert one.id in text
        assert one.secret.reveal().decode() not in text
    assert text.startswith("# leakhunt: ")
    assert "## Summary" in text
    assert "**Fix**" in text


def of(repository: str, path: str) -> Finding:
    return secret(path, place(path, 3, repository=repository, at_head=True))


def test_the_folder_of_all_repositories_is_told_once() -> None:
    names = ("/srv/git/team/shop", "/srv/git/team/till", "/srv/git/web")
    report = audited(
        *(of(name, f"{name[-3:]}.env") for name in names),
        repositories=tuple(audits.Audited(name, {"commits": 1}, 1) for name in names),
        problems=(Problem("timeout", "/srv/git/web: a.pl", "slow"),),
    )
    for form in ("terminal", "markdown"):
        text = html.unescape(written(form, report))
        assert text.count("/srv/git/") == 1
        assert "all below /srv/git/" in text
        assert "team/shop: hop.env:3" in text
        assert "web: a.pl" in text
    assert written("json", report).count("/srv/git/team/shop") > 1, "programs get the whole name"


def test_without_a_folder_in_common_names_stay_whole() -> None:
    for names in (
        ("shop", "till"),
        ("/shop", "/till"),
        ("https://a.example/x", "https://b.example/x"),
        ("/srv/shop",),
    ):
        listed = tuple(audits.Audited(name, {"commits": 1}, 1) for name in names)
        text = written("terminal", audited(of(names[0], "a.env"), repositories=listed))
        assert "all below" not in text
        assert f"{names[0]}: a.env:3" in text
