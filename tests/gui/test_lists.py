"""Files of several notes in the queue: reviewed one by one, written once all of them are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from deid import Deidentifier, DetectorChoice, ItemState, Keys, Worklist, home, load_policy
from deid.audit.records import DocumentCommitted, DocumentRefused, ReleaseHeld, ReviewFinished
from deid.errors import UnsupportedFormat
from deid.policy import ReleaseRule, derive
from gui.desk import Note, Verdict
from gui.engine import Detectors, LogFile, NoteEngine
from gui.files import MOST_NOTES, ManyNotes, NoteFiles
from gui.program import Program
from gui.settings import Settings
from gui.tables.standing import Standing, item_name, state_words

TABLE = (
    "MRN,Note\n"
    "00483921,Patient: Ilse Testfall was well on 11/03/2026.\n"
    "00483922,Patient: Amaru Mockridge called (555) 555-0142.\n"
)
POLICY = load_policy("safe-harbor")


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    return Deidentifier.open(policy=POLICY, detectors=DetectorChoice.RULES)


@pytest.fixture
def start(deidentifier: Deidentifier, qtbot: QtBot) -> Iterator[Callable[..., Program]]:
    """Starts the program, with the real engine; the one that was started before is ended."""
    running: list[Program] = []

    def begin(policy: str = "safe-harbor") -> Program:
        while running:
            running.pop().stop()
        detectors = Detectors(lambda: deidentifier)
        chosen = load_policy(policy)
        program = Program(
            NoteEngine(detectors),
            detectors,
            LogFile(),
            Settings(),
            policies=[load_policy("safe-harbor"), load_policy("research")],
            policy=chosen,
            reviewer="clerk",
            settled_after=0.05,
            slow=0.2,
        )
        running.append(program)
        program.start()
        settle(program, qtbot)
        return program

    yield begin
    while running:
        running.pop().stop()


def settle(program: Program, qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.waitUntil(lambda: not program.busy, timeout=60_000)
        qtbot.wait(20)
    qtbot.waitUntil(lambda: not program.busy, timeout=60_000)


def add(program: Program, qtbot: QtBot, path: Path, content: str = TABLE) -> None:
    path.write_text(content)
    program.worklist.add([path])
    settle(program, qtbot)


def states(program: Program) -> list[ItemState]:
    return [item.state for item in program.worklist.items.values()]


def finish(program: Program, qtbot: QtBot) -> None:
    """Say that the note on the desk is reviewed."""
    assert program.session.savable
    program.worklist.finish()
    settle(program, qtbot)


def outputs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*redacted*"))


def events(kind: type) -> list:  # type: ignore[type-arg]
    return [r.event for r in LogFile().newest(200).records if isinstance(r.event, kind)]


def test_each_note_of_a_list_is_an_item_and_the_file_is_written_once_all_are_reviewed(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    program = start()
    add(program, qtbot, tmp_path / "admissions.csv")
    names = [item_name(item) for item in program.worklist.items.values()]
    assert names == [f"admissions.csv, note {number}" for number in (1, 2, 3)]
    assert program.session.note is not None
    assert program.session.note.of == (0, 3)
    finish(program, qtbot)
    finish(program, qtbot)
    assert outputs(tmp_path) == []
    assert events(DocumentCommitted) == []
    assert states(program)[:2] == [ItemState.REVIEWED] * 2
    first = next(iter(program.worklist.items.values()))
    assert "waits for the other notes" in state_words(first, Standing.REVIEWED)
    finish(program, qtbot)
    (output,) = outputs(tmp_path)
    written = output.read_text()
    assert written.startswith("MRN,Note\n")
    assert written.count("\n") == 3
    for identifier in ("Testfall", "Mockridge", "00483921", "00483922", "555-0142"):
        assert identifier not in written
    assert states(program) == [ItemState.DONE] * 3
    assert len(events(DocumentCommitted)) == len(events(ReviewFinished)) == 3
    assert events(DocumentRefused) == []
    LogFile().verify()


def test_what_is_undone_is_not_written_before_it_is_reviewed_again(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    program = start()
    add(program, qtbot, tmp_path / "admissions.csv")
    program.worklist.open_next()
    settle(program, qtbot)
    mark = next(mark for mark in program.session.marks if mark.state.replaced)
    program.session.decide.accept([mark])
    settle(program, qtbot)
    finish(program, qtbot)
    program.worklist.kept.undo()
    settle(program, qtbot)
    assert program.session.note is not None
    assert program.session.note.of == (1, 3)
    assert states(program)[1] in {ItemState.READY, ItemState.REVIEW}
    for _ in range(3):
        finish(program, qtbot)
    assert len(outputs(tmp_path)) == 1


def test_reviews_of_a_list_survive_a_restart_and_stand_ins_stay(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    program = start("research")
    add(program, qtbot, tmp_path / "visits.jsonl", lines())
    assert program.session.redacted is not None
    seen = program.session.redacted.text
    finish(program, qtbot)
    program = start("research")
    assert states(program)[0] is ItemState.REVIEWED
    first, second = program.worklist.items
    program.worklist.open(first)
    settle(program, qtbot)
    assert program.session.redacted is not None
    assert program.session.redacted.text == seen
    assert program.session.verdict is Verdict.SAVED
    program.worklist.open(second)
    settle(program, qtbot)
    finish(program, qtbot)
    (output,) = outputs(tmp_path)
    assert seen.split()[1] in output.read_text()


def lines() -> str:
    return (
        '{"id": "a1", "text": "Patient: Ilse Testfall was seen on 11/03/2026."}\n'
        '{"id": "a2", "text": "Patient: Amaru Mockridge was seen on 11/04/2026."}\n'
    )


def test_a_file_of_which_a_note_was_taken_out_is_not_written(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    program = start()
    failures: list[Exception] = []
    program.worklist.failed.connect(failures.append)
    add(program, qtbot, tmp_path / "admissions.csv")
    program.worklist.remove([list(program.worklist.items)[2]])
    settle(program, qtbot)
    finish(program, qtbot)
    finish(program, qtbot)
    assert outputs(tmp_path) == []
    assert "taken out of the queue" in str(failures[-1])
    program.worklist.add([tmp_path / "admissions.csv"])
    settle(program, qtbot)
    assert len(program.worklist.items) == 3
    finish(program, qtbot)
    assert len(outputs(tmp_path)) == 1


def test_a_file_that_changed_since_is_not_written(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    program = start()
    failures: list[Exception] = []
    program.list_writer.failed.connect(failures.append)
    path = tmp_path / "admissions.csv"
    add(program, qtbot, path)
    finish(program, qtbot)
    finish(program, qtbot)
    path.write_text(TABLE.replace("Ilse", "Ilsa"))
    program.worklist.finish()
    settle(program, qtbot)
    assert outputs(tmp_path) == []
    assert "once more: 2" in str(failures[-1])
    assert states(program)[1] is ItemState.REVIEW


def test_a_note_that_cannot_be_read_holds_up_its_file(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    program = start()
    add(program, qtbot, tmp_path / "visits.jsonl", lines() + '{"id": "a3", "text": ""}\n')
    assert states(program)[2] is ItemState.REFUSED
    finish(program, qtbot)
    finish(program, qtbot)
    assert outputs(tmp_path) == []
    assert states(program)[:2] == [ItemState.REVIEWED] * 2


def test_the_patient_of_one_file_is_never_that_of_the_next(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    program = start()
    add(program, qtbot, tmp_path / "admissions.csv")
    program.worklist.open(list(program.worklist.items)[1])
    settle(program, qtbot)
    assert program.session.note is not None
    assert program.session.note.document.patient
    program.worklist.choose_policy(load_policy("research"))
    settle(program, qtbot)
    with Worklist.open(home(), keys=Keys.open(home())) as store:
        choice = store.choice(tmp_path)
    assert choice is not None
    assert choice.patient == ""


def test_under_four_eyes_a_list_is_held_whole(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    program = start()
    four_eyes = derive(
        POLICY,
        name="ward",
        description="",
        treatments={},
        thresholds={},
        release=ReleaseRule.FOUR_EYES,
    )
    program.session.take_policy(four_eyes)
    program.worklist.choose_policy(four_eyes)
    add(program, qtbot, tmp_path / "admissions.csv")
    for _ in range(3):
        finish(program, qtbot)
    assert outputs(tmp_path) == []
    assert len(events(ReleaseHeld)) == 3
    assert states(program) == [ItemState.DONE] * 3


def test_a_long_list_is_for_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("MRN,Note\n" + "00483921,stable\n" * (MOST_NOTES + 1))
    with pytest.raises(UnsupportedFormat, match="deid redact"):
        NoteFiles().open(path)


def test_a_list_is_read_once_until_it_changes(tmp_path: Path) -> None:
    path, files = tmp_path / "short.csv", NoteFiles()
    path.write_text(TABLE)
    with pytest.raises(ManyNotes) as many:
        files.note(path)
    assert many.value.count == 3
    note: Note = files.note(path, part=1)
    assert files.note(path, part=2).file is note.file
    path.write_text(TABLE + "3,more\n")
    assert len(files.open(path).notes) == 4


def test_notes_of_a_list_stand_where_their_file_stood(tmp_path: Path) -> None:
    from deid import Origin

    with Worklist.open(home(), keys=Keys.open(home())) as store:
        first, second = store.add_files(
            [tmp_path / "a.csv", tmp_path / "b.txt"], origin=Origin.FILE
        )
        parts = store.split(first.id, 3)
        assert [item.part for item in parts] == [0, 1, 2]
        assert [item.id for item in store.items()] == [*(p.id for p in parts), second.id]
        again = store.add_files([tmp_path / "a.csv"], origin=Origin.FILE)
        assert [one.id for one in store.split(again[0].id, 3)] == [p.id for p in parts]
        store.set_state(parts[0].id, ItemState.REVIEWED, marks=2)
        assert store.item(parts[0].id).part == 0
