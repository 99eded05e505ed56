"""Numbers that need not be whole have one way to be written, and read back as they were."""

from __future__ import annotations

import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit.forms import ExactNumber
from deid.audit.training_records import exact, rounded_up
from deid.errors import DefectError

FORM = get_args(ExactNumber)[1]


@given(st.floats(1e-12, 1e15))
def test_a_number_reads_back_as_the_very_one(value: float) -> None:
    assert FORM.matches(exact(value))
    assert float(exact(value)) == value


@given(st.floats(0, 1e9))
def test_what_is_rounded_up_is_never_less_and_at_most_a_millionth_more(value: float) -> None:
    written = rounded_up(value)
    assert FORM.matches(written)
    assert value <= float(written) <= value + 1e-6 + math.ulp(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (8, "8"), (0.25, "0.25"), (1e-7, "0.0000001"), (1e15, "1000000000000000")],
)
def test_a_number_is_written_without_an_exponent_and_without_zeros(
    value: float, written: str
) -> None:
    assert exact(value) == written


@pytest.mark.parametrize("text", ["", "08", "1.", ".5", "1.50", "1e-7", "-1", "+1", "1,5", "nan"])
def test_no_other_way_to_write_a_number_has_the_form(text: str) -> None:
    assert not FORM.matches(text)


@pytest.mark.parametrize("value", [-1, math.inf, -math.inf, math.nan, 1e16])
def test_what_is_no_such_number_is_not_written(value: float) -> None:
    for write in (exact, rounded_up):
        with pytest.raises(DefectError, match="finite"):
            write(value)


def test_a_number_too_small_for_the_form_is_not_written() -> None:
    with pytest.raises(DefectError, match="digits"):
        exact(1e-30)
    assert rounded_up(1e-30) == "0.000001"
