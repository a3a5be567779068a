"""Real git repositories for tests of the command line."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tests.git import repo as git_repo


@dataclasses.dataclass
class Repo(git_repo.Repo):
    """A repository that is made where there is none yet, and takes one file a commit."""

    def __init__(self, path: Path, *init: str) -> None:
        super().__init__(path)
        path.mkdir(parents=True, exist_ok=True)
        if not (path / ".git").exists():
            self.git("init", "-q", "-b", "main", *init)

    def git(
        self,
        *args: str | bytes,
        stdin: bytes | None = None,
        check: bool = True,
        input: bytes | None = None,
    ) -> str:
        """Run git here; time passes by a minute with each call."""
        self.clock += 60
        return super().git(*args, stdin=input if stdin is None else stdin, check=check)

    def commit(  # type: ignore[override]
        self, name: str | bytes, content: str | bytes, message: str = "change"
    ) -> str:
        """Write a file, commit everything and return the id."""
        self.write(name, content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head

    @property
    def head(self) -> str:
        return self.rev("HEAD")
