"""Exports that are broken, or made to break something."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.chat import pages
from leakhunt.chat.jsons import Elements
from leakhunt.chat.marks import of_html
from leakhunt.chat.mending import mended
from leakhunt.chat.text import Text
from leakhunt.engine.batches import Item
from leakhunt.engine.conversations import scan_export
from leakhunt.model import Blob
from tests import tokens
from tests.chat.exports import Export, Said
from tests.chat.others import EXPORTS
from tests.chat.test_formats import engine, scan
from tests.run import report

SAID = Said("before", tokens.github(1), "after", 9)


def written(one: Export, field: str) -> bytes:
    made = one.write(field, SAID)
    return made.encode() if isinstance(made, str) else made


def scanned(one: Export, content: bytes) -> Any:
    item = Item(Blob(f"path:{one.path}", len(content), "file", one.path), content)
    return scan_export(engine(), item, lambda item: None)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_what_is_cut_off_or_changed_raises_nothing(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(EXPORTS))
    content = bytearray(written(one, data.draw(st.sampled_from(one.fields))))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        some = data.draw(
            st.sampled_from([b"", b'"', b"{", b"]", b"}", b"\\", b"\0", b"<", b"[1,", b"null"])
        )
        content[at : at + data.draw(st.integers(0, 3))] = some
    del content[data.draw(st.integers(0, len(content))) :]
    found = scanned(one, bytes(content))
    if found and SAID.secret.encode() in content:
        assert SAID.secret.encode() in {match.secret.reveal() for match in found[0].matches}


@pytest.mark.parametrize("one", EXPORTS, ids=lambda one: f"{one.format}-{Path(one.path).name}")
def test_it_does_not_matter_how_much_is_read_at_once(
    one: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    for field in one.fields[:3]:
        content = written(one, field)
        whole = scan(one, content)
        with monkeypatch.context() as patch:
            patch.setattr(Text.__init__, "__defaults__", ("utf-8", 61))
            parts = scan(one, content)
        assert [(m.span, m.mention) for m in parts.matches] == [
            (m.span, m.mention) for m in whole.matches
        ]


def test_elements_survive_what_no_stack_does() -> None:
    wrong: list[str] = []
    deep = "[" * 100_000 + "]" * 100_000
    source = '[{"a": 1}, ' + deep + ', {"b": 2}, ' + "9" * 5000 + ', {"c": 3}]'
    values = [element.value for element in Elements(Text(source.encode()), {()}, wrong)]
    assert [value for value in values if isinstance(value, dict)] == [{"a": 1}, {"b": 2}, {"c": 3}]
    assert len(wrong) == 1


@pytest.mark.parametrize("lost", [1, 2, 3, 4, 20, 30])
def test_of_a_message_that_is_cut_off_is_read_what_is_there(lost: int) -> None:
    first, second = SAID.halves
    leaves = [
        {"type": "text", "text": first, "style": {"bold": True}},
        {"type": "text", "text": second},
    ]
    blocks = [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]}
    ]
    message = {"ts": "1700000000.000100", "user": "U1", "blocks": blocks, "team": "T0123456789"}
    content = json.dumps([{"ts": "1700000000.000000", "text": "hm"}, message])[:-lost].encode()
    one = next(one for one in EXPORTS if one.format == "slack")
    found = scanned(one, content)
    (match,) = found[0].matches
    assert match.secret.reveal() == SAID.secret.encode()
    assert (match.mention.message, match.mention.author) == ("1700000000.000100", "U1")
    assert [problem.message.partition(":")[0] for problem in found[0].problems] == ["it is cut off"]
    assert found[1] == 2


def test_what_is_cut_off_in_the_middle_of_an_escape_or_a_key_is_mended() -> None:
    for source, value in (
        ('{"a": "b\\', {"a": "b"}),
        ('{"a": "b\\u00e', {"a": "b"}),
        ('{"a": [1, {"b": "c"}, {"d', {"a": [1, {"b": "c"}, {}]}),
        ('{"a": "b", "c":', {"a": "b"}),
        ('{"a": tru', {}),
        ('{"a": "b\\\\', {"a": "b\\"}),
        ('[{"a": "b {c ] d', [{"a": "b {c ] d"}]),
        ('{"a": "' + '\\"' * 500_000, {"a": '"' * 500_000}),
        ('{"a": "' + '\\"' * 500_000 + "\\", {"a": '"' * 500_000}),
        ("]", None),
    ):
        assert mended("  " + source, 2) == value, source


def test_a_string_without_end_in_what_is_nested_too_deeply_is_read_once() -> None:
    wrong: list[str] = []
    source = '[{"a": 1}, ' + "[" * 3000 + '"' + '\\"' * 1_000_000
    values = [element.value for element in Elements(Text(source.encode()), {()}, wrong)]
    assert values == [{"a": 1}]
    assert wrong[0].startswith("a part of it is nested too deeply")


def test_a_broken_message_does_not_hide_the_next_ones() -> None:
    wrong: list[str] = []
    source = '[{"a": 1}, {"b": 2 "x"}, {"c": 3}]' + " " * 100
    values = [element.value for element in Elements(Text(source.encode()), {()}, wrong)]
    assert {"c": 3} in values
    assert wrong == ["it is damaged"]


def test_an_encrypted_export_is_no_clean_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("general/2023-11-14.json", "[]")
    data = bytearray((tmp_path / "e.zip").read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (tmp_path / "e.zip").write_bytes(bytes(data))
    result = report("scan", "e.zip", cwd=tmp_path)
    assert result.code == 2
    assert "encrypted" in result.out


def test_an_export_in_utf16(tmp_path: Path) -> None:
    one = next(one for one in EXPORTS if one.format == "discord")
    content = written(one, "/content").decode().encode("utf-16")
    (tmp_path / "a.json").write_bytes(content)
    (finding,) = report("scan", "a.json", cwd=tmp_path).json["findings"]
    assert finding["locations"][0]["message"] == "1002"
    line = content.decode("utf-16").splitlines()[finding["locations"][0]["line"] - 1]
    assert line[finding["locations"][0]["column"] - 1 :].startswith(SAID.secret)


def test_ids_and_hashes_are_no_findings(tmp_path: Path) -> None:
    # Both would be found as passwords or keys of something where a person wrote them.
    noise = "0123456789abcdef" * 4
    message = {"type": "message", "user": "U1", "ts": "1700000000.000100", "text": "discord datadog",
               "client_msg_id": noise, "files": [{"id": noise[:32], "thumb_64": f"https://x/{noise}"}]}  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps([message]))
    assert report("scan", "a.json", cwd=tmp_path).json["findings"] == []


@pytest.mark.parametrize("mark", ["Microsoft Teams", "<div class=preamble__entry>"])
def test_of_a_page_only_the_first_start_counts(mark: str) -> None:
    # To look behind each of many takes as many steps as the square of their number.
    head = f"<!-- <p> -->\n<html><body>{mark}"
    assert sum(one.claims(head, "a.html") for one in pages.FORMATS) == 1
    head = f"<html>{' ' * 8100}<html><body>{mark}"
    assert not any(one.claims(head, "a.html") for one in pages.FORMATS)


@pytest.mark.parametrize(
    "source",
    [
        '<a "' * 50_000,
        "<!--" * 50_000,
        "<style " * 50_000,
        "&amp" * 50_000,
        'href="' * 50_000,
        "<b><i>" * 50_000,
    ],
)
def test_pages_made_of_openings_take_steps_in_proportion(source: str) -> None:
    seen, _ = of_html(source)
    assert len(seen) <= len(source)
