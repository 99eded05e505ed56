# ruff: noqa: N802 - Qt gives methods their names
"""A layout that puts what does not fit into a line into the next one, as words are."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class FlowLayout(QLayout):
    """Lays widgets out in lines. The first one takes what is left of its line.

    Args:
        gap: pixels between widgets and between lines.
        stretch: whether the first widget keeps the others at the end of its line.
    """

    def __init__(self, *, gap: int, stretch: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._stretch = stretch
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Lay this out too."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at an index."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Lay this out no more."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high it is in this width."""
        heights = [height for _, height in self._lines(width)]
        return sum(heights) + self.spacing() * max(0, len(heights) - 1)

    def sizeHint(self) -> QSize:
        """All in one line."""
        items = self._shown()
        width = sum(item.sizeHint().width() for item in items) + self.spacing() * (len(items) - 1)
        return QSize(max(width, 0), max((i.sizeHint().height() for i in items), default=0))

    def minimumSize(self) -> QSize:
        """As wide as the widest of them."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, area: QRect) -> None:
        """Lay the widgets out in this area."""
        super().setGeometry(area)
        parent = self.parentWidget()
        direction = (
            parent.layoutDirection() if parent is not None else Qt.LayoutDirection.LeftToRight
        )
        top = area.top()
        for items, height in self._lines(area.width()):
            taken = sum(self._width(item, area.width()) for item in items)
            spare = area.width() - taken - self.spacing() * (len(items) - 1)
            left = area.left()
            for item in items:
                width = self._width(item, area.width())
                if self._stretch and item is self._items[0]:
                    width += max(spare, 0)
                size = QSize(width, min(item.sizeHint().height(), height))
                place = QRect(QPoint(left, top + (height - size.height()) // 2), size)
                item.setGeometry(QStyle.visualRect(direction, area, place))
                left += width + self.spacing()
            top += height + self.spacing()

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _width(self, item: QLayoutItem, most: int) -> int:
        return max(min(item.sizeHint().width(), most), item.minimumSize().width())

    def _lines(self, width: int) -> list[tuple[list[QLayoutItem], int]]:
        lines: list[list[QLayoutItem]] = []
        room = 0
        for item in self._shown():
            wanted = self._width(item, width)
            if not lines or wanted > room:
                lines.append([])
                room = width
            lines[-1].append(item)
            room -= wanted + self.spacing()
        return [(line, max(item.sizeHint().height() for item in line)) for line in lines]
