# ruff: noqa: N802 - Qt gives methods their names
"""Room for what is larger than the window: nothing is cut off, one scrolls to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget


class Room(QScrollArea):
    """Shows one widget as large as itself; where that is too small for it, it scrolls."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setFrameShape(QFrame.Shape.NoFrame)
        # Tab reaches what stands in it.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(content)
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]

    def minimumSizeHint(self) -> QSize:
        """A part of it will do."""
        line = self.fontMetrics().height()
        return QSize(20 * line, 10 * line)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Bring what has the focus now into sight."""
        if now is not None and self._content.isAncestorOf(now):
            self.ensureWidgetVisible(now)


class HighEnough(QObject):
    """Keeps a widget as high as what stands in it needs in the width that it has.

    A splitter asks for no height for a width, so what is broken into lines would be cut off.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the width, and what stands in it."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            layout = self._widget.layout()
            if layout is not None and layout.hasHeightForWidth():
                needed = layout.totalMinimumHeightForWidth(self._widget.width())
                if needed != self._widget.minimumHeight():
                    self._widget.setMinimumHeight(needed)
        return super().eventFilter(watched, event)
