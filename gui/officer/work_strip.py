"""How it stands with long work: a verdict, a sentence, buttons, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QProgressBar, QPushButton

from gui.messages import told
from gui.officer.folder_work import FolderWork
from gui.officer.standing_strip import StandingStrip
from gui.views.flow import FlowLayout
from gui.views.header import Tone

_STEPS = 1000


class WorkStrip(StandingStrip):
    """Stands above a page.

    Args:
        work: what may be under way.
        buttons: begin it; while it is under way they rest, and it can be cancelled.
        doing: says what is under way, with `{:.0%}` for how far it is; empty: notes are read.
        failed: the verdict where it came to nothing; empty: the usual one.
    """

    def __init__(
        self,
        work: FolderWork,
        buttons: Sequence[QPushButton],
        *,
        doing: str = "",
        failed: str = "",
    ) -> None:
        super().__init__()
        self._work, self._buttons = work, buttons
        self._doing = doing or self.tr("Every note is read: {:.0%}.")
        self._failed = failed or self.tr("NOT DONE")
        self.cancel = QPushButton(self.tr("Cancel"))
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        below = FlowLayout(gap=8)
        for button in (*buttons, self.cancel):
            button.setAccessibleName(button.text())
            below.addWidget(button)
        self.column.addWidget(self.bar)
        self.column.addLayout(below)
        self._begun: QPushButton | None = None
        self.cancel.clicked.connect(work.cancel)

    def show_state(self, words: str, tone: Tone, sentence: str) -> None:
        """Say how it stands; what is under way, or went wrong, comes first."""
        work = self._work
        if work.running:
            words, tone = self.tr("WORKING"), Tone.NEUTRAL
            sentence = self._doing.format(work.part)
        elif work.error is not None:
            words, tone, sentence = self._failed, Tone.BAD, told(work.error)
        self.tell(words, tone, sentence)
        self.bar.setValue(round(_STEPS * work.part))
        self.bar.setVisible(work.running)
        self._follow_focus()

    def _follow_focus(self) -> None:
        """Lead the keyboard from what began the work to what gives it up, and back again."""
        if self._work.running:
            self.cancel.show()
            begun = next((one for one in self._buttons if one.hasFocus()), None)
            if begun is not None:
                self._begun = begun
                self.cancel.setFocus()
            for button in self._buttons:
                button.setEnabled(False)
            return
        for button in self._buttons:
            button.setEnabled(True)
        if self.cancel.hasFocus() and self._begun is not None:
            self._begun.setFocus()
        self.cancel.hide()
