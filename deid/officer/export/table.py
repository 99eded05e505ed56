"""Records as a table for spreadsheets: CSV after RFC 4180, a column for each field there is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Final

from deid.audit.canonical import encode
from deid.audit.records import EVENTS, Record

_ENVELOPE: Final = ("seq", "time", "session", "event", "schema")
_SPANS: Final = frozenset({"span", "span_after", "winner_span", "output_span"})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What makes a spreadsheet take a text for a formula or a command."""


def columns() -> tuple[str, ...]:
    """The names of the columns: what every record has, then the fields of every kind."""
    found = dict.fromkeys(_ENVELOPE)
    for event in EVENTS:
        for field in fields(event):
            found |= dict.fromkeys(
                (f"{field.name}_start", f"{field.name}_end")
                if field.name in _SPANS
                else (field.name,)
            )
    return tuple(found)


def csv_rows(records: Iterable[Record]) -> Iterator[bytes]:
    """The table in UTF-8, a piece for each line; the first has the names of the columns.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    names = columns()
    yield _line(names)
    for record in records:
        cells = _cells(json.loads(encode(record)))
        yield _line(_guarded(cells.get(name, "")) for name in names)


def _cells(body: Mapping[str, object]) -> dict[str, object]:
    cells: dict[str, object] = {}
    for name, value in body.items():
        if isinstance(value, list):
            cells[f"{name}_start"], cells[f"{name}_end"] = value
        elif isinstance(value, dict):
            cells[name] = ";".join(f"{label}={count}" for label, count in value.items())
        elif value is not None:
            cells[name] = value
    return cells


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _line(cells: Iterable[object]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()
