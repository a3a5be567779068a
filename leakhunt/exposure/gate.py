"""A cheap look at a file: may it open or publish a port? Parsing costs a hundred times more."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.exposure import appconfig, rows, settings, wording
from leakhunt.exposure.publications import ci, compose, started
from leakhunt.facts.languages import language_of
from leakhunt.facts.syntax import GRAMMARS
from leakhunt.globs import expand, name_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leakhunt.exposure.rows import Row

LONGEST_LINES = 400
"""Bytes of a line on average; where they are longer, no person wrote the code."""


_WILD = (
    r"\b0\.0\.0\.0\b",
    r"['\"/@]\[?::\]?:?[\d${%'\"]|['\"]::0['\"]",
    r"INADDR_ANY|in6addr_any|UNSPECIFIED|IPv[46]zero|IPv6unspecified|IPv[46]Unspecified",
    r"IPAddress\.(?:IPv6)?Any|AnyIP|QHostAddress::Any|tcp::v[46]",
    r"//[*+]:|['\"]\*:[\d${%]|\b(?:ip|host|hostname|address|bind)['\"]?\s*[:=]\s*(?:['\"](?:\*|0x0|0|::)?['\"]|true\b)",
    r"['\"]:\d{2,5}['\"]|['\"]0:\d",
    r"\[0, ?0, ?0, ?0\]",
    r"(?i)\b(?:host|hostname|address|addr|bind|interface)\w*['\"]?\s*[=:]\s*[$&]?[\w.:>$-]{0,80}"
    r"(?:host|addr\w{0,20}|bind|interface|ip)\b",
    r"(?i)[,(]\s*[$&]?[\w.:>$-]{0,80}(?:host|bind|addr(?:ess)?)\s*[,)]",
    r"(?i)\b(?:host|hostname|address|addr|bind|interface)\w*['\"]?\s*[=:]\s*(?:os\.(?:environ|getenv)"
    r"|process\.env|System\.getenv|env[.(\[])",
)
"""Spellings of every interface, and names that may stand for it."""
_COMMANDS = (
    r"0\.0\.0\.0|(?:^|[ =/'\"])\[?::\]?(?:[:'\" \r\n]|$)",
    r"[ ='\"]\*:\d|[='\"]\*['\"]|//\*:\d|=\*|[ =]['\"]?:\d{2,5}\b",
    r"//:\d|[ =]0:\d{2,5}\b|--host(?:['\" \r\n]|=''|=\"\"|$)|_site_|_global_",
    r"\b(?:docker|podman|nerdctl)\s[^\n]{0,80}\b(?:run|create)\b",
    r"(?:^\s*|['\"/\[,;&|(]\s*|- |exec |npx |bunx |dlx |sudo )"
    r"(?:memcached|http-server|fastapi)(?:[^\w:.]|$)"
    r"|\b(?:memcached|http-server|fastapi)\s+(?:-|run|dev)",
    r"\b(?:vllm|nats-server|dask-scheduler|waitress-serve|SimpleHTTPServer|http\.server"
    r"|ngrok|cloudflared|localtunnel|lt --?p\w*|websockify"
    r"|socat|(?:nc|ncat|netcat)\s+-\w*l\w*|adb|jdwp|Xrunjdwp|jmxremote\.port)\b",
    r"(?:--listen|--bind_all|--bind_ip_all|--protected-mode|-localhost|api\.insecure)\b",
    r"\bufw\s+(?:allow|limit)\b|--dport\b|--add-port\b",
    r"\bserve\s|\bnext\s+(?:dev|start)\b|PORT=\S+\s+gunicorn|\bssh\s[^\n]{0,120}-\w*[gRLD]",
)
"""What shows that a command may open a port."""
_KUBERNETES = (
    r"\btype['\"]?: ['\"]?(?:LoadBalancer|NodePort)\b"
    # What the values of a chart call a type is found there.
    r"|\btype['\"]?: ['\"]?\{\{-? *\$?\.Values\.[\w.]*"
    r"(?:[A-Za-df-z\d]|[A-Za-oq-z\d]e|[A-Za-xz\d]pe|[A-Za-su-z\d]ype)[ }|]"
    r"|\bhostNetwork['\"]?: ['\"]?true"
    r"|\bhostPort['\"]?: ['\"]?[1-9]|\bexternalIPs['\"]?:",
)
_KINDS = (
    r"\bkind['\"]?: ['\"]?(?:Service|Deployment|StatefulSet|DaemonSet|Pod|ReplicaSet|Job|CronJob"
    r"|List)\b"
)
_CLOUD = (
    r"(?:cidr_\w+|source_\w+|publicly_accessible)\s*=\s*\[?\s*(?:var|local)\.",
    r"0\.0\.0\.0/[01]\b|::/0|publicly_accessible|PubliclyAccessible|Internet\b|\"\*\"|255\.255\.255\.255",
)
_SERVICES = (r"\bservices:",)
_ANY_WORDS = frozenset({"\0any"})
_ANY = frozenset({-1})
"""Stands for the spellings of every interface until they have numbers."""
COMMENTED = 8192
"""Bytes of YAML from which on it pays to look twice."""
_COMMENT = lazy.pattern(rb"(?m)^[ \t]*#[^\n]*")
_LOCK = lazy.pattern(
    r"(?:^|/)(?:pnpm-lock\.yaml|package-lock\.json|npm-shrinkwrap\.json|composer\.lock)$"
)
"""Lists of packages, in which nobody opens anything."""
_OURS = lazy.pattern(rb'\s*\{\s*"schema": \d+,\s*"kind": "(?:ports|live|diff)"')
"""What `leakhunt ports` writes: it tells of ports and opens none."""
_KIND_LINE = lazy.pattern(rb"(?m)^kind:")
_PROSE = {"markdown", "rst", "asciidoc", "html", "csv", "log"}
_BUNDLED = {"javascript", "typescript", "tsx", "php", "json"}
_SCRIPTED = {
    *(
        "bash",
        "yaml",
        "json",
        "makefile",
        "procfile",
        "systemd",
        "crontab",
        "toml",
        "hcl",
        "groovy",
    ),
}
"""Formats in which command lines may stand."""


_FILES = {
    "json": (
        "*package*.json",
        "composer.json",
        "tasks.json",
        "launch.json",
        "nodemon.json",
        "deno.json",
        "project.json",
    ),
}
"""Of formats that mostly hold data, the files that hold commands."""


class _Need(NamedTuple):
    """When a file is worth reading for a row: one word of each group, and its name."""

    groups: tuple[frozenset[int], ...]
    files: tuple[str, ...]


class Gate(NamedTuple):
    """All that is looked for at once."""

    search: Callable[[bytes | memoryview], set[int]]
    needs: dict[str, dict[int, tuple[_Need, ...]]]
    """Of each language, under each word of their first group: most files have few words."""


def promising(path: str, content: bytes | memoryview) -> bool:
    """Say whether a file may open or publish a port.

    Args:
        path: its path.
        content: all of it.
    """
    if _LOCK.search(path):
        return False
    language = language_of(path, bytes(content[:16_384]))
    made = gate()
    needs = made.needs.get(language, {})
    if language == "yaml" and _schema(content):
        return False
    if language == "dockerfile" or _whole(language, path):
        return True
    if not needs and language not in _SCRIPTED:
        return False
    if language in _BUNDLED and _generated(path, content):
        return False
    if language == "json" and _OURS.match(content):
        return False
    seen = made.search(content)
    if not seen or not _any_met(needs, seen, path):
        return False
    if language != "yaml" or len(content) < COMMENTED:
        return True
    # Values of charts are half comments, and what stands there opens nothing.
    seen = made.search(_COMMENT.sub(b"", content))
    return _any_met(needs, seen, path)


def _schema(content: bytes | memoryview) -> bool:
    """Whether a YAML file does nothing but describe other YAML files."""
    text = bytes(content)
    kinds = len(_KIND_LINE.findall(text)) if b"CustomResourceDefinition" in text[:4096] else 0
    return 0 < kinds == text.count(b"kind: CustomResourceDefinition")


def named(path: str) -> bool:
    """Say whether the name of a file alone says that it may open a port.

    Args:
        path: its path.
    """
    language = language_of(path, b"")
    return language == "dockerfile" or language in GRAMMARS or _whole(language, path)


def _generated(path: str, content: bytes | memoryview) -> bool:
    """Whether a script was packed by a machine."""
    head = bytes(content[:65_536])
    return ".min." in path or len(head) > LONGEST_LINES * (head.count(b"\n") + 20)


def _whole(language: str, path: str) -> bool:
    """Whether the name of a file says enough."""
    if language == "yaml" and compose.NAME.search(path):
        return True
    if language == "json" and ci.DEVCONTAINER.search(path):
        return True
    return language not in _PROSE and bool(settings.rows_of(path))


def _any_met(needs: Mapping[int, tuple[_Need, ...]], seen: set[int], path: str) -> bool:
    return any(_met(need, seen, path) for number in seen for need in needs.get(number, ()))


def _met(need: _Need, seen: set[int], path: str) -> bool:
    if not all(group & seen for group in need.groups):
        return False
    return not need.files or any(name_matches(glob, path) for glob in need.files)


@functools.cache
def gate() -> Gate:
    """Return the gate over all rows."""
    words, needs = _needs()
    return Gate(wording.searcher(words), {key: _by_word(some) for key, some in needs.items()})


def words() -> tuple[str, ...]:
    """Return the expressions that the gate looks for, see `wording.build`."""
    return _needs()[0]


def _needs() -> tuple[tuple[str, ...], dict[str, list[_Need]]]:
    numbers: dict[str, int] = {}

    def numbered(words: frozenset[str]) -> frozenset[int]:
        return frozenset(numbers.setdefault(word, len(numbers)) for word in sorted(words))

    needs: dict[str, list[_Need]] = {}
    for row in rows.load():
        if row.form != "sink":
            continue
        for groups in _groups(row):
            need = _Need(
                tuple(_ANY if group is _ANY_WORDS else numbered(group) for group in groups),
                row.files,
            )
            for language in row.languages:
                needs.setdefault(language, []).append(need)
    wild, commands = numbered(frozenset(_WILD)), numbered(frozenset(_COMMANDS))
    for language in _SCRIPTED:
        needs.setdefault(language, []).append(_Need((commands,), _FILES.get(language, ())))
    spawning = numbered(frozenset({r"\b(?:subprocess|child_process)\b|\bos\.(?:system|popen)\b"}))
    launched = numbered(frozenset({r"\b0\.0\.0\.0\b|['\"](?:memcached|http\.server)['\"]"}))
    browser = numbered(frozenset({"--remote-debugging-address", "(?:node|interpreter)_?[aA]rgs"}))
    for language in ("python", "javascript", "typescript", "tsx"):
        needs.setdefault(language, []).append(_Need((launched, spawning), ()))
        needs[language].append(_Need((browser,), ()))
    cluster, cloud = numbered(frozenset(_KUBERNETES)), numbered(frozenset(_CLOUD))
    template = numbered(frozenset({r"AWS::(?:EC2|RDS|Redshift)"}))
    keys = numbered(
        frozenset({r"\b(?:run|scripts?|commands?|args|cmd|shell|entrypoint|exec\w*|test)['\"]?:"})
    )
    kinds = numbered(frozenset({_KINDS}))
    needs["yaml"] = [
        _Need((commands, keys), ()),
        _Need((cluster, kinds), ()),
        _Need((cluster,), ("*values*.y*ml*",)),
        _Need((cloud, template), ()),
        _Need((numbered(frozenset(_SERVICES)),), ("workflows/*.y*ml",)),
        _Need(tuple(numbered(frozenset({text})) for text in compose.LOOK), ()),
    ]
    told = numbered(frozenset({appconfig.LOOK}))
    for language in appconfig.LANGUAGES:
        needs.setdefault(language, []).append(_Need((told,), ()))
    tasks, static = (
        numbered(frozenset({started.LOOK_ANSIBLE})),
        numbered(frozenset({started.LOOK_NOMAD})),
    )
    needs["yaml"] += [_Need((tasks,), ())]
    needs.setdefault("systemd", []).append(_Need((numbered(frozenset({"PublishPort="})),), ()))
    needs["hcl"] += [_Need((cloud,), ()), _Need((static,), ())]
    needs["json"] += [_Need((cloud, template), ())]
    for language, rows_needs in needs.items():
        needs[language] = [
            need._replace(groups=tuple(wild if group == _ANY else group for group in need.groups))
            for need in rows_needs
        ]
    return tuple(numbers), needs


def _by_word(needs: Sequence[_Need]) -> dict[int, tuple[_Need, ...]]:
    found: dict[int, list[_Need]] = {}
    for need in needs:
        for number in need.groups[0]:
            found.setdefault(number, []).append(need)
    return {number: tuple(some) for number, some in found.items()}


def _groups(row: Row) -> Iterator[list[frozenset[str]]]:
    """Groups of expressions of which a file must match one each."""
    language = row.languages[0]
    common = [frozenset(row.gates)] if row.gates else []
    if row.omitted != "wildcard" and row.empty != "wildcard":
        common.append(_ANY_WORDS)
    if row.requires:
        common.append(frozenset(_module(language, name) for name in row.requires))
    if row.needs:
        common.append(frozenset(_called(language, name) for name in row.needs))
    names: dict[str, set[str]] = {}
    for call in (name for text in row.calls for name in expand(text)):
        before, _, last = call.rpartition(".")
        firsts = names.setdefault(last, set())
        if before:
            firsts.add(_module(language, before))
    for last, firsts in names.items():
        yield [
            frozenset({_called(language, last)}),
            *([frozenset(firsts)] if firsts else []),
            *common,
        ]
    imports = [frozenset(_module(language, name) for name in row.imports)] if row.imports else []
    for word in row.loose:
        yield [frozenset({_called(language, word)}), *imports, *common]
    for path in (name for text in row.paths for name in expand(text)):
        holder, _, last = path.rpartition(".")
        package = []
        if "/" in path:  # a field of a struct, of which package and name are known
            struct = rf"\.{holder.rpartition('.')[2]}\s*\{{"
            package = [frozenset({_module(language, path)}), frozenset({struct})]
        yield [frozenset({rf"\b{re.escape(last)}\b"}), *package, *imports, *common]


def _called(language: str, word: str) -> str:
    """An expression for a call of a function or a class."""
    if not re.fullmatch(r"\w+", word):
        return re.escape(word)
    if language == "ruby":
        return rf"\b{word}\b"
    if language == "rust":
        return rf"\b{word}(?:::<|\s*\()"
    dotted = word in {"listen", "bind"} and language in {"javascript", "python", "java", "csharp"}
    if dotted or (language == "go" and word[:1].islower()):
        return rf"\.{word}\s*\("
    if language == "python" and word[:1].isupper():
        return rf"\b{word}\s*[(),]"  # called, or what a class is derived from
    if language in {"csharp", "javascript"}:
        return rf"\b{word}\s*[({{<]"  # with types for its own, perhaps
    return rf"\b{word}\s*[({{]"


def _module(language: str, name: str) -> str:
    """An expression for what the import of a module must say."""
    name = name.partition("*")[0].rstrip(".")
    if language == "javascript":
        module = name.partition(".")[0]
        known = module[:1].islower() or module[:1] == "@"
        return rf"['\"]{re.escape(module)}['\"/.]" if known else rf"\b{module}\b"
    if language == "go":
        module = re.split(r"\.(?=[A-Z])", name)[0]
        return rf"\"{re.escape(module)}[/\"]"
    if language == "python":
        return rf"\b{re.escape(name.partition('.')[0])}\b"
    words = [word for word in re.findall(r"\w+", name) if word != "new"]
    return rf"\b{words[-1]}\b" if words else re.escape(name)
