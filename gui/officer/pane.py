"""A framed part of a page, under its heading."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from gui.officer.text_rows import TextRow, TextRows
from gui.views.rows_table import RowsTable


def titled_pane(title: str) -> tuple[QFrame, QVBoxLayout]:
    """A pane with this heading, and the column in which the rest of it is to stand."""
    pane = QFrame()
    pane.setObjectName("pane")
    heading = QLabel(title)
    heading.setObjectName("heading")
    inside = QVBoxLayout(pane)
    inside.setContentsMargins(12, 10, 12, 12)
    inside.setSpacing(8)
    inside.addWidget(heading)
    return pane, inside


def list_rows(model: TextRows, table: RowsTable, rows: list[TextRow]) -> None:
    """List these rows instead, and go to the first, unless they are listed already."""
    if rows != model.rows:
        model.show(rows)
        table.resizeColumnsToContents()
        table.setCurrentIndex(model.index(0, 0))
