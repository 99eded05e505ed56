from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.review import Edge, Unit, moved_span, whole_names, word_at


def moved(marked: str, edge: Edge, unit: Unit, *, outward: bool) -> str:
    """The text with brackets around the range, after an edge has moved."""
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    span = moved_span(text, Span(start, end), edge=edge, unit=unit, outward=outward)
    return f"{text[: span.start]}[{span.of(text)}]{text[span.end :]}"


@pytest.mark.parametrize(
    ("drawn", "whole"),
    [
        ("saw I[lse Test]fall today", "saw [Ilse Testfall] today"),
        ("saw [Ilse] today", "saw [Ilse] today"),
        ("saw[ Ilse ]today", "saw[ Ilse ]today"),
        ("MRN 48[0213]77.", "MRN [48021377]."),
        ("room4[12]B", "room[412]B"),
        ("O'Mock-[Ri]dge", "O'Mock-[Ridge]"),
        ("Zoe\u0308[ T]", "Zoe\u0308[ T]"),
        ("Zo[e]\u0308", "[Zoe\u0308]"),
        ("\u738b[\u5c0f\u660e]\u4eca\u65e5", "\u738b[\u5c0f\u660e]\u4eca\u65e5"),
    ],
)
def test_what_a_hand_drew_is_filled_up_to_whole_names(drawn: str, whole: str) -> None:
    start, end = drawn.index("["), drawn.index("]") - 1
    text = drawn.replace("[", "").replace("]", "")
    span = whole_names(text, Span(start, end))
    assert f"{text[: span.start]}[{span.of(text)}]{text[span.end :]}" == whole


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("saw [Ilse] Testfall today", "saw [Ilse Testfall] today"),
        ("saw [Il]se Testfall", "saw [Ilse] Testfall"),
        ("saw [Ilse], Mrs. O'Mock-Ridge left", "saw [Ilse, Mrs]. O'Mock-Ridge left"),
        ("[Mrs]. O'Mock-Ridge left", "[Mrs. O'Mock-Ridge] left"),
        ("on [11]/03/2026", "on [11/03]/2026"),
        ("saw [Ilse].  ", "saw [Ilse].  "),
        ("saw [Ilse]", "saw [Ilse]"),
    ],
)
def test_the_end_moves_out_by_a_word(before: str, after: str) -> None:
    assert moved(before, Edge.END, Unit.WORD, outward=True) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[Ilse Testfall, MD] left", "[Ilse Testfall], MD left"),
        ("[Ilse, ]left", "[Ilse], left"),
        ("[Ilse] left", "[Ilse] left"),
        ("[Ilse Te]stfall", "[Ilse] Testfall"),
        ("saw[ Ilse]", "saw[ Ilse]"),
    ],
)
def test_the_end_moves_in_by_a_word(before: str, after: str) -> None:
    assert moved(before, Edge.END, Unit.WORD, outward=False) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("saw Ilse [Testfall]", "saw [Ilse Testfall]"),
        ("saw Il[se]", "saw [Ilse]"),
        ("- [Ilse]", "- [Ilse]"),
        ("Ilse, [born]", "[Ilse, born]"),
    ],
)
def test_the_start_moves_out_by_a_word(before: str, after: str) -> None:
    assert moved(before, Edge.START, Unit.WORD, outward=True) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[Dr. Mockridge] left", "Dr. [Mockridge] left"),
        ("[Mockridge] left", "[Mockridge] left"),
        ("[ Mockridge] left", " [Mockridge] left"),
    ],
)
def test_the_start_moves_in_by_a_word(before: str, after: str) -> None:
    assert moved(before, Edge.START, Unit.WORD, outward=False) == after


def test_an_edge_moves_by_a_character() -> None:
    assert moved("a[bc]d", Edge.END, Unit.CHARACTER, outward=True) == "a[bcd]"
    assert moved("a[bc]d", Edge.END, Unit.CHARACTER, outward=False) == "a[b]cd"
    assert moved("a[bc]d", Edge.START, Unit.CHARACTER, outward=True) == "[abc]d"
    assert moved("a[bc]d", Edge.START, Unit.CHARACTER, outward=False) == "ab[c]d"
    assert moved("a[b]", Edge.END, Unit.CHARACTER, outward=False) == "a[b]"


def test_an_accent_stays_with_its_letter() -> None:
    accented = "e\u0301"
    wide, narrow = f"[a{accented}]b", f"[a]{accented}b"
    assert moved(narrow, Edge.END, Unit.CHARACTER, outward=True) == wide
    assert moved(wide, Edge.END, Unit.CHARACTER, outward=False) == narrow
    assert moved(f"[{accented}]b", Edge.END, Unit.CHARACTER, outward=False) == f"[{accented}]b"
    assert word_at(f"Ren{accented} left", 1) == Span(0, 5)


@given(
    st.text("ab1 ,.'-\n\u0301é", min_size=1, max_size=30),
    st.data(),
    st.sampled_from(Edge),
    st.sampled_from(Unit),
    st.booleans(),
)
def test_a_moved_range_is_never_empty_nor_beyond_the_text(
    text: str, data: st.DataObject, edge: Edge, unit: Unit, outward: bool
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    after = moved_span(text, span, edge=edge, unit=unit, outward=outward)
    assert len(after) > 0
    assert after.end <= len(text)
    assert after.covers(span) if outward else span.covers(after)
    if edge is Edge.START:
        assert after.end == span.end
    else:
        assert after.start == span.start


@pytest.mark.parametrize(
    ("offset", "word"), [(0, "Ilse"), (2, "Ilse"), (4, "Ilse"), (6, "O'Mock-Ridge"), (17, None)]
)
def test_the_word_at_a_caret(offset: int, word: str | None) -> None:
    text = "Ilse O'Mock-Ridge -- x"
    offset += word is None
    found = word_at(text, offset)
    assert (found and found.of(text)) == word


def test_an_empty_text_has_no_word() -> None:
    assert word_at("", 0) is None
