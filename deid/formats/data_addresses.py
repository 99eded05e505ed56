"""Files that are written in a text as `data:` addresses (RFC 2397): pictures of pages, drawings.

Each address is lifted out of the text before that is read, and a mark of characters that stand for
nothing (Unicode, 23.7) holds its place; the file is read by its own format. What is no address of
this closed grammar stays in the text, where `deid.formats.encoded` refuses it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from deid.datatypes import Document, Redacted
from deid.errors import EmptyNote, InputError, NoteTooLarge
from deid.formats import ReadOptions, reader_for
from deid.formats.nested import INSTEAD, NestedFile, open_nested, suffix_of
from deid.parts import Assembly

REMOVED: Final = "about:blank"
"""What stands where an address stood of a file that was removed."""

MARK: Final = re.compile("\ufdd0[\ufdd2-\ufddb]+\ufdd1")
"""What holds the place of an address: its number, from 0, in digits of its own."""

MAX_FILES: Final = 2000
"""How many files may lie in a text."""

_NO_CHARACTER: Final = re.compile("[\ufdd0-\ufdef]")
_TO_DIGITS: Final = {ord("0") + digit: 0xFDD2 + digit for digit in range(10)}
_FROM_DIGITS: Final = {0xFDD2 + digit: ord("0") + digit for digit in range(10)}
_KINDS: Final = MappingProxyType(
    {
        "image/png": ".png",
        "image/x-png": ".png",
        "image/jpeg": ".jpg",
        "image/jpg": ".jpg",
        "image/pjpeg": ".jpg",
        "image/gif": ".gif",
        "image/bmp": ".bmp",
        "image/x-ms-bmp": ".bmp",
        "image/tiff": ".tif",
        "image/svg+xml": ".svg",
        "text/html": ".html",
        "text/plain": ".txt",
        "text/csv": ".csv",
        "application/pdf": ".pdf",
    }
)
_MARKED_UP: Final = frozenset({"image/svg+xml", "text/html"})
_WORD: Final = r"[a-z0-9][a-z0-9.+_-]{0,99}"
_HEAD: Final = (
    rf"(?P<head>data:(?P<kind>(?:{_WORD}/{_WORD})?)"
    r"(?P<more>(?:;[^\"'(),;<>&\\\x00-\x1f]{1,200}?){0,8}?)"
)
_HARMLESS: Final = re.compile(r"(?:;\s?charset=(?:utf-?8|us-ascii)|;utf-?8)?", re.IGNORECASE)
_RUN: Final = r"(?:[A-Za-z0-9+/]++|%2[BF])++"
_FILL: Final = r"(?:=|%3D){0,2}"
_PACKED: Final = re.compile(
    rf"{_HEAD};\s?base64,)(?P<data>[\t\r\n ]*+{_RUN}(?:[\t\r\n ]++{_RUN})*+{_FILL}"
    rf"(?=[\t\r\n ]*(?:[\"')]|&quot;))|{_RUN}{_FILL}(?![A-Za-z0-9+/=%_-]))",
    re.IGNORECASE,
)
_WRITTEN: Final = tuple(
    re.compile(rf"(?<={before}){_HEAD},)(?P<data>[^\t\r\n&\\{other}]+)(?={after})", re.IGNORECASE)
    for before, other, after in (
        ('"', '"', '"'),
        ("'", "'", "'"),
        ("&quot;", '"', "&quot;"),
        (r"\(", " \"'()<>", r"\)"),
    )
)
_REFERENCE_IN_RULES: Final = re.compile(rb"<(?:style|script)\b.*&", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """A `data:` address.

    Attributes:
        written: it, as it is written.
        head: all of it before the data.
        kind: the type of what is in it, in lower case; empty where the head says more than that.
        content: what is in it.
        line: on which it begins, from 1.
    """

    written: str = field(repr=False)
    head: str
    kind: str
    content: bytes = field(repr=False)
    line: int

    def renewed(self, content: bytes) -> str:
        """The address of another file of the kind; the one that leads nowhere for `INSTEAD`."""
        if content == INSTEAD:
            return REMOVED
        if content == self.content:
            return self.written
        if re.search(r";\s?base64,\Z", self.head, re.IGNORECASE):
            return self.head + base64.b64encode(content).decode("ascii")
        return self.head + quote(content, safe="")


@dataclass(frozen=True, slots=True)
class Lifted:
    """A text without its `data:` addresses.

    Attributes:
        text: with marks in their places.
        addresses: in their order.
    """

    text: str = field(repr=False)
    addresses: tuple[Address, ...]

    @property
    def size(self) -> int:
        """How many characters the addresses have."""
        return sum(len(one.written) for one in self.addresses)


def lifted(text: str) -> Lifted:
    """A text and the `data:` addresses in it; one with characters like a mark's has none."""
    if "data:" not in text.lower() or _NO_CHARACTER.search(text):
        return Lifted(text, ())
    pieces: list[str] = []
    addresses: list[Address] = []
    at, line = 0, 1
    for found, content in _found(text):
        if found.start() < at:
            continue
        line += text.count("\n", at, found.start())
        kind = found["kind"].lower() if _HARMLESS.fullmatch(found["more"]) else ""
        addresses.append(Address(found.group(), found["head"], kind, content, line))
        pieces += (text[at : found.start()], _mark(len(addresses) - 1))
        line += found.group().count("\n")
        at = found.end()
    return Lifted("".join([*pieces, text[at:]]), tuple(addresses))


def restored(text: str, addresses: Sequence[str]) -> str:
    """A text with addresses instead of the marks."""
    return MARK.sub(lambda mark: addresses[_number(mark)], text)


def marks(text: str) -> tuple[int, ...]:
    """The numbers of the addresses that are still in a text."""
    return tuple(map(_number, MARK.finditer(text)))


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The files in the `data:` addresses of a text.

    Attributes:
        files: each with the index of its first part in the note; None: there is nothing to read.
    """

    addresses: tuple[Address, ...]
    files: tuple[tuple[NestedFile, int] | None, ...] = field(repr=False)

    def written(self, document: Document, redacted: Redacted) -> tuple[str, ...]:
        """The addresses after redaction.

        Raises:
            DefectError: a file does not read as it was written.
            OutputError: a file cannot hold its new text.
        """
        return tuple(
            one.written if file is None else one.renewed(_rendered(file, document, redacted))
            for one, file in zip(self.addresses, self.files, strict=True)
        )


def add_files(
    addresses: tuple[Address, ...], assembly: Assembly, options: ReadOptions
) -> DataFiles:
    """Read the files of addresses, and add their parts to a note.

    Raises:
        InputError: one cannot be examined, or there are too many; the message names the line.
    """
    if len(addresses) > MAX_FILES:
        raise NoteTooLarge(f"more than {MAX_FILES} files lie in data: addresses: split it")
    files: list[tuple[NestedFile, int] | None] = []
    for one in addresses:
        suffix = _suffix(one)
        if suffix in (".html", ".txt") and _is_blank(one.content, suffix, options):
            files.append(None)
            continue
        what = "picture" if one.kind.startswith("image/") else "file"
        place = f"{what} in line {one.line}"
        nested = open_nested(one.content, suffix=suffix, place=place, options=options)
        files.append((nested, len(assembly)))
        nested.add_to(assembly, place, lead="\n")
    return DataFiles(addresses, tuple(files))


def _found(text: str) -> Iterator[tuple[re.Match[str], bytes]]:
    """The addresses that can be decoded, in their order."""
    found = [*_PACKED.finditer(text), *(one for each in _WRITTEN for one in each.finditer(text))]
    for one in sorted(found, key=re.Match.start):
        if one.re is not _PACKED:
            if "<" not in one["data"] or one["kind"].lower() in _MARKED_UP:
                yield one, unquote_to_bytes(one["data"])
            continue
        tight = unquote_to_bytes("".join(one["data"].split())).rstrip(b"=")
        try:
            yield one, base64.b64decode(tight + b"=" * (-len(tight) % 4), validate=True)
        except binascii.Error:
            continue


def _suffix(address: Address) -> str:
    """How the file of an address would be called; a drawing is read as the page that it is.

    Empty where the address is of a kind that nobody knows: its head could say anything.
    """
    if address.kind not in _KINDS:
        return ""
    suffix = suffix_of(address.content, declared=_KINDS[address.kind])
    if suffix != ".svg":
        return suffix
    return "" if _REFERENCE_IN_RULES.search(address.content) else ".html"


def _is_blank(content: bytes, suffix: str, options: ReadOptions) -> bool:
    """Whether a text or a drawing says nothing, and holds no file."""
    name = f"inside{suffix}"
    inner = replace(options, encoding=None, depth=options.depth + 1)
    try:
        reader_for(name)(content, name=name, options=inner)
    except EmptyNote:
        return True
    except InputError:
        return False
    return False


def _rendered(file: tuple[NestedFile, int], document: Document, redacted: Redacted) -> bytes:
    nested, first = file
    return nested.render(document, redacted, first=first)


def _mark(number: int) -> str:
    return f"\ufdd0{str(number).translate(_TO_DIGITS)}\ufdd1"


def _number(mark: re.Match[str]) -> int:
    return int(mark.group()[1:-1].translate(_FROM_DIGITS))
