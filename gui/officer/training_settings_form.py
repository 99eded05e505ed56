"""The advanced settings of a training, folded away until somebody wants them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from deid.training.cohort.patients import Unit
from deid.training.tune.settings import PLAIN, Method, Settings
from gui.officer.pane import hint_label, named_button
from gui.officer.still_choice import StillChoice
from gui.officer.training_words import unit_words
from gui.views.text_margin import TextMargin

_USUAL: Final = Settings()
_USUAL_PLAIN: Final = replace(_USUAL, **PLAIN)  # type: ignore[arg-type]
_LAYERS: Final = 2
"""That learn by a method that leaves the classifier alone out, unless said otherwise."""
_MOST_STEPS: Final = 100_000


def usual(method: Method, *, private: bool) -> Settings:
    """What public notes chose for this way of training."""
    settings = _USUAL if private else _USUAL_PLAIN
    layers = settings.layers if method is Method.LAST_LAYERS else settings.layers or _LAYERS
    return replace(settings, method=method, layers=layers)


@dataclass(frozen=True, slots=True)
class Advanced:
    """What stands in the form.

    Attributes:
        delta: None: as the budget says, or by the number of patients.
        held_out: share of the patients, 0 to 1.
    """

    steps: int
    sampling_rate: float
    windows: int
    learning_rate: float
    largest_gradient: float
    layers: int
    rank: int
    unit: Unit
    held_out: float
    delta: float | None


class SettingsForm(QWidget):
    """Numbers that were chosen on public notes and need no change.

    Signals:
        changed: one is another now.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fold = named_button(self.tr("Advanced settings"))
        self.fold.setCheckable(True)
        self.inside = QWidget()
        self.steps = _whole(_USUAL.steps, _MOST_STEPS)
        self.rate = _number(_USUAL.sampling_rate, 0.001, 1.0, digits=3)
        self.windows = _whole(_USUAL.windows, 64)
        self.learning = _number(_USUAL.learning_rate, 0.00001, 9.0, digits=5)
        self.clip = _number(_USUAL.largest_gradient, 0.001, 1000.0, digits=3)
        self.layers = _whole(_USUAL.layers, 48, least=0)
        self.rank = _whole(_USUAL.rank, 256)
        self.unit = StillChoice()
        self.held = _number(20.0, 1.0, 90.0, digits=0)
        self.delta = QLineEdit()
        self.delta.setPlaceholderText(self.tr("the usual one"))
        for unit in Unit:
            self.unit.addItem(unit_words(unit), unit)
        self._lay_out()
        self.fold.toggled.connect(self._unfold)
        self.inside.hide()
        for spin in (self.steps, self.windows, self.layers, self.rank):
            spin.valueChanged.connect(self.changed)
        for double in (self.rate, self.learning, self.clip, self.held):
            double.valueChanged.connect(self.changed)
        self.unit.currentIndexChanged.connect(self.changed)
        self.delta.textEdited.connect(self.changed)

    def fill_in(self, settings: Settings) -> None:
        """Let these numbers stand there."""
        for spin, whole in (
            (self.steps, settings.steps),
            (self.windows, settings.windows),
            (self.layers, settings.layers),
            (self.rank, settings.rank),
        ):
            spin.setValue(whole)
        for double, number in (
            (self.rate, settings.sampling_rate),
            (self.learning, settings.learning_rate),
            (self.clip, settings.largest_gradient),
        ):
            double.setValue(number)

    def read(self) -> Advanced | None:
        """What stands there; None where the δ is no number between 0 and 1."""
        delta, typed = None, self.delta.text().strip()
        if typed:
            try:
                delta = float(typed)
            except ValueError:
                return None
            if not 0 < delta < 1:
                return None
        return Advanced(
            steps=self.steps.value(),
            sampling_rate=self.rate.value(),
            windows=self.windows.value(),
            learning_rate=self.learning.value(),
            largest_gradient=self.clip.value(),
            layers=self.layers.value(),
            rank=self.rank.value(),
            unit=Unit(self.unit.currentData()),
            held_out=self.held.value() / 100,
            delta=delta,
        )

    def _lay_out(self) -> None:
        form = QFormLayout(self.inside)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        hint = hint_label(
            self.tr(
                "These were chosen on public notes. Do not change them by what these notes gave: "
                "that costs privacy which nobody counts."
            )
        )
        form.addRow(hint)
        for caption, field in (
            (self.tr("Steps"), self.steps),
            (self.tr("Chance of each to take part in a step (q)"), self.rate),
            (self.tr("Windows of each in a step, at most"), self.windows),
            (self.tr("Learning rate"), self.learning),
            (self.tr("Gradient of each, at most (C)"), self.clip),
            (self.tr("Last layers that learn (0: the classifier alone)"), self.layers),
            (self.tr("Rank (LoRA)"), self.rank),
            (self.tr("The guarantee speaks of"), self.unit),
            (self.tr("Held out to measure on, in %"), self.held),
            (self.tr("δ"), self.delta),
        ):
            field.setAccessibleName(caption)
            form.addRow(caption, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.fold, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.inside)

    def _unfold(self, wanted: bool) -> None:
        self.inside.setVisible(wanted)


def _whole(value: int, most: int, *, least: int = 1) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    TextMargin(box)
    return box


def _number(value: float, least: float, most: float, *, digits: int) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(digits)
    box.setRange(least, most)
    box.setValue(value)
    TextMargin(box)
    return box
