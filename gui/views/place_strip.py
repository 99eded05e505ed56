# ruff: noqa: N802 - Qt gives methods their names
"""The strip beside a text that says from which place of the file each part of it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.places import Places

_SHARE: Final = 0.24
_LETTERS: Final = 18
_LEAST_TEXT: Final = 16
"""A text that has room for fewer letters than this beside the strip has none."""


class Lines(Protocol):
    """What the strip asks of the text beside it."""

    def in_sight(self) -> tuple[int, int]:
        """The first and the last code point that are in sight."""

    def height_of(self, offset: int) -> int:
        """The height of the viewport at which the line with this code point begins."""


class PlaceStrip(QWidget):
    """Names the places, each beside the line that it begins in; takes no focus and no text.

    Screen readers are told of the place at the caret by the text itself.

    Args:
        lines: tells what is in sight.
        parent: the text.
    """

    def __init__(self, lines: Lines, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = lines
        self._places = Places()
        self._canvas, self._ink = "#ffffff", "#000000"
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.hide()

    def show_places(self, places: Places) -> None:
        """Name these places."""
        self._places = places
        self.update()

    def use_colours(self, *, canvas: str, ink: str) -> None:
        """Write in this colour on this one."""
        self._canvas, self._ink = canvas, ink
        self.update()

    def wanted_width(self, room: int) -> int:
        """How wide it wants to be beside a text, of so many pixels together; 0: not at all."""
        letter = QFontMetrics(self._small()).averageCharWidth()
        wide = min(round(room * _SHARE), letter * _LETTERS)
        fits = room - wide >= self.fontMetrics().averageCharWidth() * _LEAST_TEXT
        return wide if self._places and fits else 0

    def said(self) -> list[tuple[int, str, str]]:
        """At which height of the viewport it says what, and the whole place of each."""
        if not self._places:
            return []
        low, high = self._lines.in_sight()
        found: list[tuple[int, str, str]] = []
        for number, one in enumerate(self._places.between(low, high)):
            top = self._lines.height_of(one.offset)
            # The place that goes on from above is said at the top, whole.
            words = one.whole if not number else one.brief
            if not found or top > found[-1][0]:
                found.append((top, words, one.whole))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write what is in sight."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._canvas))
        painter.setPen(QColor(self._ink))
        painter.setFont(self._small())
        flags = (
            Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop
        )
        for box, words, _ in self._boxes():
            painter.setClipRect(box)
            painter.drawText(box, flags, words)

    def event(self, event: QEvent) -> bool:
        """Tell the whole place in a tooltip."""
        if isinstance(event, QHelpEvent):
            told = [whole for box, _, whole in self._boxes() if box.contains(event.pos())]
            QToolTip.showText(event.globalPos(), told[-1] if told else "", self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """As the text has room."""
        return QSize(self.width(), self.height())

    def _boxes(self) -> Iterator[tuple[QRect, str, str]]:
        """Where each place is written, and what."""
        metrics = QFontMetrics(self._small())
        gap, width = metrics.averageCharWidth(), self.width() - 2 * metrics.averageCharWidth()
        lower = (self.fontMetrics().height() - metrics.height()) // 2
        said: Sequence[tuple[int, str, str]] = self.said()
        tops = [top + lower for top, _, _ in said]
        if len(tops) > 1:
            tops[0] = max(tops[0], min(metrics.height() // 4, tops[1] - metrics.height()))
        elif tops:
            tops[0] = max(tops[0], metrics.height() // 4)
        for number, (_, words, whole) in enumerate(said):
            end = tops[number + 1] if number + 1 < len(tops) else self.height()
            room = max(metrics.height(), min(end - tops[number], 4 * metrics.lineSpacing()))
            box = QRect(gap, tops[number], width, room)
            flags = int(Qt.TextFlag.TextWordWrap)
            if metrics.boundingRect(box, flags, words).height() > room:
                lines = max(1, room // metrics.lineSpacing())
                words = metrics.elidedText(words, Qt.TextElideMode.ElideLeft, width * lines)
            yield box, words, whole

    def _small(self) -> QFont:
        """The font of the window, which is narrower than that of the text, and smaller."""
        font = QFont(self.window().font())
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * 0.82)
        else:
            font.setPixelSize(max(1, round(font.pixelSize() * 0.82)))
        return font
