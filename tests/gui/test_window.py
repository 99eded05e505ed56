from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QTabBar,
    QTextEdit,
)

from deid.datatypes import Span
from deid.errors import LogUnavailable, VerificationFailed
from deid.labels import Label
from deid.review import MarkState
from gui.actions import SPECS, Do
from gui.appearance import Appearance, Scheme
from gui.desk import Phase, Verdict
from gui.log_session import Pages
from gui.main_window import MainWindow
from gui.tables.findings import Shown
from gui.theme import DARK, LIGHT
from gui.views.certainty_dialog import CertaintyDialog
from gui.views.label_picker import LabelPicker
from gui.views.patient_dialog import PatientDialog
from gui.views.policy_editor import PolicyEditor

INTERACTIVE = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QTextEdit, QTabBar)


def do(window: MainWindow, what: Do) -> None:
    action = window.actions_table[what]
    assert action.isEnabled(), what
    action.trigger()


def picker() -> LabelPicker:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, LabelPicker))


def select(window: MainWindow, start: int, end: int) -> None:
    text = window.review.note.text
    cursor = text.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)


def current_text(desk, window: MainWindow) -> str:
    return window.review.findings.current().finding.span.of(desk.session.text)


def test_an_empty_window_invites(window: MainWindow) -> None:
    assert window.review.strip.sentence.text() == "Open, paste or drop a note to begin"
    assert not window.actions_table[Do.SAVE].isEnabled()
    assert not window.actions_table[Do.ACCEPT].isEnabled()


def test_pasting_takes_the_clipboard(desk, window: MainWindow) -> None:
    QGuiApplication.clipboard().setText(desk.note)
    do(window, Do.PASTE)
    desk.settle()
    assert window.review.note.text.plain_text() == desk.note
    assert "[PATIENT]" in window.review.result.text.plain_text()
    assert window.review.strip.verdict.text() == "REVIEW"
    assert "14 findings · 2 uncertain · ready to save" in window.review.strip.sentence.text()


def test_an_empty_clipboard_is_said_to_be_so(window: MainWindow) -> None:
    QGuiApplication.clipboard().clear()
    do(window, Do.PASTE)
    assert window.review.message.isVisible()


def test_a_dropped_file_is_opened(desk, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Call 555-0142 😀 or q@mail.example")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(window.rect().center())
    window.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, data, left, none))
    desk.settle()
    assert window.review.result.text.plain_text() == "Call [PHONE] 😀 or [EMAIL]"


def test_a_draft_is_typed_and_examined_by_keys(desk, window: MainWindow) -> None:
    do(window, Do.NEW)
    text = window.review.note.text
    QTest.keyClicks(text, "Call 555-0142")
    assert desk.session.text == "Call 555-0142"
    do(window, Do.EXAMINE)
    desk.settle()
    assert window.review.result.text.plain_text() == "Call [PHONE]"
    QTest.keyClicks(text, "x")
    assert text.plain_text() == "Call 555-0142"


def test_letters_decide_while_the_list_has_the_focus(desk, window: MainWindow) -> None:
    desk.examine()
    table = window.review.findings.table
    table.setFocus()
    assert current_text(desk, window) == "Ilse"
    QTest.keyClick(table, Qt.Key.Key_N)
    assert current_text(desk, window) == "Fictown"
    QTest.keyClick(table, Qt.Key.Key_R)
    desk.settle()
    assert desk.session.tally.rejected == 1
    assert "Fictown" in window.review.result.text.plain_text()
    assert current_text(desk, window) == "Ilse"
    QTest.keyClick(table, Qt.Key.Key_N)
    QTest.keyClick(table, Qt.Key.Key_U)
    assert current_text(desk, window) == "Ilse"
    QTest.keyClick(table, Qt.Key.Key_A)
    assert desk.session.tally.uncertain == 0
    do(window, Do.UNDO)
    do(window, Do.UNDO)
    assert desk.session.tally.rejected == 0
    do(window, Do.REDO)
    assert desk.session.tally.rejected == 1


def test_a_label_is_chosen_by_typing_its_beginning(desk, window: MainWindow) -> None:
    desk.examine()
    do(window, Do.RELABEL)
    QTest.keyClicks(picker().words, "doct")
    QTest.keyClick(picker().words, Qt.Key.Key_Return)
    desk.settle()
    assert "His daughter [DOCTOR] will" in window.review.result.text.plain_text()


def test_arrow_keys_move_in_the_labels_while_one_types(desk, window: MainWindow) -> None:
    desk.examine()
    do(window, Do.RELABEL)
    chosen: list[Label] = []
    picker().chosen.connect(chosen.append)
    QTest.keyClick(picker().words, Qt.Key.Key_Down)
    QTest.keyClick(picker().words, Qt.Key.Key_Return)
    assert chosen == [Label.DOCTOR]


def test_a_selection_is_marked_in_code_points(desk, window: MainWindow) -> None:
    desk.examine("😀 Troponin for Mr. Someone, call 555-0142")
    select(window, 19, 27)
    do(window, Do.ADD)
    QTest.keyClick(picker().words, Qt.Key.Key_Return)
    desk.settle()
    result = "😀 Troponin for Mr. [PATIENT], call [PHONE]"
    assert window.review.result.text.plain_text() == result
    assert current_text(desk, window) == "Someone"


def test_a_click_on_a_mark_looks_at_it(desk, window: MainWindow) -> None:
    desk.examine()
    text = window.review.note.text
    text.verticalScrollBar().setValue(0)
    cursor = text.textCursor()
    cursor.setPosition(desk.note.index("00483921") + 3)
    place = text.cursorRect(cursor).center()
    QTest.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert current_text(desk, window) == "00483921"


def test_the_result_follows_to_the_finding_that_is_looked_at(desk, window: MainWindow) -> None:
    desk.examine(desk.note + "filling line\n" * 200 + "Call 555-0199")
    result, table = window.review.result.text, window.review.findings.table
    QTest.keyClick(table, Qt.Key.Key_Home)
    result.verticalScrollBar().setValue(0)
    select(window, len(desk.session.text) - 8, len(desk.session.text))
    window.review.findings.select_at(Span(len(desk.session.text) - 8, len(desk.session.text)))
    assert current_text(desk, window) == "555-0199"
    assert result.verticalScrollBar().value() > 0
    assert result.textCursor().position() == result.plain_text().rindex("[PHONE]")


def test_the_list_can_show_what_was_left_in_the_text(desk, window: MainWindow) -> None:
    desk.examine()
    kinds = window.review.findings.kinds
    kinds.setCurrentIndex(kinds.findData(Shown.LEFT))
    assert current_text(desk, window) == "lighthouse keeper"
    do(window, Do.ACCEPT)
    desk.settle()
    assert "[PROFESSION]" in window.review.result.text.plain_text()


def test_the_window_answers_while_a_note_is_examined(desk, window: MainWindow) -> None:
    desk.engine.gate.clear()
    desk.worklist.paste(desk.note)
    desk.qtbot.waitUntil(desk.engine.examining.is_set)
    assert desk.session.phase is Phase.EXAMINING
    bar = window.tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    assert window.tabs.currentIndex() == 1
    assert not desk.engine.gate.is_set()
    assert desk.session.phase is Phase.EXAMINING
    desk.engine.gate.set()
    desk.settle()
    assert desk.session.verdict is Verdict.REVIEW


def test_a_note_is_saved_under_the_proposed_name(desk, window: MainWindow) -> None:
    desk.examine()
    do(window, Do.SAVE)
    dialog = window.findChild(QFileDialog)
    assert dialog.selectedFiles() == [str(desk.engine.folder / "note-redacted.txt")]
    dialog.accept()
    desk.settle()
    assert (desk.engine.folder / "note-redacted.txt").exists()
    assert window.review.strip.verdict.text() == "SAVED"
    assert "note-redacted.txt" in window.review.message.words.text()


def test_an_existing_file_leads_to_another_name(desk, window: MainWindow) -> None:
    desk.examine()
    target = desk.engine.folder / "there.txt"
    target.write_text("mine")
    desk.session.save(target)
    desk.settle()
    message = window.review.message
    assert message.words.text().startswith("There is a file of that name already.")
    message.remedy.click()
    assert window.findChild(QFileDialog) is not None
    assert target.read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "words"), [(b"a\x00b", "no plain text"), (None, "unexpected FileNotFoundError")]
)
def test_a_file_that_cannot_be_read_is_said_to_be_so(
    desk, window: MainWindow, tmp_path: Path, content: bytes | None, words: str
) -> None:
    desk.examine()
    path = tmp_path / "Testfall.txt"
    if content is not None:
        path.write_bytes(content)
    desk.worklist.add([path])
    desk.settle()
    assert words.casefold() in window.review.message.words.text().casefold()
    assert "Testfall" not in window.review.message.words.text()
    assert desk.session.verdict is Verdict.REFUSED
    assert window.review.note.text.plain_text() == ""
    assert window.review.findings.current() is None


def test_what_is_left_in_the_result_can_be_marked(desk, window: MainWindow) -> None:
    desk.examine("Leftover, call 555-0142")
    assert window.review.strip.verdict.text() == "REFUSED"
    window.review.message.remedy.click()
    desk.settle()
    assert window.review.result.text.plain_text() == "[PATIENT], call [PHONE]"
    assert not window.review.message.isVisible()


def test_the_policy_is_chosen_from_a_list(desk, window: MainWindow) -> None:
    desk.examine()
    window.policy.setCurrentIndex(1)
    window.policy.activated.emit(1)
    desk.settle()
    assert desk.session.policy.name == "everything"
    assert "everything" in window.review.strip.policy.text()


def test_the_log_says_in_words_whether_it_verifies(desk, window: MainWindow) -> None:
    desk.log_reader.pages = Pages((), 12)
    do(window, Do.VERIFY)
    desk.settle()
    assert window.log_view.verdict.text() == "VERIFIED"
    assert window.log_view.sentence.text().startswith("12 records are whole")
    desk.log_reader.broken = VerificationFailed("record 7 is not the one in the tree")
    do(window, Do.VERIFY)
    desk.settle()
    assert window.log_view.verdict.text() == "NOT VERIFIED"
    assert "record 7" in window.log_view.sentence.text()


def test_a_log_that_cannot_be_read_is_said_to_be_so(desk, window: MainWindow) -> None:
    def fail(limit: int) -> Pages:
        raise LogUnavailable("the log is locked: close the other program")

    desk.log_reader.newest = fail
    do(window, Do.RELOAD)
    desk.settle()
    assert "locked" in window.review.message.words.text()


def test_the_theme_changes_in_place(desk, window: MainWindow, qapp: QApplication) -> None:
    desk.examine()
    do(window, Do.DARK)
    assert qapp.palette().window().color().name() == DARK.window
    do(window, Do.LIGHT)
    assert qapp.palette().window().color().name() == LIGHT.window


def test_closing_the_window_leaves_nothing_of_the_note(desk, window: MainWindow) -> None:
    desk.examine()
    window.close()
    assert window.review.note.text.plain_text() == ""
    assert window.review.result.text.plain_text() == ""
    assert desk.session.text == ""


def test_a_narrow_window_shows_icons_without_words(window: MainWindow) -> None:
    style = Qt.ToolButtonStyle
    button = next(b for b in window.tools.buttons if b.accessibleName() == "Paste")
    window.resize(2200, 800)
    QApplication.processEvents()
    assert button.toolButtonStyle() is style.ToolButtonTextBesideIcon
    window.resize(700, 800)
    QApplication.processEvents()
    assert button.toolButtonStyle() is style.ToolButtonIconOnly


def test_every_action_can_be_reached_by_key_or_menu(window: MainWindow) -> None:
    listed = {
        action
        for menu in window.menuBar().actions()
        for action in menu.menu().actions()
        if not action.isSeparator()
    }
    for what, spec in SPECS.items():
        assert window.actions_table[what] in listed
        assert spec.text


def test_the_patient_is_asked_for(desk, window: MainWindow) -> None:
    desk.examine()
    do(window, Do.PATIENT)
    dialog = window.findChild(PatientDialog)
    QTest.keyClicks(dialog.key, "study 7")
    QTest.keyClick(dialog.key, Qt.Key.Key_Return)
    desk.settle()
    assert desk.session.note.document.patient == "study 7"
    assert desk.session.savable


def test_a_note_with_uncertain_findings_is_saved_only_when_told_twice(
    desk, window: MainWindow
) -> None:
    desk.examine()
    do(window, Do.FINISH)
    desk.settle()
    assert desk.engine.saved == []
    assert "2 uncertain findings" in window.review.message.words.text()
    do(window, Do.FINISH)
    desk.settle()
    assert len(desk.engine.saved) == 1


def test_another_policy_is_made_from_the_one_in_use(desk, window: MainWindow) -> None:
    desk.examine()
    do(window, Do.POLICY_EDITOR)
    editor = window.findChild(PolicyEditor)
    editor.name.setText("ward")
    editor.accept()
    desk.settle()
    assert desk.session.policy.name == "ward"
    assert "ward" in [policy.name for policy in desk.session.policies]


def test_the_threshold_is_chosen_and_kept(desk, window: MainWindow) -> None:
    desk.examine()
    do(window, Do.CERTAINTY)
    dialog = window.findChild(CertaintyDialog)
    dialog.slider.setValue(95)
    dialog.use.click()
    assert desk.settings.certain_from == 0.95
    assert desk.session.tally.uncertain > 2


def test_a_search_finds_in_both_texts_and_marks_what_is_left(desk, window: MainWindow) -> None:
    desk.examine()
    do(window, Do.FIND)
    window.review.find_bar.ask("troponin")
    desk.settle()
    assert "in the note 1 · in the result 1" in window.review.find_bar.count.text()
    window.review.find_bar.mark.click()
    QTest.keyClick(picker().words, Qt.Key.Key_Return)
    desk.settle()
    assert "Troponin" not in window.review.result.text.plain_text()


def test_what_was_missed_is_suggested(desk, window: MainWindow) -> None:
    desk.examine()
    do(window, Do.MISSED)
    desk.settle()
    suggested = [mark for mark in desk.session.marks if mark.state is MarkState.DROPPED]
    assert "daughter" in [mark.finding.span.of(desk.session.text) for mark in suggested]
    do(window, Do.UNDO)
    assert len([m for m in desk.session.marks if m.state is MarkState.DROPPED]) == 1


def test_a_window_begins_in_the_theme_that_was_chosen_before(desk, appearance: Appearance) -> None:
    desk.settings.theme = Scheme.DARK
    try:
        window = MainWindow(desk, appearance)
        desk.qtbot.addWidget(window)
        window.show()
        desk.examine()
        for view in (window.review.note.text, window.review.result.text):
            shown = view.viewport().grab().toImage()
            assert shown.pixelColor(shown.rect().bottomRight()).lightness() < 60
    finally:
        appearance.choose(Scheme.SYSTEM)
