"""Parts of a page: a frame under its heading, buttons with names, tables with room."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.officer.text_rows import TextRow, TextRows
from gui.theme import Theme
from gui.views.flow import FlowLayout
from gui.views.rows_table import RowsTable


class TitledPane(QFrame):
    """A framed part of a page.

    Args:
        title: its heading.

    Attributes:
        inside: the column in which the rest of it is to stand.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("pane")
        heading = QLabel(title)
        heading.setObjectName("heading")
        heading.setWordWrap(True)
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(12, 10, 12, 12)
        self.inside.setSpacing(8)
        self.inside.addWidget(heading)


def titled_pane(title: str) -> tuple[QFrame, QVBoxLayout]:
    """A pane with this heading, and the column in which the rest of it is to stand."""
    pane = TitledPane(title)
    return pane, pane.inside


def named_button(words: str, *, primary: bool = False) -> QPushButton:
    """A button that a screen reader calls what stands on it.

    Args:
        words: stand on it.
        primary: whether it is what one does here first of all.
    """
    button = QPushButton(words)
    button.setAccessibleName(words)
    if primary:
        button.setObjectName("primary")
    return button


def hint_label(words: str = "") -> QLabel:
    """Words that explain what stands beside them, and step back behind it."""
    label = QLabel(words)
    label.setObjectName("muted")
    label.setWordWrap(True)
    return label


def flow_of(widgets: Iterable[QWidget]) -> FlowLayout:
    """These beside each other, and in further lines where one has no room for all."""
    flow = FlowLayout(gap=8)
    for widget in widgets:
        flow.addWidget(widget)
    return flow


def give_room(table: RowsTable, theme: Theme, *, rows: int) -> None:
    """Give a table as much room as its letters need, for so many rows at least."""
    height = table.fontMetrics().height() + theme.px(15)
    table.verticalHeader().setDefaultSectionSize(height)
    table.setMinimumHeight((rows + 1) * height + theme.px(16))
    fit_columns(table)


def fit_columns(table: RowsTable) -> None:
    """Make each column as wide as what it holds; where the last takes what is left, it still does.

    Qt leaves it narrow in a table that is out of sight meanwhile.
    """
    header = table.horizontalHeader()
    stretches = header.stretchLastSection()
    header.setStretchLastSection(False)
    table.resizeColumnsToContents()
    header.setStretchLastSection(stretches)


def list_rows(model: TextRows, table: RowsTable, rows: list[TextRow]) -> None:
    """List these rows instead, unless they are listed already.

    The one that was chosen stays chosen where it is there still; else the first is.
    """
    if rows == model.rows:
        return
    chosen = model.key(table.currentIndex().row())
    model.show(rows)
    fit_columns(table)
    table.setCurrentIndex(model.index(max(model.row_of(chosen), 0), 0))
