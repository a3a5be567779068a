"""Encoded text, through the command line: found, at the right line, and said how."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import quopri
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakhunt.engine.decode import gates, images, pieces, substitutions
from leakhunt.engine.scan import Engine, Settings
from leakhunt.model import Blob, Signature
from tests import tokens
from tests.run import report

TOKEN = tokens.github(1)
SECRET = TOKEN.encode()


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("inner", data)
    return file.getvalue()


def per_byte(form: str) -> Callable[[bytes], bytes]:
    return lambda data: "".join(form % code for code in data).encode()


def in_base64(pack: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda data: base64.b64encode(pack(data))


ENCODINGS: dict[str, tuple[Callable[[bytes], bytes], list[str]]] = {
    "base64": (base64.b64encode, ["base64"]),
    "url-safe": (base64.urlsafe_b64encode, ["base64"]),
    "unpadded": (lambda data: base64.urlsafe_b64encode(data).rstrip(b"="), ["base64"]),
    "hex": (lambda data: data.hex().encode(), ["hex"]),
    "HEX": (lambda data: data.hex().upper().encode(), ["hex"]),
    "percent": (per_byte("%%%02X"), ["percent"]),
    "u": (per_byte("\\u%04x"), ["escapes"]),
    "braces": (per_byte("\\u{%x}"), ["escapes"]),
    "U": (per_byte("\\U%08X"), ["escapes"]),
    "x": (per_byte("\\x%02x"), ["escapes"]),
    "octal": (per_byte("\\%03o"), ["escapes"]),
    "decimal": (per_byte("&#%d;"), ["entities"]),
    "hexadecimal": (per_byte("&#x%x;"), ["entities"]),
    "gzip": (in_base64(gzip.compress), ["base64", "gzip"]),
    "zlib": (in_base64(zlib.compress), ["base64", "zlib"]),
    "bzip2": (in_base64(bz2.compress), ["base64", "bzip2"]),
    "xz": (in_base64(lzma.compress), ["base64", "xz"]),
    "zip": (in_base64(zipped), ["base64", "zip"]),
    "hex of gzip": (lambda data: gzip.compress(data).hex().encode(), ["hex", "gzip"]),
    "powershell": (
        in_base64(lambda data: data.decode().encode("utf-16-le")),
        ["base64", "utf-16-le"],
    ),
}


def scan(folder: Path, content: bytes, name: str = "a.txt") -> list[dict[str, object]]:
    (folder / name).write_bytes(content)
    result = report("scan", "--reveal", cwd=folder)
    assert not result.json["problems"]
    return result.json["findings"]


@pytest.mark.parametrize("name", ENCODINGS)
def test_an_encoded_token_is_found_where_it_stands(tmp_path: Path, name: str) -> None:
    encode, chain = ENCODINGS[name]
    (finding,) = scan(tmp_path, b"one\ntwo\nkey = " + encode(b"key=" + SECRET) + b"\nlast\n")
    assert finding["secret"] == TOKEN
    assert finding["decoded"] == chain
    (place,) = finding["locations"]
    assert place["line"] == 3
    assert place["column"] >= 7


@pytest.mark.parametrize("before", range(12))
def test_base64_is_found_at_every_alignment(tmp_path: Path, before: int) -> None:
    text = b"a" * before + b" " + SECRET
    (finding,) = scan(tmp_path, b'{"x": "' + base64.b64encode(text) + b'"}')
    (place,) = finding["locations"]
    assert place["column"] == 8 + (before + 1) * 4 // 3


@pytest.mark.parametrize("width", [20, 60, 64, 76])
@pytest.mark.parametrize("indent", ["", "    ", "# ", '  "'])
def test_the_line_within_wrapped_base64(tmp_path: Path, width: int, indent: str) -> None:
    text = base64.b64encode(b"some words " * 30 + SECRET + b" more words" * 9).decode()
    end = '"' if indent.endswith('"') else ""
    lines = [f"{indent}{text[i : i + width]}{end}" for i in range(0, len(text), width)]
    (finding,) = scan(tmp_path, "\n".join(["data:", *lines, "end: here"]).encode())
    (place,) = finding["locations"]
    assert place["line"] == 2 + (11 * 30) * 4 // 3 // width
    assert finding["secret"] == TOKEN


@pytest.mark.parametrize(
    "text",
    [
        'key = "%s" +\n      "%s"',
        "key = '%s' + \\\n  '%s'",
        'key = ("%s"\n        "%s")',
        'key = "%s" .\n "%s";',
        'key = "%s" ..\n "%s"',
        'key = "%s" & _\r\n "%s"',
        'key = "%s" + "%s"',
        'key = "%s"\n    + "%s";',
        "key = '%s'\n  + '%s'",
        'key = ("%s"\n       "%s")',
        'key = "%s" .. "%s"',
        'KEY="%s\\\n%s"',
    ],
)
def test_strings_put_together_over_lines(tmp_path: Path, text: str) -> None:
    (finding,) = scan(tmp_path, ("\n\n" + text % (TOKEN[:17], TOKEN[17:])).encode())
    assert finding["secret"] == TOKEN
    assert finding["decoded"] == ["concatenation"]
    (place,) = finding["locations"]
    assert (place["line"], place["end_line"] - place["line"]) == (3, text.count("\n"))


def in_c(data: bytes, sign: str = "0x%02x") -> bytes:
    rows = [data[at : at + 8] for at in range(0, len(data), 8)]
    return b",\n".join(b"  " + ", ".join(sign % byte for byte in row).encode() for row in rows)


@pytest.mark.parametrize(
    ("sign", "chain"), [("0x%02x", "bytes"), ("(byte)0x%02x", "bytes"), ("%d", "codes")]
)
def test_an_array_of_bytes(tmp_path: Path, sign: str, chain: str) -> None:
    text = SECRET if chain == "bytes" else TOKEN.encode()
    body = in_c(text, sign) if chain == "bytes" else ", ".join(map(str, text)).encode()
    (finding,) = scan(tmp_path, b"const char key[] = {\n" + body + b"\n};\n", "a.c")
    assert finding["secret"] == TOKEN
    assert finding["decoded"] == [chain]
    assert finding["locations"][0]["line"] == 2  # type: ignore[index]


def test_an_array_of_numbers_says_nothing(tmp_path: Path) -> None:
    help_text = in_c(b"usage: login --password=<password> --token TOKEN, see the manual")
    sizes = ", ".join(str(45 + at % 70) for at in range(400)).encode()
    assert (
        scan(tmp_path, b"char help[] = {\n" + help_text + b"};\nint n[] = {" + sizes + b"};") == []
    )


@pytest.mark.parametrize("sign", ["\\\\x%s", "\\x%s", "0x%s"])
def test_the_sign_of_hexadecimal_digits_is_none_of_the_text(tmp_path: Path, sign: str) -> None:
    (finding,) = scan(tmp_path, b"a\t" + (sign % TOKEN.encode().hex()).encode() + b"\n")
    assert finding["secret"] == TOKEN
    assert finding["decoded"] == ["hex"]


def test_json_in_a_cell_of_csv(tmp_path: Path) -> None:
    text = b'id,conf\n1,"{""user"": ""svc"", ""password"": ""Hq7uTvNv1fm""}"\n'
    (finding,) = scan(tmp_path, text, "a.csv")
    assert finding["secret"] == "Hq7uTvNv1fm"
    assert finding["decoded"] == ["doubled"]
    assert scan(tmp_path, text.replace(b"Hq7uTvNv1fm", b"[FILTERED]"), "a.csv") == []


def test_quoted_printable(tmp_path: Path) -> None:
    text = quopri.encodestring(b"words " * 10 + SECRET + b" rest\n")
    assert b"=\n" in text
    (finding,) = scan(tmp_path, text)
    assert finding["secret"] == TOKEN
    assert finding["decoded"] == ["quoted-printable"]


def test_a_secret_that_stands_there_as_it_is_is_found_once(tmp_path: Path) -> None:
    text = f"a%20b%3D{TOKEN}%26c%3D1 &#61;{TOKEN}&#61; \\u003d{TOKEN}\\u003d"
    (finding,) = scan(tmp_path, text.encode())
    assert "decoded" not in finding
    assert len(finding["locations"]) == 3


def test_near_words_outside_the_encoded_text_count(tmp_path: Path) -> None:
    secret = tokens.aws_secret(5)
    encoded = base64.b64encode(secret.encode()).decode()
    text = f"aws_access_key_id: {tokens.aws_id(5)}\naws_secret_access_key: {encoded}\n"
    found = scan(tmp_path, text.encode())
    assert secret in str(found)


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_nested_base64(tmp_path: Path, depth: int) -> None:
    text = SECRET
    for _ in range(depth):
        text = base64.b64encode(b"x = " + text)
    (finding,) = scan(tmp_path, b"\n" + text)
    assert finding["decoded"] == ["base64"] * depth
    assert finding["locations"][0]["line"] == 2


def test_a_single_escaped_letter_is_left_alone(tmp_path: Path) -> None:
    assert scan(tmp_path, f"{TOKEN[:6]}\\u{ord(TOKEN[6]):04x}{TOKEN[7:]}".encode()) == []


# --- Properties


@pytest.fixture(scope="module")
def engine(builtin: tuple[Signature, ...]) -> Engine:
    return Engine(Settings([s for s in builtin if s.id == "github-pat"]))


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\\=%&+'\"`\0"), max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 1 << 30),
    TEXTS,
    TEXTS,
    st.lists(st.sampled_from(sorted(ENCODINGS)), min_size=1, max_size=3),
)
def test_any_token_in_any_text_under_any_encodings(
    engine: Engine, seed: int, before: str, after: str, chain: list[str]
) -> None:
    token = tokens.github(seed)
    text = token.encode()
    for name in chain:
        text = ENCODINGS[name][0](b"k: " + text + b" ;")
    content = before.encode() + b"\n: " + text + b" :\n" + after.encode()
    found = engine.scan(Blob("x"), content).matches
    assert [m.secret.reveal().decode() for m in found] == [token]
    assert found[0].span.line == before.count("\n") + 2


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(sorted(ENCODINGS)), st.binary(max_size=40))
def test_no_decoder_fails_on_anything(engine: Engine, data: bytes, name: str, more: bytes) -> None:
    encoded = ENCODINGS["base64"][0](data) if name == "powershell" else ENCODINGS[name][0](data)
    cut = len(more) % (len(encoded) + 1)
    engine.scan(Blob("x"), more + encoded[cut:] + data + encoded[:cut] + more, binary=True)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([b"\\u0041", b"%41", b"&#65;", b"a\"\n  \"b", b"=\n", b"=3D",
    b"QUFB", b"4141", b"\\/", b"\\n", b"H4sI", b"eJwr", b" ", b"\n"]), max_size=60))  # fmt: skip
def test_no_decoder_fails_on_pieces_of_encodings(engine: Engine, pieces: list[bytes]) -> None:
    engine.scan(Blob("x"), b"".join(pieces))


@pytest.mark.skipif(not images.compiled, reason="the extension was not built")
@pytest.mark.parametrize(("kind", "find"), [(gates.BASE64, "images"), (gates.HEX, "digits")])
def test_the_extension_finds_what_hyperscan_finds(kind: str, find: str) -> None:
    import hyperscan

    (expression,) = [text for one, text in gates.GATES if one == kind]
    database = hyperscan.Database()
    database.compile(expressions=[expression.encode()], ids=[0], flags=[0])
    found = 0
    for seed in range(300):
        rng = random.Random(seed)
        text = b"".join(
            rng.choice([rng.randbytes(7).hex().encode(), b" ", b"-", b"_/", b"0",
                        base64.b64encode(rng.randbytes(3) + b"plain text, plain"),
                        b"plain text, plain".hex().upper()[rng.randrange(3):].encode(),
                        base64.urlsafe_b64encode(b"~" * rng.randrange(40))])
            for _ in range(rng.randrange(30))
        )  # fmt: skip
        ends: list[int] = []
        database.scan(
            text, match_event_handler=lambda _i, _s, end, _f, _c, ends=ends: ends.append(end)
        )
        assert sorted(getattr(images, find)(text)) == sorted(set(ends))
        found += len(ends)
    assert found > 300


# --- Bombs


@pytest.mark.parametrize(
    "bomb",
    [
        base64.b64encode(gzip.compress(b"a b c d " * 20_000_000)),
        b"%41" * 400_000,
        b"%25" * 100_000 + b"41",
        b"\\u005cu005c" * 50_000,
        base64.b64encode(b"eJwr" * 100_000),
        b'"aaaaaaaaaaaa"\n  ' * 50_000,
        b"QUFB" * 200_000,
        (b"QUFBQUFBQUFBQUFBQUFB" * 4 + b"\n") * 10_000,
    ],
    ids=["gzip", "percent", "percent of percent", "escapes", "magic", "strings", "run", "lines"],
)
def test_bombs_are_survived(tmp_path: Path, bomb: bytes) -> None:
    (tmp_path / "a").write_bytes(bomb + b"\n\n" + b"-" * 5000 + b" " + SECRET)
    result = report("scan", cwd=tmp_path)
    assert "github-pat" in result.ids


ESCAPES = [
    *rb"\x41 \u0042 \U00000043 \u{44} U+0045 \106 \n \/ \ud83d \\ g H \xe9 \377 \47".split(),
    b" ",
    b"\\",
]


@given(st.lists(st.sampled_from(ESCAPES), max_size=40))
def test_many_escapes_at_once_say_what_each_of_them_says(parts: list[bytes]) -> None:
    data = b"".join(parts)
    quick = substitutions._piece("escapes", data, 0, len(data))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(substitutions, "_SURE", 1 << 30)
        slow = substitutions._piece("escapes", data, 0, len(data))
    assert (quick and quick[:3]) == (slow and slow[:3])
    if quick and slow:
        assert list(quick.marks()) == list(slow.marks())


def test_pieces_that_lie_in_the_same_place_are_put_in_order() -> None:
    one = pieces.Piece(3, 5, b"a", lambda: [pieces.Mark(0, 3)], "hex")
    assert len(pieces.layers(pieces.whole(b"0123456789"), [one, one._replace(marks=list)])) == 1


def test_what_is_encoded_says_more_than_that_something_is(tmp_path: Path) -> None:
    """A value in a Kubernetes Secret is one secret, not an unknown one beside it."""
    value = base64.b64encode(f"token={tokens.github(4)}".encode()).decode()
    (tmp_path / "a.yml").write_text(f"kind: Secret\ndata:\n  password: {value}\n")
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert (finding["signature"], finding["decoded"]) == ("github-pat", ["base64"])


def test_a_key_in_base64_is_one_secret(tmp_path: Path) -> None:
    key = base64.b64encode(tokens.pem(3).encode()).decode()
    (tmp_path / "a.yml").write_text(f"kind: Secret\ndata:\n  tls.key: {key}\n")
    assert len(report("scan", cwd=tmp_path).json["findings"]) == 1
