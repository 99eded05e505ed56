from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit import database, merkle, segment
from deid.audit.archive import Moved, archive, can_archive, place_of, verify_archive, whole
from deid.audit.archives import Archives, archive_name
from deid.audit.canonical import canonical_json
from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.note import VerifierKey
from deid.audit.officer_records import (
    Decision,
    ReleaseDecided,
    ReleaseHeld,
    SampleClosed,
    SampleDesign,
    SampleDrawn,
    SampleMethod,
)
from deid.audit.proof import check_inclusion, prove_consistency, prove_inclusion
from deid.audit.records import (
    Archived,
    BudgetSet,
    DocumentCommitted,
    Event,
    PolicyChanged,
    PrivacyUnit,
    SessionOpened,
)
from deid.audit.segment import Segment
from deid.audit.store import AuditLog, Filter, log_path
from deid.audit.verify import InArchive, verify
from deid.errors import (
    AuditError,
    LogDamaged,
    LogUnavailable,
    OutputError,
    VerificationFailed,
)

NoteEvents = Callable[[int], list[Event]]
Behind = Callable[..., None]
DIGEST = "3" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archives"


@pytest.fixture
def notes(log: AuditLog, keys: Keys, note_events: NoteEvents) -> list[bytes]:
    """Six notes of five records each, sealed after every one; their bodies."""
    for number in range(6):
        log.append(note_events(number))
        seal(log, keys.signer)
    return [body for _seq, body in log.bodies()]


@pytest.fixture
def moved(log: AuditLog, keys: Keys, notes: list[bytes], folder: Path) -> list[Moved]:
    """Two archives, of the first two notes and of the third; three notes are left."""
    found = [archive(log, keys.signer, folder, stop=stop) for stop in (10, 15)]
    assert all(found)
    return [one for one in found if one is not None]


def attached(log: AuditLog, keys: Keys, *paths: Path) -> Archives:
    archives = Archives.open(paths, origin=keys.signer.name, archived=log.archived())
    log.attach(archives)
    return archives


def test_archived_records_are_in_the_segment_and_no_longer_in_the_log(
    log: AuditLog, notes: list[bytes], moved: list[Moved]
) -> None:
    assert [(one.event.first, one.event.stop) for one in moved] == [(0, 10), (10, 15)]
    with Segment(moved[0].path) as first, Segment(moved[1].path) as second:
        assert [body for _seq, body in [*first.bodies(), *second.bodies()]] == notes[:15]
        assert [seq for seq, _body in second.bodies(12, 99)] == [12, 13, 14]
        assert first.body(7) == notes[7]
        with pytest.raises(VerificationFailed, match="has no record 10"):
            first.body(10)
    assert [seq for seq, _body in log.bodies()] == list(range(15, 32))
    assert log.archived() == tuple(one.event for one in moved)
    assert log.record(31).event == moved[1].event


def test_the_tree_is_as_it_was(
    log: AuditLog, keys: Keys, notes: list[bytes], moved: list[Moved]
) -> None:
    for note in log.checkpoints():
        assert prove_consistency(log, note, keys.signer).to_json()
    leaves = [merkle.leaf_hash(body) for body in notes]
    tree = merkle.Growing()
    for leaf in leaves:
        tree.add(leaf)
    assert log.root(30) == tree.root()


def test_records_that_another_program_archives_meanwhile_are_not_called_missing(
    home: Path, log: AuditLog, keys: Keys, notes: list[bytes], folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    bodies = log.bodies

    def late(first: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        if stop == 20:  # what is to be written
            archive(other, keys.signer, folder.with_name("theirs"), stop=10)
        return bodies(first, stop)

    with AuditLog.open(home) as other:
        monkeypatch.setattr(log, "bodies", late)
        with pytest.raises(LogUnavailable, match="meanwhile"):
            archive(log, keys.signer, folder, stop=20)
    assert [one.stop for one in log.archived()] == [10]
    assert not list(folder.iterdir())


def test_a_segment_verifies_without_the_log(log: AuditLog, keys: Keys, moved: list[Moved]) -> None:
    key = VerifierKey.parse(keys.public_key)
    for one in moved:
        with Segment(one.path) as found:
            assert found.verify(key).size == one.event.stop
            assert (found.sha256(), found.size) == (one.event.sha256, one.event.size)
    alone = verify_archive(moved[1].path, public_key=keys.public_key)
    assert (alone.first, alone.stop, alone.documents, alone.staying) == (10, 15, 1, 0)
    assert alone.root == log.root(15)


def test_a_segment_with_a_note_that_is_not_accounted_for_is_refused(
    log: AuditLog, keys: Keys, note_events: NoteEvents, tmp_path: Path
) -> None:
    commit = note_events(1)[4]
    assert isinstance(commit, DocumentCommitted)
    log.append([*note_events(1)[:4], replace(commit, output_length=118)])
    with pytest.raises(VerificationFailed, match="record 4: the output is not the input"):
        archive(log, keys.signer, tmp_path / "archives", stop=5)
    assert log.archived() == ()


def test_a_segment_is_read_by_any_program_that_reads_zip(
    keys: Keys, notes: list[bytes], moved: list[Moved]
) -> None:
    with zipfile.ZipFile(moved[1].path) as archive_file:
        assert archive_file.namelist() == ["archive.json", "records/000000000010.jsonl"]
        header = json.loads(archive_file.read("archive.json"))
        assert (header["first"], header["stop"]) == (10, 15)
        assert archive_file.read("records/000000000010.jsonl").splitlines() == notes[10:15]
    assert moved[1].path.name == archive_name(keys.signer.name, 10, 15)


def test_a_segment_of_several_members(
    monkeypatch: pytest.MonkeyPatch, log: AuditLog, keys: Keys, notes: list[bytes], folder: Path
) -> None:
    monkeypatch.setattr(segment, "PER_MEMBER", 7)
    told: list[tuple[int, int]] = []
    done = archive(log, keys.signer, folder, stop=30, told=lambda *at: told.append(at))
    assert done is not None
    assert told == [(7, 30), (14, 30), (21, 30), (28, 30)]
    with Segment(done.path) as found:
        assert [found.body(seq) for seq in (0, 6, 7, 29)] == [notes[seq] for seq in (0, 6, 7, 29)]
        assert [body for _seq, body in found.bodies(5, 16)] == notes[5:16]
    assert verify(log.path, public_key=keys.public_key, archives=[folder]).documents == 6


def test_verifying_says_what_was_not_examined(
    log: AuditLog, keys: Keys, moved: list[Moved], folder: Path
) -> None:
    found = verify(log.path, public_key=keys.public_key)
    assert (found.size, found.documents, found.unexamined) == (32, 3, 15)
    assert found.archived == (InArchive(0, 10, False), InArchive(10, 15, False))
    one = verify(log.path, public_key=keys.public_key, archives=[moved[1].path])
    assert (one.documents, one.unexamined) == (4, 10)
    whole_log = verify(log.path, public_key=keys.public_key, archives=[folder])
    assert (whole_log.documents, whole_log.unexamined, whole_log.root) == (6, 0, found.root)


def test_old_checkpoints_and_archives_hold_together(
    log: AuditLog, keys: Keys, moved: list[Moved], folder: Path
) -> None:
    outside = log.checkpoints()[0]
    found = verify(log.path, public_key=keys.public_key, checkpoints=[outside])
    assert found.witnessed == 5
    assert [compared.size for compared in found.compared if compared.outside] == [5]


def test_archived_records_are_read_where_the_archive_is_attached(
    log: AuditLog, keys: Keys, notes: list[bytes], moved: list[Moved], folder: Path
) -> None:
    with pytest.raises(LogUnavailable, match="record 3: in the archive of records 0 to 9"):
        log.body(3)
    with attached(log, keys, folder):
        assert [body for _seq, body in log.bodies(0, 30)] == notes
        assert log.body(3) == notes[3]
        commits = [r.seq for r in log.select(Filter(kinds=(DocumentCommitted,)))]
        assert commits == [4, 9, 14, 19, 24, 29]
        document = keys.fingerprint("document", "note-1")
        assert [r.seq for r in log.select(Filter(document=document))] == [5, 6, 7, 8, 9]
        time = log.record(0).time
        assert next(log.select(Filter(since=time))).seq == 0
        assert list(log.select(Filter(until=time))) == []
        proof = prove_inclusion(log, 3, keys.signer)
    assert check_inclusion(proof.to_json(), public_key=keys.public_key).seq == 3


def test_an_archive_with_another_record_is_not_read(
    log: AuditLog, keys: Keys, moved: list[Moved]
) -> None:
    path = moved[0].path
    with Segment(path) as found:
        header, bodies = found.header, [body for _seq, body in found.bodies()]
    bodies[3] = bodies[3].replace(b"MRN", b"SSN")
    with path.open("wb") as file:
        segment.write(file, header, bodies)
    with attached(log, keys, path):
        assert log.body(4)
        with pytest.raises(LogDamaged, match="record 3: its archive holds another one"):
            log.body(3)
    with pytest.raises(VerificationFailed, match="not the file that the log tells of"):
        verify(log.path, public_key=keys.public_key, archives=[path])
    with Segment(path) as found, pytest.raises(VerificationFailed, match="its checkpoint was"):
        found.verify(VerifierKey.parse(keys.public_key))


def test_an_archive_that_is_missing_swapped_or_foreign_is_told(
    log: AuditLog, keys: Keys, moved: list[Moved], folder: Path, tmp_path: Path
) -> None:
    first, second = (one.path for one in moved)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    with pytest.raises(VerificationFailed):
        verify(log.path, public_key=keys.public_key, archives=[folder])
    first.unlink()
    with pytest.raises(VerificationFailed, match="records 0 to 9 is not in the folder"):
        verify(log.path, public_key=keys.public_key, archives=[folder])
    with pytest.raises(LogUnavailable, match="cannot be read"):
        verify(log.path, public_key=keys.public_key, archives=[first])
    first.write_bytes(content)
    other = Keys.open(tmp_path / "other")
    with AuditLog.open(tmp_path / "other") as foreign:
        foreign.append([PolicyChanged(DIGEST)] * 7)
        done = archive(foreign, other.signer, folder, stop=7)
    assert done is not None
    assert verify(log.path, public_key=keys.public_key, archives=[folder]).unexamined == 0
    with pytest.raises(VerificationFailed, match="not what the log has archived"):
        verify(log.path, public_key=keys.public_key, archives=[done.path])


def test_every_changed_byte_of_an_archive_is_found(
    log: AuditLog, keys: Keys, moved: list[Moved]
) -> None:
    path = moved[1].path
    raw = path.read_bytes()
    for at in range(0, len(raw), 29):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x21]) + raw[at + 1 :])
        with pytest.raises(AuditError):
            verify(log.path, public_key=keys.public_key, archives=[path])
    path.write_bytes(raw[:-9])
    with pytest.raises(VerificationFailed, match="damaged, or no archive"):
        verify(log.path, public_key=keys.public_key, archives=[path])


@pytest.mark.parametrize(
    "content", [b"", b"PK\x05\x06" + bytes(18), b"Ottoline Vance\n" * 99], ids=["none", "zip", "no"]
)
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(VerificationFailed, match="no archive of a log"):
        Segment(path)


@pytest.mark.parametrize(
    "header",
    [
        {"first": 0, "stop": 2**53},
        {"first": 0, "stop": 0},
        {"first": 1, "stop": 5, "before": []},
        {"first": True, "stop": 5},
        {"first": 0, "stop": 5, "format": "noteveil-archive-v2"},
        {"first": 0, "stop": 5, "more": 1},
        {"first": 1, "stop": 5, "before": ["AAAA"]},
        {"first": 0, "stop": 5, "checkpoint": None},
    ],
)
def test_a_header_that_is_not_of_its_form_is_refused(
    tmp_path: Path, header: dict[str, object]
) -> None:
    whole_header: dict[str, object] = {
        "format": "noteveil-archive-v1", "first": 0, "stop": 5, "before": [], "checkpoint": "",
    }  # fmt: skip
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("archive.json", canonical_json(whole_header | header))
        file.writestr("records/000000000000.jsonl", "{}\n" * 5)
    with pytest.raises(VerificationFailed, match="no archive of a log"):
        Segment(path)


# What somebody may do to the log's file when records are archived.
@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("DELETE FROM records WHERE seq = 15", "record 15: missing"),
        ("DELETE FROM records WHERE seq = 30", "does not fit the log"),
        ("DELETE FROM records WHERE seq = 31", "record 10: missing"),
        ("INSERT INTO records (seq, body) SELECT 3, body FROM records WHERE seq = 16", "record 3"),
        ("INSERT INTO records (seq, body) SELECT -3, body FROM records WHERE seq = 16", "missing"),
        (
            "UPDATE tiles SET hashes = CAST(zeroblob(64) || substr(hashes, 65) AS BLOB)",
            "first 5 records",
        ),
        ("UPDATE tiles SET hashes = substr(hashes, 1, 64)", "lacks hashes"),
    ],
)
def test_a_change_behind_the_programs_back_is_found(
    log: AuditLog, keys: Keys, moved: list[Moved], behind: Behind, statement: str, match: str
) -> None:
    behind(log.path, statement)
    with pytest.raises((VerificationFailed, LogDamaged), match=match):
        verify(log.path, public_key=keys.public_key)


def test_records_that_were_taken_away_as_if_archived_are_in_no_archive(
    log: AuditLog, keys: Keys, moved: list[Moved], folder: Path, behind: Behind
) -> None:
    log.move_out(Archived(15, 20, "0" * 64, 1000, 0))
    seal(log, keys.signer)
    assert verify(log.path, public_key=keys.public_key).unexamined == 20
    with pytest.raises(VerificationFailed, match="records 15 to 19 is not in the folder"):
        verify(log.path, public_key=keys.public_key, archives=[folder])


def test_a_record_that_must_stay_may_not_be_taken_away(
    log: AuditLog, keys: Keys, moved: list[Moved], folder: Path, behind: Behind
) -> None:
    done = archive(log, keys.signer, folder, stop=log.size)
    assert done is not None
    assert done.event.kept == 2
    assert [seq for seq, _body in log.bodies()] == [30, 31, 32]
    assert verify(log.path, public_key=keys.public_key).size == 33
    assert verify(log.path, public_key=keys.public_key, archives=[folder]).unexamined == 0
    behind(log.path, "DELETE FROM records WHERE seq = 30")
    with pytest.raises(LogDamaged, match="does not fit the log"):
        verify(log.path, public_key=keys.public_key)


def test_a_note_is_archived_whole(
    log: AuditLog, keys: Keys, note_events: NoteEvents, folder: Path
) -> None:
    log.append([*note_events(1)[:2], *note_events(2), *note_events(1)[2:], *note_events(3)])
    assert [can_archive(log, stop) for stop in (1, 9, 10, 12, 15, 99)] == [
        range(0), range(0), range(10), range(10), range(15), range(15),
    ]  # fmt: skip
    assert archive(log, keys.signer, folder, stop=9) is None
    assert not folder.exists()
    done = archive(log, keys.signer, folder, stop=14)
    assert done is not None
    assert done.event.stop == 10
    assert verify(log.path, public_key=keys.public_key, archives=[folder]).documents == 3


def test_a_note_that_nobody_finished_is_not_parted_either(
    log: AuditLog, note_events: NoteEvents
) -> None:
    log.append([*note_events(1), *note_events(2)[:3], *note_events(3)])
    assert can_archive(log, 7) == range(5)
    assert can_archive(log, 8) == range(8)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted), max_size=12),
    st.integers(0, 30),
)
def test_no_unit_is_parted_and_no_later_place_would_do(units: list[list[int]], wanted: int) -> None:
    pairs = [(first, last) for first, last in units]

    def parts(place: int) -> bool:
        return any(first < place <= last for first, last in pairs)

    assert whole(pairs, wanted) == max(p for p in range(wanted + 1) if not parts(p))


def test_what_an_unfinished_sample_or_release_needs_stays(
    log: AuditLog, keys: Keys, note_events: NoteEvents
) -> None:
    for number in range(3):
        log.append(note_events(number))
    document = keys.fingerprint("document", "note-3")
    held = ReleaseHeld(document, DIGEST, document, DIGEST, "clerk")
    log.append([*note_events(3), held])
    assert can_archive(log, 99) == range(15)
    log.append([ReleaseDecided(document, DIGEST, Decision.APPROVED, "0" * 16, "statement")])
    assert can_archive(log, 99) == range(22)
    drawn = SampleDrawn(
        "0" * 16, "0" * 16, SampleMethod.RANDOM, DIGEST, 10, 20, 2, 1, 0.05, 0.95,
        SampleDesign.FIXED, statement="statement",
    )  # fmt: skip
    log.append([drawn])
    assert can_archive(log, 99) == range(10)


def test_a_sample_is_archived_whole(log: AuditLog, note_events: NoteEvents) -> None:
    log.append(note_events(1))
    person, sample = "0" * 16, "1" * 16
    drawn = SampleDrawn(
        sample, person, SampleMethod.RANDOM, DIGEST, 0, 5, 1, 1, 0.05, 0.95, SampleDesign.FIXED,
        statement="statement",
    )  # fmt: skip
    closed = SampleClosed(sample, person, 1, 0, 0, 0, None, 0.9, "statement")
    log.append([drawn])
    log.append(note_events(2))
    log.append([closed])
    assert [can_archive(log, stop) for stop in (5, 6, 11, 12)] == [
        range(5), range(5), range(5), range(12),
    ]  # fmt: skip


def test_what_stays_in_the_log_is_read_where_only_other_archives_are_attached(
    log: AuditLog, keys: Keys, note_events: NoteEvents, folder: Path
) -> None:
    staying = BudgetSet("0" * 16, PrivacyUnit.PATIENT, "8", "0.00001", "statement")
    for number in range(3):
        log.append([*note_events(number), staying])
        seal(log, keys.signer)
    early, late = (archive(log, keys.signer, folder, stop=stop) for stop in (6, 12))
    assert early is not None
    assert late is not None
    for path, places in ((early.path, range(6)), (late.path, range(6, 12))):
        with attached(log, keys, path):
            assert [r.seq for r in log.select(Filter(kinds=(BudgetSet,)))] == [5, 11, 17]
            behind = range(12, log.size)
            assert {seq for seq, _body in log.bodies()} == {5, 11, *places, *behind}
            assert {seq for seq, _body in log.bodies(3, 9)} == {5} | {
                seq for seq in places if 3 <= seq < 9
            }


def test_the_place_of_a_time_is_before_all_that_is_later(
    log: AuditLog, notes: list[bytes], moved: list[Moved]
) -> None:
    assert place_of(log, datetime(2020, 1, 1, tzinfo=UTC)) == 15
    assert place_of(log, log.record(20).time) <= 20
    assert place_of(log, datetime.now(UTC) + timedelta(days=1)) == log.size


def test_a_segment_that_a_killed_run_left_is_taken(
    log: AuditLog, keys: Keys, notes: list[bytes], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(_event: Archived) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(log, "move_out", die)
        with pytest.raises(Killed):
            archive(log, keys.signer, folder, stop=10)
    (left,) = folder.iterdir()
    before = left.read_bytes()
    (folder / f".{left.name}.0123456789abcdef").write_bytes(b"half")
    assert [body for _seq, body in log.bodies()] == notes
    done = archive(log, keys.signer, folder, stop=10)
    assert done is not None
    assert list(folder.iterdir()) == [left]
    assert left.read_bytes() == before
    assert verify(log.path, public_key=keys.public_key, archives=[folder]).documents == 6


def test_another_file_of_the_name_is_not_taken_for_the_segment(
    log: AuditLog, keys: Keys, notes: list[bytes], folder: Path
) -> None:
    folder.mkdir()
    path = folder / archive_name(keys.signer.name, 0, 10)
    path.write_bytes(b"something else")
    with pytest.raises(VerificationFailed):
        archive(log, keys.signer, folder, stop=10)
    assert [body for _seq, body in log.bodies()] == notes
    done = archive(log, keys.signer, folder / "more", stop=10)
    assert done is not None
    with Segment(done.path) as found:
        header, bodies = found.header, [body for _seq, body in found.bodies()]
    log_two = replace(header, checkpoint=header.checkpoint + "\n")
    with path.open("wb") as file:
        segment.write(file, log_two, bodies)
    with pytest.raises(VerificationFailed, match="not the file"):
        verify(log.path, public_key=keys.public_key, archives=[path])


def test_a_log_that_contradicts_its_checkpoint_or_its_notes_is_not_archived(
    log: AuditLog, keys: Keys, notes: list[bytes], folder: Path, behind: Behind
) -> None:
    behind(log.path, "UPDATE records SET body = replace(body, 'PATIENT', 'DOCTOR') WHERE seq = 2")
    with pytest.raises(VerificationFailed, match="its checkpoint"):
        archive(log, keys.signer, folder, stop=10)
    assert log.size == 30
    assert log.archived() == ()


def test_two_who_archive_at_once_do_it_once(
    home: Path, log: AuditLog, keys: Keys, notes: list[bytes], folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    move_out = log.move_out

    def late(event: Archived) -> None:
        with AuditLog.open(home) as other:
            other.move_out(event)
        move_out(event)

    monkeypatch.setattr(log, "move_out", late)
    with pytest.raises(LogUnavailable, match="archived these records meanwhile"):
        archive(log, keys.signer, folder, stop=10)
    assert len(log.archived()) == 1
    assert verify(log.path, public_key=keys.public_key, archives=[folder]).documents == 6


def test_a_folder_that_cannot_be_written_moves_nothing(
    log: AuditLog, keys: Keys, notes: list[bytes], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="nothing was moved"):
        archive(log, keys.signer, tmp_path / "file", stop=10)
    assert [body for _seq, body in log.bodies()] == notes


def test_the_file_becomes_smaller(
    log: AuditLog, keys: Keys, folder: Path, session_event: SessionOpened
) -> None:
    log.append([session_event] * 5000)
    before = log.path.stat().st_size + log.path.with_name("log.sqlite-wal").stat().st_size
    done = archive(log, keys.signer, folder, stop=5000)
    assert done is not None
    assert done.shrunk
    assert log.path.stat().st_size < before / 3
    assert verify(log.path, public_key=keys.public_key, archives=[folder]).size == 5001


def test_a_file_that_cannot_become_smaller_keeps_its_space(
    log: AuditLog, keys: Keys, notes: list[bytes], folder: Path
) -> None:
    log._connection.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
        shrink = log.shrink

        def in_use() -> None:
            other.execute("BEGIN IMMEDIATE")
            shrink()

        log.shrink = in_use  # type: ignore[method-assign]
        done = archive(log, keys.signer, folder, stop=10)
        assert done is not None
        assert not done.shrunk
        other.execute("ROLLBACK")
    assert verify(log.path, public_key=keys.public_key, archives=[folder]).documents == 6


def test_a_log_of_version_1_is_read_as_it_is_and_changed_when_it_is_written(
    home: Path, keys: Keys, note_events: NoteEvents, behind: Behind
) -> None:
    with AuditLog.open(home) as log:
        log.append(note_events(1))
    path = log_path(home)
    behind(path, "PRAGMA user_version = 1")

    def version() -> int:
        with closing(sqlite3.connect(path)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])

    with AuditLog.open(home, read_only=True) as log:
        assert log.size == 5
    assert verify(path, public_key=keys.public_key).size == 5
    assert version() == 1
    with AuditLog.open(home) as log:
        assert log.size == 5
    assert version() == database.VERSION == 2


def test_a_tree_grows_from_its_frontier(log: AuditLog) -> None:
    log.append([PolicyChanged(DIGEST)] * 70)
    leaves = [merkle.leaf_hash(body) for _seq, body in log.bodies()]
    for start in range(0, 70, 7):
        with log.snapshot() as (_size, nodes):
            tree = merkle.Growing(start, merkle.frontier(nodes, start))
        assert tree.root() == log.root(start)
        for leaf in leaves[start:]:
            tree.add(leaf)
        assert tree.root() == log.root()
    with pytest.raises(ValueError, match="frontier"):
        merkle.Growing(3, [b""])
