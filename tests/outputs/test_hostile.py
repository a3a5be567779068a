"""What must hold in every format, whatever was scanned."""

import csv
import io
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given

from leakhunt.outputs import wording
from leakhunt.outputs.markdown import escaped, page
from leakhunt.outputs.redact import redacted
from leakhunt.outputs.registry import FORMATS

from . import samples
from .helpers import ANY_REPORT, reports, written

SGR = re.compile(r"\x1b\[[0-9;]*m")
UPLOADED = ("sarif", "sarif-github", "gitlab", "github")


@pytest.fixture(autouse=True)
def no_summary_file(monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def forms(secret: str) -> set[str]:
    """Return the ways in which a format may have written a text."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe="/"),
        escaped(secret),
    }


@pytest.mark.parametrize("name", FORMATS)
@given(drawn=reports())
@ANY_REPORT
def test_no_secret_without_reveal(name, drawn):
    report, secrets = drawn
    text = written(name, report, show_suppressed=True)
    for secret in secrets:
        assert not [form for form in forms(secret) if form in text]


@pytest.mark.parametrize("name", UPLOADED)
@given(drawn=reports())
@ANY_REPORT
def test_no_secret_in_what_is_uploaded_even_with_reveal(name, drawn):
    report, secrets = drawn
    text = written(name, report, show_suppressed=True, reveal=True)
    for secret in secrets:
        assert not [form for form in forms(secret) if form in text]


@pytest.mark.parametrize("name", ["terminal", "json", "jsonl", "csv"])
def test_reveal_shows_the_secret(name):
    secret = samples.realistic().findings[0].secret.reveal().decode()
    assert secret not in written(name, samples.realistic())
    assert secret in written(name, samples.realistic(), reveal=True)


@given(drawn=reports())
@ANY_REPORT
def test_terminal_moves_nothing(drawn):
    report, _ = drawn
    plain = written("terminal", report, show_suppressed=True)
    assert all(line.isprintable() for line in plain.split("\n"))
    styled = written("terminal", report, show_suppressed=True, color=True)
    assert SGR.sub("", styled) == plain


@given(drawn=reports())
@ANY_REPORT
def test_json_is_ascii_and_parses(drawn):
    report, _ = drawn
    for name in ("json", "sarif"):
        text = written(name, report, show_suppressed=True)
        assert text.isascii()
        json.loads(text, parse_constant=pytest.fail)
    lines = written("jsonl", report).splitlines()
    assert len(lines) == len(report.findings) + 1
    assert list(json.loads(lines[-1])) == ["summary"]


@given(drawn=reports())
@ANY_REPORT
def test_csv_has_a_row_for_every_place(drawn):
    report, _ = drawn
    rows = list(csv.reader(io.StringIO(written("csv", report))))
    assert len(rows) == 1 + sum(max(len(f.locations), 1) for f in report.findings)
    assert {len(row) for row in rows} == {len(rows[0])}
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if not cell.isprintable()]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


@given(drawn=reports())
@ANY_REPORT
def test_markdown_has_a_row_for_every_finding(drawn):
    report, _ = drawn
    lines = page(redacted(report), 10**6).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 2 + len(report.findings)
    assert {row.count("|") for row in rows} == {7}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("make", [samples.realistic, samples.hostile, samples.clean])
def test_same_report_same_bytes(name, make):
    assert written(name, make()) == written(name, make())


@pytest.mark.parametrize("sign", ["<", "@", "<@", "@<", "a@", "a@a."])
def test_a_name_of_a_megabyte_is_told_in_time(sign):
    # In quadratic time this would not end.
    assert len(wording.person("<" + sign * 500_000)) <= 2_000_001
