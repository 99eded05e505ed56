"""Planted leaks: what is left is left, everything else is replaced, and both are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Document, Finding, Span
from deid.evaluate import GoldNote, LabelledSpan
from deid.labels import Label
from deid.officer.attack import Kind, Leaving, Marked, draw_leaks, marked, missed_by
from deid.officer.attack.plant import plant
from deid.policy import load_policy

POLICY = load_policy("research")


@pytest.mark.parametrize("kind", Kind)
def test_leaks_stand_where_they_are_said_to_and_all_else_is_replaced(
    notes: list[Marked], kind: Kind
) -> None:
    leaks = draw_leaks(notes, share=0.3, seed=5)
    planted = plant(notes, leaks, policy=POLICY, kind=kind, seed=1)
    originals = [
        note.findings[i].span.of(note.document.text) for note in notes for i in note.names()
    ]
    assert sum(planted.leaks) == sum(map(len, leaks)) > 0
    for name, leaked, original in zip(planted.names, planted.leaks, originals, strict=True):
        written = name.span.of(planted.documents[name.note].text)
        assert (written == original) is leaked


def test_both_kinds_have_the_same_leaks_and_only_markov_differs_within_a_note(
    notes: list[Marked],
) -> None:
    none = [frozenset[int]()] * len(notes)
    by_kind = {kind: plant(notes, none, policy=POLICY, kind=kind, seed=1) for kind in Kind}
    differing = {
        kind: sum(_families(planted.documents[i].text) > 1 for i in range(len(notes)))
        for kind, planted in by_kind.items()
    }
    assert differing[Kind.CONSISTENT] == 0
    assert differing[Kind.MARKOV] > len(notes) / 4
    assert by_kind[Kind.CONSISTENT].leaks == by_kind[Kind.MARKOV].leaks


def _families(text: str) -> int:
    return len({line.split()[1] for line in text.splitlines() if line.startswith("Mr. ")})


def test_a_draw_repeats_and_another_seed_gives_another(notes: list[Marked]) -> None:
    first = draw_leaks(notes, share=0.3, seed=1)
    assert draw_leaks(notes, share=0.3, seed=1) == first
    assert draw_leaks(notes, share=0.3, seed=2) != first


def test_a_person_is_left_as_a_whole(notes: list[Marked]) -> None:
    drawn = draw_leaks(notes, share=0.5, seed=1, leaving=Leaving.PERSON)
    patients = [
        {i for i in note.names() if note.findings[i].label is Label.PATIENT} for note in notes
    ]
    met = {len(left & names) for left, names in zip(drawn, patients, strict=True)}
    assert met == {0, 3}


@given(st.floats(0.05, 0.95), st.integers(0, 9))
def test_about_the_share_is_left(share: float, seed: int) -> None:
    text = "x" * 400
    findings = tuple(Finding(Span(i, i + 1), Label.DOCTOR, 1.0, "gold") for i in range(400))
    (left,) = draw_leaks([Marked(Document("n", text), findings)], share=share, seed=seed)
    assert abs(len(left) / 400 - share) < 0.15


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        draw_leaks([], share=share, seed=1)


def test_gold_marks_that_overlap_give_the_first() -> None:
    spans = tuple(LabelledSpan(Span(*s), Label.PATIENT) for s in ((0, 9), (4, 9), (10, 14)))
    made = marked(GoldNote("g", "Ana Quenb was here.", spans))
    assert [f.span for f in made.findings] == [Span(0, 9), Span(10, 14)]


def test_a_name_of_which_a_part_was_found_is_not_missed(notes: list[Marked]) -> None:
    note = notes[0]
    whole, *others = (note.findings[i] for i in note.names())
    part = Finding(Span(whole.span.start, whole.span.start + 2), Label.PATIENT, 1.0, "rule")
    missed = missed_by([part], note)
    assert missed == {note.findings.index(other) for other in others}
