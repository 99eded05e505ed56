from __future__ import annotations

import pytest

from deid import review
from deid.audit.records import ReviewAct, ReviewActed, ReviewFinished
from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.labels import Label
from deid.policy import load_policy
from deid.review import Act, Finished, Review, Standard, Step

TEXT = "Ilse Testfall saw Dr. Mockridge on 11/03/2026 in Fictown, and Ilse left."
NAME = Finding(Span(0, 13), Label.PATIENT, 0.9, "model:0a1b2c3d")
DOCTOR = Finding(Span(22, 31), Label.DOCTOR, 0.8, "rule:name/title@1")
CITY = Finding(Span(49, 56), Label.CITY, 0.3, "model:0a1b2c3d")
RESOLUTION = Resolution((NAME, DOCTOR), (Dropped(CITY, DropReason.BELOW_THRESHOLD),))
PRINT = f"hmac-sha256:{'0' * 16}:{'0' * 64}"
STANDARD = Standard(load_policy(), 0.85)


def begun() -> Review:
    return review.begin(Document(id="n", text=TEXT), RESOLUTION, reviewer="clerk")


def told(act: Act, *steps: Step) -> list[ReviewActed]:
    state = begun()
    for step in (Step.DONE, *steps):
        state = review.apply(state, act, step=step)
    return [one for one in review.log_events(state, document=PRINT) if isinstance(one, ReviewActed)]


def test_a_move_is_told_with_both_places() -> None:
    state = begun()
    act = review.move(state, state.marks[0], Span(0, 17))
    done, undone, redone = told(act, Step.UNDONE, Step.REDONE)
    there, back = (Span(0, 13), Span(0, 17)), (Span(0, 17), Span(0, 13))
    assert (done.act, done.undone) == (ReviewAct.MOVE, None)
    assert (undone.act, undone.undone) == (ReviewAct.UNDO, ReviewAct.MOVE)
    assert (redone.act, redone.undone) == (ReviewAct.REDO, ReviewAct.MOVE)
    assert [(one.span, one.span_after) for one in (done, undone, redone)] == [there, back, there]
    assert {one.label_before for one in (done, undone, redone)} == {Label.PATIENT}


def test_of_a_move_the_mark_that_moved_is_told() -> None:
    state = begun()
    doctor = state.marks[1]
    (event,) = told(review.move(state, doctor, Span(5, 31)))
    assert (event.span, event.span_after) == (DOCTOR.span, Span(0, 31))
    assert (event.label_before, event.label_after) == (Label.DOCTOR, Label.DOCTOR)


def test_an_act_on_many_places_is_told_of_each() -> None:
    act = review.add_all(begun(), Span(62, 66), Label.PERSON)
    assert [event.span for event in told(act)] == [Span(62, 66)]
    state = begun()
    act = review.accept(state, state.marks)
    assert [event.span for event in told(act)] == [NAME.span, DOCTOR.span, CITY.span]
    assert [event.label_before for event in told(act)] == [
        Label.PATIENT,
        Label.DOCTOR,
        Label.CITY,
    ]


def test_a_finished_review_is_told_after_its_acts() -> None:
    state = begun()
    state = review.apply(state, review.accept(state, state.marks[:1]))
    state = review.finish(state, standard=STANDARD)
    assert state.finished == Finished(replaced=2, uncertain_left=1, certain_from=0.85)
    last = list(review.log_events(state, document=PRINT))[-1]
    assert last == ReviewFinished(PRINT, "clerk", replaced=2, uncertain_left=1, certain_from=0.85)


@pytest.mark.parametrize("step", [Step.DONE, Step.REDONE])
def test_another_act_takes_back_that_a_review_was_finished(step: Step) -> None:
    state = review.finish(begun(), standard=STANDARD)
    state = review.apply(state, review.accept(state, state.marks[:1]), step=step)
    assert state.finished is None
    events = review.log_events(state, document=PRINT)
    assert not any(isinstance(event, ReviewFinished) for event in events)
