from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.detect.known import KnownDetector
from deid.detect.normalise import normalise
from deid.detect.roster import Kind, KnownIdentifiers, KnownValue
from deid.labels import Label

_IDENTIFIERS = KnownIdentifiers(
    (
        (
            KnownValue(Label.PATIENT, Kind.GIVEN, "Jane"),
            KnownValue(Label.PATIENT, Kind.GIVEN, "Quinta"),
            KnownValue(Label.PATIENT, Kind.GIVEN, "Janie"),
            KnownValue(Label.PATIENT, Kind.FAMILY, "Okonkwo"),
            KnownValue(Label.PATIENT, Kind.NAME, "Núñez, Jane"),
            KnownValue(Label.PERSON, Kind.NAME, "Will O'Brien-Smith"),
            KnownValue(Label.DOCTOR, Kind.NAME, "Rose May, MD"),
            KnownValue(Label.DOCTOR, Kind.NAME, "Parkinson"),
            KnownValue(Label.DATE, Kind.DATE, "1962-03-14"),
            KnownValue(Label.MRN, Kind.CODE, "00-418826"),
            KnownValue(Label.HEALTHPLAN, Kind.CODE, "BMH 902-334"),
            KnownValue(Label.IDNUM, Kind.CODE, "K7"),
            KnownValue(Label.PHONE, Kind.NUMBER, "(555) 123-4567"),
            KnownValue(Label.PHONE, Kind.NUMBER, "x4471"),
            KnownValue(Label.PHONE, Kind.NUMBER, "44718"),
            KnownValue(
                Label.STREET, Kind.ADDRESS, "12 Harbour Street, Apt 4B, Lindenfeld, IL 62704"
            ),
            KnownValue(Label.EMAIL, Kind.CODE, "jane.ok@example.org"),
            KnownValue(Label.ORGANIZATION, Kind.PLACE, "Blue Heron Mills"),
            KnownValue(Label.CITY, Kind.PLACE, "Hope"),
            KnownValue(Label.PROFESSION, Kind.PLACE, "teacher"),
        ),
    )
)
_DETECTOR = KnownDetector(_IDENTIFIERS, protected=frozenset({"parkinson", "parkinson's disease"}))


def _found(text: str) -> set[tuple[str, Label, float]]:
    view = normalise(text)
    return {(f.span.of(text), f.label, f.score) for f in _DETECTOR.detect(view)}


@pytest.mark.parametrize(
    "written",
    [
        "Jane Okonkwo",
        "OKONKWO, JANE Q",
        "Okonkwo Jane",
        "Jane Q. Okonkwo",
        "Jane\n  Okonkwo",
        "J. Okonkwo",
        "J.Q. Okonkwo",
        "Okonkwo, J",
        "OKONKWO^JANE^Q",
        "OKONKWO    JANE   Q",
        "Q. okonkwo",
        "Jane Okonkwo III",
        'Jane Q. "Janie" Okonkwo',
        "Okonkwo",
        "okonkwo",
        "Janie",
        "Jane (Janie) Okonkwo",
        "Okon-\nkwo",
        "Okon kwo",
        "O k o n k w o",
        "O.k.o.n.k.w.o",
        "JaneOkonkwo",
        "okonkwojane",
        "jokonkwo",
        "Nuñez",
        "NUNEZ",
        "Jane\u200bOkonkwo",
        "Ｏｋｏｎｋｗｏ",
    ],
)
def test_a_name_is_found_whole_in_every_form(written: str) -> None:
    assert (written, Label.PATIENT, 1.0) in _found(f"Seen today, {written}: stable.")


@pytest.mark.parametrize("written", ["Okonkwoo", "Okonqwo", "okonkow", "Onkonkwo", "OKONKW"])
def test_a_name_one_letter_off_is_found_with_less_certainty(written: str) -> None:
    assert (written, Label.PATIENT, 0.9) in _found(f"Seen with {written} today.")


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("Okonkwo's daughter", "Okonkwo", Label.PATIENT),
        ("PatientOkonkwo seen", "Okonkwo", Label.PATIENT),
        ("then Will said so", "Will", Label.PERSON),
        ("Mr. Will is here", "Will", Label.PERSON),
        ("with O'Brien-Smith", "O'Brien-Smith", Label.PERSON),
        ("with OBrien", "OBrien", Label.PERSON),
        ("Dr. May will call", "May", Label.DOCTOR),
        ("Rose reports this", "Rose", Label.DOCTOR),
        ("MAY, ROSE", "MAY, ROSE", Label.DOCTOR),
        ("Dr. Parkinson", "Parkinson", Label.DOCTOR),
    ],
)
def test_a_name_is_found_where_it_stands_as_one(text: str, name: str, label: Label) -> None:
    assert (name, label) in {(piece, found) for piece, found, _ in _found(f"Today {text}.")}


@pytest.mark.parametrize(
    "text",
    [
        "She will follow up in May 2020 and may rose to the occasion.",
        "WILL FOLLOW UP. HOPE WILL IMPROVE.",
        "Plan: Will review labs. May discharge.",
        "Parkinson's disease is stable.",
        "There is hope for the harbour at 12 weeks.",
        "It was Jan 14, 1963; MRN 4188261; 3/15/1962; 555-123-9999; IL 6 level.",
        "A smile, a plane, the mile.",
    ],
)
def test_words_that_only_look_like_a_name_stay(text: str) -> None:
    assert _found(text) == set()


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("3/14/62", Label.DATE),
        ("March 14, 1962", Label.DATE),
        ("19620314", Label.DATE),
        ("418826", Label.MRN),
        ("0041-8826", Label.MRN),
        ("BMH902334", Label.HEALTHPLAN),
        ("bmh-902-334", Label.HEALTHPLAN),
        ("K7", Label.IDNUM),
        ("555.123.4567", Label.PHONE),
        ("+1 (555) 123-4567", Label.PHONE),
        ("123-4567", Label.PHONE),
        ("555-123-4567 ext. 22", Label.PHONE),
        ("5551234567", Label.PHONE),
        ("44718", Label.PHONE),
        ("12 Harbour St., Apt. 4B", Label.STREET),
        ("Lindenfeld", Label.CITY),
        ("Hope", Label.CITY),
        ("62704-1234", Label.ZIP),
        ("JANE.OK@EXAMPLE.ORG", Label.EMAIL),
        ("jane.ok&#64;example.org", Label.EMAIL),
        ("blue heron mills", Label.ORGANIZATION),
        ("teacher", Label.PROFESSION),
    ],
)
def test_other_identifiers_are_found_however_written(written: str, label: Label) -> None:
    assert (written, label, 1.0) in _found(f"Noted: {written}, as before.")


def test_a_state_code_counts_only_in_an_address() -> None:
    assert ("IL", Label.STATE, 1.0) in _found("in Lindenfeld, IL")
    assert ("IL", Label.STATE, 1.0) in _found("IL 62704")


@pytest.mark.parametrize(
    ("text", "initials"), [("J.O. was", "J.O."), ("Dr. RM saw", "RM"), ("Initials: JO", "JO")]
)
def test_initials_count_with_full_stops_or_behind_a_title(text: str, initials: str) -> None:
    assert initials in {piece for piece, _, _ in _found(f"x {text}")}


@given(
    letter=st.integers(0, 6),
    slip=st.sampled_from(["drop", "double", "swap", "replace"]),
    around=st.sampled_from(["{}", "was {} here", "x,{}.", "\n{}\n", "Ms. {}'s"]),
)
def test_no_slip_of_one_letter_hides_a_name(letter: int, slip: str, around: str) -> None:
    name = "Okonkwo"
    pair = name[letter + 1 : letter + 2] + name[letter]
    middle = {"drop": "", "double": name[letter] * 2, "swap": pair, "replace": "z"}[slip]
    written = (name[:letter] + middle + name[letter + (2 if slip == "swap" else 1) :]).capitalize()
    assert written in {piece for piece, _, _ in _found(around.format(written))}


@given(st.text(max_size=80))
def test_any_text_gives_findings_within_it(text: str) -> None:
    view = normalise(text)
    assert all(f.span.end <= len(text) and f.detector == "known" for f in _DETECTOR.detect(view))


def _names_in(text: str, *names: str) -> list[str]:
    values = tuple(KnownValue(Label.PATIENT, Kind.NAME, name) for name in names)
    findings = KnownDetector(KnownIdentifiers((values,))).detect(normalise(text))
    return [finding.span.of(text) for finding in findings]


def test_a_family_name_that_is_an_eponym_counts_where_no_term_stands() -> None:
    text = "We gave Thomas a Thomas splint. Thomas denies pain. No Foley catheter."
    assert _names_in(text, "Ida Thomas", "Ida Foley") == ["Thomas", "Thomas"]


def test_values_of_a_roster_are_read_as_notes_are() -> None:
    assert _names_in("for O'Hara-Lee", "Ada O\u2019Hara\u2011Lee") == ["O'Hara-Lee"]


def test_a_name_that_spells_a_degree_is_kept() -> None:
    assert _names_in("with Pa Nhia.", "Pa Nhia, PA") == ["Pa Nhia"]


def test_names_of_two_letters_and_with_particles_are_found() -> None:
    text = "Ms. Ng and Li, Wei and el señor de la Cruz, la paz; ng tube, li. Place NG tube"
    found = _names_in(text, "Wei Li", "Amy Ng", "Ana de la Cruz")
    assert found == ["Ng", "Li, Wei", "de la Cruz"]


def test_a_middle_initial_that_is_not_known_belongs_to_the_name() -> None:
    text = "OKONKWO, JANE B, seen. Jane X. Okonkwo. with Z. Okonkwo"
    assert _names_in(text, "Jane Okonkwo") == ["OKONKWO, JANE B", "Jane X. Okonkwo", "Z. Okonkwo"]


def test_a_very_long_word_or_run_is_no_obstacle() -> None:
    for piece in ("a", "J. ", "o k ", "5 ", "Okon ", "'"):
        assert _names_in(piece * 30_000 + " Okonkwo", "Jane Okonkwo")[-1].endswith("Okonkwo")


def test_a_roster_of_nobody_finds_nothing() -> None:
    detector = KnownDetector(KnownIdentifiers())
    assert detector.name == "known"
    assert list(detector.detect(normalise("Jane Okonkwo, 555-123-4567"))) == []
