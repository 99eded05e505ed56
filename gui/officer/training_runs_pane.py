"""Every run with its cost, what all cost together, and what can be done with one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Signal

from deid.audit.records import TrainingOutcome
from deid.training.ledger import Run
from gui.officer.pane import TitledPane, flow_of, give_room, hint_label, list_rows, named_button
from gui.officer.people_words import time_words
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.training_session import Standing, TrainingSession
from gui.officer.training_words import (
    doubt_words,
    run_cost,
    state_words,
    total_words,
    who_words,
)
from gui.theme import Theme
from gui.views.header import counted
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_ROWS_IN_SIGHT: Final = 5
_SHORT: Final = 8
"""Of an id that are shown: commands and people need no more to tell runs apart."""
_TIMES: Final = 2
"""So many times as many are in sight at most."""


class RunsPane(TitledPane):
    """The ledger, and the run that is chosen in it.

    Args:
        session: knows the runs.

    Signals:
        results_wanted: carries the `Run` whose results are to be shown.
        statement_wanted: carries the `Run` whose privacy statement is to be shown.
        resume_wanted: carries the `Run` that is to go on, or to be measured anew.
        end_wanted: carries the `Run` that shall not go on.
        leakage_wanted: carries the `Run` whose training is to be attacked.
        remove_wanted: carries the `Run` of which nothing but its cost shall stay.
    """

    results_wanted = Signal(object)
    statement_wanted = Signal(object)
    resume_wanted = Signal(object)
    end_wanted = Signal(object)
    leakage_wanted = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self, session: TrainingSession) -> None:
        super().__init__(QCoreApplication.translate("RunsPane", "Every run, and what it cost"))
        self._session = session
        self.cost = hint_label()
        headings = (
            *(self.tr("Begun"), self.tr("Learnt from"), self.tr("Steps")),
            *(self.tr("ε"), self.tr("δ"), self.tr("How it stands"), self.tr("Run")),
        )
        self._rows = TextRows(headings, self)
        self.runs = RowsTable(self._rows, self.tr("Runs"))
        self.results = named_button(self.tr("Results"))
        self.statement = named_button(self.tr("Privacy statement"))
        self.resume = named_button(self.tr("Go on …"))
        self.end = named_button(self.tr("End …"))
        self.leakage = named_button(self.tr("Measure leakage …"))
        self.remove = named_button(self.tr("Remove the model …"))
        self.left = hint_label()
        self.orphans = named_button(self.tr("Remove them …"))
        self.runs.say_when_empty(self.tr("Nothing was trained yet."))
        self.inside.addWidget(self.cost)
        self.inside.addWidget(self.runs, 1)
        wanted = {
            self.results: self.results_wanted,
            self.statement: self.statement_wanted,
            self.leakage: self.leakage_wanted,
            self.resume: self.resume_wanted,
            self.end: self.end_wanted,
            self.remove: self.remove_wanted,
        }
        self._buttons = tuple(wanted)
        self.inside.addLayout(flow_of(self._buttons))
        self.inside.addWidget(self.left)
        self.inside.addLayout(flow_of((self.orphans,)))
        self.inside.addStretch(1)
        HighEnough(self)
        for button, signal in wanted.items():
            button.clicked.connect(lambda _=False, signal=signal: self._want(signal))
        self.runs.activated.connect(lambda _: self.results.click())
        self.runs.selectionModel().currentChanged.connect(self._offer)
        session.changed.connect(self._show)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give the table as much room as its letters need."""
        give_room(self.runs, theme, rows=_ROWS_IN_SIGHT)
        # Beside long settings it would push the buttons out of sight.
        self.runs.setMaximumHeight(_TIMES * self.runs.minimumHeight())

    @property
    def chosen(self) -> Run | None:
        """The run that is chosen."""
        key = self._rows.key(self.runs.currentIndex().row())
        return next((run for run in self._session.runs if run.id == key), None)

    def _want(self, signal: Signal) -> None:
        chosen = self.chosen
        if chosen is not None:
            signal.emit(chosen)  # type: ignore[attr-defined]

    def _show(self) -> None:
        session = self._session
        list_rows(self._rows, self.runs, [self._row(run) for run in session.runs])
        standing = session.standing
        if standing is not None:
            self.cost.setText(total_words(standing.ledger, session.total))
            models = counted(len(standing.orphans), self.tr("model"), self.tr("models"))
            words = self.tr("{} that no run made, such as after a crash, beside them.")
            self.left.setText(words.format(models))
        for widget in (self.left, self.orphans):
            widget.setVisible(standing is not None and bool(standing.orphans))
        self._offer()

    def _row(self, run: Run) -> TextRow:
        started, standing = run.started, self._session.standing
        if standing is None:
            raise TypeError("runs are known only with how it stands with them")
        cells = (
            time_words(run.time),
            who_words(started.unit, started.patients),
            self.tr("{} of {}").format(self._taken(run, standing), started.steps),
            run_cost(run),
            doubt_words(started.delta),
            state_words(run, standing, under_way=self._under_way(run)),
            run.id[-_SHORT:],
        )
        return TextRow(run.id, cells)

    def _taken(self, run: Run, standing: Standing) -> int:
        """The steps of a run so far; of one whose folder is lost all count."""
        if run.ended is not None:
            return run.ended.steps
        progress = self._session.work.progress
        if self._under_way(run) and progress is not None:
            return progress.step
        return standing.spent.get(run.id, run.started.steps)

    def _under_way(self, run: Run) -> bool:
        work = self._session.work
        return work.running and work.run == run.id

    def _offer(self) -> None:
        at = self.window().focusWidget()
        self._enable()
        # The keyboard would go on to whatever comes next in the window.
        if at in self._buttons and not at.isEnabled():
            self.runs.setFocus()

    def _enable(self) -> None:
        session, run = self._session, self.chosen
        self.orphans.setEnabled(session.may and not session.work.running)
        standing = session.standing
        if run is None or standing is None:
            for button in self._buttons:
                button.setEnabled(False)
            return
        ended, free = run.ended, not session.work.running
        finished = ended is not None and ended.outcome is TrainingOutcome.FINISHED
        here = run.id in standing.spent
        kept = ended is not None and ended.model_digest in standing.kept
        self.statement.setEnabled(True)
        # No note is read for it, so it may be measured where IT lets nobody train, too.
        self.leakage.setEnabled(run.mechanism is not None and session.lacking is None)
        self.results.setEnabled(bool(run.evaluations) and here)
        measurable = finished and kept
        can_go_on = here and (measurable or (ended is None and session.missing is None))
        self.resume.setText(self.tr("Measure again …") if finished else self.tr("Go on …"))
        self.resume.setAccessibleName(self.resume.text())
        self.resume.setEnabled(session.may and free and can_go_on)
        self.end.setEnabled(session.may and free and ended is None)
        removable = ended is not None and (here or kept) and not standing.stays(run)
        self.remove.setEnabled(session.may and free and removable)
