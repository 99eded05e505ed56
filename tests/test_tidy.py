"""Edges, joined pieces and agreed labels of merged findings."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Dropped, DropReason, Finding, Resolution, Span
from deid.labels import Label
from deid.tidy import tidy


def finding(
    text: str, value: str, label: Label, *, detector: str = "model:0", score: float = 0.9
) -> Finding:
    start = text.index(value)
    return Finding(Span(start, start + len(value)), label, score, detector)


def tidied(
    text: str, *found: tuple[str, Label], detector: str = "model:0"
) -> list[tuple[str, str]]:
    kept = tuple(finding(text, value, label, detector=detector) for value, label in found)
    return [(one.span.of(text), one.label) for one in tidy(text, Resolution(kept)).kept]


@pytest.mark.parametrize(
    ("value", "label", "kept"),
    [
        ("Ana Ito, MD", Label.DOCTOR, "Ana Ito"),
        ("Ana Ito, PharmD, BCBA", Label.DOCTOR, "Ana Ito"),
        ("Ana Ito RN", Label.DOCTOR, "Ana Ito"),
        ("Ana Ito MA", Label.DOCTOR, "Ana Ito"),
        ("Ito, M", Label.DOCTOR, "Ito, M"),
        ("JACK MA", Label.PATIENT, "JACK MA"),
        ("Jack Ma", Label.PATIENT, "Jack Ma"),
        ("Minh DO", Label.PATIENT, "Minh DO"),
        ("THUY DO, MD", Label.DOCTOR, "THUY DO"),
        ("LY THUY DO", Label.PATIENT, "LY THUY DO"),
        ("Dr. Ito", Label.DOCTOR, "Ito"),
        ("DPOA Ana Ito", Label.PERSON, "Ana Ito"),
        ("Ana's", Label.PERSON, "Ana"),
        ("ITO, ANA   F", Label.PATIENT, "ITO, ANA"),
        ("ITO^ANA^^MRS", Label.PATIENT, "ITO^ANA"),
        ("ITO, ANA M", Label.PATIENT, "ITO, ANA M"),
        ("MA", Label.PERSON, "MA"),
        ("Dr", Label.DOCTOR, "Dr"),
        ("73F", Label.AGE, "73"),
        ("73 years", Label.AGE, "73"),
        ("52 y.o.", Label.AGE, "52"),
        ("45 years old", Label.AGE, "45"),
        ("9 years", Label.AGE, "9"),
        ("9 months", Label.AGE, "9 months"),
        ("45-year-old", Label.AGE, "45-year-old"),
        ("94 years old", Label.AGE90, "94 years old"),
        ("acct4417", Label.ACCOUNT, "4417"),
        ("MBI 2KE4-NH7", Label.HEALTHPLAN, "2KE4-NH7"),
        ("adm07/01", Label.DATE, "07/01"),
        ("x51190", Label.PHONE, "x51190"),
        ("PJN4417", Label.DEVICE, "PJN4417"),
        ("ito-amadi.", Label.DOCTOR, "ito-amadi"),
        ("Ito Jr.", Label.DOCTOR, "Ito Jr."),
        ("4 Ash Ave.", Label.STREET, "4 Ash Ave."),
        ("ito'", Label.PATIENT, "ito"),
        ("Ana 'Bo' Ito", Label.PATIENT, "Ana 'Bo' Ito"),
        ('Ana "Bo"', Label.PATIENT, 'Ana "Bo"'),
        ("2 Annex /", Label.DEPARTMENT, "2 Annex"),
    ],
)  # fmt: skip
def test_edges(value: str, label: Label, kept: str) -> None:
    text = f"[{value}]"
    assert tidied(text, (value, label)) == [(kept, label)]


def test_the_first_letter_of_a_degree_is_no_initial() -> None:
    text = "Ana Ito, M.D., and Bo Lind, M. came."
    found = tidied(text, ("Ana Ito, M", Label.DOCTOR), ("Bo Lind, M", Label.DOCTOR))
    assert found == [("Ana Ito", Label.DOCTOR), ("Bo Lind, M", Label.DOCTOR)]


def test_a_city_and_its_state_are_two() -> None:
    text = "Born in Hightstown, NJ and Rome."
    assert tidied(text, ("Hightstown, NJ", Label.CITY), ("Rome", Label.CITY)) == [
        ("Hightstown", Label.CITY),
        ("NJ", Label.STATE),
        ("Rome", Label.CITY),
    ]


def test_a_weekday_and_its_date_are_one() -> None:
    text = "Seen Tues 3/4, Mondays, 5/6 and Friday."
    found = [("Tues", Label.DATE), ("3/4", Label.DATE), ("Mondays", Label.DATE)]
    assert tidied(text, *found, ("Friday", Label.DATE)) == [
        ("Tues 3/4", Label.DATE),
        ("Mondays", Label.DATE),
        ("Friday", Label.DATE),
    ]


def test_a_number_and_its_extension_are_one() -> None:
    text = "Call 555-0142 ext 41 or 555-0143\n88."
    found = [("555-0142", Label.PHONE), ("41", Label.PHONE), ("555-0143", Label.PHONE)]
    assert tidied(text, *found, ("88", Label.PHONE)) == [
        ("555-0142 ext 41", Label.PHONE),
        ("555-0143", Label.PHONE),
        ("88", Label.PHONE),
    ]


def test_the_same_person_has_one_label() -> None:
    text = "Ito came. ITO left. Ito slept. Holm saw her."
    places = [text.index("Ito"), text.index("ITO"), text.rindex("Ito")]
    labels = [Label.PATIENT, Label.DOCTOR, Label.PATIENT]
    kept = [
        Finding(Span(at, at + 3), label, 0.8, "model:0")
        for at, label in zip(places, labels, strict=True)
    ]
    kept.append(finding(text, "Holm", Label.DOCTOR))
    found = tidy(text, Resolution(tuple(kept))).kept
    assert [one.label for one in found] == [*[Label.PATIENT] * 3, Label.DOCTOR]


@pytest.mark.parametrize("detector", ["reviewer:u1", "known"])
def test_what_people_say_stays(detector: str) -> None:
    text = "Dr. Ito, MD on Tues 3/4"
    found = [("Dr. Ito, MD", Label.DOCTOR), ("Tues", Label.DATE), ("3/4", Label.DATE)]
    assert tidied(text, *found, detector=detector) == [(value, label) for value, label in found]


def test_the_reasons_name_what_is_kept_now() -> None:
    text = "Seen Tues 3/4 by Ito, MD."
    kept = (
        finding(text, "Tues", Label.DATE),
        finding(text, "3/4", Label.DATE),
        finding(text, "Ito, MD", Label.DOCTOR),
    )
    loser = finding(text, "Ito", Label.PERSON, detector="rule:x@1")
    dropped = Dropped(loser, DropReason.COVERED, kept[2])
    result = tidy(text, Resolution(kept, (dropped,)))
    assert [one.span.of(text) for one in result.kept] == ["Tues 3/4", "Ito"]
    assert result.dropped == (Dropped(loser, DropReason.COVERED, result.kept[1]),)


@given(st.text(alphabet="Ito, MD'sF12/x#^ \nacr", max_size=60), st.data())
def test_nothing_is_added_and_what_is_left_is_disjoint(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    kept = tuple(
        Finding(Span(low, high), data.draw(st.sampled_from(list(Label))), 0.9, "model:0")
        for low, high in zip(cuts[::2], cuts[1::2], strict=False)
        if any(map(str.isalnum, text[low:high]))
    )
    found = tidy(text, Resolution(kept)).kept
    assert all(one.span.end <= two.span.start for one, two in itertools.pairwise(found))
    for one in kept:
        touching = [two for two in found if two.span.overlaps(one.span)]
        assert touching, "a finding was lost"
    for two in found:
        assert any(map(str.isalnum, two.span.of(text)))
    added = {i for two in found for i in range(two.span.start, two.span.end)}
    added -= {i for one in kept for i in range(one.span.start, one.span.end)}
    # The x before the extension of a telephone number is part of it.
    assert not any(text[i].isalpha() and text[i] != "x" for i in added), "a letter was added"
