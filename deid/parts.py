"""The places in a file that a note is put together from (pure).

A reader of cells, fields or paragraphs puts their texts together into one note, for the words
around an identifier say what it is, and a line of its own says little. What lies between two parts
stands nowhere in the file, so nothing that is replaced may reach over it.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from deid.datatypes import (
    Document,
    Finding,
    Form,
    Letters,
    Part,
    Redacted,
    Redaction,
    Resolution,
    Span,
)
from deid.errors import DefectError
from deid.labels import Label
from deid.twins import alike

DETECTOR: Final = "field"
"""What the log calls it that a place holds nothing but an identifier."""

FIT: Final = "fit"
"""What the log calls it that a place could not hold what the policy made, and got another text."""


class Assembly:
    """Puts a note together, part by part.

    Args:
        between: what is put between two parts.
    """

    def __init__(self, *, between: str = "\n") -> None:
        self._between = between
        self._pieces: list[str] = []
        self._parts: list[Part] = []
        self._removed: list[str] = []
        self._length = 0

    def __len__(self) -> int:
        return len(self._parts)

    def add(
        self,
        text: str,
        place: str,
        *,
        label: Label | None = None,
        lead: str = "",
        goes_on: bool = False,
        form: Form | None = None,
        falls_with: tuple[int, ...] = (),
        letters: Letters | None = None,
        is_read: bool = False,
        same_as: int = -1,
    ) -> None:
        """Add a part; an empty one is a part, too, so that parts and places are as many.

        Args:
            text: what stands in the place.
            place: the place, see `Part`.
            label: what the place is known to hold, see `Part`.
            lead: words before it that tell detectors what it is, and are no part themselves.
            goes_on: whether it goes on where the part before it ends; nothing is put between.
            form: what its new text must be like, see `Part`.
            falls_with: numbers of parts without which it says nothing, see `Part`.
            letters: that replacements in it are drawn in, see `Part`.
            is_read: whether it was read in a picture, see `Part`.
            same_as: number of a part that stands in the same place, see `Part`.

        Raises:
            DefectError: a part that must have a form goes on, or another from it; or two that go
                on fall with others.
        """
        goes_on = goes_on and bool(self._parts)
        last = self._parts[-1] if goes_on else None
        if last and (form or last.form or falls_with != last.falls_with):
            raise DefectError("a part that goes on is of no other form than the one before it")
        before = "" if goes_on else (self._between if self._parts else "") + lead
        start = self._length + len(before)
        self._pieces += (before, text)
        self._length = start + len(text)
        span = Span(start, self._length)
        self._parts.append(
            Part(span, place, label, goes_on, form, falls_with, letters, is_read, same_as)
        )

    def remove(self, place: str) -> None:
        """Tell that what stands in a place does not come back in the output.

        Args:
            place: the place in plain words, such as `printer settings`, see `Document.removed`.
        """
        self._removed.append(place)

    def document(
        self,
        id: str,  # noqa: A002
        *,
        patient: str = "",
        known: Iterable[tuple[str, str]] = (),
    ) -> Document:
        """The note of all parts."""
        return Document(
            id,
            "".join(self._pieces),
            patient,
            tuple(self._parts),
            tuple(known),
            tuple(self._removed),
        )


def pieces(parts: Sequence[Part], span: Span) -> Iterator[Span]:
    """What of a span lies in parts, each part's share by itself; the span, where there are none.

    Parts that go on where another ends count as one with it.
    """
    if not parts:
        yield span
        return
    first = max(0, bisect_left(parts, span.start, key=lambda part: part.span.end))
    start = end = span.start
    for part in itertools.islice(parts, first, None):
        if part.span.start >= span.end:
            break
        if not part.goes_on:
            if start < end:
                yield Span(start, end)
            start = max(part.span.start, span.start)
        end = min(part.span.end, span.end)
    if start < end:
        yield Span(start, end)


def cut(document: Document, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings that each lie in one part; pieces without a letter or digit are none."""
    if not document.parts:
        yield from findings
        return
    for finding in findings:
        inside = list(pieces(document.parts, finding.span))
        if inside == [finding.span]:
            yield finding
            continue
        for span in inside:
            trimmed = _trimmed(document.text, span)
            if any(character.isalnum() for character in trimmed.of(document.text)):
                yield replace(finding, span=trimmed)


def within_parts(document: Document, resolution: Resolution) -> Resolution:
    """A resolution of which nothing that is kept reaches over the edge of a part."""
    return replace(resolution, kept=tuple(cut(document, resolution.kept)))


def part_around(parts: Sequence[Part], span: Span) -> Span | None:
    """The part that a span lies in, with those that go on from it; None, where it lies in none."""
    start = None
    for part, following in itertools.zip_longest(parts, parts[1:]):
        start = part.span.start if start is None else start
        if following is not None and following.goes_on:
            continue
        if Span(start, part.span.end).covers(span):
            return Span(start, part.span.end)
        start = None
    return None


def declared(document: Document) -> Iterator[Finding]:
    """A finding for each part that holds nothing but an identifier, by what its place says."""
    for part in document.parts:
        span = _trimmed(document.text, part.span)
        if part.label is not None and span:
            yield Finding(span, part.label, 1.0, DETECTOR)


def part_texts(document: Document, redacted: Redacted) -> tuple[str, ...]:
    """What each part of a note reads after redaction, in their order.

    Raises:
        DefectError: a replacement reaches over the edge of a part, or what a part reads has not
            the form that it must have, see `fitted`.
    """
    texts = tuple(part.span.of(redacted.text) for part in renewed(document, redacted))
    for part, text in zip(document.parts, texts, strict=True):
        before = part.span.of(document.text) if part.form else text
        if part.form and text != before and part.form.fitted(before, text, {}) != text:
            raise DefectError("a part has not the form of its place: nothing was written")
    return texts


def fitted(document: Document, redacted: Redacted) -> Redacted:
    """The same redaction, in which every place can hold its new text.

    Where a place cannot, all that was replaced in it becomes one replacement of the whole place,
    with the label of the surest of them and the operator `fit`. Where letters of a replacement
    cannot be drawn, it alone reads otherwise. Parts that stand in one place read the same. The log
    and the file then tell the same.

    Raises:
        DefectError: a replacement reaches over the edge of a part.
    """
    redacted = alike(document, _in_letters(document, redacted))
    if not any(map(_is_bound, document.parts)):
        return redacted
    before = [part.span.of(document.text) for part in document.parts]
    after = [part.span.of(redacted.text) for part in renewed(document, redacted)]
    falls = _Falling(document.parts, {n for n, old in enumerate(before) if old != after[n]})
    others: dict[Span, str] = {}
    taken: dict[Form, dict[str, str]] = {}
    for old, new, part in zip(before, after, document.parts, strict=True):
        if part.form and old == new:
            taken.setdefault(part.form, {})[old] = old
    start = 0  # of the parts that go on to this one
    for number, part in enumerate(document.parts):
        old, new = before[number], after[number]
        start = start if part.goes_on else part.span.start
        if falls(part):
            others.pop(Span(start, part.span.start), None)
            others[Span(start, part.span.end)] = ""
        elif part.form and old != new:
            made = taken.setdefault(part.form, {})
            fit = part.form.fitted(old, new, made)
            made.setdefault(fit, old)
            if fit != new:
                others[part.span] = fit
    return _rewritten(document, redacted, others) if others else redacted


def _in_letters(document: Document, redacted: Redacted) -> Redacted:
    """A redaction of which every replacement has letters that can be drawn where it begins."""
    parts = [part for part in document.parts if part.letters]
    others: dict[Span, str] = {}
    for redaction in redacted.redactions if parts else ():
        span, text = redaction.finding.span, redaction.output_span.of(redacted.text)
        at = bisect_right(parts, span.start, key=lambda part: part.span.end)
        letters = parts[at].letters if at < len(parts) else None
        if letters and parts[at].span.start <= span.start and text != span.of(document.text):
            written = letters.written(text, redaction.finding.label)
            if written != text:
                others[span] = written
    return _rewritten(document, redacted, others) if others else redacted


class _Falling:
    """Tells whether a part falls with one of those that changed."""

    def __init__(self, parts: Sequence[Part], changed: Collection[int]) -> None:
        self._changed = changed
        self._known: dict[int, bool] = {}  # by identity: many parts may fall with the same

    def __call__(self, part: Part) -> bool:
        key = id(part.falls_with)
        if key not in self._known:
            self._known[key] = any(number in self._changed for number in part.falls_with)
        return self._known[key]


def _is_bound(part: Part) -> bool:
    return part.form is not None or bool(part.falls_with)


def _rewritten(document: Document, redacted: Redacted, others: Mapping[Span, str]) -> Redacted:
    """A redaction in which some parts read otherwise."""
    groups: dict[Span, list[tuple[bool, Redaction]]] = {span: [] for span in others}
    rows: list[tuple[Redaction, str]] = []
    spans = sorted(others)
    for redaction in redacted.redactions:
        at = bisect_left(spans, redaction.finding.span.end, key=lambda span: span.end)
        text, before = redaction.output_span.of(redacted.text), redaction.finding.span
        if at < len(spans) and spans[at].covers(before):
            groups[spans[at]].append((text != before.of(document.text), redaction))
        else:
            rows.append((redaction, text))
    rows += [(_whole(span, group), others[span]) for span, group in groups.items()]
    pieces: list[str] = []
    redactions: list[Redaction] = []
    read, written = 0, 0
    for redaction, text in sorted(rows, key=lambda row: row[0].finding.span):
        span = redaction.finding.span
        between = document.text[read : span.start]
        start = written + len(between)
        pieces += (between, text)
        redactions.append(replace(redaction, output_span=Span(start, start + len(text))))
        read, written = span.end, start + len(text)
    pieces.append(document.text[read:])
    return replace(redacted, text="".join(pieces), redactions=tuple(redactions))


def _whole(span: Span, group: Sequence[tuple[bool, Redaction]]) -> Redaction:
    """One redaction of a range in place of those in it; the first of a pair says if it changed."""
    if not group:
        return Redaction(Finding(span, Label.OTHER, 1.0, DETECTOR), FIT, span)
    _, surest = max(group, key=lambda row: (row[0], row[1].finding.score))
    return Redaction(replace(surest.finding, span=span), FIT, span)


def renewed(document: Document, redacted: Redacted) -> tuple[Part, ...]:
    """The parts of the output: the same places, which hold no identifier any more.

    Raises:
        DefectError: a replacement reaches over the edge of a part.
    """
    redactions = redacted.redactions
    for redaction in redactions if document.parts else ():
        replaced = redaction.finding.span
        if list(pieces(document.parts, replaced)) != [replaced]:
            raise DefectError(
                f"a replacement reaches out of its part at [{replaced.start}, {replaced.end}): "
                "nothing was written"
            )
    return moved(document.parts, redactions)


def moved(parts: Iterable[Part], redactions: Sequence[Redaction]) -> tuple[Part, ...]:
    """Some parts of a note where they lie in the output; they hold no identifier any more.

    Args:
        parts: any of the note, of which no replacement reaches out.
        redactions: all of the note, in their order.
    """

    def edge(offset: int) -> int:
        """Where an edge lies in the output; one inside a replacement lies behind it."""
        index = bisect_left(redactions, offset, key=lambda one: one.finding.span.start) - 1
        if index < 0:
            return offset
        last = redactions[index]
        return last.output_span.end + max(0, offset - last.finding.span.end)

    return tuple(
        replace(part, span=Span(edge(part.span.start), edge(part.span.end)), label=None)
        for part in parts
    )


def _trimmed(text: str, span: Span) -> Span:
    inner = span.of(text)
    start = span.start + len(inner) - len(inner.lstrip())
    return Span(start, max(start, span.start + len(inner.rstrip())))
