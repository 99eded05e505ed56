# ruff: noqa: N802 - Qt gives methods their names
"""Label chips and scores, as they are painted in lists."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deid import Label
from gui.theme import Kind, Theme

LABEL_ROLE = Qt.ItemDataRole.UserRole + 1
"""The value of the `Label` that a cell shows as a chip."""

FADED_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whether the row stands back, as one that is not replaced."""

_PADDING = 7.0


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
            size.width(),
            size.height(),
        )
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
    """Paint a chip into a box."""
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
