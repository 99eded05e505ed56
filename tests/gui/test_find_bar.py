from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.theme import LIGHT
from gui.views.find_bar import FindBar


@pytest.fixture
def bar(qtbot: QtBot) -> FindBar:
    made = FindBar(LIGHT)
    qtbot.addWidget(made)
    made.ask()
    return made


def test_what_is_typed_is_searched_for_after_a_pause(bar: FindBar, qtbot: QtBot) -> None:
    asked: list[tuple[str, bool]] = []
    bar.searched.connect(lambda words, near: asked.append((words, near)))
    with qtbot.waitSignal(bar.searched):
        qtbot.keyClicks(bar.words, "okonkwo ")
    assert asked == [("okonkwo", False)]
    bar.near.click()
    assert asked[1:] == [("okonkwo", True)]


def test_enter_searches_at_once_and_steps(bar: FindBar, qtbot: QtBot) -> None:
    heard: list[object] = []
    bar.searched.connect(lambda words, near: heard.append(words))
    bar.stepped.connect(heard.append)
    qtbot.keyClicks(bar.words, "ito")
    qtbot.keyClick(bar.words, Qt.Key.Key_Return)
    qtbot.keyClick(bar.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert heard == ["ito", 1, -1]


def test_nothing_to_find_is_no_step(bar: FindBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.stepped, wait=1):
        qtbot.keyClick(bar.words, Qt.Key.Key_Return)


def test_escape_closes_and_ends_the_search(bar: FindBar, qtbot: QtBot) -> None:
    asked: list[str] = []
    bar.searched.connect(lambda words, near: asked.append(words))
    bar.ask("Ito")
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(bar.words, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert asked == ["Ito", ""]
    bar.ask()
    assert asked == ["Ito", "", "Ito"]


def test_the_count_and_how_many_would_be_marked_are_said(bar: FindBar, qtbot: QtBot) -> None:
    assert bar.count.text() == ""
    bar.ask("Ito")
    bar.show_count(note=3, result=1, unmarked=2, current=1)
    assert bar.count.text() == "1 of 3 · in the note 3 · in the result 1"
    assert bar.mark.text() == "Mark all 2"
    with qtbot.waitSignal(bar.mark_all):
        bar.mark.click()
    bar.show_count(note=0, result=0, unmarked=0)
    assert bar.count.text() == "in the note 0 · in the result 0"
    assert not bar.mark.isEnabled()
    assert not bar.next.isEnabled()


def test_places_in_the_result_alone_can_be_stepped_through(bar: FindBar, qtbot: QtBot) -> None:
    bar.ask("Ito")
    bar.show_count(note=0, result=2, unmarked=0)
    with qtbot.waitSignal(bar.stepped) as waited:
        bar.previous.click()
    assert waited.args == [-1]


def test_everything_has_a_name_and_takes_the_focus(bar: FindBar) -> None:
    widgets = [bar.words, bar.near, bar.previous, bar.next, bar.mark, bar.dismiss]
    assert all(widget.accessibleName() for widget in widgets)
    assert all(widget.focusPolicy() & Qt.FocusPolicy.TabFocus for widget in widgets)
    assert len({widget.accessibleName() for widget in widgets}) == len(widgets)


def test_it_fits_into_a_narrow_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar = FindBar(LIGHT, window)
    wide, narrow = bar.layout().heightForWidth(1200), bar.layout().heightForWidth(320)
    assert narrow > wide
