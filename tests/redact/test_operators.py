"""Each operator by itself, and that it falls back to the tag rather than keep."""

from __future__ import annotations

import datetime
import re

import pytest

from deid.labels import Label
from deid.policy import OperatorName, Option, Treatment
from deid.redact.mention import Mention, Note
from deid.redact.operators import OPERATORS, operate

SEED = bytes(32)
NOTE = Note(datetime.date(2024, 6, 1), 2024)


def _operate(text: str, label: Label, operator: OperatorName, **options: Option) -> str:
    mention = Mention(text, label, identity=f"{label}:{text.lower()}", number=3)
    return operate(mention, Treatment(operator, options), seed=SEED, note=NOTE)[0]


def test_every_operator_is_there() -> None:
    assert set(OPERATORS) == set(OperatorName)


def test_tags() -> None:
    assert _operate("Ann", Label.PATIENT, OperatorName.TAG) == "[PATIENT]"
    assert _operate("Ann", Label.PATIENT, OperatorName.TAG, numbered=True) == "[PATIENT-3]"


def test_masks_have_a_fixed_width_or_the_original_length() -> None:
    assert _operate("Ann", Label.PATIENT, OperatorName.MASK) == "*****"
    assert _operate("Ann", Label.PATIENT, OperatorName.MASK, width=2, character="#") == "##"
    assert _operate("Ann\r\nLee B", Label.PATIENT, OperatorName.MASK, width=0) == "***\r\n*****"


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("Ann", Label.PATIENT, "[PATIENT]"),
        ("OL14 5QF", Label.ZIP, "[ZIP]"),
        ("teenager", Label.AGE, "[AGE]"),
        ("ninety-one", Label.AGE, "90 or older"),
        ("forty-one", Label.AGE, "forty-one"),
        ("whatever", Label.AGE90, "90 or older"),
        ("02139-4307", Label.ZIP, "021**"),
        ("12:30 on 4/5/2019", Label.DATE, "2019"),
    ],
)
def test_generalise(text: str, label: Label, expected: str) -> None:
    assert _operate(text, label, OperatorName.GENERALISE) == expected


@pytest.mark.parametrize(
    "text", ["Easter", "spring of 2016", "the 14th", "80s", "2/30/2020", "1931"]
)
def test_dates_that_cannot_be_shifted_are_tagged(text: str) -> None:
    assert _operate(text, Label.DATE, OperatorName.SHIFT_DATE) == "[DATE]"
    assert _operate(text, Label.DATE, OperatorName.SURROGATE) == "[DATE]"


def test_shift_uses_its_range() -> None:
    shown = _operate("2024-03-05", Label.DATE, OperatorName.SHIFT_DATE, max_days=1)
    assert shown in {"2024-03-04", "2024-03-06"}


def test_hash_is_keyed_and_never_reads_as_a_number() -> None:
    shown = [_operate(f"p{i}", Label.MRN, OperatorName.HASH, digits=8) for i in range(400)]
    assert all(re.fullmatch(r"\[MRN-(?=\d*[a-f])[0-9a-f]{8}\]", token) for token in shown)
    assert len(set(shown)) == len(shown)
    other = Mention("p0", Label.MRN, identity="MRN:p0")
    treatment = Treatment(OperatorName.HASH, {"digits": 8})
    assert operate(other, treatment, seed=bytes([1] * 32), note=NOTE)[0] != shown[0]
    assert len(_operate("p0", Label.MRN, OperatorName.HASH)) == len("[MRN-]") + 12


def test_keep() -> None:
    assert _operate("TX", Label.STATE, OperatorName.KEEP) == "TX"


def test_other_facts_get_no_stand_in() -> None:
    assert _operate("the former mayor", Label.OTHER, OperatorName.SURROGATE) == "[OTHER]"
