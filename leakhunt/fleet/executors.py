"""Where work runs: processes of this machine, or a cluster, behind `concurrent.futures`."""

from __future__ import annotations

import concurrent.futures
import contextlib
from typing import TYPE_CHECKING

from leakhunt.errors import UsageError
from leakhunt.fleet import work

if TYPE_CHECKING:
    from collections.abc import Iterator

_AHEAD = 2
"""Tasks that a cluster is given for each of its threads, so that none waits for the next."""


@contextlib.contextmanager
def here(slots: int) -> Iterator[tuple[concurrent.futures.Executor, int]]:
    """Run on this machine: each task starts a process, and a thread waits for it.

    Args:
        slots: how many processes.

    Yields:
        The executor, and how many jobs it does at a time.
    """
    work.resume()
    pool = concurrent.futures.ThreadPoolExecutor(slots)
    try:
        yield pool, slots
    except BaseException:
        work.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def cluster(address: str) -> Iterator[tuple[concurrent.futures.Executor, int]]:
    """Run on the workers of a Dask scheduler, on whatever machines they are.

    Args:
        address: such as `tcp://scheduler:8786`.

    Yields:
        The executor, and how many jobs are handed out at a time.

    Raises:
        UsageError: Dask is not installed, or there is no scheduler or worker.
    """
    try:
        from distributed import Client
    except ImportError:
        hint = "pip install 'leakhunt[cluster]'"
        raise UsageError("--cluster: Dask is not installed", hint) from None
    _quiet()
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        hint = "start one with `dask scheduler`, and `dask worker` on each machine"
        raise UsageError(f"--cluster {address}: no scheduler answers", hint) from error
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise UsageError(f"--cluster {address}: it has no workers", "start `dask worker`")
        # Two repositories are never the same task, even if they look alike.
        executor = client.get_executor(pure=False)
        try:
            yield executor, threads * _AHEAD
        finally:
            executor.shutdown(wait=False)
    finally:
        client.close(timeout=5)


def _quiet() -> None:
    """Keep Dask from telling of every worker that goes; what is lost is told in the report."""
    import logging

    for name in [*logging.root.manager.loggerDict]:
        if name.split(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
