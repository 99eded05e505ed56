"""A dialog about one act at the desk: it stays open until the act was done."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from deid import DeidError
from gui.messages import breakable, told
from gui.views.header import Tone, set_tone
from gui.views.room import HighEnough


class ActDialog(QDialog):
    """Asks for what the act needs and does it when its button is pressed.

    Args:
        title: of the dialog.
        words: say what will be done.
        act: on the button that does it.
        parent: the window.
    """

    def __init__(self, title: str, words: str, act: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pins: list[QLineEdit] = []
        self.give_up: Callable[[], None] = _nothing
        """Called when it is closed undone: what waits for a folder must not be done later on."""
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.error = QLabel()
        self.error.setWordWrap(True)
        self.error.setContentsMargins(8, 6, 8, 6)
        self.error.hide()
        set_tone(self.error, Tone.BAD)
        buttons = QDialogButtonBox()
        self.act = buttons.addButton(act, QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.act.setObjectName("primary")
        for button in (self.act, self.cancel):
            button.setAccessibleName(button.text())
        self.form = QFormLayout()
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addWidget(self.words)
        layout.addLayout(self.form)
        layout.addWidget(self.error)
        layout.addWidget(buttons)
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.reject)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 62)
        self._high_enough = HighEnough(self)

    @abstractmethod
    def do(self) -> str:
        """Begin the act, which ends in `accept` or `refuse`; or say what is still missing."""

    def add_field(self, caption: str, field: QWidget) -> None:
        """Ask for this too."""
        field.setAccessibleName(caption)
        self.form.addRow(caption, field)

    def add_pin(self, caption: str) -> QLineEdit:
        """Ask for a PIN, unseen."""
        field = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.add_field(caption, field)
        self._pins.append(field)
        return field

    def accept(self) -> None:
        """It was done: close, unless somebody closed it meanwhile."""
        if isValid(self):
            super().accept()

    def reject(self) -> None:
        """Close, and do not do it."""
        self.give_up()
        super().reject()

    def refuse(self, error: DeidError) -> None:
        """It was not done: say why, and let it be tried again, unless it was closed meanwhile."""
        if isValid(self):
            self._complain(breakable(told(error)))

    def _begin(self) -> None:
        self.act.setEnabled(False)
        self.error.hide()
        missing = self.do()
        if missing:
            self._complain(missing)

    def _complain(self, words: str) -> None:
        for pin in self._pins:
            pin.clear()
        self.error.setText(words)
        self.error.show()
        self.act.setEnabled(True)
        if self._pins:
            self._pins[0].setFocus()


def _nothing() -> None:
    """There is nothing to give up."""
