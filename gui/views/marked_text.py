# ruff: noqa: N802 - Qt gives methods their names
"""A text with marked ranges: a tint, a line below and a badge above each.

Marks are painted over the text and not put into it, so any number of them costs only what is in
sight.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from deid import Span
from gui.offsets import OffsetMap

_LINE_HEIGHT: Final = 172.0
_MARGIN: Final = 18


@dataclass(frozen=True, slots=True)
class Look:
    """The looks of a marked range.

    Attributes:
        line: colour of the line below and of the badge; `#rrggbb`.
        tint: colour behind the text; empty for none.
        pen: style of the line below.
        badge: a letter or two.
        told: what a tooltip says.
        current: whether it is the one that is looked at.
    """

    line: str
    tint: str
    pen: Qt.PenStyle
    badge: str
    told: str
    current: bool = False


class MarkedText(QTextEdit):
    """Shows a text and its marked ranges.

    Signals:
        clicked: carries the index of the range that was clicked, or -1.
    """

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offsets = OffsetMap("")
        self._look: Callable[[int], Look] = _no_look
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._canvas = "#ffffff"
        self._accent = "#000000"
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(10)
        self.setFont(font)
        self.viewport().setMouseTracking(True)

    def show_text(self, text: str) -> None:
        """Show this text, with no ranges, from its beginning."""
        self._offsets = OffsetMap(text)
        self.show_ranges((), _no_look)
        document = QTextDocument(self)
        document.setDefaultFont(self.font())
        document.setDocumentMargin(_MARGIN)
        document.setDefaultTextOption(QTextOption(document.defaultTextOption()))
        document.setPlainText(text)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(
            _LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        )
        cursor.mergeBlockFormat(spacing)
        document.setUndoRedoEnabled(False)
        document.setUndoRedoEnabled(True)
        # Qt deletes the document that was there before.
        self.setDocument(document)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def plain_text(self) -> str:
        """The text as it is typed now, blanks as they are, with LF at line ends."""
        raw = self.document().toRawText()
        return raw.replace("\u2029", "\n").replace("\u2028", "\n")

    def show_ranges(self, spans: Sequence[Span], look: Callable[[int], Look]) -> None:
        """Mark these ranges.

        Args:
            spans: in their order.
            look: gives the looks of one, by its index; asked for those in sight only.
        """
        self._look = look
        self._starts = [self._offsets.position(span.start) for span in spans]
        self._ends = [self._offsets.position(span.end) for span in spans]
        self.viewport().update()

    def use_colours(self, *, canvas: str, accent: str) -> None:
        """Paint badges on this background, and the frame of the current range in this colour."""
        self._canvas, self._accent = canvas, accent
        self.viewport().update()

    def reveal(self, span: Span) -> None:
        """Put the caret before this range, and scroll if it is not well in sight."""
        cursor = self.textCursor()
        cursor.setPosition(self._offsets.position(span.end))
        self.setTextCursor(cursor)
        cursor.setPosition(self._offsets.position(span.start))
        self.setTextCursor(cursor)
        height = self.viewport().height()
        top = self.cursorRect().top()
        if not height // 10 < top < height * 3 // 4:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + top - height // 3)

    def selected_span(self) -> Span | None:
        """What is selected, in code points, without blanks at its ends; None if nothing is."""
        cursor = self.textCursor()
        text = cursor.selectedText()
        if not text.strip():
            return None
        start = cursor.selectionStart() + _units(text[: len(text) - len(text.lstrip())])
        end = cursor.selectionEnd() - _units(text[len(text.rstrip()) :])
        return Span(self._offsets.offset(start), self._offsets.offset(end))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint tints, then the text, then lines and badges."""
        seen = list(self._pieces_in_sight())
        pieces = [(self._look(index), rect, first) for index, rect, first in seen]
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one, rect, _ in pieces:
            self._paint_tint(painter, one, rect)
        painter.end()
        super().paintEvent(event)
        painter.begin(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one, rect, first in pieces:
            self._paint_line(painter, one, rect)
            if first:
                self._paint_badge(painter, one, rect)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell which range was clicked, unless text was selected."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.clicked.emit(self._index_at(event.position()))

    def viewportEvent(self, event: QEvent) -> bool:
        """Show what a range is in a tooltip."""
        if isinstance(event, QHelpEvent):
            index = self._index_at(QPointF(event.pos()))
            if index >= 0:
                QToolTip.showText(event.globalPos(), self._look(index).told, self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def _index_at(self, place: QPointF) -> int:
        for index, rect, _ in self._pieces_in_sight():
            if rect.adjusted(-2, -9, 2, 3).contains(place):
                return index
        return -1

    def _pieces_in_sight(self) -> Iterator[tuple[int, QRectF, bool]]:
        """Each line's part of each range in sight, and whether it is the first part."""
        height = self.viewport().height()
        # Above the first line, Qt would take the place for one at the end.
        edge = max(0, _MARGIN + 2 - self.verticalScrollBar().value())
        top = self.cursorForPosition(QPoint(_MARGIN, edge)).position()
        bottom = self.cursorForPosition(self.viewport().rect().bottomRight()).position()
        # Ranges that are not replaced may overlap others, so ends are not sorted quite strictly.
        first = max(0, bisect_left(self._ends, top) - 1)
        for index in range(first, bisect_right(self._starts, bottom)):
            for number, rect in enumerate(self._rects(self._starts[index], self._ends[index])):
                if rect.top() > height:
                    if number == 0:
                        return
                    break
                if rect.bottom() >= 0:
                    yield index, rect, number == 0

    def _rects(self, start: int, end: int) -> Iterator[QRectF]:
        """Where the text between two positions stands, a rectangle a line."""
        shift = QPointF(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        metrics = QFontMetricsF(self.font())
        block = self.document().findBlock(start)
        while block.isValid() and block.position() < end:
            layout = block.layout()
            origin = self.document().documentLayout().blockBoundingRect(block).topLeft() + shift
            low = max(0, start - block.position())
            high = min(block.length() - 1, end - block.position())
            number = layout.lineForTextPosition(low).lineNumber()
            while 0 <= number < layout.lineCount():
                line = layout.lineAt(number)
                line_end = line.textStart() + line.textLength()
                if line.textStart() >= high:
                    break
                left = _x(line.cursorToX(max(low, line.textStart())))
                right = _x(line.cursorToX(min(high, line_end)))
                baseline = origin.y() + line.y() + line.ascent()
                yield QRectF(
                    origin.x() + min(left, right),
                    baseline - metrics.ascent(),
                    abs(right - left),
                    metrics.ascent() + metrics.descent(),
                )
                number += 1
            block = block.next()

    def _paint_tint(self, painter: QPainter, one: Look, rect: QRectF) -> None:
        box = rect.adjusted(-1.5, -0.5, 1.5, 2.5)
        if one.tint:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(one.tint))
            painter.drawRoundedRect(box, 3, 3)
        if one.current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._accent), 1.6))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 4, 4)

    def _paint_line(self, painter: QPainter, one: Look, rect: QRectF) -> None:
        painter.setPen(QPen(QColor(one.line), 1.6, one.pen, Qt.PenCapStyle.FlatCap))
        below = rect.bottom() + 1.2
        painter.drawLine(QPointF(rect.left(), below), QPointF(rect.right(), below))

    def _paint_badge(self, painter: QPainter, one: Look, rect: QRectF) -> None:
        if not one.badge:
            return
        font = QFont(self.font())
        font.setFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()])
        font.setPointSizeF(max(5.5, self.font().pointSizeF() * 0.64))
        font.setBold(True)
        metrics = QFontMetricsF(font)
        width = metrics.horizontalAdvance(one.badge) + 5
        box = QRectF(rect.left() - 1.5, rect.top() - metrics.height() + 2, width, metrics.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(one.line))
        painter.drawRoundedRect(box, 2.5, 2.5)
        painter.setPen(QColor(self._canvas))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, one.badge)


def _no_look(index: int) -> Look:
    raise IndexError(index)


def _x(found: object) -> float:
    # The binding gives a pair of the place and the corrected position.
    return float(found[0] if isinstance(found, tuple | list) else found)  # type: ignore[arg-type]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
