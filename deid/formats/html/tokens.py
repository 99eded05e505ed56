"""The tokens of a page: every character of it belongs to one (pure).

Only what all programs read alike is read: a tag without its end, a comment that a browser ends
elsewhere, markup where text alone may stand, are refused (HTML Living Standard, 13.2.2, lists how
such errors are mended, and not every program mends them so). A name that HTML does not know is
refused, too: it could say anything, and cannot be replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats.html.names import ELEMENTS, PLAIN, RAW, is_attribute


class Kind(StrEnum):
    """What a token is."""

    TEXT = "text"
    RAW = "script or style"
    SECTION = "section of characters"
    COMMENT = "comment"
    INSTRUCTION = "instruction"
    DECLARATION = "declaration"
    START = "beginning of an element"
    END = "end of an element"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag.

    Attributes:
        name: in lower case.
        start: offset of the first character of its value, behind the quotation mark.
        end: offset behind the last one; where there is no value, both lie behind the name.
        is_quoted: whether the value stands in quotation marks.
    """

    name: str = field(repr=False)
    start: int
    end: int
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a page.

    Attributes:
        kind: what it is.
        start: offset of the first character of what it holds, for a tag of the tag.
        end: offset behind the last one.
        name: of the element, for a tag, and for the text in an element that holds nothing else.
        attributes: of a tag.
    """

    kind: Kind
    start: int
    end: int
    name: str = ""
    attributes: tuple[Attribute, ...] = field(default=(), repr=False)


_NAME: Final = r"[A-Za-z][A-Za-z0-9]*(?:[:-][A-Za-z0-9-]+)?"
_GAP: Final = r"[ \t\n\r\f]"  # no other blank parts what stands in a tag
_TEXT: Final = re.compile(r"(?:[^<]|<(?![A-Za-z/!?]))[^<]*(?:<(?![A-Za-z/!?])[^<]*)*")
_START: Final = re.compile(rf"<({_NAME})(?={_GAP}|[/>])")
_END: Final = re.compile(rf"</({_NAME}){_GAP}*>")
_ATTRIBUTE: Final = re.compile(
    rf"{_GAP}+(?P<name>[A-Za-z_][A-Za-z0-9_.:-]*)"
    rf"(?:{_GAP}*={_GAP}*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<bare>[^ \t\n\r\f\"'<>=`][^ \t\n\r\f\"'<>`]*)|(?=>)))?"
    rf"(?={_GAP}|[/>])"
)
_CLOSE: Final = re.compile(rf"{_GAP}*/?>")
_DECLARATION: Final = re.compile(rf"<!(DOCTYPE{_GAP}[^<>\[\]]*)>", re.IGNORECASE)
_SECTION: Final = re.compile(r"<!\[CDATA\[([^<>]*)\]\]>")
_CONDITION: Final = re.compile(r"<!(\[(?:if\s[^<>\[\]]*|endif)\])>", re.IGNORECASE)
_INSTRUCTION: Final = re.compile(r"<\?([^<>]*)>")
_MARKUP: Final = re.compile(r"<[A-Za-z/!?]")


def tokens_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens of a page, or of a range of it.

    Raises:
        MalformedRecord: it cannot be read with certainty.
        UnsupportedFormat: it holds an element or attribute that HTML does not know.
    """
    stop = len(text) if end is None else end
    at = start
    while at < stop:
        for token, behind in _next(text, at, stop):
            yield token
            at = behind


def _next(text: str, at: int, stop: int) -> Iterator[tuple[Token, int]]:
    """The token that begins there, with where it ends, and what belongs to it."""
    if found := _TEXT.match(text, at, stop):
        yield Token(Kind.TEXT, at, found.end()), found.end()
    elif text.startswith("<!--", at):
        yield _comment(text, at, stop)
    elif found := _END.match(text, at, stop):
        yield Token(Kind.END, at, found.end(), _element(text, at, found.group(1))), found.end()
    elif found := _START.match(text, at, stop):
        tag, behind = _tag(text, at, stop, found)
        yield tag, behind
        if tag.name in RAW or tag.name in PLAIN:
            yield _content(text, behind, stop, tag.name)
    else:
        yield _other(text, at, stop)


def _comment(text: str, at: int, stop: int) -> tuple[Token, int]:
    start = at + len("<!--")
    end = text.find("-->", start, stop)
    if end < 0 or text.startswith((">", "->"), start) or "--!>" in text[start : end + 3]:
        raise _uncertain(text, at, "a comment that does not end, or not as comments do")
    return Token(Kind.COMMENT, start, end), end + len("-->")


def _tag(text: str, at: int, stop: int, found: re.Match[str]) -> tuple[Token, int]:
    name = _element(text, at, found.group(1))
    attributes: list[Attribute] = []
    behind = found.end()
    while one := _ATTRIBUTE.match(text, behind, stop):
        called = one.group("name").lower()
        if not is_attribute(called):
            raise _unknown(text, at)
        group = next((g for g in ("double", "single", "bare") if one.group(g) is not None), "name")
        first, last = one.span(group) if group != "name" else (one.end(), one.end())
        attributes.append(Attribute(called, first, last, group in ("double", "single")))
        behind = one.end()
    closed = _CLOSE.match(text, behind, stop)
    if closed is None:
        raise _uncertain(text, at, "a tag that does not end, or is not written as tags are")
    if text[closed.end() - 2] == "/" and (name in RAW or name in PLAIN):
        raise _uncertain(text, at, "an element without an end tag that wants one")
    return Token(Kind.START, at, closed.end(), name, tuple(attributes)), closed.end()


def _content(text: str, at: int, stop: int, name: str) -> tuple[Token, int]:
    """The text of an element that holds no markup, up to its end tag."""
    found = re.compile(rf"</{name}{_GAP}*>", re.IGNORECASE).search(text, at, stop)
    if found is None:
        raise _uncertain(text, at, "an element whose end tag is missing")
    inner = text[at : found.start()]
    if name in PLAIN and _MARKUP.search(inner):
        raise _uncertain(text, at, "markup where text alone may stand")
    if name in RAW and re.search(rf"</?{name}\b|--!>", inner, re.IGNORECASE):
        raise _uncertain(text, at, "a script or style that holds tags of scripts or styles")
    kind = Kind.RAW if name in RAW else Kind.TEXT
    return Token(kind, at, found.start(), name), found.start()


def _other(text: str, at: int, stop: int) -> tuple[Token, int]:
    for kind, pattern in (
        (Kind.DECLARATION, _DECLARATION),
        (Kind.SECTION, _SECTION),
        (Kind.DECLARATION, _CONDITION),
        (Kind.INSTRUCTION, _INSTRUCTION),
    ):
        if found := pattern.match(text, at, stop):
            return Token(kind, *found.span(1)), found.end()
    raise _uncertain(text, at, "markup that is not written as HTML is")


def _element(text: str, at: int, written: str) -> str:
    name = written.lower()
    if name not in ELEMENTS:
        raise _unknown(text, at)
    return name


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _uncertain(text: str, at: int, what: str) -> MalformedRecord:
    return MalformedRecord(
        f"line {_line(text, at)}: {what}; programs read such a page in different ways: save it "
        "anew from a browser or from Word"
    )


def _unknown(text: str, at: int) -> UnsupportedFormat:
    return UnsupportedFormat(
        f"line {_line(text, at)}: an element or attribute that is none of HTML, or may hold a "
        "file: its name could say anything, so take it out, or save the page as plain text"
    )
