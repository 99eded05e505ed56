from __future__ import annotations

from deid import review
from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.labels import Label
from deid.review import MarkState, Review, Step

TEXT = "Ilse Testfall saw Dr. Mockridge on 11/03/2026 in Fictown, and Ilse left."
NAME = Finding(Span(0, 13), Label.PATIENT, 0.99, "model:0a1b2c3d")
DOCTOR = Finding(Span(22, 31), Label.DOCTOR, 0.8, "rule:name/title@1")
DATE = Finding(Span(35, 45), Label.DATE, 1.0, "rule:date/us@1")
CITY = Finding(Span(49, 56), Label.CITY, 0.3, "model:0a1b2c3d")
AGAIN = Finding(Span(62, 66), Label.PATIENT, 0.2, "propagated")
RESOLUTION = Resolution((NAME, DOCTOR, DATE), (Dropped(CITY, DropReason.BELOW_THRESHOLD),))


def begun(resolution: Resolution = RESOLUTION, *, withheld: tuple[Finding, ...] = ()) -> Review:
    document = Document(id="n", text=TEXT)
    return review.begin(document, resolution, reviewer="clerk", withheld=withheld)


def mark_of(state: Review, span: Span) -> review.Mark:
    return next(mark for mark in state.marks if mark.finding.span == span)


def states(state: Review) -> dict[Span, MarkState]:
    return {mark.finding.span: mark.state for mark in state.marks}


def test_decisions_are_carried_over_to_what_another_policy_keeps() -> None:
    state = begun()
    state = review.apply(state, review.reject(state, [mark_of(state, DATE.span)]))
    state = review.apply(state, review.accept(state, [mark_of(state, NAME.span)]))
    state = review.apply(state, review.add(state, AGAIN.span, Label.PERSON))
    carried = review.carry_over(state, begun(Resolution((NAME, DOCTOR, DATE, CITY))))
    assert states(carried) == {
        NAME.span: MarkState.ACCEPTED,
        DOCTOR.span: MarkState.OPEN,
        DATE.span: MarkState.REJECTED,
        CITY.span: MarkState.OPEN,
        AGAIN.span: MarkState.ADDED,
    }
    assert carried.events[: len(state.events)] == state.events


def test_nothing_is_recorded_where_nothing_was_decided() -> None:
    assert review.carry_over(begun(), begun()) == begun()


def test_a_moved_edge_is_carried_over() -> None:
    state = begun()
    state = review.apply(state, review.move(state, mark_of(state, NAME.span), Span(0, 4)))
    carried = review.carry_over(state, begun())
    assert [one.span for one in carried.resolution().kept] == [Span(0, 4), DOCTOR.span, DATE.span]
    assert carried.rejected() == (Span(4, 13),)


def test_ranges_that_were_joined_stay_joined() -> None:
    state = begun()
    state = review.apply(state, review.add(state, Span(10, 24), Label.PERSON))
    carried = review.carry_over(state, begun())
    assert mark_of(carried, Span(0, 31)).origins == (NAME, DOCTOR)


def test_what_the_other_policy_keeps_beside_a_marked_range_is_taken_in() -> None:
    state = begun(Resolution())
    state = review.apply(state, review.add(state, Span(0, 4), Label.PERSON))
    state = review.apply(state, review.add(state, Span(5, 13), Label.PERSON))
    carried = review.carry_over(state, begun())
    assert carried.resolution().kept[0].span == NAME.span


def test_what_a_reviewer_has_seen_is_not_withheld_any_more() -> None:
    carried = review.carry_over(begun(), begun(withheld=(NAME,)))
    assert carried.withheld == ()
    assert states(carried)[NAME.span] is MarkState.OPEN


def test_what_a_reviewer_has_not_seen_stays_withheld() -> None:
    carried = review.carry_over(begun(withheld=(NAME,)), begun(withheld=(NAME,)))
    assert carried.withheld == (NAME,)
    assert NAME.span not in states(carried)


def test_suggestions_are_shown_and_replace_nothing() -> None:
    state = begun()
    act = review.suggest(state, Resolution((NAME, AGAIN)))
    shown = review.apply(state, act)
    mark = mark_of(shown, AGAIN.span)
    assert (mark.state, mark.reason) == (MarkState.DROPPED, DropReason.BELOW_THRESHOLD)
    assert shown.resolution().kept == state.resolution().kept
    assert review.apply(shown, act, step=Step.UNDONE).marks == state.marks


def test_no_suggestion_stands_where_there_is_a_mark_or_something_withheld() -> None:
    state = begun(withheld=(NAME,))
    assert review.suggest(state, Resolution((NAME, DOCTOR, CITY))).after == ()


def test_the_log_is_not_told_of_suggestions() -> None:
    state = begun()
    state = review.apply(state, review.suggest(state, Resolution((AGAIN,))))
    assert list(review.log_events(state, document="")) == []
