from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deid.errors import DefectError, LogDamaged, LogUnavailable
from deid.officer.index import writer
from deid.officer.index.index import Index
from deid.officer.index.query import Dimension, Place, Query
from deid.officer.index.update import Source, Updated, Why

MakeBody = Callable[..., dict[str, Any]]
WriteLog = Callable[..., Source]
FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SEGMENT", 7)


@pytest.fixture
def some(body: MakeBody) -> Callable[[int], list[dict[str, Any]]]:
    """So many records of two sessions, of which the second is opened late."""

    def make(count: int) -> list[dict[str, Any]]:
        nodes = []
        for number in range(count):
            at = FIRST + timedelta(hours=number)
            fields = {"document": f"d{number % 3}", "label": "MRN", "detector": f"r{number % 4}"}
            if number % 10 == 9:
                nodes.append(body("session-opened", at, session=number % 2, user="u", machine="m"))
            else:
                nodes.append(body("redaction-made", at, session=number % 2, **fields))
        return nodes

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index" / "index.sqlite"


def answers(index: Index) -> list[object]:
    queries = [
        Query(),
        Query(document="d1"),
        Query(user=("u",)),
        Query(machine=("ward",)),
        Query(detector=("r2",), since=FIRST + timedelta(hours=12)),
    ]
    return [
        (index.places(query), index.facets(query), index.trend(query, by=Dimension.LABEL))
        for query in queries
    ]


def test_growing_with_the_log_is_the_same_as_beginning_anew(
    some: Callable[[int], list[dict[str, Any]]], write_log: WriteLog, path: Path
) -> None:
    nodes = some(60)
    with Index(path) as growing:
        begun = 0
        for end in (3, 4, 11, 25, 60):
            source = write_log(nodes[begun:end])
            updated = growing.update([source])
            assert updated == Updated(end - begun, end)
            begun = end
        with Index(None) as fresh:
            assert fresh.update([source]) == Updated(60, 60)
            assert answers(growing) == answers(fresh)
        assert growing.update([source]) == Updated(0, 60)


def test_what_was_done_when_it_was_stopped_is_kept(
    some: Callable[[int], list[dict[str, Any]]], write_log: WriteLog, path: Path
) -> None:
    source = write_log(some(50))
    told: list[tuple[int, int]] = []
    with Index(path) as index:
        first = index.update(
            [source],
            progress=lambda done, of: told.append((done, of)),
            stopped=lambda: len(told) == 2,
        )
        assert first == Updated(14, 14, complete=False)
        assert told == [(7, 50), (14, 50)]
        assert index.count(Query()) == 14
    with Index(path) as index:
        assert index.update([source]) == Updated(36, 50)
        with Index(None) as fresh:
            fresh.update([source])
            assert answers(index) == answers(fresh)


def test_two_programs_do_it_together(
    some: Callable[[int], list[dict[str, Any]]], write_log: WriteLog, path: Path
) -> None:
    source = write_log(some(50))
    with Index(path) as one, Index(path) as other:
        one.update([source], progress=lambda _done, _of: other.update([source]))
        with Index(None) as fresh:
            fresh.update([source])
            assert answers(one) == answers(other) == answers(fresh)


def test_a_log_that_lost_records_is_indexed_anew_and_told(
    some: Callable[[int], list[dict[str, Any]]], write_log: WriteLog, path: Path, tmp_path: Path
) -> None:
    source = write_log(some(30))
    shorter = write_log(some(12), "other")
    with Index(path) as index:
        index.update([source])
        updated = index.update([Source("ward", shorter.path)])
        assert updated == Updated(12, 12, (("ward", Why.SHRANK),))
        assert index.count(Query()) == 12


def test_a_log_that_is_another_is_indexed_anew_and_told(
    some: Callable[[int], list[dict[str, Any]]],
    body: MakeBody,
    write_log: WriteLog,
    path: Path,
) -> None:
    source = write_log(some(12))
    other = write_log([body("exported", FIRST)] * 20, "other")
    with Index(path) as index:
        index.update([source])
        updated = index.update([Source("ward", other.path)])
        assert updated == Updated(20, 20, (("ward", Why.CHANGED),))
        assert [choice.value for choice in index.facets(Query())[Dimension.EVENT]] == ["exported"]


def test_it_holds_exactly_the_logs_named(
    some: Callable[[int], list[dict[str, Any]]], write_log: WriteLog, path: Path
) -> None:
    ward, lab = write_log(some(9)), write_log(some(8), "lab")
    with Index(path) as index:
        assert index.update([ward, lab]).size == 17
        assert index.places(Query(machine=("lab",)))[0].log == "lab"
        assert index.places(Query(), 0, 2) == (Place("ward", 8), Place("lab", 7))
        assert index.update([lab]) == Updated(0, 8)
        assert {place.log for place in index.places(Query())} == {"lab"}
        assert index.update([ward, lab]).size == 17


def test_records_that_the_log_no_longer_has_leave_a_gap(
    some: Callable[[int], list[dict[str, Any]]], write_log: WriteLog, path: Path
) -> None:
    source = write_log(some(30))
    with closing(sqlite3.connect(source.path)) as connection, connection:
        connection.execute("DELETE FROM records WHERE seq < 12 AND seq <> 5")
    with Index(path) as index:
        assert index.update([source]).complete
        found = [place.seq for place in index.places(Query(), newest=False)]
        assert found == [5, *range(12, 30)]
        assert index.update([source]).added == 0


@pytest.mark.parametrize("spoil", ["garbage", "version", "trigger", "blob", "fact"])
def test_a_spoiled_index_is_made_anew(
    spoil: str,
    some: Callable[[int], list[dict[str, Any]]],
    write_log: WriteLog,
    path: Path,
) -> None:
    source = write_log(some(30))
    with Index(path) as index:
        index.update([source])
        expected = answers(index)
    if spoil == "garbage":
        path.write_bytes(b"no database" * 1000)
    else:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                {
                    "version": "PRAGMA user_version = 99",
                    "trigger": "CREATE TRIGGER t AFTER INSERT ON logs BEGIN SELECT 1; END",
                    "blob": "UPDATE segments SET time = x'00' WHERE first = 7",
                    "fact": "DELETE FROM facts WHERE id = 2",
                }[spoil]
            )
    with Index(path) as index:
        index.update([source])
        assert answers(index) == expected


def test_an_index_of_the_first_version_is_made_anew(
    body: Callable[..., dict[str, Any]], write_log: WriteLog, path: Path
) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    source = write_log([body("redaction-made", at, label="AGE", operator="keep")])
    with Index(path) as index:
        index.update([source])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE facts SET outcome = 'replaced'")  # as it told then
        connection.execute("PRAGMA user_version = 1")
    with Index(path) as index:
        assert index.update([source]).added == 1
        (outcome,) = index.facets(Query())[Dimension.OUTCOME]
    assert outcome.value == "left-by-policy"


def test_a_closed_index_is_used_no_more_and_not_thrown_away(
    some: Callable[[int], list[dict[str, Any]]], write_log: WriteLog, path: Path
) -> None:
    source = write_log(some(10))
    with Index(path) as index:
        index.update([source])
    with pytest.raises(DefectError):
        index.update([source])
    with Index(path) as index:
        assert index.count(Query()) == 10


def test_clearing_begins_anew(
    some: Callable[[int], list[dict[str, Any]]], write_log: WriteLog, path: Path
) -> None:
    source = write_log(some(10))
    for place in (path, None):
        with Index(place) as index:
            index.update([source])
            index.clear()
            assert index.count(Query()) == 0
            assert index.update([source]) == Updated(10, 10)


@pytest.mark.skipif(os.name == "nt", reason="file modes say nothing on Windows")
def test_it_is_private(path: Path) -> None:
    with Index(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_the_surroundings_do_wrong_is_told(
    tmp_path: Path,
) -> None:
    with pytest.raises(LogUnavailable, match="there is none"), Index(None) as index:
        index.update([Source("ward", tmp_path / "gone.sqlite")])
    (tmp_path / "text").write_text("no log")
    with pytest.raises(LogDamaged), Index(None) as index:
        index.update([Source("ward", tmp_path / "text")])


def test_a_folder_that_may_not_be_written_is_told(powerless: Path) -> None:
    powerless.chmod(0o500)
    with pytest.raises(LogUnavailable, match="index"):
        Index(powerless / "index.sqlite")
