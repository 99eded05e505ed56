"""The experiment on private training: its patients are people of their own, its table adds up."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("torch")

from pathlib import Path

import numpy as np

from deid.evaluate.gold import GoldNote
from deid.evaluate.readers.files import GoldFile
from deid.evaluate.readers.inline import untag
from deid.labels import Label
from deid.training.examples import marked_note
from deid.training.redraw import MarkedNote
from deid.training.wordlists import WordLists

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
LETTERS = ["Ada", "Berta", "Cora", "Dina", "Edda", "Fina", "Gisa", "Hedda", "Ida", "Jutta"]
LISTS = WordLists(
    first_names=[LETTERS],
    last_names=[[f"{name}sen" for name in LETTERS]],
    cities=["Fictown", "Nowhere"],
    counties=["Elm", "Oak"],
    states=[("Utah", "UT")],
    countries=["Elbonia"],
    hospitals=["Fictown General"],
    streets=["1 Elm Street"],
    jobs=["welder"],
    pools={label: ["value"] for label in Label},
)
TAGGED = (
    "NAME <PATIENT>TESTFALL, ILSE</PATIENT>  MRN <MRN>00-4711</MRN>  SEEN <DATE>03/04/2019</DATE>\n"
    "<PATIENT>Ilse</PATIENT> was sent by Dr. <DOCTOR>Mockridge</DOCTOR>; back <DATE>3/18/19</DATE>."
)


def carrier(number: int) -> MarkedNote:
    tagged = f"{TAGGED} Ward {number}."
    text, spans = untag(tagged, GoldFile("", tagged))
    return marked_note(GoldNote(f"style-{number}", text, spans), number)


@pytest.fixture
def hospital(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("hospital")


@pytest.fixture
def experiment(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("private_training")


def values(note: MarkedNote, label: Label) -> list[str]:
    return [span.of(note.text) for span, own in note.marks if own is label]


def test_the_notes_of_a_patient_share_what_is_the_patients(hospital: ModuleType) -> None:
    cohort = hospital.invented_patients([carrier(n) for n in range(9)], 40, LISTS, seed="x")
    assert len(cohort) == 40
    several = [patient for patient in cohort.patients if len(patient.notes) > 2]
    assert several
    for patient in several:
        assert len({note.id for note in patient.notes}) == len(patient.notes)
        assert len({values(note, Label.MRN)[0] for note in patient.notes}) == 1
        assert len({tuple(values(note, Label.DATE)) for note in patient.notes}) == 1
        full = {frozenset(values(note, Label.PATIENT)[0].lower()) for note in patient.notes}
        assert full
    assert len({values(one.notes[0], Label.MRN)[0] for one in cohort.patients}) > 30
    doctors = {name for note in several[0].notes for name in values(note, Label.DOCTOR)}
    assert len(doctors) > 1


def test_dates_of_a_note_move_by_the_same_days(hospital: ModuleType) -> None:
    (patient,) = hospital.invented_patients([carrier(1)], 1, LISTS, seed="x").patients
    first, second = values(patient.notes[0], Label.DATE)
    month, day, year = map(int, first.split("/"))
    other = tuple(map(int, second.split("/")))
    dates = (
        np.datetime64(f"{year}-{month:02}-{day:02}"),
        np.datetime64(f"20{other[2]:02}-{other[0]:02}-{other[1]:02}"),
    )
    assert (dates[1] - dates[0]).astype(int) == 14
    assert first != "03/04/2019"


def test_what_is_no_identifier_stays(hospital: ModuleType) -> None:
    (patient,) = hospital.invented_patients([carrier(7)], 1, LISTS, seed="x").patients
    (note,) = patient.notes
    rest, place = "", 0
    for span, _label in note.marks:
        rest, place = rest + note.text[place : span.start] + "#", span.end
    assert rest + note.text[place:] == (
        "NAME #  MRN #  SEEN #\n# was sent by Dr. #; back #. Ward 7."
    )


def test_no_carrier_is_learnt_from_and_measured_on(hospital: ModuleType) -> None:
    carriers = [carrier(number) for number in range(60)]
    learn, held = hospital.parted_carriers(carriers)
    assert len(learn) + len(held) == 60
    assert min(len(learn), len(held)) > 5
    assert not {note.id for note in learn} & {note.id for note in held}


def row(experiment: ModuleType, variant: str, seed: int, *found: int) -> dict[str, Any]:
    """A run in which of each patient so many of 100 characters are found, and nothing else."""
    return {
        "variant": variant, "what": variant, "seed": seed, "sigma": 1.0, "seconds_a_step": 2.0,
        "counts": [[[one, one, 100]] * len(experiment.GRID) for one in found],
        "general": {"quality": 0.9},
    }  # fmt: skip


def cells(table: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]


def test_the_table_tells_what_is_gained_and_kept(experiment: ModuleType) -> None:
    everybody = 30
    rows = [
        row(experiment, variant, seed, *[found] * everybody)
        for variant, seed, found in (
            ("base", 0, 80), ("plain", 0, 90), ("dp-8", 0, 86), ("dp-8", 1, 90),
        )
    ]  # fmt: skip
    base, plain, private = cells(experiment.table(rows))
    assert base[:5] == ["base", "1", "0.8000", "0.8000", "1.0000"]
    assert plain[:5] == ["plain", "1", "0.9000", "0.9000", "1.0000"]
    assert private[:5] == ["dp-8", "2", "0.8800", "0.8800", "1.0000"]
    assert plain[6:8] == ["10.0 (10.0 to 10.0)", ""]
    assert private[6:8] == ["8.0 (8.0 to 8.0)", "80 % (80 to 80)"]


def test_the_interval_is_over_patients(experiment: ModuleType) -> None:
    base = row(experiment, "base", 0, *[50] * 30)
    plain = row(experiment, "plain", 0, *[0, 100] * 15)
    gained = cells(experiment.table([base, plain]))[1][6]
    value, low, high = gained.replace("(", "").replace(")", "").replace("to ", "").split()
    assert float(value) == 0.0
    assert -22 < float(low) < -14
    assert 14 < float(high) < 22


def test_recall_is_told_where_so_much_of_what_is_found_is_right(experiment: ModuleType) -> None:
    half = len(experiment.GRID) // 2
    counts = [[90, 150, 100]] * half + [[60, 60, 100]] * (len(experiment.GRID) - half)
    rate = experiment.RATES[experiment.COMPARED](np.array([counts], dtype=float))
    assert rate[0] == pytest.approx(0.9 - 0.3 * (0.9 - 0.6) / (1.0 - 0.6))


def test_a_variant_of_the_command_line_changes_only_what_it_names(experiment: ModuleType) -> None:
    name, variant = experiment.tried(
        "mine:dp-8,learning_rate=0.005,method=biases,layers=1,cached=false"
    )
    assert name == "mine"
    other = experiment.VARIANTS["dp-8"].settings
    changed = {
        key for key, value in variant.settings.as_row().items() if other.as_row()[key] != value
    }
    assert changed == {"learning_rate", "method", "layers", "cached"}
    assert variant.settings.learning_rate == 0.005
    with pytest.raises(SystemExit, match="no setting 'speed'"):
        experiment.tried("mine:dp-8,speed=2")


def test_the_goal_is_measured_against_a_plain_training_of_the_same_base(
    experiment: ModuleType,
) -> None:
    variants = experiment.VARIANTS
    assert variants[experiment.REFERENCE].settings.epsilon is None
    assert {one.settings.epsilon for one in variants.values()} >= {1.0, 3.0, 8.0}
    assert not set(experiment.HOSPITAL) & set(experiment.TUNING)
