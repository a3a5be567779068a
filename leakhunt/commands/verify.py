"""`leakhunt verify`: ask again about what a report lists.

A report holds no secret. So each is found once more where the report says that it lies, and known
again by its fingerprint.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunt import documents
from leakhunt.commands.choosing import load_signatures
from leakhunt.commands.common import Options, configured, finish
from leakhunt.commands.verification import judged
from leakhunt.errors import GitError, UsageError, nowhere
from leakhunt.model import Finding, Problem, Report, Secret, State, Verdict
from leakhunt.outputs import reread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakhunt.catalogue import Catalogue

_GONE = "its secret is no longer where the report says: it cannot be asked about"


def run(report: str, source: str, options: Options) -> int:
    """Verify the findings of a JSON report again.

    Args:
        report: the file, or `-` for standard input.
        source: what was scanned.
        options: the user's choices.

    Returns:
        The exit code.

    Raises:
        UsageError: it is no report, or the source does not exist.
    """
    if not os.path.lexists(source):
        raise UsageError(*nowhere(source))
    listed = list(_findings(_read(report)))
    options, _ = configured(options, source)
    chosen = load_signatures(options)
    secrets, problems = _found_again(listed, source, chosen)
    # What is not there any more is told with its verdict, not as something unreadable.
    found = [_with_secret(one, secrets.get(one.fingerprint)) for one in listed]
    missing = [one for one in found if one.kind == "secret" and one.fingerprint not in secrets]
    if missing:
        message = f"{len(missing)} of {len(listed)} findings are no longer where the report says"
        problems.append(Problem("not-found-again", report, message, gap=False))
    scanned = {"findings": len(listed)}
    result = Report(source, tuple(found), (), tuple(problems), scanned, chosen)
    return finish(judged(result, options), options, category="leakhunt/verify/")


def _read(report: str) -> Any:
    import sys

    hint = "`leakhunt scan --format json --output report.json` writes one"
    try:
        text = sys.stdin.read() if report == "-" else Path(report).read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{report}: cannot be read: {error.strerror}", hint) from None
    except UnicodeDecodeError:
        raise UsageError(f"{report}: not a report", hint) from None
    try:
        return documents.of_json(text)
    except documents.Unreadable:
        pass
    try:
        lines = [documents.of_json(line) for line in text.splitlines() if line.strip()]
    except documents.Unreadable:
        raise UsageError(f"{report}: not a report in JSON", hint) from None
    if not all(isinstance(line, dict) for line in lines) or not lines or "summary" not in lines[-1]:
        raise UsageError(f"{report}: not a whole report in JSON", hint)
    return {"findings": [line for line in lines if "signature" in line]}


def _findings(document: Any) -> Iterator[Finding]:
    found = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise UsageError("this is no report of leakhunt: it lists no findings", "name one")
    for item in found:
        try:
            yield _finding(item)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UsageError(
                "this is no report of leakhunt: a finding in it cannot be read", "name another"
            ) from None


def _finding(item: dict[str, Any]) -> Finding:
    told = reread.finding(item)
    kept = {key: value for key, value in told.properties.items() if key != "age_days"}
    # What is asked is found once more; only of exposures the verdict stays until then.
    verdict = Verdict() if told.kind == "secret" else told.verdict
    verdict = Verdict(verdict.state, verdict.reason)
    return dataclasses.replace(
        told, secret=Secret(b""), parts=(), verdict=verdict, suppression=None, properties=kept
    )


def _found_again(
    listed: Sequence[Finding], source: str, chosen: Catalogue
) -> tuple[dict[str, Finding], list[Problem]]:
    """Find the secrets of findings where they lay."""
    from leakhunt.engine.scan import Engine, Settings
    from leakhunt.git.repository import Repository
    from leakhunt.pipeline import run as scan
    from leakhunt.sources.named import NamedSource

    secrets = [one for one in listed if one.kind == "secret"]
    root = source if Path(source).is_dir() else os.path.dirname(source) or "."  # noqa: PTH120
    files = sorted(set(_files(secrets, root)))
    objects = dict(_objects(secrets))
    repo, problems = None, []
    if objects:
        try:
            repo = Repository.open(source)
        except GitError as error:
            problems.append(Problem("unreadable", source, error.message, gap=False))
    wanted = {one.signature for one in secrets}
    rows = [at for at, row in enumerate(chosen.rows) if row.id in wanted]
    if not rows or not (files or repo):
        return {}, problems
    engine = Engine(Settings(chosen.only(rows), binary=True))
    made = NamedSource(source, files, root, repo, objects)
    report = scan(made, engine, jobs=1)
    problems += [dataclasses.replace(problem, gap=False) for problem in report.problems]
    return {one.fingerprint: one for one in (*report.findings, *report.suppressed)}, problems


def _files(findings: Iterable[Finding], root: str) -> Iterator[str]:
    for finding in findings:
        for place in finding.locations:
            if not place.path or (place.blob and place.commit):
                continue
            outer = place.path.partition("!")[0]
            for path in (Path(root, outer), Path(outer)):
                if path.is_file():
                    yield str(path)
                    break


def _objects(findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    for finding in findings:
        for place in finding.locations[:3]:
            if place.field and place.commit:
                yield place.commit, ""
            elif place.blob and len(place.blob) in (40, 64):
                yield place.blob, (place.path or "").partition("!")[0]


def _with_secret(finding: Finding, found: Finding | None) -> Finding:
    if finding.kind != "secret":
        return finding
    if found is None:
        return dataclasses.replace(finding, verdict=Verdict(State.UNKNOWN, _GONE))
    return dataclasses.replace(finding, secret=found.secret, parts=found.parts, around=found.around)
