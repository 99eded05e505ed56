"""What stands in a document of XML beside its elements, by closed forms (pure)."""

from __future__ import annotations

import re
from typing import Final

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats.markup import Markup

_DECLARATION: Final = re.compile(
    rb"<\?xml\s+version\s*=\s*(?:\"1\.[01]\"|'1\.[01]')"
    rb"(?:\s+encoding\s*=\s*(?:\"[A-Za-z0-9._-]{1,20}\"|'[A-Za-z0-9._-]{1,20}'))?"
    rb"(?:\s+standalone\s*=\s*(?:\"(?:yes|no)\"|'(?:yes|no)'))?\s*\?>"
)
_INSTRUCTION: Final = re.compile(rb"<\?(?!xml-stylesheet\s|xml\s)")
_LITERAL: Final = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)


def check_declared(markup: Markup) -> None:
    """Refuse a declaration or a processing instruction that may say anything.

    Raises:
        MalformedRecord: the declaration of the document is none of XML 1.0 or 1.1.
        UnsupportedFormat: an instruction is none that names a style sheet.
    """
    start = markup.data.lstrip()
    if start.startswith(b"<?xml ") and _DECLARATION.match(start) is None:
        raise MalformedRecord("the declaration of the document (<?xml …?>) is none of XML")
    if _INSTRUCTION.search(_LITERAL.sub(b"", markup.data)):
        raise UnsupportedFormat(
            "the document holds a processing instruction other than xml-stylesheet: take it out"
        )
