"""Options that commands share, declared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from leakhunt import patience
from leakhunt.cli_completion import files
from leakhunt.commands.common import Options

_F = TypeVar("_F", bound=Callable[..., Any])
_FORMATS = (
    *("terminal", "json", "jsonl", "sarif", "sarif-github", "gitlab", "github", "csv"),
    *("html", "markdown"),
)
_SEVERITIES = ("info", "low", "medium", "high", "critical")

_CONFIDENCES = ("low", "medium", "high")
STATES = ("active", "inactive", "unknown", "unchecked")


def _without(option: str, name: str, text: str) -> Callable[[_F], _F]:
    """Return a flag that switches something off."""
    return click.option(option, name, is_flag=True, flag_value=False, default=True, help=text)


LOOKED_FOR = (
    click.option(
        "--signatures",
        multiple=True,
        metavar="PATH",
        shell_complete=files,
        help="Look for the signatures in this file or folder too (repeatable).",
    ),
    _without(
        "--no-builtin",
        "builtin",
        "Look for nothing that comes with leakhunt, only for your own signatures.",
    ),
    click.option(
        "--select",
        multiple=True,
        metavar="ID",
        help="Look only for these signatures: id, pattern such as 'aws-*', or provider.",
    ),
    click.option("--ignore", multiple=True, metavar="ID", help="Leave these signatures out."),
    click.option(
        "--min-severity",
        type=click.Choice(_SEVERITIES),
        help="Look only for signatures that are at least this severe.",
    ),
    _without("--no-cache", "use_cache", "Neither read nor write the cache of compiled signatures."),
)
SHARED = (
    click.option(
        "--format",
        "-f",
        type=click.Choice(_FORMATS),
        default="terminal",
        show_default=True,
        help="How to report.",
    ),
    click.option(
        "--output",
        "-o",
        metavar="FILE",
        shell_complete=files,
        help="Write the report to FILE, not to standard output.",
    ),
    click.option(
        "--report",
        multiple=True,
        metavar="FORMAT=FILE",
        help="Write the report to FILE in another format too (repeatable).",
    ),
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        default=None,
        metavar="N",
        help="Scan with N processes. [default: one for each core]",
    ),
    click.option(
        "--file-timeout",
        type=click.IntRange(min=1, max=86_400),
        default=patience.SECONDS,
        metavar="SECONDS",
        help="Read a file line by line if parsing it takes more CPU time than this, and say so. "
        f"[default: {patience.SECONDS}]",
    ),
    *LOOKED_FOR,
    click.option(
        "--exclude",
        multiple=True,
        metavar="GLOB",
        help="Leave out paths or file names that match (repeatable).",
    ),
    _without(
        "--no-default-excludes",
        "default_excludes",
        "Scan installed dependencies, lock files and media too.",
    ),
    click.option("--binary", is_flag=True, help="Scan binary files too."),
    _without(
        "--no-archives", "containers", "Do not open archives, compressed files and databases."
    ),
    click.option(
        "--min-confidence",
        type=click.Choice(_CONFIDENCES),
        help="Report only findings that are at least this sure. [default: medium]",
    ),
    click.option(
        "--fail-on",
        type=click.Choice((*_SEVERITIES, "active")),
        help="Exit with 1 only for findings that are at least this severe, or that are live.",
    ),
    click.option(
        "--allow-gaps",
        is_flag=True,
        help="Do not exit with 2 when a part could not be scanned.",
    ),
    click.option("--reveal", is_flag=True, help="Show secrets in full."),
    _without("--no-authors", "authors", "Do not say who wrote what was found."),
    _without("--no-chats", "chats", "Scan chat exports as plain files."),
    click.option(
        "--baseline",
        metavar="FILE",
        shell_complete=files,
        help="Do not report what this file says was accepted.",
    ),
    click.option("--show-suppressed", is_flag=True, help="List suppressed findings too."),
    click.option("--quiet", "-q", is_flag=True, help="Show no progress."),
    click.option(
        "--config",
        metavar="FILE",
        shell_complete=files,
        help="Use this configuration instead of looking for one near the target.",
    ),
    click.option(
        "--untrusted",
        is_flag=True,
        help="Let the target have no say: ignore its configuration and the comments in it.",
    ),
)

_VERIFY = click.option(
    "--verify",
    is_flag=True,
    help="Ask the providers whether credentials are live, and see whether exposed services "
    "listen on this host.",
)
ASKING = (
    _VERIFY,
    click.option(
        "--verify-list",
        is_flag=True,
        help="Print which hosts --verify would contact and why, and contact none.",
    ),
    click.option(
        "--only",
        multiple=True,
        type=click.Choice(STATES),
        help="Report only credentials with this verdict (repeatable).",
    ),
)
STORE = click.option(
    "--store/--no-store",
    default=None,
    help="Remember what came of it, and the next time scan only what is new. [default: no-store]",
)


def having(options: Sequence[Callable[[_F], _F]]) -> Callable[[_F], _F]:
    """Return what declares some options of a :class:`Command`, in their order."""

    def add(function: _F) -> _F:
        vars(function)["later"] = (*options, *vars(function).get("later", ()))
        return function

    return add


class Command(click.Command):
    """A command whose options from `having` are made when somebody looks at them.

    Few runs look at those of more than one command, and they take long to make.
    """

    _later: Sequence[Callable[[Any], Any]] = ()

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._later = vars(self.callback).get("later", ())

    @property
    def params(self) -> list[click.Parameter]:
        """All parameters, in order."""
        later, self._later = self._later, ()
        if later:

            def stub() -> None:
                pass

            for option in reversed(later):
                stub = option(stub)
            self._params += click.command()(stub).params
        return self._params

    @params.setter
    def params(self, given: list[click.Parameter]) -> None:
        """Take the parameters that are declared one by one."""
        self._params = given


class Group(click.Group):
    """A group of such commands."""

    command_class = Command


def chosen(values: dict[str, Any]) -> Options:
    """Return what was asked for, from what click read."""
    values["jobs"] = values.get("jobs") or 0
    return Options(**values)
