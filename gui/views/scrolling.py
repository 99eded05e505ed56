"""Scrolls the note and its result together: the same place of the text at the same height."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from gui.offsets import PlaceMap
from gui.views.marked_text import MarkedText
from gui.views.note_view import NoteView
from gui.views.result_view import ResultView


def scroll_together(note: NoteView, result: ResultView) -> ScrolledTogether:
    """Let the note and its result follow one another; a new result follows the note."""
    together = ScrolledTogether(note.text, result.text, lambda: result.places)
    result.changed.connect(together.follow_note)
    return together


class ScrolledTogether(QObject):
    """Lets two texts follow one another, unless one of them may be typed into.

    Args:
        note: shows the note.
        result: shows the redacted text.
        places: gives which place of the one is which of the other now; None: there is no result.
    """

    def __init__(
        self, note: MarkedText, result: MarkedText, places: Callable[[], PlaceMap | None]
    ) -> None:
        super().__init__(note)
        self._note = note
        self._result = result
        self._places = places
        self._following = False
        note.verticalScrollBar().valueChanged.connect(self.follow_note)
        result.verticalScrollBar().valueChanged.connect(self._follow_result)

    def follow_note(self) -> None:
        """Let the result show what the note shows."""
        places = self._places()
        if places is not None:
            self._follow(self._note, self._result, places.to_output)

    def _follow_result(self) -> None:
        places = self._places()
        if places is not None:
            self._follow(self._result, self._note, places.to_note)

    def _follow(self, leader: MarkedText, other: MarkedText, across: Callable[[int], int]) -> None:
        # The other one's scroll bar tells that it moved as well: that must not come back.
        if self._following or not (leader.isReadOnly() and other.isReadOnly()):
            return
        self._following = True
        try:
            offset, height = leader.place_at(_anchor(leader))
            other.scroll_to(across(offset), height)
        finally:
            self._following = False


def _anchor(text: MarkedText) -> int:
    """The height at which the same place is held.

    From the top at the beginning of the text to the bottom at its end, so that scrolling either
    leads to both ends of the other.
    """
    bar = text.verticalScrollBar()
    return text.viewport().height() * bar.value() // max(1, bar.maximum())
