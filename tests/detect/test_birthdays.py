from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.detect.birthdays import date_pattern, parse_date

_FORMS = [
    "{0:%Y-%m-%d}",
    "{0:%m/%d/%Y}",
    "{0:%d.%m.%Y}",
    "{0.month}/{0.day}/{0:%y}",
    "{0.day}-{0.month}-{0:%y}",
    "{0:%B} {0.day}, {0.year}",
    "{0:%b} {0.day} {0.year}",
    "{0.day} {0:%B} {0.year}",
    "{0:%d}-{0:%b}-{0:%y}",
    "{0.day}th of {0:%B}, {0.year}",
    "{0:%Y%m%d}",
    "{0:%Y%m%d}083000",
    "{0:%m%d%Y}",
    "{0:%m%d%y}",
    "{0:%B} {0.day}",
    "{0:%b} {0.year}",
]


@given(known=st.dates(date(1900, 1, 1), date(2030, 1, 1)), form=st.sampled_from(_FORMS))
def test_every_form_of_a_date_is_matched_whole(known: date, form: str) -> None:
    written = form.format(known)
    match = re.search(date_pattern(known), f"born {written}, here", re.IGNORECASE)
    assert match is not None
    assert match.group() == written


@pytest.mark.parametrize(
    "text", ["3/15/1962", "1962", "3/14", "13/14/1962x", "119620314", "March 15", "x03141962"]
)
def test_other_dates_and_longer_numbers_are_not(text: str) -> None:
    assert re.search(date_pattern(date(1962, 3, 14)), text, re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("1962-03-14", (date(1962, 3, 14),)),
        ("1962-03-14T08:30:00", (date(1962, 3, 14),)),
        ("19620314", (date(1962, 3, 14),)),
        ("3/4/1962", (date(1962, 3, 4), date(1962, 4, 3))),
        ("14.03.1962", (date(1962, 3, 14),)),
        ("March 14, 1962", (date(1962, 3, 14),)),
        ("14 Sept 1962", (date(1962, 9, 14),)),
        ("14th mar 1962", (date(1962, 3, 14),)),
        ("3/4/62", ()),
        ("1962-02-30", ()),
        ("Foo 14, 1962", ()),
        ("unknown", ()),
    ],
)
def test_reads_a_date_with_a_century_in_any_common_form(text: str, dates: tuple[date, ...]) -> None:
    assert parse_date(text) == dates
