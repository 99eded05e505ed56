"""Whether a tuned model may take the place of the one in use. Pure.

It must be no worse than the other on the notes that come with the program, by more than a margin
that is settled here, and find no less in the site's held-out patients. A small set of notes cannot
show this, and then the model is kept aside: what is not shown does not count.

Of a single label or style there are too few notes to show that, and so many labels that chance
alone would fail some. So each may lose little, whatever the interval; and no more than a margin
where the whole interval lies below zero. Each model is measured at its own operating points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from deid.evaluate.intervals import Interval
from deid.training.cohort.patients import Unit
from deid.training.tune.results import Change, Compared, Results

SHIPPED_MARGIN: Final = 0.01
"""How much less of the characters of identifiers may be found in the shipped notes, at most: the
interval of the difference must lie above."""
PRECISION_MARGIN: Final = 0.03
"""The same for how many of the characters removed are identifiers."""
HELD_OUT_MARGIN: Final = 0.02
"""How much less may be found in the site's held-out patients as far as the interval says; the
difference itself must not be below zero."""

PART_MARGIN: Final = 0.02
"""How much less of one label, or in notes of one style, may be found where the whole interval of
the difference lies below zero."""
MOST_LOST: Final = 0.1
"""How much less in any case."""

_HELD_OUT: Final = {
    Unit.PATIENT: "recall on the held-out patients",
    Unit.NOTE: "recall on the held-out notes (others of the same patients may be learnt from)",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One condition.

    Attributes:
        what: is compared, in a few words.
        passed: whether it holds.
        margin: by how much the interval's lower end may lie below zero, as a share; of a single
            label or style, the difference itself, where the whole interval lies below.
        change: the difference with its interval; None where there was nothing to measure.
    """

    what: str
    passed: bool
    margin: float
    change: Interval | None

    @property
    def reason(self) -> str:
        """It in words, with the figures."""
        verdict = "holds" if self.passed else "does not hold"
        if self.change is None:
            return f"{self.what}: {verdict}: there was nothing to measure"
        value, low, high = (100 * one for one in (
            self.change.value, self.change.low, self.change.high
        ))  # fmt: skip
        return (
            f"{self.what}: {verdict}: {value:+.2f} points (95 % interval {low:+.2f} to "
            f"{high:+.2f}; margin {100 * self.margin:.1f})"
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """What was asked of a model.

    Attributes:
        checks: all conditions.
    """

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether the model may be promoted."""
        return all(check.passed for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why not, in words; empty where it may."""
        return tuple(check.reason for check in self.checks if not check.passed)


def gate(*, shipped: Results, held_out: Results, unit: Unit = Unit.PATIENT) -> Gate:
    """Ask everything of a model.

    Args:
        shipped: on the notes that come with the program and that no model has learnt from.
        held_out: on what the site held out.
        unit: that was held out.
    """
    return Gate(
        (
            _no_worse("recall on the shipped notes", shipped.overall.recall, SHIPPED_MARGIN),
            _no_worse(
                "precision on the shipped notes", shipped.overall.precision, PRECISION_MARGIN
            ),
            _no_worse(_HELD_OUT[unit], held_out.overall.recall, HELD_OUT_MARGIN, least=0.0),
            *_no_part_worse("label", "on the shipped notes", shipped.labels),
            *_no_part_worse("style", "on the shipped notes", shipped.styles),
            *_no_part_worse("label", f"on the held-out {unit}s", held_out.labels),
            *_no_part_worse("style", f"on the held-out {unit}s", held_out.styles),
        )
    )


def _no_worse(
    what: str, found: Change | None, margin: float, *, least: float | None = None
) -> Check:
    """Whether the interval lies above the margin, and the difference is at least `least`."""
    if found is None:
        return Check(what, False, margin, None)
    change = found.change
    passed = change.low >= -margin and (least is None or change.value >= least)
    return Check(what, passed, margin, change)


def _no_part_worse(kind: str, where: str, parts: Sequence[Compared]) -> Iterator[Check]:
    """Each part that lost too much; or one condition that holds, with the part that lost most."""
    measured = [(one, one.recall.change) for one in parts if one.recall is not None]
    failed = [pair for pair in measured if _lost(pair[1])]
    for one, change in failed:
        yield Check(f"recall of {kind} {one.name} {where}", False, PART_MARGIN, change)
    if measured and not failed:
        worst, change = min(measured, key=lambda pair: pair[1].value)
        what = f"recall of each {kind} {where} ({len(measured)}, worst: {worst.name})"
        yield Check(what, True, PART_MARGIN, change)


def _lost(change: Interval) -> bool:
    return change.value < -MOST_LOST or (change.value < -PART_MARGIN and change.high < 0)
