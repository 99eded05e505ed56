"""Who sits at the desk: whose key is out, and taking it out or putting it away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.officer.desk_jobs import DeskJobs
from gui.views.elided_label import ElidedLabel


class PersonBar(QFrame):
    """Tells whose key is unlocked.

    Signals:
        unlock_wanted: somebody wants to take out a key.
    """

    unlock_wanted = Signal()

    def __init__(self, desk: DeskJobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("tools")
        title = QLabel(self.tr("Privacy officer's desk"))
        title.setObjectName("heading")
        self.words = ElidedLabel()
        self.unlock, self.lock = QPushButton(self.tr("Unlock …")), QPushButton(self.tr("Lock"))
        self.unlock.setObjectName("primary")
        for button, key in ((self.unlock, "Ctrl+U"), (self.lock, "Ctrl+Shift+U")):
            button.setAccessibleName(button.text())
            keys = QKeySequence(key)
            QShortcut(keys, self).activated.connect(button.click)
            shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(self.tr("Key: {}").format(shown))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(10)
        row.addWidget(title)
        row.addWidget(self.words, 1)
        row.addWidget(self.lock)
        row.addWidget(self.unlock)
        self.unlock.clicked.connect(self.unlock_wanted)
        self.lock.clicked.connect(desk.lock)
        desk.person_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        person = self._desk.person
        if person is None:
            self.words.setText(self.tr("Nobody has unlocked a key: you can look, but not sign."))
        else:
            self.words.setText(self.tr("{} · key {}").format(person.name, person.id[:8]))
        self.lock.setVisible(person is not None)
        self.unlock.setVisible(person is None)
