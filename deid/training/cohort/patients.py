"""Patients and their marked notes, the unit of privacy of a fine-tuning.

Frozen values, and nothing of a patient in any `repr`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise

from deid.errors import DefectError
from deid.training.redraw import MarkedNote


class Unit(StrEnum):
    """Of what the guarantee of a differentially private training speaks."""

    PATIENT = "patient"
    """All notes of a patient together: with or without them, the model is nearly the same."""
    NOTE = "note"
    """One note. A patient with several is protected less, and this must be said."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient and their notes; where the unit is the note, each note is one of its own.

    Attributes:
        key: by which the patient is known again: the fingerprint of the log, where there is one.
        notes: in the order of their ids, at least one.
    """

    key: str = field(repr=False)
    notes: tuple[MarkedNote, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Patients to learn from or to measure on.

    Attributes:
        patients: in the order of their keys, no key twice.
        unit: what stands for a patient here.

    Raises:
        DefectError: the patients are not in order, a key stands twice, or one has no note.
    """

    patients: tuple[Patient, ...]
    unit: Unit = Unit.PATIENT

    def __post_init__(self) -> None:
        if any(one.key >= other.key for one, other in pairwise(self.patients)):
            raise DefectError("a cohort's patients are in the order of their keys, each once")
        if not all(patient.notes for patient in self.patients):
            raise DefectError("a patient of a cohort has at least one note")

    def __len__(self) -> int:
        return len(self.patients)

    @property
    def notes(self) -> tuple[MarkedNote, ...]:
        """All notes, patient by patient."""
        return tuple(note for patient in self.patients for note in patient.notes)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all patients."""
        return frozenset(patient.key for patient in self.patients)

    @property
    def digest(self) -> str:
        """SHA-256 in hex over the unit and the keys in order: the same patients, the same digest.

        Each is preceded by its length in UTF-8, as eight bytes, so that no two lists are alike.
        """
        hashed = sha256()
        for part in (self.unit, *(patient.key for patient in self.patients)):
            written = part.encode("utf-8", "surrogatepass")
            hashed.update(len(written).to_bytes(8, "big") + written)
        return hashed.hexdigest()


def cohort_of(notes: Mapping[str, Iterable[MarkedNote]], unit: Unit = Unit.PATIENT) -> Cohort:
    """The cohort of these notes by the keys of their patients; a key without notes is left out."""
    patients = []
    for key in sorted(notes):
        own = tuple(sorted(notes[key], key=lambda note: note.id))
        if own:
            patients.append(Patient(key, own))
    return Cohort(tuple(patients), unit)
