from __future__ import annotations

from pathlib import Path

import pytest

from deid.errors import InputError, MalformedRecord, UnknownLabel
from deid.evaluate import GoldFormat, GoldNote, read_gold
from deid.labels import Label

CANARY = "Zebulon"
TEXT = f"Seen by {CANARY}\nTarrow, 3 May,\r\nfax 555 0123 or 0124."


def pair(folder: Path, *lines: str, name: str = "a", text: str = TEXT) -> Path:
    (folder / f"{name}.txt").write_bytes(text.encode())
    path = folder / f"{name}.ann"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def pieces(note: GoldNote) -> list[tuple[str, Label]]:
    return [(mark.span.of(note.text), mark.label) for mark in note.spans]


def test_marks_count_code_points_of_the_text_as_it_is(tmp_path: Path) -> None:
    start = TEXT.index("555")
    path = pair(tmp_path, f"T2\tFAX {start} {start + 8}\t555 0123", "T1\tDATE 24 29\t3 May")
    (note,) = read_gold(path)
    assert (note.id, note.text) == ("a", TEXT)
    assert pieces(note) == [("3 May", Label.DATE), ("555 0123", Label.FAX)]
    assert read_gold(tmp_path / "a.txt") == read_gold(tmp_path) == (note,)


def test_fragments_parted_by_a_line_end_are_one_mark(tmp_path: Path) -> None:
    path = pair(tmp_path, f"T1\tDOCTOR 8 15;16 22\t{CANARY} Tarrow")
    assert pieces(read_gold(path)[0]) == [(f"{CANARY}\nTarrow", Label.DOCTOR)]


def test_fragments_parted_by_words_are_a_mark_each(tmp_path: Path) -> None:
    start = TEXT.index("555")
    line = f"T1\tPHONE {start} {start + 8};{start + 12} {start + 16}\t555 0123 0124"
    assert [piece for piece, _ in pieces(read_gold(pair(tmp_path, line))[0])] == [
        "555 0123",
        "0124",
    ]


def test_other_lines_of_brat_mark_nothing(tmp_path: Path) -> None:
    lines = [
        "R1\tSame Arg1:T1 Arg2:T2",
        "#1\tAnnotatorNotes T1\tx",
        "A1\tSure T1",
        "*\tEquiv T1 T2",
    ]
    assert read_gold(pair(tmp_path, *lines, ""))[0].spans == ()


@pytest.mark.parametrize(
    "line",
    [
        f"T1\tDOCTOR 8 14\t{CANARY}",
        f"T1\tDOCTOR 8 99\t{CANARY}",
        "T1\tDOCTOR 8 8\t",
        "T1\tDOCTOR eight 15\tx",
        f"T1\tDOCTOR 8 {'9' * 5000}\tx",
        "T1 DOCTOR 8 15 x",
        f"T1\tDOCTOR 16 22;8 15\tTarrow {CANARY}",
        f"{CANARY}",
        f"A{CANARY}\tx",
    ],
)
def test_a_malformed_line_is_named_by_its_number_only(tmp_path: Path, line: str) -> None:
    with pytest.raises(MalformedRecord, match=r"^line 2\b") as caught:
        read_gold(pair(tmp_path, "T9\tDATE 24 29\t3 May", line))
    assert CANARY not in str(caught.value)


def test_an_unknown_label_is_named_with_its_place(tmp_path: Path) -> None:
    pair(tmp_path, f"T1\tSHOE 8 15\t{CANARY}")
    with pytest.raises(UnknownLabel, match=r"^a\.ann, line 1: unknown label 'SHOE'"):
        read_gold(tmp_path)


def test_both_files_are_needed(tmp_path: Path) -> None:
    path = pair(tmp_path)
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputError, match="one of the two is missing"):
        read_gold(path)
    (tmp_path / "b.txt").write_text(TEXT)
    with pytest.raises(InputError, match="one of the two is missing"):
        read_gold(tmp_path / "b.txt", form=GoldFormat.BRAT)
