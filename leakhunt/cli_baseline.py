"""The commands of `leakhunt baseline`, declared; what they do is in `leakhunt/commands/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from leakhunt.cli_completion import files
from leakhunt.commands.options import Options

_F = TypeVar("_F", bound=Callable[..., Any])

_SHARED = (
    click.argument("path", default=".", metavar="[PATH]", shell_complete=files),
    click.option(
        "--baseline",
        metavar="FILE",
        shell_complete=files,
        help="The baseline. [default: as configured, or leakhunt.baseline at the top]",
    ),
    click.option(
        "--config",
        metavar="FILE",
        shell_complete=files,
        help="Use this configuration instead of looking for one near the target.",
    ),
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Scan with N processes. [default: one for each core]",
    ),
    click.option(
        "--allow-gaps",
        is_flag=True,
        help="Do not exit with 2 when a part could not be scanned.",
    ),
    click.option("--quiet", "-q", is_flag=True, help="Show no progress."),
)
_REASON = click.option("--reason", default="", metavar="TEXT", help="Why it is accepted.")


def _shared(function: _F) -> _F:
    for option in reversed(_SHARED):
        function = option(function)
    return function


@click.group()
def baseline() -> None:
    """Accept what is known, so that only what is new is reported."""


@baseline.command()
@_shared
@click.option(
    "--import",
    "imports",
    multiple=True,
    metavar="FILE",
    shell_complete=files,
    help="Accept only what this .gitleaksignore or baseline accepts (repeatable).",
)
@_REASON
@click.option("--force", is_flag=True, help="Write it anew if there is one.")
def create(path: str, imports: tuple[str, ...], reason: str, force: bool, **values: Any) -> int:
    """Accept everything that history and files hold now."""
    from leakhunt.commands.baseline import create as run

    options = Options(**values)
    return run(path, options, click.echo, imports=imports, reason=reason, force=force)


@baseline.command()
@_shared
@click.option("--add", is_flag=True, help="Accept what is new, too.")
@_REASON
def update(path: str, add: bool, reason: str, **values: Any) -> int:
    """Follow renames and drop what is gone."""
    from leakhunt.commands.baseline import update as run

    return run(path, Options(**values), click.echo, add=add, reason=reason)


@baseline.command()
@_shared
def review(path: str, **values: Any) -> int:
    """Show what is new, one by one, and ask whether to accept it."""
    from leakhunt.commands.baseline import review as run

    return run(path, Options(**values), click.echo, _ask)


def _ask(question: str) -> str | None:
    """Return an answer; None if there is nobody to ask, or nobody wants to answer."""
    try:
        answer: str = click.prompt(question, default="", show_default=False, prompt_suffix=" ")
    except click.Abort:
        click.echo("")
        return None
    return answer
