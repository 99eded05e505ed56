"""What an attack on a training reaches, beside what is proven of its run."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFormLayout, QProgressBar, QSpinBox, QWidget

from deid.training.ledger import Run
from deid.training.private.printed import down
from gui.messages import told
from gui.officer.pane import TitledPane, flow_of, hint_label, named_button
from gui.officer.training_session import TrainingSession
from gui.officer.training_words import cost_words, leakage_words
from gui.views.room import HighEnough
from gui.views.text_margin import TextMargin

_FEWEST: Final = 20
_MOST: Final = 5000
_USUAL: Final = 1000
_STEPS: Final = 1000


class LeakagePane(TitledPane):
    """Attacks the training with the numbers of one run, and says what that reached.

    Args:
        session: attacks.

    Signals:
        wanted: carries the `Run` that is to be attacked with so many `patients`.
    """

    wanted = Signal(object)

    def __init__(self, session: TrainingSession) -> None:
        super().__init__(QCoreApplication.translate("LeakagePane", "How much the training leaks"))
        self._session = session
        self._run: Run | None = None
        self._came_from: QWidget | None = None
        self.about = hint_label(
            self.tr(
                "Made-up patients pull at the model as hard as they can, and an attacker who sees "
                "every step says who was there. No note is read, and nothing is spent. What they "
                "reach is recorded."
            )
        )
        self.patients = QSpinBox()
        self.patients.setRange(_FEWEST, _MOST)
        self.patients.setSingleStep(100)
        self.patients.setValue(_USUAL)
        TextMargin(self.patients)
        self.words = hint_label()
        self.words.setObjectName("sentence")
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.measure = named_button(self.tr("Measure …"), primary=True)
        self.cancel = named_button(self.tr("Cancel"))
        self.close_it = named_button(self.tr("Close"))
        self._lay_out()
        self.measure.clicked.connect(self._begin)
        self.cancel.clicked.connect(session.leaks.work.cancel)
        self.close_it.clicked.connect(self._close)
        session.changed.connect(self._show)
        self.hide()

    def open(self, run: Run, came_from: QWidget) -> None:
        """Let this run be attacked.

        Args:
            run: a private one.
            came_from: where the keyboard goes back to.
        """
        if not self._session.leaks.work.running:
            self._session.leaks.forget()
            self._run = run
        self._came_from = came_from
        self.show()
        self._show()
        (self.cancel if self._session.leaks.work.running else self.measure).setFocus()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        caption = self.tr("Made-up patients: more, and the bound is closer")
        self.patients.setAccessibleName(caption)
        form.addRow(caption, self.patients)
        self.inside.addWidget(self.about)
        self.inside.addLayout(form)
        self.inside.addWidget(self.words)
        self.inside.addWidget(self.bar)
        self.inside.addLayout(flow_of((self.measure, self.cancel, self.close_it)))
        HighEnough(self)

    def _begin(self) -> None:
        if self._run is not None:
            self.wanted.emit(self._run)

    def _close(self) -> None:
        self._session.leaks.forget()
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus()

    def _show(self) -> None:
        work, run = self._session.leaks.work, self._run
        if run is None:
            return
        self.bar.setVisible(work.running)
        self.bar.setValue(round(_STEPS * work.part))
        self.patients.setEnabled(not work.running)
        self._lead_keyboard(running=work.running)
        self.measure.setVisible(not work.running)
        self.measure.setEnabled(self._session.may)
        self.cancel.setVisible(work.running)
        self.words.setText(self._said(run))

    def _lead_keyboard(self, *, running: bool) -> None:
        """Lead it from what begins to what gives up, and back again."""
        here, there = (self.measure, self.cancel) if running else (self.cancel, self.measure)
        if self.window().focusWidget() is here:
            there.show()
            there.setFocus()

    def _said(self, run: Run) -> str:
        leaks = self._session.leaks
        if leaks.work.running:
            words = self.tr("The training of run {} is attacked: {:.0%}.")
            return words.format(run.id, leaks.work.part)
        if leaks.work.error is not None:
            return told(leaks.work.error)
        if leaks.found is None:
            known = next((one for one in self._session.runs if one.id == run.id), run)
            if known.measured is None:
                return self.tr("Run {} was not attacked yet.").format(run.id)
            words = self.tr("Attacks on run {} reached ε {} at least; proven is {} at most.")
            return words.format(run.id, down(known.measured), cost_words(known.epsilon))
        return self.tr("Run {}: {}").format(run.id, leakage_words(leaks.found))
