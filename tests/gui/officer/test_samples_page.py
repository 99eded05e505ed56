"""The page "Samples": plan, draw, read note after note, close, as an officer does it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deid import officer
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    Event,
    RedactionMade,
    ReviewerMeasured,
    SampleClosed,
    SampleDrawn,
    ValueRevealed,
    VerdictGiven,
)
from deid.audit.store import AuditLog, Filter
from deid.audit.verify import verify
from deid.datatypes import Span
from deid.labels import Label
from gui.appearance import Appearance
from gui.officer import reading_page
from gui.officer.act_dialog import ActDialog
from gui.officer.archives_session import ArchivesSession
from gui.officer.reading_page import ReadingPage
from gui.officer.samples_page import SamplesPage
from gui.officer.window import OfficerWindow
from gui.settings import Settings
from gui.views.label_picker import LabelPicker
from gui.views.marked_text import MarkedText
from gui.views.rows_table import RowsTable

PIN = "a short sentence"
NOTES = 120


@pytest.fixture(scope="session")
def enrolled_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A data folder with an administrator and an officer, to be copied."""
    home = tmp_path_factory.mktemp("sampled") / "home"
    with officer.Desk.open(home) as desk:
        ada = officer.make_key(desk, name="Ada Minister", pin=PIN)
        desk.unlock(ada.id, PIN)
        officer.enrol(desk, ada.id, officer.Role.ADMINISTRATOR)
        olive = officer.make_key(desk, name="Olive Officer", pin=PIN)
        officer.enrol(desk, olive.id, officer.Role.OFFICER)
    return home, ada.id, olive.id


@pytest.fixture
def notes(home: Path, enrolled_home: tuple[Path, str, str], tmp_path: Path) -> Path:
    """A folder with originals and outputs of released notes; in each output a name is left."""
    shutil.copytree(enrolled_home[0], home)
    folder = tmp_path / "notes"
    with officer.Desk.open(home) as desk:
        desk.log.append([event for n in range(NOTES) for event in _released(desk, n, folder)])
    return folder


def _released(desk: officer.Desk, number: int, folder: Path) -> list[Event]:
    original = f"Mrs. Quenbridge, seen by Tolliver. Note {number}.\n"
    output = original.replace("Quenbridge", "[PATIENT]")
    for text, name in ((original, "in"), (output, "out")):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / f"{number}.txt").write_bytes(text.encode())
    document = desk.keys.fingerprint("document", f"{number}.txt")
    read, written = (sha256(text.encode()).hexdigest() for text in (original, output))
    return [
        DocumentRead(document, read, len(original), len(original), "text", "utf-8"),
        RedactionMade(
            document, Span(5, 15), Label.PATIENT, "A", "model:0a1b2c3d", 0.99, "tag", "2" * 64,
            document, Span(5, 14),
        ),
        DocumentCommitted(
            document, read, written, len(original), len(output), 1, 0, "2" * 64, document,
            {Label.PATIENT: 1},
        ),
    ]  # fmt: skip


@pytest.fixture
def window(office, notes: Path, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [SamplesPage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow) -> SamplesPage:
    (found,) = window.pages
    assert isinstance(found, SamplesPage)
    return found


@pytest.fixture
def unlocked(page: SamplesPage, office, enrolled_home: tuple[Path, str, str]) -> SamplesPage:
    """The page with an officer at the desk."""
    sit(office, enrolled_home[2])
    return page


def sit(office, person: str) -> None:
    office.unlock(person, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    assert office.failures == []


def draw(page: SamplesPage, office, count: int, notes: Path | None) -> ReadingPage:
    page.drawing.number.setValue(count)
    if notes is not None:
        page.reading.use_folders([notes])
    page.drawing.draw.click()
    office.settle()
    return page.read_page


def press(office, *keys: Qt.Key) -> None:
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)
        office.settle()


def select(reading: ReadingPage, words: str) -> None:
    at = reading.output.text.plain_text().index(words)
    cursor = reading.output.text.textCursor()
    cursor.setPosition(at)
    cursor.setPosition(at + len(words), QTextCursor.MoveMode.KeepAnchor)
    reading.output.text.setTextCursor(cursor)


def mark(reading: ReadingPage, office, words: str, digit: Qt.Key) -> None:
    """Mark these words as left, by the keyboard."""
    select(reading, words)
    press(office, Qt.Key.Key_L)
    (picker,) = pickers()
    QTest.keyClick(picker.words, digit)
    reading.window().activateWindow()
    office.settle()


def pickers() -> list[LabelPicker]:
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, LabelPicker)]
    return [w for w in shown if w.isVisible()]


def events(home: Path, kind: type[Event]) -> list[Event]:
    with AuditLog.open(home, create=False, read_only=True) as log:
        return [record.event for record in log.select(Filter(kinds=(kind,)))]


def dialog() -> ActDialog:
    (found,) = [
        w for w in QApplication.topLevelWidgets() if isinstance(w, ActDialog) and w.isVisible()
    ]
    return found


def test_anybody_sees_the_plan_and_an_officer_draws(
    page: SamplesPage, office, home: Path, enrolled_home: tuple[Path, str, str]
) -> None:
    assert page.strip.verdict.text() == "NOT MEASURED"
    assert f"at most 5 % of {NOTES} released notes leak" in page.drawing.plan.text()
    assert "only for readers who miss nothing" in page.drawing.plan.text()
    assert not page.drawing.draw.isEnabled()
    sit(office, enrolled_home[1])
    assert not page.drawing.draw.isEnabled()
    assert "key of a privacy officer" in page.drawing.plan.text()
    sit(office, enrolled_home[2])
    assert page.drawing.draw.isEnabled()
    page.drawing.draw.click()
    office.settle()
    (drawn,) = events(home, SampleDrawn)
    assert isinstance(drawn, SampleDrawn)
    assert (drawn.drawn, drawn.frame) == (page.drawing.number.value(), NOTES)
    assert page.read_page.isVisible()


def test_two_quick_clicks_draw_one_sample(unlocked: SamplesPage, office, home: Path) -> None:
    unlocked.drawing.draw.click()
    unlocked.drawing.draw.click()
    unlocked.session.draw(3)
    office.settle()
    assert len(events(home, SampleDrawn)) == 1


def test_a_sample_that_cannot_be_drawn_can_be_tried_again(unlocked: SamplesPage, office) -> None:
    unlocked.session.draw(NOTES + 1)
    office.settle()
    assert "not 121" in str(office.failures[0])
    assert unlocked.drawing.draw.isEnabled()


def test_the_plan_follows_what_is_chosen(unlocked: SamplesPage, office, home: Path) -> None:
    page = unlocked
    fixed = page.drawing.number.value()
    page.drawing.design.setCurrentIndex(1)
    page.drawing.design.activated.emit(1)
    office.settle()
    assert page.drawing.number.value() > fixed
    page.drawing.target.setCurrentIndex(0)
    page.drawing.target.activated.emit(0)
    office.settle()
    assert "at most 10 %" in page.drawing.plan.text()
    page.drawing.method.setCurrentIndex(1)
    page.drawing.method.activated.emit(1)
    office.settle()
    assert "says nothing of how many" in page.drawing.plan.text()
    draw(page, office, 3, None)
    (drawn,) = events(home, SampleDrawn)
    assert isinstance(drawn, SampleDrawn)
    assert drawn.method is officer.SampleMethod.RISK_WEIGHTED
    assert (drawn.target, drawn.design) == (0.1, officer.SampleDesign.SEQUENTIAL)


def test_a_sample_of_the_notes_with_a_label(unlocked: SamplesPage, office, home: Path) -> None:
    pane = unlocked.drawing
    assert [pane.label.itemText(at) for at in range(pane.label.count())][1:] == ["PATIENT"]

    def release(desk: officer.Desk) -> None:
        for number in range(7):
            document = desk.keys.fingerprint("document", f"more-{number}")
            read, written = f"{number + 1:064x}", f"{number + 100:064x}"
            desk.log.append(
                [
                    DocumentRead(document, read, 9, 9, "text", "utf-8"),
                    DocumentCommitted(
                        document, read, written, 9, 9, 1, 0, "2" * 64, document, {Label.MRN: 1}
                    ),
                ]
            )

    office.start(release, lambda _: None)
    office.settle()
    unlocked.shown()
    office.settle()
    assert f"of {NOTES + 7} released notes leak" in pane.plan.text()
    row = pane.label.findText("MRN")
    pane.label.setCurrentIndex(row)
    pane.label.activated.emit(row)
    office.settle()
    assert "of 7 released notes in which MRN was found leak" in pane.plan.text()
    assert (pane.number.value(), pane.number.maximum()) == (7, 7)
    unlocked.session.reload()
    office.settle()
    assert pane.label.currentText() == "MRN"
    pane.draw.click()
    office.settle()
    (drawn,) = events(home, SampleDrawn)
    assert isinstance(drawn, SampleDrawn)
    assert (drawn.label, drawn.frame, drawn.drawn) == (Label.MRN, 7, 7)


def test_a_measured_officer_reads_more(unlocked: SamplesPage, office, home: Path) -> None:
    def measure(desk: officer.Desk) -> None:
        for number in range(100):
            document = desk.keys.fingerprint("document", f"reviewed-{number}")
            desk.record(ReviewerMeasured(document, "Olive-Officer", 1, int(number > 4)))

    before = unlocked.drawing.number.value()
    office.start(measure, lambda _: None)
    office.settle()
    unlocked.shown()
    office.settle()
    assert "caught 95 of 100" in unlocked.drawing.plan.text()
    assert unlocked.drawing.number.value() > before


def test_a_reader_who_was_measured_under_another_name(
    unlocked: SamplesPage, office, notes: Path, home: Path
) -> None:
    def measure(desk: officer.Desk) -> None:
        for number in range(100):
            document = desk.keys.fingerprint("document", f"reviewed-{number}")
            desk.record(ReviewerMeasured(document, "oofficer", 1, 1))

    page = unlocked
    office.start(measure, lambda _: None)
    page.shown()
    office.settle()
    assert "no reader was measured" in page.drawing.plan.text()
    page.drawing.reader.setCurrentIndex(page.drawing.reader.findData("oofficer"))
    page.drawing.reader.activated.emit(1)
    office.settle()
    assert "caught 100 of 100" in page.drawing.plan.text()
    reading = draw(page, office, 2, notes)
    press(office, Qt.Key.Key_Return, Qt.Key.Key_Return)
    reading.close_sample.click()
    dialog().pin.setText(PIN)  # type: ignore[attr-defined]
    dialog().act.click()
    office.settle()
    (closed,) = events(home, SampleClosed)
    assert isinstance(closed, SampleClosed)
    assert (closed.withheld, closed.caught) == (100, 100)


def test_reading_by_the_keyboard_to_the_signature(
    unlocked: SamplesPage, office, home: Path, notes: Path
) -> None:
    page = unlocked
    reading = draw(page, office, 3, notes)
    assert QApplication.focusWidget() is reading.output.text
    assert "[PATIENT]" in reading.output.text.plain_text()
    assert reading.strip.sentence.text().startswith("Note 1 of 3")
    mark(reading, office, "Tolliver", Qt.Key.Key_2)
    assert "DOCTOR" in reading.state.text()
    assert "Tolliver" in reading.state.text()
    assert reading.give.text() == "1 identifier left: record"
    press(office, Qt.Key.Key_U)
    assert reading.give.text() == "Nothing is left"
    mark(reading, office, "Tolliver", Qt.Key.Key_2)
    press(office, Qt.Key.Key_Return)
    assert reading.strip.sentence.text().startswith("Note 2 of 3 · 1 read, 1 of them leak")
    assert "2 still to read" in reading.strip.sentence.text()
    press(office, Qt.Key.Key_N, Qt.Key.Key_Return)
    assert reading.strip.sentence.text().startswith("Note 2 of 3 · 2 read")
    press(office, Qt.Key.Key_Return)
    given = events(home, VerdictGiven)
    assert [one.counts for one in given] == [{Label.DOCTOR: 1}, {}, {}]
    assert len({one.output_sha256 for one in given}) == 3
    reading.close_sample.click()
    shown = dialog()
    QTest.keyClicks(shown.pin, "wrong pin")
    shown.act.click()
    office.settle()
    assert "PIN" in shown.error.text()
    shown.pin.setText(PIN)
    shown.act.click()
    office.settle()
    assert not reading.give.isEnabled()
    assert "closed and signed" in reading.state.text()
    press_back(reading, office)
    assert page.strip.verdict.text() == "TARGET NOT REACHED"
    assert "no reader was measured" in page.strip.sentence.text()
    assert [row.cells[2:4] for row in page.samples.model().rows] == [("3 of 3", "1")]
    with officer.Desk.open(home) as desk:
        desk.checkpoint()
        verify(desk.log.path, public_key=desk.keys.public_key)


def press_back(reading: ReadingPage, office) -> None:
    reading.back.click()
    office.settle()


def test_a_closed_sample_is_listed_and_read_from_its_archive(
    unlocked: SamplesPage,
    office,
    notes: Path,
    tmp_path: Path,
    enrolled_home: tuple[Path, str, str],
) -> None:
    folder = tmp_path / "archives"

    def close_and_move(desk: officer.Desk) -> None:
        sample = officer.samples.draw_sample(desk, officer.samples.Wanted(2))
        for note in officer.samples.drawn_notes(desk.log, sample):
            officer.verdicts.give_verdict(desk, sample.id, note, {})
        officer.verdicts.close_sample(desk, sample.id)
        desk.unlock(enrolled_home[1], PIN)
        officer.archiving.archive_records(desk, folder, stop=desk.log.size)
        desk.unlock(enrolled_home[2], PIN)

    page, reading = unlocked, unlocked.read_page
    office.start(close_and_move, lambda _: None)
    page.shown()
    office.settle()
    assert page.samples.model().rows == []
    archives = ArchivesSession.of(office)
    archives.name_folders([folder], done=lambda: None, failed=pytest.fail)
    office.settle()
    assert [row.cells[2] for row in page.samples.model().rows] == ["2 of 2"]
    page.reading.use_folders([notes])
    page.read.click()
    office.settle()
    assert "[PATIENT]" in reading.output.text.plain_text()
    assert reading.output.hint.text() == "1 replaced"
    assert "closed and signed" in reading.state.text()
    assert office.failures == []


def test_a_word_at_the_caret_is_marked(unlocked: SamplesPage, office, notes: Path) -> None:
    reading = draw(unlocked, office, 2, notes)
    text = reading.output.text
    start = text.plain_text().index("Tolliver")
    text.set_caret(start + 3)
    assert reading.output.chosen_span() == Span(start, start + len("Tolliver"))
    text.set_caret(len(text.plain_text()))
    assert reading.output.chosen_span() is None
    reading.leak.click()
    assert pickers() == []


def test_the_original_is_shown_once_it_is_recorded(
    unlocked: SamplesPage, office, home: Path, notes: Path, enrolled_home: tuple[Path, str, str]
) -> None:
    reading = draw(unlocked, office, 2, notes)
    assert not reading.original.isVisible()
    press(office, Qt.Key.Key_O)
    assert reading.original.isVisible()
    assert "Quenbridge" in reading.original.text.plain_text()
    assert len(events(home, ValueRevealed)) == 1
    press(office, Qt.Key.Key_O)
    assert not reading.original.isVisible()
    press(office, Qt.Key.Key_O)
    assert len(events(home, ValueRevealed)) == 2
    sit(office, enrolled_home[1])
    assert not reading.original.isVisible()
    assert "Quenbridge" not in reading.original.text.plain_text()
    assert reading.output.text.plain_text() == ""
    assert not reading.give.isEnabled()
    assert not reading.reveal.isEnabled()


def test_without_a_folder_the_page_says_what_to_do(
    unlocked: SamplesPage, office, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = draw(unlocked, office, 2, None)
    assert "Choose the folder" in reading.missing.text()
    assert QApplication.focusWidget() is reading.choose
    assert not reading.give.isEnabled()
    answers = iter([notes / "in", notes / "out"])
    monkeypatch.setattr(reading_page, "ask_folder", lambda _, then: then(next(answers)))
    press(office, Qt.Key.Key_Return)
    assert "counts as one that leaks" in reading.missing.text()
    press(office, Qt.Key.Key_F)
    assert "[PATIENT]" in reading.output.text.plain_text()
    assert reading.give.isEnabled()


def test_a_folder_that_is_gone_is_told(unlocked: SamplesPage, office, notes: Path) -> None:
    draw(unlocked, office, 2, notes / "away")
    assert len(office.failures) == 1
    assert not unlocked.reading.searching


def test_a_sample_is_gone_on_with_where_it_was_left(
    unlocked: SamplesPage, office, notes: Path
) -> None:
    page = unlocked
    reading = draw(page, office, 3, notes)
    press(office, Qt.Key.Key_Return)
    press(office, Qt.Key.Key_Escape)
    assert not reading.isVisible()
    assert page.reading.opened is None
    assert page.samples.model().rows[0].cells[2] == "1 of 3"
    page.read.click()
    office.settle()
    assert reading.strip.sentence.text().startswith("Note 2 of 3")
    press(office, Qt.Key.Key_P)
    assert reading.strip.verdict.text() == "NOTHING LEFT"


def test_a_verdict_that_cannot_be_recorded_keeps_what_was_marked(
    unlocked: SamplesPage, office, notes: Path
) -> None:
    reading = draw(unlocked, office, 2, notes)
    mark(reading, office, "Tolliver", Qt.Key.Key_2)
    sample = unlocked.reading.opened.sample.id  # type: ignore[union-attr]

    def close_meanwhile(desk: officer.Desk) -> None:
        note = officer.samples.drawn_notes(desk.log, officer.samples.sample(desk.log, sample))[0]
        officer.verdicts.give_verdict(desk, sample, note, {})
        officer.verdicts.close_sample(desk, sample)

    office.start(close_meanwhile, lambda _: None)
    office.settle()
    press(office, Qt.Key.Key_Return)
    assert "closed and signed" in str(office.failures[0])
    assert "Tolliver" in reading.state.text()


def test_enter_presses_the_button_that_has_the_keyboard(
    unlocked: SamplesPage, office, home: Path, notes: Path
) -> None:
    reading = draw(unlocked, office, 3, notes)
    reading.after.setFocus()
    press(office, Qt.Key.Key_Return)
    assert reading.strip.sentence.text().startswith("Note 2 of 3")
    assert events(home, VerdictGiven) == []


def test_two_quick_presses_are_one_verdict(
    unlocked: SamplesPage, office, home: Path, notes: Path
) -> None:
    draw(unlocked, office, 4, notes)
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    office.settle()
    assert len(events(home, VerdictGiven)) == 1


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off(
    unlocked: SamplesPage,
    window: OfficerWindow,
    office,
    notes: Path,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    window._settings.scale = percent
    assert_nothing_clipped(window)
    reading = draw(unlocked, office, 2, notes)
    press(office, Qt.Key.Key_O)
    mark(reading, office, "Tolliver", Qt.Key.Key_2)
    assert_nothing_clipped(window)
    window._settings.scale = 100


def test_every_control_has_a_name(unlocked: SamplesPage, office, notes: Path) -> None:
    draw(unlocked, office, 2, notes)
    kinds = (QPushButton, QComboBox, QSpinBox, RowsTable, MarkedText)
    controls = [w for w in unlocked.findChildren(QWidget) if isinstance(w, kinds)]
    assert len(controls) > 15
    assert [type(w).__name__ for w in controls if not w.accessibleName()] == []
