"""References between resources, and stand-ins for the ids and addresses in them (pure)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from deid.formats.fhir.addresses import is_of_definitions
from deid.formats.fhir.vocabulary import RESOURCES

MASKED_ADDRESS: Final = "https://masked.invalid"
"""Stands for an address on the network for which there is no valid replacement (RFC 6761)."""

_REFERENCE: Final = re.compile(
    r"(?P<base>https?://[^\s?#]+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.-]{1,64})"
    r"(?:/_history/(?P<version>[A-Za-z0-9.-]{1,64}))?"
)
_URN: Final = re.compile(r"(?P<scheme>urn:uuid:|urn:oid:|#)(?P<id>[A-Za-z0-9.-]{1,64})")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_OID: Final = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
_CLOSED: Final = re.compile(
    r"(?:https?://(?:[a-z]+\.)?hl7\.org/|http://loinc\.org|http://snomed\.info/|"
    r"http://unitsofmeasure\.org|http://www\.nlm\.nih\.gov/research/umls/|"
    r"http://www\.ama-assn\.org/go/cpt|http://dicom\.nema\.org/|http://nucc\.org/)"
    r"(?P<path>[A-Za-z0-9./_|-]*)"
    r"|urn:ietf:(?:bcp:(?:13|47)|rfc:3986)|urn:iso:std:iso:(?:3166|4217)|urn:iso-astm:[A-Z0-9:-]{1,20}"
    r"|urn:oid:2\.16\.840\.1\.113883\.(?:5|6)\.\d{1,4}"
)
_ADDRESS: Final = re.compile(r"https?://[\w.-]+(?:[/?#][^\s\[\]*]*)?")


@dataclass(frozen=True, slots=True)
class Reference:
    """An address of a resource, in its pieces.

    Attributes:
        base: address of the server, with its last slash; empty: none.
        type: of the resource; empty where the reference does not say it.
        scheme: what stands before the id, such as `urn:uuid:` or `Patient/`.
        id: of the resource.
        version: of the resource; empty: none.
    """

    base: str = field(repr=False)
    type: str
    scheme: str
    id: str = field(repr=False)
    version: str = field(repr=False)

    def written(self, *, base: str, id: str, version: str) -> str:  # noqa: A002
        """The reference with other pieces."""
        return f"{base}{self.scheme}{id}" + (f"/_history/{version}" if self.version else "")


def parse_reference(value: str) -> Reference | None:
    """The pieces of a literal reference (FHIR, References, 2.3.0); None for anything else."""
    urn = _URN.fullmatch(value)
    if urn:
        return Reference("", "", urn["scheme"], urn["id"], "")
    found = _REFERENCE.fullmatch(value)
    if found is None or found["type"] not in RESOURCES:
        return None
    base, version = found["base"] or "", found["version"] or ""
    return Reference(base, found["type"], f"{found['type']}/", found["id"], version)


def is_closed_address(value: str) -> bool:
    """Whether it is an address of those who publish standards and terminologies, not of a site."""
    found = _CLOSED.fullmatch(value)
    return found is not None and is_of_definitions(found["path"] or "")


def fits(old: str, new: str) -> bool:
    """Whether a new id may stand where the old one did."""
    for form in (_UUID, _OID):
        if form.fullmatch(old):
            return form.fullmatch(new) is not None
    return re.fullmatch(r"[A-Za-z0-9.-]{1,64}", new) is not None


def stand_in(old: str, *, key: bytes) -> str:
    """An id of the same form that nobody without the key can tell from any other."""
    digest = hmac.new(key, old.encode("utf-8"), "sha256").hexdigest()
    if _UUID.fullmatch(old):
        return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
    if _OID.fullmatch(old):
        return f"2.25.{int(digest[:30], 16)}"
    return f"id-{digest[:24]}"


def masked_address(old: str, key: bytes) -> str:
    """An address on the network that leads nowhere, the same for the same old one."""
    return f"{MASKED_ADDRESS}/{hmac.new(key, old.encode('utf-8'), 'sha256').hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Address:
    """An address on the network; what is none becomes one that leads nowhere.

    Attributes:
        key: makes the other address, the same for the same old one.
    """

    key: bytes = field(repr=False)

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new text, or an address below `masked.invalid`."""
        return new if _ADDRESS.fullmatch(new) else masked_address(old, self.key)


@dataclass(frozen=True, slots=True)
class Base:
    """The address of a server, to which more is added."""

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The address of no server."""
        return f"{MASKED_ADDRESS}/"


@dataclass(frozen=True, slots=True)
class StandIn:
    """An id, by which other places name what bears it.

    Attributes:
        key: makes stand-ins, the same for the same id.
        keeps: whether the new text may stand there if it is an id like the old one; no other id may
            have become it.
    """

    key: bytes = field(repr=False)
    keeps: bool = False

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new text, or a stand-in."""
        is_free = taken.get(new, old) == old
        return new if self.keeps and is_free and fits(old, new) else stand_in(old, key=self.key)
