"""Options and arguments of programs by which credentials are handed over: rows of data."""

from __future__ import annotations

from typing import Any, NamedTuple

from leakhunt import derived
from leakhunt.signatures import builtin_folder


class Option(NamedTuple):
    """What an option of a program means.

    Attributes:
        name: what its value is, or how it is put together; `signatures/languages/commands.toml`
            says how.
        joined: whether the value may follow without a blank.
        apart: whether the value may be the next word.
    """

    name: str
    joined: bool
    apart: bool


def _parsed(text: str | bytes) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(str(text))


_TEXT = (builtin_folder() / "languages" / "commands.toml").read_text("utf-8")
_ROWS = derived.from_text("options", _TEXT, _parsed)

OPTIONS: dict[str, dict[str, Option]] = {}
"""Program, or program and subcommand, to its options."""
for _row in _ROWS["option"]:
    for _program in _row["programs"]:
        for _flag in _row["flags"]:
            _option = Option(_row["means"], _flag[-1] in "+?:", _flag[-1] not in "+:")
            OPTIONS.setdefault(_program, {}).setdefault(_flag.rstrip("+?"), _option)

WORDS: dict[str, tuple[tuple[str, ...], ...]] = {}
"""Program to the orders of words that it knows, without itself."""
for _line in _ROWS["words"]:
    _program, *_rest = _line.split()
    WORDS[_program] = (*WORDS.get(_program, ()), tuple(_rest))

WRAPPERS: frozenset[str] = frozenset(_ROWS["wrappers"])
"""Programs behind whose own words another program may follow."""
SHELLS: frozenset[str] = frozenset(_ROWS["shells"])
"""Programs that run a text that they are given."""
PIPED: dict[str, str] = _ROWS["piped"]
"""Program to what its standard input is, if an option or the program itself says so."""

_NAMES: frozenset[str] = frozenset({"header", "pair", "pairs", "script", "value", "user", "cookie"})
"""What an option may mean that no gate has to look for: the names in it tell, or nothing does."""
VALUES: frozenset[str] = frozenset(
    option.name for flags in OPTIONS.values() for option in flags.values()
).difference(_NAMES)
"""What an option may mean that is a secret by itself."""
PROGRAMS: frozenset[str] = frozenset(
    {
        program.partition(" ")[0]
        for program, flags in OPTIONS.items()
        if any(option.name in VALUES for option in flags.values())
    }
    | WORDS.keys()
    | PIPED.keys()
)
"""Programs to which a secret may be handed over without a name."""
