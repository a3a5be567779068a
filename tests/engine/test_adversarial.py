"""No signature's expression can be led into a search that does not end.

Each is searched for in texts made to be nearly, but never quite, what it looks for: its examples
with pieces repeated. Where one matches in a way that takes exponential or cubic time, the limit of
the search ends it, which is a second where all others take a few milliseconds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from leakhunt.engine import confirm, rules
from leakhunt.engine.scan import Engine, Settings
from leakhunt.model import Allowance, Blob, Location, Signature
from leakhunt.signatures import load
from tests.rules.files import found, rule

_SIZE = 3000
_FILL = (b"a", b"0", b" ", b'"', b"a ", b"a.", b"A1", b"\\n", b"\n ", b"a=b\n")


def _texts(example: bytes, rng: random.Random) -> Iterator[bytes]:
    for fill in _FILL:
        yield example[: len(example) // 2] + fill * (_SIZE // len(fill))
    for _ in range(8):
        low = rng.randrange(len(example))
        piece = example[low : low + rng.randint(1, 12)]
        yield example[:low] + piece * (_SIZE // len(piece)) + b"\0" + example[low:-1]
    yield (example[:-1] + b"!") * (_SIZE // len(example) + 1)


def test_no_search_runs_out_of_time(builtin: tuple[Signature, ...]) -> None:
    rng = random.Random(1)
    late = set()
    searched = [one for one in builtin if one.pattern and "(?P<secret>" in one.pattern]
    assert len(searched) > 800
    for signature in searched:
        example = max(signature.examples, key=len)[:600].encode()
        for text in _texts(example, rng):
            try:
                confirm._search(text, signature, 0, len(text))
            except TimeoutError:
                late.add(signature.id)
    assert late == set()


_ENDLESS = """[[signature]]
id = "acme-endless"
title = "A"
severity = "high"
confidence = "high"
pattern = '''(?P<secret>key(?:a|aa|[ab])+c)'''
gate = '''keya'''
examples = ["keyaac"]
counterexamples = ["key"]
remediation = "Replace it."
references = ["https://acme.example"]
"""


def test_a_search_that_does_not_end_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "TIMEOUT", 0.05)
    engine = Engine(Settings(load({"a.toml": _ENDLESS}), use_cache=False))
    text = b"key" + b"a" * 5000
    (problem,) = engine.scan(Blob("x", len(text), "blob"), text).problems
    assert problem.kind == "timeout"
    assert problem.gap
    assert problem.message == "the search for 'acme-endless' took too long"


_LONG = "k" + "a" * 900 + "!c"
_NEVER = "(?:a|aa|[ab])+c"
_ALLOWS = {
    "secret": f"[[rules.allowlists]]\nregexes = ['{_NEVER}']\n",
    "line": f"[[rules.allowlists]]\nregexes = ['{_NEVER}']\nregexTarget = 'line'\n",
    "filter": f"filter = \"matchesAny(finding['secret'], ['{_NEVER}'])\"\n",
    "contrary": f"filter = \"!matchesAny(finding['secret'], ['{_NEVER}'])\"\n",
    "part": f"filter = \"filter.findMatch(finding['secret'], '{_NEVER}') == ''\"\n",
}


@pytest.mark.parametrize("kind", list(_ALLOWS))
def test_an_allowance_that_does_not_end_allows_nothing(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(confirm, "TIMEOUT", 0.05)
    assert found(rule("key=(ka{900}!c)") + _ALLOWS[kind], f"key={_LONG}\n") == [_LONG]


def test_a_path_that_takes_too_long_is_not_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "TIMEOUT", 0.05)
    assert not rules.matches(_NEVER, _LONG)
    assert not rules.excused(Allowance(pattern=_NEVER), _LONG.encode(), Location())
