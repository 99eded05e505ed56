"""The simulation of how often a sample's bound holds, on few worlds."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
WORLDS = 150


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_", ROOT / "benchmarks" / "coverage.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["coverage_"] = made
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def results(coverage: ModuleType) -> list[tuple[bool, ...]]:
    return [coverage.held(world) for world in coverage.worlds(WORLDS, 7)]


def test_worlds_repeat_and_differ(coverage: ModuleType) -> None:
    first, again, other = (list(coverage.worlds(30, seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert {world.notes for world in first} == set(coverage.NOTES)
    assert all(world.measured.caught <= world.measured.withheld for world in first)
    perfect = [world for world in first if world.sees == 1]
    assert perfect
    assert all(world.measured.caught == world.measured.withheld for world in perfect)
    assert all(not any(world.found) for world in first if world.leaking == 0)


def test_the_bounds_hold_as_often_as_they_promise(
    coverage: ModuleType, results: list[tuple[bool, ...]]
) -> None:
    held = dict(zip(coverage.DESIGNS, zip(*results, strict=True), strict=True))
    for design in ("fixed", "stopped", "at any moment"):
        assert sum(held[design]) >= 0.95 * WORLDS
    # What the bounds are for shows only where they could fail.
    assert sum(held["as if perfect"]) < 0.95 * WORLDS
    assert sum(held["peeked at"]) < sum(held["at any moment"])


def test_the_table_counts_them(coverage: ModuleType, results: list[tuple[bool, ...]]) -> None:
    lines = list(coverage.table(list(coverage.worlds(WORLDS, 7)), results))
    assert lines[0].startswith("| worlds | number | fixed |")
    assert re.match(rf"\| all \| {WORLDS} \| 9\d\.\d%", lines[2]) or "100.0%" in lines[2]
    assert len({line.count("|") for line in lines}) == 1


def test_the_table_of_the_document_is_one_of_ten_thousand_worlds(coverage: ModuleType) -> None:
    document = (ROOT / "docs" / "sampling.md").read_text(encoding="utf-8")
    head = f"| worlds | number | {' | '.join(coverage.DESIGNS)} |"
    rows = document.partition(head)[2].splitlines()[2:]
    cells = [row.strip("| ").split(" | ") for row in rows[: rows.index("")]]
    assert [row[0] for row in cells] == [name for name, _ in coverage._kinds()]
    assert cells[0][1] == "10,000"
    assert all(float(cell.rstrip("%")) >= 95 for row in cells for cell in row[2:5])
