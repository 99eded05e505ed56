"""Invented patients of a hospital with a style of its own, for experiments on public notes.

Notes of the project's corpus are carriers: a patient has several of them, in all of which the
patient's own values are drawn anew and are the same - name, numbers, address, and by how many days
dates are moved - while all others (staff, relatives, places) are drawn for each note. What is no
identifier stays, line by line. Learning and held-out patients have no carrier in common.

A house adds what all notes of one hospital share: its frames (`houses/*.txt`), the head and the
foot that its programs print around a text, with its forms of dates and numbers; its wards and
sites; and a staff that comes back from note to note.
"""

from __future__ import annotations

import datetime
import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.datatypes import Span
from deid.labels import NAME_LABELS, Label
from deid.redact.dates import infer_day_first, parse_date, shifted
from deid.training.cohort.patients import Cohort, cohort_of
from deid.training.examples import read_marked
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
PLACES = frozenset(
    {Label.HOSPITAL, Label.DEPARTMENT, Label.LOCATION, Label.ORGANIZATION, Label.CITY, Label.ZIP}
)
"""Labels of a frame whose values are those of the house."""
STAFF = 60
_BODY = "[body]\n"
_TODAY = datetime.date(2026, 1, 1)
_FURTHEST = 1500
_DIGIT = re.compile(r"[0-9]")


def parted_carriers(notes: Sequence[MarkedNote]) -> tuple[list[MarkedNote], list[MarkedNote]]:
    """Carriers for patients to learn from, and for those held out, by a hash of their ids."""
    learn: list[MarkedNote] = []
    held: list[MarkedNote] = []
    for note in notes:
        draw = hashlib.sha256(note.id.encode()).digest()[0] / 256
        (held if draw < HELD_CARRIERS else learn).append(note)
    return learn, held


@dataclass(frozen=True, slots=True)
class House:
    """What the notes of one hospital have in common.

    Attributes:
        frames: heads and feet, with a line `[body]` between; a date is marked by its form.
        staff: lists from which only the names of its staff can be drawn.
        places: for each label of `PLACES`, those of the house.
    """

    frames: tuple[MarkedNote, ...]
    staff: WordLists
    places: Mapping[Label, tuple[str, ...]]

    @classmethod
    def read(cls, name: str, lists: WordLists) -> House:
        """The house of `houses/NAME.txt`, with a staff of its own."""
        frames = tuple(read_marked(Path(__file__).parent / "houses" / f"{name}.txt"))
        rng = random.Random(name)
        first = tuple(lists.first_name(rng) for _ in range(STAFF))
        last = tuple(lists.last_name(rng) for _ in range(STAFF))
        places: dict[Label, tuple[str, ...]] = {}
        for frame in frames:
            for span, label in frame.marks:
                if label in PLACES:
                    places[label] = (*places.get(label, ()), span.of(frame.text))
        staff = replace(lists, first_names=(first,), last_names=(last,))
        return cls(frames, staff, places)


def invented_patients(
    carriers: Sequence[MarkedNote],
    count: int,
    lists: WordLists,
    *,
    seed: str,
    house: House | None = None,
) -> Cohort:
    """So many patients, each with one to three notes; the same ones for the same seed."""
    notes = {}
    for number in range(count):
        key = f"{seed}-{number:05}"
        rng = random.Random(key)
        drawn = rng.sample(carriers, min(len(carriers), rng.choice(NOTES_EACH)))
        patient = _Patient.drawn(lists, rng)
        written = []
        for carrier in drawn:
            writing = _Writing(carrier, patient, lists, rng, house)
            if house is None:
                written.append(_written(carrier, writing.value))
                continue
            frame = _written(rng.choice(house.frames), writing.framed)
            written.append(_inside(frame, _written(carrier, writing.value)))
        notes[key] = written
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
        self, note: MarkedNote, patient: _Patient, lists: WordLists, rng: random.Random,
        house: House | None,
    ) -> None:  # fmt: skip
        self._patient, self._lists, self._rng, self._house = patient, lists, rng, house
        self._self, self._others = Cast(patient.names, rng), Cast(lists, rng)
        self._staff = Cast(house.staff, rng) if house else self._others
        self._drawn: dict[tuple[Label, str], str] = {}
        self._owned: set[Label] = set()
        dates = [span.of(note.text) for span, label in note.marks if label is Label.DATE]
        self._day_first = infer_day_first(dates, today=_TODAY)

    def value(self, label: Label, old: str) -> str:
        key = (label, old)
        if key not in self._drawn:
            self._drawn[key] = self._new(label, old) or old
        return self._drawn[key]

    def framed(self, label: Label, old: str) -> str:
        """The same for a value of the house's frame, which keeps the form of the house."""
        if self._house is None:
            raise ValueError("there is no house")
        key = (label, old)
        if label is Label.DATE:
            return self._day().strftime(old)
        if key not in self._drawn:
            self._drawn[key] = self._of_house(self._house, label, old)
        return self._drawn[key]

    def _of_house(self, house: House, label: Label, old: str) -> str:
        if label in NAME_LABELS:
            return self._cast(label).rename(old)
        if label in PLACES:
            return self._rng.choice(house.places[label])
        if label is Label.MRN:
            number = self._patient.own.setdefault(label, self._digits(old))
            return number if _DIGIT.sub("0", number) == _DIGIT.sub("0", old) else self._digits(old)
        if _DIGIT.search(old):
            return self._digits(old)
        return self._fresh(label, old)

    def _digits(self, old: str) -> str:
        return _DIGIT.sub(lambda _: self._rng.choice("0123456789"), old)

    def _day(self) -> datetime.date:
        return _TODAY - datetime.timedelta(days=self._rng.randrange(30_000))

    def _cast(self, label: Label) -> Cast:
        if label is Label.PATIENT:
            return self._self
        return self._staff if label is Label.DOCTOR else self._others

    def _new(self, label: Label, old: str) -> str:
        if label in NAME_LABELS:
            return self._cast(label).rename(old)
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


def _written(carrier: MarkedNote, value: Callable[[Label, str], str]) -> MarkedNote:
    pieces: list[str] = []
    marks: list[tuple[Span, Label]] = []
    read = written = 0
    for span, label in carrier.marks:
        between, new = carrier.text[read : span.start], value(label, span.of(carrier.text))
        start = written + len(between)
        marks.append((Span(start, start + len(new)), label))
        pieces += (between, new)
        read, written = span.end, start + len(new)
    text = "".join([*pieces, carrier.text[read:]])
    return MarkedNote(carrier.id, text, tuple(marks))


def _inside(frame: MarkedNote, body: MarkedNote) -> MarkedNote:
    """The note between the head and the foot of the frame."""
    at = frame.text.index(_BODY)
    between = body.text.rstrip("\n") + "\n"
    foot = at + len(between) - len(_BODY)
    marks = [(span, label) for span, label in frame.marks if span.end <= at]
    marks += [(Span(at + span.start, at + span.end), label) for span, label in body.marks]
    marks += [
        (Span(span.start - at + foot, span.end - at + foot), label)
        for span, label in frame.marks
        if span.start > at
    ]
    text = frame.text[:at] + between + frame.text[at + len(_BODY) :]
    return MarkedNote(body.id, text, tuple(marks))
