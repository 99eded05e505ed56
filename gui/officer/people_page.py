"""The page "Sign-off and people": who signed for the log, and who may do what."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from deid import Verified, officer
from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.pane import TitledPane, give_room, hint_label, list_rows, named_button
from gui.officer.people_dialogs import AddDialog, GrantDialog, PinDialog, SignDialog, WithdrawDialog
from gui.officer.people_elsewhere import EnrolDialog, PublicDialog
from gui.officer.people_pane import PeoplePane
from gui.officer.people_session import PeopleSession
from gui.officer.people_words import meaning_words, time_words
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.turning_split import TurningSplit
from gui.officer.work_strip import WorkStrip
from gui.theme import Theme
from gui.views.header import Tone, counted
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_BESIDE: Final = 120
"""With room for so many characters, people stand beside the signatures, else below them."""

_ROWS_IN_SIGHT: Final = 5


class PeoplePage(Page):
    """Shows signatures and people, and lets both be added to.

    Args:
        desk: where everything is done.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Sign-off and people")
        self.session = PeopleSession(desk)
        self.sign = named_button(self.tr("Verify and sign …"), primary=True)
        self.strip = WorkStrip(
            self.session.work,
            (self.sign,),
            doing=self.tr("Every record is read and the tree is built anew: {:.0%}."),
            failed=self.tr("NOT VERIFIED"),
        )
        headings = (self.tr("Time"), self.tr("Meaning"), self.tr("For the first"), self.tr("Name"))
        self.meaning = hint_label(
            self.tr(
                "A signature shows who signed when and what it means, and fits this log alone. "
                "Verifying the log checks each of them."
            )
        )
        self._sign_offs = TextRows(headings, self)
        self.sign_offs = RowsTable(self._sign_offs, self.tr("Signatures"))
        self.people = PeoplePane(self.session)
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give the tables as much room as their letters need."""
        for table in (self.sign_offs, self.people.table):
            give_room(table, theme, rows=_ROWS_IN_SIGHT)

    def shown(self) -> None:
        """Bring people and signatures up to date."""
        self.session.reload()

    def _lay_out(self) -> None:
        self.sign_offs.horizontalHeader().setStretchLastSection(True)
        pane = TitledPane(self.tr("Signatures"))
        pane.inside.addWidget(self.meaning)
        pane.inside.addWidget(self.sign_offs, 1)
        HighEnough(pane)
        split = TurningSplit(_BESIDE, pane, self.people)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.sign.clicked.connect(self.session.verify)
        self.people.add.clicked.connect(self._ask_new)
        self.people.grant.clicked.connect(self._ask_role)
        self.people.withdraw.clicked.connect(self._ask_withdrawal)
        self.people.change_pin.clicked.connect(self._ask_pin)
        self.people.enrol.clicked.connect(self._ask_public)
        self.people.public.clicked.connect(self._ask_place)
        self.session.changed.connect(self._show)
        self.session.verified.connect(self._ask_meaning)

    def _show(self) -> None:
        rows = [
            TextRow(
                one.seq,
                (
                    time_words(one.time),
                    meaning_words(one.meaning),
                    counted(one.size, self.tr("record"), self.tr("records")),
                    one.name,
                ),
            )
            for one in reversed(self.session.sign_offs)
        ]
        list_rows(self._sign_offs, self.sign_offs, rows)
        may = self.session.may(officer.Permission.SIGN_OFF)
        words, tone, sentence = self._standing()
        if not may:
            sentence = f"{sentence} {self.tr('Signing wants the key of a privacy officer.')}"
        self.strip.show_state(words, tone, sentence)
        self.sign.setEnabled(may and not self.session.work.running)

    def _standing(self) -> tuple[str, Tone, str]:
        """How it stands with the log, in a word, its tone, and a sentence."""
        session = self.session
        if session.broken is not None:
            return self.tr("NOT VERIFIED"), Tone.BAD, told(session.broken)
        if not session.sign_offs:
            return self.tr("NOT SIGNED"), Tone.NEUTRAL, self.tr("Nobody signed for this log yet.")
        last = session.sign_offs[-1]
        sentence = self.tr("{name} signed on {time} for the first {records}; {late} came since.")
        told_last = sentence.format(
            name=last.name,
            time=time_words(last.time),
            records=counted(last.size, self.tr("record"), self.tr("records")),
            late=f"{session.size - last.size:,}",
        )
        tone = Tone.BAD if last.meaning is officer.Meaning.REJECTED else Tone.GOOD
        return meaning_words(last.meaning).upper(), tone, told_last

    def _ask_new(self) -> None:
        AddDialog(self.session, self).open()

    def _ask_role(self) -> None:
        if self.people.chosen is not None:
            GrantDialog(self.session, self.people.chosen, self).open()

    def _ask_withdrawal(self) -> None:
        if self.people.chosen is not None:
            WithdrawDialog(self.session, self.people.chosen, self).open()

    def _ask_pin(self) -> None:
        if self.people.chosen is not None:
            PinDialog(self.session, self.people.chosen, self).open()

    def _ask_public(self) -> None:
        EnrolDialog(self.session, self).open()

    def _ask_place(self) -> None:
        if self.session.desk.person is not None:
            PublicDialog(self.session, self.session.desk.person, self).open()

    def _ask_meaning(self, verified: Verified) -> None:
        person = self.session.desk.person
        if person is not None:
            SignDialog(self.session, person, verified, self).open()
