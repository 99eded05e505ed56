"""A note of FHIR: the places of resources as parts, and what becomes of them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from deid.datatypes import Document, Redacted
from deid.errors import BinaryInput, MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.fhir.attachments import Attached, open_attached
from deid.formats.fhir.meaning import (
    BESIDE,
    DATE,
    SHORT_VERSION,
    Sort,
    Spot,
    Use,
    is_age,
    use_of,
)
from deid.formats.fhir.narrative import Narrative, add_narrative
from deid.formats.fhir.people import NAME_KEYS, Known, Patient
from deid.formats.fhir.references import (
    MASKED_ADDRESS,
    Reference,
    fits,
    masked_address,
    parse_reference,
    stand_in,
)
from deid.formats.fhir.tree import Items, Leaf, Members, Node
from deid.formats.fhir.vocabulary import ELEMENTS, INSTANTS, RESOURCES
from deid.formats.fhir.writing import Changes
from deid.labels import Label
from deid.parts import Assembly, part_texts

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_LOOKS_ENCODED: Final = re.compile(r"[A-Za-z0-9+/=_\-]{200}|(?:[A-Za-z0-9+/]{60,}=*\s+){3}")
_CODE: Final = re.compile(r"\S+(?: \S+)*")
_ADDRESS: Final = re.compile(r"https?://[\w.-]+(?:[/?#][^\s\[\]*]*)?")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_SHOWN: Final = MappingProxyType({**BESIDE, "fhir_comments": "comment"})
_NO_ELEMENTS: Final = frozenset({"resourceType", *BESIDE})
_FULL_DATE: Final = len("2025-11-03")

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

    @property
    def key(self) -> bytes:
        """Makes the stand-ins for ids of a file that is this note, the same in any syntax."""
        return sha256(self.document.text.encode("utf-8")).digest()


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
    types: Mapping[str, str],
    options: ReadOptions,
) -> Note:
    """The note of some places.

    Args:
        spots: the places, in the order of the text.
        id: of the note.
        patient: whose it is; None: nobody's, or it is not known.
        known: what is known of people who may be named in it.
        types: of the resources that references may name.
        options: how the file is read.

    Raises:
        InputError: a place cannot be examined.
    """
    assembly = Assembly(between="")
    slots: list[Slot] = []
    for spot in spots:
        use = use_of(spot, types)
        if use.sort is Sort.CLOSED:
            continue
        first = len(assembly)
        extra = _add(assembly, spot, use, options)
        if len(assembly) > first:
            slots.append(Slot(spot, use, first, len(assembly) - first, extra))
    inner = [
        pair for slot in slots if isinstance(slot.extra, Attached) for pair in slot.extra.file.known
    ]
    pairs = dict.fromkeys([*known, *_named(slots), *inner])
    document = assembly.document(id, patient=patient.key if patient else "", known=pairs)
    return Note(document, tuple(slots))


def _named(slots: Iterable[Slot]) -> Iterator[tuple[str, str]]:
    """Names of people beside references and notes, by the keys of a roster."""
    for slot in slots:
        key = NAME_KEYS.get(slot.use.label) if slot.use.label else None
        if key and slot.spot.key in ("display", "authorString"):
            yield key, slot.spot.leaf.value.strip()


def _add(assembly: Assembly, spot: Spot, use: Use, options: ReadOptions) -> Extra:
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
            assembly.add(found["date"] if found else value, place, label=use.label, lead=lead)
        case Sort.REFERENCE:
            return _add_reference(assembly, parse_reference(value), place, lead)
        case Sort.BINARY:
            assembly.add(value, place, label=use.label, lead=lead)
        case _:
            if _LOOKS_ENCODED.search(value):
                raise UnsupportedFormat(
                    f"{place}: holds what looks like an encoded file, so it cannot be examined: "
                    "put it into an Attachment or a Binary, or take it out"
                )
            assembly.add(value, place, label=use.label, lead=lead)
    return None


def _add_reference(
    assembly: Assembly, reference: Reference | None, place: str, lead: str
) -> Reference | None:
    if reference is None:
        return None
    if reference.base:
        assembly.add(reference.base, place, label=Label.URL, lead=lead)
    assembly.add(reference.id, place, label=Label.IDNUM, lead=f"{lead}{reference.type} ")
    if _has_long_version(reference):
        assembly.add(reference.version, place, label=Label.IDNUM, lead="\nversion: ")
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


def changes_of(
    note: Note, document: Document, redacted: Redacted, *, key: bytes, is_alone: bool
) -> Changes:
    """What becomes of each place.

    Args:
        note: the note as it was made.
        document: the note as it was examined.
        redacted: what became of it.
        key: makes stand-ins for ids, the same for the same id all over the file.
        is_alone: whether the file holds no other note, so that ids may be what the policy made
            of them.

    Raises:
        DefectError: something in a place does not read as it was written.
        OutputError: a place cannot hold its new text.
    """
    texts = part_texts(document, redacted)
    old = [part.span.of(document.text) for part in document.parts]
    ids = _new_ids(note.slots, old, texts, key=key, is_alone=is_alone)
    values: dict[int, str] = {}
    masked: dict[int, Spot] = {}
    for slot in note.slots:
        parts = slice(slot.first, slot.first + slot.count)
        if isinstance(slot.extra, Attached):
            values.update(_attached(slot, slot.extra, document, redacted))
        elif old[parts] != list(texts[parts]):
            value = _value(slot, old[parts], texts[parts], ids, key)
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


def _value(
    slot: Slot, old: Sequence[str], new: Sequence[str], ids: Mapping[str, str], key: bytes
) -> str | None:
    """The new value of a place; None where it can hold none."""
    if isinstance(slot.extra, Narrative):
        return slot.extra.written(new)
    if isinstance(slot.extra, Reference):
        return _referring(slot.extra, old, new, ids)
    text = new[0]
    match slot.use.sort:
        case Sort.DATE:
            return _dated(slot.spot, text)
        case Sort.ID:
            return ids.get(old[0], old[0])
        case Sort.URI:
            return text if _ADDRESS.fullmatch(text) else masked_address(slot.spot.leaf.value, key)
        case Sort.CODE:
            return text if _CODE.fullmatch(text) else None
        case Sort.NUMBER:
            return text if _NUMBER.fullmatch(text) else None
        case Sort.BINARY:
            return None
    return text if text.strip() else None


def _dated(spot: Spot, text: str) -> str | None:
    """A new date with the time of day of the old one; None where FHIR has no such date."""
    found, before = DATE.fullmatch(text), DATE.fullmatch(spot.leaf.value)
    if found is None or before is None or found["time"]:
        return None
    time = before["time"] or ""
    if len(found["date"]) == _FULL_DATE:
        return f"{text}{time}"
    return None if time and spot.key in INSTANTS else text


def _referring(
    reference: Reference, old: Sequence[str], new: Sequence[str], ids: Mapping[str, str]
) -> str:
    base, version = reference.base, reference.version
    if base and old[0] != new[0]:
        base = f"{MASKED_ADDRESS}/"
    if _has_long_version(reference) and old[-1] != new[-1]:
        version = ids.get(version, version)
    at = 1 if reference.base else 0
    is_new = old[at] != new[at]
    name = ids.get(reference.id, reference.id) if is_new else reference.id
    return reference.written(base=base, id=name, version=version)


def _new_ids(
    slots: Iterable[Slot],
    old: Sequence[str],
    texts: Sequence[str],
    *,
    key: bytes,
    is_alone: bool,
) -> dict[str, str]:
    """New ids by the old ones, so that what referred to a resource still does."""
    ids: dict[str, str] = {}
    pairs = [
        (old[index], texts[index])
        for slot in slots
        if slot.use.sort in (Sort.ID, Sort.REFERENCE)
        for index in range(slot.first, slot.first + slot.count)
    ]
    taken = {one for one, _ in pairs}
    for one, new in pairs:
        if one == new or one in ids:
            continue
        is_usable = is_alone and fits(one, new) and new not in taken
        ids[one] = new if is_usable else stand_in(one, key=key)
        taken.add(ids[one])
    return ids
