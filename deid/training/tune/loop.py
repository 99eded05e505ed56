"""Going on from a base with the notes of a site's patients, step by step.

Each step draws patients by coins of their own. A drawn patient gives one loss over some windows of
their notes, hence one gradient, which is clipped; noise is added to the sum. What comes of the
noisy sums - weights, their average, the optimizer's moments, checkpoints - costs nothing more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from deid.detect.tokens import Tokens
from deid.errors import ConfigurationError, ExaminationStopped
from deid.stopping import stop_if_asked
from deid.training.cohort.patients import Cohort
from deid.training.measure import THRESHOLDS, Tagger, measure, tagger
from deid.training.network import ShapedTagger
from deid.training.private.accounting import Mechanism, epsilon
from deid.training.private.noise import Noise, SecureNoise
from deid.training.private.sampling import PoissonSampler
from deid.training.redraw import MarkedNote
from deid.training.tune import checkpoints
from deid.training.tune.average import Average
from deid.training.tune.base import Base
from deid.training.tune.forward import FrozenAnswers, PatientLoss
from deid.training.tune.method import coordinates, merged, prepare, trained
from deid.training.tune.optimisers import (
    calmed,
    let_drop,
    optimizer_of,
    seed_dropout,
    set_rate,
    steps_of,
    torch_for,
)
from deid.training.tune.progress import PrivateFigures, Progress
from deid.training.tune.run_folder import RunFacts, RunFolder
from deid.training.tune.windows import WindowSource
from deid.training.wordlists import WordLists

OnProgress = Callable[[Progress], None]

_SHOWN: Final = THRESHOLDS.index(0.1)
"""The probability from which on a character counts as found, in figures on the way."""
_EPSILON_EACH: Final = 15.0
"""Seconds between two computations of ε, which take some themselves."""
_COPIES: Final = 6
"""Of the trained weights on the disk: weights, average and two moments, and room for the next."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came out.

    Attributes:
        network: with everything merged; `deid.training.tune.package` makes a package of it.
        steps: spent, those that a crash or a pause took among them.
        seconds: of this process.
    """

    network: ShapedTagger
    steps: int
    seconds: float


def fine_tune(
    learn: Cohort, held: Sequence[MarkedNote], *, base: Base, run: RunFolder,
    lists: WordLists | None = None, noise: Noise | None = None, threads: int | None = None,
    answers: FrozenAnswers | None = None, on_progress: OnProgress = lambda _: None,
) -> Tuned:  # fmt: skip
    """Take the steps of this run that are not spent, from its last checkpoint if there is one.

    Stop it through `deid.stopping`: a checkpoint is written, and the step at hand is lost. It stays
    spent, for to draw its patients again uncounted would be a draw more than ε was computed for.

    Args:
        learn: the patients to learn from.
        held: notes of others, for figures on the way; nothing is chosen by them.
        base: what to begin with; its network is changed and becomes that of the result.
        run: settings and journal.
        lists: from which values are drawn anew for each step, of public notes only.
        noise: where draws and noise come from; another than the secure one is for experiments.
        threads: of torch; None: as it is set.
        answers: of frozen layers, kept by an earlier run on these patients and this base.
        on_progress: called after each step, in this thread.

    Raises:
        ConfigurationError: these are not the patients of the run, it cannot go on, or values are to
            be drawn anew in a run that keeps the answers of frozen layers.
        ExaminationStopped: somebody asked to stop; the run can go on.
        OutputError: the journal or a checkpoint cannot be written; the run can go on.
    """
    if (learn.digest, len(learn)) != (run.facts.cohort, run.facts.patients):
        raise ConfigurationError(
            "these are not the patients that the run began with: go on with the same notes, or "
            "begin a new run"
        )
    with run.alone(), torch_for(threads, run.facts.settings.seed):
        tuning = _Tuning(learn, held, base, run, lists, noise or SecureNoise(), answers)
        return tuning.run(on_progress)


class _Tuning:
    """One process' part of a run."""

    def __init__(
        self, learn: Cohort, held: Sequence[MarkedNote], base: Base, run: RunFolder,
        lists: WordLists | None, noise: Noise, answers: FrozenAnswers | None,
    ) -> None:  # fmt: skip
        settings = run.facts.settings
        self._learn, self._base, self._run, self._settings = learn, base, run, settings
        self._held = _some(held, settings.measured_notes)
        prepare(base, settings)
        let_drop(base.network, settings.dropout)
        self._weights = trained(base.network)
        self._coordinates = coordinates(base.network)
        self._optimizer = optimizer_of(self._weights, settings)
        self._calm = calmed(self._weights, run.facts)
        self._average = Average(self._weights, settings.averaging)
        self._steps = steps_of(self._optimizer, run.facts, noise)
        self._sampler = PoissonSampler(settings.sampling_rate, noise)
        self._windows = WindowSource(base, settings, lists=lists)
        self._loss = PatientLoss(base.network, settings, base.marks, answers)
        self._taken = self._put_by_at = run.spent()
        kept = run.checkpoint()
        if kept is not None:
            standing = self._weights, self._optimizer, self._average, self._coordinates
            checkpoints.restore(kept, *standing)
        if settings.checkpoint_each:
            run.need_space(_COPIES * _size(self._weights) + 2 * _size(self._coordinates))

    def run(self, on_progress: OnProgress) -> Tuned:
        """Take what steps are left."""
        begun = time.monotonic()
        try:
            self._take_steps(on_progress)
        except ExaminationStopped:
            self._put_by()
            raise
        self._average.take_over()
        network = merged(self._base.network).eval()
        return Tuned(network, self._taken, time.monotonic() - begun)

    def _take_steps(self, on_progress: OnProgress) -> None:
        begun, first, epsilon_at = time.monotonic(), self._taken, 0.0
        while self._taken < self._settings.steps:
            loss = self._step()
            self._put_by_if_due()
            now = time.monotonic()
            left = self._settings.steps - self._taken
            spent = None
            if not left or now - epsilon_at >= _EPSILON_EACH:
                spent, epsilon_at = spent_by(self._run.facts, self._taken), time.monotonic()
            seconds_left = left * (now - begun) / (self._taken - first)
            figures = PrivateFigures(loss, self._recall())
            on_progress(Progress(self._taken, self._settings.steps, spent, seconds_left, figures))

    def _step(self) -> float | None:
        """Take one step; the mean loss of those who were drawn, if anybody was."""
        stop_if_asked()
        step = self._taken
        set_rate(self._optimizer, self._settings, step, calm=self._calm)
        self._base.network.train()
        self._steps.zero()
        # Before anybody is drawn: whatever happens from here on, nobody is drawn again uncounted.
        self._run.spend(step)
        self._taken += 1
        losses = []
        for number in self._sampler.draw(len(self._learn)):
            stop_if_asked()
            patient = self._learn.patients[number]
            drawn = self._windows.draw(patient, step)
            if drawn:
                seed_dropout(self._settings.seed, step, patient.key)
                loss = self._loss.of(patient, drawn)
                self._steps.take(loss)
                losses.append(float(loss.detach()))
        self._steps.step()
        self._average.add()
        return sum(losses) / len(losses) if losses else None

    def _recall(self) -> float | None:
        """Of characters in some held-out notes, if this is a step at which it is looked at."""
        each = self._settings.measure_each
        last = self._taken == self._settings.steps
        if not each or not self._held or (self._taken % each and not last):
            return None
        base = self._base
        with self._average.in_place():
            tag = _stoppable(tagger(base.network, base.tokenizer, base.marks, base.plan))
            return measure(self._held, tag).recall[_SHOWN]

    def _put_by_if_due(self) -> None:
        each = self._settings.checkpoint_each
        last = self._taken == self._settings.steps
        if each and (last or self._taken - self._put_by_at >= each):
            self._put_by()

    def _put_by(self) -> None:
        if self._settings.checkpoint_each and self._put_by_at < self._taken:
            standing = self._weights, self._optimizer, self._average, self._coordinates
            self._run.put_by(checkpoints.to_bytes(*standing))
            self._put_by_at = self._taken


def spent_by(facts: RunFacts, steps: int) -> float | None:
    """ε of so many steps of a run alone, without others on the same patients; None: no privacy."""
    if not facts.settings.private:
        return None
    rate = facts.settings.sampling_rate
    return epsilon([Mechanism(rate, facts.noise_multiplier, steps)], delta=facts.delta)


def _size(tensors: Mapping[str, torch.Tensor]) -> int:
    """Of these, in bytes."""
    return sum(one.numel() * one.element_size() for one in tensors.values())


def _stoppable(tag: Tagger) -> Tagger:
    """The same tagger, given up at the next note once somebody asks to stop."""

    def tag_or_stop(text: str) -> tuple[Tokens, NDArray[np.float32]]:
        stop_if_asked()
        return tag(text)

    return tag_or_stop


def _some(notes: Sequence[MarkedNote], count: int) -> Sequence[MarkedNote]:
    """At most so many, from all over."""
    return notes[:: max(1, -(-len(notes) // count))]
