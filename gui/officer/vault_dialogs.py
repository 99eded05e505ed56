"""What is asked before the vault is made, shared, renewed, or a value is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QWidget

from deid import officer
from gui.officer.act_dialog import ActDialog
from gui.officer.vault_session import VaultSession
from gui.views.check import Check
from gui.views.choice import Choice
from gui.views.header import counted

_PURPOSES: Final = {
    officer.Purpose.CARE: "Care of the patient",
    officer.Purpose.COMPLAINT: "A complaint",
    officer.Purpose.COURT: "A court or an authority",
    officer.Purpose.QUALITY: "Quality of the redaction",
    officer.Purpose.SAMPLE: "A sample",
    officer.Purpose.OTHER: "Something else",
}


def purpose_words(purpose: officer.Purpose) -> str:
    """What a value is shown for."""
    return QCoreApplication.translate("Vault", _PURPOSES[purpose])


class MakeDialog(ActDialog):
    """Makes a vault, or gives it a new key.

    Args:
        session: does it.
        renew: whether there is one already.
        parent: the window.
    """

    def __init__(
        self, session: VaultSession, *, renew: bool, parent: QWidget | None = None
    ) -> None:
        made = self.tr(
            "From then on, what policies of pseudonymisation replace is kept, sealed for the "
            "officers of this site. Notes that were released before are not in it. That you made "
            "it stands in the log."
        )
        renewed = self.tr(
            "What is kept from then on only the officers of now can open. Do this when an officer "
            "has left. What is kept already stays readable to whoever could open the vault and has "
            "a copy of its file."
        )
        title = self.tr("New key for the vault") if renew else self.tr("Make a vault")
        act = self.tr("Make a new key") if renew else self.tr("Make the vault")
        super().__init__(title, renewed if renew else made, act, parent)
        self._session, self._renew = session, renew
        self.lost = Check(self.tr("The old vault is lost or was destroyed"), self)
        self.lost.setAccessibleName(self.lost.text())
        self._ask_whether_lost()

    def _ask_whether_lost(self) -> None:
        if self._renew or self._session.broken is None:
            self.lost.hide()
            return
        warning = QLabel(
            self.tr(
                "What the old vault held cannot be had back, unless its file is found again. That "
                "you said so stands in the log. If there is a backup, restore that instead."
            )
        )
        warning.setWordWrap(True)
        self.form.addRow(self.lost)
        self.form.addRow(warning)

    def do(self) -> str:
        """Make it."""
        if self._renew:
            self._session.renew(done=self.accept, failed=self.refuse)
        else:
            lost = self.lost.isChecked()
            self._session.create(lost=lost, done=self.accept, failed=self.refuse)
        return ""


class ShareDialog(ActDialog):
    """Lets another officer open the vault.

    Args:
        session: does it.
        officers: who cannot open it yet.
        parent: the window.
    """

    def __init__(
        self,
        session: VaultSession,
        officers: Sequence[officer.Enrolled],
        parent: QWidget | None = None,
    ) -> None:
        words = self.tr(
            "The officer can then open everything that is in the vault, also from before. Your key "
            "must be one that opens it."
        )
        super().__init__(self.tr("Share the vault"), words, self.tr("Share"), parent)
        self._session = session
        self.officer = Choice()
        for one in officers:
            self.officer.addItem(one.name, one.id)
        self.add_field(self.tr("With"), self.officer)

    def do(self) -> str:
        """Share it."""
        person = self.officer.currentData()
        if person is None:
            return self.tr("Every officer can open the vault already.")
        self._session.share(str(person), done=self.accept, failed=self.refuse)
        return ""


class ShowDialog(ActDialog):
    """Shows values, once it is said what for.

    Args:
        session: does it.
        wanted: which values, as indices of places.
        parent: the window.
    """

    def __init__(
        self, session: VaultSession, wanted: Sequence[int], parent: QWidget | None = None
    ) -> None:
        count = counted(len(wanted), self.tr("value is"), self.tr("values are"))
        words = self.tr(
            "{} shown, and only after it stands in the log that you looked, when, and what for. "
            "All is hidden again as soon as your key is locked."
        )
        super().__init__(
            self.tr("Show what was replaced"), words.format(count), self.tr("Show"), parent
        )
        self._session, self._wanted = session, tuple(wanted)
        self.purpose = Choice()
        self.purpose.addItem(self.tr("Choose …"), None)
        for purpose in _PURPOSES:
            self.purpose.addItem(purpose_words(purpose), purpose.value)
        self.add_field(self.tr("What for"), self.purpose)

    def do(self) -> str:
        """Show them."""
        chosen = self.purpose.currentData()
        if chosen is None:
            return self.tr("Say what the values are needed for.")
        self._session.show_values(
            self._wanted, officer.Purpose(chosen), done=self.accept, failed=self.refuse
        )
        return ""
