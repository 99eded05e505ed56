"""The parts that pages of the desk are made of."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QDate, QEvent, Qt
from PySide6.QtWidgets import QDateEdit, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from deid.errors import InputError
from gui.officer.folder_list import FolderList
from gui.officer.folder_work import FolderWork
from gui.officer.pane import give_room, list_rows
from gui.officer.standing_strip import StandingStrip
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.turning_split import TurningSplit
from gui.officer.work_strip import WorkStrip
from gui.theme import LIGHT
from gui.views.header import Tone
from gui.views.rows_table import RowsTable
from gui.views.text_margin import TextMargin


@pytest.fixture
def work(office) -> FolderWork:
    return FolderWork(office)


@pytest.fixture
def strip(work: FolderWork, qtbot: QtBot) -> WorkStrip:
    made = WorkStrip(work, (QPushButton("Begin"), QPushButton("Begin otherwise")))
    work.changed.connect(lambda: made.show_state("READY", Tone.NEUTRAL, "Nothing was done."))
    qtbot.addWidget(made)
    made.show_state("READY", Tone.NEUTRAL, "Nothing was done.")
    made.show()
    qtbot.waitExposed(made)
    return made


def begin(strip: WorkStrip) -> QPushButton:
    return next(one for one in strip.findChildren(QPushButton) if one.text() == "Begin")


def test_a_strip_says_how_it_stands(qtbot: QtBot) -> None:
    strip = StandingStrip()
    qtbot.addWidget(strip)
    strip.tell("DONE", Tone.GOOD, "All is well.")
    assert (strip.verdict.text(), strip.sentence.text()) == ("DONE", "All is well.")
    assert strip.verdict.property("tone") == "good"


def test_the_keyboard_goes_to_what_cancels_and_back(
    strip: WorkStrip, work: FolderWork, office
) -> None:
    gate, told = Event(), list[str]()
    button = begin(strip)
    button.setFocus()

    def wait(_say) -> str:
        gate.wait()
        return "done"

    work.start(wait, told.append)
    assert strip.verdict.text() == "WORKING"
    assert strip.cancel.hasFocus()
    assert not button.isEnabled()
    strip.cancel.click()
    assert button.hasFocus()
    assert not strip.cancel.isVisible()
    assert strip.verdict.text() == "READY"
    gate.set()
    office.settle()
    assert told == []


def test_what_went_wrong_stays_until_it_is_done_again(
    strip: WorkStrip, work: FolderWork, office
) -> None:
    def fail(_say) -> None:
        raise InputError("there is no such folder")

    work.start(fail, lambda _: None)
    office.settle()
    assert (strip.verdict.text(), strip.sentence.text()) == (
        "NOT DONE",
        "There is no such folder.",
    )
    work.start(lambda _say: None, lambda _: None)
    office.settle()
    assert strip.verdict.text() == "READY"


def test_parts_stand_side_by_side_where_there_is_room(qtbot: QtBot) -> None:
    wide, narrow = QLabel("wide"), QLabel("narrow")
    split = TurningSplit(100, wide, narrow, shares=(3, 1))
    qtbot.addWidget(split)
    letter = split.fontMetrics().averageCharWidth()
    split.resize(120 * letter, 400)
    split.show()
    assert split.orientation() is Qt.Orientation.Horizontal
    assert wide.width() == pytest.approx(3 * narrow.width(), rel=0.1)
    split.resize(90 * letter, 400)
    assert split.orientation() is Qt.Orientation.Vertical
    assert wide.height() == pytest.approx(3 * narrow.height(), rel=0.1)
    split.resize(120 * letter, 400)
    assert wide.width() == pytest.approx(3 * narrow.width(), rel=0.1)


def test_the_chosen_row_stays_chosen(qtbot: QtBot) -> None:
    model = TextRows(("Name",))
    table = RowsTable(model, "Names")
    qtbot.addWidget(table)
    list_rows(model, table, [TextRow(key, (key,)) for key in "abc"])
    assert table.currentIndex().row() == 0
    table.selectRow(2)
    list_rows(model, table, [TextRow(key, (key,)) for key in "cd"])
    assert table.currentIndex().row() == 0
    list_rows(model, table, [TextRow(key, (key,)) for key in "dc"])
    assert table.currentIndex().row() == 1
    list_rows(model, table, [TextRow(key, (key,)) for key in "xyz"])
    assert table.currentIndex().row() == 0


def test_an_empty_list_says_so(qtbot: QtBot) -> None:
    model = TextRows(("Name",))
    table = RowsTable(model, "Names")
    qtbot.addWidget(table)
    give_room(table, LIGHT, rows=3)
    table.resize(300, 200)
    table.show()
    before = table.grab().toImage()
    table.say_when_empty("Nobody is listed.")
    assert table.accessibleDescription() == "Nobody is listed."
    empty = table.grab().toImage()
    assert empty != before
    list_rows(model, table, [TextRow("a", ("",))])
    table.clearSelection()
    assert table.grab().toImage() != empty


def test_the_last_column_takes_what_is_left(qtbot: QtBot) -> None:
    model = TextRows(("Name", "Words"))
    table = RowsTable(model, "Names")
    table.horizontalHeader().setStretchLastSection(True)
    qtbot.addWidget(table)
    table.resize(400, 200)
    give_room(table, LIGHT, rows=3)
    table.show()
    widths = table.columnWidth(0) + table.columnWidth(1)
    assert widths == table.viewport().width()


def test_a_folder_is_listed_once(qtbot: QtBot, tmp_path: Path) -> None:
    listed = FolderList("Folders", [tmp_path])
    qtbot.addWidget(listed)
    listed.add(tmp_path)
    listed.add(tmp_path / "other")
    assert listed.folders == (tmp_path, tmp_path / "other")
    listed.list.setCurrentRow(0)
    listed.less.click()
    assert listed.folders == (tmp_path / "other",)


def test_a_date_stands_off_the_border_at_every_size(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    box = QDateEdit(QDate(2026, 1, 1), page)
    TextMargin(box)
    before = box.lineEdit().textMargins().left()
    assert before > 0
    font = box.font()
    font.setPointSizeF(2 * font.pointSizeF())
    box.setFont(font)
    box.event(QEvent(QEvent.Type.FontChange))
    assert box.lineEdit().textMargins().left() > before
