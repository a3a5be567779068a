"""Measures the first pass: what all gates cost together, and which of them cost most.

    python benchmarks/gates.py --dearest 20 /path/to/redis /path/to/folder

Reads blobs of git repositories (of work trees, or bare) or files of folders. The dearest gates are
those that take longest alone; each has a floor that it shares with the others, so only those that
stand out are worth a change.
"""

from __future__ import annotations

import argparse
import collections
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import hyperscan

from leakhunt.engine import text
from leakhunt.engine.compiling import flags
from leakhunt.engine.prefilter import Gates
from leakhunt.signatures import builtin_folder, load, read, signature_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def blobs(source: Path, most: int) -> Iterator[bytes]:
    """Return texts from a repository or folder, up to so many bytes in all."""
    is_repository = (source / ".git").exists() or (source / "objects").is_dir()
    for content in _of_git(source) if is_repository else _of_folder(source):
        if text.encoding(content[: text.SNIFF]) != "utf-8":
            continue
        yield content
        most -= len(content)
        if most < 0:
            return


def _of_git(repository: Path) -> Iterator[bytes]:
    command = ["git", "-C", str(repository), "cat-file", "--batch", "--batch-all-objects"]
    with subprocess.Popen([*command, "--unordered", "--buffer"], stdout=subprocess.PIPE) as git:
        assert git.stdout is not None
        try:
            while header := git.stdout.readline().split():
                if header[1] == b"missing":
                    continue
                content = git.stdout.read(int(header[2]) + 1)[:-1]
                if header[1] == b"blob":
                    yield content
        finally:
            git.kill()


def _of_folder(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.read_bytes()


def compiled(expressions: Sequence[str]) -> hyperscan.Database:
    """Compile expressions as the engine does."""
    database = hyperscan.Database()
    database.compile(
        expressions=[expression.encode() for expression in expressions],
        ids=list(range(len(expressions))),
        flags=[flags(expression) for expression in expressions],
    )
    return database


def measured(
    database: hyperscan.Database, texts: Sequence[bytes], runs: int = 3
) -> tuple[float, collections.Counter[int]]:
    """Return the CPU seconds of the fastest run, and the hits of each gate."""
    best = float("inf")
    for _ in range(runs):
        hits: collections.Counter[int] = collections.Counter()

        def count(gate: int, *_: object, hits: collections.Counter[int] = hits) -> None:
            hits[gate] += 1

        started = time.process_time()
        for content in texts:
            database.scan(content, match_event_handler=count)
        best = min(best, time.process_time() - started)
    return best, hits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", nargs="+", type=Path, metavar="REPO_OR_FOLDER")
    parser.add_argument("--megabytes", type=int, default=100, help="to read of each")
    parser.add_argument("--dearest", type=int, default=10, metavar="N")
    parser.add_argument("--signatures", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    texts = [b for source in options.sources for b in blobs(source, options.megabytes << 20)]
    signatures = load(read(signature_files([builtin_folder(), *options.signatures])))
    started = time.process_time()
    gates = Gates(signatures)
    expressions = gates.expressions
    chosen = time.process_time()
    database = compiled(expressions)
    done = time.process_time()
    seconds, hits = measured(database, texts)
    size = sum(map(len, texts)) / 1e6
    print(f"{len(expressions)} gates, {len(hyperscan.dumpb(database)) / 1e6:.1f} MB compiled")
    print(f"choosing {chosen - started:.2f} s, compiling {done - chosen:.2f} s")
    print(f"{size:.0f} MB at {size / seconds:.0f} MB/s, {sum(hits.values())} hits")
    near = {f"(?i){word}" for s in signatures if s.near for word in s.near.words}
    sample = [b"".join(texts)[: 20 << 20]]
    rows = []
    for number, expression in enumerate(expressions):
        if expression.replace("\\", "") not in near:
            alone, _ = measured(compiled([expression]), sample, runs=2)
            rows.append((len(sample[0]) / alone / 1e6, hits[number], number))
    print("\n| alone MB/s | hits | of | gate |\n|---:|---:|---|---|")
    for speed, count, number in sorted(rows)[: options.dearest]:
        name = signatures[gates.opens[number][0]].id
        print(f"| {speed:.0f} | {count} | {name} | `{expressions[number][:80]}` |")


if __name__ == "__main__":
    main()
