"""What is asked before a run begins or ends, a model is decided on, or a budget is set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QWidget

from deid import managed, officer
from deid.audit.records import PrivacyUnit
from gui.locks import managed_words, show_locked
from gui.officer.act_dialog import ActDialog
from gui.officer.training_session import TrainingSession
from gui.officer.training_work import Done, Failed
from gui.views.choice import Choice
from gui.views.managed_sign import ManagedSign
from gui.views.text_margin import TextMargin

SignedAct = Callable[[str, str, Done, Failed], None]
"""Gets a person and a PIN, and what to call when it is done or was refused."""

_EPSILON: Final = 10.0
_MOST_EPSILON: Final = 100.0


class SignDialog(ActDialog):
    """Asks for the PIN, beside what will be done.

    Args:
        title: of the dialog.
        words: what will be done.
        act: on the button.
        person: who signs.
        do: does it.
        parent: the page.
    """

    def __init__(
        self,
        title: str,
        words: str,
        act: str,
        person: officer.KnownPerson,
        do: SignedAct,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, words, act, parent)
        self._person, self._do = person, do
        self.pin = self.add_pin(self.tr("PIN of {}").format(person.name))
        self.pin.setFocus()

    def do(self) -> str:
        """Do it under this PIN."""
        self._do(self._person.id, self.pin.text(), self.accept, self.refuse)
        return ""


class BudgetDialog(ActDialog):
    """Settles what all private runs together may cost.

    Args:
        session: does it.
        person: who signs.
        parent: the page.
    """

    def __init__(
        self, session: TrainingSession, person: officer.KnownPerson, parent: QWidget | None = None
    ) -> None:
        words = self.tr(
            "A run that might cost more than is left is not begun, and neither is one without "
            "privacy. ε says how much a model may tell at most of the one it speaks of: 1 is "
            "strict, 8 is usual, above 10 little is promised. δ is how likely that fails: choose "
            "it far below one by their number."
        )
        super().__init__(self.tr("Set the budget"), words, self.tr("Set and sign"), parent)
        self._session, self._person = session, person
        standing = session.standing
        before = standing.ledger.budget if standing is not None else None
        self.epsilon, self.delta, self.unit = QDoubleSpinBox(), QLineEdit(), Choice()
        most = managed.current().training_budget
        self.epsilon.setRange(0.01, _MOST_EPSILON if most is None else most)
        self.epsilon.setValue(_EPSILON if before is None else float(before.epsilon))
        TextMargin(self.epsilon)
        self.delta.setText("0.0001" if before is None else before.delta)
        for unit, said in (
            (PrivacyUnit.PATIENT, self.tr("A patient with all notes")),
            (PrivacyUnit.NOTE, self.tr("One note")),
        ):
            self.unit.addItem(said, unit)
        if before is not None:
            self.unit.setCurrentIndex(list(PrivacyUnit).index(before.unit))
        self.add_field(self.tr("ε at most, in all"), self.epsilon)
        if most is not None:
            show_locked(self.epsilon, enabled=True)
            words = self.tr("at most {}: {}").format(
                self.epsilon.locale().toString(most, "g"), managed_words().lower()
            )
            self.form.addRow("", ManagedSign(words))
        self.add_field(self.tr("At this δ"), self.delta)
        self.add_field(self.tr("It speaks of"), self.unit)
        self.pin = self.add_pin(self.tr("PIN of {}").format(person.name))
        self.epsilon.setFocus()

    def do(self) -> str:
        """Set it."""
        try:
            delta = float(self.delta.text())
        except ValueError:
            delta = 0.0
        if not 0 < delta < 1:
            return self.tr("δ is a number between 0 and 1, such as 0.0001.")
        self._session.set_budget(
            self._person.id,
            self.pin.text(),
            epsilon=self.epsilon.value(),
            delta=delta,
            unit=PrivacyUnit(self.unit.currentData()),
            done=self.accept,
            failed=self.refuse,
        )
        return ""
