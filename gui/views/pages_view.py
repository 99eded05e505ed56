# ruff: noqa: N802 - Qt gives methods their names
"""Pages of a document below one another: as wide as there is room, or larger."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from gui.pages.sources import Sizes
from gui.pages_session import Drawn
from gui.theme import Theme

ZOOMS: Final = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0)
"""How many times the width that fits; 1 fits."""

_GAP: Final = 14
_LINE: Final = 60


@dataclass(frozen=True, slots=True)
class _Laid:
    """A page and where it lies in the whole, in pixels."""

    index: int
    rect: QRect


class PagesView(QAbstractScrollArea):
    """Shows the pages of one state of a document; nothing in it can be changed or copied.

    Args:
        page: gives a page as it was drawn last.
        theme: the colours around the pages.

    Signals:
        wanted: carries which pages are in sight, with their widths in pixels of the screen.
        zoomed: carries another zoom that was asked for here.
        turned: another page is in sight, or there are others.
    """

    wanted = Signal(object)
    zoomed = Signal(float)
    turned = Signal()

    def __init__(
        self, page: Callable[[int], Drawn | None], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._theme = theme
        self._sizes: Sizes = ()
        self._pages: list[_Laid] = []
        self._tops: list[int] = []
        self._words = ""
        self.zoom = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setSingleStep(_LINE)
            bar.valueChanged.connect(self._moved)
        self.verticalScrollBar().setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours; pages stay white, as paper is."""
        self._theme = theme
        self.viewport().update()

    def show_pages(self, sizes: Sizes, words: str) -> None:
        """Show pages of these sizes, at the place that is in sight; or words where there are none.

        Args:
            sizes: width and height of each, in any one unit.
            words: why there are none.
        """
        self._words = words
        if sizes != self._sizes:
            self._sizes = sizes
            self._lay_out()
        self._ask()
        self._say()
        self.viewport().update()

    def set_zoom(self, zoom: float) -> None:
        """Show pages so many times as wide as fits; the place in sight stays there."""
        if zoom != self.zoom:
            self.zoom = zoom
            self._lay_out()
            self._ask()
            self.turned.emit()

    @property
    def place(self) -> tuple[int, float]:
        """The page at the top of what is in sight, from 0, and how much of it lies above."""
        if not self._pages:
            return 0, 0.0
        top = self.verticalScrollBar().value() + _GAP
        index = max(0, bisect_right(self._tops, top) - 1)
        rect = self._pages[index].rect
        return index, min(1.0, max(0.0, (top - rect.top()) / max(1, rect.height())))

    def go_to(self, place: tuple[int, float]) -> None:
        """Scroll until this place is at the top."""
        index, share = place
        if self._pages:
            rect = self._pages[min(index, len(self._pages) - 1)].rect
            self.verticalScrollBar().setValue(rect.top() + round(share * rect.height()) - _GAP)

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    @property
    def page_in_sight(self) -> int:
        """The page that most of what is in sight is of, from 1; 0: there is none."""
        low = self.verticalScrollBar().value()
        middle = low + self.viewport().height() // 2
        return max(1, bisect_right(self._tops, middle)) if self._pages else 0

    def step_zoom(self, by: int) -> None:
        """Ask for the next larger or smaller zoom; 0: for the one that fits."""
        if by == 0:
            self.zoomed.emit(1.0)
            return
        at = min(range(len(ZOOMS)), key=lambda number: abs(ZOOMS[number] - self.zoom))
        self.zoomed.emit(ZOOMS[min(max(at + by, 0), len(ZOOMS) - 1)])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in sight and drawn."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(self._theme.window))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._pages:
            painter.setPen(QColor(self._theme.muted))
            room = self.viewport().rect().adjusted(_GAP, _GAP, -_GAP, -_GAP)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(flags), self._words)
        for laid in self._in_sight():
            self._paint_page(painter, laid)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages to the width."""
        super().resizeEvent(event)
        self._lay_out()
        self._ask()

    def event(self, event: QEvent) -> bool:
        """Take the keys for the size before the window does: here they zoom."""
        overrides = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if overrides and self._zoom_of(event) is not None:  # type: ignore[arg-type]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, and move by pages."""
        step, bar = self._zoom_of(event), self.verticalScrollBar()
        moves = {
            Qt.Key.Key_PageDown: bar.value() + self.viewport().height() - _LINE,
            Qt.Key.Key_PageUp: bar.value() - self.viewport().height() + _LINE,
            Qt.Key.Key_Space: bar.value() + self.viewport().height() - _LINE,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: bar.maximum(),
        }
        if step is not None:
            self.step_zoom(step)
        elif event.key() in moves and not event.modifiers():
            bar.setValue(moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom while Ctrl is held down."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    @staticmethod
    def _zoom_of(event: QKeyEvent) -> int | None:
        """What a key does to the zoom: 1 more, -1 less, 0 as it fits; None: nothing."""
        if event.matches(QKeySequence.StandardKey.ZoomIn):
            return 1
        if event.matches(QKeySequence.StandardKey.ZoomOut):
            return -1
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return None
        keys = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
        return keys.get(Qt.Key(event.key()))

    def _lay_out(self) -> None:
        """Place the pages, and stay at the place in sight."""
        place = self.place
        room = max(40, self.viewport().width() - 2 * _GAP)
        widest = max((across for across, _ in self._sizes), default=1.0)
        scale = room * self.zoom / max(widest, 1e-6)
        whole = max(round(room * self.zoom) + 2 * _GAP, self.viewport().width())
        top, self._pages = _GAP, []
        for index, (across, down) in enumerate(self._sizes):
            wide, high = max(1, round(across * scale)), max(1, round(down * scale))
            self._pages.append(_Laid(index, QRect((whole - wide) // 2, top, wide, high)))
            top += high + _GAP
        self._tops = [laid.rect.top() for laid in self._pages]
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setPageStep(self.viewport().height())
        vertical.setRange(0, max(0, top - self.viewport().height()))
        horizontal.setPageStep(self.viewport().width())
        horizontal.setRange(0, max(0, whole - self.viewport().width()))
        self.go_to(place)

    def _in_sight(self) -> Iterator[_Laid]:
        low = self.verticalScrollBar().value()
        first = max(0, bisect_right(self._tops, low) - 1)
        for laid in self._pages[first:]:
            if laid.rect.top() > low + self.viewport().height():
                return
            if laid.rect.bottom() >= low:
                yield laid

    def _paint_page(self, painter: QPainter, laid: _Laid) -> None:
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        rect = laid.rect.translated(-across, -down)
        painter.fillRect(rect, QColor("#ffffff"))
        drawn = self._page(laid.index)
        if drawn is not None:
            painter.drawImage(rect, drawn.image)
            self._paint_areas(painter, rect, drawn.areas)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_areas(
        self, painter: QPainter, page: QRect, areas: Sequence[tuple[float, float, float, float]]
    ) -> None:
        """Tint what differs from the other side, as a marker does, and draw a line below."""
        painter.save()
        tinted = QRegion()
        painter.setPen(QPen(QColor("#8a5a00"), 1.5, Qt.PenStyle.DashLine))
        for left, top, wide, high in areas:
            box = QRectF(
                page.left() + left * page.width(),
                page.top() + top * page.height(),
                wide * page.width(),
                high * page.height(),
            )
            painter.drawLine(box.bottomLeft(), box.bottomRight())
            tinted += box.toAlignedRect()
        painter.setClipRegion(tinted)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.fillRect(page, QColor("#fde9a9"))
        painter.restore()

    def _moved(self) -> None:
        self.viewport().update()
        self._ask()
        self._say()

    def _ask(self) -> None:
        ratio = self.devicePixelRatioF()
        wanted = [(laid.index, round(laid.rect.width() * ratio)) for laid in self._in_sight()]
        self.wanted.emit(wanted if self.isVisible() else [])

    def showEvent(self, event: QEvent) -> None:
        """Ask for what is in sight now."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._ask()

    def _say(self) -> None:
        """Let screen readers say which page is in sight."""
        told = self._words
        if self._pages:
            told = self.tr("Page {} of {}").format(self.page_in_sight, self.count)
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)
            self.turned.emit()
