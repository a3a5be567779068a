"""Values that stand below a name which says that all below it is encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.records import replaced

if TYPE_CHECKING:
    from leakhunt.facts.model import Assignment, Facts

_MAY = lazy.pattern(rb"ncrypted|ealed")
_SEALING = {"encrypted", "encrypteddata", "encryptedsecrets", "encryptedvalues", "sealed"}
"""Such names without what joins their words: of Renovate, of SealedSecrets of Kubernetes."""
_SEALED = lazy.pattern(r"[\w+/-]{32,}={0,2}")
"""As base64 writes it: a password that was left readable there is none."""


def sealed(read: Facts, content: bytes) -> Facts:
    """Return the facts of a file with such values as `encrypted`.

    Args:
        read: what was read.
        content: of the file.
    """
    if not _MAY.search(content):
        return read
    found = tuple(_closed(fact) if _is_sealed(fact) else fact for fact in read.assignments)
    return replaced(read, assignments=found)


def _is_sealed(fact: Assignment) -> bool:
    if fact.value.kind != "literal" or not _SEALED.fullmatch(fact.value.text or ""):
        return False
    return any(_plain(name) in _SEALING for name in fact.path[:-1])


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _closed(fact: Assignment) -> Assignment:
    return replaced(fact, value=replaced(fact.value, kind="encrypted", text=None))
