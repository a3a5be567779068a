"""What goes out: every output of a report in which all texts are hostile."""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import given, settings
from hypothesis.database import InMemoryExampleDatabase

from leakhunt.outputs.registry import FORMATS
from tests.outputs.helpers import reports, written
from tests.outputs.test_hostile import SGR, forms

_PLAIN = ("terminal", "json", "jsonl", "csv")


@settings(deadline=None, database=InMemoryExampleDatabase())
@given(drawn=reports())
def _written(drawn: Any) -> None:
    report, secrets = drawn
    for name in FORMATS:
        text = written(name, report, show_suppressed=True)
        for secret in secrets:
            assert not [form for form in forms(secret) if form in text], f"{name} shows a secret"
        if name in _PLAIN:
            assert "\x1b" not in SGR.sub("", text), f"{name} moves the cursor"
        if name == "json":
            json.loads(text)


def shown(data: bytes) -> None:
    """A report that Hypothesis makes of the bytes, in every format."""
    os.environ.pop("GITHUB_STEP_SUMMARY", None)
    _written.hypothesis.fuzz_one_input(data)
