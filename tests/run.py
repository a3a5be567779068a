"""Runs leakhunt as a user does, in this process or in one of its own."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from leakhunt.cli import main


@dataclasses.dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def ids(self) -> list[str]:
        return [finding["signature"] for finding in self.json["findings"]]


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def leakhunt(*args: str | Path, cwd: Path, stdin: bytes = b"") -> Result:
    """Run the command line in this process (fast)."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin))
    code = -1
    try:
        with _inside(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main([str(a) for a in args])
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdin = before
    return Result(code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined]


def report(*args: str | Path, cwd: Path, stdin: bytes = b"") -> Result:
    """Run with one job and a JSON report."""
    return leakhunt(*args, "--format", "json", "--jobs", "1", cwd=cwd, stdin=stdin)


def process(*args: str | Path, cwd: Path, stdin: bytes = b"", **env: str) -> Result:
    """Run the command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "leakhunt", *map(str, args)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | env,
        timeout=120,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
