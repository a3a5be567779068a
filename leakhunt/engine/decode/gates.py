r"""What the first pass looks for so that only what may be encoded text is looked at again.

These expressions stand beside those of the signatures in one database, so all is found in one
pass, which takes a tenth to a fifth longer. Those for base64 and hexadecimal digits have no literal
in them and would add half a pass; where the extension was built, `engine/decode/images.py` finds
the same places, four times as fast.
"""

from __future__ import annotations

from leakhunt.engine.decode import images

MARGIN = 2048
"""Bytes around a hit that decide what comes of it."""

_ANY = "[A-Za-z0-9+/_-]"
_FRESH = "(?:^|[^A-Za-z0-9+/_-])"
"""Where base64 of a format with a magic number starts."""
_WORD = r"[\w+/=-]"
_TEXT = r"[2-7][0-9A-Fa-f]"
_SPECIAL = r"(?:2[267BbFf]|3[CcDdEe]|5[Cc])"
_CODE = "(?:4[5-9]|5[0-7]|6[5-9]|[78][0-9]|9[05789]|1[01][0-9]|12[0-2])"
"""The code of a letter, a digit, or what stands in tokens beside them."""
_ALONE = r"[^\\]{4}"
"""Before an escape that no other one precedes: binary data is full of those."""

ADDRESS = r":\\/\\/[\w.%+-]{0,32}:[^\s\"'\\/@]{1,48}@"
"""An address with a password, as many writers of JSON put it."""

BASE64 = "base64"
HEX = "hex"

GATES: tuple[tuple[str, str], ...] = (
    ("packed", rf"{_FRESH}(?:H4sI|UEsDB|/Td6WFo|Qlpo[MNO]|KLUv){_ANY}{{16}}"),
    ("packed", rf"{_FRESH}e(?:J[w-z]|N[o-r]){_ANY}{{24}}"),
    ("packed", r"(?:1f8b08|1F8B08|504b0304|504B0304)[0-9A-Fa-f]{20}"),
    ("wide", rf"(?:[I-Za-f][AQgw][AB]{_ANY}A[C-H][AEIMQUYcgkosw048]A){{3}}"),
    ("percent", r"%(?:2[BbDEFdef]|3[0-9ADFadf]|[4-7][0-9A-Fa-f])"),
    # In a row, or one of what encoders escape alone; other single ones are left as they are.
    ("escapes", rf"(?:\\u00{_TEXT}){{4}}"),
    ("escapes", rf"\\u00{_SPECIAL}"),
    ("escapes", rf"(?:\\u\{{0{{0,4}}{_TEXT}\}}){{4}}"),
    ("escapes", rf"(?:\\U000000{_TEXT}){{4}}"),
    ("escapes", rf"(?:[Uu]\+00{_TEXT} ?){{4}}"),
    ("escapes", rf"(?:\\x{_TEXT}){{8}}"),
    ("escapes", rf"{_ALONE}\\x{_SPECIAL}"),
    ("escapes", r"(?:\\(?:0[4-7]|1[0-7])[0-7]){8}"),
    ("escapes", r"[A-Za-z0-9+]{6}\\/[A-Za-z0-9+]"),
    ("escapes", ADDRESS),
    ("entities", r"&#(?:[xX]0{0,4}[2-7][0-9A-Fa-f]|0{0,4}(?:3[2-9]|[4-9][0-9]|1[01][0-9]));"),
    ("entities", r"&(?:amp|quot|apos|lt|gt|equals|sol|plus|colon|lowbar|hyphen|period);\w"),
    ("quoted-printable", r"[\w/+.-]=\r?\n[\w+/=%&\\-]"),
    ("quoted-printable", r"=3D"),
    # Each indentation by itself: literals cost little, a repeat would double the pass.
    *(
        ("concatenation", rf"{_WORD}{{6}}{quote}\n {{{indent}}}{quote}{_WORD}{{4}}")
        for quote in "\"'"
        for indent in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 24)
    ),
    ("concatenation", rf"{_WORD}{{6}}(?:\\n)?[\"'`] \+\r?\n"),
    ("concatenation", rf"{_WORD}{{6}}[\"'`]\+\r?\n"),
    ("concatenation", rf"{_WORD}{{6}}[\"'] \+ \\\r?\n"),
    ("concatenation", rf"{_WORD}{{6}}[\"'] \.\r?\n"),
    ("concatenation", rf"{_WORD}{{6}}[\"'] \.\.\r?\n"),
    ("concatenation", rf"{_WORD}{{6}}[\"'] &\r?\n"),
    ("concatenation", rf"{_WORD}{{6}}[\"'] & _\r?\n"),
    ("concatenation", rf"{_WORD}{{6}}[\"'] \\\r?\n"),
    ("concatenation", rf"{_WORD}{{10}}\\\r?\n"),
    ("concatenation", rf"{_WORD}{{2}}[\"'`] ?[+.&] ?[\"'`]{_WORD}{{2}}"),
    ("concatenation", rf"{_WORD}{{2}}[\"'] ?\.\. ?[\"']{_WORD}{{2}}"),
    *(
        ("concatenation", rf"{_WORD}{{6}}{quote}\n {{{indent}}}\+ {quote}{_WORD}{{4}}")
        for quote in "\"'"
        for indent in (2, 4, 6, 8, 12, 16)
    ),
    ("doubled", r"\w\"\":[ ]?\"\"\w"),
    ("bytes", r"(?:0x[2-7][0-9A-Fa-f],[ ]?){8}"),
    ("bytes", r"(?:\(byte\)[ ]?0x[2-7][0-9A-Fa-f],[ ]?){8}"),
    ("codes", rf"(?:{_CODE},[ ]?){{16}}"),
    # Last, so that the others keep their numbers without them.
    (HEX, r"(?:[2-7][0-9A-Fa-f]){16}"),
    # 15 bytes of ASCII text: of its groups of 4 every first letter is below 32, and so on.
    (
        BASE64,
        rf"(?:[I-Za-f][CDEFGHSTUVWXijklmnyz0123][ABEFIJMNQRUVYZcdghklopstwx014589]{_ANY}){{5}}",
    ),
)
"""Encoding to what shows that it may be there; each may match a few dozen bytes at most."""

KINDS = tuple(kind for kind, _ in GATES)


def expressions(*, compiled: bool) -> tuple[str, ...]:
    """Return what the first pass has to look for, in the order of :data:`KINDS`.

    Args:
        compiled: whether the extension was built, which finds the last ones itself.
    """
    return tuple(said for kind, said in GATES if kind not in {HEX, BASE64} or not compiled)


EXPRESSIONS = expressions(compiled=images.compiled)
