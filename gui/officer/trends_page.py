"""The page "Trends": what is redacted, corrected and refused by week, drawn and as a table."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QSplitter,
    QVBoxLayout,
)

from deid.officer.index.query import Dimension
from deid.officer.index.trends import Topic, Weak
from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.pane import TitledPane, fit_columns, give_room
from gui.officer.plot import MOST, Line, Plot
from gui.officer.plot_legend import PlotLegend
from gui.officer.record_words import found_by, value_words
from gui.officer.still_choice import StillChoice
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.trends_session import Period, TrendsSession
from gui.officer.turning_split import TurningSplit
from gui.theme import Theme
from gui.views.flow import FlowLayout
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable
from gui.words import QT_TRANSLATE_NOOP

_TOPICS: Final = {
    Topic.REDACTIONS: QT_TRANSLATE_NOOP("Trends", "Redactions, by label"),
    Topic.STAYED: QT_TRANSLATE_NOOP("Trends", "Found, and left as the policy says, by label"),
    Topic.ADDED: QT_TRANSLATE_NOOP("Trends", "Marks that reviewers added, by label"),
    Topic.REJECTED: QT_TRANSLATE_NOOP("Trends", "Findings that reviewers rejected, by detector"),
    Topic.REFUSALS: QT_TRANSLATE_NOOP("Trends", "Notes that were refused, by reason"),
    Topic.NOTES: QT_TRANSLATE_NOOP("Trends", "Notes that were saved, by user"),
}
_DIMENSIONS: Final = {
    Topic.REDACTIONS: Dimension.LABEL,
    Topic.STAYED: Dimension.LABEL,
    Topic.ADDED: Dimension.LABEL,
    Topic.REJECTED: Dimension.DETECTOR,
    Topic.REFUSALS: Dimension.OUTCOME,
    Topic.NOTES: Dimension.USER,
}
_PERIODS: Final = {
    Period.QUARTER: QT_TRANSLATE_NOOP("Trends", "Last 13 weeks"),
    Period.YEAR: QT_TRANSLATE_NOOP("Trends", "Last 52 weeks"),
    Period.ALL: QT_TRANSLATE_NOOP("Trends", "All weeks"),
}
_ROWS_IN_SIGHT: Final = 3
_SIDE_BY_SIDE: Final = 120
"""Characters that the plot and the lists beside it need."""


class TrendsPage(Page):
    """Draws what the log says by week.

    Args:
        desk: where everything is done.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Trends")
        self.session = TrendsSession(desk)
        self.about, self.period = StillChoice(), StillChoice()
        self.heading, self.state = QLabel(), QLabel()
        self.plot = Plot(theme, self.tr("Plot by week"))
        self.legend = PlotLegend(theme)
        self.figures = RowsTable(TextRows((), self), self.tr("Figures of the plot"))
        self._labels = TextRows((self.tr("Label"), self.tr("Added"), self.tr("Per 1,000")), self)
        self.labels = RowsTable(self._labels, self.tr("Labels of which reviewers added marks"))
        self._detectors = TextRows(
            (self.tr("Detector"), self.tr("Rejected"), self.tr("Of its findings")), self
        )
        self.detectors = RowsTable(
            self._detectors, self.tr("Detectors of which reviewers rejected findings")
        )
        for table in (self.labels, self.detectors):
            table.say_when_empty(self.tr("There are none in this time."))
        self._lines: tuple[Line, ...] = ()
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self.plot.use_theme(theme)
        self.legend.use_theme(theme)
        for table in (self.figures, self.labels, self.detectors):
            give_room(table, theme, rows=_ROWS_IN_SIGHT)

    def shown(self) -> None:
        """Look for new records."""
        self.session.refresh()

    def _lay_out(self) -> None:
        strip = QFrame()
        strip.setObjectName("strip")
        row = FlowLayout(gap=10)
        above = QVBoxLayout(strip)
        above.setContentsMargins(10, 8, 10, 8)
        above.addLayout(row)
        self.about.setAccessibleName(self.tr("What is drawn"))
        self.period.setAccessibleName(self.tr("How far back"))
        for about, words in _TOPICS.items():
            self.about.addItem(_say(words), about)
        for period, words in _PERIODS.items():
            self.period.addItem(_say(words), period)
        self.period.setCurrentIndex(list(_PERIODS).index(self.session.period))
        self.state.setObjectName("muted")
        for widget in (self.about, self.period, self.state):
            row.addWidget(widget)
        self.heading.setObjectName("heading")
        self.heading.setWordWrap(True)
        drawn = QFrame()
        drawn.setObjectName("pane")
        inside = QVBoxLayout(drawn)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.setSpacing(8)
        inside.addWidget(self.heading)
        inside.addWidget(self.plot, 1)
        inside.addWidget(self.legend)
        HighEnough(drawn)
        left = QSplitter()
        left.setOrientation(left.orientation().Vertical)
        left.addWidget(drawn)
        left.addWidget(_pane(self.tr("The same as a table"), self.figures))
        right = QSplitter()
        right.setOrientation(right.orientation().Vertical)
        words = self.tr("What detectors miss: marks added, also for each 1,000 that were found")
        right.addWidget(_pane(words, self.labels))
        words = self.tr("Where detectors are wrong: findings that reviewers rejected")
        right.addWidget(_pane(words, self.detectors))
        for split in (left, right):
            split.setHandleWidth(10)
            split.setChildrenCollapsible(False)
        both = TurningSplit(_SIDE_BY_SIDE, left, right, shares=(2, 1))
        left.setSizes([500, 240])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(strip)
        whole.addWidget(both, 1)

    def _connect(self) -> None:
        self.about.activated.connect(self._choose)
        self.period.activated.connect(self._look_back)
        self.plot.week_changed.connect(self._tell_week)
        self.session.changed.connect(self._show)
        self.session.index.changed.connect(self._tell_state)
        self.session.failed.connect(lambda error: self.state.setText(told(error)))

    def _choose(self, row: int) -> None:
        self.session.choose(list(_TOPICS)[row])

    def _look_back(self, row: int) -> None:
        self.session.look_back(list(_PERIODS)[row])

    def _show(self) -> None:
        session = self.session
        self._lines = self._drawn()
        self.plot.show_lines(session.trend.weeks, self._lines)
        self._show_figures()
        self._labels.show(
            [
                TextRow(weak.value, (weak.value, f"{weak.corrections:,}", _rate(weak.per_thousand)))
                for weak in session.labels
            ]
        )
        self._detectors.show(
            [
                TextRow(
                    weak.value,
                    (found_by(weak.value), f"{weak.corrections:,}", self._share(weak)),
                )
                for weak in session.detectors
            ]
        )
        for table in (self.labels, self.detectors):
            fit_columns(table)
        self._tell_state()

    def _share(self, weak: Weak) -> str:
        findings = weak.found + weak.corrections
        return self.tr("{:.1%} of {:,}").format(weak.share, findings)

    def _drawn(self) -> tuple[Line, ...]:
        """The lines of the plot: the largest, and all others together."""
        trend, dimension = self.session.trend, _DIMENSIONS[self.session.about]
        few = len(trend.series) <= MOST
        shown = trend.series if few else trend.series[: MOST - 1]
        lines = [Line(value_words(dimension, each.value, {}), each.counts) for each in shown]
        if not few:
            others = zip(*(each.counts for each in trend.series[MOST - 1 :]), strict=True)
            lines.append(Line(self.tr("All others"), tuple(map(sum, others))))
        return tuple(lines)

    def _show_figures(self) -> None:
        headings = (self.tr("Week from"), self.tr("All"), *(line.name for line in self._lines))
        model = TextRows(headings, self)
        weeks, totals = self.session.trend.weeks, self.session.trend.totals
        rows = []
        for place in reversed(range(len(weeks))):
            counts = (totals[place], *(line.counts[place] for line in self._lines))
            cells = (weeks[place].monday.isoformat(), *(f"{count:,}" for count in counts))
            rows.append(TextRow(place, cells))
        model.show(rows)
        before, chosen = self.figures.model(), self.figures.selectionModel()
        self.figures.setModel(model)
        chosen.deleteLater()
        before.deleteLater()
        self.figures.selectionModel().currentChanged.connect(
            lambda now, _before: self.plot.go_to(len(weeks) - 1 - now.row())
        )
        fit_columns(self.figures)

    def _tell_week(self, place: int) -> None:
        self.legend.show_lines(self._lines, place)
        words = _say(_TOPICS[self.session.about])
        if place >= 0:
            words = self.tr("{} · {}").format(words, self.plot.week_name(place))
        self.heading.setText(words)

    def _tell_state(self) -> None:
        index = self.session.index
        if index.broken is not None:
            words = told(index.broken)
        elif index.updating:
            words = self.tr("Looking for new records … {:.0%}").format(index.part)
        elif not self.session.trend.weeks:
            words = self.tr("There are none in this time.")
        else:
            words = self.tr("Arrow keys in the plot go from week to week.")
        self.state.setText(words)


def _pane(title: str, table: RowsTable) -> TitledPane:
    pane = TitledPane(title)
    pane.inside.addWidget(table, 1)
    HighEnough(pane)
    return pane


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:,.1f}"


def _say(words: str) -> str:
    return QCoreApplication.translate("Trends", words)
