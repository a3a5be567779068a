"""The text of office documents: a line for each paragraph, as it is read and not as it is stored.

Word processors store a word that was corrected, or marked, in pieces with marks of XML between.
"""

from __future__ import annotations

from leakhunt import lazy

_NAMES = lazy.pattern(
    r"word/(?:document|(?:header|footer)\d{0,4}|footnotes|endnotes|comments)\.xml|"
    r"ppt/(?:slides|notesSlides)/\w{1,40}\.xml|xl/sharedStrings\.xml|content\.xml"
)
"""What holds text in documents of Word, PowerPoint and Excel, and in OpenDocument."""
_STORED = lazy.pattern(
    rb"openxmlformats\.org/|urn:oasis:names:tc:opendocument|purl\.oclc\.org/ooxml/"
)
"""What the root of it says."""
_HEAD = 8192
"""Bytes in which the root ends."""
_BREAKS = lazy.pattern(
    rb"</(?:w:p|a:p|text:p|text:h|si)>|<(?:w:br|w:cr|a:br|text:line-break)(?:\s[^<>]{0,400})?/?>"
)
_GAPS = lazy.pattern(rb"<(?:w:tab|text:tab|text:s)(?:\s[^<>]{0,400})?/?>")
_MARKS = lazy.pattern(rb"<[^<>]{0,20000}>")
_TARGETS = lazy.pattern(rb"\bxlink:href=\"([^\"<>]{1,2000})\"")
"""Where links lead: what only stands in a mark."""
_SIGNS = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&apos;", b"'"), (b"&amp;", b"&"))


def text_of(name: str, content: bytes) -> bytes | None:
    """Return the text of a member of a document, or None if it is no such member.

    Args:
        name: of the member.
        content: all of it.
    """
    if not _NAMES.fullmatch(name) or not _STORED.search(content[:_HEAD]):
        return None
    targets = _TARGETS.findall(content)
    text = _MARKS.sub(b"", _GAPS.sub(b"\t", _BREAKS.sub(b"\n", content)))
    text = b"\n".join((text, *targets)) if targets else text
    for sign, letter in _SIGNS:
        text = text.replace(sign, letter)
    return text
