import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

Deid = Callable[..., Any]
RULES = ("--detector", "rules")
TEXT = "\U0001f600 Call Mrs. Quenbridge\nat (801) 555-0147."


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "n.jsonl"
    rows = [{"id": "a", "text": TEXT}, {"id": "b", "text": "Stable."}]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_one_line_a_note_with_offsets_in_code_points_and_no_text(deid: Deid, lines: Path) -> None:
    said = deid("detect", lines, *RULES)
    assert said.code == 0
    first, second = map(json.loads, said.out.splitlines())
    assert set(first) == {"id", "spans"}
    assert [set(span) for span in first["spans"]] == [
        {"start", "end", "label", "score", "detector"}
    ] * 2
    values = {span["label"]: TEXT[span["start"] : span["end"]] for span in first["spans"]}
    assert values == {"PATIENT": "Quenbridge", "PHONE": "(801) 555-0147"}
    assert second == {"id": "b", "spans": []}
    assert "Quenbridge" not in said.out


def test_other_keys_do_not_matter_since_they_do_not_come_out(deid: Deid, lines: Path) -> None:
    expected = deid("detect", lines, *RULES).out
    rows = [json.loads(line) | {"spans": [], "ward": 7} for line in lines.read_text().splitlines()]
    lines.write_text("\n".join(map(json.dumps, rows)))
    assert deid("detect", lines, *RULES).out == expected


def test_the_three_kinds_of_detectors(deid: Deid, lines: Path) -> None:
    kinds = {}
    for choice in ("rules", "model", "hybrid"):
        first = json.loads(deid("detect", lines, "--detector", choice).out.splitlines()[0])
        kinds[choice] = {span["detector"].partition(":")[0] for span in first["spans"]}
    assert kinds["rules"] == {"rule"}
    assert kinds["model"] == {"model"}
    assert deid("detect", lines).out == deid("detect", lines, "--detector", "hybrid").out


def test_stdin_is_json_lines(deid: Deid, lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = deid("detect", lines, *RULES).out
    stream = SimpleNamespace(buffer=io.BytesIO(lines.read_bytes()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert deid("detect", "-", *RULES).out == expected


def test_explanations_hold_no_text_unless_it_is_asked_for(deid: Deid, lines: Path) -> None:
    said = deid("detect", lines, *RULES, "--explain")
    assert said.code == 0
    assert "a: 2 kept" in said.out
    assert "b: 0 kept, 0 dropped" in said.out
    assert "2:4" in said.out
    assert "rule:contact/phone" in said.out
    assert "Quenbridge" not in said.out
    assert "Quenbridge" in deid("detect", lines, *RULES, "--explain", "--show-text").out
    assert deid("detect", lines, "--show-text").code == 2


def test_explanations_say_why_a_finding_was_dropped(deid: Deid, tmp_path: Path) -> None:
    policy = tmp_path / "strict.yaml"
    policy.write_text(
        "{name: strict, version: 1, basis: pseudonymisation, default: {operator: tag},"
        " thresholds: {PHONE: 1.0}}"
    )
    note = tmp_path / "a.txt"
    note.write_text(TEXT)
    said = deid("detect", note, *RULES, "--explain", "--policy", policy)
    assert "dropped: below-threshold" in said.out


def test_a_note_that_cannot_be_examined_is_told_and_the_others_done(
    deid: Deid, lines: Path
) -> None:
    lines.write_text(lines.read_text() + "\n" + json.dumps({"id": "c", "text": " "}))
    said = deid("detect", lines, *RULES)
    assert said.code == 10
    assert len(said.out.splitlines()) == 2
    assert "line 3: there is no text" in said.err
