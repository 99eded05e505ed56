"""Ages are read from digits and words, and those of 90 and above collapse."""

from __future__ import annotations

import pytest

from deid.redact.ages import generalise_age, must_collapse, read_age


@pytest.mark.parametrize(
    ("text", "age"),
    [
        *(("92-year-old", 92), ("9 8", 98), ("55", 55), ("55 y/o", 55), ("92 1/2", 92)),
        *(("91yo", 91), ("ninety-two", 92), ("one hundred and three", 103), ("sixteen", 16)),
        *(("forty two years", 42), ("nonagenarian", 90), ("in her nineties", 90)),
        *(("18-month-old", 0), ("95 days", 0), ("100 mo", 0), ("6wk", 0)),
        *(("teenager", None), ("", None), (" ", None), ("men", None)),
    ],
)
def test_read_age(text: str, age: int | None) -> None:
    assert read_age(text) == age


@pytest.mark.parametrize(("text", "collapses"), [("89", False), ("90", True), ("adult", False)])
def test_must_collapse(text: str, collapses: bool) -> None:
    assert must_collapse(text) is collapses


def test_generalise_age() -> None:
    assert generalise_age("89-year-old") == "89-year-old"
    assert generalise_age("90-year-old") == "90 or older"
    assert generalise_age("elderly") is None
