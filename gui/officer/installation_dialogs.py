"""What is asked before an update of rules and models is installed, or taken back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QProgressBar, QWidget

from deid import DeidError
from deid.updates.listing import Listed
from deid.updates.metadata import TrustedUpdate
from gui.officer.act_dialog import ActDialog
from gui.officer.installation_session import InstallationSession
from gui.officer.installation_words import brought_words, listed_words, rights_words


class _ChangeDialog(ActDialog):
    """Changes what is installed, which cannot be given up once it began."""

    def __init__(
        self, title: str, words: str, act: str, session: InstallationSession, parent: QWidget
    ) -> None:
        super().__init__(title, words, act, parent)
        self._session = session
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("It is under way"))
        self.bar.hide()
        self.form.addRow(self.bar)

    def reject(self) -> None:
        """Close; not while it is under way."""
        if self.cancel.isEnabled():
            super().reject()

    def refuse(self, error: DeidError) -> None:
        """It was not done: say why, and let it be tried again."""
        self._wait(begun=False)
        super().refuse(error)

    def _wait(self, *, begun: bool) -> None:
        self.bar.setVisible(begun)
        self.cancel.setEnabled(not begun)


class InstallDialog(_ChangeDialog):
    """Says what a bundle brings, and installs it where that may be done.

    Args:
        session: installs.
        bundle: the file.
        update: what it brings.
        parent: the window.
    """

    def __init__(
        self, session: InstallationSession, bundle: Path, update: TrustedUpdate, parent: QWidget
    ) -> None:
        title, act = self.tr("Update rules and models"), self.tr("Install")
        super().__init__(title, brought_words(update), act, session, parent)
        self._bundle = bundle
        found = session.found
        may = found is not None and found.updates.may_change
        tried = self.tr("Before it is in use, the program is tried with it: up to a minute.")
        said = tried if may or found is None else rights_words(found.updates)
        self.words.setText(f"{self.words.text()}\n\n{said}")
        self.act.setEnabled(may)
        if not may:
            self.cancel.setText(self.tr("Close"))
            self.cancel.setAccessibleName(self.cancel.text())
        (self.act if may else self.cancel).setFocus()

    def do(self) -> str:
        """Install it."""
        self._wait(begun=True)
        self._session.install(self._bundle, done=self.accept, failed=self.refuse)
        return ""


class UndoDialog(_ChangeDialog):
    """Goes back one step, or to what came with the program.

    Args:
        session: goes back.
        back: what is then in use; None: what came with the program.
        parent: the window.
    """

    def __init__(self, session: InstallationSession, back: Listed | None, parent: QWidget) -> None:
        words = self.tr(
            "From the next start of the program on, {} is in use, for all users of this computer. "
            "The update that is taken back can be installed again while it is in date; an older "
            "one cannot."
        )
        what = self.tr("what came with the program") if back is None else listed_words(back)
        act = self.tr("Go back")
        super().__init__(act, words.format(what), act, session, parent)
        self._to_release = back is None
        self.cancel.setFocus()

    def do(self) -> str:
        """Go back."""
        self._wait(begun=True)
        self._session.undo(to_release=self._to_release, done=self.accept, failed=self.refuse)
        return ""
