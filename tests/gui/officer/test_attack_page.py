"""The page "Attack test": suspects by place, words for an officer alone, stand-ins side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from deid import Deidentifier, Document, Resolution, load_policy, officer
from deid.detect.packs import load_packs
from deid.detect.rules import RuleDetector
from gui.appearance import Appearance
from gui.officer.attack_page import AttackPage
from gui.officer.attack_session import AttackSession
from gui.officer.window import OfficerWindow
from gui.settings import Settings

PIN = "a short sentence"
OUTPUT = """\
Patient: Mary Smith
Seen by Dr. Jones on 3/14/2024.
Mrs. Smith is stable. Mrs. Quenbridge sleeps well. Mrs. Smith will return.
"""
NOTE = "Seen by Dr. {doctor}. Mrs. {name} is stable. Mrs. {name} will return.\n"


class Slow(Deidentifier):
    """Waits in each note until it may go on."""

    begun, go_on = Event(), Event()

    def look_again(self, document: Document, *, floor: float = 0.02) -> Resolution:
        self.begun.set()
        self.go_on.wait(30)
        return super().look_again(document, floor=floor)


@pytest.fixture(scope="module")
def detector() -> RuleDetector:
    return RuleDetector(load_packs())


@pytest.fixture
def people(home: Path) -> tuple[str, str]:
    """Ids of an administrator and an officer."""
    with officer.Desk.open(home) as desk:
        ada = officer.make_key(desk, name="Ada Minister", pin=PIN)
        desk.unlock(ada.id, PIN)
        officer.enrol(desk, ada.id, officer.Role.ADMINISTRATOR)
        olive = officer.make_key(desk, name="Olive Officer", pin=PIN)
        officer.enrol(desk, olive.id, officer.Role.OFFICER)
    return ada.id, olive.id


@pytest.fixture
def opens(detector: RuleDetector) -> list[type[Deidentifier]]:
    """Which detectors are loaded."""
    return [Deidentifier]


@pytest.fixture
def window(
    office,
    appearance: Appearance,
    qtbot: QtBot,
    detector: RuleDetector,
    opens: list[type[Deidentifier]],
) -> OfficerWindow:
    def detectors() -> Deidentifier:
        return opens[0](policy=load_policy("research"), detectors=[detector], quick=[detector])

    made = OfficerWindow(
        office,
        Settings(),
        appearance,
        [lambda desk, theme: AttackPage(desk, theme, AttackSession(desk, detectors))],
    )
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow) -> AttackPage:
    (found,) = window.pages
    assert isinstance(found, AttackPage)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    (path / "a.txt").write_text(OUTPUT, "utf-8")
    (path / "b.txt").write_text("Seen by Dr. Davis. Mr. Brown is stable.\n", "utf-8")
    return path


def cells(page: AttackPage) -> list[tuple[str, ...]]:
    model = page.suspects.model()
    rows, columns = range(model.rowCount()), range(model.columnCount())
    return [tuple(model.index(row, column).data() for column in columns) for row in rows]


def act(office, person: str) -> None:
    office.unlock(person, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()


def test_before_anything_it_says_what_to_do(page: AttackPage) -> None:
    assert page.strip.verdict.text() == "NOT TESTED"
    assert "Choose a folder of outputs" in page.strip.sentence.text()
    assert "before redaction" in page.comparison.text()
    assert page.outcomes.isHidden()


def test_suspects_are_listed_by_place(page: AttackPage, office, folder: Path) -> None:
    page.session.attack(folder)
    assert page.strip.verdict.text() == "WORKING"
    assert not page.attack.isEnabled()
    office.settle()
    assert page.attack.isEnabled()
    assert page.strip.verdict.text() == "1 STANDS OUT"
    assert "2 notes with 7 names." in page.strip.sentence.text()
    assert "1 name is in none of the lists" in page.strip.sentence.text()
    why = "not in the lists, differs from others"
    assert cells(page) == [("a.txt", "3", "PATIENT", why, "")]
    assert "key of a privacy officer" in page.hint.text()


def test_words_are_there_only_while_an_officers_key_is_out(
    page: AttackPage, office, folder: Path, people: tuple[str, str]
) -> None:
    ada, olive = people
    page.session.attack(folder)
    office.settle()
    act(office, ada)
    assert cells(page)[0][4] == ""
    act(office, olive)
    office.settle()
    assert cells(page)[0][4].startswith("…. Smith is stable. Mrs. ⟦Quenbridge⟧ sleeps well.")
    office.lock()
    office.settle()
    assert cells(page)[0][4] == ""
    assert page.session.lines.lines is None
    assert office.failures == []


def test_a_folder_without_notes_is_told(page: AttackPage, office, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, told in ((empty, "no note to read"), (tmp_path / "nowhere", "of that name")):
        page.session.attack(folder)
        office.settle()
        assert page.strip.verdict.text() == "NOT DONE"
        assert told in page.strip.sentence.text()


def test_it_can_be_cancelled(
    page: AttackPage, office, folder: Path, opens: list[type[Deidentifier]]
) -> None:
    opens[0] = Slow
    page.session.attack(folder)
    assert Slow.begun.wait(30)
    page.strip.cancel.click()
    Slow.go_on.set()
    office.settle()
    assert page.strip.verdict.text() == "NOT TESTED"
    assert page.session.attacked is None
    assert not page.session.work.running


def test_stand_ins_are_compared(page: AttackPage, office, tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.mkdir()
    names = ("Quenbridge", "Ortolandi", "Wexcombe", "Tarnhelm", "Brackwater")
    for number in range(20):
        text = NOTE.format(name=names[number % 5], doctor=names[(number + 2) % 5])
        (path / f"{number}.txt").write_text(text, "utf-8")
    page.session.compare(path)
    office.settle()
    assert page.session.compared is not None
    assert page.outcomes.isVisible()
    model = page.outcomes.model()
    rows = [[model.index(row, column).data() for column in range(5)] for row in range(4)]
    leaks = page.session.compared.table[officer.attack.Kind.MARKOV][officer.attack.Attack.POOL]
    (pool,) = [row for row in rows if row[0].startswith("Pool")]
    assert leaks.leaks > 0
    assert pool[1].startswith(f"{leaks.leaks} of {leaks.leaks}")
    assert pool[1:3] == pool[3:5]
    assert "20 notes, 60 names" in page.comparison.text()


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_clipped(
    window: OfficerWindow,
    page: AttackPage,
    office,
    folder: Path,
    percent: int,
    assert_nothing_clipped: Callable[[QWidget], None],
) -> None:
    window.resize(1000, 700)
    page.session.attack(folder)
    office.settle()
    page.session.compare(folder)
    office.settle()
    window._settings.scale = percent
    assert_nothing_clipped(page)


def test_every_widget_has_a_name(page: AttackPage) -> None:
    for widget in (page.attack, page.compare, page.strip.cancel, page.strip.bar, page.suspects):
        assert widget.accessibleName()
