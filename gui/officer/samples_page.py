"""The page "Samples": how much is to be read, drawing, and what the samples showed."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHeaderView, QStackedWidget, QVBoxLayout, QWidget

from deid import officer
from gui.officer.desk_jobs import DeskJobs
from gui.officer.draw_pane import DrawPane
from gui.officer.page import Page
from gui.officer.pane import (
    TitledPane,
    flow_of,
    give_room,
    hint_label,
    list_rows,
    named_button,
)
from gui.officer.people_words import time_words
from gui.officer.reading_page import ReadingPage
from gui.officer.reading_session import ReadingSession
from gui.officer.samples_session import Listed, SamplesSession
from gui.officer.samples_words import drawn_words, readers_words, share_words
from gui.officer.standing_strip import StandingStrip
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.turning_split import TurningSplit
from gui.theme import Theme
from gui.views.header import Tone
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_BESIDE: Final = 120
"""With room for so many characters, the samples stand beside the plan, else below it."""

_ROWS_IN_SIGHT: Final = 5


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
        self.strip = StandingStrip()
        self.drawing = DrawPane(self.session)
        headings = (
            *(self.tr("Drawn"), self.tr("How"), self.tr("Read")),
            *(self.tr("Leaking"), self.tr("Leak at most")),
        )
        self._rows = TextRows(headings, self)
        self.samples = RowsTable(self._rows, self.tr("Samples"))
        self.read = named_button(self.tr("Read …"))
        self.read_page = ReadingPage(self.reading, theme)
        self._whole = QStackedWidget()
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give everything as much room as its letters need."""
        self.read_page.use_theme(theme)
        self.drawing.use_theme(theme)
        give_room(self.samples, theme, rows=_ROWS_IN_SIGHT)

    def shown(self) -> None:
        """Bring the samples up to date."""
        self.session.reload()

    def _lay_out(self) -> None:
        split = TurningSplit(_BESIDE, self.drawing, self._list(), shares=(2, 3))
        overview = QWidget()
        column = QVBoxLayout(overview)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.strip)
        column.addWidget(split, 1)
        self._whole.addWidget(overview)
        self._whole.addWidget(self.read_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._whole)

    def _list(self) -> TitledPane:
        pane = TitledPane(self.tr("Every sample that was drawn"))
        self.samples.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        hint = hint_label(
            self.tr(
                "Draw a sample, then read its notes. Every one stays listed here and in the log, "
                "also one that nobody reads."
            )
        )
        self.samples.say_when_empty(self.tr("No sample was drawn yet."))
        pane.inside.addWidget(hint)
        pane.inside.addWidget(self.samples, 1)
        pane.inside.addLayout(flow_of((self.read,)))
        HighEnough(pane)
        return pane

    def _connect(self) -> None:
        self.read.clicked.connect(self._read)
        self.samples.activated.connect(self._read)
        self.samples.selectionModel().currentChanged.connect(self._offer)
        self.session.changed.connect(self._show)
        self.session.drawn.connect(self._open)
        self.read_page.left.connect(self._come_back)
        self.reading.closed.connect(self.session.reload)

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
        samples = reversed(self.session.samples)
        list_rows(
            self._rows,
            self.samples,
            [TextRow(one.sample.id, self._cells(one)) for one in samples],
        )
        self.strip.tell(*self._standing())
        self._offer()

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
            "At most {share} of {notes} released notes leak, at {confidence} confidence, by "
            "the sample of {time}."
        ).format(
            share=share_words(closed.bound),
            notes=f"{drawn.frame:,}",
            confidence=f"{drawn.confidence:.0%}".replace("%", " %"),
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
