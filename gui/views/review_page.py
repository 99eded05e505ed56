# ruff: noqa: N802 - Qt gives methods their names
"""The review: the queue, how it stands with the note, the note before and after, its findings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from deid import Dropped, Mark, Span
from gui.actions import Actions, Do
from gui.desk import Phase
from gui.program import Program
from gui.review_acts import ReviewActs
from gui.theme import Theme
from gui.views.find_bar import FindBar
from gui.views.findings_panel import FindingsPanel
from gui.views.header import MessageBar, StateStrip
from gui.views.note_view import NoteView
from gui.views.pages_together import PagesTogether
from gui.views.panes import Panes
from gui.views.result_view import ResultView
from gui.views.scrolling import scroll_together
from gui.why_session import Told


class ReviewPage(QWidget):
    """Shows a session and hands on what is done in it.

    Args:
        program: the presenters behind it.
        actions: of the window.
        theme: the colours.
        queue: the list of notes, at the left.
    """

    def __init__(self, program: Program, actions: Actions, theme: Theme, *, queue: QWidget) -> None:
        super().__init__()
        self.setObjectName("page")
        self._session = session = program.session
        self._search = program.search
        self._why = program.why
        self._actions = actions
        self._settings = program.settings
        self._found: Span | None = None
        self.queue = queue
        self.strip = StateStrip()
        self.message = MessageBar(theme)
        self.find_bar = FindBar(theme)
        self.note = NoteView(
            theme, session.standard, [actions[do] for do in (Do.OPEN, Do.PASTE, Do.NEW)]
        )
        self.result = ResultView(theme)
        decisions = [actions[do] for do in (Do.ACCEPT, Do.REJECT, Do.RELABEL)]
        self.findings = FindingsPanel(theme, session.standard, decisions)
        self._lay_out()
        # Before those who act on the text, which some keys bring back.
        self.pages = PagesTogether(
            program.pages, actions, theme, note=self.note, result=self.result, parent=self
        )
        actions.add_letters(self.note.text, self.findings.table, *self.pages.views)
        self.acts = ReviewActs(
            session, actions, note=self.note, findings=self.findings, theme=theme, parent=self
        )
        self._connect()
        self._use_settings()
        self._show_note()
        self.show_state()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self.acts.theme = theme
        for view in (self.message, self.find_bar, self.note, self.result, self.findings):
            view.use_theme(theme)
        self.pages.use_theme(theme)
        self.show_state()

    def show_state(self) -> None:
        """Say how it stands, and let only that be done which can be."""
        session, actions = self._session, self._actions
        self.strip.show_session(session)
        self.acts.show_state()
        drafted = session.phase is Phase.DRAFT and bool(session.text.strip())
        actions[Do.EXAMINE].setEnabled(drafted or session.phase is Phase.EXAMINED)
        actions[Do.EDIT].setEnabled(session.editable)
        actions[Do.SAVE].setEnabled(session.savable and not session.is_listed)
        actions[Do.COPY_RESULT].setEnabled(session.savable)
        # Who must decide first is told so when asking to finish.
        actions[Do.FINISH].setEnabled(session.savable or session.waiting or session.owes_review)
        self.note.set_editable(session.phase is Phase.DRAFT)

    def heightForWidth(self, width: int) -> int:
        """As high as all of it needs at least: what is longer scrolls by itself."""
        layout = self.layout()
        return layout.totalMinimumHeightForWidth(width) if layout is not None else -1

    def start_search(self) -> None:
        """Ask what to search for; first what is selected."""
        span = self.note.selected_span()
        self.find_bar.ask(span.of(self._session.text) if span is not None else "")

    def _connect(self) -> None:
        session, search = self._session, self._search
        # Before the window gives them the focus, which only what is in sight can take.
        for do, view in (
            (Do.GO_TO_QUEUE, self.queue),
            (Do.GO_TO_NOTE, self.note),
            (Do.GO_TO_RESULT, self.result),
            (Do.GO_TO_FINDINGS, self.findings),
            (Do.FILTER, self.findings),
            (Do.RELABEL, self.findings),
            (Do.RELABEL_ALL, self.findings),
            (Do.WHY, self.findings),
            (Do.ADD, self.note),
            (Do.ADD_ALL, self.note),
        ):
            self._actions[do].triggered.connect(partial(self.panes.reveal, view))
        self._actions[Do.GO_TO_QUEUE].triggered.connect(
            lambda: self.panes.leave_out(self.queue, out=not self._settings.queue_shown)
        )
        self.pages.turned.connect(self._leave_out_queue)
        self.panes.turned.connect(lambda: self._look_at(self.findings.current()))
        self.note.typed.connect(session.write)
        self.note.mark_clicked.connect(self.findings.select)
        self.note.text.selectionChanged.connect(self.show_state)
        self.note.text.cursorPositionChanged.connect(self.acts.show_state)
        for text in (self.note.text, self.result.text):
            text.verticalScrollBar().valueChanged.connect(session.give_way)
        self.findings.current_changed.connect(self._look_at)
        self.findings.listing_changed.connect(self._show_marks)
        session.note_changed.connect(self._show_note)
        session.review_changed.connect(self._show_review)
        session.result_changed.connect(self._show_result)
        session.state_changed.connect(self.show_state)
        session.examined.connect(self._begin_review)
        self.findings.grouping_chosen.connect(self._choose_grouping)
        self.findings.reject_all_wanted.connect(session.decide.reject_all)
        self.findings.why_wanted.connect(self._why.ask)
        self._why.told.connect(self._tell_why)
        self._why.failed.connect(session.failed)
        self.find_bar.searched.connect(search.search)
        self.find_bar.stepped.connect(search.step)
        self.find_bar.mark_all.connect(self._mark_found)
        self.find_bar.closed.connect(self._stop_search)
        search.changed.connect(self._show_found)
        search.failed.connect(session.failed)
        self._settings.changed.connect(self._use_settings)
        self._actions.connect(
            {
                Do.WHY: lambda: self.findings.set_why_shown(self.findings.why.isHidden()),
                Do.FIND: self.start_search,
                Do.FIND_NEXT: lambda: search.step(1),
                Do.FIND_PREVIOUS: lambda: search.step(-1),
            }
        )

    def _lay_out(self) -> None:
        views = {
            self.tr("Queue"): (self.queue, 230),
            self.tr("Before"): (self.note, 430),
            self.tr("After"): (self.result, 390),
            self.tr("Findings"): (self.findings, 420),
        }
        self.panes = Panes(
            {words: view for words, (view, _) in views.items()},
            shares={words: share for words, (_, share) in views.items()},
            chosen=self.note,
        )
        self._scrolling = scroll_together(self.note, self.result)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(10)
        for bar in (self.strip, self.message, self.find_bar):
            layout.addWidget(bar)
        layout.addWidget(self.panes, 1)

    def _use_settings(self) -> None:
        self.findings.set_grouped(self._settings.grouped)
        self._leave_out_queue()

    def _leave_out_queue(self) -> None:
        """Pages want the room of the queue, unless that is asked for."""
        self.panes.leave_out(self.queue, out=self.pages.on or not self._settings.queue_shown)

    def _choose_grouping(self, grouped: bool) -> None:
        self._settings.grouped = grouped

    def _tell_why(self, mark: Mark, dropped: Sequence[Dropped], told: Told | None) -> None:
        self.findings.show_why(
            mark,
            dropped,
            told.weighed if told is not None else None,
            evidence=told.evidence if told is not None else (),
            waiting=told is None,
        )

    def _show_note(self) -> None:
        if self._session.phase is Phase.EMPTY and not self._session.text:
            self.note.show_invitation()
        else:
            self.note.show_text(self._session.text, places=self._session.places)
            if self._session.phase is Phase.DRAFT:
                self.panes.reveal(self.note)
                self.note.text.setFocus()
        self._show_review()

    def _begin_review(self) -> None:
        """Look at the first finding that wants a look."""
        self.panes.reveal(self.note)
        self.findings.table.setFocus()
        self.findings.start()

    def _show_review(self) -> None:
        session = self._session
        self.findings.show_marks(
            session.marks,
            session.text,
            session.standard,
            examined=session.review is not None,
            change=session.change,
            places=session.places,
        )
        self._show_marks()
        self.acts.show_missed()

    def _show_marks(self) -> None:
        session = self._session
        current, shown = self.findings.current(), self.findings.shown
        self.note.show_marks(session.marks, session.standard, current, shown, change=session.change)

    def _show_result(self) -> None:
        session = self._session
        waiting = session.redacted is None and session.review is not None
        first = self.result.places is None
        waiting = waiting and session.refusal is None
        self.result.show_result(session.result, waiting=waiting)
        if first and not waiting:
            self.result.show_current(self.findings.current())

    def _look_at(self, mark: Mark | None) -> None:
        self._session.give_way()
        self.note.show_current(mark)
        self.result.show_current(mark)
        self.acts.show_state()

    def _show_found(self) -> None:
        search = self._search
        self.find_bar.show_count(
            note=len(search.in_note),
            result=len(search.in_result),
            unmarked=len(search.unmarked),
            current=search.current + 1 if search.current is not None else None,
        )
        self.note.text.show_found(search.in_note, search.current)
        self.result.text.show_found(search.in_result, None)
        if search.place is not None and search.place != self._found:
            self.findings.select_replaced(search.place)
            self.note.text.reveal(search.place)
        self._found = search.place

    def _mark_found(self) -> None:
        if self._search.unmarked and self._session.reviewable:
            self.acts.add_each(self._search.unmarked)

    def _stop_search(self) -> None:
        self._search.stop()
        self.note.text.setFocus()
