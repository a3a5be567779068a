"""One rule of gitleaks or betterleaks to one signature."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from leakhunt.model import Allowance, Company, Confidence, Note, Rule, Severity, Signature
from leakhunt.rules import gates, terms
from leakhunt.rules.expressions import foreign, written
from leakhunt.rules.filters import FilterError
from leakhunt.rules.nodes import ENDLESS, groups, least_width, most_width
from leakhunt.rules.syntax import ExpressionError, parse
from leakhunt.rules.toml import Table, UnusableError
from leakhunt.signatures import MAX_SPAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leakhunt.rules.nodes import Node

SPAN = 16 * 1024
"""Bytes of the longest match that is looked for, where an expression has no end."""
_USED = {
    "id", "description", "regex", "secretgroup", "entropy", "path", "keywords", "tags", "allowlist",
    "allowlists", "required", "components", "skipreport", "filter", "specificity", "confidence",
    "validate", "tokenefficiency",
}  # fmt: skip
_ALLOWLIST = {
    "description", "condition", "commits", "paths", "regextarget", "regexes", "stopwords",
    "targetrules",
}  # fmt: skip
_ENTROPY = re.compile(
    r"""\s*(?:filter\.)?entropy\(finding\["secret"\]\)\s*(?P<sign><=?)\s*(?P<bits>\d+(?:\.\d+)?)\s*"""
)
"""The form in which betterleaks writes its threshold."""
_EFFICIENT = 'failsTokenEfficiency(finding["secret"])'
_WITHIN = re.compile(r"(?i)\s*(?:(?P<lines>\d+)\s*L)?[\s,]*(?:(?P<columns>\d+)\s*C)?\s*")
"""How close another one must be: 5L, 5L80C."""
_USUAL = 100
"""What betterleaks takes for the specificity of a rule that has none."""
_REMEDIATION = "Revoke it where it was issued, and create a new one."


def signature(
    rule: Table,
    name: str,
    allowances: Iterable[Allowance],
    final: Callable[[str], str],
    notes: list[Note],
) -> Signature:
    """Make a signature of a rule.

    Args:
        rule: the rule.
        name: the id under which it is known here.
        allowances: from outside the rule.
        final: the id here of another rule.
        notes: what is not done as the rule says is added.

    Raises:
        UnusableError: it cannot be looked for.
    """
    own = rule.text_of("id")

    def note(key: str, message: str) -> None:
        notes.append(Note(own, rule.where(key), key, message, gap=False))

    for key in rule.values:
        if key not in _USED:
            note(key, f"leakhunt does not support '{key}'; the rule is used without it")
    if rule.text_of("path") and not rule.text_of("regex"):
        allowed = (*allowances_of(rule, own, notes), *allowances)
        return _by_path(rule, name, allowed, note)
    node = _expression(rule, "regex")
    group = int(rule.number("secretgroup"))
    if not 0 <= group <= groups(node):
        raise UnusableError("secretgroup", f"its expression has no group {group}")
    keywords = tuple(dict.fromkeys(word.lower() for word in rule.texts("keywords")))
    hidden = rule.flag("skipreport")
    gate, anywhere = _gate(node, () if hidden or "" in keywords else keywords)
    widest = most_width(node)
    if ENDLESS > widest > MAX_SPAN:
        note("regex", f"it can match {widest} bytes; leakhunt looks for {MAX_SPAN} at most")
    least, reached, filtered = _threshold(rule, note)
    generic = "generic" in own.lower() or rule.values.get("specificity", _USUAL) < _USUAL
    return Signature(
        id=name,
        provider="",
        title=rule.text_of("description") or own,
        severity=Severity.HIGH,
        confidence=_confidence(rule, generic),
        pattern=written(node),
        span=min(widest, MAX_SPAN) if widest < ENDLESS else SPAN,
        examples=(),
        counterexamples=(),
        remediation=_REMEDIATION,
        references=(),
        gate=gate,
        placeholders=False,
        generic=generic,
        source=rule.where(),
        rule=Rule(
            group=group,
            least=least,
            reached=reached,
            path=written(_expression(rule, "path")) if rule.text_of("path") else "",
            anywhere=anywhere,
            foreign=foreign(node),
            hidden=hidden,
            allowances=(*allowances_of(rule, own, notes), *filtered, *allowances),
            company=tuple(_company(rule, final)),
        ),
    )


def _by_path(
    rule: Table, name: str, allowances: tuple[Allowance, ...], note: Callable[[str, str], None]
) -> Signature:
    """Make a signature of a rule that has a path and no regex: files are found by where they lie.

    Raises:
        UnusableError: it needs the company of what lies in a file.
    """
    if rule.tables("required", "components"):
        raise UnusableError("required", "it has no regex and requires another rule")
    if rule.texts("keywords"):
        note("keywords", "it has no regex, so its keywords are not looked for")
    return Signature(
        id=name,
        provider="",
        title=rule.text_of("description") or rule.text_of("id"),
        severity=Severity.HIGH,
        confidence=_confidence(rule, generic=False),
        pattern="",
        span=0,
        examples=(),
        counterexamples=(),
        remediation=_REMEDIATION,
        references=(),
        placeholders=False,
        source=rule.where(),
        rule=Rule(
            path=written(_expression(rule, "path")),
            hidden=rule.flag("skipreport"),
            allowances=allowances,
        ),
    )


def _expression(rule: Table, key: str) -> Node:
    text = rule.text_of(key)
    if not text:
        raise UnusableError("", "it has no regex")
    try:
        node = parse(text)
    except ExpressionError as fault:
        raise UnusableError(key, f"its {key} cannot be read: {fault}") from None
    if key == "regex" and not least_width(node):
        raise UnusableError(key, "its regex matches even where there is nothing")
    return node


def _gate(node: Node, keywords: tuple[str, ...]) -> tuple[str, bool]:
    """Return what the first pass looks for, and whether it may lie far from the match."""
    expression, enough = gates.gate(node)
    if not keywords:
        if not expression:
            raise UnusableError("regex", "every text matches its regex")
        return expression, False
    words = "(?i)" + "|".join(map(re.escape, keywords))
    if not gates.always_holds(node, keywords):
        return words, True
    return (expression, False) if enough else (words, False)


def _threshold(
    rule: Table, note: Callable[[str, str], None]
) -> tuple[float, bool, list[Allowance]]:
    """Return the entropy to exceed, whether to reach it is enough, and what else is no finding."""
    least, reached = rule.number("entropy"), False
    text = rule.text_of("filter")
    if found := _ENTROPY.fullmatch(text):
        if float(found["bits"]) > least:
            least, reached = float(found["bits"]), found["sign"] == "<"
        text = ""
    made: list[Allowance] = []
    made += filtered(text, functools.partial(note, "filter"))
    if rule.flag("tokenefficiency"):
        made += filtered(_EFFICIENT, functools.partial(note, "tokenefficiency"))
    return least, reached, made


def filtered(text: str, note: Callable[[str], None]) -> list[Allowance]:
    """Return what a filter takes away; what of it is not done is noted."""
    if not text.strip():
        return []
    try:
        made, wrong = terms.allowances(text)
    except FilterError as fault:
        made, wrong = [], [f"its filter is not used: {fault}"]
    for message in wrong:
        note(message)
    return made


def _confidence(rule: Table, generic: bool) -> Confidence:
    said = rule.text_of("confidence").lower()
    if not said:
        return Confidence.LOW if generic else Confidence.MEDIUM
    try:
        return Confidence(said)
    except ValueError:
        raise UnusableError("confidence", f"'{said}' is no confidence") from None


def _company(rule: Table, final: Callable[[str], str]) -> Iterable[Company]:
    for other in rule.tables("required", "components"):
        unknown = other.values.keys() - {"id", "withinlines", "withincolumns", "within"}
        within = _WITHIN.fullmatch(other.text_of("within"))
        if unknown or within is None:
            said = min(unknown) if unknown else "within"
            raise UnusableError("required", f"leakhunt does not support '{said}' of 'required'")
        lines, columns = (int(number) if number else -1 for number in within.groups())
        if "withinlines" in other.values:
            lines = int(other.number("withinlines"))
        if "withincolumns" in other.values:
            columns = int(other.number("withincolumns"))
        yield Company(final(other.text_of("id")), lines, columns)


def allowances_of(table: Table, rule: str, notes: list[Note]) -> list[Allowance]:
    """Return the allowlists of a rule or file; what of them cannot be used is noted."""
    found = []
    for entry in table.tables("allowlist", "allowlists"):
        try:
            found.append(allowance(entry))
        except UnusableError as fault:
            message = f"an allowlist is not used: {fault.message}"
            where = table.where("allowlists" if "allowlists" in table.values else "allowlist")
            notes.append(Note(rule, where, "allowlists", message, gap=False))
    return found


def allowance(entry: Table) -> Allowance:
    """Read one allowlist.

    Raises:
        UnusableError: it is wrong, or says what leakhunt does not support.
    """
    unknown = entry.values.keys() - _ALLOWLIST
    if unknown:
        raise UnusableError(min(unknown), f"leakhunt does not support '{min(unknown)}'")
    condition = entry.text_of("condition").upper()
    if condition not in ("", "OR", "||", "AND", "&&"):
        raise UnusableError("condition", "its condition is neither AND nor OR")
    target = entry.text_of("regextarget") or "secret"
    if target not in ("secret", "match", "line"):
        raise UnusableError("regextarget", "its regexTarget is none of secret, match, line")
    made = Allowance(
        every=condition in ("AND", "&&"),
        target=target,
        pattern=_any(entry, "regexes"),
        words=tuple(dict.fromkeys(word.lower() for word in entry.texts("stopwords") if word)),
        path=_any(entry, "paths"),
        commits=tuple(commit.strip().lower() for commit in entry.texts("commits")),
    )
    if not (made.pattern or made.words or made.path or made.commits):
        raise UnusableError("", "it has no commits, paths, regexes or stopwords")
    return made


def _any(entry: Table, key: str) -> str:
    """Join expressions of which one must match."""
    try:
        return "|".join(f"(?:{written(parse(text))})" for text in entry.texts(key))
    except ExpressionError as fault:
        raise UnusableError(key, f"one of its {key} cannot be read: {fault}") from None
