from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.formats.ooxml.serials import is_date_format, serial_of, shown_date, shown_number


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy\\-mm\\-dd", True),
        ("[$-409]d/mmm/yy h:mm", True),
        ("mmm", True),
        ("h:mm:ss", False),
        ("[h]:mm", False),
        ("General", False),
        ("0.00E+00", False),
        ('0" days"', False),
        ("[Red]0.0", False),
        ("#,##0_);[Red]\\(#,##0\\)", False),
    ],
)
def test_dates_are_told_by_their_format(code: str, *, is_date: bool) -> None:
    assert is_date_format(164, {164: code}) is is_date


def test_formats_without_a_code_are_known_by_their_number() -> None:
    assert [is_date_format(number, {}) for number in (0, 14, 20, 22)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("60", None),
        ("61", "1900-03-01"),
        ("45000.5", "2023-03-15 12:00:00"),
        ("0.5", None),
        ("-3", None),
        ("2958466", None),
        ("nan", None),
        ("x", None),
    ],
)
def test_a_number_of_days_is_shown_as_its_date(written: str, shown: str | None) -> None:
    assert shown_date(written, since_1904=False) == shown


def test_years_may_begin_in_1904() -> None:
    assert shown_date("0", since_1904=True) == "1904-01-01"
    assert serial_of("1904-01-02", since_1904=True) == "1"


@given(st.integers(1, 2_958_464), st.integers(0, 86_399), st.booleans())
def test_a_date_is_written_as_the_number_that_shows_it(
    days: int,
    seconds: int,
    since_1904: bool,
) -> None:
    shown = shown_date(repr(days + seconds / 86_400), since_1904=since_1904)
    if shown is not None:
        serial = serial_of(shown, since_1904=since_1904)
        assert serial is not None
        assert shown_date(serial, since_1904=since_1904) == shown


@pytest.mark.parametrize("text", ["1961", "[DATE-1]", "1899-12-31", "2023-02-30", "12345-01-01"])
def test_what_is_no_date_has_no_number(text: str) -> None:
    assert serial_of(text, since_1904=False) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("8.0155501470000000E9", "8015550147"),
        ("98.6", "98.6"),
        ("1e400", "1e400"),
        ("x", "x"),
        ("1.0000000000000000000048021377", "1.0000000000000000000048021377"),
    ],
)
def test_a_number_is_shown_as_people_read_it(written: str, shown: str) -> None:
    assert shown_number(written) == shown
