"""What the environment and the arguments of a container say about authentication and debugging."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import services
from leakhunt.exposure.model import Auth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leakhunt.exposure.services import Kind

_ON = {"1", "true", "yes", "on", "y", "t", "all", "trust"}
_OFF = {"0", "false", "no", "off", "n", "f"}
_OPEN_IF_ON = lazy.pattern(
    r"(?i)^(?:.*ALLOW_EMPTY_(?:ROOT_)?PASSWORD|.*HOST_AUTH_METHOD|.*ALLOW_ANONYMOUS\w*|.*_?NO_?AUTH"
    r"|DISABLE_(?:SECURITY_PLUGIN|AUTH\w*)|PLUGINS[._]SECURITY[._]DISABLED|MINIO_ANONYMOUS\w*"
    r"|GF_AUTH_ANONYMOUS_ENABLED|.*ANONYMOUS_ACCESS\w*|MYSQL_ALLOW_EMPTY_PASSWORD"
    r"|ALLOW_PLAINTEXT_LISTENER)$"
)
_OPEN_IF_OFF = lazy.pattern(
    r"(?i)^(?:XPACK[._]SECURITY[._]ENABLED|PLUGINS[._]SECURITY[._]ENABLED|SECURITY_ENABLED"
    r"|.*AUTH_ENABLED|.*_AUTHENTICATION_ENABLED|AUTHENTICATION_APIKEY_ENABLED|JUPYTER_TOKEN)$"
)
_PASSWORD = lazy.pattern(
    r"(?i)(?:^|[_.])(?:PASS(?:WORD|WD)?(?:_FILE)?|REQUIREPASS|AUTH_TOKEN|API_KEY|MASTER_KEY|TOKEN"
    r"|INITDB_ROOT_USERNAME|NEO4J_AUTH|SECRET)$"
)
_STORES = {"db", "database", "metadata", "smtp", "mail", "jdbc", "sql", "datasource", "aws", "s3"}
"""Words of passwords for what a service stores its data in, or sends mail with."""
_ARGUMENT = lazy.pattern(
    r"(?i)--?(?:requirepass|aclfile|auth\b|api-key|password|masterauth|keyfile)"
)
_DEBUG = lazy.pattern(r"(?i)^(?:FLASK_DEBUG|WERKZEUG_DEBUG_PIN)$")


def auth_of(environment: Mapping[str, str], arguments: Iterable[str] = (), image: str = "") -> Auth:
    """Say what a container asks for, as far as its environment and arguments say.

    Args:
        environment: names and values; a value may be unknown, then it is `${}`.
        arguments: the words of its command.
        image: what runs in it: the password of something else is none of its own.
    """
    for name, value in environment.items():
        low = value.strip().lower()
        if _OPEN_IF_ON.match(name) and low in _ON:
            return Auth.NONE
        if _OPEN_IF_OFF.match(name) and low in _OFF:
            return Auth.NONE
    kind = services.of_image(image) if image else None
    if any(
        _PASSWORD.search(name) and value and not _of_another(name, kind)
        for name, value in environment.items()
    ):
        return Auth.STATIC_TOKEN
    if any(_ARGUMENT.match(word) for word in arguments):
        return Auth.STATIC_TOKEN
    return Auth.UNKNOWN


def _of_another(variable: str, kind: Kind | None) -> bool:
    """Whether a password is what a service shows to another: `REDIS_PASSWORD` in Druid."""
    if kind is None:
        return False
    words = re.split(r"[_.]", variable.lower())
    if kind.tier != 1 and _STORES & set(words):
        return True
    other = next((found for word in words if (found := services.of_name(word))), None)
    return other is not None and other.name != kind.name


def debug_of(environment: Mapping[str, str]) -> bool:
    """Say whether the environment turns on a debug mode that runs code for its visitors."""
    if environment.get("FLASK_ENV", "").lower() == "development":
        return True
    return any(_DEBUG.match(k) and v.lower() in _ON - {"all"} for k, v in environment.items())
