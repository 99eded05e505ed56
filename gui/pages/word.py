"""A Word document as blocks of pages (ISO/IEC 29500-1, 17).

What is mapped is what carries the text and its order: paragraphs, headings, the look of letters,
lists, tables, headers, footers, notes, comments, text boxes and pictures as boxes. Where lines and
pages end is left to the layout, so they may end elsewhere than in Word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element, fromstring

from PySide6.QtCore import QCoreApplication

from deid.formats.packed import Member, unpack
from gui.pages.blocks import Block, Cell, Layout, Look, Paragraph, Run, Sheet, Table
from gui.pages.word_styles import Numbers, Styles, child, flag, name_of, points, value

translate: Final = QCoreApplication.translate
_EMU: Final = 12_700
_MAIN: Final = "word/document.xml"
_RELATIONS: Final = "word/_rels/document.xml.rels"
_INSIDE: Final = frozenset(
    {"hyperlink", "ins", "smartTag", "fldSimple", "moveTo", "customXml", "sdt", "sdtContent", "dir"}
)
_GONE: Final = frozenset({"del", "moveFrom"})
_BLOCKS_INSIDE: Final = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_ALIGNED: Final = {"right": "right", "end": "right", "center": "center", "both": "justify"}
_NOT_IN_PICTURES: Final = frozenset({"Fallback"})
_DEEPEST: Final = 40


def layout_of(content: bytes) -> Layout:
    """The blocks of a document that its reader took.

    Raises:
        InputError: the container is damaged.
        ParseError: a member is no XML; its reader refuses such documents.
    """
    members = unpack(content, what="document")
    return _Mapper(members).layout()


class _Mapper:
    """Maps one document; lists are counted through it once.

    Args:
        members: of its container.
    """

    def __init__(self, members: Mapping[str, Member]) -> None:
        self._members = members
        self._styles = Styles(self._tree("word/styles.xml"))
        self._numbers = Numbers(self._tree("word/numbering.xml"))
        self._boxes: list[Table] = []
        self._depth = 0

    def layout(self) -> Layout:
        """The document."""
        root = self._tree(_MAIN)
        body = child(root, "body")
        section = child(body, "sectPr")
        targets = self._targets()
        return Layout(
            sheet=_sheet(section),
            header=self._running(section, "headerReference", targets),
            footer=self._running(section, "footerReference", targets),
            body=(*self._blocks(body), *self._behind()),
        )

    def _tree(self, name: str) -> Element | None:
        member = self._members.get(name)
        # What declares a type of its own was refused when the document was read.
        return fromstring(member.data) if member is not None else None  # noqa: S314

    def _targets(self) -> dict[str, str]:
        found = self._tree(_RELATIONS)
        rows = found if found is not None else ()
        return {row.get("Id", ""): row.get("Target", "") for row in rows}

    def _running(
        self, section: Element | None, kind: str, targets: Mapping[str, str]
    ) -> tuple[Block, ...]:
        """What stands at the top or the bottom of each page; that of the first page before it."""
        rows = [row for row in section if name_of(row) == kind] if section is not None else []
        rows.sort(key=lambda row: value(row, "type") != "default")
        for row in rows:
            target = targets.get(_relation(row), "").removeprefix("/word/")
            tree = self._tree(f"word/{target}")
            if tree is not None:
                return tuple(self._blocks(tree))
        return ()

    def _behind(self) -> Iterator[Block]:
        """Notes and comments, which stand behind the text here."""
        for member, title, kind in (
            ("word/footnotes.xml", translate("Pages", "Footnotes"), "footnote"),
            ("word/endnotes.xml", translate("Pages", "Endnotes"), "endnote"),
            ("word/comments.xml", translate("Pages", "Comments"), "comment"),
        ):
            tree = self._tree(member)
            notes = [note for note in tree if name_of(note) == kind] if tree is not None else []
            notes = [note for note in notes if value(note, "type") in {"", "normal"}]
            if notes:
                heading = Run(title, Look(bold=True, size=9, colour="#555555"))
                yield Paragraph((heading,), before=12, after=3)
            for note in notes:
                yield from self._note(note, value(note, "author"))

    def _note(self, note: Element, author: str) -> Iterator[Block]:
        lead = f"{value(note, 'id')}  " + (f"{author}: " if author else "")
        for number, block in enumerate(self._blocks(note)):
            if number == 0 and isinstance(block, Paragraph):
                first = Run(lead, Look(bold=True, size=9))
                yield replace(block, runs=(first, *block.runs))
            else:
                yield block

    def _blocks(self, holder: Element | None) -> Iterator[Block]:
        self._depth += 1
        if holder is not None and self._depth < _DEEPEST:
            for one in holder:
                name = name_of(one)
                if name == "p":
                    yield self._paragraph(one)
                    boxes, self._boxes = self._boxes, []
                    yield from boxes
                elif name == "tbl":
                    yield self._table(one)
                elif name in _BLOCKS_INSIDE:
                    yield from self._blocks(one)
        self._depth -= 1

    def _paragraph(self, element: Element) -> Paragraph:
        own = child(element, "pPr")
        style = self._styles.paragraph(own)
        runs = tuple(self._runs(element, style.look, gone=False))
        indent, first, mark = style.indent, style.first, ""
        if style.number is not None:
            mark, at, hanging = self._numbers.next(*style.number)
            indent, first = style.indent or at, style.first or -hanging
        return Paragraph(
            runs,
            level=style.level,
            align=_ALIGNED.get(style.align, "left"),
            indent=indent,
            first=first,
            before=style.before,
            after=style.after,
            mark=mark,
            new_page=flag(own, "pageBreakBefore") is True,
        )

    def _runs(self, holder: Element, look: Look, *, gone: bool) -> Iterator[Run]:
        for one in holder:
            name = name_of(one)
            if name == "r":
                yield from self._run(one, look, gone=gone)
            elif name in _INSIDE:
                yield from self._runs(one, look, gone=gone)
            elif name in _GONE:
                yield from self._runs(one, look, gone=True)

    def _run(self, element: Element, look: Look, *, gone: bool) -> Iterator[Run]:
        seen = self._styles.run(child(element, "rPr"), look)
        if gone:
            seen = replace(seen, struck=True, colour="#8a1f1f")
        for one in element:
            match name_of(one):
                case "t" | "delText":
                    yield Run(one.text or "", seen)
                case "tab" | "ptab":
                    yield Run("\t", seen)
                case "br" if value(one, "type") == "page":
                    yield Run("", seen, new_page=True)
                case "br" | "cr":
                    yield Run("\u2028", seen)
                case "noBreakHyphen":
                    yield Run("\u2011", seen)
                case "footnoteReference" | "endnoteReference":
                    yield Run(value(one, "id"), replace(seen, raised=1))
                case "drawing" | "pict" | "object" | "AlternateContent":
                    yield from self._drawing(one)

    def _drawing(self, element: Element) -> Iterator[Run]:
        """A picture as a box of its size; of a text box, the text, behind the paragraph."""
        boxes = list(_found(element, "txbxContent"))
        for box in boxes:
            held, self._boxes = self._boxes, []
            inside = tuple(self._blocks(box))
            self._boxes = [*held, Table(((Cell(inside),),))]
        if not boxes:
            size = next(_found(element, "extent"), None)
            across = float(size.get("cx", 0)) / _EMU if size is not None else 0
            down = float(size.get("cy", 0)) / _EMU if size is not None else 0
            yield Run(translate("Pages", "picture"), picture=(across or 96, down or 72))

    def _table(self, element: Element) -> Table:
        rows = _rows(element, "tr")
        return Table(tuple(tuple(map(self._cell, _rows(row, "tc"))) for row in rows))

    def _cell(self, element: Element) -> Cell:
        own = child(element, "tcPr")
        span, merged = child(own, "gridSpan"), child(own, "vMerge")
        columns = int(value(span, "val") or 1) if span is not None else 1
        goes_on = merged is not None and value(merged, "val") != "restart"
        blocks = tuple(self._blocks(element))
        return Cell(blocks, max(1, min(columns, 63)), goes_on)


def _rows(holder: Element, wanted: str) -> Iterator[Element]:
    for one in holder:
        if name_of(one) == wanted:
            yield one
        elif name_of(one) in _BLOCKS_INSIDE:
            yield from _rows(one, wanted)


def _found(element: Element, wanted: str) -> Iterator[Element]:
    """The elements of a name within another, but for what older programs show instead."""
    for one in element:
        if name_of(one) == wanted:
            yield one
        elif name_of(one) not in _NOT_IN_PICTURES:
            yield from _found(one, wanted)


def _relation(element: Element) -> str:
    return next((text for key, text in element.items() if key.endswith("}id")), "")


def _sheet(section: Element | None) -> Sheet:
    size, margins = child(section, "pgSz"), child(section, "pgMar")
    usual = Sheet()
    width, height = points(size, "w", usual.width), points(size, "h", usual.height)
    edges = [
        abs(points(margins, edge, usual.margins[number]))
        for number, edge in enumerate(("top", "right", "bottom", "left"))
    ]
    # Of a page that nothing would have room on, the usual one is shown.
    fits = 72 <= width <= 3200 and 72 <= height <= 3200
    fits = fits and edges[1] + edges[3] < width * 0.9 and edges[0] + edges[2] < height * 0.9
    if not fits:
        return usual
    top, right, bottom, left = edges
    return Sheet(
        width,
        height,
        (top, right, bottom, left),
        header_at=points(margins, "header", usual.header_at),
        footer_at=points(margins, "footer", usual.footer_at),
    )
