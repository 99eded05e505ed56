"""What is asked before a held output is released or declined."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QWidget

from deid import officer
from gui.officer.act_dialog import ActDialog
from gui.officer.held_session import HeldSession
from gui.tables.standing import shown_name


class ReleaseDialog(ActDialog):
    """Releases an output with a signature.

    Args:
        session: the output that is read.
        person: who signs.
        out: folder in which it appears; None: where whoever redacted it asked for.
        parent: the page.
    """

    def __init__(
        self,
        session: HeldSession,
        person: officer.KnownPerson,
        out: Path | None,
        parent: QWidget | None = None,
    ) -> None:
        held = session.chosen
        target = held.target if held is not None else Path()
        folder = out if out is not None else target.parent
        words = self.tr(
            "You, {name}, release this with your signature, as another person than the one who "
            "redacted it.\n\nIt appears as {file}\nin {folder}\nand replaces no file."
        ).format(name=person.name, file=shown_name(target.name), folder=_breakable(folder))
        super().__init__(self.tr("Release"), words, self.tr("Release and sign"), parent)
        self._session, self._person, self._out = session, person, out
        self.give_up = session.desk.stop_reaching
        self.pin = self.add_pin(self.tr("PIN of {}").format(person.name))
        self.pin.setFocus()

    def do(self) -> str:
        """Release it."""
        self._session.release(
            self._person.id, self.pin.text(), out=self._out, done=self.accept, failed=self.refuse
        )
        return ""


def _breakable(folder: Path) -> str:
    """A path that is broken into lines behind its separators."""
    return shown_name(str(folder)).replace(os.sep, f"{os.sep}\u200b")


class DeclineDialog(ActDialog):
    """Declines an output with a signature.

    Args:
        session: the output that is read.
        person: who signs.
        parent: the page.
    """

    def __init__(
        self, session: HeldSession, person: officer.KnownPerson, parent: QWidget | None = None
    ) -> None:
        words = self.tr(
            "You, {name}, decline this with your signature. It is removed, with what the vault "
            "kept of it; the records stay. The note can be redacted again."
        ).format(name=person.name)
        super().__init__(self.tr("Decline"), words, self.tr("Decline and sign"), parent)
        self._session, self._person = session, person
        self.pin = self.add_pin(self.tr("PIN of {}").format(person.name))
        self.pin.setFocus()

    def do(self) -> str:
        """Decline it."""
        self._session.decline(
            self._person.id, self.pin.text(), done=self.accept, failed=self.refuse
        )
        return ""
