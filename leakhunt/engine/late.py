"""Expressions of `regex`: those of the engine's own are compiled when they are first used."""

from __future__ import annotations

import copyreg
import functools
import importlib
from typing import Any, AnyStr, cast

import regex

from leakhunt import derived
from leakhunt.lazy import Late

_REFUSED = (LookupError, ImportError, AttributeError, TypeError, ValueError, RuntimeError)


def pattern(text: AnyStr, flags: int = 0) -> regex.Pattern[AnyStr]:
    """Return what works like `regex.compile(text, flags)`, and compiles it when it is used."""
    return cast("regex.Pattern[AnyStr]", Late(text, int(flags), compiled))


def compiled(text: AnyStr, flags: int = 0) -> regex.Pattern[AnyStr]:
    """Return what `regex.compile(text, flags)` does, from the cache if it is there.

    What `regex` hands to its matcher is kept: that which it hands to `pickle`, too. Where it does
    so in another way, everything is compiled as usual.

    Args:
        text: the expression, of our own or of a signature.
        flags: those of `regex`.

    Raises:
        regex.error: it is none.
    """
    try:
        program = derived.from_text(
            f"regex {regex.__version__} {flags}", text, functools.partial(_program, flags=flags)
        )
        made = importlib.import_module("regex._regex").compile(*program)
    except (*_REFUSED, regex.error):
        made = regex.compile(text, flags)
    return cast("regex.Pattern[AnyStr]", made)


def _program(text: Any, *, flags: int) -> tuple[Any, ...]:
    """Return what the matcher is made from."""
    made = regex.compile(text, flags)
    reduced = cast("tuple[Any, ...]", copyreg.dispatch_table[regex.Pattern](made))
    return cast("tuple[Any, ...]", reduced[1])
