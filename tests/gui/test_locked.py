"""What IT manages cannot be changed: each setting, by every way that there is to try."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from deid import cli, managed, resources
from deid.audit.records import PrivacyUnit, TrainingStarted
from deid.errors import SettingLocked, UnsupportedFormat
from deid.managed import Name
from deid.policy import check_allowed, load_policy, to_yaml, user_folder, user_policies
from deid.site_settings import SiteSettings, change_settings, read_settings
from deid.training.account import set_budget
from deid.training.acts import go_on
from deid.training.ledger import Ledger
from deid.training.planning import draft
from gui import app
from gui.actions import Do
from gui.appearance import Appearance, Scheme
from gui.clipboard import ClipboardGuard, put_text
from gui.engine import NoteEngine
from gui.locks import managed_words
from gui.main_window import MainWindow
from gui.officer.verify_dialogs import WitnessDialog
from gui.settings import Settings
from gui.views.certainty_dialog import CertaintyDialog


class Way(StrEnum):
    """How somebody may try to change a setting."""

    COMMAND = "command line"
    ENVIRONMENT = "environment"
    FILE = "file of the user"
    WINDOW = "window"


@dataclass
class Ground:
    """Where an attempt is made."""

    tmp_path: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    request: pytest.FixtureRequest

    @property
    def note(self) -> Path:
        path = self.tmp_path / "note.txt"
        path.write_text("Seen by nobody.\n")
        return path

    @property
    def out(self) -> Path:
        return self.tmp_path / "out"

    @property
    def window(self) -> MainWindow:
        made = self.request.getfixturevalue("window")
        assert isinstance(made, MainWindow)
        return made

    def deid(self, name: Name, *arguments: object, code: int = 14) -> None:
        """Run a command that is to be refused because of this setting."""
        self.capsys.readouterr()
        assert cli.main([str(argument) for argument in arguments]) == code
        assert f"{name} is managed by your IT" in self.capsys.readouterr().err
        assert not self.out.exists() or not any(self.out.iterdir())


Attempt = Callable[[Ground], None]
ATTEMPTS: Final[list[tuple[Name, Way, object, Attempt]]] = []
NO_WAY: Final = {
    (Name.OWN_DETECTORS, Way.FILE): "no file names a detector",
    (Name.ALLOWED_FORMATS, Way.FILE): "no file names a format",
    (Name.REVIEW_REQUIRED, Way.FILE): "a policy may want more, not less",
    (Name.LOWEST_CERTAINTY, Way.COMMAND): "only the window knows it",
    (Name.CLIPBOARD_RESULT, Way.COMMAND): "only the window has a clipboard",
    (Name.CLIPBOARD_RESULT, Way.FILE): "no file speaks of the clipboard",
    (Name.CLIPBOARD_ORIGINAL, Way.COMMAND): "only the window has a clipboard",
    (Name.CLIPBOARD_ORIGINAL, Way.FILE): "no file speaks of the clipboard",
    (Name.LOG_FOLDER, Way.COMMAND): "no option names the data folder",
    (Name.LOG_FOLDER, Way.FILE): "no file names the data folder",
    (Name.LOG_FOLDER, Way.WINDOW): "nothing in the window names the data folder",
    (Name.TRAINING_ALLOWED, Way.FILE): "no file speaks of training",
}
"""Where there is nothing that could be tried."""


def attempt(name: Name, way: Way, value: object) -> Callable[[Attempt], Attempt]:
    """Register an attempt to be made while a setting has this value."""

    def register(made: Attempt) -> Attempt:
        ATTEMPTS.append((name, way, value, made))
        return made

    return register


@pytest.fixture(autouse=True)
def own_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The offscreen platform says of no clipboard that the program owns it."""
    monkeypatch.setattr("gui.clipboard.owns", lambda clipboard, mode: True)


@pytest.fixture
def ground(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Ground:
    return Ground(tmp_path, monkeypatch, capsys, request)


# Policies


def lenient(folder: Path, name: str) -> Path:
    """A policy with the name of another, in which most findings do not count."""
    policy = load_policy("safe-harbor")
    forged = replace(policy, name=name, thresholds=dict.fromkeys(policy.thresholds, 0.99))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(to_yaml(forged), encoding="utf-8")
    return path


@attempt(Name.ALLOWED_POLICIES, Way.COMMAND, ["safe-harbor"])
def another_policy_by_name_or_by_a_forged_file(ground: Ground) -> None:
    forged = lenient(ground.tmp_path, "safe-harbor")
    for policy in ("research", forged):
        for command in (["redact", "--out", ground.out], ["detect"], ["explain"]):
            ground.deid(Name.ALLOWED_POLICIES, *command, ground.note, "--policy", policy)


@attempt(Name.ALLOWED_POLICIES, Way.COMMAND, ["research"])
def the_default_policy_by_its_name(ground: Ground) -> None:
    arguments = ("redact", ground.note, "--out", ground.out, "--policy", "safe-harbor")
    ground.deid(Name.ALLOWED_POLICIES, *arguments)


@attempt(Name.ALLOWED_POLICIES, Way.ENVIRONMENT, ["safe-harbor"])
def another_data_folder_with_a_policy(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_HOME", str(ground.tmp_path / "own"))
    lenient(user_folder(), "mine")
    arguments = ("redact", ground.note, "--out", ground.out, "--policy", "mine")
    ground.deid(Name.ALLOWED_POLICIES, *arguments)


@attempt(Name.ALLOWED_POLICIES, Way.FILE, ["safe-harbor"])
def a_policy_of_the_user(ground: Ground) -> None:
    lenient(user_folder(), "mine")
    (policy,) = user_policies().policies
    with pytest.raises(SettingLocked, match=Name.ALLOWED_POLICIES):
        check_allowed(policy)
    assert app.main(["--policy", "mine"]) == 14


@attempt(Name.ALLOWED_POLICIES, Way.WINDOW, ["safe-harbor"])
def another_policy_in_the_window(ground: Ground) -> None:
    window = ground.window
    change = [window.policy.itemText(row) for row in range(window.policy.count())]
    assert "Change…" not in change
    window.actions_table[Do.POLICY_EDITOR].setEnabled(True)
    assert not window.actions_table[Do.POLICY_EDITOR].isEnabled()
    assert managed_words() in window.actions_table[Do.POLICY_EDITOR].toolTip()
    assert window.policy.toolTip() == window.policy.accessibleDescription() == managed_words()


@attempt(Name.HIGHEST_THRESHOLD, Way.COMMAND, 60)
def a_lenient_policy_as_a_file(ground: Ground) -> None:
    forged = lenient(ground.tmp_path, "mine")
    arguments = ("redact", ground.note, "--out", ground.out, "--policy", forged)
    ground.deid(Name.HIGHEST_THRESHOLD, *arguments)


@attempt(Name.HIGHEST_THRESHOLD, Way.ENVIRONMENT, 60)
def a_lenient_policy_in_another_data_folder(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_HOME", str(ground.tmp_path / "own"))
    lenient(user_folder(), "mine")
    arguments = ("redact", ground.note, "--out", ground.out, "--policy", "mine")
    ground.deid(Name.HIGHEST_THRESHOLD, *arguments)


@attempt(Name.HIGHEST_THRESHOLD, Way.FILE, 60)
@attempt(Name.HIGHEST_THRESHOLD, Way.WINDOW, 60)
def a_lenient_policy_of_the_user(ground: Ground) -> None:
    lenient(user_folder(), "mine")
    assert app.main(["--policy", "mine"]) == 14
    assert Name.HIGHEST_THRESHOLD in ground.capsys.readouterr().err
    check_allowed(load_policy("safe-harbor"))


# Detectors and formats


@attempt(Name.OWN_DETECTORS, Way.COMMAND, False)
@attempt(Name.OWN_DETECTORS, Way.ENVIRONMENT, False)
def other_detectors_models_and_rules(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_OWN_DETECTORS", "1")
    for option in (["--detector", "rules"], ["--model", ground.tmp_path], ["--rules", ground.note]):
        ground.deid(Name.OWN_DETECTORS, "redact", ground.note, "--out", ground.out, *option)
        ground.deid(Name.OWN_DETECTORS, "detect", ground.note, *option)


@attempt(Name.OWN_DETECTORS, Way.WINDOW, False)
def other_detectors_and_models_in_the_window(ground: Ground) -> None:
    for option in (["--detectors", "rules"], ["--model", str(ground.tmp_path)]):
        assert app.main(option) == 14
        assert Name.OWN_DETECTORS in ground.capsys.readouterr().err


@attempt(Name.ALLOWED_FORMATS, Way.COMMAND, ["jsonl"])
@attempt(Name.ALLOWED_FORMATS, Way.ENVIRONMENT, ["jsonl"])
def a_text_file(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_ALLOWED_FORMATS", "txt")
    ground.deid(Name.ALLOWED_FORMATS, "detect", ground.note, code=3)
    ground.deid(Name.ALLOWED_FORMATS, "queue", "add", ground.note, code=10)


@attempt(Name.ALLOWED_FORMATS, Way.WINDOW, ["jsonl"])
def a_text_file_or_a_typed_text_in_the_window(ground: Ground) -> None:
    engine = NoteEngine(lambda: pytest.fail("nothing is to be examined"))
    with pytest.raises(UnsupportedFormat, match="AllowedFormats is managed by your IT"):
        engine.take("Seen by nobody.")


# Release


@attempt(Name.OUTPUT_FOLDERS, Way.COMMAND, ["/noteveil-out"])
@attempt(Name.OUTPUT_FOLDERS, Way.ENVIRONMENT, ["/noteveil-out"])
def another_folder_or_the_standard_output(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_OUTPUT_FOLDERS", str(ground.out))
    for out in (ground.out, "/noteveil-out/../tmp", "/noteveil-outer"):
        ground.deid(Name.OUTPUT_FOLDERS, "redact", ground.note, "--out", out)
    ground.deid(Name.OUTPUT_FOLDERS, "redact", "-")


@attempt(Name.OUTPUT_FOLDERS, Way.FILE, ["/noteveil-out"])
@attempt(Name.OUTPUT_FOLDERS, Way.WINDOW, ["/noteveil-out"])
def a_folder_that_was_kept_or_is_named_when_saving(ground: Ground) -> None:
    here, kept = managed.current(), ground.tmp_path / "kept"
    assert here.output_folder(kept) == Path("/noteveil-out")
    assert here.output_folder(Path("/noteveil-out/a")) == Path("/noteveil-out/a")
    with pytest.raises(SettingLocked, match=Name.OUTPUT_FOLDERS):
        here.check_output(kept)


@attempt(Name.REVIEW_REQUIRED, Way.COMMAND, "person")
@attempt(Name.REVIEW_REQUIRED, Way.ENVIRONMENT, "person")
def a_release_without_a_review(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_REVIEW_REQUIRED", "no")
    ground.deid(Name.REVIEW_REQUIRED, "redact", ground.note, "--out", ground.out)
    ground.deid(Name.REVIEW_REQUIRED, "redact", "-")


@attempt(Name.REVIEW_REQUIRED, Way.WINDOW, "person")
def a_release_with_uncertain_findings_left(ground: Ground) -> None:
    window, desk = ground.window, ground.request.getfixturevalue("desk")
    session = desk.examine()
    assert session.tally.uncertain
    assert session.owes_review
    assert not session.savable
    for do in (Do.SAVE, Do.COPY_RESULT):
        assert not window.actions_table[do].isEnabled()
    window.actions_table[Do.FINISH].trigger()
    window.actions_table[Do.FINISH].trigger()
    assert "managed by your organisation" in window.review.message.words.text()
    desk.settle()
    assert desk.engine.saved == []
    uncertain = [m for m in session.marks if m.finding.score < session.standard.certain_from]
    session.decide.accept(uncertain)
    desk.settle()
    assert session.savable
    window.actions_table[Do.FINISH].trigger()
    desk.settle()
    assert len(desk.engine.saved) == 1


@attempt(Name.REVIEW_REQUIRED, Way.WINDOW, "four-eyes")
def a_release_by_one_person_alone(ground: Ground) -> None:
    policy = load_policy("safe-harbor")
    assert policy.holds
    assert policy.digest == load_policy("safe-harbor").digest
    window, desk = ground.window, ground.request.getfixturevalue("desk")
    desk.examine()
    QGuiApplication.clipboard().clear()  # of what another test copied
    window.copy_result()
    assert QGuiApplication.clipboard().text() == ""


@attempt(Name.LOWEST_CERTAINTY, Way.FILE, 90)
@attempt(Name.LOWEST_CERTAINTY, Way.ENVIRONMENT, 90)
def a_lower_certainty_in_the_settings(ground: Ground) -> None:
    scope, form = QSettings.Scope.UserScope, QSettings.Format.NativeFormat
    ground.monkeypatch.setenv("XDG_CONFIG_HOME", str(ground.tmp_path / "other"))
    store = QSettings(form, scope, "NoteVeil", "window")
    store.setValue("certain_from", "0.5")
    store.sync()
    assert Settings().certain_from == 0.9
    store.setValue("certain_from", "0.95")
    store.sync()
    assert Settings().certain_from == 0.95


@attempt(Name.LOWEST_CERTAINTY, Way.WINDOW, 90)
def a_lower_certainty_in_the_window(ground: Ground) -> None:
    window = ground.window
    with pytest.raises(SettingLocked, match=Name.LOWEST_CERTAINTY):
        Settings().certain_from = 0.85
    window.actions_table[Do.CERTAINTY].trigger()
    (dialog,) = window.findChildren(CertaintyDialog)
    assert dialog.usual.isHidden()
    dialog.slider.setValue(0)
    assert dialog.slider.value() == 90
    assert dialog.lock is not None
    assert "managed by your organisation" in dialog.lock.words.text()
    dialog.use.click()
    assert Settings().certain_from == 0.9


@attempt(Name.CLIPBOARD_RESULT, Way.WINDOW, False)
@attempt(Name.CLIPBOARD_RESULT, Way.ENVIRONMENT, False)
def a_copy_of_the_result(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_CLIPBOARD_RESULT", "1")
    window, desk = ground.window, ground.request.getfixturevalue("desk")
    guard = ClipboardGuard(managed.current(), window)
    desk.examine()
    copy = window.actions_table[Do.COPY_RESULT]
    assert not copy.isEnabled()
    assert copy.toolTip().endswith(managed_words())
    copy.trigger()
    window.review.result.text.selectAll()
    window.review.result.text.copy()
    assert window.review.result.text.createMimeDataFromSelection().formats() == []
    put_text("[PATIENT]")
    assert guard.parent() is window
    assert QGuiApplication.clipboard().text() == ""


@attempt(Name.CLIPBOARD_ORIGINAL, Way.WINDOW, False)
@attempt(Name.CLIPBOARD_ORIGINAL, Way.ENVIRONMENT, False)
def a_copy_of_the_note(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_CLIPBOARD_ORIGINAL", "1")
    window, desk = ground.window, ground.request.getfixturevalue("desk")
    ClipboardGuard(managed.current(), window)
    desk.examine()
    window.review.note.text.selectAll()
    window.review.note.text.copy()
    assert window.review.note.text.createMimeDataFromSelection().formats() == []
    field = QLineEdit("Quillan Testfall", window)
    field.selectAll()
    field.copy()
    assert QGuiApplication.clipboard().text() == ""
    window.copy_result()
    assert QGuiApplication.clipboard().text() == desk.session.redacted.text


# Log


@attempt(Name.LOG_FOLDER, Way.ENVIRONMENT, "/noteveil/{user}")
def a_data_folder_of_ones_own(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_HOME", str(ground.tmp_path))
    for command in (["queue", "list"], ["audit", "verify"], ["policy", "show", "none"]):
        ground.deid(Name.LOG_FOLDER, *command)
    told: list[str] = []
    ground.monkeypatch.setattr(app, "refuse", lambda error, program: told.append(str(error)) or 14)
    assert app.main([]) == 14
    assert "LogFolder is managed by your IT" in told[0]
    ground.monkeypatch.delenv("DEID_HOME")
    settled = resources.home()
    for name in ("HOME", "USER", "LOGNAME", "XDG_DATA_HOME"):
        ground.monkeypatch.setenv(name, str(ground.tmp_path))
    assert resources.home() == settled == managed.current().home
    assert settled.parent == Path("/noteveil")


WITNESS: Final = ["/noteveil-witness"]


@attempt(Name.WITNESS_FOLDERS, Way.COMMAND, WITNESS)
def another_witness(ground: Ground) -> None:
    ground.out.mkdir()
    ground.deid(Name.WITNESS_FOLDERS, "audit", "witness", "--add", ground.out)


@attempt(Name.WITNESS_DAYS, Way.COMMAND, 3)
def another_age_of_the_witness(ground: Ground) -> None:
    ground.deid(Name.WITNESS_DAYS, "audit", "witness", "--longest-age", "30")


def settle_otherwise(home: Path) -> None:
    other = SiteSettings(witness_folders=("/elsewhere",), witness_days=300)
    change_settings(home, other, record=lambda: None)


@attempt(Name.WITNESS_FOLDERS, Way.FILE, WITNESS)
@attempt(Name.WITNESS_FOLDERS, Way.ENVIRONMENT, WITNESS)
def another_witness_in_the_file(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_HOME", str(ground.tmp_path / "own"))
    settle_otherwise(resources.home())
    assert read_settings(resources.home()).witness_folders == tuple(WITNESS)


@attempt(Name.WITNESS_DAYS, Way.FILE, 3)
@attempt(Name.WITNESS_DAYS, Way.ENVIRONMENT, 3)
def another_age_of_the_witness_in_the_file(ground: Ground) -> None:
    ground.monkeypatch.setenv("DEID_HOME", str(ground.tmp_path / "own"))
    settle_otherwise(resources.home())
    assert read_settings(resources.home()).witness_days == 3


@attempt(Name.WITNESS_FOLDERS, Way.WINDOW, WITNESS)
@attempt(Name.WITNESS_DAYS, Way.WINDOW, 3)
def another_witness_in_the_window(ground: Ground) -> None:
    qtbot = ground.request.getfixturevalue("qtbot")
    dialog = WitnessDialog(SimpleNamespace(witness=None))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    locked = managed.current().locked
    for name, field in ((Name.WITNESS_FOLDERS, dialog.folders), (Name.WITNESS_DAYS, dialog.days)):
        assert field.isEnabled() is (name not in locked)
        assert (field.accessibleDescription() == managed_words()) is (name in locked)


# Training


@attempt(Name.TRAINING_ALLOWED, Way.COMMAND, False)
@attempt(Name.TRAINING_ALLOWED, Way.ENVIRONMENT, False)
@attempt(Name.TRAINING_ALLOWED, Way.WINDOW, False)
def a_run_planned_or_continued(ground: Ground) -> None:
    """What the commands and the page of the window call."""
    ground.monkeypatch.setenv("DEID_TRAINING_ALLOWED", "1")
    desk: Any = SimpleNamespace(require=lambda permission: SimpleNamespace(id="0"))
    nothing: Any = None
    for act in (draft, go_on):
        with pytest.raises(SettingLocked, match="TrainingAllowed is managed by your IT"):
            act(desk, nothing, nothing) if act is draft else act(desk, nothing)


RUN: Final = TrainingStarted(
    run="20260301-101500-0a1b2c3d", person="0" * 16, unit=PrivacyUnit.PATIENT, patients=200,
    notes=900, held_out=40, held_out_share=0.2, cohort="1" * 64, base_digest="2" * 64,
    method="lora", sampling_rate="0.25", windows=4, noise_multiplier="2", clipping_norm="1",
    steps=40, delta="0.001", relation="add-or-remove-one", accountant="prv", epsilon="3",
    statement="",
)  # fmt: skip


@attempt(Name.TRAINING_BUDGET, Way.COMMAND, 2.5)
@attempt(Name.TRAINING_BUDGET, Way.ENVIRONMENT, 2.5)
@attempt(Name.TRAINING_BUDGET, Way.WINDOW, 2.5)
def a_larger_budget(ground: Ground) -> None:
    """What the command and the page of the window call."""
    ground.monkeypatch.setenv("DEID_TRAINING_BUDGET", "100")
    desk: Any = SimpleNamespace(require=lambda permission: SimpleNamespace(id="0"))
    with pytest.raises(SettingLocked, match="TrainingBudget is managed by your IT"):
        set_budget(desk, epsilon=2.6, delta=1e-5)


@attempt(Name.TRAINING_BUDGET, Way.FILE, 2.5)
def a_run_that_costs_more_though_the_log_would_let_it(ground: Ground) -> None:
    ground.monkeypatch.setattr("deid.training.ledger.can_account", lambda: False)
    ledger = Ledger((), None, most=managed.current().training_budget)
    unprivate = replace(RUN, epsilon=None, delta=None, noise_multiplier=None, clipping_norm=None)
    for planned in (RUN, unprivate):
        with pytest.raises(SettingLocked, match="TrainingBudget is managed by your IT"):
            ledger.check(planned)
    ledger.check(replace(RUN, epsilon="2.5"))


EACH_ONCE: Final = {(name, made): value for name, _, value, made in ATTEMPTS}
"""An attempt that goes several ways at once is made once."""


@pytest.mark.parametrize(
    ("name", "value", "made"),
    [
        pytest.param(name, value, made, id=f"{name}-{made.__name__}")
        for (name, made), value in EACH_ONCE.items()
    ],
)
def test_an_attempt_is_refused(ground: Ground, name: Name, value: object, made: Attempt) -> None:
    with managed.instead(managed.parse({name.value: value}, source="/etc/noteveil/policy.json")):
        made(ground)


@pytest.mark.parametrize("percent", [100, 200])
def test_a_window_with_locks_can_be_read_and_heard(
    percent: int,
    request: pytest.FixtureRequest,
    appearance: Appearance,
    assert_nothing_clipped: Callable[[QWidget], None],
) -> None:
    locked = {"AllowedPolicies": ["safe-harbor"], "ClipboardResult": False, "LowestCertainty": 90}
    with managed.instead(managed.parse(locked, source="here")):
        window: MainWindow = request.getfixturevalue("window")
        window.resize(1200, 800)
        appearance.choose(Scheme.SYSTEM, percent=percent)
        try:
            window.actions_table[Do.CERTAINTY].trigger()
            (dialog,) = window.findChildren(CertaintyDialog)
            assert_nothing_clipped(window.tools)
            assert_nothing_clipped(window.statusBar())
            assert_nothing_clipped(dialog)
        finally:
            appearance.choose(Scheme.SYSTEM)
        sign = window.managed_sign
        assert sign is not None
        assert sign.words.accessibleName() == managed_words()
        titles = [managed.SCHEMA[Name(name)].title for name in locked]
        assert sorted(sign.words.accessibleDescription().splitlines()) == sorted(titles)


def test_a_window_without_managed_settings_shows_no_lock(window: MainWindow) -> None:
    assert window.managed_sign is None
    assert not window.policy.locked
    assert not any(action.statusTip() for action in window.actions())


def test_every_way_of_every_setting_is_tried() -> None:
    tried = {(name, way) for name, way, _, _ in ATTEMPTS}
    assert not tried & NO_WAY.keys()
    assert tried | NO_WAY.keys() == {(name, way) for name in Name for way in Way}
    assert json.loads(json.dumps([value for _, _, value, _ in ATTEMPTS]))
