"""What an officer wants to see by week: what is redacted, what reviewers correct, what is refused.

Where a detector is weak shows in two figures: for each label, how many marks reviewers added by
hand for each 1,000 that were found; for each detector, which part of its findings they rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final, Protocol

from deid.audit.records import (
    DocumentCommitted,
    DocumentRefused,
    FindingDropped,
    RedactionMade,
    ReviewActed,
)
from deid.officer.index.entry import BY_POLICY, REPLACED, UNDONE
from deid.officer.index.query import (
    Dimension,
    Facets,
    Query,
    Series,
    Trend,
    Week,
    weeks_between,
)

_PER: Final = 1000
_NORMAL: Final = 1.96
_ADDED: Final = "added"
_REJECTED: Final = "left-rejected"
_REVIEWER: Final = "reviewer:"
UNKNOWN: Final = "unknown"
"""The user of records whose session does not say who opened it, as when that is archived."""


class Asked(Protocol):
    """What is asked of the index."""

    def facets(self, query: Query) -> Facets:
        """The values of each dimension with their counts."""

    def trend(self, query: Query, *, by: Dimension) -> Trend:
        """Records by week and by a value."""


class Topic(StrEnum):
    """What is drawn by week. The value is its name on the command line."""

    REDACTIONS = "redactions"
    STAYED = "stayed"
    ADDED = "added"
    REJECTED = "rejected"
    REFUSALS = "refusals"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a week.

    Attributes:
        redactions: what was found and replaced.
        stayed: what was found and stays as the policy says.
        added: marks that reviewers added.
        rejected: findings that reviewers rejected.
        refused: notes that were refused.
        notes: notes that were saved.
    """

    week: Week
    redactions: int
    stayed: int
    added: int
    rejected: int
    refused: int
    notes: int

    @property
    def added_per_thousand(self) -> float | None:
        """Added marks for each 1,000 that were found; None where nothing was."""
        return _per_thousand(self.added, self.redactions + self.stayed)


@dataclass(frozen=True, slots=True)
class Weak:
    """How often reviewers corrected what was found of a label, or by a detector.

    Attributes:
        value: the label or the detector.
        found: how many findings stood, whether they were replaced or stay as the policy says.
        corrections: how many marks were added of the label, or how many findings of the detector
            were rejected.
    """

    value: str
    found: int
    corrections: int

    @property
    def per_thousand(self) -> float | None:
        """Added marks for each 1,000 that were found; None where nothing was."""
        return _per_thousand(self.corrections, self.found)

    @property
    def share(self) -> float:
        """The part of the findings, those that stood or were rejected, that was, 0 to 1."""
        findings = self.found + self.corrections
        return self.corrections / findings if findings else 0.0


def topic(index: Asked, about: Topic, query: Query) -> Trend:
    """One thing by week.

    Redactions, what stays as the policy says, and added marks by label, rejections by detector,
    refusals by outcome, and the notes that were saved by user, or `UNKNOWN`.

    What a reviewer added and took back again is not counted. A rejection counts where the finding
    was left in the text when the note was saved.

    Args:
        index: what is asked.
        about: what is wanted.
        query: which records count.
    """
    match about:
        case Topic.REDACTIONS:
            return index.trend(_came_to(query, REPLACED), by=Dimension.LABEL)
        case Topic.STAYED:
            return index.trend(_came_to(query, BY_POLICY), by=Dimension.LABEL)
        case Topic.ADDED:
            return _added(index, query)
        case Topic.REJECTED:
            return index.trend(_rejected(query), by=Dimension.DETECTOR)
        case Topic.REFUSALS:
            return index.trend(_of(query, DocumentRefused.kind), by=Dimension.OUTCOME)
        case Topic.NOTES:
            return _by_user(index, _of(query, DocumentCommitted.kind))


def overview(index: Asked, query: Query) -> tuple[Figures, ...]:
    """The figures of each week, ascending."""
    topics = {about: topic(index, about, query) for about in Topic}
    weeks = weeks_between(sorted({week for trend in topics.values() for week in trend.weeks}))
    totals = {
        about: dict(zip(trend.weeks, trend.totals, strict=True)) for about, trend in topics.items()
    }
    return tuple(
        Figures(
            week=week,
            redactions=totals[Topic.REDACTIONS].get(week, 0),
            stayed=totals[Topic.STAYED].get(week, 0),
            added=totals[Topic.ADDED].get(week, 0),
            rejected=totals[Topic.REJECTED].get(week, 0),
            refused=totals[Topic.REFUSALS].get(week, 0),
            notes=totals[Topic.NOTES].get(week, 0),
        )
        for week in weeks
    )


def weak_labels(index: Asked, query: Query) -> tuple[Weak, ...]:
    """Labels of which reviewers added marks, those first where most were added per finding."""
    made = _counts(index.facets(_of(query, RedactionMade.kind)), Dimension.LABEL)
    added = {series.value: series.total for series in _added(index, query).series}
    found = [Weak(label, made.get(label, 0), count) for label, count in added.items() if count > 0]
    return tuple(sorted(found, key=lambda weak: (-_rate(weak), weak.value)))


def weak_detectors(index: Asked, query: Query) -> tuple[Weak, ...]:
    """Detectors of which reviewers rejected findings, those first that are surely rejected often.

    The order is that of the lower end of Wilson's interval of the share, so that two findings of
    three do not come before a thousand of three thousand.
    """
    made = _counts(index.facets(_of(query, RedactionMade.kind)), Dimension.DETECTOR)
    rejected = _counts(index.facets(_rejected(query)), Dimension.DETECTOR)
    found = [
        Weak(detector, made.get(detector, 0), count)
        for detector, count in rejected.items()
        if not detector.startswith(_REVIEWER)
    ]
    return tuple(sorted(found, key=lambda weak: (-_surely(weak), weak.value)))


def _of(query: Query, kind: str) -> Query:
    """The same restricted to a kind of event, as far as the query lets it through."""
    wanted = query.event
    return query.but(Dimension.EVENT, [kind] if wanted is None or kind in wanted else [])


def _came_to(query: Query, outcome: str) -> Query:
    return _of(query, RedactionMade.kind).but(Dimension.OUTCOME, [outcome])


def _rejected(query: Query) -> Query:
    return _of(query, FindingDropped.kind).but(Dimension.OUTCOME, [_REJECTED])


def _added(index: Asked, query: Query) -> Trend:
    """Marks that were added, without those that were taken back, by label."""
    acts = _of(query, ReviewActed.kind)
    added = index.trend(acts.but(Dimension.OUTCOME, [_ADDED]), by=Dimension.LABEL)
    undone = index.trend(acts.but(Dimension.OUTCOME, [_ADDED + UNDONE]), by=Dimension.LABEL)
    return _less(added, undone) if undone.weeks else added


def _by_user(index: Asked, query: Query) -> Trend:
    """Records by user, with those of which no user is known."""
    known, every = index.trend(query, by=Dimension.USER), index.trend(query, by=Dimension.EVENT)
    named = {series.value: series.counts for series in known.over(every.weeks).series}
    taken = dict(zip(known.weeks, known.totals, strict=True))
    unknown = _taken_off(every.weeks, every.totals, taken)
    if any(unknown):
        # Somebody's name may be this very word.
        so_called = named.get(UNKNOWN, (0,) * len(unknown))
        named[UNKNOWN] = tuple(map(sum, zip(so_called, unknown, strict=True)))
    return _sorted(every.weeks, (Series(user, counts) for user, counts in named.items()))


def _sorted(weeks: tuple[Week, ...], series: Iterable[Series]) -> Trend:
    """The series with the greatest totals first."""
    return Trend(weeks, tuple(sorted(series, key=lambda each: (-each.total, each.value))))


def _less(more: Trend, less: Trend) -> Trend:
    """The difference of two trends, over the weeks of the first."""
    return _sorted(more.weeks, _differences(more, less))


def _differences(more: Trend, less: Trend) -> Iterator[Series]:
    for series in more.series:
        taken = dict(zip(less.weeks, less.counts(series.value), strict=True))
        counts = _taken_off(more.weeks, series.counts, taken)
        if any(counts):
            yield Series(series.value, counts)


def _taken_off(
    weeks: Sequence[Week], counts: Sequence[int], taken: dict[Week, int]
) -> tuple[int, ...]:
    return tuple(
        max(count - taken.get(week, 0), 0) for week, count in zip(weeks, counts, strict=True)
    )


def _counts(facets: Facets, dimension: Dimension) -> dict[str, int]:
    return {choice.value: choice.count for choice in facets[dimension]}


def _per_thousand(corrections: int, found: int) -> float | None:
    return _PER * corrections / found if found else None


def _surely(weak: Weak) -> float:
    """The lower end of the 95 % interval of the share (Wilson 1927)."""
    findings = weak.found + weak.corrections
    spread = _NORMAL * sqrt(
        weak.share * (1 - weak.share) / findings + (_NORMAL / findings) ** 2 / 4
    )
    return (weak.share + _NORMAL**2 / (2 * findings) - spread) / (1 + _NORMAL**2 / findings)


def _rate(weak: Weak) -> float:
    rate = weak.per_thousand
    return float("inf") if rate is None else rate
