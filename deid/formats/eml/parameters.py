"""Fields with parameters: Content-Type, Content-Disposition (pure; RFC 2045, 5.1; RFC 2231)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from deid.errors import EncodingError, MalformedRecord
from deid.formats.eml.words import CONTROLS, codec_of, coded, decoded_words, header_text

_BLANK: Final = rb"(?:[ \t]|\r?\n(?=[ \t]))*"
_TOKEN: Final = rb"[^\x00-\x20()<>@,;:\\\"/\[\]?=\x7f]+"
_KIND: Final = re.compile(_BLANK + rb"(" + _TOKEN + rb"(?:/" + _TOKEN + rb")?)" + _BLANK)
_PARAMETER: Final = re.compile(
    rb";" + _BLANK + rb"(?:(" + _TOKEN + rb")" + _BLANK + rb"=" + _BLANK
    + rb"(?:\"((?:[^\"\\]|\\[\s\S])*)\""
    + rb"|([^\s;\"]+(?:(?:[ \t]+[^\s;=\"]+)+(?=[ \t]*(?:;|\r?\n|\Z)))?))"
    + _BLANK + rb")?"
)  # fmt: skip
_NAME: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_ESCAPE: Final = re.compile(r"\\([\s\S])")
_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")
_LANGUAGE: Final = re.compile(r"(?:[A-Za-z]{2}(?:-[A-Za-z]{2})?)?")
_SAID_TWICE: Final = frozenset({"name", "filename"})


class Said(StrEnum):
    """How a parameter is said."""

    ONCE = "once"
    PLAIN = "plain"
    """For programs that do not know RFC 2231, beside the extended one (RFC 6266, appendix D)."""
    EXTENDED = "extended"
    """As RFC 2231 has it, beside a plain one."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, which may be written in several pieces.

    Attributes:
        name: in lower case.
        value: what it reads.
        ranges: where its pieces are written, each without the semicolon before it.
        said: how it is said; names of files may be said in two ways.
    """

    name: str = field(repr=False)
    value: str = field(repr=False)
    ranges: tuple[tuple[int, int], ...]
    said: Said = Said.ONCE


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with parameters.

    Attributes:
        kind: the value, in lower case.
        start: offset of it.
        end: offset behind.
        parameters: in their order, extended ones first.
    """

    kind: str = field(repr=False)
    start: int
    end: int
    parameters: tuple[Parameter, ...]

    def value(self, name: str) -> str:
        """What a parameter reads, the extended one of two; empty where there is none."""
        return next((one.value for one in self.parameters if one.name == name), "")


def typed_of(content: bytes, start: int, end: int, place: str) -> Typed:
    """A value with parameters, from the bytes of a field.

    Raises:
        MalformedRecord: it is none.
    """
    found = _KIND.match(content, start, end)
    if found is None:
        raise _malformed(place)
    pieces: dict[tuple[str, bool], list[tuple[int, bool, str, tuple[int, int]]]] = {}
    at = found.end()
    while at < end:
        one = _PARAMETER.match(content, at, end)
        if one is None:
            raise _malformed(place)
        at = one.end()
        if one[1] is None:
            continue
        name = _NAME.fullmatch(one[1].decode("latin-1").lower())
        if name is None:
            raise _malformed(place)
        quoted = one[2] is not None
        raw = header_text(one[2] if quoted else one[3], place)
        value = _ESCAPE.sub(r"\1", _FOLD.sub("", raw)) if quoted else raw.strip()
        last = one.end(2) + 1 if quoted else one.end(3)
        row = (int(name[2] or 0), name[3] is not None, value, (one.start(1), last))
        is_plain = name[2] is None and name[3] is None
        rows = pieces.setdefault((name[1], is_plain), [])
        is_beside = (name[1], not is_plain) in pieces and name[1] not in _SAID_TWICE
        if (rows and name[2] is None) or is_beside:
            raise MalformedRecord(f"{place}: a parameter is said twice: save the e-mail anew")
        rows.append(row)
    parameters = tuple(
        replace(_parameter(name, rows, place), said=_said(pieces, name, is_plain=is_plain))
        for (name, is_plain), rows in sorted(pieces.items(), key=lambda one: one[0][1])
    )
    return Typed(found[1].decode("latin-1").lower(), *found.span(1), parameters)


def _said(pieces: Collection[tuple[str, bool]], name: str, *, is_plain: bool) -> Said:
    if (name, not is_plain) not in pieces:
        return Said.ONCE
    return Said.PLAIN if is_plain else Said.EXTENDED


def written(name: str, value: str, said: Said = Said.ONCE) -> bytes:
    """A parameter with another value, as RFC 2231 has it where it is not ASCII.

    A plain one beside an extended one has coded words instead, as e-mail programs write them.
    """
    if said is Said.PLAIN and not value.isascii():
        return f'{name}="{coded(value)}"'.encode("ascii")
    if value.isascii() and said is not Said.EXTENDED:
        inner = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}="{inner}"'.encode("ascii")
    return f"{name}*=utf-8''{quote(value, safe='')}".encode("ascii")


def _parameter(
    name: str, rows: list[tuple[int, bool, str, tuple[int, int]]], place: str
) -> Parameter:
    rows = sorted(rows)
    if [row[0] for row in rows] != list(range(len(rows))):
        raise MalformedRecord(f"{place}: pieces of a parameter are missing: save the e-mail anew")
    ranges = tuple(row[3] for row in rows)
    if not any(row[1] for row in rows):
        return Parameter(name, decoded_words("".join(row[2] for row in rows), place), ranges)
    charset, _, rest = rows[0][2].partition("'") if rows[0][1] else ("us-ascii", "", "")
    language, _, first = rest.partition("'")
    first = first if rows[0][1] else rows[0][2]
    values = [first, *(row[2] for row in rows[1:])]
    try:
        raw = b"".join(
            unquote_to_bytes(value) if row[1] else value.encode("utf-8")
            for value, row in zip(values, rows, strict=True)
        )
        codec_of(charset or "us-ascii")
        value = raw.decode(charset or "us-ascii")
        if CONTROLS.search(value) or not _LANGUAGE.fullmatch(language):
            raise LookupError
        return Parameter(name, value, ranges)
    except (LookupError, UnicodeError):
        raise EncodingError(
            f"{place}: a parameter is in an encoding that is unknown: save the e-mail anew"
        ) from None


def _malformed(place: str) -> MalformedRecord:
    return MalformedRecord(
        f"{place}: a type or its parameters cannot be read: save the e-mail anew"
    )
