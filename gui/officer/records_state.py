"""How many records there are and are listed, and how far the index is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QProgressBar

from deid import DeidError
from deid.officer.index.query import Week
from gui.messages import told
from gui.officer.pane import named_button
from gui.officer.record_words import week_words
from gui.officer.records_session import RecordsSession
from gui.officer.standing_strip import StandingStrip
from gui.views.header import Tone, counted


class RecordsState(StandingStrip):
    """Stands above the records, and looks for new ones."""

    def __init__(self, session: RecordsSession) -> None:
        super().__init__()
        self._session = session
        self._said: tuple[str, Tone] | None = None
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximum(1000)
        self.bar.setAccessibleName(self.tr("How much of the log is indexed"))
        self.reload = named_button(self.tr("Look for new records"))
        self.line.addWidget(self.bar)
        self.line.addWidget(self.reload)
        self.reload.clicked.connect(self._look)
        session.changed.connect(self._show)
        session.index.changed.connect(self._show)
        self._show()

    def tell_proof(self, path: Path) -> None:
        """Say that a proof was given out."""
        words = self.tr("The proof is in {}. That it was given out is recorded.").format(path.name)
        self._said = (words, Tone.GOOD)
        self._show()

    def tell_failure(self, error: DeidError) -> None:
        """Say what could not be done."""
        self._said = (told(error), Tone.BAD)
        self._show()

    def _look(self) -> None:
        self._said = None
        self._session.refresh()

    def _show(self) -> None:
        session, index = self._session, self._session.index
        words, tone = self._told(session)
        titles = {
            Tone.NEUTRAL: f"{session.count:,}",
            Tone.GOOD: self.tr("DONE"),
            Tone.CAUTION: self.tr("CHANGED"),
            Tone.BAD: self.tr("FAILED"),
        }
        self.tell(titles[tone], tone, words)
        self.bar.setVisible(index.updating and index.part > 0)
        self.bar.setValue(round(index.part * 1000))
        self.reload.setEnabled(not index.updating)

    def _told(self, session: RecordsSession) -> tuple[str, Tone]:
        index = session.index
        if index.broken is not None:
            return told(index.broken), Tone.BAD
        if index.updating and index.part > 0:
            part = self.tr("The log is indexed so that it can be browsed: {:.0%} done …")
            return part.format(index.part), Tone.NEUTRAL
        if self._said is not None:
            return self._said
        if index.anew:
            return (
                self.tr(
                    "The log lost records, or is not the one that was looked at before: verify it."
                ),
                Tone.CAUTION,
            )
        if not session.size:
            if index.updating:
                return self.tr("Reading …"), Tone.NEUTRAL
            return self.tr("The log has no records yet: redact a note first."), Tone.NEUTRAL
        if session.count == session.size:
            return self.tr("records in the log, the newest first"), Tone.NEUTRAL
        of = counted(session.size, self.tr("record"), self.tr("records"))
        return self.tr("of {} fit the filters{}").format(of, self._weeks(session)), Tone.NEUTRAL

    def _weeks(self, session: RecordsSession) -> str:
        since, until = session.query.since, session.query.until
        if since is None or until is None:
            return ""
        first, last = Week.of(since), Week.of(until)
        if first.next == last:
            return self.tr(", in {}").format(week_words(first))
        days = (since.date().isoformat(), until.date().isoformat())
        return self.tr(", from {} up to before {}").format(*days)
