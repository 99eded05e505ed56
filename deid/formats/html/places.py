"""The places of a page that hold characters, in the order in which they are read (pure)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from deid.errors import InputError, MalformedRecord, UnsupportedFormat
from deid.formats.encoded import refuse_encoded
from deid.formats.html.names import CELLS, INLINE, KEEPING_BLANKS
from deid.formats.html.open_places import (
    is_known_declaration,
    is_open_attribute,
    is_plain_style,
    label_of_attribute,
    label_of_meta,
    label_of_text,
)
from deid.formats.html.references import value_of
from deid.formats.html.tokens import Attribute, Kind, Token, tokens_of
from deid.labels import Label

_BESIDE: Final = frozenset(
    ["img", "input", "button", "select", "option", "label", "meter", "progress"]
)
_KEEPS_BLANKS: Final = re.compile(r"white-space\s*:\s*(?:pre|break)|<link\b", re.IGNORECASE)
_IF: Final = re.compile(r"(\[if\s[^<>\[\]]*\])>", re.IGNORECASE)
_ENDIF: Final = re.compile(r"<!\[endif\]\Z", re.IGNORECASE)
_AROUND: Final = re.compile(r"(\[if\s[^<>\[\]]*\])><!(?:-*)|<!(\[endif\])", re.IGNORECASE)
_LIKE_TAGS: Final = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9]*)?[^<>]*>?")
_CODES: Final = re.compile(r"\\(?:u\{?0*([0-9A-Fa-f]{1,6})|x([0-9A-Fa-f]{2})|([0-9A-Fa-f]{1,6}))")

# Characters that a style or a script writes by four digits; letters are refused before.
_SIGNS: Final = re.compile(r"\\u?(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{4}(?![0-9A-Fa-f])")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that holds characters.

    Attributes:
        kind: of the token; the beginning of an element for an attribute.
        start: offset in the text of the page.
        end: offset behind it.
        value: what it reads.
        is_quoted: for an attribute, whether it stands in quotation marks.
        collapses: whether blanks in a row count as one.
    """

    kind: Kind
    start: int
    end: int
    value: str = field(repr=False)
    is_quoted: bool = False
    collapses: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A place that is a part of the note.

    Attributes:
        number: of the place.
        where: it is, in plain words.
        lead: what stands before it.
        goes_on: whether it goes on where the one before ends.
        label: what it is known to hold.
    """

    number: int
    where: str
    lead: str
    goes_on: bool = False
    label: Label | None = None


@dataclass(slots=True)
class Page:
    """What a page holds.

    Attributes:
        text: all of it.
        places: in the order in which they were found.
        texts: those that are read first, one behind the other.
        others: those that follow.
        frame: the tags and the rest of the markup, without what it says.
    """

    text: str = field(repr=False)
    places: list[Place] = field(default_factory=list)
    texts: list[Shown] = field(default_factory=list)
    others: list[Shown] = field(default_factory=list)
    frame: list[tuple[str, ...]] = field(default_factory=list)


def page_of(text: str, *, is_written: bool = False) -> Page:
    """The places of a page.

    Args:
        text: all of it.
        is_written: whether it was written here; then a stand-in may look like something in code.

    Raises:
        InputError: it cannot be read with certainty, or holds what cannot be examined.
    """
    reading = _Reading(text, is_written=is_written)
    page = reading.page
    reading.take(tokens_of(text), page.texts)
    for place in page.places if not is_written else ():
        refuse_encoded(place.value, place=reading.where(place.kind, place.start))
    return page


class _Reading:
    """A page that is being read."""

    def __init__(self, text: str, *, is_written: bool) -> None:
        self.page = Page(text)
        self._is_written = is_written
        self._lines = [found.start() for found in re.finditer("\n", text)]
        self._keeps_blanks = _KEEPS_BLANKS.search(text) is not None

    def where(self, kind: Kind, at: int) -> str:
        """A place in plain words."""
        what = "attribute" if kind is Kind.START else kind
        return f"{what} in line {bisect_left(self._lines, at) + 1}"

    def take(self, tokens: Iterable[Token], texts: list[Shown]) -> None:
        """Add the places of tokens, their texts to a list of their own."""
        between: set[str] = {"page"}
        kept = 0
        last = ""
        for token in tokens:
            if token.kind in (Kind.TEXT, Kind.SECTION):
                shown = self._text(token, between, keeps=kept > 0, element=last)
                if shown is not None:
                    texts.append(shown)
                    between.clear()
                continue
            if token.kind in (Kind.START, Kind.END):
                step = 1 if token.kind is Kind.START else -1
                kept = max(0, kept + step * (token.name in KEEPING_BLANKS))
                between |= {token.name} - INLINE
                names = (one.name for one in token.attributes)
                self.page.frame.append((token.kind, token.name, *names))
                self._attributes(token)
            else:
                self._other(token)
            last = token.name if token.kind is Kind.START else ""

    def _text(self, token: Token, between: set[str], *, keeps: bool, element: str) -> Shown | None:
        """A text; None for blanks between blocks, which nobody sees."""
        collapses = token.kind is Kind.TEXT and not (keeps or self._keeps_blanks)
        raw = self.page.text[token.start : token.end]
        if not raw or (between and not raw.strip()):
            return None
        value = raw
        if token.kind is Kind.TEXT:
            value = self._read(token.start, raw, collapses=collapses)
        number = self._add(Place(token.kind, token.start, token.end, value, collapses=collapses))
        lead = _lead(between)
        where = self.where(token.kind, token.start)
        return Shown(number, where, lead, not between, label_of_text(element))

    def _attributes(self, token: Token) -> None:
        values = [self._value(one) for one in token.attributes]
        said = next(
            (v for one, v in zip(token.attributes, values, strict=True) if one.name == "name"), ""
        )
        for one, value in zip(token.attributes, values, strict=True):
            is_meta = token.name == "meta" and one.name == "content"
            place = Place(Kind.START, one.start, one.end, value, one.is_quoted)
            if one.name == "style" or one.name.startswith("on") or "script:" in value.lower():
                self._refuse_codes(place)
            label = label_of_meta(said) if is_meta else label_of_attribute(one.name)
            self._say(place, is_open=is_open_attribute(one.name, value), label=label)

    def _other(self, token: Token) -> None:
        start, end = token.start, token.end
        value = self.page.text[start:end]
        place = Place(token.kind, start, end, value)
        if token.kind is Kind.COMMENT and "<" in value and self._commented(start, end):
            return
        self.page.frame.append((token.kind,))
        match token.kind:
            case Kind.RAW:
                self._refuse_codes(place)
                self._raw(place)
            case Kind.COMMENT if found := _AROUND.fullmatch(value):
                self._say(place, is_open=not is_known_declaration(found[1] or found[2]))
            case Kind.COMMENT if "<" in value:
                self._torn(place)
            case Kind.DECLARATION if not is_known_declaration(value):
                raise UnsupportedFormat(
                    f"{self.where(place.kind, start)}: a declaration that is none of HTML, whose "
                    "words could say anything: take it out"
                )
            case Kind.DECLARATION | Kind.INSTRUCTION:
                self._say(place, is_open=not is_known_declaration(value))
            case _:
                self._say(place, is_open=True)

    def _raw(self, place: Place) -> None:
        """A script or a style; characters by their numbers, which are no letters, stay in it."""
        is_open = not is_plain_style(place.value)
        at, goes_on = 0, False
        for found in (*_SIGNS.finditer(place.value), None):
            stop = found.start() if found else len(place.value)
            start = place.start + at
            piece = Place(place.kind, start, place.start + stop, place.value[at:stop])
            before = len(self.page.others)
            self._say(piece, is_open=is_open, goes_on=goes_on)
            goes_on = goes_on or len(self.page.others) > before
            at = found.end() if found else stop

    def _commented(self, start: int, end: int) -> bool:
        """Add what stands in a comment as the markup that it is; False where it is none."""
        text = self.page.text
        first = _IF.match(text, start, end)
        if first is not None and is_known_declaration(first.group(1)):
            start = first.end()
            last = _ENDIF.search(text[start:end])
            end = start + last.start() if last else end
        page = self.page
        before = len(page.places), len(page.others), len(page.frame)
        texts: list[Shown] = []
        page.frame.append(("comment of markup",))
        try:
            self.take(tokens_of(text, start, end), texts)
        except InputError:
            del page.places[before[0] :], page.others[before[1] :], page.frame[before[2] :]
            return False
        page.others[before[1] : before[1]] = texts
        return True

    def _torn(self, place: Place) -> None:
        """A comment of markup that may be read in different ways: its texts, then its tags."""
        at, goes_on = 0, False
        tags: list[Place] = []
        for found in (*_LIKE_TAGS.finditer(place.value), None):
            start, stop = place.start + at, found.start() if found else len(place.value)
            text = Place(place.kind, start, place.start + stop, place.value[at:stop])
            before = len(self.page.others)
            self._say(text, is_open=True, goes_on=goes_on)
            goes_on = goes_on or len(self.page.others) > before
            if found:
                goes_on = goes_on and (found["name"] or "").lower() in INLINE
                span = (place.start + found.start(), place.start + found.end())
                tags.append(Place(place.kind, *span, found.group()))
                at = found.end()
        for tag in tags:
            self._say(tag, is_open=True)

    def _say(
        self, place: Place, *, is_open: bool, label: Label | None = None, goes_on: bool = False
    ) -> None:
        number = self._add(place)
        if is_open and (place.value.strip() or goes_on):
            where = self.where(place.kind, place.start)
            lead = "" if goes_on else "\n"
            self.page.others.append(Shown(number, where, lead, goes_on, label))

    def _add(self, place: Place) -> int:
        self.page.places.append(place)
        return len(self.page.places) - 1

    def _value(self, one: Attribute) -> str:
        return self._read(one.start, self.page.text[one.start : one.end], is_attribute=True)

    def _read(
        self, at: int, raw: str, *, is_attribute: bool = False, collapses: bool = False
    ) -> str:
        try:
            return value_of(raw, is_attribute=is_attribute, collapses=collapses)
        except MalformedRecord as error:
            where = self.where(Kind.START if is_attribute else Kind.TEXT, at)
            raise MalformedRecord(f"{where}: {error}") from None

    def _refuse_codes(self, place: Place) -> None:
        """Refuse letters and digits that a script or a style writes by their numbers."""
        for found in _CODES.finditer(place.value) if not self._is_written else ():
            code = int(next(group for group in found.groups() if group), 16)
            if code <= 0x10FFFF and chr(code).isalnum():
                where = self.where(place.kind, place.start)
                raise UnsupportedFormat(
                    f"{where}: letters or digits are written by their numbers there, which cannot "
                    "be examined: take it out"
                )


def _lead(between: set[str]) -> str:
    if not between:
        return ""
    if between <= CELLS:
        return "\t"
    return " " if between <= _BESIDE else "\n"
