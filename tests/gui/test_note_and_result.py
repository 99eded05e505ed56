from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from deid import (
    Finding,
    Label,
    Mark,
    MarkState,
    Redacted,
    Redaction,
    Span,
    Standard,
    load_policy,
)
from gui.offsets import PlaceMap, changed_part
from gui.result import lay_out
from gui.tables.findings import Shown
from gui.theme import DARK, LIGHT, Theme
from gui.views.note_view import NoteView
from gui.views.result_view import ResultView
from gui.views.scrolling import scroll_together

STANDARD = Standard(load_policy("safe-harbor"), 0.85)
NOTE = "Seen by Amaru Mockridge\r\non ward 7B 🏥, call 555-0142\r\n"


def redacted(text: str, *marked: tuple[str, Label, str]) -> Redacted:
    """The text with each of these words replaced wherever it stands."""
    made: list[Redaction] = []
    pieces: list[str] = []
    by_word = {word: (label, new) for word, label, new in marked}
    at = out = 0
    for match in re.finditer("|".join(map(re.escape, by_word)), text):
        label, new = by_word[match.group()]
        pieces += [text[at : match.start()], new]
        out += match.start() - at
        finding = Finding(Span(*match.span()), label, 1.0, "known")
        made.append(Redaction(finding, "tag", Span(out, out + len(new))))
        out, at = out + len(new), match.end()
    return Redacted("note", "".join([*pieces, text[at:]]), tuple(made), ())


def mark(word: str, label: Label, score: float, state: MarkState = MarkState.OPEN) -> Mark:
    start = NOTE.index(word)
    return Mark(Finding(Span(start, start + len(word)), label, score, "known"), state)


@pytest.fixture
def note(qtbot: QtBot) -> NoteView:
    view = NoteView(LIGHT, STANDARD, ())
    show(qtbot, view)
    return view


@pytest.fixture
def result(qtbot: QtBot) -> ResultView:
    view = ResultView(LIGHT)
    show(qtbot, view)
    return view


def show(qtbot: QtBot, view: NoteView | ResultView) -> None:
    qtbot.addWidget(view)
    view.resize(460, 400)
    view.show()
    qtbot.waitExposed(view)


def painted(view: NoteView | ResultView) -> QImage:
    return view.text.viewport().grab().toImage()


WORDS = ("Amaru Mockridge", "ward 7B", "555-0142")


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_state_of_a_mark_looks_different_without_its_hue(
    qtbot: QtBot, note: NoteView, theme: Theme
) -> None:
    note.use_theme(theme)
    note.show_text(NOTE)
    looks = []
    for score, state in [
        (0.99, MarkState.OPEN),
        (0.5, MarkState.OPEN),
        (0.99, MarkState.ACCEPTED),
        (0.99, MarkState.REJECTED),
        (0.5, MarkState.DROPPED),
    ]:
        marks = [mark("Amaru Mockridge", Label.DOCTOR, score, state)]
        note.show_marks(marks, STANDARD, None, Shown.ALL)
        looks.append(painted(note).convertToFormat(QImage.Format.Format_Grayscale8))
    note.show_marks([], STANDARD, None, Shown.ALL)
    looks.append(painted(note).convertToFormat(QImage.Format.Format_Grayscale8))
    for at, look in enumerate(looks):
        assert look not in looks[:at]


def test_a_suggested_mark_is_seen_only_where_it_is_listed(note: NoteView) -> None:
    note.show_text(NOTE)
    bare = painted(note)
    marks = [mark("Amaru Mockridge", Label.DOCTOR, 0.4, MarkState.DROPPED)]
    note.show_marks(marks, STANDARD, None, Shown.REPLACED)
    assert painted(note) == bare
    note.show_marks(marks, STANDARD, None, Shown.LEFT)
    assert painted(note) != bare


def test_a_threshold_makes_a_mark_uncertain(note: NoteView) -> None:
    note.show_text(NOTE)
    marks = [mark("555-0142", Label.PHONE, 0.9)]
    note.show_marks(marks, STANDARD, None, Shown.REPLACED)
    certain = painted(note)
    note.show_marks(marks, Standard(STANDARD.policy, 0.95), None, Shown.REPLACED)
    assert painted(note) != certain


def test_a_click_tells_the_mark(qtbot: QtBot, note: NoteView) -> None:
    note.show_text(NOTE)
    marks = [mark(word, Label.DOCTOR, 0.9) for word in WORDS]
    note.show_marks(marks, STANDARD, None, Shown.REPLACED)
    for wanted in marks:
        note.text.set_caret(wanted.finding.span.start + 2)
        place = note.text.cursorRect().center()
        with qtbot.waitSignal(note.mark_clicked) as told:
            QTest.mouseClick(note.text.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert told.args == [wanted]


def test_a_result_shows_what_stands_in_the_place_of_a_mark(result: ResultView) -> None:
    text = "filling\n" * 300 + NOTE
    made = redacted(text, ("Amaru Mockridge", Label.DOCTOR, "[DOCTOR]"))
    result.show_result(lay_out(made), waiting=False)
    result.show_current(Mark(made.redactions[0].finding, MarkState.OPEN))
    assert result.text.caret() == made.text.index("[DOCTOR]")
    assert result.text.verticalScrollBar().value() > 0
    assert result.hint.text() == "1 replaced"


def test_another_result_changes_only_what_differs(result: ResultView) -> None:
    text = "filling\r\n" * 300 + NOTE + "filling\r\n" * 300
    one = redacted(text, ("Amaru Mockridge", Label.DOCTOR, "[DOCTOR]"))
    other = redacted(
        text, ("Amaru Mockridge", Label.DOCTOR, "[DOCTOR]"), ("ward 7B", Label.ROOM, "[ROOM]")
    )
    result.show_result(lay_out(one), waiting=False)
    result.text.reveal(one.redactions[0].output_span)
    place = result.text.verticalScrollBar().value()
    changes: list[int] = []
    document = result.text.document()
    document.contentsChange.connect(lambda _, gone, come: changes.extend((gone, come)))
    result.show_result(None, waiting=True)
    assert changes == []
    result.show_result(lay_out(other), waiting=False)
    assert max(changes) < 20
    assert result.text.plain_text() == other.text.replace("\r\n", "\n")
    assert result.text.verticalScrollBar().value() == place
    result.show_result(None, waiting=False)
    assert result.text.plain_text() == ""
    assert result.places is None


def test_what_is_left_in_a_result_stands_out(result: ResultView) -> None:
    made = redacted(NOTE, ("ward 7B", Label.ROOM, "[ROOM]"))
    result.show_result(lay_out(made), waiting=False)
    clean = painted(result)
    start = made.text.index("555-0142")
    left = Finding(Span(start, start + 8), Label.PHONE, 0.9, "residual:copy")
    made = Redacted(made.document_id, made.text, made.redactions, (), (left,))
    result.show_result(lay_out(made), waiting=False)
    assert painted(result) != clean


class Both:
    """A long note and its result, which scroll together."""

    def __init__(self, note: NoteView, result: ResultView) -> None:
        # Whole lines are replaced, so that no place has the same height in both.
        name = "Longname.\nSome words follow."
        text = "".join(f"Line {number} of {name}\nAnd more.\n" for number in range(400))
        made = redacted(text, (name, Label.DOCTOR, "X"))
        self.note, self.result = note.text, result.text
        note.show_text(text)
        self.together = scroll_together(note, result)
        result.show_result(lay_out(made), waiting=False)
        self.places = PlaceMap(made.redactions)
        for view, length in ((self.note, len(text)), (self.result, len(made.text))):
            # Qt lays out what has been asked for.
            view.set_caret(length)
            view.set_caret(0)

    def apart(self) -> int:
        """How far the place that the note is at is from the same place in the result."""
        bar = self.note.verticalScrollBar()
        room = self.note.viewport().height()
        offset, height = self.note.place_at(room * bar.value() // bar.maximum())
        return abs(height - self.result.height_of(self.places.to_output(offset)))


@pytest.fixture
def both(note: NoteView, result: ResultView) -> Both:
    return Both(note, result)


def test_note_and_result_scroll_together(both: Both) -> None:
    line = 2 * both.note.cursorRect().height()
    for leader, other in ((both.note, both.result), (both.result, both.note)):
        bar = leader.verticalScrollBar()
        for tenth in range(11):
            bar.setValue(bar.maximum() * tenth // 10)
            assert bar.value() == bar.maximum() * tenth // 10
            assert both.apart() <= line
        assert other.verticalScrollBar().value() == other.verticalScrollBar().maximum()
        bar.setValue(0)
        assert other.verticalScrollBar().value() == 0


def test_one_movement_of_the_hand_moves_the_other_once(both: Both) -> None:
    moved: list[str] = []
    both.note.verticalScrollBar().valueChanged.connect(lambda _: moved.append("note"))
    both.result.verticalScrollBar().valueChanged.connect(lambda _: moved.append("result"))
    both.note.verticalScrollBar().setValue(3000)
    assert sorted(moved) == ["note", "result"]


def test_nothing_follows_a_note_that_is_typed_into(both: Both) -> None:
    bar, other = both.note.verticalScrollBar(), both.result.verticalScrollBar()
    before = other.value()
    both.note.set_editable(True)
    bar.setValue(3000)
    assert other.value() == before
    both.note.set_editable(False)
    bar.setValue(3100)
    assert other.value() > before


WORD = st.text(st.sampled_from("ab😀"), min_size=1, max_size=4)


@given(st.lists(st.tuples(WORD, st.one_of(st.none(), st.text("X", max_size=6)))))
def test_places_lead_from_note_to_result_and_back(parts: list[tuple[str, str | None]]) -> None:
    made: list[Redaction] = []
    at = out = 0
    outside: list[tuple[int, int]] = []
    for word, new in parts:
        if new is None:
            outside += [(at + step, out + step) for step in range(len(word))]
        else:
            finding = Finding(Span(at, at + len(word)), Label.DOCTOR, 1.0, "known")
            made.append(Redaction(finding, "tag", Span(out, out + len(new))))
        at, out = at + len(word), out + len(word if new is None else new)
    places = PlaceMap(made)
    for before, after in [*outside, (at, out)]:
        assert places.to_output(before) == after
    for before, after in outside:
        assert places.to_note(after) == before
    for redaction in made:
        span = redaction.finding.span
        assert places.output_span(span) == redaction.output_span
        for offset in range(span.start, span.end):
            low, high = redaction.output_span.start, redaction.output_span.end
            assert low <= places.to_output(offset) <= max(low, high - 1)
    assert places.output_span(Span(at, at + 1)) is None


TEXTS = st.text(st.sampled_from("ab\r\n😀"), max_size=12)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_the_changed_part_is_all_that_differs(head: str, one: str, other: str, tail: str) -> None:
    old, new = head + one + tail, head + other + tail
    start, old_end, new_end = changed_part(old, new)
    assert old[:start] + new[start:new_end] + old[old_end:] == new
    for text, end in ((old, old_end), (new, new_end)):
        assert 0 <= start <= end <= len(text)
        for cut in (start, end):
            assert text[max(0, cut - 1) : cut + 1] != "\r\n" or cut == 0
