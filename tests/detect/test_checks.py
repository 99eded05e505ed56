"""Checksums and calendar validity."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deid.detect.checks import CHECKS, age_in_years, luhn

VALID = {
    "age": ["0", "92", "ninety-two", "7 1", "3 months old", "125", "one hundred"],
    "au-medicare": ["2123 45670 1", "21234567012"],
    "compact-date": ["20240314", "03142024", "031424", "14032024"],
    "dea": ["AB1234563", "F91234563"],
    "gtin": ["(01)00380740000011(17)251231", "00380740000011"],
    "iban": ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"],
    "imei": ["490154203237518", "49-015420-323751-8"],
    "ip": ["10.44.7.118", "2001:db8::1", "10.0.0.0/8"],
    "luhn": ["79927398713"],
    "month-and-day": ["3/14", "14/3", "2/29", "31-12"],
    "nhs": ["943 476 5919", "9434765919"],
    "npi": ["1234567893"],
    "numeric-date": ["3/14/2024", "14.03.24", "2024-03-14", "2/29/96", "12-1-74"],
    "payment-card": ["4111 1111 1111 1111", "378282246310005"],
    "ssn": ["123-45-6789", "900-41-7726"],
    "timestamp": ["20240314", "202403141530", "20240314153045.123+0100"],
    "us-phone": ["406-721-0355", "1-740-555-0117"],
    "vin": ["1HGBH41JXMN109186", "11111111111111111"],
    "worded-date": ["Feb 29, 2024", "31 March", "May"],
    "zip": ["84601", "52302-4471", "00501"],
}
INVALID = {
    "age": ["126", "old", ""],
    "au-medicare": ["2123 45671 1", "7123 45670 1", "2123"],
    "compact-date": ["20241340", "991340", "1234"],
    "dea": ["AB1234567", "A11234563", "AB123"],
    "gtin": ["(01)00380740000012", "(01) first"],
    "iban": ["GB82 WEST 1234 5698 7654 33", "1234", ""],
    "imei": ["490154203237519", "49015420323751"],
    "ip": ["300.1.1.1", "1.2.3", "::::"],
    "luhn": ["79927398710", "0", ""],
    "month-and-day": ["20/40", "2/30", "120/80", "1/2/3"],
    "nhs": ["943 476 5918", "1111111111", "943476591"],
    "npi": ["1234567890", "3234567893", "123456789"],
    "numeric-date": ["45/67/89", "2/30/2024", "1/2", "3/14/1700", "10/10/100"],
    "payment-card": ["4111 1111 1111 1112", "1111 1111 1111 1117", "4111"],
    "ssn": ["000-12-3456", "666-12-3456", "123-00-6789", "123-45-0000", "111-11-1111", "12-3"],
    "timestamp": ["20241314", "202403142530", "2024031", "18000101"],
    "us-phone": ["055-721-0355", "721-0355"],
    "vin": ["1HGBH41J0MN109186", "1HGBH41JXMN10918", "IHGBH41JXMN109186"],
    "worded-date": ["June 31", "Feb 30", "14"],
    "zip": ["00000", "00400", "8460"],
}


def test_every_check_has_cases() -> None:
    assert VALID.keys() == INVALID.keys() == CHECKS.keys()


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in VALID.items() for t in texts])
def test_a_true_number_passes(name: str, text: str) -> None:
    assert CHECKS[name](text)


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in INVALID.items() for t in texts])
def test_a_false_number_fails(name: str, text: str) -> None:
    assert not CHECKS[name](text)


@pytest.mark.parametrize(
    ("name", "digits"),
    [
        ("luhn", "79927398713"),
        ("npi", "1234567893"),
        ("nhs", "9434765919"),
        ("payment-card", "4111111111111111"),
        ("gtin", "00380740000011"),
        ("imei", "490154203237518"),
    ],
)
@given(data=st.data())
def test_one_wrong_digit_is_noticed(name: str, digits: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    assert not CHECKS[name](digits[:place] + wrong + digits[place + 1 :])


@given(st.text(alphabet="0123456789", min_size=1, max_size=18))
def test_exactly_one_last_digit_keeps_luhn(payload: str) -> None:
    assert sum(luhn(payload + digit) for digit in "0123456789") == 1


@example("\U00011f50")  # a digit to newer Unicode tables than those of int()
@given(st.text(max_size=40))
def test_no_text_makes_a_check_raise(text: str) -> None:
    for check in CHECKS.values():
        assert check(text) in {True, False}


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("92 y.o.", 92),
        ("ninety-two-year-old", 92),
        ("92-year-old", 92),
        ("one hundred and two", 103),
        ("forty", 40),
        ("9 8", 98),
        ("95 days old", 0),
        ("18-month-old", 0),
        ("98 mo", 0),
        ("3.5-year-old", 3),
        ("elderly", None),
    ],
)
def test_age_in_years(text: str, years: int | None) -> None:
    assert age_in_years(text) == years
