"""How far examining the queue is, and the button that lets it wait."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.views.worklist_words import progress_line


class QueueProgress(QWidget):
    """A bar, a line of words and a button; shown while something is left to examine.

    Args:
        pause: lets examining wait while it is checked.
        parent: the widget that it belongs to.
    """

    def __init__(self, pause: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        pause.setCheckable(True)
        self._pause = pause
        self._so_far: tuple[int, int, float | None] = (0, 0, None)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Examined notes of the queue"))
        self.bar.setTextVisible(False)
        self.words = QLabel()
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.button = QPushButton()
        self.button.setObjectName("small")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(self.bar)
        layout.addLayout(row)
        self.button.clicked.connect(pause.trigger)
        pause.changed.connect(self._show)
        self._show()

    def show_progress(self, done: int, total: int, seconds_left: float | None) -> None:
        """Show this; nothing if nothing is left, unless examining is to wait."""
        self._so_far = (done, total, seconds_left)
        self._show()

    def _show(self) -> None:
        done, total, seconds_left = self._so_far
        paused = self._pause.isChecked()
        words = self.tr("Resume") if paused else self.tr("Pause")
        self.button.setText(words)
        self.button.setAccessibleName(words)
        self.button.setToolTip(self._pause.toolTip())
        self.button.setEnabled(self._pause.isEnabled())
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(min(done, total))
        line = progress_line(done, total, seconds_left, paused=paused)
        self.words.setText(line)
        self.bar.setAccessibleDescription(line)
        self.setVisible(done < total or paused)
