"""What came of a run: its model beside the one in use, drawn and as a table, and the gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from deid.audit.records import GateOutcome
from deid.training.cohort.patients import Unit
from deid.training.ledger import Run
from deid.training.outcome import Finished
from deid.training.tune.gate import Check
from deid.training.tune.results import Change, Compared, Results
from gui.officer.compared_plot import ComparedPlot, Row
from gui.officer.pane import (
    TitledPane,
    flow_of,
    give_room,
    hint_label,
    list_rows,
    named_button,
)
from gui.officer.standing_strip import StandingStrip
from gui.officer.still_choice import StillChoice
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.training_session import TrainingSession
from gui.officer.training_words import who_words
from gui.officer.turning_split import TurningSplit
from gui.theme import Theme
from gui.views.header import Tone, counted
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_BESIDE: Final = 130
_ROWS_IN_SIGHT: Final = 8


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table and of the plot."""

    name: str
    compared: Compared
    gap: bool


class ResultsPage(QWidget):
    """Shows one run's results, and lets its model be promoted or kept aside.

    Args:
        session: knows the runs.
        theme: the colours of the plot.

    Signals:
        left: back to the runs.
        promote_wanted: carries the `Run`.
        aside_wanted: carries the `Run`.
        statement_wanted: carries the `Run`.
    """

    left = Signal()
    promote_wanted = Signal(object)
    aside_wanted = Signal(object)
    statement_wanted = Signal(object)

    def __init__(self, session: TrainingSession, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._run: Run | None = None
        self._found: Finished | None = None
        self.strip = StandingStrip()
        self.back = named_button(self.tr("Back to the runs"))
        self.promote = named_button(self.tr("Promote …"), primary=True)
        self.aside = named_button(self.tr("Keep aside …"))
        self.statement = named_button(self.tr("Privacy statement"))
        self.gate = hint_label()
        self.notes, self.figure = StillChoice(), StillChoice()
        self.plot = ComparedPlot(theme, self.tr("Both models side by side"))
        self.about = hint_label()
        headings = (
            *(self.tr("What"), self.tr("Notes"), self.tr("In use")),
            *(self.tr("This run"), self.tr("Change"), self.tr("95 % interval")),
        )
        self._table = TextRows(headings, self)
        self.table = RowsTable(self._table, self.tr("The same figures as a table"))
        self.table.say_when_empty(self.tr("Nothing was measured."))
        self._lay_out()
        self._connect()
        self.use_theme(theme)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self.plot.use_theme(theme)
        give_room(self.table, theme, rows=_ROWS_IN_SIGHT)

    def open(self, run: Run, found: Finished) -> None:
        """Show what came of this run."""
        self._run, self._found = run, found
        held_out = self.tr("On the site's held-out patients")
        if self._by_note:
            held_out = self.tr("On the site's held-out notes")
        self.notes.setItemText(0, held_out)
        self._show_figures()
        self._show()
        self.back.setFocus()

    def _lay_out(self) -> None:
        for words in (
            self.tr("On the site's held-out patients"),
            self.tr("On the notes that come with the program"),
        ):
            self.notes.addItem(words)
        for words in (
            self.tr("Recall: identifiers found, by character"),
            self.tr("Precision: what was removed and is one"),
        ):
            self.figure.addItem(words)
        self.notes.setAccessibleName(self.tr("Which notes"))
        self.figure.setAccessibleName(self.tr("Which figure"))
        self.strip.column.addWidget(self.gate)
        self.strip.column.addLayout(flow_of((self.back, self.promote, self.aside, self.statement)))
        drawn = TitledPane(self.tr("Side by side"))
        drawn.inside.addLayout(flow_of((self.notes, self.figure)))
        drawn.inside.addWidget(self.plot)
        drawn.inside.addWidget(self.about)
        drawn.inside.addStretch(1)
        listed = TitledPane(self.table.accessibleName())
        listed.inside.addWidget(self.table, 1)
        for pane in (drawn, listed):
            HighEnough(pane)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.strip)
        column.addWidget(TurningSplit(_BESIDE, drawn, listed, shares=(1, 1)), 1)

    def _connect(self) -> None:
        self.back.clicked.connect(self.left)
        for button, signal in (
            (self.promote, self.promote_wanted),
            (self.aside, self.aside_wanted),
            (self.statement, self.statement_wanted),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(self._run))
        self.notes.currentIndexChanged.connect(self._show_figures)
        self.figure.currentIndexChanged.connect(self._show_figures)
        self._session.changed.connect(self._show)

    def _show(self) -> None:
        found, standing = self._found, self._session.standing
        if found is None or self._run is None or standing is None:
            return
        # What is known of the run by now, such as that it was promoted.
        run = next((one for one in standing.ledger.runs if one.id == found.run), self._run)
        self._run = run
        used, free = standing.is_in_use(run), not self._session.work.running
        passed = bool(run.evaluations) and run.evaluations[-1].gate is GateOutcome.PASSED
        kept = found.model in standing.kept
        may_be_used = passed and kept and not run.refuted
        self.promote.setEnabled(self._session.may and free and may_be_used and not used)
        self.aside.setEnabled(self._session.may and free and kept and not used)
        self.strip.tell(*self._standing(run, passed=passed, used=used))
        self.gate.setText("\n".join(self._check_words(one) for one in found.gate.checks))

    def _standing(self, run: Run, *, passed: bool, used: bool) -> tuple[str, Tone, str]:
        if used:
            words = self.tr("The model of run {} finds identifiers now.").format(run.id)
            return self.tr("IN USE"), Tone.GOOD, words
        if run.refuted:
            words = self.tr(
                "An attack on the training of run {} reached more than its proof allows, so its "
                "model may not be used. What was asked of it:"
            )
            return self.tr("REFUTED"), Tone.BAD, words.format(run.id)
        if passed:
            words = self.tr("The model of run {} may be promoted. What was asked of it:")
            return self.tr("PASSED"), Tone.GOOD, words.format(run.id)
        words = self.tr("The model of run {} is kept aside. What was asked of it:")
        return self.tr("NOT PASSED"), Tone.CAUTION, words.format(run.id)

    def _check_words(self, check: Check) -> str:
        mark = self.tr("Holds") if check.passed else self.tr("Does not hold")
        if check.change is None:
            return self.tr("{mark}: {what}: there was nothing to measure.").format(
                mark=mark, what=check.what
            )
        words = self.tr("{mark}: {what}: {change} points ({interval}; margin {margin:.1f}).")
        value = check.change
        return words.format(
            mark=mark,
            what=check.what,
            change=f"{100 * value.value:+.2f}",
            interval=f"{100 * value.low:+.2f} to {100 * value.high:+.2f}",
            margin=100 * check.margin,
        )

    def _show_figures(self) -> None:
        found = self._found
        if found is None:
            return
        held_out = self.notes.currentIndex() == 0
        results = found.held_out if held_out else found.shipped
        rows = []
        listed = []
        for line in self._lines(results):
            change = self._change(line.compared)
            if change is not None:
                rows.append(Row(line.name, change, gap=line.gap))
                listed.append(_table_row(line, change))
        self.plot.show_rows(rows)
        list_rows(self._table, self.table, listed)
        self.about.setText(self._about(results, held_out=held_out))

    def _about(self, results: Results, *, held_out: bool) -> str:
        notes = counted(results.overall.notes, self.tr("note"), self.tr("notes"))
        if not held_out:
            words = self.tr("{}, none of which any model learnt from; 95 % intervals over notes.")
            return words.format(notes)
        if self._by_note:
            words = self.tr(
                "{notes}, none of which the model learnt from, though it may have from others of "
                "the same patients; 95 % intervals over notes. The figures are exact, and ε does "
                "not cover them: do not publish them."
            )
            return words.format(notes=notes)
        words = self.tr(
            "{patients} with {notes}, none of whom the model learnt from; 95 % intervals over "
            "patients. The figures are exact, and ε does not cover them: do not publish them."
        )
        return words.format(patients=who_words(Unit.PATIENT, results.patients), notes=notes)

    @property
    def _by_note(self) -> bool:
        """Whether notes were held out, and not patients."""
        return self._found is not None and self._found.unit is Unit.NOTE

    def _lines(self, results: Results) -> Iterator[_Line]:
        yield _Line(self.tr("All notes"), results.overall, gap=False)
        spoilt = {
            "upper-case": self.tr("in capitals"),
            "lower-case": self.tr("in small letters"),
            "typos": self.tr("with typing errors"),
            "ocr": self.tr("as if scanned"),
            "joined-lines": self.tr("with joined lines"),
        }
        for group, names in (
            (results.labels, {}),
            (results.styles, {}),
            (results.spoilt, spoilt),
        ):
            shown = [one for one in group if self._change(one) is not None]
            for at, one in enumerate(shown):
                yield _Line(names.get(one.name, one.name), one, gap=at == 0)

    def _change(self, compared: Compared) -> Change | None:
        return compared.recall if self.figure.currentIndex() == 0 else compared.precision


def _table_row(line: _Line, change: Change) -> TextRow:
    moved = change.change
    cells = (
        line.name,
        f"{line.compared.notes:,}",
        f"{change.before.value:.2%}",
        f"{change.after.value:.2%}",
        f"{100 * moved.value:+.2f}",
        f"{100 * moved.low:+.2f} – {100 * moved.high:+.2f}",
    )
    return TextRow(line.name, cells)
