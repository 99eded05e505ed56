"""brat stand-off: a text in `.txt`, its marks in an `.ann` beside it.

    T1	DOCTOR 12 15	Ito

Offsets are half-open and count code points of the `.txt`. Only text-bound lines (`T`) count;
relations, events, attributes and comments are ignored. brat parts a mark at line ends, and people
may mark one identifier in parts: fragments with nothing but blanks between them are one mark again,
others are a mark each. See https://brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from deid.datatypes import Span
from deid.errors import MalformedRecord
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.readers.files import GoldFile, label_of, repeats

_BOUND: Final = re.compile(r"T\S*\t(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)(?:\t(.*))?")
_OTHER_LINE: Final = re.compile(r"(?:[REAMN]\d+|\*|#\S*)\t")


def read(text: GoldFile, annotations: GoldFile) -> Iterator[tuple[str, GoldNote]]:
    """The one note of a pair of files, with the place where it stands.

    Raises:
        MalformedRecord: a line is not one of brat's, its offsets are not in the text, or the text
            that it repeats stands elsewhere.
        UnknownLabel: a mark has a label that the program does not know.
    """
    marks: set[LabelledSpan] = set()
    for number, line in enumerate(annotations.text.split("\n"), start=1):
        if line.strip() and not _OTHER_LINE.match(line):
            marks.update(_marks(line.rstrip("\r"), text.text, annotations.at(number)))
    yield text.at(1), GoldNote(text.id, text.text, tuple(sorted(marks)))


def _marks(line: str, text: str, where: str) -> Iterator[LabelledSpan]:
    match = _BOUND.fullmatch(line)
    if match is None:
        raise MalformedRecord(f"{where}: not a line of brat's stand-off format")
    label = label_of(match[1], where)
    fragments = [_fragment(part, len(text), where) for part in match[2].split(";")]
    if any(one.end > other.start for one, other in pairwise(fragments)):
        raise MalformedRecord(f"{where}: the fragments are not in the order of the text")
    marked = " ".join(span.of(text) for span in fragments)
    if match[3] is not None and not repeats(match[3], marked):
        raise MalformedRecord(f"{where}: what the line repeats is not what stands at its offsets")
    for span in _joined(fragments, text):
        yield LabelledSpan(span, label)


def _fragment(part: str, length: int, where: str) -> Span:
    start, end = map(int, part.split())
    if not start < end <= length:
        raise MalformedRecord(f"{where}: [{start}, {end}) is not a range of the text")
    return Span(start, end)


def _joined(fragments: Sequence[Span], text: str) -> list[Span]:
    joined = [fragments[0]]
    for span in fragments[1:]:
        if text[joined[-1].end : span.start].strip():
            joined.append(span)
        else:
            joined[-1] = Span(joined[-1].start, span.end)
    return joined
