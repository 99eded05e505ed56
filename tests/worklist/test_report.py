from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from deid.audit.keys import Keys
from deid.worklist.database import worklist_path
from deid.worklist.items import ItemState, Origin
from deid.worklist.report import MOST_REFUSED, RunReport
from deid.worklist.store import Worklist

WARD = Path("/ward")


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def report(home: Path, keys: Keys, clock: Clock, complaints: list[str]) -> Callable[[], RunReport]:
    def make() -> RunReport:
        return RunReport(
            home, keys=keys, folder=WARD, total=40, complain=complaints.append, clock=clock
        )

    return make


def test_a_run_is_seen_while_it_goes_on(
    report: Callable[[], RunReport], worklist: Worklist, clock: Clock
) -> None:
    with report() as running:
        (batch,) = worklist.batches()
        assert (batch.folder, batch.total, batch.done, batch.ended) == (WARD, 40, 0, None)
        running.finished(WARD / "a.txt")
        running.finished(WARD / "b.txt", refusal="it is empty")
        seen = worklist.version()
        clock.seconds += 0.5
        running.finished(WARD / "c.txt")
        assert worklist.version() == seen
        clock.seconds += 0.6
        running.finished(WARD / "d.txt")
        (batch,) = worklist.batches()
        assert (batch.done, batch.refused, batch.ended) == (3, 1, None)
        (item,) = worklist.items()
    assert (item.path, item.state, item.reason) == (
        WARD / "b.txt", ItemState.REFUSED, "it is empty",
    )  # fmt: skip
    assert (item.origin, item.batch) == (Origin.COMMAND_LINE, batch.id)
    (batch,) = worklist.batches()
    assert batch.ended is not None


def test_a_file_that_went_well_later_is_no_longer_listed(
    report: Callable[[], RunReport], worklist: Worklist
) -> None:
    with report() as running:
        for name in ("a.txt", "b.txt"):
            running.finished(WARD / name, refusal="it is empty")
    with report() as running:
        running.finished(WARD / "a.txt")
        running.finished(WARD / "b.txt", refusal="it mixes encodings")
    (item,) = worklist.items()
    assert (item.path, item.reason) == (WARD / "b.txt", "it mixes encodings")
    assert item.batch == worklist.batches()[1].id


@pytest.mark.parametrize("state", [ItemState.WAITING, ItemState.REVIEW, ItemState.READY])
def test_a_note_in_work_in_the_window_stays_as_it_is(
    report: Callable[[], RunReport], worklist: Worklist, state: ItemState
) -> None:
    (item,) = worklist.add_files([WARD / "a.txt"], origin=Origin.FILE)
    before = worklist.set_state(item.id, state)
    with report() as running:
        running.finished(WARD / "a.txt", refusal="it is empty")
    assert worklist.items() == (before,)
    with report() as running:
        running.finished(WARD / "a.txt")
    assert worklist.items() == (before,)


def test_a_run_that_refuses_everything_lists_the_first_and_counts_all(
    report: Callable[[], RunReport], worklist: Worklist
) -> None:
    with report() as running:
        for number in range(MOST_REFUSED + 5):
            running.finished(WARD / f"{number}.bin", refusal="not a note")
    assert len(worklist.items()) == MOST_REFUSED
    assert worklist.batches()[0].refused == MOST_REFUSED + 5


def test_what_could_not_be_told_is_told_later_and_the_trouble_once(
    report: Callable[[], RunReport], home: Path, keys: Keys, clock: Clock, complaints: list[str]
) -> None:
    path = worklist_path(home)
    Worklist.open(home, keys=keys).close()
    path.write_bytes(b"no database" * 1000)
    with report() as running:
        running.finished(WARD / "a.txt", refusal="it is empty")
        clock.seconds += 31
        running.finished(WARD / "b.txt")
        assert len(complaints) == 1
        assert "damaged" in complaints[0]
        assert "the run goes on" in complaints[0]
        path.unlink()
        running.finished(WARD / "c.txt")
        assert not path.exists()
        clock.seconds += 31
        running.finished(WARD / "d.txt")
        with Worklist.open(home, keys=keys) as worklist:
            (batch,) = worklist.batches()
            assert (batch.done, batch.refused, batch.ended) == (3, 1, None)
            assert [item.name for item in worklist.items()] == ["a.txt"]
    assert len(complaints) == 1


def test_a_list_that_gets_locked_is_waited_for_once_in_a_while(
    report: Callable[[], RunReport],
    worklist: Worklist,
    home: Path,
    clock: Clock,
    complaints: list[str],
) -> None:
    with closing(sqlite3.connect(worklist_path(home))) as blocker:
        with report() as running:
            blocker.isolation_level = None
            blocker.execute("BEGIN IMMEDIATE")
            for number in range(100):
                clock.seconds += 0.2
                running.finished(WARD / f"{number}.txt", refusal="it is empty")
            assert len(complaints) == 1
            assert "another program" in complaints[0]
            blocker.execute("ROLLBACK")
        (batch,) = worklist.batches()
        assert batch.refused == 100
        assert batch.ended is not None
        assert len(worklist.items()) == 100
