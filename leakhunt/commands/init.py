"""`leakhunt init`: a commented configuration, and hooks for those who have no pre-commit."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.commands.common import CLEAN
from leakhunt.errors import SourceError, UsageError
from leakhunt.outputs.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.git.repository import Repository

NAME = "leakhunt.toml"
HOOKS = {
    "pre-commit": "staged --quiet",
    "pre-merge-commit": "staged --quiet",
    "pre-push": "hook --push --quiet",
}
"""What each calls. git runs the second instead of the first for a merge without conflicts."""
SCHEMA = "https://raw.githubusercontent.com/leakhunt/leakhunt/main/docs/config.schema.json"
TEXT = f"""\
#:schema {SCHEMA}
# What leakhunt reports in this repository. Everything here is optional.
# https://github.com/leakhunt/leakhunt/blob/main/docs/command-line.md#configuration

# A file that this one adds to, such as that of your organisation.
# extends = "../leakhunt.toml"

# Signatures of your own, or rule files of gitleaks; signatures to leave out.
# signatures = ["our-signatures.toml"]
# ignore = ["jwt"]
# builtin = false              # look for signatures of your own only

# Paths to leave out. What you know in them is better allowed below, with a reason.
# exclude = ["third_party/*"]

# min_severity = "medium"      # info, low, medium, high, critical
# min_confidence = "medium"    # low, medium, high
# fail_on = "high"             # exit with 1 only for these

# What was accepted: `leakhunt baseline create` writes it.
# baseline = "leakhunt.baseline"

# Comments of other tools that count like leakhunt:allow.
# honor = ["gitleaks:allow", "pragma: allowlist secret", "nosec"]

# What may lie where, why and how long. All conditions of an entry must hold.
# [[allow]]
# path = "tests/fixtures/*"
# signature = "private-key"
# reason = "keys of the test server"
# until = 2030-01-31
"""
_HOOK = """\
#!/bin/sh
# Written by `leakhunt init --hook`. Scans what is about to be committed or pushed.
if command -v leakhunt > /dev/null 2>&1; then
  exec leakhunt {command}
fi
if [ -x {python} ]; then
  exec {python} -m leakhunt {command}
fi
echo "leakhunt is not here any more: install it again, or delete $0" >&2
exit 1
"""


def run(folder: str, echo: Callable[[str], None], *, hook: bool) -> int:
    """Write a configuration, or with `hook` the hooks of a repository.

    Nothing that exists is changed.

    Args:
        folder: where the configuration goes, or any folder of the repository.
        echo: prints a line.
        hook: write hooks.

    Returns:
        The exit code.

    Raises:
        UsageError: there is something already.
        SourceError: it cannot be written.
    """
    if hook:
        return _hooks(folder, echo)
    file = Path(folder, NAME)
    if file.exists():
        raise UsageError(f"{file}: exists already", "change it, or move it away")
    _write(file, TEXT)
    echo(f"{printable(str(file))}: written; all of it is commented out")
    echo("Next: `leakhunt audit`, and `leakhunt baseline create` for what is known.")
    return CLEAN


def _hooks(folder: str, echo: Callable[[str], None]) -> int:
    from leakhunt.git.repository import Repository

    repo = Repository.open(folder)
    if elsewhere := _configured(repo):
        raise UsageError(
            f"core.hooksPath is {printable(elsewhere)}: another tool has the hooks",
            "add `leakhunt staged --quiet` to its pre-commit hook, and to its pre-push hook "
            "`leakhunt hook --push --quiet`",
        )
    hooks = Path(repo.common_dir, "hooks")
    python = _quoted(sys.executable.replace(os.sep, "/"))
    texts = {
        hooks / name: _HOOK.format(python=python, command=command)
        for name, command in HOOKS.items()
    }
    others = []
    for file, text in texts.items():
        if file.exists() and file.read_bytes() != text.encode():
            others.append(file)
            continue
        _write(file, text)
        file.chmod(0o755)
        echo(f"{printable(str(file))}: written")
    if others:
        asked = " and ".join(f"`leakhunt {HOOKS[file.name]} || exit`" for file in others)
        raise UsageError(
            f"{', '.join(map(str, others))}: exists already, and is left alone",
            f"add {asked} to it, where its standard input still comes from git",
        )
    return CLEAN


def _configured(repo: Repository) -> str:
    """Return where git looks for hooks, if that was configured."""
    said = repo.run("config", "--get-all", "core.hooksPath", ok=(0, 1)).decode("utf-8", "replace")
    # The last one is our own: git runs no hooks for us.
    return next((line for line in said.splitlines() if line != os.devnull), "")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise SourceError(
            f"{file}: cannot be written: {error.strerror}", "check the folder"
        ) from error
