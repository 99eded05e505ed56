"""Marks: findings as a reviewer sees them, and ordered tuples of them (pure)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from deid.datatypes import DropReason, Finding, Span
from deid.labels import Label

FEW: Final = 64
"""Up to so many marks are looked up one by one; more of them in one pass over all."""


REVIEWER: Final = "reviewer:"
"""How the detector of a reviewer's own finding begins."""


class MarkState(StrEnum):
    """What stands about a finding. `OPEN`, `ACCEPTED`, `CHANGED` and `ADDED` are replaced."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    ADDED = "added"
    REJECTED = "rejected"
    DROPPED = "dropped"

    @property
    def replaced(self) -> bool:
        """Whether the range will be replaced in the output."""
        return self is not MarkState.REJECTED and self is not MarkState.DROPPED


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding as the reviewer sees it.

    Attributes:
        finding: where and what.
        state: what was decided, by the detectors or by the reviewer.
        reason: why the detectors' finding was dropped; `None` unless `DROPPED`.
        origins: the detectors' findings in whose place this one stands.
    """

    finding: Finding
    state: MarkState
    reason: DropReason | None = None
    origins: tuple[Finding, ...] = ()

    @property
    def found(self) -> tuple[Finding, ...]:
        """What the detectors found here, as far as the mark stands for it."""
        is_own = self.finding.detector.startswith(REVIEWER)
        return self.origins if is_own else (*self.origins, self.finding)


def in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks in the order of the text; the order is total, so it does not depend on the input's."""
    return tuple(sorted(marks, key=_order))


def touched(marks: Sequence[Mark], span: Span) -> tuple[Mark, ...]:
    """The replaced marks that overlap a span.

    Args:
        marks: in order; those that are replaced are disjoint.
        span: where.
    """
    found = []
    for index in range(bisect_left(marks, span.end, key=_start) - 1, -1, -1):
        mark = marks[index]
        if mark.state.replaced:
            if mark.finding.span.end <= span.start:
                break
            found.append(mark)
    return tuple(reversed(found))


def standing_at(marks: Sequence[Mark], span: Span) -> tuple[Mark, ...]:
    """The marks whose span is exactly this one.

    Args:
        marks: in order.
        span: where.
    """
    found = []
    for index in range(bisect_left(marks, (span.start, span.end), key=_place), len(marks)):
        if marks[index].finding.span != span:
            break
        found.append(marks[index])
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What some marks have in place of others. There may be thousands of both, and few differ.

    Attributes:
        before: the marks as they were.
        after: as they are now.
        gone: which of `before` went, in order; those very objects.
        come: which came, in order.
    """

    before: tuple[Mark, ...] = field(repr=False)
    after: tuple[Mark, ...] = field(repr=False)
    gone: tuple[Mark, ...]
    come: tuple[Mark, ...]

    def leads(self, before: Sequence[Mark], after: Sequence[Mark]) -> bool:
        """Whether it is the change from the one to the other: these very objects."""
        return self.before is before and self.after is after


def swapped(marks: tuple[Mark, ...], before: Sequence[Mark], after: Sequence[Mark]) -> Change:
    """Marks, in order, with some in the place of others.

    Raises:
        ValueError: one of `before` is not there.
    """
    if len(before) + len(after) > FEW:
        left, gone = _parted(marks, in_order(before))
        return Change(marks, in_order([*left, *after]), tuple(gone), in_order(after))
    left = list(marks)
    gone = [
        left.pop(left.index(mark, bisect_left(left, _start(mark), key=_start))) for mark in before
    ]
    for mark in after:
        # Only those that start at the same place are worth comparing in full.
        low, high = (
            bisect(left, _start(mark), key=_start) for bisect in (bisect_left, bisect_right)
        )
        insort(left, mark, low, high, key=_order)
    return Change(marks, tuple(left), in_order(gone), in_order(after))


def _parted(marks: Iterable[Mark], going: Sequence[Mark]) -> tuple[list[Mark], list[Mark]]:
    """The marks that stay, and those that are among the ones to go, which are in order too."""
    left: list[Mark] = []
    gone: list[Mark] = []
    for mark in marks:
        at = len(gone)
        if at < len(going) and (mark is going[at] or mark == going[at]):
            gone.append(mark)
        else:
            left.append(mark)
    if len(gone) < len(going):
        raise ValueError("the review does not hold a mark that was to give way")
    return left, gone


def _start(mark: Mark) -> int:
    return mark.finding.span.start


def _place(mark: Mark) -> tuple[int, int]:
    return mark.finding.span.start, mark.finding.span.end


_Key = tuple[int, int, Label, str, float]


def _order(mark: Mark) -> tuple[_Key, MarkState, str, tuple[_Key, ...]]:
    # Total, so that undoing gives back the very same tuple.
    origins = tuple(map(_finding_order, mark.origins))
    return (_finding_order(mark.finding), mark.state, mark.reason or "", origins)


def _finding_order(finding: Finding) -> _Key:
    span = finding.span
    return (span.start, span.end, finding.label, finding.detector, finding.score)
