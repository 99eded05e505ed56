"""The measurement of what each part is worth."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from deid.detect.packages import load_package
from deid.detect.packs import load_packs
from deid.detect.rules import RuleDetector
from deid.detect.transformer import TransformerDetector
from deid.evaluate import GoldNote, read_gold, score_each
from deid.evaluate.intervals import CHARACTER_RECALL, STRICT_F1, intervals
from deid.pipeline import Deidentifier, Document, Parts
from deid.policy import load_policy

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
POLICY = load_policy("safe-harbor")
WHOLE = "nothing: as shipped"
NOTE = """\
<DOCTOR>Ottoline Brackenridge</DOCTOR>, MD, saw <PATIENT>zofia</PATIENT> on <DATE>3/4/2025</DATE>,
MRN <MRN>55-20-318</MRN>, age <AGE>62</AGE>, from <CITY>Astoria</CITY>.
Call <PHONE>(503) 555-0126</PHONE>. BRACKENRIDGE's note: Parkinson's disease,
<PERSON>tadeusz</PERSON> drives on friday.
"""

Tree = dict[str, dict[str, dict[str, dict[str, float] | None]]]


def ablation(gold: Path, *arguments: object) -> str:
    command = [sys.executable, str(BENCHMARKS / "ablation.py"), str(gold), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gold")
    (folder / "a.txt").write_text(NOTE, encoding="utf-8")
    # What hints take for occupations and the model, at least of some of them, does not.
    hinted = "Profession: knee\nOccupation: normal sinus rhythm\nProfession: tender abdomen\n"
    seen = "Seen by <DOCTOR>Ito</DOCTOR>.\n"
    (folder / "b.txt").write_text(seen + hinted, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def measured(gold: Path) -> tuple[str, Tree]:
    figures = gold / "figures.json"
    printed = ablation(gold, "--json", figures)
    return printed, json.loads(figures.read_text(encoding="utf-8"))["off"]


def test_every_part_has_a_row(measured: tuple[str, Tree]) -> None:
    printed, tree = measured
    rows = [line.split(" | ") for line in printed.splitlines() if line.startswith("| ")]
    named = [row[0].removeprefix("| ") for row in rows[1:]]
    assert named == list(tree)
    assert named[0] == WHOLE
    assert {f"rules: {pack.name}" for pack in load_packs()} < set(named)
    assert len({len(row) for row in rows}) == 1
    assert "2 notes, 9 marked spans" in printed


def test_points_are_the_difference_from_the_whole(measured: tuple[str, Tree]) -> None:
    tree = measured[1]
    whole = tree[WHOLE]["figures"]
    for row in tree.values():
        for name, figure in row["figures"].items():
            before, points = whole[name], row["points_against_whole"][name]
            assert figure is not None
            assert before is not None
            assert points is not None
            assert points["value"] == pytest.approx(100 * (figure["value"] - before["value"]))
            assert points["low"] <= points["value"] <= points["high"]
    assert {one["value"] for one in tree[WHOLE]["points_against_whole"].values() if one} == {0}


def _recall_and_f1(
    notes: Sequence[GoldNote], deidentifier: Deidentifier
) -> list[dict[str, float] | None]:
    kept = {note.id: deidentifier.analyze(Document(note.id, note.text)).kept for note in notes}
    found = intervals(score_each(notes, kept), (CHARACTER_RECALL, STRICT_F1))
    return [one and one.as_json() for one in found]


def test_rows_are_what_the_program_finds_so_arranged(
    gold: Path, measured: tuple[str, Tree]
) -> None:
    notes, packs = read_gold(gold), load_packs()
    rules, model = RuleDetector(packs, beside_model=True), TransformerDetector(load_package())
    outright = RuleDetector(packs)
    without_dates = RuleDetector([p for p in packs if p.name != "dates"], beside_model=True)
    arranged = {
        WHOLE: Deidentifier.open(policy=POLICY),
        "all rules": Deidentifier(policy=POLICY, detectors=[model]),
        "rules: dates": Deidentifier(policy=POLICY, detectors=[without_dates, model]),
        "rules: hints that wait for the model": Deidentifier(
            policy=POLICY, detectors=[outright, model]
        ),
        "model": Deidentifier(policy=POLICY, detectors=[outright]),
        "tidying": Deidentifier(
            policy=POLICY, detectors=[rules, model], parts=Parts(tidying=False)
        ),
    }
    for off, deidentifier in arranged.items():
        figures = measured[1][off]["figures"]
        expected = _recall_and_f1(notes, deidentifier)
        assert [figures["found"], figures["strict F1"]] == expected, off
    for off in ("model", "rules: hints that wait for the model"):
        assert measured[1][off]["figures"] != measured[1][WHOLE]["figures"], off


def test_two_processes_find_what_one_does(gold: Path, measured: tuple[str, Tree]) -> None:
    assert ablation(gold, "--jobs", 2) == measured[0]
