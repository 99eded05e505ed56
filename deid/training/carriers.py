"""Unmarked notes as training data: placeholders filled, the rest marked by a teacher.

The carriers are dictated notes from which names were taken: `Dr. X`, `Mr. ABC`. Such places get a
mark, so that a name is drawn into them at every pass. All else is marked by a model that was
trained on marked notes (self-training): lines in which it is not sure are left out, and so are
lines in which a placeholder is left whose kind cannot be told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Span
from deid.detect.decode import ClassMap, decode
from deid.detect.scores import ScoreScale
from deid.errors import MalformedRecord
from deid.labels import NAME_LABELS, Label
from deid.training.examples import CLASSES
from deid.training.measure import Tagger
from deid.training.redraw import MarkedNote

_HEADING = re.compile(r"(?<=[.:)]),\s*(?=\S)|,\s*(?=[A-Z][A-Z /&-]{4,}:)")
_STAND_IN = r"(?:X{1,6}|[A-Z]|XYZ|ABCD?|XY|YYY|ZZZ)"
_DOCTOR = re.compile(rf"\bDrs?\. ({_STAND_IN})(?=[^\w.]|\.?\s|\.?$)")
_PATIENT = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss)\. ({_STAND_IN})(?=[^\w.]|\.?\s|\.?$)")
_HOSPITAL = re.compile(rf"\b({_STAND_IN} (?:[A-Z]\w+ ){{0,2}}(?:Hospital|Center|Clinic))")
_LEFT_OVER = re.compile(r"\b(?:ABCD?|XYZ?|X{2,}|YYY|ZZZ)\b|_{3,}|\*{3,}|\[[^\]]*\]")
_SURE, _UNLIKELY = 0.9, 0.2
_MAP = ClassMap.of(CLASSES)
_SCALE = ScoreScale(operating_point=0.5, floor=0.05)


def read_carriers(path: Path) -> list[tuple[str, str]]:
    """Ids and texts of the carriers of the training side, their lines restored.

    Their ids begin as those of the marked notes of the same source do.

    Raises:
        MalformedRecord: a line is no carrier; the message has its number.
    """
    with path.open(encoding="utf-8") as lines:
        return [
            (f"mt-carrier-{number}", text)
            for number, line in enumerate(lines, start=1)
            if (text := _restored(line, f"{path.name}, line {number}"))
        ]


def _restored(line: str, where: str) -> str:
    try:
        row = json.loads(line)
        return _HEADING.sub("\n", row["text"]) if row["split"] == "train" else ""
    except (ValueError, KeyError, TypeError):
        raise MalformedRecord(f"{where}: not a carrier") from None


def mark(identity: str, text: str, teacher: Tagger) -> MarkedNote:
    """The lines of a carrier about which the teacher is sure, with its marks."""
    slots = sorted(_slots(text))
    tokens, rows = teacher(text)
    found = decode(text, tokens.spans, rows, classes=_MAP, scale=_SCALE)
    doubtful = _doubtful(tokens.spans, 1 - rows[:, 0])
    marks = [
        (one.span, one.label)
        for one in found
        if one.score >= 0.5 and not any(one.span.overlaps(span) for span, _ in slots)
    ]
    doubtful += [span for span, label in marks if label in NAME_LABELS]
    doubtful += [Span(*left.span()) for left in _LEFT_OVER.finditer(text)]
    hidden = [span for span in doubtful if not any(span.overlaps(slot) for slot, _ in slots)]
    return _without_lines(MarkedNote(identity, text, tuple(sorted([*marks, *slots]))), hidden)


def _slots(text: str) -> Iterator[tuple[Span, Label]]:
    for pattern, label in (
        (_DOCTOR, Label.DOCTOR), (_PATIENT, Label.PATIENT), (_HOSPITAL, Label.HOSPITAL),
    ):  # fmt: skip
        for found in pattern.finditer(text):
            yield Span(*found.span(1)), label


def _doubtful(spans: Sequence[Span], inside: NDArray[np.float32]) -> list[Span]:
    unsure = (inside > _UNLIKELY) & (inside < _SURE)
    return [span for span, is_unsure in zip(spans, unsure, strict=True) if is_unsure]


def _without_lines(note: MarkedNote, hidden: Sequence[Span]) -> MarkedNote:
    """The note without the lines that a hidden span touches or a mark runs out of."""
    kept: list[str] = []
    marks: list[tuple[Span, Label]] = []
    shift = start = 0
    for line in note.text.splitlines(keepends=True):
        place = Span(start, start + len(line))
        inside = [(span, label) for span, label in note.marks if span.overlaps(place)]
        whole = all(place.covers(span) for span, _ in inside)
        if whole and not any(span.overlaps(place) for span in hidden):
            marks += [(Span(span.start - shift, span.end - shift), label) for span, label in inside]
            kept.append(line)
        else:
            shift += len(line)
        start += len(line)
    return MarkedNote(note.id, "".join(kept), tuple(marks))
