"""Words in the cells of a list, and mentions with the arrow and the number of their group.

Painted without the many questions that a style asks of each cell: after an act a whole list of
cells is painted before the next key.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.tables.roles import BRANCH_ROLE, COUNT_ROLE, FADED_ROLE, Branch
from gui.views.chips import SmallFont, paint_background

_PADDING = 7
_MARGIN = 6
# A painter turns this round where one writes from right to left.
_BEGINNING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class WordsDelegate(QStyledItemDelegate):
    """Paints a few words in one line."""

    def __init__(
        self, parent: QObject | None = None, *, alignment: Qt.AlignmentFlag = _BEGINNING
    ) -> None:
        super().__init__(parent)
        self._alignment = alignment

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the row's background, then the words."""
        paint_background(painter, option, index)
        words = index.data()
        if words:
            area = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
            paint_words(painter, area, option, str(words), self._alignment)


class MentionDelegate(QStyledItemDelegate):
    """Paints what was found; of a group, an arrow before it and how often it stands behind it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._small = SmallFont()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the row's background, then arrow, words and number."""
        paint_background(painter, option, index)
        branch = index.data(BRANCH_ROLE)
        faint = option.palette.color(QPalette.ColorRole.PlaceholderText)
        words = mention_rect(option.rect, option.font, branch, option.direction)
        if branch in {Branch.CLOSED, Branch.OPEN}:
            arrow = arrow_rect(option.rect, option.font, option.direction)
            _paint_arrow(painter, arrow, faint, Branch(branch), option.direction)
            words = self._paint_times(painter, words, option, int(index.data(COUNT_ROLE)))
        faded = bool(index.data(FADED_ROLE))
        paint_words(painter, words.toRect(), option, str(index.data()), faded=faded)

    def _paint_times(
        self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, number: int
    ) -> QRectF:
        """Paint how often a group stands in the note; the room that is left for its words."""
        times = self.tr("%n times", "", number)
        font, metrics = self._small.of(option.font)
        width = metrics.horizontalAdvance(times)
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
        return rest


def paint_words(
    painter: QPainter,
    area: QRect,
    option: QStyleOptionViewItem,
    words: str,
    alignment: Qt.AlignmentFlag = _BEGINNING,
    *,
    faded: bool = False,
) -> None:
    """Paint words in one line, as many as there is room for; those that stand back are faint."""
    role = QPalette.ColorRole
    painter.setFont(option.font)
    painter.setPen(option.palette.color(role.PlaceholderText if faded else role.Text))
    said = option.fontMetrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, alignment, said)


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
