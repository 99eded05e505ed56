from __future__ import annotations

from typing import Any

import pytest

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


def test_accepting_keeps_what_the_detectors_said_of_a_range_that_grew() -> None:
    state = begun()
    state = review.apply(state, review.add(state, Span(50, 58), Label.HOSPITAL))
    state = review.apply(state, review.accept(state, [mark_of(state, CITY.span)]))
    grown = mark_of(state, Span(49, 58))
    assert grown.finding.label is Label.CITY
    assert Dropped(CITY, DropReason.COVERED, grown.finding) in state.resolution().dropped


def test_a_range_may_be_marked_again_after_it_was_rejected() -> None:
    state = begun()
    state = review.apply(state, review.reject(state, [mark_of(state, DATE.span)]))
    state = review.apply(state, review.add(state, DATE.span, Label.DATE))
    assert [m.state for m in state.marks if m.finding.span == DATE.span] == [MarkState.ADDED]
    assert state.rejected() == ()


def test_what_is_chosen_twice_is_changed_once() -> None:
    state = begun()
    mark = mark_of(state, NAME.span)
    for act in (review.accept(state, [mark, mark]), review.reject(state, [mark, mark])):
        assert (act.before, len(act.after)) == ((mark,), 1)


def test_accepting_what_is_accepted_changes_nothing() -> None:
    state = begun()
    state = review.apply(state, review.accept(state, state.marks))
    assert review.accept(state, state.marks) == review.Act(review.ActKind.ACCEPT, (), ())


def test_an_act_on_marks_that_are_gone_is_refused() -> None:
    state = begun()
    act = review.reject(state, [mark_of(state, NAME.span)])
    state = review.apply(state, act)
    with pytest.raises(ValueError, match="not"):
        review.apply(state, act)


def test_an_act_on_many_marks_that_are_gone_is_refused() -> None:
    findings = tuple(Finding(Span(n, n + 1), Label.PERSON, 0.9, "known") for n in range(100))
    document = Document(id="n", text="x" * 100)
    state = review.begin(document, Resolution(findings), reviewer="clerk")
    act = review.reject(state, state.marks)
    with pytest.raises(ValueError, match="does not hold"):
        review.apply(review.apply(state, act), act)


def test_a_moved_finding_stands_at_another_span() -> None:
    state = begun()
    state = review.apply(state, review.move(state, mark_of(state, NAME.span), Span(0, 4)))
    moved = mark_of(state, Span(0, 4))
    assert moved.finding == Finding(Span(0, 4), Label.PATIENT, 1.0, "reviewer:clerk")
    assert (moved.state, moved.origins) == (MarkState.CHANGED, (NAME,))
    assert Dropped(NAME, DropReason.COVERED, moved.finding) in state.resolution().dropped


def test_what_a_finding_was_shrunk_by_is_the_reviewers_choice_to_leave() -> None:
    state = begun()
    state = review.apply(state, review.move(state, mark_of(state, NAME.span), Span(2, 4)))
    assert state.rejected() == (Span(0, 2), Span(4, 13))


def test_what_is_rejected_after_it_was_shrunk_stays_whole() -> None:
    state = begun()
    state = review.apply(state, review.move(state, mark_of(state, NAME.span), Span(2, 4)))
    state = review.apply(state, review.reject(state, [mark_of(state, Span(2, 4))]))
    assert state.rejected() == (Span(2, 4), NAME.span)


def test_a_moved_finding_grows_over_what_it_meets() -> None:
    state = begun()
    state = review.apply(state, review.move(state, mark_of(state, NAME.span), Span(0, 24)))
    moved = mark_of(state, Span(0, 31))
    assert (moved.finding.label, moved.origins) == (Label.PATIENT, (NAME, DOCTOR))


def test_of_many_moves_only_what_the_detectors_said_is_kept() -> None:
    state = begun()
    for end in (14, 15, 16, 12):
        mark = next(mark for mark in state.marks if mark.finding.span.start == 0)
        state = review.apply(state, review.move(state, mark, Span(0, end)))
    assert mark_of(state, Span(0, 12)).origins == (NAME,)


def test_a_dropped_finding_that_is_moved_is_replaced() -> None:
    state = begun()
    state = review.apply(state, review.move(state, mark_of(state, CITY.span), Span(46, 56)))
    assert state.resolution().kept[-1].span == Span(46, 56)


def test_a_move_that_moves_nothing_is_no_change() -> None:
    state = begun()
    act = review.move(state, mark_of(state, NAME.span), NAME.span)
    assert act.before == act.after


@pytest.mark.parametrize("span", [Span(3, 3), Span(70, len(TEXT) + 1)])
def test_a_finding_moves_only_within_the_note(span: Span) -> None:
    state = begun()
    with pytest.raises(ValueError, match="no range of the note"):
        review.move(state, mark_of(state, NAME.span), span)


def test_several_ranges_are_marked_at_once() -> None:
    state = begun()
    act = review.add_each(state, [Span(62, 66), Span(14, 17), Span(62, 66)], Label.PERSON)
    assert [mark.finding.span for mark in act.after] == [Span(14, 17), Span(62, 66)]


def test_an_act_on_one_mark_looks_at_a_few_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    many = 4096
    findings = tuple(
        Finding(Span(10 * n, 10 * n + 5), Label.PERSON, 0.5, "known") for n in range(many)
    )
    document = Document(id="n", text="x" * 10 * many)
    state = review.begin(document, Resolution(findings), reviewer="clerk")
    looks: list[object] = []
    for kind, name in ((Span, "start"), (Span, "end"), (review.Mark, "state")):
        monkeypatch.setattr(kind, name, counted(kind.__dict__[name], looks))
    mark = state.marks[many // 2]
    for act in (
        review.accept(state, [mark]),
        review.reject(state, [mark]),
        review.relabel(state, [mark], Label.DATE),
        review.add(state, Span(20_003, 20_018), Label.DATE),
        review.move(state, mark, Span(20_480, 20_486)),
    ):
        looks.clear()
        review.apply(state, act)
        assert 0 < len(looks) < 300


def counted(slot: Any, looks: list[object]) -> property:
    """A slot that notes every time that it is read."""

    def read(one: object) -> object:
        looks.append(one)
        return slot.__get__(one)

    return property(read, slot.__set__)


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
