"""The commands of `leakhunt ports`, declared; what they do is in `leakhunt/commands/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from leakhunt.cli_completion import files

_F = TypeVar("_F", bound=Callable[..., Any])

_INVENTORY = click.option(
    "--inventory",
    metavar="FILE",
    shell_complete=files,
    help="Use this inventory instead of the leakhunt-ports.toml in the folder.",
)
_TOKENS = click.option(
    "--tokens", is_flag=True, help="Look for secrets too, and say which ports they open."
)
_SHARED = (
    click.option(
        "--output",
        "-o",
        metavar="FILE",
        shell_complete=files,
        help="Write to FILE, not to standard output.",
    ),
    click.option(
        "--all", "everything", is_flag=True, help="Take tests and examples into account, too."
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="GLOB",
        help="Leave out paths or file names that match (repeatable).",
    ),
    click.option(
        "--no-default-excludes",
        "default_excludes",
        is_flag=True,
        flag_value=False,
        default=True,
        help="Read installed dependencies and lock files too.",
    ),
    click.option(
        "--allow-gaps",
        is_flag=True,
        help="Do not exit with 2 when a part could not be read or is not known.",
    ),
    click.option(
        "--config",
        metavar="FILE",
        shell_complete=files,
        help="Use this configuration instead of looking for one near the target.",
    ),
)


def _shared(function: _F) -> _F:
    for option in reversed(_SHARED):
        function = option(function)
    return function


def _format(*names: str) -> Callable[[_F], _F]:
    return click.option(
        "--format",
        "-f",
        type=click.Choice(names),
        default="terminal",
        show_default=True,
        help="How to report.",
    )


@click.group()
def ports() -> None:
    """Say which ports files open, which should be open, and which are."""


@ports.command()
@click.argument("path", default=".", metavar="[PATH]", shell_complete=files)
@_format("terminal", "json")
@_INVENTORY
@_TOKENS
@_shared
def show(path: str, **values: Any) -> int:
    """List the ports that the files of a folder or a repository open."""
    from leakhunt.commands.port_survey import PortOptions
    from leakhunt.commands.ports import show as run

    return run(path, PortOptions(**values))


@ports.command()
@click.argument("path", default=".", metavar="[PATH]", shell_complete=files)
@click.option("--force", is_flag=True, help="Replace an inventory that is there already.")
@_TOKENS
@_shared
def init(path: str, force: bool, **values: Any) -> int:
    """Write an inventory of the ports that are there: leakhunt-ports.toml."""
    from leakhunt.commands.port_survey import PortOptions
    from leakhunt.commands.ports import init as run

    return run(path, PortOptions(**values), force=force)


@ports.command()
@click.argument("path", default=".", metavar="[PATH]", shell_complete=files)
@_format("terminal", "json", "github")
@_INVENTORY
@_shared
def check(path: str, **values: Any) -> int:
    """Hold the inventory against the files: exit 1 if they differ."""
    from leakhunt.commands.port_survey import PortOptions
    from leakhunt.commands.ports import check as run

    return run(path, PortOptions(**values))


@ports.command()
@click.argument("path", default=".", metavar="[PATH]", shell_complete=files)
@click.option("--since", metavar="REVISION", help="Compare with the files of this commit.")
@click.option(
    "--saved",
    metavar="FILE",
    shell_complete=files,
    help="Compare with what `ports show` or `live` saved as JSON.",
)
@_format("terminal", "json")
@_shared
def diff(path: str, since: str | None, saved: str | None, **values: Any) -> int:
    """Say what opened and closed since a commit or since ports were saved."""
    from leakhunt.commands.port_survey import PortOptions
    from leakhunt.commands.ports import diff as run

    return run(path, PortOptions(**values), since=since, saved=saved)


@ports.command()
@click.argument("path", default=".", metavar="[PATH]", shell_complete=files)
@click.option(
    "--check", is_flag=True, help="Exit with 1 if a declared port is down or wider than declared."
)
@click.option(
    "--confirm", is_flag=True, help="Connect to the ports from this host to see how wide they are."
)
@click.option(
    "--environment", default="", metavar="NAME", help="The environment that this host is of."
)
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="NAME",
    help="Look only for the ports of this service (repeatable).",
)
@click.option("--undeclared", is_flag=True, help="List what else listens on this host.")
@_format("terminal", "json")
@_INVENTORY
@_shared
def live(
    path: str,
    check: bool,
    confirm: bool,
    environment: str,
    services: tuple[str, ...],
    undeclared: bool,
    **values: Any,
) -> int:
    """Join the declared ports with the sockets of this host."""
    from leakhunt.commands.live import LiveOptions
    from leakhunt.commands.live import live as run
    from leakhunt.commands.port_survey import PortOptions

    asked = LiveOptions(check, confirm, environment, services, undeclared)
    return run(path, PortOptions(**values), asked)
