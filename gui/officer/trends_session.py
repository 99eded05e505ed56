"""What is drawn by week: the presenter of the page of trends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, Signal

from deid.officer.browsing import Browser
from deid.officer.index.query import Dimension, Query, Trend
from deid.officer.index.trends import Topic, Weak, topic, weak_detectors, weak_labels
from gui.officer.desk_jobs import DeskJobs
from gui.officer.index_session import IndexSession


class Period(Enum):
    """How far back is looked, in weeks up to that of the newest record before now."""

    QUARTER = 13
    YEAR = 52
    ALL = None


@dataclass(frozen=True, slots=True)
class _Answer:
    trend: Trend
    labels: tuple[Weak, ...]
    detectors: tuple[Weak, ...]


class TrendsSession(QObject):
    """One thing by week, and where the detectors are weak.

    Signals:
        changed: something else is to be drawn.
        failed: carries the `DeidError` for which nothing could be read.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.index = IndexSession.of(desk)
        self.about = Topic.REDACTIONS
        self.period = Period.YEAR
        self.trend = Trend()
        self.labels: tuple[Weak, ...] = ()
        """Labels of which reviewers added marks, those of most first."""
        self.detectors: tuple[Weak, ...] = ()
        """Detectors of which reviewers rejected findings, those of most first."""
        self._turn = 0
        self.index.ready.connect(self._ask)

    def refresh(self) -> None:
        """Look for new records."""
        self.index.refresh()

    def choose(self, about: Topic) -> None:
        """Draw something else."""
        self.about = about
        self._ask()

    def look_back(self, period: Period) -> None:
        """Look back so far."""
        self.period = period
        self._ask()

    def _ask(self) -> None:
        self._turn += 1
        self.index.ask(
            partial(_answer, self.about, self.period),
            partial(self._take, self._turn),
            self.failed.emit,
        )

    def _take(self, turn: int, answer: _Answer) -> None:
        if turn == self._turn:
            self.trend = answer.trend
            self.labels, self.detectors = answer.labels, answer.detectors
            self.changed.emit()


def _answer(about: Topic, period: Period, browser: Browser) -> _Answer:
    query = _since(browser, period)
    weeks = browser.trend(query, by=Dimension.EVENT).weeks
    found = topic(browser, about, query)
    return _Answer(
        trend=found.over(weeks) if found.weeks else found,
        labels=weak_labels(browser, query),
        detectors=weak_detectors(browser, query),
    )


def _since(browser: Browser, period: Period) -> Query:
    # A clock that once ran ahead must not hide what happened since.
    now = datetime.now(UTC)
    weeks = browser.trend(Query(until=now), by=Dimension.EVENT).weeks
    if period.value is None or not weeks:
        return Query()
    return Query(since=weeks[-1].until - timedelta(weeks=period.value), until=now)
