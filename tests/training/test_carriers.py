"""Unmarked notes made into training data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from deid.datatypes import Span
from deid.detect.tokens import Tokens
from deid.errors import MalformedRecord
from deid.labels import Label
from deid.training.carriers import mark, read_carriers
from deid.training.examples import CLASSES


def teacher(**sure: tuple[str, float]):  # type: ignore[no-untyped-def]
    """A tagger that knows these words, each with its class and how sure it is of it."""

    def tag(text: str) -> tuple[Tokens, NDArray[np.float32]]:
        spans = []
        place = 0
        for word in text.split():
            place = text.index(word, place)
            bare = word.strip(".,:")
            spans.append(Span(place, place + len(bare)))
            place += len(word)
        rows = np.zeros((len(spans), len(CLASSES)), dtype=np.float32)
        for row, span in zip(rows, spans, strict=True):
            name, probability = sure.get(span.of(text), ("O", 1.0))
            row[CLASSES.index(name)] = probability
            row[0] += 1 - probability
        return Tokens([0] * len(spans), [0] * len(spans), spans), rows

    return tag


def marks(text: str, **sure: tuple[str, float]) -> tuple[str, list[tuple[str, Label]]]:
    note = mark("n", text, teacher(**sure))
    return note.text, [(span.of(note.text), label) for span, label in note.marks]


def test_placeholders_are_places_for_names() -> None:
    text = "Mr. ABC saw Dr. X. and Dr. XYZ today.\n"
    assert marks(text) == (
        text,
        [("ABC", Label.PATIENT), ("X", Label.DOCTOR), ("XYZ", Label.DOCTOR)],
    )


def test_what_the_teacher_is_sure_of_is_marked() -> None:
    text = "Retired plumber since Easter.\nNo pain."
    found = marks(text, plumber=("B-PROFESSION", 0.97), Easter=("B-DATE", 0.99))
    assert found == (text, [("plumber", Label.PROFESSION), ("Easter", Label.DATE)])


def test_lines_with_doubt_or_a_placeholder_of_unknown_kind_are_left_out() -> None:
    text = "Came in May.\nWas given Maxitrol.\nSeen at ABCD.\nNamed Holm.\nHome."
    found = marks(
        text, May=("B-DATE", 0.95), Maxitrol=("B-CITY", 0.4), Holm=("B-PATIENT", 0.99)
    )  # fmt: skip
    assert found == ("Came in May.\nHome.", [("May", Label.DATE)])


def test_lines_are_restored_and_the_development_side_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "carriers.jsonl"
    rows = [
        {"split": "train", "text": "SUBJECTIVE:,  Cough, fever.,PLAN: , Rest."},
        {"split": "dev", "text": "Other."},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert read_carriers(path) == [("mt-carrier-1", "SUBJECTIVE:\nCough, fever.\nPLAN: , Rest.")]


def test_a_line_that_is_no_carrier_is_named(tmp_path: Path) -> None:
    path = tmp_path / "carriers.jsonl"
    path.write_text('{"split": "train"}\n')
    with pytest.raises(MalformedRecord, match=r"carriers.jsonl, line 1"):
        read_carriers(path)
