"""Stand-ins for everything but names: same shape, reaching nobody."""

from __future__ import annotations

import datetime
import ipaddress
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.labels import ID_LABELS, Label
from deid.redact import codes, places
from deid.redact.mention import Mention, Note
from deid.redact.surrogates import surrogate

NOTE = Note(datetime.date(2024, 6, 1), 2024)
SEED = bytes([9] * 32)


def _surrogate(text: str, label: Label, seed: bytes = SEED) -> str | None:
    original = "".join(c for c in text.casefold() if c.isalnum())
    note = Note(NOTE.today, NOTE.reference_year, originals=frozenset({original}))
    return surrogate(Mention(text, label, identity=f"{label}:{original}"), {}, seed, note)


def _shape(text: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "0", text)))


@settings(max_examples=100, deadline=None)
@given(
    label=st.sampled_from(sorted(ID_LABELS - {Label.SSN})),
    text=st.from_regex(r"[A-WYZ]{0,3}[-. ]?[0-9]{4,9}(-[a-w]{1,2})?", fullmatch=True),
)
def test_codes_keep_their_shape_and_nothing_else(label: Label, text: str) -> None:
    new = _surrogate(text, label)
    assert new is not None
    assert _shape(new) == _shape(text)
    assert new != text


def test_one_code_gets_one_stand_in_however_it_is_parted() -> None:
    one, other = _surrogate("00-4471", Label.MRN), _surrogate("00 4471", Label.MRN)
    assert one is not None
    assert other == one.replace("-", " ")


def test_blanked_digits_stay_blank() -> None:
    new = _surrogate("xxx-xx-6630", Label.SSN)
    assert new is not None
    assert re.fullmatch(r"xxx-xx-\d{4}", new)
    assert re.fullmatch(r"(xxxx-){3}\d{4}", _surrogate("xxxx-xxxx-xxxx-4419", Label.ACCOUNT) or "")
    assert _surrogate("xxxx", Label.ACCOUNT) is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("(800) 555-0193", r"\([2-9]\d\d\) 555-01\d\d"),
        ("620.441.7136", r"[2-9]\d\d\.555\.01\d\d"),
        ("+1 620 441 7136", r"\+1 [2-9]\d\d 555 01\d\d"),
        ("6204417136", r"[2-9]\d\d55501\d\d"),
        ("505-441-0127 x214", r"[2-9]\d\d-555-01\d\d x\d{3}"),
        ("441-7136", r"555-01\d\d"),
        ("07911 441318", r"07700 900\d{3}"),
        ("4471", r"\d{4}"),
        ("ext. 4471", r"ext\. \d{4}"),
        ("+49 30 441 7136", r"\+\d\d \d\d \d{3} \d{4}"),
        ("+974 4410 7136", r"\+\d{3} (?!555)\d{4} \d{4}"),
    ],
)
def test_phones_are_for_fiction(text: str, form: str) -> None:
    for label in (Label.PHONE, Label.FAX):
        new = _surrogate(text, label)
        assert new is not None
        assert re.fullmatch(form, new)
        assert new != text


def test_a_phone_in_letters_gets_no_stand_in() -> None:
    assert _surrogate("1-800-FLOWERS", Label.PHONE) is None


@given(seed=st.binary(min_size=32, max_size=32))
def test_social_security_numbers_are_given_to_nobody(seed: bytes) -> None:
    new = _surrogate("123-45-6789", Label.SSN, seed)
    assert new is not None
    assert re.fullmatch(r"9\d\d-(0[1-9]|[1-4]\d)-\d{4}", new)


@pytest.mark.parametrize(
    ("text", "label", "form"),
    [
        ("ann.lee@clinic.example", Label.EMAIL, r"[a-z]{8}@example\.org"),
        ("ANN@CLINIC.EXAMPLE", Label.EMAIL, r"[A-Z]{8}@EXAMPLE\.ORG"),
        ("https://www.clinic.example/a/7?b=1", Label.URL, r"https://www\.example\.org/[0-9a-f]{8}"),
        ("clinic.example/portal", Label.URL, r"example\.org/[0-9a-f]{8}"),
        ("www.clinic.example/", Label.URL, r"www\.[0-9a-f]{6}\.example\.org"),
        ("http://clinic.example", Label.URL, r"http://[0-9a-f]{6}\.example\.org"),
        ("6", Label.ROOM, r"[0-57-9]"),
        ("Bay 11", Label.ROOM, r"Bay \d\d"),
        ("LDR 4", Label.ROOM, r"[A-Z]{3} \d"),
        ("jdoe_4", Label.USERNAME, r"[a-z]{4}_\d"),
        ("OL14 5QF", Label.ZIP, r"[A-Z]{2}\d\d \d[A-Z]{2}"),
        ("PO Box 619", Label.STREET, r"PO Box \d{3}"),
        ("414 Fries Rd Lot 9", Label.STREET, r"\d{3} [A-Z]\w+ [A-Z]\w+ Lot \d"),
        ("Fries Rd", Label.STREET, r"[A-Z]\w+ [A-Z]\w+"),
        ("805 Friend Road, Suite 110", Label.STREET, r"\d{3} [A-Z]\w+ [A-Z]\w+, Suite \d{3}"),
        ("FRIES RD", Label.STREET, r"[A-Z]+ [A-Z]+"),
        ("AZ", Label.STATE, r"[A-Z]{2}"),
        ("Arizona", Label.STATE, r"[A-Z][a-z]+"),
        ("line cook", Label.PROFESSION, r"[a-z ]+"),
    ],
)
def test_forms(text: str, label: Label, form: str) -> None:
    new = _surrogate(text, label)
    assert new is not None
    assert re.fullmatch(form, new)
    assert new.casefold() != text.casefold()


@pytest.mark.parametrize("text", ["10.44.7.1", "fe80::1"])
def test_addresses_are_for_documentation(text: str) -> None:
    new = _surrogate(text, Label.IP)
    assert new is not None
    address = ipaddress.ip_address(new)
    nets = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    assert any(address in ipaddress.ip_network(net) for net in nets)
    assert address.version == ipaddress.ip_address(text).version


def test_what_has_no_known_form_gets_no_stand_in() -> None:
    assert _surrogate("10.44.7", Label.IP) is None
    assert _surrogate("ann at clinic", Label.EMAIL) is None
    assert _surrogate("the former mayor", Label.OTHER) is None
    assert _surrogate("---", Label.IDNUM) is None
    assert _surrogate("2017 Subaru, grey", Label.VEHICLE) is None


@given(age=st.integers(1, 89), seed=st.binary(min_size=32, max_size=32))
def test_ages_move_a_little_and_stay_under_ninety(age: int, seed: bytes) -> None:
    new = _surrogate(f"{age}-year-old", Label.AGE, seed)
    assert new is not None
    moved = int(new.removesuffix("-year-old"))
    assert 1 <= moved <= 89
    assert abs(moved - age) in {1, 2}


def test_other_ages() -> None:
    assert _surrogate("93", Label.AGE90) == "90 or older"
    assert _surrogate("forty", Label.AGE) is None


def test_places_are_listed_for_the_labels_that_have_no_shape() -> None:
    for label in (Label.CITY, Label.COUNTY, Label.HOSPITAL, Label.DEPARTMENT, Label.ORGANIZATION):
        listed = places.candidates(label, "x")
        assert len(listed) == len(set(listed)) >= 60
    assert places.candidates(Label.MRN, "x") == ()


@given(text=st.text(max_size=20), label=st.sampled_from(list(Label)))
def test_no_value_breaks_a_surrogate(text: str, label: Label) -> None:
    assert isinstance(_surrogate(text, label), str | None)


def test_a_stream_is_determined_by_its_parts() -> None:
    one, same, other = (codes.stream(SEED, part) for part in ("a", "a", "b"))
    drawn = [one(1000) for _ in range(8)]
    assert drawn == [same(1000) for _ in range(8)]
    assert drawn != [other(1000) for _ in range(8)]
