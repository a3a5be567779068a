"""No line keeps the patterns busy for ever: what backtracks without end would never return."""

from __future__ import annotations

import itertools
import multiprocessing

from leakhunt.contextual.shapes import shapes

LONG_ENOUGH = 60
"""Seconds after which it never will: all lines together take about one."""
STARTS = (
    b'password = "', b"password: '", b"password=", b"password(", b'"password": "', b"--password ",
    b"token => ", b"", b"login(", b"SET PASSWORD ", b"<password>", b"curl -u ", b"https://",
)  # fmt: skip
FILLERS = (
    b"\\x41", b'\\"', b"\\'", b'"', b" ", b"\t", b"=", b"(", b"a", b"a.", b"password ", b"<a>",
    b"password=", b'"a" ', b"${a:-", b"--password ", b"&quot;", b"a=b ", b"$(", b"||", b"with a ",
    b"identified by ", b"bearer ", b"A1+/", b'login("a",', b"[[", b"a@b:", b"\\\\", b' default=',
)  # fmt: skip


def _all() -> None:
    for start, filler in itertools.product(STARTS, FILLERS):
        shapes(start + (filler * 700)[:700])


def test_no_line_keeps_the_patterns_busy_for_ever() -> None:
    process = multiprocessing.get_context("spawn").Process(target=_all)
    process.start()
    process.join(LONG_ENOUGH)
    process.kill()
    assert process.exitcode == 0
