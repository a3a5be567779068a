"""Whether a service starts with what a setting holds: then even `changeme` opens it.

Compose, Kubernetes, Helm, Docker and those who start containers with Ansible hand a literal to
the service as it stands, and so does the `.env` that they read. A role of Ansible sets up what it
is for with its defaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK = "started"
"""What `values.look` calls a value that is a password nowhere else, see `may`."""
_REACH = 480
"""Bytes of a command line before a value, at most."""
_SET_FOR = lazy.pattern(
    rb"\b(?:docker|podman|nerdctl|kubectl)\b(?:[^\n\\]|\\\r?\n|\\[^\r\n])*[ \t](?:-e|--env)[ \t=]"
    rb"[ \t]{0,2}[\"']?(?:[A-Z][A-Z0-9]*_)*(?:PASS(?:WORD|WD)?|PWD)=[\"']?\Z"
)
"""What sets a variable for a container that is started."""
_COMPOSE = lazy.pattern(r"(?i)(?:docker-)?(?:compose|stack)[\w.-]*\.ya?ml")
_HELM = lazy.pattern(r"(?i)(?:[\w.-]*[-_.])?values(?:[-_.][\w.-]+)?\.ya?ml")
_ENV = lazy.pattern(r"(?i)[\w-]*\.env(?:\.(?:local|prod(?:uction)?|dev(?:elopment)?|docker))?")
_APP = lazy.pattern(r"(?i)appsettings(?:\.(?!example|sample|template|test)[\w-]+){0,2}\.json")
"""The settings of a program of .NET, for all places or one."""
_IMAGE = lazy.pattern(r"(?i)(?:[\w-]+\.)?(?:docker|container)file(?:\.[\w-]+)?")
_TASK = lazy.pattern(r"(?i)(?:[\w.]+\.)?(?:docker|podman)_(?:container|swarm_service|service)")
_ROLE = lazy.pattern(
    r"(?i)(?:^|/)(?:defaults|vars)/main(?:/[\w.-]+)?\.ya?ml$|(?:^|/)(?:group|host)_vars/[\w./-]+$"
)
"""The variables of Ansible's roles, hosts and groups: who sets no others runs with these."""
_PACKAGED = lazy.pattern(
    r"(?i)(?:^|/)src/main/resources/(?:(?!i18n|messages|bundles|locale|lang|template)[\w.-]+/){0,3}"
    r"[\w-]*(?:application|bootstrap|config|core|settings|database)[\w.-]*\.(?:properties|ya?ml)$"
)
"""Settings that are packed into a program of Java: it signs in with what stands beside a user."""
_USER = lazy.pattern(rb"(?i)user(?:[._-]?name)?[\"']?[ \t]{0,3}[=:][ \t]{0,3}[\"']?\w[\w.@-]{1,40}")
_KEY_STORE = lazy.pattern(
    rb"(?i)key[._-]?store(?:[._-]?default)?[._-]?pass(?:wd|word|phrase)?[\"'\])]{0,2}[ \t]{0,4}"
    rb"(?:=>|[=:(,>])[ \t]{0,4}[\"']?\Z"
)
_NEAR = 160
"""Bytes in which it stands."""
_CONSOLE = lazy.pattern(rb"(?i)rcon[._-]?pass(?:word)?[ \t]{0,3}[=: ][ \t]{0,3}[\"']?\Z")
"""With what a server of a game lets others rule it from afar."""
_PODS = {"containers", "initcontainers"}
_SECRET = {"data", "stringdata"}
_REASONS = {"placeholder", "name", "short", "sequence"}
"""Why a text is no secret elsewhere, see `stand_ins.reason`."""
_TYPED = lazy.pattern(r"[A-Za-z0-9][\w@$!#%^*+.,?~-]{1,47}")
_NONE = lazy.pattern(
    r"(?i)true|false|yes|no|on|off|null|nil|none|undefined|empty|disabled?|enabled?|random(?:ly)?|"
    r"auto(?:matic|generated?)?|generated?|required|optional|string|([xyz])\1+|x{2,}.*|\.{2,}|.*(?:\.{3}|xxx|"
    r"\*\*\*).*|"
    r".*(?<![a-z])(?:your|insert|todo|fixme|redacted|placeholder|example|enter|fail)(?![a-z]).*|"
    r"your.*|(?:auto)?replace(?!_?me).*|.*_(?:file|path|ref)"
)
"""What says that there is none yet, or how it comes about."""


def may(text: str, reason: str) -> bool:
    """Say whether a text is the password of a service that starts with it, and else none.

    Args:
        text: the value.
        reason: why it would be no secret, see `stand_ins.reason`.
    """
    if reason not in _REASONS or not _TYPED.fullmatch(text) or _NONE.fullmatch(text):
        return False
    return not (text.isupper() and "_" in text) or text.startswith("CHANGE")


def starts(path: Sequence[str], file: str, data: bytes, start: int) -> bool:
    """Say whether a service starts with a value.

    Args:
        path: the dotted name, as far as it is known.
        file: the path of the file.
        data: its text.
        start: of the value, in bytes.
    """
    if is_set_for(data, start):
        return True
    lies, file = file, file.rpartition("/")[2]
    steps = [step.lower() for step in path]
    if not steps:
        return False
    above = set(steps[:-1])
    if "environment" in steps[1:-1] and (steps[0] == "services" or _COMPOSE.fullmatch(file)):
        return True
    if "env" in above and (above & _PODS or any(map(_TASK.fullmatch, path[:-1]))):
        return True
    if _ROLE.search(lies) or is_console(data, start):
        return True
    if _PACKAGED.search(lies) and _USER.search(data, max(0, start - _NEAR), start + _NEAR):
        return True
    if steps[0] in _SECRET or (len(steps) > 1 and _HELM.fullmatch(file)):
        return True
    if not path[-1].isupper():
        return False
    # Maps that are merged into an environment; files and images that hold nothing else.
    merged = steps[0].startswith("x-") and _COMPOSE.fullmatch(file) is not None
    return merged or _ENV.fullmatch(file) is not None or _IMAGE.fullmatch(file) is not None


def opens_keys(data: bytes, start: int) -> bool:
    """Say whether a value is the password of a key store: the store was made with it.

    What is in a trust store is public.

    Args:
        data: the text.
        start: of the value, in bytes.
    """
    return _KEY_STORE.search(data, max(0, start - 80), start) is not None


def is_console(data: bytes, start: int) -> bool:
    """Say whether a value is the password for the console of a game's server.

    Args:
        data: the text.
        start: of the value, in bytes.
    """
    return _CONSOLE.search(data, max(0, start - 80), start) is not None


def is_environment(file: str) -> bool:
    """Say whether an application takes its environment from a file, and none that is a sample.

    Args:
        file: its name.
    """
    return _ENV.fullmatch(file) is not None


def is_settings(file: str) -> bool:
    """Say whether a program of .NET takes its settings from a file, and none that is a sample.

    Args:
        file: its name.
    """
    return _APP.fullmatch(file) is not None


def is_set_for(data: bytes, start: int) -> bool:
    """Say whether a container is started with a value as its password, by a command.

    Args:
        data: the text.
        start: of the value, in bytes.
    """
    if data[max(0, start - 1) : start] not in {b"=", b'"', b"'"}:
        return False
    return _SET_FOR.search(data, max(0, start - _REACH), start) is not None
