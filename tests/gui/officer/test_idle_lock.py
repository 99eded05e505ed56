"""A key that was left unlocked is put away, unless somebody is at work."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from deid.audit import people
from gui.appearance import Appearance
from gui.officer.page import Page
from gui.officer.window import OfficerWindow
from gui.settings import Settings

PIN = "correct horse"


class Sheet(Page):
    title = "A page"


@pytest.fixture
def window(office, home: Path, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    """With a key unlocked."""
    person = people.make_personal_key(home, name="Odile Officer", pin=PIN)
    made = OfficerWindow(office, Settings(), appearance, [lambda desk, theme: Sheet()])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    assert not made.idle.timer.isActive()
    office.unlock(person.id, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    return made


def test_after_a_while_without_a_touch_the_key_is_put_away(
    window: OfficerWindow, office, qtbot: QtBot
) -> None:
    timer = window.idle.timer
    assert timer.isActive()
    assert timer.interval() == 15 * 60_000
    timer.start(1)
    qtbot.waitUntil(lambda: office.person is None, timeout=60_000)
    assert not timer.isActive()


def test_each_touch_begins_the_wait_anew(window: OfficerWindow) -> None:
    timer, handle = window.idle.timer, window.windowHandle()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.start()
    for touch in (
        lambda: QTest.keyClick(handle, Qt.Key.Key_F7),
        lambda: QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=QPoint(300, 300)),
    ):
        QTest.qWait(300)
        waited = timer.remainingTime()
        assert waited <= timer.interval() - 290
        touch()
        assert timer.remainingTime() > waited


def test_a_key_put_away_by_hand_is_not_waited_for(window: OfficerWindow, office) -> None:
    window.person.lock.click()
    office.settle()
    assert not window.idle.timer.isActive()
