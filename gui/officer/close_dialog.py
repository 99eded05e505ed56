"""What is asked before a sample is closed: the PIN, beside what will be signed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from deid import officer
from gui.officer.act_dialog import ActDialog
from gui.officer.reading_session import ReadingSession
from gui.officer.samples_words import shown_words, tone_of
from gui.views.header import set_tone


class CloseDialog(ActDialog):
    """Closes a sample with a signature.

    Args:
        session: the sample.
        person: who signs.
        parent: the page.
    """

    def __init__(
        self, session: ReadingSession, person: officer.KnownPerson, parent: QWidget | None = None
    ) -> None:
        opened = session.opened
        told = self.tr(
            "You, {name}, sign what the sample shows. No verdict on it is taken after that."
        ).format(name=person.name)
        if opened is not None:
            told = f"{told}\n\n{shown_words(opened.shown)}"
        super().__init__(self.tr("Close the sample"), told, self.tr("Close and sign"), parent)
        self._session, self._person = session, person
        if opened is not None:
            set_tone(self.words, tone_of(opened.shown))
            self.words.setContentsMargins(8, 6, 8, 6)
        self.pin = self.add_pin(self.tr("PIN of {}").format(person.name))
        self.pin.setFocus()

    def do(self) -> str:
        """Close it."""
        self._session.close(self._person.id, self.pin.text(), done=self.accept, failed=self.refuse)
        return ""
