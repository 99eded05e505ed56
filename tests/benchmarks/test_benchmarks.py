"""The commands that make the figures in the documents run."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from deid.datatypes import Finding, Span
from deid.evaluate import GoldNote, Scores, score_each
from deid.labels import Label
from deid.training.examples import is_held_out
from deid.training.recipe import Recipe

ROOT = Path(__file__).resolve().parent.parent.parent


OURS = ("rules", "model", "hybrid")


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def invented() -> ModuleType:
    return module("invented")


@pytest.fixture
def untrained(tmp_path: Path) -> dict[str, str]:
    """An environment without the training libraries, as the program has none where it is used.

    Presidio would load them, which takes most of the time of a benchmark over a few notes, and
    do nothing with them.
    """
    folder = tmp_path / "untrained"
    folder.mkdir()
    for name in ("torch", "transformers"):
        (folder / f"{name}.py").write_text("raise ImportError\n", encoding="utf-8")
    earlier = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(folder), earlier]))}


def test_invented_notes_have_the_length_asked_for_and_repeat(invented: ModuleType) -> None:
    notes = list(invented.invented_notes(5, length=2000))
    assert {len(note) for note in notes} == {2000}
    assert len(set(notes)) == 5
    assert list(invented.invented_notes(5, length=2000)) == notes
    assert list(invented.invented_notes(5, length=2000, seed=3)) != notes


def test_quality_of_what_training_holds_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"note-{number}" for number in range(60)]
    held = [name for name in names if is_held_out(name, Recipe())]
    assert 0 < len(held) < 20
    rows = [{"id": name, "text": "Seen by Dr. Ito.", "spans": []} for name in names]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    quality, asked = module("quality"), list[list[str]]()

    def results(notes: list[GoldNote], _arguments: object) -> dict[str, tuple[Scores, ...]]:
        asked.append([note.id for note in notes])
        found = Finding(Span(12, 15), Label.DOCTOR, 1.0, "rule:test@1")
        return dict.fromkeys(quality.OURS, score_each(notes, dict.fromkeys(asked[-1], (found,))))

    monkeypatch.setattr(quality, "_results", results)
    for arguments in (["--held-out"], []):
        monkeypatch.setattr(sys, "argv", ["quality.py", str(gold), *arguments])
        quality.main()
        assert capsys.readouterr().out.startswith(f"{len(asked[-1])} notes, 0 marked spans")
    assert asked == [held, names]


def test_quality_prints_every_program_with_intervals(
    tmp_path: Path, untrained: dict[str, str]
) -> None:
    counts = tmp_path / "counts.json"
    command = [
        *(sys.executable, str(ROOT / "benchmarks" / "quality.py")),
        *(str(ROOT / "samples" / "marked.jsonl"), "--json", str(counts)),
    ]
    done = subprocess.run(
        command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT, env=untrained
    )
    assert "2 notes, 26 marked spans" in done.stdout
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    named = {row[0].removeprefix("| "): row[1:] for row in rows}
    assert {"rules", "model", "hybrid", "Presidio, patterns"} <= set(named)
    assert all(
        re.match(r"[01]\.\d{3} \([01]\.\d{3} to [01]\.\d{3}\)", named[name][0]) for name in OURS
    )
    assert "hybrid less model: found" in done.stdout
    trees = json.loads(counts.read_text(encoding="utf-8"))
    assert all(tree["characters"]["gold"] == 237 for tree in trees.values())
    assert trees["hybrid"]["characters"]["found"] >= trees["rules"]["characters"]["found"]


def test_a_contender_of_the_speed_comparison_redacts_a_file(
    tmp_path: Path, untrained: dict[str, str]
) -> None:
    source, target = tmp_path / "notes.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "a", "text": "Write to ito@example.org."}) + "\n")
    command = [
        *(sys.executable, str(ROOT / "benchmarks" / "speed.py")),
        *("--contender", "Presidio, patterns", "--files", str(source), str(target)),
    ]
    subprocess.run(command, check=True, cwd=ROOT, env=untrained)
    assert json.loads(target.read_text()) == {"id": "a", "text": "Write to <EMAIL_ADDRESS>."}


@pytest.mark.parametrize(
    ("text", "output", "found"),
    [
        ("Dr. Ana Ito, 3/4/24.", "Dr. *** ***, */*/**.", ["Ana Ito, 3/4/24"]),
        ("seen by José", "seen by ***é", ["Jos"]),
        ("Stable.", "Stable.", []),
        ("* Ana *", "* *** *", ["Ana"]),
    ],
)
def test_what_philter_stars_is_found(text: str, output: str, found: list[str]) -> None:
    spans = module("philter_spans").spans_of(text, output)
    assert [text[start:end] for start, end in spans] == found


def test_the_whole_is_held_against_the_forward_pass(tmp_path: Path) -> None:
    notes = tmp_path / "notes.jsonl"
    notes.write_text(json.dumps({"text": "Seen by Dr. Ito on 3/4/2025."}) + "\n", encoding="utf-8")
    command = [sys.executable, str(ROOT / "benchmarks" / "forward_pass.py"), str(notes)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT)
    figures = json.loads(done.stdout)
    assert set(figures) == {"forward_notes_per_s", "whole_notes_per_s", "share"}
    assert min(figures.values()) > 0


def test_each_act_in_the_window_is_timed() -> None:
    command = [
        *(sys.executable, str(ROOT / "benchmarks" / "window.py"), "--acts", "1", "--pause", "0"),
        *("--characters", "4000", "--findings", "40"),
    ]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT)
    assert "4,000 characters, 40 findings" in done.stdout
    rows = [line.split("|") for line in done.stdout.splitlines() if line.startswith("| ")]
    counts = {row[1].strip(): row[2].strip() for row in rows[1:]}
    acts = ("next", "accept", "reject", "change label", "next uncertain", "undo")
    assert counts == dict.fromkeys((*acts, "next, as a result comes"), "1") | {"all": "7"}
