"""The whole way through the real engine, with rules as detectors and a log of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deid import Deidentifier, DetectorChoice, Label, load_policy, review
from deid.audit.records import (
    DocumentCommitted,
    DocumentRefused,
    PolicyChanged,
    RedactionMade,
    ReleaseHeld,
    ReviewAct,
    ReviewActed,
)
from deid.errors import (
    BinaryInput,
    EmptyNote,
    InputError,
    MalformedRecord,
    OutputExists,
    UnsupportedFormat,
)
from deid.policy import ReleaseRule, derive
from gui.actions import Do
from gui.appearance import Appearance
from gui.desk import Verdict
from gui.engine import Detectors, LogFile, NoteEngine
from gui.main_window import MainWindow
from gui.program import Program
from gui.settings import Settings
from gui.views.label_picker import LabelPicker

POLICY = load_policy("safe-harbor")
NOTE = (
    "Patient: Ilse Testfall  MRN: 00483921\r\n"
    "Seen on 11/03/2026; the keeper of Sampleholm 😀 was well.\r\n"
    "Call (555) 555-0142 or write to q.testfall@mail.example.\r\n"
)


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    return Deidentifier.open(policy=POLICY, detectors=DetectorChoice.RULES)


@pytest.fixture
def engine(deidentifier: Deidentifier) -> Iterator[NoteEngine]:
    made = NoteEngine(lambda: deidentifier)
    yield made
    made.close()


def refusals() -> list[str]:
    records = LogFile().newest(100).records
    return [r.event.error for r in records if isinstance(r.event, DocumentRefused)]


def test_a_note_goes_from_the_clipboard_to_a_file_and_the_log_verifies(
    deidentifier: Deidentifier,
    qtbot: QtBot,
    qapp: QApplication,
    appearance: Appearance,
    tmp_path: Path,
) -> None:
    detectors = Detectors(lambda: deidentifier)
    program = Program(
        NoteEngine(detectors),
        detectors,
        LogFile(),
        Settings(),
        policies=[POLICY],
        policy=POLICY,
        reviewer="clerk",
    )
    session = program.session
    window = MainWindow(program, appearance)
    qtbot.addWidget(window)
    window.show()
    program.start()
    settle = partial(qtbot.waitUntil, lambda: not program.busy, timeout=60_000)

    qapp.clipboard().setText(NOTE)
    window.actions_table[Do.PASTE].trigger()
    settle()
    labels = {mark.finding.label for mark in session.marks if mark.state.replaced}
    assert {Label.MRN, Label.DATE, Label.PHONE, Label.EMAIL} <= labels

    date = next(mark for mark in session.marks if mark.finding.label is Label.DATE)
    window.review.findings.select(date)
    window.actions_table[Do.REJECT].trigger()
    settle()
    assert session.verdict in {Verdict.PASS, Verdict.REVIEW}

    text = window.review.note.text
    text.moveCursor(QTextCursor.MoveOperation.Start)
    assert text.find("Sampleholm")
    window.actions_table[Do.ADD].trigger()
    picker = next(w for w in qapp.topLevelWidgets() if isinstance(w, LabelPicker))
    QTest.keyClicks(picker.words, "city")
    picker.words.returnPressed.emit()
    settle()

    target = tmp_path / "out.txt"
    session.save(target)
    settle()
    assert session.verdict is Verdict.SAVED
    output = target.read_bytes().decode()
    assert "11/03/2026; the keeper of [CITY-1] 😀 was well." in output
    for gone in ("00483921", "555-0142", "q.testfall", "Sampleholm"):
        assert gone not in output

    window.actions_table[Do.VERIFY].trigger()
    settle()
    assert window.log_view.verdict.text() == "VERIFIED"
    events = [record.event for record in program.log.records]
    acts = [(e.act, e.label_after) for e in events if isinstance(e, ReviewActed)]
    assert acts == [(ReviewAct.REJECT, Label.DATE), (ReviewAct.ADD, Label.CITY)]
    commit = next(e for e in events if isinstance(e, DocumentCommitted))
    made = [e for e in events if isinstance(e, RedactionMade)]
    assert commit.redactions == len(made) == len(session.redacted.redactions)

    program.stop()


def test_a_file_keeps_its_bytes_outside_the_redactions(engine: NoteEngine, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"\xef\xbb\xbfMRN: 00483921\r\nthen \xc2\xa0 well\r\n")
    note = engine.read(path)
    resolution = engine.examine(note, POLICY).resolution
    state = review.begin(note.document, resolution, reviewer="clerk")
    redacted = engine.redact(note, state, POLICY)
    target = engine.propose(note, POLICY)
    engine.save(note, state, redacted, POLICY, target)
    assert target == tmp_path / "note-redacted.txt"
    assert target.read_bytes() == b"\xef\xbb\xbfMRN: [MRN-1]\r\nthen \xc2\xa0 well\r\n"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfMRN: 00483921")
    assert engine.propose(note, POLICY) == tmp_path / "note-redacted-2.txt"


def test_a_file_name_that_identifies_is_not_proposed(engine: NoteEngine, tmp_path: Path) -> None:
    path = tmp_path / "MRN 00483921.txt"
    path.write_text("Call (555) 555-0142")
    proposed = engine.propose(engine.read(path), POLICY)
    assert "00483921" not in proposed.name
    assert proposed.parent == tmp_path


def test_a_copy_is_proposed_for_the_folder_that_was_chosen(
    engine: NoteEngine, tmp_path: Path
) -> None:
    path, output = tmp_path / "note.txt", tmp_path / "out"
    path.write_text("Call (555) 555-0142")
    output.mkdir()
    note = replace(engine.read(path), output=output)
    assert engine.propose(note, POLICY) == output / "note-redacted.txt"


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.txt", b"a\x00b", BinaryInput),
        ("a.txt", b" \n", EmptyNote),
        ("a.xyz", b"Call 555-0142", UnsupportedFormat),
        ("a.docx", b"PK", MalformedRecord),
        ("missing.txt", None, InputError),
    ],
)
def test_what_is_no_note_is_refused_and_recorded(
    engine: NoteEngine, tmp_path: Path, name: str, content: bytes | None, error: type[InputError]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error):
        engine.read(path)
    assert refusals() == [error.__name__]


@pytest.mark.parametrize("text", ["", "  \n", "a\x00b"])
def test_a_typed_note_must_hold_text(engine: NoteEngine, text: str) -> None:
    with pytest.raises(InputError):
        engine.take(text)


def test_a_log_that_is_not_there_has_no_records() -> None:
    assert LogFile().newest(10).size == 0


def test_stand_ins_stay_the_same_from_look_to_look(engine: NoteEngine, tmp_path: Path) -> None:
    research = load_policy("research")
    note = engine.take("Seen on 11/03/2026. Call (555) 555-0142.")
    resolution = engine.examine(note, research).resolution
    state = review.begin(note.document, resolution, reviewer="clerk")
    one, other = (engine.redact(note, state, research).text for _ in range(2))
    assert one == other


def test_another_policy_is_recorded_when_it_is_first_used(engine: NoteEngine) -> None:
    research = load_policy("research")
    note = engine.take("Call (555) 555-0142.")
    for policy in (POLICY, research, research, POLICY):
        engine.examine(note, policy)
    events = [record.event for record in LogFile().newest(100).records]
    changes = [event.policy_digest for event in events if isinstance(event, PolicyChanged)]
    assert changes == [research.digest, POLICY.digest]


def test_a_review_that_was_kept_is_saved_under_a_policy_that_is_recorded(
    engine: NoteEngine, tmp_path: Path
) -> None:
    research = load_policy("research")
    note, seed = engine.prepare(_written(tmp_path), research)
    deidentifier = Deidentifier.open(policy=research, detectors=DetectorChoice.RULES)
    state = review.begin(
        note.document, deidentifier.examine(note.document, seed=seed), reviewer="x"
    )
    redacted = engine.redact(note, state, research)
    engine.save(note, state, redacted, research, tmp_path / "copy.txt")
    events = [record.event for record in LogFile().newest(100).records]
    changes = [event.policy_digest for event in events if isinstance(event, PolicyChanged)]
    assert changes == [research.digest]


def test_under_four_eyes_a_note_is_held_and_known_to_be(
    engine: NoteEngine, tmp_path: Path, deid_home: Path
) -> None:
    ward = derive(
        POLICY,
        name="ward",
        description="",
        treatments={},
        thresholds={},
        release=ReleaseRule.FOUR_EYES,
    )
    note = engine.read(_written(tmp_path))
    state = review.begin(note.document, engine.examine(note, ward).resolution, reviewer="clerk")
    redacted, target = engine.redact(note, state, ward), tmp_path / "copy.txt"
    assert note.path is not None
    assert not engine.was_saved(note.path, ward, target)
    engine.save(note, state, redacted, ward, target)
    assert not target.exists()
    assert engine.was_saved(note.path, ward, target)
    assert not engine.was_saved(note.path, ward, tmp_path / "another.txt")
    *_, held = (record.event for record in LogFile().newest(100).records)
    assert isinstance(held, ReleaseHeld)
    target.write_text("mine")
    with pytest.raises(OutputExists):
        engine.save(note, state, redacted, ward, target)


def _written(folder: Path) -> Path:
    path = folder / "note.txt"
    path.write_text("Call (555) 555-0142.")
    return path
