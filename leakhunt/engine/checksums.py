"""Checksums that providers build into their tokens, so that a typo or a made-up token shows.

Each function takes the whole secret and says whether its checksum holds.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62(number: int, width: int) -> bytes:
    """Write a number in base 62 (digits, upper case, lower case), padded with zeros."""
    digits = bytearray()
    while number:
        number, rest = divmod(number, 62)
        digits.append(_BASE62[rest])
    return bytes(reversed(digits)).rjust(width, b"0")


def github(secret: bytes) -> bool:
    """Check the six last characters: CRC-32 of the part after the prefix, in base 62.

    Source: https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
    (npm's tokens are made the same way.)
    """
    body = secret.split(b"_", 1)[-1]
    return base62(zlib.crc32(body[:-6]), 6) == body[-6:]


def atlassian(secret: bytes) -> bool:
    """Check the eight last characters: CRC-32 of all before them, in upper-case hexadecimal.

    The `=` in front of them counts, also where a URL has it as `%3D`. Seen in the revoked token
    that Google publishes in osv-scalibr (veles/secrets/gitbasicauth/bitbucket).
    """
    plain = secret.replace(b"%3D", b"=").replace(b"%3d", b"=")
    return f"{zlib.crc32(plain[:-8]):08X}".encode() == plain[-8:]


def gitlab_routable(secret: bytes) -> bool:
    """Check the seven last characters: CRC-32 of all before them, prefix too, in base 36.

    Source: GitLab, lib/authn/token_field/generator/routable_token.rb
    """
    try:
        return int(secret[-7:], 36) == zlib.crc32(secret[:-7])
    except ValueError:
        return False


def grafana(secret: bytes) -> bool:
    """Check the eight last characters: CRC-32 of all before the last `_`, in hex, low byte first.

    Source: https://github.com/grafana/grafana, pkg/components/satokengen; its test vector holds.
    """
    body, _, checksum = secret.rpartition(b"_")
    return zlib.crc32(body).to_bytes(4, "little").hex().encode() == checksum


_BECH32 = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(secret: bytes) -> bool:
    """Check the six last characters: the BCH code of BIP-173 over prefix and data.

    Source: https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki; age and Nostr (NIP-19)
    encode their keys so.
    """
    prefix, _, data = secret.lower().rpartition(b"1")
    values = [c >> 5 for c in prefix] + [0] + [c & 31 for c in prefix]
    values += [_BECH32.find(c) for c in data]
    if not prefix or len(data) < 6 or min(values) < 0:
        return False
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    return check == 1


def matrix_synapse(secret: bytes) -> bool:
    """Check what follows the last `_`: CRC-32 of all before it, in base 62.

    Source: Synapse, `AuthHandler.generate_access_token` and `_verify_refresh_token`.
    """
    body, _, check = secret.rpartition(b"_")
    return base62(zlib.crc32(body), 6) == check


def matrix_mas(secret: bytes) -> bool:
    """Check what follows the last `_`: CRC-32 of all before it, in base 62, lowest digit first.

    Source: matrix-authentication-service, crates/data-model/src/tokens.rs
    """
    body, _, check = secret.rpartition(b"_")
    digits = base62(zlib.crc32(body), 0)[::-1]
    return digits.rjust(6, b"0") == check


def polar(secret: bytes) -> bool:
    """Check the six last characters: CRC-32 of what follows the last `_`, in base 62.

    Source: polarsource/polar, server/polar/kit/crypto.py
    """
    body = secret.rpartition(b"_")[2]
    return base62(zlib.crc32(body[:-6]), 6) == body[-6:]


_BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58check(secret: bytes) -> bool:
    """Check the four last bytes: the start of the double SHA-256 of the others.

    Source: https://en.bitcoin.it/wiki/Base58Check_encoding; BIP-32 has test vectors. Only for
    values whose first byte is not zero, as in private keys.
    """
    number = 0
    for letter in secret:
        digit = _BASE58.find(letter)
        if digit < 0:
            return False
        number = number * 58 + digit
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    digest = hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()
    return len(data) > 4 and digest[:4] == data[-4:]


def nkey(secret: bytes) -> bool:
    """Check the two last bytes of what is written in base 32: CRC-16 of the others, low byte first.

    Source: https://github.com/nats-io/nkeys, crc16.go and strkey.go
    """
    try:
        data = base64.b32decode(secret + b"=" * (-len(secret) % 8))
    except binascii.Error:
        return False
    return binascii.crc_hqx(data[:-2], 0).to_bytes(2, "little") == data[-2:]


CHECKSUMS: dict[str, Callable[[bytes], bool]] = {
    "atlassian": atlassian,
    "base58check": base58check,
    "bech32": bech32,
    "github": github,
    "gitlab-routable": gitlab_routable,
    "grafana": grafana,
    "matrix-mas": matrix_mas,
    "matrix-synapse": matrix_synapse,
    "nkey": nkey,
    "polar": polar,
}
