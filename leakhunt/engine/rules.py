"""What rules of other scanners ask, as those scanners do it."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from typing import TYPE_CHECKING

from leakhunt.engine import confirm, filters
from leakhunt.model import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import regex

    from leakhunt.engine.confirm import Candidate
    from leakhunt.model import Allowance, Match, Rule


def secret(match: regex.Match[bytes], rule: Rule) -> tuple[int, int]:
    """Return where the secret lies in what matched.

    Line breaks at both ends do not belong to it. The groups are those of a search in the rest
    alone. A group that holds nothing is none.
    """
    whole = match[0]
    start = match.start() + len(whole) - len(whole.lstrip(b"\n"))
    text = whole.strip(b"\n")
    try:
        again = match.re.search(text, timeout=confirm.TIMEOUT)
    except TimeoutError:
        again = None
    if again is None:
        return start, start + len(text)
    wanted = [rule.group] if rule.group else range(1, match.re.groups + 1)
    for number in wanted:
        low, high = again.span(number)
        if low < high:
            return start + low, start + high
    # An empty group has no entropy; where none is asked for, what matched is better than nothing.
    return (start, start) if rule.group and rule.least else (start, start + len(text))


def entropy(value: bytes) -> float:
    """Return the Shannon entropy in bits: of characters, but by the number of bytes."""
    counts = Counter(value.decode("utf-8", "replace")).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)


def holds(data: bytes, candidate: Candidate, rule: Rule, path: str) -> tuple[int, ...] | None:
    """Say whether a candidate stands.

    Args:
        data: what was scanned.
        candidate: what the rule's expression matched.
        rule: of its signature.
        path: where the blob lies, or empty where that is not known yet.

    Returns:
        The allowances that refuse it in some places; None if it is refused everywhere.
    """
    if rule.path and path and not matches(rule.path, path):
        return None
    value = data[candidate.start : candidate.end]
    if rule.least:
        bits = entropy(value)
        if bits < rule.least or (bits == rule.least and not rule.reached):
            return None
    return allowed(data, candidate, rule, path)


def allowed(data: bytes, candidate: Candidate, rule: Rule, path: str) -> tuple[int, ...] | None:
    """Ask only the allowances, see :func:`holds`."""
    open_still = []
    for number, allowance in enumerate(rule.allowances):
        answer = _allowed(data, candidate, allowance, path)
        if answer:
            return None
        if answer is None:
            open_still.append(number)
    return tuple(open_still)


def _allowed(data: bytes, candidate: Candidate, allowance: Allowance, path: str) -> bool | None:
    """Say whether a candidate is allowed, or None where that depends on the place."""
    answers = list(_content(data, candidate, allowance))
    elsewhere = bool(allowance.path or allowance.commits or allowance.where)
    if path and elsewhere:
        # A file in the work tree or the index belongs to no commit.
        elsewhere = False
        answers += _answers(allowance, Location(path=path))
    if allowance.every:
        if not all(answers):
            return False
        return None if elsewhere else True
    if any(answers):
        return True
    return None if elsewhere else False


def excused(allowance: Allowance, secret: bytes, place: Location) -> bool:
    """Say whether an allowance of a rule file means what leakhunt's own signatures found.

    Of that only the secret is known, which stands for the match and the line, too.

    Args:
        allowance: of a file that extends the set of its scanner.
        secret: what was found.
        place: where.
    """
    if allowance.when:
        return False
    answers = _answers(allowance, place)
    if allowance.pattern:
        answers.append(_is_found(allowance.pattern, secret))
    if allowance.words:
        lower = secret.decode("utf-8", "replace").lower()
        answers.append(any(word in lower for word in allowance.words))
    return all(answers) if allowance.every else any(answers)


def _content(data: bytes, candidate: Candidate, allowance: Allowance) -> Iterable[bool]:
    value = data[candidate.start : candidate.end]
    if allowance.pattern:
        text = value
        if allowance.target == "match":
            text = data[candidate.low : candidate.high]
        elif allowance.target == "line":
            end = data.find(b"\n", max(candidate.low, candidate.high - 1))
            text = data[data.rfind(b"\n", 0, candidate.low) + 1 : end if end >= 0 else len(data)]
        yield _is_found(allowance.pattern, text)
    if allowance.words:
        lower = value.decode("utf-8", "replace").lower()
        yield any(word in lower for word in allowance.words)
    if allowance.when:
        yield filters.holds(allowance.when, {"finding": _told(data, candidate)})


def _told(data: bytes, candidate: Candidate) -> dict[bytes, object]:
    """Return what a filter can ask about what was found."""
    low, high = candidate.low, candidate.high
    breaks = [data.rfind(sign, 0, low) for sign in (b"\n", b"\r")]
    ends = [at for sign in (b"\n", b"\r") if (at := data.find(sign, high)) >= 0]
    end = data.find(b"\n", max(low, high - 1))
    signature = candidate.signature
    return {
        b"secret": bytes(data[candidate.start : candidate.end]),
        b"match": bytes(data[low:high]).strip(b"\n"),
        b"line": bytes(data[data.rfind(b"\n", 0, low) + 1 : end if end >= 0 else len(data)]),
        b"rule_id": signature.id.encode(),
        b"description": signature.title.encode(),
        b"fragment_raw": filters.Text(data),
        b"match_start_idx": low,
        b"match_end_idx": high,
        b"match_line_start_idx": max(breaks) + 1,
        b"match_line_end_idx": min(ends, default=len(data)),
    }


def matches(expression: str, path: str) -> bool:
    """Say whether an expression is found in a path."""
    return _is_found(expression, path.encode("utf-8", "surrogateescape"))


def _is_found(expression: str, text: bytes) -> bool:
    """Say whether an expression is found in a text; one that takes too long allows nothing."""
    try:
        return confirm.found(expression, text) is not None
    except TimeoutError:
        return False


def in_company(data: bytes, candidates: Sequence[Candidate]) -> list[bool]:
    """Say of each candidate whether it is to be reported: not hidden, and with all it needs."""
    places: dict[str, list[tuple[int, int]]] = {}
    needed = {
        other.signature
        for item in candidates
        if item.signature.rule
        for other in item.signature.rule.company
    }
    for item in candidates if needed else ():
        if item.signature.id in needed:
            places.setdefault(item.signature.id, []).append(_place(data, item))
    return [_reported(data, item, places) for item in candidates]


def _reported(data: bytes, item: Candidate, places: Mapping[str, list[tuple[int, int]]]) -> bool:
    rule = item.signature.rule
    if rule is None or not (rule.hidden or rule.company):
        return True
    if rule.hidden:
        return False
    line, column = _place(data, item)
    return all(
        any(
            (other.lines < 0 or abs(line - there) <= other.lines)
            and (other.columns < 0 or abs(column - at) <= other.columns)
            for there, at in places.get(other.signature, ())
        )
        for other in rule.company
    )


def _place(data: bytes, item: Candidate) -> tuple[int, int]:
    start = data.rfind(b"\n", 0, item.low) + 1
    return data.count(b"\n", 0, start), item.low - start


def here(location: Location, group: Sequence[Match], rule: Rule) -> bool:
    """Say whether one of the matches of a secret stands at a place."""
    path = location.path or ""
    if rule.path and not (path and matches(rule.path, path)):
        return False
    there = [match for match in group if location.blob and match.blob.id == location.blob]
    there = there or [match for match in group if path and match.blob.path == path]
    return any(
        not any(_allowed_at(rule.allowances[number], location) for number in match.allowances)
        for match in there or group
    )


def _allowed_at(allowance: Allowance, location: Location) -> bool:
    answers = _answers(allowance, location)
    return all(answers) if allowance.every else any(answers)


def _answers(allowance: Allowance, location: Location) -> list[bool]:
    """Say of each that an allowance asks of a place whether it holds there."""
    answers = []
    if allowance.path:
        answers.append(bool(location.path) and matches(allowance.path, location.path or ""))
    if allowance.commits:
        answers.append((location.commit or "").lower() in allowance.commits)
    if allowance.where:
        answers.append(filters.holds(allowance.where, {"attributes": _place_of(location)}))
    return answers


def _place_of(location: Location) -> filters.Attributes:
    name, _, mail = (location.author or "").partition(" <")
    told = {
        b"path": location.path,
        b"git.sha": location.commit,
        b"git.author_name": name,
        b"git.author_email": mail.rstrip(">"),
        b"git.date": _in_utc(location.date),
    }
    known = {key: text.encode("utf-8", "surrogateescape") for key, text in told.items() if text}
    return filters.Attributes(known)


def _in_utc(date: str | None) -> str:
    """Return an ISO 8601 date as betterleaks writes it; as it is if it cannot be computed."""
    try:
        moment = datetime.datetime.fromisoformat(date or "").astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return date or ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
