# ruff: noqa: N802 - Qt gives methods their names
"""The page "Samples": how much is to be read, drawing, and what the samples showed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deid import officer
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.people_words import time_words
from gui.officer.reading_page import ReadingPage
from gui.officer.reading_session import ReadingSession
from gui.officer.samples_session import Draft, Listed, Planned, SamplesSession
from gui.officer.samples_words import (
    design_words,
    drawn_words,
    method_words,
    readers_words,
    share_words,
)
from gui.officer.text_rows import TextRow, TextRows
from gui.theme import Theme
from gui.views.choice import Choice
from gui.views.header import Tone, counted, set_tone
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_BESIDE: Final = 120
"""With room for so many characters, the samples stand beside the plan, else below it."""

_TARGETS: Final = (0.1, 0.05, 0.02, 0.01, 0.005, 0.001)
_USUAL: Final = 0.05
_MOST: Final = 1_000_000


class SamplesPage(Page):
    """Draws samples and shows them; the reading screen takes its place while one is read.

    Args:
        desk: where everything is done.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Samples")
        self.session, self.reading = SamplesSession(desk), ReadingSession(desk)
        self.verdict, self.sentence = QLabel(), QLabel()
        self.target, self.design, self.method = Choice(), Choice(), Choice()
        self.reader, self.number = Choice(), QSpinBox()
        self._planned: Planned | None = None
        self.plan = QLabel()
        self.draw = QPushButton(self.tr("Draw"))
        self._steps = TextRows((self.tr("If so many leak"), self.tr("read")), self)
        self.steps = RowsTable(self._steps, self.tr("How much to read"))
        headings = (
            *(self.tr("Drawn"), self.tr("How"), self.tr("Read")),
            *(self.tr("Leak"), self.tr("At most leak")),
        )
        self._rows = TextRows(headings, self)
        self.samples = RowsTable(self._rows, self.tr("Samples"))
        self.hint = QLabel(
            self.tr(
                "Draw a sample, then read its notes. Every one stays listed here and in the log, "
                "also one that nobody reads."
            )
        )
        self.read = QPushButton(self.tr("Read …"))
        self.read_page = ReadingPage(self.reading, theme)
        self._whole, self._split = QStackedWidget(), QSplitter()
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give everything as much room as its letters need."""
        self.read_page.use_theme(theme)
        for table in (self.steps, self.samples):
            line = table.fontMetrics().height()
            table.verticalHeader().setDefaultSectionSize(line + theme.px(15))
            table.setMinimumHeight(8 * line)
            table.resizeColumnsToContents()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the list below where there is no room beside."""
        super().resizeEvent(event)
        wide = self.width() >= _BESIDE * self.fontMetrics().averageCharWidth()
        self._split.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def shown(self) -> None:
        """Bring the samples up to date."""
        self.session.reload()

    def _lay_out(self) -> None:
        self._split.setHandleWidth(10)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._drawing())
        self._split.addWidget(self._list())
        self._split.setStretchFactor(0, 2)
        self._split.setStretchFactor(1, 3)
        self._split.setSizes([460, 700])
        overview = QWidget()
        column = QVBoxLayout(overview)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._strip())
        column.addWidget(self._split, 1)
        self._whole.addWidget(overview)
        self._whole.addWidget(self.read_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._whole)

    def _strip(self) -> QFrame:
        strip = QFrame()
        strip.setObjectName("strip")
        self.verdict.setObjectName("verdict")
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verdict.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.sentence.setObjectName("sentence")
        self.sentence.setWordWrap(True)
        row = QHBoxLayout(strip)
        row.setContentsMargins(10, 8, 14, 8)
        row.setSpacing(12)
        row.addWidget(self.verdict, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.sentence, 1)
        return strip

    def _drawing(self) -> QFrame:
        pane = QFrame()
        pane.setObjectName("pane")
        heading = QLabel(self.tr("Draw a sample"))
        heading.setObjectName("heading")
        for target in _TARGETS:
            words = self.tr("at most {} of the notes").format(f"{target * 100:g} %")
            self.target.addItem(words, target)
        self.target.setCurrentIndex(_TARGETS.index(_USUAL))
        for design in officer.SampleDesign:
            self.design.addItem(design_words(design), design)
        for method in officer.SampleMethod:
            self.method.addItem(method_words(method), method)
        self.number.setRange(1, _MOST)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        fields = (
            (self.tr("To show that what leaks is"), self.target),
            (self.tr("Reading"), self.design),
            (self.tr("Drawn"), self.method),
            (self.tr("Reader measured as"), self.reader),
            (self.tr("Notes"), self.number),
        )
        for caption, field in fields:
            field.setAccessibleName(caption)
            form.addRow(caption, field)
        self.plan.setWordWrap(True)
        self.steps.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.draw.setObjectName("primary")
        self.draw.setAccessibleName(self.draw.text())
        layout = QVBoxLayout(pane)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addLayout(form)
        layout.addWidget(self.plan)
        layout.addWidget(self.draw, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.steps, 1)
        self._pane_high_enough = HighEnough(pane)
        return pane

    def _list(self) -> QFrame:
        pane = QFrame()
        pane.setObjectName("pane")
        heading = QLabel(self.tr("Every sample that was drawn"))
        heading.setObjectName("heading")
        self.samples.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.read.setAccessibleName(self.read.text())
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        layout = QVBoxLayout(pane)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addWidget(self.hint)
        layout.addWidget(self.samples, 1)
        layout.addWidget(self.read, alignment=Qt.AlignmentFlag.AlignLeft)
        self._list_high_enough = HighEnough(pane)
        return pane

    def _connect(self) -> None:
        for choice in (self.target, self.design, self.method):
            choice.activated.connect(self._plan)
        self.reader.activated.connect(self._measure)
        self.draw.clicked.connect(self._draw)
        self.read.clicked.connect(self._read)
        self.samples.activated.connect(self._read)
        self.samples.selectionModel().currentChanged.connect(self._offer)
        self.session.changed.connect(self._show)
        self.session.drawn.connect(self._open)
        self.read_page.left.connect(self._come_back)
        self.reading.closed.connect(self.session.reload)

    def _plan(self) -> None:
        self.session.plan(
            Draft(
                target=float(self.target.currentData()),
                design=officer.SampleDesign(self.design.currentData()),
                method=officer.SampleMethod(self.method.currentData()),
            )
        )

    def _measure(self) -> None:
        self.session.measure_as(self.reader.currentData())

    def _draw(self) -> None:
        self.session.draw(self.number.value())

    def _read(self) -> None:
        chosen = self._rows.key(self.samples.currentIndex().row())
        if isinstance(chosen, str):
            self._open(chosen)

    def _open(self, sample_id: str) -> None:
        self._whole.setCurrentIndex(1)
        self.reading.open(sample_id, measured_as=self.session.measured_as)
        self.read_page.focus()

    def _come_back(self) -> None:
        self._whole.setCurrentIndex(0)
        self.session.reload()
        self.samples.setFocus()

    def _show(self) -> None:
        session = self.session
        rows = [TextRow(one.sample.id, self._cells(one)) for one in reversed(session.samples)]
        if rows != self._rows.rows:
            self._rows.show(rows)
            self.samples.resizeColumnsToContents()
            if rows:
                self.samples.selectRow(0)
        words, tone, sentence = self._standing()
        self.verdict.setText(words)
        set_tone(self.verdict, tone)
        self.sentence.setText(sentence)
        self._show_readers()
        self._show_plan(session.planned)
        self._offer()

    def _show_readers(self) -> None:
        choices = [None, *self.session.reviewers]
        if choices != [self.reader.itemData(at) for at in range(self.reader.count())]:
            self.reader.clear()
            for reviewer in choices:
                own = self.tr("own name")
                self.reader.addItem(own if reviewer is None else reviewer, reviewer)
            self.reader.setCurrentIndex(max(0, self.reader.findData(self.session.measured_as)))

    def _show_plan(self, planned: Planned | None) -> None:
        self.draw.setEnabled(planned is not None and planned.notes > 0 and self.session.may_sample)
        if planned is None:
            if not self.plan.text():
                self.plan.setText(self.tr("Counting the released notes …"))
            return
        self.plan.setText(self._plan_words(planned))
        steps = [
            TextRow(row.leaking, (f"{row.leaking}", _number(planned.number(row.leaking))))
            for row in planned.rows
        ]
        if planned != self._planned:
            self._planned = planned
            self._steps.show(steps)
            self.steps.resizeColumnsToContents()
            self.number.setMaximum(max(1, planned.notes))
            self.number.setValue(planned.drawn or planned.notes)

    def _plan_words(self, planned: Planned) -> str:
        if not planned.notes:
            return self.tr("The log tells of no released note yet: redact some first.")
        notes = counted(planned.notes, self.tr("released note"), self.tr("released notes"))
        number = planned.number()
        if planned.draft.method is officer.SampleMethod.RISK_WEIGHTED:
            told = self.tr(
                "Notes that are likelier to leak, by what the log tells of them, are drawn rather. "
                "That finds leaks, and says nothing of how many there are among {notes}."
            ).format(notes=notes)
        elif number is None:
            told = self.tr("No number would do for {notes}: choose a larger share.").format(
                notes=notes
            )
        else:
            told = self.tr(
                "Read {number}: if nothing is left in any, at most {share} of {notes} leak, at "
                "95 % confidence. {readers}"
            ).format(
                number=counted(number, self.tr("note"), self.tr("notes")),
                share=f"{planned.draft.target * 100:g} %",
                notes=notes,
                readers=readers_words(planned.readers),
            )
        if not self.session.may_sample:
            told = f"{told} {self.tr('Drawing wants the key of a privacy officer.')}"
        return told

    def _standing(self) -> tuple[str, Tone, str]:
        """What the last signed random sample shows, in a word, its tone, and a sentence."""
        random = [one for one in self.session.samples
                  if one.sample.drawn.method is officer.SampleMethod.RANDOM]  # fmt: skip
        signed = [one for one in random if one.sample.closed is not None]
        if not signed:
            told = self.tr("Nobody knows yet how many released notes still hold an identifier.")
            return self.tr("NOT MEASURED"), Tone.NEUTRAL, told
        last = signed[-1].sample
        drawn, closed = last.drawn, last.closed
        if closed is None:
            raise TypeError("a signed sample is closed")
        told = self.tr(
            "At most {share} of {notes} released notes leak, at {confidence:.0%} confidence, by "
            "the sample of {time}."
        ).format(
            share=share_words(closed.bound),
            notes=f"{drawn.frame:,}",
            confidence=drawn.confidence,
            time=time_words(last.time),
        )
        if closed.withheld == 0:
            told = f"{told} {readers_words(officer.bound.Sensitivity())}"
        if len(random) > 1:
            told = f"{told} {self.tr('{} random samples were drawn.').format(len(random))}"
        reached = closed.bound <= drawn.target
        words = self.tr("TARGET REACHED") if reached else self.tr("TARGET NOT REACHED")
        return words, Tone.GOOD if reached else Tone.CAUTION, told

    def _cells(self, listed: Listed) -> tuple[str, ...]:
        drawn, closed = listed.sample.drawn, listed.sample.closed
        if drawn.method is officer.SampleMethod.RISK_WEIGHTED:
            end = self.tr("bounds nothing")
        elif closed is None:
            end = self.tr("open")
        else:
            end = share_words(closed.bound)
        return (
            time_words(listed.sample.time),
            drawn_words(listed.sample),
            self.tr("{read} of {drawn}").format(read=listed.read, drawn=drawn.drawn),
            f"{listed.leaking}",
            end,
        )

    def _offer(self) -> None:
        self.read.setEnabled(self.samples.currentIndex().isValid())


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"
