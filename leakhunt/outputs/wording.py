"""The order and the phrases that all formats for people share.

Everything returned here is printable: texts from scanned content have been through
`printable`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.model import NOTHING_SOUGHT, Finding, Location, Problem, Report, Severity, State
from leakhunt.outputs.text import counted, listed, number, printable, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SUPPRESSIONS = {
    "public-key": "values that vendors print in their documentation",
    "bad-checksum": "their checksum is wrong, so no provider issued them",
    "excluded-path": "only in excluded paths; --no-default-excludes reports them",
    "unreachable": "in objects that no ref reaches; --unreachable reports them",
    "before-range": "older than the commits that were asked for",
    "already-committed": "the staged files held them before",
    "inline": "allowed by a comment beside them",
    "allowed": "allowed by the configuration",
    "baseline": "accepted in the baseline",
}
"""Kind of suppression to what it means, for those who wonder what is behind a count."""

SHOWN = Severity.MEDIUM
"""The least severity of an exposure that people are shown unless they ask for more."""

_BRACKETED = lazy.pattern(r"<[^<>\s@]*@[^<>\s]*>")
_DOMAIN = lazy.pattern(r"(?<=[\w.+-])@[\w-]+(?:\.[\w-]+)+")

_UNITS = {
    "staged": "staged file",
    "files": "file",
    "blobs": "blob",
    "members": "archive member",
    "commits": "commit",
    "messages": "message",
    "containers": "container",
    "conversations": "conversation",
    "tags": "tag",
}


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings worst first, then by signature; otherwise in the order of the report."""
    return sorted(findings, key=lambda finding: (-finding.severity.rank, finding.signature))


def primary(finding: Finding) -> Location:
    """Return the place to show if only one can be: one at HEAD, else the first seen."""
    for location in finding.locations:
        if location.at_head and location.path:
            return location
    return finding.locations[0] if finding.locations else Location()


def at_head(finding: Finding) -> bool | None:
    """Return whether HEAD still holds the finding, or None where there is no history."""
    known = [place.at_head for place in finding.locations if place.at_head is not None]
    return any(known) if known else None


def short(commit: str) -> str:
    """Return the first ten digits of a commit id."""
    return printable(commit[:10])


def day(date: str) -> str:
    """Return the day of an ISO 8601 time."""
    return printable(date[:10])


def place(location: Location) -> str:
    """Return `path:line:column`, or the commit or tag whose text it is.

    Where several repositories were audited, the one that it lies in stands before it.
    """
    if location.path:
        where = printable(location.path)
    elif location.commit:
        where = f"commit {short(location.commit)} {printable(location.field or 'message')}"
    elif location.ref:
        where = f"{printable(location.ref)} {printable(location.field or 'message')}"
    elif location.blob:
        where = f"blob {short(location.blob)}"
    else:
        where = "standard input"
    numbers = [str(at) for at in (location.line, location.column) if at is not None]
    of = f"{printable(location.repository)}: " if location.repository else ""
    return of + ":".join((where, *numbers))


def origin(location: Location) -> str:
    """Return who put it there, when and in which commit, as far as is known."""
    if location.chat:
        return conversation(location)
    said = []
    if location.date:
        said.append(f"since {day(location.date)}")
    if location.author:
        said.append(f"by {printable(location.author)}")
    if location.commit:
        said.append(f"in commit {short(location.commit)}")
    if location.ref and (location.path or location.commit):
        said.append(f"on {printable(location.ref)}")
    return " ".join(said)


def conversation(location: Location, *, mail: bool = True) -> str:
    """Return `in #general of acme (slack) by Bob on 2024-03-01 10:14`, as far as is known.

    Args:
        location: a place in a chat export.
        mail: whether people's addresses are told beside their names.
    """
    named = printable if mail else person
    said = []
    if location.channel:
        said.append(f"in {named(location.channel)}")
    if location.workspace and location.workspace != location.channel:
        said.append(
            f"of {printable(location.workspace)}" if said else printable(location.workspace)
        )
    said.append(f"({printable(location.chat or '')})")
    if location.thread:
        said.append("in a thread")
    if location.author:
        said.append(f"by {named(location.author)}")
    if location.time:
        said.append(f"on {printable(location.time[:16].replace('T', ' '))}")
    elif location.stamp:
        said.append(f"on {printable(location.stamp)}")
    return " ".join(said)


def person(name: str) -> str:
    """Return what somebody is called, without an address of mail: `Ann`, or `ann` of `ann@b.c`."""
    called = _BRACKETED.sub("", name)
    return printable(_DOMAIN.sub("", called if called.strip() else name).strip(" <>"))


_TOLD = (
    *("workspace", "channel", "thread", "author", "time", "stamp", "message", "pointer"),
    "permalink",
)
"""What is known of a message."""


def known(location: Location) -> dict[str, str]:
    """Return what is known of a message, people without their addresses of mail."""
    return {
        key: person(value) if key in ("channel", "author") else printable(value)
        for key in _TOLD
        if (value := getattr(location, key))
    }


def message(location: Location) -> str:
    """Return `message 5 of thread 3 written 13.01.23, 10:14 at /1/text`, as far as is known.

    Of what lies in other JSON the pointer is known, of other files nothing.
    """
    said = []
    if location.chat:
        said += [f"message {printable(location.message)}"] if location.message else []
        said += [f"of thread {printable(location.thread)}"] if location.thread else []
        said += [f"written {printable(stamp)}"] if (stamp := _as_written(location)) else []
    if location.pointer:
        said.append(f"at {printable(location.pointer)}")
    return " ".join(said)


def _as_written(location: Location) -> str:
    """Return how the export writes the time, if that tells more than the time does."""
    time, stamp = location.time or "", location.stamp or ""
    told = not time or stamp == location.message or stamp.replace(" ", "T")[:16] == time[:16]
    return "" if told else stamp


MENTIONED = ("mentions", "first_seen", "last_seen", "people")
"""Properties of a finding in chats: how often it was said, when, and before how many people."""


def mentions(finding: Finding) -> str:
    """Return how often a secret was mentioned in chats, and before how many; or nothing."""
    count = finding.properties.get("mentions")
    if not isinstance(count, int):
        return ""
    said = [counted(count, "message")] if count > 1 else []
    first, last = (str(finding.properties.get(f"{key}_seen", "")) for key in ("first", "last"))
    if first and day(first) != day(last):
        said.append(f"from {day(first)} to {day(last)}")
    people = finding.properties.get("people")
    if isinstance(people, int) and people > 1:
        said.append(f"seen by up to {number(people)} people")
    return ", ".join(said)


def fate(finding: Finding) -> str:
    """Return whether HEAD still holds it: `still at HEAD`, `removed in … on …`, ..."""
    head = at_head(finding)
    if head:
        return "still at HEAD"
    commit = str(finding.properties.get("removed_commit", ""))
    date = str(finding.properties.get("removed_date", ""))
    if commit:
        return f"removed in {short(commit)}" + (f" on {day(date)}" if date else "")
    return "" if head is None else "no longer at HEAD"


def spread(finding: Finding) -> str:
    """Return `in 3 paths, 12 commits and 4 blobs`, or nothing if there is one of each."""
    places = finding.locations
    seen = {
        "repository": len({place.repository for place in places if place.repository}),
        "path": len({(place.repository, place.path) for place in places if place.path}),
        "commit": len({place.commit for place in places if place.commit}),
        "blob": len({place.blob for place in places if place.blob}),
    }
    for noun in ("path", "commit", "blob"):
        told = finding.properties.get(f"{noun}s")
        if isinstance(told, int):
            seen[noun] = told
    if max(seen.values()) < 2:
        return ""
    if seen["repository"] < 2:
        seen["repository"] = 0
    return "in " + listed([counted(count, noun) for noun, count in seen.items() if count])


def liveness(finding: Finding) -> str:
    """Return what is known about the credential being live, or nothing if nobody asked."""
    verdict = finding.verdict
    if verdict.state is State.UNCHECKED:
        return ""
    return verdict.state.value + (f": {printable(verdict.reason)}" if verdict.reason else "")


def verdicts(findings: Iterable[Finding]) -> str:
    """Return `2 active, 1 unknown` of credentials that were asked about, or nothing."""
    counts = by_verdict(f for f in findings if f.kind == "secret")
    counts.pop(State.UNCHECKED.value, None)
    return ", ".join(f"{number(count)} {state}" for state, count in counts.items())


def by_verdict(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each verdict, live ones first, without zeros."""
    counts = Counter(finding.verdict.state for finding in findings)
    return {state.value: counts[state] for state in State if counts[state]}


def severities(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity, worst first, without zeros."""
    counts = Counter(finding.severity for finding in findings)
    return {level.value: counts[level] for level in reversed(Severity) if counts[level]}


def suppressed_kinds(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many suppressed findings there are of each kind, most first."""
    counts = Counter(f.suppression.kind if f.suppression else "other" for f in findings)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def skipped(scanned: Mapping[str, int]) -> dict[str, int]:
    """Return how many things were skipped for each reason, most first."""
    prefix = "skipped_"
    counts = {k.removeprefix(prefix): n for k, n in scanned.items() if k.startswith(prefix)}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def scanned(report: Report) -> str:
    """Return `1,204 blobs (38.2 MB), 312 commits and 312 messages`, or `nothing`."""
    volume = size(report.scanned.get("bytes", 0))
    said = []
    for key, noun in _UNITS.items():
        if count := report.scanned.get(key, 0):
            said.append(counted(count, noun) + (f" ({volume})" if volume else ""))
            volume = ""
    for key, count in sorted(report.scanned.items()):
        if count and key != "bytes" and key not in _UNITS and not key.startswith("skipped_"):
            said.append(f"{number(count)} {key.replace('_', ' ')}")
    return listed(said) or "nothing"


def worth_showing(findings: Iterable[Finding], least: Severity) -> list[Finding]:
    """Return what a report for people shows: of exposures those of some severity."""
    return [f for f in findings if f.kind != "exposure" or f.severity.rank >= least.rank]


def not_shown(findings: Iterable[Finding], least: Severity) -> str:
    """Return `12 exposures (3 low, 9 info); --min-severity info shows them`, or nothing."""
    hidden = [f for f in findings if f.kind == "exposure" and f.severity.rank < least.rank]
    if not hidden:
        return ""
    counts = ", ".join(f"{number(n)} {name}" for name, n in severities(hidden).items())
    return f"{counted(len(hidden), 'exposure')} ({counts}); --min-severity info shows them"


def found(report: Report, least: Severity = Severity.INFO) -> str:
    """Return `15 findings: 3 critical and 12 high`, or that there are none and how sure that is."""
    if shown := worth_showing(report.findings, least):
        counts = [f"{number(n)} {name}" for name, n in severities(shown).items()]
        return f"{counted(len(shown), 'finding')}: {listed(counts)}"
    if gaps(report):
        return "No findings, but not everything could be scanned"
    if any(problem.kind == NOTHING_SOUGHT for problem in report.problems):
        return "Nothing was looked for"
    return "No findings" if scanned(report) != "nothing" else "Nothing was scanned"


def gaps(report: Report) -> list[Problem]:
    """Return the problems because of which something was not scanned."""
    return [problem for problem in report.problems if problem.gap]
