import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Deid = Callable[..., Any]
TEXT = "Call Mrs. Quenbridge at (801) 555-0147."


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    spans = [
        {"start": 10, "end": 20, "label": "PATIENT"},
        {"start": 24, "end": 38, "label": "PHONE"},
    ]
    notes = [{"id": "a", "text": TEXT, "spans": spans}, {"id": "b", "text": "Stable.", "spans": []}]
    path.write_text("\n".join(map(json.dumps, notes)))
    return path


def test_scores_for_programs(deid: Deid, gold: Path) -> None:
    said = deid("evaluate", gold, "--detector", "rules", "--json")
    assert said.code == 0
    scores = said.json()
    assert scores["notes"] == scores["notes_without_leak"] == 2
    assert scores["characters"]["recall"] == 1.0


def test_scores_for_people(deid: Deid, gold: Path) -> None:
    said = deid("evaluate", gold, "--detector", "rules")
    assert "Notes without a leak: 2 of 2" in said.out
    assert "Quenbridge" not in said.out


def test_all_detectors_side_by_side(deid: Deid, gold: Path) -> None:
    scores = deid("evaluate", gold, "--detector", "all", "--json").json()
    assert set(scores) == {"hybrid", "rules", "model"}
    said = deid("evaluate", gold, "--detector", "all")
    assert all(name in said.out.splitlines()[0] for name in scores)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"id": "a", "text": "Quenbridge"', 3),
        (
            '{"id": "a", "text": "Quenbridge", "spans": [{"start": 0, "end": 99, "label": "AGE"}]}',
            3,
        ),
        ('{"id": "a", "text": "Quenbridge", "spans": [{"start": 0, "end": 2, "label": "XX"}]}', 4),
    ],
)
def test_bad_gold_is_refused(deid: Deid, gold: Path, line: str, code: int) -> None:
    gold.write_text(line)
    said = deid("evaluate", gold, "--detector", "rules")
    assert said.code == code
    assert "Quenbridge" not in said.out + said.err
