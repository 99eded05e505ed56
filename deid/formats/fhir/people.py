"""Whose resources these are, and what they say of people, by the keys of a roster (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from deid.formats.fhir.lookup import Both, Lookup
from deid.formats.fhir.meaning import number_label, person_label
from deid.formats.fhir.references import parse_reference
from deid.formats.fhir.tree import Items, Leaf, Members, Node
from deid.labels import Label

NAME_KEYS: Final = MappingProxyType(
    {Label.PATIENT: "name", Label.PERSON: "relative", Label.DOCTOR: "provider"}
)
"""Keys of a roster for the names of people."""

_CODE_KEYS: Final = MappingProxyType(
    {
        Label.MRN: "mrn",
        Label.SSN: "ssn",
        Label.ACCOUNT: "account",
        Label.HEALTHPLAN: "health_plan",
        Label.LICENSE: "license",
        Label.IDNUM: "id",
        Label.DEVICE: "device",
    }
)
_TELECOM_KEYS: Final = MappingProxyType(
    {"phone": "phone", "sms": "phone", "pager": "phone", "fax": "fax", "email": "email"}
)
_ADDRESS_KEYS: Final = MappingProxyType(
    {"line": "street", "city": "city", "district": "county", "postalCode": "zip", "text": "address"}
)
_OF_PEOPLE: Final = frozenset({"Patient", "RelatedPerson", "Person", "Practitioner"})
_LEAST_CODE: Final = 5
_LEAST_PLACE: Final = 4
_SUBJECTS: Final = ("patient", "subject", "beneficiary", "individual")

Known = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient of a file.

    Attributes:
        key: the medical record number, else the id of the resource; see `Document.patient`.
        known: what the resource says.
    """

    key: str = field(repr=False)
    known: Known = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class People:
    """The people of a file.

    Attributes:
        patients: by all that a reference may call them.
        types: of the resources that references may name in ways that do not say it.
        others: what is known of people who are no patients, by what a reference may call them.
    """

    patients: Lookup[Patient] = field(repr=False)
    types: Lookup[str] = field(repr=False)
    others: Lookup[Known] = field(repr=False)

    def around(self, inner: People) -> People:
        """These people, and those of one resource, who come first."""
        return People(
            Both(inner.patients, self.patients),
            Both(inner.types, self.types),
            Both(inner.others, self.others),
        )

    def known_in(self, node: Node) -> Known:
        """What is known of the people that a resource refers to, or that lie in it."""
        found: dict[tuple[str, str], None] = {}
        for name in _named_in(node):
            patient = self.patients.get(name)
            found.update(dict.fromkeys(patient.known if patient else self.others.get(name) or ()))
        return tuple(found)

    def of(self, node: Node) -> dict[str, Patient]:
        """The patients that a resource is of or refers to, by their keys."""
        found: dict[str, Patient] = {}
        for name in _named_in(node):
            patient = self.patients.get(name) or _unmet(name)
            if patient is not None:
                found.setdefault(patient.key, patient)
        return found

    def subject_of(self, node: Node) -> Patient | None:
        """The one patient that a resource is of; None where there is none, or several are."""
        found = self.of(node)
        if len(found) == 1:
            return next(iter(found.values()))
        if not isinstance(node, Members):
            return None
        if node.text("resourceType") == "Patient":
            return self.patients.get(_called(node))
        for role in _SUBJECTS:
            target = node.get(role)
            name = target.text("reference") if isinstance(target, Members) else ""
            if name:
                return self.patients.get(name) or _unmet(name)
        return None


class Tables(NamedTuple):
    """The people of resources by what references call them, as `People` has them."""

    patients: dict[str, Patient]
    types: dict[str, str]
    others: dict[str, Known]


def people_of(roots: Iterable[Node], *, contained: bool = True) -> People:
    """The people of resources, and of those in them; see `tables_of`."""
    return People(*tables_of(roots, contained=contained))


def tables_of(roots: Iterable[Node], *, contained: bool = True) -> Tables:
    """The people of resources, and of those in them.

    Args:
        roots: the resources.
        contained: whether those count that only the resource around them can refer to.
    """
    patients: dict[str, Patient] = {}
    types: dict[str, str] = {}
    others: dict[str, Known] = {}
    for root in roots:
        for resource, address in resources_in(root):
            kind, is_contained = resource.text("resourceType"), address.startswith("#")
            if is_contained and not contained:
                continue
            if address:
                types[address] = kind
            if kind not in _OF_PEOPLE:
                continue
            known = tuple(dict.fromkeys(_known(resource)))
            names = [address] if is_contained else [address, _called(resource)]
            if kind == "Patient":
                # The id of one that lies in another resource may stand in any other, too.
                key = _number_of(resource) or ("" if is_contained else resource.text("id"))
                patients.update(dict.fromkeys(filter(None, names), Patient(key, known)))
            else:
                others.update(dict.fromkeys(filter(None, names), known))
    return Tables(patients, types, others)


def resources_in(node: Node, address: str = "") -> Iterator[tuple[Members, str]]:
    """All resources, the outer before those in them, each with its full address, if it has one."""
    match node:
        case Members():
            if node.text("resourceType"):
                yield node, address
            here = node.text("fullUrl")
            for member in node.members:
                if member.key == "contained":
                    for one in _objects(member.node):
                        yield from resources_in(one, f"#{one.text('id')}")
                else:
                    yield from resources_in(member.node, here if member.key == "resource" else "")
        case Items():
            for item in node.items:
                yield from resources_in(item)


def _named_in(node: Node, *, contained: bool = False) -> Iterator[str]:
    """What references in a resource name others by, and what people that lie in it are called."""
    match node:
        case Members():
            if node.text("resourceType") in _OF_PEOPLE:
                yield f"#{node.text('id')}" if contained else _called(node)
            target = node.text("reference")
            if target:
                yield target
            for member in node.members:
                yield from _named_in(member.node, contained=member.key == "contained")
        case Items():
            for item in node.items:
                yield from _named_in(item, contained=contained)


def _called(resource: Members) -> str:
    """What references call a resource; one without an id has a name that none can have."""
    kind, id = resource.text("resourceType"), resource.text("id")  # noqa: A001
    return f"{kind}/{id}" if id else f"{kind} at {resource.start}"


def _unmet(name: str) -> Patient | None:
    """The patient of a reference whose resource is not in the file."""
    reference = parse_reference(name)
    return Patient(reference.id) if reference and reference.type == "Patient" else None


def _number_of(resource: Members) -> str:
    """The medical record number; empty where there is none."""
    numbers = (
        one.text("value").strip()
        for one in _objects(resource.get("identifier"))
        if number_label(one) is Label.MRN
    )
    return next((number for number in numbers if number), "")


def _known(resource: Members) -> Iterator[tuple[str, str]]:
    """What a resource of a person says, in the form of a roster."""
    kind = resource.text("resourceType")
    yield from _names(resource, person_label(kind, ()))
    for contact in _objects(resource.get("contact")):
        yield from _names(contact, Label.PERSON)
        yield from _reachable(contact)
    if kind == "Practitioner":
        return
    if kind == "Patient" and resource.text("birthDate"):
        yield "birth_date", resource.text("birthDate")
    yield from _reachable(resource)
    for one in _objects(resource.get("identifier")):
        key, value = _CODE_KEYS.get(number_label(one), "id"), one.text("value").strip()
        if _is_code(value):
            yield key, value
    if kind == "Patient" and _is_code(resource.text("id")):
        yield "id", resource.text("id")


def _names(owner: Members, label: Label) -> Iterator[tuple[str, str]]:
    for name in _objects(owner.get("name")):
        given = " ".join(_texts(name.get("given")))
        family = name.text("family").strip()
        written = f"{family}, {given}" if family and given else family or given
        for value in (written, name.text("text").strip()):
            if value:
                yield NAME_KEYS[label], value


def _reachable(owner: Members) -> Iterator[tuple[str, str]]:
    for one in _objects(owner.get("telecom")):
        key = _TELECOM_KEYS.get(one.text("system"), "")
        if key and len(one.text("value").strip()) >= _LEAST_CODE:
            yield key, one.text("value").strip()
    for one in _objects(owner.get("address")):
        for name, key in _ADDRESS_KEYS.items():
            for value in _texts(one.get(name)):
                if sum(map(str.isalnum, value)) >= _LEAST_PLACE:
                    yield key, value


def _is_code(value: str) -> bool:
    return sum(map(str.isalnum, value)) >= _LEAST_CODE and any(map(str.isdigit, value))


def _objects(node: Node | None) -> Iterator[Members]:
    for one in node.items if isinstance(node, Items) else (node,):
        if isinstance(one, Members):
            yield one


def _texts(node: Node | None) -> Iterator[str]:
    for one in node.items if isinstance(node, Items) else (node,):
        if isinstance(one, Leaf) and one.is_text and one.value.strip():
            yield one.value.strip()
