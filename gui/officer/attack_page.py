"""The page "Attack test": which names of an output stand out, and how stand-ins compare."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QVBoxLayout,
)

from deid import officer
from gui.officer.attack_session import AttackSession
from gui.officer.attack_words import (
    attack_words,
    comparison_words,
    rate_words,
    reason_words,
    standing,
)
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import words_of
from gui.officer.page import Page
from gui.officer.pane import give_room, hint_label, list_rows, named_button, titled_pane
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.work_strip import WorkStrip
from gui.theme import Theme
from gui.views.dialogs import ask_folder
from gui.views.rows_table import RowsTable

_ROWS_IN_SIGHT = 7


class AttackPage(Page):
    """Shows what attacks find, and lets them be made.

    Args:
        desk: what the page works with.
        theme: the colours of the window.
        session: the presenter; None: one of its own.
    """

    def __init__(self, desk: DeskJobs, theme: Theme, session: AttackSession | None = None) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Attack test")
        self.session = session if session is not None else AttackSession(desk)
        self._desk = desk
        self.attack = named_button(self.tr("Attack a folder …"), primary=True)
        self.compare = named_button(self.tr("Compare stand-ins …"))
        self.strip = WorkStrip(self.session.work, (self.attack, self.compare))
        self._suspects = TextRows(
            (
                *(self.tr("Note"), self.tr("Line"), self.tr("Label")),
                *(self.tr("Why it stands out"), self.tr("Words")),
            ),
            self,
        )
        self.suspects = RowsTable(self._suspects, self.tr("Names that stand out"))
        self.hint = hint_label()
        self._outcomes = TextRows(
            (
                self.tr("Attack"),
                *(self.tr("Consistent: leaks found"), self.tr("suspects right")),
                *(self.tr("Markov: leaks found"), self.tr("suspects right")),
            ),
            self,
        )
        self.outcomes = RowsTable(self._outcomes, self.tr("Kinds of stand-ins side by side"))
        self.comparison = hint_label()
        self._lay_out()
        self.attack.clicked.connect(self._ask_outputs)
        self.compare.clicked.connect(self._ask_notes)
        self.session.changed.connect(self._show)
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give the tables as much room as their letters need."""
        for table, rows in ((self.suspects, _ROWS_IN_SIGHT), (self.outcomes, 4)):
            give_room(table, theme, rows=rows)
        self.outcomes.setMaximumHeight(self.outcomes.minimumHeight())

    def _lay_out(self) -> None:
        self.suspects.horizontalHeader().setStretchLastSection(True)
        self.suspects.say_when_empty(self.tr("Nothing is listed."))
        header = self.outcomes.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for table in (self.suspects, self.outcomes):
            table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(self._pane(self.suspects, self.hint), 1)
        layout.addWidget(self._pane(self.outcomes, self.comparison))

    def _pane(self, table: RowsTable, words: QLabel) -> QFrame:
        pane, inside = titled_pane(table.accessibleName())
        inside.addWidget(table, 1)
        inside.addWidget(words)
        return pane

    def _ask_outputs(self) -> None:
        ask_folder(self, self.session.attack)

    def _ask_notes(self) -> None:
        ask_folder(self, self.session.compare)

    def _show(self) -> None:
        self.strip.show_state(*standing(self.session.attacked))
        rows = self._suspect_rows()
        list_rows(self._suspects, self.suspects, rows)
        self.hint.setText(self._hint())
        outcomes = self._outcome_rows()
        list_rows(self._outcomes, self.outcomes, outcomes)
        self.outcomes.setVisible(bool(outcomes))
        self.comparison.setText(comparison_words(self.session.compared))

    def _suspect_rows(self) -> list[TextRow]:
        attacked, lines = self.session.attacked, self.session.lines.lines
        if attacked is None:
            return []
        rows = []
        for number, suspect in enumerate(attacked.shown):
            note, span = attacked.outputs.notes[suspect.name.note], suspect.name.span
            line = note.document.text.count("\n", 0, span.start) + 1
            shown = lines[number] if lines is not None else None
            cells = (note.place, f"{line:,}", suspect.name.label.value, reason_words(suspect))
            rows.append(TextRow(suspect, (*cells, words_of(shown))))
        return rows

    def _hint(self) -> str:
        attacked = self.session.attacked
        if attacked is None:
            return ""
        if not attacked.examined.suspects:
            return self.tr("That nothing stands out does not show that nothing leaks.")
        left = len(attacked.examined.suspects) - len(attacked.shown)
        words = self.tr("{:,} more are not listed. ").format(left) if left else ""
        if officer.Permission.READ_VALUES in self._desk.permissions:
            return words + self.tr("A name that stands out is not always a leak: read its line.")
        return words + self.tr("To read the words wants the key of a privacy officer.")

    def _outcome_rows(self) -> list[TextRow]:
        compared = self.session.compared
        if compared is None:
            return []
        rows = []
        for attack in officer.attack.Attack:
            cells = [attack_words(attack)]
            for kind in officer.attack.Kind:
                found = compared.table[kind][attack]
                cells.append(rate_words(found.found, found.leaks, found.recall))
                cells.append(rate_words(found.found, found.suspects, found.precision))
            rows.append(TextRow(attack, tuple(cells)))
        return rows
