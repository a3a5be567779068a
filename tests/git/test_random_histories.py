"""Attribution of random histories, against an oracle that looks at every tree of every commit."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakhunt.git import changes
from leakhunt.git.attribution import History, attribute
from leakhunt.git.introduced import introduced
from tests.git.repo import Repo

PATHS = ("a", "b", "dir/a", "dir/c", "two\nlines", "other/deep/a")
SECRETS = ("secret one", "secret two")
CONTENTS = (*SECRETS, "harmless", "boring")
GROUPS = {"one": SECRETS[:1], "two": SECRETS[1:], "both": SECRETS, "none": ("never there",)}

Tree = dict[str, str]


@dataclasses.dataclass
class Commit:
    parents: tuple[int, ...]
    date: int
    tree: Tree


@st.composite
def histories(draw: st.DrawFn) -> list[Commit]:
    commits: list[Commit] = []
    for number in range(draw(st.integers(1, 9))):
        count = min(number, draw(st.sampled_from([0, 1, 1, 1, 1, 2, 2, 3])))
        parents = draw(st.permutations(range(number)))[:count]
        tree: Tree = {}
        for parent in reversed(parents):
            tree |= commits[parent].tree
        for _ in range(draw(st.integers(0, 3))):
            tree = _edited(draw, tree)
        # Clocks may be wrong by more than the time between commits.
        date = 1_000_000_000 + 100 * number + draw(st.sampled_from([0, 0, 0, -1000, 1000]))
        commits.append(Commit(tuple(parents), date, tree))
    return commits


def _edited(draw: st.DrawFn, tree: Tree) -> Tree:
    tree = dict(tree)
    path, other = draw(st.sampled_from(PATHS)), draw(st.sampled_from(PATHS))
    action = draw(st.sampled_from(["write", "write", "remove", "move", "copy"]))
    if action == "write":
        tree[path] = draw(st.sampled_from(CONTENTS))
    elif path in tree:
        content = tree[path] if action == "copy" else tree.pop(path)
        if action != "remove":
            tree[other] = content
    return tree


def _build(template: Path, folder: Path, commits: list[Commit]) -> tuple[Repo, list[str]]:
    shutil.copytree(template, folder)
    repo = Repo(folder)
    stream = []
    for number, commit in enumerate(commits):
        who = f"A <a@b> {commit.date} +0000"
        stream.append(f"commit refs/heads/c{number}\nmark :{number + 1}\n")
        stream.append(f"author {who}\ncommitter {who}\ndata 0\n")
        for position, parent in enumerate(commit.parents):
            stream.append(f"{'merge' if position else 'from'} :{parent + 1}\n")
        stream.append("deleteall\n")
        for path, content in commit.tree.items():
            quoted = path.replace("\n", "\\n")
            stream.append(f'M 644 inline "{quoted}"\ndata {len(content)}\n{content}\n')
        stream.append("\n")
    repo.git("fast-import", "--quiet", "--force", stdin="".join(stream).encode())
    repo.git("symbolic-ref", "HEAD", f"refs/heads/c{len(commits) - 1}")
    listing = repo.git("for-each-ref", "--sort=refname", "--format=%(objectname) %(refname)")
    ids = {name: oid for oid, name in (line.split() for line in listing.splitlines())}
    return repo, [ids[f"refs/heads/c{number}"] for number in range(len(commits))]


def _ancestors(commits: list[Commit], number: int) -> set[int]:
    found = {number}
    for parent in commits[number].parents:
        found |= _ancestors(commits, parent)
    return found


def _check(
    history: History, commits: list[Commit], ids: list[str], order: list[int], secrets: set[str]
) -> None:
    """Compare with what the trees of all commits say."""

    def holds(number: int, path: str) -> bool:
        return commits[number].tree.get(path) in secrets

    first = {}
    for number in order:
        for path in sorted(commits[number].tree, key=str.encode):
            if holds(number, path):
                first.setdefault(path, number)
    assert [(place.path.decode(), place.commit) for place in history.places] == [
        (path, ids[number]) for path, number in first.items()
    ]
    # Introduction: no parent has it at that path; and the first of all comes from nowhere.
    for path, number in first.items():
        assert not any(holds(parent, path) for parent in commits[number].parents)
    if first:
        earliest = next(iter(first.values()))
        assert not any(
            holds(ancestor, path)
            for ancestor in _ancestors(commits, earliest) - {earliest}
            for path in PATHS
        )
    assert history.commits == sum(
        any(
            holds(number, path)
            and all(commits[p].tree.get(path) != commit.tree[path] for p in commit.parents)
            for path in commit.tree
        )
        for number, commit in enumerate(commits)
    )
    head = len(commits) - 1
    assert history.at_head == any(holds(head, path) for path in PATHS)
    for place in history.places:
        assert bool(place.head_blob) == holds(head, place.path.decode())
    _check_removal(history, commits, ids, secrets)


def _check_removal(
    history: History, commits: list[Commit], ids: list[str], secrets: set[str]
) -> None:
    head = len(commits) - 1
    whole = [not secrets.isdisjoint(commit.tree.values()) for commit in commits]
    past = _ancestors(commits, head)
    if history.at_head or not any(whole[number] for number in past):
        assert history.removed is None
        return
    if history.removed is not None:
        number = ids.index(history.removed.commit)
        assert number in past
        assert any(whole[parent] for parent in commits[number].parents)
    line = sorted(past)
    if all(len(commits[number].parents) <= 1 for number in past):
        last = max(number for number in line if whole[number])
        assert history.removed is not None
        assert commits[ids.index(history.removed.commit)].parents == (last,)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "bare"
    Repo.init(folder, "--bare")
    return folder


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(commits=histories(), jobs=st.sampled_from([1, 3]))
def test_attribution_agrees_with_every_tree(
    template: Path, commits: list[Commit], jobs: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "_FEW", 2)
        repo, ids = _build(template, Path(folder, "r"), commits)
        # Commits that are alike in everything are one commit.
        if len(set(ids)) < len(ids):
            return
        listing = repo.git("rev-list", "--date-order", "--reverse", "--all").split()
        order = [ids.index(oid) for oid in listing]
        groups = {
            key: frozenset(repo.blob(content) for content in contents)
            for key, contents in GROUPS.items()
        }
        with repo.reach() as reachability:
            answer = attribute(repo.open(), reachability, groups, jobs=jobs)
            candidates = introduced(repo.open(), reachability, groups, jobs=jobs)
        assert answer.problems == ()
        for key, contents in GROUPS.items():
            history = answer.histories[key]
            _check(history, commits, ids, order, set(contents))
            assert history.reachable == bool(history.places)
            for candidate in candidates[key]:
                commit = commits[ids.index(candidate.commit)]
                path = candidate.path.decode()
                assert commit.tree[path] in contents
                for parent in commit.parents:
                    before = commits[parent].tree.get(path)
                    assert before not in contents
                    assert before is None or repo.blob(before) in candidate.before
