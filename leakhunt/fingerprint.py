"""Names for findings that are the same in every run and give nothing away."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakhunt.model import Secret

_KEY = b"leakhunt fingerprint 1"
_ROUNDS = 1_000
_SHORT = 20


def fingerprint(signature: str, secret: Secret) -> str:
    """Return 32 hexadecimal digits for a secret under a signature.

    Fingerprints end up in reports and baselines, where nobody should be able to try passwords
    against them: secrets short enough to be guessed go through PBKDF2 (about 0.3 ms, for a report
    can hold many), long ones through one keyed BLAKE2b.
    """
    value = secret.reveal()
    if len(value) < _SHORT:
        value = hashlib.pbkdf2_hmac("sha256", value, _KEY + signature.encode(), _ROUNDS)
    digest = hashlib.blake2b(value, key=_KEY, digest_size=16)
    digest.update(b"\0" + signature.encode())
    return digest.hexdigest()
