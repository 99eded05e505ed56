"""Notes with inline tags, `Seen by Dr. <DOCTOR>Ito</DOCTOR>.`, alone or several in a file.

A tag is the name of a label of `deid.labels` in angle brackets; any other `<` is text, and nothing
is escaped. Tags do not nest. A corpus file holds several notes, each under lines that say what it
is; line ends around the text are no part of it:

    ### id: ward-7
    ### style: telegraphic
    seen by dr <DOCTOR>ito</DOCTOR> ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deid.datatypes import Span
from deid.errors import MalformedRecord
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.readers.files import GoldFile
from deid.labels import Label

CORPUS_START: Final = re.compile(r"^### id:", re.MULTILINE)
_TAG: Final = re.compile(rf"<(/?)({'|'.join(sorted(Label, key=len, reverse=True))})>")
_HEADER: Final = re.compile(r"### *([a-z][a-z_-]*) *:(.*)")


def read(file: GoldFile) -> Iterator[tuple[str, GoldNote]]:
    """The one note of a file, with the place where it stands.

    Raises:
        MalformedRecord: tags nest, are not closed or hold nothing.
    """
    text, spans = untag(file.text, file)
    yield file.at(1), GoldNote(file.id, text, spans)


def read_corpus(file: GoldFile) -> Iterator[tuple[str, GoldNote]]:
    """Each note of a corpus file with the place where it stands.

    Raises:
        MalformedRecord: there is text before the first `### id:`, a header line is none, or tags
            nest, are not closed or hold nothing.
    """
    starts = [match.start() for match in CORPUS_START.finditer(file.text)]
    if file.text[: starts[0] if starts else None].strip():
        raise MalformedRecord(f"{file.at(1)}: there is text before the first `### id:`")
    for start, end in zip(starts, [*starts[1:], len(file.text)], strict=True):
        yield file.at_offset(start), _corpus_note(file, start, end)


def untag(tagged: str, file: GoldFile, *, start: int = 0) -> tuple[str, tuple[LabelledSpan, ...]]:
    """The text without its tags, and what they mark.

    Args:
        tagged: the text with tags.
        file: where it comes from, for messages.
        start: offset of `tagged` within the text of the file.

    Raises:
        MalformedRecord: tags nest, are not closed or hold nothing. The message has the line.
    """
    pieces: list[str] = []
    marks: list[LabelledSpan] = []
    place = length = 0
    opened: tuple[Label, int, re.Match[str]] | None = None
    for match in _TAG.finditer(tagged):
        pieces.append(tagged[place : match.start()])
        length += match.start() - place
        place = match.end()
        closes, label = match[1] == "/", Label(match[2])
        if closes == (opened is None):
            fault = "closes nothing" if closes else "stands inside another tag"
            raise MalformedRecord(f"{file.at_offset(start + match.start())}: {match[0]} {fault}")
        if opened is None:
            opened = label, length, match
            continue
        if label is not opened[0] or length == opened[1]:
            fault = "holds nothing" if label is opened[0] else f"is closed by {match[0]}"
            where = file.at_offset(start + opened[2].start())
            raise MalformedRecord(f"{where}: {opened[2][0]} {fault}")
        marks.append(LabelledSpan(Span(opened[1], length), label))
        opened = None
    if opened is not None:
        where = file.at_offset(start + opened[2].start())
        raise MalformedRecord(f"{where}: {opened[2][0]} is not closed")
    pieces.append(tagged[place:])
    return "".join(pieces), tuple(marks)


def _corpus_note(file: GoldFile, start: int, end: int) -> GoldNote:
    headers: dict[str, str] = {}
    while file.text.startswith("### ", start, end):
        line_end = file.text.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        match = _HEADER.fullmatch(file.text[start:line_end].rstrip())
        if match is None or match[1] in headers:
            fault = "is no header `### name: value`" if match is None else "stands twice"
            raise MalformedRecord(f"{file.at_offset(start)}: the line {fault}")
        headers[match[1]] = match[2].strip()
        start = min(line_end + 1, end)
    identity = headers.pop("id")
    while start < end and file.text[start] in "\r\n":
        start += 1
    while start < end and file.text[end - 1] in "\r\n":
        end -= 1
    if not identity or start == end:
        fault = "has no text" if identity else "has no id"
        raise MalformedRecord(f"{file.at_offset(start)}: the note {fault}")
    text, spans = untag(file.text[start:end], file, start=start)
    return GoldNote(identity, text, spans, headers)
