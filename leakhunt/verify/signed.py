"""Signatures of JSON Web Tokens, held against the public keys of an issuer (JWK)."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from leakhunt.verify import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHMS = {
    "RS256": "RSA",
    "RS384": "RSA",
    "RS512": "RSA",
    "PS256": "RSA",
    "PS384": "RSA",
    "PS512": "RSA",
    "ES256": "EC",
    "ES384": "EC",
    "ES512": "EC",
    "EdDSA": "OKP",
}
"""From the name of an algorithm to the kind of key that it takes."""
_PREFIXES = {
    "RS256": "3031300d060960864801650304020105000420",
    "RS384": "3041300d060960864801650304020205000430",
    "RS512": "3051300d060960864801650304020305000440",
}
_CURVES = {"P-256": ("SECP256R1", 32), "P-384": ("SECP384R1", 48), "P-521": ("SECP521R1", 66)}
_CURVE_OF = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


def missing(algorithm: str) -> str:
    """Return what has to be installed for an algorithm, as a sentence; or nothing."""
    if algorithm in _PREFIXES:
        return ""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        return f"{algorithm} takes cryptography: pip install 'leakhunt[jwt]'"
    return ""


def by(token: str, algorithm: str, key: Mapping[str, Any]) -> bool:
    """Say whether a key signed a token.

    Args:
        token: three parts, joined by dots.
        algorithm: one of `ALGORITHMS`, for which nothing is `missing`.
        key: a public key as JWK.
    """
    text, _, signature = token.rpartition(".")
    try:
        proof = tokens.decoded(signature)
        if algorithm in _PREFIXES:
            return _rsa(text.encode(), proof, algorithm, key)
        return _others(text.encode(), proof, algorithm, key)
    except (KeyError, ValueError, TypeError):
        return False


def _number(key: Mapping[str, Any], name: str) -> int:
    return int.from_bytes(tokens.decoded(str(key[name])), "big")


def _rsa(text: bytes, proof: bytes, algorithm: str, key: Mapping[str, Any]) -> bool:
    """Check a signature after PKCS #1 v1.5."""
    modulus, exponent = _number(key, "n"), _number(key, "e")
    size = (modulus.bit_length() + 7) // 8
    if not 128 <= size <= 1024 or len(proof) != size or exponent > 1 << 32:
        return False
    hashed = hashlib.new(f"sha{algorithm[2:]}", text).digest()
    digest = bytes.fromhex(_PREFIXES[algorithm]) + hashed
    padded = b"\0\x01" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
    opened = pow(int.from_bytes(proof, "big"), exponent, modulus).to_bytes(size, "big")
    return hmac.compare_digest(opened, padded)


def _others(text: bytes, proof: bytes, algorithm: str, key: Mapping[str, Any]) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

    digest: hashes.HashAlgorithm = {
        "256": hashes.SHA256(),
        "384": hashes.SHA384(),
        "512": hashes.SHA512(),
    }.get(algorithm[2:], hashes.SHA512())
    try:
        if algorithm == "EdDSA":
            if key["crv"] != "Ed25519":
                return False
            public = ed25519.Ed25519PublicKey.from_public_bytes(tokens.decoded(str(key["x"])))
            public.verify(proof, text)
        elif algorithm in _CURVE_OF:
            name, size = _CURVES[_CURVE_OF[algorithm]]
            if key["crv"] != _CURVE_OF[algorithm] or len(proof) != 2 * size:
                return False
            halves = (int.from_bytes(proof[at : at + size], "big") for at in (0, size))
            point = ec.EllipticCurvePublicNumbers(
                _number(key, "x"), _number(key, "y"), getattr(ec, name)()
            )
            der = utils.encode_dss_signature(*halves)
            point.public_key().verify(der, text, ec.ECDSA(digest))
        else:
            numbers = rsa.RSAPublicNumbers(_number(key, "e"), _number(key, "n"))
            salt = padding.PSS(padding.MGF1(digest), digest.digest_size)
            numbers.public_key().verify(proof, text, salt, digest)
    except InvalidSignature:
        return False
    return True
