"""Ports as JSON: what `leakhunt ports` prints with `--format json`. See docs/ports.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunt.exposure.inventory.model import RANKS
from leakhunt.exposure.inventory.state import SCHEMA
from leakhunt.exposure.inventory.writing import guessed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.inventory.changes import Change
    from leakhunt.exposure.inventory.model import Entry, Fault, Opening, Survey
    from leakhunt.exposure.live.join import Seen
    from leakhunt.exposure.live.model import Host, Socket
    from leakhunt.exposure.live.watch import Watched
    from leakhunt.model import Location, Problem

Document = dict[str, Any]


def of_survey(found: Survey) -> Document:
    """Return what files open."""
    entries = declared(found)
    return {
        **_head("ports", found),
        "services": [of_opening(one, entries.get(id(one))) for one in found.found],
        "left_out": found.left_out,
        "without_number": [
            _stripped({"name": name, "by": one.api, **_place(one.where)})
            for name, one in found.numberless
        ],
    }


def of_faults(found: Survey, faults: Sequence[Fault]) -> Document:
    """Return where inventory and files differ."""
    return {
        **_head("check", found),
        "faults": [
            _stripped(
                {
                    "kind": one.kind,
                    "name": one.service,
                    "port": one.port,
                    "message": one.message,
                    "path": one.path,
                    "line": one.line,
                    "advice": one.advice,
                }
            )
            for one in faults
        ],
    }


def of_changes(changes: Sequence[Change]) -> Document:
    """Return what opened and closed."""
    return {
        "schema": SCHEMA,
        "kind": "diff",
        "changes": [
            _stripped(
                {
                    "kind": one.kind,
                    "name": one.service,
                    "port": one.port,
                    "protocol": one.protocol,
                    "before": one.before,
                    "after": one.after,
                    "path": one.path,
                    "line": one.line,
                }
            )
            for one in changes
        ],
    }


def of_host(
    found: Survey, watched: Iterable[Watched], host: Host, others: Sequence[Socket]
) -> Document:
    """Return what was seen of some ports on a host, and all of its TCP sockets."""
    return {
        **_head("live", found),
        "host": _stripped(
            {
                "system": host.system,
                "namespace": host.namespace,
                "container": host.container,
                "blind": list(host.blind),
                "containers_unknown": host.containers_unknown,
                "translation_unknown": host.translation_unknown,
                "notes": list(host.notes),
            }
        ),
        "services": [_watched(one) for one in watched],
        "undeclared": sorted({one.port for one in others}),
        "sockets": [of_socket(one) for one in host.sockets if one.protocol == "tcp"],
    }


def _watched(one: Watched) -> Document:
    if one.opening is not None:
        document = of_opening(one.opening, one.entry)
    else:
        document = {"name": one.service, "port": one.port, "protocol": one.protocol}
        document |= {"declared": _declared(one.entry)} if one.entry else {}
    document["live"] = of_seen(one.seen)
    if one.fault:
        document["fault"] = one.fault
    return document


def wide(found: Survey) -> list[Opening]:
    """List what is wider than it is guessed to be meant."""
    return [one for one in found.found if RANKS.get(one.reach, -1) > guessed(one)[0].rank]


def declared(found: Survey) -> dict[int, Entry]:
    """Return the entry of each opening that has one, by its `id`."""
    from leakhunt.exposure.inventory.matching import matched

    entries = found.inventory.entries if found.inventory else ()
    pairs = matched(entries, found.found)
    return {id(opening): entry for entry, opening in pairs if entry and opening}


def _head(kind: str, found: Survey) -> Document:
    document: Document = {"schema": SCHEMA, "kind": kind, "target": found.target}
    if found.inventory is not None:
        document["inventory"] = found.inventory.path
    document["problems"] = [_problem(one) for one in found.problems]
    return document


def _problem(one: Problem) -> Document:
    return {"kind": one.kind, "where": one.where, "message": one.message}


def of_opening(opening: Opening, entry: Entry | None = None) -> Document:
    """Return a port as JSON; keys that do not apply are left out."""
    widest = opening.widest
    document: Document = {
        "name": opening.service,
        "port": opening.port,
        "last": opening.last,
        "protocol": opening.protocol,
        "inside": opening.inside,
        "known": opening.known,
        "tier": opening.tier,
        "reach": opening.reach.value,
        "bind": widest.bind,
        "scope": widest.scope.value,
        "contained": opening.contained,
        "image": opening.image,
        "program": opening.program,
        "auth": opening.auth.value,
        "behind": opening.behind,
        "setting": opening.setting.value,
        "environments": opening.environments,
        "opened_by": [
            {
                "by": one.by,
                **_place(one.where),
                "bind": one.bind,
                "reach": one.reach.value,
                "port": one.port,
                "environment": one.environment,
                "allow": list(one.allow),
            }
            for one in opening.variants
        ],
        "tokens": [
            {
                "fingerprint": token.fingerprint,
                "signature": token.signature,
                "name": token.name,
                **_place(token.where),
                "how": token.how,
            }
            for token in opening.tokens
        ],
    }
    if entry is not None:
        document["declared"] = _declared(entry)
    return _stripped(document)


def of_seen(seen: Seen) -> Document:
    """Return what was seen of a port as JSON."""
    return _stripped(
        {
            "state": seen.state.value,
            "owner": seen.ownership.value,
            "reason": seen.reason,
            "confirmed": seen.confirmed,
            "sockets": [of_socket(one) for one in seen.sockets],
            "forwards": [
                {"by": one.by, "address": one.address, "to": one.to, "container": one.container}
                for one in seen.forwards
            ],
        }
    )


def of_socket(one: Socket) -> Document:
    """Return a socket as JSON; the command lines of its processes are not in it."""
    return _stripped(
        {
            "port": one.port,
            "protocol": one.protocol,
            "address": one.address,
            "width": one.width.value,
            "shown": one.shown,
            "device": one.device,
            "v6only": one.v6only,
            "processes": [{"pid": p.pid, "program": p.program} for p in one.owners],
        }
    )


def _declared(entry: Entry) -> Document:
    return {"exposure": entry.exposure.value, "line": entry.line}


def _place(where: Location) -> Document:
    return {"path": where.path, "line": where.line}


def _stripped(document: Document) -> Document:
    """Leave out what says nothing; 0 is a tier and False an answer."""
    return {
        key: [_stripped(item) if isinstance(item, dict) else item for item in value]
        if isinstance(value, list)
        else value
        for key, value in document.items()
        if value not in (None, "", [], {}) and not (value == 0 and key in ("last", "inside"))
    }
