"""How git is started: hardened, because a repository is data that somebody else wrote.

Its configuration can name programs for git to run (file-system monitors, pagers, diff
drivers, signature checkers, ssh commands, hooks) and servers to fetch from. Here none of
them runs: every invocation carries the same overrides and the same environment, and
nothing is ever written inside `.git`. No other module starts git.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import subprocess
from typing import IO, TYPE_CHECKING, Any, cast

from leakhunt.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Collection

MINIMUM = (2, 25)

# Anything that git would run, ask or fetch. `-c` outranks every configuration file.
_OVERRIDES = {
    "safe.directory": "*",  # may be read by others than its owner; nothing in it is run
    "safe.bareRepository": "all",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.askPass": "",
    "core.sshCommand": "false",
    "core.alternateRefsCommand": "false",
    "core.attributesFile": os.devnull,
    # Else git maps a whole pack, and most of it counts as its memory.
    "core.packedGitLimit": "256m",
    "core.packedGitWindowSize": "32m",
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.logOutputEncoding": "UTF-8",
}

_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # git before 2.45 knows no GIT_NO_LAZY_FETCH; with no transport allowed it cannot fetch.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "GIT_FLUSH": "0",
    "LC_ALL": "C",
}

# Of the caller's GIT_* variables only these reach git: where git itself and the user's own
# configuration live, and how far up to look for a repository.
_KEPT = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
    }
)


_REACHING = (
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_PROXY_COMMAND",
)
"""How the user's own git reaches servers."""


class Process(subprocess.Popen[bytes]):
    """A running git. Its messages are kept aside, so they can neither block nor be lost."""

    def __init__(self, command: list[str | bytes], **options: Any) -> None:
        self.command = command
        # A pipe that nobody reads would stop git after 64 KiB of warnings.
        self._messages = scratch_file()
        try:
            super().__init__(command, stderr=self._messages, **options)
        except OSError as error:
            self._messages.close()
            raise _not_started(error) from error

    def finish(self, ok: Collection[int] = (0,)) -> int:
        """Wait for the end.

        Args:
            ok: the exit codes that are no failure.

        Returns:
            The exit code.

        Raises:
            GitError: it is none of those; the message is git's own first one.
        """
        code = self.wait()
        if code not in ok:
            name = _subcommand(self.command)
            said = self.messages()
            raise GitError(f"git {name} failed: {first_meaningful(said) or f'exit code {code}'}")
        return code

    def messages(self) -> str:
        """What git has written to its standard error so far, at most the first 64 KiB."""
        self._messages.seek(0)
        return self._messages.read(1 << 16).decode("utf-8", "replace")

    def __exit__(self, *_: object) -> None:
        # Whoever leaves the block has read what they wanted; git may still be writing.
        if self.poll() is None:
            self.kill()
        for stream in (self.stdin, self.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        self.wait()
        self._messages.close()


@functools.cache
def require_git() -> tuple[int, ...]:
    """Return git's version, such as `(2, 39, 5)`.

    Raises:
        GitError: git is not installed or older than 2.25.
    """
    with Process([*command_line(), "--version"], stdout=subprocess.PIPE, env=environment()) as git:
        said = git.communicate()[0].decode("utf-8", "replace")
        git.finish()
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    version = tuple(int(part) for part in match.groups("0")) if match else ()
    if version < MINIMUM:
        raise GitError(
            f"{said.strip() or 'this git'} is too old",
            f"leakhunt needs git {MINIMUM[0]}.{MINIMUM[1]} or newer",
        )
    return version


def scratch_file() -> IO[bytes]:
    """Return an empty file without a name, to be closed by the caller.

    `tempfile` does the same, and loads archive formats and random numbers for it.
    """
    if unnamed := getattr(os, "O_TMPFILE", 0):
        with contextlib.suppress(OSError):
            flags = unnamed | os.O_RDWR | os.O_EXCL
            descriptor = os.open(os.environ.get("TMPDIR") or "/tmp", flags, 0o600)  # noqa: S108
            return cast("IO[bytes]", os.fdopen(descriptor, "w+b"))
    import tempfile

    return cast("IO[bytes]", tempfile.TemporaryFile())


def command_line() -> list[str | bytes]:
    """The start of every command: git and all that outranks a repository's configuration."""
    command: list[str | bytes] = ["git", "--no-pager", "--literal-pathspecs"]
    for key, value in _OVERRIDES.items():
        command += ["-c", f"{key}={value}"]
    return command


def environment() -> dict[str, str]:
    """The environment for git: the caller's, without what could lead it astray."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT
    }
    return ours | _ENVIRONMENT


_NETWORK = {
    name: value
    for name, value in _OVERRIDES.items()
    if name not in ("core.sshCommand", "credential.helper", "protocol.allow")
} | {
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "protocol.http.allow": "always",
    "protocol.ssh.allow": "always",
    "protocol.git.allow": "always",
    "protocol.file.allow": "always",
}


def network_line() -> list[str | bytes]:
    """The start of a command that clones: as hardened, but it may reach out and log in."""
    command: list[str | bytes] = ["git", "--no-pager"]
    for key, value in _NETWORK.items():
        command += ["-c", f"{key}={value}"]
    return command


def network_variables() -> dict[str, str]:
    """The environment of a command that clones: nobody is asked for a password."""
    kept = {name: os.environ[name] for name in _REACHING if name in os.environ}
    ours = {name: value for name, value in environment().items() if name != "GIT_ALLOW_PROTOCOL"}
    return ours | {"GIT_ASKPASS": "", "SSH_ASKPASS_REQUIRE": "never"} | kept


def _subcommand(command: list[str | bytes]) -> str:
    options = iter(command[1:])
    for word in options:
        if word == "-c":
            next(options)
        elif not os.fsdecode(word).startswith("--"):
            return os.fsdecode(word)
    return os.fsdecode(command[-1])


def first_meaningful(said: str) -> str:
    """The line of git's messages that says best what went wrong, without its prefix.

    Nor with a user and a password, which `url.insteadOf` of the user may put into addresses.
    """
    said = re.sub(r"://[^@\s'\"]*@", "://", said)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for prefix in ("fatal: ", "error: "):
        for line in lines:
            if line.startswith(prefix):
                return line.removeprefix(prefix)
    return lines[0] if lines else ""


def _not_started(error: OSError) -> GitError:
    if isinstance(error, FileNotFoundError) and error.filename == "git":
        return GitError("git is not installed", "install git 2.25 or newer and put it on the PATH")
    return GitError(f"git could not be started: {error.strerror} ({error.filename})")
