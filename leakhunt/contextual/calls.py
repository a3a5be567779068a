"""Functions of which one argument is a secret, whatever it is called."""

from __future__ import annotations

import re

from leakhunt.contextual.gates import CALLS, QUOTED_CALLS

ARGUMENTS: dict[bytes, tuple[int, str]] = {
    name: (place, word)
    for word, places in {
        "password": {
            0: b"plainPassword",
            1: b"login Login authenticate basic_auth basicAuth BasicAuth SetBasicAuth "
            b"HTTPBasicAuth HttpBasicAuth NetworkCredential UsernamePasswordCredentials "
            b"PasswordAuthentication UserInfo UserPassword createAccount Bind bind simple_bind_s "
            b"PasswordCredential UsernamePasswordAuthenticationToken BasicAuthentication "
            b"createBasicAuth CreateAsync",
            2: b"mysqli mysqli_connect mysql_connect PDO getConnection PlainAuth create_user "
            b"create_superuser ftp_login imap_open ldap_bind ssh2_auth_password SET_AUTHENTICATION",
            3: b"mysql_real_connect mysqli_real_connect",
            4: b"UsernamePasswordCredentialsImpl",
        },
        "encryption key": {
            0: b"SecretKeySpec Fernet NewCipher",
            1: b"createCipheriv createDecipheriv AES_DECRYPT AES_ENCRYPT pgp_sym_encrypt "
            b"pgp_sym_decrypt",
            2: b"openssl_encrypt openssl_decrypt",
        },
        "jwt secret": {
            0: b"HMAC256 HMAC384 HMAC512 hmac.new",
            1: b"jwt.sign jwt.encode jwt.verify jwt.decode hmac.New createHmac",
        },
        "session secret": {0: b"cookieParser NewCookieStore"},
        "secret access key": {
            1: b"NewStaticCredentials NewStaticV4 NewStaticCredentialsProvider BasicAWSCredentials "
            b"BasicSessionCredentials StorageSharedKeyCredential",
        },
    }.items()
    for place, names in places.items()
    for name in names.split()
}
"""The place of the secret among the arguments, from 0, and what it is."""
OPENS = re.compile(rf"(?:{CALLS})[ ]?\(|(?:{QUOTED_CALLS})\((?=[@b]?[\"'])".encode())
_LONGEST = 300
_TOKEN = re.compile(
    rb"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`|[(\[{]|[)\]}]|,|[^\"'`()\[\]{},\n]+"
)
_QUOTES = (b'"', b"'", b"`")


def argument(line: bytes, opening: re.Match[bytes]) -> tuple[str, str, int, int] | None:
    """Return the secret argument of a call: name of the call, what it is, start and end.

    Args:
        line: a line.
        opening: a match of `OPENS` in it.
    """
    name = opening[0].rstrip(b"( ")
    known = ARGUMENTS.get(name) or ARGUMENTS.get(name.rpartition(b".")[2])
    if known is None:
        return None
    place, depth = 0, 0
    for token in _TOKEN.finditer(line, opening.end(), opening.end() + _LONGEST):
        text = token[0]
        if text in {b"(", b"[", b"{"}:
            depth += 1
        elif text in {b")", b"]", b"}"}:
            depth -= 1
            if depth < 0:
                return None
        elif text == b"," and not depth:
            place += 1
        elif place == known[0] and text[:1] in _QUOTES and depth < 2:
            return name.decode(), known[1], token.start() + 1, token.end() - 1
        elif place > known[0]:
            return None
    return None
