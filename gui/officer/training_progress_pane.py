"""How far a run is: stage, steps, time, ε, and the private figures as small curves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QProgressBar

from deid.training.acts import Stage
from gui.messages import told
from gui.officer.pane import TitledPane, flow_of, hint_label, named_button
from gui.officer.training_curve import Curve
from gui.officer.training_session import TrainingSession
from gui.officer.training_words import (
    cost_words,
    duration_words,
    examined_words,
    stage_words,
)
from gui.theme import Kind, Theme
from gui.views.room import HighEnough


class ProgressPane(TitledPane):
    """Shows the run that is under way, or how the last one stopped, and lets it be paused.

    Args:
        session: trains.
        theme: the colours of the curves.
    """

    def __init__(self, session: TrainingSession, theme: Theme) -> None:
        super().__init__(QCoreApplication.translate("ProgressPane", "The run"))
        self._session = session
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far the run is"))
        self.words = hint_label()
        self.words.setObjectName("sentence")
        self.loss = Curve(theme, self.tr("Loss"), percent=False, ink=Kind.NAME)
        self.recall = Curve(theme, self.tr("Recall, held out"), percent=True, ink=Kind.LOCATION)
        self.warning = hint_label(
            self.tr(
                "Loss and recall are computed from private notes without noise: ε does not cover "
                "them. Do not pass them on, and do not choose settings by them."
            )
        )
        self.pause = named_button(self.tr("Pause"))
        for widget in (self.words, self.bar, self.loss, self.recall, self.warning):
            self.inside.addWidget(widget)
        self.inside.addLayout(flow_of((self.pause,)))
        self.inside.addStretch(1)
        HighEnough(self)
        self.pause.clicked.connect(session.work.pause)
        session.changed.connect(self._show)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self.loss.use_theme(theme)
        self.recall.use_theme(theme)

    def _show(self) -> None:
        work = self._session.work
        self.setVisible(work.running or bool(work.run))
        progress = work.progress
        steps = 1 if progress is None else progress.steps
        if work.running and work.stage is not Stage.LEARNING:
            examined = work.examined
            # Until it is known how much there is, the bar only says that something goes on.
            self.bar.setRange(0, 0 if examined is None else examined.of)
            self.bar.setValue(0 if examined is None else examined.notes)
        else:
            self.bar.setRange(0, steps)
            self.bar.setValue(0 if progress is None else progress.step)
        self.bar.setVisible(work.running)
        self.loss.show_points(work.losses, steps)
        self.recall.show_points(work.recalls, steps)
        for widget in (self.loss, self.recall, self.warning):
            widget.setVisible(progress is not None)
        self.pause.setVisible(work.running)
        self.pause.setEnabled(work.running and not work.pausing)
        self.words.setText(self._said())

    def _said(self) -> str:
        work, progress = self._session.work, self._session.work.progress
        if work.error is not None:
            words = self.tr("The run stopped: {} It can go on: choose it in the list.")
            return words.format(told(work.error))
        if work.paused:
            return self.tr("The run is paused. It can go on: choose it in the list.")
        if not work.running:
            return self.tr("The run is done: look at its results.")
        if work.pausing:
            return self.tr("Pausing …")
        if work.stage is not Stage.LEARNING:
            examined = work.examined
            return stage_words(work.stage) if examined is None else examined_words(examined)
        if progress is None:
            return self.tr("Reading the notes and the model …")
        parts = [
            self.tr("Step {step} of {steps}, {time} left.").format(
                step=progress.step,
                steps=progress.steps,
                time=duration_words(progress.seconds_left),
            )
        ]
        spent = work.epsilon
        if spent is not None:
            # Computed only now and then: an older one must not look like that of this step.
            late = spent.step < progress.step
            words = (
                self.tr("ε {cost} spent by step {step}.")
                if late
                else self.tr("ε {cost} spent so far.")
            )
            parts.append(words.format(cost=cost_words(spent.value), step=spent.step))
        return " ".join(parts)
