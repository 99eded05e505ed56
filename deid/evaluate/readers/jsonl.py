"""JSON lines, one note a line.

    {"id": "a1", "text": "Seen by Dr. Ito.", "spans": [{"start": 12, "end": 15, "label": "DOCTOR"}]}

Offsets are half-open and count code points. Labels are ours, Presidio's or i2b2's. `metadata` may
hold strings such as `style`; a `patient` beside it, as in the notes of `deid redact`, counts as one
of them. Other keys are ignored. Blank lines are no notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from deid.datatypes import Span
from deid.errors import MalformedRecord
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.readers.files import GoldFile, label_of


def read(file: GoldFile) -> Iterator[tuple[str, GoldNote]]:
    """Each note with the place where it stands.

    Raises:
        MalformedRecord: a line is not a marked note.
        UnknownLabel: a mark has a label that the program does not know.
    """
    for number, line in enumerate(file.text.split("\n"), start=1):
        if line.strip():
            yield file.at(number), _note(line, file.at(number))


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
    metadata = _metadata(fields.get("metadata", {}), where)
    patient = fields.get("patient")
    if isinstance(patient, str):
        metadata = {"patient": patient, **metadata}
    return GoldNote(identity, text, tuple(marks), metadata)


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
        yield LabelledSpan(Span(start, end), label_of(label, place))


def _metadata(tree: object, where: str) -> Mapping[str, str]:
    fields = _object(tree, where)
    if not all(isinstance(value, str) for value in fields.values()):
        raise MalformedRecord(f"{where}: what `metadata` holds must be strings")
    return cast(Mapping[str, str], fields)


def _object(tree: object, where: str) -> Mapping[str, object]:
    if not isinstance(tree, dict):
        raise MalformedRecord(f"{where}: must be an object")
    return cast(Mapping[str, object], tree)
