"""The page "Vault": what was replaced, got back for single values by an officer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout

from deid import officer
from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.pane import TitledPane, flow_of, give_room, hint_label, list_rows, named_button
from gui.officer.people_words import time_words
from gui.officer.standing_strip import StandingStrip
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.turning_split import TurningSplit
from gui.officer.vault_dialogs import MakeDialog, ShareDialog, ShowDialog, purpose_words
from gui.officer.vault_session import VaultSession
from gui.theme import Theme
from gui.views.dialogs import ask_file
from gui.views.header import Tone, counted
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_BESIDE: Final = 120
"""With room for so many characters, the last uses stand beside the note, else below it."""

_ROWS_IN_SIGHT: Final = 5


class VaultPage(Page):
    """Shows how the vault stands, opens single values, and tells who did so before.

    Args:
        desk: where everything is done.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Vault")
        self.session = VaultSession(desk)
        self.make = named_button(self.tr("Make the vault …"), primary=True)
        self.strip = StandingStrip()
        self.strip.column.addWidget(self.make, alignment=Qt.AlignmentFlag.AlignLeft)
        self.share = named_button(self.tr("Share …"))
        self.renew = named_button(self.tr("New key …"))
        self.file = named_button(self.tr("Choose a released file …"))
        self.document, self.search = QLineEdit(), named_button(self.tr("Find"))
        self.show_one = named_button(self.tr("Show the value …"))
        self.show_all = named_button(self.tr("Show all …"))
        self.note = hint_label()
        self._places = TextRows((self.tr("Place"), self.tr("What"), self.tr("Value")), self)
        self.places = RowsTable(self._places, self.tr("What was replaced in the note"))
        self._acts = TextRows((self.tr("Time"), self.tr("Who"), self.tr("What")), self)
        self.acts = RowsTable(self._acts, self.tr("Last uses"))
        self.acts.say_when_empty(self.tr("Nobody has used the vault yet."))
        self.places.say_when_empty(self.tr("No note is chosen."))
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give the tables as much room as their letters need."""
        for table in (self.places, self.acts):
            give_room(table, theme, rows=_ROWS_IN_SIGHT)

    def shown(self) -> None:
        """Bring the vault and its last uses up to date."""
        self.session.reload()

    def _lay_out(self) -> None:
        acts = _pane(self.acts, self.share, self.renew)
        split = TurningSplit(_BESIDE, self._note_pane(), acts, shares=(4, 3))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(split, 1)

    def _note_pane(self) -> TitledPane:
        self.document.setPlaceholderText(self.tr("or the id of a note"))
        self.document.setAccessibleName(self.tr("Id of a note"))
        self.document.setMinimumWidth(self.fontMetrics().averageCharWidth() * 24)
        pane = _pane(self.places, self.show_one, self.show_all)
        pane.inside.insertLayout(1, flow_of((self.file, self.document, self.search)))
        pane.inside.insertWidget(2, self.note)
        return pane

    def _connect(self) -> None:
        self.make.clicked.connect(self._ask_to_make)
        self.renew.clicked.connect(self._ask_to_renew)
        self.share.clicked.connect(self._ask_to_share)
        self.file.clicked.connect(self._ask_file)
        self.search.clicked.connect(self._find)
        self.document.returnPressed.connect(self._find)
        self.show_one.clicked.connect(self._ask_for_one)
        self.show_all.clicked.connect(self._ask_for_all)
        self.places.selectionModel().currentChanged.connect(self._offer)
        self.places.doubleClicked.connect(self._ask_for_one)
        self.session.changed.connect(self._show)

    def _show(self) -> None:
        session, state = self.session, self.session.state
        self.strip.tell(*self._standing())
        made = state is not None and state.key is not None
        self.make.setVisible(not made)
        told_of = state is not None or session.broken is not None
        self.make.setEnabled(session.may and told_of)
        self.share.setVisible(made)
        self.renew.setVisible(made)
        self.share.setEnabled(session.may and state is not None and bool(state.lacking))
        self.renew.setEnabled(session.may)
        for widget in (self.file, self.document, self.search):
            widget.setEnabled(made)
        self._show_places()
        list_rows(self._acts, self.acts, [_act_row(at, act) for at, act in enumerate(session.acts)])

    def _standing(self) -> tuple[str, Tone, str]:
        """How it stands with the vault: in a word, its tone, and a sentence."""
        session, state = self.session, self.session.state
        if session.broken is not None:
            return self.tr("NOT USABLE"), Tone.BAD, told(session.broken)
        if state is None:
            return self.tr("VAULT"), Tone.NEUTRAL, ""
        if state.key is None:
            sentence = self.tr(
                "There is no vault: what is replaced is not kept. An officer makes one; policies "
                "of pseudonymisation then keep what they replace, and only officers get it back."
            )
            return self.tr("NO VAULT"), Tone.NEUTRAL, self._with_who(sentence)
        notes = counted(state.notes, self.tr("note"), self.tr("notes"))
        names = ", ".join(one.name for one in state.openers) or self.tr("nobody")
        sentence = self.tr("Values are kept of {notes}. It is opened by: {names}.")
        told_state = sentence.format(notes=notes, names=names)
        if state.lacking:
            lacking = ", ".join(one.name for one in state.lacking)
            more = self.tr("Not yet by: {}. Whoever can open it shares it.").format(lacking)
            return self.tr("TO SHARE"), Tone.CAUTION, self._with_who(f"{told_state} {more}")
        return self.tr("IN USE"), Tone.GOOD, self._with_who(told_state)

    def _with_who(self, sentence: str) -> str:
        if self.session.may:
            return sentence
        return f"{sentence} {self.tr('All of this wants the key of a privacy officer.')}"

    def _show_places(self) -> None:
        note, hidden = self.session.note, self.tr("hidden")
        rows = []
        if note is not None:
            rows = [
                TextRow(
                    at, (_where(note, at), place.label.value, self.session.shown.get(at, hidden))
                )
                for at, place in enumerate(note.places)
            ]
        list_rows(self._places, self.places, rows)
        self.note.setText(self._note_words())
        self._offer()

    def _note_words(self) -> str:
        session = self.session
        if session.missing is not None:
            return told(session.missing)
        if session.note is None:
            return self.tr(
                "Choose a file as it was released, or type the id of a note (for a text file, its "
                "name). The places are listed; a value is shown only when you ask for it."
            )
        count = counted(len(session.note.places), self.tr("value was"), self.tr("values were"))
        added = time_words(session.note.entry.added)
        return self.tr("{count} replaced in this note on {time}.").format(count=count, time=added)

    def _offer(self) -> None:
        may = self.session.may and self.session.note is not None
        self.show_one.setEnabled(may and self.places.currentIndex().isValid())
        self.show_all.setEnabled(may)

    def _ask_to_make(self) -> None:
        MakeDialog(self.session, renew=False, parent=self).open()

    def _ask_to_renew(self) -> None:
        MakeDialog(self.session, renew=True, parent=self).open()

    def _ask_to_share(self) -> None:
        if self.session.state is not None:
            ShareDialog(self.session, self.session.state.lacking, self).open()

    def _ask_file(self) -> None:
        ask_file(self, self.tr("Open a released note"), self.session.find_file)

    def _find(self) -> None:
        if self.document.text().strip():
            self.session.find_id(self.document.text().strip())

    def _ask_for_one(self) -> None:
        at = self._places.key(self.places.currentIndex().row())
        if isinstance(at, int) and self.show_one.isEnabled():
            ShowDialog(self.session, [at], self).open()

    def _ask_for_all(self) -> None:
        note = self.session.note
        if note is not None:
            ShowDialog(self.session, range(len(note.places)), self).open()


def _pane(table: RowsTable, *buttons: QPushButton) -> TitledPane:
    pane = TitledPane(table.accessibleName())
    table.horizontalHeader().setStretchLastSection(True)
    pane.inside.addWidget(table, 1)
    pane.inside.addLayout(flow_of(buttons))
    HighEnough(pane)
    return pane


def _where(note: officer.vault.FoundNote, at: int) -> str:
    where = note.line_and_column(at)
    if where is None:
        return _say("character {:,}").format(note.places[at].span.start + 1)
    return _say("line {}, column {}").format(*where)


def _act_row(at: int, act: officer.vault.VaultAct) -> TextRow:
    match act.deed:
        case officer.vault.VaultDeed.MADE:
            what = _say("made a key for the vault")
        case officer.vault.VaultDeed.LOST:
            what = _say("said that the vault is lost or destroyed")
        case officer.vault.VaultDeed.SHARED:
            what = _say("shared it with {}").format(act.other)
        case officer.vault.VaultDeed.SHOWN:
            count = counted(act.values, _say("value"), _say("values"))
            purpose = purpose_words(act.purpose) if act.purpose is not None else ""
            what = _say("saw {values}: {purpose}").format(values=count, purpose=purpose)
    return TextRow(at, (time_words(act.time), act.person, what))


def _say(words: str) -> str:
    return QCoreApplication.translate("Vault", words)
