"""The benchmark of leakage runs, attacks both kinds of training and writes what it found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_trainings_are_attacked_side_by_side(tmp_path: Path) -> None:
    for name in ("torch", "transformers", "opacus"):
        pytest.importorskip(name)
    page, rows = tmp_path / "page.html", tmp_path / "rows.json"
    options = ["--epsilon", "2", "--patients", "8", "--steps", "2", "--canaries", "200"]
    options += ["--words", "1", "--others", "7", "--shadows", "2", "--targets", "1"]
    done = subprocess.run(
        [
            sys.executable, ROOT / "benchmarks" / "leakage.py", *options,
            "--html", page, "--json", rows,
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(rows.read_text("utf-8"))
    assert [(one["training"], one["attack"].split(",")[0]) for one in found["outcomes"]] == [
        (training, attack)
        for training in ("plain", "ε = 2")
        for attack in ("planted gradients", "planted words", "membership", "membership")
    ]
    by_gradients = [one for one in found["outcomes"] if one["attack"].startswith("planted gr")]
    plain, private = by_gradients
    assert plain["proven"] is None
    assert plain["reached"] > 0.8
    assert private["reached"] <= private["proven"] <= 2.0
    assert set(found["exposure"]) == {"plain", "ε = 2"}
    assert "| ε = 2 | membership, by the loss | 8 |" in done.stdout
    assert "<svg" in page.read_text("utf-8")
