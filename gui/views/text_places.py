"""Where on a widget the text between two positions of its document stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QTextBlock, QTextCursor, QTextDocument, QTextLine


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
class TextPlaces:
    """Finds the places of ranges.

    Attributes:
        document: what is shown.
        metrics: of the font that it is shown in.
        shift: how far the beginning of the document is from the origin of the widget.
        mixed: whether a part of the text may run from right to left.
    """

    document: QTextDocument
    metrics: QFontMetricsF
    shift: QPointF
    mixed: bool

    def pieces(self, start: int, end: int, *, within: tuple[int, int]) -> Iterator[Piece]:
        """Where the text between two positions stands, in its order.

        Args:
            start: position of the first character.
            end: position behind the last.
            within: the positions that matter; what lies outside them is passed over.
        """
        first = start >= within[0]
        low_end, high_end = max(start, within[0]), min(end, within[1])
        block = self.document.findBlock(low_end)
        while block.isValid() and block.position() < high_end:
            low = max(0, low_end - block.position())
            high = min(block.length() - 1, high_end - block.position())
            for piece in self._in_block(block, low, high, first=first):
                first = False
                yield piece
            block = block.next()

    def _in_block(self, block: QTextBlock, low: int, high: int, *, first: bool) -> Iterator[Piece]:
        layout = block.layout()
        origin = self.document.documentLayout().blockBoundingRect(block).topLeft() + self.shift
        number = layout.lineForTextPosition(low).lineNumber()
        while 0 <= number < layout.lineCount():
            line = layout.lineAt(number)
            if line.textStart() >= high:
                return
            ends = max(low, line.textStart()), min(high, line.textStart() + line.textLength())
            top = origin.y() + line.y() + line.ascent() - self.metrics.ascent()
            for left, right, leftward in self._stretches(line, *ends):
                rect = QRectF(origin.x() + left, top, right - left, self.metrics.height())
                yield Piece(rect, first, leftward)
                first = False
            number += 1

    def _stretches(self, line: QTextLine, low: int, high: int) -> list[tuple[float, float, bool]]:
        """Left and right ends of what stands together, in the order of the text."""
        if not self.mixed:
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
