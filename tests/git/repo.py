"""Small real repositories, the same at every run."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from typing import TYPE_CHECKING

from leakhunt.git.reachability import Reachability
from leakhunt.git.repository import Repository
from leakhunt.git.scope import Scope

if TYPE_CHECKING:
    from pathlib import Path

SECRET = b"password = hunter2-secret\n"


@dataclasses.dataclass
class Repo:
    """A repository to write into, with a clock that moves an hour per commit."""

    path: Path
    clock: int = 1_600_000_000

    @classmethod
    def init(cls, path: Path, *options: str) -> Repo:
        path.mkdir(parents=True, exist_ok=True)
        repo = cls(path)
        repo.git("init", "-q", "-b", "main", *options)
        return repo

    def git(self, *args: str | bytes, stdin: bytes | None = None, check: bool = True) -> str:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_AUTHOR_DATE": f"{self.clock} +0200",
            "GIT_COMMITTER_NAME": "Bob",
            "GIT_COMMITTER_EMAIL": "bob@example.org",
            "GIT_COMMITTER_DATE": f"{self.clock} +0000",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C",
        }
        options = ("-c", "commit.gpgSign=false", "-c", "protocol.file.allow=always")
        done = subprocess.run(
            ["git", *options, "-c", "gc.auto=0", *args],
            cwd=self.path,
            env=environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"git {args}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, name: str | bytes, content: bytes | str = SECRET) -> Path:
        path = self.path / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def commit(self, message: str = "change", **files: bytes | str | None) -> str:
        """Write files (`a_b` is `a.b`; None removes), and commit everything."""
        return self.commit_files({k.replace("_", "."): v for k, v in files.items()}, message)

    def commit_files(self, files: dict[str, bytes | str | None], message: str = "change") -> str:
        for name, content in files.items():
            if content is None:
                (self.path / name).unlink()
            else:
                self.write(name, content)
        self.git("add", "-A")
        self.clock += 3600
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.rev("HEAD")

    def rev(self, name: str) -> str:
        return self.git("rev-parse", "--verify", name)

    def blob(self, content: bytes | str = SECRET) -> str:
        data = content.encode() if isinstance(content, str) else content
        return self.git("hash-object", "-w", "--stdin", stdin=data)

    def open(self) -> Repository:
        return Repository.open(self.path)

    def reach(self, scope: Scope | None = None) -> Reachability:
        return Reachability.start(self.open(), scope or Scope())

    def clone(self, to: Path, *options: str) -> Repo:
        self.git("clone", "-q", *options, self.path.as_uri(), str(to))
        return Repo(to, self.clock)

    def object_file(self, oid: str) -> Path:
        return self.path / ".git/objects" / oid[:2] / oid[2:]
