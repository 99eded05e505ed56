"""The parrot learns from marks, and misses what the notes that it learnt from do not show."""

from __future__ import annotations

import numpy as np
import pytest

from deid.datatypes import Document, Span
from deid.errors import ExaminationStopped
from deid.labels import Label
from deid.officer.attack import Marked, SeenName
from deid.officer.attack.measure import FOUND_FROM
from deid.officer.attack.parrot import parrot_scores
from deid.officer.attack.tokens import BUCKETS, FEATURES, features_of, tokens_of
from deid.stopping import stoppable


def seen(notes: list[Marked]) -> list[SeenName]:
    return [
        SeenName(number, note.findings[i].span, note.findings[i].label)
        for number, note in enumerate(notes)
        for i in note.names()
    ]


def with_odd_name(notes: list[Marked]) -> tuple[list[Document], SeenName]:
    """The notes, the first with a name where no other note has one."""
    documents = [note.document for note in notes]
    text = documents[0].text + "taxi waits, tell zebulon"
    documents[0] = Document("n0", text)
    return documents, SeenName(0, Span(len(text) - 7, len(text)), Label.PERSON)


def test_a_parrot_finds_names_in_places_like_those_it_learnt(notes: list[Marked]) -> None:
    scores = parrot_scores([note.document for note in notes], seen(notes))
    assert np.mean([score >= FOUND_FROM for score in scores]) > 0.95


def test_a_parrot_does_not_find_a_name_in_a_place_of_its_own(notes: list[Marked]) -> None:
    documents, odd = with_odd_name(notes)
    names = [*seen(notes), odd]
    scores = parrot_scores(documents, names)
    assert scores[-1] < FOUND_FROM
    assert scores[-1] == min(scores)


def test_the_same_seed_gives_the_same_scores(notes: list[Marked]) -> None:
    documents = [note.document for note in notes[:8]]
    names = seen(notes[:8])
    assert parrot_scores(documents, names, seed=3) == parrot_scores(documents, names, seed=3)


def test_no_note_is_judged_by_a_parrot_that_learnt_from_it(notes: list[Marked]) -> None:
    """Whether the odd name is marked changes no score in its own note."""
    documents, odd = with_odd_name(notes)
    names = seen(notes)
    own = [i for i, name in enumerate(names) if name.note == 0]
    without = parrot_scores(documents, names)
    marked = parrot_scores(documents, [*names, odd])
    assert [without[i] for i in own] == [marked[i] for i in own]
    others = [i for i, name in enumerate(names) if name.note != 0]
    assert [without[i] for i in others] != [marked[i] for i in others]


def test_one_note_is_too_few(notes: list[Marked]) -> None:
    with pytest.raises(ValueError, match="two notes"):
        parrot_scores([notes[0].document], [])


def test_a_note_without_a_word_is_learnt_as_well(notes: list[Marked]) -> None:
    documents = [Document("empty", ""), *(note.document for note in notes[:3])]
    assert parrot_scores(documents, [SeenName(0, Span(0, 0), Label.PERSON)]) == (0.0,)


def test_training_stops_when_asked(notes: list[Marked]) -> None:
    with stoppable(lambda: True), pytest.raises(ExaminationStopped):
        parrot_scores([note.document for note in notes], seen(notes))


def test_every_token_has_features_of_word_shape_and_context() -> None:
    text = "Dr. O'Brien-Ito,\n90 mg"
    tokens = tokens_of(text)
    words = ["Dr", ".", "O'Brien", "-", "Ito", ",", "\n", "90", "mg"]
    assert [token.of(text) for token in tokens] == words
    features = features_of(text, tokens)
    assert features.shape == (len(words), FEATURES)
    assert features.min() >= 0
    assert features.max() < BUCKETS
    assert len({tuple(row) for row in features}) == len(words)
    assert features_of("", ()).shape == (0, FEATURES)
