"""Planted words are invented, marked by chance, and ranked among others that were not planted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import pytest

from deid.training.attacks.canaries import (
    exposures,
    invent_words,
    make_canaries,
    mean_by_repeats,
    patients_of_words,
    plant,
    scored_canaries,
)
from deid.training.cohort.patients import Cohort
from deid.training.redraw import MarkedNote

CANARIES = make_canaries((0, 1, 3), each=5, seed=1)
OTHERS = invent_words(63, seed=99)


def flat(notes: Sequence[MarkedNote]) -> list[float]:
    return [1.0] * len(notes)


def knowing(known: Sequence[str]) -> object:
    """A model that knows these words by heart, and of others something that means nothing."""

    def losses(notes: Sequence[MarkedNote]) -> list[float]:
        words = [span.of(note.text) for note in notes for span, _ in note.marks]
        return [0.0 if word in known else 0.5 + (hash(word) % 97) / 1000 for word in words]

    return losses


def test_words_are_invented_once_and_again_by_the_seed() -> None:
    words = invent_words(500, seed=4)
    assert len(set(words)) == 500
    assert words == invent_words(500, seed=4)
    assert words[:50] != invent_words(50, seed=5)
    assert all(word.isalpha() and word[0].isupper() for word in words)


def test_a_label_is_drawn_by_chance_so_that_only_the_word_tells_it() -> None:
    many = make_canaries([1], each=400, seed=2)
    labels = Counter(canary.label for canary in many)
    assert all(60 < count < 140 for count in labels.values())
    by_sentence = Counter((canary.sentence, canary.label) for canary in many)
    assert len(by_sentence) == 24


def test_the_mark_is_on_the_word() -> None:
    for canary in CANARIES:
        note = canary.note("n")
        ((span, label),) = note.marks
        assert (span.of(note.text), label) == (canary.word, canary.label)


def test_each_repeat_is_a_patient_of_its_own() -> None:
    before = patients_of_words(4, sentences=3, seed=7)
    after = plant(before, CANARIES)
    assert len(after) == len(before) + sum(canary.repeats for canary in CANARIES)
    assert set(before.patients) <= set(after.patients)
    texts = Counter(span.of(note.text) for note in after.notes for span, _ in note.marks)
    assert all(texts[canary.word] == canary.repeats for canary in CANARIES)


def test_patients_of_words_have_words_of_their_own() -> None:
    cohort = patients_of_words(10, sentences=3, seed=7)
    assert isinstance(cohort, Cohort)
    words = [span.of(note.text) for note in cohort.notes for span, _ in note.marks]
    assert len(words) == len(set(words)) == 30
    assert all(len(one.notes) == 1 for one in cohort.patients)


def test_a_word_known_by_heart_is_wholly_exposed_and_others_are_not() -> None:
    known = [canary.word for canary in CANARIES if canary.repeats == 3]
    found = exposures(CANARIES, OTHERS, before=flat, after=knowing(known))  # type: ignore[arg-type]
    for canary, exposure in zip(CANARIES, found, strict=True):
        if canary.repeats == 3:
            assert exposure == pytest.approx(math.log2(64))
        else:
            assert 0.0 <= exposure <= math.log2(64)
    means = mean_by_repeats(CANARIES, found)
    assert list(means) == [0, 1, 3]
    assert means[3] == (pytest.approx(6.0), 0.0)


def test_a_model_that_learnt_nothing_ranks_all_words_alike() -> None:
    (exposure, *_) = exposures(CANARIES, OTHERS, before=flat, after=flat)
    # In the middle of 64: rank 1 + 63 / 2.
    assert exposure == pytest.approx(math.log2(64 / 32.5))


def test_words_are_scored_by_how_far_their_loss_fell() -> None:
    known = [canary.word for canary in CANARIES if canary.repeats]
    scored = scored_canaries(CANARIES, before=flat, after=knowing(known))  # type: ignore[arg-type]
    assert scored.inside == (1.0,) * 10
    assert len(scored.outside) == 5
    assert max(scored.outside) < 0.6
