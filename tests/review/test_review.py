from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import review
from deid.audit.records import ReviewAct
from deid.datatypes import (
    Document,
    Dropped,
    DropReason,
    Finding,
    Redacted,
    Redaction,
    Resolution,
    Span,
)
from deid.labels import Label
from deid.review import MarkState, Review, Step

TEXT = "Ilse Testfall saw Dr. Mockridge on 11/03/2026 in Fictown, and Ilse left."
NAME = Finding(Span(0, 13), Label.PATIENT, 0.9, "model:0a1b2c3d")
DOCTOR = Finding(Span(22, 31), Label.DOCTOR, 0.8, "rule:name/title@1")
DATE = Finding(Span(35, 45), Label.DATE, 1.0, "rule:date/us@1")
CITY = Finding(Span(49, 56), Label.CITY, 0.3, "model:0a1b2c3d")
INNER = Finding(Span(0, 4), Label.PERSON, 0.6, "known")
RESOLUTION = Resolution(
    (NAME, DOCTOR, DATE),
    (
        Dropped(CITY, DropReason.BELOW_THRESHOLD),
        Dropped(INNER, DropReason.COVERED, NAME),
    ),
)


def begun() -> Review:
    return review.begin(Document(id="n", text=TEXT), RESOLUTION, reviewer="clerk")


def mark_of(state: Review, span: Span) -> review.Mark:
    return next(mark for mark in state.marks if mark.finding.span == span)


def test_a_review_without_acts_resolves_to_what_it_began_with() -> None:
    resolution = begun().resolution()
    assert resolution.kept == RESOLUTION.kept
    assert set(resolution.dropped) == set(RESOLUTION.dropped)


def test_a_rejected_finding_is_dropped_and_its_range_excused() -> None:
    state = begun()
    state = review.apply(state, review.reject(state, [mark_of(state, DATE.span)]))
    assert DATE not in state.resolution().kept
    assert Dropped(DATE, DropReason.REJECTED) in state.resolution().dropped
    assert state.rejected() == (DATE.span,)


def test_a_dropped_finding_may_be_accepted() -> None:
    state = begun()
    state = review.apply(state, review.accept(state, [mark_of(state, CITY.span)]))
    assert CITY in state.resolution().kept


def test_another_label_stands_in_the_place_of_the_finding() -> None:
    state = begun()
    act = review.relabel(state, [mark_of(state, DOCTOR.span)], Label.PERSON)
    state = review.apply(state, act)
    after = mark_of(state, DOCTOR.span)
    assert after.finding == Finding(DOCTOR.span, Label.PERSON, 1.0, "reviewer:clerk")
    assert Dropped(DOCTOR, DropReason.COVERED, after.finding) in state.resolution().dropped


def test_an_added_range_grows_over_what_it_touches() -> None:
    state = begun()
    state = review.apply(state, review.add(state, Span(10, 24), Label.PERSON))
    assert mark_of(state, Span(0, 31)).origins == (NAME, DOCTOR)
    assert [finding.span for finding in state.resolution().kept] == [Span(0, 31), DATE.span]


@pytest.mark.parametrize("span", [Span(3, 3), Span(70, len(TEXT) + 1)])
def test_a_range_must_lie_in_the_note(span: Span) -> None:
    with pytest.raises(ValueError, match="no range of the note"):
        review.add(begun(), span, Label.PERSON)


def test_accepting_a_rejected_range_takes_in_what_was_added_meanwhile() -> None:
    state = begun()
    state = review.apply(state, review.reject(state, [mark_of(state, NAME.span)]))
    state = review.apply(state, review.add(state, Span(5, 17), Label.PATIENT))
    rejected = next(mark for mark in state.marks if mark.state is MarkState.REJECTED)
    state = review.apply(state, review.accept(state, [rejected]))
    assert state.resolution().kept[0].span == Span(0, 17)


def test_what_the_residual_check_found_is_marked_in_the_note() -> None:
    state = begun()
    output = TEXT.replace("Ilse Testfall", "[PATIENT]").replace("Mockridge", "[DOCTOR]")
    made = (Redaction(NAME, "tag", Span(0, 9)), Redaction(DOCTOR, "tag", Span(18, 26)))
    at = output.index("Ilse")
    left = Finding(Span(at, at + 4), Label.PATIENT, 0.9, "residual:copy")
    state = review.apply(
        state, review.add_leftovers(state, Redacted("n", output, made, residual=(left,)))
    )
    added = next(mark for mark in state.marks if mark.state is MarkState.ADDED)
    assert added.finding.span.of(TEXT) == "Ilse"
    assert added.finding.span.start > 50


def test_decisions_are_carried_over_to_what_another_policy_keeps() -> None:
    state = begun()
    state = review.apply(state, review.reject(state, [mark_of(state, DATE.span)]))
    state = review.apply(state, review.accept(state, [mark_of(state, NAME.span)]))
    state = review.apply(state, review.add(state, Span(62, 66), Label.PERSON))
    resolution = Resolution((NAME, DOCTOR, DATE, CITY))
    fresh = review.begin(state.document, resolution, reviewer="clerk")
    carried = review.carry_over(state, fresh)
    states = {mark.finding.span: mark.state for mark in carried.marks}
    assert states == {
        NAME.span: MarkState.ACCEPTED,
        DOCTOR.span: MarkState.OPEN,
        DATE.span: MarkState.REJECTED,
        CITY.span: MarkState.OPEN,
        Span(62, 66): MarkState.ADDED,
    }
    assert carried.events[: len(state.events)] == state.events


def test_the_log_is_told_of_every_act_and_its_undoing() -> None:
    state = begun()
    act = review.relabel(state, [mark_of(state, DOCTOR.span)], Label.PERSON)
    for step in (Step.DONE, Step.UNDONE, Step.REDONE):
        state = review.apply(state, act, step=step)
    print_of = f"hmac-sha256:{'0' * 16}:{'0' * 64}"
    told = list(review.log_events(state, document=print_of))
    assert [event.act for event in told] == [ReviewAct.RELABEL, ReviewAct.UNDO, ReviewAct.REDO]
    assert [event.undone for event in told] == [None, ReviewAct.RELABEL, ReviewAct.RELABEL]
    assert [(event.label_before, event.label_after) for event in told] == [
        (Label.DOCTOR, Label.PERSON),
        (Label.PERSON, Label.DOCTOR),
        (Label.DOCTOR, Label.PERSON),
    ]
    assert {event.reviewer for event in told} == {"clerk"}


ACTS = st.tuples(
    st.sampled_from(["accept", "reject", "relabel", "add"]),
    st.lists(st.integers(0, 20), min_size=1, max_size=3),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 12),
    st.sampled_from([Label.PERSON, Label.DATE, Label.CITY]),
)


@given(st.lists(ACTS, max_size=15))
def test_undoing_all_acts_gives_back_the_very_same_state(
    acts: list[tuple[str, list[int], int, int, Label]],
) -> None:
    states = [begun()]
    done = []
    for kind, picks, start, length, label in acts:
        state = states[-1]
        chosen = list({state.marks[pick % len(state.marks)]: None for pick in picks})
        match kind:
            case "accept":
                act = review.accept(state, chosen)
            case "reject":
                act = review.reject(state, chosen)
            case "relabel":
                act = review.relabel(state, chosen, label)
            case _:
                act = review.add(state, Span(start, min(len(TEXT), start + length)), label)
        done.append(act)
        states.append(review.apply(state, act))
        kept = states[-1].resolution().kept
        assert all(a.span.end <= b.span.start for a, b in pairwise(kept))
    state = states.pop()
    while done:
        state = review.apply(state, done.pop(), step=Step.UNDONE)
        assert state.marks == states.pop().marks
