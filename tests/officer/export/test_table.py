"""The log as a table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit.canonical import encode
from deid.audit.records import EVENTS, Exported, ExportKind
from deid.errors import NotPermitted, OutputError
from deid.officer import Desk
from deid.officer.export import export_csv, table
from deid.officer.index.query import Query


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""), strict=True))


def test_every_record_is_a_row_that_says_all_of_it(desk: Desk, tmp_path: Path) -> None:
    size = desk.log.size
    given = export_csv(desk, Query(), tmp_path / "log.csv")
    rows = read(given.path)
    assert given.checkpoint.size == len(rows) == size
    for row, record in zip(rows, desk.log.records(0, size), strict=True):
        for name, value in json.loads(encode(record)).items():
            if isinstance(value, list):
                told: object = [int(row[f"{name}_start"]), int(row[f"{name}_end"])]
            elif isinstance(value, dict):
                told = dict(pair.split("=") for pair in row[name].split(";")) if row[name] else {}
                value = {label: str(count) for label, count in value.items()}
            else:
                told = row.get(name, "").removeprefix("'")
                value = "" if value is None else str(value)
            assert told == value, (record.seq, name)


def test_the_table_is_one_of_rfc_4180(desk: Desk, tmp_path: Path) -> None:
    raw = export_csv(desk, Query(), tmp_path / "log.csv").path.read_bytes()
    assert raw.endswith(b"\r\n")
    head = raw.split(b"\r\n", 1)[0].decode().split(",")
    assert len(head) == len(set(head))
    assert {event.kind for event in EVENTS} >= {row["event"] for row in read(tmp_path / "log.csv")}


def test_no_cell_is_a_formula(desk: Desk, tmp_path: Path) -> None:
    rows = read(export_csv(desk, Query(), tmp_path / "log.csv").path)
    users = {row["user"] for row in rows if row["event"] == "session-opened"}
    assert users == {'\'@"user", one'}
    assert {row["name"] for row in rows if row["role"] == "officer"} == {"'=Olive Officer"}


@given(st.text(min_size=1))
def test_what_is_guarded_is_no_formula_and_comes_back(text: str) -> None:
    guarded = table._guarded(text)
    assert isinstance(guarded, str)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert guarded in (text, f"'{text}")


def test_a_choice_of_records(desk: Desk, tmp_path: Path) -> None:
    rows = read(export_csv(desk, Query(label=("PATIENT",)), tmp_path / "some.csv").path)
    assert {row["label"] or row["label_after"] for row in rows} == {"PATIENT"}
    query = Query(event=("document-refused",))
    assert [row["error"] for row in read(export_csv(desk, query, tmp_path / "r.csv").path)] == [
        "EmptyNote",
        "ResidualFound",
    ]


def test_an_export_is_recorded_before_it_appears(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = export_csv(desk, Query(), tmp_path / "log.csv")
    event = desk.log.record(desk.log.size - 1).event
    assert isinstance(event, Exported)
    assert desk.person is not None
    assert replace(event, statement=None) == Exported(
        ExportKind.CSV, given.checkpoint.size, given.checkpoint.root.hex(), desk.person.id
    )

    def refuse(*_events: object) -> None:
        raise OutputError("no")

    monkeypatch.setattr(desk, "record", refuse)
    with pytest.raises(OutputError):
        export_csv(desk, Query(), tmp_path / "second.csv")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["log.csv"]


def test_it_wants_an_officer_and_a_new_file(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    out.write_text("here before")
    with pytest.raises(OutputError):
        export_csv(desk, Query(), out)
    desk.lock()
    size = desk.log.size
    with pytest.raises(NotPermitted):
        export_csv(desk, Query(), tmp_path / "other.csv")
    assert out.read_text() == "here before"
    assert desk.log.size == size
