from __future__ import annotations

from deid import MarkState
from tests.gui.conftest import Desk


def test_what_a_search_would_still_mark_follows_the_marks(desk: Desk) -> None:
    session = desk.examine()
    desk.search.search("Quillan Testfall", near=False)
    desk.settle()
    (place,) = desk.search.in_note
    assert desk.search.unmarked == ()
    (mark,) = [mark for mark in session.marks if mark.finding.span == place]
    session.decide.reject([mark])
    assert desk.search.unmarked == (place,)
    desk.settle()
    desk.worklist.kept.undo()
    assert desk.search.unmarked == ()
    assert next(m for m in session.marks if m.finding.span == place).state is MarkState.OPEN


def test_what_was_counted_for_other_words_counts_no_more(desk: Desk) -> None:
    session = desk.examine()
    for words, count in (("Testfall", 0), ("chest pain", 1), ("", 0), ("Troponin", 1)):
        desk.search.search(words, near=False)
        desk.settle()
        assert [place.of(session.text) for place in desk.search.unmarked] == [words] * count
