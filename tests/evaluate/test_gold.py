from __future__ import annotations

import json
from pathlib import Path

import pytest

from deid.datatypes import Span
from deid.errors import DuplicateId, EncodingError, InputError, MalformedRecord, UnknownLabel
from deid.evaluate import LabelledSpan, read_gold
from deid.labels import Label

CANARY = "Zebulon"


def write(folder: Path, *lines: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines),
        encoding="utf-8",
    )
    return path


def note(spans: object, *, name: str = "a", text: str = f"Seen by {CANARY} today.") -> object:
    return {"id": name, "text": text, "spans": spans}


def test_marks_are_read_in_the_order_of_the_text(tmp_path: Path) -> None:
    spans = [
        {"start": 16, "end": 21, "label": "DATE_TIME"},
        {"start": 8, "end": 15, "label": "DOCTOR", "annotator": "x"},
        {"start": 8, "end": 15, "label": "DOCTOR"},
    ]
    (gold,) = read_gold(write(tmp_path, "", note(spans)))
    assert gold.id == "a"
    assert gold.text == f"Seen by {CANARY} today."
    assert gold.spans == (
        LabelledSpan(Span(8, 15), Label.DOCTOR),
        LabelledSpan(Span(16, 21), Label.DATE),
    )


def test_a_byte_order_mark_is_no_part_of_the_first_note(tmp_path: Path) -> None:
    path = write(tmp_path, note([]))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [one.id for one in read_gold(path)] == ["a"]


def test_a_line_separator_in_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    line = json.dumps(note([], text="one\u2028two"), ensure_ascii=False)
    assert read_gold(write(tmp_path, line))[0].text == "one\u2028two"


@pytest.mark.parametrize(
    "line",
    [
        f'{{"id": "{CANARY}"',
        f'["{CANARY}"]',
        {"id": 3, "text": CANARY, "spans": []},
        {"id": "b", "spans": []},
        {"id": "b", "text": CANARY},
        {"id": "b", "text": f"{CANARY} \ud800", "spans": []},
        note([CANARY]),
        note([{"start": 0, "end": 0, "label": "DATE"}]),
        note([{"start": 3, "end": 99, "label": "DATE"}]),
        note([{"start": -1, "end": 2, "label": "DATE"}]),
        note([{"start": True, "end": 2, "label": "DATE"}]),
        note([{"start": 0, "end": 2}]),
    ],
)
def test_a_malformed_line_is_named_by_its_number_only(tmp_path: Path, line: object) -> None:
    path = write(tmp_path, note([], name="first"), line)
    with pytest.raises(MalformedRecord, match=r"^line 2\b") as caught:
        read_gold(path)
    assert CANARY not in str(caught.value)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DuplicateId, match="line 2"):
        read_gold(write(tmp_path, note([]), note([])))


def test_an_unknown_label_is_refused_with_its_place(tmp_path: Path) -> None:
    spans = [{"start": 0, "end": 4, "label": "SHOE_SIZE"}]
    with pytest.raises(UnknownLabel, match=r"line 1, span 0: .*SHOE_SIZE"):
        read_gold(write(tmp_path, note(spans)))


def test_a_file_without_a_note_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedRecord, match="no note"):
        read_gold(write(tmp_path, ""))


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b'{"id": "\xff"}')
    with pytest.raises(EncodingError):
        read_gold(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_gold(tmp_path / "none.jsonl")


def test_no_repr_shows_the_note(tmp_path: Path) -> None:
    assert CANARY not in repr(read_gold(write(tmp_path, note([]))))
