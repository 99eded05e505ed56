"""The encoding of a page, which it may name itself, and the program then must believe (pure)."""

from __future__ import annotations

import codecs
import re
from typing import Final

from deid.errors import EncodingError
from deid.formats import ReadOptions
from deid.formats.text import TextForm, decode

_META: Final = re.compile(
    rb"<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE
)
_XML: Final = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)")
_LOOKED_AT: Final = 4096

# Encodings in which each byte below 0x80 is the ASCII character, and nothing shifts.
_TRUSTED: Final = re.compile(
    r"utf-8|cp125[0-8]|cp874|iso8859-\d+|koi8-[ru]|mac-roman|gb18030|ascii"
)
# What browsers read under these names (WHATWG, Encoding Standard, 4.2).
_READ_AS: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}


def decoded(content: bytes, *, options: ReadOptions) -> tuple[str, TextForm]:
    """The text of a page, and the form to write it back in.

    Raises:
        EncodingError: it names an encoding that it is not in, or that is not known to be safe.
        InputError: see `deid.formats.text.decode`.
    """
    named = {_trusted(name) for name in _names(content)}
    wanted = next(iter(named)) if len(named) == 1 else None
    encoding = options.encoding
    if encoding is None and not _has_mark(content) and not content.isascii():
        encoding = wanted
    text, form = decode(content, encoding=encoding, max_bytes=options.max_note_bytes)
    if form.mark or content.isascii():
        return text, form
    if named and named != {_READ_AS.get(form.encoding, form.encoding)}:
        raise EncodingError(
            f"the page names another encoding than {form.encoding}, which it is in: save it as "
            "UTF-8"
        )
    return text, form


def _names(content: bytes) -> list[bytes]:
    found = [match.group(1) for match in _META.finditer(content)]
    declared = _XML.match(content[:_LOOKED_AT].removeprefix(codecs.BOM_UTF8))
    return [*found, declared.group(1)] if declared else found


def _trusted(name: bytes) -> str:
    try:
        known = codecs.lookup(name.decode("ascii")).name
    except LookupError:
        known = ""
    if known.startswith("utf-16"):
        return "utf-8"  # nobody could read the name, were it true
    if not _TRUSTED.fullmatch(known):
        raise EncodingError("the page names an encoding that is not known here: save it as UTF-8")
    return _READ_AS.get(known, known)


def _has_mark(content: bytes) -> bool:
    return content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
