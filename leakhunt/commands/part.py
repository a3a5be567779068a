"""One repository of many, audited in a process of its own: `leakhunt.fleet.work` starts it.

It is told on standard input what to do, and answers on standard output with a report as JSON, in
which secrets are masked and every text that holds one is, too.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunt.commands.options import Options
from leakhunt.errors import LeakhuntError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.model import Report

_TUPLES = frozenset(
    field.name for field in dataclasses.fields(Options) if str(field.type).startswith("tuple")
)
TOLD = (
    *("signatures", "select", "ignore", "exclude", "default_excludes", "min_severity"),
    *("min_confidence", "fail_on", "binary", "allow_gaps", "config", "use_cache", "store"),
    *("containers", "chats", "authors", "verify", "only", "baseline", "builtin", "untrusted"),
    "file_timeout",
)
"""The options that decide what is found; the others are about the report."""
_EXHAUSTED = frozenset((errno.ENOSPC, errno.ENOMEM, errno.EMFILE, errno.ENFILE))
"""What a machine has run out of: the repository may well be fine."""


def main() -> None:
    """Do what standard input says, and answer."""
    line = sys.stdin.buffer.readline()
    if not line:
        return
    task = json.loads(line)
    # Whatever is printed meanwhile is no answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _leash(task["scratch"])
    answer.write(_answer(task))
    answer.flush()
    os._exit(0)  # the thread of the leash still waits


def _answer(task: Mapping[str, Any]) -> bytes:
    from leakhunt.fleet.work import failure

    try:
        return json.dumps(_audited(task), allow_nan=False).encode()
    except LeakhuntError as error:
        return failure(error.message)
    except MemoryError:
        return failure("there was not enough memory for it", lost=True)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _EXHAUSTED:
            return failure(f"{os.strerror(error.errno)}, while it was scanned", lost=True)
        import traceback

        # Never its text: that may hold what was being worked on.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return failure(f"internal error: {type(error).__name__} at {where}")


def _audited(task: Mapping[str, Any]) -> dict[str, Any]:
    from leakhunt.commands.audit import survey
    from leakhunt.commands.exposure import fails
    from leakhunt.git.repository import Repository
    from leakhunt.outputs.document import document
    from leakhunt.outputs.redact import redacted

    place = task["place"]
    if task["remote"]:
        from leakhunt.git.clone import clone

        clone(place, Path(task["scratch"], "repository"))
        place = str(Path(task["scratch"], "repository"))
    state = ""
    if not task["remote"]:
        with contextlib.suppress(OSError):
            state = state_of(place)
    told: dict[str, Any] = {
        name: tuple(value) if name in _TUPLES else value for name, value in task["options"].items()
    }
    report, options = survey(place, Options(**told, quiet=True, jobs=task["jobs"]))
    web = Repository.open(place).web
    failing = any(fails(finding, options) for finding in report.findings)
    around = _contexts(report, options, place) if task["contexts"] else []
    report = _elsewhere(redacted(report), place, task["name"])
    return {
        "contexts": around,
        "report": document(report),
        "signatures": _signatures(report),
        "fails": failing,
        "unsure": report.unsure,
        "put_off": report.put_off,
        "seconds": round(report.seconds, 3),
        "web": web,
        "state": state,
    }


def state_of(place: str) -> str:
    """Return what changes when a repository or its work tree does.

    Raises:
        OSError: something cannot be listed.
    """
    import hashlib

    from leakhunt.git.repository import Repository
    from leakhunt.git.state import folder_state, repository_state

    repository = Repository.open(place)
    digest = hashlib.blake2b(repository_state(repository), digest_size=20)
    if repository.work_tree:
        digest.update(folder_state(repository.work_tree))
    return digest.hexdigest()


def _contexts(report: Report, options: Options, place: str) -> list[Any]:
    """Return the lines around findings: a clone is gone when the report is made."""
    from leakhunt.commands.context import contexts
    from leakhunt.git.repository import Repository

    repo = Repository.open(place)
    found = contexts(report, options, repo, repo.work_tree or "")
    return [[list(key), list(map(list, lines))] for key, lines in found.items()]


def _elsewhere(report: Report, place: str, name: str) -> Report:
    """Name the repository in problems as the report of all does: a clone is gone by then."""
    problems = []
    for one in report.problems:
        where = (
            name if one.where in ("", place) else f"{name}: {one.where.removeprefix(place + '/')}"
        )
        message = one.message.replace(place, name)
        problems.append(dataclasses.replace(one, where=where, message=message))
    return dataclasses.replace(report, problems=tuple(problems))


def _signatures(report: Report) -> list[dict[str, Any]]:
    """Return what is told about the signatures that found something."""
    found = {finding.signature for finding in (*report.findings, *report.suppressed)}
    return [
        {
            "id": one.id,
            "provider": one.provider,
            "title": one.title,
            "severity": one.severity.value,
            "confidence": one.confidence.value,
            "remediation": one.remediation,
            "references": list(one.references),
        }
        for one in (report.signatures if found else ())
        if one.id in found
    ]


def _leash(scratch: str) -> None:
    """End with whoever started this process, and take along what was started here."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1):
                pass
        if sys.platform != "win32" and os.getpgrp() == os.getpid():
            signal_all = os.killpg
            with contextlib.suppress(OSError, ValueError):
                import shutil

                shutil.rmtree(scratch, ignore_errors=True)
            signal_all(os.getpid(), signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
