from __future__ import annotations

import numpy as np
import pytest

from deid.datatypes import Span
from deid.detect.tokens import Tokens
from deid.labels import Label
from deid.training.measure import THRESHOLDS, Curve, measure
from deid.training.redraw import MarkedNote

NOTE = MarkedNote("n", "Ada Lum came", ((Span(0, 7), Label.PATIENT),))


def tagger(*sure: float):
    """A tagger that is so sure of each of the three words that it is an identifier."""

    def tag(text: str):
        spans = [Span(0, 3), Span(4, 7), Span(8, 12)]
        rows = np.array([[1 - value, value] for value in sure], np.float32)
        return Tokens([1] * 3, [1] * 3, spans), rows

    return tag


def test_a_tagger_that_is_right_has_full_marks() -> None:
    curve = measure([NOTE], tagger(1, 1, 0))
    assert curve.recall == (1.0,) * len(THRESHOLDS)
    assert curve.precision == (1.0,) * len(THRESHOLDS)
    assert curve.quality == 1


def test_blanks_do_not_count_and_thresholds_do() -> None:
    curve = measure([NOTE], tagger(0.9, 0.25, 0.15))
    at = dict(zip(THRESHOLDS, zip(curve.recall, curve.precision, strict=True), strict=True))
    assert at[0.1] == (1.0, pytest.approx(0.6))
    assert at[0.2] == (1.0, 1.0)
    assert at[0.3] == (0.5, 1.0)


def test_recall_counts_more_than_precision() -> None:
    assert Curve((0.9,), (0.8,)).quality > Curve((0.8,), (0.9,)).quality


def test_a_tagger_that_finds_nothing_has_no_quality() -> None:
    assert measure([NOTE], tagger(0, 0, 0)).quality == 0
