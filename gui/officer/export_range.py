"""A day that may be chosen, or left open."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QObject, Signal
from PySide6.QtWidgets import QDateEdit

from gui.views.check import Check
from gui.views.text_margin import TextMargin


class DateChoice(QObject):
    """A box that is checked, and then a day, in the machine's time.

    Signals:
        changed: another day is chosen, or none.

    Args:
        caption: of the box.
        day: proposed.
        parent: owns it; box and day are laid out there, so that they stand in line with others.
    """

    changed = Signal()

    def __init__(self, caption: str, day: QDate, parent: QObject) -> None:
        super().__init__(parent)
        self.box = Check(caption)
        self.box.setAccessibleName(caption)
        self.day = QDateEdit(day)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName(self.tr("{}, day").format(caption))
        self.day.setEnabled(False)
        TextMargin(self.day)
        self.box.toggled.connect(self.day.setEnabled)
        self.box.toggled.connect(self.changed)
        self.day.dateChanged.connect(self.changed)

    def begin(self) -> datetime | None:
        """When the day begins, in UTC; None where none is chosen."""
        return _begin(self.day.date()) if self.box.isChecked() else None

    def end(self) -> datetime | None:
        """When the day after it begins."""
        return _begin(self.day.date().addDays(1)) if self.box.isChecked() else None


def _begin(day: QDate) -> datetime:
    return datetime(day.year(), day.month(), day.day()).astimezone(UTC)
