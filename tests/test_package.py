"""What `.ci/package` says of wheels and source archives, without building any."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def contents() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contents", ROOT / ".ci/contents.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_wheel_holds_what_it_should_and_nothing_else(contents: ModuleType) -> None:
    whole = {name if "." in name else f"{name}.abi3.so" for name in contents.wanted()}
    metadata = "leakhunt-0.1.0.dist-info/RECORD"
    assert "leakhunt/signature_data/providers/github.toml" in whole
    assert "leakhunt/git/packs/_delta.abi3.so" in whole
    assert list(contents.wheel_faults([*whole, metadata])) == []
    odd = [*whole - {"leakhunt/cli.py"}, "tests/run.py", "leakhunt/git/packs/_ops.h"]
    assert list(contents.wheel_faults(odd)) == [
        "the wheel lacks leakhunt/cli.py",
        "the wheel should not hold leakhunt/git/packs/_ops.h",
        "the wheel should not hold tests/run.py",
    ]


def test_a_source_archive_holds_the_headers(contents: ModuleType) -> None:
    faults = list(
        contents.archive_faults(["leakhunt-0.1.0/pyproject.toml", "leakhunt-0.1.0/a.pyc"])
    )
    assert "the source archive lacks leakhunt/git/packs/_ops.h" in faults
    assert "the source archive should not hold a.pyc" in faults


def test_what_one_python_builds_works_in_another() -> None:
    # Headers of Python 3.13 no longer say how wide the size behind a `#` is, even where the stable
    # ABI of 3.11 is asked for, and 3.11 and 3.12 then refuse the call.
    for file in (*ROOT.glob("leakhunt/**/*.c"), *ROOT.glob("leakhunt/**/*.h")):
        called = r'(?:Parse|Build|CallFunction|CallMethod)\w*\([^;]*?"([^"]*)"'
        formats = re.findall(called, file.read_text())
        assert not [text for text in formats if "#" in text], file


def test_the_lock_names_all_of_development_with_digests() -> None:
    lines = (ROOT / ".ci/requirements.txt").read_text().splitlines()
    pinned = [line for line in lines if line[:1].isalpha()]
    assert all("==" in line for line in pinned)
    assert len(pinned) > 60
    assert sum("--hash=sha256:" in line for line in lines) >= len(pinned)
    assert not [line for line in lines if "://" in line or line.startswith("--")]
