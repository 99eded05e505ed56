"""A folder of outputs is attacked, and what stands out is listed, the likeliest leak first."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from deid.datatypes import Document
from deid.detect.packs import load_packs
from deid.detect.roster import read_roster
from deid.detect.rules import RuleDetector
from deid.errors import ExaminationStopped
from deid.labels import Label
from deid.officer.attack import Attack, Kind, Marked, NameReader, examine_outputs
from deid.officer.attack.plant import plant
from deid.pipeline import Deidentifier
from deid.policy import load_policy
from deid.stopping import stoppable

POLICY = load_policy("research")


@pytest.fixture(scope="module")
def reader() -> NameReader:
    detector = RuleDetector(load_packs())
    return NameReader(Deidentifier(policy=POLICY, detectors=[detector], quick=[detector]))


def outputs(notes: list[Marked], *, leaking: set[int]) -> list[Document]:
    """The notes with consistent stand-ins; of those named, the second mention is left."""
    leaks = [frozenset({note.names()[2]} if i in leaking else ()) for i, note in enumerate(notes)]
    return list(plant(notes, leaks, policy=POLICY, kind=Kind.CONSISTENT, seed=1).documents)


def test_a_leak_comes_first(notes: list[Marked], reader: NameReader) -> None:
    documents = outputs(notes, leaking={4})
    read: list[int] = []
    found = examine_outputs(documents, reader, told=read.append)
    assert read == list(range(1, len(notes) + 1))
    assert found.notes == len(notes)
    assert len(found.names) >= 5 * len(notes)
    assert found.are_stand_ins
    first = found.suspects[0]
    assert first.name.note == 4
    assert first.name.span.of(documents[4].text) == "Uddinge"
    assert {Attack.POOL, Attack.ODD_ONE_OUT} <= set(first.reasons)
    assert "Uddinge" not in repr(found) + repr(first)


def test_names_of_another_program_are_no_reason_by_themselves(
    notes: list[Marked], reader: NameReader
) -> None:
    found = examine_outputs([note.document for note in notes], reader)
    assert not found.are_stand_ins
    assert not any(Attack.POOL in suspect.reasons for suspect in found.suspects)


def test_few_notes_are_attacked_without_a_parrot(notes: list[Marked], reader: NameReader) -> None:
    found = examine_outputs(outputs(notes[:3], leaking={1}), reader)
    assert [suspect.sureness for suspect in found.suspects] == [1.0]
    assert examine_outputs([], reader).suspects == ()


def test_known_identifiers_tell_what_is_a_leak(
    notes: list[Marked], reader: NameReader, tmp_path: Path
) -> None:
    path = tmp_path / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["patient", "name"], ["p", "Oswin Uddinge"]])
    found = examine_outputs(outputs(notes, leaking={4}), reader, roster=read_roster(path))
    assert found.known is not None
    assert (found.known.leaks, found.known.found) == (1, 1)


def test_a_reader_sees_what_only_looks_like_a_name(reader: NameReader) -> None:
    text = "Seen by Dr. Okwudili.\nLater the Zebedrake and [PATIENT] took Tylenol. Stable."
    seen = reader.read(7, Document("n", text))
    assert [(name.span.of(text), name.label) for name in seen] == [
        ("Okwudili", Label.DOCTOR),
        ("Zebedrake", Label.PERSON),
    ]
    assert [name.score > 0 for name in seen] == [True, False]
    assert {name.note for name in seen} == {7}


def test_the_attack_stops_when_asked(notes: list[Marked], reader: NameReader) -> None:
    with stoppable(lambda: True), pytest.raises(ExaminationStopped):
        examine_outputs([note.document for note in notes], reader)
