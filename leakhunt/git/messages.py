"""What people wrote into commits and tags, taken out of the raw objects."""

from __future__ import annotations

from typing import NamedTuple

_IDENTITIES = (b"author ", b"committer ", b"tagger ", b"tag ")


class Prose(NamedTuple):
    """The parts of a commit or tag that a person wrote."""

    message: bytes
    identity: bytes
    """The author, committer or tagger lines."""


def prose(raw: bytes) -> Prose:
    """Split a raw commit or tag object.

    Hashes and signatures in the header are nobody's secret and are left out.
    Source: the object formats in git's Documentation/user-manual.txt and gitformat-signature.
    """
    header, _, message = raw.partition(b"\n\n")
    identity = [line for line in header.split(b"\n") if line.startswith(_IDENTITIES)]
    return Prose(message, b"\n".join(identity))
