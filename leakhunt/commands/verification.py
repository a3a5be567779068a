"""What scanning commands do about verdicts: ask, judge by age, leave out, list whom to ask."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from typing import TYPE_CHECKING

from leakhunt.model import Problem
from leakhunt.outputs.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakhunt.commands.options import Options
    from leakhunt.model import Finding, Report, Signature


def judged(report: Report, options: Options, now: datetime.datetime | None = None) -> Report:
    """Give findings their verdicts and ages, and keep those that were asked for.

    Args:
        report: of a scan.
        options: the user's choices; without `verify` nobody is asked.
        now: the time, for tests.
    """
    from leakhunt.verify import age, offline

    now = now or datetime.datetime.now(tz=datetime.UTC)
    findings = [offline.judged(age.dated(finding, now), now) for finding in report.findings]
    problems: list[Problem] = []
    if options.verify and not options.verify_list:
        findings, problems = _asked(findings, report, options)
    findings = [age.worse(finding, options.max_age) for finding in findings]
    # Severities may have changed; what is as severe stays in its order.
    findings.sort(key=lambda finding: -finding.severity.rank)
    if options.only:
        kept = [f for f in findings if f.verdict.state.value in options.only]
        if left := len(findings) - len(kept):
            said = f"{counted(left, 'finding')} left out: only {', '.join(options.only)}"
            problems.append(Problem("left-out", "", said, gap=False))
        findings = kept
    return dataclasses.replace(
        report,
        findings=tuple(findings),
        suppressed=tuple(map(offline.dismissed, report.suppressed)),
        problems=(*report.problems, *problems),
    )


def _asked(
    findings: Sequence[Finding], report: Report, options: Options
) -> tuple[list[Finding], list[Problem]]:
    from leakhunt.verify.policy import Policy
    from leakhunt.verify.remembered import Memory
    from leakhunt.verify.run import verified
    from leakhunt.verify.settings import Settings

    settings = (options.asking if options.trusted else None) or Settings()
    memory = Memory(settings.cache) if options.use_cache else None
    # What cannot be asked must not pass for dead where only what is live counts.
    essential = options.fail_on == "active" or "active" in options.only
    told = _progress(options)
    done = verified(
        findings,
        _signatures(findings, report, options),
        Policy(settings),
        memory=memory,
        told=told,
        essential=essential,
    )
    if told:
        sys.stderr.write("\r\x1b[K")
    return list(done.findings), [*_distrust(options), *done.problems]


def _distrust(options: Options) -> list[Problem]:
    """Say that a file that came with what is scanned has no say in where secrets are sent."""
    if options.trusted or options.asking is None:
        return []
    message = "[verify] of this file is not used: name it with --config, or work in its folder"
    return [Problem("configuration", options.config or "", message, gap=False)]


def _signatures(
    findings: Sequence[Finding], report: Report, options: Options
) -> dict[str, Signature]:
    """Return the signatures of findings, without verifications that a stranger wrote."""
    from leakhunt.signatures import builtin_folder

    wanted = {finding.signature for finding in findings if finding.kind == "secret"}
    found = {one.id: one for one in report.signatures if one.id in wanted}
    if options.trusted:
        return found
    own = str(builtin_folder())
    return {name: one for name, one in found.items() if one.source.startswith(own)}


def _progress(options: Options) -> Callable[[int], None] | None:
    if options.quiet or not sys.stderr.isatty():
        return None

    def told(done: int) -> None:
        sys.stderr.write(f"\rverifying: {done} answered")
        sys.stderr.flush()

    return told


def listing(report: Report, options: Options) -> int:
    """Print which hosts would be contacted and why, and contact none.

    Returns:
        The exit code: 0, or 2 if not everything was scanned.
    """
    import json

    from leakhunt.commands.destination import destination
    from leakhunt.outputs.layout import render
    from leakhunt.outputs.redact import redacted
    from leakhunt.outputs.verification import rows
    from leakhunt.verify.plan import planned
    from leakhunt.verify.policy import Policy
    from leakhunt.verify.settings import Settings

    settings = (options.asking if options.trusted else None) or Settings()
    found = planned(
        report.findings, _signatures(report.findings, report, options), Policy(settings)
    )
    problems = redacted(report).problems
    with destination(options.output) as stream:
        if options.format == "json":
            json.dump({"hosts": [dataclasses.asdict(one) for one in found]}, stream, indent=2)
            stream.write("\n")
        else:
            render(rows(found, problems), stream, 100, False)
    gaps = any(problem.gap for problem in problems) and not options.allow_gaps
    return 2 if gaps else 0
