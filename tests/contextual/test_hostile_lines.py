"""No line keeps the patterns busy for ever: what backtracks without end would never return."""

from __future__ import annotations

import itertools
import multiprocessing

from leakhunt.contextual import stand_ins
from leakhunt.contextual.logged import logged
from leakhunt.contextual.names import Names
from leakhunt.contextual.shapes import shapes
from leakhunt.contextual.within import is_enumerated

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


VALUES = (
    b"a/",
    b"a-",
    b"A_",
    b"a:",
    b"a.b/",
    b"a|b:",
    b"ctrl+",
    b"&lt;",
    b"--",
    b"A1+/",
    b"a(",
    b"@a_",
)


def _all() -> None:
    names = Names([])
    for start, filler in itertools.product((*STARTS, b"v1:", b"eyJ", b"env("), (*FILLERS, *VALUES)):
        line = start + (filler * 700)[:700]
        shapes(line)
        logged(line, names)
        is_enumerated(line, 300, 310)
        stand_ins.reason(line[:490].decode("latin-1"), "password")


def test_no_line_keeps_the_patterns_busy_for_ever() -> None:
    process = multiprocessing.get_context("spawn").Process(target=_all)
    process.start()
    process.join(LONG_ENOUGH)
    process.kill()
    assert process.exitcode == 0
