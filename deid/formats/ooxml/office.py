"""What documents and presentations have alike: texts in runs, and places beside them.

The runs of a paragraph are read as one text. Then follows, each as a part of its own, whatever else
a person may have written in a text or an attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Protocol

from deid.datatypes import Document, Form, Redacted
from deid.errors import DefectError, EmptyNote
from deid.formats import ReadOptions
from deid.formats.encoded import refuse_encoded
from deid.formats.markup import Kind, Markup, Place
from deid.formats.one_note import OneNote, check_length
from deid.formats.ooxml.container import (
    Container,
    check_names,
    foreign_names,
    is_member_name,
    place_of,
)
from deid.formats.ooxml.open_places import called, form_of, is_look, local
from deid.formats.ooxml.readings import hidden_runs, other_readings
from deid.formats.ooxml.serials import CACHED, CACHED_1904, is_date_format, serial_of, shown_date
from deid.formats.ooxml.tables import TableCell, table_cells
from deid.labels import Label
from deid.parts import Assembly, part_texts

_BREAKS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_LEADS: Final = {"author": "Author: ", "creator": "Author: ", "lastModifiedBy": "Changed by: "}
_DATES: Final = "numCache"


class _IsOpen(Protocol):
    def __call__(self, place: Place, *, is_own: bool) -> bool: ...


@dataclass(frozen=True, slots=True)
class OfficeKind:
    """What tells one kind of file from another.

    Attributes:
        format: its name, for the log.
        what: it is in plain words.
        rank: by which its members are read.
        where: what a member is called in plain words.
        runs: elements that hold the texts of runs.
        given: texts of runs that programs give.
        layer: which of the texts that lie over each other in a paragraph a run belongs to.
        is_open: whether a person may have written in a place.
        label_of: what a place is known to hold.
        finished: what becomes of a member whose texts changed, given its bytes and new texts.
    """

    format: str
    what: str
    rank: Callable[[str], tuple[int, int, str]]
    where: Callable[[str], str]
    runs: frozenset[str]
    given: frozenset[str]
    layer: Callable[[Place], int]
    is_open: _IsOpen
    label_of: Callable[[Place], Label | None]
    finished: Callable[[bytes, frozenset[str]], bytes]


@dataclass(frozen=True, slots=True)
class _Open:
    """A place that a person may have written in.

    Attributes:
        member: name of the member it lies in.
        number: its number there.
        place: the place.
        where: it is, in plain words.
        text: what it reads, which of the date in a chart is no number.
        is_serial: whether it is such a date.
        since_1904: how that is counted.
        cell: of a table that it lies in.
    """

    member: str
    number: int
    place: Place = field(repr=False)
    where: str
    text: str = field(repr=False)
    is_serial: bool = False
    since_1904: bool = False
    cell: TableCell | None = None


@dataclass(frozen=True, slots=True)
class OfficeFile(OneNote):
    """A document or a presentation, which is one note."""

    document: Document
    container: Container
    raw: bytes = field(repr=False)
    kind: OfficeKind = field(repr=False)
    places: tuple[_Open, ...] = field(repr=False)
    twins: Mapping[int, Sequence[_Open]] = field(repr=False)
    files: tuple[tuple[str, int], ...] = field(repr=False)
    foreign: tuple[str, ...] = field(repr=False)

    @property
    def format(self) -> str:
        """Name of the format, for the log."""
        return self.kind.format

    @property
    def encoding(self) -> str:
        """Name of the encoding, for the log."""
        return "utf-8"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The file with its new texts, packed anew: what lies beside its parts is no text.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a replacement holds a character that XML cannot.
        """
        after = part_texts(document, redacted)
        before = [part.span.of(document.text) for part in document.parts]
        at = len(after) - len(self.foreign)
        check_names(self.foreign, after[at:])
        changed = {
            name: self.container.files[name].render(document, redacted, first=first)
            for name, first in self.files
        }
        values: dict[str, dict[int, str]] = {}
        texts = zip(self.places, after, before, strict=False)
        for index, (first_of, value, old) in enumerate(texts):
            for one in (first_of, *self.twins.get(index, ())) if value != old else ():
                written = _written(one, value)
                if values.setdefault(one.member, {}).setdefault(one.number, written) != written:
                    raise DefectError("a text is read in two ways, and would become two others")
        for name, new in values.items():
            content = self.container.texts[name].rewritten(new)
            changed[name] = self.kind.finished(content, frozenset(new.values()))
        return self.container.rewritten(changed)


def read_office(
    content: bytes, container: Container, *, kind: OfficeKind, name: str, options: ReadOptions
) -> OfficeFile:
    """The note in a file of some kind.

    Raises:
        EmptyNote: there is no text in it.
        NoteTooLarge: there is more than `options` allow.
    """
    assembly = Assembly(between="")
    places: list[_Open] = []
    looks: dict[str, int] = {}
    twins: dict[int, list[_Open]] = {}
    numbers: dict[tuple[str, int], int] = {}
    for member in sorted(container.texts, key=kind.rank):
        for one, lead, goes_on in _reading_order(member, container.texts[member], kind):
            if is_look(one.place):
                first_seen = looks.setdefault(one.text, len(places))
                if first_seen < len(places):
                    twins.setdefault(first_seen, []).append(one)
                    continue
            same_as = numbers.setdefault((member, one.number), len(places))
            assembly.add(
                one.text,
                one.where,
                label=_label_of(one, kind),
                lead=lead,
                goes_on=goes_on,
                form=_form_of(one),
                same_as=same_as if same_as < len(places) else -1,
            )
            places.append(one)
    known, keys = _told(places)
    files: list[tuple[str, int]] = []
    for member, file in container.files.items():
        files.append((member, len(assembly)))
        file.add_to(assembly, place_of(member), lead="\n")
        known.update(dict.fromkeys(file.known))
    foreign = foreign_names(container)
    for one_name in foreign:
        assembly.add(one_name, "name of an element", lead="\n")
    for place in container.removed:
        assembly.remove(place)
    patient = next(iter(keys)) if len(keys) == 1 else ""
    document = assembly.document(name, patient=patient, known=known)
    if not document.text.strip():
        raise EmptyNote(f"there is no text in the {kind.what}")
    check_length(document, options, what=kind.what)
    return OfficeFile(
        document, container, content, kind, tuple(places), twins, tuple(files), foreign
    )


def _label_of(one: _Open, kind: OfficeKind) -> Label | None:
    if one.is_serial:
        return Label.DATE
    column = one.cell.column if one.cell else None
    return column.label if column else kind.label_of(one.place)


def _told(places: Iterable[_Open]) -> tuple[dict[tuple[str, str], None], set[str]]:
    """What tables say of patients, by the keys of a roster, and what tells these apart."""
    known: dict[tuple[str, str], None] = {}
    keys: set[str] = set()
    for one in places:
        column, value = (one.cell.column, one.cell.text.strip()) if one.cell else (None, "")
        if column and column.known and value:
            known[column.known, value] = None
        if column and column.is_key and value:
            keys.add(value)
    return known, keys


def _reading_order(
    member: str, markup: Markup, kind: OfficeKind
) -> Iterator[tuple[_Open, str, bool]]:
    """The places of a member as they are read, with what stands before each."""
    paragraphs: dict[int, int] = {}
    runs: list[tuple[tuple[int, int], _Open]] = []
    others: list[_Open] = []
    external, dates, where = _external(markup), _dated(markup), kind.where(member)
    since_1904 = _counts_from_1904(markup)
    cells = table_cells(markup, (place for place in markup.places if _is_run(place, kind)))
    is_own = member.startswith("customXml/") and not member.endswith(".rels")
    for number, place in enumerate(markup.places):
        if _is_run(place, kind):
            if place.value in kind.given:
                continue
            refuse_encoded(place.value, place=where)
            first_seen = len(paragraphs) + 1
            paragraph = paragraphs.setdefault(_paragraph(markup, place), first_seen)
            at = f"{where}, paragraph {paragraph}"
            cell = cells.get(_ancestor(markup, place, "tc") or -1)
            one = _Open(member, number, place, at, place.value, cell=cell)
            runs.append(((paragraph, kind.layer(place)), one))
        elif kind.is_open(place, is_own=is_own) and not _is_inner_target(place, external):
            refuse_encoded(place.value, place=where)
            is_dated = place.kind is Kind.TEXT and _ancestor(markup, place, _DATES) in dates
            shown = shown_date(place.value, since_1904=since_1904) if is_dated else None
            text = shown or place.value
            others.append(_Open(member, number, place, where, text, shown is not None, since_1904))
    hidden = hidden_runs(markup) if runs else frozenset()
    for _, group in groupby(sorted(runs, key=_in_order), key=lambda row: row[0][0]):
        rows = list(group)
        for _, line in groupby(sorted(rows, key=lambda row: row[0][1]), key=lambda row: row[0]):
            yield from _read_on(markup, [one for _, one in line])
        written = [one for _, one in rows]
        for indexes in other_readings(markup, [one.place for one in written], hidden):
            yield from _read_on(markup, [written[index] for index in indexes])
    for one in others:
        yield one, "\n" + _LEADS.get(called(one.place), ""), False


def _in_order(row: tuple[tuple[int, int], _Open]) -> tuple[int, int]:
    """By paragraph, and as they are written there."""
    return row[0][0], row[1].number


def _read_on(markup: Markup, line: Sequence[_Open]) -> Iterator[tuple[_Open, str, bool]]:
    """Runs that are read as one text, with what stands before each."""
    before: _Open | None = None
    for one in line:
        if before is not None:
            lead = _between(markup, before.place, one.place)
        else:
            lead = f"\n{one.cell.caption.rstrip(':')}: " if one.cell and one.cell.caption else "\n"
        yield one, lead, before is not None and not lead
        before = one


def _is_run(place: Place, kind: OfficeKind) -> bool:
    return place.kind is Kind.TEXT and local(place.path[-1]) in kind.runs


def _paragraph(markup: Markup, place: Place) -> int:
    """Number of the paragraph that a run lies in; of the element itself, where it lies in none."""
    found = _ancestor(markup, place, "p")
    return place.element if found is None else found


def _ancestor(markup: Markup, place: Place, name: str) -> int | None:
    """The innermost element of some name that a place lies in."""
    element = place.element
    for one in reversed(place.path):
        if local(one) == name:
            return element
        element = markup.parents[element]
    return None


def _between(markup: Markup, first: Place, second: Place) -> str:
    """What stands between two runs of one paragraph: tabs and breaks hold no characters."""
    names = map(local, markup.elements[first.element + 1 : second.element + 1])
    return "".join(_BREAKS.get(name, "") for name in names)


def _external(markup: Markup) -> frozenset[int]:
    """The relations that lead out of the file."""
    return frozenset(
        place.element
        for place in markup.places
        if place.name == "TargetMode" and place.value == "External"
    )


def _is_inner_target(place: Place, external: frozenset[int]) -> bool:
    """Whether a place names another member; the names of members are looked at by themselves."""
    return (
        place.name == "Target"
        and place.element not in external
        and is_member_name(place.value.removeprefix("/").replace("../", ""))
    )


def _dated(markup: Markup) -> frozenset[int | None]:
    """The copies of numbers in a chart that are dates."""
    return frozenset(
        _ancestor(markup, place, _DATES)
        for place in markup.places
        if place.kind is Kind.TEXT
        and called(place) == "formatCode"
        and _DATES in map(local, place.path)
        and is_date_format(0, {0: place.value})
    )


def _counts_from_1904(markup: Markup) -> bool:
    return any(
        place.name == "val" and place.value in ("1", "true")
        for place in markup.places
        if place.path and local(place.path[-1]) == "date1904"
    )


def _written(one: _Open, value: str) -> str:
    """A new value as it is written: the date in a chart is a number."""
    if one.is_serial:
        return serial_of(value, since_1904=one.since_1904) or value
    return value


def _form_of(one: _Open) -> Form | None:
    if one.is_serial:
        return CACHED_1904 if one.since_1904 else CACHED
    return form_of(one.place)


def as_it_is(content: bytes, _: frozenset[str]) -> bytes:
    """A member that needs nothing more."""
    return content
