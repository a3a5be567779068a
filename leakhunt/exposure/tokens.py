"""Which service a secret opens: by where it stands, by its name, by the address next to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import services
from leakhunt.exposure.model import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.model import Found, Mention, Service
    from leakhunt.model import Finding, Location

_SECRET_WORDS = lazy.pattern(
    r"(?i)[-_.]?(?:root|admin|user|default|master|initdb)?[-_.]?(?:password|passwd|pass|pwd|token|secret"
    r"|api[-_]?key|access[-_]?key|key|auth|credentials?|dsn|url|uri)(?:[-_.](?:file|base|key))?$"
)


def tokens(
    files: Sequence[Found], found: Sequence[Service], secrets: Iterable[Finding]
) -> tuple[Token, ...]:
    """Map secrets to services.

    Args:
        files: what all files say.
        found: the services.
        secrets: findings of secrets.

    Returns:
        A token for every place of a secret in these files; those that belong to no service that
        is known have an empty one.
    """
    named = {service.name.lower(): service for service in found}
    spans = [item for file in files for item in file.mentions if item.form == "service"]
    names = {
        (item.where.path, item.where.line): item.name
        for file in files
        for item in file.mentions
        if item.form in {"name", "variable", "url"}
    }
    paths = {file.path for file in files}
    made = [
        _token(secret, place, named, spans, names)
        for secret in secrets
        if secret.kind == "secret"
        for place in secret.locations
        if place.path in paths and place.line is not None
    ]
    return tuple(sorted(made, key=lambda t: (t.where.path or "", t.where.line or 0, t.fingerprint)))


def _token(
    secret: Finding,
    place: Location,
    named: dict[str, Service],
    spans: list[Mention],
    names: dict[tuple[str | None, int | None], str],
) -> Token:
    name = names.get((place.path, place.line), "")
    service, how = _by_name(name, named)
    if service is None:
        owner = next((item for item in spans if _inside(place, item.where)), None)
        if owner is not None and owner.name.lower() in named:
            service = named[owner.name.lower()]
            how = f"it stands in the definition of {owner.name}"
    return Token(
        secret.fingerprint,
        secret.signature,
        name,
        service.name if service else "",
        service.ports[0] if service and service.ports else None,
        place,
        how if service else "nothing here says what it opens",
    )


def _inside(place: Location, span: Location) -> bool:
    return place.path == span.path and (span.line or 0) <= (place.line or 0) <= (span.end_line or 0)


def _by_name(name: str, named: dict[str, Service]) -> tuple[Service | None, str]:
    """The service that the words of a variable before `PASSWORD`, `TOKEN`, ... mean."""
    prefix = _SECRET_WORDS.sub("", name).strip("-_.").lower()
    if not prefix or prefix == name.lower():
        return None, ""
    for candidate in (prefix, prefix.replace("_", "-"), prefix.split("_")[0]):
        if candidate in named:
            return named[candidate], f"{name} is named after {candidate}"
    kind = services.of_name(prefix) or services.of_name(prefix.split("_")[0])
    if kind is not None:
        service = next((one for one in named.values() if one.known == kind.name), None)
        if service is not None:
            return service, f"{name} is named after {kind.title}"
    return None, ""
