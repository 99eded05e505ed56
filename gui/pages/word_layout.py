"""Blocks laid out on pages by Qt. One thread uses a document at a time, and lets go of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QImage,
    QPainter,
    QPalette,
    QPen,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)

from deid import Span
from gui.pages.blocks import Block, Cell, Layout, Look, Paragraph, Run, Table, paragraphs_of

TINT: Final = "#fde9a9"
"""What stands below words that another stands for in the other state; they are underlined too."""

_UNIT: Final = 4.0
"""So many units of the layout are a point; letters have whole numbers of them."""

_ALIGNED: Final = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "justify": Qt.AlignmentFlag.AlignJustify,
}
_USUAL_SIZE: Final = 11.0
_TAB: Final = 36.0
_MOST_PAGES: Final = 2000
_DEEPEST: Final = 4
"""Tables that lie deeper in tables are written as paragraphs: Qt takes ever longer for them."""


class WordPages:
    """The pages of a document.

    Args:
        layout: what it is made of.
        marks: for each paragraph, in the order of `Layout.paragraphs`, ranges that are marked.
    """

    def __init__(self, layout: Layout, marks: Sequence[Sequence[Span]]) -> None:
        self._sheet = sheet = layout.sheet
        todo = iter(marks)
        across = (sheet.width - sheet.margins[1] - sheet.margins[3]) * _UNIT
        self._header = _flowing(layout.header, across, todo)
        self._footer = _flowing(layout.footer, across, todo)
        top, right, bottom, left = sheet.margins
        top = max(top, sheet.header_at + self._header.size().height() / _UNIT)
        bottom = max(bottom, sheet.footer_at + self._footer.size().height() / _UNIT)
        self._body: QTextDocument | None = _document()
        self._body.setPageSize(QSizeF(sheet.width, sheet.height) * _UNIT)
        frame = QTextFrameFormat()
        frame.setTopMargin(min(top, sheet.height * 0.6) * _UNIT)
        frame.setRightMargin(right * _UNIT)
        frame.setBottomMargin(min(bottom, sheet.height * 0.3) * _UNIT)
        frame.setLeftMargin(left * _UNIT)
        self._body.rootFrame().setFrameFormat(frame)
        _Writer(self._body, across, todo).write(layout.body)
        count = min(max(1, self._body.pageCount()), _MOST_PAGES)
        self.sizes = ((sheet.width, sheet.height),) * count

    def draw(self, index: int, width: int) -> QImage:
        """A page, so many pixels wide."""
        sheet, height = self._sheet, round(width * self._sheet.height / self._sheet.width)
        image = QImage(width, max(1, height), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        if self._body is None:
            return image
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = width / (sheet.width * _UNIT)
        painter.scale(scale, scale)
        page = QRectF(0, 0, sheet.width * _UNIT, sheet.height * _UNIT)
        left = sheet.margins[3] * _UNIT
        _paint(painter, self._header, QPointF(left, sheet.header_at * _UNIT))
        low = page.height() - sheet.footer_at * _UNIT - self._footer.size().height()
        _paint(painter, self._footer, QPointF(left, low))
        area = page.translated(0, index * page.height())
        _paint(painter, self._body, -area.topLeft(), area)
        painter.end()
        return image

    def close(self) -> None:
        """Let go of the text, in the thread that used it."""
        self._body = None
        self._header = self._footer = QTextDocument()


def _document() -> QTextDocument:
    made = QTextDocument()
    made.setUndoRedoEnabled(False)
    made.setDocumentMargin(0)
    made.setUseDesignMetrics(True)
    font = QFont("sans-serif")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPixelSize(round(_USUAL_SIZE * _UNIT))
    made.setDefaultFont(font)
    option = QTextOption()
    option.setTabStopDistance(_TAB * _UNIT)
    made.setDefaultTextOption(option)
    return made


def _flowing(
    blocks: Sequence[Block], across: float, marks: Iterator[Sequence[Span]]
) -> QTextDocument:
    made = _document()
    made.setTextWidth(across)
    if blocks:
        _Writer(made, across, marks).write(blocks)
    return made


def _paint(
    painter: QPainter, document: QTextDocument, at: QPointF, area: QRectF | None = None
) -> None:
    """Paint a document in black, whatever the colours of the window are."""
    painter.save()
    painter.translate(at)
    context = QAbstractTextDocumentLayout.PaintContext()
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, QColor("#000000"))
    context.palette = palette
    if area is not None:
        painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        context.clip = area
    document.documentLayout().draw(painter, context)
    painter.restore()


class _Writer:
    """Writes blocks into a document.

    Args:
        document: gets them.
        across: how wide its lines are, in points.
        marks: of the paragraphs that come, in their order.
    """

    def __init__(
        self, document: QTextDocument, across: float, marks: Iterator[Sequence[Span]]
    ) -> None:
        self._document = document
        self._across = across
        self._marks = marks

    def write(self, blocks: Sequence[Block]) -> None:
        """Write these at the beginning."""
        self._fill(QTextCursor(self._document), blocks, depth=0)

    def _fill(self, cursor: QTextCursor, blocks: Sequence[Block], *, depth: int) -> None:
        """Write these where the cursor is: at the beginning, or in a cell of a table."""
        first = True
        for block in blocks if depth < _DEEPEST else tuple(paragraphs_of(blocks)):
            if isinstance(block, Table):
                self._table(cursor, block, depth)
                # Qt puts a block behind a table by itself, which the next paragraph takes.
                first = True
                continue
            shape = _shape(block)
            if first:
                cursor.setBlockFormat(shape)
                # What a cell spans is kept there too.
                cursor.mergeBlockCharFormat(_letters(Look()))
            else:
                cursor.insertBlock(shape, _letters(Look()))
            first = False
            self._paragraph(cursor, block)

    def _paragraph(self, cursor: QTextCursor, paragraph: Paragraph) -> None:
        marks, at = next(self._marks, ()), 0
        if paragraph.mark:
            look = paragraph.runs[0].look if paragraph.runs else Look()
            cursor.insertText(f"{paragraph.mark}\t", _letters(look))
        for run in paragraph.runs:
            if run.picture is not None:
                self._picture(cursor, run)
            elif run.new_page:
                self._break_page(cursor, paragraph)
            else:
                for text, marked in _cut(run.text, at, marks):
                    cursor.insertText(text, _letters(run.look, marked=marked))
                at += len(run.text)

    def _break_page(self, cursor: QTextCursor, paragraph: Paragraph) -> None:
        shape = _shape(paragraph)
        shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        cursor.insertBlock(shape)

    def _picture(self, cursor: QTextCursor, run: Run) -> None:
        """A grey box that says what it is: pictures are shown by pages of their own."""
        across, down = ((length * _UNIT) for length in run.picture or (96.0, 72.0))
        share = min(1.0, self._across / max(across, 1.0), 600 * _UNIT / max(down, 1.0))
        size = QSizeF(max(across * share, 8 * _UNIT), max(down * share, 8 * _UNIT))
        name = f"picture:{size.width():.0f}x{size.height():.0f}"
        image = QImage((size / 2).toSize(), QImage.Format.Format_RGB32)
        image.fill(QColor("#e8ebee"))
        painter = QPainter(image)
        painter.setPen(QPen(QColor("#8a949e"), 2))
        painter.drawRect(image.rect().adjusted(1, 1, -2, -2))
        font = QFont("sans-serif")
        font.setPixelSize(22)
        painter.setFont(font)
        painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, run.text)
        painter.end()
        self._document.addResource(QTextDocument.ResourceType.ImageResource.value, name, image)
        shown = QTextImageFormat()
        shown.setName(name)
        shown.setWidth(size.width())
        shown.setHeight(size.height())
        cursor.insertImage(shown)

    def _table(self, cursor: QTextCursor, table: Table, depth: int) -> None:
        columns = max((sum(cell.columns for cell in row) for row in table.rows), default=0)
        if not columns:
            return
        made = cursor.insertTable(len(table.rows), columns, _frame(columns))
        for number, column, cell in _placed(table):
            if cell.goes_on and number and not any(map(_has_text, cell.blocks)):
                above = made.cellAt(number - 1, column)
                down, across = number - above.row() + 1, above.columnSpan()
                made.mergeCells(above.row(), above.column(), down, across)
            elif cell.columns > 1:
                made.mergeCells(number, column, 1, cell.columns)
        for number, column, cell in _placed(table):
            place = made.cellAt(number, column)
            if place.row() == number:
                self._fill(place.firstCursorPosition(), cell.blocks, depth=depth + 1)
            else:
                for _ in paragraphs_of(cell.blocks):
                    next(self._marks, ())
        cursor.movePosition(QTextCursor.MoveOperation.End)


def _placed(table: Table) -> Iterator[tuple[int, int, Cell]]:
    """The cells of a table with the row and the column that each begins in."""
    for number, row in enumerate(table.rows):
        column = 0
        for cell in row:
            yield number, column, cell
            column += cell.columns


def _frame(columns: int) -> QTextTableFormat:
    shape = QTextTableFormat()
    shape.setCellPadding(3 * _UNIT)
    shape.setCellSpacing(0)
    shape.setBorder(0.5 * _UNIT)
    shape.setBorderCollapse(True)
    shape.setBorderBrush(QColor("#6b7580"))
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    even = QTextLength(QTextLength.Type.PercentageLength, 100 / columns)
    shape.setColumnWidthConstraints([even] * columns)
    return shape


def _shape(paragraph: Paragraph) -> QTextBlockFormat:
    shape = QTextBlockFormat()
    shape.setAlignment(_ALIGNED[paragraph.align])
    first = max(paragraph.first, -paragraph.indent)
    shape.setLeftMargin(max(0.0, paragraph.indent) * _UNIT)
    shape.setTextIndent(first * _UNIT)
    shape.setTopMargin(paragraph.before * _UNIT)
    shape.setBottomMargin(paragraph.after * _UNIT)
    if paragraph.mark:
        at = -first if first < 0 else _TAB
        shape.setTabPositions([QTextOption.Tab(at * _UNIT, QTextOption.TabType.LeftTab)])
    shape.setHeadingLevel(min(paragraph.level, 6))
    if paragraph.new_page:
        shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    return shape


def _letters(look: Look, *, marked: bool = False) -> QTextCharFormat:
    shape = QTextCharFormat()
    size = round((look.size or _USUAL_SIZE) * _UNIT)
    shape.setProperty(QTextFormat.Property.FontPixelSize.value, size)
    shape.setFontWeight(QFont.Weight.Bold if look.bold else QFont.Weight.Normal)
    shape.setFontItalic(look.italic)
    shape.setFontUnderline(look.underlined)
    shape.setFontStrikeOut(look.struck)
    shape.setForeground(QColor(look.colour or "#000000"))
    if look.raised:
        place = QTextCharFormat.VerticalAlignment
        shape.setVerticalAlignment(
            place.AlignSuperScript if look.raised > 0 else place.AlignSubScript
        )
    if marked:
        shape.setBackground(QColor(TINT))
        shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        shape.setUnderlineColor(QColor("#8a5a00"))
        # A tint that the colour of the letters might not be read on.
        shape.setForeground(QColor("#000000"))
    return shape


def _cut(text: str, at: int, marks: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """The pieces of a run that begins at a place of its paragraph, marked or not."""
    here, end = at, at + len(text)
    for mark in marks:
        low, high = max(mark.start, here), min(mark.end, end)
        if low >= high:
            continue
        if here < low:
            yield text[here - at : low - at], False
        yield text[low - at : high - at], True
        here = high
    if here < end:
        yield text[here - at :], False


def _has_text(block: Block) -> bool:
    return isinstance(block, Table) or bool(block.text.strip())
