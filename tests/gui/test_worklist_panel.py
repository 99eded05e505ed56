from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QItemSelectionModel, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QMainWindow,
    QMenu,
    QWidget,
)
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from deid import Batch, Item, ItemState, Origin
from gui.actions import Actions, Do
from gui.appearance import Appearance, Scheme
from gui.tables.standing import Listed, Standing, shown_name
from gui.tables.worklist import DETAIL_ROLE, WorklistModel, changed_rows
from gui.theme import LIGHT
from gui.views.removal import RemovalQuestion
from gui.views.worklist_panel import WorklistPanel
from gui.views.worklist_words import SILENT_AFTER, batch_lines, batches_line, time_left

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
WARD = Path("/notes/ward-7b")


def item(key: int, state: ItemState = ItemState.WAITING, **others: object) -> Item:
    name = f"letter-{key:05}.txt"
    made = Item(key, name, WARD / name, Origin.FOLDER, state, NOW)
    return replace(made, **others)  # type: ignore[arg-type]


ITEMS = (
    item(1, ItemState.DONE),
    item(2, ItemState.REVIEW, uncertain=3),
    item(3, ItemState.READY, origin=Origin.WATCHED),
    item(4, ItemState.REFUSED, reason="The file is no plain text."),
    item(5, origin=Origin.FILE),
    item(6, origin=Origin.TYPED, name="", path=None),
)
FAR = "\u20681,240 of 3,000\u2069"
BATCH = Batch(1, Path("/notes/archive"), 3000, 1240, 3, started=NOW, heard=NOW)


class Shown:
    """A panel in a window, and what it told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        self.actions = Actions(self.window)
        for do in (Do.OPEN, Do.OPEN_FOLDER, Do.WATCH_FOLDER, Do.CLEAR_FINISHED):
            self.actions.connect({do: lambda do=do: self.done.append(do)})
        self.done: list[Do] = []
        self.reviewed: set[int] = set()
        self.panel = WorklistPanel(LIGHT, self.actions, reviewed=self._count_reviewed)
        self.window.setCentralWidget(self.panel)
        self.opened: list[int] = []
        self.removed: list[tuple[int, ...]] = []
        self.dropped: list[tuple[Path, ...]] = []
        self.panel.opened.connect(self.opened.append)
        self.panel.removed.connect(self.removed.append)
        self.panel.dropped.connect(self.dropped.append)
        qtbot.addWidget(self.window)
        self.window.resize(300, 700)
        self.window.show()
        qtbot.waitExposed(self.window)

    def _count_reviewed(self, keys: Sequence[int]) -> int:
        return len(self.reviewed & set(keys))

    def choose(self, *rows: int) -> None:
        model, flags = self.panel.list.selectionModel(), QItemSelectionModel.SelectionFlag
        model.clear()
        for row in rows:
            index = self.panel.list.model().index(row, 0)
            model.setCurrentIndex(index, flags.Select)


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    made = Shown(qtbot)
    made.panel.show_items(ITEMS, (), None)
    return made


def texts(model: WorklistModel, role: int = DETAIL_ROLE) -> list[str]:
    return [str(model.index(row).data(role)) for row in range(model.rowCount())]


def test_the_notes_are_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = WorklistModel()
    model.show(ITEMS, current=2, examining={5})
    qtmodeltester.check(model)


def test_a_model_stays_sound_while_it_follows(qtmodeltester: ModelTester) -> None:
    model = WorklistModel()
    qtmodeltester.check(model, force_py=True)
    model.show(ITEMS)
    model.show((*ITEMS[1:3], item(9), *ITEMS[4:]))
    model.list_only(Listed.WAITING)
    model.show(ITEMS, examining={5})
    model.list_only(Listed.ALL)
    assert model.rowCount() == len(ITEMS)


def test_a_row_says_how_it_stands_and_where_it_is_from(qapp: object) -> None:
    model = WorklistModel()
    model.show(ITEMS, examining={5})
    ward = "\u2068ward-7b\u2069"
    assert texts(model) == [
        f"done · from {ward}",
        f"needs review (3) · from {ward}",
        f"ready to save · watched folder {ward}",
        f"refused: The file is no plain text · from {ward}",
        f"being examined · from {ward}",
        "waiting · typed or pasted",
    ]


def test_a_row_is_spoken_whole(qapp: object) -> None:
    model = WorklistModel()
    model.show(ITEMS, current=2)
    spoken = texts(model, Qt.ItemDataRole.AccessibleTextRole)[1]
    ward = "from \u2068ward-7b\u2069"
    name = "\u2068letter-00002.txt\u2069"
    assert spoken == f"{name}, needs review (3), uncertain findings: 3, {ward}, open now"


def test_every_standing_has_a_sign_of_its_own() -> None:
    assert len({standing.sign for standing in Standing}) == len(Standing)


def test_a_typed_note_has_a_name_too(qapp: object) -> None:
    model = WorklistModel()
    model.show(ITEMS)
    assert texts(model, Qt.ItemDataRole.DisplayRole)[-1].startswith("Note typed at ")


@pytest.mark.parametrize(
    ("name", "shown_as"),
    [
        ("two  words.txt", "two words.txt"),
        ("line\nbreak.txt", "line break.txt"),
        ("evil\u202etxt.exe", "evil\ufffdtxt.exe"),
        ("bytes\udcff.txt", "bytes\ufffd.txt"),
        ("\u0645\u06cc\u200c\u062e.txt", "\u0645\u06cc\u200c\u062e.txt"),
    ],
)
def test_a_name_cannot_spoil_its_line(name: str, shown_as: str) -> None:
    assert shown_name(name) == shown_as


def test_a_name_is_no_markup_in_the_tip(qapp: object) -> None:
    model = WorklistModel()
    model.show((item(1, name="<img src='x'>.txt"),))
    assert "<img" not in texts(model, Qt.ItemDataRole.ToolTipRole)[0]


keys = st.lists(st.integers(0, 40), unique=True, max_size=20)


@given(keys, keys)
def test_the_changes_lead_from_the_old_rows_to_the_new(old: list[int], new: list[int]) -> None:
    changes = changed_rows(old, new)
    both = [key for key in old if key in new], [key for key in new if key in old]
    if changes is None:
        assert both[0] != both[1]
        return
    removed, inserted = changes
    rows = list(old)
    for run in reversed(removed):
        del rows[run.start : run.stop]
    for run in inserted:
        rows[run.start : run.start] = new[run.start : run.stop]
    assert rows == new


def test_one_note_that_changes_touches_one_row(qtbot: QtBot) -> None:
    many = [item(key) for key in range(10_000)]
    model = WorklistModel()
    model.show(many)
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.assertNotEmitted(model.rowsInserted):
        later = [*many[:700], item(700, ItemState.READY), *many[701:]]
        model.show(later)
        model.show(later, current=9)
    assert told == [(700, 700), (9, 9)]


states = st.dictionaries(st.integers(0, 12), st.sampled_from(ItemState))
some = st.sets(st.integers(0, 12), max_size=3)


@given(st.lists(st.tuples(states, some, st.sampled_from(Listed)), min_size=2, max_size=6))
def test_rows_that_follow_are_those_of_a_list_made_anew(
    steps: list[tuple[dict[int, ItemState], set[int], Listed]],
) -> None:
    model, rows = WorklistModel(), []
    model.rowsInserted.connect(lambda _, a, b: rows.__setitem__(slice(a, a), [None] * (b - a + 1)))
    model.rowsRemoved.connect(lambda _, a, b: rows.__delitem__(slice(a, b + 1)))
    model.modelReset.connect(lambda: rows.__setitem__(slice(None), texts(model)))
    model.dataChanged.connect(
        lambda a, b: rows.__setitem__(
            slice(a.row(), b.row() + 1), texts(model)[a.row() : b.row() + 1]
        )
    )
    for stand, examining, listed in steps:
        model.list_only(listed)
        model.show([item(key, stand[key]) for key in sorted(stand)], examining=examining)
        anew = WorklistModel()
        anew.list_only(listed)
        anew.show([item(key, stand[key]) for key in sorted(stand)], examining=examining)
        assert texts(model) == texts(anew)
        told = [words if words is not None else texts(model)[row] for row, words in enumerate(rows)]
        assert told == texts(model)
        rows[:] = told
        assert model.counts == anew.counts


def test_a_note_that_is_opened_stays_listed_while_it_is_examined_anew(qapp: object) -> None:
    model = WorklistModel()
    refused = ItemState.REFUSED
    model.show([item(1, ItemState.READY), item(2, refused), item(3, refused)])
    model.list_only(Listed.REFUSED)
    again = [item(1, ItemState.READY), item(2, ItemState.WAITING), item(3, refused)]
    model.show(again, current=2)
    assert (model.row_of(1), model.row_of(2), model.row_of(3)) == (None, 0, 1)
    model.show(again, current=2, examining={2})
    assert (model.row_of(2), model.row_of(3)) == (0, 1)
    model.show(again, current=3)
    assert (model.row_of(2), model.row_of(3)) == (None, 0)


def test_notes_of_thousands_come_and_go_in_runs(qtbot: QtBot) -> None:
    many = [item(key) for key in range(10_000)]
    model = WorklistModel()
    model.show(many[:4000])
    with qtbot.assertNotEmitted(model.modelReset):
        model.show(many)
        model.show(many[2000:])
    assert model.rowCount() == 8000


def test_the_heading_counts(shown: Shown) -> None:
    assert shown.panel.heading.text() == "6 notes · 1 needs review · 1 refused"
    assert shown.panel.kinds.itemText(0) == "All (6)"


def test_only_notes_of_one_kind_are_listed(shown: Shown) -> None:
    kinds = shown.panel.kinds
    kinds.setCurrentIndex(kinds.findData(Listed.WAITING))
    assert shown.panel.list.model().rowCount() == 2
    kinds.setCurrentIndex(kinds.findData(Listed.REVIEW))
    shown.panel.show_items(ITEMS[:1], (), None)
    assert shown.panel.empty.isVisible()
    assert "All" in shown.panel.empty.text()


def test_an_empty_queue_says_what_to_do(shown: Shown) -> None:
    shown.panel.show_items((), (), None)
    assert shown.panel.empty.isVisible()
    assert shown.panel.empty.text().startswith("Drop notes or folders here")
    assert shown.panel.heading.text() == "No notes"


def test_enter_opens_and_delete_removes(shown: Shown, qtbot: QtBot) -> None:
    shown.choose(1)
    qtbot.keyClick(shown.panel.list, Qt.Key.Key_Return)
    shown.choose(0, 3)
    qtbot.keyClick(shown.panel.list, Qt.Key.Key_Delete)
    assert shown.opened == [2]
    assert shown.removed == [(1, 4)]


@pytest.mark.parametrize("agree", [True, False])
def test_nothing_that_would_be_lost_is_removed_unasked(
    shown: Shown, qtbot: QtBot, *, agree: bool
) -> None:
    shown.reviewed = {2}
    shown.choose(1, 5)
    qtbot.keyClick(shown.panel.list, Qt.Key.Key_Delete)
    question = shown.panel.findChild(RemovalQuestion)
    assert not shown.removed
    assert "letter" not in question.text() + question.informativeText()
    assert "decisions on 1 note " in question.informativeText()
    assert "text of 1 typed note " in question.informativeText()
    if agree:
        question.remove.click()
    else:
        qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert shown.removed == ([(2, 6)] if agree else [])


def test_what_is_selected_stays_selected(shown: Shown) -> None:
    shown.choose(1, 4)
    shown.panel.show_items(ITEMS[1:], (), None)
    assert shown.panel.selected() == (2, 5)
    others = tuple(item(key) for key in range(100, 400, 2))
    # So many scattered changes begin the list anew.
    mixed = tuple(sorted((*ITEMS[1:], *others), key=lambda one: one.id % 7))
    shown.panel.show_items(mixed, (), None)
    assert set(shown.panel.selected()) == {2, 5}


def test_the_note_on_the_desk_is_gone_to(shown: Shown) -> None:
    shown.panel.show_items(ITEMS, (), 4)
    assert shown.panel.selected() == (4,)
    shown.choose(0, 1)
    shown.panel.show_items(ITEMS, (), 3)
    assert shown.panel.selected() == (1, 2)


def test_buttons_can_be_pressed_when_they_do_something(shown: Shown) -> None:
    shown.choose()
    assert not shown.actions[Do.REMOVE_NOTE].isEnabled()
    assert shown.actions[Do.CLEAR_FINISHED].isEnabled()
    shown.choose(2)
    assert shown.actions[Do.REMOVE_NOTE].isEnabled()
    shown.panel.show_items(ITEMS[1:], (), None)
    assert not shown.actions[Do.CLEAR_FINISHED].isEnabled()
    named = {
        button.accessibleName(): button for button in shown.panel.findChildren(QAbstractButton)
    }
    named["Add folder"].click()
    assert shown.done == [Do.OPEN_FOLDER]


def files(*names: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(name) for name in names] + [QUrl("https://example.org/x")])
    return data


def test_files_and_folders_can_be_dropped(shown: Shown) -> None:
    data, place = files("/notes/a.txt", "/notes/ward", "/notes/a.txt"), QPoint(10, 10)
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(place, copy, data, left, none)
    QApplication.sendEvent(shown.panel, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(shown.panel, QDropEvent(QPointF(place), copy, data, left, none))
    assert shown.dropped == [(Path("/notes/a.txt"), Path("/notes/ward"))]


def test_text_is_not_taken_for_files(shown: Shown) -> None:
    data = QMimeData()
    data.setText("Ilse Testfall")
    place, none = QPoint(10, 10), Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    enter.ignore()
    QApplication.sendEvent(shown.panel, enter)
    assert not enter.isAccepted()


def test_copied_files_are_pasted_before_the_window_sees_the_key(shown: Shown, qtbot: QtBot) -> None:
    pasted: list[str] = []
    shown.actions.connect({Do.PASTE: lambda: pasted.append("text")})
    QGuiApplication.clipboard().setMimeData(files("/notes/a.txt"))
    shown.panel.list.setFocus()
    qtbot.keyClick(shown.panel.list, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert shown.dropped == [(Path("/notes/a.txt"),)]
    assert not pasted
    QGuiApplication.clipboard().setText("a note")
    override = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier
    )
    override.ignore()
    QApplication.sendEvent(shown.panel.list, override)
    assert not override.isAccepted()


def test_the_menu_comes_by_key_too(shown: Shown) -> None:
    shown.choose(1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(shown.panel.list.viewport(), event)
    menu = shown.panel.findChild(QMenu)
    assert menu.isVisible()
    said = [action.text() for action in menu.actions() if action.text()]
    assert said[:2] == ["Open this note", shown.actions[Do.REMOVE_NOTE].text()]
    menu.actions()[0].trigger()
    menu.close()
    assert shown.opened == [2]


def test_why_notes_are_refused_can_be_copied(shown: Shown) -> None:
    shown.choose(3)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(shown.panel.list.viewport(), event)
    menu = shown.panel.findChild(QMenu)
    (copy,) = [one for one in menu.actions() if one.text() == "Copy why it is refused"]
    copy.trigger()
    menu.close()
    assert QGuiApplication.clipboard().text() == "The file is no plain text."


def test_progress_tells_the_time_left_and_can_pause(shown: Shown) -> None:
    told: list[bool] = []
    shown.panel.paused.connect(told.append)
    progress = shown.panel.progress
    assert not progress.isVisible()
    shown.panel.show_progress(7, 12, 230)
    assert progress.isVisible()
    assert progress.words.text() == "7 of 12 examined · about 4 minutes left"
    assert (progress.bar.value(), progress.bar.maximum()) == (7, 12)
    progress.button.click()
    assert progress.words.text() == "Paused · 7 of 12 examined"
    assert progress.button.text() == "Resume"
    shown.panel.show_progress(12, 12, 0)
    assert progress.isVisible()
    progress.button.click()
    assert told == [True, False]
    assert not progress.isVisible()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (12, "about 20 seconds left"),
        (55, "about a minute left"),
        (62, "about 2 minutes left"),
        (3500, "about an hour left"),
        (7000, "about 2 hours left"),
    ],
)
def test_the_time_left_is_told_in_words(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


def test_runs_of_the_command_line_stand_in_one_line(shown: Shown, qtbot: QtBot) -> None:
    fresh = replace(BATCH, heard=datetime.now(UTC))
    assert not shown.panel.batches.isVisible()
    shown.panel.show_items(ITEMS, (fresh,), None)
    assert shown.panel.batches.line.text() == f"Command line: {FAR} · 3 refused"
    assert not shown.panel.batches.lines.isVisible()
    qtbot.keyClick(shown.panel.batches.arrow, Qt.Key.Key_Space)
    assert shown.panel.batches.lines.isVisible()
    assert shown.panel.batches.lines.item(0).text().startswith(f"\u2068archive\u2069 · {FAR}")


def test_a_run_that_ended_or_was_killed_is_told_so() -> None:
    ended = replace(BATCH, done=3000, refused=0, ended=NOW)
    assert batches_line([ended], NOW) == "Command line: \u20683,000 of 3,000\u2069 · ended"
    later = NOW + SILENT_AFTER + timedelta(seconds=1)
    assert "silent since" in batch_lines([BATCH], later)[0]
    assert batches_line([ended, BATCH], NOW) == f"Command line: {FAR} · 3 refused"
    assert batches_line([], NOW) == ""


def test_a_watched_folder_can_be_let_go(shown: Shown, qtbot: QtBot) -> None:
    told: list[Path] = []
    shown.panel.unwatched.connect(told.append)
    shown.panel.show_watched((WARD, Path("/notes/inbox")), missing={WARD})
    watched = shown.panel.watched
    assert watched.line.text() == "Watching 2 folders · 1 cannot be reached"
    qtbot.mouseClick(watched.line, Qt.MouseButton.LeftButton)
    assert not watched.remedy.isEnabled()
    watched.lines.setCurrentRow(1)
    watched.remedy.click()
    assert told == [Path("/notes/inbox")]


def test_everything_has_a_name_for_those_who_cannot_see_it(shown: Shown) -> None:
    shown.panel.show_items(ITEMS, (BATCH,), None)
    shown.panel.show_watched((WARD,))
    shown.panel.show_progress(1, 2, None)
    takes_focus = [
        widget
        for widget in shown.panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.parent() is not None
    ]
    inner = {"qt_scrollarea_viewport", "qt_spinbox_lineedit"}
    unnamed = [
        type(widget).__name__
        for widget in takes_focus
        if not widget.accessibleName()
        and widget.objectName() not in inner
        and not isinstance(widget.parentWidget(), QComboBox)
        and widget.window() is shown.window
    ]
    assert unnamed == []


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp)
    yield made
    made.choose(Scheme.LIGHT)


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
@pytest.mark.parametrize("percent", [100, 200, 300])
def test_it_fits_into_the_least_width_at_every_size(
    appearance: Appearance, shown: Shown, percent: int, direction: Qt.LayoutDirection
) -> None:
    panel = shown.panel
    appearance.choose(Scheme.LIGHT, percent=percent)
    panel.setLayoutDirection(direction)
    panel.show_items(ITEMS, (BATCH,), 2)
    panel.show_progress(7, 12, 230)
    shown.window.resize(panel.minimumWidth(), 8 * percent)
    QApplication.processEvents()
    assert panel.width() == panel.minimumWidth() == 220 * percent // 100
    for button in panel.findChildren(QAbstractButton):
        if button.isVisible():
            place = QRect(button.mapTo(panel, QPoint(0, 0)), button.size())
            assert panel.rect().contains(place)
            assert button.width() >= button.minimumSizeHint().width()
