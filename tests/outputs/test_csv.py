import csv
import dataclasses
import io

import pytest

from leakhunt.model import Secret, State, Verdict

from . import samples
from .helpers import written
from .samples import GITHUB, finding, old, place


def rows(report, **options):
    return list(csv.DictReader(io.StringIO(written("csv", report, **options))))


def test_a_row_for_each_place():
    found = finding(GITHUB, samples.value("ghp_", 40), old("a"), old("b", at_head=True))
    first, second = rows(dataclasses.replace(samples.clean(), findings=(found,)))
    assert first == {
        "id": found.id,
        "severity": "critical",
        "confidence": "high",
        "signature": "github-pat",
        "title": "GitHub personal access token",
        "secret": "ghp_********",
        "path": "a",
        "line": "12",
        "column": "17",
        "commit": found.locations[0].commit,
        "author": "Dana Petrova <dana@shop.example>",
        "date": "2021-03-04T09:26:53+01:00",
        "at_head": "false",
        "ref": "",
        "field": "",
        "chat": "",
        "workspace": "",
        "channel": "",
        "thread": "",
        "message": "",
        "time": "",
        "pointer": "",
        "permalink": "",
        "verdict": "unchecked",
        "verdict_reason": "",
        "decoded": "",
        "suppression": "",
        "fingerprint": found.fingerprint,
        "repository": "",
        "stamp": "",
        "mentions": "",
        "first_seen": "",
        "last_seen": "",
        "people": "",
    }
    assert (second["path"], second["at_head"]) == ("b", "true")


@pytest.mark.parametrize(
    ("path", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-x", "'-x"),
        ("+x", "'+x"),
        (" =x", "' =x"),
        ("\t=x", r"\t=x"),
        ('a,b"c\nd', 'a,b"c\\nd'),
    ],
)
def test_cells_are_no_formulas(path, cell):
    found = finding(GITHUB, Secret(b"x"), place(path))
    (row,) = rows(dataclasses.replace(samples.clean(), findings=(found,)))
    assert row["path"] == cell


def test_suppressed_findings_on_request():
    assert not [row for row in rows(samples.realistic()) if row["suppression"]]
    shown = rows(samples.realistic(), show_suppressed=True)
    assert [row["suppression"] for row in shown[-7:]].count("public-key") == 4


def test_a_verdict_comes_with_its_reason():
    verdict = Verdict(State.ACTIVE, "=the provider accepts it", details={"user": "octo"})
    plain = finding(GITHUB, samples.value("ghp_", 40), old("a"))
    found = dataclasses.replace(plain, verdict=verdict)
    (row,) = rows(dataclasses.replace(samples.clean(), findings=(found,)))
    assert (row["verdict"], row["verdict_reason"]) == ("active", "'=the provider accepts it")
