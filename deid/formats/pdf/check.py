"""The second reader: what pdfium reads on a page, beside what we read, before and after."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from deid.errors import DefectError
from deid.formats.pdf.glyphs import Glyph, PageContent, PageProblemError
from deid.formats.pdf.lines import Line
from deid.formats.pdf.matrices import Box, at
from deid.formats.pdf.rendering import opened
from deid.formats.pdf.rewriting import Changes
from deid.formats.pdf.standins import StandIn

_ASLANT: Final = 0.01
_HYPHENS: Final = frozenset("-\u00ad\u2010\u2011\ufffe\u2212")


def letters(text: str) -> Counter[str]:
    """The characters of a text that every reader agrees on: no blanks, hyphens or controls."""
    return Counter(
        one
        for one in unicodedata.normalize("NFKD", text)
        if one not in _HYPHENS and unicodedata.category(one)[0] not in "ZCM"
    )


def page_text(page: Any) -> str:
    """All that pdfium reads on a page."""
    text = page.get_textpage()
    try:
        return str(text.get_text_range(errors="ignore"))
    finally:
        text.close()


@dataclass(frozen=True, slots=True)
class Expected:
    """What a second reader may read on a page.

    Attributes:
        least: letters that are there.
        most: letters that may be there: those drawn twice, and texts of marks.
        places: boxes on the page, and the letters that may be in each at most.
    """

    least: Counter[str] = field(repr=False)
    most: Counter[str] = field(repr=False)
    places: Sequence[tuple[Box, Counter[str]]] = field(default=(), repr=False)

    def is_met(self, found: Counter[str]) -> bool:
        """Whether these letters are what is expected."""
        return not self.least - found and not found - self.most


def expected_of(read: PageContent, lines: Sequence[Line], changes: Changes) -> Expected:
    """What a page should hold after it changed.

    Letters that are drawn twice, and those that a mark gives another text for, may be read once,
    twice, or as the mark says.
    """
    glyphs = read.glyphs
    new = letters("".join(one.text for one in changes.stand_ins))
    shown = "".join(
        character
        for line in lines
        for character, source in zip(line.text, line.sources, strict=True)
        if source and not glyphs[source[0]].show.marks and not changes.removed & {*source}
    )
    kept = [
        _moved(glyph, changes.moved.get(index, 0.0))
        for index, glyph in enumerate(glyphs)
        if index not in changes.removed
    ]
    marks = [changes.marks.get(number, mark.text) for number, mark in enumerate(read.marks)]
    most = "".join(glyph.text for glyph in kept) + "".join(text or "" for text in marks)
    places = [
        (_middle(one), letters(one.text + _beside(one, changes.stand_ins)) + _near(one, kept))
        for one in changes.stand_ins
    ]
    return Expected(letters(shown) + new, letters(most) + new, places)


def check_agreement(read: PageContent, lines: Sequence[Line], other: str) -> None:
    """Refuse a page on which two readers read different letters.

    Raises:
        PageProblemError: they do.
    """
    if not expected_of(read, lines, Changes()).is_met(letters(other)):
        raise PageProblemError("its letters are not read alike by two readers")


def check_output(before: bytes, after: bytes, expected: Sequence[Expected | None]) -> None:
    """See to it that an output reads as it should, by the second reader.

    Args:
        before: the input.
        after: the output.
        expected: for each page what it should hold; None: what it held.

    Raises:
        DefectError: it does not, or pages are other than they were.
    """
    with opened(before) as first, opened(after) as second:
        if len(first) != len(second) or len(second) != len(expected):
            raise DefectError("the output has other pages than the input: nothing was written")
        for number, wanted in enumerate(expected):
            one, other = first[number], second[number]
            if one.get_size() != other.get_size() or one.get_rotation() != other.get_rotation():
                raise DefectError(f"page {number + 1} has another size: nothing was written")
            if not _reads_as(one, other, wanted):
                raise DefectError(
                    f"page {number + 1} does not read as it should: nothing was written"
                )
            one.close()
            other.close()


def _reads_as(before: Any, after: Any, wanted: Expected | None) -> bool:
    read = page_text(after)
    if wanted is None:
        return read == page_text(before)
    if not wanted.is_met(letters(read)):
        return False
    text = after.get_textpage()
    try:
        return not any(
            letters(text.get_text_bounded(*box, errors="ignore")) - allowed
            for box, allowed in wanted.places
        )
    finally:
        text.close()


def _middle(one: StandIn) -> Box:
    """The middle of the box of a stand-in, which lines beside it do not reach into."""
    across, up = one.direction
    frame = (across, up, -up, across, one.x, one.y)
    inset = min(0.1 * one.size, one.width / 4)
    corners = [
        at(frame, x, y)
        for x in (inset, one.width - inset)
        for y in (0.15 * one.size, 0.4 * one.size)
    ]
    return (
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )


def _beside(one: StandIn, others: Sequence[StandIn]) -> str:
    """What stand-ins read that lie in the box around one that stands aslant."""
    if min(map(abs, one.direction)) < _ASLANT:
        return ""
    left, low, right, high = _middle(one)
    return "".join(
        other.text
        for other, box in ((other, _middle(other)) for other in others if other is not one)
        if box[0] < right + other.size
        and left < box[2] + other.size
        and box[1] < high + other.size
        and low < box[3] + other.size
    )


def _moved(glyph: Glyph, further: float) -> Glyph:
    """A letter where it lies in the output."""
    if not further:
        return glyph
    across, up = glyph.show.direction
    return replace(glyph, x=glyph.x + further * across, y=glyph.y + further * up)


def _near(one: StandIn, kept: Sequence[Glyph]) -> Counter[str]:
    """Letters that were left and lie in or beside a box."""
    left, low, right, high = _middle(one)
    found = [
        glyph.text
        for glyph in kept
        if left - glyph.width - glyph.show.height <= glyph.x <= right + glyph.show.height
        and low - 2 * glyph.show.height <= glyph.y <= high + 2 * glyph.show.height
    ]
    return letters("".join(found))
