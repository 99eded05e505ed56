"""The note after: the text as it would be saved, with the replacements in it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from deid import OperatorName, Redacted
from gui.theme import Kind, Theme
from gui.views.marked_text import MarkedText, Range


class ResultView(QFrame):
    """The redacted text, never to be edited."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._theme = theme
        self._redacted: Redacted | None = None
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
        self.text.show_ranges(tuple(self._ranges()))

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
        self.text.show_ranges(tuple(self._ranges()))
        bar.setValue(place)
        if redacted is not None:
            kept = sum(made.operator == OperatorName.KEEP for made in redacted.redactions)
            self.hint.setText(self.tr("{} replaced").format(len(redacted.redactions) - kept))

    def _ranges(self) -> Iterator[Range]:
        if self._redacted is None:
            return
        ranges = [
            Range(
                span=made.output_span,
                line=self._theme.ink(made.finding.label).line,
                tint=self._theme.ink(made.finding.label).tint,
                pen=Kind.of(made.finding.label).underline,
                badge="",
                told=f"{made.finding.label.value} · {made.operator}",
            )
            for made in self._redacted.redactions
            if made.operator != OperatorName.KEEP
        ]
        ranges += [
            Range(
                span=left.span,
                line=self._theme.bad.line,
                tint=self._theme.bad.tint,
                pen=Qt.PenStyle.SolidLine,
                badge="!",
                told=self.tr("still there: {}").format(left.label.value),
            )
            for left in self._redacted.residual
        ]
        yield from sorted(ranges, key=lambda one: one.span)
