"""Titles above the columns of a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt


def header(
    titles: Sequence[str],
    section: int,
    orientation: Qt.Orientation,
    role: int,
    *,
    tips: Sequence[str] = (),
) -> object:
    """What a model tells of one of its headers: columns have titles, rows have none.

    Args:
        titles: of the columns, for people.
        section: number of the column or row.
        orientation: whether it is a column.
        role: what is asked for.
        tips: what is read out of each column, and shown when a pointer rests on it.
    """
    if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(titles):
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return titles[section]
    if tips and role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
        return tips[section]
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
    return None
