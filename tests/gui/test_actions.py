from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QMainWindow, QTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import SPECS, Actions, Do
from gui.keys import Scope, canonical, clashes, scope, unfit
from gui.theme import LIGHT


class Room(QMainWindow):
    """A window with a note that is read, a list and a line to type in."""

    def __init__(self) -> None:
        super().__init__()
        self.actions_table = Actions(self)
        self.note, self.list, self.line = QTextEdit("one two three"), QListWidget(), QLineEdit()
        flags = Qt.TextInteractionFlag
        self.note.setTextInteractionFlags(
            flags.TextSelectableByKeyboard | flags.TextSelectableByMouse
        )
        self.list.addItems(["one", "two"])
        page = QWidget()
        layout = QVBoxLayout(page)
        for widget in (self.note, self.list, self.line):
            layout.addWidget(widget)
        self.setCentralWidget(page)
        self.actions_table.add_letters(self.note, self.list)
        self.taken: list[Do] = []
        self.actions_table.connect({do: self.receiver(do) for do in Do})

    def receiver(self, do: Do) -> object:
        return lambda: self.taken.append(do)


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    made = Room()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def press(widget: QWidget, key: str) -> None:
    widget.setFocus()
    combination = QKeySequence(key)[0]
    QTest.keyClick(widget, combination.key(), combination.keyboardModifiers())


def test_every_action_has_a_row_in_the_order_of_the_menus() -> None:
    assert set(SPECS) == set(Do)
    for spec in SPECS.values():
        assert spec.text
        assert spec.menu.startswith("&")


def test_no_two_actions_share_a_key() -> None:
    assert clashes({do: spec.keys for do, spec in SPECS.items()}) == {}


def test_every_key_of_the_table_may_be_chosen() -> None:
    keys = [key for spec in SPECS.values() for key in spec.keys]
    assert len(keys) > 60
    for key in keys:
        assert unfit(key) is None
        assert canonical(key) == key


def test_no_two_menus_open_by_one_letter() -> None:
    menus = {spec.menu for spec in SPECS.values()}
    letters = [menu[menu.index("&") + 1].upper() for menu in menus]
    assert len(letters) == len(set(letters))


@pytest.mark.parametrize("place", ["note", "list"])
def test_every_key_does_its_action_from_note_and_list(room: Room, place: str) -> None:
    widget = getattr(room, place)
    for do, spec in SPECS.items():
        for key in spec.keys:
            room.taken.clear()
            press(widget, key)
            assert room.taken == [do], key


def test_what_is_typed_into_a_line_does_nothing_else(room: Room) -> None:
    typed = [key for spec in SPECS.values() for key in spec.keys if scope(key) is Scope.REVIEW]
    for key in [*typed, "?", "/"]:
        press(room.line, key)
    assert room.taken == []
    assert len(room.line.text()) == len(typed) + 2


def test_an_action_that_nobody_connected_cannot_be_taken(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    assert not any(actions[do].isEnabled() for do in Do)
    taken: list[int] = []
    actions.connect({Do.ACCEPT: lambda: taken.append(1)})
    assert [do for do in Do if actions[do].isEnabled()] == [Do.ACCEPT]
    actions[Do.ACCEPT].trigger()
    actions[Do.REJECT].trigger()
    assert taken == [1]


def test_chosen_keys_take_the_place_of_those_of_the_table(room: Room) -> None:
    room.actions_table.use_keys({Do.ACCEPT: ("Y", "F10"), Do.REJECT: ()})
    for key in ("A", "Ctrl+Shift+A", "R", "Ctrl+Shift+R"):
        press(room.note, key)
    assert room.taken == []
    for key in ("Y", "F10", "L"):
        press(room.note, key)
    assert room.taken == [Do.ACCEPT, Do.ACCEPT, Do.RELABEL]
    assert room.actions_table.keys(Do.ACCEPT) == ("Y", "F10")
    assert "Y" in room.actions_table[Do.ACCEPT].toolTip()
    room.actions_table.use_keys({})
    press(room.list, "A")
    assert room.taken[-1] is Do.ACCEPT


def test_icons_follow_the_theme(room: Room) -> None:
    room.actions_table.use_theme(LIGHT)
    for do, spec in SPECS.items():
        assert room.actions_table[do].icon().isNull() is (spec.symbol is None)
