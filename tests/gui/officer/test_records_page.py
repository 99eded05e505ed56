"""The page "Records": filters, weeks, one record in full, and its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deid import officer
from deid.audit import rows
from deid.audit.keys import Keys
from deid.audit.proof import check_inclusion
from deid.audit.records import (
    DocumentRead,
    DocumentRefused,
    Event,
    Exported,
    ExportKind,
    FindingDropped,
    RedactionMade,
    SessionOpened,
)
from deid.audit.store import AuditLog
from deid.datatypes import DropReason, Span
from deid.labels import Label
from deid.officer.index.query import Dimension, Query
from deid.policy import load_policy
from gui.appearance import Appearance, Scheme
from gui.officer import index_session
from gui.officer.records_page import RecordsPage
from gui.officer.records_rows import Column
from gui.officer.records_session import BLOCK
from gui.officer.window import OfficerWindow
from gui.settings import Settings

FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)
WEEKS = 6
NOTES = 12


class Clock:
    """A clock that is set by hand."""

    time = FIRST

    @classmethod
    def now(cls, _zone: object) -> datetime:
        return cls.time


@pytest.fixture
def history(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six weeks of two users; in each a dozen notes are read and three of them refused."""
    keys, policy = Keys.open(home), load_policy("safe-harbor").digest
    with monkeypatch.context() as patch:
        patch.setattr(rows, "datetime", Clock)
        for week in range(WEEKS):
            Clock.time = FIRST + timedelta(weeks=week)
            user = ("ana", "ben")[week % 2]
            events: list[Event] = [SessionOpened(user, "pc-7", "0.1.0", None, "1" * 64, policy)]
            for number in range(NOTES):
                document = keys.fingerprint("document", f"{week}-{number}.txt")
                events.extend(_note(document, user, policy))
                if number % 4 == 0:
                    events.append(DocumentRefused(document, "EmptyNote", 3))
            with AuditLog.open(home) as log:
                log.append(events)
    return home


def _note(document: str, user: str, policy: str) -> Iterator[Event]:
    span = Span(0, 9)
    yield DocumentRead(document, "2" * 64, 130, 120, "text", "utf-8")
    yield RedactionMade(
        document, span, Label.MRN, "H", "rule:us/mrn@2", 0.9, "tag", policy, document, span
    )
    yield FindingDropped(document, span, Label.AGE, f"reviewer:{user}", 1.0, DropReason.REJECTED)


@pytest.fixture
def window(history: Path, office, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [RecordsPage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow, office) -> RecordsPage:
    (found,) = window.pages
    assert isinstance(found, RecordsPage)
    office.settle()
    return found


def cell(page: RecordsPage, row: int, column: Column) -> str:
    return str(page.rows.index(row, column).data())


def read(page: RecordsPage, office, row: int) -> None:
    """Wait until this row was read."""
    page.rows.row(row)
    office.settle()


def choose(page: RecordsPage, office, dimension: Dimension, words: str) -> None:
    box = page.filters.choices[dimension]
    row = next(at for at in range(box.count()) if box.itemText(at).startswith(words))
    box.setCurrentIndex(row)
    box.activated.emit(row)
    office.settle()


SIZE = WEEKS * (1 + NOTES * 3 + NOTES // 4)


def test_the_newest_record_is_shown_in_full(page: RecordsPage) -> None:
    assert page.rows.rowCount() == SIZE
    assert cell(page, 0, Column.SEQ) == str(SIZE - 1)
    assert cell(page, 0, Column.USER) == "ben"
    assert cell(page, 0, Column.BY) == "Reviewer ben"
    row = page.chosen
    assert row is not None
    assert row.place.seq == SIZE - 1
    assert f"{SIZE:,}" in page.state.verdict.text()


def test_what_comes_into_sight_is_read(page: RecordsPage, office) -> None:
    last = SIZE - 1
    assert cell(page, last, Column.SEQ) == "…"
    office.settle()
    assert cell(page, last, Column.SEQ) == "0"
    assert cell(page, last, Column.EVENT) == "Session opened"
    assert last > BLOCK


def test_the_model_keeps_the_rules_of_models(page: RecordsPage, office) -> None:
    QAbstractItemModelTester(page.rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    choose(page, office, Dimension.LABEL, "MRN")
    read(page, office, 0)


def test_filters_together(page: RecordsPage, office) -> None:
    choose(page, office, Dimension.USER, "ana")
    choose(page, office, Dimension.EVENT, "Note refused")
    assert page.rows.rowCount() == WEEKS // 2 * (NOTES // 4)
    read(page, office, 0)
    assert cell(page, 0, Column.EVENT) == "Note refused"
    box = page.filters.choices[Dimension.OUTCOME]
    assert [box.itemText(at) for at in range(box.count())] == [
        "Any outcome", "Note refused: EmptyNote · 9",
    ]  # fmt: skip
    assert "of 240 records fit" in page.state.sentence.text()
    page.filters.all.click()
    office.settle()
    assert page.rows.rowCount() == SIZE
    assert not page.filters.all.isEnabled()


def test_policies_are_named(page: RecordsPage, office) -> None:
    choose(page, office, Dimension.POLICY, "safe-harbor")
    assert page.rows.rowCount() == WEEKS * (1 + NOTES)


def test_a_choice_that_nothing_fits_any_more_stays_in_its_box(page: RecordsPage, office) -> None:
    choose(page, office, Dimension.LABEL, "MRN")
    choose(page, office, Dimension.DETECTOR, "Rule us/mrn")
    page.session.choose(Dimension.EVENT, "document-read")
    office.settle()
    assert page.rows.rowCount() == 0
    assert page.filters.choices[Dimension.LABEL].currentText() == "MRN · 0"
    assert page.chosen is None
    assert not page.prove.isEnabled()


def test_a_note_by_the_name_of_its_file(page: RecordsPage, office) -> None:
    QTest.keyClicks(page.filters.note, "3-4.txt")
    QTest.keyClick(page.filters.note, Qt.Key.Key_Return)
    office.settle()
    assert page.rows.rowCount() == 4
    page.filters.note.clear()
    office.settle()
    assert page.rows.rowCount() == SIZE
    page.of_note.click()
    office.settle()
    assert page.rows.rowCount() == 3


def test_weeks_by_keyboard(page: RecordsPage, office) -> None:
    strip = page.strip
    for key, modifier in (
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(strip, key, modifier)
    office.settle()
    assert page.rows.rowCount() == SIZE * 2 // WEEKS
    assert page.session.query.since == FIRST.replace(hour=0) + timedelta(weeks=1)
    assert "week 12 of 2026, from 2026-03-16: 40 records" in strip.accessibleDescription()
    assert "from 2026-03-09" in page.state.sentence.text()
    QTest.keyClick(strip, Qt.Key.Key_Escape)
    office.settle()
    assert page.rows.rowCount() == SIZE


def test_a_filter_leaves_all_weeks_in_the_strip(page: RecordsPage, office) -> None:
    choose(page, office, Dimension.USER, "ana")
    bars = page.session.weeks
    assert len(bars.weeks) == WEEKS
    assert [count > 0 for count in bars.totals] == [True, False] * (WEEKS // 2)


def test_a_wheel_above_a_filter_chooses_nothing(page: RecordsPage, office) -> None:
    box = page.filters.choices[Dimension.USER]
    turn = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, turn)
    assert not turn.isAccepted()
    assert box.currentIndex() == 0


def test_weeks_by_mouse(page: RecordsPage, office) -> None:
    strip = page.strip
    middle = strip.height() // 2
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 20, middle))
    office.settle()
    assert page.rows.rowCount() == SIZE // WEEKS
    assert "week 15 of 2026" in page.state.sentence.text()
    left = QPoint(12, middle)
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=left)
    QTest.mouseMove(strip, QPoint(strip.width() - 20, middle))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 20, middle))
    office.settle()
    assert page.rows.rowCount() == SIZE


def test_what_is_written_meanwhile_is_found(page: RecordsPage, office, history: Path) -> None:
    with AuditLog.open(history) as log:
        log.append([Exported(ExportKind.PROOF, 1, "0" * 64)])
    page.state.reload.click()
    office.settle()
    assert page.rows.rowCount() == SIZE + 1
    read(page, office, 0)
    assert cell(page, 0, Column.EVENT) == "Exported"


def test_a_proof_is_given_out(
    page: RecordsPage, office, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QFileDialog] = []
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: opened.append(dialog))
    page.prove.click()
    (dialog,) = opened
    path = tmp_path / "proof.json"
    dialog.filesSelected.emit([str(path)])
    office.settle()
    proof = path.read_text(encoding="utf-8")
    assert check_inclusion(proof, public_key=Keys.open(history).public_key).seq == SIZE - 1
    assert "proof.json" in page.state.sentence.text()
    assert page.rows.rowCount() == SIZE + 1
    page.give_out(path)
    office.settle()
    assert "There is a file of that name already" in page.state.sentence.text()
    dialog.deleteLater()


def test_a_long_log_is_indexed_beside_the_desk(
    history: Path, office, appearance: Appearance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_session, "_FEW", 10)
    parts: list[float] = []
    made = OfficerWindow(office, Settings(), appearance, [RecordsPage])
    qtbot.addWidget(made)
    (page,) = made.pages
    assert isinstance(page, RecordsPage)
    page.session.index.changed.connect(lambda: parts.append(page.session.index.part))
    made.show()
    office.settle()
    assert page.rows.rowCount() == SIZE
    assert max(parts) == 1.0


def test_an_empty_log_says_what_to_do(office, appearance: Appearance, qtbot: QtBot) -> None:
    made = OfficerWindow(office, Settings(), appearance, [RecordsPage])
    qtbot.addWidget(made)
    made.show()
    office.settle()
    (page,) = made.pages
    assert isinstance(page, RecordsPage)
    assert "redact a note first" in page.state.sentence.text()
    QTest.keyClick(page.strip, Qt.Key.Key_Return)
    assert page.session.query == Query()


def test_people_are_told_by_their_names(page: RecordsPage, office, history: Path) -> None:
    def enrol(desk: officer.Desk) -> None:
        person = officer.make_key(desk, name="Ada Minister", pin="a short sentence")
        desk.unlock(person.id, "a short sentence")
        officer.enrol(desk, person.id, officer.Role.ADMINISTRATOR)
        desk.lock()

    office.start(enrol, lambda _: None)
    office.settle()
    read(page, office, 0)
    assert cell(page, 0, Column.EVENT) == "Role granted"
    assert cell(page, 1, Column.BY) == "Ada Minister"
    page.table.selectRow(1)
    office.settle()
    assert "Ada Minister" in [label.text() for label in page.details.findChildren(QLabel)]


def test_no_column_is_crushed(page: RecordsPage, window: OfficerWindow, office) -> None:
    window.resize(900, 600)
    office.settle()
    metrics = page.table.fontMetrics()
    assert page.table.columnWidth(Column.RESULT) >= metrics.horizontalAdvance("Note replaced")
    assert page.table.columnWidth(Column.TIME) > metrics.horizontalAdvance("2026-12-30 20:00:00")
    assert page.table.isColumnHidden(Column.MACHINE) is not page.session.has_machines
    window.resize(1900, 600)
    office.settle()
    shown = [column for column in Column if not page.table.isColumnHidden(column)]
    width = sum(page.table.columnWidth(column) for column in shown)
    assert width == page.table.viewport().width()


def test_all_that_keys_reach_has_a_name(page: RecordsPage) -> None:
    reached = [
        widget for widget in page.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox)
    ]  # fmt: skip
    assert len(reached) > 5
    for widget in reached:
        assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name), widget


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_clipped(
    window: OfficerWindow,
    page: RecordsPage,
    office,
    appearance: Appearance,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    appearance.choose(Scheme.HIGH_CONTRAST, percent=percent)
    office.settle()
    assert_nothing_clipped(page)
    appearance.choose(Scheme.SYSTEM)
