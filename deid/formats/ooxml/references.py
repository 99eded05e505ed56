"""What formulas call sheets, ranges, tables and their columns (pure).

ISO/IEC 29500-1, 18.17.2: a sheet stands before an exclamation mark, between apostrophes where it
is no plain word, two of them for all between them; columns of tables stand in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")"""
    r"""|(?P<quoted>'(?:[^']|'')+'!)"""
    r"""|(?P<plain>(?:\[\d+\])?[\w.\\?]+(?::[\w.\\?]+)?!)"""
    r"""|(?P<columns>(?:(?P<table>[^\W\d][\w.\\?]*)\[|\[(?!\d+\]))"""
    r"""(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])"""
    r"""|(?P<word>[^\W\d][\w.\\?]*(?![\w.\\?(\[!]))"""
    r"""|[\w.\\?]+|.""",
    re.DOTALL,
)
_IN_TEXT: Final = re.compile(r"""#?((?:'(?P<quoted>(?:[^'"]|'')+)'|(?P<plain>[\w.]+))!)""")
_BOOK: Final = re.compile(r"\[\d+\]")
_ITEM: Final = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_CHARTED: Final = re.compile(r"'?\[[^\]]*\](.+?)'?!(.+)", re.DOTALL)
_ESCAPED: Final = re.compile(r"'(.)", re.DOTALL)
_TO_ESCAPE: Final = re.compile(r"[\[\]#'@]")


class NameKind(Enum):
    """What a name in a workbook is of."""

    SHEET = "sheet"
    RANGE = "range"
    """A range that has a name, or a table."""
    COLUMN = "column"
    PIVOT = "pivot table"


class Style(Enum):
    """How a name is written where something is called by it."""

    BARE = "bare"
    SHEET = "sheet"
    IN_TEXT = "in a text"
    COLUMN = "column"


Key = tuple[NameKind, str]
"""A name in a workbook, whose case says nothing; that of a column has its table before it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A range of a text that calls something by its name.

    Attributes:
        start: offset of its first character.
        end: offset behind its last one.
        keys: what it calls: one name, or the first and last of several sheets.
        names: the same, as they are written there.
        style: how a new name is written.
        book: number of another workbook that the sheets are of, in brackets.
    """

    start: int
    end: int
    keys: tuple[Key, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    style: Style
    book: str = ""

    def written(self, new: Mapping[Key, str]) -> str | None:
        """The text with new names; None: none of them is new."""
        if not any(key in new for key in self.keys):
            return None
        pairs = zip(self.keys, self.names, strict=True)
        text = ":".join(new.get(key, name) for key, name in pairs)
        match self.style:
            case Style.BARE:
                return text
            case Style.COLUMN:
                return _TO_ESCAPE.sub(lambda hit: "'" + hit.group(), text)
            case Style.SHEET:
                return "'" + self.book + text.replace("'", "''") + "'!"
            case Style.IN_TEXT:
                return "'" + text.replace("'", "''").replace('"', '""') + "'!"


def key_of(kind: NameKind, name: str, *, table: str = "") -> Key:
    """A name as references are compared.

    Args:
        kind: what it is of.
        name: the name.
        table: the table of a column, or the number of another workbook, in brackets, of a sheet.
    """
    return kind, f"{table.casefold()}\n{name.casefold()}" if table else name.casefold()


def references(
    formula: str, is_name: Callable[[Key], bool], *, table: str = ""
) -> Iterator[Reference]:
    """What a formula calls by names of its workbook, in its order.

    Args:
        formula: the formula, or a place that is written like one.
        is_name: whether the workbook has such a name.
        table: that the formula stands in, whose columns it may call by themselves.
    """
    for hit in _TOKEN.finditer(formula):
        text, start = hit.group(), hit.start()
        match hit.lastgroup:
            case "text":
                yield from _in_text(text, start, is_name)
            case "quoted":
                yield from _sheets(text[1:-2].replace("''", "'"), start, hit.end(), is_name)
            case "plain":
                yield from _plain_sheets(text[:-1], start, is_name)
            case "columns":
                yield from _columns(hit, is_name, table)
            case "word":
                yield from _bare(text, start, is_name)
            case _:
                pass


def charted(text: str, is_name: Callable[[Key], bool]) -> Iterator[Reference]:
    """What a chart calls the pivot table that it shows: workbook, sheet and table (21.2.2.113)."""
    found = _CHARTED.fullmatch(text)
    for group, kind in ((1, NameKind.SHEET), (2, NameKind.PIVOT)) if found else ():
        key = key_of(kind, found[group]) if found else None
        if found and key and is_name(key):
            yield Reference(*found.span(group), (key,), (found[group],), Style.BARE)


def _bare(name: str, start: int, is_name: Callable[[Key], bool]) -> Iterator[Reference]:
    key = key_of(NameKind.RANGE, name)
    if is_name(key):
        yield Reference(start, start + len(name), (key,), (name,), Style.BARE)


def _sheets(
    inner: str, start: int, end: int, is_name: Callable[[Key], bool]
) -> Iterator[Reference]:
    found = _BOOK.match(inner)
    book = found.group() if found else ""
    names = tuple(inner[len(book) :].split(":"))
    keys = tuple(key_of(NameKind.SHEET, name, table=book) for name in names)
    if all(map(is_name, keys)):
        yield Reference(start, end, keys, names, Style.SHEET, book)


def _plain_sheets(inner: str, start: int, is_name: Callable[[Key], bool]) -> Iterator[Reference]:
    """Of `A1:Data!B2` only what is behind the colon is a sheet."""
    end = start + len(inner) + 1
    found = list(_sheets(inner, start, end, is_name))
    last = inner.rpartition(":")[2]
    yield from found or _sheets(last, end - len(last) - 1, end, is_name)


def _in_text(text: str, start: int, is_name: Callable[[Key], bool]) -> Iterator[Reference]:
    found = _IN_TEXT.match(text, 1)
    if found is None:
        return
    name = found["plain"] or found["quoted"].replace("''", "'")
    key = key_of(NameKind.SHEET, name)
    if is_name(key):
        at = start + found.start(1)
        yield Reference(at, start + found.end(), (key,), (name,), Style.IN_TEXT)


def _columns(hit: re.Match[str], is_name: Callable[[Key], bool], table: str) -> Iterator[Reference]:
    called = hit["table"] or ""
    yield from _bare(called, hit.start(), is_name)
    inner = hit.start() + len(called) + 1
    items = [(one.start(1), one.end(1)) for one in _ITEM.finditer(hit.string, inner, hit.end() - 1)]
    for start, end in items or [(inner, hit.end() - 1)]:
        at = start + hit.string.startswith("@", start)
        name = _ESCAPED.sub(r"\1", hit.string[at:end])
        key = key_of(NameKind.COLUMN, name, table=called or table)
        if is_name(key):
            yield Reference(at, end, (key,), (name,), Style.COLUMN)
