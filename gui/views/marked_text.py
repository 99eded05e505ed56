# ruff: noqa: N802 - Qt gives methods their names
"""A text with marked ranges: a tint, a line below and a badge above each.

Marks are painted over the text and not put into it, so any number of them costs only what is in
sight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from deid import Span, managed
from gui.offsets import OffsetMap, Offsets, PositionMap, changed_part, starts_and_ends
from gui.places import Places
from gui.views.mark_painter import Badges, Look, paint_found, paint_line, paint_tint
from gui.views.place_strip import PlaceStrip
from gui.views.text_places import Piece, TextPlaces, line_around

LookOf = Callable[[int], Look | None]

# Leaves room for the badges between the lines.
_LINE_HEIGHT: Final = 172.0
_MARGIN: Final = 18
_FEW: Final = 64
"""Of so many ranges at most, each is looked up to paint it anew."""


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Ranges of a text, in code points.

    Attributes:
        spans: in the order of their starts.
        starts: of each.
        ends: of each.
        reaches: for each range, the farthest end of it and those before it; so sorted, which the
            ends of ranges that overlap need not be.
    """

    spans: tuple[Span, ...]
    starts: Offsets
    ends: Offsets
    reaches: Offsets

    @classmethod
    def of(cls, spans: tuple[Span, ...]) -> _Ranges:
        """These spans."""
        starts, ends = starts_and_ends(spans)
        return cls(spans, starts, ends, np.maximum.accumulate(ends))

    def between(self, low: int, high: int) -> Offsets:
        """The indices of the ranges that share a place with `[low, high]`."""
        first = int(np.searchsorted(self.reaches, low))
        last = int(np.searchsorted(self.starts, high, side="right"))
        return first + np.flatnonzero(self.ends[first:last] >= low)


@dataclass(frozen=True, slots=True)
class _Sight:
    """The part of a text that is in sight.

    Attributes:
        places: finds what stands where.
        low: position at which the first line begins.
        high: position at which the last line ends.
        top: height on the widget from which on something is in sight.
        bottom: height down to which it is.
    """

    places: TextPlaces
    low: int
    high: int
    top: int
    bottom: int

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """What is in sight between two positions."""
        for piece in self.places.pieces(start, end, within=(self.low, self.high)):
            if piece.rect.bottom() >= self.top and piece.rect.top() <= self.bottom:
                yield piece


class MarkedText(QTextEdit):
    """Shows a text and its marked ranges.

    Signals:
        clicked: carries the index of the range that was clicked, or -1.
    """

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._offsets: PositionMap | None = OffsetMap("")
        self._look: LookOf = _no_look
        self._ranges = self._found = _Ranges.of(())
        self._found_current: int | None = None
        self._editable = False
        self._badges: Badges | None = None
        self._painted_at = 0
        # What was in sight when that was asked last: the lines there need not be looked for again.
        self._seen: tuple[PositionMap, QFont, QSize, QPointF] | None = None
        self._lines = (0, 0)
        self._canvas, self._accent, self._ink = "#ffffff", "#000000", "#000000"
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setCursorWidth(2)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.viewport().setMouseTracking(True)
        # Filled by `paintEvent`, so that nothing of what lies below is painted with it.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._allow_typing(False)
        self.places = Places()
        self._strip = PlaceStrip(self, self)
        self.verticalScrollBar().valueChanged.connect(self._strip.update)
        self.cursorPositionChanged.connect(self._say_place)
        # Only the family: the size is that of the letters in the rest of the window.
        font = QFont()
        font.setFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
        self.setFont(font)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied or dragged: nothing, where IT lets no note be copied."""
        if not managed.current().may_copy_original:
            return QMimeData()
        return super().createMimeDataFromSelection()

    def show_text(self, text: str) -> None:
        """Show this text, with no ranges, from its beginning."""
        self._text, self._offsets = text, OffsetMap(text)
        self.show_places(Places())
        self.show_ranges((), _no_look)
        self.show_found(())
        document = QTextDocument(self)
        document.setUndoRedoEnabled(False)
        document.setDefaultFont(self.font())
        document.setDocumentMargin(_MARGIN)
        # Before there is text, this costs nothing; each paragraph takes it over from the first.
        spacing = QTextBlockFormat()
        spacing.setLineHeight(
            _LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        )
        cursor = QTextCursor(document)
        cursor.setBlockFormat(spacing)
        cursor.insertText(text)
        document.setUndoRedoEnabled(self._editable)
        # Qt deletes the document that was there before.
        self.setDocument(document)
        document.contentsChange.connect(self._outdate)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def show_places(self, places: Places) -> None:
        """Say beside the text from which place of its file each part of it is."""
        self.places = places
        self._strip.show_places(places)
        self._make_room()
        self._say_place()

    def set_editable(self, editable: bool) -> None:
        """Say whether the text may be typed into; a caret is there in any case."""
        if editable is not self._editable:
            self._allow_typing(editable)

    def change_text(self, text: str) -> None:
        """Make of the text that is shown this one; what is the same in both stays where it is.

        The ranges are no longer those of the text and have to be shown anew.
        """
        start, old_end, new_end = changed_part(self._text, text)
        low, high = self._map().position(start), self._map().position(old_end)
        self._put(low, high, text[start:new_end])
        self._text, self._offsets = text, OffsetMap(text)
        self.show_ranges((), _no_look)
        self.show_found(())

    def plain_text(self) -> str:
        """The text as it is typed now, blanks as they are, with LF at line ends."""
        raw = self.document().toRawText()
        return raw.replace("\u2029", "\n").replace("\u2028", "\n")

    def show_ranges(
        self, spans: Sequence[Span], look: LookOf, *, changed: Sequence[Span] | None = None
    ) -> None:
        """Mark these ranges.

        Args:
            spans: in the order of their starts.
            look: gives the looks of one, by its index, or None for one that is not to be seen;
                asked for those in sight only.
            changed: where anything looks otherwise than before; None: it may anywhere.
        """
        self._look = look
        self._ranges = _ranges_of(spans, self._ranges)
        if changed is None:
            self.viewport().update()
        else:
            self.refresh(changed)

    def show_found(self, spans: Sequence[Span], current: int | None = None) -> None:
        """Outline these ranges as what a search found.

        Args:
            spans: in the order of their starts.
            current: index of the one that the search stands at.
        """
        self._found = _ranges_of(spans, self._found)
        self._found_current = current
        self.viewport().update()

    def refresh(self, spans: Sequence[Span]) -> None:
        """Ask for the looks of the ranges here once more, as far as they are in sight."""
        viewport = self.viewport()
        moved = abs(self.verticalScrollBar().value() - self._painted_at)
        if moved >= viewport.height() or len(spans) > _FEW:
            viewport.update()
            return
        sight = self._sight()
        for span in spans:
            start, end = self._map().position(span.start), self._map().position(span.end)
            for piece in sight.pieces(start, end):
                viewport.update(_room(piece).toAlignedRect())

    def use_colours(self, *, canvas: str, accent: str, ink: str, quiet: str = "") -> None:
        """Paint badges on this background, the current range's frame and outlines in these.

        Args:
            canvas: the background.
            accent: of the current range's frame.
            ink: of outlines.
            quiet: of what is said beside the text; empty: as outlines.
        """
        self._canvas, self._accent, self._ink = canvas, accent, ink
        self._strip.use_colours(canvas=canvas, ink=quiet or ink)
        self._make_room()
        self.viewport().update()

    def reveal(self, span: Span) -> None:
        """Put the caret before this range, and scroll if it is not well in sight."""
        height = self.viewport().height()
        if not height // 10 < self.height_of(span.start) < height * 3 // 4:
            self.scroll_to(span.start, height // 3)
        # Where it is in sight already, so that this does not scroll as well.
        self.set_caret(span.start)

    def caret(self) -> int:
        """The code point before which the caret stands."""
        return self._map().offset(self.textCursor().position())

    def set_caret(self, offset: int) -> None:
        """Put the caret before this code point, and select nothing."""
        cursor = self.textCursor()
        cursor.setPosition(self._map().position(offset))
        self.setTextCursor(cursor)

    def selected_span(self) -> Span | None:
        """What is selected, in code points, without blanks at its ends; None if nothing is."""
        cursor = self.textCursor()
        text = cursor.selectedText()
        if not text.strip():
            return None
        start = cursor.selectionStart() + _units(text[: len(text) - len(text.lstrip())])
        end = cursor.selectionEnd() - _units(text[len(text.rstrip()) :])
        return Span(self._map().offset(start), self._map().offset(end))

    def selection(self) -> tuple[int, int]:
        """Where the selection begins and ends, in code points; the same place if it is empty."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        return self._map().offset(start), self._map().offset(end)

    def place_at(self, height: int) -> tuple[int, int]:
        """The code point that begins nearest to this height of the viewport, and its own height."""
        cursor = self._cursor_at(_MARGIN, max(height, self._top_edge()))
        return self._map().offset(cursor.position()), self.cursorRect(cursor).top()

    def height_of(self, offset: int) -> int:
        """The height of the viewport at which the line with this code point begins."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._map().position(offset))
        return self.cursorRect(cursor).top()

    def scroll_to(self, offset: int, height: int) -> None:
        """Scroll until this code point stands at this height of the viewport."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.height_of(offset) - height)

    def in_sight(self) -> tuple[int, int]:
        """The first and the last code point that are in sight."""
        sight, offsets = self._sight(), self._map()
        return offsets.offset(sight.low), offsets.offset(sight.high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out anew."""
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange}:
            self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the canvas, tints, the text, lines, badges and outlines, as far as asked for."""
        area = QRectF(event.rect())
        self._painted_at = self.verticalScrollBar().value()
        pieces = [
            (look, piece)
            for index, piece in self._pieces_in_sight(self._ranges)
            if area.intersects(_room(piece)) and (look := self._look(index)) is not None
        ]
        viewport = self.viewport()
        painter = QPainter(viewport)
        painter.fillRect(event.rect(), QColor(self._canvas))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for look, piece in pieces:
            paint_tint(painter, look, piece.rect, accent=self._accent)
        painter.end()
        super().paintEvent(event)
        painter.begin(viewport)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, piece in self._pieces_in_sight(self._found):
            current = index == self._found_current
            paint_found(painter, piece.rect, colour=self._ink, current=current)
        for look, piece in pieces:
            paint_line(painter, look, piece.rect)
        badges = self._badges_now()
        for look, piece in pieces:
            if piece.first:
                badges.paint(painter, look, piece)
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
            look = self._look(index) if index >= 0 else None
            if look is not None:
                QToolTip.showText(event.globalPos(), look.told(), self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def _allow_typing(self, allowed: bool) -> None:
        self._editable = allowed
        self.document().setUndoRedoEnabled(allowed)
        flags = Qt.TextInteractionFlag
        reading = flags.TextSelectableByKeyboard | flags.TextSelectableByMouse
        self.setTextInteractionFlags(flags.TextEditorInteraction if allowed else reading)
        # Files that are dropped go to the window.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)

    def _make_room(self) -> None:
        """Give the strip of places its width, at the side where lines begin."""
        inside, bar = self.contentsRect(), self.verticalScrollBar()
        taken = bar.width() if bar.isVisible() else 0
        wide = self._strip.wanted_width(inside.width() - taken)
        before = self.viewportMargins()
        leftward = self.isRightToLeft()
        left, right = (0, wide) if leftward else (wide, 0)
        if (before.left(), before.right()) != (left, right):
            self.setViewportMargins(left, 0, right, 0)
        place = self.viewport().geometry()
        at = place.right() + 1 if leftward else place.left() - wide
        self._strip.setGeometry(at, place.top(), wide, place.height())
        self._strip.setVisible(wide > 0)

    def _say_place(self) -> None:
        """Let screen readers say from which place the text at the caret is."""
        words = self.places.at(self.caret()) if self.places else ""
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def _put(self, start: int, end: int, words: str) -> None:
        """Put words into the document in the place of what stands between two positions."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(words)

    def _outdate(self) -> None:
        self._offsets = None

    def _map(self) -> PositionMap:
        """The map of the text as it stands, also after it was typed into."""
        if self._offsets is None:
            self._text = self.plain_text()
            self._offsets = OffsetMap(self._text)
        return self._offsets

    def _index_at(self, place: QPointF) -> int:
        for index, piece in self._pieces_in_sight(self._ranges):
            inside = piece.rect.adjusted(-2, -9, 2, 3).contains(place)
            if inside and self._look(index) is not None:
                return index
        return -1

    def _badges_now(self) -> Badges:
        """The badges for the font, the colours and the screen as they are."""
        font, ratio = self.font(), self.devicePixelRatioF()
        if self._badges is None or not self._badges.are_for(font, self._canvas, ratio):
            self._badges = Badges(font, self._canvas, ratio)
        return self._badges

    def _pieces_in_sight(self, ranges: _Ranges) -> Iterator[tuple[int, Piece]]:
        """Each piece in sight of each range, with the index of that."""
        if not ranges.spans:
            return
        sight, offsets = self._sight(), self._map()
        # Of thousands of ranges, only the places of those that are in sight are looked up.
        chosen = ranges.between(offsets.offset(sight.low), offsets.offset(sight.high))
        starts = offsets.positions(ranges.starts[chosen])
        ends = offsets.positions(ranges.ends[chosen])
        for index, start, end in zip(
            *(one.tolist() for one in (chosen, starts, ends)), strict=True
        ):
            for piece in sight.pieces(start, end):
                yield index, piece

    def _sight(self) -> _Sight:
        """What is in sight now."""
        metrics = QFontMetricsF(self.font())
        # What stands just out of sight has a badge, a frame or a line that does not.
        reach = int(metrics.height())
        size = self.viewport().size()
        shift = QPointF(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        places = TextPlaces(self.document(), metrics, shift, mixed=self._map().leftward)
        seen = (self._map(), self.font(), size, shift)
        if self._seen != seen:
            top = self._cursor_at(_MARGIN, self._top_edge(above=reach))
            bottom = self._cursor_at(size.width(), size.height() + reach)
            self._seen, self._lines = seen, (line_around(top)[0], line_around(bottom)[1])
        return _Sight(places, *self._lines, -reach, size.height() + reach)

    def _cursor_at(self, x: int, y: int) -> QTextCursor:
        """A cursor at what stands there.

        Qt takes a place whose lines it has yet to break for the end of the text, and breaks them
        then; so it is asked once more.
        """
        cursor = self.cursorForPosition(QPoint(x, y))
        return self.cursorForPosition(QPoint(x, y)) if cursor.atEnd() else cursor

    def _top_edge(self, *, above: int = 0) -> int:
        """The height at which the first line is met that is in sight, or so far above it.

        Above the first line of all, Qt would take a place for one at the end of the text.
        """
        return max(-above, _MARGIN + 2 - self.verticalScrollBar().value())


def _room(piece: Piece) -> QRectF:
    """Where a piece is painted at most: with its frame, its line and its badge."""
    reach = piece.rect.height()
    return piece.rect.adjusted(-4 * reach, -reach, 4 * reach, reach)


def _ranges_of(spans: Sequence[Span], known: _Ranges) -> _Ranges:
    """These spans as ranges; those that are known, if they are the same."""
    wanted = tuple(spans)
    return known if known.spans == wanted else _Ranges.of(wanted)


def _no_look(index: int) -> Look | None:
    raise IndexError(index)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
