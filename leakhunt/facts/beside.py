"""A process beside this one that answers questions, and can be ended over one of them."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    Answer = Callable[[bytes], bytes]

WAITS = 20
"""A process waits so many times as long as it works, at most, on a machine that is busy."""
_SIZE = 8
"""Bytes that say how long a message is."""
_PIECE = 1 << 20
_MOST = 1 << 20
"""Above any number that a file can have."""


class LateError(Exception):
    """There was no answer in time."""


class DiedError(Exception):
    """The process ended."""


class Beside(Protocol):
    """Such a process."""

    owner: int
    """Who started it. What is forked later has a copy of this, and must not ask."""

    def ask(self, question: bytes, seconds: int) -> bytes:
        """Return the answer.

        Raises:
            LateError: it took far longer than `seconds`.
            DiedError: it ended over the question, or before.
        """

    def end(self) -> int:
        """End it; return the signal that ended it before, or 0."""


def alarm(seconds: float) -> None:
    """Let the kernel end this process after some CPU time; 0: never mind. Windows has no such."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


class Fresh:
    """One that starts from nothing: slower, and safe everywhere."""

    def __init__(self, answer: Answer) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self.owner = os.getpid()
        self._process = context.Process(target=_serve_fresh, args=(theirs, answer), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, question: bytes, seconds: int) -> bytes:
        """See `Beside`. Where there is no alarm, time on the clock counts."""
        try:
            self._ours.send_bytes(question)
            if not self._ours.poll(seconds * (WAITS if sys.platform != "win32" else 1)):
                raise LateError
            return self._ours.recv_bytes()
        except (OSError, EOFError):
            raise DiedError from None

    def end(self) -> int:
        """See `Beside`."""
        self._ours.close()
        self._process.kill()
        self._process.join()
        number = -(self._process.exitcode or 0)
        return 0 if number == getattr(signal, "SIGKILL", 9) else max(0, number)


def _serve_fresh(theirs: Connection, answer: Answer) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, EOFError):
        while True:
            theirs.send_bytes(answer(theirs.recv_bytes()))


def _send(place: int, data: bytes) -> None:
    view = memoryview(len(data).to_bytes(_SIZE, "big") + data)
    while view:
        view = view[os.write(place, view) :]


def _received(place: int, ready: Callable[[], None] | None = None) -> bytes:
    return _exactly(place, int.from_bytes(_exactly(place, _SIZE, ready), "big"), ready)


def _exactly(place: int, size: int, ready: Callable[[], None] | None) -> bytes:
    parts = []
    while size:
        if ready:
            ready()
        part = os.read(place, min(size, _PIECE))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


if sys.platform != "win32":  # which cannot fork

    class Copy:
        """One that is forked from this: it starts at once, and has what is loaded here."""

        def __init__(self, answer: Answer) -> None:
            asked, self._questions = os.pipe()
            self._answers, answers = os.pipe()
            self.owner = os.getpid()
            self._pid = os.fork()
            if not self._pid:
                _serve(asked, answers, answer)
            os.close(asked)
            os.close(answers)

        def ask(self, question: bytes, seconds: int) -> bytes:
            """See `Beside`."""
            import select

            waiting = select.poll()
            waiting.register(self._answers, select.POLLIN)

            def ready() -> None:
                if not waiting.poll(seconds * WAITS * 1000):
                    raise LateError

            try:
                _send(self._questions, question)
                return _received(self._answers, ready)
            except (OSError, EOFError):
                raise DiedError from None

        def end(self) -> int:
            """See `Beside`."""
            os.close(self._questions)
            os.close(self._answers)
            os.kill(self._pid, signal.SIGKILL)  # without effect on one that has ended
            _, status = os.waitpid(self._pid, 0)
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            return 0 if number == signal.SIGKILL else number

    def _serve(asked: int, answers: int, answer: Answer) -> NoReturn:
        """Be the process beside another, until that one is gone."""
        try:
            _alone(asked, answers)
            while True:
                _send(answers, answer(_received(asked)))
        except BaseException:
            # Whatever it is: nothing of the process that this is a copy of may run on here.
            os._exit(1)

    def _alone(*kept: int) -> None:
        """Let go of all that the other process holds, lest somebody waits for its end in vain."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other one decides what Ctrl-C means
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        # Whoever held their locks is not here.
        sys.stdout = sys.stderr = None
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in range(3):
            os.dup2(nothing, standard)
        low = 3
        for number in sorted(kept):
            os.closerange(low, number)
            low = number + 1
        os.closerange(low, _MOST)
