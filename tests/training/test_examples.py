from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.detect.tokens import Tokens
from deid.errors import MalformedRecord
from deid.labels import Label
from deid.training.examples import (
    CLASSES,
    Example,
    batches,
    hold_out,
    parted,
    pools_of,
    read_marked,
    token_classes,
)
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote


def tokens_of(text: str) -> Tokens:
    spans = []
    place = 0
    for word in text.split(" "):
        spans.append(Span(place, place + len(word)))
        place += len(word) + 1
    return Tokens([1] * len(spans), [1] * len(spans), spans)


def names(text: str, *marks: tuple[int, int, Label]) -> list[str]:
    spans = [(Span(start, end), label) for start, end, label in marks]
    return [CLASSES[number] for number in token_classes(tokens_of(text), spans)]


def test_the_first_token_of_a_mark_begins_it() -> None:
    assert names("Dr Ada Lum of Lund", (3, 10, Label.DOCTOR), (14, 18, Label.CITY)) == [
        "O", "B-DOCTOR", "I-DOCTOR", "O", "B-CITY",
    ]  # fmt: skip


def test_marks_side_by_side_each_begin() -> None:
    assert names("Ada Lum", (0, 3, Label.PERSON), (4, 7, Label.PERSON)) == [
        "B-PERSON",
        "B-PERSON",
    ]


def test_a_token_that_only_touches_a_mark_is_part_of_it() -> None:
    assert names("on5/7 x", (2, 5, Label.DATE)) == ["B-DATE", "O"]


def test_rare_labels_are_merged() -> None:
    assert names("94 FP-1", (0, 2, Label.AGE90), (3, 7, Label.BIOID)) == ["B-AGE", "B-IDNUM"]


def test_there_is_a_class_for_each_label_that_is_told_apart() -> None:
    assert len(CLASSES) == 1 + 2 * (len(Label) - 2)
    assert CLASSES[0] == "O"


@given(st.lists(st.text(max_size=8), unique=True, max_size=200))
def test_holding_out_is_a_partition_that_stays(ids: list[str]) -> None:
    notes = [MarkedNote(name, "", ()) for name in ids]
    recipe = Recipe(held_out_share=0.2)
    learn, held = hold_out(notes, recipe)
    assert sorted(note.id for note in learn + held) == sorted(ids)
    assert hold_out(reversed(notes), recipe)[1] == held[::-1]


def test_pools_hold_each_value_once() -> None:
    note = MarkedNote("n", "Lund Lund", ((Span(0, 4), Label.CITY), (Span(5, 9), Label.CITY)))
    assert pools_of([note])[Label.CITY] == ["Lund"]
    assert pools_of([note])[Label.MRN] == []


def test_every_window_is_in_one_batch() -> None:
    rows = [Example([1] * length, [1] * length, [0] * length) for length in range(1, 42)]
    made = batches(rows, 8, random.Random(1))
    assert sorted(len(row.ids) for batch in made for row in batch) == list(range(1, 42))
    assert max(max(len(r.ids) for r in b) - min(len(r.ids) for r in b) for b in made) < 8


def test_marked_notes_are_read(tmp_path: Path) -> None:
    row = {"id": "a", "text": "to\u2028Lund", "spans": [{"start": 3, "end": 7, "label": "CITY"}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_marked(tmp_path / "a.jsonl") == [
        MarkedNote("a", "to\u2028Lund", ((Span(3, 7), Label.CITY),))
    ]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": "a", "text": "secret"}', '{"id": "a", "text": "x", "spans": [3]}']
)
def test_a_line_that_is_no_note_is_named_without_its_text(tmp_path: Path, line: str) -> None:
    good = '{"id": "a", "text": "x", "spans": []}\n'
    (tmp_path / "a.jsonl").write_text(good + line + "\n", encoding="utf-8")
    with pytest.raises(MalformedRecord, match="line 2") as caught:
        read_marked(tmp_path / "a.jsonl")
    assert "secret" not in str(caught.value)


def test_a_note_whose_marks_overlap_is_told_by_its_number(tmp_path: Path) -> None:
    marks = [{"start": 0, "end": 4, "label": "CITY"}, {"start": 2, "end": 4, "label": "CITY"}]
    row = {"id": "secret", "text": "Lund", "spans": marks}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(MalformedRecord, match="note 1: marks overlap") as caught:
        read_marked(tmp_path / "a.jsonl")
    assert "secret" not in str(caught.value)


def test_one_source_may_be_left_out() -> None:
    notes = [MarkedNote(name, "", ()) for name in ("mt1", "aci1", "mt2")]
    assert parted(notes, "mt") == ([notes[1]], [notes[0], notes[2]])
    assert parted(notes, None) == (notes, [])
