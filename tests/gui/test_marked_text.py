from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from deid import Span
from gui.views.mark_painter import Look
from gui.views.marked_text import MarkedText
from gui.views.text_places import Piece, TextPlaces

ARABIC = "المريض أحمد في الغرفة ٧"
HEBREW = "חולה: John Smith, תאריך 12/03/2026"
ASTRAL = "🏥 Zoë and Zoe\u0301 saw 😀 𝔸nna"
LINE = "#ff0000"
TINT = "#00ff00"


@pytest.fixture
def view(qtbot) -> MarkedText:
    made = MarkedText()
    made.setStyleSheet("QTextEdit { background: #ffffff; color: #000000; border: none; }")
    qtbot.addWidget(made)
    made.resize(480, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def look(**other: object) -> Look:
    given = {"line": LINE, "tint": TINT, "pen": Qt.PenStyle.SolidLine, "badge": "", "told": str}
    return Look(**{**given, **other})


def painted(view: MarkedText) -> QImage:
    return view.viewport().grab().toImage()


def count(image: QImage, colour: str) -> int:
    wanted = QColor(colour).rgb()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(image.pixel(x, y) == wanted for x, y in places)


def pieces(view: MarkedText, start: int, end: int) -> list[Piece]:
    """Where positions stand, found out by another way than the view: with nothing clipped."""
    shift = QPointF(0, -view.verticalScrollBar().value())
    places = TextPlaces(view.document(), QFontMetricsF(view.font()), shift, mixed=True)
    return list(places.pieces(start, end, within=(0, view.document().characterCount())))


def words(view: MarkedText, text: str) -> Iterator[tuple[str, Span]]:
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        yield word, Span(start, at)


def test_only_marks_in_sight_are_asked_for(view: MarkedText) -> None:
    text = "one word and others\n" * 5000
    asked: set[int] = set()

    def ask(index: int) -> Look:
        asked.add(index)
        return look()

    view.show_text(text)
    spans = [Span(at, at + 3) for at in range(0, len(text), 20)]
    view.show_ranges(spans, ask)
    painted(view)
    assert 0 in asked
    assert len(asked) < 60
    asked.clear()
    view.reveal(spans[-1])
    painted(view)
    assert len(spans) - 1 in asked
    assert len(asked) < 60


def test_a_long_range_is_seen_though_many_begin_and_end_after_it(view: MarkedText) -> None:
    text = "word " * 3000
    view.show_text(text)
    spans = [Span(0, len(text) - 1), *(Span(at, at + 4) for at in range(5, 5000, 5))]
    seen: set[int] = set()
    view.show_ranges(spans, lambda index: seen.add(index) or look())
    view.set_caret(len(text))
    painted(view)
    assert seen == {0}


def test_tint_line_and_badge_are_painted(view: MarkedText) -> None:
    view.show_text("Call Ilse today")
    bare = painted(view)
    view.show_ranges([Span(5, 9)], lambda _: look(badge="N"))
    marked = painted(view)
    assert count(bare, TINT) == count(bare, LINE) == 0
    assert count(marked, TINT) > 100
    assert count(marked, LINE) > 40


def test_an_uncertain_mark_has_a_heavier_line(view: MarkedText) -> None:
    view.show_text("Call Ilse today")
    view.show_ranges([Span(5, 9)], lambda _: look())
    usual = count(painted(view), LINE)
    view.show_ranges([Span(5, 9)], lambda _: look(heavy=True))
    assert count(painted(view), LINE) > usual * 1.5


def test_a_range_without_looks_is_neither_painted_nor_clicked(view: MarkedText, qtbot) -> None:
    view.show_text("Call Ilse today")
    bare = painted(view)
    view.show_ranges([Span(5, 9)], lambda _: None)
    assert painted(view) == bare
    place = pieces(view, 5, 9)[0].rect.center().toPoint()
    with qtbot.waitSignal(view.clicked) as told:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [-1]


def test_what_was_found_is_outlined_and_the_current_one_twice(view: MarkedText) -> None:
    view.use_colours(canvas="#ffffff", accent="#000000", ink="#0000ff")
    view.show_text("Call Ilse, and Ilse again")
    spans = [Span(5, 9), Span(15, 19)]
    view.show_found(spans)
    once = painted(view)
    view.show_found(spans, 1)
    twice = painted(view)
    view.show_found(())
    assert once != twice
    assert painted(view) not in (once, twice)


@pytest.mark.parametrize("text", [ARABIC, HEBREW, ASTRAL, "a\r\nb 😀\r\nc word"])
def test_a_click_on_any_word_finds_its_mark(view: MarkedText, qtbot, text: str) -> None:
    view.show_text(text)
    marked = list(words(view, text))
    view.show_ranges([span for _, span in marked], lambda _: look())
    for index, (word, span) in enumerate(marked):
        view.set_caret(span.start)
        cursor = view.textCursor()
        behind = cursor.position() + len(word.encode("utf-16-le")) // 2
        cursor.setPosition(behind, QTextCursor.MoveMode.KeepAnchor)
        view.setTextCursor(cursor)
        assert cursor.selectedText() == word
        assert view.selected_span() == span
        middle = cursor.selectionStart() + len(word) // 2
        rect = pieces(view, middle, middle + 1)[0].rect
        cursor.clearSelection()
        view.setTextCursor(cursor)
        with qtbot.waitSignal(view.clicked) as told:
            place = rect.center().toPoint()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert told.args == [index], word


def test_a_range_of_two_directions_is_in_pieces(view: MarkedText) -> None:
    view.show_text(HEBREW)
    # From the Hebrew word before the name into the name: the letters of the name that are left
    # out stand between the two on the screen.
    start, end = 0, HEBREW.index("John") + 2
    found = pieces(view, start, end)
    assert len(found) == 2
    assert found[0].leftward
    assert not found[1].leftward
    left_out = pieces(view, end, HEBREW.index("Smith") + 5)[0].rect
    assert not any(piece.rect.adjusted(1, 0, -1, 0).intersects(left_out) for piece in found)


def test_a_number_in_a_text_from_right_to_left_is_marked_whole(view: MarkedText) -> None:
    text = "נולד 17/04/1948 של"
    view.show_text(text)
    (number,) = pieces(view, 5, 15)
    (before,), (after,) = pieces(view, 4, 5), pieces(view, 15, 16)
    assert not number.leftward
    assert number.rect.right() == pytest.approx(before.rect.left(), abs=1)
    assert number.rect.left() == pytest.approx(after.rect.right(), abs=1)


def test_a_mark_from_right_to_left_has_its_badge_at_its_right(view: MarkedText) -> None:
    view.show_text(ARABIC)
    start = ARABIC.index("أحمد")
    view.show_ranges([Span(start, start + 4)], lambda _: look(tint="", badge="N"))
    image = painted(view)
    rect = pieces(view, start, start + 4)[0].rect
    above = int(rect.top()) - 3
    at = [x for x in range(image.width()) if image.pixel(x, above) == QColor(LINE).rgb()]
    assert at
    assert min(at) > rect.center().x()


def test_the_caret_moves_by_keys_in_a_text_that_is_only_read(view: MarkedText) -> None:
    view.show_text("😀 Ilse\r\nTestfall")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.caret() == 1
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.caret() > 6
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.caret() == 16
    QTest.keyClick(view, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_span() == Span(8, 16)
    view.set_caret(2)
    assert (view.caret(), view.selected_span()) == (2, None)
    assert view.textCursor().position() == 3


def test_reveal_scrolls_only_where_it_must(view: MarkedText) -> None:
    text = "line of words\n" * 2000
    view.show_text(text)
    bar = view.verticalScrollBar()
    view.reveal(Span(28, 32))
    assert bar.value() == 0
    view.reveal(Span(14000, 14004))
    place = bar.value()
    assert place > 0
    assert 0 < view.cursorRect().top() < view.viewport().height()
    view.reveal(Span(14014, 14018))
    assert bar.value() == place


def test_offsets_follow_what_is_typed(view: MarkedText) -> None:
    view.show_text("a\r\nb")
    view.set_editable(True)
    view.set_caret(0)
    view.insertPlainText("😀")
    view.moveCursor(QTextCursor.MoveOperation.End)
    assert view.plain_text() == "😀a\nb"
    assert view.caret() == 4
    view.undo()
    assert view.plain_text() == "a\nb"
    view.undo()
    assert view.plain_text() == "a\nb"


TEXTS = st.text(st.sampled_from("ab \n\r\u2028e\u0301😀𝔸\u05d0\u0627"), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TEXTS, TEXTS)
def test_a_changed_text_is_the_text_shown_anew(view: MarkedText, old: str, new: str) -> None:
    view.show_text(new)
    anew, blocks = view.plain_text(), view.document().blockCount()
    view.show_text(old)
    view.change_text(new)
    assert view.plain_text() == anew
    assert view.document().blockCount() == blocks
    for offset in range(len(new) + 1):
        if new[max(0, offset - 1) : offset + 1] != "\r\n":
            view.set_caret(offset)
            assert view.caret() == offset


def test_a_changed_text_stays_where_it_is(view: MarkedText) -> None:
    text = "".join(f"line {number}\n" for number in range(3000))
    view.show_text(text)
    view.reveal(Span(text.index("line 2000"), text.index("line 2001")))
    place, position = view.verticalScrollBar().value(), view.textCursor().position()
    changes: list[tuple[int, int, int]] = []
    view.document().contentsChange.connect(lambda *change: changes.append(change))
    at = text.index("2500")
    view.change_text(f"{text[:at]}[ROOM]{text[at + 4 :]}")
    assert len(changes) == 1
    # Qt tells of one character more.
    assert max(changes[0][1:]) < 8
    assert view.verticalScrollBar().value() == place
    assert view.textCursor().position() == position


def test_letters_grow_with_those_of_the_window(view: MarkedText, qapp: QApplication) -> None:
    view.show_text("Ilse")
    usual, font = view.font().pointSizeF(), qapp.font()
    try:
        larger = qapp.font()
        larger.setPointSizeF(font.pointSizeF() * 2)
        qapp.setFont(larger)
        QApplication.processEvents()
        assert view.font().pointSizeF() == pytest.approx(usual * 2)
        assert view.document().defaultFont().pointSizeF() == pytest.approx(usual * 2)
    finally:
        qapp.setFont(font)


def on_screen(view: MarkedText) -> QImage:
    """What was painted so far; nothing is painted for it."""
    place = view.viewport().geometry()
    taken = view.screen().grabWindow(
        view.winId(), place.x(), place.y(), place.width(), place.height()
    )
    return taken.toImage().convertToFormat(QImage.Format.Format_RGB32)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 11), st.booleans()), min_size=1, max_size=5))
def test_what_is_refreshed_is_painted_as_if_all_was(
    view: MarkedText, acts: list[tuple[int, bool]]
) -> None:
    view.setCursorWidth(0)
    text = "word and other words in a line that is long enough to be broken\n" * 200
    spans = [Span(at, at + 8) for at in range(0, len(text), 65)]
    current: set[int] = set()
    view.show_text(text)
    view.show_ranges(spans, lambda index: look(badge="N?", current=index in current))
    view.scroll_to(spans[20].start, 100)
    QApplication.processEvents()
    view.viewport().update()
    QApplication.processEvents()
    first = view.cursorForPosition(view.viewport().rect().center()).blockNumber()
    for number, framed in acts:
        index = first + number - 6
        (current.add if framed else current.discard)(index)
        view.refresh([spans[index]])
        QApplication.processEvents()
    fresh = painted(view).convertToFormat(QImage.Format.Format_RGB32)
    assert on_screen(view) == fresh


@pytest.mark.parametrize("seed", range(8))
def test_what_is_scrolled_into_sight_has_its_marks_at_once(view: MarkedText, seed: int) -> None:
    # Qt breaks the lines of a long text only as they come near; when, depends on the text.
    draw = random.Random(seed)
    known = ["the", "patient", "was", "seen", "by", "Doctor", "Quillan", "and", "denies", "fever"]
    ends = (" ", "\n")
    text = "".join(draw.choice(known) + ends[draw.random() > 0.95] for _ in range(3000))
    view.show_text(text)
    view.show_ranges([Span(at, at + 8) for at in range(0, 16_000, 40)], lambda index: look())
    QApplication.processEvents()
    bar = view.verticalScrollBar()
    for _ in range(3):
        bar.setValue(bar.value() + draw.randrange(50, 120))
        QApplication.processEvents()
        scrolled = count(on_screen(view), TINT)
        view.viewport().update()
        QApplication.processEvents()
        assert abs(scrolled - count(on_screen(view), TINT)) < 20
    assert scrolled > 1000
