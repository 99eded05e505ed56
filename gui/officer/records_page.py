# ruff: noqa: N802 - Qt gives methods their names
"""The page "Records": what is in the log, filtered, one record in full, and its proof."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject
from PySide6.QtWidgets import QAbstractItemView, QFrame, QVBoxLayout

from deid.officer.browsing import Row, is_own
from deid.officer.index.query import Dimension, Query
from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.pane import flow_of, named_button
from gui.officer.record_filters import RecordFilters
from gui.officer.record_words import machine_words, value_words
from gui.officer.records_rows import Column, RecordRows
from gui.officer.records_session import RecordsSession
from gui.officer.records_state import RecordsState
from gui.officer.turning_split import TurningSplit
from gui.officer.week_strip import WeekStrip
from gui.theme import Theme
from gui.views.chips import ChipDelegate
from gui.views.dialogs import ask_save
from gui.views.record_details import RecordDetails
from gui.views.rows_table import RowsTable

_SIDE_BY_SIDE: Final = 120
"""Characters that the table and a record in full need side by side."""

_WIDEST: Final = {
    Column.SEQ: "0000000",
    Column.TIME: "2000-00-00 00:00:00",
    Column.USER: "somebody",
    Column.EVENT: "Checkpoint taken out",
    Column.LABEL: "HEALTHPLAN #",
    Column.BY: "Rule contact/phone",
    Column.RESULT: "Note replaced ##",
    Column.NOTE: "00000000",
    Column.MACHINE: "This machine",
}
"""Each column has room for so many letters; what is left is given to the result."""


class RecordsPage(Page):
    """Lists the records of the log.

    Args:
        desk: where everything is done.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Records")
        self.session = RecordsSession(desk)
        self.state = RecordsState(self.session)
        self.filters = RecordFilters(self.session)
        self.strip = WeekStrip(theme)
        self.rows = RecordRows(self.session, self)
        self.table = RowsTable(self.rows, self.tr("Records of the log"))
        self._chips = ChipDelegate(theme, self)
        self.details = RecordDetails()
        self.of_note = named_button(self.tr("Only this note"))
        self.prove = named_button(self.tr("Give out a proof …"))
        self._told: Row | None = None
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._tell()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._chips.theme = theme
        self.strip.use_theme(theme)
        self.filters.follow_font()
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 15)
        self.table.setMinimumHeight(9 * self.table.fontMetrics().height())
        self.details.setMinimumHeight(14 * self.table.fontMetrics().height())
        self._part_width()
        self.table.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Part the width of the table anew when it has another one."""
        if event.type() == QEvent.Type.Resize:
            self._part_width()
        return super().eventFilter(watched, event)

    def shown(self) -> None:
        """Look for new records."""
        self.session.refresh()

    @property
    def chosen(self) -> Row | None:
        """The record in the chosen row; None where it is not read yet."""
        return self.rows.row(self.table.currentIndex().row())

    def give_out(self, path: Path) -> None:
        """Write a proof that the chosen record is in the log to a new file."""
        row = self.chosen
        if row is not None:
            self.session.give_out_proof(
                row.place, path, lambda: self.state.tell_proof(path), self.state.tell_failure
            )

    def _lay_out(self) -> None:
        self.table.setItemDelegateForColumn(Column.LABEL, self._chips)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.viewport().installEventFilter(self)
        above = QFrame()
        above.setObjectName("pane")
        inside = QVBoxLayout(above)
        inside.setContentsMargins(12, 10, 12, 8)
        inside.setSpacing(8)
        inside.addWidget(self.filters)
        inside.addWidget(self.strip)
        pane = QFrame()
        pane.setObjectName("pane")
        held = QVBoxLayout(pane)
        held.setContentsMargins(1, 1, 1, 1)
        held.addWidget(self.table)
        layout = self.details.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addLayout(flow_of((self.of_note, self.prove)))
        split = TurningSplit(_SIDE_BY_SIDE, pane, self.details, shares=(3, 1))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(self.state)
        whole.addWidget(above)
        whole.addWidget(split, 1)

    def _connect(self) -> None:
        self.session.changed.connect(self._show)
        self.session.rows_read.connect(self._rows_read)
        self.session.failed.connect(self.state.tell_failure)
        self.filters.all_wanted.connect(lambda: self.session.list_those(Query()))
        self.strip.chosen.connect(self.session.choose_weeks)
        self.table.selectionModel().currentChanged.connect(self._moved)
        self.of_note.clicked.connect(self._list_note)
        self.prove.clicked.connect(self._ask_where)

    def _show(self) -> None:
        session = self.session
        weeks = session.weeks
        self.strip.show_weeks(weeks.weeks, weeks.totals, chosen=self._range())
        several = session.has_machines
        if self.table.isColumnHidden(Column.MACHINE) is several:
            self.table.setColumnHidden(Column.MACHINE, not several)
            self._part_width()
        if session.count and not self.table.currentIndex().isValid():
            flags = QItemSelectionModel.SelectionFlag
            first = self.rows.index(0, 0)
            self.table.selectionModel().setCurrentIndex(first, flags.ClearAndSelect | flags.Rows)
        self._tell()

    def _part_width(self) -> None:
        """Give each column what it needs: where that is too much, the table scrolls sideways."""
        metrics = self.table.fontMetrics()
        room = metrics.horizontalAdvance(" ") * 5
        widths = {
            column: metrics.horizontalAdvance(words) + room for column, words in _WIDEST.items()
        }
        taken = sum(
            each for column, each in widths.items() if not self.table.isColumnHidden(column)
        )
        widths[Column.RESULT] += max(self.table.viewport().width() - taken, 0)
        for column, width in widths.items():
            self.table.setColumnWidth(column, width)

    def _range(self) -> tuple[int, int] | None:
        """Places of the weeks that are chosen."""
        query, weeks = self.session.query, self.session.weeks.weeks
        if query.since is None or query.until is None:
            return None
        chosen = [at for at, week in enumerate(weeks) if query.since <= week.since < query.until]
        return (chosen[0], chosen[-1]) if chosen else None

    def _rows_read(self, _block: int) -> None:
        self._tell()

    def _moved(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._tell()

    def _tell(self) -> None:
        row = self.chosen
        if row is not None and row is self._told:
            return
        self._told = row
        record = None if row is None else row.record
        more = []
        if row is not None and row.place.user:
            opened = self.tr("{} on {}").format(row.place.user, machine_words(row.place.machine))
            more.append((self.tr("session opened by"), opened))
        event = getattr(record, "event", None)
        person = self.session.people.get(getattr(event, "person", ""))
        if person is not None and not hasattr(event, "name"):
            more.append((self.tr("who"), person))
        policy = getattr(event, "policy_digest", None)
        if isinstance(policy, str):
            words = value_words(Dimension.POLICY, policy, self.session.policies)
            more.append((self.tr("policy"), words))
        if row is not None and row.problem is not None:
            more.append((self.tr("not at hand"), told(row.problem)))
        empty = self.tr("No record fits these filters") if self.session.size else ""
        reading = self.tr("Reading …") if self.session.count else empty
        instead = self.tr("Record {}").format(row.place.seq) if row is not None else reading
        self.details.show_record(record, more=more, instead=instead)
        self.of_note.setEnabled(
            getattr(getattr(record, "event", None), "document", None) is not None
        )
        own = row is not None and is_own(row.place) and record is not None
        self.prove.setEnabled(own)
        elsewhere = self.tr("Only the machine itself can prove its records")
        self.prove.setToolTip("" if own or record is None else elsewhere)

    def _list_note(self) -> None:
        row = self.chosen
        document = None if row is None or row.record is None else row.record.event
        fingerprint = getattr(document, "document", None)
        if isinstance(fingerprint, str):
            self.filters.note.setText(fingerprint)
            self.session.choose_note(fingerprint)

    def _ask_where(self) -> None:
        row = self.chosen
        if row is not None:
            proposed = Path.home() / f"record-{row.place.seq}-proof.json"
            ask_save(self, proposed, self.give_out, title=self.tr("Give out a proof"))
