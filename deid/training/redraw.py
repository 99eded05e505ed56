"""A marked note with its values drawn anew, so that the model learns places, not names.

Deterministic: the same seed, pass and note id give the same result.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from deid.datatypes import Span
from deid.labels import NAME_LABELS, Label
from deid.training.inserts import Pieces, insert
from deid.training.noise import misspelt, roughen
from deid.training.people import Cast
from deid.training.values import fresh_value
from deid.training.wordlists import WordLists

_KEEP_SHARE = 0.2
_FRESH_AGAIN_SHARE = 0.1
_INSERT_SHARE = 0.6
_GLUE_SHARE = 0.015
_UNTITLED_SHARE = 0.08
_TITLE = re.compile(r"\b(?:Drs?|Mrs?|Ms|Miss|Prof|DR|MR|MRS|MS)\.? $")


@dataclass(frozen=True, slots=True)
class MarkedNote:
    """A note and where its identifiers are.

    Attributes:
        id: name of the note within its file.
        text: the text.
        marks: disjoint spans with labels, in the order of the text.
    """

    id: str
    text: str = field(repr=False)
    marks: tuple[tuple[Span, Label], ...] = field(repr=False)


def redraw(note: MarkedNote, lists: WordLists, *, seed: int, epoch: int) -> MarkedNote:
    """The note as pass number `epoch` sees it."""
    rng = random.Random(f"{seed}/{epoch}/{note.id}")  # noqa: S311 - training data, no secret
    drawing = _Drawing(lists, rng)
    pieces: Pieces = [
        (text, None) if label is None else (misspelt(drawing.value(label, text), rng), label)
        for text, label in _pieces(note)
    ]
    pieces = _with_insert(_with_insert(pieces, drawing, rng), drawing, rng)
    redrawn = _joined(note.id, _glued(pieces, rng))
    return MarkedNote(redrawn.id, roughen(redrawn.text, rng), redrawn.marks)


class _Drawing:
    """What has been drawn for one note in one pass: an old value keeps its new one, mostly."""

    def __init__(self, lists: WordLists, rng: random.Random) -> None:
        self._lists = lists
        self._rng = rng
        self._cast = Cast(lists, rng)
        self._drawn: dict[tuple[Label, str], str] = {}

    def value(self, label: Label, old: str) -> str:
        key = (label, old)
        if label not in NAME_LABELS and self._rng.random() < _FRESH_AGAIN_SHARE:
            self._drawn.pop(key, None)
        if key not in self._drawn:
            keep = self._rng.random() < _KEEP_SHARE
            self._drawn[key] = old if keep else self._fresh(label, old)
        return self._drawn[key]

    def any_value(self, label: Label) -> str:
        return self._fresh(label, self._rng.choice(self._lists.pools[label]))

    def _fresh(self, label: Label, old: str) -> str:
        if label in NAME_LABELS:
            return self._cast.rename(old)
        return fresh_value(label, old, self._lists, self._rng).strip() or old


def _pieces(note: MarkedNote) -> Pieces:
    pieces: Pieces = []
    place = 0
    for span, label in note.marks:
        pieces += [(note.text[place : span.start], None), (span.of(note.text), label)]
        place = span.end
    return [*pieces, (note.text[place:], None)]


def _with_insert(pieces: Pieces, drawing: _Drawing, rng: random.Random) -> Pieces:
    """The pieces with one more line, at the head, at the foot or between two paragraphs."""
    if rng.random() >= _INSERT_SHARE:
        return pieces
    line = insert(drawing.any_value, rng)
    draw = rng.random()
    if draw < 0.25:
        return [*line, ("\n", None), *pieces]
    if draw < 0.5:
        return [*pieces, ("\n", None), *line]
    breaks = [
        (index, place)
        for index, (text, label) in enumerate(pieces)
        if label is None
        for place in range(len(text))
        if text[place] == "\n"
    ]
    if not breaks:
        return [*pieces, ("\n", None), *line]
    index, place = rng.choice(breaks)
    text = pieces[index][0]
    return [
        *pieces[:index],
        (text[: place + 1], None),
        *line,
        (text[place:], None),
        *pieces[index + 1 :],
    ]


def _glued(pieces: Pieces, rng: random.Random) -> Pieces:
    """Here and there no blank between a value and the text around it, or no title before it."""
    out: Pieces = []
    for index, (text, label) in enumerate(pieces):
        if label is None and index + 1 < len(pieces):
            if rng.random() < _UNTITLED_SHARE:
                text = _TITLE.sub("", text)
            if len(text) > 1 and text[-1] == " " and rng.random() < _GLUE_SHARE:
                text = text[:-1]
        if label is None and index and len(text) > 1 and text[0] == " ":
            text = text[rng.random() < _GLUE_SHARE / 3 :]
        out.append((text, label))
    return out


def _joined(note_id: str, pieces: Pieces) -> MarkedNote:
    marks: list[tuple[Span, Label]] = []
    place = 0
    for text, label in pieces:
        if label is not None and text:
            marks.append((Span(place, place + len(text)), label))
        place += len(text)
    return MarkedNote(note_id, "".join(text for text, _ in pieces), tuple(marks))
