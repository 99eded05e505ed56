"""The question before notes leave the queue together with work that exists nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QMessageBox, QWidget


@dataclass(frozen=True, slots=True)
class Loss:
    """What taking notes out of the queue would lose.

    Attributes:
        notes: how many are taken out.
        reviewed: how many of these hold decisions that were not saved.
        typed: how many of these were typed or pasted, so that no file holds their text.
    """

    notes: int
    reviewed: int
    typed: int

    @property
    def serious(self) -> bool:
        """Whether a person must agree first."""
        return self.reviewed > 0 or self.typed > 0

    def words(self) -> str:
        """What would be lost, in whole sentences."""
        translate = QCoreApplication.translate
        sentences = []
        if self.reviewed:
            many = translate("Removal", "The decisions on {} notes were not saved.")
            one = translate("Removal", "The decisions on 1 note were not saved.")
            sentences.append(one if self.reviewed == 1 else many.format(f"{self.reviewed:,}"))
        if self.typed:
            many = translate("Removal", "The text of {} typed notes is in no file.")
            one = translate("Removal", "The text of 1 typed note is in no file.")
            sentences.append(one if self.typed == 1 else many.format(f"{self.typed:,}"))
        sentences.append(translate("Removal", "This would be lost. Files stay where they are."))
        return " ".join(sentences)


class RemovalQuestion(QMessageBox):
    """Asks, without waiting for the answer; to keep the notes is what a stray key does.

    Signals:
        agreed: the notes shall be taken out.
    """

    agreed = Signal()

    def __init__(self, loss: Loss, parent: QWidget) -> None:
        super().__init__(parent)
        many = self.tr("Remove {} notes from the queue?").format(f"{loss.notes:,}")
        question = self.tr("Remove the note from the queue?") if loss.notes == 1 else many
        self.setWindowTitle(self.tr("Remove from the queue"))
        self.setIcon(QMessageBox.Icon.Question)
        self.setText(question)
        self.setInformativeText(loss.words())
        self.remove = self.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        self.keep = self.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        for button in (self.remove, self.keep):
            button.setAccessibleName(button.text())
        self.setDefaultButton(self.keep)
        self.setEscapeButton(self.keep)
        self.remove.clicked.connect(self.agreed)
        self.finished.connect(self.deleteLater)
