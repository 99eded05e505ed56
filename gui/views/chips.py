# ruff: noqa: N802 - Qt gives methods their names
"""Label chips and mentions, as they are painted in lists."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deid import Label
from gui.theme import Kind, Theme

LABEL_ROLE = Qt.ItemDataRole.UserRole + 1
"""The value of the `Label` that a cell shows as a chip."""

FADED_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whether the row stands back, as one that is not replaced."""

BRANCH_ROLE = Qt.ItemDataRole.UserRole + 3
"""The `Branch` of a row, as a number; None where nothing is grouped."""

COUNT_ROLE = Qt.ItemDataRole.UserRole + 4
"""How many findings a row stands for."""

_PADDING = 7.0
# A painter turns this round where one writes from right to left.
_BEGINNING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Branch(IntEnum):
    """What a row is in a list with groups."""

    NONE = 0
    CLOSED = 1
    OPEN = 2
    PART = 3


class ChipDelegate(QStyledItemDelegate):
    """Paints a label as a chip: its letter on a badge, then its name."""

    theme: Theme

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the row's background, then the chip."""
        label = _label(index)
        if label is None:
            super().paint(painter, option, index)
            return
        paint_background(painter, option, index)
        faded = bool(index.data(FADED_ROLE))
        size = self.chip_size(option.font, label)
        area = QRectF(option.rect)
        box = QRectF(
            area.left() + 6,
            area.center().y() - size.height() / 2 + 0.5,
            size.width() if size.width() + 8 <= area.width() else size.height(),
            size.height(),
        )
        if option.direction is Qt.LayoutDirection.RightToLeft:
            box.moveRight(area.right() - 6)
        painter.save()
        painter.setClipRect(option.rect)
        paint_chip(painter, box, label, self.theme, chip_font(option.font), faded=faded)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Room for the chip and a margin."""
        label = _label(index)
        if label is None:
            return super().sizeHint(option, index)
        size = self.chip_size(option.font, label)
        return QSize(int(size.width()) + 14, int(size.height()) + 10)

    def chip_size(self, font: QFont, label: Label) -> QRectF:
        """A rectangle as large as the chip."""
        metrics = QFontMetricsF(chip_font(font))
        badge = metrics.height() + 1
        width = badge + metrics.horizontalAdvance(label.value) + 2 * _PADDING - 1
        return QRectF(0, 0, width, metrics.height() + 5)


class MentionDelegate(QStyledItemDelegate):
    """Paints what was found; of a group, an arrow before it and how often it stands behind it."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the row's background, then arrow, words and number."""
        paint_background(painter, option, index)
        branch = index.data(BRANCH_ROLE)
        metrics = QFontMetricsF(option.font)
        role = QPalette.ColorRole
        faded = bool(index.data(FADED_ROLE))
        painter.save()
        painter.setClipRect(option.rect)
        painter.setFont(option.font)
        words = mention_rect(option.rect, option.font, branch, option.direction)
        if branch in {Branch.CLOSED, Branch.OPEN}:
            colour = option.palette.color(role.PlaceholderText)
            _paint_arrow(
                painter,
                arrow_rect(option.rect, option.font, option.direction),
                colour,
                Branch(branch),
                option.direction,
            )
            words = self._paint_times(painter, words, option, int(index.data(COUNT_ROLE)))
        painter.setPen(option.palette.color(role.PlaceholderText if faded else role.Text))
        said = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, _BEGINNING, said)
        painter.restore()

    def _paint_times(
        self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, number: int
    ) -> QRectF:
        """Paint how often a group stands in the note; the room that is left for its words."""
        times = self.tr("%n times", "", number)
        font = chip_font(option.font)
        width = QFontMetricsF(font).horizontalAdvance(times)
        place, rest = QRectF(area), QRectF(area)
        if option.direction is Qt.LayoutDirection.RightToLeft:
            place.setRight(area.left() + width)
            rest.setLeft(place.right() + _PADDING)
        else:
            place.setLeft(area.right() - width)
            rest.setRight(place.left() - _PADDING)
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        painter.setFont(font)
        painter.drawText(place, _BEGINNING, times)
        painter.setFont(option.font)
        return rest


def arrow_rect(area: QRect, font: QFont, direction: Qt.LayoutDirection) -> QRectF:
    """Where in a cell the arrow of a group stands."""
    side = QFontMetricsF(font).height()
    place = QRectF(area.left() + 2, area.center().y() - side / 2 + 0.5, side, side)
    if direction is Qt.LayoutDirection.RightToLeft:
        place.moveRight(area.right() - 2)
    return place


def mention_rect(area: QRect, font: QFont, branch: object, direction: Qt.LayoutDirection) -> QRectF:
    """Where in a cell the words stand: parts of a group are indented."""
    step = QFontMetricsF(font).height() + 2
    indent = 6.0 if branch is None else step * (2 if branch == Branch.PART else 1) + 2
    if direction is Qt.LayoutDirection.RightToLeft:
        return QRectF(area).adjusted(6, 0, -indent, 0)
    return QRectF(area).adjusted(indent, 0, -6, 0)


def _paint_arrow(
    painter: QPainter, area: QRectF, colour: QColor, branch: Branch, direction: Qt.LayoutDirection
) -> None:
    centre, size = area.center(), area.height() * 0.2
    if branch is Branch.OPEN:
        points = [(-1.0, -0.5), (1.0, -0.5), (0.0, 0.7)]
    else:
        side = -1 if direction is Qt.LayoutDirection.RightToLeft else 1
        points = [(-0.5 * side, -1.0), (-0.5 * side, 1.0), (0.7 * side, 0.0)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([centre + QPointF(x * size, y * size) for x, y in points]))


def _label(index: QModelIndex | QPersistentModelIndex) -> Label | None:
    # Qt hands enum members of type str back as plain strings.
    value = index.data(LABEL_ROLE)
    return Label(value) if isinstance(value, str) and value else None


def chip_font(font: QFont) -> QFont:
    """The font of chips within text of this font."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.84)
    small.setWeight(QFont.Weight.DemiBold)
    return small


def paint_chip(
    painter: QPainter, box: QRectF, label: Label, theme: Theme, font: QFont, *, faded: bool
) -> None:
    """Paint a chip into a box, or only its badge if there is no room for more."""
    ink = theme.neutral if faded else theme.ink(label)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink.tint))
    painter.drawRoundedRect(box, 4, 4)
    side = box.height()
    badge = QRectF(box.left(), box.top(), side, side)
    painter.setBrush(QColor(ink.line))
    painter.drawRoundedRect(badge, 4, 4)
    painter.setFont(font)
    painter.setPen(QColor(theme.surface))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, Kind.of(label).letter)
    if box.width() <= side:
        return
    painter.setPen(QColor(ink.line))
    name = box.adjusted(side + _PADDING - 2, 0, 0, 0)
    painter.drawText(name, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label.value)


def paint_background(
    painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
) -> None:
    """Paint what lies behind a cell, selected or not."""
    widget = option.widget
    style = widget.style() if widget is not None else QApplication.style()
    style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
