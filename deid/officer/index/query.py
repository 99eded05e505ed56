"""What is asked of the index, and what it answers: values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import total_ordering
from typing import Any, Final

_WIDEST_GAP: Final = 26
"""Up to so many empty weeks between two others are listed; a longer gap is left open."""


class Dimension(StrEnum):
    """By what records can be told apart. The value is the name of the field of `Query`."""

    EVENT = "event"
    LABEL = "label"
    DETECTOR = "detector"
    POLICY = "policy"
    OUTCOME = "outcome"
    USER = "user"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Query:
    """Which records are wanted; what is None does not restrict.

    Of the fields with several values one must hold; an empty one lets nothing through.

    Attributes:
        since: the first point in time that counts, by the clock of the record.
        until: the first point in time that no longer counts.
        document: fingerprint of a document.
        event: kinds of events, such as `redaction-made`.
        label: names of labels; of a reviewer's act, the label that it led to or took away.
        detector: such as `rule:us/mrn@2`.
        policy: digests of policies.
        outcome: see `deid.officer.index.outcome`.
        user: who opened the session.
        machine: where the session was opened; for a session that does not say, the log's name.
    """

    since: datetime | None = None
    until: datetime | None = None
    document: str | None = None
    event: tuple[str, ...] | None = None
    label: tuple[str, ...] | None = None
    detector: tuple[str, ...] | None = None
    policy: tuple[str, ...] | None = None
    outcome: tuple[str, ...] | None = None
    user: tuple[str, ...] | None = None
    machine: tuple[str, ...] | None = None

    def of(self, dimension: Dimension) -> tuple[str, ...] | None:
        """The values that are let through, or None for all."""
        values: tuple[str, ...] | None = getattr(self, dimension.value)
        return values

    def but(self, dimension: Dimension, values: Iterable[str] | None) -> Query:
        """The same with other values of one dimension."""
        chosen: Any = None if values is None else tuple(values)
        return replace(self, **{dimension.value: chosen})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies, and who opened its session.

    Attributes:
        log: the name of its log.
        seq: its number there.
        user: who opened the session; empty where the log does not say.
        machine: where; the name of the log where it does not say.
    """

    log: str
    seq: int
    user: str = field(default="", compare=False)
    machine: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Some records that follow one another in the order asked for.

    Attributes:
        places: where they lie.
        more: whether others follow behind the last.
    """

    places: tuple[Place, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that records have, and how many have it."""

    value: str
    count: int


Facets = Mapping[Dimension, tuple[Choice, ...]]
"""Values to choose from, those of most records first."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Week:
    """A week of ISO 8601, in UTC. It begins on Monday."""

    monday: date

    @classmethod
    def of(cls, moment: datetime) -> Week:
        """The week in which a point in time lies."""
        day = moment.astimezone(UTC).date()
        return cls(day - timedelta(days=day.weekday()))

    @property
    def since(self) -> datetime:
        """Its first point in time."""
        return datetime.combine(self.monday, time(), UTC)

    @property
    def until(self) -> datetime:
        """The first point in time behind it."""
        return self.since + timedelta(days=7)

    @property
    def next(self) -> Week:
        """The week after it."""
        return Week(self.monday + timedelta(days=7))

    def __lt__(self, other: Week) -> bool:
        return self.monday < other.monday

    def __str__(self) -> str:
        year, week, _day = self.monday.isocalendar()
        return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class Series:
    """How many records of one value there were in each week of a `Trend`."""

    value: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """In all weeks together."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Trend:
    """Records by week and by a value.

    Attributes:
        weeks: ascending, from the first with a record to the last. Empty weeks are among them,
            but not where a gap is so long that a clock must have been wrong.
        series: those of most records first.
    """

    weeks: tuple[Week, ...] = ()
    series: tuple[Series, ...] = ()

    def counts(self, value: str) -> tuple[int, ...]:
        """The counts of one value, zeros where no record has it."""
        found = next((series for series in self.series if series.value == value), None)
        return (0,) * len(self.weeks) if found is None else found.counts

    def over(self, weeks: Sequence[Week]) -> Trend:
        """The same over these weeks, with zeros where it has none of them."""
        place = {week: at for at, week in enumerate(self.weeks)}
        series = [
            Series(
                each.value,
                tuple(each.counts[place[week]] if week in place else 0 for week in weeks),
            )
            for each in self.series
        ]
        return Trend(tuple(weeks), tuple(series))

    @property
    def totals(self) -> tuple[int, ...]:
        """All series together, by week."""
        if not self.series:
            return (0,) * len(self.weeks)
        columns = zip(*(series.counts for series in self.series), strict=True)
        return tuple(map(sum, columns))


def weeks_between(found: Sequence[Week]) -> tuple[Week, ...]:
    """Weeks in ascending order with the empty ones between them, where the gap is not too wide."""
    weeks: list[Week] = []
    for week in found:
        if weeks and (week.monday - weeks[-1].monday).days // 7 <= _WIDEST_GAP + 1:
            while weeks[-1].next < week:
                weeks.append(weeks[-1].next)
        weeks.append(week)
    return tuple(weeks)
