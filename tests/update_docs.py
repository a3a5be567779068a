"""Writes into the documentation what can be computed: help texts, signature count, manual page.

    python -m tests.update_docs

`tests/test_docs.py` fails where the documentation and this differ.
"""

from __future__ import annotations

import collections
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import click

from leakhunt.cli import cli
from leakhunt.signatures import builtin_folder, load, read, signature_files
from leakhunt.verify import spec
from tests import manual
from tests.run import leakhunt

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
COMMAND_LINE = ROOT / "docs/command-line.md"
README = ROOT / "README.md"

VERIFIED = ROOT / "docs/verified.md"
VERIFIED_HEAD = """\
# Signatures with verification

What [`--verify`](verification.md) can ask about: {count} signatures. An *endpoint* is named in
`[verify.endpoints]`; a handler asks the server that stands in what was found, if it is allowed, or
a host of its own. `python -m tests.update_docs` writes this page from the signature files.

*Looked up* says what was read about the request, when, and what stands there: how to ask
(request), how a live credential is answered, how a dead one. It is a page of documentation, a
published description of the API, the source of the provider's own client or server, or, where none
of these was found, a client that others maintain or an answer that somebody recorded. *At* names a
real server that was asked instead. Of {requests} signatures the request was found, of {live} the
answer to a live credential, of {dead} the answer to a dead one. What is not expected is `unknown`
in any case, and so is a bare refusal where nobody found that it means a dead credential.

| signatures | asked | a live one tells | reference | looked up |
|---|---|---|---|---|
"""

BLOCK = re.compile(r"(<!-- help:(?P<name>[^>]*)-->\n```text\n)(?P<text>.*?)(```\n)", re.DOTALL)
COUNT = re.compile(r"(?P<words>[Mm]ore than )(?P<number>[\d,]+)(?= signatures)|SIGNATURE_COUNT")


def commands(
    group: click.Group = cli, names: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it; the program itself has none."""
    yield names, group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))
        else:
            yield (*names, name), command


def help_text(name: str) -> str:
    """What `--help` prints on a terminal of 80 columns."""
    with mock.patch.dict(os.environ, {"COLUMNS": "80"}):
        return leakhunt(*name.split(), "--help", cwd=ROOT).out


def with_help(page: str) -> str:
    """A page with all of its help blocks renewed."""
    return BLOCK.sub(lambda m: m[1] + help_text(m["name"].strip()) + m[4], page)


def signature_count() -> int:
    """How many signatures come with leakhunt."""
    return len(load(read(signature_files([builtin_folder()]))))


def with_count(page: str) -> str:
    """A page whose count of signatures is the real one, rounded down to fifty."""
    rounded = (signature_count() - 1) // 50 * 50
    return COUNT.sub(lambda m: f"{m['words'] or 'More than '}{rounded:,}", page)


def verified_page() -> str:
    """The page that lists who is asked about which signature, and what a live one tells."""
    rows: dict[str, list[str]] = {}
    for one in load(read(signature_files([builtin_folder()]))):
        if one.verification:
            rows.setdefault(one.verification, []).append(one.id)
    lines = []
    counts: collections.Counter[str] = collections.Counter()
    for text, ids in rows.items():
        found = spec.of(text)
        asked = found.url.partition("//")[2].partition("/")[0].replace("${server}", "*endpoint*")
        asked = asked or f"handler `{found.handler}`"
        asked = asked if " " in asked or "*" in asked else f"`{asked}`"
        tells = ", ".join(name for name, _ in found.report)
        names = ", ".join(f"`{name}`" for name in ids)
        looked = "; ".join(
            f"{one.date}: [{one.told}]({one.page})"
            if one.page
            else f"{one.date}: {one.told} {one.where}"
            for one in found.evidence
        )
        lines.append(f"| {names} | {asked} | {tells} | [page]({found.reference}) | {looked} |")
        counts["count"] += len(ids)
        for one in found.looked_up:
            counts[one] += len(ids)
    head = VERIFIED_HEAD.format(
        count=counts["count"],
        requests=counts["request"],
        live=counts["live"],
        dead=counts["dead"],
    )
    return head + "\n".join(sorted(lines)) + "\n"


def main() -> None:
    manual.PAGE.write_text(manual.manual(), "utf-8")
    VERIFIED.write_text(verified_page(), "utf-8")
    COMMAND_LINE.write_text(with_help(COMMAND_LINE.read_text("utf-8")), "utf-8")
    README.write_text(with_count(README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
