"""`deid train`: what docs/training.md shows runs, and what can do without the extra does."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from deid import managed
from deid.audit.records import (
    BudgetSet,
    GateOutcome,
    ModelEvaluated,
    PrivacyUnit,
    TrainingEnded,
    TrainingOutcome,
    TrainingStarted,
)
from deid.audit.store import Filter
from deid.commands import train_run
from deid.commands.train_options import settings_of
from deid.detect.packages import ModelPackage, load_package
from deid.errors import (
    ConfigurationError,
    DefectError,
    ModelMissing,
    NotPermitted,
    SettingLocked,
)
from deid.officer import Desk
from deid.site_models import keep, kept, kept_folder
from deid.training.account import ledger_of
from deid.training.leakage import Leakage
from deid.training.private.printed import down
from deid.training.tune.run_folder import run_names
from tests.test_site_models import package
from tests.training.cohort.test_gather import TEXT, Clinic
from tests.training.invented_site import PIN, account_quickly, come_with, people, write_gold
from tests.training.tune.conftest import tiny_package

__all__ = ["tiny_package"]

Deid = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
TOLD_RUN, TOLD_OTHER, LOST = "4b1d7c02", "9c07aa51", "5f2e71c0"
PASSED = GateOutcome.PASSED
KEY = ["--as", "ola", "--pin-file", "pin.txt"]
QUICK = ["--set", "sampling_rate=0.5", "--set", "windows=2", "--set", "checkpoint_each=1"]


@pytest.fixture
def officer(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Id of an officer whose PIN lies in pin.txt of the working folder."""
    monkeypatch.chdir(tmp_path)
    pin = tmp_path / "pin.txt"
    pin.write_text(PIN, encoding="utf-8")
    pin.chmod(0o600)
    return people(home)


@pytest.fixture
def tiny(
    officer: str, tiny_package: ModelPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The same at a program that comes with a tiny model."""
    come_with(tiny_package, tmp_path, monkeypatch)
    account_quickly(monkeypatch)
    return officer


@pytest.fixture
def gold(tmp_path: Path) -> list[object]:
    """Arguments that name marked notes."""
    return [write_gold(tmp_path / "gold.jsonl"), "--gold", "field", *QUICK]


def started(officer: str, run: str = "20261121-040506-0000007a") -> TrainingStarted:
    """What the log says of a run that cost little."""
    return TrainingStarted(
        run=run, person=officer, unit=PrivacyUnit.PATIENT, patients=200, notes=900, held_out=40,
        held_out_share=0.2, cohort=f"hmac-sha256:{'0' * 16}:{'0f' * 32}", base_digest="0f" * 32,
        method="lora", sampling_rate="0.25", windows=4, noise_multiplier="4", clipping_norm="1",
        steps=4, delta="0.0001", relation="add-or-remove-one", accountant="prv", epsilon="0.5",
        statement="",
    )  # fmt: skip


def record(home: Path, officer: str, *events: Any) -> None:
    """Puts events into the log, those with a statement signed by the officer."""
    with Desk.open(home) as desk:
        desk.unlock(officer, PIN)
        for event in events:
            desk.record(desk.sign(event) if getattr(event, "statement", None) == "" else event)


def passed(home: Path, officer: str) -> None:
    """Records that the model measured last went through the gate."""
    with Desk.open(home) as desk:
        last = [one.event for one in desk.log.select(Filter(kinds=(ModelEvaluated,)))][-1]
        assert isinstance(last, ModelEvaluated)
        desk.unlock(officer, PIN)
        desk.record(desk.sign(replace(last, gate=PASSED)))


@pytest.fixture
def promoted(home: Path, officer: str, tmp_path: Path) -> str:
    """Id of a run whose model, a whole package that cannot be run, went through the gate."""
    made = keep(home, package(tmp_path / "made")).manifest_digest
    shipped, run = load_package().manifest_digest, started(officer)
    record(
        home,
        officer,
        BudgetSet(officer, PrivacyUnit.PATIENT, "8", "0.0001", ""),
        run,
        TrainingEnded(run.run, officer, TrainingOutcome.FINISHED, 4, "0.5", made, ""),
        ModelEvaluated(run.run, officer, made, shipped, 40, 0.9, 0.95, None, PASSED, ""),
    )
    return run.run


# What the document shows.


def test_every_command_of_the_document_runs_in_its_order(
    deid: Deid, home: Path, tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = Clinic(tmp_path)
    clinic.home = home
    for number in range(40):
        clinic.releases(f"{number}.txt", text=f"{TEXT} Day {number}.", patient=f"p{number}")
    monkeypatch.setattr(train_run, "settings_of", lambda told: replace(settings_of(told), steps=3))
    blocks = re.findall(r"^```console\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    commands = [
        shlex.split(line.removeprefix("$ ")) for block in blocks for line in block.splitlines()
    ]
    assert len(commands) == 16
    for command in commands:
        assert command[0] == "deid"
        if TOLD_OTHER in command:
            record(home, tiny, started(tiny, f"20261121-040506-{TOLD_OTHER}"))
        if "promote" in command:
            passed(home, tiny)
        if "--package" in command:
            (made,) = kept(home)
            copytree(kept_folder(home, made), kept_folder(home, f"{LOST:0<64}"))
            listed = deid("train", "list", "--json").json()
            assert listed["without_a_run"] == [f"{LOST:0<64}"]
            assert f"no run made the package {LOST}" in deid("train", "list").out
        run = next(iter(run_names(home)), "")
        told = [run[-8:] if word == TOLD_RUN else word for word in command[1:]]
        ran = deid(*told)
        assert ran.code == 0, f"{shlex.join(command)}: {ran.err}"
    with Desk.open(home) as desk:
        ledger = ledger_of(desk.log)
    assert [run.ended is not None for run in ledger.runs] == [True, True]
    assert [one.decision for one in ledger.runs[0].decisions] == ["promoted", "kept-aside"]


def test_the_document_names_every_action() -> None:
    actions = {"plan", "run", "resume", "end", "list", "results", "promote", "aside", "rollback"}
    actions |= {"remove", "ledger", "budget", "statement", "measure-leakage"}
    assert all(re.search(rf"(deid train |`){name}\b", DOCUMENT) for name in actions)


def test_the_way_to_the_extra_is_told_in_the_same_words_everywhere(
    deid: Deid, officer: str, gold: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "pip install noteveil[train]"
    assert words in DOCUMENT
    assert words in (ROOT / "README.md").read_text(encoding="utf-8")
    monkeypatch.setattr("deid.training.tune.extra.find_spec", lambda _name: None)
    for action in ("plan", "run"):
        ran = deid("train", action, *gold, *KEY)
        assert ran.code == ModelMissing.exit_code
        assert words in ran.err
    assert words in deid("train", "--help").out


_WITHOUT = """\
import sys
for name in ("torch", "opacus", "transformers", "peft", "onnx"):
    sys.modules[name] = None
from deid.cli import main
for line in sys.stdin.read().splitlines():
    code = main(line.split())
    if code:
        sys.exit(f"{line}: {code}")
"""


def test_without_the_extra_what_needs_no_training_works(promoted: str) -> None:
    key = " ".join(KEY)
    actions = [
        "list", "ledger", "budget", f"statement {promoted}", f"promote {promoted} {key}",
        "list --json", f"rollback {key}", f"rollback {key}",
    ]  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-c", _WITHOUT],
        input="\n".join(f"train {action}" for action in actions),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    # The last one finds nothing to go back to.
    assert ran.stderr.splitlines()[-1] == f"train rollback {key}: {ConfigurationError.exit_code}"
    assert "finds identifiers from now on" in ran.stdout
    assert "finds identifiers again" in ran.stdout


# Runs.


def test_a_run_tells_how_far_it_is_and_what_came_out(
    deid: Deid, tiny: str, gold: list[object]
) -> None:
    ran = deid("train", "run", *gold, "--steps", 3, *KEY)
    assert ran.code == 0, ran.err
    assert "step 3 of 3, ε " in ran.err
    assert "of private notes, without noise" in ran.err
    assert re.search(r"^the gate is (not )?passed", ran.out, re.MULTILINE)
    assert "Vega" not in ran.out + ran.err
    listed = deid("train", "list", "--json").json()
    (run,) = listed["runs"]
    assert (run["steps"], run["state"], listed["in_use"]) == (3, "finished", None)
    results = deid("train", "results", run["run"], "--json").json()
    assert results["model"] == run["model"]
    assert deid("train", "results", run["run"]).out.count("upper-case") == 2
    assert deid("train", "remove", run["run"], *KEY).code == 0
    assert deid("train", "results", run["run"]).code == ConfigurationError.exit_code


def test_a_plan_in_json_names_every_setting(deid: Deid, tiny: str, gold: list[object]) -> None:
    plan = deid("train", "plan", *gold, "--steps", 3, "--epsilon", 4, "--json", *KEY).json()
    assert plan["settings"]["steps"] == 3
    assert plan["settings"]["sampling_rate"] == 0.5
    assert 3.9 < plan["epsilon"] <= 4
    assert plan["refused"] is None
    assert plan["patients"] + plan["held_out_patients"] == 40


def test_ctrl_c_pauses_a_run_and_resume_goes_on(
    deid: Deid, tiny: str, gold: list[object], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = train_run._Shown.progress

    def press(self: Any, progress: Any) -> None:
        shown(self, progress)
        if progress.step == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(train_run._Shown, "progress", press)
        ran = deid("train", "run", *gold, "--steps", 4, *KEY)
    assert ran.code == 130
    (name,) = run_names(home)
    assert f"deid train resume {name}" in ran.err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert deid("train", "list", "--json").json()["runs"][0]["state"] == "open"
    again = deid("train", "resume", name, "--json", *KEY)
    assert again.code == 0, again.err
    assert again.json()["run"] == name
    assert deid("train", "list", "--json").json()["runs"][0]["steps"] == 4


def test_a_spent_budget_refuses_a_run(deid: Deid, tiny: str, gold: list[object]) -> None:
    assert deid("train", "budget", "--epsilon", 2, "--delta", 0.001, *KEY).code == 0
    for action in ("plan", "run"):
        ran = deid("train", action, *gold, "--steps", 3, *KEY)
        assert ran.code == ConfigurationError.exit_code
        assert "the site's budget is ε 2" in ran.err
    plain = deid("train", "run", *gold, "--steps", 3, "--no-privacy", *KEY)
    assert plain.code == ConfigurationError.exit_code
    assert "without privacy would overspend" in plain.err
    assert deid("train", "list", "--json").json()["runs"] == []


def test_nothing_is_done_without_an_officer_s_key(
    deid: Deid, tiny: str, gold: list[object]
) -> None:
    for action in (
        ["plan", *gold], ["run", *gold], ["budget", "--epsilon", 1, "--delta", 0.1],
        ["promote", "x"], ["aside", "x"], ["rollback"], ["remove", "x"], ["end", "x"],
    ):  # fmt: skip
        ran = deid("train", *action)
        assert ran.code == NotPermitted.exit_code, action
        assert "--as PERSON" in ran.err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("speed=3", "NAME is one of: averaging"),
        ("epsilon=3", "NAME is one of"),
        ("windows", "takes NAME=VALUE"),
        ("windows=some", "--set windows: not a value of its kind, such as 4"),
        ("cached=perhaps", "--set cached: not a value of its kind, such as yes"),
        ("optimiser=luck", "--set optimiser: not a value of its kind, such as sgd"),
        ("windows=0", "out of range: windows"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    deid: Deid, tiny: str, gold: list[object], change: str, words: str
) -> None:
    ran = deid("train", "plan", *gold, "--set", change, *KEY)
    assert ran.code == ConfigurationError.exit_code
    assert words in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["budget", "--epsilon", "1"],
        ["budget", "--epsilon", "0", "--delta", "0.1"],
        ["budget", "--epsilon", "much", "--delta", "0.1"],
        ["plan", "notes", "--held-out", "1"],
        ["plan", "notes", "--method", "luck"],
    ],
)
def test_arguments_that_cannot_be_are_wrong_usage(
    deid: Deid, officer: str, arguments: list[str]
) -> None:
    assert deid("train", *arguments).code == 2


# What is told of runs.


def test_the_ledger_says_of_each_run_what_an_expert_asks(
    deid: Deid, home: Path, promoted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_quickly(monkeypatch)
    out = deid("train", "ledger").out
    for words in (
        promoted, "200 patients with 900 notes", "4 of 4 planned", "noise multiplier σ  4",
        "add-or-remove-one", "  0.50 at δ 0.0001, by prv", "1 private run together: ε ",
        "budget: ε 8 at δ 0.0001 a patient, in all",
    ):  # fmt: skip
        assert words in out
    found = deid("train", "ledger", "--json").json()
    assert found["budget"] == {"unit": "patient", "epsilon": "8", "delta": "0.0001"}
    assert found["total"]["runs"] == 1
    assert found["runs"][0]["noise_multiplier"] == "4"


def test_a_promoted_model_is_the_one_that_is_told_of(deid: Deid, promoted: str) -> None:
    event = deid("train", "promote", promoted, "--json", *KEY).json()
    assert event["run"] == promoted
    info = deid("model", "info", "--json").json()
    assert info["manifest_sha256"] == event["model"]
    assert f"{event['model'][:16]}, in use" in deid("train", "list").out
    back = deid("train", "rollback", "--shipped", "--json", *KEY).json()
    assert (back["run"], back["before"]) == (None, event["model"])


def test_before_anything_was_trained_it_is_said(deid: Deid, officer: str) -> None:
    assert "nothing was trained" in deid("train", "list").out
    assert "no private run has cost a patient anything" in deid("train", "ledger").out
    assert "no budget is set" in deid("train", "budget").out
    assert deid("train", "budget", "--json").json() == {"budget": None}
    ran = deid("train", "statement", "x")
    assert ran.code == ConfigurationError.exit_code
    assert "no run has this id" in ran.err


def test_leakage_is_measured_with_the_numbers_of_a_run_recorded_and_stated(
    deid: Deid, home: Path, promoted: str
) -> None:
    pytest.importorskip("torch")
    assert "Attacks that were tried" not in deid("train", "statement", promoted).out
    ran = deid("train", "measure-leakage", promoted, "--patients", 60, *KEY, "--json")
    found = ran.json()
    assert (found["run"], found["proven_epsilon"], found["delta"]) == (promoted, 0.5, 0.0001)
    assert 0 <= found["measured_epsilon"] <= 0.5
    with Desk.open(home) as desk:
        (event,) = ledger_of(desk.log).run(promoted).attacks
    assert (event.patients, event.epsilon, event.delta) == (60, "0.5", "0.0001")
    assert 0 <= found["measured_epsilon"] - float(event.measured) <= 1e-6
    stated = f"reached an ε of {down(float(event.measured))}"
    assert stated in deid("train", "statement", promoted).out
    assert deid("train", "promote", promoted, *KEY).code == 0


def test_where_it_lets_nobody_train_leakage_is_still_measured_and_says_how_far_it_is(
    deid: Deid, gold: list[object], promoted: str
) -> None:
    pytest.importorskip("torch")
    locked = {managed.Name.TRAINING_ALLOWED: managed.Setting(False, "policy.json")}
    with managed.instead(managed.Managed(locked)):
        ran = deid("train", "measure-leakage", promoted, "--patients", 20, *KEY)
        refused = deid("train", "plan", *gold, *KEY)
    assert ran.code == 0, ran.err
    assert re.findall(r"^  (\d+)% of the attack$", ran.err, re.MULTILINE)[-1] == "100"
    assert refused.code == SettingLocked.exit_code


def test_leakage_is_not_measured_without_a_key(deid: Deid, promoted: str) -> None:
    ran = deid("train", "measure-leakage", promoted)
    assert ran.code == NotPermitted.exit_code
    assert "--as" in ran.err


def test_a_training_that_gives_away_more_than_is_proven_is_a_defect_and_not_promoted(
    deid: Deid, promoted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attacked(measured: float) -> Any:
        found = Leakage(patients=60, measured=measured, doubt=0.05, proven=0.5, delta=0.0001)
        monkeypatch.setattr("deid.training.leakage.measure_leakage", lambda *_, **__: found)
        return deid("train", "measure-leakage", promoted, *KEY)

    ran = attacked(3.0)
    assert ran.code == DefectError.exit_code
    assert "more than the proof allows" in ran.err
    # A later attack that reaches less takes nothing back.
    assert attacked(0.1).code == 0
    stated = deid("train", "statement", promoted).out
    assert "no guarantee" in stated
    assert "ε of at least 3.00, where at most 0.50 was proven" in stated
    ran = deid("train", "promote", promoted, *KEY)
    assert ran.code == ConfigurationError.exit_code
    assert "more than its proof allows" in ran.err


def test_a_run_without_privacy_has_nothing_to_measure_against(
    deid: Deid, home: Path, officer: str
) -> None:
    plain = replace(
        started(officer), noise_multiplier=None, clipping_norm=None, delta=None, relation=None,
        accountant=None, epsilon=None,
    )  # fmt: skip
    record(home, officer, plain)
    ran = deid("train", "measure-leakage", plain.run, *KEY)
    assert ran.code == ConfigurationError.exit_code
    assert "is not private" in ran.err
    assert "1 without privacy besides" in deid("train", "ledger").out
    assert "privacy" in deid("train", "statement", plain.run).out
    assert json.loads(deid("train", "list", "--json").out)["runs"][0]["epsilon"] is None
