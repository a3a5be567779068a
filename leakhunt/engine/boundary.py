r"""Where a value may start: also right after an escape, whose last letter is no part of a word.

In `"first\nghp_…"` the token follows the letter `n`, in `token%3Dghp_…` the letter `D`, after a
colour `m`: there is no `\b`, and yet no longer word either. So a `\b` or a negative look-behind
with which an expression begins holds there as well.
"""

from __future__ import annotations

from leakhunt import lazy

_ESCAPES = (
    r"\\[abefnrtv]",
    r"\\[0-7]{3}",
    r"\\x[0-9A-Fa-f]{2}",
    r"\\u[0-9A-Fa-f]{4}",
    r"%[0-9A-Fa-f]{2}",
    r"=3D",
    r"\[[0-9;]{1,8}m",
)
ESCAPE = f"(?:{'|'.join(_ESCAPES)})"
"""A line break, a URL's `%3D`, a mail's `=3D` or a terminal's colour."""
_START = lazy.pattern(
    r"(?P<before>(?:\(\?[aimsux]+\))?(?:\((?:\?(?:[aimsux]*:|P<\w+>))?)*)"
    r"(?P<condition>\\b|\(\?<!(?:\[(?:\\.|[^\]\\])+\]|\\\w)\))"
)


def after_escape(expression: str) -> str:
    """Let the condition with which an expression starts hold after an escape, too."""
    return _replaced(expression, f"(?:{{condition}}|(?<={ESCAPE}))")


def after_escape_gate(expression: str) -> str:
    """The same for the first pass, which drops look-behind and needs no start of a match."""
    return _replaced(expression, f"(?:{{condition}}|{ESCAPE})", only=r"\b")


def without_condition(expression: str) -> str | None:
    """Return the expression without the condition with which it starts; None if it has none."""
    changed = _replaced(expression, "")
    return None if changed == expression else changed


def _replaced(expression: str, instead: str, only: str = "") -> str:
    found = _START.match(expression)
    if found is None or (only and found["condition"] != only):
        return expression
    start = found["before"] + instead.replace("{condition}", found["condition"])
    return start + expression[found.end() :]
