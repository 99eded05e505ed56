"""The policy that the note is worked on under."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.desk import Phase
from gui.session import Session
from gui.views.choice import Choice


class PolicyChoice(Choice):
    """Chooses among the policies of a session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setAccessibleName(self.tr("Policy"))
        self.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        for row, policy in enumerate(session.policies):
            self.addItem(policy.name)
            self.setItemData(row, policy.description, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentText(session.policy.name)
        self.activated.connect(self._choose)
        session.state_changed.connect(self._follow)

    def _choose(self, row: int) -> None:
        self._session.choose_policy(self._session.policies[row])

    def _follow(self) -> None:
        self.setEnabled(self._session.phase is not Phase.SAVING)
