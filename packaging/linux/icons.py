"""Draws the icon in the sizes that desktops want, into `data/`.

    QT_QPA_PLATFORM=offscreen python packaging/linux/icons.py

The pictures are committed, for what Qt draws may differ by a shade from version to version.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DATA: Final = Path(__file__).resolve().parent / "data"
SIZES: Final = (16, 32, 48, 64, 128, 256)


def draw(size: int) -> QImage:
    """The icon as a square of so many pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(DATA / "icon.svg")).render(painter)
    painter.end()
    return image


if __name__ == "__main__":
    app = QGuiApplication(sys.argv)
    for pixels in SIZES:
        draw(pixels).save(str(DATA / f"icon-{pixels}.png"))
