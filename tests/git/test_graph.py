"""Commits in order, told from the packs: as git lists them, or git is asked."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakhunt.engine.scan import Engine, Settings
from leakhunt.engine.workers import scan_batch
from leakhunt.errors import GitError
from leakhunt.git import graph
from leakhunt.git.graph import Commits, Graph, Listener, unpacked
from leakhunt.git.packs import native, native_trees, pure_order
from leakhunt.git.packs.numbers import Numbers
from leakhunt.git.scope import Scope
from leakhunt.model import Signature
from leakhunt.sources.packs import PackedObjects
from leakhunt.sources.trees import PackedTrees
from tests.git.repo import Repo


@pytest.fixture(scope="module")
def engine(builtin: tuple[Signature, ...]) -> Engine:
    return Engine(Settings(builtin[:20], use_cache=False))


@contextmanager
def listening(repo: Repo, engine: Engine) -> Iterator[tuple[Listener, Numbers]]:
    """What the workers tell of a repository, and its numbers."""
    found = repo.open()
    objects = PackedObjects(found)
    trees = PackedTrees(found, objects.shared)
    assert trees.numbers is not None
    listener = Listener(found, Scope().arguments(found), told=True)
    listener.outside = [info for info in objects.shared.beside.objects if info.kind == "commit"]
    try:
        for batch in objects.batches():
            for words in scan_batch(engine, batch).told:
                told = unpacked(words)
                assert isinstance(told, Commits)
                listener.hear(told, trees.numbers)
        yield listener, trees.numbers
    finally:
        listener.close()
        objects.close()


def listed(repo: Repo) -> list[tuple[str, str, list[str]]]:
    """Commit, tree and parents, as git lists them."""
    lines = repo.git(
        "rev-list", "--date-order", "--reverse", "--all", "--reflog", "--format=@%H %T %P"
    )
    rows = [line[1:].split() for line in lines.splitlines() if line[:1] == "@"]
    return [(oid, tree, parents) for oid, tree, *parents in rows]


def spelled(found: Graph, numbers: Numbers) -> list[tuple[str, str, list[str]]]:
    names = [numbers.oid(number) for number in found.commits]
    return [
        (name, numbers.oid(found.trees[place]), [names[above] for above in found.above(place)])
        for place, name in enumerate(names)
    ]


@contextmanager
def no_listing() -> Iterator[None]:
    """Fails if git is asked for all commits."""
    with pytest.MonkeyPatch.context() as patch:
        inner = graph.Listing

        def only_tips(*args: Any, tips: bool = False) -> Any:
            assert tips, "git was asked"
            return inner(*args, tips=tips)

        patch.setattr(graph, "Listing", only_tips)
        yield


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[int]]:
    """Commits with few dates, so that many have the same; and what remains a branch."""
    count = draw(st.integers(1, 16))
    lines = []
    for number in range(count):
        parents = draw(st.permutations(range(number)))[: draw(st.sampled_from([0, 1, 1, 1, 2, 3]))]
        who = f"A <a@b> {draw(st.sampled_from([1, 2, 3, 1_600_000_000]))} +0000"
        lines.append(f"commit refs/heads/c{number}\nmark :{number + 1}\n")
        lines.append(f"author {who}\ncommitter {who}\ndata 1\n{number % 10}\n")
        for position, parent in enumerate(parents):
            lines.append(f"{'merge' if position else 'from'} :{parent + 1}\n")
        lines.append(f"deleteall\nM 644 inline f\ndata 1\n{number % 3}\n\n")
    gone = draw(st.lists(st.integers(0, count - 1), max_size=count - 1, unique=True))
    return "".join(lines).encode(), gone


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=streams(), limit=st.sampled_from([1, 10_000]), sha256=st.booleans())
def test_the_order_is_that_of_git(
    engine: Engine, made: tuple[bytes, list[int]], limit: int, sha256: bool
) -> None:
    stream, gone = made
    with tempfile.TemporaryDirectory() as folder, no_listing():
        options = ["--object-format=sha256"] if sha256 else []
        repo = Repo.init(Path(folder, "r"), *options)
        unpack = ("-c", f"fastimport.unpackLimit={limit}")
        repo.git(*unpack, "fast-import", "--quiet", stdin=stream)
        repo.git("tag", "-a", "-m", "t", "v", "c0")
        for number in gone:
            repo.git("update-ref", "-d", f"refs/heads/c{number}")
        expected = listed(repo)
        with listening(repo, engine) as (listener, numbers):
            assert spelled(listener.read(numbers), numbers) == expected
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "walk_versions", None)
            patch.setattr(native_trees, "order", pure_order.order)
            with listening(repo, engine) as (listener, numbers):
                assert spelled(listener.read(numbers), numbers) == expected


ODD = {
    "sound": "author A <a@b> 1 +0000\ncommitter A <a@b> 12 +0000\n",
    "no author": "committer A <a@b> 12 +0000\n",
    "no committer": "author A <a@b> 1 +0000\n",
    "two brackets": "author A <a@b> 1 +0000\ncommitter A <a> <a@b> 12 +0000\n",
    "no date": "author A <a@b> 1 +0000\ncommitter A <a@b>\n",
    "no zone": "author A <a@b> 1 +0000\ncommitter A <a@b> 12\n",
    "negative": "author A <a@b> 1 +0000\ncommitter A <a@b> -12 +0000\n",
    "far": "author A <a@b> 1 +0000\ncommitter A <a@b> 99999999999 +0000\n",
    "farther": f"author A <a@b> 1 +0000\ncommitter A <a@b> {'9' * 70} +0000\n",
    "a header between": "author A <a@b> 1 +0000\nx y\ncommitter A <a@b> 12 +0000\n",
    "a short parent": "parent 12ab\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 12 +0000\n",
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_commits(tmp_path: Path, engine: Engine, kind: str) -> None:
    repo = Repo.init(tmp_path / "r")
    first = repo.commit(a="one")
    tree = repo.git("rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nparent {first}\n{ODD[kind]}\nmessage\n".encode()
    last = repo.git("hash-object", "-t", "commit", "--literally", "-w", "--stdin", stdin=raw)
    (repo.path / ".git/refs/heads/odd").write_text(f"{last}\n")
    names = f"{first}\n{tree}\n{last}\n{repo.blob('one')}\n"
    repo.git("pack-objects", "-q", ".git/objects/pack/pack", stdin=names.encode())
    repo.git("prune-packed")
    told = []
    for walk in (native.walk_versions, None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "walk_versions", walk)
            with listening(repo, engine) as (listener, numbers):
                told.append((array("I", b"".join(listener._rows)).tolist(), listener._found[:]))
                if kind == "a short parent":  # no commit at all, says git
                    with pytest.raises(GitError):
                        listener.read(numbers)
                else:
                    assert spelled(listener.read(numbers), numbers) == listed(repo)
    assert told[0] == told[1]
    assert (0xFFFFFFFF in told[0][0]) == (kind != "sound")


def test_what_was_not_told_is_asked_of_git(tmp_path: Path, engine: Engine) -> None:
    repo = Repo.init(tmp_path / "r")
    for number in range(5):
        repo.commit(a=f"{number}")
    with listening(repo, engine) as (listener, numbers):
        listener.outside = listener.outside[1:]
        assert spelled(listener.read(numbers), numbers) == listed(repo)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_nonsense_is_refused_in_both_ways(data: st.DataObject) -> None:
    compiled = pytest.importorskip("leakhunt.git.packs._trees", exc_type=ImportError)
    few = st.integers(0, 6) | st.sampled_from([0xFFFFFFFF, 1 << 31])
    numbers = st.lists(few, max_size=24).map(lambda some: array("I", some).tobytes())
    rows = data.draw(
        st.lists(st.tuples(st.integers(0, 5), few, st.just(0), st.integers(0, 2)), max_size=6)
    )
    table = array("I", [field for row in rows for field in row]).tobytes()
    found, tips = data.draw(numbers), data.draw(numbers)
    total = data.draw(st.integers(0, 7))
    assert answer(compiled.order, table, found, tips, total) == answer(
        pure_order.order, table, found, tips, total
    )
    likeness = array("Q", data.draw(st.lists(st.integers(0, 2), max_size=6))).tobytes()
    columns = data.draw(numbers), data.draw(numbers), data.draw(numbers)
    assert answer(compiled.stirring, likeness, *columns) == answer(
        pure_order.stirring, likeness, *columns
    )


def answer(call: Any, *args: Any) -> Any:
    try:
        return call(*args)
    except ValueError:
        return ValueError
