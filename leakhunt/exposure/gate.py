"""A cheap look at a file: may it open or publish a port at all? Parsing costs a hundred times more."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import cache
from leakhunt.exposure import rows, settings
from leakhunt.exposure.publications import ci, compose
from leakhunt.facts.languages import language_of
from leakhunt.globs import expand, name_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import hyperscan

    from leakhunt.exposure.rows import Row

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]{2,}")


_WILD = (
    r"0\.0\.0\.0",
    r"['\"\[/@ ,(=]::['\"\]0 ,)]",
    r"(?:\bINADDR_ANY|in6addr_any|UNSPECIFIED|IPv[46]zero|unspecified|IPAddress\.(?:IPv6)?Any|AnyIP)",
    r"['\"/ =]\*[:'\"]",
    r"//\+:",
    r"['\" (=]:\d{2,5}['\"]",
    r"\[0, ?0, ?0, ?0\]",
    r"QHostAddress|tcp::v[46]|host['\"]?\s*:\s*true",
    r"['\"]0['\":]",
)
"""Spellings of every interface."""
_COMMANDS = (
    r"0\.0\.0\.0|(?:^|[ =/'\"])\[?::\]?(?:[:'\" \r\n]|$)|[ =/'\"]\*(?::\d|['\"])|=\*|[ =]['\"]?:\d{2,5}\b",
    r"//:\d|[ =]0:\d{2,5}\b|--host(?:['\" \r\n]|=''|=\"\"|$)|_site_|_global_",
    r"\b(?:docker|podman|nerdctl)\s[^\n]{0,80}\b(?:run|create)\b",
    r"\b(?:memcached|http-server|vllm|fastapi|dask-scheduler|waitress-serve|SimpleHTTPServer|http\.server"
    r"|ngrok|cloudflared|localtunnel|lt|websockify|socat|nc|ncat|netcat|adb|jdwp|Xrunjdwp|jmxremote\.port)\b",
    r"(?:--listen|--bind_all|--bind_ip_all|--protected-mode|-localhost|api\.insecure)\b",
    r"\bserve\s|PORT=\S+\s+gunicorn|\bssh\s[^\n]{0,120}-\w*[gRLD]",
)
"""What shows that a command may open a port."""
_KUBERNETES = (r"(?:LoadBalancer|NodePort|hostNetwork|hostPort|externalIPs)\b",)
_CLOUD = (
    r"0\.0\.0\.0/[01]\b|::/0|publicly_accessible|PubliclyAccessible|Internet\b|\"\*\"|255\.255\.255\.255",
)
_SERVICES = (r"\bservices:",)
_RAW = {*_WILD, *_COMMANDS, *_KUBERNETES, *_CLOUD, *_SERVICES}
_ANY_WORDS = frozenset({"\0any"})
_ANY = frozenset({-1})
"""Stands for the spellings of every interface until they have numbers."""
_PROSE = {"markdown", "rst", "asciidoc", "html", "csv", "log"}
_SCRIPTED = {
    *("bash", "yaml", "json", "makefile", "procfile", "systemd", "crontab", "toml", "ini", "hcl"),
    *("powershell", "env", "conf", "groovy"),
}
"""Formats in which command lines may stand."""


class _Need(NamedTuple):
    """When a file is worth reading for a row: one word of each group, and its name."""

    groups: tuple[frozenset[int], ...]
    files: tuple[str, ...]


class Gate(NamedTuple):
    """All that is looked for at once."""

    search: Callable[[bytes | memoryview], set[int]]
    needs: dict[str, tuple[_Need, ...]]


def promising(path: str, content: bytes | memoryview) -> bool:
    """Say whether a file may open or publish a port.

    Args:
        path: its path.
        content: all of it.
    """
    language = language_of(path, bytes(content[:16_384]))
    made = gate()
    needs = made.needs.get(language, ())
    if language == "dockerfile" or _whole(language, path):
        return True
    if not needs and language not in _SCRIPTED:
        return False
    seen = made.search(content)
    return bool(seen) and any(_met(need, seen, path) for need in needs)


def _whole(language: str, path: str) -> bool:
    """Whether the name of a file says enough."""
    if language == "yaml" and compose.NAME.search(path):
        return True
    if language == "json" and ci.DEVCONTAINER.search(path):
        return True
    return language not in _PROSE and bool(settings.rows_of(path))


def _met(need: _Need, seen: set[int], path: str) -> bool:
    if not all(group & seen for group in need.groups):
        return False
    return not need.files or any(name_matches(glob, path) for glob in need.files)


@functools.cache
def gate() -> Gate:
    """Return the gate over all rows."""
    numbers: dict[str, int] = {}

    def numbered(words: frozenset[str]) -> frozenset[int]:
        return frozenset(numbers.setdefault(word, len(numbers)) for word in sorted(words))

    needs: dict[str, list[_Need]] = {}
    for row in rows.load():
        if row.form != "sink":
            continue
        for groups in _groups(row):
            need = _Need(
                tuple(_ANY if group is _ANY_WORDS else numbered(group) for group in groups), row.files
            )
            for language in row.languages:
                needs.setdefault(language, []).append(need)
    wild, commands = numbered(frozenset(_WILD)), numbered(frozenset(_COMMANDS))
    for language in _SCRIPTED:
        needs.setdefault(language, []).append(_Need((commands,), ()))
    cluster, cloud = numbered(frozenset(_KUBERNETES)), numbered(frozenset(_CLOUD))
    needs["yaml"] += [_Need((cluster,), ()), _Need((cloud,), ()), _Need((numbered(frozenset(_SERVICES)),), ("workflows/*.y*ml",))]
    needs["hcl"] += [_Need((cloud,), ())]
    needs["json"] += [_Need((cloud,), ())]
    for language, rows_needs in needs.items():
        needs[language] = [
            need._replace(groups=tuple(wild if group == _ANY else group for group in need.groups))
            for need in rows_needs
        ]
    return Gate(_searcher(tuple(numbers)), {key: tuple(value) for key, value in needs.items()})


def _groups(row: Row) -> Iterator[list[frozenset[str]]]:
    """Groups of words of which a file must hold one each."""
    common = [frozenset(row.gates)] if row.gates else []
    if row.omitted != "wildcard" and row.empty != "wildcard":
        common.append(_ANY_WORDS)
    common += [frozenset(map(_last, row.requires))] if row.requires else []
    common += [frozenset(row.needs)] if row.needs else []
    names: dict[str, set[str]] = {}
    for call in (name for text in row.calls for name in expand(text)):
        words = [word for word in re.split(r"\*+|\.(?=[^/]*$)", call) if _WORD.search(word or "")]
        first = _WORD.findall(call.partition(".")[0]) if "/" not in call else [_last(call.rpartition(".")[0])]
        last = call.rpartition(".")[2]
        names.setdefault(last, set()).update(first[-1:] or words[:1])
    for last, firsts in names.items():
        group = frozenset(firsts)
        yield [frozenset({last}), *([group] if firsts and firsts != {last} else []), *common]
    for word in row.loose:
        imports = frozenset(map(_last, row.imports))
        yield [frozenset({word}), *([imports] if imports else []), *common]
    for path in (name for text in row.paths for name in expand(text)):
        imports = frozenset(map(_last, row.imports))
        yield [frozenset({path.rpartition(".")[2]}), *([imports] if imports else []), *common]


def _last(module: str) -> str:
    """The word of a module's name that its import must hold."""
    found: list[str] = _WORD.findall(module)
    found = [word for word in found if not re.fullmatch(r"v\d+", word)]
    return found[-1] if found else module


def _database(words: tuple[str, ...]) -> hyperscan.Database:
    import importlib.metadata

    import hyperscan

    version = importlib.metadata.version("hyperscan")
    name = cache.key("ports", cache.code_stamp(), version, repr(words))
    if data := cache.read(name):
        try:
            kept = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
            kept.scratch = hyperscan.Scratch(kept)
        except hyperscan.HyperscanError:
            pass  # written by another build or for another CPU: compile again
        else:
            return kept
    database = hyperscan.Database()
    database.compile(
        expressions=[_expression(word).encode() for word in words],
        ids=list(range(len(words))),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(words),
    )
    cache.write(name, hyperscan.dumpb(database))
    return database


def _expression(word: str) -> str:
    if word in _RAW:
        return word
    return rf"\b{re.escape(word)}\b" if re.fullmatch(r"\w+", word) else re.escape(word)


def _searcher(words: tuple[str, ...]) -> Callable[[bytes | memoryview], set[int]]:
    """Return a function that says which words a text holds, each once, by their number."""
    database = _database(words)
    seen: set[int] = set()

    def collect(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        seen.add(number)

    def search(content: bytes | memoryview) -> set[int]:
        seen.clear()
        database.scan(content, match_event_handler=collect)  # type: ignore[type-var]
        return seen

    return search
