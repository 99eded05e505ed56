"""Files of CDA: one clinical document, which is one note."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import EmptyNote, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.cda.known import known_of, patient_of
from deid.formats.cda.meaning import local
from deid.formats.cda.note import Slot, add_slots, outcome_of
from deid.formats.cda.vocabulary import (
    ATTRIBUTES,
    ELEMENTS,
    NAMESPACES,
    PREFIXES,
    SDTC,
    V3,
    XML,
    XSI,
)
from deid.formats.cda.writing import omit
from deid.formats.declared import check_declared
from deid.formats.markup import Kind, Markup, read_markup
from deid.formats.one_note import OneNote
from deid.parts import Assembly

ROOT: Final = f"{V3} ClinicalDocument"
"""The outermost element."""


@dataclass(frozen=True, slots=True)
class CdaFile(OneNote):
    """A clinical document.

    Attributes:
        raw: the whole file.
        markup: its places.
        slots: those of them that are parts of the note.
        document: the note.
    """

    raw: bytes = field(repr=False)
    markup: Markup = field(repr=False)
    slots: tuple[Slot, ...] = field(repr=False)
    document: Document
    format: ClassVar[str] = "cda"

    @property
    def encoding(self) -> str:
        """Name of the encoding, for the log."""
        return self.markup.encoding

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The document with its new values, everything else to the byte as it was.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a place cannot hold its new text.
        """
        outcome = outcome_of(self.slots, document, redacted)
        left = omit(self.markup, outcome.dropped, outcome.masked)
        values = {
            number: outcome.values[old]
            for number, old in enumerate(left.numbers)
            if old in outcome.values
        }
        return left.markup.rewritten(values)


def read(content: bytes, *, name: str, options: ReadOptions) -> CdaFile:
    """The note in a clinical document.

    Raises:
        InputError: it is damaged, no clinical document, or a part of it cannot be examined.
    """
    if len(content) > options.max_note_bytes:
        raise NoteTooLarge(f"the file is longer than {options.max_note_bytes} bytes: split it")
    markup = read_markup(content)
    _check_names(markup)
    assembly = Assembly(between="")
    slots = tuple(add_slots(assembly, markup, options, key=sha256(content).digest()))
    known = dict.fromkeys(known_of(markup, slots))
    document = assembly.document(name, patient=patient_of(markup, slots), known=known)
    if not document.text.strip():
        raise EmptyNote("there is no text in the document")
    return CdaFile(content, markup, slots, document)


def _check_names(markup: Markup) -> None:
    """Refuse names that CDA does not know: they may say anything, and they are no text.

    Raises:
        MalformedRecord: the declaration of the document is none of XML 1.0 or 1.1.
        UnsupportedFormat: an element, an attribute, a prefix or an instruction is unknown.
    """
    if markup.elements[0] != ROOT:
        raise UnsupportedFormat("the outermost element is no ClinicalDocument of HL7 CDA R2")
    check_declared(markup)
    for element in markup.elements:
        namespace, _, name = element.rpartition(" ")
        if namespace not in (V3, SDTC) or (name not in ELEMENTS):
            raise UnsupportedFormat(
                "the document holds an element that CDA R2 and its extensions of HL7 (sdtc) do "
                "not know: take it out"
            )
    for place in markup.places:
        if place.kind is Kind.ATTRIBUTE:
            _check_attribute(place.name, place.value)


def _check_attribute(name: str, value: str) -> None:
    if name == "xmlns" or name.startswith("xmlns:"):
        if value not in NAMESPACES or name.removeprefix("xmlns:") not in PREFIXES:
            raise UnsupportedFormat(
                "the document names a namespace, or calls one, as CDA R2 does not: take it out"
            )
        return
    namespace = name.rpartition(" ")[0]
    if namespace not in ("", V3, SDTC, XSI, XML) or local(name) not in ATTRIBUTES:
        raise UnsupportedFormat(
            "the document holds an attribute that CDA R2 does not know: take it out"
        )
