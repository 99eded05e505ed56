# ruff: noqa: N802 - Qt gives methods their names
"""The note after: the text as it would be saved, with the replacements in it.

Identifiers that are withheld from a reviewer stand in it until it is saved; nothing that is copied
or dragged out of it holds them.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from deid import Finding, Mark, OperatorName, Redacted, Redaction, Span, review
from gui.clipboard import mime_data
from gui.offsets import PlaceMap
from gui.theme import Kind, Theme
from gui.views.mark_painter import Look
from gui.views.patched_text import PatchedText

_output_span, _operator = attrgetter("output_span"), attrgetter("operator")
_KEEP = OperatorName.KEEP.value


class ResultText(PatchedText):
    """Shows a result; what is copied out of it is what will be written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Redacted | None = None
        self._written: Redacted | None = None

    def use_result(self, shown: Redacted | None, written: Redacted | None) -> None:
        """Say of which results the text is.

        Args:
            shown: whose text is to be seen.
            written: whose text is copied in its stead.
        """
        self._shown, self._written = shown, written

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied, dragged, or selected for the middle button."""
        start, end = self.selection()
        if self._shown is None or self._written is None or start == end:
            return QMimeData()
        return mime_data(review.as_written(self._shown, self._written, Span(start, end)))


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
        self._redacted: Redacted | None = None
        self._waiting = False
        self._marks: list[Redaction | Finding] = []
        self._places = PlaceMap(())
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
        self.text.use_colours(canvas=theme.surface, accent=theme.accent, ink=theme.text)
        self._mark()

    @property
    def places(self) -> PlaceMap | None:
        """Which place of the note is which of the result; None while no result is shown."""
        return self._places if self._redacted is not None else None

    def show_result(
        self, redacted: Redacted | None, *, waiting: bool, written: Redacted | None = None
    ) -> None:
        """Show this result; while one is on its way, leave the old one and say so.

        Args:
            redacted: the result as it may be seen.
            waiting: whether another one is on its way.
            written: the result as it will be written, which is what is copied; None: as shown.
        """
        self._waiting = waiting
        if redacted is None and waiting:
            self._say_how_far()
            return
        self._places = PlaceMap(redacted.redactions if redacted is not None else ())
        text = redacted.text if redacted is not None else ""
        if redacted is None or self._redacted is None:
            self.text.show_redacted(text, self._places)
        else:
            self.text.change_redacted(text, self._places)
        self._redacted = redacted
        self.text.use_result(redacted, written if written is not None else redacted)
        self._pages.setCurrentIndex(0 if redacted is None else 1)
        self._mark()
        self._say_how_far()
        self.changed.emit()

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
        elif self._redacted is None:
            self.hint.setText("")
        else:
            redactions = self._redacted.redactions
            kept = sum(map(_KEEP.__eq__, map(_operator, redactions)))
            self.hint.setText(self.tr("{} replaced").format(len(redactions) - kept))

    def _follow_patch(self) -> None:
        """More of the text is as it is to be, and so what is in sight may have moved."""
        if not self.text.underway:
            self._say_how_far()
        self.changed.emit()

    def _place(self, span: Span | None) -> Span | None:
        """What stands in the place of a range of the note."""
        return self._places.output_span(span) if span is not None else None

    def _mark(self) -> None:
        """Mark what was put in, and what is left that should not be there."""
        redacted = self._redacted
        redactions = redacted.redactions if redacted is not None else ()
        self._marks = [*redactions]
        spans = list(map(_output_span, redactions))
        for left in redacted.residual if redacted is not None else ():
            at = bisect_left(spans, left.span)
            spans.insert(at, left.span)
            self._marks.insert(at, left)
        self.text.show_ranges(spans, self._look)

    def _look(self, index: int) -> Look | None:
        mark = self._marks[index]
        if isinstance(mark, Finding):
            told = self.tr("still there: {}").format(mark.label.value)
            bad = self._theme.bad
            return Look(bad.line, bad.tint, Qt.PenStyle.SolidLine, "!", told, heavy=True)
        if mark.operator == _KEEP:
            return None
        label = mark.finding.label
        ink = self._theme.ink(label)
        told = f"{label.value} · {mark.operator}"
        current = mark.finding.span == self._current
        pen = Kind.of(label).underline
        return Look(ink.line, ink.tint, pen, Kind.of(label).letter, told, current=current)
