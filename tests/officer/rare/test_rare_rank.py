"""The order of notes: what tells more comes first, and what many share counts less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Document, Span
from deid.errors import ExaminationStopped
from deid.officer.rare import RareDetail, RareFinder, RareKind, RareNote, rank_rare
from deid.officer.rare.details import score_of
from deid.officer.rare.terms import KNOWN_FROM, MOST_PAIRS, MOST_TERMS, rare_terms, terms_of
from deid.stopping import stoppable

PLAIN = "68-year-old with a cough. Plan: aspirin."
weights = st.lists(st.floats(0, 1))


def detail(weight: float, sharing: int = 1) -> RareDetail:
    return RareDetail(Span(0, 1), RareKind.EVENT, "x@1", weight, sharing)


def ranked(*texts: str) -> tuple[RareNote, ...]:
    documents = [Document(str(number), text) for number, text in enumerate(texts)]
    return rank_rare(documents, RareFinder())


@given(weights, st.floats(0, 1))
def test_another_detail_never_makes_the_score_less(found: list[float], more: float) -> None:
    before = score_of(map(detail, found))
    after = score_of(map(detail, [*found, more]))
    assert 0 <= before <= after <= 1


def test_the_score_of_two_details() -> None:
    assert score_of([]) == 0
    assert score_of([detail(0.5), detail(0.5)]) == 0.75
    assert score_of([detail(0.5, sharing=5)]) == pytest.approx(0.1)


def test_the_former_mayor_comes_before_who_shares_a_diagnosis() -> None:
    gaucher = "Known Gaucher."
    notes = ranked(PLAIN, gaucher, gaucher, "He is the former mayor here.")
    assert [note.note for note in notes] == [3, 1, 2]
    assert [note.details[0].sharing for note in notes] == [1, 2, 2]
    assert notes[1].score == pytest.approx(0.25)


def test_the_same_words_twice_count_once() -> None:
    (once,) = ranked("He won the lottery.")
    (twice,) = ranked("He won the lottery. WON THE LOTTERY, she says.")
    assert once.score == twice.score == pytest.approx(0.75)


def test_notes_of_one_patient_share_nothing_with_each_other() -> None:
    documents = [Document(str(i), "Known Gaucher.", patient="p") for i in range(3)]
    assert {note.score for note in rank_rare(documents, RareFinder())} == {0.5}


def test_told_how_many_notes_were_read_and_stopped_when_asked() -> None:
    documents = [Document("a", PLAIN), Document("b", PLAIN)]
    told: list[int] = []
    assert rank_rare(documents, RareFinder(), told=told.append) == ()
    assert told == [1, 2]
    with stoppable(lambda: True), pytest.raises(ExaminationStopped):
        rank_rare(documents, RareFinder())


def folder(*notes: str) -> tuple[tuple[RareDetail, ...], ...]:
    return rare_terms([terms_of(note) for note in notes], [str(i) for i in range(len(notes))])


def test_a_term_of_one_patient_alone_counts_and_more_in_a_larger_folder() -> None:
    common = ["Has arthritis."] * 9
    (alone,) = folder("Has sarcoidosis.", *common)[0]
    assert (alone.kind, alone.span) == (RareKind.TERM, Span(4, 15))
    (among_many,) = folder("Has sarcoidosis.", *common * 11)[0]
    assert among_many.weight > alone.weight > 0
    assert folder("Has sarcoidosis.")[0][0].weight == 0
    assert not any(folder(*common))


def test_a_pair_counts_that_comes_together_once_though_each_term_is_common() -> None:
    ones, others = ["Has arthritis."] * KNOWN_FROM, ["Has cirrhosis."] * KNOWN_FROM
    text = "Has arthritis and cirrhosis."
    (pair,) = folder(text, *ones, *others)[0]
    assert pair.kind is RareKind.PAIR
    assert pair.other is not None
    assert {pair.span.of(text), pair.other.of(text)} == {"arthritis", "cirrhosis"}
    assert folder(text, text, *ones, *others)[0] == ()
    assert folder(text, *ones[:-2], *others[:-2])[0] == ()


def test_a_long_note_gets_no_more_than_so_many() -> None:
    parts = ["arthr", "hepat", "nephr", "col", "gastr", "derm", "cyst", "myos"]
    text = " and ".join(part + "itis" for part in parts)
    shared = folder(text, *[f"Has {part}itis." for part in parts] * KNOWN_FROM)[0]
    assert [d.kind for d in shared] == [RareKind.PAIR] * MOST_PAIRS
    assert [d.kind for d in folder(text, PLAIN)[0]] == [RareKind.TERM] * MOST_TERMS
