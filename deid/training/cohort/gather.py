"""Patients gathered from what a site has: notes that were reviewed, or gold files.

What is not taken is counted by its reason; nothing is dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import starmap
from pathlib import Path, PurePath
from typing import Final

from deid.audit.records import DocumentCommitted, DocumentRead, Event, Record, ReviewFinished
from deid.audit.store import AuditLog, Filter
from deid.evaluate.gold import GoldNote
from deid.evaluate.readers import GoldFormat, read_gold_by_file
from deid.officer import sampling
from deid.officer.sampled_notes import Found, find_texts, redactions, text_again
from deid.officer.samples import released_at
from deid.officer.sampling import Released, read_step, releases
from deid.training.cohort.patients import Cohort, Unit, cohort_of
from deid.training.examples import marked_note
from deid.training.redraw import MarkedNote

_REVIEWING: Final[tuple[type[Event], ...]] = (DocumentRead, ReviewFinished, DocumentCommitted)


class Reason(StrEnum):
    """Why something was not taken. Each counts notes, but for UNREADABLE."""

    NOT_REVIEWED = "not-reviewed"
    """It was released, and no reviewer has finished it."""
    REVIEWED_AGAIN = "reviewed-again"
    """An earlier review of a note, of which a later one counts."""
    NO_PATIENT = "no-patient"
    """Nothing says whose note it is."""
    NOT_FOUND = "not-found"
    """No file in the folders named is the one that was read then."""
    READ_OTHERWISE = "read-otherwise"
    """Its text is not as long as it was then: another encoding."""
    NO_RECORDS = "no-records"
    """The log does not have all that it had of it: it lies in an archive."""
    NO_TEXT = "no-text"
    """It is empty but for blanks."""
    UNREADABLE = "unreadable"
    """Files, and notes in files, of the folders named that cannot be read; each may be wanted."""


class PatientFrom(StrEnum):
    """What says of a gold note whose it is."""

    FIELD = "field"
    """A field of its metadata; in JSON lines also a `patient` beside the text."""
    FOLDER = "folder"
    """The folder right below the one named in which it lies, however deep."""
    FILE = "file"
    """The file in which it stands: each holds the notes of one patient."""
    NOTE = "note"
    """Each note is taken for a patient: the privacy of a note only, not of a patient."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was gathered.

    Attributes:
        cohort: the patients with their notes.
        left_out: how much was not taken, by reason; without reasons that did not occur.
    """

    cohort: Cohort
    left_out: Mapping[Reason, int]


@dataclass(frozen=True, slots=True)
class _Reviewed:
    """A release that a reviewer has finished, and the fingerprint of the patient."""

    note: Released
    patient: str | None


def reviewed(
    log: AuditLog,
    paths: Sequence[Path],
    *,
    unit: Unit = Unit.PATIENT,
    encoding: str | None = None,
) -> Gathered:
    """The notes that reviewers have finished, as the log tells, with what was replaced in them.

    The marks are what the reviewer left to be replaced, under whatever policy: what a policy keeps
    is recorded as well. Patients are told apart by the fingerprints in the log. Of a patient's note
    that was released several times the last review counts. The same bytes under two patients are a
    note of each: what one patient gives must not change when another comes or goes, for on that the
    guarantee rests.

    Args:
        log: of the site.
        paths: files and folders in which the originals still lie, found by what they hold.
        unit: where it is the note, the patient need not be known.
        encoding: of text files; None: found out.

    Raises:
        InputError: one of the paths is not there.
        LogDamaged: a record cannot be read.
    """
    left_out: Counter[Reason] = Counter()
    latest: dict[tuple[str | None, str], _Reviewed] = {}
    for one in _reviewed(log, left_out):
        digest = one.note.commit.input_sha256
        key = digest if unit is Unit.NOTE else one.patient
        left_out[Reason.REVIEWED_AGAIN] += (key, digest) in latest
        latest[key, digest] = one
    found = find_texts(paths, {digest for _, digest in latest}, encoding=encoding)
    left_out[Reason.UNREADABLE] += found.unreadable
    notes: dict[str, list[MarkedNote]] = {}
    for (key, _), one in latest.items():
        if key is None:
            left_out[Reason.NO_PATIENT] += 1
            continue
        taken = _marked(log, one.note, found, encoding)
        if isinstance(taken, Reason):
            left_out[taken] += 1
        else:
            notes.setdefault(key, []).append(taken)
    return Gathered(cohort_of(notes, unit), +left_out)


def gold(
    path: Path,
    patient: PatientFrom,
    *,
    fingerprint: Callable[[str], str],
    field: str = "patient",
    form: GoldFormat | None = None,
) -> Gathered:
    """The notes of a gold file, or of a folder of them, in any form that `deid.evaluate` reads.

    Args:
        path: a file or a folder.
        patient: what says whose a note is.
        fingerprint: from a patient's name in the files to the key; a site's own makes a patient of
            its log and one of gold files the same, where both are named alike.
        field: for `PatientFrom.FIELD`, which one.
        form: the format of every file; None: found out.

    Raises:
        InputError: a file cannot be read, or is not of its format; the message has the place.
        UnknownLabel: a mark has a label that the program does not know.
    """
    left_out: Counter[Reason] = Counter()
    notes: dict[str, list[MarkedNote]] = {}
    number = 0
    for file, inside in read_gold_by_file(path, form=form).items():
        for one in inside:
            number += 1
            name = _patient_of(one, file, patient, field)
            if not name.strip():
                left_out[Reason.NO_PATIENT] += 1
            elif not one.text.strip():
                left_out[Reason.NO_TEXT] += 1
            else:
                note = marked_note(one, number)
                identity = f"{file.as_posix()}/{one.id}"
                own = notes.setdefault(fingerprint(name), [])
                own.append(MarkedNote(identity, note.text, note.marks))
    unit = Unit.NOTE if patient is PatientFrom.NOTE else Unit.PATIENT
    return Gathered(cohort_of(notes, unit), +left_out)


def _reviewed(log: AuditLog, left_out: Counter[Reason]) -> Iterator[_Reviewed]:
    """Each release that was reviewed, in the order of the log; the others are counted."""
    told = _told(log.select(Filter(kinds=_REVIEWING)))
    steps = starmap(read_step, log.selected_bodies(Filter(kinds=sampling.KINDS)))
    for note in (released_at(log, step) for step in releases(steps)):
        read, finished = told.get(note.seq, (None, False))
        if read is None:
            left_out[Reason.NO_RECORDS] += 1
        elif not finished:
            left_out[Reason.NOT_REVIEWED] += 1
        else:
            yield _Reviewed(note, read.patient)


def _told(records: Iterable[Record]) -> Mapping[int, tuple[DocumentRead, bool]]:
    """How each commit's note was read, and whether a reviewer finished it, by the commit's place.

    What belongs to a commit stands before it, in its session and of its document.
    """
    reading: dict[tuple[str, str], tuple[DocumentRead, bool]] = {}
    told: dict[int, tuple[DocumentRead, bool]] = {}
    for record in records:
        match record.event:
            case DocumentRead() as read:
                reading[record.session, read.document] = read, False
            case ReviewFinished(document=document):
                if (record.session, document) in reading:
                    reading[record.session, document] = reading[record.session, document][0], True
            case DocumentCommitted(document=document):
                if (found := reading.pop((record.session, document), None)) is not None:
                    told[record.seq] = found
            case _:
                pass
    return told


def _marked(
    log: AuditLog, note: Released, found: Found, encoding: str | None
) -> MarkedNote | Reason:
    commit = note.commit
    text = text_again(found, commit.input_sha256, commit.input_length, encoding)
    if text is None:
        return Reason.NOT_FOUND
    if len(text) != note.commit.input_length:
        return Reason.READ_OTHERWISE
    made = redactions(log, note)
    if len(made) != note.commit.redactions:
        return Reason.NO_RECORDS
    if not text.strip():
        return Reason.NO_TEXT
    marks = tuple(sorted((one.span, one.label) for one in made))
    return MarkedNote(note.commit.input_sha256, text, marks)


def _patient_of(note: GoldNote, file: PurePath, patient: PatientFrom, field: str) -> str:
    """By what the patient is named in the files; empty where nothing says it."""
    match patient:
        case PatientFrom.FIELD:
            return note.metadata.get(field, "")
        case PatientFrom.FOLDER:
            return file.parts[0] if len(file.parts) > 1 else ""
        case PatientFrom.FILE:
            return file.with_suffix("").as_posix()
        case PatientFrom.NOTE:
            return f"{file.as_posix()}/{note.id}"
