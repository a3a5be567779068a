"""Secrets taken out of the texts around them.

A token can be a file's name, an author's name or part of an error message. `Secret` guards
the value itself; this guards everything else that a report carries.
"""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from leakhunt.model import Finding, Location, Report, Secret

SHORTEST = 6
"""Shorter values are words like `main` that stand anywhere and give nothing away."""
_WORD = 12
"""So do longer ones up to this, if they are a word: the password `compose` hides no path."""

_V = TypeVar("_V")


def redacted(report: Report) -> Report:
    """Return the report with every secret in it masked wherever else it occurs.

    Args:
        report: what was found; paths and names may contain secrets of any of its findings.

    Returns:
        The same report where no text but a `Secret` holds the value of one; the texts of
        signatures are left alone, since they do not come from what was scanned.
    """
    masker = _Masker(_secrets(report))
    return dataclasses.replace(
        report,
        target=masker.text(report.target),
        findings=tuple(_finding(finding, masker) for finding in report.findings),
        suppressed=tuple(_finding(finding, masker) for finding in report.suppressed),
        problems=tuple(
            dataclasses.replace(p, where=masker.text(p.where), message=masker.text(p.message))
            for p in report.problems
        ),
    )


def _secrets(report: Report) -> Iterable[Secret]:
    for finding in (*report.findings, *report.suppressed):
        yield finding.secret
        for _, part in finding.parts:
            yield part
    yield from report.named


def masker(report: Report) -> Callable[[str], str]:
    """Return what masks the secrets of a report in a text."""
    return _Masker(_secrets(report)).text


def titled(report: Report) -> str:
    """Return what a page about a report is called: its target, or the folder's name for `.`."""
    if report.target not in (".", ".."):
        return report.target
    return masker(report)(Path(report.target).resolve().name) or report.target


def without(value: _V, secrets: Iterable[Secret]) -> _V:
    """Return a value made of frozen dataclasses and tuples with secrets masked in every text.

    Args:
        value: what is to be shown.
        secrets: what may stand in it.
    """
    return cast("_V", _without(value, _Masker(secrets)))


def _without(value: object, masker: _Masker) -> object:
    if type(value) is str:
        return masker.text(value)
    if type(value) is tuple:
        return tuple(_without(one, masker) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        changed = {name: _without(one, masker) for name, one in fields.items()}
        return dataclasses.replace(value, **changed) if changed != fields else value
    return value


def _finding(finding: Finding, masker: _Masker) -> Finding:
    verdict = finding.verdict
    suppression = finding.suppression
    if suppression is not None:
        suppression = dataclasses.replace(suppression, reason=masker.text(suppression.reason))
    return dataclasses.replace(
        finding,
        locations=tuple(_location(location, masker) for location in finding.locations),
        verdict=dataclasses.replace(
            verdict, reason=masker.text(verdict.reason), details=masker.values(verdict.details)
        ),
        suppression=suppression,
        properties=masker.values(finding.properties),
        title=masker.text(finding.title) if finding.kind == "exposure" else finding.title,
        reasons=tuple(masker.text(reason) for reason in finding.reasons),
    )


def _location(location: Location, masker: _Masker) -> Location:
    return dataclasses.replace(
        location,
        path=masker.optional(location.path),
        author=masker.optional(location.author),
        ref=masker.optional(location.ref),
        workspace=masker.optional(location.workspace),
        channel=masker.optional(location.channel),
        thread=masker.optional(location.thread),
        message=masker.optional(location.message),
        stamp=masker.optional(location.stamp),
        pointer=masker.optional(location.pointer),
        permalink=masker.optional(location.permalink),
        repository=masker.optional(location.repository),
    )


def without_authors(report: Report) -> Report:
    """Return a report that does not say who wrote what was found."""
    return dataclasses.replace(
        report,
        findings=tuple(map(_nameless, report.findings)),
        suppressed=tuple(map(_nameless, report.suppressed)),
    )


def _nameless(finding: Finding) -> Finding:
    places = tuple(
        dataclasses.replace(
            place,
            author=None,
            # It is named after the people in it.
            channel=None if (place.channel or "").startswith("@") else place.channel,
        )
        for place in finding.locations
    )
    return dataclasses.replace(finding, locations=places)


def _is_word(value: str) -> bool:
    one_case = value.islower() or value.isupper() or value.istitle()
    return len(value) < _WORD and value.isascii() and value.isalpha() and one_case


class _Masker:
    """Replaces secrets in text, by a table of their first characters.

    One alternation of all secrets would try each of them at every position, which takes
    minutes for a report of thousands.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        values: dict[str, str] = {}
        for secret in secrets:
            for errors in ("surrogateescape", "replace", "backslashreplace"):
                values[secret.reveal().decode("utf-8", errors)] = secret.masked
        self._table: dict[str, list[tuple[str, str]]] = {}
        for value in sorted(values, key=len, reverse=True):
            if len(value) >= SHORTEST and not _is_word(value):
                self._table.setdefault(value[:SHORTEST], []).append((value, values[value]))
        self.text = functools.cache(self._text)

    def _text(self, text: str) -> str:
        out: list[str] = []
        done = at = 0
        while self._table and at <= len(text) - SHORTEST:
            for value, masked in self._table.get(text[at : at + SHORTEST], ()):
                if text.startswith(value, at):
                    out += (text[done:at], masked)
                    done = at = at + len(value)
                    break
            else:
                at += 1
        return "".join((*out, text[done:]))

    def optional(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)

    def values(self, items: Mapping[str, _V]) -> Mapping[str, _V]:
        return {key: self._value(value) for key, value in items.items()} if items else items

    def _value(self, value: _V) -> _V:
        return cast("_V", self.text(value)) if isinstance(value, str) else value
