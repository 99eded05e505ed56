from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

import deid
from deid.audit import database, merkle
from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.records import DocumentCommitted, Event, PolicyChanged, RedactionMade, SessionOpened
from deid.audit.store import AuditLog, Filter, log_path
from deid.audit.verify import verify
from deid.errors import DefectError, LogDamaged, LogUnavailable

NoteEvents = Callable[[int], list[Event]]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(deid.__file__).parents[1])}
WORKER = """
import sys
from pathlib import Path
from deid.audit.records import PolicyChanged
from deid.audit.store import AuditLog
print("ready", flush=True)
sys.stdin.readline()
digest, batches = sys.argv[2], int(sys.argv[3])
with AuditLog.open(Path(sys.argv[1])) as log:
    while batches:
        places = log.append([PolicyChanged(digest)] * 7)
        print(places.start, places.stop, flush=True)
        batches -= 1
"""


def start(home: Path, digest: str, batches: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(home), digest, str(batches)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    return iter(process.stdout)


def test_what_is_appended_is_read_back(log: AuditLog, note_events: NoteEvents) -> None:
    events = [*note_events(1), *note_events(2)]
    assert log.append(events[:4]) == range(4)
    assert log.append(events[4:]) == range(4, 10)
    assert log.append([]) == range(10, 10)
    assert log.size == 10
    assert [record.event for record in log.records()] == events
    assert [record.seq for record in log.records(3, 6)] == [3, 4, 5]
    assert {record.session for record in log.records()} == {log.session}
    assert log.record(4).event == events[4]


def test_the_root_is_that_of_the_records(log: AuditLog, note_events: NoteEvents) -> None:
    assert log.root() == merkle.EMPTY_ROOT
    log.append(note_events(1)[:2])
    first, second = (merkle.leaf_hash(log.body(seq)) for seq in (0, 1))
    assert log.root() == merkle.node_hash(first, second)
    assert log.root(1) == first
    with pytest.raises(LogDamaged):
        log.root(3)


def test_reading_goes_on_over_many_pages(log: AuditLog) -> None:
    log.append([PolicyChanged("0" * 64)] * 2500)
    assert [record.seq for record in log.records()] == list(range(2500))
    assert [record.seq for record in log.records(999, 2001)] == list(range(999, 2001))


def test_a_record_that_is_not_there_is_refused(log: AuditLog) -> None:
    with pytest.raises(LogDamaged, match="record 0"):
        log.record(0)


def test_a_filter_lets_through_what_it_names(
    log: AuditLog, keys: Keys, note_events: NoteEvents, session_event: SessionOpened
) -> None:
    log.append([session_event, *note_events(1), *note_events(2)])
    document = keys.fingerprint("document", "note-2")

    def places(wanted: Filter) -> list[int]:
        return [record.seq for record in log.select(wanted)]

    assert places(Filter()) == list(range(11))
    assert places(Filter(kinds=(RedactionMade,))) == [3, 4, 8, 9]
    assert places(Filter(kinds=(SessionOpened, DocumentCommitted))) == [0, 5, 10]
    assert places(Filter(kinds=())) == []
    assert places(Filter(document=document)) == [6, 7, 8, 9, 10]
    assert places(Filter(document=document, kinds=(RedactionMade,))) == [8, 9]
    time = log.record(0).time
    assert places(Filter(since=time)) == list(range(11))
    assert places(Filter(until=time)) == []
    assert places(Filter(since=time + timedelta(milliseconds=1))) == []
    assert places(Filter(since=datetime(2020, 1, 1, tzinfo=UTC), until=time)) == []


def test_a_note_that_the_program_made_is_known_again(
    log: AuditLog, keys: Keys, note_events: NoteEvents
) -> None:
    log.append([*note_events(1), *note_events(5)])
    commit = log.record(9).event
    assert isinstance(commit, DocumentCommitted)
    assert log.find_output(commit.output_sha256, commit.policy_digest) == 9
    assert log.find_output(commit.input_sha256, commit.policy_digest) is None
    assert log.find_output(commit.output_sha256, "0" * 64) is None
    found = commit.input_sha256, commit.policy_digest, commit.output_name
    assert log.find_commit(*found) == 9
    assert log.find_commit(commit.output_sha256, *found[1:]) is None
    assert log.find_commit(found[0], "0" * 64, found[2]) is None
    assert log.find_commit(*found[:2], keys.fingerprint("output-name", "other.txt")) is None
    log.append(note_events(5))
    assert log.find_commit(*found) == 14


def test_an_event_that_has_not_its_form_leaves_nothing(log: AuditLog) -> None:
    with pytest.raises(DefectError):
        log.append([PolicyChanged("0" * 64), PolicyChanged("Zebedee Vance")])
    assert log.size == 0
    assert log.append([PolicyChanged("0" * 64)]) == range(1)


def test_no_original_lies_in_any_file(home: Path, note_events: NoteEvents) -> None:
    keys = Keys.open(home)
    planted = ["Zebedee 7", "note-7", "note-7.txt"]
    with AuditLog.open(home) as log:
        log.append(note_events(7))
        seal(log, keys.signer)
        written = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert {path.name for path in written} >= {"log.sqlite", "log.sqlite-wal"}
    assert any(
        keys.fingerprint("original", "Zebedee 7").encode() in raw for raw in written.values()
    )
    for value in planted:
        plain = value.encode()
        forms = [
            plain, plain.lower(), value.encode("utf-16-le"), plain.hex().encode(),
            b64encode(plain).rstrip(b"="), sha256(plain).hexdigest().encode(),
            sha256(plain).digest(),
        ]  # fmt: skip
        for path, raw in written.items():
            assert not [form for form in forms if form in raw], path.name


def test_a_log_is_not_made_unasked(home: Path) -> None:
    with pytest.raises(LogUnavailable, match="there is none"):
        AuditLog.open(home, create=False)
    with pytest.raises(LogUnavailable, match="there is none"):
        AuditLog.open(home, read_only=True)
    assert not home.exists()


@pytest.mark.skipif(os.name == "nt", reason="file modes say nothing on Windows")
def test_nobody_else_may_read_the_log(log: AuditLog, note_events: NoteEvents) -> None:
    log.append(note_events(1))
    assert log.path.parent.stat().st_mode & 0o777 == 0o700
    for path in log.path.parent.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_closed_log_and_one_of_another_process_are_refused(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: -1)
        with pytest.raises(DefectError, match="each process"):
            log.append([])
    log.close()
    with pytest.raises(DefectError, match="closed"):
        log.append([])


def test_a_locked_log_is_unavailable_and_then_works_again(home: Path, log: AuditLog) -> None:
    with AuditLog.open(home, wait=0.05) as other, closing(sqlite3.connect(log.path)) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable, match="another program"):
            other.append([PolicyChanged("0" * 64)])
        assert other.size == 0
        blocker.execute("ROLLBACK")
        assert other.append([PolicyChanged("0" * 64)]) == range(1)


def test_a_full_disk_leaves_the_log_as_it_was(log: AuditLog, keys: Keys) -> None:
    log.append([PolicyChanged("0" * 64)])
    (pages,) = log._connection.execute("PRAGMA page_count").fetchone()
    log._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LogUnavailable, match="no space left"):
        log.append([PolicyChanged("0" * 64)] * 1000)
    assert log.size == 1
    log._connection.execute("PRAGMA max_page_count = 1000000")
    assert log.append([PolicyChanged("0" * 64)] * 1000) == range(1, 1001)
    assert verify(log.path, public_key=keys.public_key).size == 1001


@pytest.mark.skipif(os.name == "nt", reason="file sizes cannot be limited on Windows")
def test_a_file_that_may_not_grow_leaves_the_log_as_it_was(home: Path, keys: Keys) -> None:
    code = """
import resource, sys
from pathlib import Path
from deid.audit.records import PolicyChanged
from deid.audit.store import AuditLog
from deid.errors import LogUnavailable
with AuditLog.open(Path(sys.argv[1])) as log:
    log.append([PolicyChanged("0" * 64)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        log.append([PolicyChanged("0" * 64)] * 5000)
    except LogUnavailable as error:
        print(log.size, error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)],
        env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("1 log ")
    assert "space" in done.stdout
    assert verify(log_path(home), public_key=keys.public_key).size == 1


def test_a_read_only_folder_can_be_read_but_not_written(powerless: Path) -> None:
    keys = Keys.open(powerless)
    with AuditLog.open(powerless) as log:
        log.append([PolicyChanged("0" * 64)])
    folder = log_path(powerless).parent
    log_path(powerless).chmod(0o400)
    folder.chmod(0o500)
    assert verify(log_path(powerless), public_key=keys.public_key).size == 1
    with AuditLog.open(powerless, read_only=True) as log:
        assert log.size == 1
        with pytest.raises(LogUnavailable, match="may not be written"):
            log.append([PolicyChanged("0" * 64)])
    with pytest.raises(LogUnavailable), AuditLog.open(powerless) as log:
        log.append([PolicyChanged("0" * 64)])
    folder.chmod(0)
    with pytest.raises(LogUnavailable):
        AuditLog.open(powerless)


def test_a_folder_in_which_no_log_can_be_made_is_refused(powerless: Path) -> None:
    powerless.chmod(0o500)
    with pytest.raises(LogUnavailable, match="check the rights"):
        AuditLog.open(powerless / "home")
    powerless.chmod(0o700)
    (powerless / "audit").write_text("in the way")
    with pytest.raises(LogUnavailable):
        AuditLog.open(powerless)


@pytest.mark.parametrize("content", [b"", b"Ottoline Vance\n" * 500, b"SQLite format 3\0" * 300])
def test_a_file_that_is_no_log_is_refused_and_left_alone(home: Path, content: bytes) -> None:
    log_path(home).parent.mkdir(parents=True)
    log_path(home).write_bytes(content)
    with pytest.raises(LogDamaged) as caught:
        AuditLog.open(home)
    assert "Ottoline" not in str(caught.value)
    assert log_path(home).read_bytes() == content


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("PRAGMA application_id = 1", "no log of this program"),
        ("PRAGMA user_version = 3", "version 3"),
        ("CREATE TABLE more (x)", "tables"),
        ("DROP INDEX records_by_document", "tables"),
        (
            "CREATE TRIGGER quiet AFTER INSERT ON records BEGIN DELETE FROM records; END",
            "tables",
        ),
    ],
)
def test_a_database_with_other_tables_is_refused(
    home: Path, behind: Callable[..., None], statement: str, match: str
) -> None:
    AuditLog.open(home).close()
    behind(log_path(home), statement)
    with pytest.raises(LogDamaged, match=match):
        AuditLog.open(home)


def test_a_tree_that_is_behind_its_records_is_not_continued(
    log: AuditLog, behind: Callable[..., None]
) -> None:
    log.append([PolicyChanged("0" * 64)] * 3)
    behind(log.path, "UPDATE tiles SET hashes = substr(hashes, 1, 64)")
    with pytest.raises(LogDamaged, match="lacks hashes"):
        log.append([PolicyChanged("0" * 64)])
    assert log.size == 3


def test_threads_may_share_a_log(log: AuditLog, keys: Keys) -> None:
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: log.append([PolicyChanged("0" * 64)] * 5), range(20)))
    assert sorted(seq for batch in batches for seq in batch) == list(range(100))
    assert verify(log.path, public_key=keys.public_key).size == 100


def test_processes_may_append_at_once(home: Path, keys: Keys) -> None:
    workers = [start(home, f"{number}" * 64, 15) for number in range(4)]
    for worker in workers:
        assert next(lines(worker)) == "ready\n"
    for worker in workers:
        go(worker)
    batches = []
    for worker in workers:
        output, _ = worker.communicate()
        assert worker.returncode == 0
        batches += [(int(a), int(b)) for a, b in map(str.split, output.splitlines())]
    batches.sort()
    assert batches == list(pairwise(range(0, 60 * 7 + 1, 7)))
    with AuditLog.open(home) as log:
        for first, stop in batches:
            assert len({(r.session, r.event) for r in log.records(first, stop)}) == 1
        assert len({record.session for record in log.records()}) == 4
    assert verify(log_path(home), public_key=keys.public_key).size == 420


def test_a_killed_process_leaves_a_log_that_verifies(home: Path, keys: Keys) -> None:
    acknowledged = 0
    for kept in (1, 4, 9):
        worker = start(home, "a" * 64, 100_000)
        output = lines(worker)
        next(output)
        go(worker)
        for _ in range(kept):
            acknowledged = int(next(output).split()[1])
        worker.kill()
        worker.communicate()
        found = verify(log_path(home), public_key=keys.public_key)
        assert found.size >= acknowledged
        assert found.size % 7 == 0


def test_a_log_made_by_several_at_once_is_one(tmp_path: Path) -> None:
    path = tmp_path / "audit" / "log.sqlite"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: database.create(path), range(8)))
    assert [found.name for found in path.parent.iterdir()] == ["log.sqlite"]
    database.connect(path, read_only=False, wait=1).close()


@pytest.mark.parametrize("later", ["codes.sqlite", "vault/vault.sqlite", "held/a.held"])
def test_no_new_log_hides_that_the_old_one_is_gone(tmp_path: Path, later: str) -> None:
    (tmp_path / later).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / later).write_bytes(b"")
    with pytest.raises(LogUnavailable, match="restore `audit` from its backup"):
        AuditLog.open(tmp_path)
    assert not log_path(tmp_path).exists()
    (tmp_path / later).unlink()
    AuditLog.open(tmp_path).close()
    (tmp_path / later).write_bytes(b"")
    AuditLog.open(tmp_path).close()
