"""Asking whose key is to be taken out, and for its PIN."""

from __future__ import annotations

from collections.abc import Sequence

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

from deid import DeidError, officer
from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.views.choice import Choice
from gui.views.header import Tone, set_tone


class UnlockDialog(QDialog):
    """Unlocks the key of one of these people; stays open until it went well.

    Args:
        desk: where the key is taken out.
        people: whose keys lie on this computer.
        parent: the window.
    """

    def __init__(
        self,
        desk: DeskJobs,
        people: Sequence[officer.KnownPerson],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._people = desk, people
        self.setWindowTitle(self.tr("Unlock a key"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.person = Choice()
        self.person.setAccessibleName(self.tr("Person"))
        for person in people:
            self.person.addItem(f"{person.name} ({person.id[:8]})", person.id)
        self.pin = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName(self.tr("PIN"))
        self.words = QLabel(
            self.tr("The log records that a key was used, and each PIN that was refused.")
        )
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox()
        self.use = buttons.addButton(self.tr("Unlock"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.use.setObjectName("primary")
        for button in (self.use, self.cancel):
            button.setAccessibleName(button.text())
        form = QFormLayout()
        form.addRow(self.tr("Person"), self.person)
        form.addRow(self.tr("PIN"), self.pin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.words)
        layout.addWidget(buttons)
        buttons.accepted.connect(self._unlock)
        buttons.rejected.connect(self.reject)
        self.pin.setFocus()

    def _unlock(self) -> None:
        self.use.setEnabled(False)
        pin = self.pin.text()
        self.pin.clear()
        self._desk.unlock(
            str(self.person.currentData()), pin, done=self.accept, failed=self._refused
        )

    def _refused(self, error: DeidError) -> None:
        self.use.setEnabled(True)
        self.words.setText(told(error))
        set_tone(self.words, Tone.BAD)
        self.pin.setFocus()
