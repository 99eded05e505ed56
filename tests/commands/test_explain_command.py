import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Deid = Callable[..., Any]
TEXT = "Stable. Wife kasimira rang.\nCall Mrs. Quenbridge at (801) 555-0147."


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "n.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_the_table_shows_values_rules_models_and_rivals(deid: Deid, note: Path) -> None:
    said = deid("explain", note)
    assert said.code == 0
    assert "n.txt: 3 kept" in said.out
    assert "(801) 555-0147" in said.out
    assert "2:11 " in said.out
    assert "rule:contact/phone@" in said.out
    assert "shape: " in said.out
    assert "model package " in said.out
    assert "covered: the finding above" in said.out
    assert "without it" not in said.out


def test_the_words_that_weigh_most_are_shown_when_asked_for(deid: Deid, note: Path) -> None:
    said = deid("explain", note, "--words", "--at", "1:16")
    assert said.code == 0
    assert "n.txt: 1 kept" in said.out
    assert "Quenbridge" not in said.out
    words = [line.split() for line in said.out.splitlines() if "without it" in line]
    assert words[0][1] == "Wife"


def test_json_holds_places_and_no_text(deid: Deid, note: Path) -> None:
    said = deid("explain", note, "--json", "--words", "--at", "1:14")
    (tree,) = map(json.loads, said.out.splitlines())
    (kept,) = tree["kept"]
    assert TEXT[kept["start"] : kept["end"]] == "kasimira"
    model = next(one for one in kept["evidence"] if one["model"] is not None)
    assert len(model["model"]) == 64
    heaviest = model["words"]["around"][0]
    assert TEXT[heaviest["start"] : heaviest["end"]] == "Wife"
    assert heaviest["probability"] < model["words"]["probability"]
    assert "kasimira" not in said.out
    assert "Wife" not in said.out


def test_rules_alone_and_several_notes(deid: Deid, tmp_path: Path) -> None:
    lines = tmp_path / "n.jsonl"
    rows = [{"id": "a", "text": TEXT}, {"id": "b", "text": "Stable."}, {"id": "c", "text": " "}]
    lines.write_text("\n".join(map(json.dumps, rows)))
    said = deid("explain", lines, "--detector", "rules", "--json", "--words")
    assert said.code == 10
    first, second = map(json.loads, said.out.splitlines())
    assert {one["detector"].partition(":")[0] for one in first["kept"]} == {"rule"}
    assert {evidence["words"] for one in first["kept"] for evidence in one["evidence"]} == {None}
    assert second == {"id": "b", "kept": [], "dropped": []}
    assert "line 3: there is no text" in said.err


@pytest.mark.parametrize("place", ["3", "0:1", "a:b", "1:"])
def test_a_place_is_a_line_and_a_column(deid: Deid, note: Path, place: str) -> None:
    said = deid("explain", note, "--at", place)
    assert said.code == 2
    assert "such as 3:14" in said.err


def test_help_says_that_text_is_shown(deid: Deid) -> None:
    assert "SHOWS WHAT THE NOTE MUST BE RID OF" in deid("explain", "--help").out
