"""`[[allow]]` in the configuration: what may lie where, why and how long."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from leakhunt.globs import compiled
from leakhunt.records import record
from leakhunt.suppress.comments import is_date
from leakhunt.suppress.values import Unusable, broad, check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.model import Finding, Location
    from leakhunt.suppress.values import Values

KEYS = ("signature", "path", "fingerprint", "value", "commit", "reason", "until")
"""All keys of an entry; the first five are conditions, of which one at least is given."""
_CONDITIONS = KEYS[:5]
_MANY = ("signature", "path", "fingerprint", "commit")


class Wrong(ValueError):  # noqa: N818 (what is wrong, not an error of ours)
    """An entry is wrong.

    Args:
        key: which key, or empty.
        message: what is wrong with it.
        hint: what to write.
    """

    def __init__(self, key: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message
        self.hint = hint


@record(frozen=True, slots=True)
class Entry:
    """One entry. Of each condition one alternative must hold, and all conditions must."""

    where: str
    """`file:line`."""
    reason: str
    signature: tuple[str, ...] = ()  # ids or globs
    path: tuple[str, ...] = ()
    """Globs for a path from the top, a file name or a folder."""
    fingerprint: tuple[str, ...] = ()  # of findings, or how they start
    value: str = ""  # a pattern that the whole secret matches
    commit: tuple[str, ...] = ()  # ids or how they start: the commits that brought it in
    until: str = ""

    def meets(self, finding: Finding, place: Location, path: str, values: Values) -> bool:
        """Say whether it means a finding at a place.

        Args:
            finding: what was found.
            place: one of its places.
            path: the path of that place from the top of the repository.
            values: tries patterns, of all entries of a run.
        """
        return (
            (not self.signature or named(self.signature, finding.signature))
            and (not self.path or any(_lies(glob, path) for glob in self.path))
            and (
                not self.fingerprint
                or any(finding.fingerprint.startswith(one) for one in self.fingerprint)
            )
            and (
                not self.commit or any((place.commit or "").startswith(one) for one in self.commit)
            )
            and (not self.value or self._matches(finding, values))
        )

    def _matches(self, finding: Finding, values: Values) -> bool:
        value = finding.secret.reveal().decode("utf-8", "surrogateescape")
        return bool(value) and values.match(self.value, value)

    def broad(self, values: Values) -> str:
        """Say why it allows more than one would want, or nothing.

        Args:
            values: tries patterns, of all entries of a run.
        """
        if self.fingerprint:
            return ""
        if self.value and (why := broad(self.value, values)):
            return why
        everywhere = not self.path or any(glob.strip("*/.") == "" for glob in self.path)
        if everywhere and not (self.value or self.commit):
            return (
                "it allows every secret of a signature everywhere"
                if self.signature
                else ("it allows everything everywhere")
            )
        return ""


def named(patterns: tuple[str, ...], name: str) -> bool:
    """Say whether the id of a signature is one of some ids or globs."""
    import fnmatch

    return any(name == one or fnmatch.fnmatchcase(name, one) for one in patterns)


def _lies(glob: str, path: str) -> bool:
    plain = glob.rstrip("/")
    outer = path.partition("!")[0]
    return any(
        compiled(plain).match(one) or compiled(f"{plain}/*").match(one) for one in (path, outer)
    ) or ("/" not in plain and compiled(plain).match(outer.rpartition("/")[2]) is not None)


def entry_of(table: Mapping[str, Any], where: str) -> Entry:
    """Read an entry.

    Args:
        table: as TOML gives it.
        where: `file:line` of it.

    Raises:
        Wrong: a key is unknown, missing or of the wrong kind.
    """
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            raise Wrong(key, f"unknown key '{key}' of an allow entry", f"known: {', '.join(KEYS)}")
        values[key] = _value(key, value)
    if not values.get("reason"):
        raise Wrong("reason", "an allow entry needs a reason", 'reason = "why this is no leak"')
    if not any(values.get(key) for key in _CONDITIONS):
        hint = f"give one of: {', '.join(_CONDITIONS)}"
        raise Wrong("", "an allow entry says nothing about what it allows", hint)
    return Entry(where, **values)


def _value(key: str, value: object) -> object:
    if key == "until":
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value.isoformat()
        if not isinstance(value, str) or not is_date(value):
            raise Wrong(key, "'until' must be a date", "until = 2027-01-31")
        return value
    if key in _MANY:
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, list) or not all(isinstance(v, str) and v for v in several):
            raise Wrong(key, f"'{key}' must be a string or a list of strings", f'{key} = "..."')
        if key in {"fingerprint", "commit"}:
            return _hexadecimal(key, several)
        return tuple(several)
    if not isinstance(value, str) or not value.strip():
        raise Wrong(key, f"'{key}' must be a string that says something", f'{key} = "..."')
    if key == "value":
        try:
            check(value)
        except Unusable as error:
            raise Wrong(key, f"'value' {error}", "see Python's re") from None
    return value


def _hexadecimal(key: str, values: list[str]) -> tuple[str, ...]:
    least = 12 if key == "fingerprint" else 7
    for value in values:
        if not re.fullmatch(rf"[0-9a-f]{{{least},64}}", value.lower()):
            hint = f"at least {least} hexadecimal digits, as reports show them"
            raise Wrong(key, f"'{key}' is no id of a {_THINGS[key]}", hint)
    return tuple(value.lower() for value in values)


_THINGS = {"fingerprint": "finding", "commit": "commit"}
