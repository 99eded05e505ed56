"""Notes are examined beside the one on the desk; with the real engine where it is about the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from deid import Deidentifier, Finding, ItemState, Keys, Worklist, home, load_policy
from deid.audit.records import DocumentRefused
from deid.detect import View
from deid.stopping import stop_if_asked
from gui.desk import Phase
from gui.engine import Detectors, LogFile, NoteEngine
from gui.main_window import MainWindow
from gui.program import Program
from gui.settings import Settings
from gui.tables.standing import Standing

POLICY = load_policy("safe-harbor")


@pytest.fixture
def notes(tmp_path: Path, qtbot: QtBot) -> list[Path]:
    folder = tmp_path / "notes"
    folder.mkdir()
    paths = [folder / f"{name}.txt" for name in "abc"]
    for path in paths:
        path.write_text(f"Call 555-0142 about note {path.stem}.")
    return paths


def test_a_long_examination_on_the_desk_holds_up_no_note_of_the_queue(
    desk, notes: list[Path]
) -> None:
    desk.engine.gate.clear()
    desk.worklist.add(notes)
    states = [ItemState.WAITING, ItemState.READY, ItemState.READY]
    desk.qtbot.waitUntil(lambda: [i.state for i in desk.worklist.items.values()] == states)
    assert desk.session.phase is Phase.EXAMINING
    desk.engine.gate.set()
    desk.settle()
    assert [item.state for item in desk.worklist.items.values()] == [ItemState.READY] * 3


def test_the_queue_says_which_notes_are_being_examined(
    desk, window: MainWindow, notes: list[Path]
) -> None:
    desk.engine.gate.clear()
    desk.worklist.add(notes[:1])
    desk.qtbot.waitUntil(desk.engine.examining.is_set)
    (item,) = desk.worklist.items
    assert window.queue.list.model().standing(item) is Standing.EXAMINING
    desk.engine.gate.set()
    desk.settle()
    assert window.queue.list.model().standing(item) is Standing.READY


class Endless:
    """A detector that is never ready, but stops when it is told to."""

    name = "rules"

    def __init__(self) -> None:
        self.begun = Event()

    def detect(self, view: View) -> Sequence[Finding]:
        self.begun.set()
        while True:
            stop_if_asked()


@pytest.fixture
def endless() -> Endless:
    return Endless()


@pytest.fixture
def program(endless: Endless, qtbot: QtBot) -> Iterator[Program]:
    deidentifier = Deidentifier(policy=POLICY, detectors=[endless])
    detectors = Detectors(lambda: deidentifier)
    made = Program(
        NoteEngine(detectors),
        detectors,
        LogFile(),
        Settings(),
        policies=[POLICY],
        policy=POLICY,
        reviewer="clerk",
    )
    made.start()
    qtbot.waitUntil(lambda: not made.busy)
    yield made
    made.stop()


def check_end(program: Program, endless: Endless) -> None:
    """The program ends in the middle of an examination; the log is signed and knows no refusal."""
    assert endless.begun.wait(10)
    program.stop()
    log = LogFile()
    assert log.verify().signed == log.newest(1).size
    records = log.newest(100).records
    assert not any(isinstance(record.event, DocumentRefused) for record in records)


def test_the_program_ends_in_the_middle_of_an_examination_on_the_desk(
    program: Program, endless: Endless, qtbot: QtBot
) -> None:
    program.worklist.paste("Call 555-0142")
    qtbot.waitUntil(endless.begun.is_set)
    check_end(program, endless)


def test_the_program_ends_in_the_middle_of_an_examination_beside(
    program: Program, endless: Endless, notes: list[Path], qtbot: QtBot
) -> None:
    program.worklist.begin_draft()
    program.worklist.add(notes[:2])
    qtbot.waitUntil(lambda: program.backlog.working_on is not None and endless.begun.is_set())
    check_end(program, endless)
    with Worklist.open(home(), keys=Keys.open(home())) as store:
        assert [item.state for item in store.items()] == [ItemState.WAITING] * 2
