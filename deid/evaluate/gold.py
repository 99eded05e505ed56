"""Gold notes: texts in which people marked every identifier.

The file is JSON lines in UTF-8, one note a line:

    {"id": "a1", "text": "Seen by Dr. Ito.", "spans": [{"start": 12, "end": 15, "label": "DOCTOR"}]}

Offsets are half-open and count code points. Labels are ours or Presidio's; other keys are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from deid.datatypes import Span
from deid.errors import DuplicateId, EncodingError, InputError, MalformedRecord, UnknownLabel
from deid.labels import Label


@dataclass(frozen=True, slots=True, order=True)
class LabelledSpan:
    """A range of a note and the kind of identifier that it is."""

    span: Span
    label: Label


@dataclass(frozen=True, slots=True)
class GoldNote:
    """A note and all identifiers in it.

    Attributes:
        id: name of the note within its file.
        text: the whole text.
        spans: in the order of the text; they may overlap.
    """

    id: str = field(repr=False)
    text: str = field(repr=False)
    spans: tuple[LabelledSpan, ...] = ()


def read_gold(path: Path) -> tuple[GoldNote, ...]:
    """The notes of a gold file, in its order. Blank lines are no notes.

    Raises:
        InputError: the file cannot be opened.
        EncodingError: it is not UTF-8.
        MalformedRecord: a line is not a marked note, or there is none. The message carries the
            line number.
        DuplicateId: two lines carry the same id.
        UnknownLabel: a mark has a label that the program does not know.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EncodingError("the gold file is not UTF-8: save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"the gold file cannot be read ({error.strerror})") from None
    notes: dict[str, GoldNote] = {}
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        note = _note(line, f"line {number}")
        if note.id in notes:
            raise DuplicateId(f"line {number}: an earlier line carries the same id")
        notes[note.id] = note
    if not notes:
        raise MalformedRecord("there is no note in the gold file")
    return tuple(notes.values())


def _note(line: str, where: str) -> GoldNote:
    try:
        tree = json.loads(line)
    except (ValueError, RecursionError):
        raise MalformedRecord(f"{where}: not valid JSON") from None
    fields = _object(tree, where)
    identity, text = fields.get("id"), fields.get("text")
    if not isinstance(identity, str) or not isinstance(text, str):
        raise MalformedRecord(f"{where}: `id` and `text` must be strings")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise MalformedRecord(f"{where}: `text` holds half of a surrogate pair")
    marks = sorted(set(_marks(fields.get("spans"), len(text), where)))
    return GoldNote(identity, text, tuple(marks))


def _marks(tree: object, length: int, where: str) -> Iterator[LabelledSpan]:
    if not isinstance(tree, list):
        raise MalformedRecord(f"{where}: `spans` must be a list")
    for index, node in enumerate(tree):
        place = f"{where}, span {index}"
        fields = _object(node, place)
        start, end, label = fields.get("start"), fields.get("end"), fields.get("label")
        if type(start) is not int or type(end) is not int or not isinstance(label, str):
            raise MalformedRecord(
                f"{place}: `start` and `end` must be whole numbers, `label` a string"
            )
        if not 0 <= start < end <= length:
            raise MalformedRecord(f"{place}: [{start}, {end}) is not a range of the text")
        try:
            yield LabelledSpan(Span(start, end), Label.parse(label))
        except UnknownLabel:
            raise UnknownLabel(label, where=place) from None


def _object(tree: object, where: str) -> Mapping[str, object]:
    if not isinstance(tree, dict):
        raise MalformedRecord(f"{where}: must be an object")
    return cast(Mapping[str, object], tree)
