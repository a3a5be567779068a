"""`leakhunt baseline create`, `update` and `review`."""

from __future__ import annotations

import dataclasses
import functools
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.commands.common import CLEAN, FAILED, FOUND
from leakhunt.commands.destination import destination
from leakhunt.commands.suppressing import from_top, gone, load_baseline
from leakhunt.errors import ConfigError, GitError, SourceError, UsageError, nowhere
from leakhunt.model import Secret
from leakhunt.outputs.redact import redacted
from leakhunt.outputs.text import counted, printable
from leakhunt.records import record
from leakhunt.suppress.baseline import Accepted, Baseline, Use, place_name, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leakhunt.commands.options import Options
    from leakhunt.model import Finding, Location, Report
    from leakhunt.suppress.foreign import Imported

NAME = "leakhunt.baseline"
_SHOWN = 5
_ASKABLE = lazy.pattern(r"[^ \t-\r\ud800-\udfff]+")
"""What git can be asked for by name: it ends what it does not have with a blank."""


class _Place(NamedTuple):
    finding: Finding
    at: Location
    name: str  # what the baseline calls it


@record(frozen=True, slots=True)
class _Survey:
    """What a scan without the baseline found, and where the baseline lies."""

    report: Report
    options: Options
    file: Path

    @property
    def gaps(self) -> bool:
        return any(problem.gap for problem in self.report.problems)

    def places(self) -> Iterator[_Place]:
        """Yield the places of all findings, and what a baseline calls them."""
        return self._places(self.report.findings)

    def settled(self) -> Iterator[_Place]:
        """Yield those of what is not reported anyway, such as values out of documentation."""
        return self._places(self.report.suppressed)

    def _places(self, findings: Sequence[Finding]) -> Iterator[_Place]:
        for finding in findings:
            for place in finding.locations:
                path = from_top(self.options, place.path) if place.path else ""
                yield _Place(finding, place, place_name(finding, place, path))

    def divided(self, baseline: Baseline) -> tuple[Use, list[_Place]]:
        """Hold all findings against a baseline; return how it was used, and the new places."""
        use = Use(baseline)
        new: list[_Place] = []
        everywhere = list(self.places())
        for finding in self.report.findings:
            own = [place for place in everywhere if place.finding is finding]
            names = [place.name for place in own]
            accepted = use.accepted(finding, names, functools.partial(gone, self.options))
            new += [place for place in own if place.name not in accepted]
        return use, new


def create(
    path: str,
    options: Options,
    echo: Callable[[str], None],
    *,
    imports: Sequence[str] = (),
    reason: str = "",
    force: bool = False,
) -> int:
    """Accept everything that is found, or of it what files of other tools accept.

    Raises:
        UsageError: there is a baseline already.
    """
    file = _file(path, options)
    if file.exists() and not force:
        hint = "`leakhunt baseline update` or `review` it, or write it anew with --force"
        raise UsageError(f"{file}: exists already", hint)
    accepted = [entry for name in imports for entry in _imported(name)]
    survey = _survey(path, options, file)
    salt = secrets.token_hex(16)
    empty = Baseline((salt,))
    places = list(survey.places())
    if imports:
        accepted, absent = _read_lines(accepted, path)
        kept = [place for place in places if any(_means(entry, place) for entry in accepted)]
        idle = [e for e in accepted if not any(_means(e, place) for place in places)]
        _tell_idle(_Idle.of(idle, absent, survey), len(accepted), echo)
        echo(f"{counted(len({id(p.finding) for p in kept}), 'finding')} taken over")
        places = kept
    lines = tuple(_line(empty, place, reason) for place in places)
    _write(file, dataclasses.replace(empty, lines=lines))
    echo(f"{printable(str(file))}: {counted(len(set(lines)), 'place')} accepted")
    _tell_where(file, echo)
    return FAILED if survey.gaps and not options.allow_gaps else CLEAN


def update(
    path: str,
    options: Options,
    echo: Callable[[str], None],
    *,
    add: bool = False,
    reason: str = "",
) -> int:
    """Follow renames and drop what is gone; what is new is added only if the user says so."""
    file = _file(path, options)
    baseline = load_baseline(str(file))
    survey = _survey(path, options, file)
    use, new = survey.divided(baseline)
    dropped = [] if survey.gaps else use.unused
    if survey.gaps:
        echo("Not everything could be scanned, so nothing is dropped. Problems:")
        for problem in survey.report.problems:
            echo(f"  {problem.kind}: {printable(problem.where)}: {printable(problem.message)}")
    lines = [
        line._replace(path=use.moved[line]) if line in use.moved and line not in use.kept else line
        for line in baseline.lines
        if line not in dropped
    ]
    lines += [line._replace(path=name) for line, name in use.moved.items() if line in use.kept]
    if add:
        lines += [_line(baseline, place, reason) for place in new]
    _write(file, dataclasses.replace(baseline, lines=tuple(lines)))
    fresh = len({place.name + place.finding.fingerprint for place in new})
    echo(
        f"{printable(str(file))}: {len(use.kept):,} kept, {len(use.moved):,} moved, "
        f"{len(dropped):,} dropped, {fresh:,} new {'added' if add else 'not accepted'}"
    )
    if survey.gaps and not options.allow_gaps:
        return FAILED
    return CLEAN if add or not new else FOUND


def review(
    path: str, options: Options, echo: Callable[[str], None], ask: Callable[[str], str | None]
) -> int:
    """Show what is new, one finding after the other, and ask whether it is accepted.

    Args:
        path: what to scan.
        options: the user's choices.
        echo: prints a line.
        ask: asks a question and returns the answer, or None if nobody answers.
    """
    file = _file(path, options)
    fresh = Baseline((secrets.token_hex(16),))
    baseline = load_baseline(str(file)) if file.exists() else fresh
    survey = _survey(path, options, file)
    _, new = survey.divided(baseline)
    shown = {f.fingerprint: f for f in redacted(survey.report).findings}
    findings = list({id(place.finding): place.finding for place in new}.values())
    lines = list(baseline.lines)
    left = len(findings)
    for number, finding in enumerate(findings, 1):
        own = [place for place in new if place.finding is finding]
        _show(shown[finding.fingerprint], own, f"{number} of {len(findings)}", echo)
        answer = _answer(ask)
        if answer == "q":
            break
        if answer == "y":
            reason = ask("Why is it no leak?") or ""
            lines += [_line(baseline, place, reason) for place in own]
            left -= 1
    _write(file, dataclasses.replace(baseline, lines=tuple(lines)))
    echo(f"{printable(str(file))}: {len(findings) - left:,} accepted, {left:,} left")
    if baseline is fresh and not _named(path, options):
        _tell_where(file, echo)
    if survey.gaps and not options.allow_gaps:
        return FAILED
    return FOUND if left else CLEAN


def _answer(ask: Callable[[str], str | None]) -> str:
    """Ask until the answer is `y`, `n` or `q`; nobody's answer is `q`."""
    question = "Accept it? [y]es, [n]o, [q]uit:"
    while (answer := ask(question)) is not None:
        if answer.strip().lower() in {"y", "yes", "n", "no", "q", "quit"}:
            return answer.strip()[0].lower()
        question = "Please answer y, n or q:"
    return "q"


def _tell_where(file: Path, echo: Callable[[str], None]) -> None:
    echo(f'In leakhunt.toml:    baseline = "{printable(file.name)}"')
    echo(f"In .gitattributes:   {printable(file.name)} merge=union")


def _show(
    finding: Finding, places: Sequence[_Place], number: str, echo: Callable[[str], None]
) -> None:
    from leakhunt.outputs import wording

    echo("")
    masked = f"  {printable(finding.secret.masked)}" if len(finding.secret) else ""
    echo(f"{number}: {printable(finding.title)}{masked}  {finding.id}  ({finding.severity})")
    for place in places[:_SHOWN]:
        # The same place in the report that is masked.
        at = finding.locations[place.finding.locations.index(place.at)]
        echo(f"  {wording.place(at)}  {wording.origin(at)}".rstrip())
    if len(places) > _SHOWN:
        echo(f"  … and {len(places) - _SHOWN:,} more")


def _named(path: str, options: Options) -> str:
    """Return the baseline that the command line or the configuration names, or nothing."""
    from leakhunt.config import load

    return options.baseline or load(options.config, path, find=not options.untrusted).baseline or ""


def _file(path: str, options: Options) -> Path:
    """Return where the baseline lies: as named, as configured, or at the top."""
    if named := _named(path, options):
        return Path(named)
    start = Path(path).resolve()
    top = next((f for f in (start, *start.parents) if (f / ".git").exists()), None)
    folder = top or (start if start.is_dir() else start.parent)
    file = folder / NAME
    return Path(os.path.relpath(file)) if file.is_relative_to(Path.cwd()) else file


def _survey(path: str, options: Options, file: Path) -> _Survey:
    """Scan as if there were no baseline: of a repository history too."""
    from leakhunt.commands import audit, scan
    from leakhunt.git.repository import Repository

    if not Path(path).exists():
        raise SourceError(*nowhere(path))
    plain = dataclasses.replace(options, baseline="")
    try:
        Repository.open(path)
    except GitError:
        report, plain = scan.survey([path], plain)
    else:
        report, plain = audit.survey(path, plain)
    return _Survey(report, plain, file)


def _line(baseline: Baseline, place: _Place, reason: str) -> Accepted:
    finding = place.finding
    return Accepted(baseline.hashes(finding)[0], finding.signature, place.name, reason.strip())


def _write(file: Path, baseline: Baseline) -> None:
    with destination(str(file), private=False) as stream:
        stream.write(written(baseline))


def _imported(name: str) -> list[Imported]:
    from leakhunt.suppress.baseline import Malformed
    from leakhunt.suppress.foreign import read

    hint = "a .gitleaksignore, a JSON report of gitleaks, or a baseline of detect-secrets"
    try:
        return read(name, Path(name).read_text("utf-8"))
    except OSError as error:
        raise SourceError(f"{name}: cannot be read: {error.strerror}", hint) from error
    except UnicodeDecodeError:
        raise ConfigError(f"{name}: not UTF-8", hint) from None
    except Malformed as error:
        raise ConfigError(f"{name}:{error.line}: {error.message}", hint) from None


def _read_lines(entries: Sequence[Imported], path: str) -> tuple[list[Imported], set[Imported]]:
    """Add what stands in the lines that are meant, as it stood in their commits.

    What gitleaks tells of one commit leakhunt may tell of another that brought the same, or of
    another line of it.

    Returns:
        The entries, and those of them whose commit or file is not there.
    """
    from leakhunt.git.objects import TooLarge, Unreadable, read_unmeasured
    from leakhunt.git.repository import Repository

    versions = dict.fromkeys(e.version for e in entries if _ASKABLE.fullmatch(e.version))
    try:
        repo = Repository.open(path)
    except GitError:
        return list(entries), set()
    lines: dict[str, list[bytes]] = {}
    for version, item in zip(versions, read_unmeasured(repo, versions), strict=False):
        if not isinstance(item, (TooLarge, Unreadable)):
            lines[version] = bytes(item[1]).split(b"\n")
    known = [
        entry._replace(said=Secret(_continued(text, entry.line)))
        if len(text := lines.get(entry.version, [])) >= entry.line > 0
        else entry
        for entry in entries
    ]
    return known, {entry for entry in known if entry.version in versions.keys() - lines.keys()}


def _continued(lines: Sequence[bytes], number: int) -> bytes:
    """Return a line with those that continue it: gitleaks names the first of a command."""
    end = number
    while end < len(lines) and lines[end - 1].rstrip().endswith(b"\\"):
        end += 1
    return b"\n".join(lines[number - 1 : end])


def _means(entry: Imported, place: _Place) -> bool:
    return entry.means(place.finding, place.at, place.name)


class _Idle(NamedTuple):
    """Entries of other tools that mean nothing that is reported, by why that is so."""

    settled: int  # nothing needs to be accepted: it is not reported anyway
    gone: int  # their commits or files are not here
    rest: list[Imported]

    @classmethod
    def of(cls, idle: Sequence[Imported], absent: set[Imported], survey: _Survey) -> _Idle:
        """Sort entries.

        Args:
            idle: the entries.
            absent: those whose file is not in its commit, or whose commit is not there.
            survey: what was found, and what was suppressed.
        """
        settled = list(survey.settled())
        left = [entry for entry in idle if not any(_means(entry, place) for place in settled)]
        rest = [e for e in left if e not in absent and not _is_gone(e, survey.options)]
        return cls(len(idle) - len(left), len(left) - len(rest), rest)


def _is_gone(entry: Imported, options: Options) -> bool:
    """Say whether an entry means a file as it lies there, and none does."""
    return bool(entry.path) and not entry.commit and gone(options, entry.path)


def _tell_idle(idle: _Idle, count: int, echo: Callable[[str], None]) -> None:
    if idle.settled:
        echo(f"{idle.settled:,} of {count:,} entries mean what is not reported anyway")
    if idle.gone:
        echo(f"{idle.gone:,} of {count:,} entries mean commits or files that are not here")
    if not idle.rest:
        return
    echo(f"{len(idle.rest):,} of {count:,} entries mean nothing that is found:")
    for entry in idle.rest:
        echo(f"  {printable(entry.where)}: {printable(entry.path)}")
