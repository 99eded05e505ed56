"""Which of many ranges, overlapping as they like, overlaps another one (pure)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from deid.datatypes import Span


class Overlaps:
    """Looks up the first of some ranges that overlaps a given one.

    Args:
        spans: in order.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        # Where the furthest end passes a place, that range is the first to reach beyond it.
        self._furthest = list(accumulate((span.end for span in spans), max))

    def first(self, span: Span) -> int | None:
        """The number of the first range that overlaps this one; None: none does."""
        index = bisect_right(self._furthest, span.start)
        if index == len(self._spans) or not self._spans[index].overlaps(span):
            return None
        return index
