"""Parts of the expressions that several modules put together."""

from __future__ import annotations

NAMED = (
    r"(?:passw|passphr|passcode|pwd|secret|token|credential|"
    r"(?:api|access|auth|private|sign(?:ing)?|encryption)[_-]?key)"
)
"""What most names of secrets have in them; without regard to case."""
TEXT = r"@?[\"'][^\s\"']{4}"
VALUE = r"@?(?P<q>[\"'])(?P<secret>(?:(?!(?P=q))[^\n\\]|\\.){3,300})(?P=q)"
