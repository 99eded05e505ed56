"""The kinds of parts that e-mails have, by their types (pure; RFC 2046, IANA media types)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

LINES: Final = frozenset(
    {
        "text/plain",
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/x-calendar",
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "application/ics",
        "text/markdown",
    }
)
"""Kinds that are read as lines of text."""

FOLDED: Final = frozenset(
    {
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/x-calendar",
        "application/ics",
    }
)
"""Kinds of which a line goes on in the next where that begins with a blank."""

SUFFIXES: Final = MappingProxyType(
    {
        "text/html": ".html",
        "text/xml": ".xml",
        "application/xml": ".xml",
        "text/csv": ".csv",
        "text/tab-separated-values": ".tsv",
        "text/rtf": ".rtf",
        "application/rtf": ".rtf",
        "application/pdf": ".pdf",
        "application/json": ".json",
        "application/fhir+json": ".json",
        "application/fhir+xml": ".xml",
        "application/xhtml+xml": ".xhtml",
        "application/zip": ".zip",
        "application/x-zip-compressed": ".zip",
        "application/hl7-v2": ".hl7",
        "x-application/hl7-v2+er7": ".hl7",
        "message/rfc822": ".eml",
        "text/rfc822-headers": ".eml",
        "message/global": ".eml",
        "image/png": ".png",
        "image/jpeg": ".jpg",
        "image/jpg": ".jpg",
        "image/gif": ".gif",
        "image/bmp": ".bmp",
        "image/tiff": ".tif",
        "application/dicom": ".dcm",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    }
)
"""How files of a kind would be called."""

SIGNATURES: Final = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
    }
)
"""Kinds of signatures."""

REFUSED: Final = MappingProxyType(
    {
        "application/pkcs7-mime": "is encrypted, or signed so that it cannot be read",
        "application/x-pkcs7-mime": "is encrypted, or signed so that it cannot be read",
        "application/pgp-encrypted": "is encrypted",
        "multipart/encrypted": "is encrypted",
        "application/ms-tnef": "is a file of Outlook (winmail.dat), which is not read",
        "application/vnd.ms-tnef": "is a file of Outlook (winmail.dat), which is not read",
        "message/partial": "is one piece of a message",
        "message/external-body": "lies elsewhere",
    }
)
"""Why parts of a kind cannot be read."""
