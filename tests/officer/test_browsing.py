from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.proof import check_inclusion
from deid.audit.records import DocumentRefused, Exported, SessionOpened
from deid.audit.store import AuditLog
from deid.errors import LogDamaged, LogUnavailable, OutputExists
from deid.officer import Desk
from deid.officer.browsing import Browser, Row, give_out_proof, is_own, note_fingerprint
from deid.officer.index.local import index_path
from deid.officer.index.query import Dimension, Query
from deid.officer.machines import OWN, add_machine, look_at, remove_machine


def work(home: Path, *, user: str, notes: int) -> None:
    """A session in which so many notes are refused."""
    keys = Keys.open(home)
    with AuditLog.open(home) as log:
        log.append([SessionOpened(user, f"pc-of-{user}", "0.1.0", None, "1" * 64, "2" * 64)])
        for number in range(notes):
            document = keys.fingerprint("document", f"{user}-{number}.txt")
            log.append([DocumentRefused(document, "EmptyNote", 3)])
        seal(log, keys.signer)


@pytest.fixture
def worked(home: Path) -> Path:
    work(home, user="ana", notes=3)
    return home


@pytest.fixture
def browser(worked: Path) -> Iterator[Browser]:
    made = Browser(worked)
    made.update()
    yield made
    made.close()


def kinds(rows: tuple[Row, ...]) -> list[str]:
    return [row.record.event.kind for row in rows if row.record is not None]


def test_rows_come_from_the_log_newest_first(browser: Browser) -> None:
    rows = browser.rows(Query(), 1, 9)
    assert [row.place.seq for row in rows] == [2, 1, 0]
    assert kinds(rows) == ["document-refused", "document-refused", "session-opened"]
    assert {(row.place.user, row.place.machine) for row in rows} == {("ana", "pc-of-ana")}
    assert all(is_own(row.place) for row in rows)


def test_a_note_is_found_by_its_file_name(browser: Browser, worked: Path) -> None:
    fingerprint = note_fingerprint(worked, " ana-1.txt ")
    assert note_fingerprint(worked, fingerprint) == fingerprint
    (row,) = browser.rows(Query(document=fingerprint), 0, 5)
    assert row.place.seq == 2
    assert browser.count(Query(document=note_fingerprint(worked, "other.txt"))) == 0


def test_it_follows_the_log(browser: Browser, worked: Path) -> None:
    assert browser.behind() == 0
    work(worked, user="ben", notes=1)
    assert (browser.behind(), browser.size) == (2, 4)
    assert browser.update().added == 2
    assert [choice.value for choice in browser.facets(Query())[Dimension.USER]] == ["ana", "ben"]
    assert browser.trend(Query(), by=Dimension.USER).counts("ben")[-1] == 2


def test_a_record_that_the_log_does_not_give_out_is_told(browser: Browser, worked: Path) -> None:
    with closing(sqlite3.connect(worked / "audit" / "log.sqlite")) as connection, connection:
        connection.execute("DELETE FROM records WHERE seq = 1")
        connection.execute("""UPDATE records SET body = '{"seq":2}' WHERE seq = 2""")
    rows = browser.rows(Query(), 0, 4)
    assert [row.record is not None for row in rows] == [True, False, False, True]
    assert all(isinstance(row.problem, LogDamaged) for row in rows[1:3])
    assert rows[0].problem is None


def test_the_logs_of_several_machines_are_browsed_together(worked: Path, tmp_path: Path) -> None:
    ward = tmp_path / "ward"
    work(ward, user="cy", notes=2)
    add_machine(worked, name="ward", path=ward, public_key=Keys.open(ward).public_key)
    assert look_at(worked, "ward").problem is None
    browser = Browser(worked)
    assert browser.update().size == 7
    rows = browser.rows(Query(), 0, 10)
    assert [row.place.log for row in rows] == ["ward"] * 3 + [OWN] * 4
    assert not is_own(rows[0].place)
    assert all(row.record is not None for row in rows)
    assert not index_path(worked).exists()
    gone = rows[0].place
    remove_machine(worked, "ward")
    assert browser.update().size == 4
    assert gone not in [row.place for row in browser.rows(Query(), 0, 10)]
    browser.close()


def test_a_machine_that_went_away_in_between_is_told(worked: Path, tmp_path: Path) -> None:
    for name in ("ward", "lab"):
        work(tmp_path / name, user=name, notes=1)
        key = Keys.open(tmp_path / name).public_key
        add_machine(worked, name=name, path=tmp_path / name, public_key=key)
        look_at(worked, name)
    browser = Browser(worked)
    browser.update()
    remove_machine(worked, "ward")
    rows = browser.rows(Query(user=("ward",)), 0, 10)
    assert len(rows) == 2
    assert all(isinstance(row.problem, LogUnavailable) for row in rows)
    browser.close()


def test_a_proof_is_given_out_and_recorded(desk: Desk, tmp_path: Path) -> None:
    work(desk.home, user="ana", notes=2)
    path = tmp_path / "proof.json"
    give_out_proof(desk, 1, path)
    shown = check_inclusion(path.read_text(encoding="utf-8"), public_key=desk.keys.public_key)
    assert shown == desk.log.record(1)
    last = desk.log.record(desk.log.size - 1).event
    assert isinstance(last, Exported)
    assert last.what == "proof"
    size = desk.log.size
    with pytest.raises(OutputExists):
        give_out_proof(desk, 1, path)
    with pytest.raises(LogDamaged):
        give_out_proof(desk, 999, tmp_path / "other.json")
    assert desk.log.size == size
    assert not (tmp_path / "other.json").exists()


def test_without_a_log_there_is_nothing(home: Path) -> None:
    browser = Browser(home)
    assert browser.behind() == browser.update().size == 0
    assert browser.rows(Query(), 0, 10) == ()
    browser.close()
