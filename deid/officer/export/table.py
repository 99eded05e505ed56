"""Records as a table for spreadsheets: CSV after RFC 4180, a column for each field there is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Final

from deid.audit.canonical import body_of, format_time
from deid.audit.records import EVENTS, Record

_ENVELOPE: Final = ("seq", "time", "session", "event", "schema")
_PIECE: Final = 1 << 16
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
    """The table in UTF-8, in pieces; its first line has the names of the columns.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns(), lineterminator="\r\n")
    writer.writeheader()
    for record in records:
        writer.writerow(_cells(record))
        if out.tell() > _PIECE:
            yield _taken(out)
    yield _taken(out)


def _cells(record: Record) -> dict[str, object]:
    cells: dict[str, object] = {
        "seq": record.seq,
        "time": format_time(record.time),
        "session": record.session,
        "event": record.event.kind,
        "schema": record.schema,
    }
    for name, value in body_of(record.event, schema=record.schema).items():
        if isinstance(value, list):
            cells[f"{name}_start"], cells[f"{name}_end"] = value
        elif isinstance(value, dict):
            cells[name] = ";".join(f"{label}={count}" for label, count in value.items())
        elif value is not None:
            cells[name] = _guarded(value)
    return cells


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _taken(out: io.StringIO) -> bytes:
    piece = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return piece
