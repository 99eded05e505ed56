"""Which records are listed, and what they say: the presenter of the page of records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from deid import DeidError, officer
from deid.errors import AuditError
from deid.officer.browsing import (
    Browser,
    Row,
    give_out_proof,
    note_fingerprint,
    policy_names,
)
from deid.officer.index.query import Dimension, Facets, Place, Query, Trend, Week
from deid.officer.machines import OWN
from gui.officer.desk_jobs import DeskJobs
from gui.officer.index_session import IndexSession

BLOCK: Final = 100
"""So many records are read at once."""

_KEPT: Final = 60
"""So many blocks are kept."""


@dataclass(frozen=True, slots=True)
class _Answer:
    size: int
    logs: int
    count: int
    facets: Facets
    weeks: Trend


class RecordsSession(QObject):
    """The records of a site, filtered.

    Signals:
        changed: other records are listed, or there are other values to choose from.
        rows_read: carries the number of a block of records that can be shown now.
        failed: carries the `DeidError` for which nothing could be read.
    """

    changed = Signal()
    rows_read = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.index = IndexSession.of(desk)
        self.query = Query()
        self.size = 0
        """How many records there are."""
        self.logs = 1
        """Of how many machines they are."""
        self.count = 0
        """How many of them are listed."""
        self.facets: Facets = dict.fromkeys(Dimension, ())
        self.weeks = Trend()
        """What the filters let through, over all weeks of the log whatever the time chosen."""
        self.policies: dict[str, str] = {}
        """Names of policies by digest."""
        self.people: dict[str, str] = {}
        """Names of people with a role, by the ids of their keys."""
        self._desk = desk
        self._turn = 0
        self._blocks: dict[int, tuple[Row, ...]] = {}
        self._wanted: list[int] = []
        self._reading = False
        self.index.ready.connect(self._begin)

    @property
    def has_machines(self) -> bool:
        """Whether records of several machines are listed; what has no session has no other name."""
        named = {one.value for one in self.facets.get(Dimension.MACHINE, ())} - {OWN}
        return self.logs > 1 or len(named) > 1

    def refresh(self) -> None:
        """Look for new records."""
        self.index.refresh()

    def choose(self, dimension: Dimension, value: str | None) -> None:
        """List only records with this value; None: with any."""
        self.list_those(self.query.but(dimension, None if value is None else (value,)))

    def choose_weeks(self, first: Week | None, last: Week | None) -> None:
        """List only records from the first to the last of these weeks; None: of any."""
        since = None if first is None else first.since
        until = None if last is None else last.until
        self.list_those(replace(self.query, since=since, until=until))

    def choose_note(self, typed: str, done: Callable[[], None] = lambda: None) -> None:
        """List only records of the note with this id, file name or fingerprint; empty: of any."""
        if not typed.strip():
            self.list_those(replace(self.query, document=None))
            done()
            return

        def take(fingerprint: str) -> None:
            self.list_those(replace(self.query, document=fingerprint))
            done()

        self._desk.start(lambda desk: note_fingerprint(desk.home, typed), take, self.failed.emit)

    def list_those(self, query: Query) -> None:
        """List the records that a query lets through."""
        if query != self.query:
            self.query = query
            self._ask()

    def row(self, number: int) -> Row | None:
        """The record in a row of the list, the newest first; None where it is not read yet."""
        block, place = divmod(number, BLOCK)
        rows = self._blocks.get(block)
        if rows is None:
            self._want(block)
            return None
        return rows[place] if place < len(rows) else None

    def give_out_proof(
        self,
        place: Place,
        path: Path,
        done: Callable[[], None],
        failed: Callable[[DeidError], None],
    ) -> None:
        """Write a proof that a record is in the log, to a new file."""
        self._desk.start(
            lambda desk: give_out_proof(desk, place.seq, path),
            lambda _: done(),
            failed,
            reaching=path,
        )

    def _begin(self) -> None:
        self._desk.start(_names, self._take_names, self.failed.emit)
        self._ask()

    def _take_names(self, names: tuple[dict[str, str], dict[str, str]]) -> None:
        self.policies, self.people = names
        self.changed.emit()

    def _ask(self) -> None:
        self._turn += 1
        self.index.ask(
            partial(_answer, self.query), partial(self._take, self._turn), self.failed.emit
        )

    def _take(self, turn: int, answer: _Answer) -> None:
        if turn != self._turn:
            return
        self.size, self.logs, self.count = answer.size, answer.logs, answer.count
        self.facets, self.weeks = answer.facets, answer.weeks
        self._blocks.clear()
        self._wanted.clear()
        self.changed.emit()

    def _want(self, block: int) -> None:
        if block in self._wanted:
            self._wanted.remove(block)
        self._wanted.append(block)
        # What was passed by in scrolling is not read.
        del self._wanted[:-4]
        self._read_next()

    def _read_next(self) -> None:
        if self._reading or not self._wanted:
            return
        self._reading = True
        block, query = self._wanted.pop(), self.query
        start = block * BLOCK
        self.index.ask(
            lambda browser: browser.rows(query, start, start + BLOCK),
            partial(self._take_rows, self._turn, block),
            self._fail_rows,
        )

    def _take_rows(self, turn: int, block: int, rows: tuple[Row, ...]) -> None:
        self._reading = False
        if turn == self._turn:
            while len(self._blocks) >= _KEPT:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[block] = rows
            self.rows_read.emit(block)
        self._read_next()

    def _fail_rows(self, error: DeidError) -> None:
        self._reading = False
        self._wanted.clear()
        self.failed.emit(error)


def _names(desk: officer.Desk) -> tuple[dict[str, str], dict[str, str]]:
    try:
        people = {one.id: one.name for one in desk.roles().people.values()}
    except AuditError:  # verifying says so; the ids of keys will do
        people = {}
    return policy_names(), people


def _answer(query: Query, browser: Browser) -> _Answer:
    whenever = replace(query, since=None, until=None)
    weeks = browser.trend(Query(), by=Dimension.EVENT).weeks
    return _Answer(
        size=browser.size,
        logs=browser.logs,
        count=browser.count(query),
        facets=browser.facets(query),
        weeks=browser.trend(whenever, by=Dimension.EVENT).over(weeks),
    )
