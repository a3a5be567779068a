"""From what git knows about a secret to the locations of its finding."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.engine.position import UNPLACED
from leakhunt.git.people import Authored, Tagged, describe_commits, describe_tags
from leakhunt.model import Location, Suppression
from leakhunt.records import replaced
from leakhunt.sources.base import Whereabouts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leakhunt.git.attribution import History, Place
    from leakhunt.git.lineage import Lineage
    from leakhunt.git.reachability import Reachability
    from leakhunt.git.repository import Repository
    from leakhunt.model import Match
    from leakhunt.sources.exclusions import Exclusions


class Places(NamedTuple):
    """Where one secret lies."""

    locations: tuple[Location, ...]
    """First seen first."""
    reachable: bool
    introduced: bool = True
    """The commits in question brought it in; it was not there before."""


class Prose:
    """Who wrote the commits and tags in whose text something was found.

    Args:
        repo: where they are.
        reachability: which of them are reachable.
        groups: all matches, those in blobs among them.
    """

    def __init__(
        self,
        repo: Repository,
        reachability: Reachability | Lineage,
        groups: Mapping[str, Sequence[Match]],
    ) -> None:
        kinds: dict[str, set[str]] = defaultdict(set)
        for matches in groups.values():
            for match in matches:
                kinds[match.blob.kind].add(match.blob.id)
        wanted = kinds["commit"] | kinds["tag"]
        self._commits = describe_commits(repo, kinds["commit"]) if kinds["commit"] else {}
        self._tags = describe_tags(repo, kinds["tag"]) if kinds["tag"] else {}
        self.reached = frozenset(reachability.find(wanted)) if wanted else frozenset()

    def location(self, match: Match) -> Location:
        """Return the place of a match in a commit or tag."""
        nobody: Authored | Tagged = Authored("", "")
        oid = match.blob.id
        by = (self._tags if match.blob.kind == "tag" else self._commits).get(oid, nobody)
        place = Location(
            commit=oid if match.blob.kind == "commit" else None,
            author=by.who or None,
            date=by.date or None,
            ref=by.ref if isinstance(by, Tagged) else None,
            field=match.blob.field,
        )
        return _standing(match, place)


def places_of(matches: Sequence[Match], history: History, prose: Prose) -> Places:
    """Return every place of a secret: for each path where it first appeared and where it is now.

    The versions in between are counted, not listed: a secret in a thousand versions of a file
    has one or two places.
    """
    by_blob: dict[str, list[Match]] = defaultdict(list)
    spoken = []
    for match in matches:
        if match.blob.kind == "blob":
            by_blob[match.blob.id].append(match)
        else:
            spoken.append(match)
    locations = [place for item in history.places for place in _in_files(item, by_blob)]
    told = sorted((prose.location(match) for match in spoken), key=lambda p: p.date or "")
    if not history.reachable and not locations:
        locations += _unattributed(by_blob)
    reachable = history.reachable or any(match.blob.id in prose.reached for match in spoken)
    return Places(tuple(dict.fromkeys(_merged(locations, told))), reachable)


def only_at(places: Places, paths: frozenset[bytes]) -> Places:
    """Keep the places at which a range of commits introduced a secret.

    What was said in a commit or tag of the range is always new. If nothing is new, all places
    stay, and the answer says so.
    """
    fresh = tuple(
        place
        for place in places.locations
        if place.path is None or os.fsencode(place.path) in paths
    )
    if fresh:
        return Places(fresh, places.reachable)
    return Places(places.locations, places.reachable, introduced=False)


def _standing(match: Match, place: Location) -> Location:
    """Return a place with line and column of a match, unless they could not be looked up."""
    span = match.span
    if span == UNPLACED:
        return place
    return replaced(
        place,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
    )


def _in_files(place: Place, by_blob: Mapping[str, Sequence[Match]]) -> Iterator[Location]:
    """Yield where a secret stood when it came to a path, and where it stands at HEAD."""
    path = os.fsdecode(place.path)
    for match in by_blob.get(place.blob, ()):
        first = Location(
            path=match.blob.within(path),
            commit=place.commit,
            author=place.author or None,
            date=place.date or None,
            blob=place.blob,
            at_head=place.head_blob == place.blob,
            ref=place.ref,
        )
        yield _standing(match, first)
    if place.head_blob and place.head_blob != place.blob:
        for match in by_blob.get(place.head_blob, ()):
            now = Location(path=match.blob.within(path), blob=place.head_blob, at_head=True)
            yield _standing(match, now)


def _unattributed(by_blob: Mapping[str, Sequence[Match]]) -> Iterable[Location]:
    for oid, matches in sorted(by_blob.items()):
        for match in matches:
            yield _standing(match, Location(blob=oid, at_head=False))


def _merged(files: list[Location], told: list[Location]) -> list[Location]:
    """Put what was said before the files if it is older than the first of them."""
    if files and told and (told[0].date or "") < (files[0].date or ""):
        return told + files
    return files + told


def properties_of(history: History) -> dict[str, str | int | bool]:
    """Return what else is known: in how many commits and versions, and whether it is gone."""
    if not history.blobs:
        return {}
    properties: dict[str, str | int | bool] = {
        "blobs": history.blobs,
        "commits": history.commits,
        "at_head": history.at_head,
    }
    if history.removed:
        properties["removed_commit"] = history.removed.commit
        properties["removed_date"] = history.removed.date
        properties["removed_by"] = history.removed.author
    if any(place.boundary for place in history.places):
        properties["boundary"] = True
    return properties


def judged(
    places: Places, history: History, exclusions: Exclusions, *, unreachable: bool
) -> Whereabouts:
    """Decide whether a secret is reported, by where it lies.

    Args:
        places: all of them.
        history: of the secret.
        exclusions: paths whose findings are suppressed.
        unreachable: report what no ref reaches any more.
    """
    suppression = None
    reasons = {exclusions.reason_within(place.path or "") for place in places.locations}
    if not places.reachable and not unreachable:
        suppression = Suppression(
            "unreachable", "no branch, tag, stash or reflog leads to it any more"
        )
    elif not places.introduced:
        suppression = Suppression("before-range", "the files held it before these commits")
    elif places.locations and None not in reasons:
        names = ", ".join(sorted(reason for reason in reasons if reason))
        suppression = Suppression("excluded-path", f"only in {names}")
    return Whereabouts(places.locations, properties_of(history), suppression)
