"""RTF as a person reads it: runs of text by flow, and what else it holds (pure; RTF 1.9.1)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from deid.errors import BinaryInput, EncodingError, MalformedRecord, UnsupportedFormat
from deid.formats.rtf import charsets
from deid.formats.rtf.destinations import (
    SHAPE_VALUE,
    Destination,
    Role,
    destination_of,
    holds_words,
    is_harmless,
)
from deid.formats.rtf.places import (
    Beside,
    BesidePlace,
    Flow,
    Layer,
    Picture,
    Piece,
    Reading,
    Run,
)
from deid.formats.rtf.times import TIME_WORDS, shown, unpacked
from deid.formats.rtf.tokens import Kind, Token, tokens_of
from deid.formats.rtf.words import is_known

MAX_DEPTH: Final = 500
"""How deep groups may lie in each other."""

BODY: Final = Destination(Role.FLOW, "text")
"""The text itself."""

_CHARACTERS: Final = MappingProxyType(
    {
        "emdash": "\u2014",
        "endash": "\u2013",
        "lquote": "\u2018",
        "rquote": "\u2019",
        "ldblquote": "\u201c",
        "rdblquote": "\u201d",
        "bullet": "\u2022",
        "emspace": "\u2003",
        "enspace": "\u2002",
        "qmspace": "\u2005",
    }
)
_SYMBOLS: Final = MappingProxyType({"~": "\xa0", "_": "\u2011", "\\": "\\", "{": "{", "}": "}"})
_PARAGRAPHS: Final = frozenset({"par", "sect", "row", "nestrow", "page", "column"})
_CELLS: Final = frozenset({"cell", "nestcell"})
_BREAKS: Final = MappingProxyType({"tab": "\t", "line": "\n", "softline": "\n", "lbr": "\n"})
_DATED: Final = frozenset(
    {"revdttm", "revdttmdel", "crdate", "mvdate", "trdate", "clinsdttm", "cldeldttm"}
    | {"clmrgddttm", "pnrdate"}
)
_KINDS: Final = MappingProxyType(
    {
        "pngblip": ".png",
        "jpegblip": ".jpg",
        "emfblip": ".emf",
        "wmetafile": ".wmf",
        "dibitmap": "",
        "wbitmap": "",
        "macpict": "",
        "pmmetafile": "",
    }
)
_SERIALS: Final = frozenset(
    {
        "rsid",
        "rsidroot",
        "insrsid",
        "delrsid",
        "charrsid",
        "sectrsid",
        "pararsid",
        "tblrsid",
        "styrsid",
        "listid",
        "listtemplateid",
        "leveltemplateid",
        "bliptag",
        "blipupi",
        "lsdstimax",
        "picw",
        "pich",
        "picwgoal",
        "pichgoal",
        "shpz",
        "shplid",
        "bin",
    }
)
_LONG_NUMBER: Final = 100_000
_TWINS: Final = MappingProxyType(
    {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "b", "æ": "a", "œ": "o", "þ": "t", "ð": "d"}
)
_DATA: Final = frozenset({Role.PICTURE, Role.REMOVED, Role.PACKED_TIME})


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds between two braces."""

    flow: Flow
    destination: Destination
    opened: int
    font: int = -1
    fallback: int = 1
    is_deleted: bool = False
    is_hidden: bool = False
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


@dataclass(slots=True)
class _Data:
    """What a group of data holds so far."""

    words: list[tuple[str, int, int, int]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    start: int = -1
    end: int = -1


def read_rtf(content: bytes) -> Reading:
    """All that a file holds.

    Raises:
        InputError: it cannot be read with certainty, or holds what cannot be examined.
    """
    return _Reader(content).read()


class _Reader:
    """A file that is being read."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._found = Reading()
        self._group = _Group(Flow(BODY, "text", lead=""), BODY, 0)
        self._stack: list[_Group] = []
        self._fonts: dict[int, str] = {}
        self._codec = charsets.BASE["ansi"]
        self._default_font = -1
        self._run: Run | None = None
        self._skip = 0
        self._skipped: list[bytes] = []
        self._lead_byte: Token | None = None
        self._is_optional = False
        self._is_fresh = False
        self._data: dict[int, _Data] = {}
        self._pictures: dict[int, Picture] = {}
        self._words: dict[tuple[Beside, str], BesidePlace] = {}
        self._numbers = Counter[str]()
        self._shape_name = ""

    def read(self) -> Reading:
        """All that the file holds."""
        if not self._content.startswith(b"{\\rtf"):
            raise MalformedRecord("the file does not begin as RTF does: save it anew")
        if not self._content.isascii() and _is_utf8(self._content):
            raise EncodingError(
                "the file holds letters in UTF-8, which RTF does not know: open it in a program "
                "for documents, look whether all letters are right, and save it anew"
            )
        closed = -1
        for token in tokens_of(self._body()):
            if closed >= 0 and token.kind is not Kind.LINE:
                raise MalformedRecord("something stands behind the end of the file: save it anew")
            self._take(token)
            if token.kind is Kind.CLOSE and not self._stack:
                closed = token.end
        if closed < 0:
            raise MalformedRecord("the file is cut off: a group is not closed")
        return self._found

    def _body(self) -> bytes:
        return self._content.rstrip(b"\x00 \t\r\n")

    def _take(self, token: Token) -> None:
        if self._lead_byte is not None and token.kind not in (Kind.BYTE, Kind.TEXT, Kind.LINE):
            raise _cut_character()
        was_optional, was_fresh = self._is_optional, self._is_fresh
        self._is_optional = token.kind is Kind.SYMBOL and token.name == "*"
        if token.kind is not Kind.LINE:
            self._is_fresh = token.kind is Kind.OPEN or (was_fresh and self._is_optional)
        else:
            self._is_optional = was_optional
        match token.kind:
            case Kind.OPEN:
                self._open(token)
            case Kind.CLOSE:
                self._close(token)
            case Kind.WORD:
                self._word(token, is_optional=was_optional, is_first=was_fresh)
            case Kind.LINE:
                pass
            case Kind.BINARY:
                self._binary(token)
            case _ if self._group.destination.role in _DATA:
                self._datum(token)
            case Kind.TEXT:
                self._text(token)
            case Kind.BYTE:
                self._byte(token, int(token.name, 16))
            case Kind.TAB:
                if not self._skips(token, b"\t"):
                    self._break("\t")
            case Kind.SYMBOL:
                self._symbol(token)

    def _open(self, token: Token) -> None:
        self._end_run()
        if len(self._stack) >= MAX_DEPTH:
            raise MalformedRecord(f"groups lie more than {MAX_DEPTH} deep in each other")
        self._stack.append(self._group)
        self._group = replace(self._group, opened=token.end, begins=-1)

    def _close(self, token: Token) -> None:
        self._end_run()
        if not self._stack:
            raise MalformedRecord("a group is closed that was not opened: save the file anew")
        closed, self._group = self._group, self._stack.pop()
        if closed.begins >= 0:
            self._finish(closed, token.start)
        elif closed.destination.place == "variable":
            closed.flow.paragraph += 1

    def _finish(self, closed: _Group, end: int) -> None:
        """Take what a group of data held."""
        data = self._data.pop(closed.begins, _Data())
        match closed.destination.role:
            case Role.TIME:
                self._time(data, closed)
            case Role.PACKED_TIME:
                self._packed_time(data, closed)
            case Role.PICTURE:
                self._picture(data, self._pictures.pop(closed.begins))
            case Role.REMOVED:
                raw = self._content[closed.begins : end]
                if raw.strip() and not _is_plain_data(closed.destination, raw):
                    self._found.removed.append((closed.begins, end))
            case _ if closed.destination.place == "picture":
                for picture in self._pictures.values():
                    picture.digests.append((closed.begins, end))

    def _word(self, token: Token, *, is_optional: bool, is_first: bool) -> None:
        name, number = token.name, token.number
        destination = destination_of(name, is_optional=is_optional)
        if is_optional and self._group.destination.role is Role.TABLE and is_known(name):
            destination = None
        if name in _CHARACTERS and destination is None:
            if self._skip:
                raise _unclear_fallback()
            self._add(Piece(_CHARACTERS[name], token.start, token.end))
            return
        if name == "u" and destination is None:
            self._unicode(token)
            return
        self._end_run()
        if destination is not None:
            self._enter(destination, token)
        elif name in _PARAGRAPHS or name in _CELLS:
            self._end_paragraph("\t" if name in _CELLS else "\n")
        elif name in _BREAKS:
            self._break(_BREAKS[name])
        elif not self._setting(name, number):
            self._other_word(token)
        self._note(token, is_known_destination=destination is not None)

    def _note(self, token: Token, *, is_known_destination: bool) -> None:
        """Look at a word for what it says besides: kinds of pictures, times, long numbers."""
        name, number = token.name, token.number
        digits = self._digits(token)
        begins = self._group.begins
        if begins in self._pictures and name in _KINDS:
            self._pictures[begins].suffix = _KINDS[name]
        if self._group.destination.role is Role.TIME and name in TIME_WORDS and number is not None:
            self._data.setdefault(begins, _Data()).words.append((name, number, *digits))
        elif name in _DATED and number:
            text = shown(unpacked(number))
            place = BesidePlace(
                Beside.PACKED_TIME, text, "date of a change", [digits], TIME_WORDS[:-1]
            )
            self._found.beside.append(place)
        elif is_known_destination and not is_known(name) and self._is_unknown_place():
            self._unknown(token, Beside.DESTINATION)
        elif (
            number is not None
            and abs(number) >= _LONG_NUMBER
            and name not in _SERIALS
            and (is_known(name) or is_known_destination)
        ):
            place = BesidePlace(Beside.NUMBER, str(abs(number)), "number of a command", [digits])
            self._found.beside.append(place)

    def _is_unknown_place(self) -> bool:
        return self._group.destination.place == "other data"

    def _digits(self, token: Token) -> tuple[int, int]:
        """Where the number of a word stands."""
        end = token.end - (self._content[token.end - 1 : token.end] == b" ")
        return token.start + 1 + len(token.name), end

    def _enter(self, destination: Destination, token: Token) -> None:
        """Begin a destination in this group."""
        if destination.role is Role.REFUSED:
            raise UnsupportedFormat(
                f"the file holds {destination.place}, which cannot be examined: "
                f"{destination.remedy}"
            )
        name = token.name
        if name in ("upr", "ud"):
            if name == "upr" and self._group.is_older:
                raise MalformedRecord("a text for older programs lies in another: save it anew")
            self._group = replace(self._group, is_older=name == "upr")
            return
        if name == "nonshppict":
            self._group = replace(self._group, is_older=True)
            return
        if destination.role is Role.FLOW:
            return
        begins = token.end
        self._group = replace(self._group, destination=destination, begins=begins)
        if destination.role is Role.PICTURE:
            is_fallback = self._group.is_older
            self._pictures[begins] = Picture(is_fallback=is_fallback)
        elif destination.role not in _DATA:
            self._numbers[destination.place] += 1
            where = f"{destination.place} {self._numbers[destination.place]}"
            lead = destination.lead if destination.lead == ": " else "\n" + destination.lead
            flow = Flow(destination, where, lead=lead)
            if destination is SHAPE_VALUE:
                flow.is_number = not holds_words(self._shape_name.strip())
            if name == "sn":
                self._shape_name = ""
            self._group = replace(
                self._group,
                flow=flow,
                is_deleted=False,
                is_hidden=False,
                font=self._default_font,
            )

    def _setting(self, name: str, number: int | None) -> bool:
        """Take a word that changes how what follows is read; False for any other."""
        match name:
            case "f":
                self._group = replace(self._group, font=number or 0)
            case "plain":
                font = self._default_font
                self._group = replace(self._group, font=font, is_deleted=False, is_hidden=False)
            case "uc":
                self._group = replace(self._group, fallback=max(0, 1 if number is None else number))
            case "v":
                self._group = replace(self._group, is_hidden=number != 0)
            case "deleted":
                self._group = replace(self._group, is_deleted=number != 0)
            case "deff":
                self._default_font = number or 0
                if self._group.font < 0:
                    self._group = replace(self._group, font=self._default_font)
            case "ansicpg":
                self._codec = charsets.of_number(number or 1252) if number else self._codec
            case "ansi" | "mac" | "pc" | "pca":
                self._codec = charsets.BASE[name]
            case "fcharset":
                self._fonts.setdefault(self._group.font, charsets.of_font(number or 0))
            case "cpg":
                self._fonts[self._group.font] = charsets.of_number(number or 1252)
            case "fromhtml" if number != 0:
                raise UnsupportedFormat(
                    "the file holds a page of HTML (an e-mail of Outlook), which is not read: "
                    "save the message as HTML or as text"
                )
            case _:
                return False
        return True

    def _other_word(self, token: Token) -> None:
        if not is_known(token.name) and token.name not in _KINDS:
            self._unknown(token)

    def _unknown(self, token: Token, sort: Beside = Beside.WORD) -> None:
        """A word that the format does not know: read as if somebody had written it."""
        number = "" if token.number is None else str(token.number)
        text = token.name + number
        place = self._words.get((sort, text))
        if place is None:
            place = BesidePlace(sort, text, "unknown command", [])
            self._words[sort, text] = place
            self._found.beside.append(place)
        place.ranges.append((token.start, token.end))
        if self._group.flow.destination is not BODY:
            self._break("\n")

    def _text(self, token: Token) -> None:
        at = token.start
        raw = self._content[at : token.end]
        while self._skip and raw:
            self._skips(Token(Kind.BYTE, at, at + 1), raw[:1])
            at, raw = at + 1, raw[1:]
        if not raw:
            return
        if self._lead_byte is None and raw.isascii():
            self._add(Piece(raw.decode("ascii"), at, token.end, is_plain=True))
            return
        for number, byte in enumerate(raw):
            self._byte(Token(Kind.BYTE, at + number, at + number + 1), byte)

    def _byte(self, token: Token, byte: int) -> None:
        if self._skips(token, bytes([byte])):
            return
        codec = self._codec_here()
        lead = self._lead_byte
        if lead is not None:
            self._lead_byte = None
            first = self._content[lead.start : lead.end]
            value = int(first[2:], 16) if len(first) == 4 else first[0]
            text = charsets.decoded(bytes([value, byte]), codec)
            self._add(Piece(text, lead.start, token.end))
        elif charsets.is_first_of_two(byte, codec):
            self._lead_byte = token
        elif byte < 0x20 or byte == 0x7F:
            self._control(byte)
        else:
            self._add(Piece(charsets.decoded(bytes([byte]), codec), token.start, token.end))

    def _control(self, byte: int) -> None:
        self._end_run()
        if byte in (0x0A, 0x0D):
            self._end_paragraph("\n")
        elif byte == 0x09:
            self._break("\t")
        elif self._group.destination.role is not Role.CODES:
            raise BinaryInput("the file holds control characters: save it anew")

    def _symbol(self, token: Token) -> None:
        name = token.name
        if name in "\r\n":
            self._end_run()
            self._end_paragraph("\n")
        elif name == "\t":
            self._break("\t")
        elif name in ("*", "-"):
            self._end_run()
        elif self._skips(token, _SYMBOLS.get(name, name).encode("cp1252", "replace")):
            return
        elif name == ":" or name == "|":
            self._break(" ")
        elif not name.isascii() or ord(name) < 0x20:
            raise MalformedRecord(f"byte {token.start}: an unknown command: save the file anew")
        else:
            self._add(Piece(_SYMBOLS.get(name, name), token.start, token.end))

    def _unicode(self, token: Token) -> None:
        """A character by its number, with what stands for it in older programs."""
        if self._skip:
            raise _unclear_fallback()
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
            self._add(Piece(chr(code), token.start, token.end))
        self._skip = self._group.fallback
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
                f"{self._group.flow.where}: older programs show other letters here than new ones: "
                "open the file and save it anew"
            )

    def _binary(self, token: Token) -> None:
        if self._group.destination.role is Role.REMOVED:
            return
        if self._group.destination.role is not Role.PICTURE:
            raise UnsupportedFormat(
                f"{self._group.flow.where}: holds binary data, which cannot be examined: take it "
                "out, or open the file and save it anew"
            )
        picture = self._pictures[self._group.begins]
        if picture.start >= 0:
            raise _unusual_picture()
        picture.is_binary = True
        before = self._content.rindex(b"\\bin", 0, token.start)
        picture.start, picture.end = before, token.end
        picture.data = self._content[token.start : token.end]

    def _datum(self, token: Token) -> None:
        if self._group.destination.role is Role.REMOVED or token.kind is Kind.TAB:
            return
        if token.kind is not Kind.TEXT:
            if self._is_optional:
                return
            raise _unusual_picture()
        raw = self._content[token.start : token.end]
        if self._group.begins < 0:
            if raw.strip():
                raise _unusual_picture()
            return
        data = self._data.setdefault(self._group.begins, _Data())
        data.raw.append(raw)
        data.start = token.start if data.start < 0 else data.start
        data.end = token.end

    def _picture(self, data: _Data, picture: Picture) -> None:
        tight = b"".join(b"".join(data.raw).split())
        if tight:
            between = self._content[data.start : data.end]
            if picture.start >= 0 or b"\\" in between or b"{" in between:
                raise _unusual_picture()
            try:
                picture.data = bytes.fromhex(tight.decode("ascii"))
            except ValueError:
                raise _unusual_picture() from None
            picture.start, picture.end = data.start, data.end
        if picture.data:
            self._found.pictures.append(picture)

    def _time(self, data: _Data, closed: _Group) -> None:
        values = {name: number for name, number, _, _ in data.words}
        if not any(values.values()):
            return
        text = shown(tuple(values.get(name, 0) for name in TIME_WORDS))
        names = tuple(name for name, *_ in data.words)
        ranges = [(start, end) for *_, start, end in data.words]
        place = BesidePlace(Beside.TIME, text, closed.destination.place, ranges, names)
        self._found.beside.append(place)

    def _packed_time(self, data: _Data, closed: _Group) -> None:
        try:
            number = int(b"".join(data.raw) or b"0")
        except ValueError:
            raise MalformedRecord(f"{closed.destination.place}: it is none") from None
        if number:
            ranges = [(data.start, data.end)]
            where = closed.destination.place
            text = shown(unpacked(number))
            place = BesidePlace(Beside.PACKED_TIME, text, where, ranges, TIME_WORDS[:-1])
            self._found.beside.append(place)

    def _codec_here(self) -> str:
        return self._fonts.get(self._group.font, "") or self._codec

    def _add(self, piece: Piece) -> None:
        group = self._group
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
            )
            self._found.runs.append(self._run)
        self._run.pieces.append(piece)
        if (
            group.destination.place == "property of a shape"
            and group.destination is not SHAPE_VALUE
        ):
            self._shape_name += piece.text

    def _add_rows(self, piece: Piece) -> None:
        """Add the entries of a list that semicolons part."""
        at = piece.start
        for number, text in enumerate(piece.text.split(";")):
            if number:
                self._end_row()
            if text:
                self._add(Piece(text, at, at + len(text), is_plain=True))
            at += len(text) + 1

    def _end_row(self) -> None:
        self._end_run()
        self._group.flow.paragraph += 1

    def _end_run(self) -> None:
        if self._skip:
            self._check_fallback()
        self._run = None

    def _end_paragraph(self, lead: str) -> None:
        self._end_run()
        flow, layer = self._group.flow, self._group.layer
        if layer is Layer.SHOWN:
            flow.paragraph += 1
            flow.lead = lead
        else:
            flow.breaks.append((layer, "\n"))

    def _break(self, between: str) -> None:
        self._end_run()
        self._group.flow.breaks.append((self._group.layer, between))


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


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_plain_data(destination: Destination, raw: bytes) -> bool:
    try:
        text = bytes.fromhex("".join(raw.decode("ascii").split())).decode("utf-8")
    except ValueError:
        return False
    return destination.harmless is not None and is_harmless(destination, text)


def _cut_character() -> EncodingError:
    return EncodingError("a character of two bytes is cut: open the file and save it anew")


def _unclear_fallback() -> MalformedRecord:
    return MalformedRecord(
        "programs read a character of this file in different ways: open the file and save it anew"
    )


def _unusual_picture() -> UnsupportedFormat:
    return UnsupportedFormat(
        "a picture is written in an unusual way, so it cannot be examined: open the file and save "
        "it anew"
    )
