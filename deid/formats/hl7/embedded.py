"""Documents inside an observation: type ED, encapsulated data (HL7 v2.8, chapter 2.A.24)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.encoded import is_encoded
from deid.formats.nested import NestedFile, open_nested, suffix_of

DATA_COMPONENT: Final = 4
"""Index of the component that holds the data, from 0."""

_SUFFIXES: Final = MappingProxyType(
    {
        "plain": ".txt",
        "text": ".txt",
        "txt": ".txt",
        "pdf": ".pdf",
        "rtf": ".rtf",
        "html": ".html",
        "xml": ".xml",
        "json": ".json",
        "x-hl7-cda-level-one": ".xml",
        "x-hl7-cda": ".xml",
    }
)
_TEXT_TYPES: Final = frozenset({"text", "tx", "ft"})
_LOOKS_MARKED: Final = re.compile(r"\s*(?:\{\\rtf|%PDF-|<\?xml|<!DOCTYPE|<html\b)", re.IGNORECASE)


class Coding(StrEnum):
    """How the data is written (table 0299)."""

    AS_IS = "A"
    HEX = "Hex"
    BASE64 = "Base64"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document inside a message.

    Attributes:
        coding: how it is written.
        content: its bytes.
        file: as its own format read it.
    """

    coding: Coding
    content: bytes = field(repr=False)
    file: NestedFile

    def written(self, content: bytes, *, encoding: str) -> str:
        """Other bytes as the data component reads."""
        match self.coding:
            case Coding.BASE64:
                return base64.b64encode(content).decode("ascii")
            case Coding.HEX:
                return content.hex().upper()
            case Coding.AS_IS:
                return content.decode(encoding)


def open_embedded(
    values: tuple[str, str, str, str], *, place: str, encoding: str, options: ReadOptions
) -> Embedded | None:
    """The document in a field of type ED; None where the data is text of the message itself.

    Args:
        values: what the type, the subtype, the encoding and the data component read.
        place: where it stands, in plain words.
        encoding: of the message.
        options: how the message is read.

    Raises:
        InputError: it is of no kind that can be examined.
    """
    kind, subtype, coding_name, data = values
    coding = _coding(coding_name, place)
    content = bytes_of(data, coding, encoding=encoding, place=place)
    declared = _SUFFIXES.get(subtype.lower(), "")
    if not declared and not subtype and kind.lower() in _TEXT_TYPES:
        declared = ".txt"
    suffix = suffix_of(content, declared=declared)
    if coding is Coding.AS_IS and suffix in ("", ".txt"):
        return None
    if not content.strip():
        return None
    file = open_nested(content, suffix=suffix, place=place, options=options)
    return Embedded(coding, content, file)


def open_marked(text: str, *, place: str, encoding: str, options: ReadOptions) -> Embedded | None:
    """The document that a value of text is, such as RTF or HTML; None where it is plain text.

    Raises:
        InputError: it is of no kind that can be examined.
    """
    if not _LOOKS_MARKED.match(text):
        return None
    content = text.encode(encoding)
    file = open_nested(content, suffix=suffix_of(content), place=place, options=options)
    return Embedded(Coding.AS_IS, content, file)


def bytes_of(data: str, coding: Coding, *, encoding: str, place: str) -> bytes:
    """The bytes that a data component holds.

    Raises:
        MalformedRecord: they are not in this coding.
    """
    tight = "".join(data.split())
    try:
        match coding:
            case Coding.BASE64:
                return base64.b64decode(tight.encode("ascii"), validate=True)
            case Coding.HEX:
                return bytes.fromhex(tight)
            case Coding.AS_IS:
                return data.encode(encoding)
    except (binascii.Error, ValueError):
        raise MalformedRecord(
            f"{place}: an encapsulated document is not in the encoding that the field names"
        ) from None


def refuse_encoded(text: str, *, place: str) -> None:
    """Refuse a value that looks like encoded data, which nobody can examine as text.

    Raises:
        UnsupportedFormat: it does.
    """
    if is_encoded(text):
        raise UnsupportedFormat(
            f"{place}: holds what looks like an encoded document outside a field of type ED, so "
            "it cannot be examined: send it in OBX-5 with the type ED, or take it out"
        )


def _coding(name: str, place: str) -> Coding:
    found = {coding.value.lower(): coding for coding in Coding}.get(name.strip().lower())
    if found is None:
        raise UnsupportedFormat(
            f"{place}: an encapsulated document without a known encoding (A, Hex or Base64)"
        )
    return found
