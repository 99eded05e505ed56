"""Counting what attacks find: known worlds give known counts."""

from __future__ import annotations

import pytest

from deid.officer.attack import Attack, Kind, Marked, Outcome, draw_leaks, side_by_side
from deid.officer.attack.measure import outcome
from deid.policy import load_policy


def test_counts_and_exact_intervals() -> None:
    found = outcome([True, True, False, False], [True, False, True, False])
    assert found == Outcome(names=4, leaks=2, suspects=2, found=1)
    assert found.chance == 0.5
    assert found.recall == found.precision == pytest.approx((0.01258, 0.98742), abs=1e-5)
    assert Outcome(0, 0, 0, 0).chance == 0


def test_attacks_side_by_side(notes: list[Marked]) -> None:
    leaks = draw_leaks(notes, share=0.15, seed=1)
    table = side_by_side(notes, leaks, policy=load_policy("research"))
    planted = sum(map(len, leaks))
    for row in table.values():
        assert {one.leaks for one in row.values()} == {planted}
        assert row[Attack.ANY].found == max(one.found for one in row.values())
        # No list that stand-ins are drawn from holds the names of these notes.
        assert row[Attack.POOL] == Outcome(5 * len(notes), planted, planted, planted)
    odd = {kind: row[Attack.ODD_ONE_OUT] for kind, row in table.items()}
    assert odd[Kind.CONSISTENT].found > 0
    assert odd[Kind.CONSISTENT].suspects < odd[Kind.MARKOV].suspects


def test_a_single_note_is_attacked_without_a_parrot(notes: list[Marked]) -> None:
    leaks = [frozenset({notes[0].names()[0]})]
    table = side_by_side(notes[:1], leaks, policy=load_policy("research"))
    assert table[Kind.MARKOV][Attack.PARROT].suspects == 0
    assert table[Kind.MARKOV][Attack.POOL].found == 1
