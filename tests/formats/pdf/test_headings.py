"""Columns of tables without lines: what stands below a known heading is an identifier."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deid.formats import ReadOptions
from deid.formats.pdf.file import read
from deid.labels import Label
from tests.formats.pdf.documents import literal, pdf
from tests.formats.pdf.test_pages import lines_of

_HEADINGS = ("Name", "MRN", "Result", "Attending")
_ROWS = (
    ("Thessavine, Ottoline", "7731", "5.9", "O. Vandermeer"),
    ("Quenbrixley, Jane", "QX48021377", "4.1", "P. Larkin"),
    ("Doe, Lee", "900", "4.4", "O. Vandermeer"),
)
_WIDE = (72, 220, 320, 400)


def _table(rows: Sequence[Sequence[str]], places: Sequence[float], *, pitch: int = 15) -> str:
    return "".join(
        f"BT /F1 11 Tf {x} {600 - pitch * number} Td {literal(cell)} Tj ET\n"
        for number, row in enumerate(rows)
        for x, cell in zip(places, row, strict=True)
    )


def _labels(content: bytes) -> dict[str, Label | None]:
    document = read(content, name="a.pdf", options=ReadOptions()).document
    return {part.span.of(document.text): part.label for part in document.parts}


def test_cells_below_known_headings_are_identifiers() -> None:
    labels = _labels(pdf(_table((_HEADINGS, *_ROWS), _WIDE)))
    assert [labels[row[1]] for row in _ROWS] == [Label.MRN] * 3
    assert [labels[row[0]] for row in _ROWS] == [Label.PATIENT] * 3
    assert labels["P. Larkin"] == Label.DOCTOR
    assert not any(labels[one] for one in (*_HEADINGS, *(row[2] for row in _ROWS)))


@pytest.mark.parametrize(
    "rows",
    [
        (("Name", "Dose", "Route", "Remark"), ("Aspirin", "81 mg", "by mouth", "daily")),
        (("MRN", "7731", "Name", "Doe"), ("Sex", "female", "Knee", "stable")),
    ],
)
def test_tables_of_other_things_hold_no_columns(rows: Sequence[Sequence[str]]) -> None:
    assert set(_labels(pdf(_table(rows, _WIDE))).values()) == {None}


def test_what_stands_far_below_a_table_is_none_of_it() -> None:
    labels = _labels(pdf(_table((_HEADINGS, _ROWS[0]), _WIDE, pitch=60)))
    assert set(labels.values()) == {None}


def test_columns_without_room_between_them_are_read_apart() -> None:
    rows = [("7731", "04/12/1961"), ("48021377480", "11/02/1950"), ("900", "01/30/1944")]
    lines = lines_of(pdf(_table(rows, (72, 139))))
    assert {"48021377480", "11/02/1950"} <= set(lines)


def test_a_word_over_two_operators_stays_one() -> None:
    rows = [("Thessa", "vine"), ("Quenb", "rixley")]
    text = "".join(
        f"BT /F1 11 Tf 72 {600 - 15 * at} Td {literal(one)} Tj {literal(other)} Tj ET\n"
        for at, (one, other) in enumerate(rows)
    )
    assert {"Thessavine", "Quenbrixley"} <= set(lines_of(pdf(text)))
