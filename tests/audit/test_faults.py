"""What the log and its archives are after whatever may go wrong while they are written.

Promised is: what was reported as written is there; of a batch or an archive there is all or
nothing; and a log that lost something it should have is never verified.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from itertools import count
from pathlib import Path

import pytest

import deid
from deid import files
from deid.audit import rows
from deid.audit.archive import archive
from deid.audit.archives import Archives
from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.records import Archived, Event, PolicyChanged
from deid.audit.store import AuditLog, Filter, log_path
from deid.audit.verify import Verified, verify
from deid.errors import AuditError, LogUnavailable, OutputError
from deid.officer.index.local import local_index
from deid.officer.index.query import Query
from deid.officer.index.trends import Topic, topic

NoteEvents = Callable[[int], list[Event]]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(deid.__file__).parents[1])}
DIGEST = "7" * 64
KILLED = 9
READ_ONLY = "may not be written|cannot be opened|read-only"

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on Windows")


def in_child(work: Callable[[Callable[[object], None]], None]) -> tuple[bool, list[str]]:
    """Run work in a forked process that may end at any moment.

    Args:
        work: is given what it tells its progress with.

    Returns:
        Whether it came to its end, and what it had told until then.
    """
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        code = 1
        try:
            work(lambda told: os.write(sending, f"{told}\n".encode()) and None)
            code = 0
        finally:
            os._exit(code)
    os.close(sending)
    with os.fdopen(receiving) as pipe:
        told = pipe.read().split("\n")[:-1]
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, KILLED)
    return code == 0, told


class Fuse:
    """Ends the process at the n-th time that it is asked."""

    def __init__(self, nth: int) -> None:
        self._left = nth

    def __call__(self, *_arguments: object) -> int:
        if self._left == 0:
            os._exit(KILLED)
        self._left -= 1
        return 0


class StatementFuse(Fuse):
    """Ends the process before the n-th statement that may change something."""

    def __call__(self, *arguments: object) -> int:
        return 0 if str(arguments[0]).startswith("SELECT") else super().__call__()


def check(home: Path, keys: Keys, *archives: Path) -> Verified:
    return verify(log_path(home), public_key=keys.public_key, archives=archives)


@forks
def test_killed_at_any_moment_of_appending_and_sealing(
    home: Path, keys: Keys, note_events: NoteEvents, tmp_path: Path
) -> None:
    with AuditLog.open(home) as log:
        log.append(note_events(0))
        seal(log, keys.signer)
    shutil.copytree(home, tmp_path / "begun")
    for nth in count():
        shutil.rmtree(home)
        shutil.copytree(tmp_path / "begun", home)

        def work(tell: Callable[[object], None], nth: int = nth) -> None:
            with AuditLog.open(home) as log:
                # SQLite asks after so many steps of its machine: some lie between any two writes.
                log._connection.set_progress_handler(Fuse(nth), 32)
                tell(log.append(note_events(1)).stop)
                seal(log, keys.signer)
                tell("sealed")
                tell(log.append(note_events(2)).stop)

        ended, told = in_child(work)
        found = check(home, keys)
        assert found.size in (5, 10, 15)
        acknowledged = [int(word) for word in told if word != "sealed"]
        assert found.size >= max(acknowledged, default=5)
        assert found.signed == 10 if "sealed" in told else found.signed in (5, 10)
        with AuditLog.open(home) as log:
            assert log.append(note_events(3)).start == found.size
        if ended:
            break
    assert nth > 20


# The places of archiving at which another program or the disk takes part.
PLACES: dict[str, Callable[[pytest.MonkeyPatch, AuditLog, int], None]] = {
    "in SQLite": lambda _patch, log, nth: log._connection.set_progress_handler(Fuse(nth), 150),
    "at a sync": lambda patch, _log, nth: before_and_after(patch, os, "fsync", nth),
    "at a link": lambda patch, _log, nth: before_and_after(patch, files, "_link", nth),
    "at a removal": lambda patch, _log, nth: before_and_after(patch, Path, "unlink", nth),
    "at a statement": lambda _patch, log, nth: log._connection.set_trace_callback(
        StatementFuse(nth)
    ),
}


def before_and_after(patch: pytest.MonkeyPatch, where: object, name: str, nth: int) -> None:
    """Let a function end the process at its n-th call: when it begins, or when it is done."""
    real, fuse = getattr(where, name), Fuse(nth)

    def fused(*arguments: object, **options: object) -> object:
        fuse()
        found = real(*arguments, **options)
        fuse()
        return found

    patch.setattr(where, name, fused)


@forks
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_killed_at_any_moment_of_archiving(
    home: Path, keys: Keys, note_events: NoteEvents, tmp_path: Path,
    place: Callable[[pytest.MonkeyPatch, AuditLog, int], None],
) -> None:  # fmt: skip
    with AuditLog.open(home) as log:
        for number in range(6):
            log.append(note_events(number))
        bodies = [body for _seq, body in log.bodies()]
    folder = tmp_path / "archives"
    shutil.copytree(home, tmp_path / "begun")
    for nth in count():
        shutil.rmtree(home)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "begun", home)

        def work(tell: Callable[[object], None], nth: int = nth) -> None:
            with AuditLog.open(home) as log, pytest.MonkeyPatch.context() as patch:
                place(patch, log, nth)
                archive(log, keys.signer, folder, stop=20)
                tell("done")

        ended, _told = in_child(work)
        # Nothing is lost and nothing doubled: in the log, or in the archive that it tells of.
        found = check(home, keys, *([folder] if folder.is_dir() else []))
        assert (found.documents, found.unexamined) == (6, 0)
        with AuditLog.open(home) as log:
            moved = log.archived()
            assert [seq for seq, _body in log.bodies(0, 30)] == [*range(20 if moved else 0, 30)]
            # And whoever tries again comes to the same end.
            again = archive(log, keys.signer, folder, stop=20)
            assert (again is None) == bool(moved)
            origin, archived = keys.signer.name, log.archived()
            with Archives.open([folder], origin=origin, archived=archived) as archives:
                log.attach(archives)
                assert [body for _seq, body in log.bodies(0, 30)] == bodies
        assert len(list(folder.glob("*.zip"))) == 1
        if ended:
            break
    assert nth > 0


@pytest.fixture
def written(
    log: AuditLog, keys: Keys, note_events: NoteEvents
) -> tuple[bytes, bytes, list[tuple[int, int]]]:
    """The log's file and write-ahead file, and how long that was at each acknowledgement."""
    log._connection.execute("PRAGMA wal_autocheckpoint = 0")
    wal = log.path.with_name("log.sqlite-wal")
    acknowledged = []
    for number in range(4):
        size = log.append(note_events(number)).stop
        acknowledged.append((wal.stat().st_size, size))
        seal(log, keys.signer)
    return log.path.read_bytes(), wal.read_bytes(), acknowledged


def frames(wal: bytes) -> list[int]:
    """Where the frames of a write-ahead file begin and the last one ends (SQLite file format 4)."""
    (page,) = struct.unpack(">I", wal[8:12])
    return list(range(32, len(wal) + 1, page + 24))


def after_power_loss(tmp_path: Path, database: bytes, wal: bytes) -> Path:
    home = tmp_path / "after"
    shutil.rmtree(home, ignore_errors=True)
    path = log_path(home)
    path.parent.mkdir(parents=True)
    path.write_bytes(database)
    path.with_name("log.sqlite-wal").write_bytes(wal)
    return home


def expect_what_was_acknowledged(
    home: Path, keys: Keys, acknowledged: list[tuple[int, int]], kept: int
) -> None:
    """All that was reported before so much of the write-ahead file was on the disk is there."""
    safe = max((size for end, size in acknowledged if end <= kept), default=0)
    assert check(home, keys).size == safe
    with AuditLog.open(home) as log:
        assert log.append([PolicyChanged(DIGEST)]).start == safe
    assert check(home, keys).size == safe + 1


def test_power_loss_at_every_frame(
    written: tuple[bytes, bytes, list[tuple[int, int]]], keys: Keys, tmp_path: Path
) -> None:
    database, wal, acknowledged = written
    assert acknowledged[-1][1] == 20
    for kept in (0, *frames(wal)):
        home = after_power_loss(tmp_path, database, wal[:kept])
        expect_what_was_acknowledged(home, keys, acknowledged, kept)


def test_power_loss_within_a_frame_that_may_hold_anything(
    written: tuple[bytes, bytes, list[tuple[int, int]]], keys: Keys, tmp_path: Path
) -> None:
    database, wal, acknowledged = written
    draw = random.Random(20261121)
    for _ in range(40):
        kept = draw.randrange(len(wal))
        rest = draw.choice([b"", bytes(len(wal) - kept), draw.randbytes(len(wal) - kept)])
        home = after_power_loss(tmp_path, database, wal[:kept] + rest)
        expect_what_was_acknowledged(home, keys, acknowledged, kept)


def test_power_loss_while_the_write_ahead_file_is_folded_in(
    log: AuditLog, written: tuple[bytes, bytes, list[tuple[int, int]]], keys: Keys, tmp_path: Path
) -> None:
    before, wal, _acknowledged = written
    log._connection.execute("PRAGMA wal_checkpoint(FULL)")
    after = log.path.read_bytes()
    page, draw = 4096, random.Random(20261121)
    for _ in range(20):
        torn = b"".join(
            draw.choice([before[at : at + page].ljust(page, b"\0"), after[at : at + page]])
            for at in range(0, len(after), page)
        )
        home = after_power_loss(tmp_path, torn, wal)
        assert check(home, keys).size == 20


def test_a_disk_that_forgot_what_it_had_written_is_shown_by_a_checkpoint(
    written: tuple[bytes, bytes, list[tuple[int, int]]], log: AuditLog, keys: Keys, tmp_path: Path
) -> None:
    database, wal, acknowledged = written
    outside = seal(log, keys.signer)
    home = after_power_loss(tmp_path, database, wal[: acknowledged[1][0]])
    assert check(home, keys).size == 10
    with pytest.raises(AuditError, match="taken away"):
        verify(log_path(home), public_key=keys.public_key, checkpoints=[outside])


def test_a_full_disk_while_archiving_moves_nothing(
    log: AuditLog, keys: Keys, note_events: NoteEvents, tmp_path: Path
) -> None:
    for number in range(60):
        log.append(note_events(number))
    seal(log, keys.signer)
    (pages,) = log._connection.execute("PRAGMA page_count").fetchone()
    move_out = log.move_out

    def on_a_full_disk(event: Archived) -> None:
        log._connection.execute(f"PRAGMA max_page_count = {pages}")
        with suppress(LogUnavailable):
            while True:  # until nothing more fits in
                log.append([PolicyChanged(DIGEST)])
        move_out(event)

    log.move_out = on_a_full_disk  # type: ignore[method-assign]
    with pytest.raises(LogUnavailable, match="no space left"):
        archive(log, keys.signer, tmp_path / "archives", stop=300)
    assert log.archived() == ()
    assert [seq for seq, _body in log.bodies()] == list(range(log.size))
    log._connection.execute("PRAGMA max_page_count = 1000000")
    log.move_out = move_out  # type: ignore[method-assign]
    assert archive(log, keys.signer, tmp_path / "archives", stop=300)
    assert check(log.path.parent.parent, keys, tmp_path / "archives").documents == 60


@pytest.mark.skipif(os.name == "nt", reason="file sizes cannot be limited on Windows")
def test_an_archive_that_finds_no_space_is_not_left_in_half(
    home: Path, keys: Keys, tmp_path: Path
) -> None:
    code = """
import resource, sys
from pathlib import Path
from deid.audit.archive import archive
from deid.audit.keys import Keys
from deid.audit.records import DocumentRefused
from deid.audit.store import AuditLog
from deid.errors import OutputError
home, folder = map(Path, sys.argv[1:])
keys = Keys.open(home)
with AuditLog.open(home) as log:
    log.append([
        DocumentRefused(keys.fingerprint("document", str(number)), "EmptyNote", 3)
        for number in range(3000)
    ])
    log._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        archive(log, keys.signer, folder, stop=3000)
    except OutputError as error:
        print(log.size, len(log.archived()), error)
"""
    folder = tmp_path / "archives"
    done = subprocess.run(
        [sys.executable, "-c", code, str(home), str(folder)],
        env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("3000 0 the archive cannot be written")
    assert list(folder.iterdir()) == []
    assert check(home, keys).size == 3000


def test_a_read_only_place_takes_no_archive(powerless: Path) -> None:
    keys = Keys.open(powerless)
    medium = powerless / "medium"
    medium.mkdir()
    medium.chmod(0o500)
    with AuditLog.open(powerless) as log:
        log.append([PolicyChanged(DIGEST)] * 3)
        for folder in (medium, medium / "more"):
            with pytest.raises(OutputError, match="nothing was moved"):
                archive(log, keys.signer, folder, stop=3)
        assert [seq for seq, _body in log.bodies()] == [0, 1, 2]


def test_a_read_only_place_takes_no_records_and_loses_none(powerless: Path) -> None:
    home = powerless / "site"
    keys = Keys.open(home)
    with AuditLog.open(home) as log:
        log.append([PolicyChanged(DIGEST)] * 5)
        note = seal(log, keys.signer)
        log.append([PolicyChanged(DIGEST)] * 5)
    folder = log_path(home).parent
    # As a medium that is mounted for reading only: neither the folder nor what lies in it.
    for path in folder.iterdir():
        path.chmod(0o400)
    folder.chmod(0o500)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(LogUnavailable, match=READ_ONLY), AuditLog.open(home) as log:
        log.append([PolicyChanged(DIGEST)] * 5)
    with pytest.raises(LogUnavailable, match=READ_ONLY), AuditLog.open(home) as log:
        seal(log, keys.signer)
    with AuditLog.open(home, read_only=True) as log:
        with pytest.raises(LogUnavailable, match=READ_ONLY):
            log.append([PolicyChanged(DIGEST)] * 5)
        with pytest.raises(LogUnavailable, match=READ_ONLY):
            seal(log, keys.signer)
        assert log.size == 10
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    found = verify(log_path(home), public_key=keys.public_key, checkpoints=[note])
    assert (found.size, found.witnessed) == (10, 5)
    folder.chmod(0o700)
    for path in folder.iterdir():
        path.chmod(0o600)
    with AuditLog.open(home) as log:
        assert log.append([PolicyChanged(DIGEST)] * 5).start == 10
        seal(log, keys.signer)
    assert check(home, keys).size == 15


class Clock(datetime):
    """A clock that is put back by two weeks after the second look at it."""

    looks = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Clock:
        """The time, which runs back once."""
        Clock.looks += 1
        return cls(2026, 3, 23 if Clock.looks <= 2 else 9, 12, tzinfo=tz)


def test_a_clock_that_goes_backwards_upsets_no_order(
    home: Path, keys: Keys, session_event: Event, note_events: NoteEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(rows, "datetime", Clock)
    monkeypatch.setattr(Clock, "looks", 0)
    with AuditLog.open(home) as log:
        log.append([session_event, *note_events(0)])
        log.append(note_events(1))
        note = seal(log, keys.signer)
        log.append(note_events(2))
        log.append(note_events(3))
        seal(log, keys.signer)
        listed = list(log.records())
        assert [record.seq for record in listed] == list(range(21))
        assert [record.seq for record in log.select(Filter())] == list(range(21))
        assert listed[10].time > listed[11].time
        early = log.select(Filter(until=datetime(2026, 3, 10, tzinfo=UTC)))
        assert [record.seq for record in early] == list(range(11, 21))
    found = verify(log_path(home), public_key=keys.public_key, checkpoints=[note])
    assert (found.size, found.ran_back, found.witnessed) == (21, 1, 11)
    with local_index(home) as (index, _updated):
        shown = [place.seq for place in index.places(Query(), 0, 100, newest=False)]
        assert shown == list(range(21))
        notes = topic(index, Topic.NOTES, Query())
    assert [week.monday.isoformat() for week in notes.weeks] == [
        "2026-03-09",
        "2026-03-16",
        "2026-03-23",
    ]
    assert [(each.value, each.counts) for each in notes.series] == [("rkoch", (2, 0, 2))]


WORKER = """
import sys
from pathlib import Path
from deid.audit.archive import archive
from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.records import DocumentRefused
from deid.audit.store import AuditLog
from deid.errors import LogUnavailable, OutputError, VerificationFailed
home, folder, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
keys = Keys.open(home)
sys.stdin.readline()
with AuditLog.open(home) as log:
    for turn in range(12):
        if what == "seal":
            seal(log, keys.signer)
        elif what == "archive":
            try:
                archive(log, keys.signer, folder, stop=log.size - 5)
            except LogUnavailable:  # another was quicker
                pass
        else:
            fingerprint = keys.fingerprint("document", f"{what} {turn}")
            places = log.append([DocumentRefused(fingerprint, "EmptyNote", 3)] * 7)
            print(places.start, places.stop, flush=True)
"""


def test_several_processes_append_seal_and_archive_at_once(
    home: Path, keys: Keys, tmp_path: Path
) -> None:
    folder = tmp_path / "archives"
    AuditLog.open(home).close()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(home), str(folder), what],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
        )
        for what in ("one", "two", "three", "seal", "archive", "archive")
    ]  # fmt: skip
    batches = []
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        output, _ = worker.communicate()
        assert worker.returncode == 0
        batches += [range(*map(int, line.split())) for line in output.splitlines()]
    assert len(batches) == 36
    with AuditLog.open(home) as log:
        archived = log.archived()
        with Archives.open(
            [folder] if archived else [], origin=keys.signer.name, archived=archived
        ) as archives:
            log.attach(archives)
            seqs = [seq for seq, _body in log.bodies()]
            assert seqs == list(range(log.size))
            for batch in batches:
                assert len({log.record(seq).event for seq in batch}) == 1
        assert log.size == 36 * 7 + len(archived)
    found = check(home, keys, *([folder] if archived else []))
    assert (found.size, found.unexamined) == (36 * 7 + len(archived), 0)
