# ruff: noqa: N802 - Qt gives methods their names
"""The list of findings beside the note, and what stands about the one that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMargins, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from deid import Dropped, Mark, MarkState, Span, Standard, explain, review
from gui.places import Places
from gui.tables.emptiness import why_empty
from gui.tables.findings import Column, FindingsModel, Order, Shown
from gui.theme import Theme
from gui.views.action_button import ActionButton
from gui.views.finding_facts import CopiesHint, FindingFacts
from gui.views.findings_cursor import FindingsCursor
from gui.views.findings_head import FindingsHead, direction
from gui.views.findings_table import FindingsTable
from gui.views.flow import FlowLayout
from gui.views.foot import Foot
from gui.views.why_panel import Weighed, WhyPanel

_LEAST_WIDTH = 300
"""In pixels at the usual size: the card below the list has room for the longest words."""


class FindingsPanel(QFrame):
    """Lists marks, each in a row or those of one identity together; one row is looked at.

    Signals:
        current_changed: carries the mark that is looked at now, or None.
        listing_changed: another kind of marks is listed.
        grouping_chosen: carries whether marks of one identity are to be in one row.
        reject_all_wanted: carries a rejected mark, whose copies are to be rejected too.
        why_wanted: carries the mark for which `show_why` is to be called.
    """

    current_changed = Signal(object)
    listing_changed = Signal()
    grouping_chosen = Signal(bool)
    reject_all_wanted = Signal(object)
    why_wanted = Signal(object)

    def __init__(
        self,
        theme: Theme,
        standard: Standard,
        actions: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._model = FindingsModel(standard, self)
        self._updating = False
        self._deciding = False
        self._examined = False
        self._rejected: Mark | None = None
        self._asked_why: Mark | None = None
        self._text = ""
        self.head = FindingsHead()
        self.words = self.head.words
        self.kinds = self.head.kinds
        self.table = FindingsTable(self._model, theme)
        self._cursor = FindingsCursor(self.table, self._model)
        self.facts = FindingFacts()
        self.hint = CopiesHint()
        self.why = WhyPanel()
        self.why.hide()
        self._lay_out(actions)
        self._connect()
        self._show_counts()

    @property
    def shown(self) -> Shown:
        """Which marks are listed."""
        return self._model.shown

    @property
    def grouped(self) -> bool:
        """Whether marks of one identity are in one row."""
        return self._model.grouped

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self.table.use_theme(theme)
        self._share_height()

    def show_marks(
        self,
        marks: Sequence[Mark],
        text: str,
        standard: Standard,
        *,
        examined: bool = False,
        change: review.Change | None = None,
        places: Places | None = None,
    ) -> None:
        """List these marks; the row that was looked at stays so, or the one in its place.

        Args:
            marks: in the order of the text.
            text: of the note.
            standard: tells which of them are replaced, and which want a look.
            examined: whether the note was examined, so that an empty list says something.
            change: what the last act changed, if that is known.
            places: of the file that the parts of the note are from; None: it has none.
        """
        self._model.places = places or Places()
        another = text != self._text
        self._text, self._examined = text, examined
        if another:
            self._cursor.forget()
        else:
            self._cursor.remember()
        self._updating = True
        self._model.show(marks, text, standard, change=change)
        # Where `decide` would look at the next row after these marks are shown, do so at once.
        going_on, self._deciding = self._deciding, False
        went_on = self._cursor.come_back(going_on=going_on)
        self._remember_rejected(another)
        if went_on:
            self._rejected = None
        self._updating = False
        self._show_counts()
        self._tell()

    def current(self) -> Mark | None:
        """The mark that is looked at; of a group, the one that most wants a look."""
        return self._cursor.mark

    def selected(self) -> tuple[Mark, ...]:
        """All marks of all rows that are selected, in the order of the text."""
        return self._cursor.selected()

    def select(self, mark: Mark) -> None:
        """Look at this mark and at no other of its identity; if it is not listed, list all."""
        if self._model.row_of(mark) is None:
            self.head.list_all()
        self._cursor.go_to_mark(mark)

    def select_at(self, span: Span) -> None:
        """Look at the first mark that overlaps a range of the note, if there is one."""
        mark = self._model.mark_at(span)
        if mark is not None:
            self.select(mark)

    def select_replaced(self, span: Span) -> None:
        """Look at the mark that is replaced where a range of the note is, if there is one."""
        mark = self._model.mark_at(span)
        if mark is not None and mark.state.replaced:
            self.select(mark)

    def list_only(self, shown: Shown) -> None:
        """List the marks of this kind, whatever words they hold."""
        self.head.list_only(shown)

    def step(self, by: int) -> None:
        """Look at the next or the previous row, from the other end again after the last."""
        self._cursor.step(by)

    def step_uncertain(self) -> None:
        """Look at the next row that wants a look, from the beginning again after the last."""
        self._cursor.go_to_uncertain(self._cursor.row + 1)

    def start(self) -> None:
        """Look at the first row that wants a look; if none does, at the first."""
        if not self._cursor.go_to_uncertain(0):
            self._cursor.go_to(0)

    def decide(self, decision: Callable[[], None]) -> None:
        """Decide, and look at the next row that wants a look; if none does, at the next.

        Nobody is told of the row that is looked at in between.
        """
        self._deciding = True
        try:
            decision()
        except BaseException:
            self._deciding = False
            raise
        if self._deciding:
            self._deciding = False
            self._cursor.go_on()

    def set_grouped(self, grouped: bool) -> None:
        """Put marks of one identity in one row, or each in its own; stay at the same mark."""
        if grouped != self._model.grouped:
            self.head.group.setChecked(grouped)
            self._keep_place(lambda: self._model.set_grouped(grouped))

    def set_why_shown(self, shown: bool) -> None:
        """Tell below the list why the finding that is looked at stands as it does, or do not."""
        self.why.setVisible(shown)
        self._share_height()
        self._asked_why = None
        self._ask_why()

    def show_why(
        self,
        mark: Mark,
        dropped: Sequence[Dropped],
        words: Weighed | None = None,
        *,
        evidence: Sequence[explain.Evidence] = (),
        waiting: bool = False,
    ) -> None:
        """Tell why a mark stands as it does, if it still is the one that is looked at.

        Args:
            mark: the one that `why_wanted` carried.
            dropped: what else was found at its place.
            words: what a model's finding rests on; None: not known, or not asked.
            evidence: what the detectors gave for it, if that was asked for.
            waiting: whether more of this is still being worked out.
        """
        current = self.current()
        if current is not None and current.finding == mark.finding:
            self.why.show_why(
                current,
                dropped,
                words,
                text=self._text,
                standard=self._model.standard,
                evidence=evidence,
                waiting=waiting,
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height out anew."""
        super().resizeEvent(event)
        self._share_height()

    # What it is made of

    def _lay_out(self, actions: Sequence[QAction]) -> None:
        about = QWidget()
        told = QVBoxLayout(about)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(10)
        for about_it in (self.facts, self.why):
            told.addWidget(about_it)
        self._buttons = QWidget()
        buttons = FlowLayout(gap=6, parent=self._buttons)
        for action in actions:
            buttons.addWidget(ActionButton(action))
        self._foot = Foot(about, self.tr("About this finding"))
        self._card = QFrame()
        self._card.setObjectName("card")
        below = QVBoxLayout(self._card)
        below.setContentsMargins(12, 10, 12, 12)
        below.setSpacing(10)
        below.addWidget(self._foot)
        below.addWidget(self._buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.table, 1)
        # Not in the card: it is to be seen where there is no room for that.
        layout.addWidget(self.hint)
        layout.addWidget(self._card)
        self.setMinimumWidth(_LEAST_WIDTH)

    def _connect(self) -> None:
        self.head.listed.connect(self._list)
        self.head.ordered.connect(self._choose_order)
        self.head.grouped.connect(self._choose_grouping)
        self.head.left.connect(self.table.setFocus)
        self.hint.taken.connect(self.reject_all_wanted)
        self.table.selectionModel().currentChanged.connect(self._moved)
        header = self.table.horizontalHeader()
        header.setSortIndicator(Column.CERTAINTY, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._sort)

    # Within

    def _share_height(self) -> None:
        """Where there is little room, do without the buttons: keys and menus do the same.

        Where there is still less, do without the card, or while it tells why, without the head;
        at last without both.
        """
        about = self._card.layout()
        margins = about.contentsMargins() if about is not None else QMargins()
        width = self.width() - margins.left() - margins.right()
        head = self.head.heightForWidth(self.width())
        hint = 0 if self.hint.isHidden() else self.hint.heightForWidth(self.width())
        buttons = self._buttons.heightForWidth(width) + margins.bottom()
        least = self._foot.minimumSizeHint().height()
        room = self.contentsRect().height() - self.table.minimumSizeHint().height() - head - hint
        whole = self.layout()
        around = whole.contentsMargins() if whole is not None else QMargins()
        room -= around.top() + around.bottom()
        fits = room >= 0
        room -= margins.top() + margins.bottom()
        has_buttons = room >= least + buttons
        self._buttons.setVisible(has_buttons)
        self._card.setVisible(room >= least or not self.why.isHidden())
        self.head.setVisible(room >= least or (fits and self.why.isHidden()))
        self.head.setMinimumHeight(head)
        room += 0 if self.head.isVisibleTo(self) else head
        self._foot.setMaximumHeight(max(least, room - (buttons if has_buttons else 0)))

    def _list(self) -> None:
        shown, words = self.head.shown, self.words.text()
        self._keep_place(lambda: self._model.list_only(shown, words))
        self.listing_changed.emit()

    def _choose_order(self, order: Order) -> None:
        self.table.horizontalHeader().setSortIndicator(order.column, direction(order))

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        self._keep_place(lambda: self._model.sort(column, order))
        self.head.show_order(self._model.order)

    def _choose_grouping(self, grouped: bool) -> None:
        self.set_grouped(grouped)
        self.grouping_chosen.emit(grouped)

    def _keep_place(self, rearrange: Callable[[], None]) -> None:
        """Rearrange the rows, and look at the same mark as before."""
        before = self.current()
        self._updating = True
        rearrange()
        row = self._model.row_of(before) if before is not None else None
        self._cursor.go_to(row if row is not None else 0)
        self._updating = False
        self._say_if_empty()
        self._tell()

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if not self._updating:
            self._rejected = None
            self._tell()

    def _tell(self) -> None:
        mark = self.current()
        group = self._model.summary(self._cursor.row) if mark is not None else None
        places = self._model.places
        where = places.at(mark.finding.span.start) if mark is not None else ""
        self.facts.show_place(where, has_places=bool(places))
        self.facts.show_mark(mark, self._model.standard, group)
        self._show_hint(mark)
        self._ask_why()
        self.current_changed.emit(mark)

    def _ask_why(self) -> None:
        mark = self.current() if self.why.isVisibleTo(self) else None
        if mark is None:
            self.why.clear()
        elif mark != self._asked_why:
            self.why.clear()
            self.why_wanted.emit(mark)
        self._asked_why = mark

    def _remember_rejected(self, another: bool) -> None:
        """Keep in mind a name that was rejected just now, which may have left the list."""
        rejected = [mark for mark in self._model.come if mark.state is MarkState.REJECTED]
        if self._model.come or another:
            self._rejected = rejected[0] if rejected else None

    def _show_hint(self, current: Mark | None) -> None:
        mark = self._rejected
        if current is not None and current.state is MarkState.REJECTED:
            mark = current
        if mark is None:
            self.hint.show_copies(None, "", 0)
        else:
            self.hint.show_copies(mark, self._model.mention(mark), self._model.copies(mark))
        self._share_height()

    def _show_counts(self) -> None:
        self.head.show_counts(self._model.counts)
        self._say_if_empty()

    def _say_if_empty(self) -> None:
        words = ""
        if not self._model.rowCount():
            filtered = bool(self.words.text().strip())
            counts, shown = self._model.counts, self._model.shown
            words = why_empty(counts, shown, examined=self._examined, filtered=filtered)
        self.table.say(words)
