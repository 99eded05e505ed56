"""Whether a number keeps the rules of its kind: checksums and calendar validity (pure).

A rule names one of `CHECKS`; what fails the check is no finding. Every check takes the matched
text with its blanks and hyphens. Sources stand with each function.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import regex

Check = Callable[[str], bool]

_LETTER_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OLDEST_YEAR, _NEWEST_YEAR = 1850, 2100
_IBAN_LENGTHS = range(15, 35)


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character in "0123456789"]


def _alphanumeric(text: str) -> str:
    return "".join(c for c in text.upper() if c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def luhn(text: str) -> bool:
    """Whether the digits keep the Luhn formula (ISO/IEC 7812-1, annex B)."""
    digits = _digits(text)
    doubled = (d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2])
    return len(digits) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def payment_card(text: str) -> bool:
    """Whether this may be a payment card: 13 to 19 digits, a known first digit, Luhn."""
    digits = _digits(text)
    return 13 <= len(digits) <= 19 and digits[0] in {2, 3, 4, 5, 6} and luhn(text)


def imei(text: str) -> bool:
    """Whether this may be an IMEI: 15 digits under Luhn (3GPP TS 23.003, annex B)."""
    return len(_digits(text)) == 15 and luhn(text)


def npi(text: str) -> bool:
    """Whether this is a US National Provider Identifier: Luhn over 80840 and its ten digits.

    Source: 45 CFR 162.406; CMS, NPI check digit.
    """
    digits = _digits(text)
    return len(digits) == 10 and digits[0] in {1, 2} and luhn("80840" + "".join(map(str, digits)))


def dea(text: str) -> bool:
    """Whether this is a DEA registration: two letters (or one and a 9), seven digits, check digit.

    The last digit is that of (1st + 3rd + 5th) + 2 × (2nd + 4th + 6th) (21 CFR 1301).
    """
    code = _alphanumeric(text)
    if not regex.fullmatch(r"[A-Z][A-Z9][0-9]{7}", code):
        return False
    d = _digits(code[2:])
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def vin(text: str) -> bool:
    """Whether this is a vehicle identification number with its check digit (49 CFR 565.15)."""
    code = _alphanumeric(text)
    if not regex.fullmatch(r"[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{8}", code):
        return False
    values = (int(c) if c.isdigit() else int(_LETTER_VALUES[c]) for c in code)
    remainder = sum(w * v for w, v in zip(_VIN_WEIGHTS, values, strict=True)) % 11
    return code[8] == ("X" if remainder == 10 else str(remainder))


def iban(text: str) -> bool:
    """Whether this is an international bank account number: mod 97 is 1 (ISO 13616)."""
    code = _alphanumeric(text)
    if len(code) not in _IBAN_LENGTHS or not regex.match(r"[A-Z]{2}[0-9]{2}", code):
        return False
    return int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1


def nhs_number(text: str) -> bool:
    """Whether this is an NHS number: ten digits, weights 10 to 2, modulus 11."""
    digits = _digits(text)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    total = sum(w * d for w, d in zip(range(10, 1, -1), digits[:9], strict=True))
    return (11 - total % 11) % 11 == digits[9]


def ssn(text: str) -> bool:
    """Whether area, group and serial are ones that exist (SSA, randomised since 2011).

    Areas 900 to 999 pass too: they are taxpayer numbers of the same shape, and just as private.
    """
    code = "".join(map(str, _digits(text)))
    return (
        len(code) == 9
        and code[:3] not in {"000", "666"}
        and code[3:5] != "00"
        and code[5:] != "0000"
        and len(set(code)) > 1
    )


def au_medicare(text: str) -> bool:
    """Whether this is an Australian Medicare number: first digit 2 to 6, mod 10 check digit."""
    digits = _digits(text)
    if len(digits) not in {10, 11} or not 2 <= digits[0] <= 6:
        return False
    weights = (1, 3, 7, 9, 1, 3, 7, 9)
    return sum(w * d for w, d in zip(weights, digits[:8], strict=True)) % 10 == digits[8]


def gtin(text: str) -> bool:
    """Whether the 14 digits behind a GS1 `(01)` end in their check digit (GS1 General Spec. 7.9).

    Takes a bare GTIN or a UDI that holds `(01)` or `01`.
    """
    found = regex.search(r"\(01\)([0-9]{14})|^01([0-9]{14})|^([0-9]{14})$", text)
    if found is None:
        return False
    digits = _digits(found.group(1) or found.group(2) or found.group(3))
    return sum(d * (3 if i % 2 == 0 else 1) for i, d in enumerate(digits)) % 10 == 0


def zip_code(text: str) -> bool:
    """Whether this may be a US ZIP or ZIP+4: 00501 and above, no 00000."""
    digits = _digits(text)
    return len(digits) in {5, 9} and int("".join(map(str, digits[:5]))) >= 501


def ip_address(text: str) -> bool:
    """Whether this is an IPv4 or IPv6 address (RFC 4291, RFC 6943), a prefix length allowed."""
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def us_phone(text: str) -> bool:
    """Whether area code and exchange may exist in the North American Numbering Plan."""
    digits = _digits(text)
    if len(digits) == 11 and digits[0] == 1:
        digits = digits[1:]
    return len(digits) == 10 and digits[0] >= 2


def _year(text: str) -> int | None:
    """The year that two or four digits stand for; two-digit ones count as 2000 to 2099."""
    if len(text) not in {2, 4}:
        return None
    value = int(text)
    return value if len(text) == 4 else 2000 + value


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return _OLDEST_YEAR <= year <= _NEWEST_YEAR


def numeric_date(text: str) -> bool:
    """Whether three numbers can be read as day, month and year in some usual order."""
    parts = regex.findall(r"[0-9]+", text)[:3]
    if len(parts) != 3:
        return False
    a, b, c = parts
    readings = ((c, a, b), (c, b, a), (a, b, c))
    # 2/29/97 is a day of 1997 and none of 2097: a leap year stands for every two-digit year.
    for year_text, month, day in readings:
        year = _year(year_text)
        if year is None or len(month) > 2 or len(day) > 2:
            continue
        if _is_day(2000 if len(year_text) == 2 else year, int(month), int(day)):
            return True
    return False


def month_and_day(text: str) -> bool:
    """Whether two numbers can be read as month and day, or as day and month, of a leap year."""
    parts = [int(part) for part in regex.findall(r"[0-9]+", text)]
    if len(parts) != 2:
        return False
    return _is_day(2000, parts[0], parts[1]) or _is_day(2000, parts[1], parts[0])


def compact_date(text: str) -> bool:
    """Whether the first eight (or all six) digits are a day: `20240314`, `03142024`, `031424`."""
    digits = "".join(map(str, _digits(text)))
    if len(digits) == 6:
        return any(
            _is_day(2000, int(month), int(day))
            for month, day in (
                (digits[:2], digits[2:4]),
                (digits[2:4], digits[:2]),
                (digits[2:4], digits[4:]),
            )
        )
    if len(digits) < 8:
        return False
    readings = (
        (digits[:4], digits[4:6], digits[6:8]),
        (digits[4:8], digits[:2], digits[2:4]),
        (digits[4:8], digits[2:4], digits[:2]),
    )
    return any(_is_day(int(y), int(m), int(d)) for y, m, d in readings)


def timestamp(text: str) -> bool:
    """Whether the digits are an HL7 v2 DTM: YYYYMMDD, then HHMM and SS where given."""
    digits = "".join(map(str, _digits(text.split(".")[0].split("+")[0].split("-")[0])))
    if len(digits) not in {8, 10, 12, 14}:
        return False
    if not _is_day(int(digits[:4]), int(digits[4:6]), int(digits[6:8])):
        return False
    clock = [int(digits[i : i + 2]) for i in range(8, len(digits), 2)]
    return all(n < limit for n, limit in zip(clock, (24, 60, 60), strict=False))


def worded_date(text: str) -> bool:
    """Whether the day that stands beside a month's name exists in that month."""
    name = regex.search(r"[A-Za-z]{3,}", text)
    day = regex.search(r"(?<![0-9])[0-9]{1,2}(?![0-9])", text)
    if name is None or day is None:
        return name is not None
    month = name.group()[:3].lower()
    return month not in _MONTHS or _is_day(2000, _MONTHS.index(month) + 1, int(day.group()))


_UNITS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMBER_WORDS = MappingProxyType(
    {word: value for value, word in enumerate(_UNITS)}
    | {word: 20 + 10 * index for index, word in enumerate(_TENS)}
    | {"hundred": 100}
)
_OLDEST_AGE = 125


def age_in_years(text: str) -> int | None:
    """The age in whole years that `92 y.o.`, `ninety-two`, `7 1` shows; months and days are 0.

    Returns:
        None where the text shows no number.
    """
    lowered = text.lower()
    digits = _digits(regex.split(r"\.[0-9]", lowered)[0])
    if digits:
        value = int("".join(map(str, digits)))
    else:
        words = regex.findall(r"[a-z]+", lowered)
        numbers = [_NUMBER_WORDS[word] for word in words if word in _NUMBER_WORDS]
        if not numbers:
            return None
        value = sum(numbers)
    infant = regex.search(
        r"month|week|day|\bmo\b|\bmos\b|\bwk|\bhour|[0-9]\s*(?:mo|m|w|wk|d)\b", lowered
    )
    return 0 if infant and not regex.search(r"year|\byr|\by", lowered) else value


def age(text: str) -> bool:
    """Whether this shows an age that people reach, 0 to 125."""
    years = age_in_years(text)
    return years is not None and years <= _OLDEST_AGE


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "age": age,
        "au-medicare": au_medicare,
        "compact-date": compact_date,
        "dea": dea,
        "gtin": gtin,
        "iban": iban,
        "imei": imei,
        "ip": ip_address,
        "luhn": luhn,
        "month-and-day": month_and_day,
        "nhs": nhs_number,
        "npi": npi,
        "numeric-date": numeric_date,
        "payment-card": payment_card,
        "ssn": ssn,
        "timestamp": timestamp,
        "us-phone": us_phone,
        "vin": vin,
        "worded-date": worded_date,
        "zip": zip_code,
    }
)
"""The checks that a rule may name."""
