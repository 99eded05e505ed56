"""What the changes of a policy come to in a note: the places that would be written otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from deid import Policy
from gui.policy_changes import Change, Sample, changes
from gui.views.header import counted

Preview = Callable[[Policy, Callable[[Sample | None], None]], None]
"""Redacts a note under a policy and hands on what came out, None where nothing did.

It is asked for one policy at a time, and calls back once, on the thread of the window.
"""

_WAIT: Final = 250
"""Milliseconds without a change before the note is redacted anew."""

_MOST: Final = 200


class PolicyPreview(QWidget):
    """The places of a note that a changed policy treats differently.

    Args:
        base: the policy before the changes.
        preview: redacts the note.
        parent: the widget that this one belongs to.
    """

    def __init__(self, base: Policy, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = base
        self._preview = preview
        self._before: Sample | None = None
        self._wanted: Policy | None = None
        self._asked = False
        self._stopped = False
        self._timer = QTimer(self, singleShot=True, interval=_WAIT)
        self._timer.timeout.connect(self._ask)
        heading = QLabel(self.tr("In the note"))
        heading.setObjectName("heading")
        self.state = QLabel()
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        self.table = self._make_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading)
        layout.addWidget(self.state)
        layout.addWidget(self.table, 1)

    def show_policy(self, policy: Policy | None) -> None:
        """Show what this policy comes to, soon; None: there is nothing to show."""
        self._wanted = policy
        self._timer.stop()
        if policy is None:
            self._tell([], self.tr("Nothing is shown until the changes make a policy."))
        elif policy.digest == self._base.digest:
            self._tell([], self.tr("No place of the note changes."))
        else:
            self.state.setText(self.tr("Redacting the note …"))
            self._timer.start()

    def stop(self) -> None:
        """Take no answer any more: the window is going."""
        self._stopped = True
        self._timer.stop()

    def _ask(self) -> None:
        if self._asked or self._stopped or self._wanted is None:
            return
        self._asked = True
        policy = self._base if self._before is None else self._wanted
        self._preview(policy, partial(self._answered, policy))

    def _answered(self, policy: Policy, sample: Sample | None) -> None:
        self._asked = False
        if self._stopped or self._wanted is None or self._wanted.digest == self._base.digest:
            return
        if sample is None:
            self._tell([], self.tr("The note could not be redacted, so there is nothing to show."))
        elif policy is self._base:
            self._before = sample
            self._ask()
        elif policy is not self._wanted:
            self._ask()
        elif self._before is not None:
            self._show(changes(self._before, sample))

    def _show(self, found: tuple[Change, ...]) -> None:
        if not found:
            self._tell([], self.tr("No place of the note changes."))
            return
        told = counted(len(found), self.tr("place changes"), self.tr("places change"))
        if len(found) > _MOST:
            told = self.tr("{told}, the first {most} are shown").format(told=told, most=_MOST)
        self._tell(found[:_MOST], told)

    def _tell(self, found: tuple[Change, ...] | list[Change], words: str) -> None:
        self.state.setText(words)
        self.table.setVisible(bool(found))
        self.table.setRowCount(len(found))
        for row, change in enumerate(found):
            for column, text in enumerate((change.original, change.before, change.after)):
                item = QTableWidgetItem(" ".join(text.split()))
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self.table.resizeRowsToContents()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setObjectName("pane")
        table.setAccessibleName(self.tr("Places of the note that change"))
        table.setHorizontalHeaderLabels([self.tr("Note"), self.tr("Before"), self.tr("After")])
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setWordWrap(True)
        table.hide()
        return table
