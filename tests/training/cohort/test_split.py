"""The split: each patient's side is their own, and stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deid.training.cohort.patients import Cohort, cohort_of
from deid.training.cohort.split import learn_and_held
from deid.training.redraw import MarkedNote

SECRET = bytes(range(32))


def cohort(keys: set[str]) -> Cohort:
    return cohort_of({key: [MarkedNote(key, "Seen.", ())] for key in keys})


@given(st.sets(st.text(max_size=5), max_size=30), st.sets(st.text(max_size=5), max_size=30))
def test_nobody_changes_sides_when_others_come_or_go(some: set[str], more: set[str]) -> None:
    learn, held = learn_and_held(cohort(some), secret=SECRET)
    assert learn.keys | held.keys == some
    assert not learn.keys & held.keys
    later_learn, later_held = learn_and_held(cohort(some | more), secret=SECRET)
    assert learn.keys <= later_learn.keys
    assert held.keys <= later_held.keys


def test_about_the_share_is_held_out_and_a_larger_share_adds_to_it() -> None:
    everyone = cohort({f"p{number}" for number in range(1000)})
    sizes = []
    before: frozenset[str] = frozenset()
    for share in (0.0, 0.1, 0.2, 0.5, 1.0):
        held = learn_and_held(everyone, secret=SECRET, share=share)[1].keys
        assert before <= held
        before = held
        sizes.append(len(held))
    assert sizes[0] == 0
    assert 70 <= sizes[1] <= 130
    assert 160 <= sizes[2] <= 240
    assert sizes[-1] == 1000


def test_another_site_holds_out_others() -> None:
    everyone = cohort({f"p{number}" for number in range(200)})
    held = learn_and_held(everyone, secret=SECRET)[1].keys
    assert held != learn_and_held(everyone, secret=bytes(32))[1].keys
