"""The page "Training": a model of the site's own, what it cost, and whether it is used."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from deid import DeidError, officer
from deid.training.ledger import Run
from deid.training.outcome import Finished
from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.pane import flow_of, named_button
from gui.officer.standing_strip import StandingStrip
from gui.officer.training_dialogs import BudgetDialog, SignDialog
from gui.officer.training_leakage_pane import LeakagePane
from gui.officer.training_notes_pane import NotesPane
from gui.officer.training_progress_pane import ProgressPane
from gui.officer.training_results_page import ResultsPage
from gui.officer.training_runs_pane import RunsPane
from gui.officer.training_session import TrainingSession
from gui.officer.training_statement_page import StatementPage
from gui.officer.training_work import Done, Failed
from gui.officer.turning_split import TurningSplit
from gui.theme import Theme
from gui.views.header import Tone

_BESIDE: Final = 120
"""With room for so many characters, the runs stand beside the choices, else below."""


class TrainingPage(Page):
    """Plans and does training, lists all runs, and decides on their models.

    Args:
        desk: where everything is done.
        theme: the colours of the window.
        session: the presenter; None: one of its own.
    """

    def __init__(
        self, desk: DeskJobs, theme: Theme, session: TrainingSession | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Training")
        self.session = session if session is not None else TrainingSession(desk)
        self.strip = StandingStrip()
        self.roll_back = named_button(self.tr("Go back to the model before …"))
        self.to_shipped = named_button(self.tr("Go back to the shipped model …"))
        self.budget = named_button(self.tr("Set the budget …"))
        self.notes = NotesPane(self.session)
        self.progress = ProgressPane(self.session, theme)
        self.runs = RunsPane(self.session)
        self.leakage = LeakagePane(self.session)
        self.results = ResultsPage(self.session, theme)
        self.statement = StatementPage(self.session)
        self._overview = QWidget()
        self._came_from: QWidget = self._overview
        self._was_running = False
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        for part in (self.notes, self.progress, self.runs, self.results, self.statement):
            part.use_theme(theme)

    def shown(self) -> None:
        """Bring the runs up to date."""
        self.session.reload()

    def _lay_out(self) -> None:
        self.strip.column.addLayout(flow_of((self.roll_back, self.to_shipped, self.budget)))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.progress)
        column.addWidget(self.notes)
        column.addStretch(1)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(10)
        beside.addWidget(self.runs)
        beside.addWidget(self.leakage)
        beside.addStretch(1)
        whole = QVBoxLayout(self._overview)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(self.strip)
        whole.addWidget(TurningSplit(_BESIDE, left, right, shares=(6, 7)), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in self._parts:
            layout.addWidget(part)
        self._turn_to(self._overview)

    @property
    def _parts(self) -> tuple[QWidget, ...]:
        """Those of which one is in sight; each is as high as itself, not as the highest."""
        return self._overview, self.results, self.statement

    def _turn_to(self, wanted: QWidget) -> None:
        for part in self._parts:
            part.setVisible(part is wanted)

    def _connect(self) -> None:
        self.roll_back.clicked.connect(lambda _=False: self._ask_to_roll_back(to_shipped=False))
        self.to_shipped.clicked.connect(lambda _=False: self._ask_to_roll_back(to_shipped=True))
        self.budget.clicked.connect(self._ask_budget)
        self.notes.begin_wanted.connect(self._ask_to_begin)
        self.runs.results_wanted.connect(self._find_results)
        self.runs.resume_wanted.connect(self._ask_to_resume)
        self.runs.end_wanted.connect(self._ask_to_end)
        self.runs.leakage_wanted.connect(self._show_leakage)
        self.runs.remove_wanted.connect(self._ask_to_remove)
        self.runs.orphans.clicked.connect(self._ask_to_remove_orphans)
        self.leakage.wanted.connect(self._ask_to_measure)
        self.results.promote_wanted.connect(self._ask_to_promote)
        self.results.aside_wanted.connect(self._ask_to_keep_aside)
        self.results.left.connect(self._come_back)
        for part in (self.runs, self.results):
            part.statement_wanted.connect(self._show_statement)
        self.statement.left.connect(self._leave_statement)
        self.session.changed.connect(self._show)

    def _show(self) -> None:
        session, standing, at = self.session, self.session.standing, self.window().focusWidget()
        self.strip.tell(*self._standing())
        self.roll_back.setVisible(standing is not None and standing.in_use is not None)
        # From the only one, the model before is the shipped one: one button says it.
        self.to_shipped.setVisible(standing is not None and standing.before is not None)
        for button in (self.roll_back, self.to_shipped):
            button.setEnabled(session.may)
            if at is button and button.isHidden():
                self.budget.setFocus()
        self.budget.setEnabled(session.may and standing is not None)
        self._turn_to_progress(running=session.work.running)

    def _turn_to_progress(self, *, running: bool) -> None:
        """Nothing is chosen while a run is under way; the keyboard goes on to what can be done."""
        self.notes.setVisible(not running)
        if running and not self._was_running:
            self.progress.pause.setFocus()
        self._was_running = running

    def _standing(self) -> tuple[str, Tone, str]:
        """Which model finds identifiers: in a word, its tone, and a sentence."""
        session, standing = self.session, self.session.standing
        if session.broken is not None:
            return self.tr("NOT USABLE"), Tone.BAD, told(session.broken)
        if standing is None:
            return self.tr("TRAINING"), Tone.NEUTRAL, ""
        if standing.in_use is None:
            sentence = self.tr(
                "The model that comes with the program finds identifiers. It can learn from the "
                "notes of this site, on this computer; its model is used only after it passed a "
                "gate and an officer promoted it."
            )
            return self.tr("SHIPPED MODEL"), Tone.NEUTRAL, self._with_who(sentence)
        run = standing.in_use.run
        if standing.lost:
            sentence = self.tr(
                "The package of the site's own model, of run {}, is missing, so no note is "
                "examined: put its folder back from a backup, or go back to the model before."
            )
            return self.tr("MODEL MISSING"), Tone.BAD, self._with_who(sentence.format(run))
        sentence = self.tr("The site's own model, of run {}, finds identifiers.").format(run)
        return self.tr("OWN MODEL"), Tone.GOOD, self._with_who(sentence)

    def _with_who(self, sentence: str) -> str:
        if self.session.may:
            return sentence
        return f"{sentence} {self.tr('To train or decide wants the key of a privacy officer.')}"

    def _find_results(self, run: Run) -> None:
        self.session.find_results(run.id, partial(self._show_results, run), self._tell)

    def _show_results(self, run: Run, found: Finished) -> None:
        self._turn_to(self.results)
        self.results.open(run, found)

    def _show_leakage(self, run: Run) -> None:
        self.leakage.open(run, self.runs.leakage)

    def _show_statement(self, run: Run) -> None:
        self._came_from = self.results if self.results.isVisible() else self._overview
        self._turn_to(self.statement)
        self.statement.open(run)

    def _leave_statement(self) -> None:
        if self._came_from is self.results:
            self._turn_to(self.results)
            self.results.statement.setFocus()
        else:
            self._come_back()

    def _come_back(self) -> None:
        self._turn_to(self._overview)
        self.session.reload()
        self.runs.runs.setFocus()

    def _tell(self, error: DeidError) -> None:
        self.warned.emit(told(error), Tone.BAD)

    def _ask_to_begin(self) -> None:
        words = self.tr(
            "What the run may cost is recorded now, signed by you; then it begins. Your key stays "
            "out for this run alone until it ends or is paused, also when the desk is locked. Its "
            "model is not used before an officer promotes it."
        )
        self._sign(
            self.tr("Begin the run"), words, self.tr("Begin and sign"),
            lambda person, pin, done, failed: self.session.begin(
                person, pin, done=done, failed=failed
            ),
        )  # fmt: skip

    def _ask_to_resume(self, run: Run) -> None:
        words = self.tr(
            "The run goes on where it stopped, and its model is measured beside the one in use. It "
            "costs no more than was recorded when it began. Your key stays out for it until it "
            "ends or is paused."
        )
        self._sign(
            self.tr("Go on with the run"), words, self.tr("Go on"),
            lambda person, pin, done, failed: self.session.resume(
                run.id, person, pin, done=done, failed=failed
            ),
        )  # fmt: skip

    def _ask_to_promote(self, run: Run) -> None:
        words = self.tr(
            "The model of run {} finds identifiers in all notes from now on. You can go back to "
            "the model before at any time."
        )
        self._sign(
            self.tr("Promote the model"), words.format(run.id), self.tr("Promote and sign"),
            lambda person, pin, done, failed: self.session.promote(
                run.id, person, pin, done=done, failed=failed
            ),
        )  # fmt: skip

    def _ask_to_keep_aside(self, run: Run) -> None:
        words = self.tr("It is recorded that you decided not to use the model of run {} for now.")
        self._sign(
            self.tr("Keep the model aside"), words.format(run.id), self.tr("Keep aside and sign"),
            lambda person, pin, done, failed: self.session.keep_aside(
                run.id, person, pin, done=done, failed=failed
            ),
        )  # fmt: skip

    def _ask_to_roll_back(self, *, to_shipped: bool) -> None:
        standing = self.session.standing
        before = None if to_shipped or standing is None else standing.before
        if before is None:
            words = self.tr("The model that comes with the program finds identifiers again.")
        else:
            words = self.tr("The model of run {}, in use before, finds identifiers again.")
            words = words.format(before.run)
        self._sign(
            self.tr("Go back to another model"), words, self.tr("Go back and sign"),
            lambda person, pin, done, failed: self.session.roll_back(
                person, pin, to_shipped=to_shipped, done=done, failed=failed
            ),
        )  # fmt: skip

    def _ask_budget(self) -> None:
        person = self.session.desk.person
        if person is not None:
            BudgetDialog(self.session, person, self).open()

    def _ask_to_end(self, run: Run) -> None:
        words = self.tr(
            "The run cannot go on then, and what it learnt is removed. The steps that it took stay "
            "counted: privacy that was spent does not come back."
        )
        self._sign(
            self.tr("End the run"), words, self.tr("End and sign"),
            lambda person, pin, done, failed: self.session.end(
                run.id, person, pin, done=done, failed=failed
            ),
        )  # fmt: skip

    def _ask_to_remove(self, run: Run) -> None:
        words = self.tr(
            "The model of run {} and all that lies in its folder are removed. What it cost stays "
            "in the log."
        )
        self._sign(
            self.tr("Remove the model"), words.format(run.id), self.tr("Remove and sign"),
            lambda person, pin, done, failed: self.session.remove(
                run.id, person, pin, done=done, failed=failed
            ),
        )  # fmt: skip

    def _ask_to_measure(self, run: Run) -> None:
        words = self.tr(
            "The training is attacked with the numbers of run {}. What the attack reaches is "
            "recorded, signed by you, and told in the privacy statement, whatever it is."
        )
        self._sign(
            self.tr("Measure leakage"), words.format(run.id), self.tr("Measure and sign"),
            lambda person, pin, done, failed: self.session.measure_leakage(
                run, person, pin, patients=self.leakage.patients.value(), done=done, failed=failed
            ),
        )  # fmt: skip

    def _ask_to_remove_orphans(self) -> None:
        words = self.tr(
            "Models lie in the data folder that no run of the log made, such as after a crash. "
            "They are removed; none of them is in use."
        )
        self._sign(
            self.tr("Remove models without a run"), words, self.tr("Remove and sign"),
            lambda person, pin, done, failed: self.session.remove_orphans(
                person, pin, done=done, failed=failed
            ),
        )  # fmt: skip

    def _sign(
        self, title: str, words: str, act: str, do: Callable[[str, str, Done, Failed], None]
    ) -> None:
        person: officer.KnownPerson | None = self.session.desk.person
        if person is not None:
            SignDialog(title, words, act, person, do, self).open()
