"""Mentions of the same person, number or day share a key and a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.labels import Label
from deid.redact.identity import fold, identities, name_words, numbers, same_person


def _numbers(*mentions: tuple[Label, str]) -> tuple[int, ...]:
    return numbers(identities(mentions))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Maria de la Cruz", ("maria", "cruz")),
        ("CRUZ, MARÍA", ("cruz", "maria")),
        ("O'Brien-Lee", ("obrien", "lee")),
        ("Smith's", ("smith",)),
        ("SMITH’S", ("smith",)),
        ("John Doe Jr.", ("john", "doe")),
        ("J.R. Doe", ("j", "r", "doe")),
        ("de la", ("la",)),
        ("Anna Le", ("anna", "le")),
        ("LE, ANNA", ("le", "anna")),
        ("do minh anh", ("do", "minh", "anh")),
        ("DE LA CRUZ", ("cruz",)),
        ("Anna E. Y. Roe", ("anna", "e", "y", "roe")),
        ("123", ()),
    ],
)
def test_name_words(text: str, words: tuple[str, ...]) -> None:
    assert name_words(text) == words


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Maria de la Cruz", "de la Cruz", True),
        ("YELLOWHAIR,WENDELL T", "Wendell Yellowhair", True),
        ("W. Yellowhair", "Wendell Yellowhair", True),
        ("John Smith", "Mary Smith", False),
        ("J. Smith", "Mary Smith", False),
        ("J. Jones", "Jones", True),
        ("A. Adams", "Adams", True),
        ("", "Adams", False),
    ],
)
def test_same_person(one: str, other: str, same: bool) -> None:
    assert same_person(name_words(one), name_words(other)) is same
    assert same_person(name_words(other), name_words(one)) is same


def test_people_are_numbered_in_the_order_of_the_note_and_by_label() -> None:
    assert _numbers(
        (Label.PATIENT, "Cruz"),
        (Label.DOCTOR, "John Smith"),
        (Label.PATIENT, "Maria Cruz"),
        (Label.DOCTOR, "Mary Smith"),
        (Label.DOCTOR, "J. Smith"),
        (Label.PATIENT, "123"),
    ) == (1, 1, 1, 2, 1, 2)


def test_codes_are_compared_by_letters_and_digits() -> None:
    assert _numbers(
        (Label.MRN, "00-4471"),
        (Label.MRN, "00 4471"),
        (Label.MRN, "00-4472"),
        (Label.SSN, "004471"),
    ) == (1, 1, 2, 1)


def test_values_without_letters_or_digits_are_told_apart() -> None:
    assert _numbers((Label.OTHER, "***"), (Label.OTHER, "---")) == (1, 2)


def test_fold() -> None:
    assert fold("Ｊｏｓé–Straße") == "josestrasse"


_names = st.lists(st.sampled_from(["ann", "A.", "Lee", "Ann Lee", "lee, ann", "Bo", "Bo Lee"]))


@given(names=_names)
def test_mentions_that_are_written_alike_share_their_key(names: list[str]) -> None:
    keys = identities([(Label.PATIENT, name) for name in names])
    by_words: dict[tuple[str, ...], set[str]] = {}
    for name, key in zip(names, keys, strict=True):
        by_words.setdefault(name_words(name), set()).add(key)
    assert all(len(keys) == 1 for keys in by_words.values())


@given(names=_names)
def test_every_mention_agrees_with_the_fullest_name_of_its_person(names: list[str]) -> None:
    for name, key in zip(names, identities([(Label.DOCTOR, n) for n in names]), strict=True):
        assert same_person(name_words(name), key.removeprefix("DOCTOR:").split())


@given(names=_names)
def test_people_are_those_that_comparing_each_name_with_all_others_gives(names: list[str]) -> None:
    words = [name_words(name) for name in names]
    known: list[tuple[str, ...]] = []
    fullest = {}
    for at in sorted(range(len(names)), key=lambda at: (-sum(map(len, words[at])), at)):
        same = [other for other in known if same_person(words[at], other)]
        known += [] if same else [words[at]]
        fullest[at] = (*same, words[at])[0]
    keys = [f"PERSON:{' '.join(sorted(fullest[at]))}" for at in range(len(names))]
    assert list(identities([(Label.PERSON, name) for name in names])) == keys
