"""Pages that cannot be read as text, read as a picture of what a viewer shows."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Final

import pikepdf

from deid.errors import InputError
from deid.formats import ReadOptions
from deid.formats.nested import NestedFile, open_nested
from deid.formats.pdf.matrices import Matrix, read_box
from deid.formats.pdf.rendering import MAX_PIXELS
from deid.policy import Unexamined

_DOTS: Final = 200 / 72


def read_scan(page: Any, number: int, *, why: str, options: ReadOptions) -> NestedFile | None:
    """A page as a picture file; None, where it can neither be read so, and is emptied.

    Args:
        page: as pdfium knows it.
        number: of the page, from 1.
        why: it cannot be read as text.
        options: how the document is read.

    Raises:
        InputError: it cannot be read as a picture, and the policy does not let it be emptied.
    """
    place = f"page {number}"
    try:
        return open_nested(drawn(page), suffix=".png", place=place, options=options)
    except InputError as error:
        if options.unexamined is Unexamined.REMOVE:
            return None
        raise type(error)(
            f"{place} cannot be read as text: {why}; nor as a picture: {error}"
        ) from None


def matrix_of(page: pikepdf.Page, box: Iterable[Any]) -> Matrix:
    """From the unit square to a rectangle of a page, upright as it is seen."""
    left, low, right, high = read_box(box)
    width, height = right - left, high - low
    return {
        90: (0.0, height, -width, 0.0, right, low),
        180: (-width, 0.0, 0.0, -height, right, high),
        270: (0.0, -height, width, 0.0, left, high),
    }.get(page.rotation % 360, (width, 0.0, 0.0, height, left, low))


def drawn(page: Any) -> bytes:
    """What pdfium shows of a page without its annotations, as a picture file."""
    across, down = page.get_size()
    scale = min(_DOTS, (MAX_PIXELS / max(across * down, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, draw_annots=False, may_draw_forms=False)
    picture = bitmap.to_pil().convert("RGB")
    red, green, blue = (band.tobytes() for band in picture.split())
    if red == green == blue:
        picture = picture.getchannel(0)
    output = io.BytesIO()
    picture.save(output, format="PNG", compress_level=3)
    return output.getvalue()
