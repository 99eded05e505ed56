"""The review: how it stands with the note, the note before and after, and its findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from deid import Label, Mark, Span
from gui.actions import Actions, Do
from gui.desk import Phase
from gui.session import Session
from gui.theme import Theme
from gui.views.findings_panel import FindingsPanel
from gui.views.header import MessageBar, StateStrip
from gui.views.label_picker import LabelPicker
from gui.views.note_view import NoteView
from gui.views.result_view import ResultView


class ReviewPage(QWidget):
    """Shows a session and hands on what is done in it."""

    def __init__(
        self, session: Session, actions: Actions, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._actions = actions
        self._theme = theme
        self._last_label = Label.PATIENT
        self._last_added: Span | None = None
        self.strip = StateStrip()
        self.message = MessageBar(theme)
        self.note = NoteView(
            theme, session.policy, [actions[do] for do in (Do.OPEN, Do.PASTE, Do.NEW)]
        )
        self.result = ResultView(theme)
        decisions = [actions[do] for do in (Do.ACCEPT, Do.REJECT, Do.RELABEL)]
        self.findings = FindingsPanel(theme, session.policy, decisions)
        self._lay_out()
        actions.add_letters(self.note.text, self.findings.table)
        actions.connect(
            {
                Do.ACCEPT: self._accept,
                Do.REJECT: self._reject,
                Do.RELABEL: self._ask_relabel,
                Do.ADD: self._ask_add,
                Do.NEXT: lambda: self.findings.step(1),
                Do.PREVIOUS: lambda: self.findings.step(-1),
                Do.NEXT_UNCERTAIN: self.findings.step_uncertain,
            }
        )
        self.note.typed.connect(session.write)
        self.note.mark_clicked.connect(self.findings.select)
        self.note.text.selectionChanged.connect(self.show_state)
        self.findings.current_changed.connect(self._look_at)
        self.findings.listing_changed.connect(self._show_marks)
        session.note_changed.connect(self._show_note)
        session.review_changed.connect(self._show_review)
        session.result_changed.connect(self._show_result)
        session.state_changed.connect(self.show_state)
        self._show_note()
        self.show_state()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        for view in (self.message, self.note, self.result, self.findings):
            view.use_theme(theme)
        self.show_state()

    def show_state(self) -> None:
        """Say how it stands, and let only that be done which can be."""
        session, actions = self._session, self._actions
        self.strip.show_session(session)
        examined = session.phase is Phase.EXAMINED and session.review is not None
        current = examined and self.findings.current() is not None
        for do in (Do.ACCEPT, Do.REJECT, Do.RELABEL, Do.NEXT, Do.PREVIOUS):
            actions[do].setEnabled(current)
        actions[Do.NEXT_UNCERTAIN].setEnabled(examined and session.tally.uncertain > 0)
        actions[Do.ADD].setEnabled(examined and self.note.selected_span() is not None)
        drafted = session.phase is Phase.DRAFT and bool(session.text.strip())
        actions[Do.EXAMINE].setEnabled(drafted or session.phase is Phase.EXAMINED)
        actions[Do.EDIT].setEnabled(session.editable)
        actions[Do.SAVE].setEnabled(session.savable)
        actions[Do.UNDO].setEnabled(examined and session.undo_stack.canUndo())
        actions[Do.REDO].setEnabled(examined and session.undo_stack.canRedo())
        self.note.set_editable(session.phase is Phase.DRAFT)

    def _lay_out(self) -> None:
        split = QSplitter()
        split.setHandleWidth(10)
        split.setChildrenCollapsible(False)
        for view, share in ((self.note, 5), (self.result, 5), (self.findings, 5)):
            split.addWidget(view)
            split.setStretchFactor(split.count() - 1, share)
        split.setSizes([480, 450, 470])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)

    def _show_note(self) -> None:
        if self._session.phase is Phase.EMPTY and not self._session.text:
            self.note.show_invitation()
        else:
            self.note.show_text(self._session.text)
            if self._session.phase is Phase.DRAFT:
                self.note.text.setFocus()
        self._show_review()

    def _show_review(self) -> None:
        session = self._session
        self.findings.show_marks(session.marks, session.text, session.policy)
        added, self._last_added = self._last_added, None
        for mark in session.marks:
            if added is not None and mark.state.replaced and mark.finding.span.covers(added):
                self.findings.select(mark)
        self._show_marks()

    def _show_marks(self) -> None:
        session = self._session
        current, shown = self.findings.current(), self.findings.shown
        self.note.show_marks(session.marks, session.policy, current, shown)

    def _show_result(self) -> None:
        session = self._session
        waiting = session.redacted is None and session.review is not None
        self.result.show_result(session.redacted, waiting=waiting and session.refusal is None)

    def _look_at(self, mark: Mark | None) -> None:
        self.note.show_current(mark)
        self.result.show_current(mark)
        self.show_state()

    def _accept(self) -> None:
        self._decide(self._session.accept)

    def _reject(self) -> None:
        self._decide(self._session.reject)

    def _decide(self, decide: Callable[[Sequence[Mark]], None]) -> None:
        marks = self.findings.selected()
        rows = self.findings.table.model().rowCount()
        if marks:
            decide(marks)
            # Where the mark left the list, the next one has its row already.
            if len(marks) == 1 and rows == self.findings.table.model().rowCount():
                self.findings.step(1)

    def _ask_relabel(self) -> None:
        marks = self.findings.selected()
        if marks:
            picker = LabelPicker(self._theme, self.tr("Change label to"), self)
            picker.chosen.connect(lambda label: self._session.relabel(marks, label))
            table = self.findings.table
            row = table.visualRect(table.currentIndex())
            picker.ask(
                table.viewport().mapToGlobal(row.bottomLeft() + QPoint(60, 4)),
                first=marks[0].finding.label,
            )

    def _ask_add(self) -> None:
        span = self.note.selected_span()
        if span is not None:
            picker = LabelPicker(self._theme, self.tr("Mark selection as"), self)
            picker.chosen.connect(lambda label: self._add(span, label))
            text = self.note.text
            below = text.cursorRect().bottomLeft() + QPoint(0, 8)
            picker.ask(text.viewport().mapToGlobal(below), first=self._last_label)

    def _add(self, span: Span, label: Label) -> None:
        self._last_label, self._last_added = label, span
        self._session.add(span, label)
