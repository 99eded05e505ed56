"""Asking to which patient a note, and the other notes of its folder, belong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from deid import OperatorName, Policy

_LINKING = frozenset({OperatorName.SURROGATE, OperatorName.SHIFT_DATE, OperatorName.HASH})


class PatientDialog(QDialog):
    """Asks for the key of a patient; none means that each note stands alone.

    Args:
        patient: the key until now.
        policy: whether it links the notes of a patient is said.
        of_file: whether what is chosen holds for a folder.
        parent: the window.

    Signals:
        chosen: carries the key.
    """

    chosen = Signal(str)

    def __init__(
        self, patient: str, *, policy: Policy, of_file: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Patient"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.key = QLineEdit(patient, placeholderText=self.tr("Such as a study number"))
        self.key.setAccessibleName(self.tr("Key of the patient"))
        self.key.setClearButtonEnabled(True)
        scope = (
            self.tr("It holds for all notes in the folder of this one, and is kept sealed.")
            if of_file
            else self.tr("It holds for this note alone.")
        )
        linking = any(one.operator in _LINKING for one in policy.treatments.values())
        effect = (
            self.tr("Notes with the same key get the same stand-ins and the same shift of dates.")
            if linking
            else self.tr("The policy {} links no notes: the key changes nothing under it.").format(
                policy.name
            )
        )
        words = QLabel(f"{effect} {scope}")
        words.setWordWrap(True)
        buttons = QDialogButtonBox()
        self.use = buttons.addButton(self.tr("Use"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.use.setObjectName("primary")
        for button in (self.use, self.cancel):
            button.setAccessibleName(button.text())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        for widget in (words, self.key, buttons):
            layout.addWidget(widget)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        self.key.setFocus()

    def _take(self) -> None:
        self.chosen.emit(self.key.text().strip())
        self.accept()
