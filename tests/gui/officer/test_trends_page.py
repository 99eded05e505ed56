"""The page "Trends": lines by week, the table behind them, and where detectors are weak."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from deid.audit import rows
from deid.audit.keys import Keys
from deid.audit.records import (
    DocumentCommitted,
    DocumentRefused,
    Event,
    FindingDropped,
    RedactionMade,
    ReviewAct,
    ReviewActed,
    SessionOpened,
)
from deid.audit.store import AuditLog
from deid.datatypes import DropReason, Span
from deid.labels import Label
from gui.appearance import Appearance, Scheme
from gui.officer.plot import MOST, letter
from gui.officer.trends_page import TrendsPage
from gui.officer.window import OfficerWindow
from gui.settings import Settings
from gui.theme import DARK, HIGH_CONTRAST, LIGHT, contrast

FIRST = datetime(2025, 3, 3, 8, tzinfo=UTC)
WEEKS = 60
POLICY = "2" * 64
LABELS = list(Label)[: MOST + 2]


class Clock:
    """A clock that is set by hand."""

    time = FIRST

    @classmethod
    def now(cls, _zone: object) -> datetime:
        return cls.time


def week_events(document: str, week: int) -> Iterator[Event]:
    """Each week one redaction more of the first labels than of the next, and one that stays."""
    span, rule = Span(0, 9), "rule:us/mrn@2"
    yield SessionOpened("ana", "pc-7", "0.1.0", None, "1" * 64, POLICY)
    for number, label in enumerate(LABELS):
        for _ in range(len(LABELS) - number):
            yield RedactionMade(document, span, label, "", rule, 0.9, "tag", POLICY, document, span)
    yield RedactionMade(document, span, Label.ZIP, "", rule, 0.9, "keep", POLICY, document, span)
    if week % 2:
        yield ReviewActed(document, ReviewAct.ADD, "ana", span, None, Label.PATIENT)
        yield FindingDropped(document, span, Label.MRN, rule, 0.9, DropReason.REJECTED)
        yield DocumentRefused(document, "ResidualFound", 9)
    yield DocumentCommitted(document, "3" * 64, "4" * 64, 120, 120, 0, 0, POLICY, document)


@pytest.fixture
def history(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    document = Keys.open(home).fingerprint("document", "a.txt")
    with monkeypatch.context() as patch, AuditLog.open(home) as log:
        patch.setattr(rows, "datetime", Clock)
        for week in range(WEEKS):
            Clock.time = FIRST + timedelta(weeks=week)
            log.append(list(week_events(document, week)))
    return home


@pytest.fixture
def window(history: Path, office, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [TrendsPage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow, office) -> TrendsPage:
    (found,) = window.pages
    assert isinstance(found, TrendsPage)
    office.settle()
    return found


def choose(page: TrendsPage, office, words: str) -> None:
    box = next(
        box for box in (page.about, page.period)
        if any(box.itemText(at).startswith(words) for at in range(box.count()))
    )  # fmt: skip
    row = next(at for at in range(box.count()) if box.itemText(at).startswith(words))
    box.setCurrentIndex(row)
    box.activated.emit(row)
    office.settle()


def legend(page: TrendsPage) -> list[str]:
    return [label.text() for label in page.legend.findChildren(QLabel) if label.isVisible()]


def figures(page: TrendsPage, row: int) -> list[str]:
    model = page.figures.model()
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def test_the_largest_are_drawn_and_the_others_together(page: TrendsPage) -> None:
    first = len(LABELS)
    assert legend(page) == [
        *(f"{LABELS[at].value}  {first - at}" for at in range(MOST - 1)),
        "All others  6",
    ]
    assert page.figures.model().rowCount() == 52
    newest = figures(page, 0)
    assert newest[0] == (FIRST + timedelta(weeks=WEEKS - 1)).date().isoformat()
    assert newest[1] == str(first * (first + 1) // 2)
    assert newest[2:] == [entry.rpartition(" ")[2] for entry in legend(page)]


def test_keys_go_through_the_weeks_and_tell_the_figures(page: TrendsPage, office) -> None:
    choose(page, office, "Marks that reviewers added")
    choose(page, office, "All weeks")
    assert page.figures.model().rowCount() == WEEKS
    plot = page.plot
    assert plot.cursor_week == WEEKS - 1
    assert plot.accessibleDescription().endswith("PATIENT 1")
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.accessibleDescription().endswith("PATIENT 0")
    assert plot.week_name(plot.cursor_week) in page.heading.text()
    assert legend(page) == ["PATIENT  0"]
    for key, place in (
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_PageDown, 13),
        (Qt.Key.Key_Right, 14),
        (Qt.Key.Key_PageUp, 1),
        (Qt.Key.Key_End, WEEKS - 1),
    ):
        QTest.keyClick(plot, key)
        assert plot.cursor_week == place


def test_a_click_and_a_row_of_the_table_go_to_a_week(page: TrendsPage) -> None:
    plot = page.plot
    middle = plot.height() // 2
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(plot.width() - 1, middle))
    assert plot.cursor_week == 51
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(0, middle))
    assert plot.cursor_week == 0
    page.figures.selectRow(3)
    assert plot.cursor_week == 51 - 3


def test_where_detectors_are_weak(page: TrendsPage) -> None:
    labels, detectors = page.labels.model(), page.detectors.model()
    row = [labels.index(0, column).data() for column in range(3)]
    assert row == ["PATIENT", "26", "50.0"]
    findings = 52 * (sum(range(1, len(LABELS) + 1)) + 1) + 26
    assert [detectors.index(0, column).data() for column in range(3)] == [
        "Rule us/mrn", "26", f"{26 / findings:.1%} of {findings:,}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "named"),
    [
        ("Found, and left as the policy says", "ZIP  1"),
        ("Findings that reviewers rejected", "Rule us/mrn  1"),
        ("Notes that were refused", "Note refused: ResidualFound  1"),
        ("Notes that were saved", "ana  1"),
    ],
)
def test_other_topics(page: TrendsPage, office, topic: str, named: str) -> None:
    choose(page, office, topic)
    assert legend(page) == [named]


def test_a_shorter_time(page: TrendsPage, office) -> None:
    choose(page, office, "Last 13 weeks")
    assert page.figures.model().rowCount() == 13
    assert len(page.session.trend.weeks) == 13


def test_a_clock_that_ran_ahead_hides_nothing(
    page: TrendsPage, office, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, AuditLog.open(history) as log:
        patch.setattr(rows, "datetime", Clock)
        Clock.time = datetime(9999, 12, 31, tzinfo=UTC)
        log.append(list(week_events("hmac-sha256:" + "0" * 16 + ":" + "0" * 64, 0)))
    page.session.refresh()
    office.settle()
    assert page.figures.model().rowCount() == 52
    choose(page, office, "All weeks")
    assert page.figures.model().rowCount() == WEEKS + 1


def test_an_empty_log_draws_nothing(office, appearance: Appearance, qtbot: QtBot) -> None:
    made = OfficerWindow(office, Settings(), appearance, [TrendsPage])
    qtbot.addWidget(made)
    made.show()
    office.settle()
    (page,) = made.pages
    assert isinstance(page, TrendsPage)
    assert "none" in page.state.text()
    assert page.plot.cursor_week == -1
    QTest.keyClick(page.plot, Qt.Key.Key_Left)
    page.plot.grab()
    assert legend(page) == []


def test_lines_differ_by_letter_and_pattern_and_stand_out() -> None:
    assert len({letter(number) for number in range(MOST)}) == MOST
    for theme in (LIGHT, DARK, HIGH_CONTRAST):
        assert all(contrast(ink.line, theme.surface) >= 4.5 for ink in theme.kinds.values())


def test_all_that_keys_reach_has_a_name(page: TrendsPage) -> None:
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
    page: TrendsPage,
    office,
    appearance: Appearance,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    appearance.choose(Scheme.HIGH_CONTRAST, percent=percent)
    office.settle()
    assert_nothing_clipped(page)
    page.plot.setFocus()
    page.plot.grab()
    appearance.choose(Scheme.SYSTEM)
