from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.hints import LETTERS, hints


@given(st.integers(0, 3000))
def test_each_hint_is_whole_as_soon_as_it_is_typed(count: int) -> None:
    made = hints(count)
    assert len(set(made)) == count
    beginnings = {hint[:end] for hint in made for end in range(1, len(hint))}
    assert beginnings.isdisjoint(made)
    assert [len(hint) for hint in made] == sorted(len(hint) for hint in made)


@pytest.mark.parametrize(("count", "longest"), [(1, 1), (26, 1), (27, 2), (600, 2), (677, 3)])
def test_hints_are_as_short_as_they_can_be(count: int, longest: int) -> None:
    assert len(hints(count)[-1]) == longest


def test_the_letters_under_the_fingers_come_first() -> None:
    assert hints(3) == tuple(LETTERS[:3])
    assert sorted(LETTERS) == sorted("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
