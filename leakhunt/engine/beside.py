"""Makes bytes in a copy of this process, while this one goes on."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def worth_it() -> bool:
    """Say whether a copy can be made that this process need not wait for: on Linux with two cores.

    Elsewhere forking is unsafe, slow or unknown.
    """
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


if sys.platform != "win32":  # which cannot fork

    def started(make: Callable[[], bytes]) -> Callable[[], bytes]:
        """Start a copy that makes something.

        Args:
            make: makes it, and changes nothing that matters here.

        Returns:
            What waits for it, once: it returns nothing if the copy failed, for whatever reason.
        """
        ours, theirs = os.pipe()
        process = os.fork()
        if not process:
            # Whatever happens: nothing of the process that this is a copy of may run on here.
            with contextlib.suppress(BaseException):
                os.close(ours)
                made = make()
                with os.fdopen(theirs, "wb") as stream:
                    stream.write(made)
                os._exit(0)
            os._exit(1)
        os.close(theirs)

        def wait() -> bytes:
            with os.fdopen(ours, "rb") as stream:
                made = stream.read()
            _, status = os.waitpid(process, 0)
            return made if status == 0 else b""

        return wait
