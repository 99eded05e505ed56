"""Parts that a document does without, which are taken out with all that leads to them (pure).

Each is one that nobody can read here, and beside which stands what can be read: the picture of a
drawing in SVG, of handwriting, or before its effects; a text that has another font now. A signature
would not hold for what is written anyway.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from deid.formats.markup import Kind, Markup, read_markup
from deid.formats.packed import Member

_TYPES: Final = "[Content_Types].xml"
_COPIES: Final = (
    (
        re.compile(r"xl/externalLinks/externalLink\d{0,9}\.xml"),
        "sheetDataSet",
        "sheetDataSet",
        "copy of data of another workbook",
    ),
    (
        re.compile(r"xl/(?:worksheets/sheet|tables/table)\d{0,9}\.xml"),
        "dateGroupItem",
        "filterColumn",
        "filter by dates",
    ),
    (
        re.compile(r"xl/(?:worksheets/sheet|tables/table)\d{0,9}\.xml"),
        "dynamicFilter",
        "filterColumn",
        "filter by dates",
    ),
)
_CHART: Final = re.compile(r"(?:xl|word|ppt)/charts/chart\d{0,9}\.xml")
_LIMITS: Final = frozenset({"min", "max", "crossesAt"})
_DAY: Final = re.compile(r"[2-7]\d{4}(?:\.\d{1,17})?")
_RELATIONS: Final = re.compile(r"(.*/)?_rels/([^/]*)\.rels")


@dataclass(frozen=True, slots=True)
class _Sort:
    """A sort of parts that are taken out.

    Attributes:
        words: what it is.
        kind: of what type the relation to it is.
        target: how its name ends.
        callers: elements that call it; none: nothing does.
        around: the element around a caller that goes with it; empty: the caller goes.
        beside: an element that must stand beside that one; empty: none must.
        root: the outermost element of such a part; empty: any.
    """

    words: str
    kind: re.Pattern[str]
    target: re.Pattern[str] = re.compile("")
    callers: frozenset[str] = frozenset()
    around: str = ""
    beside: str = ""
    root: str = ""


_SORTS: Final = (
    _Sort(
        "embedded font",
        re.compile(r".*/relationships/font"),
        callers=frozenset(
            (
                *("embedRegular", "embedBold", "embedItalic", "embedBoldItalic"),
                *("regular", "bold", "italic", "boldItalic"),
            )
        ),
    ),
    _Sort(
        "drawing in SVG, of which the picture stays",
        re.compile(r".*/relationships/image"),
        re.compile(r".*\.svg", re.IGNORECASE),
        frozenset({"svgBlip"}),
        "ext",
    ),
    _Sort(
        "picture before its effects",
        re.compile(r".*/relationships/hdphoto"),
        callers=frozenset({"imgLayer"}),
        around="ext",
    ),
    _Sort(
        "handwriting, of which the picture stays",
        re.compile(r".*/relationships/(?:customXml|ink)"),
        re.compile(r"(?:.*/)?ink/ink\d{0,9}\.xml"),
        frozenset({"contentPart"}),
        "Choice",
        "Fallback",
    ),
    _Sort("signature", re.compile(r".*/relationships/digital-signature/origin")),
    _Sort(
        "queries to data outside",
        re.compile(r".*/relationships/customXml"),
        re.compile(r"customXml/item\d{0,9}\.xml"),
        root="http://schemas.microsoft.com/DataMashup DataMashup",
    ),
    _Sort(
        "data of another program",
        re.compile(r"http://customschemas\.google\.com/relationships/workbookmetadata"),
    ),
)


@dataclass(frozen=True, slots=True)
class _Relation:
    """A relation: its element, its id, and the member that it leads to."""

    element: int
    id: str = field(repr=False)
    kind: str = field(repr=False)
    target: str = field(repr=False)


def without_dropped(members: Mapping[str, Member]) -> tuple[dict[str, Member], tuple[str, ...]]:
    """The members of a document without those that it does without, and what these were.

    Raises:
        MalformedRecord: a member that leads to others is no well-formed XML.
    """
    left = dict(members)
    words: list[str] = []
    for name in members:
        found = _RELATIONS.fullmatch(name)
        owner = f"{found[1] or ''}{found[2]}" if found else ""
        if found and (not found[2] or owner in members):
            for sort, relation in _droppable(name, owner, left):
                words.append(sort.words)
                _cut_callers(owner, relation, sort, left)
                left[name] = _cut(left[name], {_same(left[name], relation)})
    if not words or _TYPES not in members:
        return dict(members), ()
    for name in _lost(members, left):
        del left[name]
    left[_TYPES] = _without_types(
        left[_TYPES], {f"/{name}" for name in members if name not in left}
    )
    return left, tuple(words)


def without_copies(members: Mapping[str, Member]) -> tuple[dict[str, Member], tuple[str, ...]]:
    """The members of a document without copies of data that it does not show, and what these were.

    So go copies of other workbooks' data, filters by dates, and limits of axes that may be days
    between 1954 and 2119.

    Raises:
        MalformedRecord: one is no well-formed XML.
    """
    left = dict(members)
    words: list[str] = []
    for name in members:
        if _CHART.fullmatch(name):
            markup = read_markup(left[name].data)
            limits = _limits(markup)
            left[name] = _cut(left[name], limits)
            words += ["limits of an axis of days"] * bool(limits)
        for pattern, element, around, told in _COPIES:
            if pattern.fullmatch(name) and element.encode() in left[name].data:
                markup = read_markup(left[name].data)
                found = {
                    _upwards(markup, number, around)
                    for number, one in enumerate(markup.elements)
                    if _local(one) == element
                }
                left[name] = _cut(left[name], {one for one in found if one >= 0})
                words.append(told)
    return left, tuple(words)


def _limits(markup: Markup) -> set[int]:
    """The limits of the axes of a chart that may be days."""
    return {
        place.element
        for place in markup.places
        if place.name == "val" and _local(place.path[-1]) in _LIMITS and _DAY.fullmatch(place.value)
    }


def _upwards(markup: Markup, element: int, name: str) -> int:
    """The element of a name that another is, or lies in; -1: there is none."""
    while element >= 0 and _local(markup.elements[element]) != name:
        element = markup.parents[element]
    return element


def _droppable(
    name: str, owner: str, members: Mapping[str, Member]
) -> Iterator[tuple[_Sort, _Relation]]:
    relations = list(_relations(name, owner, read_markup(members[name].data)))
    for relation in relations:
        for sort in _SORTS:
            fits = sort.kind.fullmatch(relation.kind)
            if not fits or (sort.target.pattern and not sort.target.fullmatch(relation.target)):
                continue
            if relation.target not in members or not _is_rooted(sort, members[relation.target]):
                continue
            if _is_called_by(sort, relation, owner, members):
                yield sort, relation


def _is_rooted(sort: _Sort, member: Member) -> bool:
    return not sort.root or read_markup(member.data).elements[0] == sort.root


def _relations(name: str, owner: str, markup: Markup) -> Iterator[_Relation]:
    rows: dict[int, dict[str, str]] = {}
    for place in markup.places:
        if place.kind is Kind.ATTRIBUTE:
            rows.setdefault(place.element, {})[place.name] = place.value
    folder = owner.rpartition("/")[0]
    for element, row in rows.items():
        if "Target" in row and "Id" in row and row.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, row["Target"])).lstrip("/")
            yield _Relation(element, row["Id"], row.get("Type", ""), target)


def _is_called_by(
    sort: _Sort, relation: _Relation, owner: str, members: Mapping[str, Member]
) -> bool:
    """Whether nothing calls a part but what goes with it."""
    if not owner:
        return not sort.callers
    markup = read_markup(members[owner].data)
    callers = list(_callers(markup, relation))
    return all(
        _local(markup.elements[one]) in sort.callers and _around(markup, one, sort) is not None
        for one in callers
    )


def _callers(markup: Markup, relation: _Relation) -> Iterator[int]:
    for place in markup.places:
        is_called = place.kind is Kind.ATTRIBUTE and place.value == relation.id
        if is_called and "/relationships " in place.name:
            yield place.element


def _around(markup: Markup, element: int, sort: _Sort) -> int | None:
    """The element that goes with a caller; None: there is none, or nothing would stay."""
    element = _upwards(markup, element, sort.around) if sort.around else element
    if element < 0:
        return None
    parent = markup.parents[element]
    beside = (
        _local(name)
        for name, above in zip(markup.elements, markup.parents, strict=True)
        if above == parent
    )
    return element if not sort.beside or sort.beside in beside else None


def _cut_callers(owner: str, relation: _Relation, sort: _Sort, members: dict[str, Member]) -> None:
    if owner:
        markup = read_markup(members[owner].data)
        around = {_around(markup, one, sort) for one in _callers(markup, relation)}
        members[owner] = _cut(members[owner], {one for one in around if one is not None})


def _same(member: Member, relation: _Relation) -> int:
    """The element of a relation, of which some before it may be gone."""
    return next(
        place.element
        for place in read_markup(member.data).places
        if place.name == "Id" and place.value == relation.id
    )


def _cut(member: Member, elements: set[int]) -> Member:
    if not elements:
        return member
    markup = read_markup(member.data)
    data = bytearray(markup.data)
    edge = len(data) + 1
    for extent in sorted((markup.extents[one] for one in elements), key=lambda one: -one.start):
        if extent.end <= edge:
            del data[extent.start : extent.end]
            edge = extent.start
    return replace(member, data=markup.encoded(bytes(data)))


def _lost(before: Mapping[str, Member], after: Mapping[str, Member]) -> set[str]:
    """The members that nothing leads to any more, with those that tell what these lead to."""
    found = _reached(before) - _reached(after)
    return {name for name in after if name in found or _owner(name) in found}


def _owner(name: str) -> str:
    found = _RELATIONS.fullmatch(name)
    return f"{found[1] or ''}{found[2]}" if found else ""


def _reached(members: Mapping[str, Member]) -> set[str]:
    reached: set[str] = set()
    left = [""]
    while left:
        owner = left.pop()
        folder, _, name = owner.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels".lstrip("/")
        if relations not in members:
            continue
        for one in _relations(relations, owner, read_markup(members[relations].data)):
            if one.target in members and one.target not in reached:
                reached.add(one.target)
                left.append(one.target)
    return reached


def _without_types(member: Member, gone: set[str]) -> Member:
    markup = read_markup(member.data)
    listed = {
        place.element for place in markup.places if place.name == "PartName" and place.value in gone
    }
    return _cut(member, listed)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
