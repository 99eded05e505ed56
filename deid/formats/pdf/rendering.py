"""Pages as they are seen, for a view beside the text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Final

from deid.errors import MalformedRecord

_ONE_AT_A_TIME: Final = RLock()
"""pdfium may be used by one thread at a time; the window draws pages beside its other work."""

MAX_PIXELS: Final = 40_000_000
"""More pixels than that are never drawn of one page."""


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as it is seen.

    Attributes:
        width: pixels.
        height: pixels.
        rgb: three bytes a pixel, rows from the top, nothing between them.
    """

    width: int
    height: int
    rgb: bytes = field(repr=False)


@contextmanager
def opened(content: bytes) -> Iterator[Any]:
    """A document as pdfium reads it, while the block lasts.

    Raises:
        MalformedRecord: it cannot.
    """
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            raise MalformedRecord("the document cannot be drawn: save it anew") from None
        try:
            yield document
        finally:
            document.close()


def page_count(content: bytes) -> int:
    """How many pages a document has.

    Raises:
        MalformedRecord: it cannot be drawn.
    """
    with opened(content) as document:
        return len(document)


def render_page(content: bytes, index: int, *, width: int) -> RenderedPage:
    """A page as it is seen, with annotations.

    Args:
        content: the document.
        index: of the page, from 0.
        width: pixels; the height goes with it. Less is drawn of a page of extreme form.

    Raises:
        MalformedRecord: it cannot be drawn.
    """
    with opened(content) as document:
        page = document[index]
        try:
            across, down = page.get_size()
            scale = width / max(across, 1.0)
            scale = min(scale, (MAX_PIXELS / max(across * down, 1.0)) ** 0.5)
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            rows = bitmap.to_numpy()[:, :, :3]
            height, columns = rows.shape[:2]
            return RenderedPage(columns, height, rows.tobytes())
        finally:
            page.close()
