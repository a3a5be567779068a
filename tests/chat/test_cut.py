"""What of an export is cut off: all that stood before is read as it is read of the whole."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.chat.base import Export as Read
from leakhunt.chat.base import Nothing
from leakhunt.chat.jsons import Lot
from leakhunt.chat.registry import recognised
from leakhunt.chat.sniff import HEAD, dump
from leakhunt.chat.text import Text
from leakhunt.engine import text as texts
from tests import tokens
from tests.chat.exports import Export, Said
from tests.chat.others import EXPORTS
from tests.run import report

SAID = Said("before", tokens.github(1), "after", 9)
Seen = list[tuple[str | None, str | None, str]]


@cache
def written(number: int, encoding: str = "utf-8") -> bytes:
    one = EXPORTS[number]
    made = one.write(one.fields[0], SAID)
    return made.encode(encoding) if isinstance(made, str) else made


def read(one: Export, content: bytes) -> Seen | None:
    """Return who said what in which message, as it is read; None if it is no export."""
    encoding = "latin-1" if dump(content[:HEAD]) else texts.encoding(content[:HEAD])
    form = recognised(content[:HEAD].decode(encoding or "utf-8", "replace"), one.path)
    if form is None:
        return None
    seen: Seen = []
    for item in form.read(Read(one.path, Text(content, encoding or "utf-8"), Nothing())):
        for message in (
            [item.message(at) for at in range(len(item.marks) // 3)]
            if isinstance(item, Lot)
            else [item]
        ):
            if message.counts:
                mention = message.tell()
                text = "\0".join(piece.text for piece in message.pieces)
                seen.append((mention.message, mention.author, text))
    return seen


@pytest.mark.parametrize("number", range(len(EXPORTS)), ids=lambda n: f"{n}-{EXPORTS[n].format}")
@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.floats(0.2, 1))
def test_what_stands_before_the_cut_is_read_as_in_the_whole(number: int, share: float) -> None:
    one = EXPORTS[number]
    content = written(number)
    whole = read(one, content)
    assert whole
    cut = content[: int(len(content) * share)]
    part = read(one, cut)
    if part is None:  # too little is left of it to be known
        return
    # The last one may be a part of a message, or hold what follows in one that is split.
    assert part[:-1] == whole[: max(len(part) - 1, 0)]


@pytest.mark.parametrize("how", ["a mark", "utf-16", "line ends of Windows"])
@pytest.mark.parametrize("number", range(len(EXPORTS)), ids=lambda n: f"{n}-{EXPORTS[n].format}")
def test_other_ways_to_write_the_same(number: int, how: str) -> None:
    one = EXPORTS[number]
    text = one.write(one.fields[0], SAID)
    if isinstance(text, bytes) or one.path.endswith("/7"):  # a row of a database
        return
    whole = read(one, text.encode())
    if how == "a mark":
        again = read(one, b"\xef\xbb\xbf" + text.encode())
    elif how == "utf-16":
        again = read(one, text.encode("utf-16"))
    else:
        again = read(one, text.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    assert again is not None
    assert [(number, who, "".join(said.split())) for number, who, said in again] == [
        (number, who, "".join(said.split())) for number, who, said in whole or ()
    ]


@pytest.mark.parametrize(("encoding", "column"), [("utf-8-sig", 9), ("utf-16", 8), ("utf-8", 8)])
def test_a_mark_at_the_start_moves_no_place(encoding: str, column: int, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(f'{{"a": "{SAID.secret}"}}'.encode(encoding))
    (finding,) = report("scan", "a.json", cwd=tmp_path).json["findings"]
    place = finding["locations"][0]
    assert (place["line"], place["column"], place["pointer"]) == (1, column, "/a")
