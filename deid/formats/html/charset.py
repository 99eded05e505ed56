"""The encoding of a page, which it may name itself, and the program then must believe (pure)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Set
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
# Of these, all but those that have characters of more than one byte.
_OF_ONE_BYTE: Final = re.compile(r"cp125[0-8]|cp874|iso8859-\d+|koi8-[ru]|mac-roman|ascii")
# What browsers read under these names (WHATWG, Encoding Standard, 4.2).
_READ_AS: Final = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


def decoded(content: bytes, *, options: ReadOptions) -> tuple[str, TextForm]:
    """The text of a page, and the form to write it back in.

    An encoding that is told goes before the one that the page names (HTML Living Standard,
    13.2.3.2), but bytes that are UTF-8 are read as such, see `read_as`. A page that another
    program can read in another way, so that letters are others, is refused.

    Raises:
        EncodingError: it names an encoding that it is not in, or that is not known to be safe.
        InputError: see `deid.formats.text.decode`.
    """
    named = {_trusted(name) for name in _names(content)}
    told = options.encoding
    encoding = told
    if not _has_mark(content) and not content.isascii():
        encoding = _settled(content, told, named)
    text, form = decode(content, encoding=encoding, max_bytes=options.max_note_bytes)
    if form.mark or content.isascii():
        return text, form
    others = named - {_READ_AS.get(form.encoding, form.encoding)}
    is_one = told is not None or len(named) == 1
    is_certain = is_one and form.encoding == "utf-8"
    if others and not is_certain and not (is_one and _reads_alike(content, text, others)):
        raise EncodingError(
            f"the page names another encoding than {form.encoding}, which it is in: save it as "
            "UTF-8"
        )
    return text, form


def _settled(content: bytes, told: str | None, named: Set[str]) -> str | None:
    """The encoding that a page without a mark is read in; None where nothing says it."""
    wanted = told or (next(iter(named)) if len(named) == 1 else None)
    return read_as(wanted, content) if wanted is not None else None


def read_as(encoding: str, content: bytes) -> str:
    """The encoding that bytes are in, which are said to be in another one.

    Bytes that are UTF-8 are, where they are said to have one for each character: no text of such
    an encoding is UTF-8 by chance.
    """
    is_other = not content.isascii() and _OF_ONE_BYTE.fullmatch(_codec(encoding)) is not None
    return "utf-8" if is_other and _is_utf8(content) else encoding


def _reads_alike(content: bytes, text: str, others: Set[str]) -> bool:
    """Whether these encodings give the same text, or none."""
    for one in others:
        try:
            if content.decode(one) != text:
                return False
        except UnicodeError:
            continue
    return True


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _names(content: bytes) -> list[bytes]:
    found = [match.group(1) for match in _META.finditer(content)]
    declared = _XML.match(content[:_LOOKED_AT].removeprefix(codecs.BOM_UTF8))
    return [*found, declared.group(1)] if declared else found


def _trusted(name: bytes) -> str:
    known = _codec(name.decode("ascii"))
    if known.startswith("utf-16") or name.lower() == b"unicode":
        return "utf-8"  # nobody could read the name, were it true
    known = _READ_AS.get(known, known)
    if not _TRUSTED.fullmatch(known):
        raise EncodingError("the page names an encoding that is not known here: save it as UTF-8")
    return known


def _has_mark(content: bytes) -> bool:
    return content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
