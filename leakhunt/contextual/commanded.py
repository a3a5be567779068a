"""What a command signs in with, or makes a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.contextual.candidates import Candidate

_REACH = 480
"""Bytes of a command line before a value, at most."""
WORDS = {b"password", b"pass", b"passwd", b"pwd", b"secret"}
"""What stands in for a password where one is shown."""
_CHANGES = (("passwd",), ("smbpasswd",), ("chpasswd",))
"""Programs that make what they are handed the password of an account."""
_SIGNED_IN = lazy.pattern(
    rb"[ \t](?:-u|-U|--user(?:name)?)[ =]?[\"']?[A-Za-z][\w.@-]{1,40}[\"']?[ \t][^\n|;&]*\Z"
)
"""A command line that names who signs in."""


def is_typed(candidate: Candidate, data: bytes, form: str) -> bool:
    """Say whether a command signs somebody in with it who is named: mysqldump -u root -p...

    Args:
        candidate: the value.
        data: the text of its file.
        form: how the file holds it, see `judge.level`.
    """
    start = candidate.start
    if form != "option" or candidate.kind != "command":
        return False
    first = data.rfind(b"\n", max(0, start - _REACH), start) + 1
    own = data[start : candidate.end].lower() in WORDS
    return not own and _SIGNED_IN.search(data, first, start) is not None


def is_changed(path: Sequence[str], value: bytes) -> bool:
    """Say whether a program makes it the password of an account: `... | passwd root`.

    Args:
        path: the program, its option, and what the value is.
        value: a text.
    """
    return path[:1] in _CHANGES and value.lower() not in WORDS
