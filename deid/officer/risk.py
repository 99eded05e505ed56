"""Which released notes are likelier to leak, by what the log alone tells of them (pure).

A note's weight is 1 and, for each sign, a number of points for each time that it was seen, up to so
many times. The points are chosen, not measured: they only lead the eye. A sample that is drawn by
them finds more leaks than a random one, and therefore says nothing about how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    Event,
    FindingDropped,
    Record,
    RedactionMade,
    ReviewAct,
    ReviewActed,
    ReviewFinished,
)
from deid.datatypes import DropReason, Span
from deid.labels import Label

KINDS: Final[tuple[type[Event], ...]] = (
    DocumentRead,
    FindingDropped,
    ReviewActed,
    ReviewFinished,
    RedactionMade,
    DocumentCommitted,
)
"""The kinds of events that `risks` looks at."""

_LOW_SCORE: Final = 0.7
_USUAL_DISTANCE: Final = 500
"""Characters of text for which a clinical note usually has an identifier."""


class Sign(StrEnum):
    """What makes a note worth a look."""

    TOO_LOW = "dropped-as-too-low"
    UNCERTAIN = "left-uncertain"
    ADDED = "added-by-reviewer"
    REJECTED = "rejected-by-reviewer"
    LOW_SCORE = "replaced-at-low-score"
    DISAGREED = "detectors-disagreed"
    SPARSE = "few-for-its-length"


@dataclass(frozen=True, slots=True)
class Points:
    """What a sign adds to the weight of a note.

    Attributes:
        each: for each time.
        most: how many times count at most.
    """

    each: float
    most: int


POINTS: Final[Mapping[Sign, Points]] = {
    Sign.TOO_LOW: Points(0.5, 8),
    Sign.UNCERTAIN: Points(1.0, 6),
    Sign.ADDED: Points(2.0, 4),
    Sign.REJECTED: Points(0.5, 6),
    Sign.LOW_SCORE: Points(0.5, 6),
    Sign.DISAGREED: Points(0.5, 6),
    Sign.SPARSE: Points(1.0, 4),
}


@dataclass(frozen=True, slots=True)
class Risk:
    """The signs that were seen of a note.

    Attributes:
        signs: how often each was seen; without those that were not.
    """

    signs: Mapping[Sign, int] = field(default_factory=dict)

    @property
    def weight(self) -> float:
        """How much likelier the note is drawn than one without any sign."""
        return 1.0 + sum(
            POINTS[sign].each * min(times, POINTS[sign].most) for sign, times in self.signs.items()
        )


def risks(records: Iterable[Record]) -> Mapping[int, Risk]:
    """The risk of every note committed in these records, by the place of its commit.

    Args:
        records: in the order of the log; others than of `KINDS` make no difference.
    """
    seen: dict[tuple[str, str], list[Event]] = {}
    found: dict[int, Risk] = {}
    for record in records:
        event = record.event
        if isinstance(event, DocumentRead):
            seen[record.session, event.document] = []
        elif isinstance(event, DocumentCommitted):
            events = seen.pop((record.session, event.document), [])
            found[record.seq] = _risk(events, event)
        elif isinstance(event, FindingDropped | ReviewActed | ReviewFinished | RedactionMade):
            seen.setdefault((record.session, event.document), []).append(event)
    return found


def _risk(events: Iterable[Event], commit: DocumentCommitted) -> Risk:
    signs: Counter[Sign] = Counter()
    labels: dict[Span, Label] = {}
    covered: list[FindingDropped] = []
    for event in events:
        match event:
            case FindingDropped(reason=DropReason.BELOW_THRESHOLD):
                signs[Sign.TOO_LOW] += 1
            case FindingDropped(reason=DropReason.REJECTED):
                signs[Sign.REJECTED] += 1
            case FindingDropped(reason=DropReason.COVERED):
                covered.append(event)
            case ReviewActed():
                signs[Sign.ADDED] += _added(event)
            case ReviewFinished():
                signs[Sign.UNCERTAIN] = event.uncertain_left
            case RedactionMade():
                labels[event.span] = event.label
                signs[Sign.LOW_SCORE] += event.score < _LOW_SCORE
            case _:
                pass
    signs[Sign.DISAGREED] = sum(_disagrees(drop, labels) for drop in covered)
    signs[Sign.SPARSE] = commit.input_length // _USUAL_DISTANCE - commit.redactions
    return Risk({sign: times for sign, times in signs.items() if times > 0})


def _added(event: ReviewActed) -> int:
    """What an act adds to the marks that a reviewer put where no detector had kept one."""
    if event.act is ReviewAct.ADD:
        return 1
    if event.undone is ReviewAct.ADD:
        return 1 if event.act is ReviewAct.REDO else -1
    return 0


def _disagrees(drop: FindingDropped, labels: Mapping[Span, Label]) -> bool:
    """Whether what was kept in the place of a finding has another label."""
    kept = labels.get(drop.winner_span) if drop.winner_span is not None else None
    return kept is not None and kept is not drop.label
