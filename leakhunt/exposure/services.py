"""What listens behind a port: the classes of `services.toml`, and telling them."""

from __future__ import annotations

import fnmatch
import functools
import marshal
import re
from typing import Any, NamedTuple

from leakhunt import cache, lazy
from leakhunt.errors import SignatureError
from leakhunt.exposure.rows import folder

_WEB = {80, 443, 8443}
DEBUGGERS = {"debugpy", "jdwp", "jmx", "node-inspector", "cdp", "drb", "pprof"}
"""Classes that are debuggers or something like them, whatever else runs there."""
_SERVED = {"metrics", "node-exporter"}
"""Classes that code of one's own becomes part of by its port."""
_EXPORTER = ("-exporter", "_exporter")
"""What shows metrics of something is called like it: redis_exporter, postgres-exporter."""
UNKNOWN_TIER, NAMED_TIER, PUBLIC_TIER = 4, 3, 5
_ONLY_NAMED = 2
"""The worst class that the name of a variable is enough for."""

_WILD = frozenset("*?[")
_INTERNAL = lazy.pattern(
    r"(?i)(?:^|[-_./])(?:internal|admin|private|mgmt|management|debug|debugger|metrics|pprof|actuator"
    r"|backend|worker|rpc|control|ops|(?:[a-z]{3,})?db|database|cache|queue|scheduler|broker)(?:$|[-_./\d])"
)
_PUBLIC = lazy.pattern(
    r"(?i)(?:^|[-_./])(?:public|web|frontend|www|gateway|ingress|edge|proxy|lb|nginx|traefik|caddy|site"
    r"|website|webapp|client|ui|landing)(?:$|[-_./\d])"
)


class Kind(NamedTuple):
    """One class of services.

    Attributes:
        name: its key in `services.toml`.
        title: what people call it.
        tier: 0 to 5; see the file.
        auth: what it asks for as it is installed: a value of `model.Auth`.
        images: globs over the last part of an image's name; with a slash over the last two.
        programs: globs over a program's name.
        names: globs over what a repository calls it.
        ports: inside the container.
        gated: the port alone says too little.
        other: `port=class`: what else it opens, each on a port of its own.
    """

    name: str
    title: str
    tier: int
    auth: str = "unknown"
    images: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    gated: bool = False
    other: tuple[str, ...] = ()


class Known(NamedTuple):
    """What something was taken for.

    Attributes:
        kind: its class; None if there is none.
        tier: that of the class; else 3 for an internal name, 5 for a public one, 4 for none.
        reason: how it was told, a sentence without a full stop; empty if nothing is known.
    """

    kind: Kind | None
    tier: int
    reason: str


@functools.cache
def kinds() -> dict[str, Kind]:
    """Return all classes by name.

    Raises:
        SignatureError: the file is wrong.
    """
    path = folder() / "services.toml"
    try:
        status = path.stat()
        name = cache.key(
            "services", cache.code_stamp(), str(path), repr((status.st_size, status.st_mtime_ns))
        )
        if data := cache.read(name):
            kept = marshal.loads(data)  # noqa: S302 (only we can have written it)
            return {row[0]: Kind(*row) for row in kept}
    except (OSError, EOFError, ValueError, TypeError):
        name = ""
    found = parse(path.read_text("utf-8"), str(path))
    if name:
        cache.write(name, marshal.dumps(tuple(map(tuple, found.values()))))
    return found


def parse(text: str, source: str) -> dict[str, Kind]:
    """Parse the catalogue.

    Args:
        text: TOML.
        source: the name of the file, for messages.

    Raises:
        SignatureError: something in it is wrong.
    """
    import tomllib

    try:
        table = tomllib.loads(text)["service"]
        found = {}
        for name, row in table.items():
            values: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value
                for key, value in row.items()
            }
            found[name] = Kind(name, **values)
        return found
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise SignatureError(f"{source}: {error}", "see the head of the file") from None


@functools.cache
def _by_port() -> dict[int, Kind]:
    found: dict[int, Kind] = {}
    for kind in kinds().values():
        for port in () if kind.gated else kind.ports:
            found.setdefault(port, kind)
    return found


def image_name(image: str) -> str:
    """Return the last part of an image's name, without tag and digest, in small letters."""
    plain = re.sub(r"[$%]\{[^{}]*\}|\{\{[^{}]*\}\}", "", image)
    return plain.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()


@functools.lru_cache(4096)
def of_image(image: str) -> Kind | None:
    """Return the class of what an image runs, or None."""
    name = image_name(image)
    if not name:
        return None
    both = f"{image_name(image.partition('@')[0].rpartition('/')[0])}/{name}"
    for kind in kinds().values():
        if name in kind.images or both in kind.images:
            return kind
    if name.endswith(_EXPORTER):
        return kinds()["node-exporter"]
    return next((k for k in kinds().values() if _like(name, k.images)), None)


@functools.lru_cache(4096)
def of_program(program: str) -> Kind | None:
    """Return the class of a program, or None."""
    name = program.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
    if name.endswith(_EXPORTER):
        return kinds()["node-exporter"]
    return next((k for k in kinds().values() if _like(name, k.programs)), None) if name else None


@functools.lru_cache(4096)
def of_name(name: str) -> Kind | None:
    """Return the class that the name of a service stands for, or None."""
    last = name.lower().replace("_", "-").rpartition("/")[2]
    if last.endswith(_EXPORTER):
        return kinds()["node-exporter"]
    return next((k for k in kinds().values() if _like(last, k.names)), None) if last else None


def of_port(port: int | None) -> Kind | None:
    """Return the class that a port stands for by itself, or None."""
    return _by_port().get(port) if port else None


def _like(name: str, globs: tuple[str, ...]) -> bool:
    # Most are names as they are: an expression of each would be made to match what is not there.
    return any(
        name == glob or (not _WILD.isdisjoint(glob) and fnmatch.fnmatchcase(name, glob))
        for glob in globs
    )


def tell(
    *,
    known: str = "",
    image: str = "",
    program: str = "",
    port: int | None = None,
    name: str = "",
    own: bool = False,
    variable: str = "",
) -> Known:
    """Say what listens somewhere: the first evidence that decides wins.

    Args:
        known: the class that an API stands for in itself.
        image: a container image.
        program: a program.
        port: the port inside.
        name: what the repository calls it.
        own: it is code of the repository: on the port of Elasticsearch it is none.
        variable: what the repository calls the variable that holds the port.
    """
    told = _tell(known, image, program, port, name, own=own)
    if told.tier != UNKNOWN_TIER or told.kind or not variable:
        return told
    word = variable.lower().replace("_", "-").removesuffix("-port")
    kind = of_name(word)
    if kind and kind.tier < PUBLIC_TIER:
        tier = max(kind.tier, _ONLY_NAMED)
        return Known(kind, tier, f"the variable of its port, {variable}, says {kind.title}")
    if _INTERNAL.search(word):
        reason = f"the variable of its port, {variable}, says that it is internal"
        return Known(None, NAMED_TIER, reason)
    return told


def _tell(known: str, image: str, program: str, port: int | None, name: str, *, own: bool) -> Known:
    if kind := kinds().get(known):
        reason = "every port is let in" if known == "every-port" else f"it is {kind.title}"
        return Known(kind, kind.tier, reason)
    if image and (kind := of_image(image)) and port in kind.ports:
        return _refined(kind, port, f"the image {image_name(image)} is {kind.title}")
    if (kind := of_port(port)) and kind.name in DEBUGGERS and not own:
        return Known(kind, kind.tier, f"port {port} is that of {kind.title}")
    if image and (kind := of_image(image)):
        beside = of_port(port)
        if beside and beside.tier <= 1 and beside.tier < kind.tier:
            return Known(beside, beside.tier, f"port {port} is that of {beside.title}")
        return _refined(kind, port, f"the image {image_name(image)} is {kind.title}")
    if program and (kind := of_program(program)):
        return _refined(kind, port, f"the program {program} is {kind.title}")
    if not image_name(image) and (kind := of_port(port)) and (not own or kind.name in _SERVED):
        return Known(kind, kind.tier, f"port {port} is that of {kind.title}")
    if name and (kind := of_name(name)):
        return _refined(kind, port, f"its name, {name}, says {kind.title}")
    if image and (kind := of_port(port)) and kind.tier <= 1:
        return Known(kind, kind.tier, f"port {port} is that of {kind.title}")
    if name and _INTERNAL.search(name) and port not in _WEB:
        return Known(None, NAMED_TIER, f"its name, {name}, says that it is internal")
    if name and _PUBLIC.search(name):
        return Known(None, UNKNOWN_TIER, f"its name, {name}, says that it is public")
    if port in _WEB:
        return Known(None, PUBLIC_TIER, f"port {port} is public by convention")
    return Known(None, UNKNOWN_TIER, "")


def _refined(kind: Kind, port: int | None, reason: str) -> Known:
    """What a program is, or what else it opens on a port of its own: its metrics, its profiler."""
    for text in kind.other:
        number, _, name = text.partition("=")
        if port == int(number):
            kind = kinds()[name]
            return Known(kind, kind.tier, f"{reason}, and port {port} of it {kind.title}")
    return Known(kind, kind.tier, reason)
