"""Names of resources that may say something: contents and looks of texts get others, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pikepdf

from deid.errors import UnsupportedFormat
from deid.formats.pdf.values import string_of, write_text
from deid.formats.pdf.walk import Walk

_CONTENTS: Final = frozenset(("form", "tiling", "glyph"))
_DAMAGED: Final = "the content of a page is damaged: print the document to a new PDF"


def rename(walk: Walk, pdf: pikepdf.Pdf) -> None:
    """Write the names in contents as the walk wrote them in dictionaries.

    Raises:
        UnsupportedFormat: a content cannot be read.
    """
    aliases = {old: f"/{new}" for old, new in walk.aliases("N").items()}
    if not aliases:
        return
    for page in pdf.pages:
        if isinstance(page.obj.get("/Contents"), pikepdf.Array):
            page.contents_coalesce()
        if isinstance(page.obj.get("/Contents"), pikepdf.Stream):
            _rename_in(page.obj["/Contents"], aliases)
    for kind, stream in walk.streams:
        if kind in _CONTENTS:
            _rename_in(stream, aliases)
    for slot in walk.facts.get("looks of texts", []):
        read = string_of(slot.value) or ""
        words = [aliases.get(word, word) for word in read.split()]
        write_text(slot, " ".join(words))


def _rename_in(stream: Any, aliases: Mapping[str, str]) -> None:
    try:
        instructions = list(pikepdf.parse_content_stream(stream))
    except (pikepdf.PdfError, ValueError, TypeError):
        raise UnsupportedFormat(_DAMAGED) from None
    is_changed = False
    written: list[Any] = []
    for one in instructions:
        if isinstance(one, pikepdf.ContentStreamInlineImage):
            if any(old in str(one.iimage.obj) for old in aliases):
                raise UnsupportedFormat(_DAMAGED)
            written.append(one)
            continue
        operands = [_renamed(value, aliases) for value in one.operands]
        is_changed = is_changed or operands != list(one.operands)
        written.append(pikepdf.ContentStreamInstruction(operands, one.operator))
    if is_changed:
        stream.write(pikepdf.unparse_content_stream(written))


def _renamed(value: Any, aliases: Mapping[str, str]) -> Any:
    if isinstance(value, pikepdf.Name) and str(value) in aliases:
        return pikepdf.Name(aliases[str(value)])
    return value
