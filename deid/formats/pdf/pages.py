"""The pages of a document as parts of its note, and what becomes of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from deid.datatypes import Document, Part, Redacted, Span
from deid.formats.pdf.boxes import limit_of, set_anew
from deid.formats.pdf.glyphs import Layer, PageContent
from deid.formats.pdf.headings import labels_of
from deid.formats.pdf.lines import Line
from deid.formats.pdf.rewriting import Changes
from deid.formats.pdf.standins import LETTERS, StandIn, drawable
from deid.parts import Assembly

_PLACES = {
    Layer.SHOWN: "line",
    Layer.WHITE: "white line",
    Layer.OUTSIDE: "line outside the page",
    Layer.TINY: "tiny line",
    Layer.HIDDEN: "hidden line",
}


@dataclass(frozen=True, slots=True)
class PageParts:
    """Where in its note a page lies.

    Attributes:
        first: index of its first part.
        lines: how many lines it has.
        marks: how many texts of marks follow them.
        is_scan: whether it was read as a picture, or is emptied.
        order: the numbers of its lines, in the order of the note; empty: that of the page.
    """

    first: int
    lines: int
    marks: int
    is_scan: bool = False
    order: tuple[int, ...] = ()

    def ordered(self, lines: Sequence[Line]) -> Sequence[Line]:
        """The lines of the page in the order of the note."""
        return [lines[number] for number in self.order] if self.order else lines


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a line that is replaced.

    Attributes:
        line: which line.
        start: its first character there.
        end: behind its last character.
        text: what takes its place.
    """

    line: int
    start: int
    end: int
    text: str = field(repr=False)


def add_page(assembly: Assembly, where: str, read: PageContent, lines: Sequence[Line]) -> PageParts:
    """Add the parts of a page.

    Args:
        assembly: of the note; it puts nothing between parts by itself.
        where: it is, in plain words, such as `page 1`.
        read: what it draws.
        lines: its lines, in the order of the note.
    """
    first = len(assembly)
    labels = labels_of(read, lines)
    for at, line in enumerate(lines):
        assembly.add(
            line.text,
            f"{where}, {_PLACES[line.layer]} {at + 1}",
            label=labels.get(at),
            lead=line.lead,
            goes_on=line.goes_on,
            letters=LETTERS,
        )
    within = _by_mark(read, lines)
    for mark in read.marks:
        assembly.add(
            mark.text,
            f"{where}, text of a mark",
            lead="\n\n",
            falls_with=tuple(first + at for at in sorted(within[mark.group])),
        )
    return PageParts(first, len(lines), len(read.marks))


def _by_mark(read: PageContent, lines: Sequence[Line]) -> Mapping[int, set[int]]:
    """The lines that have letters within each mark."""
    within: dict[int, set[int]] = defaultdict(set)
    if read.marks:
        for at, line in enumerate(lines):
            for index in {one for source in line.sources for one in source}:
                for group in read.glyphs[index].show.marks:
                    within[group].add(at)
    return within


def edits_of(document: Document, redacted: Redacted, parts: PageParts) -> Iterator[Edit]:
    """What is replaced in the lines of a page; a stand-in stands where what it replaces begins."""
    own = document.parts[parts.first : parts.first + parts.lines]
    for one in redacted.redactions:
        span, text = one.finding.span, one.output_span.of(redacted.text)
        for line, inside in _touched(own, span):
            begins = document.parts[parts.first + line].span.start <= span.start
            yield Edit(line, inside.start, inside.end, text if begins else "")


def _touched(parts: Sequence[Part], span: Span) -> Iterator[tuple[int, Span]]:
    at = bisect_right(parts, span.start, key=lambda part: part.span.end)
    while at < len(parts) and parts[at].span.start < span.end:
        own = parts[at].span
        yield (
            at,
            Span(max(span.start, own.start) - own.start, min(span.end, own.end) - own.start),
        )
        at += 1


def marks_of(document: Document, after: Sequence[str], parts: PageParts) -> dict[int, str | None]:
    """The new texts of the marks of a content, by their numbers."""
    first = parts.first + parts.lines
    return {
        number: after[first + number]
        for number in range(parts.marks)
        if after[first + number] != document.parts[first + number].span.of(document.text)
    }


def changes_of(
    read: PageContent,
    lines: Sequence[Line],
    edits: Sequence[Edit],
    marks: Mapping[int, str | None],
    *,
    fixed: bool = False,
) -> Changes:
    """What becomes of a page.

    Args:
        read: what it draws.
        lines: its lines.
        edits: what is replaced in them.
        marks: new texts of marks.
        fixed: whether all boxes of a line are of one width.
    """
    covered: dict[int, set[int]] = defaultdict(set)
    for edit in edits:
        covered[edit.line].update(range(edit.start, edit.end))
    removed: set[int] = set()
    stand_ins: dict[int, list[tuple[Edit, StandIn]]] = defaultdict(list)
    for edit in edits:
        line = lines[edit.line]
        gone = {one for source in line.sources[edit.start : edit.end] for one in source}
        if not gone:
            continue
        before = _left(line, gone - removed, range(edit.start), covered[edit.line])
        after = _left(line, gone, range(edit.end, len(line.text)), covered[edit.line])
        stand_in = _stand_in(read, gone, drawable(before + edit.text + after))
        stand_ins[edit.line].append((edit, stand_in))
        removed |= gone
    touched = {group for index in removed for group in read.glyphs[index].show.marks}
    dropped: dict[int, str | None] = {
        number: None for number, mark in enumerate(read.marks) if mark.group in touched
    }
    moved: dict[int, float] = {}
    if fixed:
        for number, boxed in stand_ins.items():
            removed.update(lines[number].tail)
            moved |= _set_anew(read, lines, number, boxed, frozenset(removed))
    drawn = [stand_in for boxed in stand_ins.values() for _, stand_in in boxed]
    return Changes(frozenset(removed), drawn, {**dropped, **marks}, moved)


def _set_anew(
    read: PageContent,
    lines: Sequence[Line],
    number: int,
    boxed: list[tuple[Edit, StandIn]],
    removed: frozenset[int],
) -> Mapping[int, float]:
    """Set a line anew, with boxes of one width, and tell how far its letters move."""
    setting = set_anew(
        read,
        lines[number],
        [(edit.start, edit.end) for edit, _ in boxed],
        removed=removed,
        limit=limit_of(read, lines, number),
    )
    for at, ((edit, one), start) in enumerate(zip(boxed, setting.boxes, strict=True)):
        across, up = one.direction
        further = start - (one.x * across + one.y * up)
        moved = replace(
            one, x=one.x + further * across, y=one.y + further * up, width=setting.width
        )
        boxed[at] = edit, moved
    return setting.moved


def _left(line: Line, gone: set[int], at: range, covered: set[int]) -> str:
    """What letters that go read besides, such as the other half of a ligature."""
    return "".join(
        line.text[one] for one in at if one not in covered and gone & set(line.sources[one])
    )


def _stand_in(read: PageContent, gone: set[int], text: str) -> StandIn:
    glyphs = [read.glyphs[index] for index in gone]
    across, up = glyphs[0].show.direction

    def along(x: float, y: float) -> float:
        return x * across + y * up

    first = min(glyphs, key=lambda glyph: along(glyph.x, glyph.y))
    end = max(along(glyph.x, glyph.y) + glyph.width for glyph in glyphs)
    show = first.show
    return StandIn(
        text,
        first.x,
        first.y,
        show.direction,
        max(end - along(first.x, first.y), 0.01),
        max(glyph.show.height for glyph in glyphs),
        show.font.ascent,
        show.font.descent,
        show.layer,
    )
