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


def test_notes_without_a_mark_are_told(deid: Deid, gold: Path, tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text(TEXT)
    said = deid("evaluate", tmp_path / "plain.txt", "--detector", "rules")
    assert "nothing is marked" in said.err
    assert "nothing is marked" not in deid("evaluate", gold, "--detector", "rules").err


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


def test_a_report_is_written_beside_the_scores(deid: Deid, gold: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    said = deid("evaluate", gold, "--detector", "rules", "--report", folder, "--title", "Ward 3")
    assert said.code == 0
    assert "Notes without a leak" in said.out
    for name in ("report.html", "report.md"):
        content = (folder / name).read_text(encoding="utf-8")
        assert "How much was found: Ward 3" in content
        assert "Findings of rule" in content
        assert "Quenbridge" not in content
    again = deid("evaluate", gold, "--detector", "rules", "--report", folder)
    assert again.code == 6


def test_the_figures_for_programs_have_intervals(deid: Deid, gold: Path) -> None:
    scores = deid("evaluate", gold, "--detector", "rules", "--json").json()
    assert scores["intervals_95"]["notes without a leak"] == {"value": 1, "low": 1, "high": 1}
    assert scores["i2b2_2014"]["strict"]["hipaa"]["micro"]["gold"] == 2


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        (
            "a.txt",
            "Call Mrs. <PATIENT>Quenbridge</PATIENT> at <PHONE>(801) 555-0147</PHONE>.",
            None,
        ),
        ("a.txt", "### id: x\nCall Mrs. <PATIENT>Quenbridge</PATIENT>.\n", "corpus"),
        (
            "a.xml",
            '<R><RECORD ID="1"><TEXT>Mrs. <PHI TYPE="PATIENT">Quenbridge</PHI></TEXT></RECORD></R>',
            "i2b2-2006",
        ),
    ],
)
def test_other_formats_are_read(
    deid: Deid, tmp_path: Path, name: str, content: str, form: str | None
) -> None:
    folder = tmp_path / "gold"
    folder.mkdir()
    (folder / name).write_text(content, encoding="utf-8")
    chosen = ("--format", form) if form else ()
    said = deid("evaluate", folder, "--detector", "rules", "--json", *chosen)
    assert said.code == 0
    assert said.json()["labels"]["PATIENT"]["spans"] == 1


def test_formats_offered_are_those_that_can_be_read(deid: Deid) -> None:
    from deid.evaluate import GoldFormat

    shown = deid("evaluate", "--help").out
    assert "{" + ",".join(GoldFormat) + "}" in "".join(shown.split())
