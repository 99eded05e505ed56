# ruff: noqa: N802 - Qt gives methods their names
"""The notes of the queue as they are painted: a badge, the name, and how it stands with it."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.tables.standing import Standing
from gui.tables.worklist import DETAIL_ROLE, OPEN_ROLE, STATE_ROLE
from gui.theme import Ink, Theme
from gui.views.chips import chip_font, paint_background

_TELLING = frozenset({Standing.REVIEW, Standing.REFUSED})


def standing_ink(standing: Standing, theme: Theme) -> Ink:
    """The colours of a badge."""
    match standing:
        case Standing.READY | Standing.REVIEWED | Standing.DONE:
            return theme.good
        case Standing.REVIEW:
            return theme.caution
        case Standing.REFUSED:
            return theme.bad
        case Standing.WAITING | Standing.EXAMINING:
            return theme.neutral


class WorklistDelegate(QStyledItemDelegate):
    """Paints a note of the queue in two lines; all sizes follow the font."""

    theme: Theme

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Room for two lines."""
        gap = _gap(option.font)
        name, detail = QFontMetrics(option.font), QFontMetrics(_detail_font(option.font))
        return QSize(12 * gap, name.height() + detail.height() + 2 * gap)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the background, the badge and the two lines."""
        paint_background(painter, option, index)
        standing = Standing(index.data(STATE_ROLE))
        is_open = bool(index.data(OPEN_ROLE))
        gap = _gap(option.font)
        row = QRect(option.rect)
        painter.save()
        painter.setClipRect(row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_open:
            bar = QRect(row.left(), row.top() + gap // 2, max(gap // 2, 3), row.height() - gap)
            painter.fillRect(_placed(option, bar), QColor(self.theme.accent))
        side = QFontMetrics(option.font).height()
        badge = QRect(row.left() + 2 * gap, row.top() + gap, side, side)
        self._paint_badge(painter, QRectF(_placed(option, badge)), standing, option.font)
        left = badge.right() + 2 * gap
        words = QRect(left, row.top() + gap, row.right() - left - gap, row.height() - 2 * gap)
        self._paint_words(painter, option, index, _placed(option, words), is_open=is_open)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(self.theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(row).adjusted(1, 1, -1, -1), 5, 5)
        painter.restore()

    def _paint_badge(self, painter: QPainter, box: QRectF, standing: Standing, font: QFont) -> None:
        ink = standing_ink(standing, self.theme)
        painter.setPen(QPen(QColor(ink.line), 1))
        painter.setBrush(QColor(ink.tint))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(chip_font(font))
        painter.setPen(QColor(ink.line))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, standing.sign)

    def _paint_words(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        box: QRect,
        *,
        is_open: bool,
    ) -> None:
        standing = Standing(index.data(STATE_ROLE))
        name_font = QFont(option.font)
        if is_open:
            name_font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(name_font)
        top = QRect(box.left(), box.top(), box.width(), metrics.height())
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, box.width())
        self._write(painter, option, top, name, name_font, self.theme.text)
        small = _detail_font(option.font)
        below = QRect(box.left(), top.bottom() + 1, box.width(), box.bottom() - top.bottom())
        detail = QFontMetrics(small).elidedText(
            str(index.data(DETAIL_ROLE)), Qt.TextElideMode.ElideRight, box.width()
        )
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        plain = self.theme.text if selected else self.theme.muted
        telling = standing in _TELLING and not selected
        colour = standing_ink(standing, self.theme).line if telling else plain
        self._write(painter, option, below, detail, small, colour)

    @staticmethod
    def _write(
        painter: QPainter,
        option: QStyleOptionViewItem,
        box: QRect,
        words: str,
        font: QFont,
        colour: str,
    ) -> None:
        flag = Qt.AlignmentFlag
        # The text keeps its own direction; the line begins where those of the list begin.
        begin = flag.AlignRight if _is_mirrored(option) else flag.AlignLeft
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(box, begin | flag.AlignAbsolute | flag.AlignVCenter, words)


def _gap(font: QFont) -> int:
    """The space between things, which grows with the text."""
    return max(QFontMetrics(font).height() // 3, 4)


def _detail_font(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.92)
    return small


def _is_mirrored(option: QStyleOptionViewItem) -> bool:
    return bool(option.direction == Qt.LayoutDirection.RightToLeft)


def _placed(option: QStyleOptionViewItem, box: QRect) -> QRect:
    """The rectangle where it belongs in a list that is read from right to left."""
    return QStyle.visualRect(option.direction, option.rect, box)
