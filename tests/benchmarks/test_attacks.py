"""The benchmarks of the attack test and of rare details run, and count what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path


def test_leaks_are_attacked_side_by_side(run_here: Callable[..., str], tmp_path: Path) -> None:
    gold, counts = tmp_path / "gold.jsonl", tmp_path / "counts.json"
    rows = []
    for number in range(6):
        text = f"Note {number}: Mrs. Quenbridge is stable. He told zebroth."
        start, end = text.index("Quenbridge"), text.index(" is stable")
        last = text.index("zebroth")
        spans = [
            {"start": start, "end": end, "label": "PATIENT"},
            {"start": last, "end": last + 7, "label": "PERSON"},
        ]
        rows.append(json.dumps({"id": str(number), "text": text, "spans": spans}))
    gold.write_text("\n".join(rows), "utf-8")
    said = run_here("parrot.py", gold, "--share", "0.5", "--draws", "2", "--json", counts)
    trees = json.loads(counts.read_text("utf-8"))
    assert list(trees) == ["mentions by chance", "persons by chance", "missed by rules"]
    for tree in trees.values():
        for row in tree.values():
            assert row["pool"]["found"] == row["pool"]["suspects"] == row["pool"]["leaks"]
    assert trees["mentions by chance"]["markov"]["any"]["names"] == 24
    # The rules find the patient by her title, and not who is written small.
    assert trees["missed by rules"]["consistent"]["any"]["leaks"] == 6
    assert said.count("| pool | markov |") == 3


def test_distinctive_facts_are_counted(run_here: Callable[..., str], tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = []
    for number, fact in enumerate(("the former mayor", "who has a red door")):
        text = f"Seen is Quenbridge, {fact}."
        spans = [
            {"start": 8, "end": 18, "label": "PATIENT"},
            {"start": 20, "end": 20 + len(fact), "label": "OTHER"},
        ]
        rows.append(json.dumps({"id": f"n{number}", "text": text, "spans": spans}))
    gold.write_text("\n".join(rows), "utf-8")
    said = run_here("rare.py", gold)
    assert "2 notes, 2 distinctive facts: a rule touches 1." in said
    assert "1 notes have a detail found by a rule, 1 of these such a fact." in said
    assert "| n0 | 0.70 | yes | office |" in said
    assert "Quenbridge" not in said
