"""Lengths that are set in code, brought to the size that the user chose.

Fonts and what the style sheet says follow by themselves; margins, gaps, rows, columns and least
widths do not.
"""

from __future__ import annotations

from typing import Final, TypeVar, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QGridLayout,
    QHeaderView,
    QLayout,
    QSplitter,
    QTableView,
    QTreeView,
    QWidget,
)

_USUAL: Final = "usual_lengths"
_SCALE: Final = "scale"
_HAIR: Final = 2
Kind = TypeVar("Kind")


def fit(root: QWidget, scale: float) -> None:
    """Bring a widget and all within it to a size.

    Margins and gaps that are met for the first time count as given for the usual size; rows,
    columns and least widths, which are made to measure with the font, as given for this one. So
    call it once before a change of the size, and once after.

    Args:
        root: the outermost.
        scale: 1 is the usual size.
    """
    for layout in root.findChildren(QLayout):
        _fit_layout(layout, scale)
    for widget in (root, *root.findChildren(QWidget)):
        before = _noted(widget, _SCALE, scale)
        if before == scale:
            continue
        widget.setProperty(_SCALE, scale)
        ratio = scale / before
        if _HAIR < widget.minimumWidth() < widget.maximumWidth():
            widget.setMinimumWidth(round(widget.minimumWidth() * ratio))
        if isinstance(widget, QSplitter):
            widget.setHandleWidth(round(widget.handleWidth() * ratio))
        elif isinstance(widget, QTableView):
            rows = widget.verticalHeader()
            rows.setDefaultSectionSize(round(rows.defaultSectionSize() * ratio))
            _fit_columns(widget.horizontalHeader(), ratio)
        elif isinstance(widget, QTreeView):
            _fit_columns(widget.header(), ratio)


def _fit_layout(layout: QLayout, scale: float) -> None:
    margins = layout.contentsMargins()
    gaps = [layout.spacing()]
    if isinstance(layout, QGridLayout):
        gaps = [layout.horizontalSpacing(), layout.verticalSpacing()]
    lengths = [margins.left(), margins.top(), margins.right(), margins.bottom(), *gaps]
    usual = _noted(layout, _USUAL, lengths)
    # A gap of -1 is that of the style.
    left, top, right, bottom, *gaps = (
        round(length * scale) if length > 0 else length for length in usual
    )
    layout.setContentsMargins(left, top, right, bottom)
    if isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(gaps[0])
        layout.setVerticalSpacing(gaps[1])
    elif gaps[0] >= 0:
        layout.setSpacing(gaps[0])


def _fit_columns(header: QHeaderView, ratio: float) -> None:
    for column in range(header.count()):
        if header.sectionResizeMode(column) is QHeaderView.ResizeMode.Interactive:
            header.resizeSection(column, round(header.sectionSize(column) * ratio))


def _noted(holder: QObject, name: str, now: Kind) -> Kind:
    """What is noted under this name; if nothing is, what is so now."""
    noted = holder.property(name)
    if noted is None:
        holder.setProperty(name, now)
        return now
    return cast(Kind, noted)
