"""Signatures of the user, that nobody has vetted: what they ask for must exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.errors import SignatureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.model import Signature


def unknown_checks(chosen: Sequence[Signature]) -> Iterator[SignatureError]:
    """Yield a fault for each checksum or structure that does not exist."""
    from leakhunt.engine.checksums import CHECKSUMS
    from leakhunt.engine.structures import STRUCTURES

    for signature in chosen:
        for kind, name, known in (
            ("checksum", signature.checksum, CHECKSUMS),
            ("structure", signature.structure, STRUCTURES),
        ):
            if name and name not in known:
                yield SignatureError(
                    f"{signature.source}: there is no {kind} '{name}'",
                    f"known: {', '.join(sorted(known))}",
                )
