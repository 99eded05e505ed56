# ruff: noqa: N802 - Qt gives methods their names
"""A table that keeps pictures of its rows, so that those that did not change are not painted anew.

After a decision rows move up, and most of them show what they showed before. To paint a cell
costs a hundred times what it costs to copy it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable
from typing import Final

from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QTableView, QWidget

_MOST: Final = 160
"""More rows than a screen holds; of more pictures, those go that were not seen for longest."""

_LOOKS: Final = {QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange}


class PicturedTable(QTableView):
    """Paints rows by the delegates of their columns, once as long as they show the same."""

    def __init__(self, backing: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._backing = backing
        self._pictures: dict[Hashable, QPixmap] = {}
        self._made_for: Hashable = None

    @abstractmethod
    def face(self, row: int) -> Hashable:
        """What a row shows: two rows that show the same have the same face."""

    def set_backing(self, colour: QColor) -> None:
        """Paint rows before this colour, with whatever else looks otherwise now."""
        self._backing = colour
        self.forget_pictures()
        self.viewport().update()

    def forget_pictures(self) -> None:
        """Paint every row anew when it is seen next."""
        self._pictures.clear()

    def changeEvent(self, event: QEvent) -> None:
        """In another style or font, rows look otherwise."""
        super().changeEvent(event)
        if event.type() in _LOOKS:
            self.forget_pictures()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are to be seen."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        # A list that has not the focus looks as one that has, in a window that is in front: while a
        # menu or a question is open it has not, and its rows are not painted anew for that.
        option.state &= QStyle.StateFlag.State_Enabled
        option.state |= QStyle.StateFlag.State_Active
        shapes = tuple(self._shapes())
        made_for = (shapes, self.viewport().width(), self.devicePixelRatioF(), option.direction)
        if made_for != self._made_for:
            self._made_for = made_for
            self.forget_pictures()
        painter = QPainter(self.viewport())
        top, bottom = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        last = self.model().rowCount() - 1 if bottom < 0 else bottom
        for row in range(top, last + 1) if top >= 0 else ():
            painter.drawPixmap(0, self.rowViewportPosition(row), self._picture(row, option, shapes))
        for oldest in list(self._pictures)[:-_MOST]:
            del self._pictures[oldest]

    def _shapes(self) -> list[tuple[int, int, int]]:
        """Each column that is to be seen: which, from where and how wide."""
        columns = range(self.model().columnCount())
        seen = [column for column in columns if not self.isColumnHidden(column)]
        return [(one, self.columnViewportPosition(one), self.columnWidth(one)) for one in seen]

    def _picture(
        self, row: int, option: QStyleOptionViewItem, shapes: tuple[tuple[int, int, int], ...]
    ) -> QPixmap:
        selected = self.selectionModel().isRowSelected(row, self.rootIndex())
        height = self.rowHeight(row)
        key = (self.face(row), selected, height, option.state.value)
        picture = self._pictures.pop(key, None)
        if picture is None:
            picture = self._painted(row, height, option, shapes, selected)
        self._pictures[key] = picture  # behind all that were not seen since
        return picture

    def _painted(
        self,
        row: int,
        height: int,
        option: QStyleOptionViewItem,
        shapes: tuple[tuple[int, int, int], ...],
        selected: bool,
    ) -> QPixmap:
        ratio = self.devicePixelRatioF()
        width = self.viewport().width()
        picture = QPixmap(round(width * ratio), round(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._backing)
        painter = QPainter(picture)
        painter.setLayoutDirection(self.layoutDirection())
        for column, left, wide in shapes:
            cell = QStyleOptionViewItem(option)
            cell.rect = QRect(left, 0, wide, height)
            if selected:
                cell.state |= QStyle.StateFlag.State_Selected
            index = self.model().index(row, column)
            self.itemDelegateForIndex(index).paint(painter, cell, index)
        painter.end()
        return picture
