"""What a report is made from: results over the same gold notes. No note text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deid.evaluate.reliability import Reliability
from deid.evaluate.scores import Scores, total


@dataclass(frozen=True, slots=True)
class Result:
    """What one set of detectors came to.

    Attributes:
        name: of the detectors.
        notes: the scores of each note by itself, in one order for all results.
    """

    name: str
    notes: tuple[Scores, ...]

    @property
    def whole(self) -> Scores:
        """The scores of all notes together."""
        return total(self.notes)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What comes of one threshold for all labels."""

    threshold: float
    scores: Scores


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a report tells.

    Attributes:
        title: what the notes are called.
        facts: names and values of what was measured with what.
        result: the one that the report is about.
        others: further results over the same notes, to compare with.
        groupings: for each way to group the notes, the group of every note.
        curve: by rising thresholds; may be empty.
        reliabilities: by name of what gave the scores; may be empty.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    result: Result
    others: tuple[Result, ...]
    groupings: Mapping[str, tuple[str, ...]]
    curve: tuple[CurvePoint, ...]
    reliabilities: Mapping[str, Reliability]
