from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.detect.windows import (
    WindowPlan,
    edge_weights,
    merge,
    random_phase,
    segments,
    windows,
)

PLANS = st.integers(1, 60).flatmap(
    lambda size: st.builds(WindowPlan, st.just(size), st.integers(0, (size - 1) // 2))
)


@given(st.integers(0, 500), PLANS)
def test_every_token_lies_in_a_window(count: int, plan: WindowPlan) -> None:
    made = list(windows(count, plan))
    assert {index for window in made for index in window} == set(range(count))
    assert all(len(window) <= plan.size for window in made)


@given(st.integers(1, 500), PLANS)
def test_windows_are_alike_in_length_and_overlap(count: int, plan: WindowPlan) -> None:
    made = list(windows(count, plan))
    assert len({len(window) for window in made}) == 1
    assert made[0].start == 0
    assert made[-1].stop == count
    for before, after in pairwise(made):
        assert before.start < after.start
        assert before.stop - after.start >= plan.overlap


def test_no_window_is_made_that_is_not_needed() -> None:
    plan = WindowPlan(20, 5)
    assert [len(list(windows(count, plan))) for count in (0, 1, 20, 21, 35, 36)] == [
        0, 1, 1, 2, 2, 3,
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (10, 5), (10, -1), (4, 2)])
def test_a_plan_that_could_not_go_forward_is_refused(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="no plan"):
        WindowPlan(size, overlap)


@given(st.integers(1, 300), PLANS, st.integers(0, 2**32 - 1))
def test_merging_equal_answers_gives_them_back(count: int, plan: WindowPlan, seed: int) -> None:
    rows = np.random.default_rng(seed).random((count, 3), dtype=np.float32)
    merged = list(merge((part, rows[part.start : part.stop]) for part in windows(count, plan)))
    np.testing.assert_allclose(np.concatenate(merged), rows, rtol=1e-5)


def test_the_window_with_more_context_counts_more() -> None:
    low, high = np.zeros((6, 1), np.float32), np.ones((6, 1), np.float32)
    merged = np.concatenate(list(merge([(range(6), low), (range(4, 10), high)])))
    # Token 4: weight 2 in the first window, 1 in the second; token 5 the other way round.
    assert merged[4, 0] == pytest.approx(1 / 3)
    assert merged[5, 0] == pytest.approx(2 / 3)


def test_weights_rise_towards_the_middle() -> None:
    assert edge_weights(5).tolist() == [1, 2, 3, 2, 1]


def test_blocks_are_given_out_before_all_windows_are_there() -> None:
    taken = []

    def answers():
        for part in windows(100, WindowPlan(20, 5)):
            taken.append(part)
            yield part, np.ones((len(part), 2), np.float32)

    first = next(merge(answers()))
    assert len(first) < 20
    assert len(taken) == 2


@pytest.mark.parametrize(
    "answers",
    [
        [(range(4), 3)],
        [(range(4), 4), (range(6, 8), 2)],
        [(range(4, 8), 4), (range(4), 4)],
    ],
)
def test_answers_that_do_not_fit_are_refused(answers: list[tuple[range, int]]) -> None:
    with pytest.raises(ValueError, match="windows"):
        list(merge((part, np.ones((length, 2), np.float32)) for part, length in answers))


@given(st.integers(0, 300), PLANS, st.integers(0, 1000))
def test_training_windows_are_a_partition(count: int, plan: WindowPlan, phase: int) -> None:
    made = random_phase(count, plan, phase)
    assert [index for window in made for index in window] == list(range(count))
    assert all(0 < len(window) <= plan.size for window in made)


@given(st.text(alphabet="ab \n", max_size=400), st.integers(1, 60), st.integers(0, 30))
def test_segment_cores_are_a_partition_within_their_margins(
    text: str, size: int, margin: int
) -> None:
    made = list(segments(text, size=size, margin=margin))
    assert [place for item in made for place in range(item.core.start, item.core.end)] == list(
        range(len(text))
    )
    for item in made:
        assert 0 < len(item.core) <= size
        assert item.padded.covers(item.core)
        assert len(item.padded) <= size + 3 * margin + 1
        assert item.padded.end <= len(text)


def test_segments_are_cut_between_words() -> None:
    text = "word " * 100
    for item in segments(text, size=52, margin=10):
        assert not item.core.of(text).startswith("ord")
        assert item.core.of(text).endswith(" ")
