import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.outputs.text import counted, listed, printable, size, utf8, utf8_tree

from .helpers import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢字 😀", "plain é 漢字 😀"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("png\u202egnp", r"png\u202egnp"),
        ("\u2066\u2069\u200b\ufeff", r"\u2066\u2069\u200b\ufeff"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("bytes \udcff\udc80", r"bytes \xff\x80"),
        ("\ud800", r"\ud800"),
        ("tag \U000e0041", r"tag \U000e0041"),
    ],
)
def test_printable(text, shown):
    assert printable(text) == shown


@given(ANY_TEXT)
def test_printable_is_printable_and_stays(text):
    once = printable(text)
    assert once.isprintable()
    assert printable(once) == once
    once.encode()


@given(ANY_TEXT)
def test_utf8_changes_surrogates_only(text):
    assert utf8(text).encode().decode() == utf8(text)
    if all(not 0xD800 <= ord(char) <= 0xDFFF for char in text):
        assert utf8(text) == text


def test_utf8_tree_reaches_everything():
    tree = {"\udcff": ["\udcfe", {"a": ("\udcfd", 1, None, True)}]}
    assert utf8_tree(tree) == {r"\xff": [r"\xfe", {"a": [r"\xfd", 1, None, True]}]}


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (38_200_000, "38.2 MB"),
        (999_960_000, "1.0 GB"),
        (5 * 10**15, "5,000.0 TB"),
    ],
)
def test_size(count, shown):
    assert size(count) == shown


@given(st.integers(0, 10**18))
def test_size_is_short(count):
    assert len(size(count)) <= 14


@pytest.mark.parametrize(
    ("count", "noun", "shown"),
    [(1, "commit", "1 commit"), (0, "file", "0 files"), (1204, "match", "1,204 matches")],
)
def test_counted(count, noun, shown):
    assert counted(count, noun) == shown


def test_listed():
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
