"""RTF as a person reads it: runs of text by flow, and what else it holds (pure; RTF 1.9.1)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from deid.errors import EncodingError, MalformedRecord, UnsupportedFormat
from deid.formats.rtf import charsets
from deid.formats.rtf.data import DataGroups
from deid.formats.rtf.destinations import (
    SHAPE_VALUE,
    Destination,
    Role,
    destination_of,
    holds_words,
)
from deid.formats.rtf.places import (
    Beside,
    BesidePlace,
    Flow,
    Picture,
    Piece,
    Reading,
)
from deid.formats.rtf.texts import BODY, Group, Texts, cut_character, unclear_fallback
from deid.formats.rtf.times import TIME_WORDS, shown, unpacked
from deid.formats.rtf.tokens import Kind, Token, tokens_of
from deid.formats.rtf.words import is_known

_BEGIN: Final = re.compile(rb"\{\\rtf(?![A-Za-z])")
MAX_DEPTH: Final = 500
"""How deep groups may lie in each other."""

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
_DATA: Final = frozenset({Role.PICTURE, Role.REMOVED, Role.PACKED_TIME})


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
        self._texts = Texts(content, self._found.runs)
        self._data = DataGroups(content, self._found)
        self._stack: list[Group] = []
        self._default_font = -1
        self._is_optional = False
        self._words: dict[tuple[Beside, str], BesidePlace] = {}
        self._numbers = Counter[str]()

    def read(self) -> Reading:
        """All that the file holds."""
        if not _BEGIN.match(self._content):
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
        if self._texts.lead_byte is not None and token.kind not in (
            Kind.BYTE,
            Kind.TEXT,
            Kind.LINE,
        ):
            raise cut_character()
        was_optional = self._is_optional
        is_star = token.kind is Kind.SYMBOL and token.name == "*"
        self._is_optional = is_star or (was_optional and token.kind is Kind.LINE)
        match token.kind:
            case Kind.OPEN:
                self._open(token)
            case Kind.CLOSE:
                self._close(token)
            case Kind.WORD:
                self._word(token, is_optional=was_optional)
            case Kind.LINE:
                pass
            case Kind.BINARY:
                self._data.binary(token, self._texts.group)
            case _ if self._texts.group.destination.role in _DATA:
                self._data.datum(token, self._texts.group, is_optional=self._is_optional)
            case Kind.TEXT:
                self._texts.text(token)
            case Kind.BYTE:
                self._texts.byte(token, int(token.name, 16))
            case Kind.TAB:
                self._texts.tab(token)
            case Kind.SYMBOL:
                self._texts.symbol(token)

    def _open(self, token: Token) -> None:
        self._texts.end_run()
        if len(self._stack) >= MAX_DEPTH:
            raise MalformedRecord(f"groups lie more than {MAX_DEPTH} deep in each other")
        self._stack.append(self._texts.group)
        self._texts.group = replace(self._texts.group, opened=token.end, begins=-1)

    def _close(self, token: Token) -> None:
        self._texts.end_run()
        if not self._stack:
            raise MalformedRecord("a group is closed that was not opened: save the file anew")
        closed, self._texts.group = self._texts.group, self._stack.pop()
        if closed.begins >= 0:
            self._data.finish(closed, token.start)
        elif closed.destination.place == "variable":
            closed.flow.paragraph += 1

    def _word(self, token: Token, *, is_optional: bool) -> None:
        name, number = token.name, token.number
        destination = destination_of(name, is_optional=is_optional)
        if is_optional and self._texts.group.destination.role is Role.TABLE and is_known(name):
            destination = None
        if name in _CHARACTERS and destination is None:
            if self._texts.is_skipping:
                raise unclear_fallback()
            self._texts.add(Piece(_CHARACTERS[name], token.start, token.end))
            return
        if name == "u" and destination is None:
            self._texts.unicode(token)
            return
        self._texts.end_run()
        if destination is not None:
            self._enter(destination, token)
        elif name in _PARAGRAPHS or name in _CELLS:
            self._texts.end_paragraph("\t" if name in _CELLS else "\n")
        elif name in _BREAKS:
            self._texts.part(_BREAKS[name])
        elif not self._setting(name, number):
            self._other_word(token)
        self._note(token, is_known_destination=destination is not None)

    def _note(self, token: Token, *, is_known_destination: bool) -> None:
        """Look at a word for what it says besides: kinds of pictures, times, long numbers."""
        name, number = token.name, token.number
        digits = self._digits(token)
        begins = self._texts.group.begins
        if begins in self._data.pictures and name in _KINDS:
            self._data.pictures[begins].suffix = _KINDS[name]
        if (
            self._texts.group.destination.role is Role.TIME
            and name in TIME_WORDS
            and number is not None
        ):
            self._data.add_number(self._texts.group, name, number, digits)
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
        return self._texts.group.destination.place == "other data"

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
            if name == "upr" and self._texts.group.is_older:
                raise MalformedRecord("a text for older programs lies in another: save it anew")
            self._texts.group = replace(self._texts.group, is_older=name == "upr")
            return
        if name == "nonshppict":
            self._texts.group = replace(self._texts.group, is_older=True)
            return
        if destination.role is Role.FLOW:
            return
        begins = token.end
        self._texts.group = replace(self._texts.group, destination=destination, begins=begins)
        if destination.role is Role.PICTURE:
            is_fallback = self._texts.group.is_older
            self._data.pictures[begins] = Picture(is_fallback=is_fallback)
        elif destination.role not in _DATA:
            self._numbers[destination.place] += 1
            where = f"{destination.place} {self._numbers[destination.place]}"
            lead = destination.lead if destination.lead == ": " else "\n" + destination.lead
            flow = Flow(destination, where, lead=lead)
            if destination is SHAPE_VALUE:
                flow.is_number = not holds_words(self._texts.shape_name.strip())
            if name == "sn":
                self._texts.shape_name = ""
            self._texts.group = replace(
                self._texts.group,
                flow=flow,
                is_deleted=False,
                is_hidden=False,
                is_new=False,
                font=self._default_font,
            )

    def _setting(self, name: str, number: int | None) -> bool:
        """Take a word that changes how what follows is read; False for any other."""
        match name:
            case "f":
                self._texts.group = replace(self._texts.group, font=number or 0)
            case "plain":
                font = self._default_font
                self._texts.group = replace(
                    self._texts.group, font=font, is_deleted=False, is_hidden=False, is_new=False
                )
            case "uc":
                self._texts.group = replace(
                    self._texts.group, fallback=max(0, 1 if number is None else number)
                )
            case "v":
                self._texts.group = replace(self._texts.group, is_hidden=number != 0)
            case "deleted":
                self._texts.group = replace(self._texts.group, is_deleted=number != 0)
            case "revised":
                self._texts.group = replace(self._texts.group, is_new=number != 0)
            case "deff":
                self._default_font = number or 0
                if self._texts.group.font < 0:
                    self._texts.group = replace(self._texts.group, font=self._default_font)
            case "ansicpg":
                self._texts.codec = (
                    charsets.of_number(number or 1252) if number else self._texts.codec
                )
            case "ansi" | "mac" | "pc" | "pca":
                self._texts.codec = charsets.BASE[name]
            case "fcharset":
                self._texts.fonts.setdefault(self._texts.group.font, charsets.of_font(number or 0))
            case "cpg":
                self._texts.fonts[self._texts.group.font] = charsets.of_number(number or 1252)
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
        if self._texts.group.flow.destination is not BODY:
            self._texts.part("\n")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
