"""A redacted text that becomes another one slice by slice."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor, QTextDocument
from pytestqt.qtbot import QtBot

from deid.datatypes import Finding, Redacted, Redaction, Span
from deid.labels import Label
from deid.review import Mark, MarkState
from gui.offsets import OffsetMap, PlaceMap
from gui.patchwork import Patchwork, Shown
from gui.result import lay_out
from gui.theme import LIGHT
from gui.views.result_view import ResultView

WORDS = st.lists(st.sampled_from(["ab", "😀", "c d", "\n", "\r\n", "f\ng", "gh"]), max_size=40)
TAGS = st.lists(st.one_of(st.none(), st.sampled_from(["", "[1]", "[10]", "[\n]"])), max_size=40)


def redacted(words: list[str], tags: list[str | None]) -> Redacted:
    """The text of these words, those with a tag replaced by it."""
    made: list[Redaction] = []
    text, at = "", 0
    for word, tag in zip(words, [*tags, *[None] * len(words)], strict=False):
        if tag is not None:
            finding = Finding(Span(at, at + len(word)), Label.PERSON, 1.0, "known")
            made.append(Redaction(finding, "tag", Span(len(text), len(text) + len(tag))))
        text += word if tag is None else tag
        at += len(word)
    return Redacted("note", text, tuple(made), ())


def shown(result: Redacted) -> Shown:
    return Shown(result.text, PlaceMap(result.redactions), OffsetMap(result.text))


def document_of(text: str) -> QTextDocument:
    document = QTextDocument()
    QTextCursor(document).insertText(text)
    return document


def raw(text: str) -> str:
    """The text as a document holds it."""
    return document_of(text).toRawText()


def put(document: QTextDocument, start: int, end: int, words: str) -> None:
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(words)


def cuts_through_a_line_end(text: str, offset: int) -> bool:
    return offset > 0 and text[offset - 1 : offset + 1] == "\r\n"


@given(WORDS, TAGS, TAGS, st.integers(1, 12), st.randoms(use_true_random=False))
def test_patches_in_any_order_make_the_other_text(
    words: list[str],
    tags: list[str | None],
    others: list[str | None],
    size: int,
    order: random.Random,
) -> None:
    old, new = redacted(words, tags), redacted(words, others)
    document = document_of(old.text)
    patchwork = Patchwork(shown(old), shown(new), size=size)
    while patchwork.underway:
        place = order.randint(0, len(new.text))
        number = patchwork.nearest(place, place)
        assert number is not None
        put(document, *patchwork.patch(number))
        patchwork = patchwork.after(number)
        now = patchwork.shown()
        assert raw(now.text) == document.toRawText()
        # What stands between two replacements is told of as the document shows it.
        middle = now.places.to_note_each(np.arange(len(now.text)))
        assert (np.diff(middle) >= 0).all()
        places = patchwork.positions(np.arange(len(new.text) + 1))
        assert (np.diff(places) >= 0).all()
        assert places[-1] == document.characterCount() - 1
    assert document.toRawText() == raw(new.text)
    assert patchwork.nearest(0, 0) is None
    for offset in range(len(new.text) + 1):
        assert patchwork.position(offset) == OffsetMap(new.text).position(offset)
        if not cuts_through_a_line_end(new.text, offset):
            assert patchwork.offset(patchwork.position(offset)) == offset


@given(WORDS, TAGS, TAGS, st.integers(1, 12))
def test_a_slice_that_is_done_has_its_places_exactly(
    words: list[str], tags: list[str | None], others: list[str | None], size: int
) -> None:
    old, new = redacted(words, tags), redacted(words, others)
    patchwork = Patchwork(shown(old), shown(new), size=size)
    first = patchwork.nearest(0, 0)
    if first is None:
        return
    document = document_of(old.text)
    patch = patchwork.patch(first)
    start = patch.start
    put(document, *patch)
    patchwork = patchwork.after(first)
    # The document shows just what is to be there from the beginning to the end of the patch.
    low = patchwork.offset(start)
    high = low + len(patch.words)
    if patch.words and not cuts_through_a_line_end(new.text, high):
        units = document.toRawText().encode("utf-16-le")[: 2 * patchwork.position(high)]
        assert raw(new.text[:high]) == units.decode("utf-16-le")


@given(WORDS, TAGS, TAGS, TAGS, st.integers(1, 12), st.data())
def test_a_patchwork_can_become_a_third_text(
    words: list[str],
    tags: list[str | None],
    others: list[str | None],
    lasts: list[str | None],
    size: int,
    data: st.DataObject,
) -> None:
    old, new, last = (redacted(words, those) for those in (tags, others, lasts))
    document = document_of(old.text)
    patchwork = Patchwork(shown(old), shown(new), size=size)
    for _ in range(data.draw(st.integers(0, 3))):
        number = patchwork.nearest(0, 0)
        if number is not None:
            put(document, *patchwork.patch(number))
            patchwork = patchwork.after(number)
    patchwork = Patchwork(patchwork.shown(), shown(last), size=size)
    while (number := patchwork.nearest(0, 0)) is not None:
        put(document, *patchwork.patch(number))
        patchwork = patchwork.after(number)
    assert document.toRawText() == raw(last.text)


# In the window


LINES = 12_000


def renumbered(first: int) -> Redacted:
    """A long note whose every line has a tag, numbered from here on."""
    words = ["the patient ", "Ana", "\n"] * LINES
    numbers = iter(range(first, first + LINES))
    tags: list[str | None] = [
        f"[PERSON-{next(numbers)}]" if at % 3 == 1 else None for at in range(len(words))
    ]
    return redacted(words, tags)


@pytest.fixture
def result(qtbot: QtBot) -> ResultView:
    view = ResultView(LIGHT)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    return view


def marked_words(result: ResultView, made: Redacted, numbers: range) -> list[str]:
    """What stands in the document where the marks of some redactions are."""
    position, document = result.text._map().position, result.text.document().toRawText()
    spans = [made.redactions[at].output_span for at in numbers]
    return [document[position(span.start) : position(span.end)] for span in spans]


def test_a_long_result_is_renumbered_slice_by_slice_from_what_is_in_sight(
    qtbot: QtBot, result: ResultView
) -> None:
    one, other = renumbered(1), renumbered(990_001)
    middle = range(LINES // 2, LINES // 2 + 5)
    result.show_result(lay_out(one), waiting=False)
    result.show_current(Mark(one.redactions[middle[0]].finding, MarkState.OPEN))
    result.show_result(None, waiting=True)
    result.show_result(lay_out(other), waiting=False)
    assert result.text.underway
    assert result.hint.text() == "bringing up to date …"
    # A mark is where the old tag stands still.
    assert marked_words(result, other, middle) == [f"[PERSON-{1 + at}]" for at in middle]
    with qtbot.waitSignal(result.text.patched):
        pass
    assert marked_words(result, other, middle) == [f"[PERSON-{990_001 + at}]" for at in middle]
    assert marked_words(result, other, range(2)) == ["[PERSON-1]", "[PERSON-2]"]
    qtbot.waitUntil(lambda: not result.text.underway)
    assert result.text.plain_text() == other.text
    assert result.hint.text() == f"{LINES} replaced"
    everywhere = range(LINES)
    assert marked_words(result, other, everywhere) == [
        f"[PERSON-{990_001 + n}]" for n in everywhere
    ]


def test_a_third_result_takes_over_from_a_patchwork(qtbot: QtBot, result: ResultView) -> None:
    result.show_result(lay_out(renumbered(1)), waiting=False)
    result.show_result(lay_out(renumbered(990_001)), waiting=False)
    with qtbot.waitSignal(result.text.patched):
        pass
    assert result.text.underway
    last = renumbered(77)
    result.show_result(lay_out(last), waiting=False)
    qtbot.waitUntil(lambda: not result.text.underway)
    assert result.text.plain_text() == last.text


def test_what_is_copied_out_of_a_patchwork_is_what_will_be_written(result: ResultView) -> None:
    one, other = renumbered(1), renumbered(990_001)
    result.show_result(lay_out(one), waiting=False)
    result.show_result(lay_out(other), waiting=False)
    assert result.text.underway
    result.text.selectAll()
    assert result.text.createMimeDataFromSelection().text() == other.text


def test_no_slice_follows_once_the_result_is_gone(qtbot: QtBot, result: ResultView) -> None:
    result.show_result(lay_out(renumbered(1)), waiting=False)
    result.show_result(lay_out(renumbered(990_001)), waiting=False)
    result.show_result(None, waiting=False)
    assert not result.text.underway
    with qtbot.assertNotEmitted(result.text.patched, wait=30):
        pass
    assert result.text.plain_text() == ""
