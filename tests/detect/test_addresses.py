from __future__ import annotations

import re

import pytest

from deid.detect.addresses import split_address, street_pattern
from deid.labels import Label


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        (
            "12 Harbour Street, Apt 4B, Lindenfeld, IL 62704-1234",
            [
                (Label.STREET, "12 Harbour Street"),
                (Label.STREET, "12 Harbour Street Apt 4B"),
                (Label.CITY, "Lindenfeld"),
                (Label.STATE, "IL"),
                (Label.ZIP, "62704-1234"),
            ],
        ),
        (
            "7 Mill Lane\nOld Marrow\nQX4 9ZZ",
            [(Label.STREET, "7 Mill Lane"), (Label.CITY, "Old Marrow"), (Label.ZIP, "QX4 9ZZ")],
        ),
        ("12345", [(Label.STREET, "12345")]),
    ],
)
def test_an_address_falls_into_its_parts(address: str, parts: list[tuple[Label, str]]) -> None:
    assert sorted(split_address(address)) == sorted(parts)


@pytest.mark.parametrize(
    "written",
    [
        "12 Harbour Street",
        "12 HARBOUR ST",
        "12 Harbour St., Apt. 4B",
        "12 Harbour Street #4B",
        "12 Harbour St\n  unit 4b",
        "Harbour Street",
        "12 Harbour",
    ],
)
def test_a_street_is_matched_whole_however_it_is_shortened(written: str) -> None:
    pattern = street_pattern("12 Harbour Street Apt 4B")
    match = re.search(pattern, f"at {written}, since", re.IGNORECASE)
    assert match is not None
    assert match.group() == written


@pytest.mark.parametrize("text", ["the harbour", "12 apples", "112 Harbour", "Street", "4B"])
def test_what_could_be_anything_is_no_street(text: str) -> None:
    assert re.search(street_pattern("12 Harbour Street Apt 4B"), text, re.IGNORECASE) is None
