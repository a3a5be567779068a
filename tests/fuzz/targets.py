"""All that is fuzzed, by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from leakhunt import patience


class Target(NamedTuple):
    """Something that takes in bytes of others."""

    module: str
    """In this folder. It has a function of the target's name; where it has one called `seeds`,
    that returns for a target's name what to start from."""
    compiled: bool = False
    """Whether it leads into extensions in C."""

    def load(self, name: str) -> Callable[[bytes], None]:
        """Return the function."""
        patience.way = patience.HERE  # where a fuzzer sees what is run, and how long it takes
        run: Callable[[bytes], None] = getattr(importlib.import_module(self._path), name)
        return run

    def seeds(self, name: str) -> list[bytes]:
        """Return what to start from."""
        found: Callable[[str], Iterable[bytes]] | None = getattr(
            importlib.import_module(self._path), "seeds", None
        )
        return list(found(name)) if found else [b"", bytes(range(64)), bytes(range(256)) * 8]

    @property
    def _path(self) -> str:
        return f"tests.fuzz.{self.module}"


NATIVE = ("delta", "layout", "trees", "forest", "order", "images", "said", "walked")
TARGETS = {name: Target("native", compiled=True) for name in NATIVE}
FILES = (
    "read_facts",
    "read_ports",
    "read_comments",
    "scanned",
    "chats",
    "unpacked",
    "strings",
    "logged",
)
TARGETS |= {name: Target("files") for name in FILES}
TOLD = (
    "configured", "signed", "ruled", "expression", "accepted", "inventory", "listed", "live",
    "credentials", "index",
)  # fmt: skip
TARGETS |= {name: Target("told") for name in TOLD}
TARGETS["shown"] = Target("shown")
