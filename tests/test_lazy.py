"""Expressions that are compiled late work like those that are not, and all of them can be."""

from __future__ import annotations

import gc
import importlib
import pickle
import pkgutil
import re
import subprocess
import sys

import pytest

import leakhunt
from leakhunt import lazy
from leakhunt.engine import late
from leakhunt.lazy import Late


def test_it_works_like_a_compiled_one() -> None:
    made, usual = lazy.pattern(rb"(?P<a>x)(y?)", re.I), re.compile(rb"(?P<a>x)(y?)", re.I)
    for one in (made, usual, pickle.loads(pickle.dumps(made))):
        assert one.pattern == rb"(?P<a>x)(y?)"
        found = one.search(b"aXy")
        assert found is not None
        assert found.span("a") == (1, 2)
        assert [m.span() for m in one.finditer(b"x Xy")] == [(0, 1), (2, 4)]
        assert one.sub(b"-", b"axb") == b"a-b"
        assert one.flags == usual.flags
        assert one.groupindex == {"a": 1}
        assert one.groups == 2


def test_nothing_is_compiled_before_it_is_used() -> None:
    wrong = lazy.pattern("(")
    assert wrong.pattern == "("
    for _ in range(2):
        with pytest.raises(re.error):
            wrong.search("")
    with pytest.raises(AttributeError):
        wrong.nonsense  # type: ignore[attr-defined]  # noqa: B018


def test_those_of_the_engine_take_what_its_library_knows() -> None:
    found = late.pattern(rb"(?<name>\p{Lu}+)").fullmatch(b"AB", timeout=1)
    assert found is not None
    assert found["name"] == b"AB"


def test_every_one_compiles() -> None:
    for module in pkgutil.walk_packages(leakhunt.__path__, "leakhunt."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    gc.unfreeze()  # a scan in this process froze what there was
    found = [one for one in gc.get_objects() if type(one) is Late]
    assert len(found) > 200
    for one in found:
        if one.pattern != "(":
            assert one.flags >= 0, one.pattern


def test_a_start_compiles_few() -> None:
    """What is compiled although nothing was scanned yet: the standard library's own."""
    code = """
import re
compiled = []
make = re._compiler.compile
re._compiler.compile = lambda *given: compiled.append(given[0]) or make(*given)
before = len(compiled)
import click, inspect, hashlib, platform, subprocess, urllib.parse, json, tomllib, regex
before = len(compiled)
import leakhunt.cli, leakhunt.contextual.search, leakhunt.engine.judge, leakhunt.facts.reading
print(len(compiled) - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= 10, done.stdout


COUNT = """
import re._compiler, sys
usual, made = re._compiler.compile, []
def noted(*args, **more):
    frame = sys._getframe(1)
    while frame.f_globals["__name__"].split(".")[0] in ("re", "enum", "functools"):
        frame = frame.f_back
    made.append((frame.f_globals["__name__"], frame.f_lineno))
    return usual(*args, **more)
re._compiler.compile = noted
import leakhunt.engine.conversations, leakhunt.engine.hidden, leakhunt.engine.strings
import leakhunt.exposure.reading, leakhunt.facts.reading
ours = [one for one in made if one[0].startswith("leakhunt.")]
print(*(one for one in ours if one[0] not in ("leakhunt.derived", "leakhunt.lazy")))
"""


def test_what_scans_a_folder_compiles_nothing_when_it_is_loaded() -> None:
    told = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == []
