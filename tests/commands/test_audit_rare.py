"""`deid audit rare`: a ranked list of places, and words for an officer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid.audit.store import log_path

Deid = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    (path / "a.txt").write_text("68-year-old with a cough. Plan: aspirin.\n", "utf-8")
    (path / "b.txt").write_text("[PATIENT] has Gaucher disease.\n", "utf-8")
    (path / "c.txt").write_text("Cough.\nHe is the former mayor of [CITY].\n", "utf-8")
    return path


def test_notes_are_ranked_with_reasons_by_place(deid: Deid, folder: Path, home: Path) -> None:
    said = deid("audit", "rare", folder)
    assert said.code == 0, said.err
    assert "3 notes, 2 of them with rare details." in said.out
    lines = said.out.splitlines()
    assert lines.index("c.txt  score 0.70") < lines.index("b.txt  score 0.51")
    assert "  2:11  12  public office or fame" in lines
    assert "not thereby safe" in said.out
    assert "mayor" not in said.out
    assert not log_path(home).exists()


def test_the_same_for_programs(deid: Deid, folder: Path) -> None:
    first, second = deid("audit", "rare", folder, "--json").json()["notes"]
    assert (first["note"], second["note"]) == ("c.txt", "b.txt")
    assert first["details"][0]["kind"] == "office"
    assert first["details"][0]["rule"].startswith("rare/office@")
    assert {one["kind"] for one in second["details"]} == {"diagnosis", "term"}


def test_only_so_many_are_listed(deid: Deid, folder: Path) -> None:
    said = deid("audit", "rare", folder, "--top", "1")
    assert "c.txt" in said.out
    assert "b.txt" not in said.out


def test_words_want_an_officer(deid: Deid, folder: Path) -> None:
    said = deid("audit", "rare", folder, "--show-text")
    assert (said.code, said.out) == (12, "")


def test_a_folder_without_notes_is_refused(deid: Deid, tmp_path: Path) -> None:
    assert deid("audit", "rare", tmp_path / "nowhere").code == 3
