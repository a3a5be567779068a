"""Reading packs directly and reading every object through git: the same report."""

from __future__ import annotations

import dataclasses
import pickle
import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakhunt.engine.batches import Many
from leakhunt.engine.scan import Engine, Settings
from leakhunt.git.packs import bulk, tree
from leakhunt.git.packs.tree import Failed, Stored, walk
from leakhunt.model import Blob, Problem, Report, Signature
from leakhunt.pipeline import run
from leakhunt.sources import packs as source
from leakhunt.sources.exclusions import Exclusions
from leakhunt.sources.history import HistorySource
from leakhunt.sources.trees import PackedTrees
from tests import tokens
from tests.git.repo import Repo


@pytest.fixture(scope="module")
def engine(builtin: tuple[Signature, ...]) -> Engine:
    # As the commands have it: what is looked for in conversations only is found nowhere here.
    return Engine(Settings([one for one in builtin if not one.id.startswith("chat-")]))


def scan(repo: Repo, engine: Engine, *, plain: bool, jobs: int = 1) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(source.PLAIN, "1" if plain else "0")
        history = HistorySource(repo.open(), Exclusions(), unreachable=True)
        try:
            report = run(history, engine, jobs=jobs)
        finally:
            history.close()
    return dataclasses.replace(report, seconds=0.0, signatures=())


def through_git(patch: pytest.MonkeyPatch) -> list[str]:
    """Notes what is left to git, from here on."""
    asked: list[str] = []
    inner = source._through_git

    def noted(repo: object, oids: list[str]) -> object:
        asked.extend(oids)
        return inner(repo, oids)  # type: ignore[arg-type]

    patch.setattr(source, "_through_git", noted)
    return asked


# --- Histories


def piece(rng: random.Random) -> bytes:
    """A line or a block: filler, a secret, or half of one."""
    number = rng.randrange(6)
    made: list[bytes] = [
        b"value = %d\n" % rng.randrange(10**6),
        b"some words of text that mean nothing at all\n" * rng.choice([1, 1, 2, 30]),
        b"key = '" + tokens.github(number).encode() + b"'\n",
        b"aws_access_key_id = " + tokens.aws_id(number).encode() + b"\n",
        b"aws_secret_access_key = " + tokens.aws_secret(number).encode() + b"\n",
        tokens.pem(number, rng.choice([800, 3000])).encode() + b"\n",
        b"db = postgres://admin:%s@db.internal.net/app\n" % tokens.github(number)[4:24].encode(),
        b"opsgenie datadog cloudflare heroku " * rng.choice([1, 3]),
        rng.randbytes(20).hex().encode() + b"\n",
        b'password = "' + tokens.word(number, rng.choice([12, 300])).encode() + b'"\n',
        b'{"user": "u", "password": "%s", "api_key": "%s"}\n'
        % (tokens.word(number, 12).encode(), tokens.word(number + 9, 24).encode()),
        b"secret=%s " % tokens.word(number, 16).encode() * rng.choice([1, 40]),
        b"- name: DB_PASSWORD\n" + b"  value: " + tokens.word(number, 20).encode() + b"\n",
        b"uint8_t aes_key[] = {\n%s\n};\n"
        % b"\n".join(b"0x%02x," % byte for byte in random.Random(number).randbytes(24)),
        b"caf\xc3\xa9 \\n \r\n",
        rng.randbytes(rng.choice([3, 300])),
    ]
    return rng.choice(made)


def edited(rng: random.Random, content: bytes) -> bytes:
    """The next version of a file."""
    at, other = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    kind = rng.randrange(8)
    if kind < 3:
        return content[:at] + piece(rng) + content[at:]
    if kind == 3:
        return content[:at] + content[other:]
    if kind == 4:  # a block moves
        return content[:at] + content[other:] + content[at:other]
    if kind == 5 and content:  # a secret is cut in two, or two halves are joined
        joint = b"###"
        return (
            content.replace(joint, b"") if joint in content else content[:at] + joint + content[at:]
        )
    if kind == 6:
        return content[:at] + content[at : at + 500] + content[at:]
    return rng.choice([content.decode("latin-1").encode("utf-16"), b"\0" + content, piece(rng)])


def versions(seed: int, count: int) -> list[dict[str, bytes]]:
    rng = random.Random(seed)
    files = {name: b"".join(piece(rng) for _ in range(rng.randrange(1, 12))) for name in "abc"}
    states = [dict(files)]
    for _ in range(count):
        name = rng.choice("abc")
        files[name] = edited(rng, files[name])
        states.append(dict(files))
    return states


def commit_all(repo: Repo, states: list[dict[str, bytes]], branch: str) -> None:
    stream = bytearray()
    for number, files in enumerate(states):
        message = b"m " + tokens.github(number % 9).encode() if number % 4 == 0 else b"m"
        who = b"A <a@b> %d +0000" % (1_600_000_000 + 60 * number)
        stream += b"commit refs/heads/%s\nmark :%d\n" % (branch.encode(), number + 1)
        stream += b"author %s\ncommitter %s\ndata %d\n%s\n" % (who, who, len(message), message)
        if number:
            stream += b"from :%d\n" % number
        for name, content in files.items():
            stream += b"M 644 inline %s\ndata %d\n%s\n" % (name.encode(), len(content), content)
    repo.git("fast-import", "--quiet", "--force", stdin=bytes(stream))


SHAPES = {
    "as it comes": [],
    "one pack": [("repack", "-adfq", "--depth=50", "--window=10")],
    "long chains": [("repack", "-adfq", "--depth=400", "--window=50")],
    "no deltas": [("repack", "-adfq", "--depth=0", "--window=0")],
    "bases by id": [("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")],
    "the same in two packs": [("repack", "-adfq"), ("repack", "-afq", "--depth=3")],
    "old index": [("-c", "pack.indexVersion=1", "repack", "-adfq")],
    "index over packs": [("repack", "-dq"), ("multi-pack-index", "write")],
    "not compressed": [
        ("-c", "pack.compression=0", "-c", "core.compression=0", "repack", "-adfFq")
    ],
    "kept": [("repack", "-adfq"), ("prune-packed",), ("gc", "--prune=now", "-q")],
}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6),
    counts=st.lists(st.integers(1, 25), min_size=1, max_size=3),
    shape=st.sampled_from(sorted(SHAPES)),
    sha256=st.booleans(),
    unpack=st.booleans(),
    thin=st.integers(0, 3),
    together=st.sampled_from([0, 500, 20_000, bulk.TOGETHER]),
)
def test_generated_histories(
    engine: Engine,
    seed: int,
    counts: list[int],
    shape: str,
    sha256: bool,
    unpack: bool,
    thin: int,
    together: int,
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "TOGETHER", together)
        options = ["--object-format=sha256"] if sha256 else []
        repo = Repo.init(Path(folder, "r"), *options)
        repo.git("config", "fastimport.unpackLimit", "1000" if unpack else "1")
        for number, count in enumerate(counts):
            commit_all(repo, versions(seed + number % 2, count), f"b{number}")
        repo.git("symbolic-ref", "HEAD", "refs/heads/b0")
        for command in SHAPES[shape]:
            repo.git(*command)
        if not thin:
            other = repo.clone(Path(folder, "clone"))
            commit_all(repo, versions(seed, 30), "more")
            other.git("-c", "fetch.unpackLimit=1", "fetch", "-q", "origin")
            repo = other
        expected = scan(repo, engine, plain=True)
        assert scan(repo, engine, plain=False) == expected
        assert expected.scanned["blobs"] > 0


@pytest.fixture
def made(tmp_path: Path) -> Repo:
    """One pack with chains of deltas."""
    repo = Repo.init(tmp_path / "r")
    for number in range(3):
        commit_all(repo, versions(number, 40), f"b{number}")
    repo.git("symbolic-ref", "HEAD", "refs/heads/b0")
    repo.git("repack", "-adfq", "--depth=20", "--window=50")
    return repo


def test_nothing_of_a_sound_pack_is_left_to_git(made: Repo, engine: Engine) -> None:
    with pytest.MonkeyPatch.context() as patch:
        asked = through_git(patch)
        report = scan(made, engine, plain=False)
    assert report == scan(made, engine, plain=True)
    assert report.findings
    assert asked == []


@pytest.mark.parametrize("jobs", [2, 3])
def test_with_more_jobs(
    made: Repo, engine: Engine, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr("leakhunt.git.packs.table._WORK", 20_000)
    assert scan(made, engine, plain=False, jobs=jobs) == scan(made, engine, plain=True)


@pytest.mark.parametrize("name", ["HELD", "LARGE"])
def test_what_is_too_large_is_left_to_git(made: Repo, engine: Engine, name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        asked = through_git(patch)
        patch.setattr(tree, name, 3000)
        report = scan(made, engine, plain=False)
    assert report == scan(made, engine, plain=True)
    assert asked


def test_the_slow_way_for_python_alone(
    made: Repo, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leakhunt.git.packs import native, pure, pure_compare, pure_layout

    monkeypatch.setattr(native, "walk_versions", None)
    monkeypatch.setattr(native, "apply", pure.apply)
    for name in ("fresh", "inherit"):
        monkeypatch.setattr(native, name, getattr(pure_compare, name))
    for name in ("layout", "roots", "shares"):
        monkeypatch.setattr(native, name, getattr(pure_layout, name))
    assert scan(made, engine, plain=False) == scan(made, engine, plain=True)


def test_signatures_too_wide_for_windows(made: Repo, builtin: tuple[Signature, ...]) -> None:
    wide = [
        dataclasses.replace(s, gate="", pattern=rf"(?:x*){s.pattern}")
        for s in builtin
        if s.id == "github-pat"
    ]
    engine = Engine(Settings(tuple(wide)))
    assert scan(made, engine, plain=False) == scan(made, engine, plain=True)


def test_short_texts_are_looked_at_as_a_whole(
    tmp_path: Path, builtin: tuple[Signature, ...]
) -> None:
    some = [s for s in builtin if s.id in {"rails-master-key-file", "github-pat"}]
    engine = Engine(Settings([dataclasses.replace(s, file="") for s in some], use_cache=False))
    repo = Repo.init(tmp_path / "r")
    for number in range(6):
        key = random.Random(number).randbytes(16).hex()
        repo.commit_files({f"{number}.key": f"{key}\n"}, message="m" if number % 2 else key[::-1])
    repo.git("repack", "-adfq")
    report = scan(repo, engine, plain=False)
    assert report == scan(repo, engine, plain=True)
    assert len(report.findings) == 9


def test_linked_worktrees(made: Repo, engine: Engine, tmp_path: Path) -> None:
    made.git("worktree", "add", "-q", str(tmp_path / "linked"), "b1")
    linked = Repo(tmp_path / "linked")
    assert scan(linked, engine, plain=False) == scan(linked, engine, plain=True)


def test_alternates_are_read_through_git(made: Repo, engine: Engine, tmp_path: Path) -> None:
    other = Repo(tmp_path / "shared")
    made.git("clone", "-q", "--shared", str(made.path), str(other.path))
    assert not source.wanted(other.open())
    assert scan(other, engine, plain=False) == scan(other, engine, plain=True)


@pytest.mark.parametrize("seed", range(12))
def test_damage_never_makes_a_clean_result(
    made: Repo, engine: Engine, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    (pack,) = (made.path / ".git/objects/pack").glob("*.pack")
    data = bytearray(pack.read_bytes())
    at = rng.randrange(12, len(data) - 20)
    data[at : at + 40] = rng.randbytes(min(40, len(data) - 20 - at))
    pack.unlink()
    pack.write_bytes(data)
    plain, packs = scan(made, engine, plain=True), scan(made, engine, plain=False)
    assert {f.fingerprint for f in packs.findings} == {f.fingerprint for f in plain.findings}
    assert packs.scanned == plain.scanned
    assert any(p.gap for p in packs.problems) == any(p.gap for p in plain.problems)


@pytest.mark.parametrize("odd", ["no index", "index of another", "cut off", "empty", "version"])
def test_odd_packs_are_left_to_git(made: Repo, engine: Engine, tmp_path: Path, odd: str) -> None:
    commit_all(made, versions(77, 5), "later")
    made.git("repack", "-dq")
    folder = made.path / ".git/objects/pack"
    first, second = sorted(folder.glob("*.pack"))
    index = first.with_suffix(".idx")
    for file in (first, index):
        file.chmod(0o600)
    if odd == "no index":
        index.unlink()
    elif odd == "index of another":
        shutil.copy(second.with_suffix(".idx"), index)
    elif odd == "cut off":
        first.write_bytes(first.read_bytes()[:-30])
    elif odd == "empty":
        index.write_bytes(b"")
    else:
        first.write_bytes(b"PACK\0\0\0\x09" + first.read_bytes()[8:])
    plain, packs = scan(made, engine, plain=True), scan(made, engine, plain=False)
    assert packs.findings == plain.findings
    assert packs.scanned == plain.scanned
    assert packs.problems == plain.problems


def test_a_base_that_is_not_there(made: Repo) -> None:
    pack = source.open_packs(made.open()).packs[0]
    child = next(rank for rank in range(pack.count) if pack.base[rank] >= 0)
    root = child
    while pack.base[root] >= 0:
        root = pack.base[root]
    assert {item.rank for item in walk(pack, root) if not isinstance(item, Failed)} >= {child}


def blobs(batch: source.PackBatch) -> list[Blob]:
    items = [list(item.each()) if isinstance(item, Many) else [item] for item in batch.read()]
    return [item.blob() for some in items for item in some if isinstance(item, Stored)]


def test_a_batch_opens_the_packs_where_they_are_not_open(made: Repo) -> None:
    objects = source.PackedObjects(made.open())
    batch = next(b for b in objects.batches() if isinstance(b, source.PackBatch))
    sent = pickle.loads(pickle.dumps(batch))
    here = blobs(batch)
    objects.close()
    there = blobs(sent)
    assert here == there
    assert len(here) > 50
    objects.close()


def test_a_pack_that_went_away_is_a_problem(made: Repo) -> None:
    objects = source.PackedObjects(made.open())
    batches = [*objects.batches(), *PackedTrees(made.open(), objects.shared).batches()]
    objects.close()
    for file in (made.path / ".git/objects/pack").iterdir():
        file.unlink()
    assert len(batches) > 1
    for batch in batches:
        problem = next(iter(batch.read()))
        assert isinstance(problem, Problem)
        assert problem.gap
