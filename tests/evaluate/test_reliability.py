from __future__ import annotations

import pytest

from deid.datatypes import Finding, Span
from deid.errors import MalformedRecord
from deid.evaluate import GoldNote, LabelledSpan
from deid.evaluate.reliability import Bin, reliability
from deid.labels import Label

NOTE = GoldNote("a", "Ann Lee, 3 May", (LabelledSpan(Span(0, 7), Label.PATIENT),))


def finding(start: int, end: int, score: float) -> Finding:
    return Finding(Span(start, end), Label.DATE, score, "model:0")


def test_half_of_a_finding_must_be_marked_under_whatever_label() -> None:
    # Visible characters: "Ann Lee" has 6, ", 3 May" has 5.
    for end, right in ((7, 1), (13, 1), (14, 1), (11, 1)):
        (only,) = reliability([NOTE], {"a": [finding(0, end, 0.5)]}).bins
        assert only.right == right
    (only,) = reliability([NOTE], {"a": [finding(6, 14, 0.5)]}).bins
    assert only.right == 0


def test_findings_are_put_into_bins_by_their_score_and_one_belongs_to_the_last() -> None:
    found = [finding(0, 3, 0.82), finding(0, 7, 0.88), finding(9, 14, 0.8), finding(0, 7, 1.0)]
    shown = reliability([NOTE], {"a": found})
    assert shown.findings == 4
    assert shown.bins == (
        Bin(0.8, 0.9, 3, pytest.approx(2.5 / 3), pytest.approx(2 / 3)),
        Bin(0.9, 1.0, 1, 1.0, 1.0),
    )
    assert shown.error == pytest.approx((3 * (2.5 / 3 - 2 / 3) + 0) / 4)


def test_scores_that_tell_the_truth_have_no_error() -> None:
    found = [finding(0, 7, 0.5), finding(9, 14, 0.5)]
    assert reliability([NOTE], {"a": found}).error == 0


def test_without_findings_there_is_no_error_to_tell() -> None:
    shown = reliability([NOTE], {"a": []})
    assert (shown.bins, shown.error) == ((), None)
    assert shown.as_json()["expected_calibration_error"] is None


def test_a_note_without_an_entry_is_an_error() -> None:
    with pytest.raises(MalformedRecord):
        reliability([NOTE], {})
