"""The baseline: what was accepted, one line each, without any secret, line number or time.

Each line holds a keyed hash of a finding's fingerprint, its signature and a path. The key is a
salt in the first line, so the same secret has different hashes in the baselines of different
repositories. Lines are sorted by their hash: two people who add lines rarely add them in the same
place, and where they do, keeping both is right.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from leakhunt import lazy
from leakhunt.documents import Unreadable
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leakhunt.model import Finding, Location

HEAD = "# leakhunt baseline 1 "
_HEAD = lazy.pattern(r"# leakhunt baseline 1 ([0-9a-f]{32})")
_LINE = lazy.pattern(r"([0-9a-f]{32}) (\S+) (\S+)(?: # (.*))?")
_PLAIN = "/!@+=:,~()[]{}$&'*^;"
"""What is left as it is in a path, beside letters, digits and `_.-`."""


class Accepted(NamedTuple):
    """One line."""

    hash: str
    signature: str
    path: str
    reason: str = ""


class Malformed(Unreadable):
    """A baseline cannot be read."""


@record(frozen=True, slots=True)
class Baseline:
    """What was accepted."""

    salts: tuple[str, ...]
    """More than one where two baselines were merged. The first is for new lines."""
    lines: tuple[Accepted, ...] = ()

    def hashes(self, finding: Finding) -> list[str]:
        """Return the hash of a finding under each salt."""
        return [hash_of(salt, finding.fingerprint) for salt in self.salts]


def hash_of(salt: str, fingerprint: str) -> str:
    """Return 32 hexadecimal digits for the fingerprint of a finding.

    A fingerprint is already a slow hash where the secret is short enough to be guessed.
    """
    key = bytes.fromhex(salt)
    return hashlib.blake2b(fingerprint.encode(), key=key, digest_size=16).hexdigest()


def read(text: str) -> Baseline:
    """Read a baseline, whatever the order of its lines.

    Raises:
        Malformed: a line is none of a baseline.
    """
    salts: dict[str, None] = {}
    lines: dict[Accepted, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEAD.fullmatch(line.strip()):
            salts[head[1]] = None
        elif found := _LINE.fullmatch(line.strip()):
            lines[Accepted(found[1], found[2], unquote(found[3]), found[4] or "")] = None
        elif line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            raise Malformed(number, "a merge left a conflict here; keep the lines of both sides")
        elif line.strip() and not line.startswith("#"):
            raise Malformed(number, "this is no line of a baseline")
    if not salts:
        raise Malformed(1, "the first line of a baseline, which holds its salt, is missing")
    return Baseline(tuple(salts), tuple(lines))


def written(baseline: Baseline) -> str:
    """Return a baseline as text: the salts, then one sorted line for each entry."""
    rows = {
        f"{one.hash} {one.signature} {quote(one.path, safe=_PLAIN, errors='surrogateescape')}"
        + (f" # {_one_line(one.reason)}" if one.reason else "")
        for one in baseline.lines
    }
    return "".join(f"{row}\n" for row in [*(HEAD + s for s in baseline.salts), *sorted(rows)])


def _one_line(reason: str) -> str:
    return " ".join(reason.split())


def place_name(finding: Finding, place: Location, path: str) -> str:
    """Return what a baseline calls a place: its path, or the commit or tag whose text it is."""
    if not path:
        of = place.commit or place.ref or "standard input"
        return f"{place.field or 'message'}:{of}"
    value = finding.secret.reveal().decode("utf-8", "surrogateescape")
    return path.replace(value, "********") if len(value) >= 6 else path


class Use:
    """Which lines of a baseline mean which places, and which mean none.

    Args:
        baseline: what was accepted.
    """

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline
        self.kept: set[Accepted] = set()
        self.moved: dict[Accepted, str] = {}
        self._by_hash: dict[str, list[Accepted]] = {}
        for line in baseline.lines:
            self._by_hash.setdefault(line.hash, []).append(line)

    def accepted(
        self, finding: Finding, names: Iterable[str], gone: Callable[[str], bool]
    ) -> dict[str, Accepted]:
        """Return the line that accepts each place of a finding; places without one are left out.

        A line whose path exists no more stands for one place elsewhere: it was renamed.

        Args:
            finding: what was found.
            names: what its places are called.
            gone: says whether a path exists no more.
        """
        lines = [
            line
            for key in self.baseline.hashes(finding)
            for line in self._by_hash.get(key, ())
            if line.signature == finding.signature
        ]
        names = list(dict.fromkeys(names))
        found = {line.path: line for line in lines if line.path in names}
        self.kept.update(found.values())
        missing = [name for name in names if name not in found]
        free = [line for line in lines if missing and gone(line.path)]
        for name, line in zip(missing, free, strict=False):
            found[name] = line
            self.moved[line] = name
        return found

    @property
    def unused(self) -> list[Accepted]:
        """The lines that meant nothing of what was found."""
        return [x for x in self.baseline.lines if x not in self.kept and x not in self.moved]
