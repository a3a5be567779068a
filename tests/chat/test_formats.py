"""Every format finds what is planted in any of its fields, at its message and place."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt import catalogue
from leakhunt.engine.batches import Item
from leakhunt.engine.conversations import scan_export
from leakhunt.engine.scan import Engine, Scan, Settings
from leakhunt.model import Blob
from tests import tokens
from tests.chat.exports import Export, Said
from tests.chat.others import EXPORTS

CASES = [(one, field) for one in EXPORTS for field in one.fields]


@cache
def engine() -> Engine:
    loaded = catalogue.load([], use_cache=True, vet=lambda _: True)
    wanted = [at for at, row in enumerate(loaded.rows) if row.id in ("github-pat", "postgres-uri")]
    return Engine(Settings(loaded.only(wanted, []), use_cache=False))


def scan(one: Export, content: bytes) -> Scan:
    blob = Blob(f"path:{one.path}", len(content), "file", one.path)
    found = scan_export(engine(), Item(blob, content), lambda item: None)
    assert found is not None, "not recognised"
    return found[0]


def name(case: object) -> str:
    return f"{case.format}:{Path(case.path).name}" if isinstance(case, Export) else str(case)


# Not at the ends of a line: some formats would make something else of it.
LETTERS = st.sampled_from("ab cd.,;!?&<>\"'\\/=#é\u0142\U0001f600\u00a0{}[]()*_~`|:@\n")
AROUND = st.text(LETTERS, max_size=30).map(lambda text: f"x{text}x".replace("\n\n", "\n"))


@pytest.mark.parametrize(("one", "field"), CASES, ids=name)
@settings(max_examples=5, deadline=None, derandomize=True)
@given(AROUND, AROUND, st.integers(0, 99), st.integers(5, 35))
def test_planted_secrets_are_found(
    one: Export, field: str, before: str, after: str, seed: int, cut: int
) -> None:
    secret = tokens.github(seed)
    written = one.write(field, Said(before, secret, after, cut))
    content = written.encode() if isinstance(written, str) else written
    result = scan(one, content)
    assert [problem for problem in result.problems if problem.kind != "limit"] == []
    found = [match for match in result.matches if match.secret.reveal() == secret.encode()]
    assert found, "not found"
    assert len({(m.mention.message, m.mention.pointer) for m in found if m.mention}) <= 2
    match = found[0]
    assert match.mention is not None, "found, but in no message"
    assert match.mention.format == one.format
    if one.message:
        assert match.mention.message == one.message
    if one.author and "name" not in field:
        assert match.mention.author == one.author
    if isinstance(written, str) and "base64" not in field:
        line = written.split("\n")[match.span.line - 1]
        at = line[match.span.column - 1 :]
        start = re.sub(r"=.*", "", at[:4])
        assert start, (at[:40], match.span)
        assert secret.startswith(start), (at[:40], match.span)
