"""A text of a sampled note with what was replaced in it, and what a reader found left."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from deid import Label, Span, officer
from gui.officer.opened_sample import Leak
from gui.theme import Kind, Theme
from gui.views.mark_painter import Look
from gui.views.marked_text import MarkedText

NoteText = officer.sampled_notes.NoteText
Remark = officer.sampled_notes.Remark


class ReadingText(QFrame):
    """Shows a text that is never edited.

    Args:
        title: what stands above it.
        name: what a screen reader calls it.
        theme: the colours.
        parent: the page.
    """

    def __init__(self, title: str, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._theme = theme
        self._marks: list[tuple[Span, Label, bool]] = []
        self._shown: NoteText | None = None
        self.text = MarkedText()
        self.text.setAccessibleName(name)
        self.heading = QLabel(title)
        self.heading.setObjectName("heading")
        self.hint = QLabel()
        self.hint.setObjectName("muted")
        top = QHBoxLayout()
        top.setContentsMargins(16, 11, 16, 4)
        top.addWidget(self.heading)
        top.addStretch()
        top.addWidget(self.hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.text, 1)
        self.use_theme(theme)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        self.text.use_colours(canvas=theme.surface, accent=theme.accent, ink=theme.text)
        self.text.setMinimumHeight(theme.px(180))

    def show_note(self, note: NoteText | None, leaks: Sequence[Leak] = ()) -> None:
        """Show this text, what was replaced in it, and what is left."""
        if note is not self._shown:
            self._shown = note
            self.text.show_text(note.text if note is not None else "")
        replaced = note.replaced if note is not None else ()
        marks = [(one.span, one.label, False) for one in replaced]
        marks += [(leak.span, leak.label, True) for leak in leaks]
        self._marks = sorted(marks, key=lambda mark: mark[0])
        self.text.show_ranges([span for span, _, _ in self._marks], self._look)
        words = self.tr("{} replaced").format(len(replaced)) if note is not None else ""
        remarks = note.remarks if note is not None else ()
        if Remark.DIFFERS in remarks:
            words = self.tr("Reads otherwise now than when it was redacted: nothing is marked")
        elif Remark.PICTURE in remarks:
            words = self.tr("{}; read in a picture: look at the file, too").format(words)
        self.hint.setText(words)
        self.hint.setToolTip("\n".join(remarks))

    def chosen_span(self) -> Span | None:
        """What is selected, or the word at the caret; None where there is none."""
        selected = self.text.selected_span()
        if selected is not None:
            return selected
        cursor = self.text.textCursor()
        before = cursor.position()
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self.text.setTextCursor(cursor)
        found = self.text.selected_span()
        cursor.setPosition(before)
        self.text.setTextCursor(cursor)
        return found

    def _look(self, index: int) -> Look:
        _, label, left = self._marks[index]
        if left:
            told = partial(self.tr("left: {}").format, label.value)
            bad = self._theme.bad
            return Look(bad.line, bad.tint, Qt.PenStyle.SolidLine, "!", told, heavy=True)
        ink, kind = self._theme.ink(label), Kind.of(label)
        told = partial(self.tr("replaced: {}").format, label.value)
        return Look(ink.line, ink.tint, kind.underline, kind.letter, told)
