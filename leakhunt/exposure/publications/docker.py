"""`docker run -p`, `--network host`, `-P`, in whatever holds command lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import ports, secured
from leakhunt.exposure.model import Publication, Scope, Setting
from leakhunt.exposure.surroundings import environment_of, setting_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.argv import Command, Word
    from leakhunt.exposure.places import Places

_TESTED = lazy.pattern(r"(?i)(?:^|[-_])(?:tests?|testing|e2e)(?:$|[-_])")
"""Names of containers that a test starts."""
PROGRAMS = {"docker", "podman", "nerdctl"}
_VALUES = lazy.pattern(
    r"^(?:-[uvwehmcalp]|--(?:name|env|volume|mount|user|workdir|network|net|entrypoint|hostname|label|restart"
    r"|memory|cpus|env-file|link|publish|expose|add-host|device|gpus|platform|pull|ip|log-driver|log-opt"
    r"|ulimit|shm-size|tmpfs|volumes-from|cap-add|cap-drop|security-opt|dns|health-[a-z]+|cidfile|pid"
    r"|userns|ipc|group-add|stop-signal|stop-timeout|runtime|annotation|cpuset-cpus|memory-swap|sysctl))$"
)


def published(places: Places, command: Command) -> Iterator[Publication]:
    """Yield what a command publishes.

    Args:
        places: the places of the file.
        command: any command.
    """
    if command.program not in PROGRAMS:
        return
    words = list(command.words)
    at = next((n for n, w in enumerate(words[:6]) if w.text in {"run", "create"}), None)
    if at is None:
        return
    image, name, environment, mapped, host_network = _taken(words[at + 1 :])
    rest = {
        "owner": name,
        "image": image,
        "auth": secured.auth_of(environment, [word.text for word in words], image),
        "debug": secured.debug_of(environment),
        "environment": environment_of(places.path),
        "setting": Setting.TEST if _TESTED.search(name) else setting_of(places.path),
    }
    if host_network is not None:
        where = places.at(host_network.start, host_network.end)
        yield Publication("exposure-docker-host-network", "host-network", where, **rest)  # type: ignore[arg-type]
        return
    for word in mapped:
        port = ports.short(word.text)
        if port is not None:
            yield Publication(
                "exposure-docker-run",
                "docker-run",
                places.at(word.start, word.end),
                host=port.host,
                scope=port.scope,
                port=port.outer,
                last=port.last,
                target=port.inner,
                protocol=port.protocol,
                **rest,  # type: ignore[arg-type]
            )


def _taken(
    words: list[Word],
) -> tuple[str, str, dict[str, str], list[Word], Word | None]:
    """Image, name, environment, mapped ports, and the word that chooses the host's network."""
    image = name = ""
    environment: dict[str, str] = {}
    mapped: list[Word] = []
    host: Word | None = None
    at = 0
    while at < len(words):
        word = words[at]
        flag, sign, value = word.text.partition("=")
        if not flag.startswith("-"):
            image = word.text
            break
        given = (
            word._replace(text=value, start=word.start + len(flag.encode()) + 1) if sign else None
        )
        if given is None and re.match(r"-p\d", flag):
            given, flag = word._replace(text=word.text[2:]), "-p"
        elif given is None and _takes_value(flag) and at + 1 < len(words):
            at += 1
            given = words[at]
        if given is not None:
            if flag in {"-p", "--publish"}:
                mapped.append(given)
            elif flag in {"--network", "--net"} and given.text == "host":
                host = given
            elif flag == "--name":
                name = given.text
            elif flag in {"-e", "--env"} or re.fullmatch(r"-[a-z]*e", flag):
                key, _, setting = given.text.partition("=")
                environment[key] = setting or "${}"
            elif re.fullmatch(r"-[a-z]+p", flag):
                mapped.append(given)
        at += 1
    return image, name, environment, mapped, host


def _takes_value(flag: str) -> bool:
    return bool(_VALUES.match(flag) or re.fullmatch(r"-[dirt]+[pve]", flag))


__all__ = ["PROGRAMS", "Scope", "published"]
