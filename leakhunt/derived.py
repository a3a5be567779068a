"""What follows from texts of our own, such as compiled expressions: made once, kept in the cache.

Making it takes longer than all else that a hook does. It is kept by the text that it follows from,
beside the state of the code that made it.
"""

from __future__ import annotations

import functools
import importlib
import marshal
import re
from typing import TYPE_CHECKING, Any, TypeVar, cast

from leakhunt import cache

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 8192
"""Things that are kept; beyond that those of this run alone."""

_Key = tuple[str, "str | bytes"]
_T = TypeVar("_T")

_fresh: dict[_Key, bytes] = {}
"""What this run made."""
_cached: bool | None = None


def through_cache(wanted: bool) -> None:
    """Say whether the cache is asked from now on; at first it is not."""
    global _cached
    _cached = wanted


def refused() -> bool:
    """Say whether this run was told to leave the cache alone."""
    return _cached is False


def from_text(kind: str, text: str | bytes, make: Callable[[str | bytes], _T]) -> _T:
    """Return what `make` makes of a text.

    Args:
        kind: what it is.
        text: one of our own or of the user's signatures, never what is scanned.
        make: makes it: something that `marshal` can write.
    """
    if not _cached:
        return make(text)
    try:
        return cast("_T", marshal.loads(_kept()[kind, text]))  # noqa: S302 (our own)
    except (KeyError, EOFError, ValueError, TypeError):
        made = make(text)
    _fresh[kind, text] = marshal.dumps(cast("Any", made))
    return made


def expression(text: str | bytes, flags: int) -> re.Pattern[Any]:
    """Return what `re.compile(text, flags)` does.

    Python first writes a program for its matcher, which takes nearly all of the time, and then
    hands it over. The program is what is kept. Where this Python works in another way, everything
    is compiled as usual.

    Args:
        text: an expression of our own.
        flags: those of `re`.
    """
    if not _cached:
        return re.compile(text, flags)
    try:
        program = from_text(f"re {flags}", text, functools.partial(_program, flags=flags))
        made: re.Pattern[Any] = importlib.import_module("_sre").compile(text, *program)
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError):
        return re.compile(text, flags)
    return made


def taken() -> dict[tuple[str, str | bytes], bytes]:
    """Return what this process made since this was last asked, for another one to keep."""
    made = _fresh.copy()
    _fresh.clear()
    return made


def take(made: dict[tuple[str, str | bytes], bytes]) -> None:
    """Keep, with what this process made, what one has that was started by it.

    Args:
        made: see :func:`taken`; nothing of it if the cache is not asked.
    """
    if _cached:
        _fresh.update(made)


def keep() -> None:
    """Write what this run made into the cache, beside what is there."""
    if not _fresh:
        return
    _kept.cache_clear()  # another process may have added to it
    known = _kept() | _fresh
    cache.write(_name(), marshal.dumps(known if len(known) <= _MOST else _fresh))
    _kept.cache_clear()
    _fresh.clear()


def _program(text: str | bytes, *, flags: int) -> tuple[object, ...]:
    """Return what the matcher is handed beside the text, as `re` itself makes it."""
    parsed = importlib.import_module("re._parser").parse(text, flags)
    code = importlib.import_module("re._compiler")._code(parsed, flags)
    state = parsed.state
    names: list[str | None] = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    # Marshal takes no kinds of numbers but numbers.
    return (
        *(int(flags | state.flags), [*map(int, code)], state.groups - 1),
        *(dict(state.groupdict), tuple(names)),
    )


def _name() -> str:
    return cache.key("derived", cache.code_stamp())


@functools.cache
def _kept() -> dict[_Key, bytes]:
    data = cache.read(_name())
    try:
        return cast("dict[_Key, bytes]", marshal.loads(data)) if data else {}  # noqa: S302
    except (EOFError, ValueError, TypeError):
        return {}
