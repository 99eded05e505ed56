"""A sheet of all keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.actions import SPECS, Actions
from gui.keys import native


class KeysSheet(QDialog):
    """Lists what the keys do."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(6)
        rows = [
            (spec.said(), "  ".join(native(key) for key in actions.keys(do)))
            for do, spec in SPECS.items()
            if actions.keys(do)
        ]
        half = (len(rows) + 1) // 2
        for number, (words, keys) in enumerate(rows):
            row, side = number % half, number // half * 2
            told = QLabel(keys)
            told.setObjectName("muted")
            grid.addWidget(QLabel(words), row, side)
            grid.addWidget(told, row, side + 1)
        letters = QLabel(
            self.tr("Single letters work while the note or the list of findings has the focus.")
        )
        letters.setObjectName("muted")
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(letters)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
