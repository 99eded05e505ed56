from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.detect.spelling import Spellings, differ_by_one, distance

_WORDS = st.text("abcdo", min_size=5, max_size=9)


@pytest.mark.parametrize("slip", ["okonkw", "okonkwoo", "okonqwo", "okonkow", "konkwo", "okonwko"])
def test_finds_what_a_slip_was_meant_for(slip: str) -> None:
    assert Spellings(["okonkwo", "jane"]).of(slip) == ("okonkwo",)


@pytest.mark.parametrize("word", ["okonkwo", "oknokow", "okon", "jame", ""])
def test_leaves_words_that_are_right_or_too_far_off_or_too_short(word: str) -> None:
    assert Spellings(["okonkwo", "jane"]).of(word) == ()


def _distance(one: str, other: str) -> int:
    """Optimal string alignment by the textbook table."""
    rows = [
        [i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)
    ]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = one[i - 1] != other[j - 1]
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
            swapped = i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]
            rows[i][j] = min(best, rows[i - 2][j - 2] + 1) if swapped else best
    return rows[-1][-1]


@given(_WORDS, _WORDS)
def test_agrees_with_the_table_of_distances(one: str, other: str) -> None:
    near = _distance(one, other) == 1
    assert differ_by_one(one, other) == near
    assert (other in Spellings([other]).of(one)) == near


@given(_WORDS, _WORDS, st.integers(0, 3))
def test_distance_is_that_of_the_table_up_to_the_most_asked_for(
    one: str, other: str, most: int
) -> None:
    assert distance(one, other, most=most) == min(_distance(one, other), most + 1)
