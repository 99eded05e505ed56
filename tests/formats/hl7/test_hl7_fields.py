"""The tables of fields, data types and closed vocabularies hold together."""

from __future__ import annotations

import pytest

from deid.formats.hl7.closed import is_closed, is_code
from deid.formats.hl7.datatypes import is_datatype, use_of
from deid.formats.hl7.fields import NAMED_SEGMENTS, FieldMeaning, meaning_of
from deid.labels import Label
from tests.formats.hl7.samples import HEADER, joined, opened

MEANINGS = {
    (segment, number): meaning
    for segment in sorted(NAMED_SEGMENTS)
    for number in range(1, 80)
    if (meaning := meaning_of(segment, number))
}


def test_every_type_of_a_field_is_known() -> None:
    for meaning in MEANINGS.values():
        if not is_datatype(meaning.datatype) and meaning.datatype != "QIP":
            assert is_closed(meaning.datatype, "no such value") is False


def test_every_component_of_every_field_can_be_asked_for() -> None:
    values = [["Quenbridge7"] * 20 for _ in range(26)]
    for meaning in MEANINGS.values():
        uses = [use_of(meaning, values, place, part) for place in range(26) for part in range(20)]
        assert not any(use.is_closed for use in uses)
        if meaning.label is not None:
            assert {use.label for use in uses} & {meaning.label, Label.MRN}


def test_every_value_of_a_message_is_a_part() -> None:
    """Nothing that a person could have typed is passed over, in whatever field it stands."""
    lines = [f"{name}|" + "|".join(["Quenbridge7"] * 60) for name in sorted(NAMED_SEGMENTS)]
    lines = [line for line in lines if line[:3] not in ("MSH", "FHS", "BHS", "BTS", "FTS")]
    _, (document,) = opened(joined((HEADER, *lines)))
    values = [part.span.of(document.text) for part in document.parts]
    assert values.count("Quenbridge7") == 60 * len(lines)


@pytest.mark.parametrize(
    ("value", "system", "is_one"),
    [
        ("718-7", "LN", True),
        ("2345-7", "LN", True),
        ("11488-4", "LOINC", True),
        ("718-8", "LN", False),
        ("718-7", "L", False),
        ("1234567-8", "LN", False),
        ("Jane", "LN", False),
    ],
)
def test_codes_of_loinc_have_a_check_digit(value: str, system: str, is_one: bool) -> None:
    assert is_code(value, system) is is_one
    meaning = FieldMeaning("CWE", None, "observation")
    assert use_of(meaning, [[value], ["x"], [system]], 0, 0).is_closed is is_one
