"""What a clinical document says of its patient, by the keys of a roster (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from deid.formats.cda.meaning import Sort, local, person_label
from deid.formats.cda.note import Slot
from deid.formats.markup import Kind, Markup
from deid.labels import Label

_NAMES: Final[Mapping[Label | None, str]] = MappingProxyType(
    {Label.PATIENT: "name", Label.PERSON: "relative", Label.DOCTOR: "provider"}
)
_KEYS: Final[Mapping[Label | None, str]] = MappingProxyType(
    {
        Label.MRN: "mrn",
        Label.SSN: "ssn",
        Label.HEALTHPLAN: "health_plan",
        Label.PHONE: "phone",
        Label.FAX: "fax",
        Label.EMAIL: "email",
        Label.STREET: "street",
        Label.CITY: "city",
        Label.COUNTY: "county",
        Label.ZIP: "zip",
    }
)
_LEAST: Final = 4


def patient_of(markup: Markup, slots: Iterable[Slot]) -> str:
    """The first record number of the patient; empty where there is none.

    It is empty, too, where the document is of several, such as a mother and her child.
    """
    if sum(local(name) == "recordTarget" for name in markup.elements) != 1:
        return ""
    for slot in slots:
        if slot.use.label is Label.MRN and "recordTarget" in slot.spot.names:
            return slot.shown.strip()
    return ""


def known_of(markup: Markup, slots: Sequence[Slot]) -> Iterator[tuple[str, str]]:
    """What the header says of the patient, relatives and providers."""
    yield from _names(markup, slots)
    for slot in slots:
        if slot.file is not None:
            yield from slot.file.known
            continue
        names, value, label = slot.spot.names, slot.shown.strip(), slot.use.label
        if "recordTarget" not in names or len(value) < _LEAST or "providerOrganization" in names:
            continue
        if slot.spot.owner == "birthTime" and slot.use.sort is Sort.DATE:
            yield "birth_date", value
        elif label in _KEYS:
            yield _KEYS[label], value
        elif label is Label.IDNUM and slot.spot.place.name == "extension":
            yield "id", value


def _names(markup: Markup, slots: Iterable[Slot]) -> Iterator[tuple[str, str]]:
    names: dict[int, dict[str, list[str]]] = {}
    labels: dict[int, Label | None] = {}
    for slot in slots:
        place, owner = slot.spot.place, slot.spot.owner
        if place.kind is Kind.ATTRIBUTE or owner not in ("name", "given", "family"):
            continue
        element = place.element if owner == "name" else markup.parents[place.element]
        names.setdefault(element, {}).setdefault(owner, []).append(slot.shown.strip())
        labels[element] = person_label(slot.spot.names)
    for element, parts in names.items():
        label = labels[element]
        if label not in _NAMES:
            continue
        key = _NAMES[label]
        family, given = " ".join(parts.get("family", ())), " ".join(parts.get("given", ()))
        written = f"{family}, {given}" if family and given else family or given
        for value in (written, " ".join(parts.get("name", ()))):
            if value:
                yield key, value
