"""What is made when the package is built says what parsing does, and counts for nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks import corpus
from leakhunt import built, catalogue, prepared, signatures
from leakhunt.commands.choosing import load_signatures, spoken_last
from leakhunt.commands.common import Options
from leakhunt.commands.prepare import compile_databases, prepare
from leakhunt.contextual import sieve
from leakhunt.engine import compiling, prefilter
from leakhunt.engine.decode import images
from leakhunt.exposure import gate, wording
from leakhunt.model import Signature


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a folder of the signatures, for which all is prepared."""
    place = tmp_path / "signatures"
    ignore = shutil.ignore_patterns(prepared.NAME)
    shutil.copytree(signatures.builtin_folder(), place, ignore=ignore)
    monkeypatch.setattr(signatures, "__file__", str(tmp_path / "leakhunt" / "signatures.py"))
    monkeypatch.setenv("LEAKHUNT_CACHE", "")
    prepared.prepared.cache_clear()
    prepare(str(place))
    return place


def _loaded() -> catalogue.Catalogue:
    prepared.prepared.cache_clear()
    return catalogue.load([], use_cache=False, vet=lambda _: False)


def _gates(loaded: catalogue.Catalogue) -> prefilter.Gates:
    return prefilter.Gates(loaded)


def test_it_says_what_parsing_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _loaded()
    gates = _gates(made)
    opens = gates.expressions, gates.opens
    with monkeypatch.context() as patched:
        patched.setattr(prefilter, "gate_expressions", None)
        assert (_gates(made).expressions, _gates(made).opens) == opens
    assert made.vetted
    (folder / prepared.NAME).unlink()
    parsed = _loaded()
    assert not parsed.vetted
    assert list(made) == list(parsed)
    assert made.rows == parsed.rows
    assert catalogue.digest(made) == catalogue.digest(parsed)
    gates = _gates(parsed)
    assert opens == (gates.expressions, gates.opens)


def test_what_names_ask_for_is_prepared(folder: Path) -> None:
    from leakhunt.engine.required import texts

    held = prepared.prepared(str(folder))
    assert held is not None
    assert len(held.texts) > 100
    assert all(
        list(map(frozenset, clauses)) == texts(expression)
        for expression, clauses in held.texts.items()
    )


@pytest.mark.parametrize("how", ["signature", "new", "gone", "damaged", "cut", "module"])
def test_what_does_not_hold_counts_for_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    one = folder / "providers" / "github.toml"
    file = folder / prepared.NAME
    content = file.read_bytes()
    if how == "signature":
        one.write_text(one.read_text("utf-8").replace("GitHub", "GitHuk"), "utf-8")
    elif how == "new":
        shutil.copy(one, folder / "contextual" / "github2.toml")
    elif how == "gone":
        one.unlink()
    elif how == "damaged":
        file.write_bytes(content[:-100] + b"\0" + content[-99:])
    elif how == "cut":
        file.write_bytes(content[:-1])
    else:
        package = tmp_path / "package"
        shutil.copytree(Path(prepared.__file__).parent, package)
        narrow = package / "engine" / "narrow.py"
        monkeypatch.setattr(prepared, "__file__", str(package / "prepared.py"))
        prepared.prepared.cache_clear()
        assert prepared.prepared(str(folder)) is not None
        narrow.write_text(narrow.read_text("utf-8") + "\n", "utf-8")
    prepared.prepared.cache_clear()
    assert prepared.prepared(str(folder)) is None


def test_with_signatures_of_the_user_all_are_parsed(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (folder / "providers" / "github.toml").read_text("utf-8")
    start = text.index("[[signature]]")
    end = text.index("[[signature]]", start + 1)
    first = text[:end].replace('id = "github-', 'id = "own-')
    own.write_text(first, "utf-8")
    loaded = catalogue.load([own], use_cache=False, vet=lambda _: False)
    found = {signature.id: signature for signature in loaded}
    assert len(found) == len(_loaded()) + 1
    added: list[Signature] = [one for name, one in found.items() if name.startswith("own-")]
    assert [one.source.partition(":")[0] for one in added] == [str(own)]


@pytest.fixture
def databases(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which a database lies that was built."""
    monkeypatch.setattr(built, "_folder", lambda: str(folder))
    built.write(str(folder), prepared.state_of(str(folder)), "1.0", {"gates": ("said", b"made")})
    built._held.cache_clear()
    return folder


def test_what_was_built_is_found(databases: Path) -> None:
    assert built.read("gates", "said", "1.0") == b"made"


@pytest.mark.parametrize("how", ["other", "kind", "version", "signature", "damaged", "cut", "gone"])
def test_what_was_built_of_something_else_counts_for_nothing(databases: Path, how: str) -> None:
    file = databases / built.NAME
    content = file.read_bytes()
    if how == "signature":
        one = databases / "providers" / "github.toml"
        one.write_text(one.read_text("utf-8").replace("GitHub", "GitHuk"), "utf-8")
        prepared.prepared.cache_clear()
    elif how == "gone":
        file.unlink()
    elif how in {"damaged", "cut"}:
        file.write_bytes(content[:-9] + (b"" if how == "cut" else b"x" * 9))
    asked = {"other": ("gates", "else", "1.0"), "kind": ("lines", "said", "1.0")}
    asked["version"] = "gates", "said", "1.1"
    assert built.read(*asked.get(how, ("gates", "said", "1.0"))) is None


@pytest.mark.skipif(not images.compiled, reason="the extension was not built")
def test_what_a_package_brings_finds_what_is_compiled_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "_folder", lambda: str(folder))
    compile_databases(str(folder))
    built._held.cache_clear()
    loaded, spoken = spoken_last(load_signatures(Options()))
    chosen = loaded[: len(loaded) - spoken]
    with monkeypatch.context() as patched:
        patched.setattr(compiling, "database", None)
        patched.setattr(sieve, "_compiled", None)
        patched.setattr(wording, "_compiled", None)
        brought = prefilter.Prefilter(chosen, use_cache=False)
        assert sieve._kept() is not None
        assert wording.searcher(gate.words())(b"app.listen(3000)")
    monkeypatch.setattr(built, "read", lambda *_: None)
    compiled = prefilter.Prefilter(chosen, use_cache=False)
    assert brought.gates.opens == compiled.gates.opens
    for case in corpus.written()[:400]:
        data = case.text.encode()
        assert sorted(brought.scan(data)) == sorted(compiled.scan(data))
