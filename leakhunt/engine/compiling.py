"""Compiles the database of the first pass."""

from __future__ import annotations

import marshal
import re
from typing import TYPE_CHECKING

from leakhunt.catalogue import gates_digest
from leakhunt.engine.decode import gates as encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import hyperscan

    from leakhunt.engine.prefilter import Gates
    from leakhunt.model import Signature

LOOKAROUND = r"\(\?(?:[=!]|<[=!]|>)|[*+?}]\+|\\[1-9]"
"""What hyperscan only approximates."""


def build(signatures: Sequence[Signature]) -> tuple[str, bytes]:
    """Compile what a package is shipped with: for where the extensions were built.

    Args:
        signatures: those that come with leakhunt.

    Returns:
        What changes when their gates do, and the database as it is kept.
    """
    from leakhunt.engine.prefilter import Gates

    gates = Gates(signatures)
    expressions = gates.expressions + encoded.expressions(compiled=True)
    made = database(expressions, looked_for(gates, len(expressions)))
    return state(signatures, compiled=True), dumped(gates, made)


def state(signatures: Sequence[Signature], *, compiled: bool) -> str:
    """Return what changes when the database does.

    Args:
        signatures: those that it is for.
        compiled: whether the extension is in use that looks for base64 and digits.
    """
    return f"{gates_digest(signatures)} {compiled}"


def dumped(gates: Gates, compiled: hyperscan.Database) -> bytes:
    """Return what is kept of a database.

    Args:
        gates: whose it is.
        compiled: it.
    """
    import hyperscan

    return marshal.dumps((gates.opens, gates.whole, hyperscan.dumpb(compiled)))


def looked_for(gates: Gates, count: int) -> list[int]:
    """Return the numbers of the expressions that hyperscan looks for.

    Args:
        gates: of all.
        count: of all expressions.
    """
    left_out = {number for number, _ in gates.whole}
    return [number for number in range(count) if number not in left_out]


def database(expressions: Sequence[str], ids: Sequence[int]) -> hyperscan.Database:
    """Compile some expressions.

    Args:
        expressions: all.
        ids: the numbers of those that are compiled.

    Raises:
        hyperscan.HyperscanError: one is refused, or all together.
    """
    import hyperscan

    made = hyperscan.Database()
    made.compile(
        expressions=[expressions[number].encode() for number in ids],
        ids=ids,
        flags=[flags(expressions[number]) for number in ids],
    )
    return made


def flags(expression: str) -> int:
    """Return how an expression is compiled.

    Args:
        expression: a gate.
    """
    import hyperscan

    # An anchor that holds at every line finds more than one at the ends; confirm decides.
    some = hyperscan.HS_FLAG_MULTILINE
    if re.search(LOOKAROUND, expression):
        some |= hyperscan.HS_FLAG_PREFILTER
    return some
