"""Folders of outputs are read whole, and their words shown to an officer alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deid.audit.records import Role
from deid.datatypes import Document, Span
from deid.errors import ExaminationStopped, InputError, NotPermitted
from deid.officer import Desk
from deid.officer.outputs import read_outputs, shown_lines
from deid.stopping import stoppable

PIN = "a short sentence"
NOTE = Document("n", "First line.\nMr. Quenbridge is stable.\nLast line.")
PLACE = Span(16, 26)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    (path / "ward").mkdir(parents=True)
    (path / "a.txt").write_text("Stable.", "utf-8")
    rows = [{"id": "x", "text": "One.", "patient": "p", "other": 1}, {"id": "y", "text": "Two."}]
    lines = map(json.dumps, [*rows, {"id": "z", "text": ""}])
    (path / "ward" / "b.jsonl").write_text("\n".join(lines), "utf-8")
    (path / "ward" / "d.jsonl").write_text("not JSON", "utf-8")
    (path / "c.xyz").write_text("?", "utf-8")
    return path


def test_notes_are_read_with_their_places_and_nothing_is_passed_over(folder: Path) -> None:
    told: list[int] = []
    outputs = read_outputs(folder, told=told.append)
    assert [(n.place, n.document.text, n.document.patient) for n in outputs.notes] == [
        ("a.txt", "Stable.", ""),
        ("ward/b.jsonl:1", "One.", "p"),
        ("ward/b.jsonl:2", "Two.", ""),
    ]
    assert [place for place, _ in outputs.refused] == ["c.xyz", "ward/b.jsonl:3", "ward/d.jsonl"]
    assert told == [1, 2, 3]
    assert "Stable" not in repr(outputs)


def test_a_folder_without_a_note_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no note"):
        read_outputs(tmp_path)


def test_reading_stops_when_asked(folder: Path) -> None:
    with stoppable(lambda: True), pytest.raises(ExaminationStopped):
        read_outputs(folder)


def test_an_officer_sees_the_words_in_their_line(desk: Desk, officer: str) -> None:
    (line,) = shown_lines(desk, [(NOTE, PLACE)])
    assert (line.before, line.words, line.behind) == ("Mr. ", "Quenbridge", " is stable.")
    assert "Quenbridge" not in repr(line)


def test_a_long_line_is_cut(desk: Desk, officer: str) -> None:
    note = Document("n", "x" * 500 + "Ito" + "y" * 500)
    (line,) = shown_lines(desk, [(note, Span(500, 503))])
    assert line.words == "Ito"
    assert len(line.before) == len(line.behind) == 60


def test_nobody_else_sees_words(desk: Desk, administrator: str) -> None:
    with pytest.raises(NotPermitted, match="unlock one"):
        shown_lines(desk, [(NOTE, PLACE)])
    desk.unlock(administrator, PIN)
    with pytest.raises(NotPermitted, match=Role.ADMINISTRATOR):
        shown_lines(desk, [(NOTE, PLACE)])
