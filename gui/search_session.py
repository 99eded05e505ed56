"""Searching the note and the result: the presenter of the find bar. It knows no widget."""

from __future__ import annotations

import sys
from bisect import bisect_right
from functools import partial

from PySide6.QtCore import QObject, Signal

from deid import Span, search
from gui.jobs import Jobs
from gui.session import Session


class SearchSession(QObject):
    """What is searched for, and where it stands.

    Signals:
        changed: something else was found, or is looked at.
        failed: carries the `DeidError` that stopped a search.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, jobs: Jobs) -> None:
        super().__init__()
        self.in_note: tuple[Span, ...] = ()
        self.in_result: tuple[Span, ...] = ()
        self.current: int | None = None
        self._session = session
        self._jobs = jobs
        self._query = ""
        self._near = False
        self._asked = self._answered = self._step = 0
        self._unmarked: tuple[Span, ...] | None = None
        session.note_changed.connect(self._begin_anew)
        session.review_changed.connect(self._count_anew)
        session.result_changed.connect(self._again)

    def search(self, query: str, near: bool) -> None:
        """Look for these words, or what nearly are, in the note and in the result."""
        if (query, near) != (self._query, self._near):
            self._query, self._near = query, near
            self.current, self._step = None, 0
            self._again()

    def stop(self) -> None:
        """Look for nothing any more."""
        self.search("", self._near)

    def step(self, by: int) -> None:
        """Look at the next place in the note, or one before; once it is found, if need be."""
        if self._answered != self._asked:
            self._step = by
        elif self.in_note:
            at = -1 if self.current is None and by > 0 else self.current or 0
            self.current = (at + by) % len(self.in_note)
            self.changed.emit()

    @property
    def place(self) -> Span | None:
        """The place in the note that is looked at."""
        return self.in_note[self.current] if self.current is not None else None

    @property
    def unmarked(self) -> tuple[Span, ...]:
        """The places in the note that are not replaced as a whole yet."""
        # Kept while nothing changes: of thousands of places, each step to the next one asks.
        if self._unmarked is None:
            marks = self._session.marks
            taken = sorted(mark.finding.span for mark in marks if mark.state.replaced)
            found = (place for place in self.in_note if not _is_covered(place, taken))
            self._unmarked = tuple(found)
        return self._unmarked

    def _count_anew(self) -> None:
        self._unmarked = None

    def _begin_anew(self) -> None:
        """What was found in another note is nothing in this one."""
        self.in_note = self.in_result = ()
        self.current, self._step, self._unmarked = None, 0, None
        self.changed.emit()
        self._again()

    def _again(self) -> None:
        """Search what is on the desk now."""
        self._asked += 1
        if not self._query.strip():
            self._answered = self._asked
            if self.in_note or self.in_result:
                self._found(self._asked, ((), ()))
            return
        shown = self._session.shown
        result = shown.text if shown is not None else ""
        self._jobs.start(
            partial(_search, self._session.text, result, self._query, self._near),
            partial(self._found, self._asked),
            self.failed.emit,
        )

    def _found(self, asked: int, found: tuple[tuple[Span, ...], tuple[Span, ...]]) -> None:
        if asked == self._asked:
            self._answered, (self.in_note, self.in_result) = asked, found
            self._count_anew()
            if self.current is not None and self.current >= len(self.in_note):
                self.current = None
            self.changed.emit()
            by, self._step = self._step, 0
            if by:
                self.step(by)


def _search(
    text: str, result: str, query: str, near: bool
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    one, other = (search.find(place, query, near=near) for place in (text, result))
    return tuple(found.span for found in one), tuple(found.span for found in other)


def _is_covered(place: Span, taken: list[Span]) -> bool:
    """Whether one of these disjoint spans, in their order, covers a place."""
    at = bisect_right(taken, Span(place.start, sys.maxsize)) - 1
    return at >= 0 and taken[at].covers(place)
