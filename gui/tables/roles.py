"""What delegates ask of a row of the list of findings, beside what is shown."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt

LABEL_ROLE = Qt.ItemDataRole.UserRole + 1
"""The value of the `Label` that a cell shows as a chip."""

FADED_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whether the row stands back, as one that is not replaced."""

BRANCH_ROLE = Qt.ItemDataRole.UserRole + 3
"""The `Branch` of a row, as a number; None where nothing is grouped."""

COUNT_ROLE = Qt.ItemDataRole.UserRole + 4
"""How many findings a row stands for."""


class Branch(IntEnum):
    """What a row is in a list with groups."""

    NONE = 0
    CLOSED = 1
    OPEN = 2
    PART = 3
