"""Regular expressions that are compiled when they are first used.

Compiling takes as long as a hook takes to look at a small file, and most of what a module
declares is not needed in a run. `match.re` is the compiled one, and not what stands for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

_OWN = (
    *("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn"),
    *("flags", "groups", "groupindex"),
)


class Late:
    """What stands for a compiled expression, and becomes as good as one.

    Args:
        text: the expression.
        flags: those of its library.
        make: compiles it.
    """

    def __init__(self, text: str | bytes, flags: int, make: Callable[..., Any]) -> None:
        self.pattern = text
        self._flags = flags
        self._make = make

    def __getattr__(self, name: str) -> Any:
        """Compile it: from now on its methods are found without coming here."""
        if name not in _OWN:
            raise AttributeError(name)
        compiled = self._make(self.pattern, self._flags)
        self.__dict__.update((one, getattr(compiled, one)) for one in _OWN)
        return self.__dict__[name]

    def __reduce__(self) -> tuple[Any, ...]:
        return Late, (self.pattern, self._flags, self._make)


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what works like `re.compile(text, flags)`, and compiles it when it is used.

    Args:
        text: the expression.
        flags: those of `re`.
    """
    return cast("re.Pattern[AnyStr]", Late(text, int(flags), _compiled))


def _compiled(text: str | bytes, flags: int) -> re.Pattern[Any]:
    from leakhunt.derived import expression

    return expression(text, flags)
