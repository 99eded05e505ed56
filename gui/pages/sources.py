"""What draws the pages of a file, by its kind. One thread uses a source, and closes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final, Protocol
from xml.etree.ElementTree import ParseError

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from deid.errors import InputError
from gui.pages.differences import changed_areas, changed_words

Sizes = Sequence[tuple[float, float]]
Area = tuple[float, float, float, float]

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff"})
_MOST_PIXELS: Final = 40_000_000
_COMPARED: Final = 900
"""Pages of a PDF and pictures are compared so many pixels wide."""


class Source(Protocol):
    """The pages of one state of a file."""

    @property
    def sizes(self) -> Sizes:
        """Width and height of each, in any one unit."""

    def draw(self, index: int, width: int) -> QImage:
        """A page, so many pixels wide.

        Raises:
            DeidError: it cannot be drawn.
        """

    def close(self) -> None:
        """Let go of what Qt holds for it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A file before and after.

    Attributes:
        before: its pages.
        after: those of the result; None: there is none yet.
        draws_marks: whether the pages themselves show what differs.
    """

    before: Source = field(repr=False)
    after: Source | None = field(default=None, repr=False)
    draws_marks: bool = False
    _known: dict[int, list[Area]] = field(default_factory=dict, repr=False)

    def close(self) -> None:
        """Let go of both."""
        for one in (self.before, self.after):
            if one is not None:
                one.close()

    def areas(self, index: int) -> list[Area]:
        """Where a page differs from that of the other state: boxes in shares of its size."""
        if index not in self._known:
            self._known[index] = self._areas(index)
        return self._known[index]

    def _areas(self, index: int) -> list[Area]:
        after = self.after
        if self.draws_marks or after is None:
            return []
        if index >= min(len(self.before.sizes), len(after.sizes)):
            return []
        one, other = (_pixels(each.draw(index, _COMPARED)) for each in (self.before, after))
        down, across = one.shape[:2]
        return [
            (left / across, top / down, wide / across, high / down)
            for left, top, wide, high in changed_areas(one, other)
        ]


def shows_pages(name: str) -> bool:
    """Whether there is a view of the pages of a file of this name."""
    suffix = PurePath(name).suffix.lower()
    return suffix in {".docx", ".pdf"} or suffix in PICTURES


def open_pair(name: str, before: bytes, after: bytes | None) -> Pair:
    """The pages of a file, and of its result.

    Args:
        name: of the file.
        before: its bytes, which its reader took.
        after: those of the result; None: there is none yet.

    Raises:
        DeidError: it cannot be drawn.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix == ".docx":
        try:
            return _word_pair(before, after)
        except (ParseError, RecursionError, ValueError):
            raise InputError(
                "the pages of the document cannot be drawn: look at its text"
            ) from None
    kind = PdfPages if suffix == ".pdf" else PicturePages
    return Pair(kind(before), kind(after) if after is not None else None)


class PicturePages:
    """The pictures in a file, each a page.

    Args:
        content: the file.
    """

    def __init__(self, content: bytes) -> None:
        from deid.formats.pictures.opening import look_at

        self._file = look_at(content)
        self.sizes: Sizes = [(float(across), float(down)) for across, down in self._file.sizes()]

    def draw(self, index: int, width: int) -> QImage:
        """A picture, so many pixels wide."""
        across, down = self.sizes[index]
        height = max(1, round(width * down / across))
        shown = self._file.page(index).picture.convert("RGB")
        if width * height <= _MOST_PIXELS:
            shown = shown.resize((width, height))
        form = QImage.Format.Format_RGB888
        # The copy is of its own, and outlives the bytes.
        return QImage(shown.tobytes(), shown.width, shown.height, 3 * shown.width, form).copy()

    def close(self) -> None:
        """There is nothing to let go of."""


class PdfPages:
    """The pages of a PDF.

    Args:
        content: the file.
    """

    def __init__(self, content: bytes) -> None:
        from deid.formats.pdf.rendering import opened

        self._content = content
        with opened(content) as document:
            self.sizes: Sizes = tuple(document.get_page_size(at) for at in range(len(document)))

    def draw(self, index: int, width: int) -> QImage:
        """A page, so many pixels wide."""
        from deid.formats.pdf.rendering import render_page

        page = render_page(self._content, index, width=width)
        form = QImage.Format.Format_RGB888
        # The copy is of its own, and outlives the bytes.
        return QImage(page.rgb, page.width, page.height, 3 * page.width, form).copy()

    def close(self) -> None:
        """There is nothing to let go of."""


def _word_pair(before: bytes, after: bytes | None) -> Pair:
    from gui.pages.word import layout_of
    from gui.pages.word_layout import WordPages

    one = layout_of(before)
    if after is None:
        return Pair(WordPages(one, ()), draws_marks=True)
    other = layout_of(after)
    texts = [[paragraph.text for paragraph in each.paragraphs()] for each in (one, other)]
    gone, come = changed_words(*texts)
    return Pair(WordPages(one, gone), WordPages(other, come), draws_marks=True)


def _pixels(image: QImage) -> NDArray[np.uint8]:
    shown = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(shown.constBits(), dtype=np.uint8)
    rows = rows.reshape(shown.height(), shown.bytesPerLine())[:, : shown.width() * 3]
    return rows.reshape(shown.height(), shown.width(), 3).copy()
