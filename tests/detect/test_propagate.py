from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Finding, Span
from deid.detect.normalise import normalise
from deid.detect.propagate import propagate
from deid.labels import NAME_LABELS, Label

_PROTECTED = frozenset({"parkinson", "parkinson's disease", "heparin", "foley"})


def _found(
    text: str, *sources: tuple[str, Label], score: float = 0.95
) -> list[tuple[str, Label, float]]:
    """What is propagated from the first occurrence of each source."""
    findings = [
        Finding(Span(text.index(piece), text.index(piece) + len(piece)), label, score, "model:0")
        for piece, label in sources
    ]
    found = propagate(normalise(text), findings, _PROTECTED)
    assert all(finding.detector == "propagated" for finding in found)
    return [(f.span.of(text), f.label, round(f.score, 2)) for f in found]


_JANE = ("Jane Okonkwo", Label.PATIENT)


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        ("Later Jane Okonkwo left.", [("Jane Okonkwo", 0.9)]),
        ("OKONKWO, JANE", [("OKONKWO, JANE", 0.9)]),
        ("J. Okonkwo agrees.", [("J. Okonkwo", 0.9)]),
        ("Ms. Okonkwo's leg", [("Okonkwo", 0.72)]),
        ("jane was calm; per okonkwo.", [("jane", 0.72), ("okonkwo", 0.72)]),
        ("JANE OKONKWO\nJane", [("JANE OKONKWO", 0.9), ("Jane", 0.72)]),
        ("O\u200bkonkwo", [("O\u200bkonkwo", 0.72)]),
        ("Janet and Okonkwosky", []),
    ],
)
def test_a_name_is_found_again_whole_and_in_parts(
    behind: str, expected: list[tuple[str, float]]
) -> None:
    found = _found(f"Patient: Jane Okonkwo. {behind}", _JANE)
    assert found == [(piece, Label.PATIENT, score) for piece, score in expected]


@pytest.mark.parametrize(
    ("name", "behind", "expected"),
    [
        ("Will May", "She will follow up in May; may Will rest. WILL FOLLOW.", ["Will"]),
        (
            "Hope Long",
            "Long discussion, hope remains. Hope is near. As long as Hope eats.",
            ["Hope"],
        ),
        ("Rose Green", "Mr. Green rose. Green stool. ROSE GREEN", ["Green", "ROSE GREEN"]),
        (
            "Anna de la Cruz",
            "Seen de la Cruz at the la plaza de toros. de Cruz",
            ["de la Cruz", "de Cruz"],
        ),
        ("Tom Parkinson", "Parkinson's disease. Mr. Parkinson. Parkinson", ["Parkinson"]),
        ("Ann Heparin", "on heparin. Heparin drip", []),
        ("Ida Crohn", "Crohn disease. Crohn syndrome. Crohn came", ["Crohn"]),
    ],
)
def test_common_words_and_terms_do_not_become_names(
    name: str, behind: str, expected: list[str]
) -> None:
    found = _found(f"Patient: {name}. {behind}", (name, Label.PATIENT))
    assert [piece for piece, _, _ in found] == expected


def test_a_doctor_and_a_patient_of_one_family_name_are_told_apart() -> None:
    text = "Jane Okonkwo saw Dr. Ada Okonkwo. Dr. Okonkwo spoke; Ms. Okonkwo left."
    found = _found(text, _JANE, ("Ada Okonkwo", Label.DOCTOR))
    assert [label for _, label, _ in found] == [Label.DOCTOR, Label.PATIENT]


def test_initials_are_found_again_as_they_are() -> None:
    found = _found("L.G. was seen. L.G.'s bed; l.g. 5 L. G", ("L.G.", Label.PATIENT))
    assert [piece for piece, _, _ in found] == ["L.G."]
    found = _found("Mr. F came. Dr. F. left, F is grade", ("F", Label.DOCTOR))
    assert [piece for piece, _, _ in found] == ["F."]


@pytest.mark.parametrize(
    ("source", "label", "behind", "expected"),
    [
        ("K7-4411", Label.MRN, "again k7-4411 and K7-44112", ["k7-4411"]),
        ("4411", Label.IDNUM, "dose 4411", []),
        ("WARDS", Label.USERNAME, "wards", []),
        ("(555) 123-4567", Label.PHONE, "call 5551234567 or 123-4567.", ["5551234567", "123-4567"]),
        ("555-123-4567", Label.FAX, "555 123 4568", []),
        ("jo@example.org", Label.EMAIL, "to JO@EXAMPLE.ORG", ["JO@EXAMPLE.ORG"]),
        ("Blue Heron Mills", Label.ORGANIZATION, "at Blue\nHeron Mills", ["Blue\nHeron Mills"]),
        ("Mercy", Label.HOSPITAL, "no Mercy", []),
        ("Lindenfeld", Label.CITY, "in Lindenfeld", ["Lindenfeld"]),
        ("Reading", Label.CITY, "Reading glasses", []),
        ("nurse", Label.PROFESSION, "the nurse", []),
    ],
)
def test_other_identifiers_are_found_again_exactly(
    source: str, label: Label, behind: str, expected: list[str]
) -> None:
    found = _found(f"Noted {source}. Then {behind}", (source, label))
    assert [piece for piece, _, _ in found] == expected


def test_unsure_names_are_not_propagated() -> None:
    assert _found("Jane Okonkwo. Okonkwo", _JANE, score=0.49) == []


def test_the_score_never_exceeds_that_of_the_source() -> None:
    text = "Jane Okonkwo. Jane Okonkwo. Okonkwo"
    assert [score for _, _, score in _found(text, _JANE, score=0.6)] == [0.6, 0.5]


def test_what_a_finding_of_the_category_covers_is_not_found_again() -> None:
    text = "Jane Okonkwo. Dr. Okonkwo. Okonkwo"
    sources = (_JANE, ("Dr. Okonkwo", Label.DOCTOR))
    assert [piece for piece, _, _ in _found(text, *sources)] == ["Okonkwo"]


_PIECES = st.sampled_from(
    [
        "Jane",
        "Okonkwo",
        "will",
        "Will",
        "J.",
        ",",
        "\n",
        "K7-4411",
        "may",
        "555-1234",
        "\u200b",
        "é",
    ]
)
_SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 14), st.sampled_from(Label)))


@given(st.lists(_PIECES, min_size=1, max_size=20), _SPANS)
def test_findings_lie_within_the_note_and_are_not_covered(
    pieces: list[str], spans: list[tuple[int, int, Label]]
) -> None:
    text = " ".join(pieces)
    sources = [
        Finding(Span(start, start + length), label, 0.9, "model:0")
        for start, length, label in spans
        if start + length <= len(text)
    ]
    labels = {finding.label for finding in sources}
    for found in propagate(normalise(text), sources, _PROTECTED):
        assert found.span.end <= len(text)
        assert 0.5 <= found.score <= 0.9
        assert found.label in labels
        assert not any(
            other.span.covers(found.span)
            and other.label.names.category == found.label.names.category
            for other in sources
        )


def test_thousands_of_findings_are_no_obstacle() -> None:
    names = [
        f"Xa{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}q Zorin"
        for n in range(3000)
    ]
    text = "\n".join(names) + "\n" + "\n".join(names)
    offset, findings = 0, []
    for name in names:
        findings.append(Finding(Span(offset, offset + len(name)), Label.PERSON, 0.9, "model:0"))
        offset += len(name) + 1
    found = propagate(normalise(text), findings, frozenset())
    assert [finding.span.of(text) for finding in found] == names


def test_second_mentions_in_real_notes_are_recovered_with_few_false_alarms() -> None:
    folder = os.environ.get("NOTEVEIL_SHARED_DATA")
    root = Path(folder) if folder else Path(__file__).parents[2].parent / "shared" / "data"
    path = root / "marked" / "dev.jsonl"
    if not path.is_file():
        pytest.skip("the marked notes are not here: set NOTEVEIL_SHARED_DATA")
    again = recovered = false = 0
    for line in path.read_text("utf-8").splitlines():
        note = json.loads(line)
        text = note["text"]
        gold = [Span(s["start"], s["end"]) for s in note["spans"]]
        names = [
            Finding(Span(s["start"], s["end"]), Label(s["label"]), 0.95, "model:0")
            for s in note["spans"]
            if s["label"] in NAME_LABELS
        ]
        first: list[Finding] = []
        seen: set[str] = set()
        later: list[Finding] = []
        for name in names:
            words = {word for word in name.span.of(text).lower().split() if len(word) > 2}
            (later if words <= seen else first).append(name)
            seen |= words
        found = propagate(normalise(text), first, frozenset())
        again += len(later)
        recovered += sum(any(f.span.overlaps(name.span) for f in found) for name in later)
        false += sum(not any(f.span.overlaps(span) for span in gold) for f in found)
    assert recovered >= 0.8 * again
    assert false <= 3
