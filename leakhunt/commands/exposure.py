"""What scanning commands do about exposed services: which to look for, and findings of them."""

from __future__ import annotations

import dataclasses
import fnmatch
import functools
from typing import TYPE_CHECKING

from leakhunt.model import Confidence, Severity, Signature, State
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.commands.common import Options
    from leakhunt.exposure.observer import Observer
    from leakhunt.exposure.rows import Row
    from leakhunt.git.repository import Repository
    from leakhunt.model import Finding, Problem, Report
    from leakhunt.suppress.comments import Comment

PROVIDER = "exposure"


@functools.cache
def signatures() -> tuple[Signature, ...]:
    """Return what exposures can be found, as signatures, sorted by id."""
    from leakhunt.exposure import rows

    return tuple(map(_signature, rows.load()))


def _signature(row: Row) -> Signature:
    return Signature(
        id=row.id,
        provider=PROVIDER,
        title=row.title,
        severity=Severity(row.severity),
        confidence=Confidence(row.confidence),
        pattern="",
        span=0,
        examples=row.examples,
        counterexamples=row.counterexamples,
        remediation=row.remediation,
        references=row.references,
        source=row.source,
    )


def chosen_by(wanted: str) -> set[str]:
    """Return the ids of exposures that an id, a pattern or `exposure` means."""
    if wanted.lower() == PROVIDER:
        return {signature.id for signature in signatures()}
    if not wanted.startswith(("exposure", "*", "?", "[")):
        return set()
    return {one.id for one in signatures() if fnmatch.fnmatchcase(one.id, wanted)}


def chosen(options: Options) -> set[str]:
    """Apply `--select` and `--ignore` to exposures; return the ids that are left."""
    if not options.builtin:
        return set()
    ids = {signature.id for signature in signatures()}
    if options.select:
        ids = set().union(*map(chosen_by, options.select))
    return ids.difference(*map(chosen_by, options.ignore))


def least_shown(options: Options) -> Severity:
    """Return the least severity of an exposure that people are shown, and that fails a scan."""
    return Severity(options.min_severity or Severity.MEDIUM)


def fails(finding: Finding, options: Options) -> bool:
    """Say whether a finding makes a scan fail: of an exposure what is shown, unless it is asked."""
    if options.fail_on == "active":
        return finding.verdict.state is State.ACTIVE
    least = Severity(options.fail_on or Severity.INFO)
    if finding.kind == "exposure" and not options.fail_on:
        least = least_shown(options)
    return finding.severity.rank >= least.rank


def listed(options: Options) -> list[Signature]:
    """Return what lists show: what is chosen, and may be as severe as asked for."""
    ids = chosen(options)
    least = Severity(options.min_severity).rank if options.min_severity else 0
    return [one for one in signatures() if one.id in ids and one.severity.rank >= least]


def rows_of(options: Options) -> tuple[Row, ...]:
    """Return the rows that are chosen."""
    from leakhunt.exposure import rows

    ids = chosen(options)
    return tuple(row for row in rows.load() if row.id in ids)


def faults(chosen_rows: Sequence[Row]) -> Iterator[str]:
    """Yield a line for each example of a row that does not hold."""
    if not chosen_rows:
        return
    from leakhunt.exposure import proof

    said = {
        "missing": "example {} is not found",
        "noisy": "counterexample {} is found",
        "unseen": "example {} is found, but its gate does not see it",
    }
    for fault in proof.faults(chosen_rows):
        message = said[fault.kind].format(fault.number)
        yield f"{fault.row.source}: {fault.row.id}: {fault.kind}: {message}"


def untried(chosen_rows: Sequence[Row]) -> int:
    """Count the rows whose examples cannot be tried here."""
    if not chosen_rows:
        return 0
    from leakhunt.exposure import proof

    return sum(map(proof.unread, chosen_rows))


def facts(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a row looks at, for `leakhunt signatures show`."""
    from leakhunt.exposure import rows

    row = next(row for row in rows.load() if row.id == name)
    yield "finds", row.api
    for label, values in (
        ("languages", row.languages),
        ("files", row.files),
        ("calls", (*row.calls, *row.loose)),
        ("programs", row.programs),
        ("settings", row.paths),
    ):
        if values:
            yield label, ", ".join(values)
    if row.form in {"sink", "command"}:
        yield "no address", row.omitted
        yield "empty address", row.empty


@record(frozen=True, slots=True)
class Watch:
    """Looks for exposed services during a scan.

    Attributes:
        observer: reads files in the engine's workers.
        ids: the signatures to report.
        least: the least severity to report.
        head: a repository without a work tree: the files of its HEAD are looked at.
        verify: hold what was found against the sockets of this host.
        honor: comments of other tools that count.
    """

    observer: Observer
    ids: frozenset[str]
    least: Severity
    head: Repository | None = None
    verify: bool = False
    honor: tuple[str, ...] = ()

    @classmethod
    def of(cls, options: Options, head: Repository | None = None) -> Watch | None:
        """Return one, or None if nothing of the kind is to be looked for."""
        from leakhunt.exposure.observer import Observer

        if "exposure" in options.ignore and not options.select:
            return None
        ids = chosen(options)
        if not ids:
            return None
        least = Severity(options.min_severity) if options.min_severity else Severity.INFO
        return cls(Observer(), frozenset(ids), least, head, options.verify, options.honor)

    def told(self, report: Report) -> Report:
        """Return a report that knows these signatures, too."""
        own = (one for one in signatures() if one.id in self.ids)
        return dataclasses.replace(report, signatures=(*report.signatures, *own))

    def judge(
        self, observed: Sequence[object], secrets: Sequence[Finding], *, target: str = ""
    ) -> tuple[list[Finding], list[Problem], list[Comment]]:
        """Make findings of what was observed, and say what could not be read.

        Args:
            observed: what the observer saw.
            secrets: findings of secrets in the same files.
            target: the folder that was scanned.

        Returns:
            The findings, the problems, and the comments in the files of HEAD if those are read.
        """
        from leakhunt.exposure.findings import findings

        comments: list[Comment] = []
        if self.head is not None:
            observed = [*observed, *self._at_head(self.head, comments)]
        found, unread = findings(observed, secrets)
        if self.verify and found:
            found = _verified(found, target)
        kept = [
            one
            for one in found
            if one.signature in self.ids and one.severity.rank >= self.least.rank
        ]
        return kept, unread, comments

    def _at_head(self, repo: Repository, comments: list[Comment]) -> Iterator[object]:
        """Yield what files of HEAD say; those that cannot be read are problems of history."""
        from leakhunt.git.index import head_files
        from leakhunt.git.objects import LARGE, ObjectInfo, Unreadable, read_objects
        from leakhunt.sources.beside import CommitFiles

        paths: dict[str, list[str]] = {}
        for file in head_files(repo):
            if file.size <= 0 or file.mode == "120000":
                continue
            path = file.path.decode("utf-8", "surrogateescape")
            if file.size <= LARGE:
                paths.setdefault(file.oid, []).append(path)
            elif said := self.observer.unread(path, file.size):
                yield said
        near = CommitFiles(repo, "HEAD")
        wanted = [ObjectInfo(oid, "blob", -1) for oid in paths]
        for item in read_objects(repo, wanted):
            if isinstance(item, Unreadable):
                continue
            info, content = item
            if b"\0" in bytes(content[:8192]):
                continue
            for path in paths[info.oid]:
                comments += self._comments(info.oid, path, content)
                seen = self.observer.observe(path, content, near)
                if seen is not None:
                    yield seen

    def _comments(self, oid: str, path: str, content: memoryview) -> list[Comment]:
        text = bytes(content)
        if not self.honor and b"leakhunt:allow" not in text:
            return []
        from leakhunt.model import Blob
        from leakhunt.suppress.comments import comments_in

        return comments_in(Blob(oid, len(text), "blob", path), text, self.honor)


def _verified(found: Sequence[Finding], target: str) -> list[Finding]:
    """Hold findings against the sockets of this host."""
    import datetime
    from pathlib import Path

    from leakhunt.exposure.live.confirm import confirmed
    from leakhunt.exposure.live.look import look
    from leakhunt.exposure.live.verify import verified

    folder = Path(target).resolve().as_posix() if Path(target).is_dir() else ""
    now = datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
    return verified(found, look(), confirmed, folder=folder, moment=now)
