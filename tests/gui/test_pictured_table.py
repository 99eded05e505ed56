"""The list of findings shows what it would show if every row were painted anew."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFont, QImage
from pytestqt.qtbot import QtBot

from deid import review
from deid.datatypes import Document, Finding, Resolution, Span
from deid.labels import Label
from deid.policy import load_policy
from deid.review import Review, Standard
from gui.tables.findings import Column, FindingsModel, Shown
from gui.tables.roles import Branch
from gui.theme import DARK, LIGHT
from gui.views import pictured_table
from gui.views.findings_table import FindingsTable

TEXT = "Okonkwo saw Ada Testfall on 11/03/2026. Okonkwo, Ilse and Okonkwo of Fictown came."
STANDARD = Standard(load_policy("safe-harbor"), 0.85)


def begun() -> Review:
    found = re.finditer("Okonkwo|Ada Testfall|11/03/2026|Ilse|Fictown", TEXT)
    kept = [
        Finding(Span(*match.span()), Label.PATIENT, 0.7 + at / 30, "known")
        for at, match in enumerate(found)
    ]
    document = Document("n", TEXT)
    return review.begin(document, Resolution(tuple(kept)), reviewer="clerk")


class Room:
    """A list of findings, and what was done in it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.state = begun()
        self.model = FindingsModel(STANDARD)
        self.model.set_grouped(True)
        self.table = FindingsTable(self.model, LIGHT)
        qtbot.addWidget(self.table)
        self.table.resize(460, 300)
        self.show()
        self.model.list_only(Shown.ALL, "")

    def show(self) -> None:
        self.model.show(self.state.marks, TEXT, STANDARD)

    def act(self, act: Callable[[Review, list[review.Mark]], review.Act], row: int) -> None:
        self.state = review.apply(self.state, act(self.state, list(self.model.marks(row))))
        self.show()

    def seen(self) -> QImage:
        return self.table.viewport().grab().toImage()


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    return Room(qtbot)


DEEDS: dict[str, Callable[[Room], object]] = {
    "select": lambda room: room.table.selectRow(2),
    "select another": lambda room: room.table.selectRow(0),
    "accept": lambda room: room.act(review.accept, 1),
    "reject": lambda room: room.act(review.reject, 0),
    "relabel": lambda room: room.act(lambda s, m: review.relabel(s, m, Label.CITY), 2),
    "open": lambda room: _open_group(room.model),
    "sort": lambda room: room.model.sort(Column.TEXT),
    "narrow": lambda room: room.table.resize(300, 200),
    "dark": lambda room: room.table.use_theme(DARK),
    "wide font": lambda room: room.table.setFont(_larger(room)),
    "mirrored": lambda room: room.table.setLayoutDirection(Qt.LayoutDirection.RightToLeft),
    "ungrouped": lambda room: room.model.set_grouped(False),
}


def _open_group(model: FindingsModel) -> None:
    closed = (row for row in range(model.rowCount()) if model.branch(row) is Branch.CLOSED)
    model.set_open(next(closed), opened=True)


def _larger(room: Room) -> QFont:
    font = room.table.font()
    font.setPointSizeF(1.4 * font.pointSizeF())
    return font


def test_after_everything_that_is_done_rows_look_as_if_painted_anew(room: Room) -> None:
    before = room.seen()
    for name, deed in DEEDS.items():
        deed(room)
        now = room.seen()
        room.table.forget_pictures()
        assert now == room.seen(), name
        assert now != before, name
        before = now


@pytest.fixture
def painted(room: Room, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The rows whose cells were painted since it was cleared."""
    rows: set[int] = set()
    data = room.model.data

    def note(index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        rows.add(index.row())
        return data(index, role)

    monkeypatch.setattr(room.model, "data", note)
    return rows


def test_a_row_that_stays_as_it_is_is_not_painted_again(room: Room, painted: set[int]) -> None:
    room.seen()
    assert len(painted) == room.model.rowCount()
    painted.clear()
    room.seen()
    assert painted == set()
    room.act(review.accept, 1)
    room.seen()
    assert painted == {1}


def test_nothing_of_a_note_is_kept_when_another_is_listed(room: Room, painted: set[int]) -> None:
    room.seen()
    room.model.show((), "", STANDARD)
    painted.clear()
    room.show()
    room.seen()
    assert len(painted) == room.model.rowCount()


def test_a_list_without_the_focus_is_not_painted_again(
    room: Room, painted: set[int], qtbot: QtBot
) -> None:
    room.table.show()
    room.table.setFocus()
    qtbot.waitUntil(room.table.hasFocus)
    room.seen()
    painted.clear()
    room.table.clearFocus()
    room.seen()
    assert painted == set()


def test_of_too_many_pictures_only_the_oldest_go(
    room: Room, painted: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    room.seen()
    monkeypatch.setattr(pictured_table, "_MOST", room.model.rowCount())
    for row in range(3):
        painted.clear()
        room.act(review.accept, row)
        room.seen()
        assert painted == {row}
    room.table.forget_pictures()
    monkeypatch.setattr(pictured_table, "_MOST", 1)
    room.seen()
    painted.clear()
    room.seen()
    assert len(painted) == room.model.rowCount() - 1
