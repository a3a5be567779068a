"""GitLab's report: what its schema (15.1) asks for, written down here."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from leakhunt.model import Problem, Secret
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt

from . import samples
from .helpers import written
from .samples import GITHUB, finding, old, place

TEXT = {"type": "string", "minLength": 1}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"}
TOOL = {
    "type": "object",
    "required": ["id", "name", "version", "vendor"],
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "version": TEXT,
        "vendor": {"type": "object", "required": ["name"]},
    },
}
VULNERABILITY = {
    "type": "object",
    "required": ["id", "location", "identifiers", "category"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f-]{36}$"},
        "category": {"const": "secret_detection"},
        "name": {"type": "string", "maxLength": 255},
        "description": {"type": "string", "maxLength": 1_048_576},
        "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
        "solution": {"type": "string", "maxLength": 7000},
        "identifiers": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type", "name", "value"],
                "properties": {"type": TEXT, "name": TEXT, "value": TEXT},
            },
        },
        "links": {"type": "array", "items": {"type": "object", "required": ["url"]}},
        "location": {
            "type": "object",
            "required": ["commit"],
            "properties": {
                "file": {"type": "string"},
                "start_line": {"type": "integer", "minimum": 1},
                "end_line": {"type": "integer", "minimum": 1},
                "commit": {"type": "object", "required": ["sha"], "properties": {"sha": TEXT}},
            },
        },
    },
}
SCHEMA = Draft202012Validator(
    {
        "type": "object",
        "required": ["version", "scan", "vulnerabilities"],
        "properties": {
            "version": {"type": "string", "pattern": r"^15\.\d+\.\d+$"},
            "scan": {
                "type": "object",
                "required": ["analyzer", "scanner", "type", "start_time", "end_time", "status"],
                "properties": {
                    "analyzer": TOOL,
                    "scanner": TOOL,
                    "type": {"const": "secret_detection"},
                    "status": {"enum": ["success", "failure"]},
                    "start_time": TIME,
                    "end_time": TIME,
                    "messages": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["level", "value"],
                            "properties": {"level": {"enum": ["info", "warn", "fatal"]}},
                        },
                    },
                },
            },
            "vulnerabilities": {"type": "array", "items": VULNERABILITY},
        },
    }
)


@pytest.mark.parametrize("make", [samples.realistic, samples.hostile, samples.clean])
def test_samples_are_valid(make: Any) -> None:
    SCHEMA.validate(json.loads(written("gitlab", make(), show_suppressed=True)))


def test_a_finding() -> None:
    found = finding(GITHUB, Secret(b"abcdefgh"), old("a.py"))
    report = dataclasses.replace(
        samples.clean(), findings=(found,), problems=(Problem("unreadable", "x", "gone"),)
    )
    document = json.loads(written("gitlab", report))
    SCHEMA.validate(document)
    (one,) = document["vulnerabilities"]
    assert one["location"]["file"] == "a.py"
    assert one["location"]["commit"]["sha"] == found.locations[0].commit
    assert one["identifiers"][1]["value"] == "798"
    assert document["scan"]["status"] == "failure"
    assert document["scan"]["messages"][0]["level"] == "fatal"
    again = json.loads(written("gitlab", report))["vulnerabilities"]
    assert [again[0]["id"]] == [one["id"]]


def test_no_secret_and_no_author(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    token = tokens.github(1)
    repo.commit("a.py", f"key = '{token}'\n")
    done = leakhunt("history", "-f", "gitlab", "--reveal", cwd=tmp_path)
    SCHEMA.validate(done.json)
    assert token not in done.out
    assert "@" not in json.dumps(done.json["vulnerabilities"])
    assert [v["location"]["start_line"] for v in done.json["vulnerabilities"]] == [1]


def test_a_place_without_a_commit() -> None:
    report = dataclasses.replace(
        samples.clean(), findings=(finding(GITHUB, Secret(b"abc"), place("b.py")),)
    )
    (one,) = json.loads(written("gitlab", report))["vulnerabilities"]
    assert one["location"]["commit"] == {"sha": "0" * 40}
