"""Allowlists of rule files that extend the set of their scanner, for leakhunt's own signatures."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.model import Suppression

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakhunt.commands.options import Options
    from leakhunt.model import Finding, Location
    from leakhunt.rules.files import Theirs

_BY_NAME = "hardcoded-"
"""How the ids of the signatures begin that go by the names of values."""


def allowing(options: Options) -> Callable[[Finding, Location, str], Suppression | None] | None:
    """Return what says whether such a file allows a finding at a place; None: there is none.

    Args:
        options: the user's choices.
    """
    if not options.signatures:
        return None
    from leakhunt.rules.files import read, theirs
    from leakhunt.signatures import signature_files

    paths = [Path(path) for path in options.signatures]
    found = theirs(read(signature_files(paths)))
    return functools.partial(_why, found) if found else None


def _why(
    found: Sequence[Theirs], finding: Finding, place: Location, path: str
) -> Suppression | None:
    from leakhunt.engine.rules import excused

    if finding.kind != "secret":
        return None
    there = dataclasses.replace(place, path=path or place.path)
    for one in found:
        if one.only and not _means(one, finding.signature):
            continue
        if one.allowance is None or excused(one.allowance, finding.secret.reveal(), there):
            return Suppression("allowed", f"a rule file allows it ({one.where})")
    return None


def _means(one: Theirs, signature: str) -> bool:
    from leakhunt.rules.files import GENERIC

    by_name = one.allowance is not None and GENERIC in one.only
    return signature in one.only or (by_name and signature.startswith(_BY_NAME))
