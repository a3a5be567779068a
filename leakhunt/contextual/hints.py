"""Lines that name a secret whose value stands elsewhere in the file: below, or in a column."""

from __future__ import annotations

import re

from leakhunt.contextual.gates import ELSEWHERE

_HINT = re.compile("|".join(f"(?:{said})" for said in ELSEWHERE).replace("(?i)", "").encode(), re.I)


def is_hint(line: bytes) -> bool:
    """Say whether a line names a secret that only who reads the whole file can find.

    Args:
        line: without its end.
    """
    return _HINT.search(line) is not None
