"""The last value of JSON that is cut off, as far as it goes."""

from __future__ import annotations

import json
import re
from typing import Any

from leakhunt import lazy

LONGEST = 4 * 1024 * 1024
"""Code points of a value; of a longer one only what is before it is read."""
_TRIES = 16
"""The last strings and brackets behind which it may be closed: behind a key it may not."""
_TOKEN = lazy.pattern(r'"(?:[^"\\]++|\\.)*+(?:(?P<ended>")|\\?\Z)|[\[\]{}]', re.DOTALL)
"""A string, of which the last may lack its end, or a bracket."""
_ESCAPE = lazy.pattern(r"(?<!\\)(?P<whole>(?:\\\\)*+)\\(?:u[0-9a-fA-F]{0,3})?\Z")
"""An escape that is cut in the middle, behind whole ones."""
_decode = json.JSONDecoder(strict=False).decode


def mended(text: str, start: int) -> Any:
    """Return what a value says that the end of the text cuts off, or None.

    Args:
        text: JSON.
        start: where the value starts.
    """
    if len(text) - start > LONGEST:
        return None
    closing: list[str] = []
    ends: list[tuple[int, str]] = []
    left = sum(1 for _ in _TOKEN.finditer(text, start))
    for found in _TOKEN.finditer(text, start):
        at, first = found.end(), text[found.start()]
        if first == '"' and not found["ended"]:
            whole = _ESCAPE.sub(r"\g<whole>", text[start:])
            ends += ((start + len(whole), '"' + rest) for _, rest in ends[-1:])
            break
        if first in "[{":
            closing.append("]" if first == "[" else "}")
        elif first in "]}" and (not closing or closing.pop() != first):
            return None
        if left <= _TRIES:
            ends.append((at, "".join(reversed(closing))))
        left -= 1
    for end, rest in reversed(ends):
        try:
            return _decode(text[start:end] + rest)
        except (ValueError, RecursionError):
            continue
    return None
