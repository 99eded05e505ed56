"""Dates are read in every form that notes use, and written back in the same form."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.redact.dates import (
    DateFields,
    expand_year,
    infer_day_first,
    parse_date,
    shifted,
)

TODAY = datetime.date(2024, 6, 1)

FULL_FORMS = [
    *("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d", "%Y/%m/%d", "%m-%d-%Y", "%Y%m%d", "%m%d%Y"),
    *("%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M%S-0500", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%SZ"),
    *("%d-%b-%Y", "%d%b%Y", "%d %B %Y", "%d %b %y", "%B %d, %Y", "%b %d, %Y", "%b. %d, %Y"),
    *("%b %d %Y", "%A, %B %d, %Y", "%a %m/%d/%y", "%a %d-%b-%Y", "%A %d %B %Y"),
    *("%m/%d/%Y %H:%M", "%m/%d/%y at %I:%M %p", "%m / %d / %Y", "%m %d %Y"),
    *("%d-%B-%y", "%m/%d/'%y", "%B %d, %Y (%A)"),
]
days = st.dates(datetime.date(1940, 1, 1), datetime.date(2024, 12, 31))


def _at(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, 9, 5, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize("form", FULL_FORMS)
@settings(max_examples=15)
@given(day=days, other=days, case=st.sampled_from([str, str.upper, str.lower]))
def test_another_date_is_written_in_the_same_form(
    form: str, day: datetime.date, other: datetime.date, case: Callable[[str], str]
) -> None:
    text = case(_at(day).strftime(form))
    parsed = parse_date(text, today=TODAY)
    assert parsed is not None
    assert parsed.fields.is_full
    assert parsed.write(parsed.fields) == text
    weekday = None if parsed.fields.weekday is None else other.weekday()
    new = parsed.write(DateFields(other.year, other.month, other.day, weekday))
    # "May" does not show whether months are written out.
    if day.month != 5 and other.month != 5:
        assert new == case(_at(other).strftime(form))


@given(day=days, form=st.sampled_from(FULL_FORMS))
def test_full_dates_are_read_as_what_they_say(day: datetime.date, form: str) -> None:
    parsed = parse_date(_at(day).strftime(form), today=TODAY)
    assert parsed is not None
    found = parsed.fields
    assert (found.year, found.month, found.day) == (day.year, day.month, day.day)
    assert found.weekday in {None, day.weekday()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7/5", DateFields(None, 7, 5)),
        ("Wed 9/14", DateFields(None, 9, 14, 2)),
        ("23/9", DateFields(None, 9, 23)),
        ("03/2019", DateFields(2019, 3)),
        ("2019-03", DateFields(2019, 3)),
        ("200403", DateFields(2004, 3)),
        ("121520", DateFields(2020, 12, 15)),
        ("3/98", DateFields(1998, 3)),
        ("November 2007", DateFields(2007, 11)),
        ("mid-October", DateFields(None, 10)),
        ("end of May 2008", DateFields(2008, 5)),
        ("Nov '98", DateFields(1998, 11)),
        ("Sept 14", DateFields(None, 9, 14)),
        ("the 3rd of August", DateFields(None, 8, 3)),
        ("4th February 2011", DateFields(2011, 2, 4)),
        ("Friday the 9th of July, 2010", DateFields(2010, 7, 9, 4)),
        ("9Aug12", DateFields(2012, 8, 9)),
        ("Thurs", DateFields(weekday=3)),
        ("Mondays", DateFields(weekday=0)),
        ("Monday the 14th", DateFields(day=14, weekday=0)),
        ("1996", DateFields(1996)),
        ("'99", DateFields(1999)),
        ("14·02·2016", DateFields(2016, 2, 14)),
        ("20240305101500.123+0100", DateFields(2024, 3, 5)),
    ],
)
def test_partial_and_unusual_forms(text: str, expected: DateFields) -> None:
    parsed = parse_date(text, today=TODAY)
    assert parsed is not None
    assert parsed.fields == expected
    assert parsed.write(parsed.fields) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "Easter",
            "spring of 2016",
            "02/30/2020",
            "13/13/2020",
            "2023-02-29",
            "00/10/2010",
        ),
        *(
            "O9 / ll / O9",
            "T/Th/S",
            "80s",
            "1980's",
            "last fall",
            "Feb 3-5",
            "the 32nd",
            "7/145/93",
        ),
        *("0", "12", "120/80 mmHg", "99999999", "Jan " * 40, "May or June", "1/2/3/4"),
    ],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert parse_date(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "days_on", "expected"),
    [
        ("2/28/2023", 1, "3/1/2023"),
        ("12/31/99", 1, "01/01/00"),
        ("1st of May", 1, "2nd of May"),
        ("MAY 3RD", 8, "MAY 11TH"),
        ("Sunday, May 5th", 100, "Tuesday, Aug 13th"),
        ("Mondays", 2, "Wednesdays"),
        ("sat", 3, "tue"),
        ("Sept 14, 2010", 30, "Oct 14, 2010"),
        ("June 2019", 365, "June 2020"),
        ("2/29", 1, "3/1"),
        ("201905", -31, "201904"),
        ("Wed 28 Feb 2024 14:30", 2, "Fri 01 Mar 2024 14:30"),
    ],
)
def test_shifted_dates_read_well(text: str, days_on: int, expected: str) -> None:
    parsed = parse_date(text, today=TODAY)
    assert parsed is not None
    moved = shifted(parsed, days_on, reference_year=2024)
    assert moved is not None
    assert parsed.write(moved) == expected


@given(text=st.text(max_size=40))
def test_no_text_breaks_the_parser_and_what_is_read_is_written_back(text: str) -> None:
    parsed = parse_date(text, today=TODAY)
    assert parsed is None or parsed.write(parsed.fields) == text


def test_a_day_without_a_month_cannot_be_shifted() -> None:
    parsed = parse_date("Monday the 14th", today=TODAY)
    assert parsed is not None
    assert shifted(parsed, 3, reference_year=2024) is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["23/01/24", "04/02/24"], True),
        (["01/23/24", "04/02/24"], False),
        (["04/02/24"], False),
        (["04.02.2024"], True),
        (["2024-02-04", "Easter"], False),
        ([], False),
    ],
)
def test_order_of_day_and_month_is_inferred_from_the_clear_dates(
    texts: list[str], expected: bool
) -> None:
    assert infer_day_first(texts, today=TODAY) is expected


@given(two=st.integers(0, 99))
def test_two_digit_years_lie_in_the_hundred_years_up_to_next_year(two: int) -> None:
    year = expand_year(two, today=TODAY)
    assert year % 100 == two
    assert TODAY.year - 99 < year <= TODAY.year + 1


def test_dates_and_parsed_dates_hide_their_text() -> None:
    parsed = parse_date("14-Nov-1963", today=TODAY)
    assert "Nov" not in repr(parsed)
