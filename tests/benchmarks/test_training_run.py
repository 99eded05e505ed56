"""The measurements of whole training runs: their notes, their journal and what they print."""

from __future__ import annotations

import importlib
import json
import signal
from pathlib import Path
from types import ModuleType

import pytest

from deid.evaluate import read_gold

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
GOLD = "### id: n{}\n<PATIENT>Ada Okonkwo</PATIENT> went home on <DATE>05/06/2021</DATE>.\n"


@pytest.fixture
def training_run(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("training_run")


def test_every_note_is_dealt_to_one_patient_with_its_marks(
    training_run: ModuleType, tmp_path: Path
) -> None:
    source, target = tmp_path / "gold.txt", tmp_path / "gold.jsonl"
    source.write_text("\n".join(map(GOLD.format, range(7))), encoding="utf-8")
    assert training_run.deal_out(source, 3, target) == 7
    dealt = read_gold(target)
    before = {note.text: note.spans for note in read_gold(source)}
    assert [note.metadata["patient"] for note in dealt] == ["p0", "p1", "p2"] * 2 + ["p0"]
    assert all(note.spans == before[note.text] for note in dealt)


def test_steps_are_counted_by_the_journal(training_run: ModuleType, tmp_path: Path) -> None:
    assert training_run.steps_spent(tmp_path) == 0
    folder = tmp_path / "training" / "20261121-040506-0000007a"
    folder.mkdir(parents=True)
    (folder / "steps.jsonl").write_text('{"step": 0}\n{"step": 1}\n', encoding="ascii")
    assert training_run.steps_spent(tmp_path) == 2


def test_what_both_processes_took_is_printed(
    training_run: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    killed = training_run.Part(120.0, 60.0, 10**9, 20, -signal.SIGKILL, 1.5)
    went_on = training_run.Part(240.0, 90.0, 2 * 10**9, 40, 0, 2.5)
    run = {
        "patients": 200, "held_out": 50, "steps_planned": 40, "steps": 40, "epsilon": 7.9,
        "epsilon_planned": "7.9", "state": "finished",
    }  # fmt: skip
    training_run.show([killed, went_on], json.loads(json.dumps(run)), 700)
    printed = capsys.readouterr().out
    assert "| killed | 2.0 | 1.0 | 1.00 | 20 | -9 | 1.5 |" in printed
    assert "| together | 6.0 | 2.5 | 2.00 |" in printed
    assert "in the log: 40 steps, ε 7.9, finished" in printed
