"""Office documents, through the command line: a text is read as people read it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from leakhunt.archives.office import text_of
from tests import tokens
from tests.run import report

TOKEN = tokens.github(1)
WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Access</w:t></w:r></w:p><w:p>%s</w:p></w:body></w:document>"
)
OPEN = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="t"><text:p>Access</text:p><text:p>%s</text:p></office:document-content>'
)
SLIDE = (
    '<p:sld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    "<a:p><a:r><a:t>Access</a:t></a:r></a:p><a:p>%s</a:p></p:sld>"
)


def document(name: str, text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "text", "run"),
    [
        ("word/document.xml", WORD, "<w:r><w:rPr><w:b/></w:rPr><w:t>%s</w:t></w:r>"),
        ("content.xml", OPEN, '<text:span text:style-name="T1">%s</text:span>'),
        ("ppt/slides/slide1.xml", SLIDE, '<a:r><a:rPr lang="en"/><a:t>%s</a:t></a:r>'),
    ],
)
def test_a_word_that_is_stored_in_pieces(tmp_path: Path, name: str, text: str, run: str) -> None:
    runs = "".join(run % part for part in ("token ", TOKEN[:9], TOKEN[9:30], TOKEN[30:]))
    (tmp_path / "a.docx").write_bytes(document(name, text % runs))
    (finding,) = report("scan", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == TOKEN
    (place,) = finding["locations"]
    assert place["path"] == f"a.docx!{name.removesuffix('.xml')}.txt"
    assert place["line"] == 2


def test_what_is_written_about_passwords_is_none(tmp_path: Path) -> None:
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in ("Password policy: ", "see page 3"))
    (tmp_path / "a.docx").write_bytes(document("word/document.xml", WORD % runs))
    assert report("scan", cwd=tmp_path).json["findings"] == []


def test_signs_and_links_are_kept() -> None:
    text = OPEN % '<text:a xlink:href="https://x.net/?a=1&amp;b">a &lt; b</text:a>'
    found = text_of("content.xml", text.encode())
    assert found == b"Access\na < b\n\nhttps://x.net/?a=1&b"


@pytest.mark.parametrize(
    ("name", "text"), [("content.xml", "<a/>"), ("a.xml", OPEN), ("word/styles.xml", WORD)]
)
def test_other_members_stay_as_they_are(name: str, text: str) -> None:
    assert text_of(name, text.encode()) is None
