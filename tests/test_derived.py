"""What is made once: it is the same from the cache, and the cache may be damaged or unwanted."""

from __future__ import annotations

import importlib
import marshal
import pkgutil
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import regex

import leakhunt
from leakhunt import cache, derived
from leakhunt.contextual import shapes, sieve
from leakhunt.engine import late
from leakhunt.exposure import gate
from leakhunt.facts import names
from leakhunt.lazy import Late
from tests.run import leakhunt as run

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, which is asked."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("LEAKHUNT_CACHE", str(folder))
    again()
    derived.through_cache(True)
    yield folder
    again()
    monkeypatch.setattr(derived, "_cached", None)


def again() -> None:
    """As in a new process."""
    derived._kept.cache_clear()
    derived._fresh.clear()


def expressions() -> list[Late]:
    """All that wait to be compiled in modules of ours."""
    found: dict[tuple[object, int], Late] = {}
    for module in pkgutil.walk_packages(leakhunt.__path__, "leakhunt."):
        if module.name != "leakhunt.__main__":
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Late) and value._make.__module__ == "leakhunt.lazy":
                    found[value.pattern, value._flags] = value
    return list(found.values())


def test_expressions_are_the_same_from_the_cache() -> None:
    waiting = expressions()
    assert len(waiting) > 300
    for _ in range(2):
        for one in waiting:
            made = derived.expression(one.pattern, one._flags)
            usual = re.compile(one.pattern, one._flags)
            # The programs are compared too, but not what their groups are called.
            assert made == usual
            assert made.groups == usual.groups
            assert dict(made.groupindex) == dict(usual.groupindex)
        derived.keep()
        again()


def uncompiled() -> None:
    """As in a new process."""
    for one in expressions():
        for name in set(vars(one)) - {"pattern", "_flags", "_make"}:
            vars(one).pop(name)


def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The expressions that are parsed from now on."""
    seen: list[str] = []
    usual = sys.modules["re._parser"].parse

    def parse(text: str, *rest: object) -> object:
        seen.append(text)
        return usual(text, *rest)

    monkeypatch.setattr("re._parser.parse", parse)
    return seen


def test_nothing_is_made_twice(monkeypatch: pytest.MonkeyPatch, kept: Path) -> None:
    re.compile(cache.OURS)  # what others need of `re` may have been forgotten
    seen = parsed(monkeypatch)
    for text in ("one(?P<a>x)", "two"):
        derived.expression(text, 0)
        derived.keep()
        again()
    assert seen == ["one(?P<a>x)", "two"]
    found = derived.expression("one(?P<a>x)", 0).search("onex")
    assert found is not None
    assert found["a"] == "x"
    derived.expression("two", 0)
    derived.keep()
    assert len(seen) == 2
    assert len(list(kept.iterdir())) == 1


def test_flags_and_bytes_are_told_apart() -> None:
    for _ in range(2):
        assert derived.expression("a.b", re.DOTALL).search("a\nb")
        assert not derived.expression("a.b", 0).search("a\nb")
        assert derived.expression(b"a.b", 0).search(b"a-b")
        derived.keep()
        again()


@pytest.mark.parametrize(
    "there",
    [b"", b"nonsense", marshal.dumps(7), marshal.dumps({("re 0", "x+"): b"nonsense"}),
     marshal.dumps({("re 0", "x+"): marshal.dumps((1, 2))}),
     marshal.dumps({("re 0", "x+"): marshal.dumps((32, [1, 2, 3], 0, {}, (None,)))})],
)  # fmt: skip
def test_what_is_damaged_is_made_anew(there: bytes) -> None:
    cache.write(derived._name(), there)
    assert derived.expression("x+", 0) == re.compile("x+")


def test_where_python_works_in_another_way_it_is_compiled_as_usual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("re._compiler._code")
    monkeypatch.setattr("re.compile", lambda text, flags: (text, flags))
    assert derived.expression("x+", 2) == ("x+", 2)


def test_too_much_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "_MOST", 2)
    for number in range(3):
        derived.from_text("number", str(number), int)
        derived.keep()
        again()
    assert list(derived._kept()) == [("number", "2")]


def test_a_second_scan_parses_no_expression_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.py"
    file.write_text("password = 'Kx8vQ2mZr7Lw'\n", "utf-8")
    seen = parsed(monkeypatch)
    uncompiled()
    assert run("scan", file, cwd=tmp_path).code == 1
    first = len(seen)
    ready = [one for one in expressions() if "search" in vars(one)]
    assert len(ready) > 50
    uncompiled()
    again()
    seen.clear()
    assert run("scan", file, cwd=tmp_path).code == 1
    assert {one.pattern for one in ready}.isdisjoint(seen)
    assert len(seen) < first


def test_what_processes_of_a_scan_made_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        (tmp_path / f"config{number}.py").write_text("password = 'Kx8vQ2mZr7Lw'\n", "utf-8")
    monkeypatch.setattr("leakhunt.sources.files._FEW_FILES", 0)
    monkeypatch.setattr("leakhunt.sources.files._BATCH_FILES", 2)
    uncompiled()
    assert run("scan", "-j2", cwd=tmp_path).code == 1
    again()
    texts = {text for _, text in derived._kept()}
    assert shapes._QUOTED.pattern in texts
    assert names._ARGUMENTS.pattern not in texts


def test_expressions_of_regex_are_the_same_from_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    expression = rb"(?i)\b(?P<secret>key-[[:xdigit:]]{8})(?<!0{8})(?=\W|$)"
    usual = regex.compile(expression)
    late.compiled(expression)
    derived.keep()
    again()
    monkeypatch.setattr("regex.compile", None)
    made = late.compiled(expression)
    for text in (b"a KEY-0123abcd.", b"key-00000000", b"key-0123abcdx", b"key-0123abcd"):
        found, known = made.search(text), usual.search(text)
        assert (found and found.span("secret")) == (known and known.span("secret"))


@pytest.mark.parametrize("program", [7, (), (b"x+", 0)])
def test_of_a_damaged_expression_of_regex_nothing_is_taken(program: object) -> None:
    kind = f"regex {regex.__version__} 0"
    cache.write(derived._name(), marshal.dumps({(kind, b"x+"): marshal.dumps(program)}))
    assert late.compiled(b"x+").findall(b"axxb") == [b"xx"]


def test_without_cache_nothing_is_read_or_written(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.gate.cache_clear()
    monkeypatch.setattr(sieve, "MANY", 1)
    file = tmp_path / "config.py"
    file.write_text("password = 'Kx8vQ2mZr7Lw'\n", "utf-8")
    assert run("scan", file, "--no-cache", cwd=tmp_path).code == 1
    assert not kept.exists()
