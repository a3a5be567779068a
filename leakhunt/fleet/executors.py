"""Where work runs: processes of this machine, or a cluster, behind `concurrent.futures`."""

from __future__ import annotations

import concurrent.futures
import contextlib
import re
from typing import TYPE_CHECKING

from leakhunt.errors import UsageError
from leakhunt.fleet import work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client

_AHEAD = 2
"""Tasks that a cluster is given for each of its threads, so that none waits for the next."""
_ADDRESS = re.compile(r"(?:(?P<scheme>tcp|tls)://)?(?:[\w.-]+|\[[\da-fA-F:.]+\]):(?P<port>\d{1,5})")
_LAST_PORT = 65535
_CERTIFICATES = (
    "name them in Dask's configuration, distributed.comm.tls: "
    "https://distributed.dask.org/en/latest/tls.html"
)


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
        address: such as `tcp://scheduler:8786`, or `tls://` for encrypted connections.

    Yields:
        The executor, and how many jobs are handed out at a time.

    Raises:
        UsageError: Dask is not installed, or there is no scheduler or worker.
    """
    client = _client(address)
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


def _client(address: str) -> Client:
    """Connect to a scheduler; certificates are those that Dask's own configuration names.

    Raises:
        UsageError: that is not possible.
    """
    try:
        from distributed import Client, Security
    except ImportError:
        hint = "pip install 'leakhunt[cluster]'"
        raise UsageError("--cluster: Dask is not installed", hint) from None
    found = _ADDRESS.fullmatch(address)
    # Whatever else it is asked for, Dask keeps trying until long after this process should have
    # ended.
    if not found or int(found["port"]) > _LAST_PORT:
        hint = "write tcp://HOST:PORT, or tls://HOST:PORT for encrypted connections"
        raise UsageError(f"--cluster {address}: this is no address of a scheduler", hint)
    _quiet()
    try:
        security = Security()
        given = security.get_connection_args("client")
    except (OSError, ValueError) as error:
        said = f"--cluster: Dask's certificates cannot be read: {error}"
        raise UsageError(said, _CERTIFICATES) from error
    if found["scheme"] == "tls" and given["ssl_context"] is None:
        raise UsageError(f"--cluster {address}: Dask is given no certificates", _CERTIFICATES)
    if found["scheme"] != "tls" and given["require_encryption"]:
        said = f"--cluster {address}: Dask's configuration asks for encryption"
        raise UsageError(said, "write tls:// in place of tcp://")
    try:
        return Client(address, timeout="10s", set_as_default=False, security=security)
    except (OSError, ValueError) as error:
        if "certificate" in str(error):
            said = f"--cluster {address}: the scheduler's certificate is not trusted here"
            raise UsageError(said, _CERTIFICATES) from error
        hint = "start one with `dask scheduler`, and `dask worker` on each machine"
        raise UsageError(f"--cluster {address}: no scheduler answers", hint) from error


def _quiet() -> None:
    """Keep Dask from telling of every worker that goes; what is lost is told in the report."""
    import logging

    for name in [*logging.root.manager.loggerDict]:
        if name.split(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
