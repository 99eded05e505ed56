from __future__ import annotations

import pytest
from hypothesis import given, strategies

from deid.datatypes import Finding, Span
from deid.labels import Label
from deid.review import Act, ActKind, Mark, MarkState, Step
from deid.worklist.history import Entry, History, fold


def act(number: int) -> Act:
    finding = Finding(Span(number, number + 1), Label.DATE, 1.0, "reviewer:rkoch")
    return Act(ActKind.ADD, (), (Mark(finding, MarkState.ADDED),))


def test_acts_are_taken_back_and_done_again_over_notes() -> None:
    history = History().push(1, act(1)).push(2, act(2)).push(1, act(3))
    history, last = history.undo()
    history, second = history.undo()
    assert (last, second) == (Entry(1, act(3)), Entry(2, act(2)))
    history, again = history.redo()
    assert again == second
    assert history == History((Entry(1, act(1)), second), (last,))
    assert history.push(3, act(4)) == History((Entry(1, act(1)), second, Entry(3, act(4))))


def test_nothing_can_be_taken_back_before_anything_was_done() -> None:
    with pytest.raises(ValueError, match="take back"):
        History().undo()
    with pytest.raises(ValueError, match="do again"):
        History().push(1, act(1)).redo()


_what = strategies.sampled_from(["push", "push", "push", "undo", "undo", "redo", "forget"])


@given(strategies.lists(strategies.tuples(_what, strategies.integers(0, 3)), max_size=60))
def test_the_steps_kept_on_disk_give_the_same_history(moves: list[tuple[str, int]]) -> None:
    """Forgotten steps stay as rows without an act, so that no redo comes back to life."""
    history, rows = History(), []
    for number, (move, item) in enumerate(moves):
        if move == "push":
            history = history.push(item, act(number))
            rows.append((item, act(number), Step.DONE))
        elif move == "undo" and history.done:
            history, entry = history.undo()
            rows.append((entry.item, entry.act, Step.UNDONE))
        elif move == "redo" and history.undone:
            history, entry = history.redo()
            rows.append((entry.item, entry.act, Step.REDONE))
        elif move == "forget":
            history = history.forget([item])
            rows = [(own, None if own == item else kept, step) for own, kept, step in rows]
    assert fold(rows) == history
