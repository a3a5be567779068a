"""Everything that a repository can tell git to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.git.repo import Repo


def booby_trapped(repo: Repo) -> Path:
    """Let everything that git can be told to run leave a mark. Returns the mark."""
    mark = repo.path.parent / "mark"
    trap = repo.path.parent / "trap"
    trap.write_text(f'#!/bin/sh\necho ran "$0" "$@" >> \'{mark}\'\nexit 0\n')
    trap.chmod(0o755)
    hooks = repo.path.parent / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "pre-commit", "fsmonitor-watchman"):
        (hooks / name).symlink_to(trap)
        installed = repo.path / ".git/hooks" / name
        installed.parent.mkdir(exist_ok=True)
        installed.symlink_to(trap)
    settings = {
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(hooks),
        "core.pager": str(trap),
        "core.editor": str(trap),
        "core.sshCommand": str(trap),
        "core.askPass": str(trap),
        "core.gitProxy": str(trap),
        "core.alternateRefsCommand": str(trap),
        "credential.helper": str(trap),
        "diff.external": str(trap),
        "diff.trap.command": str(trap),
        "diff.trap.textconv": str(trap),
        "filter.trap.clean": str(trap),
        "filter.trap.smudge": str(trap),
        "filter.trap.process": str(trap),
        "merge.trap.driver": str(trap),
        "gpg.program": str(trap),
        "log.showSignature": "true",
        "pager.log": str(trap),
        "pager.diff": str(trap),
        "pager.rev-list": str(trap),
        "interactive.diffFilter": str(trap),
        "uploadpack.packObjectsHook": str(trap),
        "alias.rev-list": f"!{trap}",
        "alias.ls-files": f"!{trap}",
        "alias.cat-file": f"!{trap}",
        "extensions.partialClone": "origin",
        "remote.origin.url": "ssh://example.invalid/x",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": str(trap),
        "remote.helped.url": "x",
        "remote.helped.vcs": "trap",
        "remote.helped.promisor": "true",
        "remote.ext.url": f"ext::{trap}",
        "remote.ext.promisor": "true",
        "protocol.ext.allow": "always",
        "protocol.allow": "always",
    }
    for key, value in settings.items():
        repo.git("config", key, value)
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/attributes").write_text("* diff=trap filter=trap merge=trap\n")
    return mark
