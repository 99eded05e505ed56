"""A note of FHIR: the places of resources as parts, and what becomes of them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from deid.datatypes import Document, Form, Redacted
from deid.errors import BinaryInput, MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.encoded import is_encoded
from deid.formats.fhir.attachments import Attached, open_attached
from deid.formats.fhir.lookup import Lookup
from deid.formats.fhir.meaning import (
    BESIDE,
    DATE,
    DAY,
    SHORT_VERSION,
    Sort,
    Spot,
    Use,
    is_age,
    use_of,
)
from deid.formats.fhir.narrative import Narrative, add_narrative
from deid.formats.fhir.people import NAME_KEYS, Known, Patient
from deid.formats.fhir.references import Address, Base, Reference, StandIn, parse_reference
from deid.formats.fhir.tree import Items, Leaf, Members, Node
from deid.formats.fhir.vocabulary import ELEMENTS, INSTANTS, RESOURCES
from deid.formats.fhir.writing import Changes
from deid.formats.forms import LEFT_OUT, NOT_EMPTY, Matching
from deid.labels import Label
from deid.parts import Assembly, part_texts

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SHOWN: Final = MappingProxyType({**BESIDE, "fhir_comments": "comment"})
_NO_ELEMENTS: Final = frozenset({"resourceType", *BESIDE})
_CODE: Final = Matching(re.compile(r"\S+(?: \S+)*"))
_NUMBER: Final = Matching(re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?"))
_DATE: Final = Matching(DAY)
_FULL_DATE: Final = len("2025-11-03")
_WHOLE_DATE: Final = Matching(re.compile(rf"(?=.{{{_FULL_DATE}}}\Z)(?:{DAY.pattern})"))

Extra = Narrative | Attached | Reference | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the file and its parts in the note.

    Attributes:
        spot: the place.
        use: what it holds.
        first: index of its first part.
        count: how many it has.
        extra: what it holds, where that has places of its own.
    """

    spot: Spot = field(repr=False)
    use: Use
    first: int
    count: int
    extra: Extra = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A note, and the places of the file that it is made of, in the order of its parts."""

    document: Document
    slots: tuple[Slot, ...] = field(repr=False)


def spots_of(root: Members, *, place: str = "") -> Iterator[Spot]:
    """Every leaf of a resource, in the order of the text.

    Raises:
        UnsupportedFormat: something in it is no FHIR.
    """
    kind = root.text("resourceType")
    if kind not in RESOURCES:
        raise UnsupportedFormat(
            f"{place or 'the file'}: no resource of FHIR R4 or R5 (`resourceType`)"
        )
    yield from _members(root, kind, kind, (), place or kind)


def _members(
    owner: Members, owner_key: str, resource: str, path: tuple[str, ...], place: str
) -> Iterator[Spot]:
    for member in owner.members:
        name = member.key.removeprefix("_")
        if name not in ELEMENTS and member.key not in _NO_ELEMENTS:
            raise UnsupportedFormat(
                f"{place}: an element that FHIR R4 and R5 do not know: take it out"
            )
        _check_halves(owner, member.key, member.node, f"{place}.{name}")
        for number, node in enumerate(_rows(member.node)):
            index = number if isinstance(member.node, Items) else None
            here = f"{place}.{_SHOWN.get(name, name)}" + (
                f"[{number}]" if index is not None else ""
            )
            match node:
                case Leaf():
                    yield Spot(node, name, owner, owner_key, index, resource, path, here)
                case Items():
                    raise MalformedRecord(f"{here}: a list in a list, which is no FHIR")
                case Members() if node.text("resourceType"):
                    yield from spots_of(node, place=here)
                case Members():
                    yield from _members(node, name, resource, (*path, name), here)


def _rows(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Items) else (node,)


def _check_halves(owner: Members, key: str, node: Node, place: str) -> None:
    """Refuse a primitive whose other half is none: `_given` goes with `given`, item by item."""
    if key.startswith("_") and any(
        isinstance(one, Leaf) and not one.is_null for one in _rows(node)
    ):
        raise MalformedRecord(f"{place}: its other half is no element, which is no FHIR")
    other = owner.get(f"_{key}")
    if other is None or (isinstance(other, Members) and isinstance(node, Leaf)):
        return
    lists = isinstance(other, Items) and isinstance(node, Items)
    if not lists or len(other.items) != len(node.items):  # type: ignore[union-attr]
        raise MalformedRecord(f"{place}: its two halves do not go together, which is no FHIR")


def make_note(
    spots: Iterable[Spot],
    *,
    id: str,  # noqa: A002
    patient: Patient | None,
    known: Known,
    types: Lookup[str],
    options: ReadOptions,
    key: bytes | None,
) -> Note:
    """The note of some places.

    Args:
        spots: the places, in the order of the text.
        id: of the note.
        patient: whose it is; None: nobody's, or it is not known.
        known: what is known of people who may be named in it.
        types: of the resources that references may name.
        options: how the file is read.
        key: makes stand-ins for ids, the same for the same id all over the file; None: the file
            holds no other note, so that ids may be what the policy makes of them.

    Raises:
        InputError: a place cannot be examined.
    """
    spots = list(spots)
    ids = StandIn(key or _key_of(spots), keeps=key is None)
    assembly = Assembly(between="")
    slots: list[Slot] = []
    for spot in spots:
        use = use_of(spot, types)
        if use.sort is Sort.CLOSED:
            continue
        first = len(assembly)
        extra = _add(assembly, spot, use, options, ids)
        if len(assembly) > first:
            slots.append(Slot(spot, use, first, len(assembly) - first, extra))
    inner = [
        pair for slot in slots if isinstance(slot.extra, Attached) for pair in slot.extra.file.known
    ]
    pairs = dict.fromkeys([*known, *_named(slots), *inner])
    document = assembly.document(id, patient=patient.key if patient else "", known=pairs)
    return Note(document, tuple(slots))


def _key_of(spots: Iterable[Spot]) -> bytes:
    """A key that is the same for the same resource in any syntax."""
    return sha256("\0".join(spot.leaf.value for spot in spots).encode("utf-8")).digest()


def _named(slots: Iterable[Slot]) -> Iterator[tuple[str, str]]:
    """Names of people beside references and notes, by the keys of a roster."""
    for slot in slots:
        key = NAME_KEYS.get(slot.use.label) if slot.use.label else None
        if key and slot.spot.key in ("display", "authorString"):
            yield key, slot.spot.leaf.value.strip()


def _add(assembly: Assembly, spot: Spot, use: Use, options: ReadOptions, ids: StandIn) -> Extra:
    value, place, lead = spot.leaf.value, spot.place, _lead(spot)
    if _CONTROLS.search(value):
        raise BinaryInput(f"{place}: control characters stand in it: take them out")
    match use.sort:
        case Sort.NARRATIVE:
            return add_narrative(assembly, value, place)
        case Sort.DATA:
            content_type = spot.owner.text("contentType")
            attached = open_attached(value, content_type=content_type, place=place, options=options)
            if attached is not None:
                attached.file.add_to(assembly, place, lead=lead)
            return attached
        case Sort.DATE:
            found = DATE.fullmatch(value)
            value = found["date"] if found else value
        case Sort.REFERENCE:
            return _add_reference(assembly, parse_reference(value), place, lead, ids)
        case Sort.BINARY:
            pass
        case _:
            if is_encoded(value):
                raise UnsupportedFormat(
                    f"{place}: holds what looks like an encoded file, so it cannot be examined: "
                    "put it into an Attachment or a Binary, or take it out"
                )
    assembly.add(value, place, label=use.label, lead=lead, form=_form(spot, use, ids))
    return None


def _form(spot: Spot, use: Use, ids: StandIn) -> Form:
    """What the new text of a place must be like; it is left out where it can hold none."""
    match use.sort:
        case Sort.DATE:
            found = DATE.fullmatch(spot.leaf.value)
            has_time = bool(found and found["time"])
            needs_day = has_time and spot.key in INSTANTS
            return (_WHOLE_DATE if needs_day else _DATE) if found else LEFT_OUT
        case Sort.ID:
            return ids
        case Sort.URI:
            return Address(ids.key)
        case Sort.CODE:
            return _CODE
        case Sort.NUMBER:
            return _NUMBER
        case Sort.BINARY:
            return LEFT_OUT
    return NOT_EMPTY


def _add_reference(
    assembly: Assembly, reference: Reference | None, place: str, lead: str, ids: StandIn
) -> Reference | None:
    if reference is None:
        return None
    if reference.base:
        assembly.add(reference.base, place, label=Label.URL, lead=lead, form=Base())
    of = f"{lead}{reference.type} "
    assembly.add(reference.id, place, label=Label.IDNUM, lead=of, form=ids)
    if _has_long_version(reference):
        version = reference.version
        assembly.add(version, place, label=Label.IDNUM, lead="\nversion: ", form=ids)
    return reference


def _has_long_version(reference: Reference) -> bool:
    return bool(reference.version) and not SHORT_VERSION.fullmatch(reference.version)


def _lead(spot: Spot) -> str:
    if is_age(spot):
        return "\nage: "
    if spot.key == "birthDate":
        return "\ndate of birth: "
    if spot.key == "fhir_comments":
        return "\n"
    words = spot.key if spot.owner_key == spot.resource else f"{spot.owner_key} {spot.key}"
    return f"\n{_HUMP.sub(' ', words).lower()}: "


def changes_of(note: Note, document: Document, redacted: Redacted) -> Changes:
    """What becomes of each place.

    Args:
        note: the note as it was made.
        document: the note as it was examined.
        redacted: what became of it; each place can hold its new text.

    Raises:
        DefectError: something in a place does not read as it was written.
        OutputError: a place cannot hold its new text.
    """
    texts = part_texts(document, redacted)
    old = [part.span.of(document.text) for part in document.parts]
    values: dict[int, str] = {}
    masked: dict[int, Spot] = {}
    for slot in note.slots:
        parts = slice(slot.first, slot.first + slot.count)
        if isinstance(slot.extra, Attached):
            values.update(_attached(slot, slot.extra, document, redacted))
        elif old[parts] != list(texts[parts]):
            value = _value(slot, texts[parts])
            if value is None:
                masked[slot.spot.leaf.start] = slot.spot
            elif value != slot.spot.leaf.value:
                values[slot.spot.leaf.start] = value
    return Changes(values, masked)


def _attached(
    slot: Slot, attached: Attached, document: Document, redacted: Redacted
) -> Iterator[tuple[int, str]]:
    content = attached.file.render(document, redacted, first=slot.first)
    if content == attached.content:
        return
    yield slot.spot.leaf.start, base64.b64encode(content).decode("ascii")
    size = slot.spot.owner.get("size")
    if isinstance(size, Leaf):
        yield size.start, str(len(content))


def _value(slot: Slot, new: Sequence[str]) -> str | None:
    """The new value of a place; None where it is left out."""
    if isinstance(slot.extra, Narrative):
        return slot.extra.written(new)
    if isinstance(slot.extra, Reference):
        return _referring(slot.extra, new)
    text = new[0]
    if slot.use.sort is Sort.DATE and len(text) == _FULL_DATE:
        before = DATE.fullmatch(slot.spot.leaf.value)
        return text + (before["time"] or "" if before else "")
    return text or None


def _referring(reference: Reference, new: Sequence[str]) -> str:
    rest = iter(new)
    base = next(rest) if reference.base else ""
    name = next(rest)
    version = next(rest) if _has_long_version(reference) else reference.version
    return reference.written(base=base, id=name, version=version)
