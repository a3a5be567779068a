"""Joins the halves of a credential, in any order and at any distance in one file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from leakhunt.engine.boundary import after_escape
from leakhunt.engine.checks import entropy, is_placeholder
from leakhunt.engine.confirm import pattern
from leakhunt.engine.judge import is_near
from leakhunt.engine.required import required
from leakhunt.model import Match, Part, Problem, Secret, Signature

TIMEOUT = 10.0
"""Seconds for one part in one chunk: only the few files with a first half are searched."""

Chunks = Callable[[], Iterable[tuple[int, bytes]]]
"""Yields the text again as (offset, bytes)."""


class _Candidate(NamedTuple):
    start: int
    end: int
    value: bytes


def pair(
    matches: Sequence[Match], signatures: Mapping[str, Signature], chunks: Chunks
) -> tuple[list[Match], list[Problem]]:
    """Give each match the parts that lie closest to it.

    Args:
        matches: of one blob.
        signatures: by id.
        chunks: the blob's text, once more.

    Returns:
        The matches with their parts: without those that lack a required part, and without
        those whose secret is now a part of another; and what timed out.
    """
    wanted = {part: match for match in matches for part in signatures[match.signature].parts}
    if not wanted:
        return list(matches), []
    candidates: dict[Part, list[_Candidate]] = {part: [] for part in wanted}
    problems: list[Problem] = []
    for base, data in chunks():
        for part, match in wanted.items():
            try:
                candidates[part] += _candidates(data, part, base)
            except TimeoutError:
                where = match.blob.path or match.blob.id
                message = f"the search for the {part.name} of '{match.signature}' took too long"
                problems.append(Problem("timeout", where, message))
    paired = [
        result
        for match in matches
        if (result := _with_parts(match, signatures[match.signature], candidates)) is not None
    ]
    taken = {secret for match in paired for _, secret in match.parts}
    return [m for m in paired if m.parts or m.secret not in taken], problems


def _candidates(data: bytes, part: Part, base: int) -> list[_Candidate]:
    found: list[_Candidate] = []
    # Of a large text most chunks can hold no part at all.
    if required(part.pattern).missing(data, 0, len(data)):
        return found
    if part.near:
        lower = data.lower()
        if not any(word.encode() in lower for word in part.near.words):
            return found
    for match in pattern(after_escape(part.pattern)).finditer(data, timeout=TIMEOUT):
        start, end = match.span("secret")
        value = data[start:end]
        if part.near and not is_near(data, start, end, part.near):
            continue
        if is_placeholder(value) or entropy(value) < part.entropy:
            continue
        found.append(_Candidate(base + start, base + end, value))
    return found


def _with_parts(
    match: Match, signature: Signature, candidates: Mapping[Part, list[_Candidate]]
) -> Match | None:
    start, end = match.offset, match.offset + len(match.secret)
    parts: list[tuple[str, Secret]] = []
    for part in signature.parts:
        apart = [
            (item.start - end if item.start >= end else start - item.end, item.start, item.value)
            for item in candidates[part]
            if item.start >= end or item.end <= start
        ]
        if apart:
            parts.append((part.name, Secret(min(apart)[2])))
        elif part.required:
            return None
    return dataclasses.replace(match, parts=tuple(parts)) if parts else match
