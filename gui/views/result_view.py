# ruff: noqa: N802 - Qt gives methods their names
"""The note after: the text as it would be saved, with the replacements in it.

Identifiers that are withheld from a reviewer stand in it until it is saved; nothing that is copied
or dragged out of it holds them.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from deid import Finding, Mark, OperatorName, Redaction, Span, managed, review
from gui.clipboard import mime_data
from gui.offsets import OffsetMap, PlaceMap
from gui.patchwork import Shown
from gui.places import Places
from gui.result import Result
from gui.theme import Kind, Theme
from gui.views.mark_painter import Look
from gui.views.patched_text import PatchedText

_NOTHING: Final = Shown("", PlaceMap(()), OffsetMap(""))
_KEEP = OperatorName.KEEP.value


class ResultText(PatchedText):
    """Shows a result; what is copied out of it is what will be written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: Result | None = None

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied, dragged, or selected for the middle button."""
        start, end = self.selection()
        if self.result is None or start == end or not managed.current().may_copy_result:
            return QMimeData()
        seen, written = self.result.seen, self.result.written
        return mime_data(review.as_written(seen, written, Span(start, end)))


class ResultView(QFrame):
    """The redacted text, never to be edited.

    Signals:
        changed: another result is shown.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._theme = theme
        self._result: Result | None = None
        self._waiting = False
        self._current: Span | None = None
        self.text = ResultText()
        self.text.setAccessibleName(self.tr("Note after redaction"))
        self.text.patched.connect(self._follow_patch)
        empty = QLabel(self.tr("The result appears here\nonce the note is examined."))
        empty.setObjectName("muted")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self.text)
        self._instead: QWidget | None = None
        heading = QLabel(self.tr("After"))
        heading.setObjectName("heading")
        self.hint = QLabel()
        self.hint.setObjectName("muted")
        top = QHBoxLayout()
        top.setContentsMargins(16, 11, 16, 4)
        top.addWidget(heading)
        top.addStretch()
        top.addWidget(self.hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        self.use_theme(theme)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        self.text.use_colours(
            canvas=theme.surface, accent=theme.accent, ink=theme.text, quiet=theme.muted
        )
        self._mark()

    @property
    def places(self) -> PlaceMap | None:
        """Which place of the note is which of the result; None while no result is shown."""
        return self._result.shown.places if self._result is not None else None

    def show_result(self, result: Result | None, *, waiting: bool) -> None:
        """Show this result; while one is on its way, leave the old one and say so.

        Args:
            result: what was made of the note.
            waiting: whether another one is on its way.
        """
        self._waiting = waiting
        if result is None and waiting:
            self._say_how_far()
            return
        shown = result.shown if result is not None else _NOTHING
        if result is None or self._result is None:
            self.text.show_redacted(shown)
        else:
            self.text.change_redacted(shown)
        self._result = self.text.result = result
        self._turn()
        self._mark()
        self._say_how_far()
        self._show_places()
        self.changed.emit()

    @property
    def front(self) -> QWidget:
        """What shows the result: its text, or what stands instead of it."""
        return self._instead or self.text

    def show_instead(self, view: QWidget | None) -> None:
        """Show this instead of the text; None: the text again."""
        self._instead = view
        if view is not None and self._pages.indexOf(view) < 0:
            self._pages.addWidget(view)
        self._turn()

    def _turn(self) -> None:
        if self._result is None and self._instead is None:
            self._pages.setCurrentIndex(0)
        else:
            self._pages.setCurrentWidget(self.front)

    def show_current(self, mark: Mark | None) -> None:
        """Frame what stands in the place of this mark, and scroll to it."""
        self.text.rest()
        places = [self._place(self._current)]
        self._current = mark.finding.span if mark is not None else None
        places.append(self._place(self._current))
        if places[-1] is not None:
            self.text.reveal(places[-1])
        self.text.refresh([place for place in places if place is not None])

    def _say_how_far(self) -> None:
        """Say how many places are replaced, once all of the text shows it."""
        if self._waiting or self.text.underway:
            self.hint.setText(self.tr("bringing up to date …"))
        elif self._result is None:
            self.hint.setText("")
        else:
            self.hint.setText(self.tr("{} replaced").format(self._result.replaced))

    def _follow_patch(self) -> None:
        """More of the text is as it is to be, and so what is in sight may have moved."""
        if not self.text.underway:
            self._say_how_far()
            self._show_places()
        self.changed.emit()

    def _show_places(self) -> None:
        """Say where the parts are from, once all of the text is as it is to be."""
        if not self.text.underway:
            self.text.show_places(self._result.origins if self._result is not None else Places())

    def _place(self, span: Span | None) -> Span | None:
        """What stands in the place of a range of the note."""
        places = self.places
        return places.output_span(span) if span is not None and places is not None else None

    def _mark(self) -> None:
        """Mark what was put in, and what is left that should not be there."""
        self.text.show_ranges(self._result.spans if self._result is not None else (), self._look)

    def _look(self, index: int) -> Look | None:
        if self._result is None:
            return None
        mark = self._result.marks[index]
        if isinstance(mark, Finding):
            bad, told = self._theme.bad, partial(self._told, mark)
            return Look(bad.line, bad.tint, Qt.PenStyle.SolidLine, "!", told, heavy=True)
        if mark.operator == _KEEP:
            return None
        label = mark.finding.label
        ink = self._theme.ink(label)
        told = partial(self._told, mark)
        current = mark.finding.span == self._current
        pen = Kind.of(label).underline
        return Look(ink.line, ink.tint, pen, Kind.of(label).letter, told, current=current)

    def _told(self, mark: Redaction | Finding) -> str:
        if isinstance(mark, Finding):
            return self.tr("still there: {}").format(mark.label.value)
        return f"{mark.finding.label.value} · {mark.operator}"
