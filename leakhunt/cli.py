"""Commands and options, declared; what they do is in `leakhunt/commands/`."""

from __future__ import annotations

import functools
import io
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from leakhunt import __version__
from leakhunt.cli_baseline import baseline
from leakhunt.cli_completion import files
from leakhunt.cli_options import (
    ASKING,
    LOOKED_FOR,
    SHARED,
    STATES,
    STORE,
    Command,
    Group,
    chosen,
    having,
)
from leakhunt.cli_ports import ports
from leakhunt.commands.common import FAILED, INTERRUPTED
from leakhunt.errors import LeakhuntError

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leakhunt")
def cli() -> None:
    """Find leaked credentials in git history, files and messages.

    Exit codes: 0 nothing found, 1 findings, 2 something could not be scanned, 130 interrupted.
    """


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=files)
@having(ASKING)
@having(SHARED)
def scan(paths: tuple[str, ...], **values: Any) -> int:
    """Scan files and folders, this one by default; - is standard input."""
    from leakhunt.commands.scan import run

    return run(paths, chosen(values))


@cli.command()
@click.argument("repository", default=".", metavar="[REPO]", shell_complete=files)
@click.option("--range", "range_", metavar="A..B", help="Only what these commits add.")
@click.option("--since", metavar="DATE", help="Only commits after this date.")
@click.option(
    "--branch", multiple=True, metavar="NAME", help="Only what this branch holds (repeatable)."
)
@click.option("--unreachable", is_flag=True, help="Report what no ref reaches any more, too.")
@STORE
@having(ASKING)
@having(SHARED)
def history(
    repository: str,
    range_: str | None,
    since: str | None,
    branch: tuple[str, ...],
    unreachable: bool,
    **values: Any,
) -> int:
    """Scan the whole history of a git repository, the one here by default."""
    from leakhunt.commands.history import Part, run

    return run(
        repository, Part((range_,) if range_ else (), since, branch, unreachable), chosen(values)
    )


@cli.command()
@click.argument("repository", default=".", metavar="[REPO]", shell_complete=files)
@having(ASKING)
@having(SHARED)
def staged(repository: str, **values: Any) -> int:
    """Scan what is about to be committed."""
    from leakhunt.commands.staged import run

    return run(repository, chosen(values))


@cli.command()
@click.argument("repositories", nargs=-1, metavar="[REPO]...", shell_complete=files)
@click.option(
    "--repos",
    multiple=True,
    metavar="PATH",
    shell_complete=files,
    help="Audit the repositories that this file lists, one path or URL a line, or all clones in "
    "this folder (repeatable).",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Let the workers of this Dask scheduler do it, such as tcp://scheduler:8786.",
)
@click.option(
    "--since-last",
    is_flag=True,
    help="Say what is new, fixed and open again since the last audit, and remember this one.",
)
@click.option("--fresh", is_flag=True, help="Do not go on with an audit that was interrupted.")
@click.option(
    "--repository-timeout",
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="Give a repository up after this time, cloning included, and go on with the others. "
    "[default: none]",
)
@STORE
@having(ASKING)
@having(SHARED)
def audit(
    repositories: tuple[str, ...],
    repos: tuple[str, ...],
    cluster: str | None,
    fresh: bool,
    repository_timeout: int | None,
    **values: Any,
) -> int:
    """Scan history and work tree of repositories, this one by default, in one report.

    A URL is cloned into a temporary folder first.
    """
    from leakhunt.commands.audit import choose

    return choose(
        *(repositories, repos, cluster or "", chosen(values)),
        fresh=fresh,
        limit=repository_timeout or 0,
    )


@cli.command()
@click.argument("listed", metavar="REPORT", shell_complete=files)
@click.argument("source", default=".", metavar="[SOURCE]", shell_complete=files)
@click.option(
    "--verify-list",
    is_flag=True,
    help="Print which hosts would be contacted and why, and contact none.",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(STATES),
    help="Report only credentials with this verdict (repeatable).",
)
@having(SHARED)
def verify(listed: str, source: str, **values: Any) -> int:
    """Ask again whether what a JSON report lists is live; SOURCE is what was scanned."""
    from leakhunt.commands.verify import run

    return run(listed, source, chosen({**values, "verify": True}))


class _FilesLast(Command):
    """Takes what is the name of a file for a file, not for an option: pre-commit sends no `--`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest: list[str] = []
        files: list[str] = []
        # Options come before the files, so of two equal words the last one is the file.
        for text in reversed(args):
            is_file = text.startswith("-") and text not in files and os.path.lexists(text)
            (files if is_file else rest).insert(0, text)
        return super().parse_args(ctx, [*rest, *([] if "--" in rest else ["--"]), *files])


@cli.command(cls=_FilesLast)
@click.argument("files", nargs=-1, metavar="[FILE]...", shell_complete=files)
@click.option("--push", is_flag=True, help="Scan what git tells pre-push hooks, on standard input.")
@having(SHARED)
def hook(files: tuple[str, ...], push: bool, **values: Any) -> int:
    """Scan what pre-commit hands over."""
    from leakhunt.commands.hook import run, run_push

    return run_push(sys.stdin, chosen(values)) if push else run(files, chosen(values))


@cli.group(cls=Group)
def signatures() -> None:
    """List, show and check signatures."""


@signatures.command("list")
@having(LOOKED_FOR)
def list_(**values: Any) -> int:
    """Print one signature a line."""
    from leakhunt.commands.signatures import list_signatures

    return list_signatures(chosen(values), click.echo, functools.partial(click.echo, err=True))


@signatures.command()
@click.argument("signature_id", metavar="ID")
@having(LOOKED_FOR)
def show(signature_id: str, **values: Any) -> int:
    """Print everything about one signature."""
    from leakhunt.commands.signatures import show as run

    return run(signature_id, chosen(values), click.echo)


@signatures.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=files)
@having(LOOKED_FOR)
def check(paths: tuple[str, ...], **values: Any) -> int:
    """Prove signatures by their examples, by default those that come with leakhunt."""
    from leakhunt.commands.signatures import check as run

    return run(paths, chosen(values), click.echo)


@cli.command()
@click.argument("folder", default=".", metavar="[FOLDER]", shell_complete=files)
@click.option("--hook", is_flag=True, help="Write git hooks that scan what is committed.")
def init(folder: str, hook: bool) -> int:
    """Write a commented configuration, or hooks for those without pre-commit."""
    from leakhunt.commands.init import run

    return run(folder, click.echo, hook=hook)


cli.add_command(ports)
cli.add_command(baseline)


def _say(text: str) -> None:
    """Write one line, whatever the names in it contain: a CI log must not obey them."""
    from leakhunt.outputs.text import printable

    click.echo(printable(text).replace("##[", "## ["), err=True)


def _internal_error(error: Exception) -> int:
    """Say where leakhunt itself failed, without the values that were being worked on."""
    import traceback
    from pathlib import Path

    if os.environ.get("LEAKHUNT_DEBUG"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    click.echo(f"leakhunt: internal error: {type(error).__name__} at {where}", err=True)
    click.echo("hint: run it again with LEAKHUNT_DEBUG=1 and report what it prints", err=True)
    return FAILED


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code.

    Args:
        arguments: instead of those of the process.
    """
    for stream in (sys.stdout, sys.stderr):
        # Names may be of any script, and the code page of a pipe on Windows lacks most of them.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = cli.main(arguments, prog_name="leakhunt", standalone_mode=False)
    except LeakhuntError as error:
        _say(f"leakhunt: {error.message}")
        if error.hint:
            _say(f"hint: {error.hint}")
        code = FAILED
    except click.ClickException as error:
        error.show()
        code = FAILED
    except (KeyboardInterrupt, click.Abort):
        click.echo("leakhunt: interrupted", err=True)
        code = INTERRUPTED
    except SystemExit as end:
        # How click ends: with 0 after it has told a shell how to complete, and with 1 when the
        # reader has closed the pipe before the end.
        code = FAILED if end.code or "_LEAKHUNT_COMPLETE" not in os.environ else 0
    except Exception as error:
        code = _internal_error(error)
    sys.exit(code)
