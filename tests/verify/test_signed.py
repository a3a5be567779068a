"""Signatures of tokens: each algorithm with a key of its own, and what is missing without it."""

from __future__ import annotations

import builtins
import json
from typing import Any

import pytest

from leakhunt.verify import signed, tokens

pytest.importorskip("cryptography")

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

RSA = rsa.generate_private_key(65537, 2048)
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {
    "ES256": ("P-256", ec.SECP256R1(), 32),
    "ES384": ("P-384", ec.SECP384R1(), 48),
    "ES512": ("P-521", ec.SECP521R1(), 66),
}


def number(value: int, size: int) -> str:
    return tokens.encoded(value.to_bytes(size, "big"))


def made(algorithm: str) -> tuple[str, dict[str, Any]]:
    """A token and the public key of who signed it."""
    head, claims = {"alg": algorithm}, {"sub": "ada"}
    text = ".".join(tokens.encoded(json.dumps(part).encode()) for part in (head, claims))
    proof, key = _proof(algorithm, text.encode())
    return f"{text}.{tokens.encoded(proof)}", key


def _proof(algorithm: str, text: bytes) -> tuple[bytes, dict[str, Any]]:
    if algorithm == "EdDSA":
        private = ed25519.Ed25519PrivateKey.generate()
        x = tokens.encoded(private.public_key().public_bytes_raw())
        return private.sign(text), {"kty": "OKP", "crv": "Ed25519", "x": x}
    digest = HASHES[algorithm[2:]]
    if algorithm in CURVES:
        name, curve, size = CURVES[algorithm]
        own = ec.generate_private_key(curve)
        r, s = utils.decode_dss_signature(own.sign(text, ec.ECDSA(digest)))
        point = own.public_key().public_numbers()
        key = {"kty": "EC", "crv": name, "x": number(point.x, size), "y": number(point.y, size)}
        return r.to_bytes(size, "big") + s.to_bytes(size, "big"), key
    public = RSA.public_key().public_numbers()
    key = {"kty": "RSA", "n": number(public.n, 256), "e": number(public.e, 3)}
    if algorithm[:2] == "PS":
        salt = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return RSA.sign(text, salt, digest), key
    return RSA.sign(text, padding.PKCS1v15(), digest), key


@pytest.mark.parametrize("algorithm", sorted(signed.ALGORITHMS))
def test_a_signature_is_right_for_one_text_and_one_key(algorithm: str) -> None:
    token, key = made(algorithm)
    assert key["kty"] == signed.ALGORITHMS[algorithm]
    assert signed.by(token, algorithm, key)
    head, claims, proof = token.split(".")
    assert not signed.by(f"{head}.{claims}x.{proof}", algorithm, key)
    assert not signed.by(f"{head}.{claims}.{proof[:-6]}AAAAAA", algorithm, key)
    assert not signed.by(f"{head}.{claims}.", algorithm, key)
    if key["kty"] != "RSA":
        assert not signed.by(token, algorithm, made(algorithm)[1])
    for name in set(key) - {"kty"}:
        assert not signed.by(token, algorithm, {n: v for n, v in key.items() if n != name})
        assert not signed.by(token, algorithm, {**key, name: "A"})


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *args: Any, **named: Any) -> Any:
        if name == "cryptography":
            raise ImportError
        return real(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", absent)
    assert signed.missing("RS256") == ""
    assert "leakhunt[jwt]" in signed.missing("ES256")
