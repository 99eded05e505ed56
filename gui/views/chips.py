# ruff: noqa: N802 - Qt gives methods their names
"""Label chips, as they are painted in lists."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deid import Label
from gui.tables.roles import FADED_ROLE, LABEL_ROLE
from gui.theme import Kind, Theme

_PADDING = 7.0


class ChipDelegate(QStyledItemDelegate):
    """Paints a label as a chip: its letter on a badge, then its name."""

    theme: Theme

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._small = SmallFont()

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
        paint_chip(painter, box, label, self.theme, self._small.of(option.font)[0], faded=faded)
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
        _, metrics = self._small.of(font)
        badge = metrics.height() + 1
        width = badge + metrics.horizontalAdvance(label.value) + 2 * _PADDING - 1
        return QRectF(0, 0, width, metrics.height() + 5)


class SmallFont:
    """The font of chips, and how large it is; worked out once for each font of the text."""

    def __init__(self) -> None:
        self._known: tuple[QFont, QFont, QFontMetricsF] | None = None

    def of(self, font: QFont) -> tuple[QFont, QFontMetricsF]:
        """The font of chips within text of this font."""
        if self._known is None or self._known[0] != font:
            small = chip_font(font)
            self._known = QFont(font), small, QFontMetricsF(small)
        return self._known[1:]


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
