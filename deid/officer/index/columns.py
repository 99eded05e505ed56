"""The records of the index in memory, as columns of numbers, and what can be asked of them.

What many records have in common (event, label, detector, policy, outcome, user, machine) is a row
of a small table of cells, and each record names its cell: a filter decides about cells, and goes
through the records once, by number. So no combination of filters is slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deid.officer.index.entry import milliseconds
from deid.officer.index.query import (
    Choice,
    Dimension,
    Facets,
    Place,
    Query,
    Series,
    Trend,
    Week,
    weeks_between,
)

Numbers: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.uint32]
Truths: TypeAlias = NDArray[np.bool_]

NONE: Final = 0
"""The code of a value that a record does not have."""

_WEEK: Final = 7 * 24 * 3600 * 1000
_FIRST_MONDAY: Final = date(1969, 12, 29)
_TO_MONDAY: Final = 3 * 24 * 3600 * 1000  # 1 January 1970 was a Thursday


@dataclass(frozen=True, slots=True)
class Cells:
    """What records have in common.

    Attributes:
        words: the values of all dimensions by code; the one at `NONE` is not used.
        codes: the code of each cell in each dimension.
    """

    words: Sequence[str]
    codes: Mapping[Dimension, Codes]

    def allowed(self, query: Query, *, but: Dimension | None = None) -> Truths | None:
        """Which cells the query lets through, or None for all.

        Args:
            query: what is wanted.
            but: what it says of this dimension does not count.
        """
        allowed: Truths | None = None
        for dimension in Dimension:
            values = query.of(dimension)
            if values is None or dimension is but:
                continue
            wanted = [code for code, word in enumerate(self.words) if code and word in values]
            some: Truths = np.isin(self.codes[dimension], wanted)
            allowed = some if allowed is None else allowed & some
        return allowed


@dataclass(frozen=True)
class Columns:
    """Records of one or several logs, in order, as it was at one moment.

    The order is that of the log; records of several logs are ordered by time, where a clock that
    went backwards counts as if it had stood still.

    Attributes:
        logs: names of the logs.
        log: which of them, by record.
        seq: number of the record in its log.
        time: milliseconds since 1970 by the clock of the record.
        cell: what it has in common with others.
        document: id of its document, 0 for none.
    """

    logs: tuple[str, ...]
    log: NDArray[np.uint16]
    seq: Numbers
    time: Numbers
    cell: Codes
    document: Codes
    cells: Cells

    def select(self, query: Query, document: int | None) -> Numbers:
        """Positions of the records that the query lets through, ascending.

        Args:
            query: what is wanted; its document is not looked at.
            document: id of the document that is wanted, `NONE` for one that no record has; None
                for any.
        """
        chosen = self._chosen(query, document, self.cells.allowed(query))
        return np.arange(len(self.seq)) if chosen is None else np.flatnonzero(chosen)

    def places(self, positions: Numbers) -> tuple[Place, ...]:
        """Where the records at these positions lie."""
        cells, words = self.cell[positions], self.cells.words
        found = zip(
            self.log[positions].tolist(),
            self.seq[positions].tolist(),
            self.cells.codes[Dimension.USER][cells].tolist(),
            self.cells.codes[Dimension.MACHINE][cells].tolist(),
            strict=True,
        )
        return tuple(
            Place(self.logs[log], seq, words[user], words[machine])
            for log, seq, user, machine in found
        )

    def count(self, query: Query, document: int | None) -> int:
        """How many records the query lets through."""
        allowed = self.cells.allowed(query)
        return int(_those(self._by_cell(query, document), allowed).sum())

    def facets(self, query: Query, document: int | None) -> Facets:
        """The values of each dimension, counted as if that dimension were not restricted."""
        by_cell = self._by_cell(query, document)
        return {
            dimension: self._choices(
                dimension, _those(by_cell, self.cells.allowed(query, but=dimension))
            )
            for dimension in Dimension
        }

    def trend(self, query: Query, document: int | None, *, by: Dimension) -> Trend:
        """The records that the query lets through, by week and by a value."""
        values, of_cell = np.unique(self.cells.codes[by], return_inverse=True)
        numbers, week = self._weeks
        allowed = self.cells.allowed(query)
        shape = (len(numbers), len(values))
        if self._chosen(query, document, None) is None and self._is_dense:
            counts = self._sum_of_weeks(allowed, of_cell, shape)
        else:
            chosen = self._chosen(query, document, allowed)
            those = slice(None) if chosen is None else np.flatnonzero(chosen)
            key = week[those] * shape[1] + of_cell.astype(np.int32)[self.cell[those]]
            counts = np.bincount(key, minlength=shape[0] * shape[1])
        words = [self.cells.words[code] for code in values]
        return _trend(numbers, counts.reshape(shape), words)

    def _sum_of_weeks(
        self, allowed: Truths | None, of_cell: Numbers, shape: tuple[int, int]
    ) -> Numbers:
        """Records by week and value, from those by week and cell."""
        cells = np.arange(self._cell_count) if allowed is None else np.flatnonzero(allowed)
        key = np.arange(shape[0])[:, np.newaxis] * shape[1] + of_cell[cells]
        counts = np.bincount(
            key.ravel(), self._by_week[:, cells].ravel(), minlength=shape[0] * shape[1]
        )
        return counts.astype(np.int64)

    @property
    def _is_dense(self) -> bool:
        """Whether counts by week and cell are fewer than the records."""
        return len(self._weeks[0]) * self._cell_count <= len(self.seq)

    @cached_property
    def _by_week(self) -> Numbers:
        """How many records there are in each week of each cell."""
        numbers, week = self._weeks
        key = week.astype(np.int64) * self._cell_count + self.cell
        counts = np.bincount(key, minlength=len(numbers) * self._cell_count)
        return counts.reshape(len(numbers), self._cell_count)

    @cached_property
    def _weeks(self) -> tuple[Numbers, NDArray[np.int32]]:
        """The weeks that there are, from that of 29 December 1969 on, and which by record."""
        week = (self.time + _TO_MONDAY) // _WEEK
        first = int(week.min(initial=0))
        there = np.zeros(int(week.max(initial=0)) - first + 1, np.bool_)
        there[week - first] = True
        place = (np.cumsum(there) - 1).astype(np.int32)
        return np.flatnonzero(there) + first, place[week - first]

    @cached_property
    def _totals(self) -> Numbers:
        return np.bincount(self.cell, minlength=self._cell_count)

    @property
    def _cell_count(self) -> int:
        return len(self.cells.codes[Dimension.EVENT])

    def _chosen(self, query: Query, document: int | None, allowed: Truths | None) -> Truths | None:
        """Which records are let through, or None for all."""
        parts: list[Truths] = []
        if query.since is not None:
            parts.append(self.time >= milliseconds(query.since))
        if query.until is not None:
            parts.append(self.time < milliseconds(query.until))
        if document is not None:
            parts.append((self.document == document) & (document != NONE))
        if allowed is not None:
            parts.append(allowed[self.cell])
        if not parts:
            return None
        chosen = parts[0]
        for part in parts[1:]:
            chosen &= part
        return chosen

    def _by_cell(self, query: Query, document: int | None) -> Numbers:
        """How many records of each cell the query lets through, whatever it says of cells."""
        chosen = self._chosen(query, document, None)
        if chosen is None:
            return self._totals
        return np.bincount(self.cell[chosen], minlength=self._cell_count)

    def _choices(self, dimension: Dimension, by_cell: Numbers) -> tuple[Choice, ...]:
        codes = self.cells.codes[dimension]
        counts = np.bincount(codes, weights=by_cell, minlength=len(self.cells.words))
        found = [
            Choice(self.cells.words[code], int(counts[code]))
            for code in np.flatnonzero(counts).tolist()
            if code != NONE
        ]
        return tuple(sorted(found, key=lambda choice: (-choice.count, choice.value)))


def _those(by_cell: Numbers, allowed: Truths | None) -> Numbers:
    return by_cell if allowed is None else by_cell * allowed


def _trend(numbers: Numbers, table: Numbers, words: Sequence[str]) -> Trend:
    """The trend in a table of counts, a row a week, a column a word."""
    found = {
        Week(_FIRST_MONDAY + timedelta(weeks=number)): row
        for number, row in zip(numbers.tolist(), table.tolist(), strict=True)
        if any(row)
    }
    weeks = weeks_between(tuple(found))
    none = (0,) * len(words)
    columns = zip(*(found.get(week, none) for week in weeks), strict=True)
    series = [
        Series(word, counts)
        for word, counts in zip(words, columns, strict=False)
        if word and any(counts)
    ]
    return Trend(weeks, tuple(sorted(series, key=lambda each: (-each.total, each.value))))
