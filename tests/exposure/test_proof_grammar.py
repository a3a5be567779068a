"""Examples in a language whose grammar is an optional package."""

from __future__ import annotations

import pytest

from leakhunt.commands import exposure
from leakhunt.exposure import proof, rows


def test_rows_without_a_grammar_are_not_faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    ktor = next(row for row in rows.load() if row.id == "exposure-kotlin-ktor")
    assert list(proof.faults([ktor])) == []
    monkeypatch.setattr(proof, "finds", lambda row, text: False)
    assert [fault.kind for fault in proof.faults([ktor])][:1] == ["missing"]
    assert exposure.untried([ktor]) == 0
    monkeypatch.setattr(proof, "grammar", lambda name: None)
    assert exposure.untried([ktor]) == 1
    assert list(proof.faults([ktor])) == []
