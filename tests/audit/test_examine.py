from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit import examine, rows
from deid.audit import verify as verifying
from deid.audit.canonical import encode
from deid.audit.completeness import Completeness, Portion
from deid.audit.examine import Chunk, Examiners
from deid.audit.keys import Keys
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Event,
    PolicyChanged,
    Record,
    RedactionMade,
)
from deid.audit.store import AuditLog
from deid.audit.verify import verify
from deid.datatypes import Span
from deid.errors import LogDamaged, VerificationFailed
from deid.labels import Label

NoteEvents = Callable[[int], list[Event]]
DIGEST = "4" * 64
NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def fingerprint(number: int) -> str:
    return f"hmac-sha256:{'0' * 16}:{number:064x}"


def event(what: str, number: int) -> Event:
    document = fingerprint(number)
    match what:
        case "read":
            return DocumentRead(document, DIGEST, 9, 9, "text", "utf-8")
        case "redact":
            return RedactionMade(
                document, Span(0, 4), Label.PATIENT, "A", "known", 1.0, "tag", DIGEST, document,
                Span(0, 4),
            )  # fmt: skip
        case "commit":
            return DocumentCommitted(
                document, DIGEST, DIGEST, 9, 9, 1, 0, DIGEST, document, {Label.PATIENT: 1}
            )
        case "refuse":
            return DocumentRefused(document, "EmptyNote", 3)
        case _:
            return PolicyChanged(DIGEST)


STEPS = st.lists(
    st.tuples(st.sampled_from(["read", "redact", "commit", "refuse", "other"]), st.integers(0, 2)),
    max_size=24,
)


@given(STEPS, st.lists(st.integers(0, 24), max_size=4))
def test_a_log_followed_in_portions_comes_to_the_same_as_one_followed_whole(
    steps: list[tuple[str, int]], cuts: list[int]
) -> None:
    records = [Record(seq, NOW, "0" * 16, event(*step)) for seq, step in enumerate(steps)]
    whole = Completeness()
    try:
        for record in records:
            whole.take(record)
        expected: int | None = whole.committed
    except VerificationFailed:
        expected = None
    borders = sorted({0, len(records), *(cut for cut in cuts if cut <= len(records))})
    followed, committed = Completeness(), 0
    found: int | None
    try:
        for start, stop in itertools.pairwise(borders):
            portion = Portion()
            for record in records[start:stop]:
                portion.take(record.seq, record)
            for seq in portion.before:
                followed.take(records[seq])
            for note in portion.ended:
                followed.forget(note)
            for seq in portion.after:
                followed.take(records[seq])
            committed += portion.committed
        found = committed + followed.committed
    except VerificationFailed:
        found = None
    assert found == expected


@pytest.fixture
def long_log(log: AuditLog, note_events: NoteEvents, monkeypatch: pytest.MonkeyPatch) -> AuditLog:
    """Forty notes; a chunk holds seven records, so that every note lies across a border."""
    monkeypatch.setattr(verifying, "CHUNK", 7)
    monkeypatch.setattr(verifying, "WORTH_SHARING", 0)
    for number in range(40):
        log.append(note_events(number))
    return log


def test_several_processes_find_what_one_finds(long_log: AuditLog, keys: Keys) -> None:
    told: list[tuple[int, int]] = []
    one = verify(long_log.path, public_key=keys.public_key)
    two = verify(
        long_log.path, public_key=keys.public_key, workers=2, told=lambda *at: told.append(at)
    )
    assert two == one
    assert (one.size, one.documents) == (200, 40)
    assert told[0] == (7, 200)
    assert told[-1] == (200, 200)


def test_several_processes_refuse_what_one_refuses(
    long_log: AuditLog, keys: Keys, behind: Callable[..., None]
) -> None:
    behind(long_log.path, "UPDATE records SET body = replace(body, ':117', ':118') WHERE seq = 104")
    for workers in (1, 2):
        with pytest.raises(VerificationFailed, match="record 104: the output is not the input"):
            verify(long_log.path, public_key=keys.public_key, workers=workers)
    behind(long_log.path, "UPDATE records SET body = '{}' WHERE seq = 50")
    for workers in (1, 2):
        with pytest.raises(LogDamaged, match="record 50"):
            verify(long_log.path, public_key=keys.public_key, workers=workers)


def chunks(log: AuditLog) -> list[Chunk]:
    bodies = [body for _seq, body in log.bodies()]
    return [Chunk(first, bodies[first : first + 7]) for first in range(0, len(bodies), 7)]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_what_a_process_that_died_had_to_do_is_done_here(long_log: AuditLog) -> None:
    with Examiners(2) as examiners:
        expected = [examine.examine(chunk) for chunk in chunks(long_log)]
        found = []
        for at, (_chunk, result) in enumerate(examiners.examined(iter(chunks(long_log)))):
            if at in (3, 11):
                pid = examiners._workers[at % 2]._process.pid
                assert pid is not None
                os.kill(pid, signal.SIGKILL)
            found.append(result)
        assert found == expected


def test_where_no_process_can_be_started_this_one_does_it(
    long_log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OSError

    monkeypatch.setattr(examine, "_Worker", refuse)
    with Examiners(4) as examiners:
        found = [result for _chunk, result in examiners.examined(iter(chunks(long_log)))]
    assert found == [examine.examine(chunk) for chunk in chunks(long_log)]


@pytest.mark.parametrize("chunk", [3, 4096])
def test_a_clock_that_ran_backwards_is_counted_and_not_refused(
    log: AuditLog, keys: Keys, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(verifying, "CHUNK", chunk)

    class Clock:
        minutes = iter([0, 5, 5, 2, 1, 9, -60])

        @classmethod
        def now(cls, _zone: object) -> datetime:
            return NOW + timedelta(minutes=next(cls.minutes))

    monkeypatch.setattr(rows, "datetime", Clock)
    for _ in range(7):
        log.append([PolicyChanged(DIGEST)])
    assert verify(log.path, public_key=keys.public_key).ran_back == 3
    assert [record.seq for record in log.records()] == list(range(7))
    times = [record.time for record in log.records()]
    assert times[6] == min(times)


def test_a_chunk_is_examined_by_itself(log: AuditLog, note_events: NoteEvents) -> None:
    log.append([*note_events(1), PolicyChanged(DIGEST), *note_events(2)])
    bodies = [body for _seq, body in log.bodies()]
    found = examine.examine(Chunk(3, bodies[3:8]))
    assert (found.before, found.after, found.committed) == ([3, 4], [6, 7], 0)
    assert len(found.leaves) == 5
    assert bodies[3] == encode(log.record(3))


def test_the_home_of_the_log_is_not_changed_by_verifying(
    long_log: AuditLog, home: Path, keys: Keys
) -> None:
    before = {path.name: path.read_bytes() for path in home.rglob("*.sqlite*")}
    verify(long_log.path, public_key=keys.public_key, workers=2)
    after = {path.name: path.read_bytes() for path in home.rglob("*.sqlite*")}
    assert after["log.sqlite"] == before["log.sqlite"]
    assert after["log.sqlite-wal"] == before["log.sqlite-wal"]
