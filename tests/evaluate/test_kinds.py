from __future__ import annotations

import pytest

from deid.datatypes import Span
from deid.evaluate import score
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.intervals import intervals
from deid.evaluate.kinds import Kind, Measure, recall_of_kind
from deid.labels import Label

NOTE = GoldNote(
    "a",
    "Ann B. Lee, MRN 4711, 3 May, Ulm",
    (
        LabelledSpan(Span(0, 10), Label.PATIENT),
        LabelledSpan(Span(16, 20), Label.MRN),
        LabelledSpan(Span(22, 27), Label.DATE),
        LabelledSpan(Span(29, 32), Label.CITY),
    ),
)


def test_every_label_is_of_a_kind() -> None:
    assert Kind.of(Label.USERNAME) is Kind.IDS
    assert Kind.of(Label.DOCTOR) is Kind.NAMES
    assert Kind.of(Label.FAX) is Kind.CONTACTS
    assert Kind.of(Label.DATE) is Kind.DATES
    assert Kind.of(Label.AGE90) is Kind.REST
    assert {Kind.of(label) for label in Label} == set(Kind)


@pytest.mark.parametrize(
    ("kind", "characters", "spans"),
    [
        (Kind.NAMES, 7 / 8, 1.0),
        (Kind.IDS, 0.5, 0.0),
        (Kind.DATES, 0.0, 0.0),
        (Kind.CONTACTS, None, None),
    ],
)
def test_recall_counts_characters_that_are_not_blank_or_marks_without_a_leak(
    kind: Kind, characters: float | None, spans: float | None
) -> None:
    # All of the name but its full stop, half of the number under another label, no date.
    predicted = [
        LabelledSpan(Span(0, 5), Label.CITY),
        LabelledSpan(Span(6, 10), Label.PATIENT),
        LabelledSpan(Span(18, 22), Label.DATE),
    ]
    figures = [recall_of_kind(kind, measure) for measure in Measure]
    told = intervals([score([NOTE], {"a": predicted})], figures)
    assert [None if one is None else one.value for one in told] == [characters, spans]
