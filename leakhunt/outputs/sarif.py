"""SARIF 2.1.0 for GitHub code scanning, DefectDojo, editors and other readers.

The log never holds a secret, not even its first characters, no author of a commit, and of people
in chats only their names: it is made to be uploaded. Its words (rule, result) are SARIF's own and
stay in this module and `sarif_rules`.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from leakhunt import __version__
from leakhunt.model import Finding, Location, Problem, Report, State
from leakhunt.outputs import wording
from leakhunt.outputs.line_hash import LineHashes
from leakhunt.outputs.redact import redacted
from leakhunt.outputs.sarif_automation import automation
from leakhunt.outputs.sarif_rules import LEVELS, rules_of
from leakhunt.outputs.text import counted, printable, utf8_tree
from leakhunt.outputs.uris import artifact_uri, in_repository, of_repository

if TYPE_CHECKING:
    from leakhunt.outputs.options import OutputOptions

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
HOME = "https://github.com/leakhunt/leakhunt"
BASE = "%SRCROOT%"
RESULTS = 25_000
"""GitHub refuses a run with more results, and shows the first 5,000."""
BY_PEOPLE = ("inline", "allowed", "baseline")
"""Kinds of suppression that somebody decided on."""
LOCATIONS = 100
"""GitHub keeps no more locations of a result."""


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write one SARIF log with one run.

    What people suppressed becomes results with `suppressions`; what else is suppressed is counted
    in the run's properties, and becomes results with `show_suppressed`. GitHub ignores
    `suppressions` and would open an alert for each: `sarif-github` is what it should get.

    Args:
        report: what was found; no finding at all gives a valid log too, which closes alerts.
        stream: where to write; the output is ASCII.
        options: of which `show_suppressed`, `root`, `category` and `exit_code` matter;
            `reveal` does not.
    """
    json.dump(build(redacted(report), options), stream, indent=2, allow_nan=False)
    stream.write("\n")


def build(
    report: Report, options: OutputOptions, *, upload: bool = False, limit: int | None = None
) -> dict[str, Any]:
    """Return the log as plain data.

    Args:
        report: what was found, without secrets outside `Secret`.
        options: as for `write`.
        upload: every result needs the hash by which GitHub knows it again.
        limit: how many results there may be; None is `RESULTS`.
    """
    import sarif_om

    listed = wording.by_severity(report.findings)
    listed += wording.by_severity(
        finding
        for finding in report.suppressed
        if options.show_suppressed
        or (finding.suppression is not None and finding.suppression.kind in BY_PEOPLE)
    )
    limit = RESULTS if limit is None else limit
    cut = len(listed) - limit
    listed = listed[:limit]
    hashes = LineHashes(options.top)
    rules = rules_of(listed, report.signatures)
    order = {rule.id: at for at, rule in enumerate(rules)}
    run = sarif_om.Run(
        tool=sarif_om.Tool(driver=_driver(rules)),
        automation_details=automation(options.category),
        column_kind="unicodeCodePoints",
        invocations=[_invocation(report, options, cut)],
        original_uri_base_ids={
            BASE: sarif_om.ArtifactLocation(
                description=sarif_om.Message(text="The root of the repository.")
            )
        },
        results=[
            _result(
                finding, order[finding.signature], options, _hash(finding, options, hashes, upload)
            )
            for finding in listed
        ],
        version_control_provenance=_provenance(report, options),
        properties=_run_properties(report),
    )
    log = sarif_om.SarifLog(schema_uri=SCHEMA, version="2.1.0", runs=[run])
    plain = serialized(log)
    first = {key: plain.pop(key) for key in ("$schema", "version")}
    return utf8_tree({**first, **plain})


def serialized(value: Any) -> Any:
    """Return objects of sarif_om as plain data, under the names of the schema.

    What equals its default is left out, but for `level`: a reader that finds none takes the
    rule's level instead of the default.

    Args:
        value: an object of sarif_om, or lists, dicts and scalars with some inside.
    """
    import attr

    if isinstance(value, Mapping):
        return {key: serialized(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [serialized(item) for item in value]
    sort: Any = type(value)
    if not attr.has(sort):
        return value
    plain = {}
    for name, key, default in _fields(sort):
        item = getattr(value, name)
        if item is not None and (item != default or name == "level"):
            plain[key] = serialized(item)
    return plain


@functools.cache
def _fields(sort: Any) -> list[tuple[str, str, Any]]:
    """Return attribute, name in the schema and default of each field; once, for speed."""
    import attr

    found = []
    for field in attr.fields(sort):
        # Some defaults are lists that are made anew for each object.
        default = field.default.factory() if hasattr(field.default, "factory") else field.default
        found.append((field.name, field.metadata["schema_property_name"], default))
    return found


def _driver(rules: list[Any]) -> Any:
    import sarif_om

    return sarif_om.ToolComponent(
        name="leakhunt",
        full_name=f"leakhunt {__version__}",
        version=__version__,
        semantic_version=__version__,
        information_uri=HOME,
        rules=rules,
    )


def _hash(finding: Finding, options: OutputOptions, hashes: LineHashes, upload: bool) -> str | None:
    """Return GitHub's hash of the line, or if it must be one and no file has the line, our own."""
    place = wording.primary(finding)
    known = None
    if place.path and not place.field and not place.chat and place.at_head is not False:
        known = hashes.of(in_repository(place.path, options), place.line or 1)
    if known or not upload:
        return known
    key = f"{finding.fingerprint} {place.path}".encode("utf-8", "surrogateescape")
    return f"{hashlib.blake2b(key, digest_size=8).hexdigest()}:1"


def _provenance(report: Report, options: OutputOptions) -> list[Any] | None:
    """Say which repository this is; of several, which folder of the report is which."""
    import sarif_om

    if several := [one for one in getattr(report, "repositories", ()) if one.web]:
        return [
            sarif_om.VersionControlDetails(
                repository_uri=one.web,
                mapped_to=sarif_om.ArtifactLocation(uri=of_repository(one.name), uri_base_id=BASE),
            )
            for one in several
        ]
    told = options.provenance
    if not told.get("repository"):
        return None  # SARIF asks for an address
    return [
        sarif_om.VersionControlDetails(
            repository_uri=told["repository"],
            revision_id=told.get("revision"),
            branch=told.get("branch"),
            mapped_to=sarif_om.ArtifactLocation(uri_base_id=BASE),
        )
    ]


def _result(finding: Finding, index: int, options: OutputOptions, line_hash: str | None) -> Any:
    import sarif_om

    first = wording.primary(finding)
    fingerprints = {"leakhunt/v1": finding.fingerprint, "primaryLocationLineHash": line_hash}
    fingerprints = {key: value for key, value in fingerprints.items() if value}
    suppressions = None
    if finding.suppression:
        suppressions = [
            sarif_om.Suppression(
                kind="inSource" if finding.suppression.kind == "inline" else "external",
                justification=printable(finding.suppression.reason) or finding.suppression.kind,
            )
        ]
    return sarif_om.Result(
        rule_id=finding.signature,
        rule_index=index,
        level=_level(finding),
        message=sarif_om.Message(text=message(finding)),
        locations=[_location(first, options)],
        related_locations=_others(finding, first, options) or None,
        partial_fingerprints=fingerprints or None,
        suppressions=suppressions,
        properties=_properties(finding, first),
    )


def _others(finding: Finding, first: Location, options: OutputOptions) -> list[Any]:
    """Return the other places, each once: several commits may have one, and the log tells none.

    The schema refuses two that are equal.
    """
    found: dict[object, Location] = {}
    for place in (first, *finding.locations):
        key = (
            *(place.path, place.line, place.column),
            *((place.commit, place.ref, place.field, place.blob) if not place.path else ()),
            *((place.chat, place.message, place.time, place.pointer) if place.chat else ()),
        )
        found.setdefault(key, place)
        if len(found) == LOCATIONS:
            break
    told = [_location(place, options) for place in found.values()]
    return list({repr(one): one for one in told}.values())[1:]


def _level(finding: Finding) -> str:
    """Return how loud it is: what is live is an error, and what is dead is no more than a note."""
    if finding.kind == "secret" and finding.verdict.state is State.ACTIVE:
        return "error"
    if finding.kind == "secret" and finding.verdict.state is State.INACTIVE:
        return "note"
    return LEVELS[finding.severity]


def message(finding: Finding) -> str:
    """Return what a result says: what it is, since when, and whether it is live or gone.

    Brackets in the text of a SARIF message make a link, and braces are filled in, so what comes
    from scanned content has none.
    """
    first = finding.locations[0] if finding.locations else Location()
    place = wording.primary(finding)
    said = printable(finding.title).rstrip(".") or finding.signature
    if place.field:
        said += f" in the {printable(place.field)} of a {'commit' if place.commit else 'tag'}"
    sentences = [said]
    if place.chat:
        told = wording.conversation(place, mail=False).translate(_ROUND)
        sentences.append(f"Said {told}")
    if first.commit:
        since = f" on {wording.day(first.date)}" if first.date else ""
        sentences.append(f"First committed{since} in {wording.short(first.commit)}")
    if fate := wording.fate(finding):
        sentences.append(fate[0].upper() + fate[1:])
    if finding.decoded:
        sentences.append(f"Decoded from {' > '.join(map(printable, finding.decoded))}")
    if len(finding.locations) > 1:
        sentences.append(f"Found in {counted(len(finding.locations), 'place')}")
    if finding.verdict.state.value in ("active", "inactive"):
        sentences.append(f"The credential is {finding.verdict.state.value}")
    return ". ".join(sentences) + "."


_ROUND = str.maketrans("[]{}", "()()")
"""Brackets that mean nothing."""


def _location(place: Location, options: OutputOptions) -> Any:
    import sarif_om

    return sarif_om.Location(
        physical_location=sarif_om.PhysicalLocation(
            artifact_location=sarif_om.ArtifactLocation(
                uri=artifact_uri(place, options), uri_base_id=BASE
            ),
            region=_region(place),
        ),
        logical_locations=_logical(place),
    )


def _logical(place: Location) -> Any:
    """Return the message of a chat export or the value in JSON, or None."""
    import sarif_om

    if not place.chat:
        pointer = printable(place.pointer or "")
        one = sarif_om.LogicalLocation(fully_qualified_name=pointer, kind="value")
        return [one] if pointer else None
    parts = (place.workspace, place.channel, place.message or place.time or place.stamp)
    named = "/".join(wording.person(part) for part in parts if part)
    return [
        sarif_om.LogicalLocation(
            fully_qualified_name=f"{printable(place.chat)}:{named}",
            kind="message",
            properties=wording.known(place) or None,
        )
    ]


def _region(place: Location) -> Any:
    """Return the region; GitHub wants one even where the line is not known."""
    import sarif_om

    line = max(place.line or 1, 1)
    column = place.column if place.column and place.column > 0 else None
    end_line = max(place.end_line or line, line)
    end_column = place.end_column if column else None
    # GitHub refuses the whole file for one region that ends before it starts.
    least = column if column and end_line == line else 1
    if end_column is not None and end_column < least:
        end_column = None
    return sarif_om.Region(
        start_line=line, start_column=column, end_line=end_line, end_column=end_column
    )


def _properties(finding: Finding, place: Location) -> dict[str, Any]:
    values = {
        "confidence": finding.confidence.value,
        "severity": finding.severity.value,
        "verdict": finding.verdict.state.value,
        "verdict_details": _details(finding),
        "checked_at": finding.verdict.checked_at or None,
        "age_days": finding.properties.get("age_days"),
        "commit": place.commit,
        "date": place.date,
        "blob": place.blob,
        "at_head": wording.at_head(finding),
        "decoded": list(finding.decoded) or None,
        **{name: finding.properties.get(name) for name in wording.MENTIONED},
    }
    return {key: value for key, value in values.items() if value is not None}


def _run_properties(report: Report) -> dict[str, Any]:
    return {
        "scanned": dict(report.scanned),
        "suppressed": wording.suppressed_kinds(report.suppressed),
    }


_PEOPLE = ("user", "email", "name", "owner", "socket", "process")
"""What the provider tells about people, and this host about itself: it is not uploaded."""


def _details(finding: Finding) -> dict[str, str] | None:
    details = finding.verdict.details if finding.kind == "secret" else {}
    told = {key: printable(value) for key, value in details.items() if key not in _PEOPLE}
    return told or None


def _invocation(report: Report, options: OutputOptions, cut: int) -> Any:
    import sarif_om

    notes = [_notification(problem) for problem in report.problems]
    if cut > 0:
        text = f"{counted(cut, 'finding')} of the lowest severity left out of this file."
        notes.append(sarif_om.Notification(level="warning", message=sarif_om.Message(text=text)))
    return sarif_om.Invocation(
        execution_successful=not wording.gaps(report),
        exit_code=options.exit_code,
        tool_execution_notifications=notes or None,
    )


def _notification(problem: Problem) -> Any:
    import sarif_om

    said: Iterable[str] = (problem.where, problem.message)
    text = ": ".join(printable(part) for part in said if part) or problem.kind
    return sarif_om.Notification(
        level="error" if problem.gap else "warning",
        message=sarif_om.Message(text=text),
        descriptor=sarif_om.ReportingDescriptorReference(id=problem.kind),
    )
