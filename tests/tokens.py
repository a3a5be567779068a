"""Credentials made up for tests: of the right shape, with the right checksum, used nowhere."""

from __future__ import annotations

import base64
import random
import string
import zlib

_ALPHABET = string.ascii_letters + string.digits
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def _letters(seed: int, count: int, alphabet: str = _ALPHABET) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=count))


def github(seed: int = 0, kind: str = "ghp") -> str:
    """A GitHub token whose checksum holds."""
    body = _letters(seed, 30)
    number = zlib.crc32(body.encode())
    check = ""
    while number:
        number, rest = divmod(number, 62)
        check = _BASE62[rest] + check
    return f"{kind}_{body}{check.rjust(6, '0')}"


def word(seed: int = 0, size: int = 20) -> str:
    """Letters and digits, of no provider."""
    return _letters(seed, size)


def aws_id(seed: int = 0) -> str:
    """An AWS access key id."""
    return "AKIA" + _letters(seed, 16, string.ascii_uppercase + "234567")


def aws_secret(seed: int = 0) -> str:
    """An AWS secret access key."""
    return _letters(seed + 1, 40, _ALPHABET + "/+")


def pem(seed: int = 0, size: int = 1600, kind: str = "RSA ") -> str:
    """A PEM private key whose body has about `size` characters of base64."""
    inner = random.Random(seed).randbytes(size * 3 // 4 - 4)
    der = b"\x30\x82" + len(inner).to_bytes(2, "big") + inner
    body = base64.b64encode(der).decode()
    lines = [body[i : i + 64] for i in range(0, len(body), 64)]
    begin, end = (f"-----{word} {kind}PRIVATE KEY-----" for word in ("BEGIN", "END"))
    return "\n".join([begin, *lines, end])
