"""Commands and options, declared; what they do is in `leakhunt/commands/`."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from leakhunt import __version__
from leakhunt.cli_baseline import baseline
from leakhunt.cli_ports import ports
from leakhunt.commands.common import FAILED, INTERRUPTED, Options
from leakhunt.errors import LeakhuntError

_F = TypeVar("_F", bound=Callable[..., Any])
_FORMATS = (
    *("terminal", "json", "jsonl", "sarif", "sarif-github", "gitlab", "github", "csv", "html"),
)
_SEVERITIES = ("info", "low", "medium", "high", "critical")

_CONFIDENCES = ("low", "medium", "high")
_STATES = ("active", "inactive", "unknown", "unchecked")


def _without(option: str, name: str, text: str) -> Callable[[_F], _F]:
    """Return a flag that switches something off."""
    return click.option(option, name, is_flag=True, flag_value=False, default=True, help=text)


_LOOKED_FOR = (
    click.option(
        "--signatures",
        multiple=True,
        metavar="PATH",
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
_SHARED = (
    click.option(
        "--format",
        "-f",
        type=click.Choice(_FORMATS),
        default="terminal",
        show_default=True,
        help="How to report.",
    ),
    click.option(
        "--output", "-o", metavar="FILE", help="Write the report to FILE, not to standard output."
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
    *_LOOKED_FOR,
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
        "--baseline", metavar="FILE", help="Do not report what this file says was accepted."
    ),
    click.option("--show-suppressed", is_flag=True, help="List suppressed findings too."),
    click.option("--quiet", "-q", is_flag=True, help="Show no progress."),
    click.option(
        "--config",
        metavar="FILE",
        help="Use this configuration instead of looking for one near the target.",
    ),
)

_VERIFY = click.option(
    "--verify",
    is_flag=True,
    help="Ask the providers whether credentials are live, and see whether exposed services "
    "listen on this host.",
)
_ASKING = (
    _VERIFY,
    click.option(
        "--verify-list",
        is_flag=True,
        help="Print which hosts --verify would contact and why, and contact none.",
    ),
    click.option(
        "--only",
        multiple=True,
        type=click.Choice(_STATES),
        help="Report only credentials with this verdict (repeatable).",
    ),
)
_STORE = click.option(
    "--store/--no-store",
    default=None,
    help="Remember what was clean, and the next time scan only the rest. [default: no-store]",
)


def _with(options: Sequence[Callable[[_F], _F]]) -> Callable[[_F], _F]:
    def add(function: _F) -> _F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def _options(values: dict[str, Any]) -> Options:
    values["jobs"] = values.get("jobs") or 0
    return Options(**values)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leakhunt")
def cli() -> None:
    """Find leaked credentials in git history, files and messages.

    Exit codes: 0 nothing found, 1 findings, 2 something could not be scanned, 130 interrupted.
    """


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@_with(_ASKING)
@_with(_SHARED)
def scan(paths: tuple[str, ...], **values: Any) -> int:
    """Scan files and folders, this one by default; - is standard input."""
    from leakhunt.commands.scan import run

    return run(paths, _options(values))


@cli.command()
@click.argument("repository", default=".", metavar="[REPO]")
@click.option("--range", "range_", metavar="A..B", help="Only what these commits add.")
@click.option("--since", metavar="DATE", help="Only commits after this date.")
@click.option(
    "--branch", multiple=True, metavar="NAME", help="Only what this branch holds (repeatable)."
)
@click.option("--unreachable", is_flag=True, help="Report what no ref reaches any more, too.")
@_STORE
@_with(_ASKING)
@_with(_SHARED)
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

    return run(repository, Part(range_, since, branch, unreachable), _options(values))


@cli.command()
@click.argument("repository", default=".", metavar="[REPO]")
@_with(_ASKING)
@_with(_SHARED)
def staged(repository: str, **values: Any) -> int:
    """Scan what is about to be committed."""
    from leakhunt.commands.staged import run

    return run(repository, _options(values))


@cli.command()
@click.argument("repository", default=".", metavar="[REPO]")
@_STORE
@_with(_ASKING)
@_with(_SHARED)
def audit(repository: str, **values: Any) -> int:
    """Scan history and work tree of a repository in one report."""
    from leakhunt.commands.audit import run

    return run(repository, _options(values))


@cli.command()
@click.argument("listed", metavar="REPORT")
@click.argument("source", default=".", metavar="[SOURCE]")
@click.option(
    "--verify-list",
    is_flag=True,
    help="Print which hosts would be contacted and why, and contact none.",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(_STATES),
    help="Report only credentials with this verdict (repeatable).",
)
@_with(_SHARED)
def verify(listed: str, source: str, **values: Any) -> int:
    """Ask again whether what a JSON report lists is live; SOURCE is what was scanned."""
    from leakhunt.commands.verify import run

    return run(listed, source, _options({**values, "verify": True}))


class _FilesLast(click.Command):
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
@click.argument("files", nargs=-1, metavar="[FILE]...")
@_with(_SHARED)
def hook(files: tuple[str, ...], **values: Any) -> int:
    """Scan what pre-commit hands over."""
    from leakhunt.commands.hook import run

    return run(files, _options(values))


@cli.group()
def signatures() -> None:
    """List, show and check signatures."""


@signatures.command("list")
@_with(_LOOKED_FOR)
def list_(**values: Any) -> int:
    """Print one signature a line."""
    from leakhunt.commands.signatures import list_signatures

    return list_signatures(_options(values), click.echo, functools.partial(click.echo, err=True))


@signatures.command()
@click.argument("signature_id", metavar="ID")
@_with(_LOOKED_FOR)
def show(signature_id: str, **values: Any) -> int:
    """Print everything about one signature."""
    from leakhunt.commands.signatures import show as run

    return run(signature_id, _options(values), click.echo)


@signatures.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@_with(_LOOKED_FOR)
def check(paths: tuple[str, ...], **values: Any) -> int:
    """Prove signatures by their examples, by default those that come with leakhunt."""
    from leakhunt.commands.signatures import check as run

    return run(paths, _options(values), click.echo)


@cli.command()
@click.argument("folder", default=".", metavar="[FOLDER]")
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
    except SystemExit:
        # How click ends, with 1, when the reader has closed the pipe before the end.
        code = FAILED
    except Exception as error:
        code = _internal_error(error)
    sys.exit(code)
