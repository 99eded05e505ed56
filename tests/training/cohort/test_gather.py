"""Gathering: what reviewers finished comes back as marked notes, and the rest is counted."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pytest
from PIL import Image, ImageDraw

from deid import Document, Finding, Label, Release, Resolution, Site, Source, Span
from deid.audit.records import ReviewFinished
from deid.audit.store import AuditLog
from deid.errors import InputError, MalformedRecord, UnknownLabel
from deid.formats import ReadOptions
from deid.formats.ooxml import word
from deid.patients import patient_key
from deid.policy import load_policy
from deid.redact.apply import apply
from deid.training.cohort.gather import Gathered, PatientFrom, Reason, gold, reviewed
from deid.training.cohort.patients import Unit

POLICY = load_policy("safe-harbor")
TEXT = "Ilse Testfall, 44, saw Dr. Mockridge on 3/4/2031."
MARKS = (
    (Span(0, 13), Label.PATIENT),
    (Span(15, 17), Label.AGE),
    (Span(27, 36), Label.DOCTOR),
    (Span(40, 48), Label.DATE),
)


class Clinic:
    """A site that releases notes whose originals lie in a folder."""

    def __init__(self, folder: Path) -> None:
        self.home, self.notes = folder / "home", folder / "notes"
        self.notes.mkdir()

    def releases(
        self,
        name: str,
        *,
        text: str = TEXT,
        patient: str = "p1",
        finished: bool = True,
        marks: int = len(MARKS),
        encoding: str = "utf-8",
        content: bytes = b"",
    ) -> None:
        """One note of a patient, with so many of its marks replaced."""
        content = content or text.encode(encoding)
        (self.notes / name).write_bytes(content)
        note = Document(name, text, patient)
        found = tuple(Finding(span, label, 0.9, "model:0a1b2c3d") for span, label in MARKS[:marks])
        redacted = apply(note, Resolution(found), POLICY, seed=bytes(32))
        with Site.open(self.home) as site:
            document = site.keys.fingerprint("document", name)
            review = (ReviewFinished(document, "clerk", marks, 0, 0.85),) if finished else ()
            release = Release(
                source=Source(note, content, "text", encoding),
                redacted=redacted,
                policy=POLICY,
                output=redacted.text.encode(),
                output_name=f"{name}-{marks}",
                review=review,
            )
            site.commit([release], publish=lambda: None)

    def gathered(self, unit: Unit = Unit.PATIENT) -> Gathered:
        with AuditLog.open(self.home, read_only=True) as log:
            return reviewed(log, [self.notes], unit=unit)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return Clinic(tmp_path)


def test_reviewed_notes_come_back_with_every_mark_also_what_the_policy_keeps(
    clinic: Clinic,
) -> None:
    clinic.releases("a.txt")
    clinic.releases("b.txt", text=TEXT + " Back in May.", patient="p2")
    found = clinic.gathered()
    assert not found.left_out
    assert [[note.marks for note in one.notes] for one in found.cohort.patients] == [[MARKS]] * 2
    assert {note.text for note in found.cohort.notes} == {TEXT, TEXT + " Back in May."}


def test_the_patients_are_those_of_the_log(clinic: Clinic) -> None:
    clinic.releases("a.txt")
    clinic.releases("b.txt", text=TEXT + " Again.")
    clinic.releases("c.txt", text=TEXT + " Third.", patient="p2")
    with Site.open(clinic.home) as site:
        keys = {site.keys.fingerprint("patient", patient_key(name)) for name in ("p1", "p2")}
    cohort = clinic.gathered().cohort
    assert cohort.keys == keys
    assert sorted(len(patient.notes) for patient in cohort.patients) == [1, 2]


def test_what_is_not_taken_is_counted_by_its_reason(clinic: Clinic) -> None:
    clinic.releases("taken.txt")
    clinic.releases("unreviewed.txt", text=TEXT + " 1", finished=False)
    clinic.releases("nobodys.txt", text=TEXT + " 2", patient="")
    clinic.releases("gone.txt", text=TEXT + " 3")
    (clinic.notes / "gone.txt").write_text("Something else.", encoding="utf-8")
    clinic.releases("blank.txt", text=" \n ", marks=0)
    (clinic.notes / "scan.pdf").write_bytes(b"%PDF")
    found = clinic.gathered()
    assert len(found.cohort.notes) == 1
    assert found.left_out == {
        Reason.NOT_REVIEWED: 1,
        Reason.NO_PATIENT: 1,
        Reason.NOT_FOUND: 2,  # a blank note is refused by its reader
        Reason.UNREADABLE: 2,
    }


def test_the_last_review_of_a_note_counts(clinic: Clinic) -> None:
    clinic.releases("a.txt", marks=2)
    clinic.releases("a.txt", marks=3)
    clinic.releases("a.txt", marks=4, finished=False)
    found = clinic.gathered()
    assert [note.marks for note in found.cohort.notes] == [MARKS[:3]]
    assert found.left_out == {Reason.REVIEWED_AGAIN: 1, Reason.NOT_REVIEWED: 1}


def test_a_patient_more_changes_no_other_patients_notes(clinic: Clinic) -> None:
    clinic.releases("a.txt", patient="p1", marks=2)
    clinic.releases("b.txt", text=TEXT + " Again.", patient="p1")
    (alone,) = clinic.gathered().cohort.patients
    clinic.releases("same-bytes.txt", patient="p2", marks=3)
    clinic.releases("nobodys.txt", patient="", marks=4)
    found = clinic.gathered()
    assert alone in found.cohort.patients
    (other,) = set(found.cohort.patients) - {alone}
    assert [note.marks for note in other.notes] == [MARKS[:3]]
    assert found.left_out == {Reason.NO_PATIENT: 1}


def test_by_notes_the_same_bytes_are_one_note_whoever_has_them(clinic: Clinic) -> None:
    clinic.releases("a.txt", patient="p1", marks=2)
    clinic.releases("b.txt", patient="p2", marks=3)
    found = clinic.gathered(Unit.NOTE)
    assert [note.marks for note in found.cohort.notes] == [MARKS[:3]]
    assert found.left_out == {Reason.REVIEWED_AGAIN: 1}


def test_a_review_of_another_session_does_not_count(clinic: Clinic) -> None:
    clinic.releases("a.txt", text=TEXT + " 1")
    with Site.open(clinic.home) as site:
        other = site.keys.fingerprint("document", "b.txt")
        site.log.append([ReviewFinished(other, "clerk", 4, 0, 0.85)])
    clinic.releases("b.txt", finished=False)
    assert clinic.gathered().left_out == {Reason.NOT_REVIEWED: 1}


def test_by_notes_the_patient_need_not_be_known(clinic: Clinic) -> None:
    clinic.releases("a.txt", patient="")
    clinic.releases("b.txt", text=TEXT + " Again.", patient="")
    found = clinic.gathered(Unit.NOTE)
    assert len(found.cohort) == 2
    assert found.cohort.unit is Unit.NOTE
    assert not found.left_out


def test_a_text_of_another_length_than_in_the_log_is_counted(clinic: Clinic) -> None:
    clinic.releases("a.txt", text=TEXT + " Grüße", encoding="utf-8")
    with AuditLog.open(clinic.home, read_only=True) as log:
        found = reviewed(log, [clinic.notes], encoding="latin-1")
    assert found.left_out == {Reason.READ_OTHERWISE: 1}


def test_an_original_whose_pictures_were_emptied_is_read_so_again(clinic: Clinic) -> None:
    image, stream = Image.new("RGB", (600, 80), "white"), io.BytesIO()
    ImageDraw.Draw(image).text((20, 20), "Sinus rhythm", fill="black", font_size=32)
    image.save(stream, "png")
    made, written = docx.Document(), io.BytesIO()
    made.add_paragraph(TEXT)
    made.add_picture(stream)
    made.save(written)
    options = ReadOptions(blank_pictures=True)
    file = word.read(written.getvalue(), name="a.docx", options=options)
    assert len(file.document.text) < len(
        word.read(written.getvalue(), name="a.docx", options=ReadOptions()).document.text
    )
    clinic.releases("a.docx", text=file.document.text, marks=0, content=written.getvalue())
    found = clinic.gathered()
    assert not found.left_out
    assert [note.text for note in found.cohort.notes] == [file.document.text]


def test_a_folder_that_is_not_there_is_told_without_its_place(clinic: Clinic) -> None:
    clinic.releases("a.txt")
    with (
        AuditLog.open(clinic.home, read_only=True) as log,
        pytest.raises(InputError, match=r"^nowhere: there is no such"),
    ):
        reviewed(log, [clinic.notes / "nowhere"])


def _gold(path: Path, *rows: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _row(identity: str, **more: object) -> dict[str, object]:
    return {"id": identity, "text": "Ito seen.", "spans": [_SPAN], **more}


_SPAN = {"start": 0, "end": 3, "label": "DOCTOR"}


def _by_key(found: Gathered) -> dict[str, int]:
    return {patient.key: len(patient.notes) for patient in found.cohort.patients}


def test_a_field_says_whose_a_gold_note_is(tmp_path: Path) -> None:
    path = _gold(
        tmp_path / "gold.jsonl",
        _row("1", patient="a"),
        _row("2", metadata={"patient": "a"}),
        _row("3", patient="b"),
        _row("4"),
        _row("5", patient=7),
        {**_row("6", patient="b"), "text": "   ", "spans": []},
    )
    found = gold(path, PatientFrom.FIELD, fingerprint=str.upper)
    assert _by_key(found) == {"A": 2, "B": 1}
    assert found.left_out == {Reason.NO_PATIENT: 2, Reason.NO_TEXT: 1}


def test_another_field_may_say_it(tmp_path: Path) -> None:
    path = tmp_path / "ward.txt"
    path.write_text(
        "### id: 1\n### mrn: x1\n<DOCTOR>Ito</DOCTOR> seen.\n\n### id: 2\nNobody.\n",
        encoding="utf-8",
    )
    found = gold(path, PatientFrom.FIELD, field="mrn", fingerprint=str)
    assert _by_key(found) == {"x1": 1}
    assert found.left_out == {Reason.NO_PATIENT: 1}


def test_the_first_folder_says_it(tmp_path: Path) -> None:
    _gold(tmp_path / "p1" / "2031" / "a.jsonl", _row("1"), _row("2"))
    _gold(tmp_path / "p1" / "b.jsonl", _row("1"))
    _gold(tmp_path / "p2" / "c.jsonl", _row("1"))
    _gold(tmp_path / "loose.jsonl", _row("1"))
    found = gold(tmp_path, PatientFrom.FOLDER, fingerprint=str)
    assert _by_key(found) == {"p1": 3, "p2": 1}
    assert found.left_out == {Reason.NO_PATIENT: 1}
    assert len({note.id for note in found.cohort.notes}) == 4


def test_the_file_says_it_also_of_pairs_of_files(tmp_path: Path) -> None:
    _gold(tmp_path / "p1.jsonl", _row("1"), _row("2"))
    (tmp_path / "p2.txt").write_text("Ito seen.", encoding="utf-8")
    (tmp_path / "p2.ann").write_text("T1\tDOCTOR 0 3\tIto\n", encoding="utf-8")
    assert _by_key(gold(tmp_path, PatientFrom.FILE, fingerprint=str)) == {"p1": 2, "p2": 1}


def test_notes_taken_for_patients_are_labelled_so(tmp_path: Path) -> None:
    path = _gold(tmp_path / "gold.jsonl", _row("1", patient="a"), _row("2", patient="a"))
    found = gold(path, PatientFrom.NOTE, fingerprint=str)
    assert len(found.cohort) == 2
    assert found.cohort.unit is Unit.NOTE


def test_what_is_wrong_with_a_gold_file_is_told_without_its_text(tmp_path: Path) -> None:
    overlapping = {**_row("1", patient="a"), "spans": [_SPAN, {**_SPAN, "end": 5}]}
    path = _gold(tmp_path / "gold.jsonl", overlapping)
    with pytest.raises(MalformedRecord, match="marks overlap") as caught:
        gold(path, PatientFrom.FIELD, fingerprint=str)
    assert "Ito" not in str(caught.value)
    _gold(path, {**_row("1", patient="a"), "spans": [{**_SPAN, "label": "SHOE"}]})
    with pytest.raises(UnknownLabel, match="line 1"):
        gold(path, PatientFrom.FIELD, fingerprint=str)
