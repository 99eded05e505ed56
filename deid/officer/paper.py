"""Pages to print and to hand on: PDF with text that can be read aloud, copied and searched.

The title, the language and the number of each page are in it; fonts are embedded; nothing of the
machine is in its metadata. The same parts at the same time give the same bytes.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from deid.officer.qr import qr_squares
from deid.resources import version

_MARGIN: Final = 54.0
_PADDING: Final = 6.0
"""What the frame of a page leaves free on each side, within its margins."""

_LANGUAGE: Final = "en-GB"
_FONT, _BOLD, _FIXED = "NoteVeil", "NoteVeil-Bold", "Courier"
_WIDTH: Final = 595.28 - 2 * _MARGIN
_QR_SIDE: Final = 150.0
_LETTERS: Final = 100
"""So many letters of one width fit in a line."""

_COMMAND: Final = re.compile(r"`([^`]+)`")
_CELL: Final[dict[str, object]] = {"fontSize": 8, "leading": 10.5, "spaceAfter": 0}
_STYLES: Final[dict[str, dict[str, object]]] = {
    "title": {"fontName": _BOLD, "fontSize": 17, "leading": 22, "spaceAfter": 10},
    "heading": {"fontName": _BOLD, "fontSize": 11.5, "leading": 15, "spaceBefore": 10},
    "text": {},
    "blank": {"spaceBefore": 14},
    "letters": {"fontName": _FIXED, "fontSize": 8, "leading": 11},
    "cell": _CELL,
    "head": _CELL | {"fontName": _BOLD},
    "digest": _CELL | {"fontName": _FIXED, "fontSize": 7, "leading": 9, "wordWrap": "CJK"},
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences; what stands between backquotes is typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on each page.

    Attributes:
        head: empty for none.
        rows: a line feed in a cell begins a new line.
        widths: of the columns, in parts of the page's width that add up to 1.
        fixed: columns whose letters are of one width, such as digests.
    """

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    widths: tuple[float, ...]
    fixed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Letters:
    """Text that must be copied letter by letter; long lines are broken anywhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code; what it says must stand beside it as text."""

    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A line to be filled in by hand."""

    label: str


@dataclass(frozen=True, slots=True)
class Together:
    """What is not to be parted by the end of a page."""

    parts: tuple[Heading | Paragraph | Table | Letters | Code, ...]


Part = Heading | Paragraph | Table | Letters | Code | Blank | Together


def pdf(title: str, parts: Sequence[Part], *, subject: str, time: datetime) -> bytes:
    """The parts on as many A4 pages as they need.

    Args:
        title: of the document, shown first and in the title bar.
        parts: from top to bottom.
        subject: a sentence for the document's properties.
        time: as which the document says that it was made.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import SimpleDocTemplate

    _fonts()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN - _PADDING,
        rightMargin=_MARGIN - _PADDING,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=title,
        subject=subject,
        author="",
        creator=f"NoteVeil {version()}",
        producer="ReportLab",
    )

    def canvas(file: object, **options: Any) -> Any:
        made = Canvas(file, **(options | {"invariant": 1, "lang": _LANGUAGE}))
        made.setViewerPreference("DisplayDocTitle", "true")
        made._doc._timeStamp = _stamp(time)  # else it is the year 2000, as that is the same always
        return made

    story = [_drawn(Heading(title), "title"), *(_drawn(part) for part in parts)]
    document.build(story, canvasmaker=_numbered(canvas, title))
    return out.getvalue()


def legible(text: str) -> str:
    """The text in letters that the font has: without an accent, or by number, where it must be."""
    return "".join(_letter(letter) for letter in text)


def _letter(letter: str) -> str:
    has = _fonts()
    if ord(letter) in has or letter == "\n":
        return letter
    plain = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
    )
    if plain and all(ord(part) in has for part in plain):
        return plain
    return f"[U+{ord(letter):04X}]"


@lru_cache(maxsize=1)
def _fonts() -> frozenset[int]:
    """Make the fonts known, and say which letters they have."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    regular, bold = TTFont(_FONT, "Vera.ttf"), TTFont(_BOLD, "VeraBd.ttf")
    for font in (regular, bold):
        pdfmetrics.registerFont(font)
    return frozenset(regular.face.charToGlyph) & frozenset(bold.face.charToGlyph)


def _stamp(time: datetime) -> Any:
    from reportlab.lib.utils import TimeStamp

    stamp = TimeStamp(invariant=1)
    stamp.YMDhms = tuple(time.astimezone(UTC).timetuple()[:6])
    return stamp


def _numbered(make: Callable[..., Any], title: str) -> Callable[..., Any]:
    """Makes canvases that write below each page which of how many it is."""

    def canvas(file: object, **options: Any) -> Any:
        made = make(file, **options)
        show, save = made.showPage, made.save
        pages: list[dict[str, Any]] = []

        def keep() -> None:
            pages.append(dict(made.__dict__))
            made._startPage()

        def finish() -> None:
            for number, page in enumerate(pages, start=1):
                made.__dict__.update(page)
                made.setFont(_FONT, 8)
                made.drawString(_MARGIN, _MARGIN / 2, legible(title))
                made.drawRightString(
                    _MARGIN + _WIDTH, _MARGIN / 2, f"page {number} of {len(pages)}"
                )
                show()
            save()

        made.showPage, made.save = keep, finish
        return made

    return canvas


def _drawn(part: Part, style: str = "heading") -> Any:
    from xml.sax.saxutils import escape

    from reportlab import platypus

    match part:
        case Heading(text=text):
            return platypus.Paragraph(escape(legible(text)), _style(style))
        case Paragraph(text=text):
            marked = _COMMAND.sub(rf'<font name="{_FIXED}">\1</font>', escape(legible(text)))
            return platypus.Paragraph(marked, _style("text"))
        case Letters(text=text):
            return platypus.XPreformatted(escape(_broken(text)), _style("letters"))
        case Blank(label=label):
            return platypus.Paragraph(f"{escape(legible(label))}: {'_' * 42}", _style("blank"))
        case Code(text=text):
            return _code(text)
        case Together(parts=parts):
            return platypus.KeepTogether([_drawn(one) for one in parts])
        case Table():
            return _table(part)


def _broken(text: str) -> str:
    lines = (
        line[at : at + _LETTERS]
        for line in text.rstrip("\n").split("\n")
        for at in range(0, max(len(line), 1), _LETTERS)
    )
    return "\n".join(lines)


def _style(name: str) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    plain: dict[str, object] = {
        "fontName": _FONT,
        "fontSize": 9.5,
        "leading": 13.5,
        "spaceAfter": 6,
    }
    return ParagraphStyle(name, **(plain | _STYLES[name]))


def _table(table: Table) -> Any:
    from xml.sax.saxutils import escape

    from reportlab import platypus
    from reportlab.lib.colors import grey

    cell, digest, head = (_style(name) for name in ("cell", "digest", "head"))
    rows = [[platypus.Paragraph(escape(legible(text)), head) for text in table.head]]
    rows = [row for row in rows if row]
    rows += [
        [
            platypus.Paragraph(
                escape(legible(text)).replace("\n", "<br/>"), digest if at in table.fixed else cell
            )
            for at, text in enumerate(row)
        ]
        for row in table.rows
    ]
    drawn = platypus.LongTable(
        rows,
        colWidths=[part * _WIDTH for part in table.widths],
        repeatRows=len(table.head[:1]),
        hAlign="LEFT",
    )
    drawn.setStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, grey),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, grey),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    drawn.spaceAfter = 6
    return drawn


def _code(text: str) -> Any:
    from reportlab.graphics.shapes import Drawing, Rect
    from reportlab.lib.colors import black

    squares = qr_squares(text)
    side = _QR_SIDE / len(squares)
    drawing = Drawing(_QR_SIDE, _QR_SIDE)
    for down, row in enumerate(squares):
        for across, dark in enumerate(row):
            if dark:
                drawing.add(
                    Rect(
                        across * side,
                        _QR_SIDE - (down + 1) * side,
                        side,
                        side,
                        fillColor=black,
                        strokeColor=None,
                        strokeWidth=0,
                    )
                )
    return drawing
