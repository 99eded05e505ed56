from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.detect.shapes import (
    NO_SHAPE,
    SHAPE_COUNT,
    Kind,
    Place,
    kind_of,
    place_of,
    shape_ids,
    word_groups,
)


def pieces(text: str) -> list[Span]:
    """Spans of at most two characters, as an eager word-piece tokenizer would make them."""
    return [Span(*found.span()) for found in re.finditer(r"\w{1,2}|[^\w\s]", text)]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("smith", Kind.LOWER),
        ("Smith", Kind.TITLE),
        ("SMITH", Kind.UPPER),
        ("J", Kind.INITIAL),
        ("McKay", Kind.MIXED),
        ("0421", Kind.DIGITS),
        ("5B", Kind.ALPHANUMERIC),
        ("李", Kind.UNCASED),
        ("--", Kind.PUNCTUATION),
    ],
)
def test_kind_of_a_word(word: str, kind: Kind) -> None:
    assert kind_of(word) is kind


@pytest.mark.parametrize(
    ("text", "start", "place"),
    [
        ("Ann", 0, Place.LINE_START),
        ("x\nAnn", 2, Place.LINE_START),
        ("x\n   Ann", 5, Place.LINE_START),
        ("   Ann", 3, Place.LINE_START),
        ("x Ann", 2, Place.BLANK),
        ("x   Ann", 4, Place.WIDE_GAP),
        ("x\tAnn", 2, Place.WIDE_GAP),
        ("(Ann", 1, Place.GLUED),
    ],
)
def test_place_of_a_token(text: str, start: int, place: Place) -> None:
    assert place_of(text, start) is place


def test_all_pieces_of_a_word_have_its_kind() -> None:
    text = "GARCIA said"
    ids = shape_ids(text, pieces(text))
    upper, lower = Kind.UPPER * len(Place), Kind.LOWER * len(Place)
    assert ids[:3] == [
        1 + upper + Place.LINE_START,
        1 + upper + Place.GLUED,
        1 + upper + Place.GLUED,
    ]
    assert ids[3:] == [1 + lower + Place.BLANK, 1 + lower + Place.GLUED]


@given(st.text(max_size=80))
def test_ids_lie_in_the_embedding_and_leave_its_first_row_alone(text: str) -> None:
    ids = shape_ids(text, pieces(text))
    assert len(ids) == len(pieces(text))
    assert all(NO_SHAPE < number < SHAPE_COUNT for number in ids)


@given(st.text(max_size=80))
def test_word_groups_are_a_partition(text: str) -> None:
    groups = list(word_groups(text, pieces(text)))
    assert [index for group in groups for index in group] == list(range(len(pieces(text))))


def test_word_groups_join_pieces_but_not_punctuation() -> None:
    text = "O'Brien jw/mt"
    spans = pieces(text)
    words = [text[spans[g[0]].start : spans[g[-1]].end] for g in word_groups(text, spans)]
    assert words == ["O", "'", "Brien", "jw", "/", "mt"]
