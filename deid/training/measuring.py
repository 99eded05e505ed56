"""How far the measuring of a model is: notes that were examined, of all that will be."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from deid.evaluate import GoldNote, Labelled
from deid.training.tune.progress import Examined
from deid.training.tune.results import Predict

OnExamined = Callable[[Examined], None]

_TELLINGS: Final = 100
"""How often it is told, at most: a note takes less than what shows it."""


class Meter:
    """Counts what both models examine, and tells of it now and then.

    Args:
        notes: examinations that there will be.
        told: called in the thread that measures.
    """

    def __init__(self, notes: int, told: OnExamined) -> None:
        self._notes, self._told = notes, told
        self._done = 0
        self._begun = time.monotonic()

    def counting(self, predict: Predict) -> Predict:
        """The same predictions, each of them counted."""

        def counted(note: GoldNote) -> Sequence[Labelled]:
            found = predict(note)
            self._count()
            return found

        return counted

    def _count(self) -> None:
        self._done += 1
        before, now = (_TELLINGS * done // self._notes for done in (self._done - 1, self._done))
        if now > before:
            each = (time.monotonic() - self._begun) / self._done
            left = max(0, self._notes - self._done)
            self._told(Examined(self._done, self._notes, each * left))
