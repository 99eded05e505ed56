from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.evaluate.fairness import Gender, NameGroup, rename
from deid.evaluate.fairness_names import GROUPS, extended
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.labels import NAME_LABELS, Label

TEST_GROUP = NameGroup(
    "test", {Gender.FEMALE: ("Zita",), Gender.MALE: ("Zoran",)}, ("Quist",), ("XX",)
)


def marked(text: str) -> GoldNote:
    """A note of a text with `[LABEL|value]` marks."""
    plain, spans = "", []
    for part in text.split("["):
        head, bracket, tail = part.partition("]")
        if not bracket:
            plain += part
            continue
        label, _, value = head.partition("|")
        spans.append(LabelledSpan(Span(len(plain), len(plain) + len(value)), Label(label)))
        plain += value + tail
    return GoldNote("n", plain, tuple(spans))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[PATIENT|Anna Berg]", "Zita Quist"),
        ("[PATIENT|BERG, ANNA]", "QUIST, ZITA"),
        ("[PATIENT|BERG^ANNA^M]", "QUIST^ZITA^M"),
        ("[DOCTOR|A. Berg]", "A. Quist"),
        ("[DOCTOR|a. berg-lind]", "a. quist-quist"),
        ("[DOCTOR|Berg, MD]", "Quist, MD"),
        ("[PATIENT|anna van der berg]", "zita van der quist"),
        ("Mrs. [PERSON|Berg] and [PERSON|Anna]", "Mrs. Quist and Zita"),
        ("[PATIENT|Anna]'s mother", "Zita's mother"),
        ("[PATIENT|Anna Berg-Lind]", "Zita Quist-Quist"),
        ("[PATIENT|Anna O'Hara Jr]", "Zita Quist Jr"),
        ("[DOCTOR|AB] [DOCTOR|J]", "AB J"),
        ("[EMAIL|anna.berg@example.org]", "anna.berg@example.org"),
    ],
)
def test_names_keep_their_form_and_case(before: str, after: str) -> None:
    assert rename(marked(before), TEST_GROUP, Gender.FEMALE, seed=1).text == after


def test_a_name_that_stands_alone_is_who_it_was_in_full() -> None:
    note = marked("[PATIENT|Kim Lee] came. [PATIENT|Lee] left. [DOCTOR|Kim] stayed.")
    renamed = rename(note, TEST_GROUP, Gender.MALE, seed=1)
    assert renamed.text == "Zoran Quist came. Quist left. Zoran stayed."


def test_only_names_change_and_marks_are_around_the_new_ones() -> None:
    note = marked(
        "Seen [DATE|3/4/24]: [PATIENT|Ida Lo], son [PERSON|Al], [CITY|Ulm], Dr. [DOCTOR|Y]"
    )
    for group in GROUPS:
        for gender in Gender:
            renamed = rename(note, group, gender, seed=5)
            kept = [m.span.of(renamed.text) for m in renamed.spans if m.label not in NAME_LABELS]
            assert kept == ["3/4/24", "Ulm"]
            name, son, doctor = (
                m.span.of(renamed.text) for m in renamed.spans if m.label in NAME_LABELS
            )
            given_name, _, family = name.partition(" ")
            assert given_name in group.given[gender]
            assert family in group.family
            assert son in group.given[gender]
            assert doctor == "Y"
            assert renamed.text == f"Seen 3/4/24: {name}, son {son}, Ulm, Dr. Y"
            assert rename(note, group, gender, seed=5) == renamed


def test_different_people_get_different_names() -> None:
    note = marked("[PATIENT|Ida Lo] [PERSON|Eve Ray] [PERSON|May Orr] [DOCTOR|Una Fee]")
    renamed = rename(note, GROUPS[0], Gender.FEMALE, seed=2)
    names = [mark.span.of(renamed.text) for mark in renamed.spans]
    assert len({name.split()[0] for name in names}) == 4
    assert len({name.split()[1] for name in names}) == 4


def test_names_in_overlapping_marks_are_left() -> None:
    text = "Anna Berg"
    spans = (LabelledSpan(Span(0, 9), Label.PATIENT), LabelledSpan(Span(5, 9), Label.PERSON))
    note = GoldNote("n", text, spans)
    assert rename(note, TEST_GROUP, Gender.FEMALE, seed=1) == note


@given(
    text=st.text("aAbJ. ,-^'’é\n", min_size=1, max_size=30),
    cuts=st.lists(st.integers(0, 30), min_size=2, max_size=6, unique=True).map(sorted),
)
def test_any_note_can_be_renamed(text: str, cuts: list[int]) -> None:
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    spans = [LabelledSpan(Span(a, b), Label.PATIENT) for a, b in pairs if b <= len(text)]
    note = GoldNote("h", text, tuple(spans))
    renamed = rename(note, GROUPS[3], Gender.MALE, seed=1)
    assert len(renamed.spans) == len(note.spans)


def test_there_are_more_than_twelve_groups_with_enough_names() -> None:
    assert len(GROUPS) > 12
    assert len({group.name for group in GROUPS}) == len(GROUPS)
    for group in GROUPS:
        assert min(len(group.given[gender]) for gender in Gender) >= 12
        assert len(group.family) >= 12
    given_names = Counter(n for g in GROUPS for names in g.given.values() for n in names)
    assert max(given_names.values()) <= 2


def test_lists_of_countries_lengthen_their_groups() -> None:
    more = [
        ("XX", Gender.FEMALE, "Zora"),
        ("XX", None, "Quill"),
        ("XX", None, "Quist"),
        ("YY", None, "Other"),
    ]
    longer = extended(TEST_GROUP, more)
    assert longer.given == {Gender.FEMALE: ("Zita", "Zora"), Gender.MALE: ("Zoran",)}
    assert longer.family == ("Quist", "Quill")
