"""Drawing a sample: what is to be shown, how much is to be read for it, and the button."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFormLayout, QHeaderView, QLabel, QSpinBox

from deid import Label, officer
from gui.officer.pane import TitledPane, flow_of, give_room, named_button
from gui.officer.samples_session import Draft, Planned, SamplesSession
from gui.officer.samples_words import design_words, method_words, readers_words
from gui.officer.still_choice import StillChoice
from gui.officer.text_rows import TextRow, TextRows
from gui.theme import Theme
from gui.views.header import counted
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable
from gui.views.text_margin import TextMargin

_TARGETS: Final = (0.1, 0.05, 0.02, 0.01, 0.005, 0.001)
_USUAL: Final = 0.05
_MOST: Final = 1_000_000
_ROWS_IN_SIGHT: Final = 4


class DrawPane(TitledPane):
    """Asks what a sample is to show, says how much is to be read, and draws it.

    Args:
        session: plans and draws.
    """

    def __init__(self, session: SamplesSession) -> None:
        super().__init__(QCoreApplication.translate("DrawPane", "Draw a sample"))
        self._session = session
        self._planned: Planned | None = None
        self.target, self.design, self.method = StillChoice(), StillChoice(), StillChoice()
        self.label, self.reader, self.number = StillChoice(), StillChoice(), QSpinBox()
        self.plan = QLabel()
        self.draw = named_button(self.tr("Draw"), primary=True)
        self._steps = TextRows((self.tr("If so many leak"), self.tr("Read")), self)
        self.steps = RowsTable(self._steps, self.tr("How much to read"))
        self._lay_out()
        for choice in (self.target, self.design, self.method, self.label):
            choice.activated.connect(self._plan)
        self.reader.activated.connect(self._measure)
        self.draw.clicked.connect(self._draw)
        session.changed.connect(self._show)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give everything as much room as its letters need."""
        give_room(self.steps, theme, rows=_ROWS_IN_SIGHT)

    def _lay_out(self) -> None:
        for target in _TARGETS:
            words = self.tr("at most {} of the notes").format(f"{target * 100:g} %")
            self.target.addItem(words, target)
        self.target.setCurrentIndex(_TARGETS.index(_USUAL))
        for design in officer.SampleDesign:
            self.design.addItem(design_words(design), design)
        for method in officer.SampleMethod:
            self.method.addItem(method_words(method), method)
        self.number.setRange(1, _MOST)
        TextMargin(self.number)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields = (
            (self.tr("To show that what leaks is"), self.target),
            (self.tr("Reading"), self.design),
            (self.tr("Drawn"), self.method),
            (self.tr("Only notes with"), self.label),
            (self.tr("Reader measured as"), self.reader),
            (self.tr("Notes to draw"), self.number),
        )
        for caption, field in fields:
            field.setAccessibleName(caption)
            form.addRow(caption, field)
        self.plan.setWordWrap(True)
        self.steps.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.inside.addLayout(form)
        self.inside.addWidget(self.plan)
        self.inside.addLayout(flow_of((self.draw,)))
        self.inside.addWidget(self.steps, 1)
        self._high_enough = HighEnough(self)

    def _plan(self) -> None:
        self._session.plan(
            Draft(
                target=float(self.target.currentData()),
                design=officer.SampleDesign(self.design.currentData()),
                method=officer.SampleMethod(self.method.currentData()),
                label=self._labels()[self.label.currentIndex()],
            )
        )

    def _measure(self) -> None:
        self._session.measure_as(self.reader.currentData())

    def _draw(self) -> None:
        self._session.draw(self.number.value())

    def _labels(self) -> tuple[Label | None, ...]:
        return None, *self._session.labels

    def _show(self) -> None:
        self._show_labels()
        self._show_readers()
        self._show_plan(self._session.planned)

    def _show_labels(self) -> None:
        every = self.tr("any label, or none")
        words = [every if label is None else label.value for label in self._labels()]
        if words != [self.label.itemText(at) for at in range(self.label.count())]:
            self.label.clear()
            self.label.addItems(words)
        self.label.setCurrentIndex(self._labels().index(self._session.draft.label))

    def _show_readers(self) -> None:
        choices = [None, *self._session.reviewers]
        if choices != [self.reader.itemData(at) for at in range(self.reader.count())]:
            self.reader.clear()
            for reviewer in choices:
                own = self.tr("own name")
                self.reader.addItem(own if reviewer is None else reviewer, reviewer)
            self.reader.setCurrentIndex(max(0, self.reader.findData(self._session.measured_as)))

    def _show_plan(self, planned: Planned | None) -> None:
        may = self._session.may_sample and not self._session.drawing
        self.draw.setEnabled(may and planned is not None and planned.notes > 0)
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
        if planned.draft.label is not None:
            notes = self.tr("{} in which {} was found").format(notes, planned.draft.label)
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
        if not self._session.may_sample:
            told = f"{told} {self.tr('Drawing wants the key of a privacy officer.')}"
        return told


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"
