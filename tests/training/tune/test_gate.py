"""A model is promoted only where it is shown to be no worse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deid.evaluate.intervals import Interval
from deid.training.cohort.patients import Unit
from deid.training.tune.gate import (
    HELD_OUT_MARGIN,
    PRECISION_MARGIN,
    SHIPPED_MARGIN,
    gate,
)
from deid.training.tune.results import Change, Compared, Results

SURE = Interval(0.95, 0.94, 0.96)
BETTER = Interval(0.02, 0.01, 0.03)
SAME = Interval(0.0, -0.001, 0.001)


def results(recall: Interval, precision: Interval = SAME) -> Results:
    overall = Compared("all", 40, Change(SURE, SURE, recall), Change(SURE, SURE, precision))
    return Results(40, overall, (), (), ())


def test_a_better_model_passes() -> None:
    found = gate(shipped=results(SAME), held_out=results(BETTER))
    assert found.passed
    assert found.reasons == ()


@pytest.mark.parametrize(
    ("shipped", "held_out", "reason"),
    [
        (results(Interval(-0.02, -0.03, -SHIPPED_MARGIN)), results(BETTER), "recall on the ship"),
        (results(Interval(0.0, -0.03, 0.03)), results(BETTER), "recall on the shipped"),
        (
            results(SAME, Interval(-0.05, -PRECISION_MARGIN - 0.01, 0.0)), results(BETTER),
            "precision on the shipped",
        ),
        (results(SAME), results(Interval(-0.001, -0.002, 0.0)), "recall on the held-out"),
        (
            results(SAME), results(Interval(0.001, -HELD_OUT_MARGIN - 0.01, 0.03)),
            "recall on the held-out",
        ),
    ],
)  # fmt: skip
def test_a_worse_or_an_unsure_model_is_kept_aside(
    shipped: Results, held_out: Results, reason: str
) -> None:
    found = gate(shipped=shipped, held_out=held_out)
    assert not found.passed
    assert len(found.reasons) == 1
    assert found.reasons[0].startswith(reason)
    assert "points" in found.reasons[0]


def test_held_out_notes_are_not_called_patients() -> None:
    found = gate(shipped=results(SAME), held_out=results(SAME), unit=Unit.NOTE)
    assert "held-out notes" in found.checks[-1].reason
    assert "held-out patients" not in found.checks[-1].reason


def test_where_nothing_was_measured_nothing_is_shown() -> None:
    nothing = results(SAME)
    nothing = replace(nothing, overall=replace(nothing.overall, recall=None))
    found = gate(shipped=results(SAME), held_out=nothing)
    assert not found.passed
    assert "nothing to measure" in found.reasons[0]


def part(name: str, change: Interval) -> Compared:
    return Compared(name, 12, Change(SURE, SURE, change), None)


@pytest.mark.parametrize(
    "change",
    [
        Interval(-0.021, -0.05, -0.001),  # more than chance explains
        Interval(-0.11, -0.5, 0.2),  # so much that it does not matter
    ],
)
@pytest.mark.parametrize("where", ["shipped", "held_out"])
@pytest.mark.parametrize("kind", ["labels", "styles"])
def test_a_label_or_a_style_that_lost_much_keeps_a_model_aside(
    change: Interval, where: str, kind: str
) -> None:
    parts = (part("DATE", BETTER), part("MRN", change), part("ZIP", SAME))
    sets: dict[str, Any] = {"shipped": results(BETTER), "held_out": results(BETTER)}
    changes: dict[str, Any] = {kind: parts}
    sets[where] = replace(sets[where], **changes)
    found = gate(**sets)
    assert not found.passed
    (reason,) = found.reasons
    assert "MRN" in reason
    assert "shipped" in reason if where == "shipped" else "held-out patients" in reason


@pytest.mark.parametrize(
    "change",
    [
        Interval(-0.019, -0.03, -0.01),  # little
        Interval(-0.09, -0.2, 0.01),  # chance may explain it
    ],
)
def test_a_label_may_lose_little_or_by_chance(change: Interval) -> None:
    parts = (part("DATE", BETTER), part("MRN", change))
    found = gate(shipped=replace(results(SAME), labels=parts), held_out=results(BETTER))
    assert found.passed
    (check,) = [one for one in found.checks if "MRN" in one.what]
    assert check.change == change
    assert check.reason.startswith("recall of each label on the shipped notes (2, worst: MRN)")


def test_labels_without_a_mark_ask_for_nothing() -> None:
    empty = (Compared("MRN", 3, None, None),)
    found = gate(shipped=replace(results(SAME), labels=empty), held_out=results(BETTER))
    assert found.passed
    assert len(found.checks) == 3
