"""What all scanning commands share: signatures in, report out, exit code."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import sys
from typing import TYPE_CHECKING

from leakhunt import derived, patience
from leakhunt.commands.choosing import fault, load_signatures, spoken_last
from leakhunt.commands.destination import destination
from leakhunt.commands.options import Options as Options  # noqa: TC001 (others take it here)
from leakhunt.commands.options import configured as configured
from leakhunt.errors import UsageError
from leakhunt.model import NOTHING_SOUGHT, Confidence, Problem, Report, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leakhunt.catalogue import Catalogue
    from leakhunt.commands.exposure import Watch
    from leakhunt.engine.scan import Engine
    from leakhunt.engine.workers import Scanned
    from leakhunt.git.repository import Repository
    from leakhunt.model import Finding, Match
    from leakhunt.outputs.options import Key, Lines
    from leakhunt.pipeline import Suppress
    from leakhunt.sources.base import Source
    from leakhunt.store.memory import Memory
    from leakhunt.suppress.comments import Comment

CLEAN, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130


def remembering(options: Options) -> Memory | None:
    """Return the store, if it was asked for.

    Raises:
        UsageError: it was, and cannot be had at all.
    """
    if not options.store:
        return None
    try:
        from leakhunt.store.memory import Memory
    except ImportError:
        raise UsageError("--store: this Python comes without sqlite3", "leave it out") from None
    return Memory.at_home()


def scan(
    make_source: Callable[[], Source],
    options: Options,
    *,
    jobs: int | None = None,
    memory: Memory | None = None,
    exposure: bool | Repository = False,
    brief: bool = False,
) -> Report:
    """Run the pipeline with a progress display where people watch.

    Args:
        make_source: builds the source; called after the signatures are known to be right.
        options: the user's choices.
        jobs: overrides `--jobs`.
        memory: what the source remembers; it is told what is looked for, and what was learnt.
        exposure: look for exposed services in the files, or in those of a repository's HEAD.
        brief: little will be scanned, so that starting is what takes time.
    """
    from leakhunt import catalogue
    from leakhunt.engine.pool import default_jobs
    from leakhunt.engine.prefilter import versions
    from leakhunt.engine.scan import Engine, Settings
    from leakhunt.pipeline import run

    chosen = load_signatures(options)
    if not chosen.vetted and (wrong := fault(chosen)):
        raise wrong
    chosen, spoken = spoken_last(chosen)
    watch = None
    if exposure:
        from leakhunt.commands.exposure import Watch

        watch = Watch.of(options, None if exposure is True else exposure)
    if not chosen and not watch and options.builtin:
        raise UsageError("no signature is left to look for", "exposures are looked for in files")
    settings = Settings(
        chosen,
        spoken=spoken,
        use_cache=options.use_cache,
        binary=options.binary,
        containers=options.containers,
        chats=options.chats,
        observer=watch.observer if watch else None,
        brief=brief,
        honor=options.honor,
        least=Confidence(options.min_confidence or "medium"),
    )
    suppress = _suppressor(options, exposures=watch is not None)
    patience.begin(options.file_timeout)
    engine = Engine(settings)
    if memory is not None:
        memory.about(catalogue.digest(chosen), *settings.switches, *versions())
    with contextlib.closing(make_source()) as source, _progress(options, memory) as progress:
        report = run(
            source,
            engine,
            jobs=jobs or options.jobs or default_jobs(),
            least=settings.least,
            progress=progress,
            judge=functools.partial(watch.judge, target=source.target) if watch else None,
            suppress=suppress,
        )
    report = _told(report, watch, engine)
    if report.findings or report.suppressed:
        from leakhunt.commands.verification import judged

        report = judged(report, options)
    return _as_asked(_noted(report, chosen), options)


def _noted(report: Report, chosen: Catalogue) -> Report:
    """Say what is not done as rule files say."""
    if not chosen.notes:
        return report
    from leakhunt.rules.notes import problems

    return dataclasses.replace(report, problems=(*report.problems, *problems(chosen.notes)))


def _suppressor(options: Options, *, exposures: bool) -> Suppress:
    if options.baseline:
        from leakhunt.commands.suppressing import suppressor

        return suppressor(options, exposures=exposures)

    def late(
        findings: Sequence[Finding], matches: Sequence[Match], comments: Sequence[Comment]
    ) -> tuple[list[Finding], list[Problem]]:
        # An entry that allows nothing has to be told above all where nothing is found.
        if not (findings or comments or options.allow):
            return [], []
        from leakhunt.commands.suppressing import suppressor

        return suppressor(options, exposures=exposures)(findings, matches, comments)

    return late


def _as_asked(report: Report, options: Options) -> Report:
    """Leave out authors, and say what a file that nobody named has a say in."""
    if not options.authors:
        from leakhunt.outputs.redact import without_authors

        report = without_authors(report)
    problems = list(report.problems)
    if not options.builtin:
        problems.append(_switched_off(report, options))
    if keys := [key for key in options.narrowed if key != "builtin"]:
        problems.append(_narrowed(keys, options))
    if len(problems) == len(report.problems):
        return report
    return dataclasses.replace(report, problems=tuple(problems))


def _narrowed(keys: Sequence[str], options: Options) -> Problem:
    # What is scanned brings this file along: it must not hide a leak without a word.
    make = "makes" if len(keys) == 1 else "make"
    message = f"{', '.join(keys)} of this file {make} the scan smaller or milder{_hint(options)}"
    return Problem("configuration", options.config or "", message, gap=False)


def _switched_off(report: Report, options: Options) -> Problem:
    """Say that what comes with leakhunt was not looked for: somebody wrote so."""
    said = "the signatures that come with leakhunt are switched off (--no-builtin, builtin = false)"
    many = len(report.signatures)
    rest = f"looked for {many:,} of your own" if many else "nothing was looked for"
    kind = "signatures-off" if many else NOTHING_SOUGHT
    # What somebody else's repository says about itself is no reason to call it clean.
    theirs = "builtin" in options.narrowed and not options.trusted
    message = f"{said}: {rest}{_hint(options) if theirs else ''}"
    return Problem(kind, options.config or "", message, gap=theirs)


def _hint(options: Options) -> str:
    return "" if options.trusted else "; --untrusted ignores it"


def _told(report: Report, watch: Watch | None, engine: Engine) -> Report:
    """Add what a report has to know: further signatures, and secrets in names."""
    report = watch.told(report) if watch else report
    if report.findings or report.suppressed or report.problems:
        from leakhunt.commands.names import with_names

        report = with_names(report, engine)
    return report


@contextlib.contextmanager
def _progress(
    options: Options, memory: Memory | None
) -> Iterator[Callable[[Scanned, int], None] | None]:
    with contextlib.ExitStack() as stack:
        advance = None
        if not options.quiet and sys.stderr.isatty():
            from leakhunt.outputs.progress import progress_bar

            advance = stack.enter_context(progress_bar())
        if memory is None:
            yield advance
            return

        def told(result: Scanned, total: int) -> None:
            memory.learn(result.learnt)
            if advance:
                advance(result, total)

        yield told


def nothing_is_not_clean(report: Report) -> Report:
    """Add a problem if nothing at all was scanned: that must not look like a clean result."""
    scanned = (
        *("staged", "files", "blobs", "members", "commits", "tags", "messages", "conversations"),
        "skipped_binary",
    )
    if any(report.scanned.get(name) for name in scanned) or any(p.gap for p in report.problems):
        return report
    left_out = sum(n for name, n in report.scanned.items() if name.startswith("skipped_"))
    message = "nothing was scanned"
    if left_out and left_out == report.scanned.get("skipped_excluded"):
        message += f": `exclude` leaves out all {left_out} entries"
    elif left_out:
        message += f": all {left_out} entries are left out; see --no-default-excludes"
    else:
        message += ": there is no file and no commit here"
    problem = Problem("nothing-scanned", report.target, message)
    return dataclasses.replace(report, problems=(*report.problems, problem))


def exit_code(report: Report, options: Options) -> int:
    """Say how the process should end: 2 outranks 1, because the result is incomplete."""
    if any(problem.gap for problem in report.problems) and not options.allow_gaps:
        return FAILED
    if report.findings:
        from leakhunt.commands.exposure import fails

        return FOUND if any(fails(finding, options) for finding in report.findings) else CLEAN
    return CLEAN


def finish(
    report: Report,
    options: Options,
    *,
    category: str = "leakhunt/",
    root: str = "",
    top: str = "",
    web: Callable[[], str] | None = None,
    advice: tuple[str, ...] = (),
    code: int | None = None,
    contexts: Callable[[], Mapping[Key, Lines]] | None = None,
) -> int:
    """Write the report and return the exit code.

    Args:
        report: what was found.
        options: where to write it, and how.
        category: keeps the SARIF of two kinds of scan apart.
        root: where relative paths start, from the top of the repository.
        top: the top of the repository, for absolute paths.
        web: says where the repository can be read on the web; asked only if a format links there.
        advice: what to do about findings where this command is used.
        code: the exit code, where that is known already.
        contexts: reads the lines around findings; asked only if a format shows them.

    Raises:
        SourceError: the output file cannot be written.
    """
    from leakhunt.outputs.options import OutputOptions
    from leakhunt.outputs.registry import write

    if options.verify_list:
        from leakhunt.commands.verification import listing

        return listing(report, options)
    code = exit_code(report, options) if code is None else code
    shape = OutputOptions(
        reveal=options.reveal,
        show_suppressed=options.show_suppressed,
        category=category,
        root=root,
        top=top or ("" if options.root else options.top),
        provenance=_provenance(top or options.top or report.target, options),
        web=web() if web and "html" in formats(options) else "",
        least=Severity(options.min_severity or Severity.MEDIUM),
        exit_code=code,
        advice=advice,
        contexts=contexts() if contexts and "html" in formats(options) else {},
    )
    for name, file in [further_report(text) for text in options.report]:
        with destination(file) as stream:
            write(name, report, stream, shape)
    with destination(options.output) as stream:
        write(options.format, report, stream, shape)
    derived.keep()
    if beside := sys.modules.get("leakhunt.engine.beside"):
        beside.leave()
    return code


def formats(options: Options) -> set[str]:
    """Return the formats that reports are asked for in."""
    return {options.format, *(text.partition("=")[0] for text in options.report)}


def _provenance(top: str, options: Options) -> dict[str, str]:
    """Say at which commit a work tree is, for the one format that tells."""
    if not top or not any(name.startswith("sarif") for name in formats(options)):
        return {}
    from leakhunt.errors import GitError
    from leakhunt.git.provenance import provenance
    from leakhunt.git.repository import Repository

    try:
        return provenance(Repository.open(top))
    except GitError:
        return {}


def further_report(text: str) -> tuple[str, str]:
    """Split `FORMAT=FILE`.

    Raises:
        UsageError: it is not of this form, or there is no such format.
    """
    from leakhunt.outputs.registry import FORMATS

    name, _, file = text.partition("=")
    if name not in FORMATS or not file:
        raise UsageError(
            f"--report {text}: not of the form FORMAT=FILE", f"formats: {', '.join(FORMATS)}"
        )
    return name, file
