"""Real git repositories for tests: pinned author and dates, no configuration from outside."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class Repo:
    """A repository in a folder; every method runs the real git."""

    def __init__(self, path: Path, *init: str) -> None:
        self.path = path
        self._clock = 1_600_000_000
        path.mkdir(parents=True, exist_ok=True)
        if not (path / ".git").exists():
            self.git("init", "-q", "-b", "main", *init)

    def git(self, *args: str | bytes, input: bytes | None = None, check: bool = True) -> str:
        """Run git here; time passes by a minute with each call."""
        self._clock += 60
        env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_AUTHOR_DATE": f"{self._clock} +0100",
            "GIT_COMMITTER_DATE": f"{self._clock} +0100",
            "GIT_ALLOW_PROTOCOL": "file",
            "LC_ALL": "C",
        }
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *args],
            cwd=self.path,
            input=input,
            capture_output=True,
            check=False,
            env=env,
        )
        if check and done.returncode:
            raise AssertionError(f"git {args}: {done.stderr.decode()}")
        return done.stdout.decode(errors="replace").strip()

    def write(self, name: str | bytes, content: str | bytes) -> Path:
        path = self.path / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def commit(self, name: str | bytes, content: str | bytes, message: str = "change") -> str:
        """Write a file, commit everything and return the id."""
        self.write(name, content)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")
