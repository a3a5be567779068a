"""SCRAM (RFC 5802): proves a password without sending it, as PostgreSQL and MongoDB ask for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from leakhunt.verify.reasons import Unfit

MOST = 1_000_000
"""Rounds; a server that wants more is up to no good."""


class Scram:
    """One login.

    Args:
        user: as the server knows it; PostgreSQL wants none.
        password: in full.
        digest: `sha1` or `sha256`.
    """

    def __init__(self, user: str, password: bytes, digest: str) -> None:
        self._password = password
        self._digest = digest
        self._nonce = base64.b64encode(os.urandom(18)).decode()
        name = user.replace("=", "=3D").replace(",", "=2C")
        self._bare = f"n={name},r={self._nonce}"

    def __repr__(self) -> str:
        return "Scram()"

    def first(self) -> str:
        """Return the first message."""
        return f"n,,{self._bare}"

    def final(self, challenge: str) -> str:
        """Return the second message.

        Args:
            challenge: what the server answered to the first.

        Raises:
            ValueError: it is no challenge.
        """
        fields = dict(part.split("=", 1) for part in challenge.split(",") if "=" in part)
        try:
            nonce, salt, rounds = fields["r"], base64.b64decode(fields["s"]), int(fields["i"])
        except (KeyError, ValueError):
            raise Unfit("its challenge cannot be understood") from None
        if not nonce.startswith(self._nonce) or not 0 < rounds <= MOST:
            raise Unfit("its challenge is not honest")
        salted = hashlib.pbkdf2_hmac(self._digest, self._password, salt, rounds)
        client = self._mac(salted, b"Client Key")
        stored = hashlib.new(self._digest, client).digest()
        bare = f"c=biws,r={nonce}"
        signature = self._mac(stored, f"{self._bare},{challenge},{bare}".encode())
        proof = bytes(a ^ b for a, b in zip(client, signature, strict=True))
        return f"{bare},p={base64.b64encode(proof).decode()}"

    def _mac(self, key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, self._digest).digest()
