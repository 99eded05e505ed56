"""What the program draws may be a stand-in; what it cannot have drawn is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.officer.attack.pool import may_be_stand_in
from deid.redact.names import name_stand_in

SEED = bytes(range(32))


NAMES = (
    *("Maria de la Cruz", "Q. Xanthopoulou", "O'BRIEN, JO", "Li Wu-Tan, Jr.", "J. Q."),
    *("Иванов", "王小明", "김철수", "مريم"),
)


@given(st.sampled_from(NAMES), st.integers(0, 200))
def test_every_stand_in_of_the_program_may_be_one(name: str, salt: int) -> None:
    drawn = name_stand_in(
        name, person="", seed=SEED, salt=str(salt), originals=frozenset({"nothing"})
    )
    assert drawn is not None
    assert may_be_stand_in(drawn)


@pytest.mark.parametrize("name", ["Quenbridge", "Mary Quenbridge", "QUENBRIDGE, M.", "Smith-Qxy"])
def test_a_word_of_no_list_gives_a_name_away(name: str) -> None:
    assert not may_be_stand_in(name)


@pytest.mark.parametrize("name", ["Mary Smith", "J.", "JW", "de la Smith", "", "42"])
def test_what_says_nothing_is_let_be(name: str) -> None:
    assert may_be_stand_in(name)
