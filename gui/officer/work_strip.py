"""How it stands with work over a folder: a verdict, a sentence, buttons, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from gui.messages import told
from gui.officer.folder_work import FolderWork
from gui.views.flow import FlowLayout
from gui.views.header import Tone, set_tone

_STEPS = 1000


class WorkStrip(QFrame):
    """Stands above a page.

    Args:
        work: what may be under way.
        buttons: begin it; while it is under way they rest, and it can be cancelled.
    """

    def __init__(self, work: FolderWork, buttons: Sequence[QPushButton]) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._work, self._buttons = work, buttons
        self.verdict, self.sentence = QLabel(), QLabel()
        self.verdict.setObjectName("verdict")
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verdict.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.sentence.setObjectName("sentence")
        self.sentence.setWordWrap(True)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.verdict, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.sentence, 1)
        below = FlowLayout(gap=8)
        for button in (*buttons, self.cancel):
            button.setAccessibleName(button.text())
            below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.bar)
        layout.addLayout(below)
        self.cancel.clicked.connect(work.cancel)

    def show_state(self, words: str, tone: Tone, sentence: str) -> None:
        """Say how it stands; what is under way, or went wrong, comes first."""
        work = self._work
        if work.running:
            words, tone = self.tr("WORKING"), Tone.NEUTRAL
            sentence = self.tr("Every note is read: {:.0%}.").format(work.part)
        elif work.error is not None:
            words, tone, sentence = self.tr("NOT DONE"), Tone.BAD, told(work.error)
        self.verdict.setText(words)
        set_tone(self.verdict, tone)
        self.sentence.setText(sentence)
        self.bar.setValue(round(_STEPS * work.part))
        self.bar.setVisible(work.running)
        self.cancel.setVisible(work.running)
        for button in self._buttons:
            button.setEnabled(not work.running)
