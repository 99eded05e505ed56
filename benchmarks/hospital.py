"""Invented patients of a hospital with a style of its own, for experiments on public notes.

Notes of the project's corpus are carriers: a patient has several of them, in all of which the
patient's own values are drawn anew and are the same - name, numbers, address, and by how many days
dates are moved - while all others (staff, relatives, places) are drawn for each note. What is no
identifier stays, line by line. Learning and held-out patients have no carrier in common.
"""

from __future__ import annotations

import datetime
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deid.datatypes import Span
from deid.labels import NAME_LABELS, Label
from deid.redact.dates import infer_day_first, parse_date, shifted
from deid.training.cohort.patients import Cohort, cohort_of
from deid.training.people import Cast
from deid.training.redraw import MarkedNote
from deid.training.values import fresh_value
from deid.training.wordlists import WordLists

HELD_CARRIERS = 0.3
NOTES_EACH = (1, 1, 1, 2, 2, 3)
OWN = frozenset(
    {
        Label.MRN, Label.SSN, Label.HEALTHPLAN, Label.ACCOUNT, Label.STREET, Label.CITY,
        Label.COUNTY, Label.STATE, Label.ZIP, Label.PHONE, Label.EMAIL, Label.PROFESSION,
    }
)  # fmt: skip
"""Labels whose first value in a note is the patient's."""
_TODAY = datetime.date(2026, 1, 1)
_FURTHEST = 1500


def parted_carriers(notes: Sequence[MarkedNote]) -> tuple[list[MarkedNote], list[MarkedNote]]:
    """Carriers for patients to learn from, and for those held out, by a hash of their ids."""
    learn: list[MarkedNote] = []
    held: list[MarkedNote] = []
    for note in notes:
        draw = hashlib.sha256(note.id.encode()).digest()[0] / 256
        (held if draw < HELD_CARRIERS else learn).append(note)
    return learn, held


def invented_patients(
    carriers: Sequence[MarkedNote], count: int, lists: WordLists, *, seed: str
) -> Cohort:
    """So many patients, each with one to three notes; the same ones for the same seed."""
    notes = {}
    for number in range(count):
        key = f"{seed}-{number:05}"
        rng = random.Random(key)
        drawn = rng.sample(carriers, min(len(carriers), rng.choice(NOTES_EACH)))
        patient = _Patient.drawn(lists, rng)
        notes[key] = [_written(note, patient, lists, rng) for note in drawn]
    return cohort_of(notes)


@dataclass(slots=True)
class _Patient:
    """What is the same in all notes of a patient.

    Attributes:
        names: lists from which only the patient's own first and last name can be drawn.
        days: by which dates are moved.
        own: of each label in `OWN`, the patient's value, once a note had one.
    """

    names: WordLists
    days: int
    own: dict[Label, str] = field(default_factory=dict)

    @classmethod
    def drawn(cls, lists: WordLists, rng: random.Random) -> _Patient:
        first, last = lists.first_name(rng), lists.last_name(rng)
        names = replace(lists, first_names=((first,),), last_names=((last,),))
        return cls(names, rng.randint(-_FURTHEST, _FURTHEST))


class _Writing:
    """The values of one note of a patient: an old one keeps its new one."""

    def __init__(
        self, note: MarkedNote, patient: _Patient, lists: WordLists, rng: random.Random
    ) -> None:
        self._patient, self._lists, self._rng = patient, lists, rng
        self._self, self._others = Cast(patient.names, rng), Cast(lists, rng)
        self._drawn: dict[tuple[Label, str], str] = {}
        self._owned: set[Label] = set()
        dates = [span.of(note.text) for span, label in note.marks if label is Label.DATE]
        self._day_first = infer_day_first(dates, today=_TODAY)

    def value(self, label: Label, old: str) -> str:
        key = (label, old)
        if key not in self._drawn:
            self._drawn[key] = self._new(label, old) or old
        return self._drawn[key]

    def _new(self, label: Label, old: str) -> str:
        if label in NAME_LABELS:
            cast = self._self if label is Label.PATIENT else self._others
            return cast.rename(old)
        if label is Label.DATE:
            return self._moved(old)
        if label in OWN and label not in self._owned:
            self._owned.add(label)
            if label not in self._patient.own:
                self._patient.own[label] = self._fresh(label, old)
            return self._patient.own[label]
        return self._fresh(label, old)

    def _moved(self, old: str) -> str:
        parsed = parse_date(old, today=_TODAY, day_first=self._day_first)
        new = None
        if parsed is not None:
            new = shifted(parsed, self._patient.days, reference_year=_TODAY.year)
        if parsed is None or new is None:
            return self._fresh(Label.DATE, old)
        return parsed.write(new)

    def _fresh(self, label: Label, old: str) -> str:
        return fresh_value(label, old, self._lists, self._rng).strip()


def _written(
    carrier: MarkedNote, patient: _Patient, lists: WordLists, rng: random.Random
) -> MarkedNote:
    writing = _Writing(carrier, patient, lists, rng)
    pieces: list[str] = []
    marks: list[tuple[Span, Label]] = []
    read = written = 0
    for span, label in carrier.marks:
        between, new = carrier.text[read : span.start], writing.value(label, span.of(carrier.text))
        start = written + len(between)
        marks.append((Span(start, start + len(new)), label))
        pieces += (between, new)
        read, written = span.end, start + len(new)
    text = "".join([*pieces, carrier.text[read:]])
    return MarkedNote(carrier.id, text, tuple(marks))
