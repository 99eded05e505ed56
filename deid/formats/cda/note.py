"""A note of a clinical document: its places as parts, and what becomes of them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from deid.datatypes import Document, Form, Redacted
from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.cda.meaning import (
    TELECOM,
    TIME,
    Sort,
    Spot,
    Use,
    is_narrative,
    local,
    use_of,
)
from deid.formats.cda.vocabulary import BETWEEN_BLOCKS, INLINE
from deid.formats.encoded import is_encoded
from deid.formats.fhir.attachments import open_attached
from deid.formats.fhir.references import Address, fits, masked_address, stand_in
from deid.formats.forms import LEFT_OUT, NOT_EMPTY, Matching
from deid.formats.markup import Kind, Markup, Place
from deid.formats.nested import NestedFile
from deid.parts import Assembly, part_texts

_TAG: Final = re.compile(rb"</?(?:[^\s/>!?:]+:)?([^\s/>!?:]+)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_COMMENT: Final = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_DATA_ADDRESS: Final = re.compile(r"\bdata:[\w.+/-]*[;,]", re.IGNORECASE)
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FULL_DATE: Final = len("2025-11-03")
_SAFE: Final = "@+()-._~!$&'*,;=:/?#"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the document and its parts in the note.

    Attributes:
        number: of the place in the document.
        spot: the place.
        use: what it holds.
        first: index of its first part.
        file: what it holds, where that is a file.
        content: the bytes of that file.
    """

    number: int
    spot: Spot = field(repr=False)
    use: Use
    first: int
    file: NestedFile | None = field(default=None, repr=False)
    content: bytes = field(default=b"", repr=False)

    @property
    def shown(self) -> str:
        """What its part reads, where it has one of its own."""
        return _shown(self.spot.place.value, self.use.sort)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the places of a document, by their numbers.

    Attributes:
        values: the new values of those that change.
        dropped: attributes that are left out.
        masked: attributes that are left out, which is said in their place.
    """

    values: Mapping[int, str] = field(repr=False)
    dropped: frozenset[int]
    masked: frozenset[int]


def spots_of(markup: Markup) -> list[Spot]:
    """Every place of a document, with what stands around it."""
    attributes: dict[int, dict[str, str]] = {}
    for place in markup.places:
        if place.kind is Kind.ATTRIBUTE:
            attributes.setdefault(place.element, {})[local(place.name)] = place.value
    types: list[tuple[str, ...]] = []
    for element, parent in enumerate(markup.parents):
        kind = attributes.get(element, {}).get("type", "").rpartition(":")[2]
        types.append((*(types[parent] if parent >= 0 else ()), kind))
    return [
        Spot(
            place,
            tuple(map(local, place.path)),
            attributes.get(place.element, {}),
            types[place.element] if place.element >= 0 else (),
        )
        for place in markup.places
    ]


def add_slots(
    assembly: Assembly, markup: Markup, options: ReadOptions, *, key: bytes
) -> Iterator[Slot]:
    """Add the places of a document to a note, in the order in which they are read.

    Args:
        assembly: of the note.
        markup: the document.
        options: how it is read.
        key: makes stand-ins for ids, the same for the same id all over the document.

    Raises:
        InputError: a place cannot be examined.
    """
    spots = spots_of(markup)
    ordinals = _ordinals(markup)
    last: Place | None = None
    files: set[int] = set()
    for number in _reading_order(markup, spots):
        spot = spots[number]
        if not _is_read(spot):
            continue
        use, place, where = use_of(spot), spot.place, _where(spot, ordinals, markup)
        if use.sort is Sort.CLOSED:
            continue
        _check(spot, use, where)
        first = len(assembly)
        is_text = place.kind in (Kind.TEXT, Kind.SECTION)
        if use.sort is Sort.DATA:
            if place.element in files:
                raise UnsupportedFormat(f"{where}: a file in several pieces: take it out")
            files.add(place.element)
            content = _content(spot, where)
            file = _opened(content, spot, where, options)
            if file is not None:
                file.add_to(assembly, where, lead="\n")
                yield Slot(number, spot, use, first, file, content)
            last = None
            continue
        goes_on = is_text and last is not None and _goes_on(markup, last, place)
        assembly.add(
            _shown(place.value, use.sort),
            where,
            label=use.label,
            lead="" if goes_on else _lead(spot),
            goes_on=goes_on,
            form=_form(use.sort, key),
        )
        last = place if is_text else None
        yield Slot(number, spot, use, first)


def _form(sort: Sort, key: bytes) -> Form | None:
    """What the new text of a place must be like; it is left out where it can hold none."""
    match sort:
        case Sort.UID:
            return _Uid(key)
        case Sort.ID:
            return _Ids(key)
        case Sort.URL:
            return Address(key)
        case Sort.STYLE:
            return _StyleSheet(key)
    return _FORMS.get(sort)


def outcome_of(slots: Iterable[Slot], document: Document, redacted: Redacted) -> Outcome:
    """What becomes of each place.

    Args:
        slots: the places, with their parts in `document`.
        document: the note as it was examined.
        redacted: what became of it; each place can hold its new text.

    Raises:
        DefectError: something in a file in the document does not read as it was written.
        OutputError: a file in the document cannot hold its new text.
    """
    texts = part_texts(document, redacted)
    old = [part.span.of(document.text) for part in document.parts]
    values: dict[int, str] = {}
    dropped: set[int] = set()
    masked: set[int] = set()
    for slot in slots:
        if slot.file is not None:
            content = slot.file.render(document, redacted, first=slot.first)
            if content != slot.content:
                values[slot.number] = _packed(slot, content)
            continue
        if old[slot.first] == texts[slot.first]:
            continue
        value = _value(slot, texts[slot.first])
        if value is not None:
            values[slot.number] = value
        elif _can_be_null(slot):
            masked.add(slot.number)
        else:
            dropped.add(slot.number)
    return Outcome(values, frozenset(dropped), frozenset(masked))


def _reading_order(markup: Markup, spots: Sequence[Spot]) -> list[int]:
    """The places as they are read: what interrupts no text comes behind it."""
    texts: dict[int, int] = {}
    blocks = _blocks(markup)
    keys: list[tuple[int, int, int]] = []
    for number, spot in enumerate(spots):
        place = spot.place
        is_text = place.kind in (Kind.TEXT, Kind.SECTION)
        group = blocks.get(place.element)
        if place.kind in (Kind.COMMENT, Kind.INSTRUCTION):
            keys.append((len(spots), 0, number))
        elif group is not None:
            keys.append((texts.setdefault(-1 - group, number), 0 if is_text else 1, number))
        elif is_text:
            if place.value.strip():
                texts.setdefault(place.element, number)
            keys.append((texts.get(place.element, number), 0, number))
        else:
            keys.append((number, 1, number))
    return sorted(range(len(spots)), key=keys.__getitem__)


def _blocks(markup: Markup) -> dict[int, int]:
    """Of each element in a narrative, the element that is this narrative."""
    blocks: dict[int, int] = {}
    for element, parent in enumerate(markup.parents):
        if parent in blocks:
            blocks[element] = blocks[parent]
        elif parent >= 0 and is_narrative(
            (local(markup.elements[parent]), local(markup.elements[element]))
        ):
            blocks[element] = element
    return blocks


def _is_read(spot: Spot) -> bool:
    if spot.place.kind in (Kind.TEXT, Kind.SECTION) and not spot.place.value.strip():
        return is_narrative(spot.names) and spot.owner not in BETWEEN_BLOCKS - {"text"}
    return bool(spot.place.value.strip())


def _goes_on(markup: Markup, last: Place, place: Place) -> bool:
    """Whether nothing but inline elements begins or ends between two texts."""
    if last.element == place.element and not is_narrative([local(name) for name in place.path]):
        return True
    between = _COMMENT.sub(b"", markup.data[last.end : place.start])
    return all(found.group(1).decode() in INLINE for found in _TAG.finditer(between))


def _ordinals(markup: Markup) -> list[int]:
    """Of each element, how many of its name come before it in the one around it; from 1."""
    seen: dict[tuple[int, str], int] = {}
    ordinals: list[int] = []
    for pair in zip(markup.parents, markup.elements, strict=True):
        seen[pair] = seen.get(pair, 0) + 1
        ordinals.append(seen[pair])
    return ordinals


def _where(spot: Spot, ordinals: Sequence[int], markup: Markup) -> str:
    """The place in plain words, which are all of the standard."""
    steps: list[str] = []
    element = spot.place.element
    for name in reversed(spot.names[1:]):
        steps.append(f"{name}[{ordinals[element]}]" if ordinals[element] > 1 else name)
        element = markup.parents[element]
    path = ".".join(reversed(steps)) or "document"
    match spot.place.kind:
        case Kind.ATTRIBUTE:
            return f"{path}, {local(spot.place.name)}"
        case Kind.TEXT | Kind.SECTION:
            return path
        case _:
            return f"{path}, {spot.place.kind}"


def _check(spot: Spot, use: Use, where: str) -> None:
    value = spot.place.value
    if spot.attributes.get("compression"):
        raise UnsupportedFormat(f"{where}: compressed, so it cannot be examined: take it out")
    if _DATA_ADDRESS.search(value) or (use.sort is not Sort.DATA and is_encoded(value)):
        raise UnsupportedFormat(
            f"{where}: holds what looks like an encoded file, so it cannot be examined: take it out"
        )


def _lead(spot: Spot) -> str:
    if spot.place.kind in (Kind.COMMENT, Kind.INSTRUCTION):
        return "\n"
    if is_narrative(spot.names) and spot.place.kind is not Kind.ATTRIBUTE:
        return "\n"
    owner = " ".join(spot.names[-2:] if spot.place.kind is not Kind.ATTRIBUTE else spot.names[-1:])
    match local(spot.place.name):
        case "value" if spot.owner == "birthTime":
            return "\ndate of birth: "
        case "extension" | "value" | "":
            words = owner
        case name:
            words = f"{owner} {name}"
    return f"\n{_HUMP.sub(' ', words).lower()}: "


def _shown(value: str, sort: Sort) -> str:
    """What its part reads: dates as people write them, addresses without their scheme."""
    match sort:
        case Sort.DATE:
            found = TIME.fullmatch(value)
            if found:
                return "-".join(filter(None, (found["year"], found["month"], found["day"])))
        case Sort.TELECOM:
            found = TELECOM.fullmatch(value)
            rest = found["rest"] if found else value
            plain = unquote(rest)
            return plain if quote(plain, safe=_SAFE) == rest else rest
        case Sort.ID:
            return value.removeprefix("#")
    return value


def _content(spot: Spot, where: str) -> bytes:
    value = spot.place.value
    if spot.attributes.get("representation") != "B64":
        return value.encode("utf-8")
    try:
        return base64.b64decode("".join(value.split()).encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedRecord(f"{where}: not in base64") from None


def _opened(content: bytes, spot: Spot, where: str, options: ReadOptions) -> NestedFile | None:
    kind = spot.attributes.get("mediaType", "") or "text/plain"
    written = base64.b64encode(content).decode("ascii")
    attached = open_attached(written, content_type=kind, place=where, options=options)
    return attached.file if attached else None


def _packed(slot: Slot, content: bytes) -> str:
    if slot.spot.attributes.get("representation") == "B64":
        return base64.b64encode(content).decode("ascii")
    return content.decode("utf-8")


def _can_be_null(slot: Slot) -> bool:
    """Whether the element may say that its value is hidden."""
    is_typed = slot.use.sort in (Sort.DATE, Sort.NUMBER, Sort.CODE, Sort.STRING)
    return is_typed and not is_narrative(slot.spot.names)


def _value(slot: Slot, text: str) -> str | None:
    """The new value of a place; None where it is left out."""
    value = slot.spot.place.value
    match slot.use.sort:
        case Sort.DATE if text:
            before = TIME.fullmatch(value)
            tail = before["tail"] if before and len(text) == _FULL_DATE else None
            return text.replace("-", "") + (tail or "")
        case Sort.TELECOM:
            found = TELECOM.fullmatch(value)
            return (found["scheme"] or "" if found else "") + quote(text, safe=_SAFE)
        case Sort.ID:
            return f"#{text}" if value.startswith("#") else text
        case Sort.TEXT:
            return text
    return text or None


@dataclass(frozen=True, slots=True)
class _Ids:
    """Names for places in the document, or of such, with blanks between them."""

    key: bytes = field(repr=False)

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """A stand-in for each, the same wherever it stands."""
        made = (stand_in(f"id {word}", key=self.key) for word in old.split())
        return " ".join(f"id-{one[3:]}" for one in made)


@dataclass(frozen=True, slots=True)
class _Uid:
    """An OID or a UUID."""

    key: bytes = field(repr=False)

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new one, or a stand-in; what was neither becomes an OID."""
        if _UID.fullmatch(old) and fits(old, new) and taken.get(new, old) == old:
            return new
        made = stand_in(old, key=self.key)
        return made if _UID.fullmatch(made) else f"2.25.{int(made.removeprefix('id-'), 16)}"


@dataclass(frozen=True, slots=True)
class _StyleSheet:
    """An instruction that names a style sheet."""

    key: bytes = field(repr=False)

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """An instruction that names none."""
        return f'href="{masked_address(old, self.key)}"'


_UID: Final = re.compile(
    r"[0-2](?:\.(?:0|[1-9]\d*))+|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
)
_FORMS: Final[Mapping[Sort, Form]] = {
    Sort.DATE: Matching(re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")),
    Sort.NUMBER: Matching(re.compile(r"[+-]?\d+(?:\.\d+)?")),
    Sort.CODE: Matching(re.compile(r"\S+")),
    Sort.LISTED: LEFT_OUT,
    Sort.STRING: NOT_EMPTY,
}
