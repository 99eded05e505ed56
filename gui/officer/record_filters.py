"""The row of filters above the records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from deid.officer.index.query import Choice, Dimension
from gui.officer.record_words import any_of, title, value_words
from gui.officer.records_session import RecordsSession
from gui.officer.still_choice import StillChoice
from gui.views.flow import FlowLayout

_ORDER: Final = (
    Dimension.USER,
    Dimension.EVENT,
    Dimension.LABEL,
    Dimension.DETECTOR,
    Dimension.POLICY,
    Dimension.OUTCOME,
    Dimension.MACHINE,
)
_WIDE: Final = 22
_SHORT: Final = 12


class RecordFilters(QWidget):
    """Chooses which records of a session are listed.

    Signals:
        all_wanted: everything shall be listed again.
    """

    all_wanted = Signal()

    def __init__(self, session: RecordsSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.note = QLineEdit(placeholderText=self.tr("Note: id or file name"))
        self.note.setAccessibleName(self.tr("Note, by its id or the name of its file"))
        self.note.setToolTip(
            self.tr("The log holds no names of notes: what is typed is compared by its fingerprint")
        )
        self.note.setClearButtonEnabled(True)
        self.choices = {dimension: StillChoice() for dimension in _ORDER}
        self.all = QPushButton(self.tr("Show all"))
        self.all.setAccessibleName(self.tr("Show all records"))
        flow = FlowLayout(gap=8)
        self.setLayout(flow)
        flow.addWidget(self.note)
        for dimension, box in self.choices.items():
            box.setAccessibleName(title(dimension))
            box.setSizeAdjustPolicy(
                StillChoice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.activated.connect(partial(self._choose, dimension))
            flow.addWidget(box)
        flow.addWidget(self.all)
        self.all.clicked.connect(self._show_all)
        self.note.editingFinished.connect(self._choose_note)
        self.note.textChanged.connect(self._clear_note)
        session.changed.connect(self._show)
        self._show()

    def follow_font(self) -> None:
        """Be as wide as the words in the present font ask for."""
        wide = self.fontMetrics().averageCharWidth()
        self.note.setFixedWidth(_WIDE * wide + 2 * self.fontMetrics().height())
        for box in self.choices.values():
            box.setMinimumContentsLength(_SHORT)

    def _show(self) -> None:
        query = self._session.query
        for dimension, box in self.choices.items():
            chosen = query.of(dimension)
            value = chosen[0] if chosen else None
            self._fill(dimension, box, self._session.facets.get(dimension, ()), value)
        self.all.setEnabled(query != type(query)())
        self.choices[Dimension.MACHINE].setVisible(self._session.has_machines)
        if query.document is None and not self.note.hasFocus():
            self.note.clear()

    def _fill(
        self, dimension: Dimension, box: StillChoice, values: Sequence[Choice], chosen: str | None
    ) -> None:
        box.clear()
        box.addItem(any_of(dimension), None)
        for value in values:
            words = value_words(dimension, value.value, self._session.policies)
            box.addItem(f"{words} · {value.count:,}", value.value)
        if chosen is not None and box.findData(chosen) < 0:
            words = value_words(dimension, chosen, self._session.policies)
            box.addItem(f"{words} · 0", chosen)
        box.setCurrentIndex(max(box.findData(chosen), 0) if chosen is not None else 0)
        box.setToolTip(box.currentText())

    def _choose(self, dimension: Dimension, row: int) -> None:
        self._session.choose(dimension, self.choices[dimension].itemData(row))

    def _choose_note(self) -> None:
        self._session.choose_note(self.note.text())

    def _clear_note(self, typed: str) -> None:
        if not typed:
            self._session.choose_note("")

    def _show_all(self) -> None:
        self.note.clear()
        self.all_wanted.emit()
