"""The page "Training": planned, begun and paused by hand, and never used past the gate."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deid import DeidError, officer, resources
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
from deid.detect.packages import (
    DEFAULT_PACKAGE,
    MANIFEST,
    MODEL_FILE,
    TOKENIZER_FILE,
    ModelPackage,
    load_package,
    sha256,
)
from deid.errors import OutputError
from deid.evaluate.intervals import Interval
from deid.site_models import keep, load_in_use
from deid.stopping import stop_if_asked
from deid.training.acts import OnExamined, OnProgress, OnStage, Stage
from deid.training.choice import Choice
from deid.training.cohort.gather import PatientFrom
from deid.training.cohort.patients import cohort_of
from deid.training.cohort.plan import Pace
from deid.training.leakage import Leakage
from deid.training.ledger import Composition, Ledger, Run, Total
from deid.training.outcome import Finished
from deid.training.planning import Planned, draft
from deid.training.tune.progress import Examined, PrivateFigures, Progress
from deid.training.tune.results import Change, Compared, Results
from deid.training.tune.run_folder import RunFolder
from deid.training.tune.settings import PLAIN, Method, Settings
from gui.appearance import Appearance
from gui.officer.act_dialog import ActDialog
from gui.officer.pages import PAGES
from gui.officer.training_computing import Computing
from gui.officer.training_dialogs import BudgetDialog
from gui.officer.training_page import TrainingPage
from gui.officer.training_session import TrainingSession
from gui.officer.training_words import cost_words, doubt_words, total_words
from gui.officer.window import OfficerWindow
from gui.settings import Settings as WindowSettings
from tests.training.invented_site import PIN, account_quickly, come_with, people, write_gold
from tests.training.tune.conftest import patients, tiny_package

__all__ = ["tiny_package"]

EVENTS = (TrainingStarted, TrainingEnded, ModelEvaluated)


def change(before: float, after: float) -> Change:
    """A figure that went from one to the other, known to two points."""
    figures = (Interval(one, one - 0.02, one + 0.02) for one in (before, after))
    moved = after - before
    return Change(*figures, Interval(moved, moved - 0.01, moved + 0.01))


def compared(name: str, recall: float) -> Compared:
    return Compared(name, 20, change(0.9, recall), change(0.9, 0.92))


RESULTS = Results(
    patients=5,
    overall=compared("all", 0.95),
    labels=(compared("PATIENT", 0.97), compared("DATE", 0.91)),
    styles=(compared("letter", 0.95),),
    spoilt=(compared("upper-case", 0.94), compared("joined-lines", 0.96)),
)


class Training:
    """Trains in the place of a network: says a step whenever it is let go on, and learns nothing.

    What it spends stands in the journal of the run, as that of a network would, and so do results
    that it makes up. The model that comes out is a copy of the shipped one.
    """

    def __init__(self) -> None:
        self.may_plan, self.may_go_on = Event(), Event()
        self.fails, self.gate = "", GateOutcome.PASSED
        self.leaks = 1.0
        self.may_measure = Event()
        self.may_plan.set()
        self.may_measure.set()

    def computing(self) -> Computing:
        return Computing(draft=self.draft, go_on=self.go_on, attack=self.attack)

    def draft(self, desk: officer.Desk, choice: Choice, settings: Settings) -> Planned:
        while not self.may_plan.wait(0.01):
            stop_if_asked()
        return draft(desk, choice, settings)

    def go_on(
        self,
        desk: officer.Desk,
        run: RunFolder,
        on_progress: OnProgress,
        on_stage: OnStage,
        on_examined: OnExamined,
    ) -> object:
        on_stage(Stage.LEARNING)
        steps = run.facts.settings.steps
        for step in range(run.spent(), steps):
            run.spend(step)
            figures = PrivateFigures(1 / (step + 1), 0.9 if step else None)
            on_progress(Progress(step + 1, steps, 0.5 * (step + 1), 60.0, figures))
            if self.fails:
                raise OutputError(self.fails)
            while not self.may_go_on.wait(0.01):
                stop_if_asked()
        on_stage(Stage.MEASURING)
        on_examined(Examined(30, 120, 90.0))
        while not self.may_measure.wait(0.01):
            stop_if_asked()
        (told,) = [one for one in events(desk, TrainingStarted) if one.run == run.name]
        model = keep(desk.home, self._make(desk.home, run.name)).manifest_digest
        ended = TrainingOutcome.FINISHED
        event = TrainingEnded(run.name, told.person, ended, steps, told.epsilon, model, "")
        desk.record(desk.sign(event))
        before = load_in_use(desk.home).manifest_digest
        Finished(run.name, model, before, RESULTS, RESULTS).write(run)
        told = ModelEvaluated(
            run.name, told.person, model, before, 5, 0.9, 0.95, None, self.gate, ""
        )
        desk.record(desk.sign(told))
        return None

    def attack(self, run: Run, *, patients: int, told: Callable[[float], None]) -> Leakage:
        for step in range(2):
            told(step / 2)
            while not self.may_go_on.wait(0.01):
                stop_if_asked()
        return Leakage(patients, self.leaks, 0.05, run.epsilon, 0.00123456)

    def _make(self, home: Path, run: str) -> Path:
        """A copy of the shipped package that says another run."""
        folder = home / "training" / run / "package"
        copytree(load_package().folder, folder)
        manifest = folder / MANIFEST
        node = json.loads(manifest.read_bytes())
        manifest.write_text(json.dumps(node | {"licence": run}), encoding="utf-8")
        return folder


def events(desk: officer.Desk, kind: type) -> list:
    return [record.event for record in desk.log.select(Filter(kinds=(kind,)))]


@pytest.fixture
def training() -> Training:
    return Training()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    """The shipped package with a model that nothing can run."""
    return load_package(bare_package(tmp_path_factory.mktemp("bare") / "package"))


@pytest.fixture
def computing(
    training: Training, bare: ModelPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Computing:
    """Without torch."""
    come_with(bare, tmp_path, monkeypatch)
    monkeypatch.setattr("deid.training.planning._pace", lambda *_: Pace(0.02, 0.1))
    return training.computing()


@pytest.fixture
def network(
    tiny_package: ModelPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Computing:
    """A real network of a few thousand weights, which learns."""
    come_with(tiny_package, tmp_path, monkeypatch)
    return Computing()


def bare_package(folder: Path) -> Path:
    """The shipped package but for its weights."""
    shipped = resources.models() / DEFAULT_PACKAGE
    folder.mkdir()
    node = json.loads((shipped / MANIFEST).read_bytes())
    files = {MODEL_FILE: b"none", TOKENIZER_FILE: (shipped / TOKENIZER_FILE).read_bytes()}
    node["files"] = {
        name: {"bytes": len(data), "sha256": sha256(data)} for name, data in files.items()
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / MANIFEST).write_text(json.dumps(node), encoding="utf-8")
    return folder


@pytest.fixture
def olive(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of an officer."""
    account_quickly(monkeypatch)
    return people(home)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_gold(tmp_path / "gold.jsonl")


@pytest.fixture
def window(
    office, olive: str, appearance: Appearance, qtbot: QtBot, computing: Computing
) -> OfficerWindow:
    """The whole window, whose only page it is."""

    def make(desk, theme) -> TrainingPage:
        return TrainingPage(desk, theme, TrainingSession(desk, computing))

    made = OfficerWindow(office, WindowSettings(), appearance, [make])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(
    request: pytest.FixtureRequest, office, olive: str, appearance: Appearance, qtbot: QtBot
) -> TrainingPage:
    """The page alone, with the key of the officer out."""
    computing = request.getfixturevalue(getattr(request, "param", "computing"))
    made = TrainingPage(office, appearance.theme, TrainingSession(office, computing))
    qtbot.addWidget(made)
    made.show()
    made.shown()
    unlock(office, olive)
    return made


def unlock(office, olive: str) -> None:
    office.unlock(olive, PIN, done=lambda: None, failed=office.failures.append)
    settle(office)


def settle(office) -> None:
    """What comes may ask for more; a network takes its time on a busy machine."""
    for _ in range(4):
        office.qtbot.waitUntil(lambda: not office.busy, timeout=600_000)
        QApplication.processEvents()


def plan(page: TrainingPage, office, gold: Path, *, steps: int = 4) -> None:
    notes = page.notes
    notes.source.setCurrentIndex(1)
    notes.patient.setCurrentIndex(list(PatientFrom).index(PatientFrom.FIELD))
    notes.gold.line.setText(str(gold))
    notes.advanced.steps.setValue(steps)
    notes.advanced.layers.setValue(1)
    notes.plan.click()
    settle(office)


def dialog() -> ActDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, ActDialog)]
    return next(one for one in found if one.isVisible())


def dialogs() -> list[QWidget]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, ActDialog) and w.isVisible()]


def sign(pin: str = PIN) -> None:
    """Types the PIN as one does, and presses Return."""
    asked = dialog()
    QTest.keyClicks(asked.pin, pin)
    QTest.keyClick(asked.pin, Qt.Key.Key_Return)


def cells(page: TrainingPage) -> list[list[str]]:
    model = page.runs.runs.model()
    columns = range(model.columnCount())
    return [[model.index(row, at).data() for at in columns] for row in range(model.rowCount())]


def begin(page: TrainingPage, office, gold: Path, qtbot: QtBot) -> None:
    plan(page, office, gold)
    page.notes.begin.click()
    sign()
    qtbot.waitUntil(lambda: page.session.work.progress is not None, timeout=600_000)


def end(page: TrainingPage, office, training: Training) -> str:
    """Lets the run end; its id."""
    training.may_go_on.set()
    settle(office)
    return page.session.runs[0].id


def test_it_is_a_page_of_the_window() -> None:
    assert TrainingPage in PAGES


def test_before_anything_it_says_what_there_is(window: OfficerWindow) -> None:
    (page,) = window.pages
    assert page.strip.verdict.text() == "SHIPPED MODEL"
    assert "key of a privacy officer" in page.strip.sentence.text()
    assert "officer’s key" in page.notes.words.text()
    assert not page.notes.plan.isEnabled()
    assert page.roll_back.isHidden()
    assert "No budget is set" in page.runs.cost.text()
    assert not any(button.isEnabled() for button in (page.runs.results, page.runs.resume))


def test_a_plan_is_told_in_plain_words_and_begins_nothing(
    page: TrainingPage, office, gold: Path
) -> None:
    plan(page, office, gold)
    words = page.notes.words.text()
    assert "It learns from" in words
    assert "Left out: nothing." in words
    assert "4 steps take" in words
    assert "It costs a patient ε 8.00" in words
    assert "few for differential privacy" in words
    assert page.notes.begin.isEnabled()
    assert page.session.runs == ()
    page.notes.epsilon.setValue(3.0)
    assert page.session.plans.planned is None
    assert page.notes.begin.isHidden()


def test_without_privacy_the_plan_says_that_nothing_bounds_it(
    page: TrainingPage, office, gold: Path
) -> None:
    page.notes.private.setCurrentIndex(1)
    assert page.notes.epsilon.isHidden()
    plan(page, office, gold)
    assert "nothing bounds what its model tells" in page.notes.words.text()


def test_the_numbers_follow_what_is_chosen(page: TrainingPage) -> None:
    notes, advanced = page.notes, page.notes.advanced
    assert advanced.read().layers == 0
    notes.method.setCurrentIndex(notes.method.findData(Method.LORA))
    assert advanced.read().layers > 0
    notes.method.setCurrentIndex(notes.method.findData(Method.LAST_LAYERS))
    notes.private.setCurrentIndex(1)
    read = advanced.read()
    assert (read.steps, read.learning_rate) == (PLAIN["steps"], PLAIN["learning_rate"])


def test_what_cannot_be_planned_says_why(page: TrainingPage, office, tmp_path: Path) -> None:
    page.notes.plan.click()
    assert "where the notes lie" in page.notes.words.text()
    plan(page, office, tmp_path / "nowhere.jsonl")
    assert page.session.plans.refused is not None
    assert page.notes.words.text().startswith(str(page.session.plans.refused)[:1].upper())
    page.notes.advanced.delta.setText("2")
    page.notes.plan.click()
    assert "δ is a number" in page.notes.words.text()


@pytest.mark.parametrize(
    ("count", "marked", "words"),
    [
        (12, True, "patients to learn from, and it takes at least 20"),
        (40, False, "has a mark: name notes that were reviewed or marked"),
    ],
    ids=["few", "unmarked"],
)
def test_notes_that_teach_nothing_are_refused_in_words(
    page: TrainingPage, office, tmp_path: Path, count: int, marked: bool, words: str
) -> None:
    cohort = patients(count)
    if not marked:
        cohort = cohort_of(
            {one.key: [replace(note, marks=()) for note in one.notes] for one in cohort.patients}
        )
    plan(page, office, write_gold(tmp_path / "gold.jsonl", cohort))
    assert words in page.notes.words.text()
    assert page.notes.begin.isHidden()
    assert page.session.runs == ()


def test_notes_without_a_patient_are_told_where_too_few_are_left(
    page: TrainingPage, office, gold: Path
) -> None:
    page.notes.field.setText("whose")
    plan(page, office, gold)
    assert "There are 0 patients" in page.notes.words.text()
    assert "left out: 80 no-patient" in page.notes.words.text()


def test_a_plan_keeps_nobody_waiting_and_can_be_cancelled_by_the_keyboard(
    page: TrainingPage, office, gold: Path, training: Training, qtbot: QtBot
) -> None:
    page.notes.plan.setFocus()
    training.may_plan.clear()
    page.notes.source.setCurrentIndex(1)
    page.notes.gold.line.setText(str(gold))
    QTest.keyClick(page.notes.plan, Qt.Key.Key_Space)
    answered: list[int] = []
    office.start(lambda desk: desk.log.size, answered.append)
    qtbot.waitUntil(lambda: bool(answered), timeout=10_000)
    assert page.session.plans.running
    assert not page.notes.plan.isEnabled()
    assert page.focusWidget() is page.notes.give_up
    QTest.keyClick(page.notes.give_up, Qt.Key.Key_Space)
    assert not page.session.plans.running
    assert page.focusWidget() is page.notes.plan
    training.may_plan.set()
    settle(office)
    assert page.session.plans.planned is None
    QTest.keyClick(page.notes.plan, Qt.Key.Key_Space)
    settle(office)
    assert page.session.plans.planned is not None
    assert page.focusWidget() is page.notes.begin


def test_a_run_by_note_speaks_of_notes(
    page: TrainingPage, office, gold: Path, training: Training
) -> None:
    notes = page.notes
    notes.source.setCurrentIndex(1)
    notes.patient.setCurrentIndex(notes.patient.findData(PatientFrom.NOTE))
    notes.gold.line.setText(str(gold))
    notes.plan.click()
    settle(office)
    assert "patients" not in notes.words.text().partition("taken for a patient")[0]
    assert "notes are held out" in notes.words.text()
    training.may_go_on.set()
    notes.begin.click()
    sign()
    settle(office)
    end(page, office, training)
    assert cells(page)[0][1].endswith(" notes")
    page.runs.results.click()
    settle(office)
    assert page.results.notes.itemText(0) == "On the site's held-out notes"
    assert "intervals over notes" in page.results.about.text()


def test_no_claim_is_rounded_to_something_better() -> None:
    assert doubt_words(0.0012341) == "0.00124"
    assert doubt_words("0.0001") == "0.0001"
    assert cost_words(7.000000001) == "7.01"
    total = Total(PrivacyUnit.PATIENT, 1, 4.9990001, 0.0012341, Composition.ACCOUNTANT, 0, 0)
    budget = BudgetSet("0" * 16, PrivacyUnit.PATIENT, "8", "0.01", "")
    words = total_words(Ledger((), budget), total)
    assert "at most ε 5.00 at δ 0.00124" in words
    assert "ε 3.00 are left" in words


def test_a_run_shows_how_far_it_is_while_the_desk_can_be_used(
    page: TrainingPage, office, gold: Path, training: Training, qtbot: QtBot
) -> None:
    begin(page, office, gold, qtbot)
    assert dialogs() == []
    assert page.notes.isHidden()
    assert page.focusWidget() is page.progress.pause
    qtbot.waitUntil(lambda: [row[2] for row in cells(page)] == ["1 of 4"], timeout=10_000)
    assert "Step 1 of 4" in page.progress.words.text()
    assert "ε 0.50 spent so far" in page.progress.words.text()
    assert page.progress.loss.words() == "step 1: 1.000"
    assert "without noise" in page.progress.warning.text()
    answered: list[int] = []
    office.start(lambda desk: desk.log.size, answered.append)
    qtbot.waitUntil(lambda: bool(answered), timeout=10_000)
    qtbot.waitUntil(lambda: bool(cells(page)), timeout=10_000)
    assert "under way" in cells(page)[0]
    assert not page.runs.end.isEnabled()
    end(page, office, training)
    assert page.notes.isVisible()
    assert "The run is done" in page.progress.words.text()
    QTest.keyClick(page.progress.loss, Qt.Key.Key_Home)
    QTest.keyClick(page.progress.loss, Qt.Key.Key_Right)
    assert page.progress.loss.accessibleDescription() == "step 2: 0.500"
    assert office.failures == []


def test_a_wrong_pin_begins_nothing(page: TrainingPage, office, gold: Path) -> None:
    plan(page, office, gold)
    page.notes.begin.click()
    sign("not the PIN")
    settle(office)
    assert "PIN" in dialog().error.text()
    assert not page.session.work.running
    assert page.session.runs == ()
    dialog().close()


def test_a_run_is_paused_goes_on_and_can_be_ended(
    page: TrainingPage, office, gold: Path, qtbot: QtBot
) -> None:
    begin(page, office, gold, qtbot)
    page.progress.pause.click()
    settle(office)
    assert page.session.work.paused
    assert cells(page)[0][2] == "1 of 4"
    assert "paused" in cells(page)[0]
    page.runs.resume.click()
    sign()
    qtbot.waitUntil(lambda: page.session.work.progress is not None, timeout=600_000)
    assert "Step 2 of 4" in page.progress.words.text()
    page.progress.pause.click()
    settle(office)
    page.runs.end.setFocus()
    page.runs.end.click()
    assert "does not come back" in dialog().words.text()
    sign()
    settle(office)
    assert "ended early" in cells(page)[0]
    assert "2 of 4" in cells(page)[0]
    assert page.focusWidget() is page.runs.runs
    assert dialogs() == []


def test_what_stops_a_run_is_told_and_it_can_go_on(
    page: TrainingPage, office, gold: Path, training: Training, qtbot: QtBot
) -> None:
    training.fails = "the disk is full: free some space"
    begin(page, office, gold, qtbot)
    settle(office)
    assert "The disk is full: free some space." in page.progress.words.text()
    assert page.runs.resume.isEnabled()
    assert page.session.runs[0].ended is None


def test_closing_the_window_pauses_a_run(
    page: TrainingPage, office, gold: Path, home: Path, qtbot: QtBot
) -> None:
    begin(page, office, gold, qtbot)
    name = page.session.work.run
    office.stop()
    run = RunFolder.open(home, name)
    with run.alone():
        assert run.spent() == 1
    with officer.Desk.open(home) as desk:
        assert events(desk, TrainingEnded) == []
        assert [one.run for one in events(desk, TrainingStarted)] == [name]


def test_a_budget_is_set_and_stops_a_plan_that_overspends_it(
    page: TrainingPage, office, gold: Path
) -> None:
    page.budget.click()
    asked = dialog()
    assert isinstance(asked, BudgetDialog)
    asked.delta.setText("much")
    asked.act.click()
    assert "δ is a number" in asked.error.text()
    asked.epsilon.setValue(5.0)
    asked.delta.setText("0.01")
    sign()
    settle(office)
    assert "The budget is ε 5 at δ 0.01 for a patient: ε 5.00 are left." in page.runs.cost.text()
    plan(page, office, gold)
    assert "It cannot begin:" in page.notes.words.text()
    assert not page.notes.begin.isEnabled()
    page.notes.epsilon.setValue(4.0)
    page.notes.plan.click()
    settle(office)
    assert page.notes.begin.isEnabled()


def test_without_the_libraries_all_but_training_works(
    monkeypatch: pytest.MonkeyPatch, office, olive: str, appearance: Appearance, qtbot: QtBot
) -> None:
    monkeypatch.setattr("deid.training.tune.extra.find_spec", lambda _name: None)
    page = TrainingPage(office, appearance.theme)
    qtbot.addWidget(page)
    page.shown()
    office.unlock(olive, PIN, done=lambda: None, failed=office.failures.append)
    settle(office)
    assert "noteveil[train]" in page.notes.words.text()
    assert not page.notes.plan.isEnabled()
    assert page.budget.isEnabled()
    assert page.strip.verdict.text() == "SHIPPED MODEL"


def test_the_training_of_a_run_is_attacked_and_what_that_reached_is_recorded(
    page: TrainingPage, office, gold: Path, training: Training, qtbot: QtBot
) -> None:
    begin(page, office, gold, qtbot)
    run = end(page, office, training)
    leakage = page.leakage
    assert leakage.isHidden()
    page.runs.leakage.click()
    assert "not attacked yet" in leakage.words.text()
    assert page.focusWidget() is leakage.measure
    training.may_go_on.clear()
    leakage.patients.setValue(300)
    leakage.measure.click()
    sign()
    qtbot.waitUntil(lambda: "is attacked: 0%" in leakage.words.text(), timeout=10_000)
    assert page.focusWidget() is leakage.cancel
    leakage.cancel.click()
    assert page.focusWidget() is leakage.measure
    assert "not attacked yet" in leakage.words.text()
    training.may_go_on.set()
    settle(office)
    leakage.measure.click()
    sign()
    settle(office)
    reached = "made-up patients: ε is at least 1.00, by the attack, and at most 8.00, by the proof"
    assert f"Run {run}: 300 {reached}, both at δ 0.00124" in leakage.words.text()
    leakage.close_it.click()
    assert leakage.isHidden()
    assert page.focusWidget() is page.runs.leakage
    page.runs.leakage.click()
    assert "reached ε 1.00 at least; proven is 8.00 at most" in leakage.words.text()
    assert [one.patients for one in page.session.runs[0].attacks] == [300]
    assert office.failures == []


def test_how_far_measuring_is_is_shown_like_the_steps(
    page: TrainingPage, office, gold: Path, training: Training, qtbot: QtBot
) -> None:
    training.may_measure.clear()
    begin(page, office, gold, qtbot)
    training.may_go_on.set()
    progress = page.progress
    qtbot.waitUntil(lambda: "note 30 of 120, about 2 min left" in progress.words.text())
    assert (progress.bar.value(), progress.bar.maximum()) == (30, 120)
    training.may_measure.set()
    settle(office)
    assert "done" in progress.words.text()


def test_a_proof_that_an_attack_refutes_keeps_the_model_aside(
    page: TrainingPage, office, gold: Path, training: Training, qtbot: QtBot
) -> None:
    begin(page, office, gold, qtbot)
    end(page, office, training)
    training.leaks = 9.0
    page.runs.leakage.click()
    page.leakage.measure.click()
    sign()
    settle(office)
    assert "The attack reached more than the proof allows." in page.leakage.words.text()
    assert "its proof is refuted" in cells(page)[0]
    page.runs.results.click()
    settle(office)
    assert page.results.strip.verdict.text() == "REFUTED"
    assert not page.results.promote.isEnabled()


def promote_another(page: TrainingPage, office, gold: Path, training: Training) -> str:
    """Lets one more run end, and its model find identifiers; the id of the run."""
    training.may_go_on.set()
    plan(page, office, gold)
    page.notes.begin.click()
    sign()
    settle(office)
    run = end(page, office, training)
    page.runs.runs.setCurrentIndex(page.runs.runs.model().index(0, 0))
    page.runs.results.click()
    settle(office)
    assert page.results.strip.verdict.text() == "PASSED"
    page.results.promote.click()
    sign()
    settle(office)
    assert page.results.strip.verdict.text() == "IN USE"
    assert not page.results.promote.isEnabled()
    page.results.back.click()
    settle(office)
    assert page.strip.verdict.text() == "OWN MODEL"
    return run


def test_one_goes_back_to_the_model_before_or_to_the_shipped_one(
    page: TrainingPage, office, gold: Path, training: Training
) -> None:
    first = promote_another(page, office, gold, training)
    assert page.to_shipped.isHidden()
    second = promote_another(page, office, gold, training)
    assert [row[5] for row in cells(page)] == ["in use", "in use before"]
    page.roll_back.click()
    assert first in dialog().words.text()
    sign()
    settle(office)
    assert first in page.strip.sentence.text()
    page.runs.runs.setCurrentIndex(page.runs.runs.model().index(1, 0))
    assert not page.runs.remove.isEnabled()
    page.runs.runs.setCurrentIndex(page.runs.runs.model().index(0, 0))
    page.runs.resume.click()
    sign()
    settle(office)
    page.session.promote(second, page.session.desk.person.id, PIN, done=list, failed=list)
    settle(office)
    page.to_shipped.setFocus()
    page.to_shipped.click()
    assert "that comes with the program" in dialog().words.text()
    sign()
    settle(office)
    assert page.strip.verdict.text() == "SHIPPED MODEL"
    assert page.roll_back.isHidden()
    assert page.focusWidget() is page.budget
    page.runs.remove.click()
    sign()
    settle(office)
    assert cells(page)[0][5] == "removed"
    assert dialogs() == []
    assert office.failures == []


def test_a_model_that_is_missing_is_told_and_gone_back_from(
    page: TrainingPage, office, gold: Path, training: Training, home: Path
) -> None:
    promote_another(page, office, gold, training)
    rmtree(home / "models" / page.session.standing.in_use.model_digest)
    page.shown()
    settle(office)
    assert page.strip.verdict.text() == "MODEL MISSING"
    assert "no note is examined" in page.strip.sentence.text()
    page.roll_back.click()
    sign()
    settle(office)
    assert page.strip.verdict.text() == "SHIPPED MODEL"


def test_models_that_no_run_made_are_removed(
    page: TrainingPage, office, home: Path, tmp_path: Path
) -> None:
    assert page.runs.orphans.isHidden()
    kept = keep(home, bare_package(tmp_path / "left")).manifest_digest
    page.shown()
    settle(office)
    assert page.runs.left.text().startswith("1 model that no run made")
    page.runs.orphans.click()
    sign()
    settle(office)
    assert page.runs.orphans.isHidden()
    assert not (home / "models" / kept).exists()
    assert dialogs() == []


@pytest.mark.parametrize("page", ["network"], indirect=True)
def test_a_network_learns_and_its_results_and_statement_are_shown(
    page: TrainingPage, office, gold: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    begin(page, office, gold, qtbot)
    settle(office)
    assert page.session.work.error is None
    run = page.session.runs[0]
    assert [point.step for point in page.session.work.recalls] == [4]
    assert run.ended is not None
    assert run.ended.steps == 4
    page.runs.results.click()
    settle(office)
    results = page.results
    assert results.isVisible()
    assert len(results.gate.text().splitlines()) >= 4
    assert results.table.model().rowCount() >= 6
    assert results.plot.words().startswith("All notes: ")
    QTest.keyClick(results.plot, Qt.Key.Key_Down)
    assert results.plot.accessibleDescription().startswith("PATIENT: ")
    QTest.keyClick(results.plot, Qt.Key.Key_End)
    assert results.plot.accessibleDescription().startswith("with joined lines: ")
    assert "ε does not cover them" in results.about.text()
    results.notes.setCurrentIndex(1)
    assert "none of which any model learnt from" in results.about.text()
    results.statement.click()
    settle(office)
    assert run.id in page.statement.markdown
    before = page.statement.markdown
    page.statement.tuned.setChecked(True)
    settle(office)
    assert page.statement.markdown != before
    page.statement.save_to(tmp_path / "privacy.md")
    settle(office)
    assert (tmp_path / "privacy.md").read_text("utf-8") == page.statement.markdown
    page.statement.back.click()
    assert results.isVisible()
    assert office.failures == []


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_clipped(
    window: OfficerWindow,
    olive: str,
    office,
    gold: Path,
    training: Training,
    qtbot: QtBot,
    percent: int,
    assert_nothing_clipped: Callable[[QWidget], None],
) -> None:
    (page,) = window.pages
    unlock(office, olive)
    window.resize(1000, 700)
    window._settings.scale = percent
    plan(page, office, gold)
    page.notes.advanced.fold.setChecked(True)
    assert_nothing_clipped(page)
    begin(page, office, gold, qtbot)
    assert_nothing_clipped(page)
    end(page, office, training)
    page.runs.leakage.click()
    page.leakage.measure.click()
    sign()
    settle(office)
    assert_nothing_clipped(page)
    page.runs.results.click()
    settle(office)
    assert_nothing_clipped(page)
    page.results.statement.click()
    settle(office)
    assert_nothing_clipped(page)


def test_every_widget_has_a_name(page: TrainingPage) -> None:
    notes, advanced = page.notes, page.notes.advanced
    for widget in (
        *(notes.source, notes.folders.list, notes.gold.line, notes.patient, notes.field),
        *(notes.private, notes.epsilon, notes.method, notes.plan, notes.begin),
        *(advanced.fold, advanced.steps, advanced.rate, advanced.unit, advanced.delta),
        *(page.progress.bar, page.progress.loss, page.progress.recall, page.progress.pause),
        *(page.runs.runs, page.runs.resume, page.runs.end, page.roll_back, page.budget),
        *(page.runs.leakage, page.runs.remove, page.runs.orphans, page.to_shipped),
        *(page.leakage.patients, page.leakage.bar, page.leakage.measure, page.leakage.cancel),
        *(page.results.plot, page.results.table, page.results.notes, page.statement.text),
    ):
        assert widget.accessibleName()


def test_errors_of_reading_the_log_are_told(page: TrainingPage, office) -> None:
    page.session._refuse(DeidError("the log is damaged"))
    assert page.strip.verdict.text() == "NOT USABLE"
    assert "The log is damaged." in page.strip.sentence.text()
