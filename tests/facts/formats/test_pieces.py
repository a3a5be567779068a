"""A table that is read piece by piece says what it says when it is read at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leakhunt.facts.formats.dumps import Dump
from leakhunt.facts.formats.pieces import Piece, only
from leakhunt.facts.formats.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.facts.formats.pieces import Rows

Found = list[tuple[int, str, str | None]]
MARGIN = 90
"""More than the longest cell that is read, and far less than the longest of all."""
LONG = "of what is too long for a piece " * 9
PLAIN = st.sampled_from(
    ["", "1", "NULL", "ann", "O''Hara", "a,b (c); d", "k\\'x", "Zq7vLm2X", LONG]
)
CELLS = st.lists(st.tuples(PLAIN, PLAIN, PLAIN), min_size=1, max_size=40)


def _pieces(content: bytes, size: int) -> Iterator[Piece]:
    base = 0
    while len(content) - base > size + 2 * MARGIN:
        data = content[base : base + size + 2 * MARGIN]
        yield Piece(data, base, len(data) - MARGIN, len(data) - 2 * MARGIN)
        base += size
    yield Piece(content[base:], base, len(content) - base, len(content) - base, last=True)


def _found(rows: Rows, piece: Piece) -> Found:
    return [
        (piece.base + fact.value.start, ".".join(fact.path), fact.value.text)
        for read in rows.read(piece)
        for fact in read.assignments
    ]


def _alike(make: Callable[[], Rows], content: bytes, size: int) -> Found:
    whole = _found(make(), only(content))
    rows = make()
    parts = [one for piece in _pieces(content, size) for one in _found(rows, piece)]
    short = [one for one in whole if len(one[2] or "") < MARGIN]
    assert [one for one in parts if len(one[2] or "") < MARGIN] == short
    return whole


def _wanted(*names: str) -> bool:
    return names[-1] in {"password", "token"}


def _quoted(text: str) -> str:
    return text if text in {"NULL", "1"} else f"'{text}'"


@settings(max_examples=60, deadline=None)
@given(cells=CELLS, size=st.integers(200, 900), together=st.booleans())
@example(  # a piece ends where a comment does
    cells=[
        ("", "NULL", "NULL"),
        ("", "NULL", "Zq7vLm2X"),
        ("", "NULL", "Zq7vLm2X"),
        ("", "a,b (c); d", "Zq7vLm2X"),
    ],
    size=873,
    together=False,
)
def test_rows_that_are_inserted(
    cells: list[tuple[str, str, str]], size: int, together: bool
) -> None:
    rows = [f"({','.join(map(_quoted, row))})" for row in cells]
    begun = "INSERT INTO `u` VALUES "
    text = f"{begun}{','.join(rows)};\n" if together else "".join(f"{begun}{r};\n" for r in rows)
    made = (
        "/* " + "all of them " * 70 + "*/\nCREATE TABLE `u` (`id` int, `password` x, `note` x);\n"
    )
    _alike(lambda: Dump(_wanted), (made + text + made + text).encode(), size)


@settings(max_examples=60, deadline=None)
@given(cells=CELLS, size=st.integers(200, 900))
def test_rows_that_are_copied(cells: list[tuple[str, str, str]], size: int) -> None:
    text = "".join("\t".join(row) + "\n" for row in cells)
    begun = "COPY public.u (id, token, note) FROM stdin;\n"
    other = "COPY public.v (id, other) FROM stdin;\n1\tx\n\\.\n"
    _alike(lambda: Dump(_wanted), (begun + text + "\\.\n\n" + other + begun + text).encode(), size)


@settings(max_examples=60, deadline=None)
@given(cells=CELLS, size=st.integers(200, 900), quoted=st.integers(0, 3))
@example(  # the long cell and its newline end where a piece does
    cells=[
        ("", "", ""),
        ("", "1", "O''Hara"),
        ("NULL", "NULL", "a,b (c); d"),
        ("NULL", "a,b (c); d", "Zq7vLm2X"),
        ("NULL", "Zq7vLm2X", LONG),
        ("", "1", ""),
    ],
    size=200,
    quoted=0,
)
def test_rows_of_a_table(cells: list[tuple[str, str, str]], size: int, quoted: int) -> None:
    def cell(number: int, text: str) -> str:
        text = text.replace(",", ".")
        return f'"{text}"' if number < quoted and text != LONG else text

    text = "".join(",".join(cell(*one) for one in enumerate(row)) + "\n" for row in cells)
    _alike(lambda: Table("csv", _wanted), f"id,password,note\n{text}".encode(), size)


def test_what_stands_behind_a_long_text_keeps_its_column() -> None:
    row = f"(1,'{LONG * 3}','Zq7vLm2X'),(2,'{LONG * 3}','Vq81rTw3')"
    text = f"CREATE TABLE u (id int, note x, password x);\nINSERT INTO u VALUES {row};\n"
    found = [one[1:] for one in _alike(lambda: Dump(_wanted), text.encode(), 200)]
    assert found == [("u.password", "Zq7vLm2X"), ("u.password", "Vq81rTw3")]
    text = f"id,note,password\n1,{LONG * 3},Zq7vLm2X\n2,{LONG * 3},Vq81rTw3\n"
    found = [one[1:] for one in _alike(lambda: Table("csv", _wanted), text.encode(), 200)]
    assert found == [("password", "Zq7vLm2X"), ("password", "Vq81rTw3")]
    text = f"COPY u (id, note, password) FROM stdin;\n1\t{LONG * 3}\tZq7vLm2X\n\\.\n"
    found = [one[1:] for one in _alike(lambda: Dump(_wanted), text.encode(), 200)]
    assert found == [("u.password", "Zq7vLm2X")]


def test_a_table_none_of_whose_columns_matters_is_not_read() -> None:
    table = Table("csv", _wanted)
    assert _found(table, only(b"id,note\n1,password\n")) == []
    assert not table.begun
    dump = Dump(_wanted)
    assert _found(dump, only(b"CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n")) == []
    assert not dump.begun


@pytest.mark.parametrize(
    "statement", ["copy a (x) from stdin ", "insert into u values (", "insert into u (a,", "/*"]
)
def test_statements_that_never_end_are_read_once(statement: str) -> None:
    # Two megabytes: read again for each of them, that takes minutes.
    content = f"create table u (password x);{statement * (2_000_000 // len(statement))}".encode()
    assert _found(Dump(_wanted), only(content)) == []
