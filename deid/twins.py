"""Places of a file that are read in two ways, so that two parts of a note stand in one (pure).

What was deleted in a letter or is hidden in it is read without and with the words around it: a
name may be whole in one reading alone. What is replaced in one of the two goes in the other, too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from deid.datatypes import Document, Part, Redacted, Redaction, Span


@dataclass(frozen=True, slots=True)
class _Row:
    """A replacement within a part, in offsets of the part."""

    start: int
    end: int
    text: str = field(repr=False)
    redaction: Redaction
    changes: bool

    @property
    def reads(self) -> tuple[int, int, str]:
        return self.start, self.end, self.text


def alike(document: Document, redacted: Redacted) -> Redacted:
    """The same redaction, in which parts that stand in one place read the same.

    Replacements that overlap in such parts become one; one that reaches over several parts, in
    which only some differ, becomes one for each, of which the first holds the text.
    """
    twins = _twins(document.parts)
    if not twins:
        return redacted
    rows = _rows(document, redacted)
    others: dict[int, list[_Row]] = {}
    for numbers in twins:
        found = [rows.get(number, []) for number in numbers]
        if any([one.reads for one in each] != [one.reads for one in found[0]] for each in found):
            merged = _merged([one for each in found for one in each])
            others.update(dict.fromkeys(numbers, merged))
    return _with(document, redacted, rows, others) if others else redacted


def _twins(parts: Sequence[Part]) -> list[list[int]]:
    """The numbers of the parts that stand in one place, where these are several."""
    found: dict[int, list[int]] = {}
    for number, part in enumerate(parts):
        if part.same_as >= 0:
            found.setdefault(part.same_as, [part.same_as]).append(number)
    return list(found.values())


def _rows(document: Document, redacted: Redacted) -> dict[int, list[_Row]]:
    """What is replaced in each part; the text of a replacement stands in the first it lies in."""
    parts = document.parts
    rows: dict[int, list[_Row]] = {}
    for redaction in redacted.redactions:
        span = redaction.finding.span
        text = redaction.output_span.of(redacted.text)
        changes = text != span.of(document.text)
        at = bisect_left(parts, span.start + 1, key=lambda part: part.span.end)
        while at < len(parts) and parts[at].span.start < span.end:
            lies = parts[at].span
            start, end = max(lies.start, span.start), min(lies.end, span.end)
            if start < end:
                row = _Row(start - lies.start, end - lies.start, text, redaction, changes)
                rows.setdefault(at, []).append(row)
                text = ""
            at += 1
    return rows


def _merged(rows: Sequence[_Row]) -> list[_Row]:
    """Rows of several parts as those of one place: what overlaps is one.

    Its text is the first of those that are no kept ones.
    """
    merged: list[_Row] = []
    for row in sorted(rows, key=lambda one: (one.start, -one.end)):
        last = merged[-1] if merged else None
        if last is None or row.start >= last.end:
            merged.append(row)
            continue
        both = [one for one in (last, row) if one.changes] or [last, row]
        text = next((one.text for one in both if one.text), "")
        surest = max(both, key=lambda one: one.redaction.finding.score).redaction
        end = max(last.end, row.end)
        merged[-1] = _Row(last.start, end, text, surest, last.changes or row.changes)
    return merged


def _with(
    document: Document,
    redacted: Redacted,
    rows: Mapping[int, Sequence[_Row]],
    others: Mapping[int, Sequence[_Row]],
) -> Redacted:
    """A redaction in which some parts have other rows."""
    cut = {row.redaction for number in others for row in rows.get(number, ())}
    placed = [
        (one.finding.span, one.output_span.of(redacted.text), one)
        for one in redacted.redactions
        if one not in cut
    ]
    for number, part in enumerate(document.parts):
        own = [row for row in rows.get(number, ()) if row.redaction in cut]
        for row in others.get(number, own):
            start = part.span.start
            placed.append((Span(start + row.start, start + row.end), row.text, row.redaction))
    pieces: list[str] = []
    redactions: list[Redaction] = []
    for text, made in _written(document, sorted(placed, key=lambda row: row[0])):
        pieces.append(text)
        redactions += made
    return replace(redacted, text="".join(pieces), redactions=tuple(redactions))


def _written(
    document: Document, placed: Sequence[tuple[Span, str, Redaction]]
) -> Iterator[tuple[str, list[Redaction]]]:
    """The text of the output piece by piece, with the replacement that each ends in."""
    read, length = 0, 0
    for span, text, redaction in placed:
        between = document.text[read : span.start]
        start = length + len(between)
        read, length = span.end, start + len(text)
        finding = replace(redaction.finding, span=span)
        yield between + text, [replace(redaction, finding=finding, output_span=Span(start, length))]
    yield document.text[read:], []
