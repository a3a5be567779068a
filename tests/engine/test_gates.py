"""Whatever a pattern matches, a gate sees within the window in which the pattern is looked for."""

from __future__ import annotations

import functools
import random
import re
import warnings
from re import _compiler, _parser  # type: ignore[attr-defined]
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

import pytest
import regex

from leakhunt.engine.confirm import reach
from leakhunt.engine.narrow import narrowed
from leakhunt.engine.prefilter import Gates, Prefilter
from leakhunt.engine.versions import width
from leakhunt.model import Signature

_BYTES = [*range(32, 127), 9, 10]
_WIDEST_OF_TWO_LINES = 48


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        (r"\b(?P<secret>acme_[A-Za-z0-9]{36,80})(?![\w-])", ["acme_[A-Za-z0-9]{23}"]),
        (r"\b(?P<secret>acme_live_key-[a-z]{9})\b", [r"acme_live_key\-"]),
        (r"(?i)\bACME_SECRET\s{0,4}=\s{0,4}(?P<secret>\w{20})", ["(?i)ACME_SECRET"]),
        (r"acmekeys-live(?P<secret>[0-9a-f]{2}-\d{4}-x{2})", [r"acmekeys\-live"]),
        (r"ab_(?P<secret>[0-9a-f]{40}-x)", [r"ab_\w[0-9a-f]{16}"]),
        (r"(?P<secret>[0-9a-f]{32})", None),
        (r"[[:alpha:]]acme_secret_key(?P<secret>\d)", None),
        (r"(?s)acme_secret_key.(?P<secret>\d)", None),
        (r"acme_(?-i:secret_key)_(?P<secret>\d)", None),
        ("acme_secret_key_\N{BULLET}(?P<secret>\\d)", None),
    ],
)
def test_the_rarest_part_of_a_pattern(pattern: str, parts: list[str] | None) -> None:
    found = narrowed(pattern)
    assert found == (parts or [pattern])


def test_a_repeat_that_is_cut_short_ends_the_part() -> None:
    (part,) = narrowed(r"(?P<secret>key-[0-9a-f]{64}-[0-9a-f]{16})\b")
    assert re.search(part, "key-" + "5" * 64 + "-" + "5" * 16)


def test_no_gate_reaches_into_another_line_unless_it_is_short(
    builtin: tuple[Signature, ...],
) -> None:
    far = [
        expression
        for expression in Gates(builtin).expressions
        if width(expression) > _WIDEST_OF_TWO_LINES and _crosses(_parse(expression))
    ]
    assert far == []


@pytest.mark.parametrize("part", range(8))
def test_every_gate_sees_what_its_pattern_matches(
    builtin: tuple[Signature, ...], part: int
) -> None:
    gated = [s for s in builtin if (s.gate or not s.near) and s.context is None]
    some = gated[part::8]
    prefilter = Prefilter(some, use_cache=False)
    rng = random.Random(part)
    missed = set()
    tried = 0
    for index, signature in enumerate(some):
        pattern = regex.compile(signature.pattern.encode())
        parsed = _parse(signature.pattern)
        texts = [example.encode() for example in signature.examples]
        texts += [_drawn(parsed, rng) for _ in range(6)]
        for text in texts:
            for found in pattern.finditer(text, timeout=2):
                if found.end() - found.start() > signature.span:
                    continue
                tried += 1
                ends = [
                    end
                    for gate, end in prefilter.scan(text)
                    if index in prefilter.gates.opens[gate]
                ]
                if not any(
                    end - reach(signature) <= found.start()
                    and found.end() <= end + reach(signature)
                    for end in ends
                ):
                    missed.add(signature.id)
    assert missed == set()
    assert tried > 2 * len(some)


def _parse(expression: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _parser.parse(expression.encode())


def _members(kind: Any, value: Any) -> list[int]:
    """Return what a part that matches a single byte matches, of the bytes of plain text."""
    if kind is op.LITERAL:
        return [value]
    return _class_members(kind, tuple(value) if kind is op.IN else value)


@functools.cache
def _class_members(kind: Any, value: Any) -> list[int]:
    expression = _parser.SubPattern(_parser.State(), [(kind, value)])
    matches = _compiler.compile(expression).match
    return [byte for byte in _BYTES if matches(bytes([byte]))]


def _crosses(items: Any) -> bool:
    for kind, value in items:
        if kind in (op.ASSERT, op.ASSERT_NOT, op.AT):
            continue
        if kind is op.SUBPATTERN:
            inner = [value[3]]
        elif kind is op.BRANCH:
            inner = value[1]
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            inner = [value[2]]
        elif 10 in _members(kind, value):
            return True
        else:
            continue
        if any(map(_crosses, inner)):
            return True
    return False


def _drawn(items: Any, rng: random.Random) -> bytes:
    """Return a text that the expression matches, but for its look-around."""
    text = b""
    for kind, value in items:
        if kind in (op.ASSERT, op.ASSERT_NOT, op.AT, op.GROUPREF):
            continue
        if kind is op.SUBPATTERN:
            text += _drawn(value[3], rng)
        elif kind is op.ATOMIC_GROUP:
            text += _drawn(value, rng)
        elif kind is op.BRANCH:
            text += _drawn(rng.choice(value[1]), rng)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, inner = value
            times = rng.randint(least, min(int(most), least + rng.choice([0, 1, 4])))
            text += b"".join(_drawn(inner, rng) for _ in range(times))
        else:
            text += bytes([rng.choice(_members(kind, value))])
    return text


def test_a_pattern_that_nothing_ever_matches_by_chance() -> None:
    assert narrowed("(?P<secret>(?:(?:a{100}){100}){100})")
