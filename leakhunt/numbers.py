"""Numbers that texts write: whatever a text holds, asking for its number does not fail."""

from __future__ import annotations

LONGEST = 18
"""Digits; what has more is no port, no count and no time."""


def whole(text: str | None) -> int | None:
    """Return the number that a text writes in decimal digits, or None if it writes none.

    `str.isdigit` is true of `²` and `①`, which `int` does not read, nor thousands of digits.

    Args:
        text: perhaps a number; spaces and signs make it none.
    """
    if not text or len(text) > LONGEST or not (text.isascii() and text.isdecimal()):
        return None
    return int(text)


def port(text: str | None) -> int | None:
    """Return the port that a text writes, 0 to 65535, or None if it writes none."""
    number = whole(text)
    return number if number is not None and number < 1 << 16 else None
