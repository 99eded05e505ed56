# ruff: noqa: N802 - Qt gives methods their names
"""Going to a finding by the letters that are shown at it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from deid import Mark
from gui.hints import LETTERS, hints
from gui.views.note_view import NoteView

_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class Jump(QObject):
    """Shows letters at each finding in the note, and looks at the one whose letters are typed.

    PageUp and PageDown turn the pages of the note meanwhile; any other key ends it.

    Args:
        note: where the findings are.
        look: is given the finding whose letters were typed.
        end: is called when it is over.
    """

    def __init__(
        self, note: NoteView, *, look: Callable[[Mark], None], end: Callable[[], None]
    ) -> None:
        super().__init__(note)
        self._note = note
        self._look = look
        self._end = end
        self._marks: dict[str, Mark] = {}
        self._typed = ""

    def start(self) -> None:
        """Show the letters; the least certain finding has the shortest."""
        marks = sorted(self._note.marks_in_view, key=lambda mark: mark.finding.certainty)
        if not marks:
            return
        self._typed = ""
        self._marks = dict(zip(hints(len(marks)), marks, strict=True))
        self._note.text.setFocus()
        self._note.text.installEventFilter(self)
        self._show()

    def stop(self) -> None:
        """Show no letters any more."""
        if self._marks:
            self._marks = {}
            self._note.text.removeEventFilter(self)
            self._note.show_hints({})
            self._end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys while letters are shown."""
        if event.type() is QEvent.Type.FocusOut:
            self.stop()
        elif isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                # So that no letter does what it does otherwise.
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().eventFilter(watched, event)

    def _take(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _PAGES:
            bar = self._note.text.verticalScrollBar()
            bar.setValue(bar.value() + _PAGES[key] * bar.pageStep())
        elif key in {Qt.Key.Key_Shift, Qt.Key.Key_CapsLock}:
            return
        elif event.text().upper() in LETTERS and event.text():
            self._type(event.text().upper())
        else:
            self.stop()

    def _type(self, letter: str) -> None:
        typed = self._typed + letter
        mark = self._marks.get(typed)
        if mark is not None:
            self.stop()
            self._look(mark)
        elif any(hint.startswith(typed) for hint in self._marks):
            self._typed = typed
            self._show()
        else:
            self.stop()

    def _show(self) -> None:
        self._note.show_hints(
            {
                mark: hint[len(self._typed) :]
                for hint, mark in self._marks.items()
                if hint.startswith(self._typed)
            }
        )
