"""Asking whose key is to be taken out, and for its PIN."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from deid import DeidError, officer
from gui.messages import breakable, told
from gui.officer.desk_jobs import DeskJobs
from gui.views.choice import Choice
from gui.views.dialogs import ask_file
from gui.views.header import Tone, set_tone
from gui.views.room import HighEnough


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
        self._desk = desk
        self._key_files: list[Path | None] = []
        self.setWindowTitle(self.tr("Unlock a key"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.person = Choice()
        self.person.setAccessibleName(self.tr("Person"))
        self.person.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.person.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.stick = QPushButton(self.tr("Key on a stick …"))
        for person in people:
            self._offer(person, None)
        for person, key_file in desk.key_files.items():
            self._offer(person, key_file)
        self.pin = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName(self.tr("PIN"))
        self.words = QLabel(self._words())
        self.words.setWordWrap(True)
        self.words.setContentsMargins(8, 6, 8, 6)
        set_tone(self.words, Tone.NEUTRAL)
        buttons = QDialogButtonBox()
        self.use = buttons.addButton(self.tr("Unlock"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.use.setObjectName("primary")
        for button in (self.use, self.cancel, self.stick):
            button.setAccessibleName(button.text())
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Person"), self.person)
        form.addRow("", self.stick)
        form.addRow(self.tr("PIN"), self.pin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.words)
        layout.addWidget(buttons)
        buttons.accepted.connect(self._unlock)
        buttons.rejected.connect(self.reject)
        self.stick.clicked.connect(self._ask_file)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 66)
        self._high_enough = HighEnough(self)
        self._ready()

    def reject(self) -> None:
        """Close; a key on a stick that does not answer is not taken out later on."""
        self._desk.stop_reaching()
        super().reject()

    def _words(self) -> str:
        words = self.tr("The log records that a key was used, and each PIN that was refused.")
        if self.person.count():
            return words
        return self.tr(
            "No personal key lies on this computer. Choose the file of yours on its stick, or make "
            "one under Sign-off and people. {}"
        ).format(words)

    def _offer(self, person: officer.KnownPerson, key_file: Path | None) -> None:
        words = f"{person.name} ({person.id[:8]})"
        if key_file is not None:
            words = self.tr("{person}, in {file}").format(person=words, file=key_file.name)
        self.person.addItem(words, person.id)
        self._key_files.append(key_file)

    def _ready(self) -> None:
        anybody = self.person.count() > 0
        self.person.setEnabled(anybody)
        self.pin.setEnabled(anybody)
        self.use.setEnabled(anybody)
        (self.pin if anybody else self.stick).setFocus()

    def _ask_file(self) -> None:
        ask_file(self, self.tr("Key on a stick"), self.take_file)

    def take_file(self, path: Path) -> None:
        """Offer the key that lies in this file."""
        self.stick.setEnabled(False)
        self._desk.beside.reach(
            str(path),
            lambda: officer.person_in(path),
            lambda person: self._take_person(person, path),
            self._refused,
        )

    def _take_person(self, person: officer.KnownPerson, path: Path) -> None:
        if not isValid(self):
            return
        self.stick.setEnabled(True)
        self._offer(person, path)
        self.person.setCurrentIndex(self.person.count() - 1)
        self.words.setText(self._words())
        set_tone(self.words, Tone.NEUTRAL)
        self._ready()

    def _unlock(self) -> None:
        self.use.setEnabled(False)
        pin = self.pin.text()
        self.pin.clear()
        self._desk.unlock(
            str(self.person.currentData()),
            pin,
            key_file=self._key_files[self.person.currentIndex()],
            done=self._accept,
            failed=self._refused,
        )

    def _accept(self) -> None:
        if isValid(self):
            self.accept()

    def _refused(self, error: DeidError) -> None:
        if not isValid(self):
            return
        self.stick.setEnabled(True)
        self.words.setText(breakable(told(error)))
        set_tone(self.words, Tone.BAD)
        self._ready()
