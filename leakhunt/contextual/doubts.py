"""Whether a file has to be read: how sure its candidates can be at most.

A file is parsed to tell a leak from a mere word. Where none of its candidates can be sure enough
to be listed, whatever the file shows, they are put off: they are counted, and nobody looks. Most
tests are such files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual import accounts, judge, told
from leakhunt.contextual.covering import CODE
from leakhunt.contextual.held import TABLES
from leakhunt.contextual.places import kinds, kinds_at, kinds_of
from leakhunt.contextual.values import FAIR, STRONG, look
from leakhunt.facts.languages import language_of
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.contextual.candidates import Candidate
    from leakhunt.model import Signature

_APART = {"test", "locale", "schema", "made"}
"""Kinds of files in which hardly anything is listed."""
_BACKED = judge.STEP
"""What surroundings add at most, see `accounts.weigh` and `lifting`."""
_RUN = lazy.pattern(rb"[^\s\"'`<>{}()\[\],;:]{10,200}")
_DIGIT = lazy.pattern(rb"\d")
_MANY = 200
"""Runs that are looked at."""
_LONG = 100_000
"""Bytes of a file that is looked through."""
_SURELY = 7
"""Weight of a key with a good name, see `judge.weigh`."""
_BACKABLE = {"default", "usual", "hash"}
"""Looks to which they add it."""


def put_off(
    path: str,
    data: bytes,
    candidates: Sequence[Candidate],
    signatures: Sequence[Signature],
    least: Confidence,
) -> list[Candidate] | None:
    """Return the candidates of a file that need not be read.

    Args:
        path: of the file.
        data: all of it.
        candidates: what its lines say, with hints.
        signatures: those that have a context.
        least: less sure ones are not listed.

    Returns:
        Those of which something may come, none of them as sure as `least`; None if the file has to
        be read.
    """
    if least is Confidence.LOW or not path or told.is_prose(path.rpartition("/")[2]):
        return None
    about = kinds_of(kinds(path), data)
    if not about & _APART:
        return None
    language = language_of(path, data)
    code = language in CODE
    if language in TABLES:
        return None
    found = [item for item in candidates if item.kind != "hint"]
    hints = {item.sign for item in candidates if item.kind == "hint"} if "made" not in about else ()
    if ("code" if code else "") in hints and ("docs" in about or _may_hold_key(data)):
        return None
    for item in found:
        context = signatures[item.signature].context
        chosen = context is not None and context.words
        sure = at_most(item, data, about, chosen=chosen)
        if sure is not None and sure.rank >= least.rank:
            return None
    return list(accounts.telling(found, data, about, code=code))


def _may_hold_key(data: bytes) -> bool:
    """Say whether a machine made some text: where hints lead, nothing less is listed."""
    if len(data) > _LONG:
        return True
    runs = {run for run in _RUN.findall(data) if _DIGIT.search(run)}
    return len(runs) > _MANY or any(
        look(run.decode("utf-8", "replace"), "api key").strength == STRONG for run in runs
    )


def at_most(
    candidate: Candidate, data: bytes, about: frozenset[str], *, chosen: bool
) -> Confidence | None:
    """Return how sure a candidate can be, whatever its file shows, or None if it is nothing.

    Args:
        candidate: what a line says.
        data: the text of the file.
        about: what the file is, see `places.kinds`.
        chosen: see `judge.level`.
    """
    weight, strength = candidate.weight, candidate.strength
    if not chosen and strength >= FAIR and candidate.look != "uuid":
        # It may be a part of a longer key, and have a better name than its line says.
        weight, strength = max(weight, _SURELY), STRONG
    local = candidate.kind == "login" and candidate.sign == "local"
    if candidate.modest or local or candidate.look in _BACKABLE:
        weight += _BACKED
    about = kinds_at(about, data, candidate.start)
    if "docs" in about and "schema" not in about:
        weight = max(weight, told.weight(strength, candidate.look, "`"))
    return judge.level(weight, about, "", strength, chosen=chosen, remote=True)
