"""NoteVeil's own training notes: as many and as varied as promised, and marked soundly."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise

import pytest

from deid import resources
from deid.evaluate import GoldNote, read_gold
from deid.labels import NAME_LABELS, Label


@pytest.fixture(scope="module")
def notes() -> tuple[GoldNote, ...]:
    return read_gold(resources.models() / "corpus")


def test_the_corpus_is_large_and_varied(notes: tuple[GoldNote, ...]) -> None:
    assert len(notes) >= 600
    kinds = {key: {note.metadata[key] for note in notes} for key in notes[0].metadata}
    assert len(kinds["type"]) >= 40
    assert len(kinds["specialty"]) >= 25
    assert len(kinds["style"]) >= 12
    labels = Counter(mark.label for note in notes for mark in note.spans)
    assert min(labels[label] for label in Label) > 0
    assert sum(not note.spans for note in notes) >= 60, "notes without identifiers"


def test_marks_are_disjoint_and_have_no_blank_edges(notes: tuple[GoldNote, ...]) -> None:
    for note in notes:
        assert all(one.span.end <= two.span.start for one, two in pairwise(note.spans)), note.id
        for mark in note.spans:
            value = mark.span.of(note.text)
            assert value == value.strip(), f"{note.id}: {mark}"
            if mark.label in NAME_LABELS:
                assert not value.startswith(("Dr. ", "Mrs. ", "Ms. ")), f"{note.id}: {mark}"


def test_no_note_is_another_with_words_exchanged(notes: tuple[GoldNote, ...]) -> None:
    seen: dict[str, str] = {}
    for note in notes:
        for line in note.text.splitlines():
            words = line.split()
            if len(words) >= 12:
                assert seen.setdefault(" ".join(words), note.id) == note.id, f"{note.id}: {line}"
    by_length = sorted(notes, key=lambda note: len(note.text))
    for one, other in pairwise(by_length):
        matcher = SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False)
        assert matcher.ratio() < 0.6, f"{one.id} and {other.id} are alike"
