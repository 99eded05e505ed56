from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.labels import Label
from deid.training.inserts import TEMPLATES, insert
from deid.training.noise import roughen
from deid.training.people import Cast, username
from deid.training.redraw import MarkedNote, redraw
from deid.training.values import fresh_value, like_case, same_shape
from deid.training.wordlists import WordLists

POOLS = {label: [f"{label.lower()} seven 12", f"{label.title()} 34-5"] for label in Label}
LISTS = WordLists(
    first_names=[["Ada", "Noor", "Bo"], ["Søren"]],
    last_names=[["Lum", "Okafor"], ["Ferreira"]],
    cities=["Oldtown", "Marsh End"],
    counties=["Weld"],
    states=[("Ohio", "OH"), ("Utah", "UT")],
    countries=["Peru"],
    hospitals=["Marsh End Clinic"],
    streets=["12 Mill Lane"],
    jobs=["civil engineer"],
    pools=POOLS,
)
SEEDS = st.integers(0, 2**32 - 1)


def marked(text: str) -> MarkedNote:
    """A note from text with marks written as `[LABEL:value]`."""
    marks: list[tuple[Span, Label]] = []
    plain = ""
    for index, part in enumerate(text.replace("]", "[").split("[")):
        if index % 2:
            label, _, value = part.partition(":")
            marks.append((Span(len(plain), len(plain) + len(value)), Label(label)))
            plain += value
        else:
            plain += part
    return MarkedNote("n1", plain, tuple(marks))


NOTE = marked(
    "[PATIENT:VEGA, INES R]  MRN [MRN:0421-77]  DOB [DATE:4/19/1961]\n"
    "[PATIENT:Ines Vega] is a [AGE:63-year-old] [PROFESSION:tram driver] from [CITY:Lund].\n"
    "[PATIENT:Vega] was seen by Dr. [DOCTOR:Holm]. BP 120/80.\n"
)


@given(SEEDS, st.integers(0, 50))
def test_marks_lie_on_values_and_all_else_is_as_before(seed: int, epoch: int) -> None:
    drawn = redraw(NOTE, LISTS, seed=seed, epoch=epoch)
    assert [label for _, label in drawn.marks].count(Label.MRN) >= 1
    end = 0
    for span, _label in drawn.marks:
        assert end <= span.start < span.end <= len(drawn.text)
        assert span.of(drawn.text).strip()
        end = span.end
    assert len(drawn.marks) >= len(NOTE.marks)


def test_the_same_seed_pass_and_note_give_the_same_text() -> None:
    first = redraw(NOTE, LISTS, seed=3, epoch=1)
    assert redraw(NOTE, LISTS, seed=3, epoch=1) == first
    others = [redraw(NOTE, LISTS, seed=3, epoch=epoch) for epoch in range(2, 6)]
    assert all(other.text != first.text for other in others)


def test_most_values_are_new() -> None:
    texts = [redraw(NOTE, LISTS, seed=1, epoch=epoch).text.casefold() for epoch in range(60)]
    assert sum("0421-77" in text for text in texts) < 30
    assert sum("vega" in text for text in texts) < 50


@given(SEEDS)
def test_a_part_of_a_name_is_the_same_all_through_a_note(seed: int) -> None:
    cast = Cast(LISTS, random.Random(seed))
    assert cast._part("Vega", family=True) == cast._part("Vega", family=True)


@given(SEEDS)
def test_case_initials_and_particles_of_a_name_are_kept(seed: int) -> None:
    cast = Cast(LISTS, random.Random(seed))
    assert cast._part("VEGA", family=True).isupper()
    assert cast._part("vega", family=True).islower()
    assert cast._part("de", family=False) == "de"
    assert len(cast._part("R", family=False)) == 1


@given(st.sampled_from(list(Label)), SEEDS)
def test_there_is_a_fresh_value_for_every_label(label: Label, seed: int) -> None:
    if label in {Label.PATIENT, Label.DOCTOR, Label.PERSON}:
        value = Cast(LISTS, random.Random(seed)).rename("Vega, Ines R")
    else:
        value = fresh_value(label, "Ab-1234 x", LISTS, random.Random(seed))
    assert value.strip()


@given(st.from_regex(r"[A-Z]{1,3}-?[0-9]{2,9}", fullmatch=True), SEEDS)
def test_the_shape_of_a_number_is_kept(value: str, seed: int) -> None:
    drawn = same_shape(value, random.Random(seed))
    kinds = [(char.isdigit(), char.isupper()) for char in value]
    assert [(char.isdigit(), char.isupper()) for char in drawn] == kinds


@pytest.mark.parametrize(
    ("model", "value", "result"),
    [("LUND", "Oldtown", "OLDTOWN"), ("lund", "Oldtown", "oldtown"), ("Lund", "OH", "OH")],
)
def test_case_follows_the_old_value(model: str, value: str, result: str) -> None:
    assert like_case(model, value) == result


@given(st.text(max_size=300), SEEDS)
def test_rough_handling_moves_no_offset(text: str, seed: int) -> None:
    assert len(roughen(text, random.Random(seed))) == len(text)


@given(SEEDS)
def test_an_inserted_line_is_marked_where_its_slots_were(seed: int) -> None:
    pieces = insert(lambda label: f"<{label}>", random.Random(seed))
    assert all(text == f"<{label}>" for text, label in pieces if label is not None)
    line = "".join(
        text if label is None else text.replace("<", "{").replace(">", "}")
        for text, label in pieces
    )
    assert line in TEMPLATES


@given(SEEDS)
def test_a_user_name_has_no_blank(seed: int) -> None:
    assert " " not in username(LISTS, random.Random(seed))
