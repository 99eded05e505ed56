from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deid import review
from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.labels import Label
from deid.review import MarkState, Review

TEXT = (
    "Okonkwo came. OKONKWO said so; Mrs. Ada Okonkwo, too. Okonkwos are many.\n"
    "Signed Okonkwo (okonkwo) Ada\n  Okonkwo"
)


def places(word: str) -> list[Span]:
    found, at = [], TEXT.casefold().find(word)
    while at >= 0:
        found.append(Span(at, at + len(word)))
        at = TEXT.casefold().find(word, at + 1)
    return found


FIRST, SECOND, WITHIN, PLURAL, SIGNED, BRACKETS, LAST = places("okonkwo")
ADA = Span(TEXT.index("Ada"), WITHIN.end)


def begun() -> Review:
    def finding(span: Span, score: float) -> Finding:
        return Finding(span, Label.PATIENT, score, "model:0a1b2c3d")

    kept = (finding(FIRST, 0.9), finding(ADA, 0.99))
    dropped = (Dropped(finding(SIGNED, 0.2), DropReason.BELOW_THRESHOLD),)
    document = Document(id="n", text=TEXT)
    return review.begin(document, Resolution(kept, dropped), reviewer="clerk")


def mark_at(state: Review, span: Span) -> review.Mark:
    return next(mark for mark in state.marks if mark.finding.span == span)


def told(state: Review) -> dict[Span, tuple[MarkState, Label]]:
    return {mark.finding.span: (mark.state, mark.finding.label) for mark in state.marks}


def test_words_are_found_whole_and_without_regard_to_case() -> None:
    expected = (FIRST, SECOND, WITHIN, SIGNED, BRACKETS, LAST)
    assert review.occurrences(begun(), FIRST) == expected
    assert review.occurrences(begun(), mark_at(begun(), FIRST)) == expected


def test_blanks_between_words_do_not_matter() -> None:
    assert review.occurrences(begun(), ADA) == (ADA, Span(TEXT.rindex("Ada"), LAST.end))


def test_the_place_itself_is_always_among_them() -> None:
    within_word = Span(PLURAL.start, PLURAL.end)
    assert within_word in review.occurrences(begun(), within_word)
    blank = Span(13, 14)
    assert review.occurrences(begun(), blank) == (blank,)


@pytest.mark.parametrize("text", ["a+b (c) a+b", "ß \\d ß", "** **"])
def test_signs_stand_for_themselves(text: str) -> None:
    state = review.begin(Document(id="n", text=text), Resolution(), reviewer="clerk")
    value = text.split()[0]
    assert len(review.occurrences(state, Span(0, len(value)))) == 2


@given(st.text("aAß1 _.\n", max_size=40), st.data())
def test_places_are_those_of_a_pattern_that_looks_at_both_ends(
    text: str, data: st.DataObject
) -> None:
    assume(text)
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    words = span.of(text).split()
    assume(words)
    before = r"(?<!\w)" if words[0][0].isalnum() else ""
    behind = r"(?!\w)" if words[-1][-1].isalnum() else ""
    pattern = before + r"\s+".join(map(re.escape, words)) + behind
    found = [Span(*match.span()) for match in re.finditer(pattern, text, re.IGNORECASE)]
    state = review.begin(Document(id="n", text=text), Resolution(), reviewer="clerk")
    expected = sorted({span, *(one for one in found if not one.overlaps(span))})
    assert list(review.occurrences(state, span)) == expected


def test_a_mark_is_accepted_wherever_its_words_stand() -> None:
    state = begun()
    state = review.apply(state, review.accept_all(state, mark_at(state, FIRST)))
    assert told(state) == {
        FIRST: (MarkState.ACCEPTED, Label.PATIENT),
        SECOND: (MarkState.ADDED, Label.PATIENT),
        ADA: (MarkState.OPEN, Label.PATIENT),
        SIGNED: (MarkState.ACCEPTED, Label.PATIENT),
        BRACKETS: (MarkState.ADDED, Label.PATIENT),
        LAST: (MarkState.ADDED, Label.PATIENT),
    }


def test_a_mark_is_relabelled_wherever_its_words_stand() -> None:
    state = begun()
    act = review.relabel_all(state, mark_at(state, SIGNED), Label.DOCTOR)
    state = review.apply(state, act)
    assert told(state) == {
        FIRST: (MarkState.CHANGED, Label.DOCTOR),
        SECOND: (MarkState.ADDED, Label.DOCTOR),
        ADA: (MarkState.OPEN, Label.PATIENT),
        SIGNED: (MarkState.ADDED, Label.DOCTOR),
        BRACKETS: (MarkState.ADDED, Label.DOCTOR),
        LAST: (MarkState.ADDED, Label.DOCTOR),
    }


def test_a_mark_is_rejected_wherever_its_words_are_marked() -> None:
    state = begun()
    state = review.apply(state, review.reject_all(state, mark_at(state, FIRST)))
    assert told(state) == {
        FIRST: (MarkState.REJECTED, Label.PATIENT),
        ADA: (MarkState.OPEN, Label.PATIENT),
        SIGNED: (MarkState.REJECTED, Label.PATIENT),
    }


def test_it_is_known_before_how_many_places_an_act_on_all_concerns() -> None:
    state = begun()
    for span in (FIRST, SIGNED):
        mark = mark_at(state, span)
        reach = review.reach(state, mark)
        accepted = told(review.apply(state, review.accept_all(state, mark)))
        taken = [one for one, (what, _) in accepted.items() if what is not MarkState.OPEN]
        assert reach.replaced == len(taken) == 5
        rejected = told(review.apply(state, review.reject_all(state, mark)))
        left = [one for one, (what, _) in rejected.items() if what is MarkState.REJECTED]
        assert reach.rejected == len(left) == 2
    assert review.reach(state, mark_at(state, ADA)) == review.Reach(replaced=2, rejected=1)


def test_a_range_is_marked_wherever_its_words_are_not_replaced() -> None:
    state = begun()
    state = review.apply(state, review.add_all(state, SECOND, Label.DOCTOR))
    assert told(state) == {
        FIRST: (MarkState.OPEN, Label.PATIENT),
        SECOND: (MarkState.ADDED, Label.DOCTOR),
        ADA: (MarkState.OPEN, Label.PATIENT),
        SIGNED: (MarkState.ADDED, Label.DOCTOR),
        BRACKETS: (MarkState.ADDED, Label.DOCTOR),
        LAST: (MarkState.ADDED, Label.DOCTOR),
    }


def test_a_range_within_a_mark_is_marked_where_it_was_chosen() -> None:
    act = review.add_all(begun(), WITHIN, Label.DOCTOR)
    assert ADA in [mark.finding.span for mark in act.after]


def test_what_was_rejected_inside_a_longer_mark_does_not_come_back_for_all() -> None:
    state = begun()
    state = review.apply(state, review.add(state, WITHIN, Label.DOCTOR))
    state = review.apply(state, review.reject(state, [mark_at(state, ADA)]))
    state = review.apply(state, review.add(state, ADA, Label.DOCTOR))
    state = review.apply(state, review.accept_all(state, mark_at(state, FIRST)))
    assert told(state)[ADA] == (MarkState.ADDED, Label.DOCTOR)


def test_only_the_places_in_the_note_are_marked() -> None:
    with pytest.raises(ValueError, match="no range of the note"):
        review.add_all(begun(), Span(len(TEXT), len(TEXT) + 3), Label.DOCTOR)
