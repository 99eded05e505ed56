"""Names, addresses, numbers and comments in fields of a header (pure; RFC 5322, 3.4 and 3.6.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from deid.errors import MalformedRecord
from deid.formats.eml.words import WORDS, decoded_words, header_text

_TOKEN: Final = re.compile(
    rb"(?P<blank>(?:[ \t]|\r?\n(?=[ \t]))+)"
    rb"|(?P<quoted>\"(?:[^\"\\]|\\[\s\S])*\")"
    rb"|(?P<open>\()"
    rb"|(?P<angle><(?:[^<>\"\r\n]|\r?\n(?=[ \t])|\"(?:[^\"\\]|\\[\s\S])*\")*>)"
    rb"|(?P<mark>[,;:])"
    rb"|(?P<literal>\[[^\[\]\\]*\])"
    rb"|(?P<atom>[^\s\"(),;:<>\[\]]+)"
)
_COMMENT: Final = re.compile(rb"\\[\s\S]|[()]")
_ESCAPE: Final = re.compile(r"\\([\s\S])")
_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")
_NOT_ATOM: Final = re.compile(r"[^A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]")


class What(StrEnum):
    """What sort of thing in a field it is."""

    NAME = "name"
    ADDRESS = "address"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a field.

    Attributes:
        what: its sort.
        text: what it reads.
        start: offset where it is written.
        end: offset behind.
    """

    what: What
    text: str = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str = field(repr=False)
    start: int
    end: int


def found_in(content: bytes, start: int, end: int, place: str) -> Iterator[Found]:
    """The names, addresses and comments of a field, in their order.

    Raises:
        InputError: it cannot be read with certainty.
    """
    mailbox: list[_Token] = []
    for token in _tokens(content, start, end, place):
        if token.kind == "mark":
            if token.text == ":" and any("@" in one.text for one in mailbox):
                raise _malformed(place)
            yield from _mailbox(mailbox, place)
            mailbox = []
        else:
            mailbox.append(token)
    yield from _mailbox(mailbox, place)


def written_name(text: str) -> bytes:
    """A name as it is written before an address."""
    if not text.isascii():
        from deid.formats.eml.words import coded

        return coded(text).encode("ascii")
    if not _NOT_ATOM.search(text) and "=?" not in text:
        return text.encode("ascii")
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'.encode("ascii")


def written_comment(text: str) -> bytes:
    """What stands in a comment."""
    if not text.isascii():
        from deid.formats.eml.words import coded

        return coded(text).encode("ascii")
    return re.sub(r"([\\()])", r"\\\1", text).encode("ascii")


def _mailbox(tokens: list[_Token], place: str) -> Iterator[Found]:
    """The comments, the name and the address of one mailbox; or the name of a group."""
    yield from _aside(tokens, 0)
    yield from reversed(list(_aside(tokens, -1)))
    if tokens:
        yield from _mailbox_itself(tokens, place)


def _aside(tokens: list[_Token], end: int) -> Iterator[Found]:
    """Take blanks and comments off one end."""
    while tokens and tokens[end].kind in ("blank", "comment"):
        token = tokens.pop(end)
        if token.kind == "comment":
            yield Found(What.COMMENT, token.text, token.start, token.end)


def _mailbox_itself(tokens: list[_Token], place: str) -> Iterator[Found]:
    if tokens[-1].kind == "angle":
        angle = tokens.pop()
        yield from reversed(list(_aside(tokens, -1)))
        yield from _mailbox_name(tokens)
        inner = angle.text[1:-1]
        if inner.strip():
            yield Found(What.ADDRESS, inner, angle.start + 1, angle.end - 1)
        return
    if any(one.kind == "angle" for one in tokens):
        raise _malformed(place)
    text = "".join(one.text for one in tokens)
    if "@" in text and not any(one.kind == "blank" for one in tokens):
        if any(one.kind == "comment" for one in tokens):
            raise _malformed(place)
        yield Found(What.ADDRESS, text, tokens[0].start, tokens[-1].end)
    else:
        yield from _mailbox_name(tokens)


def _mailbox_name(tokens: list[_Token]) -> Iterator[Found]:
    if tokens:
        raw = "".join(" " if one.kind == "blank" else _unquoted(one) for one in tokens)
        text = decoded_words(raw, "e-mail") if WORDS.search(raw) else raw
        yield Found(What.NAME, text, tokens[0].start, tokens[-1].end)


def _unquoted(token: _Token) -> str:
    if token.kind == "comment":
        return f"({token.text})"
    if token.kind != "quoted":
        return token.text
    return _ESCAPE.sub(r"\1", _FOLD.sub("", token.text[1:-1]))


def _tokens(content: bytes, start: int, end: int, place: str) -> Iterator[_Token]:
    at = start
    while at < end:
        found = _TOKEN.match(content, at, end)
        if found is None or found.lastgroup is None:
            raise _malformed(place)
        if found.lastgroup == "open":
            stop = _comment_end(content, at, end, place)
            raw = header_text(content[at + 1 : stop - 1], place)
            text = decoded_words(_ESCAPE.sub(r"\1", _FOLD.sub("", raw)), place)
            if text.strip():
                yield _Token("comment", text, at + 1, stop - 1)
            at = stop
            continue
        text = header_text(found.group(), place)
        kind = found.lastgroup
        yield _Token(kind, _FOLD.sub("", text) if kind == "angle" else text, *found.span())
        at = found.end()


def _comment_end(content: bytes, at: int, end: int, place: str) -> int:
    """Where a comment ends, in which others may lie."""
    depth = 0
    for found in _COMMENT.finditer(content, at, end):
        depth += {b"(": 1, b")": -1}.get(found.group(), 0)
        if not depth:
            return found.end()
    raise _malformed(place)


def _malformed(place: str) -> MalformedRecord:
    return MalformedRecord(f"{place}: an address cannot be read: save the e-mail anew")
