# ruff: noqa: N802 - Qt gives methods their names
"""A QR code on the screen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from deid.officer.qr import qr_squares

_SIDE = 5


class QrView(QWidget):
    """Shows a code, dark on white in every theme, because scanners want it so.

    Args:
        text: what the code says.
    """

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._squares = qr_squares(text)
        self.setAccessibleName(self.tr("QR code of the checkpoint that stands beside it"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Whole dots for each square."""
        side = _SIDE * len(self._squares)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the squares."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for down, row in enumerate(self._squares):
            for across, dark in enumerate(row):
                if dark:
                    place = QRectF(across * _SIDE, down * _SIDE, _SIDE, _SIDE)
                    painter.fillRect(place, Qt.GlobalColor.black)
        painter.end()
