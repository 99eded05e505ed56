from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies

from deid.audit.keys import Keys
from deid.datatypes import Document, Resolution, Span
from deid.errors import WorklistUnusable
from deid.labels import Label
from deid.review import Review, Step, accept, add, apply, begin, reject, to_json
from deid.worklist.history import History
from deid.worklist.items import ItemState
from deid.worklist.store import Worklist

SHA, MADE = "a" * 64, "b" * 64


def keep(worklist: Worklist, note: Document, review: Review) -> int:
    item = worklist.add_text(note.text)
    worklist.keep_review(item.id, review, content=SHA, made_with=MADE)
    return item.id


def test_a_review_is_there_again_with_every_step(
    home: Path, keys: Keys, note: Document, review: Review
) -> None:
    with Worklist.open(home, keys=keys) as worklist:
        id_ = keep(worklist, note, review)
        for act, step in [
            (first := accept(review, review.marks[:2]), Step.DONE),
            (first, Step.UNDONE),
            (first, Step.REDONE),
            (reject(review, review.marks[2:3]), Step.DONE),
        ]:
            review = apply(review, act, step=step)
            worklist.keep_step(id_, act, step)
    with Worklist.open(home, keys=keys) as worklist:
        kept = worklist.review(id_, note, content=SHA)
    assert kept is not None
    assert kept.review == review
    assert to_json(kept.review) == to_json(review)
    assert (kept.content, kept.made_with) == (SHA, MADE)


def test_a_note_without_a_review_has_none(worklist: Worklist, note: Document) -> None:
    assert worklist.review(worklist.add_text(note.text).id, note, content=SHA) is None


def test_undoing_goes_on_over_notes_after_reopening(
    home: Path, keys: Keys, note: Document, review: Review
) -> None:
    with Worklist.open(home, keys=keys) as worklist:
        ids = [keep(worklist, note, review) for _ in range(2)]
        acts = [accept(review, review.marks[:1]), reject(review, review.marks[1:2])]
        for id_, act in zip(ids, acts, strict=True):
            worklist.keep_step(id_, act, Step.DONE)
    with Worklist.open(home, keys=keys) as worklist:
        history = worklist.history()
        assert history == History().push(ids[0], acts[0]).push(ids[1], acts[1])
        while history.done:
            history, entry = history.undo()
            worklist.keep_step(entry.item, entry.act, Step.UNDONE)
        assert worklist.history() == history
        for id_ in ids:
            kept = worklist.review(id_, note, content=SHA)
            assert kept is not None
            assert kept.review.marks == review.marks
            assert len(kept.review.events) == 2


def test_a_new_examination_forgets_the_steps_of_that_note_alone(
    worklist: Worklist, note: Document, review: Review
) -> None:
    one, other = keep(worklist, note, review), keep(worklist, note, review)
    act = accept(review, review.marks)
    for id_ in (one, other):
        worklist.keep_step(id_, act, Step.DONE)
    worklist.keep_review(one, review, content="c" * 64, made_with=MADE)
    assert worklist.history() == History().push(other, act)
    kept = worklist.review(one, note, content="c" * 64)
    assert kept is not None
    assert (kept.review, kept.content) == (review, "c" * 64)
    worklist.remove([other])
    assert worklist.history() == History()


_moves = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(["push", "push", "push", "undo", "undo", "redo", "anew"]),
        strategies.integers(0, 2),
        strategies.integers(0, 70),
    ),
    max_size=40,
)


@settings(max_examples=15)
@given(_moves)
def test_whatever_is_done_the_file_holds_the_same_as_memory(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, int, int]]
) -> None:
    home = tmp_path_factory.mktemp("user") / "home"
    keys = Keys.open(home)
    note = Document("n", "x" * 80)
    fresh = begin(note, Resolution(), reviewer="rkoch")
    with Worklist.open(home, keys=keys) as worklist:
        ids = [keep(worklist, note, fresh) for _ in range(3)]
        reviews, history = dict.fromkeys(ids, fresh), History()
        for move, which, start in moves:
            id_ = ids[which]
            if move == "anew":
                worklist.keep_review(id_, fresh, content=SHA, made_with=MADE)
                reviews[id_], history = fresh, history.forget([id_])
                continue
            if move == "push":
                act, step = add(reviews[id_], Span(start, start + 9), Label.DATE), Step.DONE
                history = history.push(id_, act)
            elif move == "undo" and history.done:
                history, entry = history.undo()
                id_, act, step = entry.item, entry.act, Step.UNDONE
            elif move == "redo" and history.undone:
                history, entry = history.redo()
                id_, act, step = entry.item, entry.act, Step.REDONE
            else:
                continue
            reviews[id_] = apply(reviews[id_], act, step=step)
            worklist.keep_step(id_, act, step)
    with Worklist.open(home, keys=keys) as worklist:
        assert worklist.history() == history
        for id_, review in reviews.items():
            kept = worklist.review(id_, note, content=SHA)
            assert kept is not None
            assert kept.review == review


def test_a_review_of_another_text_is_told(
    worklist: Worklist, note: Document, review: Review
) -> None:
    id_ = keep(worklist, note, review)
    with pytest.raises(WorklistUnusable, match="add it anew"):
        worklist.review(id_, Document("other", "Stable."), content=SHA)


def test_steps_that_do_not_follow_each_other_are_told(
    worklist: Worklist, note: Document, review: Review
) -> None:
    id_ = keep(worklist, note, review)
    act = accept(review, review.marks[:1])
    worklist.keep_step(id_, act, Step.DONE)
    worklist.keep_step(id_, act, Step.DONE)
    with pytest.raises(WorklistUnusable, match="add it anew"):
        worklist.review(id_, note, content=SHA)


def test_no_review_is_kept_of_a_note_that_is_gone(
    worklist: Worklist, note: Document, review: Review
) -> None:
    id_ = keep(worklist, note, review)
    worklist.remove([id_])
    with pytest.raises(WorklistUnusable, match="open it anew"):
        worklist.keep_step(id_, accept(review, review.marks[:1]), Step.DONE)
    with pytest.raises(WorklistUnusable, match=f"no note {id_}"):
        worklist.keep_review(id_, review, content=SHA, made_with=MADE)


def test_two_windows_do_not_write_into_one_review(
    home: Path, keys: Keys, worklist: Worklist, note: Document, review: Review
) -> None:
    id_ = keep(worklist, note, review)
    other_id = keep(worklist, note, review)
    act, later = accept(review, review.marks[:1]), reject(review, review.marks[:1])
    with Worklist.open(home, keys=keys) as second:
        seen = worklist.version()
        assert second.review(id_, note, content=SHA) is not None
        second.keep_step(id_, act, Step.DONE)
        assert worklist.version() != seen
        with pytest.raises(WorklistUnusable, match="elsewhere"):
            worklist.keep_step(id_, later, Step.DONE)
        worklist.keep_step(other_id, act, Step.DONE)
    kept = worklist.review(id_, note, content=SHA)
    assert kept is not None
    after = reject(kept.review, kept.review.marks[:1])
    worklist.keep_step(id_, after, Step.DONE)
    again = worklist.review(id_, note, content=SHA)
    assert again is not None
    assert again.review == apply(kept.review, after)


def test_a_note_that_was_done_keeps_its_review_until_it_is_cleared(
    worklist: Worklist, note: Document, review: Review
) -> None:
    id_ = keep(worklist, note, review)
    worklist.set_state(id_, ItemState.DONE)
    assert worklist.review(id_, note, content=SHA) is not None
    worklist.clear_finished()
    assert worklist.review(id_, note, content=SHA) is None


_REVIEWER = """
import os, signal, sys
from pathlib import Path
from deid.audit.keys import Keys
from deid.datatypes import Document, Resolution, Span
from deid.labels import Label
from deid.review import Step, add, apply, begin
from deid.worklist.store import Worklist

home = Path(sys.argv[1])
note = Document("n", "x" * 5000)
worklist = Worklist.open(home, keys=Keys.open(home))
item = worklist.add_text(note.text)
review = begin(note, Resolution(), reviewer="rkoch")
worklist.keep_review(item.id, review, content="a" * 64, made_with="b" * 64)
for start in range(0, 5000, 10):
    act = add(review, Span(start, start + 5), Label.DATE)
    review = apply(review, act)
    worklist.keep_step(item.id, act, Step.DONE)
    print(start, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_every_step_that_was_kept_is_there_after_a_kill(home: Path, keys: Keys) -> None:
    note = Document("n", "x" * 5000)
    for lines in (1, 7, 40):
        command = [sys.executable, "-c", _REVIEWER, str(home)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = [int(process.stdout.readline()) for _ in range(lines)]
            process.send_signal(signal.SIGKILL)
            told += [int(line) for line in process.stdout.read().splitlines()]
        assert process.returncode == -signal.SIGKILL
        with Worklist.open(home, keys=keys) as worklist:
            kept = worklist.review(worklist.items()[-1].id, note, content=SHA)
        assert kept is not None
        starts = [mark.finding.span.start for mark in kept.review.marks]
        # One more may have been kept, and not told yet, when the process died.
        assert starts[: len(told)] == told
        assert len(starts) <= len(told) + 1
        assert len(told) < 500


def test_a_review_of_other_bytes_is_none(
    worklist: Worklist, note: Document, review: Review
) -> None:
    id_ = worklist.add_text(note.text).id
    worklist.keep_review(id_, review, content=SHA, made_with=MADE)
    assert worklist.review(id_, note, content=SHA) is not None
    assert worklist.review(id_, note, content="0" * 64) is None
