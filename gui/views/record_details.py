"""One record of the log, in full."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from deid import Record
from gui.tables.records import event_words, facts

_LONG: Final = re.compile(r"\S{25,}")
_EIGHT: Final = re.compile(r".{1,8}")


class RecordDetails(QFrame):
    """Everything that one record says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._heading = QLabel()
        self._heading.setObjectName("heading")
        self._heading.setWordWrap(True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(self.tr("Record in full"))
        self._area.viewport().setAutoFillBackground(False)
        self.setMinimumWidth(300)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 6, 12)
        layout.setSpacing(10)
        layout.addWidget(self._heading)
        layout.addWidget(self._area, 1)

    def show_record(
        self, record: Record | None, *, more: Iterable[tuple[str, str]] = (), instead: str = ""
    ) -> None:
        """Show a record.

        Args:
            record: what is shown; None: that there is none.
            more: names and values that stand above what it says.
            instead: words in the place of a record that cannot be shown.
        """
        inside = QWidget()
        inside.setAutoFillBackground(False)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        row = 0
        told = facts(record) if record is not None else ()
        for row, (name, value) in enumerate((*more, *told)):
            caption, words = QLabel(name), QLabel(_breakable(value))
            caption.setObjectName("muted")
            caption.setAlignment(Qt.AlignmentFlag.AlignTop)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setWordWrap(True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(caption, row, 0)
            grid.addWidget(words, row, 1)
        grid.setRowStretch(row + 1, 1)
        nothing = instead or self.tr("No record")
        self._heading.setText(event_words(record) if record is not None else nothing)
        self._area.setWidget(inside)


def _breakable(value: str) -> str:
    """The value with places where long words may be broken, as digests have none."""
    return _LONG.sub(lambda word: "\u200b".join(_EIGHT.findall(word[0])), value)
