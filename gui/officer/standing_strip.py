"""How something stands: a verdict in a word, its tone, and a sentence, above a page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from gui.views.header import Tone, set_tone


class StandingStrip(QFrame):
    """Stands above a page.

    Attributes:
        line: verdict and sentence; what else belongs to them may be put beside them.
        column: the line, and below it what else belongs to the strip.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.verdict, self.sentence = verdict_label(), QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setWordWrap(True)
        self.line = QHBoxLayout()
        self.line.setSpacing(12)
        self.line.addWidget(self.verdict, alignment=Qt.AlignmentFlag.AlignVCenter)
        self.line.addWidget(self.sentence, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 8, 10, 8)
        self.column.setSpacing(8)
        self.column.addLayout(self.line)

    def tell(self, words: str, tone: Tone, sentence: str) -> None:
        """Say how it stands."""
        self.verdict.setText(words)
        set_tone(self.verdict, tone)
        self.sentence.setText(sentence)


def verdict_label() -> QLabel:
    """A label for a verdict in a word, no wider than it."""
    label = QLabel()
    label.setObjectName("verdict")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    return label
