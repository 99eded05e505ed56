"""Operating points and measured scores."""

from __future__ import annotations

import numpy as np
import pytest

from deid.labels import Label
from deid.training.calibrate import FLOOR, Evidence, fitted_scale
from deid.training.examples import MODEL_LABELS

CITY, OTHER = (MODEL_LABELS.index(label) for label in (Label.CITY, Label.OTHER))


def words(label: int, rows: list[tuple[float, int, int]]) -> list[tuple[float, int, int, int]]:
    return [(p, label, marked, unmarked) for p, marked, unmarked in rows]


def evidence_of(rows: list[tuple[float, int, int, int]]) -> Evidence:
    p, label, marked, unmarked = np.array(rows, dtype=float).T
    return Evidence(p, label.astype(np.intp), marked, unmarked)


def test_a_label_whose_doubtful_words_are_wrong_gets_a_higher_point() -> None:
    cities = words(CITY, [(0.99, 6, 0)] * 200 + [(0.12, 6, 0)] * 30 + [(0.02, 0, 6)] * 200)
    facts = words(OTHER, [(0.99, 6, 0)] * 200 + [(0.32, 0, 6)] * 60 + [(0.02, 0, 6)] * 200)
    scale = fitted_scale(evidence_of(cities + facts), least_precision=0.96)
    assert scale.point(Label.CITY) <= 0.12
    assert scale.point(Label.OTHER) > 0.32


def test_recall_comes_first() -> None:
    rows = words(CITY, [(0.9, 5, 0)] * 300 + [(0.2, 5, 0)] * 10 + [(0.2, 0, 5)] * 8)
    assert fitted_scale(evidence_of(rows), least_precision=0.9).point(Label.CITY) <= 0.2
    assert fitted_scale(evidence_of(rows), least_precision=0.99).point(Label.CITY) > 0.2


def test_scores_are_the_share_of_right_words() -> None:
    rng = np.random.default_rng(5)
    probability = rng.uniform(FLOOR, 1, 4000)
    right = rng.random(4000) < probability**2
    found = Evidence(
        probability, np.full(4000, CITY), np.where(right, 4.0, 0), np.where(right, 0, 4.0)
    )
    scale = fitted_scale(found, least_precision=0.4)
    for p in (0.8, 0.9, 0.95):
        assert scale.score(p, Label.CITY) == pytest.approx(p**2, abs=0.08)


def test_without_notes_the_scale_is_still_one() -> None:
    empty = np.zeros(0)
    scale = fitted_scale(Evidence(empty, empty.astype(np.intp), empty, empty), least_precision=0.96)
    assert scale.measured == ()
    assert 0 < scale.operating_point < 1


def test_probabilities_that_round_to_the_same_are_one_pair() -> None:
    rows = words(CITY, [(0.99999, 5, 0)] * 200 + [(0.999991, 5, 0)] * 200 + [(0.2, 0, 5)] * 40)
    scale = fitted_scale(evidence_of(rows), least_precision=0.9)
    assert scale.score(1.0, Label.CITY) == 1
