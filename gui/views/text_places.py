"""Where on a widget the text between two positions of its document stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QFontMetricsF,
    QTextCursor,
    QTextDocument,
    QTextLayout,
    QTextLine,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a range that stands in one line without a gap.

    Attributes:
        rect: where it stands.
        first: whether the range begins with it.
        leftward: whether it runs from right to left.
    """

    rect: QRectF
    first: bool
    leftward: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block: its positions within the block, and the top of its letters."""

    line: QTextLine
    start: int
    end: int
    top: float


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of the document: its positions, and its place on the widget."""

    layout: QTextLayout
    start: int
    end: int
    left: float
    top: float


class TextPlaces:
    """Finds the places of ranges while the document stays as it is.

    The block and the line that were met last are kept: ranges follow one another.

    Args:
        document: what is shown.
        metrics: of the font that it is shown in.
        shift: how far the beginning of the document is from the origin of the widget.
        mixed: whether a part of the text may run from right to left.
    """

    def __init__(
        self, document: QTextDocument, metrics: QFontMetricsF, shift: QPointF, *, mixed: bool
    ) -> None:
        self._document = document
        self._height = metrics.height()
        self._ascent = metrics.ascent()
        self._shift = shift
        self._mixed = mixed
        self._block: _Block | None = None
        self._line: _Line | None = None

    def pieces(self, start: int, end: int, *, within: tuple[int, int]) -> Iterator[Piece]:
        """Where the text between two positions stands, in its order.

        Args:
            start: position of the first character.
            end: position behind the last.
            within: the positions that matter; what lies outside them is passed over.
        """
        first = start >= within[0]
        at, high = max(start, within[0]), min(end, within[1])
        # Asking for a block that is far below would have all of the text above it laid out.
        while at <= high and (block := self._block_at(at)) is not None and block.start < high:
            low = at - block.start
            for piece in self._in_block(block, low, min(block.end, high) - block.start, first):
                first = False
                yield piece
            at = block.end + 1

    def _block_at(self, position: int) -> _Block | None:
        known = self._block
        if known is not None and known.start <= position <= known.end:
            return known
        block = self._document.findBlock(position)
        if not block.isValid():
            return None
        origin = self._document.documentLayout().blockBoundingRect(block).topLeft() + self._shift
        start = block.position()
        end = start + block.length() - 1
        self._line = None
        self._block = _Block(block.layout(), start, end, origin.x(), origin.y())
        return self._block

    def _in_block(self, block: _Block, low: int, high: int, first: bool) -> Iterator[Piece]:
        line = self._line_at(block, low)
        while line is not None and line.start < high:
            for left, right, leftward in self._stretches(
                line.line, max(low, line.start), min(high, line.end)
            ):
                rect = QRectF(block.left + left, line.top, right - left, self._height)
                yield Piece(rect, first, leftward)
                first = False
            line = self._line_at(block, line.end) if line.end < high else None

    def _line_at(self, block: _Block, position: int) -> _Line | None:
        known = self._line
        if known is not None and known.start <= position < known.end:
            return known
        line = block.layout.lineForTextPosition(position)
        if not line.isValid():
            return None
        start = line.textStart()
        top = block.top + line.y() + line.ascent() - self._ascent
        self._line = _Line(line, start, start + line.textLength(), top)
        return self._line

    def _stretches(self, line: QTextLine, low: int, high: int) -> list[tuple[float, float, bool]]:
        """Left and right ends of what stands together, in the order of the text."""
        if not self._mixed:
            return [(_x(line, low), _x(line, high), False)]
        found: list[tuple[float, float, bool]] = []
        for position in range(low, high):
            # Where the direction turns, a caret has two places, so the letters are asked for.
            for run in line.glyphRuns(position, 1):
                left, right = run.boundingRect().left(), run.boundingRect().right()
                leftward = run.isRightToLeft()
                if found and _touch(found[-1], left, right):
                    last = found.pop()
                    left, right = min(left, last[0]), max(right, last[1])
                    leftward = last[2]
                found.append((left, right, leftward))
        return found


def line_around(cursor: QTextCursor) -> tuple[int, int]:
    """The positions at which the line on the widget that holds a cursor starts and ends."""
    block = cursor.block()
    line = block.layout().lineForTextPosition(cursor.positionInBlock())
    if not line.isValid():
        return block.position(), block.position() + block.length()
    start = block.position() + line.textStart()
    return start, start + line.textLength()


def _touch(stretch: tuple[float, float, bool], left: float, right: float) -> bool:
    return left <= stretch[1] + 0.5 and stretch[0] <= right + 0.5


def _x(line: QTextLine, position: int) -> float:
    found: object = line.cursorToX(position)
    # The binding gives a pair of the place and the corrected position.
    return float(found[0] if isinstance(found, tuple | list) else found)  # type: ignore[arg-type]
