"""PDF: the text of its pages, where pypdf is installed."""

from __future__ import annotations

import contextlib
import io
import logging
from typing import TYPE_CHECKING, Any, BinaryIO

from leakhunt.archives.again import View
from leakhunt.archives.base import ERRORS, Budget, Member, Trouble, reason
from leakhunt.archives.journals import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

_pypdf: Any = None
with contextlib.suppress(ImportError):
    import pypdf as _pypdf


def pages(file: BinaryIO, budget: Budget) -> Iterator[Member | Trouble]:
    """Yield the text of each page.

    Args:
        file: readable in any order.
        budget: what may be unpacked.
    """
    if _pypdf is None:
        yield Trouble("", "the text of a PDF is not read without pypdf", "skipped", gap=False)
        return
    if isinstance(file, View):
        # It is read in no order at all.
        if file.seek(0, io.SEEK_END) > LARGEST:
            said = f"it is a PDF of more than {LARGEST:,} bytes in a container: unpack it"
            yield Trouble("", said, "limit")
            return
        file.seek(0)
        file = io.BytesIO(file.read())
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        for number, page in enumerate(_pypdf.PdfReader(file).pages, 1):
            text = page.extract_text().encode("utf-8", "replace")
            budget.count()
            budget.spend(len(text))
            yield Member(f"page {number}", text, len(text))
    except (*ERRORS, RecursionError, _pypdf.errors.PyPdfError) as error:
        yield Trouble("", reason(error), gap=False)
