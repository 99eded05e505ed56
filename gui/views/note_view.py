"""The note before: an invitation while there is none, else its text with the findings in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from operator import attrgetter

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deid import Mark, MarkState, Span, Standard, review
from gui.icons import Symbol, pixmap
from gui.places import Places
from gui.tables.findings import Shown
from gui.tables.listing import difference
from gui.tables.words import detector_words, label_words, sign, state_words
from gui.theme import Kind, Theme
from gui.views.action_button import ActionButton
from gui.views.mark_painter import Look
from gui.views.marked_text import MarkedText
from gui.views.room import HighEnough

_span = attrgetter("finding.span")


class NoteView(QFrame):
    """The text of the note.

    Signals:
        typed: carries the text after a change by hand.
        mark_clicked: carries the mark that was clicked.
    """

    typed = Signal(str)
    mark_clicked = Signal(object)

    def __init__(
        self,
        theme: Theme,
        standard: Standard,
        actions: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._standard = standard
        self._left_shown = False
        self.setObjectName("pane")
        self._theme = theme
        self._marks: tuple[Mark, ...] = ()
        self._spans: tuple[Span, ...] = ()
        self._current: Mark | None = None
        self._hints: Mapping[Mark, str] = {}
        self.text = MarkedText()
        self.text.setAccessibleName(self.tr("Note before redaction"))
        self.text.setPlaceholderText(self.tr("Type the note here, then press F5 to examine it."))
        self._empty = _Invitation(theme, actions)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.text)
        self._instead: QWidget | None = None
        self.heading = QLabel(self.tr("Before"))
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
        layout.addWidget(self._pages, 1)
        HighEnough(self)
        self.text.textChanged.connect(self._tell)
        self.text.clicked.connect(self._click)
        self.use_theme(theme)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        self._empty.use_theme(theme)
        self.text.use_colours(
            canvas=theme.surface, accent=theme.accent, ink=theme.text, quiet=theme.muted
        )
        self._repaint()

    def show_invitation(self) -> None:
        """Invite to bring a note."""
        self.show_text("")
        self._pages.setCurrentWidget(self._empty)
        self.hint.clear()

    def show_text(self, text: str, *, places: Places | None = None) -> None:
        """Show this text, which may be typed into if `set_editable` says so.

        Args:
            text: the note.
            places: of the file that its parts are from; None: it has none.
        """
        self._marks, self._spans = (), ()
        blocked = self.text.blockSignals(True)
        self.text.show_text(text)
        self.text.show_places(places or Places())
        self.text.blockSignals(blocked)
        self._pages.setCurrentWidget(self.front)

    @property
    def front(self) -> QWidget:
        """What shows the note: its text, or what stands instead of it."""
        return self._instead or self.text

    def show_instead(self, view: QWidget | None) -> None:
        """Show this instead of the text; None: the text again."""
        is_empty = self._pages.currentWidget() is self._empty
        self._instead = view
        if view is not None and self._pages.indexOf(view) < 0:
            self._pages.addWidget(view)
        if not is_empty:
            self._pages.setCurrentWidget(self.front)

    def set_editable(self, editable: bool) -> None:
        """Say whether the text may be typed into; a caret is there in any case."""
        self.text.set_editable(editable)

    def show_marks(
        self,
        marks: Sequence[Mark],
        standard: Standard,
        current: Mark | None,
        shown: Shown,
        *,
        change: review.Change | None = None,
    ) -> None:
        """Mark these in the text; such as were never kept only if they are listed.

        Args:
            marks: in the order of the text.
            standard: tells which of them are replaced, and which want a look.
            current: the one that is looked at.
            shown: which kind is listed.
            change: what the last act changed, if that is known.
        """
        left_shown = shown in {Shown.LEFT, Shown.ALL}
        alike = standard == self._standard and left_shown is self._left_shown
        before, last = self._marks, self._current
        self._standard, self._left_shown = standard, left_shown
        self._marks, self._current = tuple(marks), current
        gone, come = difference(before, self._marks, change)
        if _spans(gone) != _spans(come):
            self._spans = tuple(map(_span, self._marks))
        if alike:
            seen = _spans([*gone, *come, last, current])
            self.text.show_ranges(self._spans, self._look, changed=seen)
        else:
            self._repaint()

    def show_current(self, mark: Mark | None) -> None:
        """Frame this mark and scroll to it."""
        before, self._current = self._current, mark
        if mark is not None:
            self.text.reveal(mark.finding.span)
        self.text.refresh(_spans([before, mark]))

    @property
    def marks_in_view(self) -> tuple[Mark, ...]:
        """The marks that are to be seen in the text, in its order."""
        return tuple(mark for mark in self._marks if self._is_seen(mark))

    def show_hints(self, hints: Mapping[Mark, str]) -> None:
        """Show these letters at marks instead of what is there else; none: what is there else."""
        self._hints = hints
        self.hint.setText(self.tr("Type the letters at a finding") if hints else "")
        self.text.viewport().update()

    def selected_span(self) -> Span | None:
        """What is selected in the text."""
        return self.text.selected_span() if self._pages.currentWidget() is self.text else None

    def _repaint(self) -> None:
        self.text.show_ranges(self._spans, self._look)

    def _look(self, index: int) -> Look | None:
        mark = self._marks[index]
        if not self._is_seen(mark):
            return None
        finding, standard = mark.finding, self._standard
        replaced = standard.replaces(mark)
        ink = self._theme.ink(finding.label) if replaced else self._theme.neutral
        return Look(
            line=ink.line,
            tint=ink.tint if replaced else "",
            pen=Kind.of(finding.label).underline if replaced else Qt.PenStyle.DotLine,
            badge=self._badge(mark),
            told=partial(self._told, mark),
            heavy=standard.is_uncertain(mark),
            current=mark == self._current,
            loud=bool(self._hints),
        )

    def _told(self, mark: Mark) -> str:
        finding = mark.finding
        place = self.text.places.at(finding.span.start)
        told = (
            f"{finding.label.value}: {label_words(finding.label)}",
            state_words(mark, self._standard),
            f"{detector_words(finding.detector)} · {finding.score:.2f}",
            *([place] if place else []),
        )
        return "\n".join(told)

    def _is_seen(self, mark: Mark) -> bool:
        return mark.state is not MarkState.DROPPED or self._left_shown

    def _badge(self, mark: Mark) -> str:
        if self._hints:
            return self._hints.get(mark, "")
        return Kind.of(mark.finding.label).letter + sign(mark, self._standard)

    def _tell(self) -> None:
        self.typed.emit(self.text.plain_text())

    def _click(self, index: int) -> None:
        if 0 <= index < len(self._marks):
            self.mark_clicked.emit(self._marks[index])


def _spans(marks: Sequence[Mark | None]) -> list[Span]:
    return [mark.finding.span for mark in marks if mark is not None]


class _Invitation(QWidget):
    """What is shown while there is no note."""

    def __init__(
        self, theme: Theme, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        title = QLabel(
            self.tr("Open, paste or drop a note"), alignment=Qt.AlignmentFlag.AlignCenter
        )
        title.setObjectName("title")
        title.setWordWrap(True)
        words = self.tr("It is examined on this computer. The original is never changed.")
        promise = QLabel(words, alignment=Qt.AlignmentFlag.AlignCenter)
        promise.setObjectName("muted")
        promise.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for action in actions:
            row.addWidget(ActionButton(action))
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 24, 12, 24)
        layout.setSpacing(14)
        layout.addStretch(4)
        for widget in (self._picture, title, promise):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addLayout(row)
        layout.addStretch(5)
        self.use_theme(theme)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(Symbol.NOTE, theme.accent, theme.px(60), ratio=ratio))
