from __future__ import annotations

from deid.datatypes import Span
from deid.evaluate import GoldNote, LabelledSpan, Scores, compare, render, score
from deid.labels import Label

NOTE = GoldNote(
    "a",
    "Ann Lee, 3 May",
    (LabelledSpan(Span(0, 7), Label.PATIENT), LabelledSpan(Span(9, 14), Label.DATE)),
)


def scores(*found: LabelledSpan) -> Scores:
    return score([NOTE], {"a": found})


def row(table: str, name: str) -> list[str]:
    return next(line for line in table.splitlines() if line.startswith(name)).split()


def test_one_result_shows_rates_leaks_and_labels() -> None:
    text = render(scores(LabelledSpan(Span(0, 7), Label.DOCTOR)))
    assert row(text, "characters ")[-5:] == ["0.6000", "1.0000", "0.7500", "10", "6"]
    assert "Notes without a leak: 0 of 1" in text
    assert row(text, "PATIENT") == ["PATIENT", "1.0000", "–", "1", "0"]
    assert row(text, "DATE") == ["DATE", "0.0000", "–", "1", "1"]


def test_results_stand_side_by_side_in_the_order_given() -> None:
    text = compare({"none": scores(), "all": scores(*NOTE.spans)})
    assert row(text, "characters, recall")[-2:] == ["0.0000", "1.0000"]
    assert row(text, "PATIENT") == ["PATIENT", "1", "0.0000", "1.0000"]


def test_no_line_ends_in_blanks_and_no_text_shows() -> None:
    text = render(scores(*NOTE.spans)) + compare({"x": scores()})
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "Ann" not in text
