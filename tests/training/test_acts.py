"""Training at the desk: recorded before it begins, counted whatever happens, never promoted past
the gate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest

from deid.audit.keys import Keys
from deid.audit.records import (
    GateOutcome,
    ModelChanged,
    ModelDecided,
    ModelDecision,
    ModelEvaluated,
    TrainingEnded,
    TrainingOutcome,
    TrainingStarted,
)
from deid.audit.store import AuditLog, Filter
from deid.audit.verify import verify
from deid.detect.packages import MANIFEST, ModelPackage, load_package
from deid.errors import (
    ConfigurationError,
    ExaminationStopped,
    InputError,
    LogUnavailable,
    ModelMissing,
    ModelTampered,
    NotPermitted,
    OutputError,
)
from deid.officer import Desk
from deid.site_models import in_use, kept, kept_folder, load_kept
from deid.stopping import stoppable
from deid.training.account import ledger_of, set_budget
from deid.training.acts import Stage, begin, end, go_on, measure, open_run
from deid.training.choice import Choice, choose
from deid.training.cohort.gather import PatientFrom
from deid.training.cohort.patients import Unit
from deid.training.outcome import finished
from deid.training.planning import Planned, plan
from deid.training.promotion import (
    forget,
    forget_package,
    keep_aside,
    orphans,
    promote,
    roll_back,
)
from deid.training.stated import statement_of
from deid.training.tune.progress import Progress
from deid.training.tune.run_folder import RunFolder, run_names
from deid.training.tune.run_place import RunPlace
from deid.training.tune.settings import Settings
from tests.training.invented_site import PIN, account_quickly, come_with, people, write_gold
from tests.training.tune.conftest import tiny_package, tiny_settings

__all__ = ["tiny_package", "tiny_settings"]

Events = list[Any]


@pytest.fixture
def home(deid_home: Path) -> Path:
    return deid_home


@pytest.fixture
def desk(
    home: Path, tmp_path: Path, tiny_package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk with an officer's key unlocked, at a program that comes with a tiny model."""
    come_with(tiny_package, tmp_path, monkeypatch)
    account_quickly(monkeypatch)
    officer = people(home)
    with Desk.open(home) as opened:
        opened.unlock(officer, PIN)
        yield opened


@pytest.fixture
def choice(tmp_path: Path) -> Choice:
    return Choice((write_gold(tmp_path / "gold.jsonl"),), gold=PatientFrom.FIELD)


@pytest.fixture
def planned(desk: Desk, choice: Choice, tiny_settings: Settings) -> Planned:
    return plan(desk, choice, tiny_settings)


def told(desk: Desk, *kinds: Any) -> Events:
    return [record.event for record in desk.log.select(Filter(kinds=kinds))]


def check_log(desk: Desk) -> None:
    verify(desk.log.path, public_key=Keys.open(desk.home).public_key)


def passed(desk: Desk, name: str, outcome: GateOutcome = GateOutcome.PASSED) -> str:
    """Records that the model of a run went through the gate, or did not; the model's digest."""
    (last,) = [one for one in told(desk, ModelEvaluated) if one.run == name][-1:]
    desk.record(desk.sign(replace(last, gate=outcome)))
    return str(last.model_digest)


@pytest.fixture
def quick_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a package be made without a network of its own, which takes most of a tiny run."""

    def write(folder: Path, _network: object, *, base: ModelPackage, **rest: Any) -> ModelPackage:
        copytree(base.folder, folder, dirs_exist_ok=True)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        text = json.dumps(manifest | {"lineage": {"run": rest["lineage"].run}})
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        return load_package(folder)

    monkeypatch.setattr("deid.training.tune.package.write_tuned", write)


class Crash(Exception):
    """What a kill does to the program, as far as it can be tried here."""


def crash_at(step: int) -> Any:
    def look(progress: Progress) -> None:
        if progress.step == step:
            raise Crash

    return look


def test_a_plan_says_what_a_run_costs_and_begins_nothing(desk: Desk, planned: Planned) -> None:
    learn, held = planned.chosen.learn, planned.chosen.held
    assert len(learn) + len(held) == 40
    assert not learn.keys & held.keys
    privacy, total = planned.plan.privacy, planned.total
    assert privacy is not None
    assert total is not None
    assert 7.9 < privacy.epsilon <= 8
    assert total.epsilon == privacy.epsilon
    assert privacy.delta == len(learn) ** -1.1
    assert planned.plan.seconds is not None
    assert planned.refusal is None
    assert run_names(desk.home) == ()
    assert told(desk, TrainingStarted) == []


def test_a_run_is_recorded_before_its_first_step(desk: Desk, planned: Planned) -> None:
    run = begin(desk, planned)
    (event,) = told(desk, TrainingStarted)
    assert event.run == run.name
    assert float(event.noise_multiplier) == run.facts.noise_multiplier
    assert (float(event.delta), event.steps) == (run.facts.delta, 4)
    assert event.base_digest == run.facts.base == load_package().manifest_digest
    assert ledger_of(desk.log).total().epsilon == pytest.approx(float(event.epsilon), abs=1e-6)
    assert run.spent() == 0
    check_log(desk)


def test_what_a_kill_left_before_the_record_goes_when_the_next_run_begins(
    desk: Desk, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_run: RunFolder) -> None:
        raise KeyboardInterrupt

    first = begin(desk, planned)
    with monkeypatch.context() as patched:
        patched.setattr(RunFolder, "remove", killed)
        patched.setattr("deid.training.acts.remember", lambda *_: killed(first))
        with pytest.raises(KeyboardInterrupt):
            begin(desk, planned)
    (left,) = set(run_names(desk.home)) - {first.name}
    of_another_log = RunFolder.make(desk.home, first.facts)
    of_another_log.spend(0)
    last = begin(desk, planned)
    assert left not in run_names(desk.home)
    assert set(run_names(desk.home)) == {first.name, of_another_log.name, last.name}


def test_where_nothing_can_be_recorded_no_folder_is_made(
    desk: Desk, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LogUnavailable("no space")

    monkeypatch.setattr(AuditLog, "append", full)
    with pytest.raises(LogUnavailable):
        begin(desk, planned)
    assert run_names(desk.home) == ()


def test_a_run_ends_in_a_model_that_is_kept_and_measured(desk: Desk, planned: Planned) -> None:
    run, stages, steps = begin(desk, planned), list[Stage](), list[int]()
    found = go_on(desk, run, on_progress=lambda p: steps.append(p.step), on_stage=stages.append)
    assert steps == [1, 2, 3, 4]
    assert stages == list(Stage)
    (event,) = told(desk, TrainingEnded)
    assert (event.outcome, event.steps) == (TrainingOutcome.FINISHED, 4)
    assert event.epsilon == told(desk, TrainingStarted)[0].epsilon
    assert kept(desk.home) == (event.model_digest,) == (found.model,)
    assert not run.package.exists()
    (measured,) = told(desk, ModelEvaluated)
    assert measured.before_digest == load_package().manifest_digest
    assert measured.patients == len(planned.chosen.held)
    assert (measured.gate is GateOutcome.PASSED) == found.gate.passed
    assert finished(run) == found
    assert in_use(desk.home) is None
    package = load_kept(desk.home, event.model_digest)
    assert run.name in (package.folder / "PRIVACY.md").read_text(encoding="utf-8")
    check_log(desk)


@pytest.mark.usefixtures("quick_export")
def test_a_run_without_privacy_says_so_wherever_it_is_told(
    desk: Desk, choice: Choice, tiny_settings: Settings
) -> None:
    planned = plan(desk, choice, replace(tiny_settings, epsilon=None))
    assert planned.plan.privacy is None
    run = begin(desk, planned)
    go_on(desk, run)
    (event,), (last,) = told(desk, TrainingStarted), told(desk, TrainingEnded)
    lacking = (event.noise_multiplier, event.clipping_norm, event.delta, event.epsilon)
    assert lacking == (None, None, None, None)
    assert last.epsilon is None
    ledger = ledger_of(desk.log)
    assert (ledger.total().runs, ledger.total().plain) == (0, 1)
    assert "no guarantee" in statement_of(ledger, ledger.runs[0])


@pytest.mark.usefixtures("quick_export")
def test_after_a_crash_a_run_goes_on_and_costs_what_was_planned(
    desk: Desk, planned: Planned
) -> None:
    reserved = begin(desk, planned)
    with pytest.raises(Crash):
        go_on(desk, reserved, on_progress=crash_at(3))
    assert told(desk, TrainingEnded) == []
    ledger = ledger_of(desk.log)
    assert ledger.runs[0].steps == 4  # as planned, whatever became of it
    steps: list[int] = []
    again = open_run(desk, reserved.name[-8:])
    assert again.spent() == 3
    go_on(desk, again, on_progress=lambda progress: steps.append(progress.step))
    assert steps == [4]
    (event,) = told(desk, TrainingEnded)
    assert (event.outcome, event.steps) == (TrainingOutcome.FINISHED, 4)
    assert event.epsilon == told(desk, TrainingStarted)[0].epsilon
    check_log(desk)


@pytest.mark.usefixtures("quick_export")
def test_a_crash_after_the_last_step_loses_nothing(
    desk: Desk, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(desk, planned)

    def full(*_arguments: object) -> ModelPackage:
        raise OutputError("no space")

    with monkeypatch.context() as patched:
        patched.setattr("deid.training.learning.keep", full)
        with pytest.raises(OutputError):
            go_on(desk, run)
    assert told(desk, TrainingEnded) == []
    go_on(desk, run)
    assert [event.steps for event in told(desk, TrainingEnded)] == [4]


@pytest.mark.usefixtures("quick_export")
def test_somebody_may_pause_a_run(desk: Desk, planned: Planned) -> None:
    run, taken = begin(desk, planned), list[int]()
    with pytest.raises(ExaminationStopped), stoppable(lambda: len(taken) == 2):
        go_on(desk, run, on_progress=lambda progress: taken.append(progress.step))
    assert told(desk, TrainingEnded) == []
    go_on(desk, run, on_progress=lambda progress: taken.append(progress.step))
    assert taken == [1, 2, 3, 4]


def test_a_run_that_is_ended_early_counts_the_steps_that_it_took(
    desk: Desk, planned: Planned
) -> None:
    run = begin(desk, planned)
    with pytest.raises(Crash):
        go_on(desk, run, on_progress=crash_at(1))
    event = end(desk, run.name)
    assert (event.outcome, event.steps, event.model_digest) == (TrainingOutcome.STOPPED, 1, None)
    assert event.epsilon is not None
    started = told(desk, TrainingStarted)[0]
    assert 0 < float(event.epsilon) < float(started.epsilon)
    assert run_names(desk.home) == ()
    with pytest.raises(ConfigurationError, match="has ended"):
        end(desk, run.name)
    with pytest.raises(ConfigurationError, match="has no model"):
        promote(desk, run.name)


def test_a_run_whose_folder_is_gone_counts_as_it_was_planned(desk: Desk, planned: Planned) -> None:
    run = begin(desk, planned)
    run.remove()
    event = end(desk, run.name)
    assert (event.outcome, event.steps) == (TrainingOutcome.ABANDONED, 4)
    assert event.epsilon == told(desk, TrainingStarted)[0].epsilon


def test_a_run_that_somebody_works_on_is_not_ended(desk: Desk, planned: Planned) -> None:
    run = begin(desk, planned)
    with run.alone(), pytest.raises(OutputError, match="another process"):
        end(desk, run.name)
    assert told(desk, TrainingEnded) == []


@pytest.mark.usefixtures("quick_export")
def test_a_model_that_cannot_be_run_ends_its_run_as_failed(
    desk: Desk, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(desk, planned)

    def broken(package: ModelPackage) -> None:
        if package.folder == run.package:
            raise ModelTampered("cannot be run")

    monkeypatch.setattr("deid.detect.transformer.TransformerDetector", broken)
    with pytest.raises(ModelTampered):
        go_on(desk, run)
    (event,) = told(desk, TrainingEnded)
    assert (event.outcome, event.steps) == (TrainingOutcome.FAILED, 4)
    assert event.model_digest is None
    assert kept(desk.home) == ()


@pytest.mark.usefixtures("quick_export")
def test_where_no_model_can_be_run_a_run_does_not_fail_and_can_go_on(
    desk: Desk, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(desk, planned)

    def lacking(_package: ModelPackage) -> None:
        raise ModelTampered("cannot be run (ModuleNotFoundError)")

    with monkeypatch.context() as patched:
        patched.setattr("deid.detect.transformer.TransformerDetector", lacking)
        with pytest.raises(ModelTampered):
            go_on(desk, run)
    assert told(desk, TrainingEnded) == []
    assert kept(desk.home) == ()
    go_on(desk, run)
    assert [event.outcome for event in told(desk, TrainingEnded)] == [TrainingOutcome.FINISHED]


@pytest.mark.usefixtures("quick_export")
def test_a_base_that_was_changed_meanwhile_does_not_fail_a_run(
    desk: Desk, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(desk, planned)

    def changed(*_arguments: object, **_rest: object) -> ModelPackage:
        raise ModelTampered("manifest was changed meanwhile")

    with monkeypatch.context() as patched:
        patched.setattr("deid.training.tune.package.write_tuned", changed)
        with pytest.raises(ModelTampered, match="meanwhile"):
            go_on(desk, run)
    assert told(desk, TrainingEnded) == []


# What the folder of a run says, beside what was recorded and spent.


def edited(run: RunFolder, changes: dict[str, object]) -> None:
    """Lets the folder of a run say something else of facts or settings."""
    path = run.path / "run.json"
    node = json.loads(path.read_text())
    for name, value in changes.items():
        part = node if name in node else node["settings"]
        assert part[name] != value
        part[name] = value
    path.write_text(json.dumps(node))


def test_a_run_goes_on_only_with_what_was_recorded_of_it(desk: Desk, planned: Planned) -> None:
    run = begin(desk, planned)
    path = run.path / "run.json"
    whole = path.read_text()
    changes: list[dict[str, object]] = [
        {"noise_multiplier": 0.0},
        {"noise_multiplier": 1e400},
        {"delta": 0.5},
        {"patients": 3},
        {"cohort": "0" * 64},
        {"base": "0" * 64},
        {"epsilon": None},
        {"epsilon": None, "noise_multiplier": 0.0},
        {"sampling_rate": 0.75},
        {"largest_gradient": 100.0},
        {"steps": 5},
        {"windows": 3},
        {"method": "full"},
        {"unit": "note"},
    ]
    for change in changes:
        edited(run, change)
        with pytest.raises(ConfigurationError, match="not those that were recorded"):
            go_on(desk, open_run(desk, run.name))
        path.write_text(whole)
    assert run.spent() == 0


def test_a_run_without_privacy_cannot_be_given_noise_afterwards(
    desk: Desk, choice: Choice, tiny_settings: Settings
) -> None:
    run = begin(desk, plan(desk, choice, replace(tiny_settings, epsilon=None)))
    edited(run, {"noise_multiplier": 1.0})
    with pytest.raises(ConfigurationError, match="not those that were recorded"):
        go_on(desk, open_run(desk, run.name))


def test_a_run_whose_journal_is_lost_or_shortened_counts_as_it_was_planned(
    desk: Desk, planned: Planned
) -> None:
    run = begin(desk, planned)
    with pytest.raises(Crash):
        go_on(desk, run, on_progress=crash_at(3))
    path = run.path / "steps.jsonl"
    for journal in (b'{"step": 0}\n', b"", None):
        if journal is None:
            path.unlink()
        else:
            path.write_bytes(journal)
        with pytest.raises(ConfigurationError, match="nobody can tell what the run spent"):
            go_on(desk, open_run(desk, run.name))
    event = end(desk, run.name)
    assert (event.outcome, event.steps) == (TrainingOutcome.ABANDONED, 4)
    assert event.epsilon == told(desk, TrainingStarted)[0].epsilon
    assert not run.path.exists()


def test_runs_whose_settings_are_damaged_are_ended_and_count_as_they_were_planned(
    desk: Desk, planned: Planned
) -> None:
    for settings in ("{}", "not JSON", None):
        run = begin(desk, planned)
        path = run.path / "run.json"
        if settings is None:
            path.unlink()
        else:
            path.write_text(settings)
        with pytest.raises(ConfigurationError):
            open_run(desk, run.name)
        event = end(desk, run.name)
        assert (event.outcome, event.steps) == (TrainingOutcome.ABANDONED, 4)
        assert not run.path.exists()


def test_a_run_that_ends_while_one_waits_for_it_is_not_ended_twice(
    desk: Desk, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, real = begin(desk, planned), RunPlace.alone
    (begun,) = told(desk, TrainingStarted)

    @contextmanager
    def late(self: RunPlace) -> Iterator[None]:
        with real(self):
            failed = TrainingOutcome.FAILED
            ended = TrainingEnded(run.name, begun.person, failed, 4, begun.epsilon, None, "")
            desk.record(desk.sign(ended))
            yield

    monkeypatch.setattr(RunPlace, "alone", late)
    with pytest.raises(ConfigurationError, match="has ended"):
        end(desk, run.name)
    assert len(told(desk, TrainingEnded)) == 1


def test_nobody_goes_on_with_a_run_while_its_package_is_made_or_measured(
    desk: Desk, planned: Planned, quick_export: None
) -> None:
    run, refused = begin(desk, planned), list[Stage]()

    def look(stage: Stage) -> None:
        with pytest.raises(OutputError, match="another process"), open_run(desk, run.name).alone():
            pass
        refused.append(stage)

    go_on(desk, run, on_stage=look)
    assert refused == list(Stage)
    with open_run(desk, run.name).alone():
        pass


# What a budget allows.


def test_a_budget_gives_plans_its_delta_and_refuses_what_would_overspend_it(
    desk: Desk, choice: Choice, tiny_settings: Settings
) -> None:
    set_budget(desk, epsilon=10, delta=0.001)
    first = plan(desk, choice, tiny_settings)
    assert first.settings.delta == 0.001
    assert first.refusal is None
    begin(desk, first)
    second = plan(desk, choice, tiny_settings)
    assert second.total is not None
    assert second.total.epsilon > 10
    assert second.refusal is not None
    with pytest.raises(ConfigurationError, match="budget"):
        begin(desk, second)
    assert len(run_names(desk.home)) == len(told(desk, TrainingStarted)) == 1
    check_log(desk)


def test_two_runs_cannot_begin_with_the_same_remainder(
    desk: Desk, choice: Choice, tiny_settings: Settings
) -> None:
    set_budget(desk, epsilon=10, delta=0.001)
    one, other = (plan(desk, choice, tiny_settings) for _ in range(2))
    assert one.refusal is other.refusal is None
    begin(desk, one)
    with pytest.raises(ConfigurationError, match="budget"):
        begin(desk, other)


@pytest.mark.parametrize(
    ("epsilon", "delta"),
    [
        (0, 0.001),
        (1e-6, 0.001),
        (1e6, 0.001),
        (float("inf"), 0.001),
        (1, 0),
        (1, 0.02),
        (1, 1e-40),
    ],
)
def test_a_budget_that_cannot_be_is_not_set(desk: Desk, epsilon: float, delta: float) -> None:
    with pytest.raises(ConfigurationError, match="a budget has"):
        set_budget(desk, epsilon=epsilon, delta=delta)


# Who may, and with what.


def test_only_an_officer_trains(desk: Desk, planned: Planned, choice: Choice) -> None:
    run = begin(desk, planned)
    desk.lock()
    for act in (
        lambda: plan(desk, choice, planned.settings),
        lambda: begin(desk, planned),
        lambda: go_on(desk, run),
        lambda: measure(desk, run),
        lambda: end(desk, run.name),
        lambda: set_budget(desk, epsilon=1, delta=0.1),
        lambda: promote(desk, run.name),
        lambda: keep_aside(desk, run.name),
        lambda: forget(desk, run.name),
        lambda: roll_back(desk),
    ):
        with pytest.raises(NotPermitted, match="key of an officer"):
            act()
    assert len(told(desk, TrainingStarted)) == 1


def test_without_the_extra_it_is_said_how_to_get_it(
    desk: Desk, planned: Planned, choice: Choice, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(desk, planned)
    monkeypatch.setattr("deid.training.tune.extra.find_spec", lambda _name: None)
    for act in (lambda: plan(desk, choice, planned.settings), lambda: go_on(desk, run)):
        with pytest.raises(ModelMissing, match=r"noteveil\[train\]"):
            act()


@pytest.mark.usefixtures("quick_export")
def test_a_run_goes_on_with_its_own_patients_only(
    desk: Desk, planned: Planned, choice: Choice
) -> None:
    run = begin(desk, planned)
    gold = choice.paths[0]
    lines = gold.read_text(encoding="utf-8").splitlines()
    newcomer = json.loads(lines[0]) | {"id": "new", "patient": "somebody new"}
    gold.write_text("\n".join([*lines, json.dumps(newcomer)]), encoding="utf-8")
    assert len(choose(desk, choice).learn) + len(choose(desk, choice).held) == 41
    go_on(desk, run)
    other = begin(desk, replace(planned))
    gold.write_text("\n".join(lines[10:]), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="are not where they were"):
        go_on(desk, other)
    (other.path / "notes.json").unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        go_on(desk, other)


def test_a_run_does_not_go_on_from_another_model(desk: Desk, planned: Planned) -> None:
    run, folder = begin(desk, planned), load_package().folder
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | {"version": 9}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="comes with another model"):
        go_on(desk, open_run(desk, run.name))


def test_gold_notes_are_at_one_path(desk: Desk, choice: Choice) -> None:
    with pytest.raises(InputError, match="at one path"):
        choose(desk, replace(choice, paths=choice.paths * 2))


def test_notes_of_a_run_are_named_for_its_owner_alone(desk: Desk, planned: Planned) -> None:
    path = begin(desk, planned).path / "notes.json"
    assert path.stat().st_mode & 0o077 == 0
    assert "p00" not in path.read_text()


# What becomes of a model.


@pytest.fixture
def run(desk: Desk, planned: Planned, quick_export: None) -> RunFolder:
    """A run that ended, and whose model was measured."""
    made = begin(desk, planned)
    go_on(desk, made)
    return made


def test_a_model_that_passed_is_promoted_and_rolled_back(desk: Desk, run: RunFolder) -> None:
    shipped, digest = load_package().manifest_digest, passed(desk, run.name)
    event = promote(desk, run.name)
    assert (event.model_digest, event.before_digest, event.run) == (digest, shipped, run.name)
    assert told(desk, ModelChanged)[-1].model_digest == digest
    model = in_use(desk.home)
    assert model is not None
    assert (model.digest, model.run) == (digest, run.name)
    with pytest.raises(ConfigurationError, match="in use already"):
        promote(desk, run.name)
    for act in (keep_aside, forget):
        with pytest.raises(ConfigurationError, match="in use"):
            act(desk, run.name)
    back = roll_back(desk)
    assert (back.model_digest, back.before_digest, back.run) == (shipped, digest, None)
    assert in_use(desk.home) is None
    with pytest.raises(ConfigurationError, match="none to go back to"):
        roll_back(desk)
    assert len(told(desk, ModelDecided)) == 2
    check_log(desk)


def test_a_model_that_did_not_pass_is_kept_aside(desk: Desk, run: RunFolder) -> None:
    passed(desk, run.name, GateOutcome.FAILED)
    with pytest.raises(ConfigurationError, match="did not pass the gate"):
        promote(desk, run.name)
    assert in_use(desk.home) is None
    keep_aside(desk, run.name)
    assert [event.decision for event in told(desk, ModelDecided)] == ["kept-aside"]


def test_a_model_is_promoted_only_beside_the_one_that_it_was_measured_with(
    desk: Desk, run: RunFolder
) -> None:
    digest = passed(desk, run.name)
    (last,) = told(desk, ModelEvaluated)[-1:]
    desk.record(desk.sign(replace(last, before_digest="1f" * 32)))
    with pytest.raises(ConfigurationError, match="beside another model"):
        promote(desk, run.name)
    measure(desk, run)
    assert told(desk, ModelEvaluated)[-1].before_digest == load_package().manifest_digest
    assert told(desk, ModelEvaluated)[-1].model_digest == digest


def test_a_model_that_was_changed_is_neither_promoted_nor_gone_back_to(
    desk: Desk, run: RunFolder
) -> None:
    digest = passed(desk, run.name)
    (kept_folder(desk.home, digest) / "model.onnx").write_bytes(b"another")
    with pytest.raises(ModelTampered, match="is changed"):
        promote(desk, run.name)
    assert told(desk, ModelDecided) == []


def test_another_package_in_the_place_of_a_model_is_not_measured(
    desk: Desk, run: RunFolder
) -> None:
    (digest,) = kept(desk.home)
    folder = kept_folder(desk.home, digest)
    rmtree(folder)
    copytree(load_package().folder, folder)
    with pytest.raises(ModelTampered, match="is changed"):
        measure(desk, run)
    (folder / MANIFEST).unlink()
    with pytest.raises(ModelMissing, match="is missing"):
        go_on(desk, run)
    assert len(told(desk, ModelEvaluated)) == 1


def test_what_a_run_with_damaged_settings_left_can_be_removed(desk: Desk, run: RunFolder) -> None:
    (run.path / "run.json").write_text("{}")
    assert forget(desk, run.name) == run.name
    assert kept(desk.home) == ()
    assert not run.path.exists()


def test_from_a_model_that_vanished_one_can_go_back(desk: Desk, run: RunFolder) -> None:
    digest = passed(desk, run.name)
    promote(desk, run.name)
    for path in kept_folder(desk.home, digest).iterdir():
        path.unlink()
    with pytest.raises(ModelMissing, match="deid train rollback"):
        load_kept(desk.home, digest)
    roll_back(desk, to_shipped=True)
    assert in_use(desk.home) is None


def test_what_a_run_left_can_be_removed_and_its_cost_stays(desk: Desk, run: RunFolder) -> None:
    before = ledger_of(desk.log).total()
    assert forget(desk, run.name[-8:]) == run.name
    assert kept(desk.home) == run_names(desk.home) == ()
    assert ledger_of(desk.log).total() == before
    with pytest.raises(ConfigurationError, match="no run of this name"):
        open_run(desk, run.name)
    (gone,) = told(desk, ModelDecided)
    assert gone.decision is ModelDecision.REMOVED
    assert gone.run == run.name
    assert gone.model_digest == ledger_of(desk.log).run(run.name).model
    assert gone.before_digest == load_package().manifest_digest
    assert in_use(desk.home) is None
    check_log(desk)


def test_a_model_that_cannot_be_recorded_as_removed_stays(
    desk: Desk, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LogUnavailable("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(AuditLog, "append", full)
        with pytest.raises(LogUnavailable):
            forget(desk, run.name)
    assert kept(desk.home)
    assert run.path.exists()
    forget(desk, run.name)
    assert kept(desk.home) == ()


def test_nothing_of_a_run_is_removed_while_another_process_measures_it(
    desk: Desk, run: RunFolder
) -> None:
    with open_run(desk, run.name).alone():
        for act in (lambda: forget(desk, run.name), lambda: measure(desk, run)):
            with pytest.raises(OutputError, match="another process"):
                act()
    assert kept(desk.home)


def test_a_package_that_no_run_made_is_found_and_removed(
    desk: Desk, run: RunFolder, planned: Planned
) -> None:
    model = ledger_of(desk.log).run(run.name).model
    with pytest.raises(ConfigurationError, match="no package without a run"):
        forget_package(desk, model)
    lost = "1f" * 32
    copytree(kept_folder(desk.home, model), kept_folder(desk.home, lost))
    assert orphans(ledger_of(desk.log), desk.home) == (lost,)
    going = begin(desk, planned)
    with pytest.raises(ConfigurationError, match=f"{going.name}, which has not ended"):
        forget_package(desk, lost)
    end(desk, going.name)
    assert forget_package(desk, lost[:8]) == lost
    assert kept(desk.home) == (model,)
    (gone,) = told(desk, ModelDecided)
    assert (gone.decision, gone.model_digest, gone.run) == (ModelDecision.REMOVED, lost, None)
    check_log(desk)


def test_a_package_that_the_log_goes_back_to_stays_though_no_run_made_it(
    desk: Desk, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = passed(desk, run.name)
    promote(desk, run.name)
    monkeypatch.setattr("deid.training.promotion.orphans", lambda *_: (digest,))
    with pytest.raises(ConfigurationError, match="it stays"):
        forget_package(desk, digest)
    assert kept(desk.home) == (digest,)


def test_whoever_was_held_out_once_is_never_learnt_from(
    desk: Desk, choice: Choice, run: RunFolder, planned: Planned
) -> None:
    other = plan(desk, replace(choice, share=0.4), planned.settings)
    assert other.chosen.held.keys & planned.chosen.learn.keys
    assert other.refusal is not None
    assert "--held-out 0.2" in other.refusal
    with pytest.raises(ConfigurationError, match=r"--held-out 0\.2"):
        begin(desk, other)
    by_note = plan(
        desk, replace(choice, gold=PatientFrom.NOTE), replace(planned.settings, epsilon=None)
    )
    assert by_note.refusal is not None
    assert "--unit patient" in by_note.refusal
    assert plan(desk, choice, planned.settings).refusal is None


def test_a_run_that_took_no_step_settles_nothing(
    desk: Desk, choice: Choice, planned: Planned
) -> None:
    end(desk, begin(desk, planned).name)
    assert plan(desk, replace(choice, share=0.3), planned.settings).refusal is None


def test_gold_notes_by_note_need_not_say_whose_they_are(desk: Desk, choice: Choice) -> None:
    found = choose(desk, replace(choice, unit=Unit.NOTE, patient_field="nothing"))
    assert found.learn.unit is found.held.unit is Unit.NOTE
    assert len(found.learn) + len(found.held) == 80


@pytest.mark.parametrize("share", [0, 1, -0.1, 0.12345, float("nan")])
def test_no_share_is_taken_that_the_log_cannot_tell(choice: Choice, share: float) -> None:
    with pytest.raises(ConfigurationError, match="part held out"):
        replace(choice, share=share)


def test_results_that_are_not_there_or_damaged_are_told(desk: Desk, planned: Planned) -> None:
    made = begin(desk, planned)
    with pytest.raises(ConfigurationError, match="not measured yet"):
        finished(made)
    made.end({"model": "x"})
    with pytest.raises(ConfigurationError, match="damaged"):
        finished(made)


def test_the_statement_of_a_model_names_what_the_log_says(desk: Desk, run: RunFolder) -> None:
    ledger = ledger_of(desk.log)
    text = statement_of(ledger, ledger.runs[0])
    assert run.name in text
    assert ledger.runs[0].model[:16] in text
    assert "add or remove one patient" in text


def test_no_name_is_in_the_log_or_in_an_error(desk: Desk, run: RunFolder) -> None:
    with AuditLog.open(desk.home, read_only=True) as log:
        bodies = b"".join(body for _seq, body in log.bodies())
    assert b"Vega" not in bodies
    assert b"p00" not in bodies


@pytest.mark.usefixtures("quick_export")
def test_noise_and_draws_of_a_site_run_are_secure(
    desk: Desk, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deid.training.private.noise import Noise, SecureNoise

    used: set[tuple[str, type[Noise]]] = set()
    normal, uniform = Noise.normal, Noise.uniform

    def told_normal(self: Noise, shape: Any, *, std: float) -> Any:
        used.add(("normal", type(self)))
        return normal(self, shape, std=std)

    def told_uniform(self: Noise, count: int) -> Any:
        used.add(("uniform", type(self)))
        return uniform(self, count)

    run = begin(desk, planned)
    monkeypatch.setattr(Noise, "normal", told_normal)
    monkeypatch.setattr(Noise, "uniform", told_uniform)
    go_on(desk, run)
    assert used == {("normal", SecureNoise), ("uniform", SecureNoise)}
