"""How long reading the code of one file may take, and which files were given up.

Grammars are C of others. One that turns in a circle cannot be stopped from within its process, so
the process that parses is one that can be ended: see `leakhunt/facts/aside.py`.
"""

from __future__ import annotations

from leakhunt.model import Problem

SECONDS = 30
"""CPU time that a file may take. What is parsed at all takes hundredths of a second, and at most a
few of them until the parser itself gives up."""
ASIDE, ALARM, HERE = "aside", "alarm", "here"

limit = SECONDS
"""What was asked for, in seconds of CPU time."""
way = ASIDE
"""Where code is parsed. `ASIDE`: in a process of its own, which is ended. `ALARM`: in this one,
which an alarm ends: whoever started it does its work again, aside. `HERE`: without a limit."""
_given_up: list[Problem] = []


def begin(seconds: int) -> None:
    """Begin anew: nothing is given up yet.

    Args:
        seconds: of CPU time that a file may take.
    """
    global limit
    limit = seconds
    _given_up.clear()


def give_up(path: str, reason: str) -> None:
    """Note that a file was not read as it should have been.

    Args:
        path: the file, as it is shown.
        reason: why, for people.
    """
    note(Problem("timeout", path, reason))


def note(problem: Problem) -> None:
    """Note what another process has told."""
    _given_up.append(problem)


def gave_up() -> bool:
    """Say whether something was given up in this process since `taken` was last asked."""
    return bool(_given_up)


def taken() -> list[Problem]:
    """Return what was given up in this process since this was last asked."""
    if not _given_up:
        return []
    problems = _given_up.copy()
    _given_up.clear()
    return problems
