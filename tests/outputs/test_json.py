import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from leakhunt import __version__
from leakhunt.model import Location, Secret
from leakhunt.outputs.document import document, finding

from . import samples
from .helpers import ANY_REPORT, reports, written

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "report.schema.json").read_text("utf-8"))
PAGE = (DOCS / "json-format.md").read_text("utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
REPORT = Draft202012Validator(SCHEMA)
FINDING = Draft202012Validator({"$defs": SCHEMA["$defs"], "$ref": "#/$defs/finding"})
LAST = Draft202012Validator({"$defs": SCHEMA["$defs"], "$ref": "#/$defs/last_line"})


def keys_of(schema: object) -> set[str]:
    """Return the names of all properties in a schema."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    named = schema.get("properties")
    own = set(named) if isinstance(named, dict) and "type" not in named else set()
    return own.union(*map(keys_of, schema.values()))


def keys_in(value: object) -> set[str]:
    """Return the names of all keys in a document."""
    if isinstance(value, list):
        return set().union(*map(keys_in, value))
    return set(value).union(*map(keys_in, value.values())) if isinstance(value, dict) else set()


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("reveal", [False, True])
@pytest.mark.parametrize("make", [samples.realistic, samples.hostile, samples.clean])
def test_samples_validate(make, reveal):
    REPORT.validate(json.loads(written("json", make(), reveal=reveal)))
    *lines, last = written("jsonl", make(), reveal=reveal, show_suppressed=True).splitlines()
    for line in lines:
        FINDING.validate(json.loads(line))
    LAST.validate(json.loads(last))


@given(drawn=reports())
@ANY_REPORT
def test_any_report_validates(drawn):
    report, _ = drawn
    REPORT.validate(json.loads(written("json", report)))


def test_the_page_documents_every_key_of_the_schema():
    told = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert keys_of(SCHEMA) - {"summary"} <= told
    assert "`summary`" in PAGE


def test_the_examples_of_the_page_validate_and_show_every_key():
    whole, last = EXAMPLES
    REPORT.validate(whole)
    LAST.validate(last)
    assert keys_of(SCHEMA) <= keys_in(whole) | keys_in(last)


def test_the_schema_refuses_what_is_not_documented():
    whole, _ = EXAMPLES
    assert not REPORT.is_valid({**whole, "extra": 1})
    assert not REPORT.is_valid({**whole, "findings": whole["suppressed"]})
    assert not FINDING.is_valid({**whole["findings"][0], "secret": None})


def test_a_report_in_full():
    sort = samples.GITHUB
    secret = samples.value("ghp_", 40)
    found = samples.finding(sort, secret, Location(path="a\udcff.py", line=3))
    report = samples.realistic()
    assert document(report)["tool"] == {"name": "leakhunt", "version": __version__}
    assert finding(found, reveal=False) == {
        "id": found.id,
        "signature": "github-pat",
        "kind": "secret",
        "severity": "critical",
        "confidence": "high",
        "title": "GitHub personal access token",
        "secret": "ghp_********",
        "fingerprint": found.fingerprint,
        "locations": [{"path": r"a\xff.py", "line": 3}],
        "verdict": {"state": "unchecked"},
    }


def test_reveal_shows_bytes_that_are_not_utf8():
    found = samples.finding(samples.GITHUB, Secret(b"p\xffss\xc3\xa9"))
    assert finding(found, reveal=True)["secret"] == r"p\xffssé"


def test_an_exposure_has_no_secret():
    found = samples.finding(samples.GITHUB, Secret(b""), kind="exposure")
    assert "secret" not in finding(found, reveal=True)


def test_skipped_counts_stand_together():
    scanned = document(samples.realistic())["scanned"]
    assert scanned["skipped"] == {"binary": 40, "too_large": 2}
    assert scanned["blobs"] == 12_041
    assert not [key for key in scanned if key.startswith("skipped_")]


def test_jsonl_counts():
    lines = [json.loads(line) for line in written("jsonl", samples.realistic()).splitlines()]
    assert len(lines) == 16
    assert lines[-1]["summary"]["counts"] == {
        "findings": 15,
        "suppressed": 7,
        "problems": 2,
        "by_severity": {"critical": 4, "high": 5, "medium": 2, "low": 3, "info": 1},
        "by_verdict": {"active": 1, "inactive": 1, "unknown": 1, "unchecked": 12},
        "by_suppression": {"public-key": 4, "excluded-path": 1, "inline": 1, "unreachable": 1},
    }
    assert lines[-1]["summary"]["counts"] == document(samples.realistic())["counts"]
    assert not [line for line in lines if "suppression" in line]
    shown = written("jsonl", samples.realistic(), show_suppressed=True).splitlines()
    assert len([line for line in shown if "suppression" in json.loads(line)]) == 7
