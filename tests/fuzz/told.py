"""Files that say how to scan, or what was found before: in a hostile target, hostile too.

What is wrong with them is said with an error of ours, in a sentence; nothing else is raised.
"""

from __future__ import annotations

import contextlib
import functools
import json
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from leakhunt import config, signatures
from leakhunt.errors import LeakhuntError
from leakhunt.exposure.inventory import reading, state
from leakhunt.exposure.live import containers, kernel, statistics, translation
from leakhunt.exposure.live.programs import NotAskedError
from leakhunt.fleet import listing
from leakhunt.git.packs.table import OddPack, Pack
from leakhunt.git.packs.tree import walk
from leakhunt.rules import files as rules
from leakhunt.rules import syntax
from leakhunt.suppress import baseline, foreign
from leakhunt.verify import addresses, der, tokens

_SIGNATURE = """[[signature]]
id = "acme-key"
title = "A"
severity = "high"
confidence = "high"
pattern = '''\\b(?P<secret>ak_[0-9a-f]{8})\\b'''
examples = ["ak_0123abcd"]
counterexamples = ["ak_"]
remediation = "Replace it."
references = ["https://acme.example"]
"""
_RULES = """title = "x"
[[rules]]
id = "a-b"
description = "d"
regex = '''(?i)key[-_]?([a-z0-9]{20})'''
entropy = 3.5
secretGroup = 1
keywords = ["key"]
[[rules.allowlists]]
regexes = ['''^x''']
paths = ['''a/.*''']
"""
_CONFIG = """exclude = ["a/**"]
min-severity = "low"
[verify]
allow = ["10.0.0.0/8"]
[[allow]]
signature = "a-*"
reason = "x"
"""
_PORTS = """[[port]]
service = "web"
port = 80
protocol = "tcp"
intent = "public"
"""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _only(call: Callable[[], object], *errors: type[Exception]) -> None:
    with contextlib.suppress(LeakhuntError, *errors):
        call()


def configured(data: bytes) -> None:
    """`leakhunt.toml` of a target."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "leakhunt.toml")
        place.write_bytes(data)
        _only(lambda: config.load(None, folder))


def signed(data: bytes) -> None:
    """Signature files."""
    _only(lambda: signatures.load({"a.toml": _text(data)}))


def ruled(data: bytes) -> None:
    """Rule files of gitleaks and betterleaks."""
    _only(lambda: rules.load({"a.toml": _text(data)}))


def expression(data: bytes) -> None:
    """Expressions in the dialect of Go."""
    _only(lambda: syntax.parse(_text(data)), syntax.ExpressionError)


def accepted(data: bytes) -> None:
    """Baselines: our own, and those of other tools."""
    text = _text(data)
    _only(lambda: baseline.read(text), baseline.Malformed)
    _only(lambda: foreign.read("theirs", text), baseline.Malformed)


def inventory(data: bytes) -> None:
    """The inventory of ports, and ports that were saved."""
    text = _text(data)
    _only(lambda: reading.read("ports.toml", text))
    _only(lambda: state.load("ports.json", text))


def listed(data: bytes) -> None:
    """Lists of repositories."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "list")
        place.write_bytes(data)
        _only(lambda: listing.entries([], [str(place)]))


def live(data: bytes) -> None:
    """What the kernel and programs of the system say about sockets."""
    text = _text(data)
    kernel.parse_table(text, "tcp")
    kernel.parse_unix(text)
    statistics.parse_statistics(text)
    translation.parse_iptables(text)
    for parse in (translation.parse_nftables, containers.parse_docker, containers.parse_podman):
        _only(functools.partial(parse, text), NotAskedError)


def credentials(data: bytes) -> None:
    """What is looked at of a credential before anybody is asked: tokens, keys, certificates."""
    text = _text(data)
    addresses.parsed(text)
    tokens.parts(text)
    for call in (der.items, der.certificate):
        _only(functools.partial(call, data), ValueError)
    _only(lambda: der.rsa(text), ValueError)


def index(data: bytes) -> None:
    """A pack and its index, as files: bytes of either are changed."""
    pack, table = map(bytearray, _packed())
    for at in range(0, min(len(data), 60) - 3, 4):
        target = (pack, table)[data[at] & 1]
        place = int.from_bytes(data[at + 1 : at + 3], "big") % len(target)
        if data[at] & 2:
            del target[place:]
            target += bytes(4)
        target[place] = data[at + 3]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "a.pack")
        place.write_bytes(pack)
        place.with_suffix(".idx").write_bytes(table)
        with contextlib.suppress(OddPack):
            opened = Pack(place, 20)
            for root in opened.ranks():
                list(walk(opened, root))


def _packed() -> tuple[bytes, bytes]:
    if not _PACKED:
        from tests.git.repo import Repo

        with tempfile.TemporaryDirectory() as folder:
            repo = Repo.init(Path(folder, "r"))
            for number in range(6):
                text = "".join(f"line {at} {number * (at % 3)}\n" for at in range(60))
                repo.write("a/b.txt", text)
                repo.commit(f"message {number}")
            repo.git("repack", "-adfq", "--depth=50")
            (found,) = Path(folder).rglob("*.pack")
            _PACKED.append((found.read_bytes(), found.with_suffix(".idx").read_bytes()))
    return _PACKED[0]


_PACKED: list[tuple[bytes, bytes]] = []
_SAVED = {
    "schema": 1,
    "kind": "ports",
    "services": [
        {"name": "a", "port": 80, "protocol": "tcp", "reach": "any", "opened_by": [{"path": "x"}]}
    ],
    "sockets": [{"port": 1, "protocol": "tcp", "width": "any", "address": "0.0.0.0"}],
}
_THEIRS = {"results": {"a.py": [{"type": "x", "hashed_secret": "0" * 40, "line_number": 3}]}}
_SEEDS: dict[str, tuple[str, ...]] = {
    "configured": (_CONFIG,),
    "signed": (_SIGNATURE,),
    "ruled": (_RULES, _RULES.replace("[[rules]]", "[extend]\npath = 'x'\n[[rules]]")),
    "expression": ("(?i)a{2,3}[^b-d\\x{41}]+?(?P<n>\\pL|[[:alpha:]])\\b$", "(?:x|y)*"),
    "accepted": (
        "# leakhunt baseline, salt " + "0" * 32 + "\n" + "a" * 32 + " x-y a/b.py # c\n",
        json.dumps([{"File": "a", "Secret": "x", "StartLine": 3, "Commit": ""}]),
        json.dumps(_THEIRS),
        json.dumps({"leakhunt": "triage", "marks": [{"fingerprint": "x", "mark": "accepted"}]}),
        "a/b.py:aws:3\n",
    ),
    "inventory": (_PORTS, json.dumps(_SAVED)),
    "listed": ("a\nhttps://a.example/b.git # c\ngit@host:x/y.git\next::sh\n-x\n",),
    "live": (
        "  sl\n   0: 0100007F:0CEA 00000000:0000 0A 0:0 0:0 0 0 0 123 1\n",
        'tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("x",pid=1,fd=3))\n',
        "-A DOCKER ! -i br -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80\n",
        '{"nftables": [{"rule": {"expr": [{"dnat": {"port": 80}}]}}]}',
        '[{"NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "80"}]}}}]',
    ),
    "credentials": ("eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjF9.eA", "10.0.0.1", "0\x03\x02\x01\x01"),
    "index": ("\0\0\0\0", "\1\0\7\3"),
}


def seeds(name: str) -> Iterable[bytes]:
    """Return what to start from."""
    return [text.encode() for text in _SEEDS[name]]


def _proved() -> None:
    """Fail at once should a seed not even be TOML."""
    for text in (_SIGNATURE, _RULES, _CONFIG, _PORTS):
        tomllib.loads(text)


_proved()
