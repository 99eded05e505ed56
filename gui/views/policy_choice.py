# ruff: noqa: N802 - Qt gives methods their names
"""The policy that the note is worked on under."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QWidget

from deid import Policy
from gui.desk import Phase
from gui.locks import show_locked
from gui.session import Session
from gui.views.choice import Choice


class PolicyChoice(Choice):
    """Chooses among the policies of a session, the user's own after those that are shipped.

    Args:
        session: the note on the desk.
        locked: whether IT says which policies there are; none can be made from them then.
        parent: the window.

    Signals:
        chosen: carries the policy.
        edit_wanted: the policy in use is to be changed.
    """

    chosen = Signal(object)
    edit_wanted = Signal()

    def __init__(
        self, session: Session, *, locked: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.locked = locked
        self._listed: tuple[Policy, ...] = ()
        self.setAccessibleName(self.tr("Policy"))
        self.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self._follow()
        self.activated.connect(self._choose)
        session.state_changed.connect(self._follow)

    def showPopup(self) -> None:
        """Open the list; only there can *Change…* be taken, not by arrow keys passing over it."""
        self._offer_change(offered=True)
        super().showPopup()

    def hidePopup(self) -> None:
        """Close the list."""
        super().hidePopup()
        self._offer_change(offered=False)

    def _choose(self, row: int) -> None:
        if row < len(self._listed):
            self.chosen.emit(self._listed[row])
        else:
            self._show_current()
            self.edit_wanted.emit()

    def _follow(self) -> None:
        if self._listed != tuple(self._session.policies):
            self._list()
        self._show_current()
        self.setEnabled(self._session.phase is not Phase.SAVING)
        if self.locked:
            show_locked(self, enabled=self.isEnabled() and len(self._listed) > 1)

    def _list(self) -> None:
        self._listed = tuple(self._session.policies)
        self.clear()
        for row, policy in enumerate(self._listed):
            self.addItem(policy.name)
            self.setItemData(row, policy.description, Qt.ItemDataRole.ToolTipRole)
        if not self.locked:
            self.insertSeparator(self.count())
            self.addItem(self.tr("Change…"))
            self._offer_change(offered=False)

    def _offer_change(self, *, offered: bool) -> None:
        model = self.model()
        if isinstance(model, QStandardItemModel) and not self.locked:
            model.item(model.rowCount() - 1).setEnabled(offered)

    def _show_current(self) -> None:
        current = self._session.policy.digest
        rows = [row for row, policy in enumerate(self._listed) if policy.digest == current]
        self.setCurrentIndex(rows[0] if rows else -1)
