"""The manual page, written from the declarations of the commands and from the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import click

from leakhunt import __version__, cli_options
from leakhunt.cli import cli

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/leakhunt.1"

HEAD = """\
.\\" Written by python -m tests.update_docs: change the commands instead.
.TH LEAKHUNT 1 "" "leakhunt {version}" "User Commands"
.SH NAME
leakhunt \\- find leaked credentials in git history, files and messages
.SH SYNOPSIS
.B leakhunt
.I command
.RI [ options ]
.RI [ arguments ]
.SH DESCRIPTION
leakhunt finds credentials in git history, in files, in exports of chats and in what is about to
be committed, and internal services that are open to everybody. It says where they are, since
when, who put them there and what to do.
.PP
It works offline, and contacts a provider only with
.BR \\-\\-verify .
Secrets are masked in every output, unless
.B \\-\\-reveal
is given.
"""
TAIL = """\
.SH FILES
.TP
.I leakhunt.toml\\fR, or the table \\fB[tool.leakhunt]\\fR in \\fIpyproject.toml
Defaults for the options, and what is allowed; looked for in what is scanned and above it.
.TP
.I leakhunt.baseline
What was accepted.
.TP
.I leakhunt\\-ports.toml
The inventory of
.BR "leakhunt ports" .
.SH EXAMPLES
.TP
.B leakhunt audit
Scan history and work tree of the repository here.
.TP
.B leakhunt staged
Scan what is about to be committed.
.TP
.B git diff | leakhunt scan \\-
Scan standard input.
.TP
.B leakhunt audit \\-f html \\-o leaks.html
Write a web page.
.SH SEE ALSO
.BR git (1)
.PP
https://github.com/leakhunt/leakhunt/tree/main/docs
"""
EXITS = (
    ("0", "Scanned, and nothing found."),
    ("1", "There are findings."),
    ("2", "A part could not be scanned, or what was asked for was wrong."),
    ("130", "Interrupted."),
)


def escaped(text: str) -> str:
    """Text as roff takes it: nothing in it is a request or an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^(?=[.'])", r"\\&", text)


def entry(tag: str, text: str) -> str:
    """One term and what it means."""
    return f".TP\n.B {escaped(tag)}\n{escaped(text)}\n"


def option(context: click.Context, one: click.Parameter) -> str:
    """The entry of an option, with what `--help` says; nothing for an argument."""
    record = one.get_help_record(context) if isinstance(one, click.Option) else None
    return entry(record[0], " ".join(record[1].split())) if record else ""


def common() -> set[str]:
    """The names of the options that all commands have that scan."""
    made = click.command()(cli_options.having(())(lambda: None))
    for add in cli_options.SHARED:
        made = add(made)
    return {one.name or "" for one in made.params}


def top() -> click.Context:
    """The context of the program itself; those of commands inherit from it how help is called."""
    return click.Context(cli, info_name="leakhunt", **cli.context_settings)


def commands(group: click.Group, here: click.Context) -> str:
    """The section of every command, those of groups one after the other."""
    shared = common()
    text = ""
    for name, command in sorted(group.commands.items()):
        context = click.Context(command, info_name=name, parent=here)
        if isinstance(command, click.Group):
            text += commands(command, context)
            continue
        pieces = " ".join(command.collect_usage_pieces(context))
        text += f".SS {escaped(f'{context.command_path} {pieces}')}\n"
        about = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
        text += "\n.PP\n".join(map(escaped, about)) + "\n"
        names = {one.name for one in command.params}
        scans = shared <= names
        for one in command.params:
            if not (scans and one.name in shared):
                text += option(context, one)
        if scans:
            text += ".PP\nand the options of all commands that scan.\n"
    return text


def environment() -> str:
    """What the page of the command line says about variables."""
    page = (ROOT / "docs/command-line.md").read_text("utf-8")
    table = page.partition("\n## Environment\n")[2].partition("\n## ")[0]
    rows = re.findall(r"(?m)^\| (`.*?) \| (.*) \|$", table)
    plain = [[re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", cell) for cell in row] for row in rows]
    return "".join(entry(tag, text) for tag, text in plain)


def manual() -> str:
    """The whole page."""
    scan = cli.commands["scan"]
    context = click.Context(scan, info_name="scan", parent=top())
    shared = "".join(option(context, one) for one in scan.params if one.name in common())
    exits = "".join(entry(code, text) for code, text in EXITS)
    return (
        HEAD.format(version=__version__)
        + f".SH COMMANDS\n{commands(cli, top())}"
        + f".SH OPTIONS OF ALL COMMANDS THAT SCAN\n{shared}"
        + f".SH EXIT STATUS\n{exits}.SH ENVIRONMENT\n{environment()}"
        + TAIL
    )
