"""Text that is not seen over pictures of words, so that a scanned page can be searched.

It holds what the composed pictures show and nothing else: words that were read with certainty and
kept, and stand-ins (text rendering mode 3, ISO 32000-2, 9.3.6).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from deid.datatypes import Document, Redacted
from deid.formats.pdf.check import Expected, letters
from deid.formats.pdf.glyphs import Layer, PageContent
from deid.formats.pdf.matrices import Matrix, at
from deid.formats.pdf.pictures import Key, Pictures, key_of
from deid.formats.pdf.rewriting import Changes
from deid.formats.pdf.standins import StandIn, drawable
from deid.formats.pictures import PictureFile, Shown

_CAPITAL: Final = 0.718
"""Height of a capital letter of Helvetica, in sizes."""

_ASCENT: Final = 0.72
_DESCENT: Final = -0.21
_LEAST: Final = 0.1


def texts_of(
    pictures: Pictures, document: Document, redacted: Redacted
) -> dict[Key, tuple[Shown, ...]]:
    """What the new picture of each shows."""
    found: dict[Key, tuple[Shown, ...]] = {}
    for key, (file, first) in pictures.files.items():
        if isinstance(file.file, PictureFile):
            [(note, share)] = file.shares(document, redacted, first=first)
            found[key] = next(file.file.shown(note, share), ())
    return found


def is_ours(read: PageContent) -> bool:
    """Whether all letters of a page are such text, which an earlier pass wrote over its pictures.

    It is not read besides the pictures, but taken out, and written anew after these.
    """
    letters_of = [glyph.show for glyph in read.glyphs if not glyph.text.isspace()]
    return bool(letters_of and read.images) and all(
        show.stand_in is not None and show.layer is Layer.HIDDEN for show in letters_of
    )


def over_pictures(read: PageContent, texts: dict[Key, tuple[Shown, ...]]) -> Iterator[StandIn]:
    """The text over the pictures of a page that has no other letters."""
    if any(not glyph.text.isspace() for glyph in read.glyphs) and not is_ours(read):
        return
    for image in read.images:
        yield from over_picture(texts.get(key_of(image), ()), image.matrix)


def over_picture(texts: Iterable[Shown], matrix: Matrix) -> Iterator[StandIn]:
    """The text over one picture.

    Args:
        texts: that it shows.
        matrix: from the unit square to the page.
    """
    for one in texts:
        start, end, top = (at(matrix, x, 1 - y) for x, y in (one.start, one.end, one.top))
        width, size = math.dist(start, end), math.dist(start, top) / _CAPITAL
        if width < _LEAST or size < _LEAST:
            continue
        direction = ((end[0] - start[0]) / width, (end[1] - start[1]) / width)
        yield StandIn(
            drawable(one.text), *start, direction, width, size, _ASCENT, _DESCENT, Layer.HIDDEN
        )


def expected_over(
    texts: Iterable[StandIn], read: PageContent | None = None, changes: Changes | None = None
) -> Expected:
    """What a second reader may read on such a page: no more than these, and texts of marks.

    Args:
        texts: over its pictures.
        read: what the page drew.
        changes: what becomes of its marks.
    """
    marks = read.marks if read else ()
    new = changes.marks if changes else {}
    said = "".join(new.get(number, mark.text) or "" for number, mark in enumerate(marks))
    return Expected(Counter(), letters("".join(one.text for one in texts) + said))
