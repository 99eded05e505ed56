"""The benchmark of leakage runs, attacks each kind of training, and what it found is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest


def test_trainings_are_attacked_side_by_side(run_here: Callable[..., str], tmp_path: Path) -> None:
    for name in ("torch", "transformers", "opacus"):
        pytest.importorskip(name)
    rows = tmp_path / "rows.jsonl"
    options = ["--small", "--epsilon", "2", "--patients", "8", "--steps", "2", "--canaries", "200"]
    options += ["--rounds", "1", "--words", "1", "--others", "7", "--shadows", "2"]
    told = run_here("leakage.py", *options, "--targets", "1", "--out", rows)
    found = [json.loads(line) for line in rows.read_text("utf-8").splitlines()]
    outcomes = [one for row in found for one in row["outcomes"]]
    kinds = ["plain, two layers", "plain, classifier", "ε = 2"]
    assert [row["kind"] for row in found] == kinds
    assert [one["attack"].split(",")[0] for one in outcomes] == [
        "planted words",
        *(2 * ["planted words", *2 * ["membership"], "planted notes", *2 * ["planted gradients"]]),
    ]
    by_gradients = [one for one in outcomes if one["attack"].startswith("planted gr")]
    plain, _, private, by_the_end = by_gradients
    assert plain["proven"] is None
    assert plain["reached"] > 0.8
    assert by_the_end["reached"] <= by_the_end["proven"] <= 2.0
    assert private["reached"] <= private["proven"] <= 2.0
    assert "| ε = 2 | membership, by the loss | 8 |" in told
    run_here("leakage_plot.py", rows, "--out", tmp_path)
    for name, shape, count in (("bounds", "rect", 1 + len(outcomes)), ("words", "polyline", 3)):
        drawing = ElementTree.parse(tmp_path / f"leakage-{name}.svg").getroot()
        assert len(drawing.findall(f"{{http://www.w3.org/2000/svg}}{shape}")) == count
