"""The error tree: what the user is told, and what to do about it.

LeakhuntError            anything expected; exit code 2
├── UsageError           the command line asks for something impossible
├── ConfigError          leakhunt.toml or pyproject.toml is wrong
├── SignatureError       a signature file is wrong
├── SourceError          what was to be scanned cannot be read
│   └── GitError         git failed
└── EngineError          matching itself failed
"""

from __future__ import annotations


class LeakhuntError(Exception):
    """An expected failure.

    Args:
        message: one sentence that says what is wrong and where.
        hint: what the user can do about it, or an empty string.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[LeakhuntError], tuple[str, str]]:
        # Exceptions cross process borders; the default pickling would lose the hint.
        return (type(self), (self.message, self.hint))


class UsageError(LeakhuntError):
    """The command line asks for something impossible."""


class ConfigError(LeakhuntError):
    """A configuration file is wrong; the message names the file."""


class SignatureError(LeakhuntError):
    """A signature file is wrong; the message names file and line."""


class SourceError(LeakhuntError):
    """What was to be scanned cannot be read."""


class GitError(SourceError):
    """git failed or the folder is no repository."""


class EngineError(LeakhuntError):
    """Matching itself failed."""


def reason(error: OSError | LeakhuntError) -> str:
    """Return why something could not be read, without its name."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return error.message


def nowhere(path: str) -> tuple[str, str]:
    """Return message and hint for a path that does not exist; what an address holds stays unsaid.

    Args:
        path: as it was named.
    """
    import re  # nothing is compiled where all goes well

    if re.match(r"[\w+.-]*://|[\w.-]+@[\w.-]+:", path):
        return (
            "an address was named where a path has to stand",
            "`leakhunt audit ADDRESS` clones a repository and scans it",
        )
    return f"{path}: no such file or folder", "check the path"
