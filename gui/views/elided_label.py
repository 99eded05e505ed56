# ruff: noqa: N802 - Qt gives methods their names
"""A line of words that is shortened where there is no room, and tells the rest in a tooltip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStyle, QStyleOption, QToolTip

_FEWEST = 6


class ElidedLabel(QLabel):
    """A label in one line that may be narrower than its text."""

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        fewest = self.fontMetrics().averageCharWidth() * _FEWEST
        whole = super().minimumSizeHint()
        return QSize(min(fewest, whole.width()), whole.height())

    def shown(self) -> str:
        """The text as it stands there now."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what has room."""
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        style = self.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        style.drawItemText(
            painter,
            self.contentsRect(),
            QStyle.visualAlignment(self.layoutDirection(), self.alignment()).value,
            option.palette,
            self.isEnabled(),
            self.shown(),
            self.foregroundRole(),
        )

    def event(self, event: QEvent) -> bool:
        """Tell the whole text if it is shortened and no other tooltip is given."""
        if isinstance(event, QHelpEvent) and not self.toolTip() and self.shown() != self.text():
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)
