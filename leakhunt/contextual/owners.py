"""Whose password it is, as its name and what is around it say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.written import is_variable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.contextual.candidates import Candidate

_SERVICE = (
    r"data(?:base|source)|(?<![a-z])db(?![a-z])|redis|mysql|maria|postgres|mongo|rabbit|ldap|smtp|"
    r"(?<![a-z])(?:root|sa|ftp|pg|stringdata)(?![a-z])"
)
_SERVICES = lazy.pattern(rf"(?i){_SERVICE}")
_ACCOUNT = lazy.pattern(rf"(?i)user|account|admin|mail|{_SERVICE}")
PEOPLE = lazy.pattern(
    r"(?i)member|staff|employee|customer|login|student|teacher|doctor|patient|author|"
    r"player|people|person"
)
"""Those whose passwords a table keeps as hashes: without salt they are guessed at once."""
_OWN = lazy.pattern(
    rf"(?i){_SERVICE}|(?<![a-z])(?:admin|master|become|ssh|sudo|ansible|initial|superuser|keystore|"
    r"truststore|key|store|service|server|app|elastic|grafana|keycloak|minio|vnc|wifi|vpn|ota|sql|"
    r"mqtt|amqp|login)(?![a-z])"
)
"""What else the name of a password says: whose it is."""
PASSWORD = lazy.pattern(
    r"(?i)_*(?:pass(?:w(?:or)?d|phrase)?|passwort|pwd|pw)(?:_?(?:default|\d))?\Z|"
    r"(?<=[a-z])p(?:ass|wd)\Z"
)
"""What the names of passwords end in."""
_NAME = 48
"""Bytes before a value in which its name stands."""
_COUNT = lazy.pattern(rb"[A-Za-z][\W_]?\d")
_TRIED = lazy.pattern(
    rb"(?i)(?:test|wrong|invalid|bad_?p|fake|mock|dummy|example|sample|hint|label)[^\n\"'()]*"
    rb"(?:[\"'][^\n\w]*)?\Z"
)
"""What names say of passwords that open nothing."""


def is_counted(value: bytes) -> bool:
    """Say whether a word has digits, so that it is no more what anybody writes for a password.

    Args:
        value: the text, in bytes.
    """
    return _COUNT.search(value) is not None


def is_named(candidate: Candidate, data: bytes, path: Sequence[str]) -> bool:
    """Say whether code calls it the password of something: what many choose is used there.

    A mere word stands in for it, but for one with digits, which somebody chose.

    Args:
        candidate: what a line says, of a look that many passwords have.
        data: the text of the file.
        path: the dotted name, as far as it is known.
    """
    at = candidate.start, candidate.end
    value = data[slice(*at)]
    if candidate.look == "default" and not is_counted(value):
        return False
    if _TRIED.search(data, max(0, at[0] - _NAME), at[0]):
        return False
    if candidate.kind == "call":
        return True  # whoever runs this signs in with it
    return is_owned(path, value) or is_variable(data, *at)


def is_of_account(path: Sequence[str], value: bytes) -> bool:
    """Say whether it belongs to a user or a service: `replication_user.password`.

    Args:
        path: the dotted name.
        value: the text, in bytes.
    """
    if not path:
        return False
    if path[-1].lower().encode() == value:
        return any(_SERVICES.search(part) for part in path[:-1])
    return is_owned(path, value) or any(_ACCOUNT.search(part) for part in path[:-1])


def is_owned(path: Sequence[str], value: bytes) -> bool:
    """Say whether the name itself tells whose it is: `mysql_root_password`.

    Args:
        path: the dotted name.
        value: the text, in bytes.
    """
    name = path[-1] if path else ""
    own = PASSWORD.sub("", re.sub(r"(?<=[a-z])(?=[A-Z])|[-.]", "_", name))
    if own == name or re.sub(r"\W|_", "", name).lower().encode() == value.lower():
        return False
    return _OWN.search(own) is not None
