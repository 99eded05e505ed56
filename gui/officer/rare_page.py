"""The page "Rare details": notes that may tell who it is with every identifier gone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt
from PySide6.QtWidgets import QFrame, QLabel, QSplitter, QVBoxLayout

from deid import officer
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import words_of
from gui.officer.page import Page
from gui.officer.pane import give_room, hint_label, list_rows, named_button, titled_pane
from gui.officer.rare_session import Ranked, RareSession
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.work_strip import WorkStrip
from gui.theme import Theme
from gui.views.dialogs import ask_folder
from gui.views.header import Tone, counted
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

Kind = officer.rare.RareKind

_KINDS: Final = {
    Kind.OFFICE: "Public office or fame",
    Kind.FIRST: "First, only or record",
    Kind.EVENT: "Event that is told in the news",
    Kind.OCCUPATION: "Rare occupation",
    Kind.FAMILY: "Rare family",
    Kind.EXTREME: "Extreme number",
    Kind.DIAGNOSIS: "Rare diagnosis or injury",
    Kind.TERM: "Term of this patient alone",
    Kind.PAIR: "Two terms together in this patient alone",
}
_ROWS_IN_SIGHT: Final = 4
_MOST_SHOWN: Final = 1000


class RarePage(Page):
    """Shows notes with rare details, and the details of one of them.

    Args:
        desk: what the page works with.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Rare details")
        self.session = RareSession(desk)
        self._desk = desk
        self.rank = named_button(self.tr("Read a folder …"), primary=True)
        self.strip = WorkStrip(self.session.work, (self.rank,))
        self._notes = TextRows((self.tr("Note"), self.tr("Score"), self.tr("Details")), self)
        self.notes = RowsTable(self._notes, self.tr("Notes to read first"))
        self._details = TextRows((self.tr("Line"), self.tr("Why"), self.tr("Words")), self)
        self.details = RowsTable(self._details, self.tr("What is rare in the note"))
        self.limits, self.hint = hint_label(), hint_label()
        self.notes.say_when_empty(self.tr("No note is listed."))
        self.details.say_when_empty(self.tr("No note is chosen."))
        self._lay_out()
        self.rank.clicked.connect(self._ask_folder)
        self.notes.selectionModel().currentChanged.connect(self._choose)
        self.session.changed.connect(self._show)
        self.session.chosen_changed.connect(self._show_details)
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give the tables as much room as their letters need."""
        for table in (self.notes, self.details):
            give_room(table, theme, rows=_ROWS_IN_SIGHT)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(10)
        split.setChildrenCollapsible(False)
        split.addWidget(_pane(self.notes, self.limits))
        split.addWidget(_pane(self.details, self.hint))
        split.setSizes([3, 2])
        self.limits.setText(
            self.tr(
                "The score is for an order of reading. What people in a place know about each "
                "other no program knows: a note that is not listed is not thereby safe."
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(split, 1)

    def _ask_folder(self) -> None:
        ask_folder(self, self.session.rank)

    def _show(self) -> None:
        ranked = self.session.ranked
        self.strip.show_state(*_standing(ranked))
        rows = [] if ranked is None else [_row(ranked, note) for note in ranked.notes[:_MOST_SHOWN]]
        list_rows(self._notes, self.notes, rows)
        self._show_details()

    def _choose(self, current: QModelIndex, _: QModelIndex) -> None:
        note = self._notes.key(current.row())
        self.session.choose(note if isinstance(note, officer.rare.RareNote) else None)

    def _show_details(self) -> None:
        ranked, chosen, lines = self.session.ranked, self.session.chosen, self.session.lines.lines
        rows = []
        if ranked is not None and chosen is not None:
            text = ranked.outputs.notes[chosen.note].document.text
            for number, detail in enumerate(chosen.details):
                shown = lines[number] if lines is not None else None
                line = text.count("\n", 0, detail.span.start) + 1
                rows.append(TextRow(detail, (f"{line:,}", _why(detail), words_of(shown))))
        list_rows(self._details, self.details, rows)
        may = officer.Permission.READ_VALUES in self._desk.permissions
        self.hint.setVisible(bool(rows))
        self.hint.setText(
            self.tr("Whoever knows the place may know who has all of these.")
            if may
            else self.tr("To read the words wants the key of a privacy officer.")
        )


def _pane(table: RowsTable, words: QLabel) -> QFrame:
    pane, inside = titled_pane(table.accessibleName())
    table.horizontalHeader().setStretchLastSection(True)
    inside.addWidget(table, 1)
    inside.addWidget(words)
    HighEnough(pane)
    return pane


def _standing(ranked: Ranked | None) -> tuple[str, Tone, str]:
    if ranked is None:
        return (
            _say("NOT READ"),
            Tone.NEUTRAL,
            _say(
                "Choose a folder of outputs. Notes are listed that may tell who it is with every "
                "identifier gone: a former mayor, an accident in the news, a rare disease."
            ),
        )
    read = counted(len(ranked.outputs.notes), _say("note was read"), _say("notes were read"))
    parts = [_say("{}.").format(read)]
    if ranked.outputs.refused:
        count = len(ranked.outputs.refused)
        what = counted(count, _say("file or note"), _say("files or notes"))
        parts.append(_say("{} could not be read.").format(what))
    by_rule = sum(any(detail.rule for detail in note.details) for note in ranked.notes)
    if not ranked.notes:
        parts.append(_say("No rare detail was found, which does not show that there is none."))
        return _say("NOTHING FOUND"), Tone.NEUTRAL, " ".join(parts)
    told = counted(by_rule, _say("note tells"), _say("notes tell"))
    parts.append(_say("{} of something rare; the others are listed for terms alone.").format(told))
    return _say("{:,} TO READ").format(by_rule), _tone(by_rule), " ".join(parts)


def _tone(by_rule: int) -> Tone:
    return Tone.CAUTION if by_rule else Tone.NEUTRAL


def _row(ranked: Ranked, note: officer.rare.RareNote) -> TextRow:
    place = ranked.outputs.notes[note.note].place
    kinds = dict.fromkeys(detail.kind for detail in note.details)
    return TextRow(note, (place, f"{note.score:.2f}", ", ".join(_say(_KINDS[k]) for k in kinds)))


def _why(detail: officer.rare.RareDetail) -> str:
    words = _say(_KINDS[detail.kind])
    if detail.sharing > 1:
        return _say("{}, {} patients here").format(words, detail.sharing)
    return words


def _say(words: str) -> str:
    return QCoreApplication.translate("Rare", words)
