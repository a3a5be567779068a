"""Windows are as wide as what a pattern can see, and searched only if something may be there."""

from __future__ import annotations

import itertools
import random

import pytest

from leakhunt.engine import confirm
from leakhunt.engine.scan import Engine, Settings
from leakhunt.model import Blob, Signature
from leakhunt.signatures import load

_FAR = " " * 200


def _signatures(pattern: str, more: str = "") -> list[Signature]:
    return load(
        {
            "acme.toml": f"""
            [provider]
            name = "Acme"
            remediation = "Revoke it."
            references = ["https://acme.example"]
            [[signature]]
            id = "acme-key"
            title = "Acme key"
            severity = "high"
            confidence = "high"
            pattern = '''{pattern}'''
            {more}
            examples = ["a", "b"]
            counterexamples = ["c"]
        """
        }
    )


def _found(signatures: list[Signature], text: str) -> list[bytes]:
    engine = Engine(Settings(signatures, use_cache=False))
    scan = engine.scan(Blob(id="acme"), text.encode())
    assert scan.problems == []
    return [match.secret.reveal() for match in scan.matches]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"acme_(?P<secret>[0-9a-f]{8})(?=[^\n]{0,300}end)", f"acme_83c0d5f7{_FAR}end"),
        (r"(?<=start[^\n]{0,300})acme_(?P<secret>[0-9a-f]{8})", f"start{_FAR}acme_83c0d5f7"),
        (r"acme_[^\n]{0,300}(?P<secret>[0-9a-f]{8})", f"acme_{_FAR}83c0d5f7"),
        (r"(?P<secret>[0-9a-f]{8})[^\n]{0,300}_acme", f"83c0d5f7{_FAR}_acme"),
        (r"(?<!\w)acme_(?P<secret>[0-9a-f]{8})", rf"\u0041acme_83c0d5f7{_FAR}"),
    ],
)
def test_what_a_pattern_can_see_is_in_its_window(pattern: str, text: str) -> None:
    signatures = _signatures(pattern)
    for before in (0, 900):
        assert _found(signatures, " " * before + text + " " * 900) == [b"83c0d5f7"]


def test_a_window_is_no_wider_than_what_the_pattern_sees() -> None:
    (signature,) = _signatures(r"acme_(?P<secret>[0-9a-f]{8})(?=x{0,10})")
    assert 13 + 10 <= confirm.reach(signature) < 60
    (near,) = _signatures(r"(?P<secret>[0-9a-f]{20})", 'near = ["acme"]\nwithin = 50')
    assert 20 + 50 + 4 <= confirm.reach(near) < 120
    (endless,) = _signatures(r"acme_(?P<secret>[0-9a-f]{8,})", "span = 90")
    assert confirm.reach(endless) == 90


def test_windows_that_touch_are_one() -> None:
    rng = random.Random(1)
    for _ in range(200):
        size, reach = rng.randint(1, 300), rng.randint(1, 40)
        ends = [rng.randint(0, size) for _ in range(rng.randint(0, 8))]
        covered = {at for end in ends for at in range(max(0, end - reach), min(size, end + reach))}
        merged = confirm.windows(ends, reach, size)
        assert {at for low, high in merged for at in range(low, high)} == covered
        assert all(a[1] < b[0] for a, b in itertools.pairwise(merged))


def test_nothing_is_searched_where_what_is_required_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched = []
    search = confirm._search

    def noted(data: bytes, *rest: object) -> list[confirm.Candidate]:
        searched.append(data)
        return search(data, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(confirm, "_search", noted)
    signatures = _signatures(r"\b(?P<secret>[0-9a-f]{32})\b", 'near = ["acme"]')
    value = "83c0d5f7a9b1e24683c0d5f7a9b1e246"
    assert _found(signatures, f"acme {value[:31]}") == []
    assert searched == []
    assert _found(signatures, f"acme {value}") == [value.encode()]
    assert len(searched) == 1
