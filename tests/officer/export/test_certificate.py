"""Certificates: what was done, what was measured, and what they do not show."""

from __future__ import annotations

import hashlib
import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from deid.audit.archives import Archives
from deid.audit.checkpoint import parse
from deid.audit.records import (
    DocumentCommitted,
    Event,
    Exported,
    ExportKind,
    PolicyChanged,
)
from deid.audit.store import Filter
from deid.audit.verify import Verified, verify
from deid.errors import InputError, NotPermitted
from deid.labels import Label
from deid.officer import Desk
from deid.officer.archiving import archive_records
from deid.officer.export import (
    Certificate,
    Scope,
    certificate,
    certificate_page,
    export_certificate,
)
from deid.officer.export.certificate_page import certificate_pdf
from deid.officer.index.local import index_path, local_index
from deid.officer.index.query import Query
from deid.officer.samples import samples
from deid.officer.typed import read_typed

PIN = "a short sentence"
NOW = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)


def verified(desk: Desk) -> Verified:
    return verify(desk.log.path, public_key=desk.keys.public_key)


def certify(desk: Desk, query: Query = Query(), sample: str | None = None) -> Certificate:  # noqa: B008
    size = desk.checkpoint().size
    return certificate(
        desk,
        Scope(query, size),
        note=desk.log.checkpoints()[-1],
        verified=verified(desk),
        now=NOW,
        sample_id=sample,
    )


def text_of(path: Path | io.BytesIO) -> str:
    pages = (page.extract_text() for page in PdfReader(path).pages)
    return " ".join(" ".join(pages).split())


def test_what_is_gathered(desk: Desk) -> None:
    found = certify(desk).account
    assert [note.output_sha256 for note in found.notes] == [
        hashlib.sha256(f"out {number}".encode()).hexdigest() for number in range(12)
    ]
    assert found.counts == {Label.PATIENT: 12}
    assert found.refused == {"EmptyNote": 1, "ResidualFound": 1}
    assert found.reviewed == 6
    (method,) = found.methods
    assert (method.program, method.model, method.notes) == ("0.1.0", "4" * 64, 12)
    assert [one.id for one in found.samples] == [samples(desk.log)[0].id]
    assert [one.name for one in found.sign_offs] == ["=Olive Officer"]


def test_the_pages_say_it_in_plain_words(desk: Desk, tmp_path: Path) -> None:
    given = export_certificate(desk, Query(), tmp_path / "c.pdf", verified=verified(desk), now=NOW)
    text = text_of(given.path)
    closed = samples(desk.log)[0].closed
    assert closed is not None
    for said in (
        f"At most {closed.bound:.2%} of these 12 notes still hold an identifier",
        "of 40 identifiers withheld from the weakest of them, 39 were noticed",
        "1 attempts ended so, and 1 for other reasons",
        "A person had gone through 6 of the 12 notes",
        "=Olive Officer approved",
        "no method finds all of them",
        "none kept elsewhere was at hand",
        desk.keys.public_key,
    ):
        assert said in text, said
    digits = text.replace(" ", "")
    for number in range(12):
        assert hashlib.sha256(f"out {number}".encode()).hexdigest() in digits
    start = text.rindex("noteveil/log/", 0, text.rindex(" — "))
    note = read_typed(text[start : text.index("Certificate of redaction page", start)])
    assert parse(note, desk.keys.signer.verifier) == given.checkpoint
    event = desk.log.record(desk.log.size - 1).event
    assert isinstance(event, Exported)
    assert event.what is ExportKind.CERTIFICATE


def test_never_more_is_claimed_than_was_done(desk: Desk) -> None:
    text = text_of(io.BytesIO(certificate_pdf(certify(desk)))).lower()
    for word in ("anonym", "hipaa", "compliant", "guarantee", "safe "):
        assert word not in text


def test_the_same_at_the_same_time_gives_the_same_bytes(desk: Desk) -> None:
    found = certify(desk)
    assert certificate_pdf(found) == certificate_pdf(found)
    assert certificate_pdf(found) != certificate_pdf(replace(found, made=NOW.replace(hour=5)))


def test_one_document_or_the_notes_of_a_sample(desk: Desk) -> None:
    document = desk.keys.fingerprint("document", "note-4")
    (note,) = certify(desk, Query(document=document)).account.notes
    assert note.output_sha256 == hashlib.sha256(b"out 4").hexdigest()
    sample = samples(desk.log)[0].id
    found = certify(desk, sample=sample[:8]).account
    assert (len(found.notes), found.sample) == (12, sample)
    assert not found.refused


def test_a_sample_or_a_signature_that_does_not_cover_the_notes_is_left_out(
    desk: Desk, more_notes: Callable[[Desk, int], list[Event]]
) -> None:
    desk.record(*more_notes(desk, 99))
    found = certify(desk)
    assert len(found.account.notes) == 13
    assert found.account.samples == ()
    assert found.account.sign_offs == ()
    text = text_of(io.BytesIO(certificate_pdf(found)))
    assert "was not measured" in text
    assert "Nobody has signed" in text


def test_a_long_list_is_told_by_its_digest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate_page, "MOST_NOTES", 5)
    found = certify(desk)
    text = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(certificate_pdf(found))).pages
    )
    lines = "".join(f"{note.input_sha256} {note.output_sha256}\n" for note in found.account.notes)
    assert hashlib.sha256(lines.encode()).hexdigest() in text
    assert found.account.notes[0].output_sha256 not in text.replace(" ", "")


def test_what_was_written_after_verifying_is_left_out(desk: Desk, tmp_path: Path) -> None:
    before = verified(desk)
    desk.record(PolicyChanged("9" * 64))
    export_certificate(desk, Query(), tmp_path / "c.pdf", verified=before, now=NOW)
    assert f"the whole log of {before.size} records" in text_of(tmp_path / "c.pdf")


def test_another_log_is_not_certified(desk: Desk, tmp_path: Path) -> None:
    other = replace(verified(desk), root=b"\0" * 32)
    with pytest.raises(NotPermitted, match="verify it again"):
        export_certificate(desk, Query(), tmp_path / "c.pdf", verified=other, now=NOW)
    assert not (tmp_path / "c.pdf").exists()


def test_where_there_is_nothing_to_certify(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no released note"):
        certify(desk, Query(until=datetime(2001, 1, 1, tzinfo=UTC)))
    with pytest.raises(InputError, match="no sample"):
        certify(desk, sample="ffff0000")
    desk.lock()
    with pytest.raises(NotPermitted):
        certify(desk)


def test_what_lies_in_archives_is_said_to_be_left_out(desk: Desk, tmp_path: Path) -> None:
    (sample,) = samples(desk.log)
    officer = desk.person
    assert officer is not None
    administrator = next(one for one in desk.people() if one.id != officer.id)
    commits = [one.seq for one in desk.log.select(Filter(kinds=(DocumentCommitted,)))]
    desk.unlock(administrator.id, PIN)
    moved = archive_records(desk, tmp_path, stop=commits[3] + 1)
    assert moved is not None
    desk.unlock(officer.id, PIN)
    made = certify(desk)
    assert len(made.account.notes) == len(commits) - 4
    said = text_of(io.BytesIO(certificate_pdf(made)))
    assert f"records 0 to {commits[3]} tell of" in said
    assert "model not recorded" in said  # what the session was opened with is archived too
    with pytest.raises(InputError, match="moved to an archive"):
        certify(desk, sample=sample.id)


def test_what_is_given_out_is_chosen_from_the_log_and_not_from_the_index(
    desk: Desk, tmp_path: Path
) -> None:
    query = Query(since=datetime(2000, 1, 1, tzinfo=UTC))
    with local_index(desk.home) as (index, _updated):
        assert index.count(query) > 0
    with closing(sqlite3.connect(index_path(desk.home))) as connection, connection:
        connection.execute("UPDATE facts SET event = 'document-read'")
    found = certify(desk, query).account
    assert (len(found.notes), sum(found.refused.values())) == (12, 2)
    officer = desk.person
    assert officer is not None
    administrator = next(one for one in desk.people() if one.id != officer.id)
    stop = [one.seq for one in desk.log.select(Filter(kinds=(DocumentCommitted,)))][3] + 1
    desk.unlock(administrator.id, PIN)
    assert archive_records(desk, tmp_path, stop=stop) is not None
    desk.unlock(officer.id, PIN)
    name = desk.keys.signer.name
    with Archives.open([tmp_path], origin=name, archived=desk.log.archived()) as archives:
        desk.log.attach(archives)
        assert len(certify(desk, query).account.notes) == 12
        given = export_certificate(
            desk, query, tmp_path / "given.pdf", verified=verified(desk), now=NOW
        )
    assert "Notes released 12" in text_of(given.path)
