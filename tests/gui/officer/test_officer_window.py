"""The window of the privacy officer: pages, keys and who sits at the desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from deid import officer
from deid.audit import people
from deid.audit.records import KeyAct, KeyChanged
from deid.errors import DeidError, KeyUnusable, PinRefused
from gui.appearance import Appearance
from gui.officer import beside
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.unlock_dialog import UnlockDialog
from gui.officer.window import OfficerWindow
from gui.settings import Settings
from gui.theme import Theme

PIN = "correct horse"


class Sheet(Page):
    """A page that counts how often it came into sight."""

    def __init__(self, title: str) -> None:
        super().__init__()
        QVBoxLayout(self).addWidget(QLabel(f"This is {title}."))
        self.title = title
        self.times = 0
        self.theme: Theme | None = None

    def use_theme(self, theme: Theme) -> None:
        self.theme = theme

    def shown(self) -> None:
        self.times += 1


@pytest.fixture
def sheets() -> list[Sheet]:
    return []


@pytest.fixture
def window(office, appearance: Appearance, sheets: list[Sheet], qtbot: QtBot) -> OfficerWindow:
    def make(title: str) -> Callable[[DeskJobs, Theme], Sheet]:
        def page(desk: DeskJobs, theme: Theme) -> Sheet:
            sheets.append(Sheet(title))
            return sheets[-1]

        return page

    made = OfficerWindow(office, Settings(), appearance, [make("One"), make("Two")])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def dialog() -> UnlockDialog:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, UnlockDialog))


def unlock(window: OfficerWindow, office, pin: str) -> None:
    window.person.unlock.click()
    office.settle()
    QTest.keyClicks(dialog().pin, pin)
    QTest.keyClick(dialog().pin, Qt.Key.Key_Return)
    office.settle()


def test_the_first_page_is_in_sight_and_keys_lead_to_the_others(
    window: OfficerWindow, sheets: list[Sheet]
) -> None:
    first, second = sheets
    assert (first.times, second.times) == (1, 0)
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert (first.times, second.times) == (1, 1)
    assert second.isVisible()
    assert not first.isVisible()


def test_a_key_is_taken_out_by_its_pin_and_put_away(
    window: OfficerWindow, office, home: Path
) -> None:
    made = people.make_personal_key(home, name="Odile Officer", pin=PIN)
    unlock(window, office, PIN)
    assert office.person == officer.KnownPerson(made.id, "Odile Officer")
    assert "Odile Officer" in window.person.words.text()
    assert not any(
        isinstance(w, UnlockDialog) and w.isVisible() for w in QApplication.topLevelWidgets()
    )
    window.person.lock.click()
    office.settle()
    assert office.person is None
    office.start(lambda desk: desk.person, lambda key: _assert_none(key))
    office.settle()


def _assert_none(key: object) -> None:
    assert key is None


def test_a_wrong_pin_is_told_and_recorded(window: OfficerWindow, office, home: Path) -> None:
    people.make_personal_key(home, name="Odile Officer", pin=PIN)
    unlock(window, office, "not the PIN")
    shown = dialog()
    assert office.person is None
    assert "PIN" in shown.words.text()
    assert shown.pin.text() == ""
    acts: list[KeyAct] = []
    office.start(
        lambda desk: [r.event.act for r in desk.log.records() if isinstance(r.event, KeyChanged)],
        acts.extend,
    )
    office.settle()
    assert acts == [KeyAct.REFUSED]
    shown.close()


def test_without_any_key_the_dialog_says_what_to_do(window: OfficerWindow, office) -> None:
    window.person.unlock.click()
    office.settle()
    assert "make one" in dialog().words.text()
    assert not dialog().use.isEnabled()
    assert dialog().stick.isEnabled()
    dialog().close()


def test_a_key_on_a_stick_is_chosen_and_offered_again(
    window: OfficerWindow, office, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "otto.key"
    made = people.make_personal_key(home, name="Otto Officer", pin=PIN, key_file=file)
    window.person.unlock.click()
    office.settle()
    dialog().take_file(tmp_path / "nowhere.key")
    office.settle()
    assert "cannot be read" in dialog().words.text()
    dialog().take_file(file)
    office.settle()
    assert "otto.key" in dialog().person.currentText()
    assert "The log records" in dialog().words.text()
    QTest.keyClicks(dialog().pin, PIN)
    QTest.keyClick(dialog().pin, Qt.Key.Key_Return)
    office.settle()
    assert office.person == officer.KnownPerson(made.id, "Otto Officer")
    window.person.lock.click()
    office.settle()
    unlock(window, office, PIN)
    assert office.person == officer.KnownPerson(made.id, "Otto Officer")
    assert not list(home.rglob("people/*"))


def test_wrong_pins_are_told_when_the_key_is_unlocked(
    window: OfficerWindow, office, home: Path
) -> None:
    made = people.make_personal_key(home, name="Odile Officer", pin=PIN)
    with officer.Desk.open(home) as desk:
        for _ in range(3):
            with pytest.raises(PinRefused):
                desk.unlock(made.id, "not the PIN")
    unlock(window, office, PIN)
    assert window.message.isVisible()
    assert "3 wrong PINs for the key of Odile Officer" in window.message.words.text()
    told: list[object] = []
    office.wrong_pins.connect(told.append)
    window.person.lock.click()
    office.settle()
    unlock(window, office, PIN)
    assert told == []


def test_wrong_pins_are_told_though_what_followed_failed(office, home: Path) -> None:
    made = people.make_personal_key(home, name="Odile Officer", pin=PIN)
    told: list[officer.WrongPins] = []
    office.wrong_pins.connect(told.append)

    def work(desk: officer.Desk) -> None:
        with pytest.raises(PinRefused):
            desk.unlock(made.id, "not the PIN")
        desk.unlock(made.id, PIN)
        raise KeyUnusable("key nine: cannot be read")

    office.start(work, lambda _: None)
    office.settle()
    assert [found.count for found in told] == [1]


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off_in_the_dialog_that_unlocks(
    window: OfficerWindow,
    office,
    tmp_path: Path,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    window._settings.scale = percent
    window.person.unlock.click()
    office.settle()
    assert_nothing_clipped(dialog())
    dialog().take_file(tmp_path / "nowhere.key")
    office.settle()
    assert_nothing_clipped(dialog())
    dialog().close()
    window._settings.scale = 100


def test_what_fails_at_the_desk_is_told(window: OfficerWindow, office) -> None:
    def fail(desk: officer.Desk) -> None:
        raise KeyUnusable("key nine: cannot be read")

    office.start(fail, lambda _: None)
    office.settle()
    assert window.message.words.text() == "Key nine: cannot be read."


def test_long_work_beside_tells_how_far_it_is_and_stops_when_asked(office) -> None:
    parts: list[float] = []

    def work(home: Path, stop, say: Callable[[float], None]) -> str:
        for part in range(5):
            say(part / 4)
        return "stopped" if stop.asked else "done"

    ends: list[str] = []
    office.beside.start(work, ends.append, progress=parts.append)
    office.settle()
    assert (parts, ends) == ([0, 0.25, 0.5, 0.75, 1], ["done"])
    gate = Event()

    def wait(home: Path, stop, say: Callable[[float], None]) -> str:
        gate.wait()
        return work(home, stop, say)

    office.beside.start(wait, ends.append, progress=parts.append).ask()
    gate.set()
    office.settle()
    assert (len(parts), ends) == (5, ["done", "stopped"])


def test_at_the_end_long_work_is_asked_to_stop(home: Path, qtbot: QtBot) -> None:
    desk = DeskJobs(home)
    seen: list[bool] = []

    def work(home: Path, stop, say: Callable[[float], None]) -> None:
        while not stop.asked:
            pass
        seen.append(True)

    desk.beside.start(work, lambda _: None)
    desk.stop()
    assert seen == [True]


def test_a_share_that_hangs_keeps_nobody_from_the_desk(
    window: OfficerWindow, office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_SLOW_MS", 1)
    gate = Event()
    monkeypatch.setattr(beside, "_touch", lambda _: gate.wait())
    done: list[str] = []
    told: list[DeidError] = []
    office.start(lambda _: "share", done.append, told.append, reaching=Path("share"))
    office.start(lambda _: "desk", done.append)
    qtbot.waitUntil(lambda: done == ["desk"] and window.message.remedy.isVisible())
    assert "share does not answer" in window.message.words.text()
    window.message.remedy.click()
    assert "no answer" in str(told[0])
    assert not office.busy
    gate.set()


def test_what_was_given_up_is_not_done_later(
    office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()
    monkeypatch.setattr(beside, "_touch", lambda _: gate.wait())
    done: list[str] = []
    told: list[DeidError] = []
    office.start(lambda _: "released", done.append, told.append, reaching=Path("share"))
    office.stop_reaching()
    gate.set()
    office.start(lambda _: "other", done.append)
    office.settle()
    assert done == ["other"]
    assert len(told) == 1
    office.stop_reaching()
    assert len(told) == 1


def test_a_share_that_answers_late_is_waited_for(
    window: OfficerWindow, office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_SLOW_MS", 1)
    gate = Event()
    monkeypatch.setattr(beside, "_touch", lambda _: gate.wait())
    done: list[str] = []
    office.start(lambda _: "share", done.append, reaching=Path("share"))
    qtbot.waitUntil(window.message.isVisible)
    gate.set()
    office.settle()
    assert done == ["share"]
    assert not window.message.isVisible()


def test_no_title_of_a_page_covers_another(window: OfficerWindow) -> None:
    rows = [window.list.visualItemRect(window.list.item(row)) for row in range(window.list.count())]
    assert len(rows) == 2
    assert rows[0].bottom() < rows[1].top()


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off(
    window: OfficerWindow, assert_nothing_clipped: Callable[[QWidget], None], percent: int
) -> None:
    window._settings.scale = percent
    assert_nothing_clipped(window)
    window._settings.scale = 100
