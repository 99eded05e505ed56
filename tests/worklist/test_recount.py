"""Uncertain findings are counted anew without the text of the note."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from deid.datatypes import Document
from deid.errors import WorklistUnusable
from deid.policy import load_policy
from deid.review import Review, Standard, Step, accept, apply, reject
from deid.worklist.items import Item, ItemState
from deid.worklist.store import Worklist

POLICY = load_policy("safe-harbor")


def standard(certain_from: float) -> Standard:
    return Standard(POLICY, certain_from)


@pytest.fixture
def kept(worklist: Worklist, note: Document, review: Review) -> Callable[..., Item]:
    """Keeps the review of a note, and says how far the note is."""

    def keep(state: ItemState, **facts: object) -> Item:
        item = worklist.add_text(note.text)
        worklist.keep_review(item.id, review, content="a" * 64, made_with="b" * 64)
        return worklist.set_state(item.id, state, **facts)

    return keep


def test_a_note_needs_review_from_the_threshold_at_which_a_finding_is_uncertain(
    worklist: Worklist, kept
) -> None:
    item = kept(ItemState.READY, marks=4, uncertain=0, certain_from=0.5)
    for certain_from, uncertain, state in [
        (0.7, 1, ItemState.REVIEW),
        (0.95, 2, ItemState.REVIEW),
        (1.0, 3, ItemState.REVIEW),
        (0.6, 0, ItemState.READY),
    ]:
        (now,) = worklist.recount({item.id: standard(certain_from)})
        assert (now.uncertain, now.state) == (uncertain, state)
        assert (now.certain_from, now.marks) == (certain_from, 4)
        assert worklist.items() == (now,)


def test_what_is_counted_is_what_the_whole_review_gives(
    worklist: Worklist, note: Document, review: Review, kept
) -> None:
    random = Random(7)
    item, now = kept(ItemState.READY), review
    done: list[object] = []
    for _ in range(60):
        if done and random.random() < 0.4:
            act, step = done.pop(), Step.UNDONE
        else:
            marks = [random.choice(now.marks)]
            act, step = random.choice([accept, reject])(now, marks), Step.DONE
            done.append(act)
        now = apply(now, act, step=step)
        worklist.keep_step(item.id, act, step)
        wanted = standard(random.choice([0.5, 0.7, 0.95, 1.0]))
        (counted,) = worklist.recount({item.id: wanted})
        assert counted.uncertain == wanted.tally(now.marks).uncertain


@pytest.mark.parametrize(
    "state", [ItemState.WAITING, ItemState.DONE, ItemState.REFUSED], ids=lambda state: state.value
)
def test_only_notes_that_are_examined_and_not_done_are_counted(
    worklist: Worklist, kept, state: ItemState
) -> None:
    item = kept(state)
    assert worklist.recount({item.id: standard(1.0)}) == ()
    assert worklist.items() == (item,)


def test_a_note_that_is_being_saved_or_gone_or_has_no_review_is_left_out(
    worklist: Worklist, kept, tmp_path: Path
) -> None:
    saving = kept(ItemState.READY, saving=tmp_path / "out.txt")
    bare = worklist.set_state(worklist.add_text("Call").id, ItemState.READY)
    assert worklist.recount(dict.fromkeys([saving.id, bare.id, 99], standard(1.0))) == ()
    assert worklist.items() == (saving, bare)


def test_a_note_whose_result_is_refused_stays_in_review(worklist: Worklist, kept) -> None:
    item = kept(ItemState.REVIEW, uncertain=0, certain_from=0.5)
    (now,) = worklist.recount({item.id: standard(0.55)})
    assert (now.uncertain, now.state) == (0, ItemState.REVIEW)


def test_one_that_cannot_be_read_leaves_all_as_they_are(worklist: Worklist, kept) -> None:
    first, spoilt = kept(ItemState.READY), kept(ItemState.READY)
    table = worklist._table
    with table.writing() as connection:
        sealed = table.seal(["a", "b", "{}"], place=f"reviews.snapshot/{spoilt.id}")
        connection.execute("UPDATE reviews SET snapshot = ? WHERE item = ?", (sealed, spoilt.id))
    with pytest.raises(WorklistUnusable, match=f"note {spoilt.id}"):
        worklist.recount(dict.fromkeys([first.id, spoilt.id], standard(1.0)))
    assert worklist.items() == (first, spoilt)
