"""What the actions of the review do to the finding that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from deid import Edge, Label, Mark, Span, Unit, review
from gui.actions import LABELS, Actions, Do
from gui.everywhere import Everywhere
from gui.keys import native
from gui.session import Session
from gui.tables.findings import Shown
from gui.theme import Theme
from gui.views.findings_panel import FindingsPanel
from gui.views.jump import Jump
from gui.views.label_picker import LabelPicker
from gui.views.note_view import NoteView

_MOVES = {
    (Edge.END, Unit.WORD, True): Do.EXTEND_END,
    (Edge.END, Unit.WORD, False): Do.SHRINK_END,
    (Edge.START, Unit.WORD, True): Do.EXTEND_START,
    (Edge.START, Unit.WORD, False): Do.SHRINK_START,
    (Edge.END, Unit.CHARACTER, True): Do.EXTEND_END_CHAR,
    (Edge.END, Unit.CHARACTER, False): Do.SHRINK_END_CHAR,
    (Edge.START, Unit.CHARACTER, True): Do.EXTEND_START_CHAR,
    (Edge.START, Unit.CHARACTER, False): Do.SHRINK_START_CHAR,
}
_ON_A_MARK = (
    *(Do.ACCEPT, Do.REJECT, Do.RELABEL, Do.ACCEPT_ALL, Do.REJECT_ALL, Do.RELABEL_ALL),
    *(Do.NEXT, Do.PREVIOUS, Do.WHY),
)


class ReviewActs(QObject):
    """Connects the actions of the review.

    Args:
        session: the note on the desk.
        actions: of the window.
        note: where the caret and the selection are.
        findings: where the mark that is looked at is.
        theme: colours of what is asked.
        parent: owns what is asked.
    """

    def __init__(
        self,
        session: Session,
        actions: Actions,
        *,
        note: NoteView,
        findings: FindingsPanel,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._session = session
        self._actions = actions
        self._note = note
        self._findings = findings
        self._parent = parent
        self._asked_missed = False
        self._choices: tuple[Label, ...] = ()
        self._choices_of = review.LabelChoices().of
        self._offered: tuple[review.Review | None, Mark | None] = (None, None)
        self.everywhere = Everywhere(actions, findings.facts, self)
        self.jump = Jump(note, look=findings.select, end=findings.table.setFocus)
        decide = session.decide
        actions.connect(
            {
                Do.ACCEPT: partial(self._decide, decide.accept),
                Do.REJECT: partial(self._decide, decide.reject),
                Do.RELABEL: partial(self._ask_label_for_marks, every=False),
                Do.ADD: partial(self._ask_label_for_span, every=False),
                Do.ACCEPT_ALL: partial(self._decide_all, decide.accept_all),
                Do.REJECT_ALL: partial(self._decide_all, decide.reject_all),
                Do.RELABEL_ALL: partial(self._ask_label_for_marks, every=True),
                Do.ADD_ALL: partial(self._ask_label_for_span, every=True),
                Do.NEXT: lambda: findings.step(1),
                Do.PREVIOUS: lambda: findings.step(-1),
                Do.NEXT_UNCERTAIN: findings.step_uncertain,
                Do.JUMP: self.jump.start,
                Do.MISSED: self._ask_what_was_missed,
            }
        )
        for at, do in enumerate(LABELS):
            actions.connect({do: partial(self._choose, at)})
        for edge, unit, outward in product(Edge, Unit, (True, False)):
            move = partial(self._move, edge=edge, unit=unit, outward=outward)
            actions.connect({_MOVES[edge, unit, outward]: move})

    def show_state(self) -> None:
        """Let only that be done which can be, and offer the labels that a mark may have."""
        session, actions = self._session, self._actions
        actions[Do.JUMP].setEnabled(session.reviewable and bool(session.marks))
        current = self._findings.current() if session.reviewable else None
        for do in (*_ON_A_MARK, *_MOVES.values()):
            actions[do].setEnabled(current is not None)
        actions[Do.NEXT_UNCERTAIN].setEnabled(session.reviewable and session.tally.uncertain > 0)
        actions[Do.MISSED].setEnabled(session.reviewable)
        span = self._span() if session.reviewable else None
        actions[Do.ADD].setEnabled(span is not None)
        actions[Do.ADD_ALL].setEnabled(span is not None)
        self._offer(current)

    def show_missed(self) -> None:
        """List what was suggested, the likeliest first looked at, so that it may be accepted."""
        state = self._session.review
        last = state.events[-1] if state is not None and state.events else None
        if not self._asked_missed or last is None or last.act.kind is not review.ActKind.SUGGEST:
            return
        self._asked_missed = False
        if last.step is review.Step.DONE and last.act.after:
            self._findings.list_only(Shown.LEFT)
            self._findings.select(max(last.act.after, key=lambda mark: mark.finding.score))
            self._findings.table.setFocus()

    def add_each(self, spans: Sequence[Span]) -> None:
        """Ask for a label, and mark these ranges with it."""
        self._ask(
            self._mark_words(len(spans)),
            lambda label: self._session.decide.add_each(spans, label),
            self._below_caret(),
            review.new_choices(self._reviewed, spans[0]),
        )

    def _ask_what_was_missed(self) -> None:
        self._asked_missed = True
        self._session.look_again()

    def _decide(self, decide: Callable[[Sequence[Mark]], None]) -> None:
        marks = self._findings.selected()
        if marks:
            self._findings.decide(partial(decide, marks))

    def _decide_all(self, decide: Callable[[Mark], None]) -> None:
        mark = self._findings.current()
        if mark is not None:
            self._findings.decide(partial(decide, mark))

    def _move(self, *, edge: Edge, unit: Unit, outward: bool) -> None:
        mark = self._findings.current()
        if mark is not None:
            self._session.decide.move(mark, edge=edge, unit=unit, outward=outward)

    def _offer(self, mark: Mark | None) -> None:
        """Show which keys change the label of a mark at once, and to what."""
        state = self._session.review if mark is not None else None
        if self._offered[0] is not state or self._offered[1] is not mark:
            self._offered = state, mark
            self._choices = ()
            if state is not None and mark is not None:
                self._choices = self._choices_of(state, mark)
            self.everywhere.look_at(state, mark)
        for at, do in enumerate(LABELS):
            self._actions[do].setEnabled(at < len(self._choices))
        keys = [self._actions.keys(do) for do in LABELS]
        self._findings.facts.show_choices(
            [
                (native(its[0]), label)
                for its, label in zip(keys, self._choices, strict=False)
                if its
            ]
        )

    def _choose(self, at: int) -> None:
        marks = self._findings.selected()
        if marks and at < len(self._choices):
            self._relabel(marks, False, self._choices[at])

    def _ask_label_for_marks(self, *, every: bool) -> None:
        marks = self._findings.selected()
        if not marks:
            return
        words = self.tr("Change label to")
        count = review.reach(self._reviewed, marks[0]).replaced if every else 1
        if count > 1:
            words = self.tr("Change label at {:,} places to").format(count)
        table = self._findings.table
        row = table.visualRect(table.currentIndex())
        place = table.viewport().mapToGlobal(row.bottomLeft() + QPoint(60, 4))
        self._ask(words, partial(self._relabel, marks, every), place, self._choices)

    def _relabel(self, marks: Sequence[Mark], every: bool, label: Label) -> None:
        decide = self._session.decide
        if every:
            self._findings.decide(partial(decide.relabel_all, marks[0], label))
        else:
            self._findings.decide(partial(decide.relabel, marks, label))

    def _ask_label_for_span(self, *, every: bool) -> None:
        span = self._span()
        if span is None:
            return
        count = len(review.occurrences(self._reviewed, span)) if every else 1
        words = self._mark_words(count)
        likely = review.new_choices(self._reviewed, span)
        self._ask(words, partial(self._add, span, every), self._below_caret(), likely)

    def _mark_words(self, count: int) -> str:
        if count == 1:
            return self.tr("Mark as")
        return self.tr("Mark {:,} places as").format(count)

    def _add(self, span: Span, every: bool, label: Label) -> None:
        add = self._session.decide.add_all if every else self._session.decide.add
        add(span, label)
        self._findings.select_at(span)

    @property
    def _reviewed(self) -> review.Review:
        if self._session.review is None:
            raise LookupError("no note is being reviewed")
        return self._session.review

    def _span(self) -> Span | None:
        """What is selected in the note, or the word at the caret."""
        selected = self._note.selected_span()
        if selected is not None:
            return review.whole_names(self._session.text, selected)
        return review.word_at(self._session.text, self._note.text.caret())

    def _below_caret(self) -> QPoint:
        text = self._note.text
        return text.viewport().mapToGlobal(text.cursorRect().bottomLeft() + QPoint(0, 8))

    def _ask(
        self,
        words: str,
        then: Callable[[Label], None],
        place: QPoint,
        likely: Sequence[Label],
    ) -> None:
        picker = LabelPicker(self.theme, words, likely=likely, parent=self._parent)
        picker.chosen.connect(self._session.for_this_note(then))
        picker.ask(place)
