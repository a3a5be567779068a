"""Lines that say no more than that a secret may stand somewhere in their file."""

from __future__ import annotations

from leakhunt.contextual import told
from leakhunt.contextual.candidates import Candidate
from leakhunt.contextual.covering import CODE
from leakhunt.contextual.held import holds
from leakhunt.contextual.hints import is_hint
from leakhunt.contextual.implied import hands_on
from leakhunt.contextual.placed import takes
from leakhunt.contextual.places import MESSAGE, kinds
from leakhunt.contextual.returned import gives
from leakhunt.facts.languages import language_of

_SETTINGS = {"env", "properties", "ini", "yaml", "toml", "hcl", "dockerfile", "json", "xml", "bash"}
_SHORT = 20_000
"""Bytes of a file of settings that is read because of any line."""
_VARIABLES = 200_000
"""The same of Terraform, where defaults stand below the name of their variable."""


def hint(sign: str, start: int = 0, end: int = 0) -> Candidate:
    """Return what stands for a line of which only the file around it can tell, or only its code.

    Args:
        sign: empty, or `code`.
        start: of the line.
        end: of the line.
    """
    return Candidate(start, end, -1, 0, 0, "hint", sign)


def _is_settings(path: str, data: bytes) -> bool:
    """Say whether a file is short, and only its reader knows what a line of it means."""
    if len(data) > _VARIABLES or path == MESSAGE:
        return False
    language = language_of(path, data)
    short = len(data) <= _SHORT or language == "hcl"
    return short and language in _SETTINGS and "made" not in kinds(path)


def hints_of(line: bytes, data: bytes, path: str, start: int) -> tuple[str, ...]:
    """Return what a line says of its file: signs of hints.

    Args:
        line: without its end.
        data: the text of the file.
        path: of the file.
        start: where the line starts.
    """
    if holds(line):
        return "", "code"
    given = ("code",) if gives(line, data, start) else ()
    if is_hint(line):
        return ("", *given)
    if given or hands_on(line, data) or takes(line, data):
        return ("code",)
    return ("",) if _is_settings(path, data) else ()


def is_enough(path: str, data: bytes, signs: tuple[str, ...]) -> bool:
    """Say whether a file is read because of signs alone, so that no other line need be asked.

    In prose it counts where they stand.

    Args:
        path: of the file.
        data: its text.
        signs: of its hints.
    """
    if not signs or path == MESSAGE or told.is_prose(path.rpartition("/")[2]):
        return False
    return ("code" if language_of(path, data) in CODE else "") in signs
