from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.errors import DuplicateId, MalformedRecord
from deid.evaluate import GoldNote, LabelledSpan, read_gold
from deid.evaluate.readers.files import GoldFile
from deid.evaluate.readers.inline import untag
from deid.labels import Label

CANARY = "Zebulon"
CORPUS = f"""\
### id: ward-1
### type: ward round
### style: telegraphic

seen by <DOCTOR>{CANARY}</DOCTOR>, hb <9, plt <100>

### id: ward-2
### style: letter
Nobody here.
"""


def read(folder: Path, content: str) -> tuple[GoldNote, ...]:
    path = folder / "notes.txt"
    path.write_bytes(content.encode())
    return read_gold(path)


def test_tags_are_taken_out_and_any_other_angle_is_text(tmp_path: Path) -> None:
    content = f"\npH <7, <B>dr <DOCTOR>{CANARY}</DOCTOR></B> <AGE90>93</AGE90>yo <SHOE>9</SHOE>\n"
    (note,) = read(tmp_path, content)
    assert note.id == "notes"
    assert note.text == f"\npH <7, <B>dr {CANARY}</B> 93yo <SHOE>9</SHOE>\n"
    assert [(mark.span.of(note.text), mark.label) for mark in note.spans] == [
        (CANARY, Label.DOCTOR),
        ("93", Label.AGE90),
    ]


def test_a_corpus_file_holds_several_notes_and_says_what_they_are(tmp_path: Path) -> None:
    one, two = read(tmp_path, CORPUS)
    assert (one.id, two.id) == ("ward-1", "ward-2")
    assert one.metadata == {"type": "ward round", "style": "telegraphic"}
    assert one.text == f"seen by {CANARY}, hb <9, plt <100>"
    assert one.spans == (LabelledSpan(Span(8, 15), Label.DOCTOR),)
    assert (two.text, two.spans) == ("Nobody here.", ())


def test_a_corpus_file_with_line_ends_of_windows_reads_the_same_headers(tmp_path: Path) -> None:
    one, two = read(tmp_path, CORPUS.replace("\n", "\r\n"))
    assert (one.id, one.metadata["style"], two.text) == ("ward-1", "telegraphic", "Nobody here.")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("</DOCTOR>", "", 5),
        ("<DOCTOR>", "", 5),
        ("</DOCTOR>", "</DATE>", 5),
        (CANARY, "", 5),
        (CANARY, f"<DATE>{CANARY}</DATE>", 5),
        ("### style: telegraphic", "### telegraphic", 3),
        ("### style: telegraphic", "### type: telegraphic", 3),
        ("### id: ward-2", "### id:", 9),
        ("Nobody here.\n", "", 9),
    ],
)
def test_what_is_wrong_is_named_by_its_line_only(
    tmp_path: Path, old: str, new: str, line: int
) -> None:
    with pytest.raises(MalformedRecord, match=rf"^line {line}\b") as caught:
        read(tmp_path, CORPUS.replace(old, new))
    assert CANARY not in str(caught.value)


def test_text_before_the_first_note_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(f"{CANARY}\n{CORPUS}", encoding="utf-8")
    from deid.evaluate import GoldFormat

    with pytest.raises(MalformedRecord, match="before the first"):
        read_gold(path, form=GoldFormat.CORPUS)


def test_ids_are_unique_over_the_files_of_a_folder(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(CORPUS, encoding="utf-8")
    with pytest.raises(DuplicateId, match=r"^b\.txt, line 1"):
        read_gold(tmp_path)


pieces = st.lists(
    st.tuples(
        st.text(st.characters(exclude_characters="<", exclude_categories=("Cs",))),
        st.none() | st.sampled_from(Label),
    )
)


@given(pieces)
def test_what_was_tagged_comes_back(drawn: list[tuple[str, Label | None]]) -> None:
    text, tagged, marks = "", "", []
    for piece, label in drawn:
        if label is not None and piece:
            marks.append(LabelledSpan(Span(len(text), len(text) + len(piece)), label))
            tagged += f"<{label}>{piece}</{label}>"
        else:
            tagged += piece
        text += piece
    assert untag(tagged, GoldFile("a", tagged)) == (text, tuple(marks))
