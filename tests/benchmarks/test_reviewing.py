"""The measurements about reviewing, on notes of invented people."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deid import (
    Document,
    Dropped,
    DropReason,
    Finding,
    Label,
    Policy,
    Resolution,
    Span,
    Standard,
    review,
)
from deid.evaluate import GoldNote, LabelledSpan
from deid.policy import load_policy

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
POLICY: Policy = load_policy("safe-harbor")
NOTE = "Pt Ada Okonkwo, 62, seen by Dr. Tolliver.\nCall Kwame at 555-0143; Tolliver agreed.\n"
MARKED = [
    ("Ada Okonkwo", Label.PATIENT),
    ("62", Label.AGE),
    ("Tolliver", Label.DOCTOR),
    ("Kwame", Label.PERSON),
    ("555-0143", Label.PHONE),
]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def spans(words: str) -> list[Span]:
    starts = [at for at in range(len(NOTE)) if NOTE.startswith(words, at)]
    return [Span(at, at + len(words)) for at in starts]


def found(words: str, label: Label, score: float = 0.99, *, which: int = 0) -> Finding:
    return Finding(spans(words)[which], label, score, "model:0a1b2c3d")


def right(score: float = 0.99) -> list[Finding]:
    """Every marked place, found as it should be."""
    return [
        Finding(span, label, score, "model:0a1b2c3d")
        for words, label in MARKED
        for span in spans(words)
    ]


def without(findings: list[Finding], words: str) -> list[Finding]:
    return [one for one in findings if one.span.of(NOTE) != words]


def judged(load: Any, kept: list[Finding], *, again: list[Finding] | None = None) -> Any:
    marks = tuple(
        sorted(LabelledSpan(span, label) for words, label in MARKED for span in spans(words))
    )
    ordered = tuple(sorted(kept, key=lambda one: one.span))
    more = tuple(sorted([*kept, *(again or [])], key=lambda one: one.span))
    note = GoldNote("n1", NOTE, marks)
    return load("judged").Judged(note, Resolution(ordered), Resolution(more))


def correct(load: Any, note: Any, *, labels: bool = True, certain_from: float = 0.85) -> Any:
    return load("simulated").correct(note, Standard(POLICY, certain_from), labels=labels)


def test_a_note_without_errors_takes_one_key(load: Any) -> None:
    result = correct(load, judged(load, right()))
    assert (result.uncertain, result.keys, result.errors, result.left) == (0, 1, 0, 0)


def test_every_uncertain_finding_is_looked_at_alike_ones_at_once(load: Any) -> None:
    result = correct(load, judged(load, right(0.7)))
    # The age stays under this policy; of six places that go, one name stands at two.
    assert (result.uncertain, result.keys, result.left) == (5, 4 + 1, 0)


def test_what_is_no_identifier_is_rejected(load: Any) -> None:
    note = judged(load, [*right(), found("agreed", Label.PERSON, 0.6)])
    assert correct(load, note).keys == 1 + 1
    certain = judged(load, [*right(), found("seen", Label.PERSON)])
    result = correct(load, certain)
    assert (result.uncertain, result.errors, result.left) == (0, 1, 0)
    assert result.keys == 1 + 1 + 1  # one finding on, reject, finish


def test_labels_are_changed_at_every_place_of_the_words(load: Any) -> None:
    other = [found("Tolliver", Label.PERSON, 0.6, which=n) for n in (0, 1)]
    note = judged(load, [*without(right(), "Tolliver"), *other])
    result = correct(load, note)
    assert (result.errors, result.left) == (2, 0)
    assert result.keys == 1 + 1  # a digit for both, finish
    assert correct(load, note, labels=False).errors == 0


def test_a_label_that_is_not_offered_is_picked_by_its_letters(load: Any) -> None:
    simulated = load("simulated")
    offered = (Label.PATIENT, Label.PERSON)
    assert simulated.picked(Label.PERSON, offered) == 1
    assert simulated.picked(Label.ZIP, offered) == 1 + 1
    assert simulated.picked(Label.DOCTOR, offered) == 2  # an arrow key and Enter


def test_a_doubtful_label_wants_a_look_and_one_key(load: Any) -> None:
    doubtful = replace(found("Kwame", Label.DOCTOR), rivals=((Label.PERSON, 0.3),))
    result = correct(load, judged(load, [*without(right(), "Kwame"), doubtful]))
    assert (result.uncertain, result.errors, result.keys, result.left) == (1, 1, 1 + 1, 0)


def test_one_of_several_in_a_row_is_reached_by_its_letters(load: Any) -> None:
    other = [found("Tolliver", Label.DOCTOR), found("Tolliver", Label.CITY, which=1)]
    result = correct(load, judged(load, [*without(right(), "Tolliver"), *other]))
    assert (result.uncertain, result.errors, result.left) == (0, 1, 0)
    assert result.keys == 2 + 1 + 1


def test_edges_are_moved_by_words(load: Any) -> None:
    note = judged(load, [*without(right(), "Ada Okonkwo"), found("Ada", Label.PATIENT, 0.6)])
    result = correct(load, note)
    assert (result.errors, result.keys, result.left) == (1, 1 + 1, 0)


def test_a_leak_by_a_label_that_stays_is_an_error_whatever_labels_count(load: Any) -> None:
    note = judged(load, [*without(right(), "Kwame"), found("Kwame", Label.STATE, 0.6)])
    assert correct(load, note, labels=False).errors == 1
    assert correct(load, note, labels=False).left == 0


def test_what_was_missed_is_accepted_where_another_look_suggests_it(load: Any) -> None:
    note = judged(load, without(right(), "Kwame"), again=[found("Kwame", Label.PERSON, 0.1)])
    result = correct(load, note)
    assert (result.errors, result.keys, result.left) == (1, 1 + 1 + 1, 0)


def test_what_nothing_suggests_is_marked_by_hand(load: Any) -> None:
    result = correct(load, judged(load, without(right(), "Kwame")))
    simulated = load("simulated")
    span = spans("Kwame")[0]
    there = min(simulated.caret_keys(NOTE, 0, span.start), simulated.search_keys(NOTE, span))
    assert result.keys == there + 1 + 1 + 1  # M, a digit, finish
    assert result.left == 0


def test_a_missed_age_is_no_error_where_ages_stay(load: Any) -> None:
    assert correct(load, judged(load, without(right(), "62"))).keys == 1


def test_keys_to_a_place(load: Any) -> None:
    simulated = load("simulated")
    assert simulated.caret_keys("a b c d", 0, 6) == 3
    assert simulated.caret_keys("a b c d e f\ng h", 0, 12) == 2
    assert simulated.search_keys("Dora came. Dan left.", Span(11, 14)) == 1 + 2 + 1 + 1
    assert simulated.edge_keys("Ada B. Okonkwo", Span(0, 3), Span(0, 14)) == 2
    assert simulated.edge_keys("0143x", Span(0, 5), Span(0, 4)) == 1


def test_keys_to_a_finding(load: Any) -> None:
    simulated = load("simulated")
    note = judged(load, right())
    state = review.begin(note.document, note.normal, reviewer="benchmark")
    view = simulated._View(state, Standard(POLICY, 0.85))
    phone = next(mark for mark in state.marks if mark.finding.label is Label.PHONE)
    first = state.marks[0]
    assert view.jump(phone, [0]) == 1 + 1
    assert view.steps(phone, [first.finding.span.start]) == 3
    assert view.steps(first, [first.finding.span.start]) == 0
    doctor = next(mark for mark in state.marks if mark.finding.label is Label.DOCTOR)
    assert len(view.row(doctor)) == 2


def test_pages_on_the_way_to_a_finding_are_counted(load: Any) -> None:
    simulated = load("simulated")
    assert simulated.lines_between("a\nb\n" + "c" * 100 + "\nd", 0, 106) == 5
    assert simulated.lines_between("a\nb", 2, 0) == 1


def test_what_suggestions_bring_back_is_counted(load: Any) -> None:
    missed: ModuleType = load("missed")
    kept = [*without(without(right(), "Kwame"), "555-0143"), found("555", Label.PHONE)]
    again = [found("Kwame", Label.PERSON, 0.1), found("Pt", Label.PERSON, 0.05)]
    note = judged(load, kept, again=again)
    listed = Dropped(found("Call", Label.PERSON, 0.3), DropReason.BELOW_THRESHOLD)
    normal = Resolution(note.normal.kept, (listed,))
    counts = missed.brought([load("judged").Judged(note.gold, normal, note.again)])
    assert (counts.missed, counts.partly) == (1, 1)
    assert (counts.suggestions, counts.listed) == (3, 1)
    assert (counts.back, counts.back_wholly, counts.partly_back) == (1, 1, 0)


def test_looks_and_wrong_findings_are_counted_at_every_threshold(load: Any) -> None:
    certainty = load("certainty")
    kept = [
        *without(right(0.97), "Kwame"),
        found("Kwame", Label.DOCTOR, 0.9),
        found("agreed", Label.PERSON, 0.6),
    ]
    one = certainty.count("invented notes", [judged(load, kept)], POLICY)
    assert (one.notes, one.identifiers, one.missed, one.partly) == (1, 6, 0, 0)
    rows = [(c.look, c.certain, c.wrong, c.mislabelled) for c in one.counts.values()]
    assert rows[0] == (0, 6, 1, 1)
    assert rows[11] == (1, 5, 0, 1)
    assert rows[41] == (2, 4, 0, 0)
    assert rows[-1] == (6, 0, 0, 0)
    assert "| 0.70 | 1.0 | 5 | 0.0% | 20.0% |" in list(certainty.table(one))


def test_the_reviewers_table_says_how_many_notes_are_within(load: Any) -> None:
    reviewer, simulated = load("reviewer"), load("simulated")
    results = [simulated.Result(1, 3, 1, 0), simulated.Result(2, 9, 2, 1)]
    assert list(reviewer.table({0.85: results}))[-1] == ("| 0.85 | 1.5 | 1.5 | 6.0 | 6 | 50% | 1 |")


def test_examined_notes_carry_their_document(load: Any) -> None:
    assert judged(load, right()).document == Document("n1", NOTE)
