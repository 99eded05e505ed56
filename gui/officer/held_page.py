"""The page "Held notes": what waits for a second person is read, and released or declined."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QVBoxLayout

from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.held_dialogs import DeclineDialog, ReleaseDialog
from gui.officer.held_session import Held, HeldSession
from gui.officer.page import Page
from gui.officer.pane import TitledPane, flow_of, give_room, hint_label, named_button
from gui.officer.people_words import time_words
from gui.officer.reading_text import ReadingText
from gui.officer.standing_strip import StandingStrip
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.turning_split import TurningSplit
from gui.tables.standing import shown_name
from gui.theme import Theme
from gui.views.dialogs import ask_folder
from gui.views.header import Tone, counted
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_BESIDE: Final = 120
"""With room for so many characters, the text stands beside the list, else below it."""

_ROWS_IN_SIGHT: Final = 4


class HeldPage(Page):
    """Lists what waits, and shows one of its notes as it would be released.

    Args:
        desk: where everything is done.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Held notes")
        self.session = HeldSession(desk)
        self.strip, self.hint = StandingStrip(), hint_label()
        headings = (self.tr("Since"), self.tr("Redacted by"), self.tr("File"), self.tr("Notes"))
        self._held = TextRows((*headings, self.tr("Policy")), self)
        self.held = RowsTable(self._held, self.tr("Waiting for a second person"))
        self.text = ReadingText(self.tr("As it would be released"), self.tr("Held note"), theme)
        self.release = named_button(self.tr("Release …"), primary=True)
        self.elsewhere = named_button(self.tr("Release to a folder …"))
        self.decline = named_button(self.tr("Decline …"))
        self.before = named_button(self.tr("Note before"))
        self.after = named_button(self.tr("Next note"))
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours, with as much room as the letters need."""
        self.text.use_theme(theme)
        give_room(self.held, theme, rows=_ROWS_IN_SIGHT)

    def shown(self) -> None:
        """Bring the list up to date."""
        self.session.reload()

    def _lay_out(self) -> None:
        self.text.text.setPlaceholderText(self.tr("No note is chosen."))
        self.held.horizontalHeader().setStretchLastSection(True)
        self.held.say_when_empty(self.tr("No note is held."))
        pane = TitledPane(self.held.accessibleName())
        pane.inside.addWidget(self.held, 1)
        pane.inside.addWidget(self.hint)
        HighEnough(pane)
        split = TurningSplit(_BESIDE, pane, self.text, shares=(4, 5))
        acts = (self.release, self.elsewhere, self.decline, self.before, self.after)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(split, 1)
        layout.addLayout(flow_of(acts))

    def _connect(self) -> None:
        self.held.selectionModel().currentChanged.connect(self._choose)
        self.release.clicked.connect(self._ask_to_release)
        self.elsewhere.clicked.connect(self._ask_folder)
        self.decline.clicked.connect(self._ask_to_decline)
        self.before.clicked.connect(partial(self._step, -1))
        self.after.clicked.connect(partial(self._step, 1))
        self.session.changed.connect(self._show)
        self.session.failed.connect(self.session.desk.failed)

    def _show(self) -> None:
        session = self.session
        rows = [_row(held) for held in (*session.waiting, *session.stuck)]
        if rows != self._held.rows:
            self._held.show(rows)
            self.held.resizeColumnsToContents()
        at = self._held.row_of(session.chosen.id) if session.chosen is not None else -1
        if at != self.held.currentIndex().row():
            self.held.setCurrentIndex(self._held.index(at, 0))
        self.strip.tell(*self._standing())
        self.hint.setText(self._hint())
        self.text.show_note(session.text)
        readable = session.text is not None
        self.release.setEnabled(readable and session.chosen not in session.stuck)
        self.elsewhere.setEnabled(readable)
        self.decline.setEnabled(
            session.may and session.chosen is not None and session.chosen not in session.stuck
        )
        for button in (self.before, self.after):
            button.setVisible(len(session.texts) > 1)
        self.before.setEnabled(session.at > 0)
        self.after.setEnabled(session.at + 1 < len(session.texts))

    def _standing(self) -> tuple[str, Tone, str]:
        """How it stands, in a word, its tone, and a sentence."""
        session = self.session
        if not session.known:
            return self.tr("HELD"), Tone.NEUTRAL, ""
        decided = counted(session.decided, self.tr("note was"), self.tr("notes were"))
        so_far = self.tr("{} decided on so far.").format(decided) if session.decided else ""
        if not session.waiting and not session.stuck:
            sentence = self.tr(
                "Nothing waits. Under a policy with four eyes, redacted notes come here until an "
                "officer releases them who is another person than the one who redacted them."
            )
            return self.tr("NOTHING WAITS"), Tone.NEUTRAL, f"{sentence} {so_far}"
        count = len(session.waiting)
        if session.stuck and not count:
            sentence = self.tr("What was approved could not appear.")
            return self.tr("NOT RELEASED"), Tone.BAD, f"{sentence} {so_far}"
        files = counted(count, self.tr("file waits"), self.tr("files wait"))
        sentence = self.tr("{} for a second person.").format(files)
        return self.tr("{:,} TO READ").format(count), Tone.CAUTION, f"{sentence} {so_far}"

    def _hint(self) -> str:
        session = self.session
        if session.chosen is None:
            return ""
        if session.unreadable is not None:
            return told(session.unreadable)
        if not session.may:
            return self.tr("To read and decide wants the key of a privacy officer: unlock it.")
        if session.chosen in session.stuck:
            return self.tr(
                "It was approved, but another file lies in its place: release it to another folder."
            )
        place = self.tr("Note {at} of {notes}.").format(
            at=session.at + 1, notes=f"{max(len(session.texts), 1):,}"
        )
        proof = self.tr(
            "You must be another person than {user}. The program compares names only: it cannot "
            "know who sits here."
        ).format(user=session.chosen.user)
        return f"{place} {proof}" if len(session.texts) > 1 else proof

    def _choose(self, current: QModelIndex, _: QModelIndex) -> None:
        key = self._held.key(current.row())
        if key is not None:
            self.session.choose(str(key))

    def _step(self, by: int) -> None:
        self.session.go(self.session.at + by)

    def _ask_to_release(self) -> None:
        self._release_to(None)

    def _ask_folder(self) -> None:
        ask_folder(self, self._release_to)

    def _release_to(self, out: Path | None) -> None:
        person = self.session.desk.person
        if person is not None and self.session.chosen is not None:
            ReleaseDialog(self.session, person, out, self).open()

    def _ask_to_decline(self) -> None:
        person = self.session.desk.person
        if person is not None and self.session.chosen is not None:
            DeclineDialog(self.session, person, self).open()


def _row(held: Held) -> TextRow:
    cells = (
        time_words(held.time),
        held.user,
        shown_name(held.target.name),
        f"{len(held.notes):,}",
        held.policy,
    )
    return TextRow(held.id, cells)
