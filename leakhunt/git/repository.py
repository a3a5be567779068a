"""Finding a repository, and running git in it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path
from typing import IO, TYPE_CHECKING

from leakhunt import lazy
from leakhunt.errors import GitError, nowhere
from leakhunt.git.command import Process, command_line, environment, first_meaningful, require_git
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_FORMATS = ("sha1", "sha256")
_WEB = lazy.pattern(
    r"(?:https?://(?:[^@/]*@)?|ssh://(?:[^@/]*@)?|[\w.-]+@)(?P<host>[\w-]+(?:\.[\w-]+)+)(?::\d+)?[/:]"
    r"(?P<path>[\w.~/-]+?)(?:\.git)?/?"
)
"""An address that git clones from; what stands in it to log in is no part of the other one."""

# What git hands to a hook, and what only makes sense for the repository of that hook:
# the index of `git commit -a` or `git commit PATH`, the quarantine of a push.
_OF_ONE_REPOSITORY = (
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
)


@record(frozen=True, slots=True)
class Repository:
    """A repository that exists and can be read. Cheap to copy and to pickle.

    Make one with :meth:`open`.
    """

    path: str
    """What the user named."""
    git_dir: str
    """Absolute; of a linked worktree its own folder below `worktrees/`."""
    work_tree: str | None
    """Absolute, or None: a bare repository, or a path inside `.git`."""
    object_format: str
    """`sha1` or `sha256`."""
    shallow: bool
    """History is cut off somewhere."""
    bare: bool
    inherited: tuple[tuple[str, str], ...] = ()
    """Variables of an outer git (a hook's index) that belong to this repository."""

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Repository:
        """Find the repository that a path lies in.

        Args:
            path: a folder inside a work tree, a bare repository, a `.git` folder or file.

        Raises:
            GitError: git is missing or too old, or there is no readable repository.
        """
        named = os.fspath(path)
        start = _folder(named)
        outer: dict[str, str] = {}
        try:
            lines = _discover(start, outer)
        except GitError:
            require_git()  # if it is missing or too old, that is what to say
            outer = _outer_git_dir(start)
            if not outer:
                raise
            lines = _discover(start, outer)
        object_format, bare, shallow, inside, git_dir = lines
        work_tree = _work_tree(start, git_dir, outer) if inside == "true" else None
        return cls(
            path=named,
            git_dir=git_dir,
            work_tree=work_tree,
            object_format=object_format,
            shallow=shallow == "true",
            bare=bare == "true",
            inherited=_inherited(start, git_dir, work_tree),
        )

    @property
    def partial(self) -> bool:
        """A partial clone: objects may be absent because they were never fetched."""
        pattern = r"^(remote\..*\.promisor|extensions\.partialclone)$"
        return bool(self.run("config", "-z", "--get-regexp", pattern, ok=(0, 1)))

    @property
    def web(self) -> str:
        """Where it can be read on the web, as far as the address it was cloned from says."""
        address = self.run("config", "--get", "remote.origin.url", ok=(0, 1))
        found = _WEB.fullmatch(address.decode("utf-8", "replace").strip())
        return f"https://{found['host']}/{found['path']}" if found else ""

    @property
    def alternates(self) -> bool:
        """Some objects lie in another repository."""
        if "GIT_ALTERNATE_OBJECT_DIRECTORIES" in dict(self.inherited):
            return True
        return (self.common_dir / "objects/info/alternates").exists()

    @property
    def empty(self) -> bool:
        """There is no ref and no commit."""
        if self.run("for-each-ref", "--count=1", "--format=%(refname)"):
            return False
        return not self.run("rev-parse", "--quiet", "--verify", "HEAD", ok=(0, 1))

    @property
    def empty_tree(self) -> str:
        """The id of the tree without entries; git knows it even where nothing is stored."""
        if self.object_format == "sha256":
            return "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
        return "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

    @property
    def common_dir(self) -> Path:
        """What linked worktrees share: `git_dir`, except in a linked worktree."""
        git_dir = Path(self.git_dir)
        with contextlib.suppress(OSError):
            common = os.fsdecode((git_dir / "commondir").read_bytes().rstrip(b"\n"))
            return Path(git_dir, common).resolve()
        return git_dir

    def run(
        self,
        *args: str | bytes,
        input: bytes | None = None,  # noqa: A002 (as in subprocess)
        ok: Collection[int] = (0,),
    ) -> bytes:
        """Run a git command to its end.

        Args:
            *args: the command and its arguments; bytes where they hold a path.
            input: what to write to its standard input.
            ok: the exit codes that are no failure.

        Returns:
            All of its standard output.

        Raises:
            GitError: the exit code is another one.
        """
        with self.start(*args, stdin=None if input is None else subprocess.PIPE) as process:
            output, _ = process.communicate(input)
            process.finish(ok)
        return output

    def start(
        self,
        *args: str | bytes,
        stdin: int | IO[bytes] | None = None,
        stdout: int | IO[bytes] = subprocess.PIPE,
        variables: Mapping[str, str] | None = None,
        pipesize: int = -1,
    ) -> Process:
        """Start a git command whose output is read as it comes.

        Args:
            *args: the command and its arguments; bytes where they hold a path.
            stdin: `subprocess.PIPE` or a file; by default there is nothing to read.
            stdout: `subprocess.PIPE` or a file.
            variables: environment variables on top of the hardened ones.
            pipesize: bytes that fit into the pipes, where the system lets us choose.

        Returns:
            The process. Used as a context manager it is dead at the end of the block;
            :meth:`Process.finish` turns a failure into a GitError.
        """
        where: list[str | bytes] = [f"--git-dir={self.git_dir}"]
        if self.work_tree is not None:
            where.append(f"--work-tree={self.work_tree}")
        return Process(
            [*command_line(), *where, *args],
            cwd=self.work_tree or self.git_dir,
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=stdout,
            env=environment() | dict(self.inherited) | dict(variables or {}),
            pipesize=pipesize,
        )


def _folder(named: str) -> str:
    """Where discovery starts: the path itself, or the folder of a `.git` file."""
    path = Path(named)
    if path.name == ".git" and path.is_file():
        path = path.parent
    try:
        os.scandir(path).close()
    except NotADirectoryError:
        raise GitError(
            f"{named}: not a folder", "name the folder of a repository; for a file, use scan"
        ) from None
    except FileNotFoundError:
        raise GitError(*nowhere(named)) from None
    except OSError as error:
        raise GitError(f"{named}: {error.strerror}") from error
    return os.path.realpath(path)


def _discover(start: str, outer: dict[str, str]) -> list[str]:
    """What git says about the repository around a folder, one answer an element."""
    questions = (
        "--show-object-format",
        "--is-bare-repository",
        "--is-shallow-repository",
        "--is-inside-work-tree",
        "--absolute-git-dir",  # last, for it may hold a newline
    )
    answers = os.fsdecode(_rev_parse(start, outer, questions))
    lines = answers.removesuffix("\n").split("\n", len(questions) - 1)
    # git before 2.25 repeats the first question instead of answering it.
    if lines[0] not in _FORMATS or len(lines) < len(questions):
        require_git()
        raise GitError(f"{start}: git says nothing that leakhunt understands about this repository")
    return lines


def _rev_parse(start: str, outer: dict[str, str], questions: tuple[str, ...]) -> bytes:
    """Ask git about the repository around a folder, before there is a Repository."""
    git = Process(
        [*command_line(), "rev-parse", *questions],
        cwd=start,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=environment() | outer,
    )
    with git:
        output = git.communicate()[0]
        if git.returncode:
            raise _no_repository(start, git.messages())
    return output


def _no_repository(start: str, said: str) -> GitError:
    reason = first_meaningful(said)
    if "dubious ownership" in said or "unsafe repository" in said:
        return GitError(
            f"{start}: {reason}",
            "this git ignores safe.directory on the command line; run "
            f"`git config --global --add safe.directory {start}` or update git",
        )
    if "not a git repository (or any" in said:
        return GitError(
            f"{start}: not inside a git repository",
            "name a folder of a repository; for plain files and folders, use scan",
        )
    return GitError(f"{start}: git cannot read this repository: {reason}")


def _outer_git_dir(start: str) -> dict[str, str]:
    """The variables of an outer git, if they speak about this very folder."""
    git_dir = os.environ.get("GIT_DIR")
    if not git_dir:
        return {}
    variables = {"GIT_DIR": os.path.realpath(git_dir)}
    if work_tree := os.environ.get("GIT_WORK_TREE"):
        variables["GIT_WORK_TREE"] = os.path.realpath(work_tree)
    root = variables.get("GIT_WORK_TREE", str(Path.cwd()))
    return variables if Path(start).is_relative_to(os.path.realpath(root)) else {}


def _work_tree(start: str, git_dir: str, outer: dict[str, str]) -> str:
    """The folder that holds this repository's `.git`, else what git says.

    A hostile `core.worktree` could declare the whole disk to be the work tree.
    """
    for folder in (Path(start), *Path(start).parents):
        entry = folder / ".git"
        if entry.is_file() or (entry.is_dir() and entry.samefile(git_dir)):
            return str(folder)
    return os.fsdecode(_rev_parse(start, outer, ("--show-toplevel",)).removesuffix(b"\n"))


def _inherited(start: str, git_dir: str, work_tree: str | None) -> tuple[tuple[str, str], ...]:
    """The variables of an outer git that belong to the repository at `git_dir`."""
    given = [(name, os.environ[name]) for name in _OF_ONE_REPOSITORY if os.environ.get(name)]
    if not given or _git_dir_of_caller(start, git_dir) != os.path.realpath(git_dir):
        return ()
    # git itself reads a relative value from the top of the work tree.
    root = work_tree or git_dir
    return tuple(
        (name, value if name.startswith("GIT_ALTERNATE") else str(Path(root, value)))
        for name, value in given
    )


def _git_dir_of_caller(start: str, git_dir: str) -> str | None:
    """The repository that an outer git was called for."""
    if outer := os.environ.get("GIT_DIR"):
        return os.path.realpath(outer)
    here = str(Path.cwd())
    if here == start:
        return os.path.realpath(git_dir)
    try:
        return os.path.realpath(_discover(here, {})[-1])
    except GitError:
        return None
