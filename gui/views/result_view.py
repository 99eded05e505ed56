"""The note after: the text as it would be saved, with the replacements in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from deid import Finding, Mark, OperatorName, Redacted, Redaction, Span
from gui.theme import Kind, Theme
from gui.views.marked_text import Look, MarkedText


class ResultView(QFrame):
    """The redacted text, never to be edited."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._theme = theme
        self._redacted: Redacted | None = None
        self._marks: list[Redaction | Finding] = []
        self._places: dict[Span, Span] = {}
        self._current: Span | None = None
        self.text = MarkedText()
        self.text.setAccessibleName(self.tr("Note after redaction"))
        flags = Qt.TextInteractionFlag
        self.text.setTextInteractionFlags(
            flags.TextSelectableByKeyboard | flags.TextSelectableByMouse
        )
        self.text.setAcceptDrops(False)
        self.text.viewport().setAcceptDrops(False)
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
        self.text.use_colours(canvas=theme.surface, accent=theme.accent)
        self._mark()

    def show_result(self, redacted: Redacted | None, *, waiting: bool) -> None:
        """Show this result; while one is on its way, leave the old one and say so."""
        self.hint.setText(self.tr("bringing up to date …") if waiting else "")
        if redacted is None and waiting:
            return
        bar = self.text.verticalScrollBar()
        place = bar.value()
        self._redacted = redacted
        self._pages.setCurrentIndex(0 if redacted is None else 1)
        self.text.show_text(redacted.text if redacted is not None else "")
        self._mark()
        bar.setValue(place)
        if redacted is not None:
            kept = sum(made.operator == OperatorName.KEEP for made in redacted.redactions)
            self.hint.setText(self.tr("{} replaced").format(len(redacted.redactions) - kept))

    def show_current(self, mark: Mark | None) -> None:
        """Frame what stands in the place of this mark, and scroll to it."""
        self._current = mark.finding.span if mark is not None else None
        place = self._places.get(self._current) if self._current is not None else None
        if place is not None:
            self.text.reveal(place)
        self.text.viewport().update()

    def _mark(self) -> None:
        """Mark what was put in, and what is left that should not be there."""
        marks: list[Redaction | Finding] = []
        if self._redacted is not None:
            marks += [m for m in self._redacted.redactions if m.operator != OperatorName.KEEP]
            marks += self._redacted.residual
        redactions = self._redacted.redactions if self._redacted is not None else ()
        self._places = {made.finding.span: made.output_span for made in redactions}
        marks.sort(key=_span)
        self._marks = marks
        self.text.show_ranges([_span(mark) for mark in marks], self._look)

    def _look(self, index: int) -> Look:
        mark = self._marks[index]
        if isinstance(mark, Finding):
            told = self.tr("still there: {}").format(mark.label.value)
            bad = self._theme.bad
            return Look(bad.line, bad.tint, Qt.PenStyle.SolidLine, "!", told)
        label = mark.finding.label
        ink = self._theme.ink(label)
        told = f"{label.value} · {mark.operator}"
        current = mark.finding.span == self._current
        return Look(ink.line, ink.tint, Kind.of(label).underline, "", told, current=current)


def _span(mark: Redaction | Finding) -> Span:
    return mark.output_span if isinstance(mark, Redaction) else mark.span
