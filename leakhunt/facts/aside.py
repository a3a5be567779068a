"""Parses code where that can be ended: in a process beside this one.

A grammar that turns in a circle inside one token holds its process for ever: no callback, no thread
and no signal handler of Python's gets a turn. So another process parses. An alarm of the kernel
ends it, the next one takes its place, and what it could not parse is told. A grammar that crashes
does no more harm than that, either. Workers of a scan parse by themselves, because whoever started
them can do their work again: an alarm ends them, and only the second time they ask.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from typing import TYPE_CHECKING, cast

from leakhunt import derived, patience
from leakhunt.facts import code, lines
from leakhunt.facts.beside import DiedError, Fresh, LateError, alarm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.facts.beside import Beside
    from leakhunt.facts.model import Facts

FORK = sys.platform == "linux"
"""Whether the other process is a copy of this one; where that is unsafe it starts from nothing."""
_TRIES = 2

_beside: Beside | None = None
_hopeless: dict[bytes, str] = {}
"""What could not be parsed, as digests, and why: nobody waits for it twice."""
_noted: list[str] = []


def read(language: str, content: bytes, near: Sequence[tuple[int, int]] = ()) -> Facts:
    """Read the facts of a source file as `code.read` does, but come back from it.

    Args:
        language: a key of `syntax.GRAMMARS`.
        content: the whole file.
        near: the stretches whose facts are wanted, in order; none: all of it.

    Returns:
        Its facts. Where that takes too long, those that single lines give; `noted` has the reason.
    """
    if patience.way == patience.HERE:
        return code.read(language, content, near)
    if patience.way == patience.ALARM:
        alarm(patience.limit)
        try:
            return code.read(language, content, near)
        finally:
            alarm(0)
    key = hashlib.blake2b(content, key=language.encode(), digest_size=16).digest()
    reason = _hopeless.get(key)
    if reason is None:
        found = _asked(language, content, near)
        if not isinstance(found, str):
            return found
        reason = _hopeless[key] = found
    _noted.append(reason)
    return lines.read(language, content)


def noted() -> list[str]:
    """Return why something could not be parsed, since this was last asked."""
    said = _noted.copy()
    _noted.clear()
    return said


def _started() -> Beside:
    if sys.platform != "win32" and FORK:
        from leakhunt.facts.beside import Copy

        return Copy(_answer)
    return Fresh(_answer)


def _asked(language: str, content: bytes, near: Sequence[tuple[int, int]]) -> Facts | str:
    """Return the facts, or why there are none."""
    global _beside
    import pickle

    question = pickle.dumps((language, content, near, patience.limit), 5)
    reason = ""
    for _ in range(_TRIES):
        if _beside is None or _beside.owner != os.getpid():
            _beside = _started()
        try:
            answer = _beside.ask(question, patience.limit)
            found, made = pickle.loads(answer)  # noqa: S301 (ours)
        except BaseException as error:
            number = _beside.end()
            _beside = None
            if not isinstance(error, (LateError, DiedError)):
                raise
            if isinstance(error, LateError) or number == getattr(signal, "SIGPROF", None):
                return _late()
            # It may have been ended from outside: it gets another chance.
            by = f" by signal {number}" if number else ""
            reason = f"what parses it was ended{by}, so it was read line by line"
        else:
            derived.take(made)
            return cast("Facts", found)
    return reason


def _late() -> str:
    return (
        f"parsing took longer than {patience.limit:,} s of CPU time (--file-timeout), so it was "
        "read line by line"
    )


def _answer(question: bytes) -> bytes:
    """Do what was asked, in the other process."""
    import pickle

    language, content, near, limit = pickle.loads(question)  # noqa: S301 (ours)
    alarm(limit)
    try:
        found = code.read(language, content, near)
        return pickle.dumps((found, derived.taken()), 5)
    finally:
        alarm(0)
