"""Secrets in what is shown besides them: names of files, of services, of hosts."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, TypeVar

from leakhunt.model import Blob, Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakhunt.commands.common import Options
    from leakhunt.engine.scan import Engine
    from leakhunt.model import Finding, Report, Secret

_V = TypeVar("_V")

_LIKELY = re.compile(r"(?=[\w+=-]{0,200}[0-9])(?=[\w+=-]{0,200}[A-Za-z])[\w+=-]{16}")
"""The least that a token in a name looks like; names without it are not searched."""


def texts_of(value: object) -> Iterator[str]:
    """Yield every text in dataclasses, tuples and lists; a `Secret` is none."""
    if type(value) is str:
        yield value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from texts_of(one)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts_of(getattr(value, field.name))


def secrets_in(engine: Engine, texts: Iterable[str]) -> tuple[Secret, ...]:
    """Return the secrets in some texts, those that are sure.

    A name that only looks like a password is left as it is, for it has to be found again.

    Args:
        engine: what to look for.
        texts: paths, names and the like.
    """
    likely = [text for text in dict.fromkeys(texts) if _LIKELY.search(text)]
    if not likely:
        return ()
    content = "\n".join(likely).encode("utf-8", "surrogateescape")
    sure = {s.id for s in engine.settings.signatures if s.confidence is Confidence.HIGH}
    found = engine.plain().scan(Blob("names", len(content), "file"), content).matches
    return tuple(dict.fromkeys(match.secret for match in found if match.signature in sure))


def with_names(report: Report, engine: Engine) -> Report:
    """Return a report that knows the secrets in names of its files, so that they are masked."""
    texts = [text for one in report.problems for text in (one.where, one.message)]
    for finding in (*report.findings, *report.suppressed):
        texts += [place.path for place in finding.locations if place.path]
        if finding.kind == "exposure":
            texts += (finding.title, *finding.reasons)
    found = secrets_in(engine, texts)
    return dataclasses.replace(report, named=found) if found else report


def masked(value: _V, findings: Sequence[Finding], options: Options) -> _V:
    """Return what is to be shown without the secrets in it.

    Args:
        value: made of dataclasses and tuples.
        findings: secrets that are known already.
        options: which signatures to look for in names.
    """
    from leakhunt.commands.choosing import load_signatures
    from leakhunt.engine.scan import Engine, Settings
    from leakhunt.outputs.redact import without

    secrets = [finding.secret for finding in findings]
    texts = [text for text in texts_of(value) if _LIKELY.search(text)]
    if texts:
        secrets += secrets_in(Engine(Settings(load_signatures(options))), texts)
    return without(value, secrets) if secrets else value
