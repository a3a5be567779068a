"""Rule files for tests, and what is found with them."""

from __future__ import annotations

from leakhunt.engine.scan import Engine, Settings
from leakhunt.model import Blob, Note, Signature
from leakhunt.rules.files import load


def rule(regex: str = "key=([a-z0-9]{8})", id: str = "acme", **more: str) -> str:
    """A rule; further keys as TOML."""
    keys = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f"[[rules]]\nid = \"{id}\"\nregex = '''{regex}'''\n{keys}\n"


def loaded(text: str, name: str = "r.toml") -> tuple[dict[str, Signature], tuple[Note, ...]]:
    """The signatures of a file by id, and the notes."""
    signatures, notes = load({name: text})
    return {signature.id: signature for signature in signatures}, notes


def found(text: str, content: str | bytes, path: str = "") -> list[str]:
    """The secrets that a rule file finds in a text, in their order."""
    signatures, notes = load({"r.toml": text})
    assert [note.message for note in notes] == []
    engine = Engine(Settings(signatures, use_cache=False))
    data = content.encode() if isinstance(content, str) else content
    scan = engine.scan(Blob("x", path=path), data)
    assert scan.problems == []
    return [match.secret.reveal().decode("utf-8", "replace") for match in scan.matches]
