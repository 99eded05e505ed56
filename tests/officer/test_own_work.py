"""Who worked on a note is told by names, however the machine or a review writes them."""

from __future__ import annotations

import pytest

from deid.officer.own_work import is_among


@pytest.mark.parametrize(
    ("person", "other"),
    [
        ("Olive Officer", "olive  OFFICER"),
        ("Olive Officer", "olive.officer"),
        ("Olive Officer", "Olive-Officer"),
        ("Zoë Mann", "Zo-Mann"),
        ("王小明", "王小明"),
    ],
)
def test_the_same_person_by_another_spelling(person: str, other: str) -> None:
    assert is_among(person, ["somebody", other])


@pytest.mark.parametrize(
    ("person", "other"),
    [("Olive Officer", "Olive"), ("ola", "olaf"), ("王小明", "李四"), ("王小明", ""), ("!", "?")],
)
def test_another_person(person: str, other: str) -> None:
    assert not is_among(person, ["somebody", other])
