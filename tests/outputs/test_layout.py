import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.outputs.layout import cells, labelled, render, row

WORDS = st.text("ab漢 -e\u0301", max_size=60)


def drawn(rows, width=20, styled=False):
    stream = io.StringIO()
    render(rows, stream, width, styled)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([row()], "\n"),
        ([row("one two three four five six")], "one two three four\nfive six\n"),
        ([row("one two three four", indent=8)], "        one two\n        three four\n"),
        ([labelled("Fix:", "one two three", indent=8)], "Fix:    one two\n        three\n"),
        ([labelled("Fix:", "one two", at=2, indent=7)], "  Fix: one two\n"),
        ([labelled("Overlong label", "one two", indent=4)], "Overlong label one\n    two\n"),
        ([labelled("", "x", indent=4)], "    x\n"),
        ([row("no", ("t", "bold"), "e, and so on it goes")], "note, and so on it\ngoes\n"),
        ([row("a/path/that/is/wider/than/the/page x")], "a/path/that/is/wider/than/the/page\nx\n"),
        ([row("漢字漢字漢字 漢字漢字")], "漢字漢字漢字\n漢字漢字\n"),
    ],
)
def test_wrapping(rows, text):
    assert drawn(rows) == text


@given(WORDS, st.integers(10, 40), st.integers(0, 5))
def test_lines_fit_unless_one_word_does_not(text, width, indent):
    lines = drawn([row(text, indent=indent)], width).splitlines()
    for line in lines:
        assert cells(line) <= width or " " not in line.strip()
    assert "".join("".join(lines).split()) == "".join(text.split(" "))


@given(st.lists(st.tuples(WORDS, st.sampled_from(["", "bold", "dim red"])), max_size=5))
def test_colours_change_nothing_else(pieces):
    styled = drawn([row(*pieces, indent=2)], styled=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", styled) == drawn([row(*pieces, indent=2)])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8", "… é ─\n"), ("ascii", "... \\xe9 -\n"), ("cp1252", "... é -\n")],
)
def test_what_the_stream_cannot_encode_is_escaped(encoding, text):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    render([row("… é ─")], stream, 20, styled=False)
    stream.flush()
    assert raw.getvalue().decode(encoding) == text
