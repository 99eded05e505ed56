"""The palette, the sheet of keys, and changing keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QDialog, QLabel, QMainWindow, QPushButton, QTextEdit
from pytestqt.qtbot import QtBot

from gui.actions import SPECS, Actions, Do
from gui.keys import canonical, clashes, given, holder
from gui.settings import Settings, all_keys, connect_settings
from gui.tables.commands import Column, CommandsModel
from gui.views.keys_sheet import KeysSheet
from gui.views.palette import Palette
from gui.views.shortcuts import Shortcuts


class Room(QMainWindow):
    """A window in which accepting and rejecting is possible, and relabelling is not now."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.resize(900, 600)
        self.settings = settings
        self.actions_table = Actions(self)
        self.note = QTextEdit()
        self.note.setReadOnly(True)
        self.setCentralWidget(self.note)
        self.actions_table.add_letters(self.note)
        self.taken: list[str] = []
        connect_settings(self.actions_table, settings)
        self.actions_table.connect(
            {
                Do.ACCEPT: lambda: self.taken.append("accept"),
                Do.REJECT: lambda: self.taken.append("reject"),
                Do.RELABEL: lambda: self.taken.append("relabel"),
                Do.SHORTCUTS: lambda: self.taken.append("shortcuts"),
                Do.PALETTE: lambda: Palette(self.actions_table, self).open(),
                Do.KEYS: lambda: KeysSheet(self.actions_table, self).open(),
            }
        )
        self.actions_table[Do.RELABEL].setEnabled(False)


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = Room(Settings(store))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.note.setFocus()
    return made


def opened(room: Room, do: Do, kind: type[QDialog]) -> QDialog:
    room.actions_table[do].trigger()
    return room.findChild(kind)


def listed(model: CommandsModel) -> list[Do]:
    return [model.command(row) for row in range(model.rowCount())]


def press(dialog: Shortcuts, key: str) -> None:
    combination = QKeySequence(key)[0]
    dialog.key.setFocus()
    QTest.keyClick(dialog.key, combination.key(), combination.keyboardModifiers())


def test_the_palette_does_what_is_typed(room: Room) -> None:
    palette = opened(room, Do.PALETTE, Palette)
    assert set(listed(palette.table.model())) == set(Do) - {Do.PALETTE}
    QTest.keyClicks(palette.words, "rej")
    QTest.keyClick(palette.words, Qt.Key.Key_Return)
    assert room.taken == ["reject"]
    assert not palette.isVisible()


def test_words_in_any_order_keys_and_menus_are_found(room: Room) -> None:
    palette = opened(room, Do.PALETTE, Palette)
    for words, do in (
        ("label change", Do.RELABEL),
        ("f8 next", Do.NEXT),
        ("view dark", Do.DARK),
        ("UNCERTAIN", Do.NEXT_UNCERTAIN),
    ):
        palette.words.setText(words)
        assert do in listed(palette.table.model())
        assert len(listed(palette.table.model())) < 20
    palette.words.setText("no such words")
    assert listed(palette.table.model()) == []
    QTest.keyClick(palette.words, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_what_is_not_possible_now_is_said_to_be_so_and_not_done(room: Room) -> None:
    palette = opened(room, Do.PALETTE, Palette)
    QTest.keyClicks(palette.words, "change label")
    row = palette.table.currentIndex().row()
    assert palette.table.model().command(row) is Do.RELABEL
    model = palette.table.model()
    assert "not possible now" in model.index(row, Column.MENU).data()
    assert "not possible now" in palette.told.text()
    said = model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Change label…" in said
    assert "not possible now" in said
    QTest.keyClick(palette.words, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert room.taken == []
    palette.close()


def test_what_is_possible_comes_first_and_what_begins_so_before_the_rest(room: Room) -> None:
    palette = opened(room, Do.PALETTE, Palette)
    possible = [room.actions_table[do].isEnabled() for do in listed(palette.table.model())]
    assert possible == sorted(possible, reverse=True)
    palette.words.setText("re")
    possible = [do for do in listed(palette.table.model()) if room.actions_table[do].isEnabled()]
    begins = [SPECS[do].said().lower().startswith("re") for do in possible]
    assert begins == sorted(begins, reverse=True)
    assert possible[0] is Do.REJECT
    palette.close()


def test_arrows_move_in_the_palette_while_one_types(room: Room) -> None:
    palette = opened(room, Do.PALETTE, Palette)
    keys = Qt.Key
    for key, row in (
        (keys.Key_Down, 1),
        (keys.Key_PageDown, 9),
        (keys.Key_Up, 8),
        (keys.Key_PageUp, 0),
        (keys.Key_Up, 0),
    ):
        QTest.keyClick(palette.words, key)
        assert palette.table.currentIndex().row() == row
    palette.close()


def test_the_models_hold_what_qt_asks_of_models(qapp: object) -> None:
    model = CommandsModel(all_keys({}), possible=lambda do: do is not Do.UNDO)
    failure = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, failure)
    for words in ("re", "", "nothing at all", "find"):
        model.list_only(words)
    model.show({Do.ACCEPT: ("Y",)})
    assert tester.model() is model
    assert model.row_of(Do.UNDO) is None
    assert model.command(model.row_of(Do.FIND)) is Do.FIND


def test_the_sheet_lists_every_key_that_works_now(room: Room) -> None:
    room.settings.shortcuts = {Do.ACCEPT: ("Y", "F10"), Do.REJECT: ()}
    sheet = opened(room, Do.KEYS, KeysSheet)
    told = {label.text() for label in sheet.findChildren(QLabel)}
    for do, spec in SPECS.items():
        assert (spec.said() in told) is (do is not Do.REJECT and bool(spec.keys))
        assert spec.menu_said().replace("&", "") in told
    words = " ".join(told).split()
    shown = {key for keys in all_keys(room.settings.shortcuts).values() for key in keys}
    assert {"Y", "F10", "?"} < shown
    assert shown <= set(words)
    assert "Ctrl+Shift+A" not in words
    sheet.close()


def test_the_sheet_opens_on_a_question_mark(room: Room) -> None:
    QTest.keyClick(room.note, "?")
    sheet = room.findChild(KeysSheet)
    assert sheet.isVisible()
    sheet.close()


def test_the_sheet_leads_to_changing_keys(room: Room) -> None:
    sheet = opened(room, Do.KEYS, KeysSheet)
    change = next(b for b in sheet.findChildren(QPushButton) if b.text() == "Change keys…")
    change.click()
    assert room.taken == ["shortcuts"]
    assert not sheet.isVisible()


@pytest.fixture
def shortcuts(room: Room) -> Shortcuts:
    made = Shortcuts(room.actions_table, room.settings, room)
    made.open()
    made.words.setText("Accept")
    assert made.command() is Do.ACCEPT
    return made


def test_a_free_key_is_added_and_works_at_once(
    room: Room, shortcuts: Shortcuts, qtbot: QtBot
) -> None:
    press(shortcuts, "F12")
    assert "free" in shortcuts.told.text()
    shortcuts.add.click()
    assert room.actions_table.keys(Do.ACCEPT) == ("A", "Ctrl+Shift+A", "F12")
    row = shortcuts.table.model().row_of(Do.ACCEPT)
    assert "F12" in shortcuts.table.model().index(row, Column.KEYS).data()
    shortcuts.accept()
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
    QTest.keyClick(room.note, Qt.Key.Key_F12)
    assert room.taken == ["accept"]


def test_a_conflict_is_told_and_the_key_may_be_taken(room: Room, shortcuts: Shortcuts) -> None:
    press(shortcuts, "R")
    assert "Reject" in shortcuts.told.text()
    assert room.actions_table.keys(Do.REJECT) == ("R", "Ctrl+Shift+R")
    shortcuts.add.click()
    assert "R" in room.actions_table.keys(Do.ACCEPT)
    assert room.actions_table.keys(Do.REJECT) == ("Ctrl+Shift+R",)
    assert clashes(all_keys(room.settings.shortcuts)) == {}


@pytest.mark.parametrize("key", ["Left", "Ctrl+C", "Alt+N", "A"])
def test_a_key_that_cannot_be_had_is_refused_with_the_reason(
    shortcuts: Shortcuts, room: Room, key: str
) -> None:
    press(shortcuts, key)
    assert shortcuts.told.text()
    assert not shortcuts.add.isEnabled()
    assert room.settings.shortcuts == {}


def test_keys_go_back_to_what_they_were(room: Room, shortcuts: Shortcuts) -> None:
    shortcuts.clear.click()
    assert room.actions_table.keys(Do.ACCEPT) == ()
    press(shortcuts, "R")
    shortcuts.add.click()
    shortcuts.usual.click()
    assert room.actions_table.keys(Do.ACCEPT) == SPECS[Do.ACCEPT].keys
    assert room.actions_table.keys(Do.REJECT) == ("Ctrl+Shift+R",)
    shortcuts.words.setText("Undo")
    press(shortcuts, "A")
    shortcuts.add.click()
    shortcuts.all_usual.click()
    assert room.settings.shortcuts == {}
    assert {do: room.actions_table.keys(do) for do in Do} == all_keys({})


def test_nothing_is_changed_where_no_command_is_listed(room: Room, shortcuts: Shortcuts) -> None:
    shortcuts.words.setText("no such words")
    press(shortcuts, "F12")
    buttons = (shortcuts.add, shortcuts.clear, shortcuts.usual)
    assert not any(button.isEnabled() for button in buttons)


def test_the_field_for_a_key_can_be_left_by_tab(room: Room, shortcuts: Shortcuts) -> None:
    room.activateWindow()
    shortcuts.activateWindow()
    shortcuts.key.setFocus()
    QTest.keyClick(shortcuts.key, Qt.Key.Key_Tab)
    assert not shortcuts.key.hasFocus()


def test_giving_a_key_takes_it_from_whoever_had_it() -> None:
    keys = {"one": ("A", "Ctrl+B"), "two": ("C",)}
    after = given(keys, "two", ("ctrl+b", "C", "c"))
    assert after == {"one": ("A",), "two": ("Ctrl+B", "C")}
    assert holder(keys, "ctrl+b") == "one"
    assert holder(after, canonical("ctrl+b")) == "two"
    assert holder(after, "D") is None
