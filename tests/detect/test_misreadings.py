"""Misread words of pictures are taken for what they resemble; words of text never are."""

from __future__ import annotations

import pytest

from deid.datatypes import Document, Finding, Span
from deid.detect.misreadings import misreadings
from deid.detect.propagate import DETECTOR
from deid.detect.roster import identifiers_of
from deid.labels import Label
from deid.parts import Assembly


def note(*lines: str, is_read: bool = True) -> Document:
    """A note of which each word was read in a picture."""
    assembly = Assembly()
    for line in lines:
        words = line.split(" ")
        for number, word in enumerate(words):
            text = f"{word} " if number < len(words) - 1 else word
            assembly.add(text, "line", goes_on=number > 0, is_read=is_read)
    return assembly.document("x")


def found(document: Document, text: str, label: Label, score: float = 0.9) -> Finding:
    start = document.text.index(text)
    return Finding(Span(start, start + len(text)), label, score, "rule:x@1")


def words(document: Document, *findings: Finding) -> list[str]:
    """What is found besides."""
    return [
        one.span.of(document.text)
        for one in misreadings(document, findings)
        if not any(finding.span.covers(one.span) for finding in findings)
    ]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Henderson", "Hendersen"),
        ("Furney", "Fumey"),
        ("Ilsa", "llsa"),
        ("Blasl", "Blas]"),
        ("Feldstein", "Fekistein"),
        ("Katrijn", "Katnijn"),
        ("Devaughn", "aughn"),
        ("Quenbridge", "Quenbridgewas"),
        ("Quenbridge", "overQuenbridge"),
        ("Quenbridge", "(qvenbridge)."),
    ],
)
def test_a_name_found_elsewhere_is_known_in_a_misreading(name: str, read: str) -> None:
    document = note(f"Patient {name}", f"today {read} was better")
    one = found(document, name, Label.PATIENT)
    [more] = [f for f in misreadings(document, [one]) if not one.span.overlaps(f.span)]
    assert (more.label, more.detector) == (Label.PATIENT, DETECTOR)
    assert more.span.of(document.text) == read.strip("().")
    assert more.score == pytest.approx(0.72)


def test_a_name_torn_in_two_is_found_in_both_halves() -> None:
    document = note("Marisol Quenbridge", "seen Quen bridge today")
    assert words(document, found(document, "Quenbridge", Label.PATIENT)) == ["Quen", "bridge"]


def test_words_of_the_common_vocabulary_and_words_unlike_it_are_no_misreadings() -> None:
    document = note("Marten Walkern", "Martin is a walker with metoprolol and Zyxwquat")
    one = found(document, "Walkern", Label.PATIENT)
    assert words(document, one) == []


def test_a_number_is_known_with_one_figure_wrong_and_in_pieces() -> None:
    document = note("MRN QX48021377", "see QX4802I377 and QX 4802 1377 and QX99999999 and 48")
    one = found(document, "QX48021377", Label.MRN)
    assert words(document, one) == ["QX4802I377", "QX 4802 1377"]


def test_what_the_file_says_of_its_patient_is_known_too() -> None:
    document = note("seen Qvenbridqe today, record 480Z1377")
    known = identifiers_of([("name", "Marisol Quenbridge"), ("mrn", "48021377")])
    texts = [one.span.of(document.text) for one in misreadings(document, (), [known])]
    assert texts == ["Qvenbridqe", "480Z1377"]


def test_a_name_that_is_not_sure_and_words_that_were_not_read_say_nothing() -> None:
    document = note("Patient Henderson", "Hendersen was better")
    assert not words(document, found(document, "Henderson", Label.PATIENT, 0.3))
    document = note("Patient Henderson", "Hendersen was better", is_read=False)
    assert not misreadings(document, [found(document, "Henderson", Label.PATIENT)])
