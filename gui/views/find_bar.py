# ruff: noqa: N802 - Qt gives methods their names
"""A bar to search the note and the result with."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import ICON_SIZE, Symbol, icon
from gui.theme import Theme
from gui.views.check import Check
from gui.views.flow import FlowLayout

_PAUSE: Final = 180
"""Milliseconds without a key after which what was typed is searched for."""


class FindBar(QFrame):
    """Asks what to search for, and says how often it was found.

    Enter goes to the next place, Shift+Enter to the one before, Escape closes the bar.

    Signals:
        searched: carries the words, and whether near-misses count; no words: nothing is searched.
        stepped: carries 1 for the next place, -1 for the one before.
        mark_all: every place in the note that is not marked is to be marked.
        closed: the bar was closed.
    """

    searched = Signal(str, bool)
    stepped = Signal(int)
    mark_all = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.words = QLineEdit(placeholderText=self.tr("Find in the note and the result"))
        self.words.setAccessibleName(self.tr("Find in the note and the result"))
        self.words.setClearButtonEnabled(True)
        self.near = Check(self.tr("Near-misses too"))
        self.near.setAccessibleName(self.tr("Find near-misses of a name too"))
        self.near.setToolTip(
            self.tr("Also misspelt, misread, split, glued, with initials or in another order")
        )
        self.previous = self._button(self.tr("Previous place (Shift+Enter)"))
        self.next = self._button(self.tr("Next place (Enter)"))
        self.count = QLabel()
        self.count.setObjectName("muted")
        self.count.setAccessibleName(self.tr("How often it was found"))
        self.mark = QPushButton()
        self.mark.setAccessibleName(self.tr("Mark all places in the note"))
        self.dismiss = self._button(self.tr("Close the search (Escape)"))
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._asked: tuple[str, bool] = ("", False)
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self.show_count(note=0, result=0, unmarked=0)
        self.hide()

    def ask(self, words: str = "") -> None:
        """Show the bar, ready to type.

        Args:
            words: are searched for at once, such as what is selected; none: those from before.
        """
        self.show()
        if words:
            self.words.setText(words)
        self._search()
        self.words.selectAll()
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_count(
        self, *, note: int, result: int, unmarked: int, current: int | None = None
    ) -> None:
        """Say how often it was found.

        Args:
            note: places in the note.
            result: places in the result.
            unmarked: of those in the note, the ones that `mark_all` would mark.
            current: the number of the place that is shown, from 1.
        """
        said = ""
        if self._asked[0]:
            said = self.tr("in the note {} · in the result {}").format(note, result)
            if current is not None:
                said = self.tr("{} of {}").format(current, note) + " · " + said
        self.count.setText(said)
        self.mark.setText(self.tr("Mark all {}").format(unmarked))
        self.mark.setAccessibleName(
            self.tr("Mark all {} places in the note that are not marked").format(unmarked)
        )
        self.mark.setEnabled(unmarked > 0)
        for button in (self.previous, self.next):
            button.setEnabled(note + result > 0)

    def close_bar(self) -> None:
        """Hide the bar and search for nothing any more."""
        self._pause.stop()
        self.hide()
        if self._asked[0]:
            self._asked = ("", self.near.isChecked())
            self.searched.emit(*self._asked)
        self.closed.emit()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        size = theme.px(ICON_SIZE)
        for button, symbol in (
            (self.previous, Symbol.PREVIOUS),
            (self.next, Symbol.NEXT),
            (self.dismiss, Symbol.CLOSE),
        ):
            button.setIcon(icon(symbol, theme.text, disabled=theme.faint, size=size))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter steps, Escape closes; other keys are not for the bar."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(-1 if back else 1)
        else:
            super().keyPressEvent(event)

    def _button(self, words: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _lay_out(self) -> None:
        row = FlowLayout(gap=8, stretch=True)
        for widget in (
            *(self.words, self.near, self.previous, self.next),
            *(self.count, self.mark, self.dismiss),
        ):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.addLayout(row)

    def _connect(self) -> None:
        self.words.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._search)
        self.near.toggled.connect(self._search)
        self.previous.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self.mark.clicked.connect(self.mark_all)
        self.dismiss.clicked.connect(self.close_bar)

    def _search(self) -> None:
        self._pause.stop()
        asked = (self.words.text().strip(), self.near.isChecked())
        if asked != self._asked:
            self._asked = asked
            self.searched.emit(*asked)

    def _step(self, by: int) -> None:
        self._search()
        if self._asked[0]:
            self.stepped.emit(by)
