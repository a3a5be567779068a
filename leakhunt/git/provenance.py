"""Which repository, commit and branch a work tree is at, for reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt.errors import GitError

if TYPE_CHECKING:
    from leakhunt.git.repository import Repository


def provenance(repo: Repository) -> dict[str, str]:
    """Return `revision`, `branch` and `repository` (a URL without credentials), if known.

    Args:
        repo: the repository.
    """
    told = {
        "revision": _said(repo, "rev-parse", "--verify", "--quiet", "HEAD"),
        "branch": _said(repo, "symbolic-ref", "--quiet", "--short", "HEAD"),
        "repository": public(_said(repo, "config", "--get", "remote.origin.url")),
    }
    return {key: value for key, value in told.items() if value}


def _said(repo: Repository, *command: str) -> str:
    try:
        return repo.run(*command, ok=(0, 1, 128)).decode("utf-8", "replace").strip()
    except GitError:
        return ""


def public(url: str) -> str:
    """Return the address of a remote as https, without user and password; or nothing."""
    found = re.fullmatch(
        r"(?:(?:https?|ssh|git)://(?:[^/@]*@)*|(?:[\w.-]+@))"
        r"(?P<host>[\w.-]+)(?::\d+(?=/))?[:/](?P<path>[\w./~+%-]+?)(?:\.git)?/?",
        url,
    )
    if not found:
        return ""
    if azure := re.fullmatch(
        r"(?:vs-)?ssh\.(?:dev\.azure|visualstudio)\.com/v3/([^/]+)/([^/]+)/([^/]+)",
        f"{found['host']}/{found['path'].lstrip('/')}",
    ):
        return "https://dev.azure.com/{}/{}/_git/{}".format(*azure.groups())
    return f"https://{found['host']}/{found['path'].lstrip('/')}"
