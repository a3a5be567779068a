"""History told from the trees of the packs: the same as git tells, or git is asked."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakhunt.engine.batches import Many, Told
from leakhunt.git import forest, lineage
from leakhunt.git.graph import Listener, unpacked
from leakhunt.git.lineage import Lineage
from leakhunt.git.packs import (
    folders,
    native_trees,
    pure_changes,
    pure_forest,
    pure_order,
    pure_trees,
)
from leakhunt.git.packs.folders import Folders
from leakhunt.git.reachability import Reachability
from leakhunt.git.scope import Scope
from leakhunt.sources import packs as source
from leakhunt.sources.trees import PackedTrees, TreeBatch
from tests import tokens
from tests.git.repo import Repo
from tests.run import Result, leakhunt, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET = f"key = '{tokens.github(1)}'\n"
OTHER = f"key = '{tokens.github(2)}'\n"


@contextlib.contextmanager
def opened(repo: Repo) -> Iterator[Lineage]:
    """The lineage of a repository, with everything planted."""
    found = repo.open()
    objects = source.PackedObjects(found)
    trees = PackedTrees(found, objects.shared)
    assert trees.numbers is not None
    listener = Listener(found, Scope().arguments(found), told=True)
    listener.outside = [info for info in objects.shared.beside.objects if info.kind == "commit"]
    told = Lineage(found, listener, trees.numbers)
    try:
        for batch in [*objects.batches(), *trees.batches()]:
            for item in batch.read():
                for one in item.each() if isinstance(item, Many) else [item]:
                    if isinstance(one, Told):
                        told.hear(unpacked(one.data))
        yield told
    finally:
        told.close()
        objects.close()


def test_both_ways_to_walk_the_trees_of_a_pack_agree(tmp_path: Path) -> None:
    walk_folders = native_trees.walk_folders
    if walk_folders is None:
        pytest.skip("the extension was not built")
    repo = Repo.init(tmp_path / "r")
    for number in range(40):
        repo.commit_files({f"a/{number % 7}/b/{number}": f"{number}\n"})
        repo.commit_files({f"{number}": f"{number}\n"})
    repo.git("gc", "-q", "--aggressive")
    (pack,) = source.open_packs(repo.open()).packs
    roots = pack.ranks(folders=True)
    assert any(pack.child[root] >= 0 for root in roots)
    whole = walk_folders(pack, roots, 20)
    assert whole == folders._walk_folders(pack, roots, 20)
    assert whole[2] == []
    for held in (0, 200):
        # What would have to be held is left to git, in C as in Python.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native_trees, "HELD", held)
            patch.setattr("leakhunt.git.packs.tree.HELD", held)
            some = walk_folders(pack, roots, 20)
            assert some == folders._walk_folders(pack, roots, 20)
            assert some[2]


def test_a_walk_for_what_is_no_file_is_spared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A walk over all commits takes seconds; of a tag it would tell nothing."""
    repo = Repo.init(tmp_path / "r")
    repo.commit_files({"a": SECRET})
    repo.git("tag", "-a", "v1", "-m", f"use {SECRET}")
    repo.git("gc", "-q")
    tag, blob = repo.git("rev-parse", "v1").strip(), repo.git("rev-parse", "HEAD:a").strip()
    climbs: list[int] = []
    climb = forest.Forest.climb

    def counted(self: forest.Forest, oids: Any) -> Any:
        climbs.append(len(oids))
        return climb(self, oids)

    monkeypatch.setattr(forest.Forest, "climb", counted)
    with opened(repo) as told:
        assert told.find([tag]).keys() == {tag}
        assert not climbs
        assert told.find([tag, blob]).keys() == {tag, blob}
        assert climbs == [1]
    scanned = report("history", cwd=repo.path)
    assert {place.get("ref") for one in scanned.json["findings"] for place in one["locations"]} == {
        None,
        "refs/tags/v1",
    }
    assert len(climbs) == 2


def test_damaged_trees_are_left_to_git_in_both_ways(tmp_path: Path) -> None:
    walk_folders = native_trees.walk_folders
    if walk_folders is None:
        pytest.skip("the extension was not built")
    repo = Repo.init(tmp_path / "r")
    for number in range(30):
        repo.commit_files({f"{number}": f"{number}\n"})
    repo.git("gc", "-q")
    (pack,) = source.open_packs(repo.open()).packs
    roots = pack.ranks(folders=True)
    original = pack.path.read_bytes()
    pack.path.chmod(0o600)
    for at in range(12, len(original) - 20, 97):
        with pack.path.open("r+b") as file:  # in place: it is mapped
            file.seek(at)
            file.write(bytes([original[at] ^ 0x55]))
        assert walk_folders(pack, roots, 20) == folders._walk_folders(pack, roots, 20)
        with pack.path.open("r+b") as file:
            file.seek(at)
            file.write(original[at : at + 1])


def test_long_streams_are_inflated_with_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short stream cannot become much more than it says; a long one could fill the memory."""
    walk_folders = native_trees.walk_folders
    if walk_folders is None:
        pytest.skip("the extension was not built")
    repo = Repo.init(tmp_path / "r")
    blob = repo.blob("x")
    lines = [f"100644 blob {blob}\t{random.Random(n).randbytes(40).hex()}" for n in range(2500)]
    tree = repo.git("mktree", stdin="\n".join(lines).encode()).strip()
    commit = repo.git("commit-tree", "-m", "many", tree).strip()
    repo.git("update-ref", "refs/heads/many", commit)
    repo.git("repack", "-adq")
    (pack,) = source.open_packs(repo.open()).packs
    roots = pack.ranks(folders=True)
    assert any(len(pack.compressed(root)) > 0xFFFF for root in roots)
    whole = walk_folders(pack, roots, 20)
    assert whole == folders._walk_folders(pack, roots, 20)
    assert whole[2] == []

    def refuse(data: memoryview, size: int) -> bytes:
        raise ValueError("a zlib stream of another size than said")

    monkeypatch.setattr(native_trees, "inflate", refuse)
    assert walk_folders(pack, roots, 20)[2] != []


# --- Generated histories

PATHS = ("a", "a/b", "a/c", "a.b", "dir/x", "dir/deep/x", "dir/deep/y", "two\nlines", "dir")
CONTENTS = ("one", "two", "three", "four")
MODES = ("100644", "100644", "100755", "120000", "160000")

Files = dict[str, tuple[str, str]]
"""For each path mode and content."""


def _edited(draw: st.DrawFn, tree: Files) -> Files:
    tree = dict(tree)
    path = draw(st.sampled_from(PATHS))
    kind = draw(st.sampled_from(["write", "write", "remove", "move", "chmod"]))
    if kind == "write":
        entry = draw(st.sampled_from(MODES)), draw(st.sampled_from(CONTENTS))
    elif path not in tree:
        return tree
    else:
        entry = tree.pop(path)
        if kind == "remove":
            return tree
        if kind == "move":
            path = draw(st.sampled_from(PATHS))
        else:
            entry = draw(st.sampled_from(MODES)), entry[1]
    # A file takes the place of a folder, and a folder that of a file.
    tree = {
        name: at
        for name, at in tree.items()
        if not name.startswith(f"{path}/") and not path.startswith(f"{name}/")
    }
    return tree | {path: entry}


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[list[int], Files]]:
    commits: list[tuple[list[int], Files]] = []
    for number in range(draw(st.integers(1, 14))):
        count = min(number, draw(st.sampled_from([0, 1, 1, 1, 1, 2, 2, 3])))
        parents = draw(st.permutations(range(number)))[:count]
        tree = dict(commits[parents[0]][1]) if parents else {}
        for _ in range(draw(st.integers(0, 3))):
            tree = _edited(draw, tree)
        commits.append((parents, tree))
    return commits


def _stream(commits: list[tuple[list[int], Files]]) -> bytes:
    lines = []
    for number, (parents, tree) in enumerate(commits):
        who = f"A <a@b> {1_000_000_000 + number} +0000"
        lines.append(f"commit refs/heads/c{number}\nmark :{number + 1}\n")
        lines.append(f"author {who}\ncommitter {who}\ndata 0\n")
        for position, parent in enumerate(parents):
            lines.append(f"{'merge' if position else 'from'} :{parent + 1}\n")
        lines.append("deleteall\n")
        for path, (mode, content) in tree.items():
            quoted = path.replace("\n", "\\n")
            if mode == "160000":
                lines.append(f'M 160000 {content.encode().hex():0<40} "{quoted}"\n')
            else:
                lines.append(f'M {mode} inline "{quoted}"\ndata {len(content)}\n{content}\n')
        lines.append("\n")
    return "".join(lines).encode()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "bare"
    Repo.init(folder, "--bare")
    return folder


SHAPES: dict[str, list[tuple[str, ...]]] = {
    "loose": [("unpack-objects", "-q")],
    "one pack": [("repack", "-adfq", "--depth=50")],
    "bases by id": [("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")],
    "twice": [("repack", "-adfq"), ("repack", "-afq", "--depth=2")],
    "as it comes": [],
}


def facts(walked: Any, wanted: frozenset[str]) -> list[tuple[Any, ...]]:
    """The changes of a walk, as far as they are about the blobs asked for."""
    return [
        (c.commit, c.path, *(oid if oid in wanted else None for oid in (c.new, *c.old)))
        for c in walked.changes
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    commits=histories(),
    shape=st.sampled_from(sorted(SHAPES)),
    asked=st.lists(st.sampled_from(CONTENTS), min_size=1, max_size=3, unique=True),
    lost=st.sampled_from(["", "", *CONTENTS]),
)
def test_lineage_tells_what_git_tells(
    template: Path,
    commits: list[tuple[list[int], Files]],
    shape: str,
    asked: list[str],
    lost: str,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo(Path(folder, "r"))
        shutil.copytree(template, repo.path)
        unpack = "1000" if shape == "loose" else "1"
        options = ("-c", f"fastimport.unpackLimit={unpack}")
        repo.git(*options, "fast-import", "--quiet", "--force", stdin=_stream(commits))
        repo.git("symbolic-ref", "HEAD", f"refs/heads/c{len(commits) - 1}")
        for command in SHAPES[shape] if shape != "loose" else []:
            repo.git(*command)
        blobs = {content: repo.git("hash-object", "--stdin", stdin=content.encode())
                 for content in CONTENTS}  # fmt: skip
        gone = Path(repo.path, "objects", blobs[lost][:2], blobs[lost][2:]) if lost else None
        if gone and gone.exists():
            gone.unlink()
        wanted = frozenset(blobs[content] for content in asked if content != lost)
        with repo.reach() as plain, opened(repo) as told:
            names = list(plain.commit_ids())
            assert list(told.commit_ids()) == names
            assert told.missing == plain.missing
            ids = wanted | {name.decode() for name in names[::3]}
            found, expected = told.find(ids), plain.find(ids)
            assert found.keys() == expected.keys()
            for oid in wanted & found.keys():
                assert found[oid].commit == expected[oid].commit
            # A merge that puts a submodule in the place of a file, or the other way round, is
            # not told: trees are read without their submodules.
            modules = {path for _, tree in commits for path in tree if tree[path][0] == "160000"}
            mine, theirs = (
                [fact for fact in facts(reached.walk(wanted), wanted)
                 if len(fact) < 5 or os.fsdecode(fact[1]) not in modules]
                for reached in (told, plain)
            )  # fmt: skip
            assert mine == theirs
            some = {name.decode() for name in names[::2]}
            assert told.ancestors(some) == plain.ancestors(some)
            assert told.complete
            assert told._plain is None


# --- Cases, through the command line


def git_tree(repo: Repo, *entries: tuple[str, str]) -> str:
    """Write a tree of anything: pairs of mode and name, and an id."""
    content = b"".join(os.fsencode(key) + b"\0" + bytes.fromhex(oid) for key, oid in entries)
    return repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=content)


def commit_tree(repo: Repo, tree: str, *parents: str) -> str:
    repo.clock += 3600
    options = [word for parent in parents for word in ("-p", parent)]
    oid = repo.git("commit-tree", "-m", "m", *options, tree)
    repo.git("update-ref", "refs/heads/main", oid)
    return oid


def keep(repo: Repo) -> Repo:
    return repo


def merges(repo: Repo) -> Repo:
    first = repo.commit_files({"a": "1\n", "d/b": SECRET, "d/c": "x"})
    tree = repo.rev("HEAD^{tree}")
    one = repo.commit_files({"d/b": "clean\n"})
    repo.git("checkout", "-q", "-b", "side", first)
    two = repo.commit_files({"a": OTHER, "d/e/f": SECRET})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-commit", "side")
    evil = repo.commit_files({"evil": SECRET, "d/b": "neither\n"})
    octopus = commit_tree(repo, tree, evil, one, two)
    commit_tree(repo, repo.rev(f"{two}^{{tree}}"), octopus, octopus)
    return repo


def odd_modes(repo: Repo) -> Repo:
    secret, clean = repo.blob(SECRET), repo.blob("x")
    inner = git_tree(repo, ("100664 b", secret))
    first = commit_tree(repo, git_tree(repo, ("100664 a", secret), ("040000 d", inner)))
    inner = git_tree(repo, ("0100644 b", secret), ("120000 c", clean))
    second = commit_tree(repo, git_tree(repo, ("100644 a", secret), ("40000 d", inner)), first)
    module = ("160000 d", "12" * 20)
    third = commit_tree(repo, git_tree(repo, ("100755 a", secret), module), second)
    commit_tree(repo, git_tree(repo, ("120000 a", secret), ("0160000 d", "34" * 20)), third)
    return repo


def odd_names(repo: Repo) -> Repo:
    secret = repo.blob(SECRET)
    names = ["100644 \udcff\n", "100644  space ", "100644 \\", "100644 ~tab\t"]
    names.sort(key=lambda key: os.fsencode(key).partition(b" ")[2])
    commit_tree(repo, git_tree(repo, *((key, secret) for key in names)))
    return repo


def empty(repo: Repo) -> Repo:
    nothing = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    first = commit_tree(repo, nothing)
    inside = git_tree(repo, ("40000 d", nothing), ("100644 e", repo.blob(SECRET)))
    commit_tree(repo, nothing, commit_tree(repo, inside, first))
    return repo


def named(repo: Repo) -> Repo:
    """Tags of blobs, notes, a stash, a reflog and an index."""
    first = repo.commit(a="clean\n", b="x")
    repo.git("tag", "-a", "-m", "m", "annotated", repo.blob(SECRET))
    repo.git("tag", "plain", repo.blob(OTHER))
    repo.git("tag", "-a", "-m", "m", "twice", "annotated")
    repo.git("notes", "add", "-m", tokens.github(3), first)
    repo.write("a", f"token = '{tokens.github(4)}'\n")
    repo.git("stash", "-q")
    repo.commit(c=f"token = '{tokens.github(5)}'\n")
    repo.git("reset", "-q", "--hard", first)
    repo.write("staged", f"token = '{tokens.github(6)}'\n")
    repo.git("add", "staged")
    repo.git("worktree", "add", "-q", "--detach", str(repo.path.parent / "linked"))
    Repo(repo.path.parent / "linked").commit(w=f"token = '{tokens.github(7)}'\n")
    return repo


def unborn(repo: Repo) -> Repo:
    repo.commit(a=SECRET)
    repo.git("checkout", "-q", "--orphan", "new")
    return repo


def several_packs(repo: Repo) -> Repo:
    for number in range(6):
        repo.commit_files({"a": f"{number}\n{SECRET}", f"d/{number}": "x" * 500})
        repo.git("repack", "-dq" if number % 2 else "-afq")
        next((repo.path / ".git/objects/pack").glob("*.pack")).with_suffix(".keep").touch()
    repo.commit_files({"a": "clean"})
    return repo


def cruft(repo: Repo) -> Repo:
    repo.commit(a=SECRET)
    lost = repo.commit(b=OTHER)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("repack", "-dq", "--cruft")
    assert lost
    return repo


def shallow(repo: Repo) -> Repo:
    for number in range(4):
        repo.commit_files({"a": f"{number}\n{SECRET}" if number < 3 else "x"})
    return repo.clone(repo.path.parent / "shallow", "--depth=2")


def partial(what: str) -> Callable[[Repo], Repo]:
    def make(repo: Repo) -> Repo:
        repo.git("config", "uploadpack.allowFilter", "true")
        repo.commit_files({"d/a": SECRET, "b": "x"})
        repo.commit_files({"d/a": "clean", "b": OTHER})
        options = ("--no-checkout", f"--filter={what}")
        return repo.clone(repo.path.parent / "partial", *options)

    return make


def replaced(repo: Repo) -> Repo:
    first = repo.commit(a=SECRET)
    second = repo.commit(a="clean")
    repo.git("replace", first, commit_tree(repo, git_tree(repo)))
    repo.git("reset", "-q", "--hard", second)
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/grafts").write_text(f"{second}\n")
    return repo


def without(what: str) -> Callable[[Repo], Repo]:
    def make(repo: Repo) -> Repo:
        repo.commit_files({"a": SECRET, "d/b": "x", "d/e/c": "y"})
        repo.commit_files({"a": OTHER, "d/b": "z", "d/e/c": "w"})
        lost = repo.rev(what)
        repo.commit_files({"a": "clean", "d/b": "x", "d/e/c": "v"})
        repo.object_file(lost).unlink()
        return repo

    return make


def tagged_tree(repo: Repo) -> Repo:
    repo.commit(a="x")
    tree = git_tree(repo, ("100644 hidden", repo.blob(SECRET)))
    repo.git("tag", "-a", "-m", "m", "tree", tree)
    return repo


def tree_ref(repo: Repo) -> Repo:
    repo.commit(a="x")
    tree = git_tree(repo, ("100644 hidden", repo.blob(SECRET)))
    repo.git("update-ref", "refs/odd/tree", tree)
    return repo


def broken_ref(repo: Repo) -> Repo:
    repo.commit(a=SECRET)
    (repo.path / ".git/refs/heads/broken").write_text("nonsense\n")
    return repo


def wrong_kind(key: str, of: str) -> Callable[[Repo], Repo]:
    def make(repo: Repo) -> Repo:
        inner = git_tree(repo, ("100644 b", repo.blob(OTHER)))
        oid = repo.blob(SECRET) if of == "blob" else inner
        commit_tree(repo, git_tree(repo, (key, oid)))
        return repo

    return make


def entries(*names: str) -> Callable[[Repo], Repo]:
    def make(repo: Repo) -> Repo:
        blobs = [repo.blob(SECRET), repo.blob(OTHER), repo.blob("x")]
        commit_tree(repo, git_tree(repo, *zip(names, blobs, strict=False)))
        return repo

    return make


def blob_for_a_tree(repo: Repo) -> Repo:
    content = f"tree {repo.blob(SECRET)}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nm\n"
    oid = repo.git(
        "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=content.encode()
    )
    repo.git("update-ref", "refs/heads/main", oid)
    return repo


TOLD: dict[str, Callable[[Repo], Repo]] = {
    "nothing": keep,
    "merges": merges,
    "modes": odd_modes,
    "names": odd_names,
    "empty trees": empty,
    "named": named,
    "unborn": unborn,
    "several packs": several_packs,
    "cruft": cruft,
    "shallow": shallow,
    "without blobs": partial("blob:none"),
    "replaced": replaced,
    "a blob is missing": without("HEAD:a"),
    "a file and a folder": entries("100644 a", "100644 a.b", "100644 aa"),
}
ASKED: dict[str, Callable[[Repo], Repo]] = {
    "without trees": partial("tree:0"),
    "a tree is missing": without("HEAD:d"),
    "a deep tree is missing": without("HEAD:d/e"),
    "the tree of a commit is missing": without("HEAD^{tree}"),
    "a commit is missing": without("HEAD"),
    "a tagged tree": tagged_tree,
    "a ref to a tree": tree_ref,
    "a broken ref": broken_ref,
    "a folder that is a blob": wrong_kind("40000 a", "blob"),
    "a file that is a tree": wrong_kind("100644 a", "tree"),
    "a commit of a blob": blob_for_a_tree,
    "twice": entries("100644 a", "100644 a"),
    "out of order": entries("100644 b", "100644 a"),
    "no mode": entries("60000 a", "100644 b"),
    "a nameless file": entries("100644 ", "100644 b"),
}


PURE = pure_trees, pure_forest, pure_order, pure_changes


def scan(repo: Repo, *, plain: bool = False, pure: bool = False) -> tuple[int, dict[str, Any]]:
    """The report of `leakhunt history`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(source.PLAIN, "1" if plain else "0")
        if pure:
            patch.setattr(native_trees, "walk_folders", None)
            for name in set(native_trees.__all__) - {"walk_folders"}:
                twins = [m for m in PURE if hasattr(m, name)]
                patch.setattr(native_trees, name, getattr(twins[0], name))
        result = report("history", cwd=repo.path)
    return result.code, comparable(result)


def comparable(result: Result) -> dict[str, Any]:
    if not result.out:
        return {"error": result.err}
    return {key: value for key, value in result.json.items() if key != "seconds"}


def asked_git(patch: pytest.MonkeyPatch) -> list[object]:
    """Notes when everything is asked of git, from here on."""
    found: list[object] = []
    inner = Reachability.start

    def noted(*args: Any) -> Reachability:
        found.append(args)
        return inner(*args)

    patch.setattr(lineage.Reachability, "start", noted)
    return found


@pytest.mark.parametrize("name", [*TOLD, *ASKED])
def test_the_same_report(tmp_path: Path, name: str) -> None:
    repo = (TOLD | ASKED)[name](Repo.init(tmp_path / "r"))
    expected = scan(repo, plain=True)
    assert "error" not in expected[1] or name == "nothing"
    with pytest.MonkeyPatch.context() as patch:
        asked = asked_git(patch)
        assert scan(repo) == expected
        assert bool(asked) is (name in ASKED)
    assert scan(repo, pure=True) == expected


# --- What happens meanwhile


def test_a_pack_that_is_cut_off_is_a_problem(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading behind the end of a mapped file would end the process."""
    for number in range(3):
        repo.commit_files({"a": SECRET, f"d/{number}": "x" * 9000})
    repo.git("repack", "-adq")
    (pack,) = (repo.path / ".git/objects/pack").glob("*.pack")
    inner = source.PackedObjects.batches

    def cut(self: source.PackedObjects) -> Iterator[Any]:
        pack.chmod(0o600)
        os.truncate(pack, 64)
        yield from inner(self)

    monkeypatch.setattr(source.PackedObjects, "batches", cut)
    code, told = scan(repo)
    assert code == 2
    messages = [problem["message"] for problem in told["problems"]]
    assert "the pack was cut off while it was scanned" in messages


def test_objects_that_move_into_a_new_pack_are_read(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`git gc` ends between our look at the packs and our look at the loose objects."""
    repo.commit(a=SECRET)
    expected = scan(repo)
    inner = source.open_packs

    def then_packed(found: Any) -> Any:
        packs = inner(found)
        repo.git("gc", "-q", "--prune=now")
        return packs

    monkeypatch.setattr(source, "open_packs", then_packed)
    assert expected[0] == 1
    assert scan(repo) == expected


def test_what_is_staged_meanwhile_is_not_missing(repo: Repo) -> None:
    repo.commit(a="x")
    with opened(repo) as told:
        repo.write("b", SECRET)
        repo.git("add", "b")
        assert told.missing == frozenset()


def test_other_packs_than_those_numbered_are_left_to_git(repo: Repo) -> None:
    """A worker that opens the packs itself may find others there."""
    repo.commit(a=SECRET)
    repo.git("repack", "-adq")
    objects = source.PackedObjects(repo.open())
    (batch,) = PackedTrees(repo.open(), objects.shared).batches()
    objects.close()
    repo.commit(a=OTHER)
    repo.git("repack", "-dq")
    (told,) = batch.read()
    assert isinstance(told, Told)
    assert Folders.unpacked(told.data).unreadable


def test_head_that_moved_meanwhile_is_asked_of_git(repo: Repo) -> None:
    first = repo.commit(a="x")
    with opened(repo) as told:
        assert list(told.commit_ids()) == [first.encode()]
        repo.commit(a="y")
        assert told.ancestors({first}) == {first}


@pytest.mark.parametrize("limit", ["_ENTRIES", "_DEEPEST", "_COMPARED", "_CHANGES"])
def test_too_much_is_asked_of_git(repo: Repo, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    merges(repo)
    expected = scan(repo)
    asked = asked_git(monkeypatch)
    monkeypatch.setattr(forest, limit, 0)
    assert scan(repo) == expected
    assert asked


@pytest.mark.skipif(sys.platform != "linux", reason="workers are no copies of this process")
def test_a_worker_that_dies_is_one_clear_error(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file that is cut off while it is read does to a process."""
    repo.commit(a=SECRET)
    repo.git("repack", "-adq")

    def die(self: TreeBatch) -> Iterator[Any]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield

    monkeypatch.setattr(TreeBatch, "read", die)
    done = leakhunt("history", "--jobs", "2", cwd=repo.path)
    assert done.code == 2
    assert "a worker process died" in done.err
    assert "Traceback" not in done.err
