"""As much of DER as it takes: RSA keys to sign with, certificates to compare with keys."""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import re
from typing import TYPE_CHECKING

from leakhunt.records import record
from leakhunt.verify.reasons import Unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]{0,40})-----(.{16,40000}?)-----END \1-----", re.DOTALL)
_RSA = bytes.fromhex("2a864886f70d010101")
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
_INTEGER, _BITS, _OCTETS, _OID, _SEQUENCE = 2, 3, 4, 6, 0x30
_UTC, _GENERAL = 23, 24


def items(data: bytes) -> list[tuple[int, bytes]]:
    """Return tag and content of what stands one after the other.

    Raises:
        ValueError: it is no DER.
    """
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data):
            raise Unfit("it ends too early")
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            if not 0 < count <= 4 or at + count > len(data):
                raise Unfit("it has a length that is none")
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            raise Unfit("it ends too early")
        found.append((tag, data[at : at + length]))
        at += length
    return found


def pem(text: str) -> Iterator[tuple[str, bytes]]:
    """Yield label and content of every PEM block; escaped line ends are taken for line ends."""
    text = text.replace("\\r", "").replace("\\n", "\n")
    for found in _PEM.finditer(text):
        body = "".join(line for line in found[2].splitlines() if ":" not in line)
        body = re.sub(r"[^A-Za-z0-9+/=]", "", body)
        try:
            yield found[1], base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            continue


@record(frozen=True, slots=True)
class RsaKey:
    """A private key, to sign with. Its `repr` is masked."""

    modulus: int
    exponent: int

    def __repr__(self) -> str:
        return "RsaKey()"

    def sign(self, message: bytes) -> bytes:
        """Return a signature after PKCS #1 v1.5 with SHA-256."""
        size = (self.modulus.bit_length() + 7) // 8
        digest = _SHA256 + hashlib.sha256(message).digest()
        if size < len(digest) + 11:
            raise Unfit("the key is too short to sign with")
        padded = b"\0\x01" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
        return pow(int.from_bytes(padded, "big"), self.exponent, self.modulus).to_bytes(size, "big")


def rsa(text: str) -> RsaKey:
    """Return the first RSA private key of a PEM text.

    Raises:
        ValueError: there is none.
    """
    for label, data in pem(text):
        if label not in ("RSA PRIVATE KEY", "PRIVATE KEY"):
            continue
        inner = items(items(data)[0][1])
        if label == "PRIVATE KEY":
            algorithm = items(inner[1][1])
            if algorithm[0] != (_OID, _RSA):
                raise Unfit("the key is none for RSA")
            inner = items(items(inner[2][1])[0][1])
        numbers = [int.from_bytes(value, "big") for tag, value in inner if tag == _INTEGER]
        if len(numbers) >= 9 and numbers[1] > 1 << 256:
            return RsaKey(numbers[1], numbers[3])
    raise Unfit("there is no RSA key in it")


def public_part(label: str, data: bytes) -> bytes:
    """Return the bytes of a private key that its certificate has, too; nothing if not known.

    Args:
        label: of the PEM block.
        data: its content.
    """
    try:
        inner = items(items(data)[0][1])
        if label == "PRIVATE KEY":
            nested = inner[2][1]
            algorithm = items(inner[1][1])[0][1]
            inner = items(items(nested)[0][1])
            label = "RSA PRIVATE KEY" if algorithm == _RSA else "EC PRIVATE KEY"
        if label == "RSA PRIVATE KEY":
            return inner[1][1]
        if label == "EC PRIVATE KEY":
            points = [value for tag, value in inner if tag == 0xA1]
            return items(points[0])[0][1] if points else b""
    except (ValueError, IndexError):
        pass
    return b""


@record(frozen=True, slots=True)
class Certificate:
    """What a certificate says, as far as it matters here."""

    starts: datetime.datetime
    ends: datetime.datetime
    key: bytes  # its subjectPublicKeyInfo

    def fits(self, public: bytes) -> bool:
        """Say whether it belongs to a key with these public bytes."""
        return len(public) >= 32 and public in self.key


def certificate(data: bytes) -> Certificate:
    """Read an X.509 certificate.

    Raises:
        ValueError: it is none.
    """
    try:
        fields = items(items(items(data)[0][1])[0][1])
        if fields[0][0] == 0xA0:
            fields = fields[1:]
        starts, ends = (_moment(tag, value) for tag, value in items(fields[3][1])[:2])
        return Certificate(starts, ends, fields[5][1])
    except (IndexError, UnicodeDecodeError):
        raise Unfit("it is no certificate") from None


def _moment(tag: int, value: bytes) -> datetime.datetime:
    text = value.decode("ascii")
    if tag == _UTC:
        text = ("20" if int(text[:2]) < 50 else "19") + text
    elif tag != _GENERAL:
        raise Unfit("it has a time that is none")
    moment = datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ")
    return moment.replace(tzinfo=datetime.UTC)
