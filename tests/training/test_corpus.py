"""NoteVeil's own training notes: how they are read, and that they are as varied as promised."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from deid.errors import MalformedRecord
from deid.labels import Label
from deid.training.corpus import CORPUS, parse, read_corpus

HEADER = re.compile(r"^### (id|type|specialty|style|country): *(.+)$", re.MULTILINE)


def test_tags_become_marks() -> None:
    note = parse("n", "BP < 90. Seen by Dr. <DOCTOR>Ana Ito</DOCTOR> <b>at</b> <CITY>Lund</CITY>.")
    assert note.text == "BP < 90. Seen by Dr. Ana Ito <b>at</b> Lund."
    assert [(span.of(note.text), label) for span, label in note.marks] == [
        ("Ana Ito", Label.DOCTOR),
        ("Lund", Label.CITY),
    ]


@pytest.mark.parametrize(
    "tagged",
    ["<CITY>Lund", "Lund</CITY>", "<CITY>Lund</STATE>", "<CITY>a <DATE>May</DATE></CITY>"],
)
def test_tags_that_do_not_fit_are_named(tagged: str) -> None:
    with pytest.raises(MalformedRecord, match="note n: tag") as failure:
        parse("n", tagged)
    assert "Lund" not in str(failure.value)


def test_the_notes_of_a_folder_are_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("### id: b-1\n### type: x\nSecond.\n")
    (tmp_path / "a.txt").write_text("### id: a-1\n### type: x\nFirst.\n\n### id: a-2\nAlso.\n")
    assert [(note.id, note.text) for note in read_corpus(tmp_path)] == [
        ("a-1", "First."),
        ("a-2", "Also."),
        ("b-1", "Second."),
    ]


def test_the_corpus_is_large_and_varied() -> None:
    notes = read_corpus()
    heads = [pair for path in CORPUS.glob("*.txt") for pair in HEADER.findall(path.read_text())]
    kinds = {key: {value for name, value in heads if name == key} for key, _ in heads}
    assert len(notes) >= 600
    assert len({note.id for note in notes}) == len(notes)
    assert len(kinds["type"]) >= 40
    assert len(kinds["specialty"]) >= 25
    assert len(kinds["style"]) >= 12
    labels = Counter(label for note in notes for _, label in note.marks)
    assert min(labels[label] for label in Label) > 0
    assert sum(not note.marks for note in notes) >= 30, "notes without identifiers"


def test_no_note_is_another_with_words_exchanged() -> None:
    notes = read_corpus()
    seen: dict[str, str] = {}
    for note in notes:
        for line in note.text.splitlines():
            words = line.split()
            if len(words) >= 12:
                assert seen.setdefault(" ".join(words), note.id) == note.id, f"{note.id}: {line}"
    by_length = sorted(notes, key=lambda note: len(note.text))
    for one, other in itertools.pairwise(by_length):
        matcher = SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False)
        assert matcher.ratio() < 0.6, f"{one.id} and {other.id} are alike"
