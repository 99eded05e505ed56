"""The texts of RTF: characters, however they are written, gathered into runs (pure)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from deid.errors import BinaryInput, EncodingError, MalformedRecord, UnsupportedFormat
from deid.formats.rtf import charsets
from deid.formats.rtf.destinations import SHAPE_VALUE, Destination, Role
from deid.formats.rtf.places import Flow, Layer, Piece, Run
from deid.formats.rtf.tokens import Kind, Token

BODY: Final = Destination(Role.FLOW, "text")
"""The text itself."""

_SYMBOLS: Final = MappingProxyType({"~": "\xa0", "_": "\u2011", "\\": "\\", "{": "{", "}": "}"})
_TWINS: Final = MappingProxyType(
    {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "b", "æ": "a", "œ": "o", "þ": "t", "ð": "d"}
)


@dataclass(frozen=True, slots=True)
class Group:
    """What holds between two braces."""

    flow: Flow
    destination: Destination
    opened: int
    font: int = -1
    fallback: int = 1
    is_deleted: bool = False
    is_hidden: bool = False
    is_new: bool = False
    is_older: bool = False
    begins: int = -1

    @property
    def layer(self) -> Layer:
        """Which layer of the paragraph its text belongs to."""
        if self.is_older:
            return Layer.OLDER
        if self.is_deleted:
            return Layer.DELETED
        return Layer.HIDDEN if self.is_hidden else Layer.SHOWN


class Texts:
    """The texts of a file that is being read.

    Args:
        content: the file.
        runs: where runs are added.

    Attributes:
        group: what holds where the file is being read.
        fonts: the code pages of fonts, by their numbers.
        codec: the code page of the file.
        lead_byte: the first of two bytes that are one character.
        shape_name: of the property of a shape that is being read.
    """

    def __init__(self, content: bytes, runs: list[Run]) -> None:
        self._content = content
        self._runs = runs
        self.group = Group(Flow(BODY, "text", lead=""), BODY, 0)
        self.fonts: dict[int, str] = {}
        self.codec = charsets.BASE["ansi"]
        self.lead_byte: Token | None = None
        self.shape_name = ""
        self._run: Run | None = None
        self._skip = 0
        self._skipped: list[bytes] = []

    @property
    def is_skipping(self) -> bool:
        """Whether what follows may be meant for older programs."""
        return self._skip > 0

    def text(self, token: Token) -> None:
        """Take characters as they stand; in older programs some of them stand for others."""
        at = token.start
        raw = self._content[at : token.end]
        while self._skip and raw:
            self._skips(Token(Kind.BYTE, at, at + 1), raw[:1])
            at, raw = at + 1, raw[1:]
        if not raw:
            return
        if self.lead_byte is None and raw.isascii():
            self.add(Piece(raw.decode("ascii"), at, token.end, is_plain=True))
            return
        for number, byte in enumerate(raw):
            self.byte(Token(Kind.BYTE, at + number, at + number + 1), byte)

    def byte(self, token: Token, byte: int) -> None:
        """Take a byte of the code page that holds here."""
        if self._skips(token, bytes([byte])):
            return
        codec = self._codec_here()
        lead = self.lead_byte
        if lead is not None:
            self.lead_byte = None
            first = self._content[lead.start : lead.end]
            value = int(first[2:], 16) if len(first) == 4 else first[0]
            text = charsets.decoded(bytes([value, byte]), codec)
            self.add(Piece(text, lead.start, token.end))
        elif charsets.is_first_of_two(byte, codec):
            self.lead_byte = token
        elif byte < 0x20 or byte == 0x7F:
            self._control(byte)
        else:
            self.add(Piece(charsets.decoded(bytes([byte]), codec), token.start, token.end))

    def _control(self, byte: int) -> None:
        self.end_run()
        if byte in (0x0A, 0x0D):
            self.end_paragraph("\n")
        elif byte == 0x09:
            self.part("\t")
        elif self.group.destination.role is not Role.CODES:
            raise BinaryInput("the file holds control characters: save it anew")

    def tab(self, token: Token) -> None:
        """Take a tabulator that is written as it is."""
        if not self._skips(token, b"\t"):
            self.part("\t")

    def symbol(self, token: Token) -> None:
        """Take a control symbol."""
        name = token.name
        if name in "\r\n":
            self.end_run()
            self.end_paragraph("\n")
        elif name == "\t":
            self.part("\t")
        elif name in ("*", "-"):
            self.end_run()
        elif self._skips(token, _SYMBOLS.get(name, name).encode("cp1252", "replace")):
            return
        elif name == ":" or name == "|":
            self.part(" ")
        elif not name.isascii() or ord(name) < 0x20:
            raise MalformedRecord(f"byte {token.start}: an unknown command: save the file anew")
        else:
            self.add(Piece(_SYMBOLS.get(name, name), token.start, token.end))

    def unicode(self, token: Token) -> None:
        """A character by its number, with what stands for it in older programs."""
        if self._skip:
            raise unclear_fallback()
        number = token.number
        if number is None or not -0x8000 <= number <= 0xFFFF:
            raise MalformedRecord(f"byte {token.start}: a character without its number")
        code = number & 0xFFFF
        if 0xF020 <= code <= 0xF07E:
            code -= 0xF000
        last = self._run.pieces[-1] if self._run is not None and self._run.pieces else None
        if 0xDC00 <= code <= 0xDFFF and last is not None and "\ud800" <= last.text <= "\udbff":
            pair = (last.text + chr(code)).encode("utf-16-le", "surrogatepass")
            self._run.pieces[-1] = Piece(pair.decode("utf-16-le"), last.start, token.end)  # type: ignore[union-attr]
        elif code < 0x20 and code not in (9, 10, 13):
            raise BinaryInput("the file holds control characters: save it anew")
        else:
            self.add(Piece(chr(code), token.start, token.end))
        self._skip = self.group.fallback
        self._skipped = []

    def _skips(self, token: Token, raw: bytes) -> bool:
        """Take what stands for the last character in older programs; False if this does not."""
        if not self._skip or self._run is None:
            return False
        last = self._run.pieces[-1]
        self._run.pieces[-1] = replace(last, end=token.end)
        self._skipped.append(raw)
        self._skip -= 1
        if not self._skip:
            self._check_fallback()
        return True

    def _check_fallback(self) -> None:
        self._skip = 0
        raw, self._skipped = b"".join(self._skipped), []
        if self._run is None or not raw:
            return
        if not _says_the_same(self._run.pieces[-1].text, raw, self._codec_here()):
            raise UnsupportedFormat(
                f"{self.group.flow.where}: older programs show other letters here than new ones: "
                "open the file and save it anew"
            )

    def _codec_here(self) -> str:
        return self.fonts.get(self.group.font, "") or self.codec

    def add(self, piece: Piece) -> None:
        """Add characters where the text stands."""
        group = self.group
        if self._skip:
            self._check_fallback()
        is_separator = piece.text == ";" and group.destination.role is Role.TABLE
        if group.destination.role is Role.TABLE and piece.is_plain and ";" in piece.text:
            self._add_rows(piece)
            return
        if is_separator:
            self._end_row()
            return
        if self._run is None:
            flow = group.flow
            self._run = Run(
                flow,
                flow.paragraph,
                flow.lead,
                group.layer,
                len(flow.breaks),
                self._codec_here(),
                group.fallback,
                group.is_new,
            )
            self._runs.append(self._run)
        self._run.pieces.append(piece)
        if (
            group.destination.place == "property of a shape"
            and group.destination is not SHAPE_VALUE
        ):
            self.shape_name += piece.text

    def _add_rows(self, piece: Piece) -> None:
        """Add the entries of a list that semicolons part."""
        at = piece.start
        for number, text in enumerate(piece.text.split(";")):
            if number:
                self._end_row()
            if text:
                self.add(Piece(text, at, at + len(text), is_plain=True))
            at += len(text) + 1

    def _end_row(self) -> None:
        self.end_run()
        self.group.flow.paragraph += 1

    def end_run(self) -> None:
        """Let what follows be a run of its own."""
        if self._skip:
            self._check_fallback()
        self._run = None

    def end_paragraph(self, lead: str) -> None:
        """Let what follows be a paragraph of its own, behind these characters."""
        self.end_run()
        flow, layer = self.group.flow, self.group.layer
        if layer is Layer.SHOWN:
            flow.paragraph += 1
            flow.lead = lead
        else:
            flow.breaks.append((layer, "\n"))

    def part(self, between: str) -> None:
        """Let characters that stand nowhere part what follows."""
        self.end_run()
        self.group.flow.breaks.append((self.group.layer, between))


def _says_the_same(text: str, raw: bytes, codec: str) -> bool:
    """Whether older programs show what new ones do, or nothing that could be a name."""
    try:
        old = raw.decode(codec if codec != charsets.SYMBOLS else "cp1252")
    except UnicodeError:
        old = raw.decode("latin-1")
    letters = [one for one in old.casefold() if one.isalnum()]
    if not letters or old == text:
        return True
    plain = unicodedata.normalize("NFKD", text.casefold())
    known = {one for one in plain if one.isalnum()} | {_TWINS.get(one, one) for one in plain}
    if all(one in known for one in letters):
        return True
    return not text.isascii() and all(not one.isascii() for one in letters)


def cut_character() -> EncodingError:
    """Why a character of two bytes is refused if something stands between them."""
    return EncodingError("a character of two bytes is cut: open the file and save it anew")


def unclear_fallback() -> MalformedRecord:
    """Why what stands for a character in older programs is refused if it is none itself."""
    return MalformedRecord(
        "programs read a character of this file in different ways: open the file and save it anew"
    )
