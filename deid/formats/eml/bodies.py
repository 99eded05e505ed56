"""The bodies of an e-mail: texts, pages, attachments (pure)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from deid.errors import (
    BinaryInput,
    EmptyNote,
    EncodingError,
    InputError,
    MalformedRecord,
    UnsupportedFormat,
)
from deid.formats import MAX_DEPTH, ReadOptions, html, suffixes
from deid.formats.eml.cards import read_card
from deid.formats.eml.codings import decoded, encoded
from deid.formats.eml.entities import Entity, where
from deid.formats.eml.found import NestedPart, Reading
from deid.formats.eml.kinds import FOLDED, LINES, SUFFIXES
from deid.formats.eml.parameters import typed_of
from deid.formats.eml.places import Edit, Place, Sort
from deid.formats.encoded import refuse_encoded
from deid.formats.html.charset import read_as
from deid.formats.nested import NestedFile, open_nested, suffix_of
from deid.formats.text import decode

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_LETTERS: Final = re.compile(rb"[A-Za-z]{4}")
# Names that say no character set (RFC 1428), or how its text runs (RFC 1556).
_CALLED: Final = MappingProxyType(
    {
        "unknown-8bit": "",
        "x-unknown": "",
        "unknown": "",
        "default": "",
        "iso-8859-8-i": "iso-8859-8",
        "iso-8859-8-e": "iso-8859-8",
        "windows-874": "cp874",
    }
)
_ENCODED_FILE: Final = re.compile(
    r"^(?:begin(?:-base64)? [0-7]{3,4} \S|=ybegin |\(This file must be converted with BinHex"
    r"|-----BEGIN PGP)",
    re.MULTILINE,
)
_PICTURES: Final = (
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
)


class Bodies:
    """The bodies of an e-mail that is being read.

    Args:
        content: the e-mail.
        found: where what they hold is added.
        ids: new names of parts, by the old ones.
        options: how the e-mail is read.
    """

    def __init__(
        self, content: bytes, found: Reading, ids: Mapping[str, str], options: ReadOptions
    ) -> None:
        self._content = content
        self._found = found
        self._ids = ids
        self._options = options

    def leaf(self, entity: Entity) -> None:
        """Read a part that has none itself.

        Raises:
            InputError: it cannot be read, or examined.
        """
        here = where(entity.number) if entity.number else "text"
        raw = self._content[entity.start : entity.end]
        coding = entity.value(self._content, "content-transfer-encoding").lower()
        content = decoded(raw, coding, here)
        if not content.strip():
            return
        suffix = self._suffix(entity, content)
        is_attached = entity.value(self._content, "content-disposition").lower()
        if entity.kind in LINES and suffix in ("", ".txt", ".md"):
            self._text(entity, content, coding, here)
        elif suffix in (".html", ".htm") and not is_attached.startswith("attachment"):
            self._page(entity, content, coding, here)
        else:
            self._nested(entity, content, coding, f"attachment ({here})", suffix)

    def _suffix(self, entity: Entity, content: bytes) -> str:
        """How the file of a part would be called, by how it begins, its type and its name."""
        for magic, suffix in _PICTURES:
            if content.startswith(magic):
                return suffix
        name = self._name(entity)
        ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
        declared = SUFFIXES.get(entity.kind, "")
        declared = declared if declared in suffixes() else ""
        if entity.kind.startswith("text/plain") and ending not in suffixes():
            declared = ".txt"
        if not declared or entity.kind == "application/octet-stream" or declared == ".txt":
            declared = ending if ending in suffixes() else declared
        if entity.kind in LINES and not declared:
            return ""
        if declared == ".eml":
            return declared
        found = suffix_of(content, declared=declared)
        return declared if declared == ".txt" and found == ".xml" else found

    def _name(self, entity: Entity) -> str:
        names = [entity.typed.value("name")] if entity.typed is not None else []
        for one in entity.fields:
            if one.name == "content-disposition":
                typed = typed_of(self._content, one.value_start, one.value_end, "e-mail")
                names.append(typed.value("filename"))
        return next((name for name in reversed(names) if name), "")

    def _text(self, entity: Entity, content: bytes, coding: str, here: str) -> None:
        text, encoding = _decoded(content, _charset(entity), here)
        if entity.kind not in FOLDED:
            self._refuse_files(text, here)
            ranges = ((entity.start, entity.end),)
            self._found.add(
                Place(Sort.BODY, text, here, ranges, encoding=encoding, coding=coding, lead="\n\n")
            )
            return
        file = read_card(content, text, encoding)
        if file.document.text.strip():
            nested = NestedFile(file, (file.document,))
            self._found.add_file(NestedPart(entity, here, coding, content, content, nested))

    def _refuse_files(self, text: str, here: str) -> None:
        if _ENCODED_FILE.search(text):
            raise UnsupportedFormat(
                f"{here}: a file is written in the text (uuencode, yEnc, BinHex, PGP), which "
                "cannot be examined: take it out, or save it by itself"
            )
        refuse_encoded(text, place=here)

    def _page(self, entity: Entity, content: bytes, coding: str, here: str) -> None:
        """A page, in the encoding that the header names, with new names of the parts it shows."""
        renamed = content
        for old, new in self._ids.items():
            renamed = renamed.replace(b"cid:" + old.encode("latin-1"), b"cid:" + new.encode())
            quoted = old.replace("@", "%40").encode("latin-1")
            renamed = renamed.replace(b"cid:" + quoted, b"cid:" + new.encode())
        encoding = _coded_in(entity, content, here)
        if self._options.depth >= MAX_DEPTH:
            raise UnsupportedFormat(f"{here}: files lie in files more than {MAX_DEPTH} deep")
        options = replace(self._options, encoding=encoding, depth=self._options.depth + 1)
        try:
            file = html.read(renamed, name="inside.html", options=options)
        except EmptyNote:
            self._blank(entity, renamed, content, coding)
            return
        except (EncodingError, UnsupportedFormat, MalformedRecord, BinaryInput) as error:
            raise type(error)(f"{here}: {error}") from None
        nested = NestedFile(file, (file.document,))
        self._found.add_file(NestedPart(entity, here, coding, renamed, content, nested))

    def _blank(self, entity: Entity, renamed: bytes, content: bytes, coding: str) -> None:
        """A page that says nothing; it may show parts by their names."""
        if renamed != content:
            raw = self._content[entity.start : entity.end]
            written = encoded(renamed, raw, coding)
            self._found.edits.append(Edit(entity.start, entity.end, written))

    def _nested(self, entity: Entity, content: bytes, coding: str, here: str, suffix: str) -> None:
        if entity.kind.startswith("text/") and content.isascii():
            self._refuse_code(entity, content, here)
        if suffix in (".html", ".htm", ".xhtml") and self._is_blank(content, suffix):
            return
        file = open_nested(content, suffix=suffix, place=here, options=self._options)
        self._found.add_file(NestedPart(entity, here, coding, content, content, file))

    def _is_blank(self, content: bytes, suffix: str) -> bool:
        """Whether an attached page says nothing."""
        try:
            options = replace(self._options, encoding=None, depth=self._options.depth + 1)
            html.read(content, name=f"inside{suffix}", options=options)
        except EmptyNote:
            return True
        except InputError:
            return False
        return False

    def _refuse_code(self, entity: Entity, content: bytes, here: str) -> None:
        if _coded_in(entity, content, here) is not None:
            raise EncodingError(f"{here}: its letters are written in code: save it anew in UTF-8")

    def lines(self, span: tuple[int, int], here: str) -> None:
        """Text beside the parts."""
        raw = self._content[span[0] : span[1]]
        if raw.strip():
            text, encoding = _decoded(raw, "", here)
            self._refuse_files(text, here)
            self._found.add(Place(Sort.LINES, text, here, (span,), encoding=encoding))


def _charset(entity: Entity) -> str:
    charset = entity.typed.value("charset").lower() if entity.typed is not None else ""
    return _CALLED.get(charset, charset)


def _coded_in(entity: Entity, content: bytes, here: str) -> str | None:
    """The encoding that a part names; None where it names none, or its bytes are plain ASCII.

    Plain ASCII that it is not in counts as none.
    """
    if not _charset(entity):
        return None
    codec = _codec(_charset(entity), here)
    if codec == "ascii" and not content.isascii():
        return None
    if content.isascii() and content.decode(codec, "replace") == content.decode("ascii"):
        return None
    return _read_as(codec, content)


def _decoded(content: bytes, charset: str, here: str) -> tuple[str, str]:
    """A text, and the encoding that it is in.

    Raises:
        EncodingError: it is not in the one that it names, or that is not known.
        BinaryInput: it is no text.
    """
    if charset in ("", "us-ascii", "ascii") and not content.isascii():
        text, form = decode(content)
        return text, form.encoding
    codec = _read_as(_codec(charset or "us-ascii", here), content)
    try:
        text = content.decode(codec)
        is_same = text.encode(codec) == content
    except UnicodeError:
        is_same = False
    if not is_same:
        raise EncodingError(f"{here}: it is not in the encoding that it names: save it anew")
    if codec.startswith(("utf-16", "utf-32")) and _LETTERS.search(content):
        raise EncodingError(f"{here}: it is not in the encoding that it names: save it anew")
    if _CONTROLS.search(text):
        raise BinaryInput(f"{here}: it holds control characters, so it is no text: take it out")
    return text, codec


def _read_as(codec: str, content: bytes) -> str:
    """What programs read under a name: Latin-1 as Windows-1252 (WHATWG, Encoding Standard, 4.2).

    What is UTF-8 is read as such, though it says something else.
    """
    codec = read_as(codec, content)
    is_undefined = any(byte in content for byte in b"\x81\x8d\x8f\x90\x9d")
    return "cp1252" if codec == "iso8859-1" and not is_undefined else codec


def _codec(charset: str, here: str) -> str:
    try:
        name = codecs.lookup(charset).name
        is_plain = name.startswith(("utf-16", "utf-32")) or "az".encode(name) == b"az"
    except (LookupError, ValueError):
        is_plain = False
    if not is_plain or name in (
        "utf-7",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "undefined",
    ):
        raise EncodingError(f"{here}: it names an encoding that is not known: save the e-mail anew")
    return name
