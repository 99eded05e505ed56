"""Names, and what they stand for, below each other."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel


class Facts(QFormLayout):
    """A line for each fact: its name, and beside or below it what it is.

    Attributes:
        shown: what is shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.shown: tuple[tuple[str, str], ...] = ()

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show these instead, unless they are shown already."""
        if facts == self.shown:
            return
        self.shown = facts
        while self.rowCount():
            self.removeRow(0)
        for name, value in facts:
            words = QLabel(value)
            words.setWordWrap(True)
            # Where its longest word has no room beside the name, it goes below.
            longest = max(map(words.fontMetrics().horizontalAdvance, value.split()), default=0)
            words.setMinimumWidth(longest + words.fontMetrics().averageCharWidth())
            self.addRow(name, words)
