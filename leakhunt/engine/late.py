"""Expressions of the engine's own that are compiled when they are first used."""

from __future__ import annotations

from typing import AnyStr, cast

import regex

from leakhunt.lazy import Late


def pattern(text: AnyStr, flags: int = 0) -> regex.Pattern[AnyStr]:
    """Return what works like `regex.compile(text, flags)`, and compiles it when it is used."""
    return cast("regex.Pattern[AnyStr]", Late(text, int(flags), regex.compile))
