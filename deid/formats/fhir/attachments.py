"""Files in resources: base64 in an Attachment or a Binary (FHIR, Attachment)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from deid.errors import MalformedRecord
from deid.formats import ReadOptions
from deid.formats.nested import NestedFile, open_nested, suffix_of

_WORD: Final = "application/vnd.openxmlformats-officedocument"
_SUFFIXES: Final = MappingProxyType(
    {
        "text/plain": ".txt",
        "text/html": ".html",
        "application/xhtml+xml": ".html",
        "text/markdown": ".md",
        "text/csv": ".csv",
        "text/tab-separated-values": ".tsv",
        "text/rtf": ".rtf",
        "application/rtf": ".rtf",
        "application/pdf": ".pdf",
        "text/xml": ".xml",
        "application/xml": ".xml",
        "application/hl7-cda+xml": ".xml",
        "application/fhir+xml": ".xml",
        "application/json": ".json",
        "application/fhir+json": ".json",
        "application/fhir+ndjson": ".ndjson",
        "application/x-ndjson": ".ndjson",
        "application/hl7-v2": ".hl7",
        "x-application/hl7-v2+er7": ".hl7",
        "message/rfc822": ".eml",
        "application/zip": ".zip",
        f"{_WORD}.wordprocessingml.document": ".docx",
        f"{_WORD}.spreadsheetml.sheet": ".xlsx",
        f"{_WORD}.presentationml.presentation": ".pptx",
    }
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a resource.

    Attributes:
        content: its bytes.
        file: as its own format read it.
    """

    content: bytes = field(repr=False)
    file: NestedFile


def open_attached(
    data: str, *, content_type: str, place: str, options: ReadOptions
) -> Attached | None:
    """The file that an element holds; None where it is empty.

    Args:
        data: the file in base64.
        content_type: what the resource says that it is; empty: nothing.
        place: where it lies, in plain words.
        options: how the outer file is read.

    Raises:
        MalformedRecord: it is not in base64.
        InputError: it cannot be examined.
    """
    try:
        content = base64.b64decode("".join(data.split()).encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedRecord(f"{place}: not in base64") from None
    if not content.strip():
        return None
    kind = content_type.partition(";")[0].strip().lower()
    suffix = suffix_of(content, declared=_SUFFIXES.get(kind, ""))
    return Attached(content, open_nested(content, suffix=suffix, place=place, options=options))
