"""What is scanned: repositories that the caller names, and what is made from them or made up."""

from __future__ import annotations

import dataclasses
import os
import random
import string
import subprocess
from pathlib import Path
from typing import IO

FILES = 10
"""Files of the staged commit."""
LINES = 150


class SubjectError(Exception):
    """Something cannot be scanned; the text says what and why."""


@dataclasses.dataclass(frozen=True)
class Subject:
    """One thing that every tool scans."""

    name: str
    path: Path
    facts: dict[str, int]
    """Its size: commits, blobs, bytes, files, as far as they apply."""
    names: tuple[str, ...] = ()
    """The files that are staged."""


def git(repo: Path, *arguments: str, stdin: IO[bytes] | int = subprocess.DEVNULL) -> str:
    """Run git in a repository and return what it printed.

    Raises:
        SubjectError: it failed.
    """
    done = subprocess.run(
        ["git", "-C", str(repo), *arguments], stdin=stdin, capture_output=True, text=True
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SubjectError(f"git {arguments[0]} failed in {repo}: {reason}")
    return done.stdout


def named(argument: str) -> tuple[str, Path]:
    """Split `NAME=PATH`; of a path alone the last part is the name.

    Raises:
        SubjectError: no repository lies there.
    """
    name, _, rest = argument.rpartition("=")
    path = Path(rest).expanduser().resolve()
    if not ((path / ".git").exists() or (path / "HEAD").is_file()):
        raise SubjectError(f"{rest} is not a git repository")
    return name or path.name.removesuffix(".git"), path


def repository(name: str, path: Path) -> Subject:
    """Return a repository as it is, with the numbers that its cost depends on."""
    facts = {"commits": 0, "blobs": 0, "bytes": 0}
    check = "--batch-check=%(objecttype) %(objectsize) %(objectsize:disk)"
    packed = 0
    for line in git(path, "cat-file", "--batch-all-objects", "--unordered", check).splitlines():
        kind, size, disk = line.split()
        packed += int(disk)
        if kind == "commit":
            facts["commits"] += 1
        elif kind == "blob":
            facts["blobs"] += 1
            facts["bytes"] += int(size)
    return Subject(name, path, facts | {"packed": packed})


def folder(name: str, path: Path, scratch: Path) -> Subject:
    """Check out what HEAD holds into a folder without a repository."""
    there = scratch / "folder"
    there.mkdir()
    command = ["git", "-C", str(path), "archive", "--format=tar", "HEAD"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as archive:
        done = subprocess.run(["tar", "-x", "-C", str(there)], stdin=archive.stdout, check=False)
    if archive.returncode or done.returncode:
        raise SubjectError(f"HEAD of {name} cannot be checked out")
    sizes = [file.lstat().st_size for file in there.rglob("*") if not file.is_dir()]
    return Subject(name, there, {"files": len(sizes), "bytes": sum(sizes)})


def log(size: int, scratch: Path) -> Subject:
    """Write a log of at least so many bytes, the same one every time.

    Its last line holds a made-up key: who does not find it has not read to the end.
    """
    path = scratch / "service.log"
    chance = random.Random(1)
    verbs = ("GET", "GET", "GET", "POST", "PUT", "DELETE")
    written = 0
    with path.open("wb") as file:
        while written < size:
            # A megabyte is made up; repeated with another date it costs a scanner the same.
            lines = [
                f"{chance.choice(verbs)} /api/v1/{chance.choice(('users', 'orders', 'files'))}/"
                f"{chance.randrange(10**6)} {chance.choice((200, 200, 201, 304, 404, 500))} "
                f"{chance.randrange(3000)}ms request={chance.getrandbits(64):016x} "
                f'agent="Mozilla/5.0 (X11; Linux x86_64)" peer=10.0.{chance.randrange(256)}.7\n'
                for _ in range(8000)
            ]
            for day in range(1, 29):
                date = f"2026-02-{day:02} 12:00:00 INFO "
                written += file.write("".join(date + line for line in lines).encode())
                if written >= size:
                    break
        key = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
        pair = "".join(chance.choices(string.ascii_letters + string.digits, k=40))
        last = f"aws_access_key_id = AKIA{key} aws_secret_access_key = {pair}\n"
        written += file.write(last.encode())
    return Subject("made-up log", path, {"bytes": written})


def staged(scratch: Path) -> Subject:
    """Make a repository of one commit in which ten new files are staged."""
    path = scratch / "staged"
    git(scratch, "init", "-q", str(path))
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgSign=false")
    (path / "README.md").write_text("An example.\n")
    git(path, "add", "-A")
    git(path, *who, "commit", "-q", "-m", "Begin")
    chance = random.Random(1)
    for number in range(FILES):
        lines = [
            f"def function_{line}(value: int) -> int:\n    return value * {chance.random()}\n\n\n"
            for line in range(LINES)
        ]
        (path / f"module{number}.py").write_text("".join(lines))
    git(path, "add", "-A")
    names = tuple(f"module{number}.py" for number in range(FILES))
    size = sum((path / name).stat().st_size for name in names)
    return Subject("ten staged files", path, {"files": FILES, "bytes": size}, names)


def older(name: str, path: Path, part: int, of: int, scratch: Path) -> Subject:
    """Cut a history: what HEAD's first parents had reached after `part` of `of` of their number.

    The repository is only read; the cut goes into a bare one of its own, with the same deltas
    as far as they fit.
    """
    line = git(path, "rev-list", "--first-parent", "--reverse", "HEAD").split()
    tip = line[max(len(line) * part // of, 1) - 1]
    cut = scratch / f"{part}-{of}.git"
    git(scratch, "init", "-q", "--bare", "-b", "main", str(cut))
    pack = ["git", "-C", str(path), "pack-objects", "--revs", "--stdout", "-q"]
    pack += ["--delta-base-offset", "--missing=allow-any"]
    with subprocess.Popen(pack, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(tip.encode() + b"\n")
        process.stdin.close()
        assert process.stdout
        git(cut, "index-pack", "--stdin", stdin=process.stdout)
    if process.returncode:
        raise SubjectError(f"the history of {name} cannot be packed")
    git(cut, "update-ref", "refs/heads/main", tip)
    what = "HEAD" if part == of == 1 else f"{part}/{of}"
    return dataclasses.replace(repository(name, cut), name=f"{name}, {what}")


def load() -> float:
    """Return the load average of the last minute."""
    return round(os.getloadavg()[0], 2)
