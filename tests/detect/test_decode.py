from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.detect.decode import ClassMap, decode, says_ninety, trimmed
from deid.detect.scores import ScoreScale
from deid.labels import Label

CLASSES = (
    "O", "B-PATIENT", "I-PATIENT", "B-DOCTOR", "I-DOCTOR", "B-CITY", "I-CITY", "B-AGE", "I-AGE"
)  # fmt: skip
SCALE = ScoreScale(operating_point=0.2, floor=0.05)


def spans_of(text: str) -> list[Span]:
    return [Span(*found.span()) for found in re.finditer(r"\w{1,4}|[^\w\s]", text)]


def rows_of(*names: str | dict[str, float]) -> np.ndarray:
    """One row of probabilities a token: a class name for a sure one, or the shares by name."""
    rows = np.zeros((len(names), len(CLASSES)), np.float32)
    for row, name in zip(rows, names, strict=True):
        for key, share in ({name: 0.99} if isinstance(name, str) else name).items():
            row[CLASSES.index(key)] = share
        row[0] += 1 - row.sum()
    return rows


def found(text: str, *names: str | dict[str, float]) -> list[tuple[str, Label, bool]]:
    items = decode(text, spans_of(text), rows_of(*names), classes=ClassMap.of(CLASSES), scale=SCALE)
    return [(item.span.of(text), item.label, item.score >= 0.5) for item in items]


def test_one_name_is_one_span() -> None:
    assert found("Ada Lum came", "B-PATIENT", "I-PATIENT", "O") == [
        ("Ada Lum", Label.PATIENT, True)
    ]


def test_a_new_beginning_is_a_new_span() -> None:
    assert found("Ada Oslo", "B-PATIENT", "B-CITY") == [
        ("Ada", Label.PATIENT, True),
        ("Oslo", Label.CITY, True),
    ]


def test_one_piece_marks_its_whole_word() -> None:
    text = "Zbigniewska came"
    assert len(spans_of(text)) == 4
    assert found(text, "O", {"B-PATIENT": 0.9}, "O", "O") == [("Zbigniewska", Label.PATIENT, True)]


def test_the_label_of_a_span_is_that_of_the_greatest_sum() -> None:
    text = "Ada Noor Lum"
    names = [{"B-PATIENT": 0.9}, {"I-DOCTOR": 0.5, "I-PATIENT": 0.4}, {"I-PATIENT": 0.9}]
    assert found(text, *names) == [(text, Label.PATIENT, True)]


def test_labels_that_came_close_are_rivals_the_likeliest_first() -> None:
    rows = rows_of({"B-PATIENT": 0.5, "B-DOCTOR": 0.3, "B-CITY": 0.1, "B-AGE": 0.001})
    (one,) = decode("Ada", spans_of("Ada"), rows, classes=ClassMap.of(CLASSES), scale=SCALE)
    assert one.label is Label.PATIENT
    assert [label for label, _ in one.rivals] == [Label.DOCTOR, Label.CITY]
    assert [share for _, share in one.rivals] == pytest.approx([0.333, 0.111], abs=0.001)


def test_a_label_without_a_rival_is_beyond_doubt() -> None:
    rows = rows_of("B-PATIENT")
    (one,) = decode("Ada", spans_of("Ada"), rows, classes=ClassMap.of(CLASSES), scale=SCALE)
    assert one.rivals == ()


def test_another_category_of_identifier_is_another_span() -> None:
    assert found("Ada Oslo", "B-PATIENT", "I-CITY") == [
        ("Ada", Label.PATIENT, True),
        ("Oslo", Label.CITY, True),
    ]


def test_a_wide_gap_parts_spans() -> None:
    assert found("Ada    Lum", "B-PATIENT", "I-PATIENT") == [
        ("Ada", Label.PATIENT, True),
        ("Lum", Label.PATIENT, True),
    ]
    assert found("Ada\nLum", "B-PATIENT", "I-PATIENT") == [("Ada\nLum", Label.PATIENT, True)]


def test_letters_glued_to_a_number_are_left_where_they_are_surely_none() -> None:
    text = "admX07 77M AB12"
    spans = [Span(0, 4), Span(4, 6), Span(7, 9), Span(9, 10), Span(11, 13), Span(13, 15)]
    rows = rows_of("O", "B-AGE", "B-AGE", "O", {"B-PATIENT": 0.1}, "B-PATIENT")
    items = decode(text, spans, rows, classes=ClassMap.of(CLASSES), scale=SCALE)
    assert [item.span.of(text) for item in items] == ["07", "77", "AB12"]


def test_a_doubtful_word_inside_a_name_is_taken_in() -> None:
    text = "jw/mt"
    assert found(text, "B-PATIENT", "O", "I-PATIENT") == [(text, Label.PATIENT, True)]
    assert found(text, "B-PATIENT", "O", "B-PATIENT") == [
        ("jw", Label.PATIENT, True),
        ("mt", Label.PATIENT, True),
    ]


def test_words_below_the_operating_point_are_told_apart_with_low_scores() -> None:
    names = ["B-PATIENT", {"I-PATIENT": 0.1}, {"I-PATIENT": 0.01}]
    assert found("Ada saw it", *names) == [
        ("Ada", Label.PATIENT, True),
        ("saw", Label.PATIENT, False),
    ]


def test_punctuation_alone_is_no_finding() -> None:
    assert found("- Ada", "B-PATIENT", "O") == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Ada,", "Ada"), ("(555", "(555"), ("Ada (", "Ada"), (") Ada:", "Ada"), ("A.S.", "A.S.")],
)
def test_punctuation_is_trimmed(text: str, kept: str) -> None:
    assert trimmed(text, Span(0, len(text))).of(text) == kept


@pytest.mark.parametrize(
    ("age", "is_ninety"),
    [
        ("94-year-old", True),
        ("90", True),
        ("9 8", True),
        ("ninety-two", True),
        ("89", False),
        ("102 y/o", True),
        ("9" * 5000, True),
        ("007", False),
        ("٩٥", True),
        ("96 months", False),
        ("18-month-old", False),
        ("two weeks", False),
    ],
)
def test_ninety_and_above(age: str, is_ninety: bool) -> None:
    assert says_ninety(age) is is_ninety


def test_an_age_of_ninety_gets_its_own_label() -> None:
    assert found("91 or 45", "B-AGE", "O", "B-AGE") == [
        ("91", Label.AGE90, True),
        ("45", Label.AGE, True),
    ]


MEASURED = ScoreScale(0.2, 0.05, {Label.CITY: 0.6}, ((0.1, 0.3), (0.4, 0.7), (0.8, 0.75)))


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from([SCALE, MEASURED]),
    st.sampled_from([Label.CITY, Label.DATE]),
)
def test_the_scale_rises_from_nought_to_one(
    low: float, high: float, scale: ScoreScale, label: Label
) -> None:
    low, high = sorted((low, high))
    assert 0 <= scale.score(low, label) <= scale.score(high, label) <= 1
    assert (scale.score(low, label) >= 0.5) == (low >= scale.point(label))


def test_above_the_point_a_score_is_what_was_measured() -> None:
    assert MEASURED.score(0.4, Label.DATE) == pytest.approx(0.7)
    assert MEASURED.score(0.6, Label.DATE) == pytest.approx(0.725)
    assert MEASURED.score(0.8, Label.CITY) == pytest.approx(0.75)
    assert MEASURED.score(1.0, Label.CITY) == 1


@pytest.mark.parametrize(("point", "floor"), [(0, 0), (0.2, 0.3), (1, 0.1), (0.2, 0)])
def test_a_scale_that_makes_no_sense_is_refused(point: float, floor: float) -> None:
    with pytest.raises(ValueError, match="no scale"):
        ScoreScale(point, floor)
    with pytest.raises(ValueError, match="no scale"):
        ScoreScale(0.5, 0.05, {Label.CITY: 0.01})
    with pytest.raises(ValueError, match="do not rise"):
        ScoreScale(0.5, 0.05, {}, ((0.1, 0.9), (0.2, 0.8)))


@given(st.text(alphabet="aB1 ,.-\n", max_size=60), st.integers(0, 2**32 - 1))
def test_every_likely_word_is_found_and_strong_findings_are_disjoint(text: str, seed: int) -> None:
    spans = spans_of(text)
    rows = np.random.default_rng(seed).dirichlet([0.3] * len(CLASSES), len(spans))
    rows = rows.astype(np.float32).reshape(len(spans), len(CLASSES))
    items = decode(text, spans, rows, classes=ClassMap.of(CLASSES), scale=SCALE)
    covered = [p for item in items for p in range(item.span.start, item.span.end)]
    assert len(covered) == len(set(covered))
    assert all(0 <= item.score <= 1 for item in items)
    for span, row in zip(spans, rows, strict=True):
        if 1 - row[0] >= 0.2001 and any(map(str.isalnum, span.of(text))):
            assert set(range(span.start, span.end)) <= set(covered)
