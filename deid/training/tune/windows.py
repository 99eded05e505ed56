"""The windows of a patient's notes that a step looks at.

Which they are depends on the patient's own notes, the seed and the step, and on nobody else, so
that a patient more or less changes nothing of what the others give.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deid.detect.tokens import Tokens, framed, tokenize
from deid.detect.windows import random_phase
from deid.errors import ConfigurationError
from deid.training.cohort.patients import Patient
from deid.training.examples import IGNORED, Example, token_classes
from deid.training.redraw import MarkedNote, redraw
from deid.training.tune.base import Base
from deid.training.tune.settings import Settings
from deid.training.wordlists import WordLists

if TYPE_CHECKING:
    Row = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window lies: which note of the patient, and which tokens of it."""

    note: int
    tokens: range


class WindowSource:
    """Draws windows of patients, and keeps the tokens of their notes.

    Args:
        base: whose tokenizer and windows they are.
        settings: how many windows, and the seed.
        lists: from which the notes' values are drawn anew for each step. Their pools must come
            from public notes: values of one patient in the notes of another would be a way past
            the clipping. Without them notes stay as they are.

    Raises:
        ConfigurationError: values are to be drawn anew, and answers to the same windows kept.
    """

    def __init__(self, base: Base, settings: Settings, *, lists: WordLists | None = None) -> None:
        if lists is not None and settings.keeps_answers:
            raise ConfigurationError(
                "notes whose values are drawn anew have no lasting answers: set `cached` off"
            )
        self._base = base
        self._settings = settings
        self._lists = lists
        self._kept: dict[tuple[str, int], Row] = {}
        self._examples: dict[tuple[str, Place], Example] = {}

    def draw(self, patient: Patient, step: int) -> list[tuple[Place, Example]]:
        """At most `settings.windows` windows of all that the patient's notes are cut into."""
        rng = random.Random(f"{self._settings.seed}/{step}/{patient.key}")  # noqa: S311 - which windows is no secret
        rows = [self._row(patient, number, step) for number in range(len(patient.notes))]
        places = [place for number, row in enumerate(rows) for place in self._cut(number, row, rng)]
        drawn = rng.sample(places, min(len(places), self._settings.windows))
        return [(place, self._example(patient, rows[place.note], place)) for place in drawn]

    def _cut(self, number: int, row: Row, rng: random.Random) -> list[Place]:
        phase = 0 if self._settings.keeps_answers else rng.randrange(self._base.plan.size)
        return [Place(number, part) for part in random_phase(row.shape[1], self._base.plan, phase)]

    def _row(self, patient: Patient, number: int, step: int) -> Row:
        note = patient.notes[number]
        if self._lists is not None:
            seed = self._settings.seed
            return self._encoded(redraw(note, self._lists, seed=seed, epoch=step))
        key = (patient.key, number)
        if key not in self._kept:
            self._kept[key] = self._encoded(note)
        return self._kept[key]

    def _encoded(self, note: MarkedNote) -> Row:
        """Ids, shapes and classes of all tokens, as three rows."""
        tokens = tokenize(note.text, self._base.tokenizer)
        rows: Sequence[list[int]] = (
            tokens.ids, tokens.shapes, token_classes(tokens, note.marks)
        )  # fmt: skip
        return np.array(rows, dtype=np.int32)

    def _example(self, patient: Patient, row: Row, place: Place) -> Example:
        if not self._settings.keeps_answers:
            return self._framed(row, place.tokens)
        key = (patient.key, place)
        if key not in self._examples:
            self._examples[key] = self._framed(row, place.tokens)
        return self._examples[key]

    def _framed(self, row: Row, part: range) -> Example:
        ids, shapes, classes = row[:, part.start : part.stop].tolist()
        framed_ids, framed_shapes = framed(
            Tokens(ids, shapes, []), range(len(ids)), self._base.marks
        )
        return Example(framed_ids, framed_shapes, [IGNORED, *classes, IGNORED])
