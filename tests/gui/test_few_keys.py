"""What takes few keys: labels by a digit, and jumps by letters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deid import Finding, Label, Mark, MarkState, Standard, load_policy
from deid.datatypes import Span
from gui.actions import LABELS, Do
from gui.main_window import MainWindow
from gui.tables.findings import Column, FindingsModel, Shown
from gui.tables.words import state_words
from gui.views.label_picker import LabelPicker
from gui.views.why_panel import WhyPanel


def current(desk, window: MainWindow) -> str:
    return window.review.findings.current().finding.span.of(desk.session.text)


def label_of(desk, words: str) -> Label:
    text = desk.session.text
    return next(m.finding.label for m in desk.session.marks if m.finding.span.of(text) == words)


def picker() -> LabelPicker:
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, LabelPicker) and w.isVisible()
    )


def hints(window: MainWindow) -> dict[str, str]:
    note = window.review.note
    text = window.review.note.text.plain_text()
    return {mark.finding.span.of(text): hint for mark, hint in note._hints.items()}


def test_a_digit_changes_the_label_and_the_next_uncertain_finding_comes(
    desk, window: MainWindow
) -> None:
    desk.examine()
    table = window.review.findings.table
    assert current(desk, window) == "Ilse"
    shown = window.review.findings.facts.choices.text()
    assert shown.startswith("1\u00a0PATIENT   2\u00a0DOCTOR")
    assert "PERSON" not in shown
    QTest.keyClick(table, Qt.Key.Key_2)
    assert label_of(desk, "Ilse") is Label.DOCTOR
    assert current(desk, window) == "Fictown"


def test_what_the_reviewer_chose_before_comes_first(desk, window: MainWindow) -> None:
    window.review.findings.set_grouped(False)
    desk.examine("Ilse and Ilse came.")
    QTest.keyClick(window.review.findings.table, Qt.Key.Key_4)
    chosen = next(mark for mark in desk.session.marks if mark.state is MarkState.CHANGED)
    assert chosen.finding.label is Label.HOSPITAL
    assert window.review.findings.facts.choices.text().startswith("1\u00a0HOSPITAL")


def test_digits_can_be_changed_and_are_shown_as_they_are(desk, window: MainWindow) -> None:
    desk.examine()
    window.actions_table.use_keys({Do.LABEL_1: ("Q",), Do.LABEL_2: ()})
    window.review.show_state()
    shown = window.review.findings.facts.choices.text()
    assert shown.startswith("Q\u00a0PATIENT   3\u00a0")
    QTest.keyClick(window.review.findings.table, Qt.Key.Key_Q)
    assert label_of(desk, "Ilse") is Label.PATIENT


def test_without_a_finding_no_digit_does_anything(window: MainWindow) -> None:
    assert window.review.findings.facts.choices.text() == "–"
    assert not any(window.actions_table[do].isEnabled() for do in LABELS)


def test_a_digit_takes_a_label_from_the_picker(desk, window: MainWindow) -> None:
    desk.examine()
    window.actions_table[Do.RELABEL].trigger()
    QTest.keyClick(picker().words, Qt.Key.Key_2)
    assert label_of(desk, "Ilse") is Label.DOCTOR


def test_a_digit_behind_letters_is_searched_for(desk, window: MainWindow) -> None:
    desk.examine()
    window.actions_table[Do.RELABEL].trigger()
    asked = picker()
    QTest.keyClicks(asked.words, "age90")
    QTest.keyClick(asked.words, Qt.Key.Key_Return)
    assert label_of(desk, "Ilse") is Label.AGE90


def test_a_new_range_is_marked_by_two_keys(desk, window: MainWindow) -> None:
    desk.examine()
    text = window.review.note.text
    text.set_caret(desk.note.index("Troponin") + 2)
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_M)
    QTest.keyClick(picker().words, Qt.Key.Key_1)
    assert label_of(desk, "Troponin") is Label.PATIENT


def test_letters_lead_to_a_finding(desk, window: MainWindow) -> None:
    desk.examine()
    table, text = window.review.findings.table, window.review.note.text
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_J)
    letters = hints(window)
    assert letters["Ilse"] == "F"
    assert len(letters) == len(desk.session.marks) - 1  # one was never kept
    QTest.keyClicks(text, letters["555-0142"].lower())
    assert current(desk, window) == "555-0142"
    assert hints(window) == {}
    assert table.hasFocus()
    QTest.keyClick(table, Qt.Key.Key_R)
    assert desk.session.tally.rejected == 1


def test_no_letter_does_what_it_does_otherwise_while_letters_are_shown(
    desk, window: MainWindow
) -> None:
    desk.examine()
    window.actions_table[Do.JUMP].trigger()
    text = window.review.note.text
    before = desk.session.review
    QTest.keyClick(text, Qt.Key.Key_A)
    assert desk.session.review is before
    assert hints(window) == {}


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Z, Qt.Key.Key_Down])
def test_any_other_key_ends_the_jump(desk, window: MainWindow, key: Qt.Key) -> None:
    desk.examine()
    at = current(desk, window)
    window.actions_table[Do.JUMP].trigger()
    QTest.keyClick(window.review.note.text, key)
    assert hints(window) == {}
    assert current(desk, window) == at


def test_pages_turn_during_a_jump(desk, window: MainWindow) -> None:
    desk.examine(desk.note + "filling line\n" * 200 + "Call 555-0199")
    window.actions_table[Do.JUMP].trigger()
    text = window.review.note.text
    QTest.keyClick(text, Qt.Key.Key_PageDown)
    assert text.verticalScrollBar().value() > 0
    QTest.keyClicks(text, hints(window)["555-0199"])
    assert current(desk, window) == "555-0199"


def test_many_findings_have_two_letters(desk, window: MainWindow) -> None:
    desk.examine("".join(f"Call 555-{n:04}\n" for n in range(60)))
    window.actions_table[Do.JUMP].trigger()
    letters = hints(window)["555-0059"]
    assert len(letters) == 2
    text = window.review.note.text
    QTest.keyClick(text, letters[0])
    assert hints(window)["555-0059"] == letters[1]
    QTest.keyClick(text, letters[1])
    assert current(desk, window) == "555-0059"


def test_a_found_place_is_looked_at_where_it_is_marked(desk, window: MainWindow) -> None:
    desk.examine()
    desk_search = desk.search
    desk_search.search("Examplewood", False)
    desk.settle()
    if desk_search.current is None:
        desk_search.step(1)
    assert current(desk, window) == "Examplewood Hospital"
    window.actions_table[Do.REJECT].trigger()
    desk.settle()
    assert current(desk, window) == "Ilse"


def test_suggestions_are_looked_at_and_accepted_one_after_another(desk, window: MainWindow) -> None:
    desk.examine("His daughter and her daughter came.")
    window.actions_table[Do.MISSED].trigger()
    desk.settle()
    findings = window.review.findings
    assert findings.shown is Shown.LEFT
    assert current(desk, window) == "daughter"
    QTest.keyClick(findings.table, Qt.Key.Key_A)
    assert current(desk, window) == "daughter"
    QTest.keyClick(findings.table, Qt.Key.Key_A)
    assert [mark.state for mark in desk.session.marks] == [MarkState.ACCEPTED] * 2


def test_after_a_move_a_label_by_a_digit_leads_on(desk, window: MainWindow) -> None:
    desk.examine()
    window.actions_table[Do.SHRINK_END_CHAR].trigger()
    assert current(desk, window) == "Ils"
    QTest.keyClick(window.review.findings.table, Qt.Key.Key_1)
    assert current(desk, window) == "Fictown"


def test_a_range_that_was_marked_is_looked_at(desk, window: MainWindow) -> None:
    desk.examine()
    start = desk.note.index("chest")
    desk.session.decide.add(Span(start, start + 5), Label.OTHER)
    window.review.findings.select_replaced(Span(start, start + 2))
    assert current(desk, window) == "chest"


def test_a_doubtful_label_is_said_to_be_so(qtbot: QtBot) -> None:
    rivals = ((Label.HOSPITAL, 0.2), (Label.CITY, 0.02))
    finding = Finding(Span(0, 4), Label.DOCTOR, 0.99, "model:0a1b2c3d", rivals)
    mark, standard = Mark(finding, MarkState.OPEN), Standard(load_policy("safe-harbor"), 0.85)
    assert state_words(mark, standard) == "label uncertain, will be replaced"
    accepted = Mark(finding, MarkState.ACCEPTED)
    assert "uncertain" not in state_words(accepted, standard)
    why = WhyPanel()
    qtbot.addWidget(why)
    why.show_why(mark, (), None, text="Lind", standard=standard)
    assert "hospital 0.20, city 0.02" in why.found.body.text()


def test_the_list_shows_by_what_it_is_sorted() -> None:
    finding = Finding(Span(0, 4), Label.DOCTOR, 0.99, "model:0a1b2c3d", ((Label.CITY, 0.2),))
    sure = Finding(Span(5, 9), Label.CITY, 0.97, "model:0a1b2c3d")
    model = FindingsModel(Standard(load_policy("safe-harbor"), 0.85))
    marks = [Mark(one, MarkState.OPEN) for one in (sure, finding)]
    model.show(marks[::-1], "Lind Oslo", model.standard)
    cells = [model.index(row, Column.CERTAINTY).data() for row in range(2)]
    assert cells == ["0.60", "0.97"]
    assert [model.next_uncertain(start) for start in range(2)] == [0, 0]
