"""How many places an act on all of them concerns is told before anybody does it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from deid import review
from deid.datatypes import Document, Finding, Resolution, Span
from deid.labels import Label
from deid.review import Review
from gui.actions import Actions, Do
from gui.everywhere import Everywhere
from gui.tables.commands import Column
from gui.views.finding_facts import FindingFacts
from gui.views.palette import Palette

TEXT = "Okonkwo came. OKONKWO left. Ada Testfall saw Okonkwo."
ALL = (Do.ACCEPT_ALL, Do.REJECT_ALL, Do.RELABEL_ALL)
PLAIN = ["Accept everywhere", "Reject everywhere", "Change label everywhere…"]


class Room(QMainWindow):
    """A window with what is said about a finding, and a note with three of them."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Actions(self)
        self.facts = FindingFacts()
        self.setCentralWidget(self.facts)
        self.everywhere = Everywhere(self.table, self.facts, self)

    def called(self) -> list[str]:
        return [self.table[do].text() for do in ALL]


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    made = Room()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def state() -> Review:
    kept = [
        Finding(Span(start, end), Label.PATIENT, 0.9, "known")
        for start, end in ((0, 7), (28, 40), (45, 52))
    ]
    document = Document("n", TEXT)
    return review.begin(document, Resolution(tuple(kept)), reviewer="clerk")


def test_menu_tip_and_card_tell_the_numbers_once_the_keys_rest(
    room: Room, state: Review, qtbot: QtBot
) -> None:
    room.everywhere.look_at(state, state.marks[0])
    assert room.called() == PLAIN
    assert room.facts.everywhere.text() == "–"
    qtbot.waitUntil(lambda: room.called() != PLAIN)
    assert room.called() == [
        *("Accept everywhere (3)", "Reject everywhere (2)", "Change label everywhere… (3)"),
    ]
    assert room.table[Do.ACCEPT_ALL].toolTip() == "Accept everywhere (3) (Shift+A)"
    told = room.facts.everywhere
    assert told.text().replace("\u00a0", " ") == "Shift+A accept 3   Shift+R reject 2"
    assert told.accessibleName() == (
        "Wherever these words stand: Shift+A: accept 3, Shift+R: reject 2"
    )


def test_the_numbers_are_those_of_the_mark_that_is_looked_at(room: Room, state: Review) -> None:
    room.everywhere.look_at(state, state.marks[0])
    room.everywhere.count()
    room.everywhere.look_at(state, state.marks[1])
    assert room.called() == PLAIN
    room.everywhere.count()
    assert room.called()[:2] == ["Accept everywhere (1)", "Reject everywhere (1)"]
    room.everywhere.look_at(None, None)
    room.everywhere.count()
    assert room.called() == PLAIN
    assert room.facts.everywhere.text() == "–"


def test_the_numbers_follow_the_keys_that_the_user_chose(room: Room, state: Review) -> None:
    room.table.use_keys({Do.ACCEPT_ALL: ("Ctrl+K",), Do.REJECT_ALL: ()})
    room.everywhere.look_at(state, state.marks[0])
    room.everywhere.count()
    told = room.facts.everywhere.text().replace("\u00a0", " ")
    assert told == "Ctrl+K accept 3"
    assert room.table[Do.REJECT_ALL].toolTip() == "Reject everywhere (2)"


def test_the_palette_tells_the_numbers(room: Room, state: Review) -> None:
    room.everywhere.look_at(state, state.marks[0])
    room.everywhere.count()
    palette = Palette(room.table, room)
    palette.words.setText("accept everywhere")
    model = palette.table.model()
    assert model.index(0, Column.COMMAND).data() == "Accept everywhere (3)"
    palette.close()
