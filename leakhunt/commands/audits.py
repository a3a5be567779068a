"""`leakhunt audit` of many repositories: all in one report, on this machine or on several."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunt import cache
from leakhunt.commands.audit import trended
from leakhunt.commands.choosing import load_signatures
from leakhunt.commands.common import CLEAN, FAILED, FOUND, finish, formats
from leakhunt.commands.part import TOLD, state_of
from leakhunt.errors import UsageError
from leakhunt.fleet import executors, schedule
from leakhunt.fleet.listing import Entry, entries, size
from leakhunt.fleet.merge import Merged
from leakhunt.fleet.work import Task
from leakhunt.outputs.text import counted, printable
from leakhunt.outputs.text import size as in_bytes
from leakhunt.records import record
from leakhunt.store.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leakhunt.audits import Audit, Audited
    from leakhunt.commands.options import Options

_OF_ONE = ("github", "gitlab", "sarif-github")
"""Formats whose readers know one repository."""


@record(frozen=True, slots=True)
class Many:
    """Which repositories, and where the work is done."""

    named: tuple[str, ...] = ()
    """Paths and addresses."""
    lists: tuple[str, ...] = ()
    """Files that list them, and folders of clones."""
    cluster: str = ""
    """The address of a Dask scheduler."""
    fresh: bool = False
    """Do not go on with an audit that was interrupted."""
    limit: int = 0
    """Seconds after which a repository is given up; 0 is never."""


def run(many: Many, options: Options) -> int:
    """Audit repositories and report.

    Returns:
        The exit code: 2 if one of them could not be scanned whole.

    Raises:
        UsageError: something was asked for that is there for one repository only.
    """
    _possible(options)
    load_signatures(options)  # what is wrong with them is wrong for all
    found = entries(many.named, many.lists)
    started = time.monotonic()
    merged = Merged()
    parts = Parts(_audit(many, options))
    if many.fresh:
        parts.forget()
    waiting = list(_taken_over(found, parts, merged))
    _tell_of_those(merged, options)
    try:
        _do(waiting, many, options, parts, merged, len(found))
    except KeyboardInterrupt:
        done = len(merged.repositories)
        sys.stderr.write(
            f"leakhunt: {done} of {counted(len(found), 'repository')} were done; the same command "
            "goes on from there\n"
        )
        raise
    report = merged.report(_target(many), [one.name for one in found], time.monotonic() - started)
    with trended(report, (*many.named, *many.lists), options) as told:
        code = _code(report, merged, options)
        around: Callable[[], dict[Any, Any]] = functools.partial(dict, merged.contexts)
        category = "leakhunt/audit/"
        code = finish(told, options, category=category, code=code, contexts=around)
    if not merged.lost and not merged.late:
        parts.forget()
    elif not options.quiet:
        _tell_of_the_rest(merged)
    return code


def _tell_of_the_rest(merged: Merged) -> None:
    """Say how to scan what was not, without scanning all again."""
    if merged.lost:
        sys.stderr.write(
            f"leakhunt: {counted(merged.lost, 'repository')} lost; the same command scans only "
            "what is not done\n"
        )
    if merged.late:
        sys.stderr.write(
            f"leakhunt: {counted(merged.late, 'repository')} given up; the same command with a "
            "longer --repository-timeout scans only what is not done\n"
        )


def _possible(options: Options) -> None:
    if options.reveal:
        hint = "`leakhunt audit FOLDER --reveal` shows those of one clone"
        raise UsageError("--reveal: secrets of several repositories are never put together", hint)
    if options.verify_list:
        hint = "`leakhunt audit FOLDER --verify-list` for each clone"
        raise UsageError("--verify-list: there is one for one repository only", hint)
    if asked := formats(options).intersection(_OF_ONE):
        name = min(asked)
        hint = f"`leakhunt audit FOLDER -f {name}` for each clone, or sarif or json for all"
        raise UsageError(f"--format {name}: its readers know one repository only", hint)


def _code(report: Audit, merged: Merged, options: Options) -> int:
    if any(problem.gap for problem in report.problems) and not options.allow_gaps:
        return FAILED
    return FOUND if merged.fails else CLEAN


def _target(many: Many) -> str:
    return ", ".join((*many.lists, *many.named))


def _do(
    waiting: Sequence[Entry],
    many: Many,
    options: Options,
    parts: Parts,
    merged: Merged,
    total: int,
) -> None:
    """Audit what is not done, and keep each as soon as it is."""
    if not waiting:
        return
    from leakhunt.engine.pool import default_jobs

    slots = options.jobs or default_jobs()
    where = executors.cluster(many.cluster) if many.cluster else executors.here(slots)
    shares = schedule.shares({one: size(one) for one in waiting}, slots)
    told = _told(options)
    tasks = [
        Task(
            *(one.name, one.place, one.remote, told, os.getcwd()),  # noqa: PTH109
            contexts="html" in formats(options),
            limit=many.limit,
            jobs=(options.jobs or 1) if many.cluster else share,
        )
        for one, share in shares.items()
    ]
    if many.cluster:
        tasks = [dataclasses.replace(task, jobs=1) for task in tasks]
    names = {one.name: one for one in waiting}
    with where as (executor, width):
        for task, said in schedule.results(tasks, executor, width):
            audited = merged.add(task.name, said)
            if not audited.failed:
                parts.write(_part(names[task.name]), said)
            _tell(audited, len(merged.repositories), total, options)


def _told(options: Options) -> dict[str, Any]:
    """Return what decides what is found, for processes that may run elsewhere."""
    told = {name: getattr(options, name) for name in TOLD}
    here = Path.cwd()
    told["signatures"] = [str(here / path) for path in options.signatures]
    for name in ("config", "baseline"):
        told[name] = str(here / told[name]) if told[name] else told[name]
    return told


def _audit(many: Many, options: Options) -> str:
    """Return a digest of what is audited and how: what is done counts for this and no other."""
    package = Path(__file__).parent.parent
    known: list[object] = [many.named, many.lists, os.getcwd(), _told(options)]  # noqa: PTH109
    known.append("html" in formats(options))
    with contextlib.suppress(OSError):
        known += sorted(cache.stamp(str(package), ".py", deep=True))
        known += sorted(cache.stamp(str(package), ".so", deep=True))
    from leakhunt.signatures import builtin_folder

    with contextlib.suppress(OSError):
        known += sorted(cache.stamp(str(builtin_folder()), ".toml", deep=True))
    for named in filter(None, (*options.signatures, options.config, options.baseline)):
        with contextlib.suppress(OSError):
            status = Path(named).stat()
            known.append((named, status.st_size, status.st_mtime_ns))
    return cache.key("audit", repr(known))


def _part(entry: Entry) -> str:
    return hashlib.blake2b(os.fsencode(entry.place), digest_size=20).hexdigest()


def _taken_over(found: Sequence[Entry], parts: Parts, merged: Merged) -> Iterator[Entry]:
    """Take over what an interrupted run had done and has not changed since; yield the rest."""
    import json

    for one in found:
        said = parts.read(_part(one))
        if said is not None:
            with contextlib.suppress(ValueError, OSError):
                state = json.loads(said).get("state", "")
                if one.remote or (state and state == state_of(one.place)):
                    merged.add(one.name, said, again=True)
                    continue
        yield one


def _tell_of_those(merged: Merged, options: Options) -> None:
    if merged.repositories and not options.quiet:
        was = "was" if len(merged.repositories) == 1 else "were"
        sys.stderr.write(
            f"{counted(len(merged.repositories), 'repository')} {was} done when the last run was "
            "interrupted; --fresh begins anew\n"
        )


def _tell(audited: Audited, done: int, total: int, options: Options) -> None:
    """Say what came of a repository, and how far all is."""
    if options.quiet:
        return
    said = f"FAILED: {audited.failed}"
    if not audited.failed:
        gaps = f", {counted(audited.gaps, 'gap')}" if audited.gaps else ""
        volume = in_bytes(audited.scanned.get("bytes", 0))
        said = f"{counted(audited.findings, 'finding')}, {volume} in {audited.seconds:.1f} s{gaps}"
    width = len(str(total))
    sys.stderr.write(f"[{done:{width}}/{total}] {printable(audited.name)}: {printable(said)}\n")
    sys.stderr.flush()
