"""What was written just before a kill is found again by the log, with the real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from deid import Deidentifier, DetectorChoice, Item, ItemState, load_policy
from deid.audit.records import DocumentCommitted
from gui.engine import Detectors, LogFile, NoteEngine
from gui.program import Program
from gui.settings import Settings

POLICY = load_policy("safe-harbor")
TEXT = "Call (801) 555-0142 on 11/03/2026."


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    return Deidentifier.open(policy=POLICY, detectors=DetectorChoice.RULES)


class Run(Program):
    """The program over the real engine; it may be left as a kill leaves it."""

    def __init__(self, deidentifier: Deidentifier, qtbot: QtBot) -> None:
        detectors = Detectors(lambda: deidentifier)
        super().__init__(
            NoteEngine(detectors),
            detectors,
            LogFile(),
            Settings(),
            policies=[POLICY, load_policy("everything")],
            policy=POLICY,
            reviewer="clerk",
        )
        self.qtbot = qtbot
        self.start()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.busy, timeout=60_000)

    def write_and_die(self, target: Path) -> None:
        """Save the note on the desk, and keep nothing of what comes after the copy is there."""
        self.queue.change = lambda *_, **__: None
        self.session.save(target)
        self.settle()
        assert target.exists()
        self.stop()

    @property
    def item(self) -> Item:
        (item,) = self.worklist.items.values()
        return item


@pytest.fixture
def run(deidentifier: Deidentifier, qtbot: QtBot) -> Iterator[Callable[[], Run]]:
    made: list[Run] = []

    def start() -> Run:
        made.append(Run(deidentifier, qtbot))
        return made[-1]

    yield start
    made[-1].stop()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(TEXT)
    return path


def commits() -> int:
    records = LogFile().newest(1000).records
    return sum(isinstance(record.event, DocumentCommitted) for record in records)


@pytest.mark.parametrize("typed", [False, True], ids=["file", "typed"])
def test_a_note_that_was_written_is_done_and_not_written_again(
    run, note: Path, tmp_path: Path, typed: bool
) -> None:
    target = tmp_path / "elsewhere.txt"
    first = run()
    if typed:
        first.worklist.paste(TEXT)
    else:
        first.worklist.add([note])
    first.settle()
    first.write_and_die(target)
    again = run()
    assert (again.item.state, again.item.target) == (ItemState.DONE, target)
    again.worklist.open(again.item.id)
    again.settle()
    assert again.session.released
    assert commits() == 1


def killed(run, note: Path, target: Path) -> None:
    first = run()
    first.worklist.add([note])
    first.settle()
    first.write_and_die(target)


def test_what_is_not_as_it_was_recorded_is_to_be_saved_again(
    run, note: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.txt"
    killed(run, note, target)
    target.write_text("Something else.")
    again = run()
    assert (again.item.state, again.item.target) == (ItemState.READY, None)
    again.worklist.open(again.item.id)
    again.settle()
    assert again.item.saving is None


def test_a_copy_that_is_gone_is_to_be_saved_again(run, note: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    killed(run, note, target)
    target.unlink()
    assert run().item.state is ItemState.READY


def test_the_copy_of_a_note_that_changed_since_does_not_count(
    run, note: Path, tmp_path: Path
) -> None:
    killed(run, note, tmp_path / "out.txt")
    note.write_text(f"{TEXT} And again on 11/04/2026.")
    assert run().item.state is ItemState.READY


def test_a_note_that_cannot_be_read_any_more_stays_as_it_was(
    run, note: Path, tmp_path: Path
) -> None:
    killed(run, note, tmp_path / "out.txt")
    note.unlink()
    again = run()
    assert again.item.state is ItemState.READY
    assert commits() == 1


def test_what_was_changed_after_it_was_saved_is_not_done(run, note: Path, tmp_path: Path) -> None:
    first = run()
    first.worklist.add([note])
    first.settle()
    first.session.save(tmp_path / "out.txt")
    first.settle()
    assert first.item.state is ItemState.DONE
    first.session.decide.reject(first.session.marks[:1])
    first.settle()
    first.stop()
    assert run().item.state is not ItemState.DONE


def test_a_copy_that_could_not_be_written_is_not_waited_for(
    run, note: Path, tmp_path: Path
) -> None:
    (tmp_path / "out.txt").write_text("Already there.")
    first = run()
    first.worklist.add([note])
    first.settle()
    first.session.save(tmp_path / "out.txt")
    first.settle()
    assert (first.item.state, first.item.saving) == (ItemState.READY, None)
