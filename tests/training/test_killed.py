"""A training that is killed by the system goes on, and its steps are counted exactly once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from deid.audit.keys import Keys
from deid.audit.verify import verify
from deid.detect.packages import ModelPackage
from deid.officer import Desk
from deid.site_models import kept
from deid.training.account import ledger_of
from deid.training.acts import begin, go_on, open_run
from deid.training.choice import Choice
from deid.training.cohort.gather import PatientFrom
from deid.training.planning import plan
from deid.training.tune.run_place import JOURNAL
from deid.training.tune.settings import Settings
from tests.training.invented_site import PIN, account_quickly, come_with, people, write_gold
from tests.training.tune.conftest import tiny_package, tiny_settings

__all__ = ["tiny_package", "tiny_settings"]

ROOT = Path(__file__).parents[2]
STEPS = 20
KILLED_AFTER = 5
CHILD = """
import sys, time
from pathlib import Path
import pytest
from deid import resources
from deid.officer import Desk
from deid.training.acts import go_on, open_run
from tests.training.invented_site import PIN, account_quickly

home, models, officer, run = sys.argv[1:]
resources.models = lambda: Path(models)
account_quickly(pytest.MonkeyPatch())
with Desk.open(Path(home)) as desk:
    desk.unlock(officer, PIN)
    go_on(desk, open_run(desk, run), on_progress=lambda _: time.sleep(0.1))
"""


def numbers(journal: Path) -> list[int]:
    """The steps that a journal counts."""
    return [json.loads(line)["step"] for line in journal.read_text(encoding="ascii").splitlines()]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_run_takes_each_step_once_and_the_ledger_says_so(
    deid_home: Path, tmp_path: Path, tiny_package: ModelPackage, tiny_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    come_with(tiny_package, tmp_path, monkeypatch)
    account_quickly(monkeypatch)
    officer = people(deid_home)
    choice = Choice((write_gold(tmp_path / "gold.jsonl"),), gold=PatientFrom.FIELD)
    with Desk.open(deid_home) as desk:
        desk.unlock(officer, PIN)
        settings = replace(tiny_settings, steps=STEPS, checkpoint_each=3, measure_each=0)
        run = begin(desk, plan(desk, choice, settings))
        journal = run.path / JOURNAL
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, deid_home, tmp_path / "models", officer, run.name],
            cwd=ROOT, stderr=subprocess.PIPE,
        )  # fmt: skip
        while child.poll() is None and len(numbers(journal)) < KILLED_AFTER:
            time.sleep(0.05)
        child.kill()
        _, errors = child.communicate()
        assert child.returncode == -signal.SIGKILL, errors.decode()

        spent = len(numbers(journal))
        assert KILLED_AFTER <= spent < STEPS
        assert ledger_of(desk.log).run(run.name).steps == STEPS, "all planned ones count till then"
        taken: list[int] = []
        found = go_on(
            desk, open_run(desk, run.name), on_progress=lambda now: taken.append(now.step)
        )
        assert taken == list(range(spent + 1, STEPS + 1))
        assert numbers(journal) == list(range(STEPS))
        told = ledger_of(desk.log).run(run.name)
        assert told.ended is not None
        assert (told.ended.steps, told.ended.epsilon) == (STEPS, told.started.epsilon)
        assert kept(deid_home) == (found.model,)
        verify(desk.log.path, public_key=Keys.open(deid_home).public_key)
